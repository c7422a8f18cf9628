"""What a person may rely on when motion travels as BVH."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from maquette.core.errors import MediaError
from maquette.media import motion_bvh, table
from maquette.media.motion import HOUSE, Motion, world
from motions import apart, swaying


@pytest.mark.parametrize("fps", [24.0, 25.0, 30.0, 120.0, 23.976])
def test_every_joint_comes_back_within_a_hundredth_of_a_millimetre(fps: float) -> None:
    motion = swaying(fps=fps)
    again = motion_bvh.parse(motion_bvh.to_bvh(motion))
    assert apart(motion, again) < 1e-5
    assert again.skeleton is HOUSE and again.said == ()
    assert again.fps == pytest.approx(fps, abs=1e-3)


def test_the_curves_that_an_animator_sees_do_not_jump() -> None:
    text = motion_bvh.to_bvh(swaying(200))
    rows = np.array([line.split() for line in text.split("Frame Time:")[1].splitlines()[1:]], float)
    jumps = np.abs(np.diff(rows[:, 3:], axis=0))
    assert jumps.max() < 170 and np.mean(jumps > 30) < 0.01


def test_mixamo_names_stand_in_the_file_when_asked() -> None:
    text = motion_bvh.to_bvh(swaying(3), mixamo=True)
    assert "ROOT mixamorig:Hips" in text and "JOINT mixamorig:LeftForeArm" in text
    assert motion_bvh.parse(text).skeleton.names[0] == "mixamorig:Hips"


@pytest.mark.parametrize(("unit", "said"), [(1.0, "metres"), (0.01, ""), (0.0254, "inches"), (0.001, "millimetres")])
def test_the_unit_is_told_from_the_size_of_the_body(unit: float, said: str) -> None:
    motion = swaying(3)
    head, _, tail = motion_bvh.to_bvh(motion).partition("MOTION")
    factor = 0.01 / unit
    rows = []
    for line in head.splitlines():
        if "OFFSET" in line:
            line = "OFFSET " + " ".join(str(float(word) * factor) for word in line.split()[1:])
        rows.append(line)
    top, _, numbers = tail.partition("Frame Time: 0.03333333\n")
    moved = [line.split() for line in numbers.splitlines()]
    frames = [" ".join([*(str(float(word) * factor) for word in row[:3]), *row[3:]]) for row in moved]
    text = "\n".join(rows) + "\nMOTION" + top + "Frame Time: 0.03333333\n" + "\n".join(frames)
    again = motion_bvh.parse(text)
    assert apart(motion, again) < 1e-4
    assert any(said in one for one in again.said) or not said


def test_names_with_spaces_and_in_cyrillic_are_kept() -> None:
    text = motion_bvh.to_bvh(swaying(2)).replace("LeftLeg", "Bip01 L Calf").replace("RightLeg", "Голень")
    names = motion_bvh.parse(text).skeleton.names
    assert "Bip01 L Calf" in names and "Голень" in names
    assert "Голень" in motion_bvh.parse(motion_bvh._decoded(text.encode("cp1251"))).skeleton.names


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (lambda text: text[: len(text) // 2], "cut off"),
        (lambda text: text[:300], "no BVH"),
        (lambda text: "", "no BVH"),
        (lambda text: text.replace("Frame Time: 0.03333333", "Frame Time: 0"), "last"),
        (lambda text: text.replace("OFFSET 9.00000", "OFFSET nine"), "3 numbers"),
        (lambda text: text.rsplit(maxsplit=1)[0] + " nan\n", "none"),
        (lambda text: text + "ROOT more", "else than numbers"),
    ],
)
def test_a_broken_file_is_named_by_its_line(broken: object, word: str) -> None:
    text = broken(motion_bvh.to_bvh(swaying(20)))  # type: ignore[operator]
    with pytest.raises(MediaError, match=word) as told:
        motion_bvh.parse(text, where="a.bvh")
    assert "a.bvh" in told.value.where and told.value.mend


def test_the_table_of_media_knows_motion(tmp_path: Path) -> None:
    motion = swaying(5)
    data, form = table.to_bytes(motion, title="a wave", comment="")
    (tmp_path / f"волна{form.suffix}").write_bytes(data)
    again = table.open_media(tmp_path / "волна.bvh")
    assert isinstance(again, Motion) and again.title == "волна"
    assert table.same(motion, again)
    turned = motion.turns.copy()
    turned[2, HOUSE.number("LeftArm")] = (0, 0, 0, 1)
    bent = dataclasses.replace(motion, turns=turned)
    assert not table.same(motion, bent) and table.edits(motion, bent) == "1 of 5 frames changed at LeftArm"


@pytest.mark.skipif(not importlib.util.find_spec("bvhio"), reason="the package bvhio is not installed")
def test_bvhio_sees_every_joint_where_we_see_it(tmp_path: Path) -> None:
    import bvhio

    motion = swaying(4)
    (tmp_path / "a.bvh").write_text(motion_bvh.to_bvh(motion), encoding="utf-8")
    root, places = bvhio.readAsHierarchy(str(tmp_path / "a.bvh")), world(motion)[0]
    for frame in range(4):
        root.loadPose(frame)
        for joint, _, _ in root.layout():
            if joint.Name in HOUSE.names:
                seen = np.array(joint.PositionWorld) / 100
                assert np.abs(seen - places[frame, HOUSE.number(joint.Name)]).max() < 1e-4


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("pymotion"), reason="the package upc-pymotion is not installed")
def test_pymotion_sees_every_joint_where_we_see_it(tmp_path: Path) -> None:
    from pymotion.io.bvh import BVH
    from pymotion.ops.skeleton import fk

    motion = swaying(4)
    (tmp_path / "a.bvh").write_text(motion_bvh.to_bvh(motion, mixamo=True), encoding="utf-8")
    file = BVH()
    file.load(str(tmp_path / "a.bvh"))
    turned, moved, parents, offsets, _, _ = file.get_data()
    seen, _ = fk(turned, moved[:, 0], offsets, parents)
    order = [HOUSE.number(name.removeprefix("mixamorig:")) for name in file.data["names"]]
    assert np.abs(seen / 100 - world(motion)[0][:, order]).max() < 1e-4


@pytest.mark.skipif(not importlib.util.find_spec("bvh"), reason="the package bvh is not installed")
def test_the_oldest_reader_of_bvh_reads_ours() -> None:
    from bvh import Bvh

    file = Bvh(motion_bvh.to_bvh(swaying(4)))
    assert file.nframes == 4 and set(file.get_joints_names()) == set(HOUSE.names)
