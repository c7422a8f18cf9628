"""What is heard in a film besides voices and music: steps where feet touch the floor, doors, what the script names.

Every sound is a cue with its second, so that it can be moved or taken out; the cues are written beside the film.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...media.motion import contacts, world
from . import foley_sounds
from .foley_sounds import RATE

if TYPE_CHECKING:
    from ...media.film import Line, Scene
    from ...media.stage import Acting, Performance, Take

Floats: TypeAlias = NDArray[np.float32]

# Which floor a kind of set has.
FLOORS = {
    "step grass": ("forest", "field", "garden", "park", "mountain"),
    "step sand": ("beach", "desert", "cave"),
    "step stone": ("street", "station", "castle", "hall", "corridor", "hospital", "shop", "roof", "kitchen", "church",
                   "road", "courtyard", "prison", "warehouse", "laboratory"),
    "step carpet": ("bedroom", "car", "office", "void", "theatre"),
}  # fmt: skip
# What a word of the script sounds like: the beginnings of words, in the languages that scripts are read in.
HEARD = {
    "knock": "knock knocking toc toque стук стуч постуч frappe frapper llama golpea",
    "slam": "slam slams bangs захлоп хлопает хлопнул claque portazo",
    "door": "door doors дверь двери дверью porte puerta gate",
    "phone": "phone rings telephone телефон звонок звонит téléphone sonne teléfono suena",
    "bell": "bell bells tolls chime колокол cloche campana",
    "glass": "shatter shatters smash smashes разбива разбил вдребезги brise rompe",
    "clink": "glass cup cups toast mug spoon чашк бокал стакан ложк tasse verre taza vaso",
    "shot": "gunshot fires shoots shot выстрел стреля coup-de-feu tire dispara disparo",
    "thunder": "thunder lightning гром молни tonnerre trueno",
    "paper": "letter paper envelope page newspaper письмо бумаг конверт газет lettre papier carta papel",
    "keys": "keys ключи ключ clés clefs llaves",
    "pour": "pours pour kettle наливает чайник verse vierte",
    "clock": "clock ticking ticks часы тикают horloge reloj",
    "engine": "car engine truck taxi машин автомобил двигател voiture moteur coche motor",
    "train": "train locomotive поезд электричк",
    "gust": "wind gust storm ветер ветра буря vent viento",
    "bark": "dog barks bark собака лает chien aboie perro ladra",
}
RAIN = ("rain", "rains", "raining", "дождь", "дождя", "ливень", "pluie", "pleut", "lluvia", "llueve")
RINGING = ("rings", "звонит", "звонок", "sonne", "suena")  # what a bell does too
DISTANT = ("far", "distant", "distance", "далеко", "вдали", "вдалеке", "loin", "lejos")
FAR = 0.35  # of its level, what is heard from there
# Whole words only: "train" is no "training", "car" no "care".
WHOLE = {"car", "train", "cup", "page", "bell", "shot", "glass", "verre", "vent", "keys", "door", "wind", "dog",
         "pour", "tire", "papel", "часы", "гром", "ключ"}  # fmt: skip
LOUD = {"slam": 0.5, "shot": 0.7, "thunder": 0.5, "glass": 0.45, "phone": 0.16, "bell": 0.3, "knock": 0.4, "bark": 0.3,
        "paper": 0.14, "keys": 0.16, "clink": 0.12, "clock": 0.15, "cloth": 0.08, "thump": 0.22, "train": 0.12,
        "engine": 0.22, "gust": 0.2, "pour": 0.2, "door": 0.35}  # fmt: skip
STEP = 0.13  # level of a step at a walk, near the camera
_WORDS = re.compile(r"[\w'’-]+")


@dataclass(frozen=True)
class Cue:
    """A sound at a second of the film. level: of its peak, 1.0 is full scale; side: -1 left .. 1 right; why: what in
    the script or the picture it belongs to."""

    second: float
    kind: str
    level: float
    side: float = 0.0
    variant: int = 0
    why: str = ""

    def as_dict(self) -> dict[str, object]:
        """Plain data."""
        return {
            "second": round(self.second, 3),
            "kind": self.kind,
            "level": round(self.level, 3),
            "side": round(self.side, 2),
            "why": self.why,
        }


# -- what the script names --------------------------------------------------------------------------------------------


def of_lines(lines: Iterable[tuple[Line, float, float]]) -> list[Cue]:
    """The cues of what is told in action lines, each (line, first second, last second): a door opened, a phone ringing.

    A word sounds where it stands in its line; the same thing once a line.
    """
    cues: list[Cue] = []
    for line, start, end in lines:
        if line.kind != "action":
            continue
        found: dict[str, tuple[int, str]] = {}
        for match in _WORDS.finditer(line.text.lower()):
            kind = kind_of(match[0])
            if kind and kind not in found:
                found[kind] = (match.start(), match[0])
        if "slam" in found or "knock" in found:
            found.pop("door", None)
        if "bell" in found and found.get("phone", (0, "phone"))[1] in RINGING:
            found.pop("phone", None)
        away = FAR if any(word in DISTANT for word in _WORDS.findall(line.text.lower())) else 1.0
        for kind, (at, word) in found.items():
            second = start + (end - start) * min(0.8, at / max(1, len(line.text)))
            cues.append(Cue(second, kind, away * LOUD.get(kind, 0.3), 0.0, len(cues) % 3, f"{line.id}: {word}"))
    return cues


def kind_of(word: str) -> str:
    """The sound of a word, "" for one that makes none."""
    for kind, begins in HEARD.items():
        for begin in begins.split():
            if word == begin or (begin not in WHOLE and len(begin) > 3 and word.startswith(begin)):
                return kind
    return ""


def rains(scene: Scene) -> bool:
    """True where the script lets it rain in a scene."""
    told = [scene.heading, *(line.text for line in scene.lines if line.kind == "action")]
    return any(word in RAIN for text in told for word in _WORDS.findall(text.lower()))


# -- what the picture shows -------------------------------------------------------------------------------------------


def of_performance(
    performance: Performance, seen: Sequence[tuple[str, float, float, float]], *, seed: int = 0
) -> list[Cue]:
    """Steps and the rustle of sitting down, of everybody in a scene who is in it.

    seen: for each shot (id, second of the film, first and last second within the scene): a scene may be seen in parts.
    """
    cues = []
    floor = floor_of(performance.stage.kind)
    for number, acting in enumerate(performance.acting):
        for frame, speed, place in _steps(acting):
            second = frame / performance.fps
            level = STEP * float(np.clip(0.55 + 0.35 * speed, 0.5, 1.6))
            cues += _placed(performance, seen, second, floor, level, place, seed + number * 7 + frame, acting.person)
        for frame, place in _sittings(acting):
            second = frame / performance.fps
            cues += _placed(performance, seen, second, "thump", LOUD["thump"], place, seed + number, acting.person)
    return cues


def floor_of(kind: str) -> str:
    """How a step sounds on the floor of a set."""
    return next((name for name, kinds in FLOORS.items() if kind in kinds), "step wood")


def _steps(acting: Acting) -> list[tuple[int, float, Floats]]:
    """(frame, speed of the body in m/s, place) whenever a foot comes to the floor while its owner walks."""
    motion = acting.motion
    if motion.frames < 3:
        return []
    down = contacts(motion)
    feet = np.stack([down[:, 0] | down[:, 1], down[:, 2] | down[:, 3]], 1)
    along = (
        np.linalg.norm(np.diff(motion.root[:, [0, 2]], axis=0, prepend=motion.root[:1, [0, 2]]), axis=1) * motion.fps
    )
    wide = max(1, round(0.3 * motion.fps))
    speed = np.convolve(along, np.ones(wide) / wide, "same")
    out: list[tuple[int, float, Floats]] = []
    last = {0: -99, 1: -99}
    for foot in (0, 1):
        lands = np.flatnonzero(feet[1:, foot] & ~feet[:-1, foot]) + 1
        for frame in map(int, lands):
            if (
                speed[frame] > 0.25
                and acting.here[min(frame, len(acting.here) - 1)]
                and (frame - last[foot] > 0.3 * motion.fps)
            ):
                out.append((frame, float(speed[frame]), motion.root[frame]))
                last[foot] = frame
    return sorted(out, key=lambda one: one[0])


def _sittings(acting: Acting) -> list[tuple[int, Floats]]:
    """(frame, place) where somebody comes down on a seat or the floor."""
    motion = acting.motion
    if motion.frames < 8:
        return []
    places, _ = world(motion)
    hips = places[:, 0, 1]
    out: list[tuple[int, Floats]] = []
    low = hips < 0.72 * max(0.3, float(np.percentile(hips, 95)))
    for frame in np.flatnonzero(low[1:] & ~low[:-1]) + 1:
        end = min(motion.frames - 1, int(frame) + round(0.35 * motion.fps))
        if not out or frame - out[-1][0] > motion.fps:
            out.append((end, motion.root[frame]))
    return out


def _placed(
    performance: Performance,
    seen: Sequence[tuple[str, float, float, float]],
    second: float,
    kind: str,
    level: float,
    place: Floats,
    variant: int,
    who: str,
) -> list[Cue]:
    """The cue of something at a second of its scene, in each shot that shows that second."""
    cues = []
    for shot, start, first, last in seen:
        if not first <= second < last:
            continue
        side, near = _heard_from(performance.takes.get(shot), place, (second - first) / max(1e-6, last - first))
        cues.append(Cue(start + second - first, kind, level * near, side, variant % 6, f"{shot}: {who}"))
    return cues


def _heard_from(take: Take | None, place: Floats, share: float) -> tuple[float, float]:
    """From which side and how near the camera hears it: (-1..1, a level)."""
    if take is None:
        return 0.0, 0.7
    camera = take.at(share)
    away = np.asarray(place, np.float32) - np.asarray(camera.eye, np.float32)
    right, _, forward = camera.axes()
    side = float(np.dot(away, right)) / max(0.8, abs(float(np.dot(away, forward))))
    distance = float(np.linalg.norm(away))
    return float(np.clip(side, -0.8, 0.8)), float(np.clip(3.0 / max(1.0, distance), 0.25, 1.2))


# -- to sound ---------------------------------------------------------------------------------------------------------


def played(cues: Iterable[Cue], start: float, seconds: float) -> Floats:
    """The cues that are heard between `start` and `start + seconds` of the film, (n, 2)."""
    whole = np.zeros((round(seconds * RATE), 2), np.float32)
    for cue in cues:
        sound = foley_sounds.sound(cue.kind, cue.variant)
        at = round((cue.second - start) * RATE)
        if at + len(sound) <= 0 or at >= len(whole):
            continue
        piece = sound[max(0, -at) : len(whole) - at]
        begin = max(0, at)
        angle = (cue.side + 1) * np.pi / 4
        sides = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(cue.level * np.sqrt(2))
        whole[begin : begin + len(piece)] += piece[:, None] * sides
    return whole


def ambience(kind: str, *, night: bool, seconds: float, rain: bool = False, interior: bool = True) -> Floats:
    """How a place sounds for so long, (n, 2), faded in and out over an eighth of a second."""
    count = round(seconds * RATE)
    bed = foley_sounds.place(kind, night)
    made = np.take(bed, np.arange(count), axis=0, mode="wrap")
    if rain:
        wet = np.take(foley_sounds.place("rain"), np.arange(count), axis=0, mode="wrap")
        made = made + wet * np.float32(0.35 if interior else 1.0)
    edge = min(count // 2, RATE // 8)
    if edge:
        ramp = np.linspace(0, 1, edge, dtype=np.float32)[:, None]
        made[:edge] *= ramp
        made[count - edge :] *= ramp[::-1]
    return np.asarray(made, np.float32)


def counted(cues: Iterable[Cue]) -> Mapping[str, int]:
    """How many of each kind, for people."""
    found: dict[str, int] = {}
    for cue in cues:
        kind = "step" if cue.kind.startswith("step") else cue.kind
        found[kind] = found.get(kind, 0) + 1
    return found
