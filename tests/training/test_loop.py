"""What a training may rely on: it learns, it can be stopped and taken up again, and it is the same every time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import icons
from maquette.encodings.strokes import StrokeEncoding
from maquette.training.corpus import Corpus, Dealer, Sampling, build, styles_of

torch = pytest.importorskip("torch")

from maquette.training.ema import RunningMean  # noqa: E402
from maquette.training.loop import Run, collate, new_net  # noqa: E402
from maquette.training.optim import optimisers, rate_at  # noqa: E402
from maquette.training.recipe import Net, Optimiser, Recipe  # noqa: E402

ITEMS = icons.items()
TINY = Net(width=32, layers=2, heads=2, key_heads=1, hidden=48, context=320, dropout=0.1)
RECIPE = Recipe(
    steps=6, tokens=400, every=3, net=TINY, optimiser=Optimiser(rate=1e-2, warmup=4, mean=0.9), sampling=Sampling()
)


@pytest.fixture(autouse=True)
def one_thread_in_fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    """The timing that decides on bf16 takes longer than these trainings."""
    torch.set_num_threads(1)
    monkeypatch.setattr("maquette.training.loop.bf16_pays", lambda device: False)


@pytest.fixture(scope="module")
def encoding() -> StrokeEncoding:
    return StrokeEncoding(styles_of(ITEMS, least=2), len(icons.few_words()))


@pytest.fixture(scope="module")
def corpus(encoding: StrokeEncoding) -> Corpus:
    return build(ITEMS, encoding, icons.few_words())


def started(corpus: Corpus, encoding: StrokeEncoding, recipe: Recipe = RECIPE) -> Run:
    held_out = Dealer(corpus, replace(Sampling(), infill=0.0), seed=99).pool(0)[:3]
    net = new_net(recipe, encoding.vocabulary)
    return Run(recipe, net, Dealer(corpus, recipe.sampling, recipe.seed, 6), held_out)


def weights(run: Run) -> dict[str, Any]:
    return {name: tensor.clone() for name, tensor in run.net.state_dict().items()}


def equal(one: dict[str, Any], two: dict[str, Any]) -> bool:
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


def test_the_same_recipe_gives_the_same_weights(corpus: Corpus, encoding: StrokeEncoding) -> None:
    first, second = started(corpus, encoding), started(corpus, encoding)
    steps, again = list(first.steps()), list(second.steps())
    assert [step.loss for step in steps] == [step.loss for step in again]
    assert equal(weights(first), weights(second))
    assert not equal(weights(first), weights(started(corpus, encoding)))


@pytest.mark.parametrize("after", [1, 4])
def test_a_training_taken_up_again_ends_as_if_it_had_never_stopped(
    after: int, corpus: Corpus, encoding: StrokeEncoding
) -> None:
    straight = started(corpus, encoding)
    list(straight.steps())
    first = started(corpus, encoding)
    steps = first.steps()
    for _ in range(after):
        next(steps)
    steps.close()  # as Ctrl-C does
    torch.manual_seed(12345)
    second = started(corpus, encoding)
    second.restore(first.state())
    rest = list(second.steps())
    assert [step.number for step in rest] == list(range(after + 1, 7))
    assert equal(weights(straight), weights(second))
    assert equal(straight.mean.mean, second.mean.mean)
    assert second.best == straight.best


def test_stopping_leaves_a_state_that_can_be_saved_and_looked_at(corpus: Corpus, encoding: StrokeEncoding) -> None:
    run = started(corpus, encoding)
    with pytest.raises(KeyboardInterrupt):
        for step in run.steps():
            if step.number == 2:
                raise KeyboardInterrupt
    before = weights(run)
    assert np.isfinite(run.look())
    assert equal(before, weights(run))  # looking borrows the running mean and gives the weights back
    assert run.state()["at"] == {"step": 2, "pool": run.pool, "batch": run.batch, "best": float("inf")}


def test_the_held_out_icons_are_looked_at_when_the_recipe_says(corpus: Corpus, encoding: StrokeEncoding) -> None:
    steps = list(started(corpus, encoding, replace(RECIPE, steps=5)).steps())
    assert [step.number for step in steps if step.held_out is not None] == [3, 5]
    assert steps[2].best and [step.of for step in steps] == [5] * 5


def test_four_icons_are_learnt_by_heart(encoding: StrokeEncoding) -> None:
    corpus = build([ITEMS[i] for i in (3, 7, 8, 9)], encoding, icons.few_words(), copies=(0,))
    plain = Sampling(
        references=(1.0, 0.0, 0.0), turned=0.0, infill=0.0, no_words=0.0, no_style=0.0, no_trait=0.0, no_hint=0.0
    )
    recipe = replace(
        RECIPE,
        steps=70,
        every=1000,
        sampling=plain,
        net=replace(TINY, dropout=0.0, width=48, heads=2),
        optimiser=Optimiser(rate=2e-2, warmup=5, decay=0.0, mean=0.5),
    )
    run = started(corpus, encoding, recipe)
    losses = [step.loss for step in run.steps()]
    assert losses[0] > 3.0
    assert np.mean(losses[-5:]) < 0.2


def test_padding_and_company_do_not_change_what_an_icon_costs(corpus: Corpus, encoding: StrokeEncoding) -> None:
    run = started(corpus, encoding)
    list(run.steps())
    documents = sorted(Dealer(corpus, Sampling(), seed=8).pool(0), key=lambda one: len(one.tokens))
    run.net.eval()
    together = run.bits(documents)
    alone = np.array([run.bits([document])[0] for document in documents])
    assert np.allclose(together, alone, rtol=1e-4)
    assert np.allclose(run.bits(documents[::-1])[::-1], together, rtol=1e-4)


def test_later_strokes_do_not_change_earlier_guesses(corpus: Corpus, encoding: StrokeEncoding) -> None:
    run = started(corpus, encoding)
    list(run.steps())
    tokens, places, _ = collate(Dealer(corpus, Sampling(), seed=8).pool(0)[:1], run.device)
    run.net.eval()
    with torch.no_grad():
        whole = run.net.hidden(tokens, places)
        part = run.net.hidden(tokens[:, :12], places[:, :12])
    assert torch.allclose(whole[:, :12], part, atol=1e-5)


def test_a_step_that_explodes_changes_nothing(corpus: Corpus, encoding: StrokeEncoding) -> None:
    run = started(corpus, encoding)
    steps = run.steps()
    next(steps)
    before, mean = weights(run), run.mean.steps
    run.net.norm.weight.register_hook(lambda gradient: gradient * float("nan"))
    step = next(steps)
    assert step.norm == float("inf")
    assert equal(before, weights(run)) and run.mean.steps == mean


@pytest.mark.parametrize("name", ["adamw", "muon"])
def test_every_parameter_has_exactly_one_optimiser(name: str, encoding: StrokeEncoding) -> None:
    net = new_net(RECIPE, encoding.vocabulary)
    groups = [group for one in optimisers(net, Optimiser(name=name)) for group in one.param_groups]
    theirs = [id(parameter) for group in groups for parameter in group["params"]]
    assert sorted(theirs) == sorted(id(parameter) for parameter in net.parameters())


def test_the_rate_warms_up_stays_and_descends() -> None:
    settings = Optimiser(rate=1.0, warmup=10, descent=0.25)
    rates = [rate_at(step, 100, settings) for step in range(101)]
    assert rates[:10] == pytest.approx(np.linspace(0.1, 1.0, 10))
    assert set(rates[10:76]) == {1.0}
    assert rates[75:] == pytest.approx(np.linspace(1.0, 0.0, 26))
    assert rate_at(500, 100, settings) == 0.0


def test_the_running_mean_follows_and_gives_the_weights_back() -> None:
    net = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(net.weight)
    mean = RunningMean(net, 0.9)
    torch.nn.init.ones_(net.weight)
    for _ in range(200):
        mean.update(net)
    assert float(mean.mean["weight"]) == pytest.approx(1.0, abs=1e-3)
    torch.nn.init.constant_(net.weight, 5.0)
    with pytest.raises(RuntimeError), mean.worn_by(net):
        assert net.weight.item() == pytest.approx(1.0, abs=1e-3)
        raise RuntimeError
    assert net.weight.item() == 5.0
