"""What the benchmarks share: the name of the processor, timing that takes turns, a table, a JSON file."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


def processor() -> str:
    """The processor's name and the cores this process may use."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{name}, {cores} core{'s' if cores != 1 else ''} used, {platform.system()}, Python {platform.python_version()}"
    )


def take_turns(
    runs: Mapping[str, Callable[[], Any]], rounds: int = 5, *, warm: bool = True
) -> dict[str, dict[str, float]]:
    """Time every run once per round, in turns, so that a busy minute of the machine meets all alike.

    Gives per run the best wall seconds and the best processor seconds (all threads of this process); the second is what
    ratios are taken of, since others may use the machine at the same time.
    """
    for run in runs.values() if warm else ():  # not timed; not needed by what has run before
        run()
    best = {name: {"wall_s": float("inf"), "cpu_s": float("inf")} for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            wall, cpu = time.perf_counter(), time.process_time()
            run()
            spent = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
            best[name] = {key: min(value, spent[key]) for key, value in best[name].items()}
    return best


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of like keys as a Markdown table."""
    if not rows:
        return ""
    heads = list(rows[0])

    def line(cells: Sequence[Any]) -> str:
        return "| " + " | ".join("" if cell is None else str(cell) for cell in cells) + " |"

    return "\n".join(
        [line(heads), line(["---"] * len(heads)), *(line([row.get(key) for key in heads]) for row in rows)]
    )


def keep(name: str, result: Mapping[str, Any]) -> Path:
    """Write `benchmarks/results/NAME.json` with the processor and the day; gives its path."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    whole = {"benchmark": name, "processor": processor(), "day": time.strftime("%Y-%m-%d"), **result}
    making = path.with_suffix(".tmp")
    making.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(making, path)
    return path
