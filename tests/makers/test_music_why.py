"""What a musician may rely on when she asks why the net wrote a note."""

from __future__ import annotations

import math

import pytest

from maquette.checkpoints.box import open_checkpoint
from maquette.data.score_text import to_text
from maquette.makers.music_net import told_rules
from maquette.makers.music_why import by_note, odds_of
from maquette.makers.music_writer import CHORD_LINE, Rules, Writer
from maquette.media import score as s

EMPTY = s.Score((s.Part("Violin", 40),), s.regular_bars(4, 3, 4), (s.Key(0, 9, "minor"),), (s.Tempo(0, 120),))
EVERY = [(bar, 0) for bar in range(4)]
A_MINOR = frozenset((9, 11, 0, 2, 4, 5, 7))


@pytest.fixture(scope="module")
def box(tiny_music):
    return open_checkpoint(tiny_music)


def traced(box, score, holes, rules):
    written = Writer(box).write(score, holes, rules=rules, seed=4)[0]
    cells = {f"{bar}:{line}": list(ids) for (bar, line), ids in written.cells.items()}
    trace = {"frame": to_text(score), "cells": cells, "rules": told_rules(vars(rules)), "manner": {}}
    return written, trace


def test_the_odds_are_those_that_the_notes_were_drawn_by(box):
    written, trace = traced(box, EMPTY, EVERY, Rules(scale=A_MINOR, least=2))
    found = odds_of(box, trace)
    assert all(0 < one.chosen.chance <= 1 for one in found)
    total = sum(math.log(one.chosen.chance) for one in found)
    assert total >= written.logprob - 0.01  # ways from cell to cell are decisions too, and are not told
    pitches = [one for one in found if one.kind == "pitch"]
    assert len(pitches) == written.score.count
    assert sorted({one.tick for one in pitches}) == sorted({note.start for note in written.score.parts[0].notes})


def test_what_a_rule_forbade_is_told_with_the_rule(box):
    _, trace = traced(box, EMPTY, EVERY, Rules(scale=A_MINOR, least=2))
    found = [one for one in odds_of(box, trace) if one.rule]
    assert found and {"the scale", "the range"} & {one.rule for one in found}
    assert all(0.03 <= one.forbidden <= 1 for one in found)
    for one in found:
        if one.rule == "the scale":
            assert "#" in one.wanted.words or "b" in one.wanted.words


def test_bars_that_were_there_already_are_not_explained(box):
    written, _ = traced(box, EMPTY, EVERY, Rules(least=2))
    _, trace = traced(box, written.score, [(1, 0), (2, 0)], Rules(least=1))
    assert {one.bar for one in odds_of(box, trace)} == {1, 2}


def test_chords_are_told_by_their_names(box):
    holes = [*EVERY, *((bar, CHORD_LINE) for bar in range(4))]
    written, trace = traced(box, EMPTY, holes, Rules(least=1))
    chords = [one for one in odds_of(box, trace) if one.kind == "chord"]
    assert len(chords) >= len(written.score.chords) - 1 and all(one.chosen.words for one in chords)


def test_an_entry_is_told_as_one(box):
    written, trace = traced(box, EMPTY, EVERY, Rules(least=2))
    groups = list(by_note(odds_of(box, trace)))
    assert len(groups) >= len({note.start for note in written.score.parts[0].notes})
