"""What a musician may rely on when pieces are sealed, changed by hand, taken in, made again and explained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from maquette.core.errors import UsageError
from maquette.core.types import Request, Work
from maquette.data.score_text import to_text
from maquette.media.score import Key, Note, Part, Score, Tempo, regular_bars
from maquette.media.score_midi import read, to_bytes
from maquette.media.score_xml import to_xml
from maquette.studio.recovering import recover
from maquette.studio.scores import Take, keep_move
from maquette.studio.studio import Studio
from maquette.studio.telling import tell
from maquette.trust import seal
from maquette.trust.explain import explain
from maquette.trust.verify import verify
from trust.samples import CARD


@pytest.fixture
def studio(at) -> Studio:
    return Studio(at)


def a_piece(bars: int = 4) -> Score:
    tune = tuple(Note(480 * at, 480, 60 + (at * at * 5 + 3 * at) % 13) for at in range(4 * bars))
    bass = tuple(Note(1920 * bar, 1920, 43 + bar) for bar in range(bars))
    parts = (Part("Flute", 73, tune), Part("Cello", 42, bass))
    return Score(parts, regular_bars(bars), (Key(0, 0),), (Tempo(0, 96),), title="Air")


def kept(studio: Studio, out: Path) -> Path:
    take = Take(a_piece(), "rule", "written by rule", trace={"score": to_text(a_piece())})
    return keep_move(studio, None, [take], move="make", words="an air", out=out)[0].asset.path


def lines(sections) -> str:
    return "\n".join(line for heading, told in sections for line in (heading, *told))


def test_a_midi_file_has_its_credential_beside_it_and_every_change_is_found(studio, tmp_path):
    path = kept(studio, tmp_path)
    assert path.suffix == ".mid" and path.with_name(path.name + ".c2pa").is_file()
    assert studio.verdict(path).state == "trusted"
    data = path.read_bytes()
    for at in range(0, len(data), max(1, len(data) // 25)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        assert studio.verdict(path).state == "invalid"


@pytest.mark.parametrize("suffix", [".musicxml", ".abc"])
def test_other_files_of_notes_are_sealed_beside_them_too(ada, at, tmp_path, suffix):
    text = to_xml(a_piece()) if suffix == ".musicxml" else "X:1\nT:Air\nM:4/4\nL:1/4\nK:C\nCDEF|\n"
    mime = {".musicxml": "application/vnd.recordare.musicxml+xml", ".abc": "text/vnd.abc"}[suffix]
    work = Work(None, Request("music", "an air", {}), 1, "", "edited", "by rule")
    made = seal.seal(work, text.encode(), mime, card={}, originality=None, signer=ada, action="created")
    path = tmp_path / f"air{suffix}"
    path.write_bytes(made.data)
    path.with_name(path.name + ".c2pa").write_bytes(made.sidecar)
    assert made.data == text.encode() and verify(path, at=at).state == "trusted"
    path.write_bytes(made.data.replace(b"C", b"D", 1))
    assert verify(path, at=at).state == "invalid"


def test_a_hand_edit_is_told_in_notes_and_recorded_by_bars(studio, tmp_path):
    path = kept(studio, tmp_path)
    score = read(path)
    flute = score.parts[0]
    notes = [replace(note, pitch=note.pitch + 1) if 4 <= at < 7 else note for at, note in enumerate(flute.notes)]
    edited = tmp_path / "edited.mid"
    edited.write_bytes(to_bytes(replace(score, parts=(replace(flute, notes=tuple(notes)), score.parts[1]))))
    asset = studio.adopt(edited, path, out=tmp_path / "signed")
    verdict, _ = studio.show(asset.path)
    told = lines(tell(verdict))
    assert (
        "3 of 20 notes changed" in told and "4 bars of 2 parts: 7 by the machine, 1 by the machine and edited" in told
    )
    assert verdict.story["trace"]["parts"] == 2 and verdict.story["request"]["maker"] == "music"
    why = lines(explain(verdict))
    assert "part 1: bars 1, 3-4 by the machine, bar 2 by the machine, then by hand" in why
    assert "human share: 12% of the bars" in why


def test_a_recording_is_taken_in_with_its_credential_inside(studio, tmp_path):
    from trust.samples import wav

    before, after = tmp_path / "take.wav", tmp_path / "cut.wav"
    before.write_bytes(wav(400))
    after.write_bytes(wav(300))
    asset = studio.adopt(after, before, human="cut the end", out=tmp_path / "signed")
    assert asset.path.suffix == ".wav" and not asset.path.with_name("cut.wav.c2pa").exists()
    assert studio.verdict(asset.path).state == "trusted"


def test_a_piece_is_made_again_from_its_file_alone(studio, at, tmp_path):
    path = kept(studio, tmp_path)
    again = Studio(at).remake(path, out=tmp_path / "again")
    assert again.same and read(again.asset.path).parts == read(path).parts


def test_a_move_on_a_piece_is_made_again_without_the_piece(studio, at, tmp_path):
    path = kept(studio, tmp_path)
    other = replace(a_piece(), parts=(a_piece().parts[0],))
    take = Take(other, "rule", "the bass left out", trace={"score": to_text(other)})
    child = keep_move(studio, path, [take], move="thin", out=tmp_path)[0].asset.path
    path.unlink()
    assert Studio(at).remake(child, out=tmp_path / "again").same


def test_what_was_near_is_told_with_its_bars(ada, at, tmp_path):
    near = {"title": "Air", "author": "Bach, J. S.", "licence": "CC0-1.0", "source": "m/1", "iou": 0.8, "same": False}
    near |= {"notes": 20, "alike": 16, "part": "Flute", "bars": "1-3", "theirs": "9-11", "encoder": "", "hands": 1}
    found = {"verdict": "distinct", "nearest": [near], "common_sets": 1, "note": "", "windows": 40, "share": 0.0}
    trace = {
        "encoding": "notes.v1",
        "cells": {"0:0": [1, 2], "1:0": [3]},
        "logprob": -4.0,
        "rules": {"scale": [0, 4, 7]},
    }
    trace |= {"frame": to_text(Score()), "sampler": {"seed": 5, "temperature": 1.0}}
    work = Work(None, Request("music", "an air", {}), 5, "ab" * 32, "words", "", (), trace)
    made = seal.seal(
        work, b"MThd", "audio/midi", card=CARD, originality={**found, "longest": 0}, signer=ada, action="created"
    )
    path = tmp_path / "air.mid"
    path.write_bytes(made.data)
    path.with_name("air.mid.c2pa").write_bytes(made.sidecar)
    verdict = verify(path, at=at)
    why, told = lines(explain(verdict)), lines(tell(verdict))
    assert "3 decisions in 2 bars, drawn with seed 5" in why and "only notes of the scale C, E, G" in why
    assert "bars 1-3 (Flute) are like bars 9-11 of Air by Bach, J. S.: 16 of 20 notes" in why
    assert "bars 1-3 of Flute are like its bars 9-11, 16 of 20 notes" in told and "0.0% of its windows" in told


def test_a_private_piece_keeps_its_words_to_itself(ada, at, tmp_path):
    score = replace(a_piece(1), title="a secret air")
    trace = {"score": to_text(score), "move": {"name": "make", "by": "rule"}}
    work = Work(score, Request("music", "a secret air", {}), 1, "", "edited", "by rule", (), trace)
    made = seal.seal(
        work, to_bytes(score), "audio/midi", card={}, originality=None, signer=ada, action="created", private=True
    )
    assert b"secret" not in made.sidecar
    path = tmp_path / "air.mid"
    path.write_bytes(made.data)
    path.with_name("air.mid.c2pa").write_bytes(made.sidecar)
    from maquette.data.score_text import from_text

    hidden = from_text(verify(path, at=at).story["trace"]["score"])
    assert hidden.title == "" and hidden.parts == score.parts


@pytest.mark.parametrize(
    "trace",
    [
        {"rules": {"scale": ["x"]}, "parts": 10**9, "shapes": [{"by": "machine"}]},
        {"rules": {"ranges": {"0": 5}}, "cells": {"0:0": "x", "y": [1]}, "move": {}},
        {"cells": {}, "frame": "", "score": "!", "parts": -4, "shapes": [{"by": "nobody"}]},
    ],
)
def test_a_strangers_record_of_a_piece_breaks_nothing(ada, at, tmp_path, trace):
    work = Work(None, Request("music", "an air", {}), 5, "", "edited", "", (), trace)
    made = seal.seal(work, b"MThd", "audio/midi", card={}, originality=None, signer=ada, action="created")
    path = tmp_path / "air.mid"
    path.write_bytes(made.data)
    path.with_name("air.mid.c2pa").write_bytes(made.sidecar)
    verdict = verify(path, at=at)
    assert explain(verdict) and tell(verdict)


def test_a_credential_that_was_lost_is_put_back_beside_its_file(studio, tmp_path):
    path = kept(studio, tmp_path)
    path.with_name(path.name + ".c2pa").unlink()
    assert studio.verdict(path).state == "unsigned"
    found = recover(studio, path)
    assert found.how == "bytes" and found.path == path and studio.verdict(path).state == "trusted"


def test_a_piece_that_another_program_saved_is_known_by_its_notes_and_by_its_melody(studio, tmp_path):
    path = kept(studio, tmp_path)
    score = read(path)
    saved, sung = tmp_path / "saved.musicxml", tmp_path / "higher.mid"
    saved.write_text(to_xml(score, title="other"), encoding="utf-8")
    moved = [replace(part, notes=tuple(replace(n, pitch=n.pitch + 3) for n in part.notes)) for part in score.parts]
    sung.write_bytes(to_bytes(replace(score, parts=tuple(moved[:1]), tempi=(Tempo(0, 60),))))
    by_notes = recover(studio, saved, out=tmp_path / "given")
    assert by_notes.how == "content" and studio.verdict(by_notes.path).state == "trusted"
    by_melody = recover(studio, sung)
    assert by_melody.how == "melody" and by_melody.share > 0.8 and by_melody.path.name == "higher-recovered.mid"


def test_what_was_never_kept_is_not_recovered(studio, tmp_path):
    strange = tmp_path / "strange.mid"
    notes = tuple(Note(240 * at, 240, 60 + (at * at * 7) % 19) for at in range(40))
    strange.write_bytes(to_bytes(Score((Part("x", 0, notes),), regular_bars(5))))
    with pytest.raises(UsageError, match="knows no work like it"):
        recover(studio, strange)
    with pytest.raises(UsageError, match="nothing is lost"):
        recover(studio, kept(studio, tmp_path))
