"""Drawn people: model sheets to look at, how long one takes, and whether one stays the same person from shot to shot.

    python benchmarks/film_people.py [OUT]

Writes OUT/film-people.webp (a cast by three hands, from before and behind), OUT/film-faces.webp (ten moods, nine
mouths, heads right around) and benchmarks/results/film_people.json. A person is known again by the colours of what is
drawn of her or him, in three bands from head to foot: the nearest of the cast's averages over all other shots.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from common import keep
from numpy.typing import NDArray
from PIL import Image

from maquette.data import motion_clips
from maquette.makers.film.puppet import STYLES, FaceState, draw_person, fitted
from maquette.media import quaternions as turns
from maquette.media.film import BUILDS, COSTUMES, EMOTIONS, HAIR, Look
from maquette.media.ink import Layer, Page
from maquette.media.ink_draw import matte, to_pixels
from maquette.media.motion import HOUSE, world
from maquette.media.stage import MOUTHS, Camera

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]
HEAD = HOUSE.number("Head")
PAPER = {"line": "#fbfaf6", "ink": "#ffffff", "tone": "#efe9dd"}
SKINS = ("#e3b48f", "#f0cdb0", "#8d5a3b", "#d99f77", "#5f3b28", "#e8c09a", "#c68c63", "#f2d3bd")
HAIRS = ("#3b2a20", "#d9b25f", "#1d1a1c", "#8a3b1f", "#9a9a9a", "#5a3a22", "#c8843f", "#2b2b33")
TOPS = ("#4a6fa5", "#6b5a4a", "#a5444f", "#2f3a4f", "#5d7f52", "#3f6f8a", "#44506a", "#7a6a9a")


def cast() -> list[Look]:
    """Eight people, each with another cut of hair and of clothes."""
    people = [
        Look(hair=hair, hair_colour=HAIRS[k], skin=SKINS[k], costume=COSTUMES[k], top=TOPS[k], glasses=k == 2)
        for k, hair in enumerate(HAIR)
    ]
    people[5] = replace(people[5], build="stocky", beard=True)
    people[4] = replace(people[4], build="old", height=1.64)
    people[6] = replace(people[6], build="tall", height=1.82)
    return [*people, Look("child", 1.22, "short", "#c8843f", "#f0cdb0", "jumper", "#d9a441", "#3b4b6a")]


def poses() -> list[tuple[Floats, Floats]]:
    """Moments of the packaged clips: standing, walking, running, waving, sitting."""
    found = []
    clips = motion_clips.load()
    for label, share in (("walk", 0.4), ("idle", 0.5), ("run", 0.3), ("cheer", 0.5), ("walk", 0.7), ("dance", 0.4)):
        clip = next((one for one in clips if label in one.labels), clips[0])
        frame = int(clip.motion.frames * share)
        places, turned = world(clip.motion.part(frame, frame + 1))
        found.append((places[0], turned[0]))
    return found


def standing() -> tuple[Floats, Floats]:
    clip = motion_clips.load()[0].motion
    still = np.tile(turns.STILL, (1, 22, 1)).astype(np.float32)
    for side, sign in (("Left", -1), ("Right", 1)):
        still[0, HOUSE.number(f"{side}Arm")] = turns.about(np.array([0, 0, 1.0]), 1.27 * sign)
        still[0, HOUSE.number(f"{side}ForeArm")] = turns.about(np.array([0, 1.0, 0]), 0.3 * sign)
    root = np.array([[0, 1.0, 0]], np.float32)
    places, turned = world(replace(clip.part(0, 1), root=root, turns=still))
    return places[0], turned[0]


def seen_from(target: Floats, angle: float, away: float, fov: float, above: float = 0.1) -> Camera:
    eye = target + np.array([np.sin(angle) * away, above * away, np.cos(angle) * away])
    return Camera(
        (float(eye[0]), float(eye[1]), float(eye[2])), (float(target[0]), float(target[1]), float(target[2])), fov
    )


def cell(
    look: Look, pose: tuple[Floats, Floats], camera: Camera, size: tuple[int, int], style: str, face: FaceState
) -> Pixels:
    marks = draw_person(look, *pose, camera, *size, face=face, style=style, owner="one")
    return to_pixels(Page(*size, (Layer("one", marks),), PAPER[style]))


def sheet(cells: Sequence[Pixels], columns: int, path: Path) -> None:
    """Pictures of one size in rows."""
    height, width = cells[0].shape[:2]
    whole = Image.new("RGB", (columns * width, -(-len(cells) // columns) * height), "white")
    for number, one in enumerate(cells):
        whole.paste(Image.fromarray(one), (number % columns * width, number // columns * height))
    whole.save(path, quality=88, method=6)


def people_sheet(path: Path) -> None:
    some = [standing(), *poses()[:1], standing(), poses()[3]]
    cells = []
    for style in STYLES:
        for angle in (0.45, 2.6):
            for number, look in enumerate(cast()):
                pose = some[(number + (angle > 1)) % len(some)]
                middle = fitted(look, *pose)[0] * np.array([1, 0, 1]) + np.array([0, 0.9, 0])
                way = float(turns.heading(pose[1][0])) + angle
                cells.append(cell(look, pose, seen_from(middle, way, 6.0, 20.5), (204, 340), style, FaceState()))
    sheet(cells, 9, path)


def faces_sheet(path: Path) -> None:
    pose, people = standing(), cast()

    def head(number: int, angle: float, face: FaceState, style: str = "tone", above: float = 0.03) -> Pixels:
        look = people[number % len(people)]
        middle = fitted(look, *pose)[HEAD] + np.array([0, 0.065, 0.02])
        fov = 12.0 if look.build != "child" else 11.0
        return cell(look, pose, seen_from(middle, angle, 2.2, fov, above), (200, 200), style, face)

    cells = [
        head(number, (-0.5, 0.3, 0.8)[number % 3], FaceState(emotion=mood)) for number, mood in enumerate(EMOTIONS)
    ]
    cells += [head(1, 0.25, FaceState(mouth), "line") for mouth in MOUTHS] + [head(8, 0.3, FaceState(emotion="happy"))]
    cells += [head(number, 1.57, FaceState("D" if number % 2 else "X"), "ink") for number in range(9)]
    cells += [head(7, 0.4, FaceState(), "ink", 0.5)]
    cells += [head(3, angle, FaceState()) for angle in np.linspace(0, 2 * np.pi, 10, endpoint=False)]
    sheet(cells, 10, path)


def milliseconds(style: str, size: str) -> float:
    """Processor time of one person, the best of three rounds of twenty."""
    away = {"extreme close-up": 0.9, "medium": 2.2, "full": 5.0, "extreme wide": 40.0}[size]
    pose, look = poses()[0], cast()[0]
    camera = seen_from(fitted(look, *pose)[HEAD], 0.6, away, 37.8)
    best = np.inf
    for _ in range(3):
        start = time.process_time()
        for _ in range(20):
            draw_person(look, *pose, camera, 1280, 720, style=style)
        best = min(best, (time.process_time() - start) / 20)
    return round(1000 * best, 2)


def known_again(shots: int = 50) -> dict[str, float]:
    """The share of people in `shots` shots who are taken for themselves, with the whole cast to be mistaken for."""
    dice = np.random.default_rng(0)
    people, some = cast(), [standing(), *poses()]
    marks, names = [], []
    for shot in range(shots):
        number = shot % len(people)
        pose = some[dice.integers(len(some))]
        joints = fitted(people[number], *pose)
        target = joints[HEAD] * 0.7 + joints[0] * 0.3
        camera = seen_from(target, dice.uniform(-np.pi, np.pi), dice.uniform(1.6, 8.0), 37.8, dice.uniform(-0.1, 0.4))
        face = FaceState(MOUTHS[shot % 9], 0.0, None, EMOTIONS[shot % 10])
        page = Page(
            320,
            180,
            (Layer("one", draw_person(people[number], *pose, camera, 320, 180, face=face, style="tone", owner="one")),),
        )
        marks.append(_signature(to_pixels(page), matte(page, "one") > 128))
        names.append(number)
    kept = np.array(marks)
    owners = np.array(names)
    right = 0
    for shot in range(shots):
        rest = np.arange(shots) != shot
        means = np.array([kept[rest & (owners == number)].mean(0) for number in range(len(people))])
        right += int(np.minimum(means, kept[shot]).sum(1).argmax() == owners[shot])
    return {"shots": shots, "people": len(people), "known_again": right / shots}


def _signature(pixels: Pixels, mask: NDArray[np.bool_]) -> Floats:
    """Shares of 6 x 6 x 6 colours in what is seen of a person."""
    colours = (pixels[mask].astype(int) * 6 // 256) @ np.array([36, 6, 1])
    counts = np.bincount(colours, minlength=216).astype(np.float32)
    root = np.sqrt(counts / max(counts.sum(), 1))
    return root / max(float(root.sum()), 1e-6)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("out", nargs="?", type=Path, help="a folder for the sheets")
    out = reader.parse_args().out
    drawers: tuple[tuple[str, Callable[[Path], None]], ...] = (("people", people_sheet), ("faces", faces_sheet))
    for name, draw in drawers if out else ():
        out.mkdir(parents=True, exist_ok=True)
        draw(out / f"film-{name}.webp")
    sizes = ("extreme close-up", "medium", "full", "extreme wide")
    spent = {style: {size: milliseconds(style, size) for size in sizes} for style in STYLES}
    result = {"milliseconds": spent, "identity": known_again(), "builds": list(BUILDS)}
    print(result)
    print(keep("film_people", result))


if __name__ == "__main__":
    main()
