"""What a composer may rely on when she asks for the next bar."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import UsageError
from maquette.makers.music_ghost import MusicGhosts
from maquette.makers.music_ghost_net import BarWriter
from maquette.makers.music_moves_time import lengthened
from maquette.makers.music_next import guesses
from maquette.makers.music_takes import cells_of, changed
from maquette.makers.music_writer import Writer
from maquette.media import score as s


@pytest.fixture(scope="module")
def ghosts(tiny_music):
    return MusicGhosts(open_checkpoint(tiny_music))


def bars(*rows):
    """A violin tune of 2/4 bars, each given by its pitches."""
    notes = []
    for number, row in enumerate(rows):
        step = 960 // len(row)
        notes += [s.Note(number * 960 + i * step, step, pitch) for i, pitch in enumerate(row)]
    return s.Score(
        (s.Part("Violin", 40, tuple(notes)),), s.regular_bars(len(rows), 2, 4), (s.Key(0, 0),), (s.Tempo(0, 100),)
    )


def test_ghosts_stand_after_the_last_note_and_change_nothing_before(ghosts):
    tune = bars((60, 62), (64, 65), (67, 65), (64, 62))
    found = ghosts.suggest(tune, count=3)
    assert len(found) == 3
    for ghost in found:
        assert len(ghost.media.bars) == 5 and ghost.elements == range(4, 5)
        assert changed(lengthened(tune, 5), ghost.media) == [(4, 0)]
        assert 0 < ghost.chance < 1
    assert len({cells_of(ghost.media) for ghost in found}) == 3
    assert sorted((ghost.chance for ghost in found), reverse=True) == [ghost.chance for ghost in found]


def test_what_followed_the_same_bars_before_is_the_first_guess():
    tune = bars((60, 62), (64, 65), (67, 69), (72, 71), (60, 62), (64, 65))
    first = guesses(lengthened(tune, 7), 6)[0]
    assert [note.pitch for note in first.rows[0]] == [67, 69]
    assert "bar 3" in first.note


def test_a_bar_that_moved_on_by_steps_is_moved_on_once_more():
    tune = bars((60, 62, 64, 60), (62, 64, 65, 62))
    moved = [one for one in guesses(lengthened(tune, 3), 2) if "moved on" in one.note]
    assert [note.pitch for note in moved[0].rows[0]] == [64, 65, 67, 64]


def test_a_ghost_beneath_a_melody_plays_only_in_the_silent_parts(ghosts):
    tune = bars((60, 62), (64, 65), (67, 65))
    duet = replace(tune, parts=(*tune.parts, s.Part("Cello", 42, (s.Note(0, 960, 48), s.Note(960, 960, 43)))))
    for ghost in ghosts.suggest(duet, 2):
        assert changed(duet, ghost.media) == [(2, 1)]
    with pytest.raises(UsageError, match="every part plays already"):
        ghosts.suggest(duet, 1)


def test_what_was_read_before_changes_no_ghost(tiny_music, ghosts):
    tune = bars(*[(60 + i % 5, 64, 67 - i % 3, 62) for i in range(12)])
    writer = Writer(open_checkpoint(tiny_music))
    warm = BarWriter(writer)
    for at in (3, 4, 5, 9, 10, 4):
        whole = lengthened(s.cut(tune, 0, at), at + 1)
        assert warm.write(whole, at, "song", 1) == BarWriter(writer).write(whole, at, "song", 1)


def test_the_first_bar_of_an_empty_page_is_suggested_too(ghosts):
    found = ghosts.suggest(MusicGhosts.blank(), words="a song")
    assert all(ghost.source == "model" and ghost.checkpoint for ghost in found)
    with pytest.raises(UsageError):
        ghosts.suggest(MusicGhosts.blank(), 5)
