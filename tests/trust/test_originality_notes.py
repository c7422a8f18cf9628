"""What a musician may rely on when the originality of a piece is told."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from maquette.encodings.print_notes import NoteIndex, build
from maquette.media import drawing
from maquette.media.score import Note, Part, Score, regular_bars, sorted_notes
from maquette.trust.originality_notes import examine
from maquette.trust.prints import examine as examine_any
from maquette.trust.prints import load_index


@dataclass(frozen=True)
class Piece:
    id: str
    made: Score
    title: str = "Air"
    author: str = "Brown, Ada"
    licence: str = "CC-BY-4.0"
    set: str = "own"
    encoder: str = "Eve"
    genre: str = "song"
    work: str = "brown|air"

    def score(self) -> Score:
        return self.made


def tune(seed: int, count: int = 80, start: int = 0) -> list[Note]:
    dice = np.random.default_rng(seed)
    notes, at, pitch = [], start, 67
    for _ in range(count):
        gap = int(dice.choice([120, 240, 240, 480]))
        pitch = int(np.clip(pitch + dice.choice([-5, -4, -2, -1, 1, 2, 3, 5, 7]), 55, 84))
        notes.append(Note(at, gap, pitch))
        at += gap
    return notes


def scored(notes: list[Note], name: str = "Flute") -> Score:
    return Score((Part(name, notes=sorted_notes(notes)),), regular_bars(max(note.end for note in notes) // 1920 + 1))


def with_quote(seed: int, length: int, changed: int = 0) -> Score:
    before = tune(800 + seed, 40)
    quote = tune(seed)[20 : 20 + length]
    begin = before[-1].end
    moved = [replace(note, start=note.start - quote[0].start + begin, pitch=note.pitch + 3) for note in quote]
    if changed:
        moved[changed::changed] = [replace(note, pitch=note.pitch + 1) for note in moved[changed::changed]]
    return scored([*before, *moved, *tune(850 + seed, 200, moved[-1].end)])


@pytest.fixture(scope="module")
def index() -> NoteIndex:
    return build([Piece(f"own/{seed}", scored(tune(seed)), work=f"brown|{seed}") for seed in range(12)])


def test_a_copied_stretch_is_named_with_composer_licence_and_bars(index):
    report = examine(with_quote(4, 30), index)
    near = report.nearest[0]
    assert report.verdict == "near-copy" and report.longest >= 30
    assert (near.title, near.author, near.licence, near.source, near.part) == (
        "Air",
        "Brown, Ada",
        "CC-BY-4.0",
        "own/4",
        "Flute",
    )
    first = tune(4)[20].start // 1920 + 1
    assert near.theirs.startswith(f"{first}-") and "-" in near.bars and near.encoder == "Eve"
    assert "Air by Brown, Ada (CC-BY-4.0)" in report.note


@pytest.mark.parametrize("every", [11, 8])
def test_a_stretch_with_changed_notes_is_still_a_copy(index, every):
    report = examine(with_quote(5, 40, changed=every), index)
    assert report.verdict == "near-copy" and report.nearest[0].source == "own/5"
    assert 0.7 <= report.nearest[0].iou < 1


def test_a_piece_of_ones_own_is_distinct(index):
    report = examine(scored(tune(555, 200)), index)
    assert (report.verdict, report.share, report.longest) == ("distinct", 0.0, 0)


def test_a_short_likeness_in_a_long_piece_is_said_and_not_refused(index):
    report = examine(with_quote(6, 17), index)
    assert report.share <= 0.01 and report.verdict == "distinct" and report.nearest[0].source == "own/6"


def test_what_three_hands_wrote_is_common_and_never_refused():
    theme = tune(1, 40)
    pieces = [
        Piece(f"own/{number}", scored([*theme, *tune(30 + number, 30, theme[-1].end)]), author=author, work=author)
        for number, author in enumerate(["Bach, J. S.", "Haydn, Joseph", "Wolf, Hugo"])
    ]
    report = examine(scored([*theme, *tune(77, 60, theme[-1].end)]), build(pieces))
    assert report.verdict == "common" and report.common_sets == 3


def test_a_tune_whose_hand_was_learnt_is_own_and_no_copy(index):
    own = build([Piece("mine/1", scored(tune(222)), author="me", set="mine", work="mine")])
    report = examine(scored(tune(222)), index, own=own)
    assert report.verdict == "own" and report.nearest[0].source == "mine/1"
    assert examine(scored(tune(2)), index, own=own).verdict == "near-copy"


def test_prints_are_opened_by_what_they_are_of(index, tmp_path):
    index.save(tmp_path / "fingerprints.npz")
    opened = load_index(tmp_path / "fingerprints.npz")
    assert isinstance(opened, NoteIndex)
    assert examine_any(scored(tune(2)), opened)["verdict"] == "near-copy"
    assert examine_any(drawing.Drawing((), (0, 0, 24, 24)), opened) is None
