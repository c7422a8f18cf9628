"""ASF and AMC, the Acclaim files that the CMU motion capture set comes in: a skeleton, and motions that name its bones.

    skeleton.asf   one bone a joint: its direction at rest in the world, its length, the axes that it turns about
    take.amc       frame by frame, for every bone its angles

The set is counted in inches / 0.45 at 120 frames a second; neither is written in the file of a motion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError
from . import motion_bvh
from . import quaternions as turns
from .motion import Motion, Skeleton

Floats = NDArray[np.float32]
INCH = 0.0254
FPS = 120.0
_AXES = {"x": (1, 0, 0), "y": (0, 1, 0), "z": (0, 0, 1)}


@dataclass
class _Bone:
    name: str
    direction: tuple[float, float, float] = (0.0, 0.0, 0.0)
    length: float = 0.0
    axis: tuple[float, ...] = (0.0, 0.0, 0.0)
    order: str = "xyz"
    freedom: tuple[str, ...] = ()


@dataclass
class Acclaim:
    """A skeleton as the .asf has it, with what is needed to read its motions."""

    skeleton: Skeleton
    bones: list[_Bone]
    metres: float  # of one unit of the file
    degrees: bool
    frames: dict[str, Floats] = field(default_factory=dict)  # bone -> (4,): the turn of its own axes


def read_amc(path: str | Path, asf: str | Path | None = None, *, fps: float = FPS) -> Motion:
    """The motion of an .amc on the skeleton of its .asf; without one named, the one that lies beside it.

    Raises MediaError, naming the line, for files that are broken and where no skeleton is found.
    """
    path = Path(path)
    acclaim = read_asf(Path(asf) if asf else _beside(path))
    tables = _tables(_text(path), path, acclaim)
    root, turned = _moved(acclaim, tables)
    said = (f"taken for {fps:g} frames a second: the file does not say",)
    return Motion(acclaim.skeleton, root, turned, fps, title=path.stem, said=said)


def _beside(path: Path) -> Path:
    """The skeleton that lies beside a motion: 02.asf for 02_01.amc, or the only one there."""
    found = sorted(one for one in path.parent.iterdir() if one.suffix.lower() == ".asf") if path.parent.is_dir() else []
    stem = path.stem.partition("_")[0].lower()
    named = [one for one in found if one.stem.lower() in (path.stem.lower(), stem)]
    if not named and len(found) != 1:
        mend = f"put {stem}.asf beside it, or name the file"
        raise MediaError("no skeleton (.asf) for it is found", where=str(path), mend=mend)
    return named[0] if named else found[0]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise MediaError(
            f"the file cannot be read: {error.strerror}", where=str(path), mend="check the path"
        ) from error


# --- the skeleton ------------------------------------------------------------------------------------------------


def read_asf(path: str | Path) -> Acclaim:
    """The skeleton of an .asf. Raises MediaError for what is none."""
    path = Path(path)
    sections = _sections(_text(path))
    if "bonedata" not in sections or "hierarchy" not in sections:
        raise MediaError("this is no Acclaim skeleton", where=str(path), mend="give the .asf that belongs to the .amc")
    units = {words[0].lower(): words[1] for words in map(str.split, sections.get("units", [])) if len(words) > 1}
    try:
        metres = INCH / float(units.get("length", "0.45"))
        degrees = units.get("angle", "deg").lower().startswith("deg")
        bones = [_root(sections.get("root", [])), *_bones(sections["bonedata"])]
    except (ValueError, IndexError) as error:
        raise MediaError(f"the skeleton is broken: {error}", where=str(path), mend="get the file again") from error
    parents = _parents(sections["hierarchy"], {bone.name: bone for bone in bones}, str(path))
    order = _ordered(bones, parents)
    acclaim = _acclaim(order, parents, metres, degrees)
    if not 0.9 < motion_bvh.height(acclaim.skeleton) < 2.5 and len(order) > 10:
        # Not counted as the CMU set is: the size of the body tells.
        plain = _acclaim(order, parents, 1.0, degrees).skeleton
        acclaim = _acclaim(order, parents, motion_bvh.unit_of(plain, []), degrees)
    return acclaim


def _sections(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    rows: list[str] = []
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if found := re.match(r":(\w+)\s*(.*)", line):
            rows = sections.setdefault(found[1].lower(), [])
            line = found[2]
        if line:
            rows.append(line)
    return sections


def _root(rows: list[str]) -> _Bone:
    bone = _Bone("root", freedom=("tx", "ty", "tz", "rx", "ry", "rz"))
    for words in map(str.split, rows):
        if words[0].lower() == "order":
            bone.freedom = tuple(word.lower() for word in words[1:])
        elif words[0].lower() == "axis" and len(words) > 1:
            bone.order = words[1].lower()
        elif words[0].lower() == "orientation":
            bone.axis = tuple(float(word) for word in words[1:4])
    return bone


def _bones(rows: list[str]) -> list[_Bone]:
    bones: list[_Bone] = []
    for words in map(str.split, rows):
        key = words[0].lower()
        if key == "begin":
            bones.append(_Bone(""))
        elif not bones:
            continue
        elif key == "name":
            bones[-1].name = words[1]
        elif key == "direction":
            x, y, z = (float(word) for word in words[1:4])
            bones[-1].direction = (x, y, z)
        elif key == "length":
            bones[-1].length = float(words[1])
        elif key == "axis":
            bones[-1].axis = tuple(float(word) for word in words[1:4])
            bones[-1].order = words[4].lower() if len(words) > 4 else "xyz"
        elif key == "dof":
            bones[-1].freedom = tuple(word.lower() for word in words[1:])
    return bones


def _parents(rows: list[str], known: dict[str, _Bone], where: str) -> dict[str, str]:
    parents: dict[str, str] = {}
    for words in map(str.split, rows):
        if words[0].lower() in ("begin", "end"):
            continue
        if unknown := [word for word in words if word not in known]:
            raise MediaError(f"its tree names a bone {unknown[0]!r} that it does not have", where=where,
                             mend="get the file again")  # fmt: skip
        parents |= dict.fromkeys(words[1:], words[0])
    return parents


def _ordered(bones: list[_Bone], parents: dict[str, str]) -> list[_Bone]:
    """Parents before children; bones that hang on nothing are left out."""
    by_parent: dict[str, list[_Bone]] = {}
    for bone in bones[1:]:
        if bone.name in parents:
            by_parent.setdefault(parents[bone.name], []).append(bone)
    order, waiting = [], [bones[0]]
    while waiting:
        order.append(waiting.pop())
        waiting += reversed(by_parent.pop(order[-1].name, []))
    return order


def _acclaim(order: list[_Bone], parents: dict[str, str], metres: float, degrees: bool) -> Acclaim:
    names = [bone.name for bone in order]
    by_name = {bone.name: bone for bone in order}
    offsets = np.zeros((len(order), 3))
    for number, bone in enumerate(order[1:], start=1):
        # A bone begins where its parent ends.
        above = by_name[parents[bone.name]]
        offsets[number] = np.array(above.direction) * above.length * metres
    numbers = tuple(names.index(parents[name]) if name in parents else -1 for name in names)
    leaves = set(range(len(order))) - set(numbers)
    ends = {}
    for leaf in leaves:
        x, y, z = (float(part) * order[leaf].length * metres for part in order[leaf].direction)
        ends[names[leaf]] = (x, y, z)
    frames = {bone.name: _axes(bone, degrees) for bone in order}
    skeleton = Skeleton(tuple(names), numbers, offsets.astype(np.float32), ends)
    return Acclaim(skeleton, order, metres, degrees, frames)


def _axes(bone: _Bone, degrees: bool) -> Floats:
    """(4,): how the axes that a bone turns about stand in the world."""
    angles = np.radians(bone.axis) if degrees else np.array(bone.axis)
    turned = _composed([(axis, np.float32(angle)) for axis, angle in zip(bone.order, angles, strict=False)])
    return np.asarray(turned[0], np.float32)


def _composed(about: list[tuple[str, Floats | np.float32]]) -> Floats:
    """(t, 4): turns about fixed axes, the first named first."""
    q = turns.STILL[None]
    for axis, angle in about:
        one = turns.about(np.array(_AXES[axis], np.float32), np.atleast_1d(np.asarray(angle, np.float32)))
        q = turns.multiply(one, np.broadcast_to(q, one.shape) if len(q) == 1 else q)
    return q


# --- the motion --------------------------------------------------------------------------------------------------


def _tables(text: str, path: Path, acclaim: Acclaim) -> dict[str, Floats]:
    """Bone -> its numbers (t, width), in the order of the file's frames."""
    freedom = {bone.name: len(bone.freedom) for bone in acclaim.bones}
    rows: dict[str, list[list[float]]] = {name: [] for name in freedom}
    frames = 0
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words or words[0].startswith(":"):
            continue
        if len(words) == 1 and words[0].isdigit():
            frames += 1
            continue
        name = words[0]
        try:
            values = [float(word) for word in words[1:]]
        except ValueError:
            values = []
        if name not in freedom or len(values) != freedom[name] or not np.isfinite(values).all() or not frames:
            wrong = f"the skeleton has no bone {name!r}" if name not in freedom else "its numbers are broken"
            raise MediaError(wrong, where=f"{path}, line {number}", mend="check that the .asf belongs to this .amc")
        rows[name].append(values)
    whole = min((len(table) for name, table in rows.items() if table), default=0)
    if not frames or not whole:
        raise MediaError("there is no frame in it", where=str(path), mend="get the file again")
    return {name: np.array(table[:whole], np.float32) for name, table in rows.items() if table}


def _moved(acclaim: Acclaim, tables: dict[str, Floats]) -> tuple[Floats, Floats]:
    """The root's way (t, 3) in metres and the local turns (t, j, 4)."""
    frames = len(next(iter(tables.values())))
    turned = np.tile(turns.STILL, (frames, len(acclaim.bones), 1)).astype(np.float32)
    root = np.zeros((frames, 3), np.float32)
    for joint, bone in enumerate(acclaim.bones):
        table = tables.get(bone.name)
        if table is None:
            continue
        about: list[tuple[str, Floats | np.float32]] = []
        for column, kind in enumerate(bone.freedom):
            if kind[0] == "t":
                root[:, "xyz".index(kind[1])] = table[:, column] * acclaim.metres
            elif kind[0] == "r":
                angle = np.radians(table[:, column]) if acclaim.degrees else table[:, column]
                about.append((kind[1], angle.astype(np.float32)))
        q = _composed(about) if about else turned[:, joint]
        axes = np.broadcast_to(acclaim.frames[bone.name], (frames, 4))
        q = np.broadcast_to(q, (frames, 4))
        turned[:, joint] = turns.unit(turns.multiply(turns.multiply(axes, q), turns.inverse(axes)))
    return root, turned
