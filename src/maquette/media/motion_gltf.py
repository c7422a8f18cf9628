"""Motion as glTF 2.0: a rig with its animations, out as one GLB that any viewer plays, and in from any rig."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError
from . import body_mesh, gltf_bytes
from . import quaternions as turns
from .film import Look
from .gltf_bytes import Builder, Document
from .motion import HOUSE, Motion, Skeleton

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
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


def add_body(
    builder: Builder, skeleton: Skeleton, joints: list[int], parts: Sequence[body_mesh.Part], name: str
) -> list[int]:
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


def _primitive(builder: Builder, part: body_mesh.Part) -> dict[str, Any]:
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
    rig = _Rig(document)
    motions = [rig.motion(entry, number) for number, entry in enumerate(document.part("animations"))]
    found = [motion for motion in motions if motion is not None]
    if not found:
        raise MediaError(
            "there is no animation of a rig in it",
            where=str(path),
            mend="export it with its skeleton and its animations",
        )
    return found


class _Rig:
    """The joints of a file, parents first, and how each stands at rest."""

    def __init__(self, document: Document) -> None:
        self.document, self.where = document, document.where
        self.nodes = document.part("nodes")
        self.above = {
            child: number for number, node in enumerate(self.nodes) for child in node.get("children", [])
        }  # fmt: skip
        if any(not isinstance(child, int) or child >= len(self.nodes) for child in self.above):
            raise self._broken()
        self.joints = self._ordered(self._wanted())
        if not self.joints:
            raise MediaError("there is no rig in it", where=self.where, mend="export it with its skeleton")
        self.parents = [self._parent(joint) for joint in self.joints]
        # How each joint is turned and where it is in the world, as the nodes stand.
        self.rest = [self._global(joint) for joint in self.joints]
        self.turned = self._bound()

    def _broken(self) -> MediaError:
        return MediaError("its tree of nodes is broken", where=self.where, mend="export it again")

    def _wanted(self) -> set[int]:
        """The joints of the largest skin; without a skin what is animated; with what stands between them."""
        skins = sorted(self.document.part("skins"), key=lambda skin: -len(skin.get("joints", [])))
        if skins:
            self.skin: dict[str, Any] = skins[0]
            joints = {joint for skin in skins for joint in skin.get("joints", []) if self._together(joint)}
        else:
            self.skin = {}
            joints = {
                channel.get("target", {}).get("node")
                for animation in self.document.part("animations")
                for channel in animation.get("channels", [])
            }
        joints = {joint for joint in joints if isinstance(joint, int) and 0 <= joint < len(self.nodes)}
        for joint in list(joints):
            line = self._line(joint)
            tops = [place for place, one in enumerate(line) if one in joints]
            joints |= set(line[: max(tops) + 1])
        return joints

    def _together(self, joint: Any) -> bool:
        """True if a joint hangs on the same root as the largest skin."""
        first = self.skin.get("joints", [joint])[0]
        return isinstance(joint, int) and joint < len(self.nodes) and self._line(joint)[-1] == self._line(first)[-1]

    def _line(self, node: int) -> list[int]:
        """A node, its parent, its parent's parent ..."""
        line = [node]
        while (up := self.above.get(line[-1])) is not None:
            if up in line:
                raise self._broken()
            line.append(up)
        return line

    def _ordered(self, wanted: set[int]) -> list[int]:
        """The joints from the hips outwards, parents before children; of several trees the largest."""
        tops = [joint for joint in wanted if not set(self._line(joint)[1:]) & wanted]
        if not tops:
            return []
        hips = self._hips(max((self._below(top, wanted) for top in tops), key=len), wanted)
        return self._below(hips, wanted)

    def _below(self, top: int, wanted: set[int]) -> list[int]:
        """A joint and all below it, as a tree is written down."""
        children = [child for child in self.nodes[top].get("children", []) if child in wanted]
        return [top, *(each for child in children for each in self._below(child, wanted))]

    def _hips(self, tree: list[int], wanted: set[int]) -> int:
        """The joint that carries the body: below it nothing is moved, only turned."""
        moved = {
            node for entry in self.document.part("animations") for (node, path), track in self._tracks(entry).items()
            if path == "translation" and np.ptp(track[1], axis=0).max() > 1e-3
        }  # fmt: skip
        line = [tree[0]]
        while below := [
            self._below(child, wanted) for child in self.nodes[line[-1]].get("children", []) if child in wanted
        ]:
            largest = max(below, key=len)
            if len(largest) < 0.4 * len(tree) or len(line) > 6:
                break
            line.append(largest[0])
        named = [joint for joint in line if re.search(r"hips?$|pelvis$", str(self.nodes[joint].get("name")), re.I)]
        carried = [joint for joint in line if joint in moved]
        return (named or carried or line)[-1 if not named and carried else 0]

    def _parent(self, joint: int) -> int:
        return next((self.joints.index(up) for up in self._line(joint)[1:] if up in self.joints), -1)

    def _local(self, node: int) -> Doubles:
        entry = self.nodes[node]
        try:
            if "matrix" in entry:
                return np.array(entry["matrix"], np.float64).reshape(4, 4).T
            m = np.eye(4)
            q = np.array(entry.get("rotation", (0, 0, 0, 1)), np.float32).reshape(4)
            m[:3, :3] = turns.to_matrix(turns.unit(q)) * np.array(entry.get("scale", (1, 1, 1)), float).reshape(1, 3)
            m[:3, 3] = np.array(entry.get("translation", (0, 0, 0)), float).reshape(3)
        except (ValueError, TypeError) as error:
            raise self._broken() from error
        return m

    def _global(self, node: int) -> Doubles:
        m = np.eye(4)
        for one in reversed(self._line(node)):
            m = m @ self._local(one)
        return m

    def _bound(self) -> Floats:
        """(j, 4): how every joint was turned in the world when the skin was bound to it."""
        nodes: Floats = turns.from_matrix(np.stack([_square(m) for m in self.rest]))
        accessor, listed = self.skin.get("inverseBindMatrices"), self.skin.get("joints", [])
        if accessor is None:
            return nodes
        inverse = self.document.numbers(accessor).reshape(-1, 4, 4).transpose(0, 2, 1).astype(np.float64)
        bound = {
            joint: _square(np.asarray(np.linalg.pinv(m), np.float64)) for joint, m in zip(listed, inverse, strict=False)
        }
        first = next((place for place, joint in enumerate(self.joints) if joint in bound), None)
        if first is None:
            return nodes
        # The mesh may lie in another space than the world: what both disagree on at the first joint.
        space = _square(self.rest[first]) @ bound[self.joints[first]].T
        out = [_square(space @ bound[joint]) if joint in bound else _square(self.rest[place])
               for place, joint in enumerate(self.joints)]  # fmt: skip
        return turns.from_matrix(np.stack(out).astype(np.float32))

    def motion(self, animation: dict[str, Any], number: int) -> Motion | None:
        """One animation at its own rate, None where it moves no joint."""
        lines = set().union(*(self._line(joint) for joint in self.joints))
        tracks = {key: track for key, track in self._tracks(animation).items() if key[0] in lines}
        if not tracks:
            return None
        extras = animation.get("extras") if isinstance(animation.get("extras"), dict) else {}
        fps = _rate(extras or {}, [times for times, _, _ in tracks.values()])
        last = max(float(times[-1]) for times, _, _ in tracks.values())
        at = np.arange(max(1, round(last * fps) + 1)) / fps
        said: list[str] = []
        places, turned = self._played(tracks, at, said)
        keys = tuple(int(key) for key in (extras or {}).get("keys", ()) if isinstance(key, int) and key < len(at))
        skeleton, root, local = self._ours(places, turned)
        title = str(animation.get("name") or f"motion {number + 1}")
        return Motion(skeleton, root, local, fps, title=title, keys=keys, said=tuple(said))

    def _tracks(self, animation: dict[str, Any]) -> dict[tuple[int, str], tuple[Floats, Floats, str]]:
        tracks = {}
        for channel in animation.get("channels", []):
            target = channel.get("target", {})
            node, path = target.get("node"), target.get("path")
            if node not in range(len(self.nodes)) or path not in ("rotation", "translation", "scale"):
                continue
            try:
                sampler = animation["samplers"][channel["sampler"]]
            except (KeyError, IndexError, TypeError) as error:
                raise self._broken() from error
            times = self.document.numbers(sampler.get("input"))[:, 0]
            values = self.document.numbers(sampler.get("output"))
            how = sampler.get("interpolation", "LINEAR")
            if len(times) and len(values) == len(times) * (3 if how == "CUBICSPLINE" else 1):
                tracks[node, path] = (times, values, how)
        return tracks

    def _played(
        self, tracks: dict[tuple[int, str], tuple[Floats, Floats, str]], at: Doubles, said: list[str]
    ) -> tuple[Doubles, Floats]:
        """Where every joint is (t, j, 3) and how it is turned (t, j, 4) in the world at the times `at`."""
        known: dict[int, Doubles] = {}

        def globally(node: int) -> Doubles:
            if node not in known:
                local = np.tile(self._local(node), (len(at), 1, 1))
                q, scale = turns.from_matrix(np.stack([_square(local[0])]))[0], np.linalg.norm(local[0, :3, :3], axis=0)
                if (node, "translation") in tracks:
                    local[:, :3, 3] = _sampled(tracks[node, "translation"], at)
                if (node, "rotation") in tracks or (node, "scale") in tracks:
                    turned = _turns(tracks[node, "rotation"], at) if (node, "rotation") in tracks else q
                    size = _sampled(tracks[node, "scale"], at) if (node, "scale") in tracks else scale
                    local[:, :3, :3] = turns.to_matrix(turned) * np.broadcast_to(size, (len(at), 3))[:, None, :]
                up = self.above.get(node)
                known[node] = local if up is None else globally(up) @ local
            return known[node]

        moved = [globally(joint) for joint in self.joints]
        stretched = [
            str(self.nodes[joint].get("name", joint))
            for place, joint in enumerate(self.joints[1:], start=1)
            if self._stretch(moved[self.parents[place]], moved[place]) > 0.02
        ]
        if stretched:
            said.append(f"left out: the stretching of {', '.join(stretched[:3])}" + (
                f" and {len(stretched) - 3} more" if len(stretched) > 3 else ""))  # fmt: skip
        places = np.stack([m[:, :3, 3] for m in moved], 1)
        turned = np.stack([turns.from_matrix(_squares(m).astype(np.float32)) for m in moved], 1)
        return places, turned

    @staticmethod
    def _stretch(parent: Doubles, child: Doubles) -> float:
        """By how many metres the way from a joint to its child changes."""
        return float(np.ptp(np.linalg.norm(child[:, :3, 3] - parent[:, :3, 3], axis=-1)))

    def _ours(self, places: Doubles, turned: Floats) -> tuple[Skeleton, Floats, Floats]:
        """A skeleton whose rest pose has no turns, with the root's way and the local turns away from that pose."""
        away = turns.multiply(turned, np.broadcast_to(turns.inverse(self.turned), turned.shape))
        offsets, local = np.zeros((len(self.joints), 3)), np.zeros_like(away)
        for joint, parent in enumerate(self.parents):
            if parent < 0:
                local[:, joint] = away[:, joint]
                continue
            local[:, joint] = turns.multiply(turns.inverse(away[:, parent]), away[:, joint])
            way = (places[:, joint] - places[:, parent]).astype(np.float32)
            offsets[joint] = np.median(turns.rotate(turns.inverse(away[:, parent]), way), axis=0)
        names = tuple(self._names())
        skeleton = Skeleton(names, tuple(self.parents), offsets.astype(np.float32))
        if names == HOUSE.names and np.allclose(offsets, HOUSE.offsets, atol=1e-4):
            skeleton = HOUSE
        return skeleton, places[:, 0].astype(np.float32), turns.unit(local)

    def _names(self) -> list[str]:
        names: list[str] = []
        for joint in self.joints:
            name = str(self.nodes[joint].get("name") or f"joint{joint}")
            names.append(name if name not in names else f"{name}-{joint}")
        return names


def _square(m: Doubles) -> Doubles:
    """The turn in a matrix, without its size."""
    return np.asarray(_squares(m[None])[0], np.float64)


def _squares(m: Doubles) -> Doubles:
    columns = m[..., :3, :3]
    out: Doubles = columns / np.maximum(np.linalg.norm(columns, axis=-2, keepdims=True), 1e-12)
    # A mirrored rig has a left-handed frame: its third axis is turned round.
    left = np.linalg.det(out) < 0
    out[..., 2] = np.where(left[..., None], -out[..., 2], out[..., 2])
    return out


def _rate(extras: dict[str, Any], times: list[Floats]) -> float:
    """Frames a second: as the file says, or from the distance of the keys that stand closest."""
    said = extras.get("fps")
    if isinstance(said, int | float) and 1 <= said <= 480:
        return float(said)
    steps = [float(np.median(np.diff(one))) for one in times if len(one) > 2]
    if not steps or min(steps) <= 0:
        return 30.0
    fps = 1 / min(steps)
    near = [rate for rate in (24.0, 25.0, 30.0, 48.0, 50.0, 60.0, 120.0) if abs(rate - fps) < 0.02 * rate]
    return near[0] if near else 30.0


def _where(track: tuple[Floats, Floats, str], at: Doubles) -> tuple[NDArray[np.intp], NDArray[np.intp], Doubles]:
    """The keys before and after each time, and the share of the way between them."""
    times = track[0].astype(np.float64)
    high = np.clip(np.searchsorted(times, at, side="right"), 1, max(len(times) - 1, 1))
    low = high - 1
    high = np.minimum(high, len(times) - 1)
    share = np.clip((at - times[low]) / np.maximum(times[high] - times[low], 1e-9), 0, 1)
    return low, high, np.floor(share) if track[2] == "STEP" else share


def _sampled(track: tuple[Floats, Floats, str], at: Doubles) -> Doubles:
    """(t, width): the numbers of a track at these times, as its interpolation says."""
    low, high, share = _where(track, at)
    u = share[:, None]
    values = track[1].astype(np.float64)
    if track[2] != "CUBICSPLINE":
        return np.asarray(values[low] * (1 - u) + values[high] * u)
    keys = values.reshape(len(track[0]), 3, -1)  # tangent in, value, tangent out
    step = (track[0][high] - track[0][low]).astype(np.float64)[:, None]
    a, b = keys[low, 1], keys[high, 1]
    rise, fall = keys[low, 2] * step, keys[high, 0] * step
    u2, u3 = u * u, u * u * u
    return np.asarray((2 * u3 - 3 * u2 + 1) * a + (u3 - 2 * u2 + u) * rise + (3 * u2 - 2 * u3) * b + (u3 - u2) * fall)


def _turns(track: tuple[Floats, Floats, str], at: Doubles) -> Floats:
    if track[2] == "CUBICSPLINE":
        return turns.unit(_sampled(track, at).astype(np.float32))
    low, high, share = _where(track, at)
    return turns.slerp(turns.unit(track[1][low]), turns.unit(track[1][high]), share.astype(np.float32))
