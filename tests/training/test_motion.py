"""The net that moves bodies: taught at toy size, opened without torch, the same in both."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

import moves
from maquette.core.errors import UsageError
from maquette.data import motion_clips
from maquette.encodings import joints
from maquette.encodings.motion_vocabulary import Vocabulary
from maquette.engine.motion_net import MotionNet

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def tiny():
    """The real net at toy size: (torch net, engine)."""
    from maquette.checkpoints.graph_motion import build_motion
    from maquette.nets.motion.denoiser import MotionDenoiser, MotionSize

    torch.manual_seed(0)
    vocabulary = Vocabulary(("idle", "walk"), ("run",))
    size = MotionSize(words=3, width=32, layers=2, heads=2, longest=24)
    net = MotionDenoiser(size)
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    arrays = {name: value.detach().numpy() for name, value in net.named_parameters()}
    plain = dataclasses.asdict(size)
    graph = build_motion(plain, {name: array.shape for name, array in arrays.items()})
    zeros, ones = np.zeros(140, np.float32), np.ones(140, np.float32)
    return net, MotionNet(
        graph,
        arrays,
        plain,
        parts=list(joints.PARTS.values()),
        vocabulary=vocabulary,
        mean=zeros,
        spread=ones,
        threads=1,
    )


def test_the_engine_foretells_what_the_net_foretells(tiny):
    net, engine = tiny
    dice = np.random.default_rng(0)
    x, known = (dice.standard_normal((2, 24, 140)).astype(np.float32) for _ in range(2))
    mask = dice.integers(0, 2, (2, 24, 9)).astype(np.float32)
    bag, sigma = dice.random((2, 6, 3)).astype(np.float32), np.array([0.3, 4], np.float32)
    made = engine.foretell(x, sigma, known, mask, bag)
    with torch.no_grad():
        scaled = x / np.sqrt(1 + sigma[:, None, None] ** 2)
        truth = net(*(torch.from_numpy(one) for one in (scaled, sigma, known, mask, bag))).numpy()
    assert np.abs(made - truth).max() < 1e-5


def test_what_is_kept_comes_out_as_it_was(tiny):
    _, engine = tiny
    known = joints.encode(moves.walk(2.0))[:60]
    mask = np.zeros((60, 9), np.float32)
    mask[:10] = mask[50:] = 1
    bags = np.zeros((15, 3), np.float32)
    made = engine.make(bags, known=known, mask=mask, steps=3, seed=4)
    assert np.abs(made[mask[:, 0] > 0] - known[mask[:, 0] > 0]).max() < 1e-4
    assert np.array_equal(made, engine.make(bags, known=known, mask=mask, steps=3, seed=4))
    assert not np.array_equal(made, engine.make(bags, known=known, mask=mask, steps=3, seed=5))


def test_a_motion_too_long_for_one_piece_is_refused(tiny):
    with pytest.raises(UsageError, match="not made in one piece"):
        tiny[1].make(np.zeros((25, 3), np.float32))


def test_kinematics_of_net_and_media_agree():
    from maquette.encodings.motion_features import seen_places
    from maquette.media.motion import HOUSE
    from maquette.nets.motion.kinematics import Kinematics

    numbers = joints.encode(moves.walk(1.0, turning=0.5))
    chain = Kinematics(HOUSE.parents, torch.from_numpy(HOUSE.offsets))
    made = chain.places(torch.from_numpy(numbers[:, 4:136]).reshape(-1, 22, 6)).numpy()
    assert np.abs(made - seen_places(numbers)).max() < 1e-5


def test_a_net_is_taught_stopped_gone_on_with_and_opened(tmp_path):
    from maquette.checkpoints.box import open_checkpoint
    from maquette.checkpoints.motion import net_of
    from maquette.training.run import train

    motion_clips.save(tmp_path / "clips", moves.clips())
    recipe = tmp_path / "toy.toml"
    recipe.write_text('craft = "motion"\nsteps = 4\nbatch = 4\nevery = 2\n[net]\nwidth = 32\nlayers = 1\nheads = 2\n')
    losses: list[float] = []

    def stop(report):
        losses.append(report.loss)
        if report.step == 2 and len(losses) == 2:
            raise KeyboardInterrupt

    train("motion", tmp_path / "clips", recipe=recipe, out=tmp_path / "own", on_step=stop)
    train("motion", tmp_path / "clips", recipe=recipe, out=tmp_path / "own", on_step=stop)
    assert json.loads((tmp_path / "own" / "run" / "compute.json").read_text())["seconds"] > 0
    box = open_checkpoint(str(tmp_path / "own"))
    net = net_of(box, threads=1)
    assert net.make(np.zeros((8, len(net.vocabulary)), np.float32), steps=2).shape == (32, 140)
    assert box.card["licences"] == {"CC0-1.0": len(box.card["licences"]) and box.card["datasets"][0]["items"]}
    assert box.file("fingerprints.npz").is_file()
