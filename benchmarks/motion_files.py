"""What of a motion survives its journey as a file: bar 7 of the films, and the size of a scene in space.

    python benchmarks/motion_files.py [--clips 50] [--json]

Of every clip (those that travel with the package, evenly chosen) the farthest that any joint is from where it was, in
millimetres: written as BVH and as GLB and read again; as BVH under Mixamo's names and put back on our skeleton; and
our BVH as three other readers see it (bvhio, upc-pymotion; bvh reads names and counts alone). gltf-validator, where it
is installed (make tools), counts errors and warnings. A scene: two people for a minute in a cafe of 31 pieces.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table

from maquette.data import motion_clips
from maquette.makers.film import sets, space_solids
from maquette.media import motion_bvh, motion_gltf, scene_glb
from maquette.media.film import Film, Person, Scene
from maquette.media.motion import HOUSE, Motion, world
from maquette.media.retarget import retarget
from maquette.media.stage import Acting, Camera, Performance, Take

TOOLS = Path(__file__).resolve().parents[1] / "tests" / "tools"


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--clips", type=int, default=50)
    reading.add_argument("--json", action="store_true")
    given = reading.parse_args()
    clips = motion_clips.load()
    chosen = [clips[round(at)].motion for at in np.linspace(0, len(clips) - 1, given.clips)]
    with tempfile.TemporaryDirectory() as folder:
        rows = journeys(chosen, Path(folder))
        valid = validated(sorted(Path(folder).glob("*.glb")))
        result: dict[str, Any] = {
            "clips": len(chosen),
            "journeys": rows,
            "validator": valid,
            "scene": scene(Path(folder)),
        }
    keep("motion_files", result)
    if given.json:
        print(json.dumps(result, indent=1))
        return
    print(table(rows))
    print(f"gltf-validator: {valid or 'not installed'}\na scene in space: {result['scene']}")


def journeys(motions: list[Motion], folder: Path) -> list[dict[str, Any]]:
    """A row for each way: the worst and the median of the clips' worst joints, seconds a clip."""

    def bvh(number: int, mixamo: bool = False) -> Path:
        path = folder / f"{number}{'m' if mixamo else ''}.bvh"
        path.write_text(motion_bvh.to_bvh(motions[number], mixamo=mixamo), encoding="utf-8")
        return path

    def glb(number: int) -> Path:
        path = folder / f"{number}.glb"
        path.write_bytes(motion_gltf.to_glb(motions[number]))
        return path

    ways: dict[str, Callable[[int], Any]] = {
        "BVH, ours": lambda number: world(motion_bvh.read_bvh(bvh(number)))[0],
        "BVH with Mixamo's names, ours": lambda number: world(retarget(motion_bvh.read_bvh(bvh(number, True))))[0],
        "GLB, ours": lambda number: world(motion_gltf.read(glb(number)))[0],
        "GLB as 16-bit turns (scenes)": lambda number: small(motions[number], folder),
    }
    if importlib.util.find_spec("bvhio"):
        ways["BVH, bvhio (every tenth frame)"] = lambda number: by_bvhio(bvh(number), motions[number])
    if importlib.util.find_spec("pymotion"):
        ways["BVH, upc-pymotion"] = lambda number: by_pymotion(bvh(number))
    rows = []
    for name, way in ways.items():
        worst, began = [], time.process_time()
        for number, motion in enumerate(motions):
            seen, truth = way(number), world(motion)[0]
            worst.append(1000 * float(np.nanmax(np.abs(seen - truth))))
        spent = (time.process_time() - began) / len(motions)
        found = {"way": name, "worst mm": round(max(worst), 4), "median mm": round(statistics.median(worst), 4)}
        rows.append({**found, "within 1 mm": f"{sum(one <= 1 for one in worst)} of {len(worst)}", "s": round(spent, 3)})
    return rows


def small(motion: Motion, folder: Path) -> Any:
    builder = motion_gltf.Builder()
    joints = motion_gltf.add_joints(builder, HOUSE)
    motion_gltf.add_animation(builder, joints, motion, "a", small=True)
    (folder / "small.glb_").write_bytes(builder.to_bytes([joints[0]]))
    return world(motion_gltf.read(folder / "small.glb_"))[0]


def by_bvhio(path: Path, motion: Motion) -> Any:
    import bvhio

    out = np.full((motion.frames, 22, 3), np.nan)
    root = bvhio.readAsHierarchy(str(path))
    for frame in range(0, motion.frames, 10):
        root.loadPose(frame)
        for joint, _, _ in root.layout():
            if joint.Name in HOUSE.names:
                out[frame, HOUSE.number(joint.Name)] = np.array(joint.PositionWorld) / 100
    return out


def by_pymotion(path: Path) -> Any:
    from pymotion.io.bvh import BVH
    from pymotion.ops.skeleton import fk

    file = BVH()
    file.load(str(path))
    turned, moved, parents, offsets, _, _ = file.get_data()
    places, _ = fk(turned, moved[:, 0], offsets, parents)
    order = [list(file.data["names"]).index(name) for name in HOUSE.names]
    return places[:, order] / 100


def validated(files: list[Path]) -> dict[str, int]:
    """Errors and warnings of all files together; {} without the validator."""
    if not shutil.which("node") or not (TOOLS / "node_modules" / "gltf-validator").is_dir():
        return {}
    command = ["node", str(TOOLS / "gltf.mjs"), *map(str, files)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {"files": len(files), "errors": told["errors"], "warnings": told["warnings"]}


def scene(folder: Path) -> dict[str, Any]:
    """Bytes, triangles and seconds of a scene of a minute."""
    people = (Person("a", "A"), Person("b", "B"))
    told = Scene("1", "INT. CAFE", kind="cafe", people=("a", "b"))
    stage = sets.set_for(told)
    long = max((clip.motion for clip in motion_clips.load()), key=lambda motion: motion.frames)
    at = np.arange(1800) % long.frames
    motion = dataclasses.replace(long, root=long.root[at], turns=long.turns[at])
    still = np.zeros(1800)
    both = tuple(
        Acting(one.id, motion, (np.arange(1800) % 9).astype(np.uint8), still.astype(np.float32),
               np.full((1800, 3), np.nan, np.float32), still.astype(np.uint8), np.ones(1800, bool))
        for one in people
    )  # fmt: skip
    shots = tuple((f"1{letter}", 5.0 * number, 5.0 * number + 5) for number, letter in enumerate("ABCDEFGHIJKL"))
    takes = {
        id: Take(((0.0, Camera((0, 1.5, 5), (0, 1, 0))), (1.0, Camera((0, 1.5, 4), (0, 1, 0))))) for id, _, _ in shots
    }
    played = Performance("1", stage, both, 30.0, shots, takes)
    began = time.process_time()
    data = scene_glb.scene_glb(Film("x", people=people, scenes=(told,)), told, played, space_solids.things(stage))
    spent = time.process_time() - began
    (folder / "scene.glb").write_bytes(data)
    return {"megabytes": round(len(data) / 1e6, 2), "pieces": len(stage.pieces), "cpu seconds": round(spent, 2),
            "validator": validated([folder / "scene.glb"])}  # fmt: skip


if __name__ == "__main__":
    main()
