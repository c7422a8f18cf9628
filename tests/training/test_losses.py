"""What a training may rely on when a net's guesses are judged."""

from __future__ import annotations

import numpy as np
import pytest

import icons
from maquette.encodings import strokes_vocabulary as v
from maquette.encodings.strokes import StrokeEncoding
from maquette.encodings.strokes_pen import places_of
from maquette.media import drawing as d

torch = pytest.importorskip("torch")

from maquette.training.losses import delta_logits, stroke_costs  # noqa: E402


@pytest.fixture(scope="module")
def case() -> tuple:  # type: ignore[type-arg]
    bodies = [StrokeEncoding().encode(d.parse(item.svg_text())).body for item in icons.items()]
    places = np.concatenate([places_of([v.ICON, *body])[:-1] for body in bodies]).astype(np.int64)
    dice = torch.Generator().manual_seed(0)
    targets = torch.from_numpy(np.concatenate(bodies)).long()
    hidden = torch.randn(len(targets), 16, generator=dice)
    return hidden, torch.randn(v.OUTPUTS, 16, generator=dice) * 0.1, targets, torch.from_numpy(places)


def test_a_net_that_knows_nothing_pays_the_logarithm_of_the_choices(case) -> None:
    _, table, targets, places = case
    costs = stroke_costs(torch.zeros(len(targets), 16), table, targets, places)
    for slot, (first, end) in v.SLOT_RANGE.items():
        chosen = (targets >= first) & (targets < end)
        choices = v.POSITIONS if slot in (v.DX_SLOT, v.DY_SLOT) else end - first
        assert torch.allclose(costs[chosen], torch.tensor(float(choices)).log())


def test_the_cost_of_a_token_does_not_depend_on_its_neighbours(case) -> None:
    hidden, table, targets, places = case
    order = torch.randperm(len(targets), generator=torch.Generator().manual_seed(1))
    costs = stroke_costs(hidden, table, targets, places)
    assert torch.allclose(stroke_costs(hidden[order], table, targets[order], places[order]), costs[order], atol=1e-5)
    one = stroke_costs(hidden[7:8], table, targets[7:8], places[7:8])
    assert torch.allclose(one, costs[7:8], atol=1e-5)


def test_a_delta_is_worth_its_movement_and_the_place_it_leads_to() -> None:
    h = torch.ones(1, 1)
    table = torch.zeros(v.OUTPUTS, 1)
    table[v.DX + v.ZERO + 16] = 1.0  # sixteen steps to the right are likely
    table[v.X + 8 + 100] = 2.0  # and so is the position 100
    logits = delta_logits(h, table, v.DX, v.X, torch.tensor([8 + 84]))[0]
    assert int(logits.argmax()) == 8 + 100 and float(logits.max()) == 3.0
    assert float(delta_logits(h, table, v.DX, v.X, torch.tensor([8 + 20]))[0, 8 + 36]) == 1.0


def test_every_target_can_be_learnt(case) -> None:
    hidden, table, targets, places = (one.clone() for one in case)
    hidden.requires_grad_()
    table.requires_grad_()
    before = stroke_costs(hidden, table, targets, places)
    before.mean().backward()
    assert (hidden.grad.abs().sum(1) > 0).all()
    with torch.no_grad():
        after = stroke_costs(hidden - 20 * hidden.grad, table, targets, places)
    assert after.mean() < before.mean()
