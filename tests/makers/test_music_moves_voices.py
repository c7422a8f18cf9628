"""What a composer of hymns may rely on when the net sings the lower voices."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from maquette.checkpoints.box import open_checkpoint
from maquette.makers import music_moves
from maquette.makers.music_moves_voices import bands, without_parallels
from maquette.makers.music_net import Net
from maquette.makers.music_rules import chords_for, satb
from maquette.makers.music_writer import Writer
from maquette.media import score as s
from maquette.media.score_lint_look import Look, moments
from maquette.media.score_lint_voices import moves

HYMN = (67, 67, 69, 71, 72, 71, 69, 67, 64, 65, 67, 69, 67, 65, 64, 60)


@pytest.fixture(scope="module")
def tune():
    notes = tuple(s.Note(480 * i, 480, pitch) for i, pitch in enumerate(HYMN))
    return s.Score((s.Part("Soprano", 52, notes),), s.regular_bars(4, 4, 4), (s.Key(0, 0),), (s.Tempo(0, 90),))


def test_voices_by_the_net_neither_cross_nor_go_in_parallel(tune, tiny_music):
    net = Net(Writer(open_checkpoint(tiny_music)), count=3)
    takes = [take for take in music_moves.move("harmonise", tune, net, satb=True) if take.by == "net"]
    assert takes
    for take in takes:
        look = Look(take.score)
        assert all(move.parallel is None for move in moves(look))
        for _, now in moments(look.voices):
            pitches = [note.pitch for note in now if note is not None]
            assert all(low <= high for high, low in pairwise(pitches))


def test_every_note_of_the_rule_may_be_sung_as_it_is(tune):
    sung = satb(chords_for(tune))
    rhythm, pitches = bands(sung, (1, 2, 3))
    for (bar, line), allowed in pitches.items():
        own = [note for note in sung.parts[line].notes if sung.bar_at(note.start) == bar]
        assert len(own) == len(allowed) == len(rhythm[bar, line])
        assert all(note.pitch in some for note, some in zip(own, allowed, strict=True))


def test_parallels_are_put_right_and_other_bars_stay(tune):
    sung = satb(chords_for(tune))
    bad = tuple(replace(note, pitch=note.pitch - 12) for note in tune.parts[0].notes)
    octaves = replace(sung, parts=(*sung.parts[:3], replace(sung.parts[3], notes=bad)))
    assert without_parallels(octaves, sung).parts[3].notes == sung.parts[3].notes
    assert without_parallels(sung, sung) == sung
