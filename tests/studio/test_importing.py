"""What a person may rely on when her own motion files become a dataset."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from maquette.core.errors import DataError, UsageError
from maquette.data import motion_clips
from maquette.interfaces.cli.data import data
from maquette.media import motion_bvh, motion_gltf
from maquette.media.motion import HOUSE, Motion, world
from maquette.studio.importing import import_motion
from motions import swaying


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    """A walk at 60 frames with half a second of arms aside before it, a GLB, a broken file, a copy, a rest pose."""
    folder = tmp_path / "takes"
    (folder / "second day").mkdir(parents=True)
    motion = swaying(90, 60.0)
    still = np.tile(np.array([0, 0, 0, 1], np.float32), (30, 22, 1))
    root = np.concatenate([np.tile(motion.root[:1], (30, 1)), motion.root])
    walk = Motion(HOUSE, root, np.concatenate([still, motion.turns]), 60.0)
    (folder / "WalkingSlow_02.bvh").write_text(motion_bvh.to_bvh(walk, mixamo=True), encoding="utf-8")
    (folder / "second day" / "прыжок.glb").write_bytes(motion_gltf.to_glb(swaying(60, seed=8)))
    (folder / "second day" / "copy.bvh").write_text(motion_bvh.to_bvh(walk), encoding="utf-8")
    (folder / "broken.bvh").write_text("HIERARCHY\nROOT", encoding="utf-8")
    (folder / "tpose.bvh").write_text(
        motion_bvh.to_bvh(Motion(HOUSE, np.ones((30, 3), np.float32), still)), encoding="utf-8"
    )
    (folder / "list.tsv").write_text(
        "name\tcaption\nWalkingSlow_02\ta woman walks slowly and waves\n", encoding="utf-8"
    )
    return folder


def test_a_folder_of_takes_becomes_clips_with_words_and_licence(takes: Path, tmp_path: Path) -> None:
    made = import_motion(takes, tmp_path / "set", licence="own", author="Ада")
    clips = {clip.id: clip for clip in motion_clips.load(made.folder)}
    walk = clips["WalkingSlow_02"]
    assert walk.captions == ("a woman walks slowly and waves",) and walk.labels == ("walk", "wave")
    assert walk.author == "Ада" and walk.licence == "LicenseRef-own"
    assert any("прыжок" in id for id in clips) and len(clips) == 2
    assert walk.motion.fps == 30 and walk.motion.seconds == pytest.approx(1.5, abs=0.1)
    assert np.abs(walk.motion.root[0, [0, 2]]).max() < 1e-4
    reasons = dict(made.skipped)
    assert "cut off" in reasons["broken.bvh"] or "no BVH" in reasons["broken.bvh"]
    assert any("rest pose" in reason for reason in reasons.values())
    assert any("the same as WalkingSlow_02" in reason for reason in reasons.values())


def test_the_bodies_keep_their_poses(takes: Path, tmp_path: Path) -> None:
    made = import_motion(takes / "second day", tmp_path / "set", licence="own")
    clip = next(clip for clip in made.clips if "прыжок" in clip.id)
    before, after = world(swaying(60, seed=8))[0], world(clip.motion)[0]
    between = [np.linalg.norm(places[:, 13] - places[:, 4], axis=-1) for places in (before, after)]
    assert np.abs(between[0] - between[1]).max() < 1e-3


def test_a_set_that_is_there_is_not_touched(takes: Path, tmp_path: Path) -> None:
    one = takes / "second day" / "прыжок.glb"
    first = import_motion(one, tmp_path / "set", licence="own")
    second = import_motion(one, tmp_path / "set", licence="own")
    assert first.folder.name == "set" and second.folder.name == "set-2"
    assert not list(tmp_path.glob(".import-*"))


def test_bad_folders_and_licences_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no motion"):
        import_motion(tmp_path / "empty", tmp_path / "set", licence="own")
    with pytest.raises(UsageError, match="no licence"):
        import_motion(tmp_path / "empty", tmp_path / "set", licence="CMUU")
    (tmp_path / "empty" / "a.bvh").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.bvh"):
        import_motion(tmp_path / "empty", tmp_path / "set", licence="own")
    assert not (tmp_path / "set").exists()


def test_the_command_names_what_it_left_out(takes: Path) -> None:
    ran = CliRunner().invoke(data, ["import", "motion", str(takes), "--licence", "own"], standalone_mode=False)
    assert ran.return_value == 0 and "takes-motion  2 clips" in ran.output and "broken.bvh" in ran.output
    ran = CliRunner().invoke(
        data, ["import", "motion", str(takes), "--licence", "cc0", "--json"], standalone_mode=False
    )
    told = json.loads(ran.output)
    assert len(told["clips"]) == 2 and told["clips"][0]["licence"] == "CC0-1.0" and len(told["skipped"]) == 3
