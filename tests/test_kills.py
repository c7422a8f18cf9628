"""Killed at any moment, a process leaves whole works or none, and a library that mends itself."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from maquette.studio import files
from maquette.studio.studio import Studio

TOY = Path(__file__).with_name("toy.py")
SECONDS = 6.0  # that the whole loop may take


def start(out: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(TOY), "icon", "a rocket", "--count", "200", "--json", "-o", str(out), *more]
    # A shell's background job is started deaf to Ctrl-C, and so are its children: these are to hear it.
    hearing = None if os.name == "nt" else lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hearing)


def check_whole(out: Path) -> int:
    """Every file under its own name holds; returns how many there are."""
    from maquette.trust.verify import verify_all

    works = [path for path in (*out.glob("*.svg"), *Studio().places.works.glob("*.svg")) if path.name[0] != "."]
    states = {verdict.state for verdict in verify_all(works)} if works else set()
    assert states <= {"trusted"}, states
    return len(works)


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_a_kill_at_any_moment_leaves_whole_works_or_none(tmp_path):
    dice, ended = random.Random(0), time.monotonic() + SECONDS / 2
    rounds = 0
    while time.monotonic() < ended:
        child = start(tmp_path)
        assert child.stdout is not None
        if rounds % 3:
            child.stdout.readline()  # at work: the kill falls between sealing, writing and indexing
            time.sleep(dice.uniform(0, 0.05))
        else:
            time.sleep(dice.uniform(0.05, 0.3))
        child.kill()
        child.communicate()
        rounds += 1
    assert rounds >= 3 and check_whole(tmp_path) > 0
    library = Studio().library
    library.assets()
    assert set(library.index.copies()) == {path.name for path in library.places.works.glob("*.svg")}
    # Whatever temporary files there are go once they are old.
    for folder in (tmp_path, library.places.works):
        for path in folder.glob(f"{files.PREFIX}*"):
            os.utime(path, (1, 1))
        files.sweep(folder)
        assert not list(folder.glob(f"{files.PREFIX}*"))


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C reaches a child differently there")
def test_ctrl_c_ends_with_130_without_a_traceback_and_keeps_what_was_finished(tmp_path):
    dice = random.Random(1)
    for number in range(3):
        child = start(tmp_path, "--pause", "0.2")  # long enough that the signal meets it at work, on any machine
        assert child.stdout is not None
        lines = [child.stdout.readline()] if number else []
        while not number and not Studio().places.works.is_dir():  # it has only just begun
            time.sleep(0.005)
        time.sleep(dice.uniform(0, 0.1) if number else 0)
        child.send_signal(signal.SIGINT)
        rest, told = child.communicate(timeout=20)
        assert child.returncode == 130, told
        assert "Traceback" not in told
        lines += rest.splitlines()
        assert all(Path(json.loads(line)["path"]).exists() for line in lines if line.strip())
    check_whole(tmp_path)
    assert not [name for name in os.listdir(tmp_path) if name.startswith(files.PREFIX)]
    assert {job.state for job in Studio().jobs.newest()} <= {"cancelled", "waiting"}
