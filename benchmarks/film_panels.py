"""Panels of every shot type in many sets: stills to look at, how long one takes, whether faces can be seen.

    python benchmarks/film_panels.py [OUT]

Writes OUT/film-shots.webp (ten shot types in five places, by three hands), OUT/film-sets.webp (every place that has a
set) and benchmarks/results/film_panels.json: CPU milliseconds for a camera, a panel of 720 lines, its pixels; how often
the face that a shot is of is in the frame, and how often nothing of the set or of others hides it (its pixels in the
matte of its owner against those that it has alone).
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from pathlib import Path

import numpy as np
from common import keep
from PIL import Image

from maquette.makers.film.acting import perform
from maquette.makers.film.camera import take_for
from maquette.makers.film.figures import figures
from maquette.makers.film.palette import STYLES
from maquette.makers.film.panels import draw_shot
from maquette.makers.film.plan import plan
from maquette.makers.film.sets import KINDS, set_for
from maquette.media.film import Film, Scene, Shot
from maquette.media.ink_draw import matte, to_pixels
from maquette.media.script import parse
from maquette.media.stage import Performance

PLACES = ("kitchen", "cafe", "street", "forest", "office")
NAMES = {"cafe": "CAFE", "car interior": "CAR", "void": "VOID"}
PAGE = """Title: Stills

{mark} {place} - {time}

ANNA (30), a red dress, short hair, stands still. A letter lies on the table.

BORIS (45), a dark suit, a beard, stands before her.

CLARA (70), grey bun, glasses, a green jumper, watches.

ANNA
You have read the letter.

BORIS
(afraid)
Somebody had to read it, Anna.
"""


def types(people: tuple[str, ...]) -> tuple[Shot, ...]:
    """One shot of each type, all of them over the same two lines."""
    anna, boris = people[0], people[1]
    made = (
        Shot("establishing", "establishing", "wide", lens=24.0),
        Shot("group", "group", "medium wide", subjects=people),
        Shot("two-shot", "two-shot", "medium", subjects=(anna, boris)),
        Shot("over-shoulder", "over-shoulder", "medium close-up", lens=50.0, subjects=(anna,), over=boris),
        Shot("reverse", "over-shoulder", "medium close-up", lens=50.0, subjects=(boris,), over=anna),
        Shot("single", "single", "medium", subjects=(anna,)),
        Shot("close-up", "close-up", "close-up", lens=75.0, subjects=(boris,), move="push in"),
        Shot("extreme", "close-up", "extreme close-up", lens=85.0, subjects=(anna,)),
        Shot("low", "single", "full", "low", subjects=(boris,)),
        Shot("insert", "insert", "insert", "high", lens=50.0, subjects=("letter",)),
    )
    return tuple(dataclasses.replace(shot, seconds=2.0) for shot in made)


def played(kind: str, time_of_day: str = "DAY", shots: bool = True) -> tuple[Film, Scene, Performance]:
    """A page set in a place, broken down, staged and played; its shots are one of each type."""
    mark = "EXT." if kind in ("street", "forest", "field", "beach", "garden", "roof") else "INT."
    film = plan(parse(PAGE.format(mark=mark, place=NAMES.get(kind, kind.upper()), time=time_of_day)))
    scene = dataclasses.replace(film.scenes[0], kind=kind)
    lines = tuple(line.id for line in scene.lines)
    wanted = types(scene.people) if shots else types(scene.people)[:1]
    scene = dataclasses.replace(scene, shots=tuple(dataclasses.replace(shot, lines=lines) for shot in wanted))
    film = dataclasses.replace(film, scenes=(scene,))
    return film, scene, perform(film, scene, set_for(scene, len(scene.people)), {})


def seen(film: Film, performance: Performance, shot: Shot, second: float) -> tuple[bool, float] | None:
    """Whether the first subject's eyes are in the frame, and the share of the person's pixels that nothing hides."""
    people = {one.id: one for one in figures(film, performance, second)}
    if not shot.subjects or shot.subjects[0] not in people:
        return None
    one = people[shot.subjects[0]]
    camera = performance.takes[shot.id].at(0.5)
    x, y, depth = camera.project(one.eyes[None], 1280, 720)[0]
    page = draw_shot(film, performance, shot, second, width=640, height=360)
    alone = dataclasses.replace(page, layers=tuple(layer for layer in page.layers if layer.name == one.id))
    whole = float((matte(alone, one.id) > 127).sum())
    return bool(depth > 0 and 0 < x < 1280 and 0 < y < 720), float((matte(page, one.id) > 127).sum()) / max(whole, 1.0)


def measured(
    film: Film, scene: Scene, performance: Performance
) -> tuple[Performance, list[tuple[float, float, float]]]:
    """The performance with its cameras, and for each shot CPU milliseconds of camera, drawing and pixels."""
    takes, times = {}, []
    for shot in scene.shots:
        started = time.process_time()
        takes[shot.id] = take_for(shot, performance, film)
        camera = time.process_time()
        performance = dataclasses.replace(performance, takes=takes)
        page = draw_shot(film, performance, shot, second_of(performance, shot), style="tone")
        drawn = time.process_time()
        to_pixels(page)
        times.append(
            tuple(1000 * (b - a) for a, b in ((started, camera), (camera, drawn), (drawn, time.process_time())))
        )
    return performance, times  # type: ignore[return-value]


def second_of(performance: Performance, shot: Shot) -> float:
    first, last = next((a, b) for id, a, b in performance.shots if id == shot.id)
    return first + 0.5 * (last - first)


def sheet(pictures: list[Image.Image], columns: int) -> Image.Image:
    wide, tall = pictures[0].size
    rows = -(-len(pictures) // columns)
    out = Image.new("RGB", (columns * (wide + 6) + 6, rows * (tall + 6) + 6), "#ffffff")
    for number, picture in enumerate(pictures):
        out.paste(picture, (6 + number % columns * (wide + 6), 6 + number // columns * (tall + 6)))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", type=Path, default=Path("docs/sheets"))
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    stills, times, faces = [], [], []
    for number, kind in enumerate(PLACES):
        film, scene, performance = played(kind, "NIGHT" if kind == "office" else "DAY")
        performance, found = measured(film, scene, performance)
        times += found
        for shot in scene.shots:
            second = second_of(performance, shot)
            page = draw_shot(film, performance, shot, second, style=STYLES[(number + 2) % 3], notes=True)
            stills.append(Image.fromarray(to_pixels(page, 0.5)).resize((480, 270), Image.Resampling.LANCZOS))
            faces.append(seen(film, performance, shot, second))
    sheet(stills, 5).save(out / "film-shots.webp", quality=78, method=6)
    rooms = []
    for kind in KINDS:
        film, scene, performance = played(kind, shots=False)
        performance, _ = measured(film, scene, performance)
        page = draw_shot(film, performance, scene.shots[0], second_of(performance, scene.shots[0]), style="tone")
        rooms.append(Image.fromarray(to_pixels(page, 0.5)).resize((400, 225), Image.Resampling.LANCZOS))
    sheet(rooms, 5).save(out / "film-sets.webp", quality=78, method=6)
    told = [one for one in faces if one is not None]
    clock = np.array(times)
    keep("film_panels", {
        "shots": len(times),
        "camera_ms": round(float(np.median(clock[:, 0])), 1),
        "drawing_ms": round(float(np.median(clock[:, 1])), 1),
        "pixels_ms": round(float(np.median(clock[:, 2])), 1),
        "panel_ms_95": round(float(np.percentile(clock.sum(1), 95)), 1),
        "faces_in_frame": round(float(np.mean([one[0] for one in told])), 3),
        "unhidden_median": round(float(np.median([one[1] for one in told])), 3),
        "half_hidden": round(float(np.mean([one[1] < 0.5 for one in told])), 3),
    })  # fmt: skip


if __name__ == "__main__":
    main()
