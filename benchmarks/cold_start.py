"""How long a person waits: from the start of the process to the help text, and to the last of 12 signed files.

    python benchmarks/cold_start.py [--rounds 5]

Every run is a process of its own; the runs take turns, and the best of each is kept, in wall and in processor seconds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import keep, processor, table

from maquette.checkpoints.starters import starters

PYTHON = [sys.executable]
RUNS = {
    "an empty Python": [*PYTHON, "-c", "pass"],
    "import maquette": [*PYTHON, "-c", "import maquette"],
    "maquette --help": [*PYTHON, "-m", "maquette", "--help"],
    "maquette icon make --help": [*PYTHON, "-m", "maquette", "icon", "make", "--help"],
    "maquette verify, one icon": [*PYTHON, "-m", "maquette", "verify", "plus-0.svg"],
    "maquette icon plus, 1 signed file": [*PYTHON, "-m", "maquette", "icon", "plus", "--count", "1"],
    "maquette icon plus, 12 signed files, pool 48": [*PYTHON, "-m", "maquette", "icon", "plus", "--count", "12"],
}


def main() -> None:
    """Measure and keep."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--rounds", type=int, default=5)
    rounds = asked.parse_args().rounds
    runs = dict(RUNS)
    if not starters():  # nothing can draw yet
        runs = {name: command for name, command in runs.items() if "plus" not in " ".join(command)}
    with tempfile.TemporaryDirectory() as folder:
        # A home of its own, whose keys are made by the first run: later ones are those of an ordinary day.
        env = {**os.environ, "MAQUETTE_HOME": str(Path(folder) / "home")}
        if starters():
            _timed(RUNS["maquette icon plus, 1 signed file"], folder, env)
        best = {name: {"wall_s": float("inf"), "cpu_s": float("inf")} for name in runs}
        for _ in range(rounds):
            for name, command in runs.items():
                spent = _timed(command, folder, env)
                best[name] = {key: round(min(value, spent[key]), 3) for key, value in best[name].items()}
    rows = [{"what": name, "wall s": one["wall_s"], "processor s": one["cpu_s"]} for name, one in best.items()]
    print(f"{processor()}\n\n{table(rows)}")
    keep("cold_start", {"runs": rows, "rounds": rounds})


def _timed(command: list[str], folder: str, env: dict[str, str]) -> dict[str, float]:
    """Wall seconds, and processor seconds of the process and its children (0 on Windows, which does not tell)."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
    wall, after = time.perf_counter() - start, os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    return {"wall_s": wall, "cpu_s": spent}


if __name__ == "__main__":
    main()
