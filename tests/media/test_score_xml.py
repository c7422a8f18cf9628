"""MusicXML as musicians need it: bars that add up, and files that come back as they went."""

from __future__ import annotations

import contextlib
import io
import itertools
import random
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from maquette.core.errors import MediaError
from maquette.media.score import Bar, Chord, Key, Mark, Note, Part, Score, Tempo, regular_bars, sorted_notes
from maquette.media.score_xml import from_xml, losses, read, to_mxl, to_xml


def tune(*rows: tuple[int, int, int], beats: int = 4, unit: int = 4, bars: int = 4, **more) -> Score:
    """A score of one part; rows are (start, length, pitch)."""
    notes = tuple(Note(*row, voice=1) for row in rows)
    given = {"keys": (Key(0, 0),)} | more
    return Score((Part("Violin", 40, notes),), regular_bars(bars, beats, unit), **given)


def measures(score: Score) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(to_xml(score)).iter("measure"))


def voices_of(measure: ElementTree.Element) -> dict[tuple[str, str], int]:
    """(voice, staff) -> the divisions that its notes and rests last."""
    found: dict[tuple[str, str], int] = {}
    for note in measure.iter("note"):
        if note.find("chord") is None:
            place = note.findtext("voice", ""), note.findtext("staff", "1")
            found[place] = found.get(place, 0) + int(note.findtext("duration", ""))
    return found


def shown(measure: ElementTree.Element) -> list[str]:
    """Values in a bar, with dots, r for rests, 3: for tuplets."""
    rows = []
    for note in measure.iter("note"):
        ratio = note.findtext("time-modification/actual-notes", "")
        value = note.findtext("type", "whole bar") + "." * len(note.findall("dot"))
        rows.append(f"{ratio}:{value}" if ratio else ("r " if note.find("rest") is not None else "") + value)
    return rows


def wild_score(seed: int) -> Score:
    """Notes anywhere on the grid, in two parts of one and two staves, in changing metres after a pick-up."""
    dice = random.Random(seed)
    bars = [Bar(480, 4, 4)]
    for beats, unit in ((4, 4), (7, 8), (5, 4), (6, 8), (3, 2)):
        bars += [Bar(beats * 1920 // unit, beats, unit)] * 2
    end = sum(bar.length for bar in bars)
    parts = []
    for staves in (1, 2):
        notes = set()
        for _ in range(60):
            step = dice.choice((20, 40, 60, 96, 120, 160, 240, 480))
            start = dice.randrange(end // step) * step
            length = min(dice.choice((1, 2, 3, 4, 7)) * step, end - start)
            notes.add(Note(start, length, dice.randrange(40, 88), 80, 0, dice.randint(1, staves)))
        parts.append(Part(f"Part {staves}", 0, sorted_notes(notes), staves=staves))
    return Score(tuple(parts), tuple(bars), (Key(0, 2),))


@pytest.mark.parametrize("seed", range(6))
def test_every_voice_of_every_bar_is_full_whatever_the_notes(seed):
    score = wild_score(seed)
    root = ElementTree.fromstring(to_xml(score))
    for part in root.iter("part"):
        divisions = int(next(part.iter("divisions")).text)
        for bar, measure in zip(score.bars, part.iter("measure"), strict=True):
            lengths = voices_of(measure)
            assert set(lengths.values()) == {bar.length * divisions // 480}
            wanted = {str(staff) for _, staff in lengths}
            assert wanted == ({"1", "2"} if part.get("id") == "P2" else {"1"})


@pytest.mark.parametrize("seed", range(6))
def test_no_note_is_lost_and_none_is_moved_by_a_grid_step(seed):
    score = wild_score(seed)
    for before, after in zip(score.parts, from_xml(to_xml(score)).parts, strict=True):
        assert len(after.notes) == len(before.notes)
        for pitch in {note.pitch for note in before.notes}:
            pairs = zip(
                sorted(note.start for note in before.notes if note.pitch == pitch),
                sorted(note.start for note in after.notes if note.pitch == pitch),
                strict=True,
            )
            assert all(abs(a - b) < 20 for a, b in pairs)


def rich_score() -> Score:
    """All that a score can say, on note values."""
    lead = (
        Note(0, 480, 67, 96, 1, 1, "A-"), Note(480, 960, 66, 96, 1, 1, "men"), Note(1440, 160, 67, 96, 1),
        Note(1600, 160, 69, 96, 1), Note(1760, 160, 71, 96, 1), Note(1920, 2640, 72, 96, 1), Note(4560, 240, 70, 60, 1),
        Note(4800, 96, 72, 60, 1), Note(4896, 96, 74, 60, 1), Note(4992, 96, 76, 60, 1), Note(5088, 96, 77, 60, 1),
        Note(5184, 96, 79, 60, 1),
    )  # fmt: skip
    piano = (
        Note(0, 480, 48, 80, 1, 2), Note(480, 1920, 43, 80, 2, 2), Note(480, 960, 55, 80, 1, 2),
        Note(480, 1440, 71, 33, 1, 1), Note(480, 1440, 74, 33, 1, 1),
    )  # fmt: skip
    kit = (Note(480, 240, 36, 100, 2), Note(480, 240, 42, 90, 1), Note(720, 240, 42, 70, 1))
    bars = (Bar(480, 4, 4), Bar(1920, 4, 4), Bar(1680, 7, 8), Bar(2400, 5, 4))
    return Score(
        (
            Part("Voice", 52, lead, dynamics=(Mark(0, "f"), Mark(4560, "p"))),
            Part("Piano", 0, sorted_notes(piano), staves=2, dynamics=(Mark(480, "pp"),)),
            Part("Kit", 16, sorted_notes(kit), drums=True),
        ),
        bars,
        (Key(0, 7), Key(2400, 2, "dorian")),
        (Tempo(0, 92.5), Tempo(2400, 66)),
        (Chord(480, 7), Chord(1440, 9, "m7b5", 0), Chord(2400, 0, None), Chord(4080, 2, "sus4")),
        (Mark(0, "Andante"), Mark(2400, "B")),
        "Ночь <& день>",
        "M. Maker",
    )


def test_a_score_comes_back_as_it_went():
    score = rich_score()
    back = from_xml(to_xml(score))
    assert back.bars == score.bars and back.keys == score.keys and back.tempi == score.tempi
    assert back.chords == score.chords and back.marks == score.marks
    assert (back.title, back.composer, back.said) == (score.title, score.composer, ())
    for mine, theirs in zip(score.parts[:2], back.parts[:2], strict=True):
        assert theirs.notes == tuple(replace(note) for note in mine.notes)
        assert (theirs.name, theirs.program, theirs.staves, theirs.dynamics) == (
            mine.name, mine.program, mine.staves, mine.dynamics,
        )  # fmt: skip
    kit = back.parts[2]
    assert kit.drums and kit.program == 16
    assert [(n.start, n.pitch, n.velocity) for n in kit.notes] == [(480, 36, 100), (480, 42, 90), (720, 42, 70)]
    assert from_xml(to_xml(back)) == back


def test_a_packed_file_says_the_same_and_two_of_them_are_equal(tmp_path):
    score = rich_score()
    assert to_mxl(score) == to_mxl(score)
    file = tmp_path / "ночь.mxl"
    file.write_bytes(to_mxl(score))
    assert read(file) == from_xml(to_xml(score))


def test_a_pick_up_is_bar_0_and_out_of_the_count():
    score = replace(tune((0, 480, 67)), bars=(Bar(480, 3, 4), Bar(1440, 3, 4), Bar(1440, 3, 4)))
    found = [(bar.get("number"), bar.get("implicit")) for bar in measures(score)]
    assert found == [("0", "yes"), ("1", None), ("2", None)]


@pytest.mark.parametrize(
    ("beats", "unit", "row", "wanted"),
    [
        (4, 4, (240, 480, 60), ["r eighth", "quarter", "r eighth", "r half"]),
        (4, 4, (720, 720, 60), ["r quarter", "r eighth", "eighth", "quarter", "r quarter"]),
        (4, 4, (480, 1440, 60), ["r quarter", "half."]),
        (3, 4, (480, 480, 60), ["r quarter", "quarter", "r quarter"]),
        (6, 8, (0, 480, 60), ["quarter", "r eighth", "r quarter."]),
        (7, 8, (0, 1680, 60), ["half", "quarter."]),
        (5, 4, (0, 2400, 60), ["half.", "half"]),
    ],
)
def test_beats_stay_visible(beats, unit, row, wanted):
    assert shown(measures(tune(row, beats=beats, unit=unit, bars=1))[0]) == wanted


@pytest.mark.parametrize(("count", "length"), [(3, 480), (5, 480), (6, 480), (7, 480), (3, 960), (5, 960)])
def test_tuplets_have_their_bracket_and_fill_their_beat(count, length):
    starts = [round(index * length / count) for index in range(count + 1)]
    rows = [(a, b - a, 60 + i) for i, (a, b) in enumerate(itertools.pairwise(starts))]
    bar = measures(tune(*rows, bars=1))[0]
    marked = [note for note in bar.iter("note") if note.find("time-modification") is not None]
    kinds = [one.get("type") for one in bar.iter("tuplet")]
    assert len(marked) == count and kinds[0] == "start" and kinds[-1] == "stop"
    assert {note.findtext("time-modification/actual-notes") for note in marked} <= {str(count), "3"}
    back = from_xml(to_xml(tune(*rows, bars=1))).parts[0].notes
    assert [(note.start, note.length) for note in back] == [row[:2] for row in rows]


def test_played_timing_is_written_at_the_nearest_values_and_this_is_said():
    dice = random.Random(1)
    rows = [(max(0, i * 240 + dice.randint(-14, 14)), 200 + dice.randint(-20, 20), 60 + i % 7) for i in range(16)]
    score = tune(*rows, bars=3)
    assert [note.start for note in from_xml(to_xml(score)).parts[0].notes] == [i * 240 for i in range(16)]
    assert "16 of 16 notes" in losses(score)[0]
    assert losses(tune((0, 480, 60))) == ()


def test_notes_beyond_the_last_barline_get_bars():
    assert len(measures(tune((0, 480, 60), (4000, 480, 60), bars=1))) == 3


def test_a_score_without_notes_is_a_file_of_rests():
    assert [shown(bar) for bar in measures(Score((Part("Flute", 73),), regular_bars(2)))] == [["r whole bar"]] * 2


def test_the_file_names_its_maker_and_what_lies_beside_it():
    root = ElementTree.fromstring(to_xml(tune((0, 480, 60)), title="T", comment="see T.musicxml.c2pa\x00"))
    assert root.findtext("identification/encoding/software", "").startswith("Maquette")
    assert root.findtext("identification/miscellaneous/miscellaneous-field") == "see T.musicxml.c2pa"
    assert root.findtext("work/work-title") == "T"


def test_clefs_follow_the_range():
    def clef(program: int, *pitches: int, name: str = "") -> str:
        notes = tuple(Note(i * 480, 480, pitch) for i, pitch in enumerate(pitches))
        root = ElementTree.fromstring(to_xml(Score((Part(name, program, notes),), regular_bars(2))))
        one = next(root.iter("clef"))
        return one.findtext("sign", "") + (one.findtext("clef-octave-change") or "")

    assert clef(40, 67, 71, 74) == "G"
    assert clef(42, 40, 45, 52) == "F"
    assert clef(41, 55, 60, 64) == "C"
    assert clef(52, 52, 57, 60, name="Tenor") == "G-1"
    assert clef(24, 45, 52, 60) == "G-1"


def test_a_left_hand_that_climbs_for_long_gets_another_clef_and_a_passing_one_does_not():
    def clefs(*high: int) -> list[str]:
        rows = [Note(i * 480, 480, 74 if i // 4 in high else 45, staff=2) for i in range(48)]
        score = Score((Part("Piano", 0, tuple(rows), staves=2),), regular_bars(12))
        root = ElementTree.fromstring(to_xml(score))
        return [one.findtext("sign", "") for one in root.iter("clef") if one.get("number") == "2"]

    assert clefs(4, 5, 6, 7) == ["F", "G", "F"]
    assert clefs() == ["F"]


@pytest.mark.parametrize("score", [rich_score(), wild_score(7)], ids=["rich", "wild"])
def test_another_reader_finds_the_same_bars_and_notes(score):
    music21 = pytest.importorskip("music21")
    read_back = music21.converter.parseData(to_xml(score), format="musicxml")
    first = read_back.parts[0]
    assert [bar.duration.quarterLength * 480 for bar in first.getElementsByClass("Measure")] == [
        bar.length for bar in score.bars
    ]
    found = sum(
        note.tie is None or note.tie.type == "start"
        for part in read_back.parts
        for one in part.recurse().notes
        if not isinstance(one, music21.harmony.Harmony)
        for note in (one.notes if hasattr(one, "notes") else [one])
    )
    assert found == score.count


def test_what_another_program_writes_is_read_the_same(tmp_path):
    music21 = pytest.importorskip("music21")
    score = replace(rich_score(), parts=rich_score().parts[:2])
    file = tmp_path / "theirs.musicxml"
    music21.converter.parseData(to_xml(score), format="musicxml").write("musicxml", file)
    back = read(file)
    assert back.bars == score.bars and back.keys == score.keys
    mine, theirs = ([(n.start, n.end, n.pitch) for part in one.parts for n in part.notes] for one in (score, back))
    assert sorted(mine) == sorted(theirs)


# Other programs' files


def xml_of(measures_text: str, part: str = "") -> str:
    head = f'<score-part id="P1"><part-name>Clarinet</part-name>{part}</score-part>'
    return f'<score-partwise><part-list>{head}</part-list><part id="P1">{measures_text}</part></score-partwise>'


def note(step: str, octave: int, duration: int, more: str = "") -> str:
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return f"<note>{pitch}<duration>{duration}</duration>{more}</note>"


def test_transposing_instruments_are_read_as_they_sound():
    attributes = (
        "<attributes><divisions>1</divisions><key><fifths>2</fifths></key><time><beats>4</beats><beat-type>4</beat-type>"
        "</time><transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose></attributes>"
    )
    score = from_xml(xml_of(f"<measure>{attributes}{note('D', 5, 4)}</measure>"))
    assert [n.pitch for n in score.parts[0].notes] == [72] and score.keys == (Key(0, 0),)
    assert score.parts[0].program == 71


def test_what_is_left_out_is_said():
    text = (
        "<measure><attributes><divisions>2</divisions></attributes>"
        "<direction><direction-type><wedge type='crescendo'/></direction-type></direction>"
        "<note><grace/><pitch><step>C</step><octave>5</octave></pitch></note>" + note("D", 5, 8)
        + "<barline location='right'><repeat direction='backward'/></barline></measure>"
    )  # fmt: skip
    score = from_xml(xml_of(text))
    assert [n.pitch for n in score.parts[0].notes] == [74]
    for word in ("grace", "hairpins", "repeats"):
        assert any(word in line for line in score.said)


def test_a_score_told_measure_by_measure_is_turned():
    body = f"<part id='P1'><attributes><divisions>1</divisions></attributes>{note('C', 4, 4)}</part>"
    text = (
        "<score-timewise><part-list><score-part id='P1'><part-name>A</part-name></score-part></part-list>"
        f"<measure number='1'>{body}</measure><measure number='2'><part id='P1'>{note('D', 4, 4)}</part></measure>"
        "</score-timewise>"
    )
    assert [(n.start, n.pitch) for n in from_xml(text).parts[0].notes] == [(0, 60), (1920, 62)]


def test_bombs_and_spies_are_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><score-partwise>&b;</score-partwise>'
    spy = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><score-partwise>&a;</score-partwise>'
    for text in (bomb, spy):
        with pytest.raises(MediaError, match="entities"):
            from_xml(text)


def test_a_zip_that_swells_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("maquette.media.score_xml_file.LARGEST_TEXT", 100_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("score.xml", b" " * 3_000_000)
    file = tmp_path / "bomb.mxl"
    file.write_bytes(packed.getvalue())
    with pytest.raises(MediaError, match="unpacks to more"):
        read(file)


def test_a_broken_file_is_refused_with_its_line(tmp_path):
    file = tmp_path / "half.musicxml"
    file.write_text(to_xml(rich_score())[:4000], encoding="utf-8")
    with pytest.raises(MediaError, match=r"half\.musicxml, line \d+"):
        read(file)


ODD_METRE = "<measure><attributes><time><beats>x</beats><beat-type>4</beat-type></time></attributes></measure>"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("<museScore/>", "MuseScore"),
        ("<svg/>", "SVG"),
        ("<score-partwise/>", "no parts"),
        (xml_of("<measure>" + note("C", 4, -4) + "</measure>"), "duration"),
        (xml_of("<measure>" + note("H", 4, 4) + "</measure>"), "without a pitch"),
        (xml_of("<measure>" + note("C", 40, 4) + "</measure>"), "pitch"),
        (xml_of("<measure><attributes><divisions>0</divisions></attributes></measure>"), "measure"),
        (xml_of(ODD_METRE), "P1"),
        (xml_of("<measure><attributes><divisions>nan</divisions></attributes></measure>"), "divisions"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_name(text, says):
    with pytest.raises(MediaError) as caught:
        from_xml(text)
    assert says.lower() in str(caught.value).lower()


def test_damage_anywhere_gives_an_error_or_a_score_never_a_crash():
    data, dice = to_xml(rich_score()).encode(), random.Random(3)
    packed = to_mxl(rich_score())
    for source in [data] * 25 + [packed] * 25:
        broken = bytearray(source)
        for _ in range(3):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        with contextlib.suppress(MediaError):
            from_xml(bytes(broken))


def test_the_title_stands_in_the_middle_of_the_page_and_the_composer_at_its_right():
    root = ElementTree.fromstring(to_xml(tune((0, 480, 60), title="Der Mond", composer="N. N.")))
    width = float(root.findtext("defaults/page-layout/page-width", ""))
    title, composer = (float(row.get("default-x", "")) / width for row in root.iter("credit-words"))
    assert 1 / 3 < title < 2 / 3 < composer < 1  # the thirds by which MuseScore tells them apart


def test_a_dynamic_stands_at_the_note_it_begins_with_whichever_hand_plays_it():
    hands = (Note(0, 960, 48, 49, 1, 2), Note(0, 1920, 72, 49, 1, 1), Note(960, 960, 50, 96, 1, 2))
    piano = Part("Piano", 0, hands, staves=2, dynamics=(Mark(0, "p"), Mark(960, "f"), Mark(1440, "pp")))
    score = Score((piano,), regular_bars(1))
    written = [one for one in measures(score)[0] if one.tag in ("direction", "backup", "note")]
    assert [one.tag for one in written] == ["direction", "direction", "note", "backup", "note", "direction", "note"]
    assert [one.find("offset") is not None for one in written if one.tag == "direction"] == [False, True, False]
    assert from_xml(to_xml(score)).parts[0].notes == hands


def test_words_among_the_dynamics_leave_notes_as_loud_as_they_were():
    notes = (Note(0, 480, 60, 33, 1), Note(480, 480, 62, 80, 1), Note(960, 960, 64, 33, 1))
    part = Part("Violin", 40, notes, dynamics=(Mark(0, "pp"), Mark(480, "dolce")))
    assert from_xml(to_xml(Score((part,), regular_bars(1)))).parts[0].notes == notes


def test_a_dynamic_told_in_the_second_voice_counts_for_the_first_one_too():
    text = to_xml(tune((0, 960, 60), (960, 960, 62), bars=1))
    loud = "<direction><direction-type><dynamics><pp /></dynamics></direction-type></direction>"
    second = "<note><rest /><duration>960</duration><voice>2</voice></note>"
    told = f"<backup><duration>1920</duration></backup>{second}{loud}{second}"
    read_back = from_xml(text.replace("<barline", told + "<barline"))
    assert [note.velocity for note in read_back.parts[0].notes] == [80, 33]
