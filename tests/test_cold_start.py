"""Light on its feet: no torch on import, help or making, and a help text before anybody gets impatient."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

HEAVY = ("torch", "transformers", "onnx", "onnxruntime", "numpy", "PIL", "cryptography", "c2pa", "resvg_py", "rich")


def loaded(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after running `code`."""
    code += "\nimport json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_maquette_loads_nothing_heavy():
    assert not loaded("import maquette") & set(HEAVY)


HELP = """
import contextlib, io
from maquette.interfaces.cli import cli
with contextlib.redirect_stdout(io.StringIO()):
    cli.main({args!r}, prog_name="maquette", standalone_mode=False)
"""


@pytest.mark.parametrize("args", [["--help"], ["verify", "--help"], ["train", "--help"]])
def test_help_loads_nothing_heavy(args):
    assert not loaded(HELP.format(args=args)) & set(HEAVY)


def test_help_answers_within_three_tenths_of_a_second():
    """Measured in processor time, best of three, so that a busy machine does not fail it."""

    def cost() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-m", "maquette", "--help"], capture_output=True, check=True, timeout=60)
        after = os.times()
        return (after.children_user - before.children_user) + (after.children_system - before.children_system)

    if os.name == "nt":  # os.times() counts no children there
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "maquette", "--help"], capture_output=True, check=True, timeout=60)
        assert time.perf_counter() - start < 3
        return
    assert min(cost() for _ in range(3)) <= 0.3


def test_making_loads_no_torch(tmp_path):
    """With the toy while no starter is packaged; with the real one as soon as there is one."""
    from maquette.checkpoints.starters import starters

    toys = f"import sys; sys.path.insert(0, {os.path.dirname(__file__)!r}); import toy; toy.install()"
    words = ["icon", "plus", "--count", "1", "--out", str(tmp_path)]
    make = f"from maquette.interfaces.cli.root import run\nassert run({words!r}) == 0"
    assert "torch" not in loaded(make if "icon-1" in starters() else f"{toys}\n{make}")
    assert len(list(tmp_path.glob("plus-0.svg"))) == 1


def test_the_maker_of_icons_needs_no_torch():
    pytest.importorskip("maquette.makers.icon")
    assert "torch" not in loaded("import maquette.makers.icon, maquette.studio.studio, maquette.makers.evaluate")
