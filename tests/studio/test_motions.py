"""What an animator may rely on when motions are kept: her file stays, the child is signed and names its clips."""

from __future__ import annotations

import json

import numpy as np
import pytest

from maquette.core.errors import UsageError
from maquette.interfaces.cli.root import run
from maquette.media.table import open_media
from maquette.studio import motion_exports, motions
from maquette.studio.motions import Change
from maquette.studio.studio import Studio


@pytest.fixture
def walk(tmp_path, monkeypatch):
    """A signed walk of two seconds."""
    monkeypatch.chdir(tmp_path)
    desk = Studio()
    return next(iter(desk.make(desk.request("motion", "walks", count=1, seconds=2.0, by="graph"), out=tmp_path))).path


def test_a_motion_is_signed_tells_its_clips_and_can_be_remade(walk):
    desk = Studio()
    assert desk.verdict(walk).state == "trusted"
    assert walk.suffix == ".bvh" and open_media(walk).frames == 60
    story = desk.verdict(walk).story
    assert all("CMU" in one["licence"] for one in story["ingredients"]) and story["ingredients"]
    assert desk.remake(walk, out=walk.parent / "again").same


def test_an_edit_keeps_what_was_asked_and_is_a_child(walk):
    before = walk.read_bytes()
    change = Change("waves", keep="0-20", parts=("legs",), by="graph")
    kept = motions.edit(Studio(), walk, change, out=walk.parent, also="glb")
    assert walk.read_bytes() == before
    old, new = (motions.open_motion(Studio(), path).motion for path in (walk, kept.asset.path))
    assert np.abs(old.root[:21] - new.root[:21]).max() < 1e-4 and new.frames == 60
    assert kept.asset.parents and kept.files[0].path.read_bytes()[:4] == b"glTF"
    assert Studio().verdict(kept.asset.path).state == "trusted"


def test_in_betweens_loops_and_ghosts_are_children_too(walk):
    desk = Studio()
    way = motions.between(desk, walk, walk, frames=8, out=walk.parent)[0]
    assert way.motion.frames == 10 and len(way.asset.parents) == 2
    assert motions.loop(desk, walk, out=walk.parent).motion.frames <= 60
    opened = motions.open_motion(desk, walk)
    ghosts = motions.suggest(desk, opened, count=1)
    taken = motions.take(desk, opened, ghosts[0], out=walk.parent)
    assert taken.motion.frames == 90 and "ghost taken" in taken.asset.note


def test_what_cannot_be_asked_is_refused_before_anything_is_written(walk):
    with pytest.raises(UsageError, match="all frames"):
        motions.edit(Studio(), walk, Change("waves", keep="0-"))
    with pytest.raises(UsageError, match="cannot be written"):
        motion_exports.kinds_of("fbx")
    assert len(list(walk.parent.glob("*.bvh"))) == 1


def test_the_command_makes_bvh_glb_and_a_preview(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["motion", "waves", "--seconds", "0.5", "--by", "graph", "--also", "glb", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["path"].endswith(".bvh") and [file["kind"] for file in told["files"]] == ["glb"]
    assert run(["motion", "suggest", told["path"], "--count", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["frames"] == [15, 44]
    assert run(["motion", "words", "идёт и садится", "--json"]) == 0
    assert [one["kind"] for one in json.loads(capsys.readouterr().out)["deeds"]] == ["go", "posture"]


def test_a_preview_moves(walk):
    from io import BytesIO

    from PIL import Image

    data = motion_exports.KINDS["webp"][1](open_media(walk).part(0, 12))
    assert Image.open(BytesIO(data)).n_frames >= 4
