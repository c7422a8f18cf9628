"""The motion graph by figures: seconds for a motion, how near it keeps to a drawn path, feet that slide, key poses.

python benchmarks/motion_graph.py            100 drawn paths, 100 motions, 100 in-betweens
python benchmarks/motion_graph.py --few      a tenth of it
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maquette.makers import motion_compose
from maquette.makers.motion import graph_of
from maquette.makers.motion_between import between
from maquette.media.motion import HOUSE, Motion, world

WORDS = (
    "a person walks", "a tired man walks slowly", "a woman runs", "someone dances salsa", "a person waves",
    "a man sits down", "a person kicks", "walks and sits down", "jumps", "picks something up",
)  # fmt: skip


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--few", action="store_true")
    count = 10 if reading.parse_args().few else 100
    graph = graph_of()
    for words in WORDS:  # warm: strides and features are worked out once
        motion_compose.compose(graph, words, seconds=4)
    print(json.dumps({**speed(graph, count), **paths(graph, count), **keys(graph, count)}, indent=1))


def speed(graph: motion_compose.MotionGraph, count: int) -> dict[str, float]:
    """Seconds of this processor for four seconds of motion, and sliding and sinking of its feet."""
    spent, slid, sunk = [], [], []
    for number in range(count):
        begun = time.process_time()
        made = motion_compose.compose(graph, WORDS[number % len(WORDS)], seconds=4, seed=number)
        spent.append(time.process_time() - begun)
        share, deep = skating(made.motion)
        slid.append(share)
        sunk.append(deep)
    return {
        "seconds_for_4_s_median": round(float(np.median(spent)), 3),
        "seconds_for_4_s_worst": round(float(np.max(spent)), 3),
        "skating": round(float(np.mean(slid)), 4),
        "penetration_cm": round(float(np.mean(sunk)) * 100, 3),
    }


def skating(motion: Motion) -> tuple[float, float]:
    """Share of frames with a toe below 5 cm that is faster than 0.5 m/s, and mean metres below the floor."""
    places, _ = world(motion)
    toes = places[:, [HOUSE.number("LeftToeBase"), HOUSE.number("RightToeBase")]]
    fast = np.linalg.norm(np.diff(toes, axis=0), axis=-1) * motion.fps > 0.5
    return float(((toes[1:, :, 1] < 0.05) & fast).mean()), float(np.maximum(0, -toes[..., 1]).mean())


def paths(graph: motion_compose.MotionGraph, count: int) -> dict[str, float]:
    """Mean metres from the hips to the drawn line, and from the last place to its end."""
    away, end = [], []
    for number in range(count):
        dice = np.random.default_rng(number)
        turn, points = 0.0, [np.zeros(2)]
        for _ in range(int(dice.integers(2, 5))):
            turn += dice.uniform(-1.1, 1.1)
            points.append(points[-1] + dice.uniform(1, 2.5) * np.array([np.sin(turn), np.cos(turn)]))
        path = [(float(x), float(z)) for x, z in points]
        motion = motion_compose.compose(graph, "a person walks", path=path, seed=number).motion
        line = np.concatenate([np.linspace(a, b, 60) for a, b in pairwise(points)])
        away.append(off(motion.root[:, [0, 2]], line))
        end.append(float(np.linalg.norm(motion.root[-1, [0, 2]] - points[-1])))
    return {"path_error_m": round(float(np.mean(away)), 4), "path_end_error_m": round(float(np.mean(end)), 4)}


def off(places: NDArray[np.float32], line: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(places[:, None] - line[None], axis=-1).min(1).mean())


def keys(graph: motion_compose.MotionGraph, count: int) -> dict[str, float]:
    """The farthest that a joint of a locked pose is from where it was, over in-betweens of random clips."""
    worst, spent = 0.0, []
    for number in range(count):
        dice = np.random.default_rng(1000 + number)
        clip = graph.clips[int(dice.integers(len(graph.clips)))].motion
        if clip.frames < 30:
            continue
        first = int(dice.integers(0, clip.frames - 26))
        one, other = clip.part(first, first + 1), clip.part(first + 25, first + 26)
        begun = time.process_time()
        way = between(graph, one, other, 24, 1)[0].motion
        spent.append(time.process_time() - begun)
        for frame, pose in ((0, one), (-1, other)):
            here = world(way)[0][frame] - world(pose)[0][0]
            worst = max(worst, float(np.linalg.norm(here, axis=-1).max()))
    return {"key_pose_error_cm": round(worst * 100, 4), "in_between_seconds_median": round(float(np.median(spent)), 3)}


if __name__ == "__main__":
    main()
