"""What a musician may rely on in `notes.v1`: nothing on the grid is lost, and what is forbidden cannot be written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.encodings import notes_vocabulary as v
from maquette.encodings.notes_grammar import CellRules, NoteGrammar, chord_tones
from maquette.encodings.notes_reader import CHORD_LINE, Frame, FrameBar, FrameLine, Reader, read
from maquette.encodings.notes_sheet import Header, ids_of, lay_out, lines_of, notes_of, sheet_of
from maquette.media import score as s


def score_of(*voices: list[tuple[int, int, int]], bars: int = 4, beats: int = 4, unit: int = 4) -> s.Score:
    """Parts of (start, length, pitch) in 24ths of a quarter."""
    parts = tuple(
        s.Part(f"part {i}", 40, s.sorted_notes(s.Note(a * 20, b * 20, p) for a, b, p in voice))
        for i, voice in enumerate(voices)
    )
    return s.Score(parts, s.regular_bars(bars, beats, unit), (s.Key(0, 2, "major"),), (s.Tempo(0, 96),))


def back(score: s.Score, **how: object) -> list[list[tuple[int, int, int]]]:
    """The notes of each part, written as ids and read again."""
    sheet = sheet_of(score)
    laid = lay_out(sheet, Header(), **how)  # type: ignore[arg-type]
    _, _, reader = read(laid.frame, laid.header, laid.ids.tolist())
    starts = [round(start) for start in score.starts]
    return [
        sorted((n.start // 20, n.length // 20, n.pitch) for n in notes_of(reader.cells, starts, line, laid.down))
        for line in range(len(sheet.lines))
    ]


notes = st.lists(st.tuples(st.integers(0, 383), st.integers(1, 300), st.integers(30, 90)), max_size=24)


@settings(max_examples=60, deadline=None)
@given(notes, notes)
def test_notes_on_the_grid_come_back_exactly(one, two):
    def alone(rows):  # two notes of one pitch never sound together in one staff
        kept, until = [], {}
        for start, length, pitch in sorted(rows):
            if start >= until.get(pitch, 0):
                kept.append((start, length, pitch))
                until[pitch] = start + length
        return kept

    voices = [alone(one), alone(two)]
    assert back(score_of(*voices)) == [sorted(voice) for voice in voices]


def test_cells_left_out_and_written_at_the_end_are_the_same_music():
    voices = [[(i * 24, 24, 60 + i) for i in range(16)], [(i * 48, 48, 48 + i) for i in range(8)]]
    score = score_of(*voices)
    holes = [(1, 0), (1, 1), (2, 1)]
    assert back(score, holes=holes) == [sorted(voice) for voice in voices]


def test_what_is_read_is_always_what_the_masks_admit():
    voices = [[(0, 24, 62), (0, 24, 66), (0, 96, 50), (30, 7, 69), (96, 200, 70)], [(12, 12, 45), (383, 1, 40)]]
    sheet = sheet_of(score_of(*voices))
    sheet.chords = {0: [(0, 2), (48, 12 + 4)], 2: [(0, 120)]}
    for holes in ((), [(0, 0), (0, 1), (2, CHORD_LINE)]):
        laid = lay_out(sheet, Header(mode=0, chords=True), holes=holes)
        places, _, _ = read(laid.frame, laid.header, laid.ids.tolist())
        assert (places.max(axis=0) < np.array(v.PLACES)).all()
        for state, token in zip(places[laid.header :, 0], laid.ids[laid.header + 1 :], strict=False):
            assert token in (v.MASK, v.FILLS) or v.MASKS[state][token] or token == v.FILL


def test_a_piece_reads_the_same_in_every_key():
    tune = [(i * 24, 24, 60 + p) for i, p in enumerate((0, 2, 4, 5, 7, 9, 11, 12))]
    told = []
    for tonic in range(-5, 7):
        moved = [(a, b, p + tonic) for a, b, p in tune]
        score = score_of(moved)
        score = s.Score(score.parts, score.bars, (s.Key(0, tonic % 12),), score.tempi)
        told.append(lay_out(sheet_of(score), Header()).ids.tolist())
    assert all(one == told[0] for one in told)


@pytest.mark.parametrize("ticks", [1, 13, 47, 96, 97, 289, 1000])
def test_every_length_can_be_said(ticks):
    assert sum(v.DURATIONS[i] for i in v.durations_of(ticks)) == ticks


def test_two_piano_parts_are_two_hands_and_staves_are_lines():
    two = s.Score((s.Part("upper", 0), s.Part("lower", 0)), s.regular_bars(1))
    one = s.Score((s.Part("Piano", 0, staves=2), s.Part("Drums", drums=True)), s.regular_bars(1))
    names = [[v.INSTRUMENTS[line.instrument] for line in lines_of(score)] for score in (two, one)]
    assert names == [["piano right", "piano left"], ["piano right", "piano left", "drums"]]


def any_walk(rules: CellRules, frame: Frame, seed: int) -> Reader:
    """Write by dice alone: what the masks admit, and nothing else."""
    dice = np.random.default_rng(seed)
    grammar = NoteGrammar(frame, 0, [], rules)
    for _ in range(4000):
        mask = grammar.mask()
        assert mask.any()
        grammar.push(int(dice.choice(np.flatnonzero(mask))))
        if grammar.done:
            return grammar.reader
    raise AssertionError("the dice never ended the piece")


@pytest.mark.parametrize("seed", range(12))
def test_dice_under_the_rules_cannot_break_them(seed):
    frame = Frame(
        (FrameBar(72, 1), FrameBar(84, 15), FrameBar(12, 18)), (FrameLine(14), FrameLine(39), FrameLine(38, True))
    )
    allowed = np.zeros((3, 128), dtype=bool)
    allowed[:, 60:72] = True
    allowed[:, [61, 66]] = False
    rules = CellRules(allowed, leap=5, voices={0: 1, 1: 2}, most=4, shortest=3, beat=(24, 24, 12))
    reader = any_walk(rules, frame, seed)
    starts = [0, 72, 156, 168]
    for line, limit in ((0, 1), (1, 2)):
        sounding = []
        before = None
        for (bar, index), groups in sorted(reader.cells.items()):
            if index != line:
                continue
            assert len(groups) <= 4
            for group in groups:
                at = starts[bar] + group.start
                sounding = [(end, p) for end, p in sounding if end > at]
                sounding += [(at + group.length, p) for p in group.pitches]
                assert len(sounding) <= limit
                assert group.start < frame.bars[bar].length and at + group.length <= 168 and group.length >= 3
                assert all(60 <= p < 72 and p not in (61, 66) for p in group.pitches)
                assert before is None or abs(group.pitches[0] - before) <= 5
                before = group.pitches[0]


def test_a_given_rhythm_is_kept_and_only_its_pitches_are_free():
    frame = Frame((FrameBar(72, 1),) * 2, (FrameLine(14),))
    rhythm = ((0, 36), (36, 12), (60, 13))
    rules = CellRules(np.ones((1, 128), dtype=bool), rhythm={(0, 0): rhythm, (1, 0): rhythm})
    reader = any_walk(rules, frame, 3)
    for bar in range(2):
        assert tuple((g.start, g.length) for g in reader.cells[bar, 0]) == rhythm


def test_chords_hold_on_every_beat_and_tones_are_those_of_the_chord():
    assert set(np.flatnonzero(chord_tones(12 + 9))) == {p for p in range(128) if p % 12 in (9, 0, 4)}
    frame = Frame((FrameBar(96, 0),), (FrameLine(39),), chords=True)
    given_chords = {0: [v.CHORD + 12 + 9, v.POS + 48, v.CHORD + 7]}
    rules = CellRules(np.ones((1, 128), dtype=bool), chords="all", given_chords=given_chords, beat=(24,))
    reader = any_walk(rules, frame, 5)
    for group in reader.cells.get((0, 0), ()):
        tones = (9, 0, 4) if group.start < 48 else (7, 11, 2)
        assert all(pitch % 12 in tones for pitch in group.pitches)


def test_of_two_notes_of_one_pitch_the_longer_stays_and_a_new_one_ends_the_old():
    score = score_of([(0, 24, 60), (0, 48, 60), (24, 24, 60)])
    assert back(score) == [[(0, 24, 60), (24, 24, 60)]]


def test_loudness_is_said_once_and_where_it_changes():
    groups = read_groups(
        [v.VEL + 3, v.PITCH + 60, v.DUR + 11, v.PITCH + 62, v.DUR + 11, v.VEL + 6, v.PITCH + 64, v.DUR + 11]
    )
    assert ids_of(groups, drums=False)[0] == v.VEL + 3
    assert sum(v.VEL <= token < v.POS for token in ids_of(groups, drums=False)) == 2


def read_groups(ids: list[int]):
    reader = Reader(Frame((FrameBar(96, 0),), (FrameLine(0),)))
    for token in [v.BAR, v.LINE, *ids, v.END]:
        reader.push(token)
    return reader.cells[0, 0]
