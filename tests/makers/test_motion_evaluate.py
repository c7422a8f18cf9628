"""Figures of motion: what slides is counted, what is copied is found, the judge tells a walk from a dance."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import moves
from maquette.data import motion_clips
from maquette.makers import motion_judge
from maquette.makers.motion_evaluate import cases_of, pools_of


@pytest.fixture(scope="module")
def clips():
    return motion_clips.load()


@pytest.fixture(scope="module")
def judge():
    return motion_judge.MotionJudge(threads=1)


def test_a_body_that_glides_is_told_from_one_that_stands():
    gliding = moves.walk(1.0, speed=1.0, stride=0.0)
    standing = moves.walk(1.0, speed=0.0, stride=0.0)
    assert motion_judge.skating(gliding) > 0.9
    assert motion_judge.skating(standing) == 0
    sunk = dataclasses.replace(standing, root=standing.root - np.array([0, 0.1, 0], np.float32))
    assert motion_judge.penetration(sunk) == pytest.approx(0.1, abs=0.01)


def test_a_distance_of_clouds_is_none_to_itself_and_grows():
    dice = np.random.default_rng(0)
    one = dice.standard_normal((200, 4)).astype(np.float32)
    assert abs(motion_judge.frechet(one, one)) < 1e-3
    assert motion_judge.frechet(one, one + 1) == pytest.approx(4, abs=0.01)


def test_the_judge_hears_salsa_in_salsa(clips, judge):
    salsa = next(clip for clip in clips if "salsa" in clip.labels).motion.part(0, 120)
    walk = next(clip for clip in clips if clip.labels == ("walk",)).motion.part(0, 90)
    words = judge.words(["a person dances salsa with a partner", "a person walks forward"])
    seen = judge.motions([salsa, walk])
    assert (seen @ words.T).argmax(1).tolist() == [0, 1]


def test_no_wrong_answer_is_right_as_well(clips):
    cases = cases_of(clips, 40)
    assert sum(case.paraphrase for case in cases) >= 15
    for case, pool in zip(cases, pools_of(cases), strict=True):
        assert pool[0] == case.caption
        assert case.caption not in pool[1:]
        assert len(set(pool)) == len(pool)


def test_an_evaluation_has_all_its_figures(tmp_path, monkeypatch):
    pytest.importorskip("torch", reason="a toy net is taught")
    from maquette.makers.evaluate import evaluate
    from maquette.training.run import train

    some = [clip for clip in motion_clips.load() if clip.motion.frames > 130][::12]
    motion_clips.save(tmp_path / "clips", some)
    recipe = tmp_path / "toy.toml"
    recipe.write_text('craft = "motion"\nsteps = 2\nbatch = 2\n[net]\nwidth = 32\nlayers = 1\nheads = 2\n')
    train("motion", tmp_path / "clips", recipe=recipe, out=tmp_path / "own")
    told = evaluate("motion", tmp_path / "clips", checkpoint=str(tmp_path / "own"), samples=4)
    for key in ("r_precision_3", "real_r_precision_3", "fid_ratio", "skating", "near_copy_share"):
        assert np.isfinite(told[key])
        assert key.startswith("real") or key in told["graph"]


def test_a_verb_that_nobody_knows_is_said_and_the_body_stands(tmp_path):
    from maquette.studio.studio import Studio

    desk = Studio()
    (asset,) = desk.make(desk.request("motion", "man frobnicates", count=1, seconds=1.0), out=tmp_path)
    story = desk.verdict(asset.path).story
    assert story["trace"]["reading"]["unknown"]
    assert asset.path.suffix == ".bvh"
