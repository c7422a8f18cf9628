"""What a person may rely on when motion travels as glTF."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from maquette.core.errors import MediaError
from maquette.media import body_mesh, motion_gltf
from maquette.media.film import BUILDS, COSTUMES, HAIR, Look
from maquette.media.motion import HOUSE, Motion, Skeleton, world

TOOLS = Path(__file__).parents[1] / "tools"


def waving(frames: int = 30, fps: float = 30.0, seed: int = 5) -> Motion:
    dice = np.random.default_rng(seed)
    t = np.linspace(0, 3, frames)[:, None, None]
    turned = np.sin(t * dice.uniform(0.5, 2, (1, 22, 4)) + dice.uniform(0, 6, (1, 22, 4))) * 0.6 + [0, 0, 0, 1.4]
    turned /= np.linalg.norm(turned, axis=-1, keepdims=True)
    root = np.stack([np.linspace(0, 2, frames), np.full(frames, 1.0), np.zeros(frames)], 1)
    return Motion(HOUSE, root.astype(np.float32), turned.astype(np.float32), fps, title="машет рукой", keys=(0, 12, 29))


def document(data: bytes) -> dict[str, object]:
    length = struct.unpack_from("<I", data, 12)[0]
    read: dict[str, object] = json.loads(data[20 : 20 + length])
    return read


def test_a_motion_comes_back_with_its_title_its_keys_and_every_joint(tmp_path: Path) -> None:
    motion = waving()
    (tmp_path / "a.glb").write_bytes(motion_gltf.to_glb(motion))
    (again,) = motion_gltf.read_gltf(tmp_path / "a.glb")
    assert np.abs(world(motion)[0] - world(again)[0]).max() < 1e-4
    assert again.skeleton is HOUSE and again.title == "машет рукой" and again.keys == (0, 12, 29) and again.fps == 30


@pytest.mark.parametrize("fps", [24.0, 25.0, 60.0])
def test_the_rate_is_told_from_the_keys_where_the_file_does_not_say(fps: float, tmp_path: Path) -> None:
    data = motion_gltf.to_glb(waving(fps=fps), body=False).replace(b'"fps":', b'"fpz":')
    (tmp_path / "a.glb").write_bytes(data)
    assert motion_gltf.read_gltf(tmp_path / "a.glb")[0].fps == fps


def test_several_motions_share_one_rig(tmp_path: Path) -> None:
    both = [waving(), dataclasses.replace(waving(seed=6), title="nods")]
    (tmp_path / "a.glb").write_bytes(motion_gltf.to_glb(both, mixamo=True))
    assert [one.title for one in motion_gltf.read_gltf(tmp_path / "a.glb")] == ["машет рукой", "nods"]
    first = motion_gltf.read(tmp_path / "a.glb")
    assert first.skeleton.names[0] == "mixamorig:Hips" and "nods" in first.said[-1]


def test_every_look_gives_a_closed_body_with_whole_weights() -> None:
    for number in range(max(len(COSTUMES), len(HAIR), len(BUILDS))):
        build, hair, costume = (names[number % len(names)] for names in (BUILDS, HAIR, COSTUMES))
        look = Look(build, hair=hair, costume=costume, glasses=True, beard=number % 2 > 0, hat="felt" * (number % 2))
        for part in body_mesh.body(HOUSE, look):
            assert np.isfinite(part.places).all() and part.faces.max() < len(part.places)
            assert np.allclose(part.weights.sum(1), 1, atol=1e-5)
            assert np.allclose(np.linalg.norm(part.normals, axis=1), 1, atol=1e-4)
            assert part.places[:, 1].min() > -0.02


def test_outsides_are_outside() -> None:
    for part in body_mesh.body(HOUSE, Look()):
        if part.name == "shoes":
            continue
        a, b, c = (part.places[part.faces[:, corner]].astype(float) for corner in range(3))
        assert np.einsum("ij,ij->i", a, np.cross(b, c)).sum() > 0, part.name


def test_a_skeleton_of_another_kind_shows_its_bones(tmp_path: Path) -> None:
    snake = Skeleton(("a", "b", "c"), (-1, 0, 1), np.array([[0, 0, 0], [0, 0, 1], [0, 0, 1]], np.float32))
    still = np.tile(np.array([0, 0, 0, 1], np.float32), (2, 3, 1))
    (tmp_path / "snake.glb").write_bytes(motion_gltf.to_glb(Motion(snake, np.zeros((2, 3), np.float32), still)))
    assert motion_gltf.read(tmp_path / "snake.glb").skeleton.names == ("a", "b", "c")


@pytest.mark.parametrize("part", ["head", "tail", "json", "tables", "node", "none", "other"])
def test_a_broken_file_is_refused_in_words(part: str, tmp_path: Path) -> None:
    data = motion_gltf.to_glb(waving(4), body=False)
    broken = {
        "head": data[:10],
        "tail": data[: len(data) // 2],
        "json": data[:40] + b"}" + data[41:],
        "tables": data.replace(b'"count":4', b'"count":9', 40),
        "node": data.replace(b'"children":[1,', b'"children":[0,'),
        "none": motion_gltf.to_glb(waving(4), body=False).replace(b'"animations"', b'"animationz"'),
        "other": b"solid cube",
    }[part]
    (tmp_path / "a.glb").write_bytes(broken)
    with pytest.raises(MediaError) as told:
        motion_gltf.read_gltf(tmp_path / "a.glb")
    assert "a.glb" in told.value.where and told.value.mend


def test_a_file_that_names_others_outside_its_folder_is_refused(tmp_path: Path) -> None:
    text = json.dumps({"asset": {"version": "2.0"}, "buffers": [{"uri": "../secret.bin", "byteLength": 4}]})
    (tmp_path / "a.gltf").write_text(text, encoding="utf-8")
    with pytest.raises(MediaError, match="outside"):
        motion_gltf.read_gltf(tmp_path / "a.gltf")


@pytest.mark.skipif(not importlib.util.find_spec("pygltflib"), reason="the package pygltflib is not installed")
def test_pygltflib_reads_ours(tmp_path: Path) -> None:
    from pygltflib import GLTF2

    (tmp_path / "a.glb").write_bytes(motion_gltf.to_glb(waving(4)))
    file = GLTF2().load(str(tmp_path / "a.glb"))
    assert len(file.skins[0].joints) == 22 and len(file.animations[0].channels) == 23


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("trimesh"), reason="the package trimesh is not installed")
def test_trimesh_reads_ours(tmp_path: Path) -> None:
    import trimesh

    (tmp_path / "a.glb").write_bytes(motion_gltf.to_glb(waving(4)))
    assert len(trimesh.load(str(tmp_path / "a.glb")).geometry) >= 4


@pytest.mark.slow  # scenes are validated in every run, with bodies and animations in them
@pytest.mark.skipif(
    not (TOOLS / "node_modules" / "gltf-validator").is_dir() or not shutil.which("node"),
    reason="gltf-validator is not installed: make tools",
)
def test_the_validator_of_khronos_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(motion_gltf.to_glb([waving(), waving(8)], look=Look(costume="robe", hair="curly")))
    ran = subprocess.run(
        ["node", str(TOOLS / "gltf.mjs"), str(tmp_path / "a.glb")], capture_output=True, text=True, check=True
    )
    told = json.loads(ran.stdout)
    assert (told["errors"], told["warnings"]) == (0, 0), told["messages"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"input":', b'"inpuu":'),
        (b'"nodes":[{', b'"nodes":7,"was":[{'),
        (b'"version":"2.0"', b'"version":[2,0]'),
        (b'"children":[', b'"children":7,"was":['),
    ],
)
def test_a_damaged_table_of_contents_is_no_fault_of_ours(old: bytes, new: bytes, tmp_path: Path) -> None:
    data = motion_gltf.to_glb(waving(4), body=False)
    length = int.from_bytes(data[12:16], "little")
    text = data[20 : 20 + length].replace(old, new, 1)
    assert text != data[20 : 20 + length]
    text += b" " * (-len(text) % 4)
    rest = data[20 + length :]
    head = b"glTF" + (2).to_bytes(4, "little") + (20 + len(text) + len(rest)).to_bytes(4, "little")
    (tmp_path / "a.glb").write_bytes(head + len(text).to_bytes(4, "little") + b"JSON" + text + rest)
    with pytest.raises(MediaError) as told:
        motion_gltf.read_gltf(tmp_path / "a.glb")
    assert "a.glb" in told.value.where and told.value.mend


def test_a_glb_opens_by_its_suffix(tmp_path: Path) -> None:
    from maquette.media.table import open_media

    (tmp_path / "a.GLB").write_bytes(motion_gltf.to_glb(waving(4), body=False))
    assert type(open_media(tmp_path / "a.GLB")).__name__ == "Motion"
