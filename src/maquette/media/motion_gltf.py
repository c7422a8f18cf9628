"""Motion as glTF 2.0: a rig with its animations, out as one GLB that any viewer plays, and in from any rig."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError
from . import body_mesh, gltf_bytes
from . import quaternions as turns
from .body_shapes import Part
from .film import Look
from .gltf_bytes import Builder
from .motion import Motion, Skeleton
from .motion_gltf_read import Rig

Floats = NDArray[np.float32]
MIXAMO = "mixamorig:"
FACE = ("open", "round", "blink")  # what the face of a body can do, in the order of its weights


# --- out ---------------------------------------------------------------------------------------------------------


def to_glb(
    motion: Motion | Sequence[Motion], *, look: Look | None = None, mixamo: bool = False, body: bool = True
) -> bytes:
    """One rig with an animation for each motion, as the bytes of a GLB; metres, y up, rest pose with arms aside.

    With `mixamo` the joints are named "mixamorig:Hips" and so on; `body` gives it a simple skinned body, dressed as
    `look` says. Raises MediaError where there is no frame, or the motions are not on one skeleton.
    """
    motions = [motion] if isinstance(motion, Motion) else list(motion)
    if not motions or not all(one.frames for one in motions):
        raise MediaError("a motion without frames cannot be written", where="GLB", mend="give it at least one frame")
    skeleton = motions[0].skeleton
    if any(one.skeleton.names != skeleton.names for one in motions):
        raise MediaError("the motions are on different skeletons", where="GLB", mend="retarget them to one first")
    builder = Builder()
    joints = add_joints(builder, skeleton, prefix=MIXAMO if mixamo else "")
    roots = [joints[0]]
    if body:
        parts = body_mesh.body(skeleton, look or Look())
        roots += add_body(builder, skeleton, joints, parts, motions[0].title or "body")
    for number, one in enumerate(motions):
        add_animation(builder, joints, one, one.title or f"motion {number + 1}")
    return builder.to_bytes(roots, title=motions[0].title)


def add_joints(builder: Builder, skeleton: Skeleton, *, prefix: str = "", label: str = "") -> list[int]:
    """A node for every joint at rest, the feet on the floor; gives their numbers. `label` keeps two rigs apart."""
    rest = body_mesh.rest_places(skeleton)
    nodes = []
    for joint, parent in enumerate(skeleton.parents):
        place = rest[joint] - (rest[parent] if parent >= 0 else 0)
        name = label + prefix + skeleton.names[joint].removeprefix(prefix)
        nodes.append(builder.add("nodes", {"name": name, "translation": _plain(place)}))
    for joint, parent in enumerate(skeleton.parents):
        if parent >= 0:
            builder.document["nodes"][nodes[parent]].setdefault("children", []).append(nodes[joint])
    return nodes


def add_body(builder: Builder, skeleton: Skeleton, joints: list[int], parts: Sequence[Part], name: str) -> list[int]:
    """Nodes with skinned meshes, moved by the joints: the body, then the face with its targets where there is one."""
    inverse = np.tile(np.eye(4, dtype=np.float32), (len(joints), 1, 1))
    inverse[:, 3, :3] = -body_mesh.rest_places(skeleton)  # column by column, so the last row is the last column
    skin = {
        "name": name,
        "joints": joints,
        "skeleton": joints[0],
        "inverseBindMatrices": builder.numbers(inverse.reshape(-1, 16), "MAT4"),
    }
    numbered = builder.add("skins", skin)
    nodes = []
    for moving in (False, True):
        chosen = [part for part in parts if bool(part.moves) == moving]
        if not chosen:
            continue
        called = f"{name} face" if moving else name
        mesh: dict[str, Any] = {"name": called, "primitives": [_primitive(builder, part) for part in chosen]}
        if moving:
            mesh |= {"weights": [0.0] * len(FACE), "extras": {"targetNames": list(FACE)}}
        nodes.append(builder.add("nodes", {"name": called, "mesh": builder.add("meshes", mesh), "skin": numbered}))
    return nodes


def _primitive(builder: Builder, part: Part) -> dict[str, Any]:
    vertices = gltf_bytes.VERTICES
    weights = np.round(part.weights * 255).astype(np.uint8)
    weights[:, 0] += (255 - weights.sum(1)).astype(np.uint8)  # together exactly one
    joints = np.where(weights > 0, part.joints, 0).astype(np.uint8)
    small = len(part.places) < 65536
    made: dict[str, Any] = {
        "attributes": {
            "POSITION": builder.numbers(part.places, "VEC3", target=vertices, bounds=True),
            "NORMAL": builder.numbers(part.normals, "VEC3", target=vertices),
            "JOINTS_0": builder.numbers(joints, "VEC4", target=vertices),
            "WEIGHTS_0": builder.numbers(weights, "VEC4", target=vertices, normalized=True),
        },
        "indices": builder.numbers(
            part.faces.reshape(-1).astype(np.uint16 if small else np.uint32), "SCALAR", target=gltf_bytes.INDICES
        ),
        "material": builder.material(part.colour, name=part.name),
    }
    if part.moves:
        targets = [
            builder.numbers(part.moves[name].astype(np.float32), "VEC3", target=vertices, bounds=True) for name in FACE
        ]
        made["targets"] = [{"POSITION": target} for target in targets]
    return made


def add_animation(builder: Builder, joints: list[int], motion: Motion, name: str, *, small: bool = False) -> int:
    """The motion as an animation of these joint nodes. `small` writes turns as 16-bit numbers (0.1 mm at a hand)."""
    samplers: list[dict[str, Any]] = []
    channels: list[dict[str, Any]] = []
    times = np.arange(motion.frames, dtype=np.float32) / np.float32(motion.fps)
    every = builder.numbers(times, "SCALAR", bounds=True)
    once: list[int] = [] if motion.frames > 1 else [every]

    def add(node: int, path: str, values: Floats, kind: str) -> None:
        still = np.abs(values - values[:1]).max() < 1e-7
        kept: NDArray[Any] = values[:1] if still else values
        whole = small and path == "rotation"
        if whole:
            kept = np.round(kept * 32767).astype(np.int16)
        output = builder.numbers(kept, kind, normalized=whole)
        if still and not once:
            once.append(builder.numbers(times[:1], "SCALAR", bounds=True))
        samplers.append({"input": once[0] if still else every, "output": output, "interpolation": "LINEAR"})
        channels.append({"sampler": len(samplers) - 1, "target": {"node": node, "path": path}})

    add(joints[0], "translation", (motion.root + motion.skeleton.offsets[0]).astype(np.float32), "VEC3")
    for joint, node in enumerate(joints):
        add(node, "rotation", _steady(turns.unit(motion.turns[:, joint])), "VEC4")
    extras: dict[str, Any] = {"fps": motion.fps}
    if motion.keys:
        extras["keys"] = list(motion.keys)
    return builder.add("animations", {"name": name, "samplers": samplers, "channels": channels, "extras": extras})


def _steady(q: Floats) -> Floats:
    """The same turns, of the two signs each time the one nearer to the frame before."""
    flips = np.concatenate([[0], np.cumsum((q[1:] * q[:-1]).sum(-1) < 0)]) % 2 == 1
    return np.where(flips[:, None], -q, q).astype(np.float32)


def _plain(place: Floats) -> list[float]:
    return [round(float(number), 6) + 0.0 for number in place]


# --- in ----------------------------------------------------------------------------------------------------------


def read(path: str | Path) -> Motion:
    """The first motion of a file, saying which others there are."""
    motions = read_gltf(path)
    others = [one.title for one in motions[1:]]
    if not others:
        return motions[0]
    more = f" and {len(others) - 5} more" if len(others) > 5 else ""
    said = f"the first of {len(motions)} motions; the others are {', '.join(others[:5])}{more}"
    return dataclasses.replace(motions[0], said=(*motions[0].said, said))


def read_gltf(path: str | Path) -> list[Motion]:
    """All animations of the largest rig of a .glb or .gltf, each on the file's own skeleton at its own rate.

    Turns are brought to a rest pose without any: they are what each joint turns away from how the rig was bound.
    Raises MediaError for a broken file, and where there is no animation of a rig.
    """
    document = gltf_bytes.read(path)
    try:
        rig = Rig(document)
        motions = [rig.motion(entry, number) for number, entry in enumerate(document.part("animations"))]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        # Whatever a damaged table of contents leads to: a text where a number belongs, a track of another width.
        raise MediaError("its rig or its animations are broken", where=str(path), mend="export it again") from error
    found = [motion for motion in motions if motion is not None]
    if not found:
        raise MediaError(
            "there is no animation of a rig in it",
            where=str(path),
            mend="export it with its skeleton and its animations",
        )
    return found
