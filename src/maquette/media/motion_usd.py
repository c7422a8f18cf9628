"""Motion as USD (UsdSkel): a skeleton and its animation as a text file, for Blender, Houdini, Maya and Omniverse.

Written by hand, with no USD library: the format is Pixar's Universal Scene Description, schema UsdSkel. Metres, y up,
one time code a frame. USD counts rows: matrices stand transposed, with the translation in their last row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from . import quaternions as turns
from .motion import Floats, Motion, Skeleton


def to_usda(motion: Motion, *, title: str = "", comment: str = "") -> str:
    """The motion as the text of a .usda file."""
    skeleton = motion.skeleton
    joints = _paths(skeleton)
    names = ", ".join(f'"{joint}"' for joint in joints)
    rest, bind = _rests(skeleton)
    note = f'    doc = """{_plain(title or motion.title)}{_plain("; " + comment if comment else "")}"""\n'
    head = (
        '#usda 1.0\n(\n    defaultPrim = "Body"\n' + note + "    metersPerUnit = 1\n    startTimeCode = 0\n"
        f"    endTimeCode = {motion.frames - 1}\n    timeCodesPerSecond = {motion.fps:g}\n"
        f'    framesPerSecond = {motion.fps:g}\n    upAxis = "Y"\n)\n\n'
    )
    body = (
        'def SkelRoot "Body" (\n    kind = "component"\n)\n{\n'
        f"    float3[] extent.timeSamples = {{\n{_extents(motion)}    }}\n\n"
        '    def Skeleton "Skeleton" (\n        prepend apiSchemas = ["SkelBindingAPI"]\n    )\n    {\n'
        f"        uniform token[] joints = [{names}]\n"
        f"        uniform matrix4d[] bindTransforms = [{_matrices(bind)}]\n"
        f"        uniform matrix4d[] restTransforms = [{_matrices(rest)}]\n"
        "        rel skel:animationSource = </Body/Skeleton/Motion>\n\n"
        '        def SkelAnimation "Motion"\n        {\n'
        f"            uniform token[] joints = [{names}]\n"
        f"            float3[] translations.timeSamples = {{\n{_places(motion)}            }}\n"
        f"            quatf[] rotations.timeSamples = {{\n{_turns(motion)}            }}\n"
        f"            half3[] scales = [{', '.join(['(1, 1, 1)'] * len(joints))}]\n"
        "        }\n    }\n}\n"
    )
    return head + body


def _plain(text: str) -> str:
    return " ".join(text.replace("\\", "/").replace('"', "'").split())


def _paths(skeleton: Skeleton) -> list[str]:
    """Joints as paths from the hips: "Hips/Spine/Spine1"."""
    paths: list[str] = []
    for name, parent in zip(skeleton.names, skeleton.parents):
        token = "".join(letter if letter.isalnum() or letter == "_" else "_" for letter in name)
        paths.append(f"{paths[parent]}/{token}" if parent >= 0 else token)
    return paths


def _rests(skeleton: Skeleton) -> tuple[Floats, Floats]:
    """(j, 3) places of the joints at rest, within their parents and in the world; the hips stand on their legs."""
    local = np.array(skeleton.offsets, np.float32)
    world = np.zeros_like(local)
    for joint, parent in enumerate(skeleton.parents):
        world[joint] = local[joint] + (world[parent] if parent >= 0 else 0)
    lift = np.zeros(3, np.float32)
    lift[1] = -min(0.0, float(world[:, 1].min()))
    local[[n for n, parent in enumerate(skeleton.parents) if parent < 0]] += lift
    return local, world + lift


def _matrices(places: Floats) -> str:
    return ", ".join(
        f"((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), ({x:.6g}, {y:.6g}, {z:.6g}, 1))" for x, y, z in places
    )


def _places(motion: Motion) -> str:
    """Of every frame the places of the joints within their parents: only the hips' change."""
    still = ", ".join(_triple(offset) for offset in motion.skeleton.offsets[1:])
    first = motion.skeleton.offsets[0]
    return "".join(
        f"                {frame}: [{_triple(root + first)}, {still}],\n" for frame, root in enumerate(motion.root)
    )


def _turns(motion: Motion) -> str:
    """Of every frame the turns of the joints, the real part first."""
    lines = []
    for frame, joints in enumerate(turns.unit(motion.turns)):
        told = ", ".join(f"({w:.6f}, {x:.6f}, {y:.6f}, {z:.6f})" for x, y, z, w in joints)
        lines.append(f"                {frame}: [{told}],\n")
    return "".join(lines)


def _extents(motion: Motion) -> str:
    """The box of the body in every frame, a metre about the hips: what a viewer frames."""
    reach = np.array([1.1, 1.1, 1.1], np.float32)
    return "".join(
        f"        {frame}: [{_triple(root - reach)}, {_triple(root + reach)}],\n"
        for frame, root in enumerate(motion.root)
    )


def _triple(values: Sequence[float] | NDArray[np.float32]) -> str:
    return "(" + ", ".join(f"{float(value):.6g}" for value in values) + ")"
