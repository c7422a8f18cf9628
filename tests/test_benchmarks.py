"""The page of figures: every benchmark can be started with its data, and every bar of music is held against results."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
RESULTS = BENCHMARKS / "results"


@pytest.fixture
def bench(monkeypatch):
    """A module of benchmarks/ by its name."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))

    def module(name: str) -> ModuleType:
        for one in ("_asked", "_runs", "common", name):
            monkeypatch.delitem(sys.modules, one, raising=False)
        return __import__(name)

    return module


def needed(script: Path) -> int:
    """How many words a benchmark cannot be started without, read from its options."""
    count = 0
    for call in ast.walk(ast.parse(script.read_text("utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "add_argument":
            words = [one.value for one in call.args if isinstance(one, ast.Constant)]
            free = [word for word in call.keywords if word.arg in ("nargs", "default", "choices")]
            count += bool(words) and not str(words[0]).startswith("-") and not free
    return count


def test_every_benchmark_is_started_with_the_data_that_it_cannot_do_without(bench):
    runs = bench("_runs")
    for name in runs.benchmarks():
        heads = [word.partition("/")[0] for word in runs.ARGUMENTS.get(name, ())]
        told = [word for word in heads if word in runs.KINDS]
        assert len(told) >= needed(BENCHMARKS / f"{name}.py"), f"{name} is not told where its data is"
        assert set(told) <= set(runs.asks_for(name))


def test_every_result_names_a_command_that_is_there(bench):
    runs = bench("_runs")
    for path in RESULTS.glob("*.json"):
        name = json.loads(path.read_text("utf-8")).get("benchmark", path.stem)
        assert (BENCHMARKS.parent / runs.command(name).split()[1]).is_file(), path.name


def test_every_bar_of_music_can_be_read_from_its_results(bench):
    asked = bench("_asked")
    for path in RESULTS.glob("music_*.json"):
        rows = asked.asked(path.stem, json.loads(path.read_text("utf-8")))
        assert rows or path.stem in asked.NO_BARS, f"nothing is said to be asked of {path.stem}"
        assert all(row["found"] and row["reached"] in ("yes", "yes, by rule", "**no**", "") for row in rows)


def test_a_missed_bar_is_told_first(bench):
    report = bench("report")
    bar = {"asked": "soundness", "bar": "all", "found": "none"}
    lines = list(report.summary([("One", {**bar, "reached": "**no**"}), ("Two", {**bar, "reached": "yes"})]))
    assert "1 of 2" in lines[1] and "| One | soundness | all | none | **no** |" in lines[2] and "Two" not in lines[2]
