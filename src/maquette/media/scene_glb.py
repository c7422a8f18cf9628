"""A played scene as one glTF file: the set, people with skin and bones, their acting, a camera for every shot.

Any viewer plays the first animation, everything at once; each person and each shot also has one of its own. What glTF
has no words for stands in `extras` of the scene: the shots with their seconds, the colours of sky and light.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError
from . import body_mesh, gltf_bytes, motion_gltf
from . import quaternions as turns
from .film import EMOTIONS, Film, Look, Scene
from .gltf_bytes import Builder
from .motion import resampled
from .stage import MOUTHS, Acting, Camera, Performance, Stage, Take

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

LONG = 90.0  # seconds; longer scenes keep half of the frames
FACE_FPS = 12.0
# How far each of the nine mouths opens, and how round it is.
_MOUTHS = {"A": (0.0, 0.0), "B": (0.25, 0.0), "C": (0.6, 0.0), "D": (1.0, 0.0), "E": (0.6, 0.6), "F": (0.3, 1.0),
           "G": (0.15, 0.1), "H": (0.5, 0.1), "X": (0.0, 0.0)}  # fmt: skip
_LIGHTS = {"day": ("#fff4e2", 3.0), "night": ("#aebfe6", 1.2), "dawn": ("#ffd2b0", 2.2), "dusk": ("#ffb98a", 2.2)}


@dataclass(frozen=True, eq=False)
class Solid:
    """Triangles of one colour in a thing's own metres: places (n, 3), normals (n, 3), faces (m, 3)."""

    colour: str
    places: Floats
    normals: Floats
    faces: Ints
    glow: bool = False
    opacity: float = 1.0
    both: bool = False  # seen from both sides


@dataclass(frozen=True, eq=False)
class Thing:
    """What stands on the set. lines (k, 2, 3): pen strokes along its edges."""

    name: str
    solids: tuple[Solid, ...]
    lines: Floats
    at: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turn: float = 0.0
    seen_from: tuple[float, float, float] | None = None  # hangs on a wall or is one: only from this side is it seen
    middle: tuple[float, float, float] = (0.0, 0.0, 0.0)  # of what hangs, in the world


@dataclass(frozen=True, eq=False)
class Held:
    """A thing in a hand ("LeftHand") from second to second, in the hand's own metres at rest, arms aside."""

    hand: str
    thing: Thing
    start: float
    end: float


def scene_glb(
    film: Film,
    scene: Scene,
    performance: Performance,
    things: Sequence[Thing] = (),
    held: Mapping[str, Sequence[Held]] | None = None,
) -> bytes:
    """The bytes of a GLB. `things`: the set's pieces as triangles; `held`: person -> what is in their hands.

    Raises MediaError for a scene without time.
    """
    seconds = _seconds(performance)
    if seconds <= 0:
        raise MediaError(
            "a scene that lasts no time cannot be written", where=f"scene {scene.id}", mend="plan it again"
        )
    writer = _Writer(film, scene, performance, seconds)
    for thing in (*shell(performance.stage), *things):
        writer.thing(thing)
    for acting in performance.acting:
        writer.person(acting, (held or {}).get(acting.person, ()))
    for shot, start, end in performance.shots:
        if shot in performance.takes:
            writer.shot(shot, start, end, performance.takes[shot])
    writer.light(performance.stage)
    return writer.done()


def _seconds(performance: Performance) -> float:
    ends = [end for _, _, end in performance.shots]
    return max([*ends, *(acting.motion.seconds for acting in performance.acting)], default=0.0)


class _Writer:
    """Puts the parts of a scene into a file."""

    def __init__(self, film: Film, scene: Scene, performance: Performance, seconds: float) -> None:
        self.film, self.scene, self.performance, self.seconds = film, scene, performance, seconds
        self.builder = Builder()
        self.roots: list[int] = []
        self.builder.add("animations", {"name": f"scene {scene.id}", "samplers": [], "channels": []})
        self.shots: list[dict[str, Any]] = []

    def thing(self, thing: Thing) -> None:
        node = self._node(thing)
        if node is not None:
            self.roots.append(node)

    def _node(self, thing: Thing) -> int | None:
        primitives = [self._primitive(solid) for solid in thing.solids if len(solid.faces)]
        if len(thing.lines):
            points = self.builder.numbers(thing.lines.reshape(-1, 3).astype(np.float32), "VEC3",
                                          target=gltf_bytes.VERTICES, bounds=True)  # fmt: skip
            pen = self.builder.material("#2a2422", name="pen")
            primitives.append({"attributes": {"POSITION": points}, "mode": 1, "material": pen})
        if not primitives:
            return None
        node: dict[str, Any] = {"name": thing.name, "translation": [round(float(x), 4) for x in thing.at]}
        if thing.turn:
            node["rotation"] = [round(float(x), 6) for x in turns.about_y(thing.turn)]
        if thing.seen_from is not None:
            node["extras"] = {"seenFrom": [round(float(x), 4) for x in thing.seen_from],
                              "middle": [round(float(x), 4) for x in thing.middle]}  # fmt: skip
        node["mesh"] = self.builder.add("meshes", {"name": thing.name, "primitives": primitives})
        return self.builder.add("nodes", node)

    def _primitive(self, solid: Solid) -> dict[str, Any]:
        b, vertices = self.builder, gltf_bytes.VERTICES
        small = len(solid.places) < 65536
        faces = solid.faces.reshape(-1).astype(np.uint16 if small else np.uint32)
        return {
            "attributes": {
                "POSITION": b.numbers(solid.places.astype(np.float32), "VEC3", target=vertices, bounds=True),
                "NORMAL": b.numbers(solid.normals.astype(np.float32), "VEC3", target=vertices),
            },
            "indices": b.numbers(faces, "SCALAR", target=gltf_bytes.INDICES),
            "material": b.material(solid.colour, glow=solid.glow, opacity=solid.opacity, both=solid.both),
        }

    def person(self, acting: Acting, held: Sequence[Held] = ()) -> None:
        """A person under a node of their own, which vanishes while they are off stage."""
        look = next((one.look for one in self.film.people if one.id == acting.person), Look())
        name = next((one.name for one in self.film.people if one.id == acting.person), acting.person)
        motion = acting.motion
        if self.seconds > LONG:
            motion = resampled(motion, motion.fps / 2)
        parts = body_mesh.body(motion.skeleton, look)
        joints = motion_gltf.add_joints(self.builder, motion.skeleton, label=f"{name} ")
        bodies = motion_gltf.add_body(self.builder, motion.skeleton, joints, parts, name)
        holder = self.builder.add("nodes", {"name": f"{name} on stage", "children": [joints[0]]})
        self.roots += [holder, *bodies]
        number = motion_gltf.add_animation(self.builder, joints, motion, name, small=True)
        animation = self.builder.document["animations"][number]
        if not acting.here.all():
            self._presence(animation, holder, acting)
        for one in held:
            self._in_hand(animation, joints[motion.skeleton.number(one.hand)], one)
        if len(bodies) > 1:
            self._face(animation, bodies[1], acting)
        self._also(animation)

    def _in_hand(self, animation: dict[str, Any], joint: int, held: Held) -> None:
        """A thing that hangs on a hand and is there for its time alone."""
        node = self._node(held.thing)
        if node is None:
            return
        self.builder.document["nodes"][joint].setdefault("children", []).append(node)
        changes = [(0.0, held.start <= 0)] if held.start > 0 else []
        changes += [(max(held.start, 0.0), True)] + ([(held.end, False)] if held.end < self.seconds else [])
        times = np.array([time for time, _ in changes], np.float32)
        size = np.array([[1.0 if there else 1e-4] * 3 for _, there in changes], np.float32)
        self._channel(animation, node, "scale", times, size, "VEC3", "STEP")

    def _presence(self, animation: dict[str, Any], node: int, acting: Acting) -> None:
        changes = np.flatnonzero(np.diff(acting.here.astype(np.int8), prepend=2))
        times = (changes / acting.motion.fps).astype(np.float32)
        size = np.where(acting.here[changes], 1.0, 1e-4).astype(np.float32)
        self._channel(animation, node, "scale", times, np.repeat(size[:, None], 3, 1), "VEC3", "STEP")

    def _face(self, animation: dict[str, Any], node: int, acting: Acting) -> None:
        """Mouth and lids, twelve times a second."""
        count = max(2, round(len(acting.mouths) / acting.motion.fps * FACE_FPS))
        at = np.minimum((np.arange(count) * acting.motion.fps / FACE_FPS).astype(int), len(acting.mouths) - 1)
        table = np.array([_MOUTHS[letter] for letter in MOUTHS], np.float32)
        mouth = table[np.minimum(acting.mouths[at], len(MOUTHS) - 1)]
        emotion = acting.emotions[at] if len(acting.emotions) else np.zeros(count, np.uint8)
        mouth[emotion == EMOTIONS.index("surprised"), 0] += 0.2
        weights = np.concatenate([mouth, acting.blinks[at, None]], 1).clip(0, 1)
        times = (np.arange(count) / FACE_FPS).astype(np.float32)
        flat = np.round(weights.reshape(-1) * 255).astype(np.uint8)
        self._channel(animation, node, "weights", times, flat, "SCALAR", "LINEAR")

    def _channel(self, animation: dict[str, Any], node: int, path: str, times: Floats, values: NDArray[Any], kind: str,
                 how: str) -> None:  # fmt: skip
        b = self.builder
        sampler = {
            "input": b.numbers(times, "SCALAR", bounds=True),
            "output": b.numbers(values, kind, normalized=values.dtype != np.float32),
            "interpolation": how,
        }
        animation["samplers"].append(sampler)
        target = {"node": node, "path": path}
        animation["channels"].append({"sampler": len(animation["samplers"]) - 1, "target": target})

    def _also(self, animation: dict[str, Any]) -> None:
        """The same channels in the animation of everything: they share their numbers."""
        whole = self.builder.document["animations"][0]
        first = len(whole["samplers"])
        whole["samplers"] += animation["samplers"]
        whole["channels"] += [{**one, "sampler": one["sampler"] + first} for one in animation["channels"]]

    def shot(self, id: str, start: float, end: float, take: Take) -> None:
        """A camera, moving where the shot does."""
        width = next((one for one in self.film.shots if one.id == id), None)
        first = take.at(0.0)
        lens: dict[str, Any] = {
            "name": f"shot {id}",
            "type": "perspective",
            "perspective": {"yfov": math.radians(first.fov), "znear": 0.05, "zfar": 300.0, "aspectRatio": 16 / 9},
        }
        node = {
            "name": f"shot {id}",
            "camera": self.builder.add("cameras", lens),
            "translation": [round(float(x), 4) for x in first.eye],
            "rotation": [round(float(x), 6) for x in looking(first)],
        }
        number = self.builder.add("nodes", node)
        self.roots.append(number)
        told = {"shot": id, "start": round(start, 3), "end": round(end, 3), "camera": node["name"]}
        if width is not None:
            told |= {"size": width.size, "angle": width.angle, "move": width.move, "note": width.note}
        if len(take.cameras) > 1 and end > start:
            shares = np.linspace(0, 1, max(2, min(60, round((end - start) * 8))))
            cameras = [take.at(float(share)) for share in shares]
            told["fov"] = [round(camera.fov, 2) for camera in (cameras[0], cameras[-1])]
            animation: dict[str, Any] = {"name": f"shot {id}", "samplers": [], "channels": []}
            times = (start + shares * (end - start)).astype(np.float32)
            eyes = np.array([camera.eye for camera in cameras], np.float32)
            q = np.stack([looking(camera) for camera in cameras])
            self._channel(animation, number, "translation", times, eyes, "VEC3", "LINEAR")
            self._channel(animation, number, "rotation", times, q, "VEC4", "LINEAR")
            self.builder.add("animations", animation)
            self._also(animation)
        self.shots.append(told)

    def light(self, stage: Stage) -> None:
        """The sun, the moon or the lamps of a room as one light from afar."""
        colour, strength = _LIGHTS.get(stage.time, _LIGHTS["day"])
        if stage.interior and stage.time == "night":
            colour, strength = "#ffdcae", 2.0
        lights = [
            {"type": "directional", "color": gltf_bytes.linear(colour), "intensity": strength, "name": stage.time}
        ]
        self.builder.document["extensions"] = {"KHR_lights_punctual": {"lights": lights}}
        self.builder.uses("KHR_lights_punctual")
        towards = np.array(stage.light, np.float32)
        q = turns.between(np.array([0, 0, 1], np.float32), towards)
        self.roots.append(
            self.builder.add(
                "nodes",
                {
                    "name": "light",
                    "rotation": [round(float(x), 6) for x in turns.unit(q)],
                    "extensions": {"KHR_lights_punctual": {"light": 0}},
                },
            )
        )

    def done(self) -> bytes:
        stage = self.performance.stage
        if not self.builder.document["animations"][0]["channels"]:
            self.builder.document["animations"].pop(0)
            if not self.builder.document["animations"]:
                del self.builder.document["animations"]
        title = f"{self.scene.id} {self.scene.heading}".strip()
        extras = {
            "film": self.film.title,
            "scene": self.scene.id,
            "heading": self.scene.heading,
            "seconds": round(self.seconds, 3),
            "interior": stage.interior,
            "time": stage.time,
            "sky": stage.colours.get("sky", "#c9dfe8"),
            "shots": self.shots,
        }
        return self.builder.to_bytes(self.roots, title=title, extras=extras)


def looking(camera: Camera) -> Floats:
    """(4,): how a glTF camera stands, which looks along its own -z."""
    right, up, forward = camera.axes()
    return turns.from_matrix(np.stack([right, up, -forward], 1))


# --- the room or the ground --------------------------------------------------------------------------------------


def shell(stage: Stage) -> list[Thing]:
    """Floor and walls of a room, or the ground of an open place. Walls are seen from within alone."""
    floor = stage.colours.get("floor" if stage.interior else "ground", "#b9ac93" if stage.interior else "#a7b86e")
    if not stage.interior:
        return [Thing("ground", (_disc(40.0, _hex(floor, "#a7b86e")),), _none())]
    w, d, h = stage.width / 2, stage.depth / 2, stage.height
    things = [
        Thing("floor", (flat(((-w, 0, d), (w, 0, d), (w, 0, -d), (-w, 0, -d)), _hex(floor, "#b08a5f")),), _none())
    ]
    if stage.colours.get("shell") == "car":
        return things
    wall = _hex(stage.colours.get("wall", ""), "#d9cdb4")
    corners = [(-w, -d), (w, -d), (w, d), (-w, d)]
    for number, name in enumerate(("back wall", "right wall", "front wall", "left wall")):
        (x0, z0), (x1, z1) = corners[number], corners[(number + 1) % 4]
        face = flat(((x0, 0, z0), (x1, 0, z1), (x1, h, z1), (x0, h, z0)), wall)
        lines = np.array(
            [[(x0, 0, z0), (x1, 0, z1)], [(x0, 0, z0), (x0, h, z0)], [(x0, h, z0), (x1, h, z1)]], np.float32
        )
        middle = ((x0 + x1) / 2, h / 2, (z0 + z1) / 2)
        things.append(
            Thing(name, (face,), lines, seen_from=(-np.sign(middle[0]), 0.0, -np.sign(middle[2])), middle=middle)
        )
    return things


def flat(corners: Sequence[tuple[float, float, float]], colour: str) -> Solid:
    """A flat polygon, seen from where its corners go against the clock."""
    places = np.array(corners, np.float32)
    normal = np.cross(places[1] - places[0], places[2] - places[0])
    normal = normal / max(float(np.linalg.norm(normal)), 1e-9)
    fan = np.arange(1, len(places) - 1)
    faces = np.stack([0 * fan, fan, fan + 1], 1).astype(np.int32)
    return Solid(colour, places, np.tile(normal.astype(np.float32), (len(places), 1)), faces)


def _disc(radius: float, colour: str) -> Solid:
    angle = np.arange(36) * (2 * np.pi / 36)
    return flat([(radius * math.cos(a), 0.0, -radius * math.sin(a)) for a in angle], colour)


def _none() -> Floats:
    return np.zeros((0, 2, 3), np.float32)


def _hex(colour: str, other: str) -> str:
    return colour if colour.startswith("#") else other
