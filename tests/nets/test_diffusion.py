"""What may be relied on of the nets of pictures: what they are told matters, and a fresh one changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

import sprites

torch = pytest.importorskip("torch")

from maquette.nets.diffusion import consistency, edm  # noqa: E402
from maquette.nets.diffusion.judge import Judge, JudgeSize  # noqa: E402
from maquette.nets.diffusion.low_rank import adapt, additions  # noqa: E402
from maquette.nets.diffusion.unet import UNet  # noqa: E402
from maquette.nets.diffusion.upscaler import Upscaler, UpscalerSize  # noqa: E402


@pytest.fixture(scope="module")
def net():
    return sprites.net()


def given(count=2):
    told = sprites.asked(count)
    told["style"], told["tone"] = told["style"] + 1, told["tone"] + 1
    told["known"] = np.full(count, 0.7, np.float32)
    return {name: torch.from_numpy(value) for name, value in told.items()}


def look(net, told):
    rest = (told[name] for name in ("known", "style", "tone", "tokens"))
    with torch.no_grad():
        return net(told["x"], told["sigma"].log() / 4, told["sketch"], *rest)


def test_a_fresh_net_draws_the_sketch():
    told = given()
    fresh = UNet(sprites.size()).eval()
    with torch.no_grad():
        rest = (told[name] for name in ("known", "style", "tone", "tokens"))
        drawn = edm.denoise(fresh, told["sketch"], torch.full((2,), 4.0), told["sketch"], *rest)
    assert torch.allclose(drawn, told["sketch"], atol=0.05)


@pytest.mark.parametrize("name", ["sketch", "known", "style", "tone", "tokens", "sigma"])
def test_everything_that_the_net_is_told_changes_what_it_draws(net, name):
    told, other = given(), given()
    other[name] = {"tokens": torch.full_like(told["tokens"], 5), "style": (told["style"] + 1) % 7,
                   "tone": (told["tone"] + 1) % 7}.get(name, told[name] * 0.5)  # fmt: skip
    assert (look(net, told) - look(net, other)).abs().max() > 1e-3


def test_padding_says_nothing(net):
    told = given()
    short = {**told, "tokens": told["tokens"][:, : int((told["tokens"] > 0).sum(1).max())]}
    assert torch.allclose(look(net, told), look(net, short), atol=1e-5)


def test_without_a_word_something_is_drawn_all_the_same(net):
    told = given()
    told["tokens"] = torch.zeros_like(told["tokens"])
    assert torch.isfinite(look(net, told)).all()


def test_a_perfect_answer_costs_nothing():
    """The weights of the loss are such that a net of zeros costs one at every noise; an exact one costs none."""
    told, settings = given(), edm.Noise()
    clean = told["sketch"] + 0.4 * torch.randn(told["sketch"].shape, generator=torch.Generator().manual_seed(1))
    many = [torch.cat([one] * 16) for one in (clean, told["sketch"])]
    dice = torch.Generator().manual_seed(0)
    nothing = edm.loss(lambda x, *rest: torch.zeros_like(x), many[0], settings, dice, many[1])
    assert nothing.mean() == pytest.approx(1.0, abs=0.05)

    def exact(x, noise, sketch):
        sigma = (4 * noise).exp()
        skip, out, into, _ = edm.scales(sigma)
        return (many[0] - sketch - skip * x / into) / out

    assert edm.loss(exact, many[0], settings, dice, many[1]).max() < 1e-6


def test_noise_is_drawn_where_it_was_asked_for():
    sigma = edm.Noise(mean=-1.0, spread=0.5, high=0.25).draw(4000, torch.Generator().manual_seed(0))
    assert 0.2 < float((sigma > 1).float().mean()) < 0.3 and sigma.max() < 6
    usual = edm.Noise(high=0.0).draw(4000, torch.Generator().manual_seed(0)).log()
    assert usual.mean() == pytest.approx(-1.2, abs=0.1) and usual.std() == pytest.approx(1.1, abs=0.1)


def test_few_step_tuning_asks_for_answers_that_agree():
    assert [consistency.ratio_at(share) for share in (0.0, 0.3, 0.99)] == [0.5, 0.75, 0.9375]
    clean = torch.zeros(8, 4, 8, 8)
    dice = torch.Generator().manual_seed(0)

    def knowing(x, noise, sketch):  # answers the clean picture from every noise
        sigma = (4 * noise).exp()
        skip, out, into, _ = edm.scales(sigma)
        return (clean - skip * x / into) / out

    agreeing = consistency.loss(knowing, clean, edm.Noise(), dice, clean, share=0.5)
    wavering = consistency.loss(lambda x, *rest: torch.zeros_like(x), clean, edm.Noise(), dice, clean, share=0.5)
    assert agreeing.max() < 1e-4 < wavering.mean()


def test_a_style_begins_as_the_net_itself_and_learns_in_few_numbers(net):
    told, mine = given(), sprites.net()
    whole = sum(p.numel() for p in mine.parameters())
    adapt(mine, 2, 1.0, 3)
    assert torch.allclose(look(net, told), look(mine, told), atol=1e-5)
    learning = [p for p in mine.parameters() if p.requires_grad]
    assert sum(p.numel() for p in learning) < 0.25 * whole
    assert {"style.weight.own", "middle.conv1.weight.up", "middle.conv1.weight.down"} <= set(additions(mine))
    with torch.no_grad():
        for parameter in learning:
            parameter.add_(0.1)
    three = {**told, "style": torch.tensor([3, 3])}
    assert (look(net, three) - look(mine, three)).abs().max() > 1e-3


def test_an_enlarger_begins_as_nearest_neighbours_and_keeps_to_any_size():
    x = torch.rand(2, 4, 10, 14)
    with torch.no_grad():
        assert torch.allclose(Upscaler(UpscalerSize(8, 1))(x), x.repeat_interleave(2, 2).repeat_interleave(2, 3))


def test_a_judge_compares_by_angle():
    judge = Judge(JudgeSize((8, 8, 8, 8), 12, 20, 8, 3)).eval()
    with torch.no_grad():
        seen = judge.pictures(judge.features(torch.rand(3, 4, 32, 32)))
        read = judge.words(torch.tensor([[2, 3, 0], [2, 3, 4], [0, 0, 0]]))
        padded = judge.words(torch.tensor([[2, 3, 0, 0, 0]]))
    for vectors in (seen, read):
        assert torch.allclose(vectors.norm(dim=1), torch.ones(3), atol=1e-5)
    assert torch.allclose(read[:1], padded, atol=1e-6)
