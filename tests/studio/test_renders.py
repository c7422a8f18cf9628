"""What a musician may rely on when she renders a score."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from maquette.core.errors import MediaError, UsageError
from maquette.core.hashing import sha256_file
from maquette.interfaces.cli.music_render import render as command
from maquette.media import loudness, sound
from maquette.media.score import TPQ, Note, Part, Score, Tempo, regular_bars
from maquette.media.score_midi import to_bytes
from maquette.studio.renders import How, bars_of, render
from maquette.studio.studio import Studio

SCORE = Score(
    (
        Part("flute", 73, tuple(Note(beat * TPQ, TPQ, 72 + beat % 5, 90) for beat in range(8))),
        Part("бас", 33, tuple(Note(bar * 4 * TPQ, 2 * TPQ, 40, 90) for bar in range(2))),
        Part("drums", 0, tuple(Note(beat * TPQ, 60, 36 if beat % 2 else 42, 90) for beat in range(8)), True),
    ),
    regular_bars(2),
    tempi=(Tempo(0, 170),),
)
PLAIN = How(room="studio")


@pytest.fixture
def tune(tmp_path):
    path = tmp_path / "вальс.mid"
    path.write_bytes(to_bytes(SCORE, title="Waltz"))
    return path


@pytest.mark.parametrize(("kind", "bits"), [("wav", 16), ("flac", 24), ("mp3", 16)])
def test_a_render_is_a_signed_child_at_its_loudness(tune, tmp_path, kind, bits):
    before = tune.read_bytes()
    studio = Studio()
    made = render(studio, tune, replace(PLAIN, kind=kind, bits=bits, lufs=-16), out=tmp_path / "out")
    heard = sound.read(made.asset.path)
    assert loudness.loudness(heard) == pytest.approx(-16, abs=0.3) and loudness.true_peak(heard) <= -1
    assert made.asset.path.name == f"вальс.{kind}" and made.samples == heard.length
    assert made.asset.parents == (sha256_file(tune),)
    verdict = studio.verdict(made.asset.path)
    assert verdict.holds and verdict.story["trace"]["render"]["instruments"] == "own"
    assert tune.read_bytes() == before
    assert studio.library.get(made.asset.id).path == made.asset.path


def test_rendering_twice_overwrites_nothing_and_gives_the_same_sound(tune, tmp_path):
    first, again = (render(Studio(), tune, PLAIN, out=tmp_path / "out", unsigned=True) for _ in range(2))
    assert (first.asset.path.name, again.asset.path.name) == ("вальс.wav", "вальс-2.wav")
    assert first.asset.path.read_bytes() == again.asset.path.read_bytes()
    assert first.asset.credential["where"] == "none"


def test_stems_are_signed_and_add_up_to_the_mix(tune, tmp_path):
    how = replace(PLAIN, stems=True, lufs=-23, bits=24, kind="flac")
    studio = Studio()
    made = render(studio, tune, how, out=tmp_path / "out")
    assert [one.part for one in made.stems] == ["flute", "бас", "drums"]
    assert {one.path.parent.name for one in made.stems} == {"вальс-stems"}
    total = sum(sound.read(one.path).samples for one in made.stems)
    # At -23 LUFS nothing is limited, so that the sum is the file itself but for rounding to 24 bits.
    assert made.stems_gain == 0 and np.abs(total - sound.read(made.asset.path).samples).max() < 1e-6
    assert all(studio.verdict(one.path).holds for one in made.stems)


def test_a_loop_is_exactly_as_long_as_the_bars_that_were_asked_for(tune, tmp_path):
    how = replace(PLAIN, loop=True, bars=(2, 2), rate=48000)
    made = render(Studio(), tune, how, out=tmp_path / "out", unsigned=True)
    assert made.samples == sound.read(made.asset.path).length == round(4 * 60 / 170 * 48000)
    assert made.asset.path.name == "вальс-loop.wav" and made.asset.note == "loop of bars 2 to 2"


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (How(kind="mp3", loop=True), "cannot loop exactly"),
        (How(kind="aiff"), "aiff"),
        (How(lufs=-3), "-3 LUFS"),
        (How(bars=(2, 9)), "not all there"),
        (How(bars=(3, 2)), "no range"),
        (How(soundfont="missing.sf2"), "no such SoundFont"),
        (How(room="bathroom"), "no room"),
        (How(loop=True, count_in=1), "counted in"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_written(tune, tmp_path, how, told):
    with pytest.raises((UsageError, MediaError), match=told):
        render(Studio(), tune, how, out=tmp_path / "out")
    assert not list((tmp_path / "out").glob("*"))


def test_a_piece_is_counted_in_and_the_clicks_have_a_stem_of_their_own(tune, tmp_path):
    made = render(Studio(), tune, replace(PLAIN, count_in=1, stems=True), out=tmp_path / "out", unsigned=True)
    assert made.stems[-1].part == "metronome" and len(made.stems) == 4
    flute = np.abs(sound.read(made.stems[0].path).samples).max(axis=1)
    assert np.flatnonzero(flute > 0.01)[0] / 44100 == pytest.approx(4 * 60 / 170, abs=0.03)


def test_a_sound_is_no_score(tune, tmp_path):
    made = render(Studio(), tune, PLAIN, out=tmp_path / "out", unsigned=True)
    with pytest.raises((UsageError, MediaError)):
        render(Studio(), made.asset.path, PLAIN, out=tmp_path / "out")


@pytest.mark.parametrize(("text", "bars"), [(None, ()), ("7", (7, 7)), ("5-12", (5, 12))])
def test_bars_are_read_as_they_are_counted(text, bars):
    assert bars_of(text) == bars


@pytest.mark.parametrize("text", ["", "a", "3-", "-3", "1-2-3"])
def test_what_names_no_bars_is_refused(text):
    with pytest.raises(UsageError, match="bars"):
        bars_of(text)


def test_the_command_prints_one_object_that_says_what_was_measured(tune, tmp_path):
    asked = [str(tune), "--out", str(tmp_path / "out"), "--room", "none", "--loop", "--stems", "--unsigned", "--json"]
    done = CliRunner().invoke(command, asked)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["lufs"] == pytest.approx(-14, abs=0.3) and told["true_peak"] <= -1
    assert told["samples"] == round(SCORE.duration * 44100) and told["loop"] and len(told["stems"]) == 3
