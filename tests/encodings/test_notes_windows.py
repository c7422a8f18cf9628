"""What figures on music may be relied on for: every note of a piece is judged, once, and with what came before it."""

from __future__ import annotations

import numpy as np
import pytest

import tunes
from maquette.data.music_records import record_to_score
from maquette.encodings import notes_vocabulary as v
from maquette.encodings.notes_sheet import Sheet
from maquette.encodings.notes_windows import (
    Window,
    groups,
    is_note,
    judged,
    left_out,
    log_probabilities,
    sheet_to_learn,
    streams,
    windows,
)


def sheet(bars: int = 30, parts: int = 1, **more: object) -> Sheet:
    record = tunes.record(3, bars=bars, lively=True)
    record["parts"] = [*record["parts"]] * parts
    record["voices"] = [[voice[0] + 2 * k, *voice[1:]] for k in range(parts) for voice in record["voices"]]
    return sheet_to_learn(record_to_score({**record, **more}))


def cut(one: Sheet, context: int = 160) -> list[Window]:
    return list(windows(one, judged(0), context))


@pytest.mark.parametrize("parts", [1, 3, 7])
def test_every_note_is_judged_once(parts: int) -> None:
    one = sheet(parts=parts)
    some = cut(one)
    assert len(some) > 3
    whole = sum(int(np.count_nonzero(is_note(cell))) for cell in one.cells.values())
    assert sum(window.notes for window in some) == whole == parts * 30 * 9
    assert left_out(one, 160) == 0


def test_what_is_judged_are_the_very_ids_of_the_piece() -> None:
    one = sheet()
    (stream,) = streams(one, 160)
    told = np.concatenate([window.ids[window.scored] for window in cut(one)])
    assert np.array_equal(told, stream[1:])  # but for the first bar line, which is no choice


def test_windows_fit_the_net_and_carry_what_came_before() -> None:
    some = cut(sheet())
    for number, window in enumerate(some):
        assert len(window.ids) <= 160
        first = int(np.flatnonzero(window.scored)[0])
        assert window.scored[first:-1].all()
        carried = first - window.laid.header
        assert carried == 1 if number == 0 else carried > 50


def test_only_the_end_of_the_piece_is_judged_as_an_end() -> None:
    some = cut(sheet())
    assert [bool(window.scored[-1]) for window in some] == [False] * (len(some) - 1) + [True]


def test_many_lines_are_read_in_groups() -> None:
    one = sheet(parts=6)
    found = groups(one, 768)
    assert [line for lines in found for line in lines] == list(range(12)) and max(map(len, found)) <= 8


def test_bars_that_cannot_be_said_are_left_out_and_counted() -> None:
    record = tunes.record(3, bars=8)
    record["bars"] = [96, 96, 384, 96, 96]  # one bar of sixteen quarters among them
    one = sheet_to_learn(record_to_score(record))
    lost = left_out(one, 160)
    assert lost == 16 + 4  # the melody's and the bass's
    assert sum(window.notes for window in cut(one)) + lost == 8 * 5


def test_a_piece_without_a_key_is_given_the_one_that_it_is_in() -> None:
    record = tunes.record(3)
    assert sheet_to_learn(record_to_score({**record, "key": None})).keys[0][0] in range(12)


def test_probabilities_are_over_what_may_stand_there() -> None:
    dice = np.random.default_rng(0)
    logits = dice.normal(size=(1, v.OUTPUTS)).astype(np.float32)
    for state, reference in ((v.AT_CELL, 60), (v.AT_PITCH, 64), (v.AT_BAR, -1), (v.STATES + v.AT_PITCH, -1)):
        legal = np.flatnonzero(v.MASKS[state])
        rows = np.repeat(logits, len(legal), axis=0)
        beside = (np.full(len(legal), state), np.full(len(legal), reference))
        total = np.exp(log_probabilities(rows, legal, *beside)).sum()
        assert total == pytest.approx(1.0)


def test_the_training_counts_the_same() -> None:
    torch = pytest.importorskip("torch")
    from maquette.training.notes_losses import note_costs

    (window, *_) = cut(sheet())
    places, references = window.read()
    rows = np.flatnonzero(window.scored)
    dice = np.random.default_rng(1)
    hidden, table = (dice.normal(size=(n, 16)).astype(np.float32) for n in (len(rows), v.OUTPUTS))
    states, heard = places[rows - 1, 0].astype(np.int64), references[rows - 1].astype(np.int64)
    ids = window.ids[rows].astype(np.int64)
    costs = note_costs(*map(torch.from_numpy, (hidden, table, ids, states, heard))).numpy()
    assert np.allclose(-log_probabilities(hidden @ table.T, ids, states, heard), costs, atol=1e-3)
