"""Motion as USD: what is written is what Pixar's own library reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from maquette.media import quaternions as turns
from maquette.media.motion import HOUSE, Motion, world
from maquette.media.motion_usd import to_usda


def a_motion(frames: int = 5) -> Motion:
    dice = np.random.default_rng(3)
    joints = turns.unit(dice.normal(0, 0.3, (frames, 22, 4)).astype(np.float32) + np.float32([0, 0, 0, 1]))
    root = np.stack([np.linspace(0, 1, frames), np.full(frames, 0.95), np.zeros(frames)], -1).astype(np.float32)
    return Motion(HOUSE, root, joints, 30.0, 'Анна "walks"')


def test_pixars_library_puts_every_joint_where_it_was(tmp_path: Path) -> None:
    pxr = pytest.importorskip("pxr")
    from pxr import Usd, UsdSkel

    assert pxr
    motion = a_motion()
    path = tmp_path / "walk.usda"
    path.write_text(to_usda(motion), encoding="utf-8")
    stage = Usd.Stage.Open(str(path))
    assert stage.GetTimeCodesPerSecond() == 30 and stage.GetEndTimeCode() == 4
    skeleton = UsdSkel.Skeleton.Get(stage, "/Body/Skeleton")
    query = UsdSkel.Cache().GetSkelQuery(skeleton)
    assert query and query.HasBindPose()
    places, _ = world(motion)
    for frame in range(motion.frames):
        found = query.ComputeJointSkelTransforms(frame)
        off = [np.array(one.ExtractTranslation()) - places[frame, joint] for joint, one in enumerate(found)]
        assert np.abs(off).max() < 1e-3  # a millimetre


def test_it_is_plain_text_with_the_joints_as_paths() -> None:
    text = to_usda(a_motion(2))
    assert text.startswith("#usda 1.0")
    assert '"Hips/Spine/Spine1/Spine2/LeftShoulder/LeftArm/LeftForeArm/LeftHand"' in text
    assert "Анна 'walks'" in text
