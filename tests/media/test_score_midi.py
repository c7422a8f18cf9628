"""MIDI files: what a musician may rely on when they go in and out."""

import io
import struct
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.core.errors import MediaError
from maquette.media import score_midi
from maquette.media.score import (
    MODES,
    QUALITIES,
    Bar,
    Chord,
    Key,
    Mark,
    Note,
    Part,
    Score,
    Tempo,
    regular_bars,
    sorted_notes,
)  # fmt: skip

WORDS = st.text("abc Дё-é1♯", max_size=8).map(str.strip)


def chunk(events: bytes) -> bytes:
    return b"MTrk" + struct.pack(">I", len(events)) + events


def midi(*tracks: bytes, kind: int = 1, division: int = 480, count: int | None = None) -> bytes:
    head = struct.pack(">HHH", kind, len(tracks) if count is None else count, division)
    return b"MThd" + struct.pack(">I", 6) + head + b"".join(tracks)


END = b"\0\xff\x2f\0"
ONE = b"\0\x90\x3c\x40\x83\x60\x80\x3c\x40"  # a quarter note at division 480


def metre(beats: int, power: int, delta: bytes = b"\0") -> bytes:
    return delta + bytes((0xFF, 0x58, 4, beats, power, 24, 8))


# -- round trips


@st.composite
def parts(draw, until: int) -> Part:
    drums = draw(st.booleans())
    notes = []
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, until - 1))
        length = draw(st.integers(1, until - start))
        notes.append(
            Note(
                start, length, draw(st.integers(58, 64)), draw(st.integers(1, 127)), draw(st.integers(0, 4)),
                draw(st.integers(1, 2)), draw(WORDS), draw(st.sampled_from(["", "F#", "Gb"])),
            )
        )  # fmt: skip
    dynamics = tuple(Mark(tick, "mf") for tick in sorted(draw(st.sets(st.integers(0, until), max_size=2))))
    return Part(draw(WORDS), draw(st.integers(0, 127)), sorted_notes(notes), drums, draw(st.integers(1, 3)), dynamics)


@st.composite
def scores(draw) -> Score:
    bars = []
    for _ in range(draw(st.integers(1, 5))):
        beats, unit = draw(st.sampled_from([(4, 4), (3, 4), (7, 8), (5, 4), (6, 8), (2, 2), (3, 16)]))
        full = Bar(0, beats, unit).full
        bars.append(Bar(draw(st.sampled_from([full, full, full, 240, 480, 7, full + 480])), beats, unit))
    end = sum(bar.length for bar in bars)
    ticks = st.sets(st.integers(0, end - 1), max_size=3).map(sorted)
    return Score(
        parts=tuple(draw(st.lists(parts(end), min_size=1, max_size=3))),
        bars=tuple(bars),
        keys=tuple(Key(t, draw(st.integers(0, 11)), draw(st.sampled_from(MODES))) for t in draw(ticks)),
        tempi=tuple(Tempo(t, draw(st.sampled_from([60.0, 120.5, 999.99, 133.33, 1 / 3 + 71]))) for t in draw(ticks)),
        chords=tuple(Chord(t, draw(st.integers(0, 11)), draw(st.sampled_from(list(QUALITIES)))) for t in draw(ticks)),
        marks=tuple(Mark(t, draw(st.sampled_from(["A", "Chorus", "Am", "Куплет"]))) for t in draw(ticks)),
        title=draw(WORDS),
        composer=draw(WORDS),
    )


@settings(max_examples=40, deadline=None)
@given(scores())
def test_a_score_comes_back_from_its_midi_file_note_for_note_and_bar_for_bar(score):
    again = score_midi.from_bytes(score_midi.to_bytes(score, comment="Am7"))
    for name in ("bars", "keys", "tempi", "chords", "marks", "title", "composer", "said"):
        assert getattr(again, name) == getattr(score, name), name
    assert again.parts == score.parts


def test_other_programs_read_the_same_notes_from_our_file():
    symusic = pytest.importorskip("symusic")
    notes = [Note(i * 240, 240, 60 + i, 60 + i) for i in range(16)]
    score = Score(
        (Part("Flöte", 73, tuple(notes)), Part("Kit", 0, (Note(0, 120, 36),), drums=True)),
        regular_bars(2, 4, 4),
        (Key(0, 9, "minor"),),
        (Tempo(0, 90.0),),
    )
    other = symusic.Score.from_midi(score_midi.to_bytes(score))
    assert [(n.start, n.duration, n.pitch, n.velocity) for n in other.tracks[0].notes] == [
        (n.start, n.length, n.pitch, n.velocity) for n in notes
    ]
    assert (other.tracks[0].name, other.tracks[0].program, other.tracks[1].is_drum) == ("Flöte", 73, True)
    assert (round(other.tempos[0].qpm), other.key_signatures[0].tonality) == (90, 1)


def test_the_comment_stands_in_the_file_as_text():
    score = Score((Part("", 0, (Note(0, 480, 60),)),), regular_bars(1))
    assert b"\xff\x01\x0amade by me" in score_midi.to_bytes(score, comment="made by me")
    assert score_midi.from_bytes(score_midi.to_bytes(score, comment="made by me")).marks == ()


def test_more_than_fifteen_parts_share_channels_and_it_is_said():
    many = [Part(f"p{i}", i % 12, (Note(0, 480, 40 + i),)) for i in range(20)]
    score = Score(tuple(many), regular_bars(1))
    assert score_midi.from_bytes(score_midi.to_bytes(score)).parts == score.parts
    assert "20 pitched parts share 12 channels" in score_midi.losses(score)[0]
    apart = replace(score, parts=tuple(replace(part, program=i) for i, part in enumerate(many)))
    assert score_midi.from_bytes(score_midi.to_bytes(apart)).parts == apart.parts
    assert "2 MIDI ports" in score_midi.losses(apart)[0]


# -- what other programs write


def test_a_quarter_before_three_four_is_a_pick_up():
    data = midi(chunk(metre(1, 2) + metre(3, 2, b"\x83\x60") + END), chunk(ONE + b"\x8b\x20" + ONE[1:] + END))
    assert score_midi.from_bytes(data).bars == (Bar(480, 3, 4), Bar(1440, 3, 4), Bar(1440, 3, 4))


def test_seven_eight_five_four_and_a_change_in_the_middle_of_a_bar():
    data = midi(chunk(metre(7, 3) + metre(5, 2, b"\x8d\x10") + metre(4, 2, b"\x83\x60") + ONE + END))
    assert score_midi.from_bytes(data).bars == (Bar(1680, 7, 8), Bar(480, 5, 4), Bar(1920, 4, 4))


def test_a_file_of_one_track_is_split_by_channel():
    events = b"\0\xff\x03\x04Song" + b"\0\xc1\x28" + b"\0\x91\x3c\x40\0\x99\x24\x40\x83\x60\x81\x3c\0\0\x89\x24\0" + END
    score = score_midi.from_bytes(midi(chunk(events), kind=0))
    assert [(part.program, part.drums, len(part.notes)) for part in score.parts] == [(40, False, 1), (0, True, 1)]
    assert score.title == "Song"


def test_our_file_joined_to_one_track_by_another_program_keeps_its_notes_and_bars():
    mido = pytest.importorskip("mido")
    parts = tuple(Part(f"p{i}", i, (Note(0, 480 * (i + 1), 60, 80, 1, 1, "", "F#"),)) for i in range(3))
    score = Score(parts, (Bar(480, 3, 4), Bar(1440, 3, 4)))
    file = mido.MidiFile(file=io.BytesIO(score_midi.to_bytes(score)))
    one = mido.MidiFile(type=0, ticks_per_beat=480, tracks=[mido.merge_tracks(file.tracks)])
    out = io.BytesIO()
    one.save(file=out)
    again = score_midi.from_bytes(out.getvalue())
    assert again.bars == score.bars
    assert [(part.program, part.notes[0].length) for part in again.parts] == [(0, 480), (1, 960), (2, 1440)]


def test_other_divisions_are_rescaled_and_the_loss_is_told():
    score = score_midi.from_bytes(midi(chunk(b"\0\x90\x3c\x40\x60\x80\x3c\0" + END), division=96))
    assert score.parts[0].notes == (Note(0, 480, 60, 64),)
    assert score.said == ()
    odd = score_midi.from_bytes(midi(chunk(b"\x01\x90\x3c\x40\x60\x80\x3c\0" + END), division=1000))
    assert "1 of 1 notes moved" in odd.said[0]
    assert "ms" in odd.said[0]


def test_chords_that_another_program_wrote_as_markers_are_chords():
    marks = b"".join(b"\0\xff\x06" + bytes((len(t),)) + t + b"\x83\x60\xb0\x07\x40" for t in (b"Am", b"F", b"G9", b"C"))
    score = score_midi.from_bytes(midi(chunk(marks + END), chunk(ONE + END)))
    assert [(c.root, c.quality) for c in score.chords] == [(9, "m"), (5, ""), (7, "7"), (0, "")]
    assert any("plainer" in line for line in score.said)


def test_karaoke_words_find_their_notes_and_their_hyphens():
    words = b"".join(
        b"\0" + b"\xff\x01" + bytes((len(t),)) + t + b"\x83\x60\xb0\x07\x40" for t in (b"/Hal", b"lo", b" you")
    )
    tune = (ONE + ONE.replace(b"\x3c", b"\x3e") + ONE) + END
    score = score_midi.from_bytes(midi(chunk(b"\0\xff\x03\x05Words" + words + END), chunk(tune)))
    assert [note.lyric for note in score.parts[0].notes] == ["Hal-", "lo", "you"]


def test_cyrillic_names_of_old_programs_are_read():
    name = "Скрипка".encode("cp1251")
    score = score_midi.from_bytes(midi(chunk(b"\0\xff\x03" + bytes((len(name),)) + name + ONE + END)))
    assert score.parts[0].name == "Скрипка"


def test_what_is_left_out_is_said():
    score = score_midi.from_bytes(
        midi(chunk(b"\0\xb0\x40\x7f" + b"\0\xe0\0\x40\0\xc0\x02" + ONE + b"\0\xc0\x05" + ONE + END))
    )
    assert any("sustain pedal" in line for line in score.said)
    assert any("changes its sound" in line for line in score.said)


# -- bad input


BAD = {
    "empty": (b"", "empty"),
    "no midi": (b"hello, this is text", "no MIDI file"),
    "header cut": (b"MThd\0\0\0\6\0", "truncated"),
    "type 2": (midi(chunk(ONE + END), kind=2), "type 2"),
    "type 9": (midi(chunk(ONE + END), kind=9), "type 9"),
    "film frames": (midi(chunk(ONE + END), division=0xE728), "25 a second"),
    "division 0": (midi(chunk(ONE + END), division=0), "0 ticks"),
    "no tracks": (midi(), "no tracks"),
    "no notes": (midi(chunk(END)), "no notes"),
    "tracks missing": (midi(chunk(ONE + END), count=3), "1 of 3 tracks"),
    "cut short": (midi(chunk(ONE + END))[:-5], "truncated"),
    "running status": (midi(chunk(b"\0\x3c\x40" + END)), "running status"),
    "status for value": (midi(chunk(b"\0\x90\x3c\x90" + END)), "running status"),
    "cut event": (midi(chunk(b"\0\x90\x3c")), "middle of an event"),
    "endless number": (midi(chunk(b"\xff\xff\xff\xff\xff\x7f\x90\x3c\x40")), "four bytes"),
    "system byte": (midi(chunk(b"\0\xf4" + END)), "hex F4"),
    "meta too long": (midi(chunk(b"\0\xff\x01\x7fabc")), "middle of a meta"),
    "tempo 0": (midi(chunk(b"\0\xff\x51\x03\0\0\0" + ONE + END)), "tempo without end"),
    "tempo huge": (midi(chunk(b"\0\xff\x51\x03\0\0\x01" + ONE + END)), "60,000,000"),
    "tempo cut": (midi(chunk(b"\0\xff\x51\x01\xff" + ONE + END)), "instead of 3"),
    "metre 0/4": (midi(chunk(metre(0, 2) + ONE + END)), "0/4"),
    "metre 4/2**200": (midi(chunk(metre(4, 200) + ONE + END)), "cannot be"),
    "absurd length": (midi(chunk(ONE[:4] + b"\xff\xff\xff\x7f\x80\x3c\0" + END)), "20,000 bars"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_says_why(name):
    data, reason = BAD[name]
    with pytest.raises(MediaError, match=reason) as caught:
        score_midi.from_bytes(data, "tune.mid")
    assert "tune.mid" in caught.value.where
    assert caught.value.mend


def test_more_than_200_000_notes_are_refused():
    events = b"\0\x90\x3c\x40" + b"\x01\x3c\0\0\x3c\x40" * 200_001 + END
    with pytest.raises(MediaError, match="200,000 notes"):
        score_midi.from_bytes(midi(chunk(events)))


def test_stray_ends_and_missing_ends_are_told_not_fatal():
    score = score_midi.from_bytes(midi(chunk(ONE[:4] + b"\x83\x60\xb0\x01\x01"), chunk(b"\xff\xff\xff\x7f\xff\x2f\0")))
    assert len(score.bars) == 1
    told = " ".join(score.said)
    assert "never ended" in told and "no event that ends it" in told and "silence" in told


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_bytes_whatsoever_bring_the_reader_down(data):
    whole = bytearray(score_midi.to_bytes(data.draw(scores())))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        score_midi.from_bytes(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except MediaError as error:
        assert error.wrong and error.mend


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(MediaError, match="no file"):
        score_midi.read(tmp_path / "none.mid")
    with pytest.raises(MediaError, match="folder"):
        score_midi.read(tmp_path)


def test_a_tempo_that_midi_cannot_hold_is_refused():
    with pytest.raises(MediaError, match="cannot be written"):
        score_midi.to_bytes(Score((Part("", 0, (Note(0, 1, 60),)),), regular_bars(1), tempi=(Tempo(0, -3),)))
