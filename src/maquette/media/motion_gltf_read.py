"""The rigs of others in glTF: which nodes are joints, how they stand at rest, and what the animations do with them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError
from . import quaternions as turns
from .gltf_bytes import Document
from .motion import HOUSE, Motion, Skeleton

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


class Rig:
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
