"""What cannot be is refused in three parts, with exit code 2, and nothing is written; what is odd but can be, works."""

from __future__ import annotations

import json
import struct

import pytest

from maquette.interfaces.cli.root import run
from maquette.media import score as s
from maquette.media.score_midi import read, to_bytes
from maquette.media.score_midi_bytes import number

TEMPO = b"\x00\xff\x51\x03"
METRE = b"\x00\xff\x58\x04"
END = b"\x00\xff\x2f\x00"
TUNE = b"".join(bytes((0, 0x90, p, 80)) + number(480) + bytes((0x80, p, 0)) for p in (60, 62, 64, 65) * 4)
BOMB = b'<!DOCTYPE a [<!ENTITY a "a"><!ENTITY b "&a;&a;&a;">]><score-partwise>&b;</score-partwise>'


def midi(*events, kind=1, division=480):
    body = b"".join(events) + END
    head = struct.pack(">4sIHHH", b"MThd", 6, kind, 1, division)
    return head + b"MTrk" + struct.pack(">I", len(body)) + body


BAD = {
    "no notes.mid": (midi(), "no notes"),
    "two.mid": (midi(TUNE, kind=2), "type 2"),
    "running.mid": (midi(b"\x00\x40\x40\x00"), "running status"),
    "film.mid": (midi(TUNE, division=0xE728), "film frames"),
    "still.mid": (midi(TEMPO + b"\x00\x00\x00", TUNE), "tempo"),
    "flight.mid": (midi(TEMPO + b"\x00\x00\x01", TUNE), "tempo"),
    "metre.mid": (midi(METRE + b"\x00\x02\x18\x08", TUNE), "metre"),
    "far.mid": (midi(number(0x0FFFFFFF) + b"\x90\x3c\x50" + number(9) + b"\x80\x3c\x00"), "20,000 bars"),
    "short.mid": (midi(TUNE)[:-20], "truncated"),
    "text.mid": (b"la la la", "no MIDI file"),
    "empty.mid": (b"", "empty"),
    "corrupt.musicxml": (b"<score-partwise><part-list>", "broken"),
    "bomb.musicxml": (BOMB, "entities"),
    "page.xml": (b"<html/>", "no MusicXML"),
    "packed.mxl": (b"PK\x03\x04", "damaged"),
    "silent.abc": (b"X:1\nT:nothing\nK:C\n", "no notes"),
    "words.txt": (b"la la", "reads .txt"),
    "without": (midi(TUNE), "suffix"),
}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def tune(desk):
    return written(desk / "tune.mid", s.regular_bars(4))


def written(path, bars, *parts, **more):
    notes = tuple(s.Note(480 * beat, 480, 60 + (beat * 5) % 12) for beat in range(sum(b.length for b in bars) // 480))
    path.write_bytes(to_bytes(s.Score(parts or (s.Part("Violin", 40, notes),), bars, **more)))
    return path.name


def refused(capsys, *line):
    """The error of a command that must fail: in three parts, for people and for programs."""
    assert run([*line, "--json"]) == 2, line
    out, err = capsys.readouterr()
    told = json.loads(out.splitlines()[-1])
    assert told["wrong"] and told["where"] and told["mend"], told
    assert "error: " in err and "where: " in err and "to mend it: " in err
    return told


@pytest.mark.parametrize("name", BAD)
def test_a_broken_file_is_refused_with_what_is_wrong_where_and_how_to_mend_it(desk, capsys, name):
    data, words = BAD[name]
    (desk / name).write_bytes(data)
    told = refused(capsys, "music", "quantise", name)
    assert words in told["wrong"] and name in told["where"]
    assert [path.name for path in desk.iterdir()] == [name]


def test_folders_and_missing_files_are_named(desk, capsys):
    (desk / "a.mid").mkdir()
    assert "folder" in refused(capsys, "music", "swing", "a.mid")["wrong"]
    assert "no such file" in refused(capsys, "music", "swing", "b.mid")["wrong"]
    assert "no piece of music" in refused(capsys, "music", "describe", "a.mid")["wrong"]


@pytest.mark.parametrize(
    "line",
    [
        ["--bars", "0"],
        ["--bars", "100000"],
        ["--metre", "0/4"],
        ["--metre", "21/4"],
        ["--key", "H#"],
        ["--tempo", "-5"],
        ["--tempo", "nan"],
        ["--range", "nonsense"],
        ["--range", "C9-C3"],
        ["--range", "C3"],
        ["--scale", "nonsense"],
        ["--count", "0"],
        ["--length", "20s", "--hits", "30"],
        ["--length", "20s", "--hits", "-3"],
        ["--form", "nonsense"],
        ["--genre", "blorp"],
        ["--parts", "kazoo"],
        ["--chords", "Am Q7"],
        ["--leap", "0"],
        ["--pool", "0"],
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_in_three_parts(desk, capsys, tiny_music, line):
    refused(capsys, "music", "a song", *line, "--checkpoint", str(tiny_music))
    assert not list(desk.iterdir())


@pytest.mark.parametrize(
    ("line", "one", "other"),
    [
        (["--key", "Am", "--scale", "D E F"], "--key", "--scale"),
        (["--range", "E4-E4", "--scale", "C D"], "range", "scale"),
        (["--leap", "1", "--scale", "pentatonic"], "--leap", "scale"),
        (["--chords", "Am F C G", "--bars", "2"], "--chords", "--bars"),
        (["--key", "C", "--scale", "C D", "--chords", "F#"], "--chords", "--scale"),
        (["--length", "10s", "--bars", "40", "--tempo", "60", "--metre", "4/4"], "--bars", "--length"),
    ],
)
def test_of_two_wishes_that_contradict_each_other_both_are_named(desk, capsys, tiny_music, line, one, other):
    told = refused(capsys, "music", "a song", *line, "--checkpoint", str(tiny_music))["wrong"]
    assert one in told and other in told and "contradict" in told


def test_drawn_chords_give_way_to_a_narrow_range(desk, capsys, tiny_music):
    line = ["a song", "--parts", "violin", "--range", "C4-C4", "--bars", "4", "--count", "1", "--pool", "2"]
    assert run(["music", *line, "--checkpoint", str(tiny_music), "--json"]) == 0
    score = read(json.loads(capsys.readouterr().out)["path"])
    assert {note.pitch for part in score.parts for note in part.notes} <= {60}


def test_models_of_another_craft_are_refused_by_name(tune, capsys, tiny_music, tiny_box):
    assert "does not write music" in refused(capsys, "music", "fill", tune, "--bars", "1", "--checkpoint",
                                             str(tiny_box))["wrong"]  # fmt: skip
    genre = refused(capsys, "music", "continue", tune, "--genre", "blorp", "--checkpoint", str(tiny_music))
    assert "blorp" in genre["wrong"]


def test_a_misspelt_move_is_answered_with_the_nearest(tune, capsys):
    assert "harmonise" in refused(capsys, "music", "harmonize", tune)["mend"]
    assert "quotes" in refused(capsys, "music", "a", "song")["mend"]
    assert "is a file" in refused(capsys, "music", tune)["wrong"]


def test_words_need_a_tune_that_is_long_enough_and_sung(tune, desk, capsys):
    (desk / "long.txt").write_text("la " * 40)
    told = refused(capsys, "music", "lyrics", tune, "long.txt")
    assert "40 syllables" in told["wrong"] and "16 notes" in told["wrong"]
    beat = s.Part("Drums", 0, tuple(s.Note(480 * n, 60, 36) for n in range(16)), drums=True)
    drums = written(desk / "drums.mid", s.regular_bars(4), beat)
    (desk / "words.txt").write_text("sing a song")
    assert "cannot sing" in refused(capsys, "music", "lyrics", drums, "words.txt")["wrong"]


def test_without_a_soundfont_its_absence_is_named(tune, capsys):
    assert "no such SoundFont" in refused(capsys, "music", "render", tune, "--soundfont", "none.sf2")["wrong"]


@pytest.mark.parametrize("metre", [(7, 8), (5, 4), (12, 8)])
def test_any_metre_with_a_pick_up_keeps_its_bars(desk, capsys, metre):
    bars = s.regular_bars(3, *metre, pickup=480)
    name = written(desk / "Мой вальс.mid", bars)
    assert run(["music", "quantise", name, "--also", "musicxml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert read(told["path"]).bars == bars
    assert (desk / told["files"][0]["path"]).exists()


def test_tuplets_stay_unless_asked_and_the_loss_is_told(desk, capsys):
    notes = tuple(s.Note(beat * 480 + third * 160, 160, 60 + third) for beat in range(8) for third in range(3))
    name = written(desk / "tuplets.mid", s.regular_bars(2), s.Part("Violin", 40, notes))
    assert run(["music", "quantise", name, "--json"]) == 0
    assert read(json.loads(capsys.readouterr().out)["path"]).parts[0].notes == notes
    assert run(["music", "quantise", name, "--tuplets", "--json"]) == 0
    assert "16 of 24 notes moved" in json.loads(capsys.readouterr().out)["note"]


def test_the_slowest_tempo_of_a_midi_file_is_kept(desk, capsys):
    (desk / "slow.mid").write_bytes(midi(TEMPO + b"\xff\xff\xff", TUNE))
    assert run(["music", "quantise", "slow.mid", "--json"]) == 0
    assert read(json.loads(capsys.readouterr().out)["path"]).tempi[0].bpm == pytest.approx(3.58, abs=0.01)


def test_a_picture_shorter_than_a_bar_is_refused_and_a_page_is_html(tune, capsys):
    assert "shorter than one bar" in refused(capsys, "music", "picture", tune, "--length", "1s")["wrong"]
    assert ".html" in refused(capsys, "music", "describe", tune, "--out", "page.mid")["mend"]


def test_tunes_without_a_licence_are_not_learnt_from(desk, capsys):
    (desk / "tunes").mkdir()
    written(desk / "tunes" / "one.mid", s.regular_bars(4))
    assert run(["train", "music", "tunes", "--json"]) == 4
    assert "licence" in json.loads(capsys.readouterr().out.splitlines()[-1])["wrong"]
