"""What may be relied on of whatever a net draws: the automaton lets nothing else through."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from maquette.encodings import strokes_vocabulary as v
from maquette.encodings.strokes import StrokeEncoding
from maquette.encodings.strokes_grammar import Automaton, Rules, log_probabilities
from maquette.encodings.strokes_pen import places_of
from maquette.encodings.strokes_vocabulary import Header
from maquette.media import drawing as d

ENCODING = StrokeEncoding()
PEN = Header(paint="stroke", width=2.0, cap="round", join="round")
RULES = {
    "strokes": Rules(inset=8, longest=60),
    "on whole units": Rules(inset=8, grid=8, longest=50),
    "fills": Rules("fill", inset=0, longest=60),
    "mixed": Rules("mixed", inset=0, longest=70, shapes=3),
}
WALKS = 60  # of each kind: 240 in all


def walk(rules: Rules, seed: int) -> list[int]:
    """The tokens of a walk that takes every legal token with one chance."""
    dice = np.random.default_rng(seed)
    automaton = Automaton(rules)
    tokens: list[int] = []
    while not automaton.done:
        tokens.append(int(dice.choice(np.flatnonzero(automaton.mask()))))
        automaton.push(tokens[-1])
    return tokens


@cache
def walks(kind: str) -> list[list[int]]:
    return [walk(RULES[kind], seed) for seed in range(WALKS)]


def points(drawing: d.Drawing) -> np.ndarray:
    """The points on the lines of a drawing, and the ends of its basic shapes: (n, 2)."""
    out: list[d.Point] = []
    for shape in drawing.shapes:
        g = shape.geometry
        if isinstance(g, d.Path):
            out += [p for s in g.subpaths for p in (s.start, *(segment.to for segment in s.segments))]
        elif isinstance(g, d.Rect):
            out += [g.corner, (g.corner[0] + g.width, g.corner[1] + g.height)]
        else:
            rx, ry = (g.r, g.r) if isinstance(g, d.Circle) else (g.rx, g.ry)
            out += [(g.centre[0] - rx, g.centre[1] - ry), (g.centre[0] + rx, g.centre[1] + ry)]
    return np.array(out)


@pytest.mark.parametrize("kind", RULES)
def test_every_walk_is_a_drawing_within_its_canvas(kind: str) -> None:
    inset = RULES[kind].inset / v.STEP
    for tokens in walks(kind):
        drawing = ENCODING.decode(PEN, tokens)
        assert drawing.shapes
        at = points(drawing)
        assert at.min() >= inset - 0.126 and at.max() <= 24 - inset + 0.126  # the smallest circle at the very edge
        d.to_svg(drawing)


@pytest.mark.parametrize("kind", RULES)
def test_the_length_that_was_asked_for_is_kept(kind: str) -> None:
    # A command that was begun is finished, and a subpath that was begun gets one line.
    assert max(map(len, walks(kind))) <= RULES[kind].longest + 12


def test_the_paint_that_was_asked_for_is_kept() -> None:
    for kind in ("strokes", "fills"):
        paints = [shape.paint for tokens in walks(kind) for shape in ENCODING.decode(PEN, tokens).shapes]
        assert {(p.stroke, p.fill) for p in paints} == {(kind == "strokes", kind == "fills")}
        assert {p.opacity for p in paints} == {1.0}
        assert {(p.width, p.cap, p.join) for p in paints} == {(2.0, "round", "round")}
    mixed = [shape.paint for tokens in walks("mixed") for shape in ENCODING.decode(PEN, tokens).shapes]
    assert {(p.stroke, p.fill) for p in mixed} == {(True, False), (False, True), (True, True)}
    assert max(len(ENCODING.decode(PEN, tokens).shapes) for tokens in walks("mixed")) <= 3


def test_the_grid_that_was_asked_for_is_kept() -> None:
    for tokens in walks("on whole units"):
        for shape in ENCODING.decode(PEN, tokens).shapes:
            if isinstance(shape.geometry, d.Path) and len(shape.geometry.subpaths) == 1:
                (subpath,) = shape.geometry.subpaths
                at = np.array([subpath.start, *(segment.to for segment in subpath.segments)])
                assert (np.abs(at - at.round()) <= 0.011).all() or any(
                    isinstance(s, d.Arc) for s in subpath.segments
                )  # 0.011: a dot; a basic shape that became arcs has its corners elsewhere


@pytest.mark.parametrize("kind", RULES)
def test_every_walk_can_be_written_down_again(kind: str) -> None:
    for tokens in walks(kind)[:25]:
        drawing = ENCODING.decode(PEN, tokens)
        encoded = ENCODING.encode(drawing)
        again = ENCODING.decode(encoded.header, encoded.body)
        one, two = d.render_many([drawing, again], 48)
        assert np.minimum(one, two).sum() / np.maximum(one, two).sum() > 0.9


def test_nearly_no_ink_leaves_the_canvas_even_in_blind_walks() -> None:
    over = []
    for tokens in walks("strokes"):
        box = d.bounds(ENCODING.decode(PEN, tokens))
        assert box is not None
        over.append(max(-min(box[:2]), max(box[2:]) - 24))
    assert np.mean(np.array(over) <= 0.126) >= 0.85


def test_a_half_circle_is_not_begun_where_it_would_leave_the_canvas() -> None:
    automaton = Automaton(Rules(inset=8))
    for token in (v.STROKE, v.MOVE, v.X + 8 + 168, v.Y + 8 + 8, v.ARC, v.R + 72):  # at the top, turning upwards
        automaton.push(token)
    assert not automaton.mask()[v.DX + v.ZERO - 144]  # twice the radius to the left would be a half circle
    assert automaton.mask()[v.DX + v.ZERO - 40 : v.DX + v.ZERO - 4].any()


def test_decoding_never_fails_on_what_the_automaton_lets_through() -> None:
    for kind in RULES:
        for tokens in walks(kind)[:15]:
            for end in range(len(tokens) + 1):
                ENCODING.decode(PEN, tokens[:end])


@pytest.mark.parametrize("kind", RULES)
def test_the_automatons_places_are_those_of_the_whole_sequence(kind: str) -> None:
    for tokens in walks(kind)[:15]:
        prefix = ENCODING.prefix(PEN, [4]).tolist()
        expected = places_of([*prefix, *tokens])[len(prefix) :]
        automaton = Automaton(RULES[kind])
        for token, places in zip(tokens, expected, strict=True):
            automaton.push(token)
            assert automaton.places().tolist() == places.tolist()


def test_a_mask_is_never_empty_and_never_changed_by_the_next() -> None:
    for seed in range(10):
        automaton, seen = Automaton(Rules(inset=8, longest=40)), []
        for token in walk(Rules(inset=8, longest=40), seed):
            mask = automaton.mask()
            assert mask.dtype == np.bool_ and mask.shape == (v.OUTPUTS,) and mask.any()
            seen.append((mask, mask.copy()))
            automaton.push(token)
        assert all(np.array_equal(mask, before) for mask, before in seen)


HUMAN = [
    '<path d="m3 9 9-7 9 7v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/><path d="M9 22V12h6v10"/>',
    '<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2"/>',
    '<path d="M12 17h.01M12 8a4 4 0 0 1 0 8"/>',  # a dot, a half circle
    '<path d="M4 12a8 8 0 0 1 16 0"/><path d="M6 12a6 6 0 0 0 12 0M2 2l3 3"/>',
    '<rect x="2" y="5" width="20" height="14" rx="2"/><ellipse cx="12" cy="12" rx="4" ry="3"/>',
    '<path d="M3 5v14a9 3 0 0 0 18 0V5M3 12a9 3 0 0 0 18 0"/>',
    '<path d="M19 14c1.5-1.5 3-3.2 3-5.5A5.5 5.5 0 0 0 16.5 3c-1.8 0-3 .5-4.5 2-1.5-1.5-2.7-2-4.5-2A5.5 5.5 0 0 0 2 8.5'
    'c0 2.3 1.5 4 3 5.5l7 7Z"/>',
    '<path d="M4 12c2-6 6-6 8 0s6 6 8 0"/>',  # a smooth curve
    '<path d="M12 2a10 10 0 1 1-7 3"/>',  # a large arc
    '<path d="M4 12a18 18 0 0 1 16 0"/>',  # a part of a circle larger than the canvas
]


def human(inside: str) -> list[int]:
    drawing = d.parse(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{inside}</svg>'
    )
    return list(map(int, ENCODING.encode(drawing).body))


@pytest.mark.parametrize("inside", HUMAN)
def test_what_people_draw_is_legal(inside: str) -> None:
    automaton = Automaton(Rules(inset=0))
    for token in human(inside):
        assert automaton.mask()[token], (token, automaton.pen.state, automaton.pen.arguments)
        automaton.push(token)
    assert automaton.done


def test_a_delta_is_also_read_as_the_position_it_leads_to() -> None:
    automaton = Automaton(Rules(inset=0))
    for token in (v.STROKE, v.MOVE):
        automaton.push(token)
        assert automaton.view() is None
    for token in (v.X + 8 + 40, v.Y + 8 + 80, v.LINE):
        automaton.push(token)
    first, beside, count = automaton.view() or (0, 0, 0)
    # The delta of +16 steps stands where position 40 + 16 is read.
    assert beside == v.X and count == v.POSITIONS
    assert v.DX + v.ZERO + 16 - first == 8 + 56


def test_probabilities_add_up_to_one_over_what_may_follow() -> None:
    tokens = np.array(human(HUMAN[0]))
    places = places_of([v.ICON, *tokens])[:-1]
    logits = np.random.default_rng(0).normal(size=(len(tokens), v.OUTPUTS))
    at = int(np.flatnonzero((tokens >= v.DX) & (tokens < v.DY))[0])
    base = int(places[at, 0])
    choices = v.DX + v.ZERO - base + np.arange(v.POSITIONS)
    rows = np.full(v.POSITIONS, at)
    assert np.exp(log_probabilities(logits[rows], choices, places[rows])).sum() == pytest.approx(1)
    rows = np.full(v.FRACTION, 0)
    assert np.exp(log_probabilities(logits[rows], np.arange(v.FRACTION), places[rows])).sum() == pytest.approx(1)


def test_the_net_and_the_evaluation_measure_alike() -> None:
    torch = pytest.importorskip("torch")
    from maquette.training.losses import stroke_costs

    dice = np.random.default_rng(1)
    tokens = np.array([t for inside in HUMAN for t in human(inside)])
    places = np.concatenate([places_of([v.ICON, *human(inside)])[:-1] for inside in HUMAN])
    hidden = dice.normal(size=(len(tokens), 8)).astype(np.float32)
    table = dice.normal(size=(v.OUTPUTS, 8)).astype(np.float32)
    costs = stroke_costs(*map(torch.from_numpy, (hidden, table, tokens, places.astype(np.int64)))).numpy()
    assert np.allclose(-costs, log_probabilities(hidden @ table.T, tokens, places), atol=1e-4)
