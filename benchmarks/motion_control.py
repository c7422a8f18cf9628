"""What an animator fixes and what comes out: key poses kept, drawn paths followed, and how long four seconds take.

    python benchmarks/motion_control.py [--checkpoint motion-1] [--tasks 20] [--keep]

Poses: the first and last second of four of a packaged clip and one pose in the middle are kept, the rest is made again
by the net and by the motion graph; the error is of the kept frames' joints, the jerk is that of the made frames over
the clip's own. Paths: drawn through four random points; the error is the hips' distance to the (rounded) line. The
clips that are in a motion of the graph are people's own, so its jerk is theirs.
"""

# ruff: noqa: E402 (the threads must be set before anything that computes is imported)
from __future__ import annotations

import argparse
import os
import statistics
import time
from itertools import pairwise
from typing import Any

GIVEN = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
GIVEN.add_argument("--checkpoint", default="motion-1", metavar="NAME|PATH")
GIVEN.add_argument("--tasks", type=int, default=20, help="of each kind")
GIVEN.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
GIVEN.add_argument("--keep", action="store_true", help="write results/motion_control.json")
if __name__ == "__main__":
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MAQUETTE_THREADS"):
        os.environ[variable] = str(GIVEN.parse_args().threads)

import numpy as np
from common import keep, table

from maquette.checkpoints.box import open_checkpoint
from maquette.checkpoints.motion import net_of
from maquette.data import motion_clips
from maquette.engine.motion_net import MotionNet
from maquette.makers import motion_compose, motion_lock, motion_net
from maquette.makers.motion_graph import MotionGraph
from maquette.makers.motion_judge import liveliness, skating
from maquette.media.motion import Motion, world

FRAMES = 120
WORDS = ("a person walks", "a person runs", "a person walks slowly")


def main() -> None:
    """Measure and print; `--keep` writes the results."""
    given = GIVEN.parse_args()
    net, graph = net_of(open_checkpoint(given.checkpoint)), MotionGraph()
    poses = kept_poses(net, graph, given.tasks)
    print(table(poses), flush=True)
    paths = drawn_paths(net, graph, given.tasks)
    print(table(paths), flush=True)
    speed = seconds_of(net, graph)
    print(table(speed), flush=True)
    if given.keep:
        keep("motion_control", {"tasks": given.tasks, "poses": poses, "paths": paths, "speed": speed})


def kept_poses(net: MotionNet, graph: MotionGraph, tasks: int) -> list[dict[str, Any]]:
    """Errors of kept frames in centimetres, and jerk of the made ones over the clip's."""
    kept = np.zeros(FRAMES, bool)
    kept[:30] = kept[90:] = kept[60] = True
    told: dict[str, list[tuple[float, float, float]]] = {"net": [], "graph": []}
    clips = [clip for clip in motion_clips.load() if clip.motion.frames >= FRAMES]
    for number in range(tasks):
        clip = clips[number * 7 % len(clips)]
        motion, words = clip.motion.part(0, FRAMES), clip.captions[0]
        for name, made in (
            ("net", by_net(net, motion, words, kept, number)),
            ("graph", by_graph(graph, motion, words, kept, number)),
        ):
            if made is not None:
                far = np.linalg.norm(world(made)[0] - world(motion)[0], axis=-1)[kept]
                rough = liveliness(made)[2] / max(liveliness(motion)[2], 1e-6)
                told[name].append((100 * float(far.max()), rough, skating(made)))
    return [
        {
            "by": name,
            "made": len(rows),
            "kept error cm, worst": round(max(row[0] for row in rows), 4),
            "jerk / clip's, median": round(statistics.median(row[1] for row in rows), 2),
            "skating, mean": round(statistics.mean(row[2] for row in rows), 4),
        }
        for name, rows in told.items()
        if rows
    ]  # fmt: skip


def by_net(net: MotionNet, motion: Motion, words: str, kept: Any, seed: int) -> Motion | None:
    """The gaps made by the net, set down between what is kept; None for words it has never seen."""
    from maquette.core.errors import UsageError

    try:
        made = motion_net.again(net, motion, words, motion_lock.mask_of(kept, ()), seed=seed)
    except UsageError:
        return None
    fresh = [made.motion.part(first, last) for first, last in motion_lock.gaps(kept)]
    return motion_lock.filled(motion, kept, fresh)


def by_graph(graph: MotionGraph, motion: Motion, words: str, kept: Any, seed: int) -> Motion:
    """The same by recorded clips."""
    fresh = []
    for first, last in motion_lock.gaps(kept):
        made = motion_compose.compose(graph, words, seconds=(last - first) / 30.0, seed=seed).motion
        fresh.append(made.part(0, last - first))
    return motion_lock.filled(motion, kept, fresh)


def drawn_paths(net: MotionNet, graph: MotionGraph, tasks: int) -> list[dict[str, Any]]:
    """Distance of the hips to the drawn line, in centimetres, and feet that slide."""
    dice = np.random.default_rng(0)
    told: dict[str, list[tuple[float, float, float]]] = {"net": [], "graph": []}
    for number in range(tasks):
        turns = np.cumsum(dice.uniform(-1.2, 1.2, 3))
        points = np.cumsum([[0, 0], *([2 * np.sin(turn), 2 * np.cos(turn)] for turn in turns)], axis=0)
        path = [(float(x), float(z)) for x, z in points]
        words = WORDS[number % len(WORDS)]
        made = {
            "net": motion_net.move(net, words, path=path, seed=number).motion,
            "graph": motion_compose.compose(graph, words, path=path, seed=number).motion,
        }
        for name, motion in made.items():
            away = (
                distances(motion.root[:, [0, 2]], points),
                distances(motion.root[:, [0, 2]], motion_net.rounded(points)),
            )
            told[name].append((100 * away[0], 100 * away[1], skating(motion)))
    return [
        {
            "by": name,
            "to the corners' line cm": round(statistics.mean(row[0] for row in rows), 2),
            "to the rounded line cm": round(statistics.mean(row[1] for row in rows), 2),
            "skating": round(statistics.mean(row[2] for row in rows), 4),
        }
        for name, rows in told.items()
    ]


def distances(places: Any, points: Any) -> float:
    """Mean distance of places (t, 2) to a line through points (n, 2)."""
    best = np.full(len(places), np.inf)
    for a, b in pairwise(points):
        along = np.clip(((places - a) @ (b - a)) / max(float((b - a) @ (b - a)), 1e-9), 0, 1)
        best = np.minimum(best, np.linalg.norm(a + along[:, None] * (b - a) - places, axis=1))
    return float(best.mean())


def seconds_of(net: MotionNet, graph: MotionGraph) -> list[dict[str, Any]]:
    """Wall seconds for four seconds of motion, warm, median of 20."""
    motion_compose.compose(graph, "a person walks", seconds=4)
    ways = {
        "net": lambda seed: motion_net.move(net, "a person walks", seconds=4, seed=seed),
        "graph": lambda seed: motion_compose.compose(graph, "a person walks", seconds=4, seed=seed),
    }
    rows = []
    for name, way in ways.items():
        times = []
        for seed in range(20):
            start = time.perf_counter()
            way(seed)
            times.append(time.perf_counter() - start)
        rows.append({"by": name, "seconds, median": round(statistics.median(times), 3)})
    return rows


if __name__ == "__main__":
    main()
