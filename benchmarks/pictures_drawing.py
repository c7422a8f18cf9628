"""How fast small pictures are drawn from words: a grid of four, and one look of the net beside the same net in torch.

    python benchmarks/pictures_drawing.py [--checkpoint picture-1] [--threads 2] [--rounds 5] [--keep]

A grid is drawn as `maquette picture` draws it (prompt read, sketch laid out, every step, enlarged to 64 px); starting
Python and opening the checkpoint are told apart, sealing is not in it. The looks are of the same weights, sketches and
words; torch is compared where it is installed, compiled by nothing but its own kernels. Both get the same threads.
"""

# ruff: noqa: E402 (the threads must be set before anything that computes is imported)
from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

GIVEN = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
GIVEN.add_argument("--checkpoint", default="picture-1", metavar="NAME|PATH")
GIVEN.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
GIVEN.add_argument("--rounds", type=int, default=5)
GIVEN.add_argument("--keep", action="store_true", help="write results/pictures_drawing.json")
if __name__ == "__main__":
    THREADS = GIVEN.parse_args().threads
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MAQUETTE_THREADS"):
        os.environ[variable] = str(THREADS)

import numpy as np
from common import keep, table, take_turns

from maquette.checkpoints.box import Checkpoint, open_checkpoint
from maquette.checkpoints.diffusion import denoiser_of, tensors_of
from maquette.core.types import Request
from maquette.engine.denoiser import Conditions
from maquette.makers.picture import PictureMaker
from maquette.makers.picture_controls import PictureControls

PROMPTS = ("a fox", "three stars above a house", "a red apple left of a cat, flat", "robot, pixel art", "рыжая кошка")
COUNT = 4
BAR = 3.0  # seconds for a grid on two cores


def main() -> None:
    """Measure and print; `--keep` writes the results."""
    given = GIVEN.parse_args()
    box = open_checkpoint(given.checkpoint)
    started = starting(given.checkpoint)
    rows = grids(PictureMaker(box), given.rounds)
    print(table(rows), flush=True)
    seconds = round(statistics.median(row["wall_s"] for row in rows), 3)
    looked = looks(box, given.threads, given.rounds)
    print(table(looked), flush=True)
    size = sum(file.stat().st_size for file in box.path.iterdir() if file.is_file())
    told = {
        "checkpoint": given.checkpoint,
        "threads": given.threads,
        "box_mb": round(size / 1e6, 2),
        "start_and_open_s": started,
        "grid_of_four_s": seconds,
        "asked_for": f"at most {BAR:g} s on 2 cores",
        "reached": seconds <= BAR,
        "grids": rows,
        "looks": looked,
    }
    print({key: value for key, value in told.items() if key not in ("grids", "looks")})
    if given.keep:
        keep("pictures_drawing", told)


def starting(checkpoint: str) -> float:
    """Seconds from nothing to an opened checkpoint in a fresh Python, best of three."""
    line = (
        "import sys; from maquette.checkpoints.box import open_checkpoint; from maquette.makers.picture import "
        "PictureMaker; PictureMaker(open_checkpoint(sys.argv[1])).net"
    )
    spent = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", line, checkpoint], check=True)
        spent.append(time.perf_counter() - began)
    return round(min(spent), 3)


def grids(maker: PictureMaker, rounds: int) -> list[dict[str, Any]]:
    """Four pictures for each prompt, seeds 0 to 3."""

    def draw(prompt: str) -> Callable[[], Any]:
        return lambda: list(maker.make(Request("picture", prompt, PictureControls(), 0, COUNT)))

    spent = take_turns({prompt: draw(prompt) for prompt in PROMPTS}, rounds)
    sides = {prompt: draw(prompt)()[0].media.size[0] for prompt in PROMPTS}
    return [
        {"prompt": prompt, "pixels": sides[prompt], **{key: round(value, 3) for key, value in one.items()}}
        for prompt, one in spent.items()
    ]


def looks(box: Checkpoint, threads: int, rounds: int) -> list[dict[str, Any]]:
    """Milliseconds of one look at one picture: our engine, and torch one by one and four at a time."""
    dice = np.random.default_rng(0)
    x = dice.standard_normal((COUNT, 4, 32, 32)).astype(np.float32)
    sketch = np.clip(x[::-1] * 0.5, -1, 1)
    tokens = np.zeros((COUNT, 24), np.int64)
    tokens[:, :3] = dice.integers(2, 200, (COUNT, 3))
    asked = Conditions(
        sketch, np.full(COUNT, 0.9, np.float32), np.full(COUNT, 1, np.int64), np.full(COUNT, -1, np.int64), tokens
    )
    sigma = np.full(COUNT, 0.7, np.float32)
    engine = denoiser_of(box, threads)
    runs: dict[str, Callable[[], Any]] = {"Maquette, one by one": lambda: engine.denoise(x, sigma, asked)}
    if find_spec("torch") is not None:
        runs |= in_torch(box, threads, x, sigma, asked)
    spent = take_turns(runs, rounds)
    first, truth = next(iter(spent.values())), runs["Maquette, one by one"]()
    return [
        {
            "engine": name,
            "ms_wall": round(one["wall_s"] * 1000 / COUNT, 2),
            "ms_processor": round(one["cpu_s"] * 1000 / COUNT, 2),
            "times_ours": round(one["cpu_s"] / first["cpu_s"], 2),
            "largest_difference": float(f"{np.abs(runs[name]() - truth).max():.1e}"),
        }
        for name, one in spent.items()
    ]


def in_torch(
    box: Checkpoint, threads: int, x: np.ndarray, sigma: np.ndarray, asked: Conditions
) -> dict[str, Callable[[], Any]]:
    """The same weights in the net that was trained."""
    import torch

    from maquette.nets.diffusion import edm
    from maquette.nets.diffusion.unet import UNet
    from maquette.training.pictures_finish import size_of

    torch.set_num_threads(threads)
    net = UNet(size_of(str(box.path))).eval()
    net.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in tensors_of(box).items()})
    net = net.to(memory_format=torch.channels_last)
    data = float(box.encoding.get("sigma_data", edm.SIGMA_DATA))
    given = [
        torch.from_numpy(np.ascontiguousarray(one))
        for one in (x, sigma, asked.sketch, asked.known, asked.style + 1, asked.tone + 1, asked.tokens)
    ]

    def four() -> np.ndarray:
        with torch.inference_mode():
            return edm.denoise(net, *given, sigma_data=data).numpy()

    def alone() -> np.ndarray:
        with torch.inference_mode():
            parts = [edm.denoise(net, *(one[n : n + 1] for one in given), sigma_data=data) for n in range(COUNT)]
            return torch.cat(parts).numpy()

    return {"torch, one by one": alone, "torch, four at a time": four}


if __name__ == "__main__":
    main()
