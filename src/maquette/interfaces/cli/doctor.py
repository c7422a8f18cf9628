"""`maquette doctor`: is everything there, does it work, how fast is it here."""

from __future__ import annotations

import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import click

from maquette.core.errors import MaquetteError
from maquette.core.settings import Places, places, threads

from .common import emit, json_option

LITTLE = 500 << 20  # bytes of free disk below which a warning is due


class Finding(NamedTuple):
    what: str
    state: str  # good, warning, bad
    told: str


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Check this installation: packages, processor, folders, keys, models, and one file sealed and verified.

    Nothing of yours is changed. Ends with 1 if something is broken.

    Example: maquette doctor
    """
    bad = False
    marks = {"good": ("ok     ", "green"), "warning": ("look at", "yellow"), "bad": ("BROKEN ", "red")}
    for check in (_python, _packages, _extras, _processor, _places, _keys, _models, _shelves, _seal):
        for finding in _tried(check):
            bad |= finding.state == "bad"
            if as_json:
                emit(finding._asdict())
            else:
                mark, colour = marks[finding.state]
                click.echo(f"{click.style(mark, fg=colour)}  {finding.what:<12}  {finding.told}")
    return 1 if bad else 0


def _tried(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings of a check; one that fails is a finding too."""
    try:
        yield from check()
    except MaquetteError as error:
        yield Finding(check.__name__.strip("_"), "bad", f"{error.wrong} ({error.where}) {error.mend}".strip())
    except Exception as error:
        yield Finding(check.__name__.strip("_"), "bad", f"{type(error).__name__}: {error}")


def _python() -> Iterator[Finding]:
    from maquette import __version__

    good = sys.version_info >= (3, 11)
    told = f"Maquette {__version__}, Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Finding("python", "good" if good else "bad", told)


def _required() -> Iterator[str]:
    """The names of the packages that the base install needs."""
    for line in metadata.requires("maquette") or ():
        name, _, marker = line.partition(";")
        if "extra" not in marker:
            yield re.split(r"[<>=!~ \[(]", name.strip(), maxsplit=1)[0]


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _packages() -> Iterator[Finding]:
    try:
        names = list(_required())
    except metadata.PackageNotFoundError:
        yield Finding("packages", "warning", "Maquette runs from its sources and is not installed: pip install -e .")
        return
    found = {name: _version(name) for name in names}
    missing = [name for name, version in found.items() if version is None]
    told = ", ".join(f"{name} {version}" for name, version in found.items() if version)
    yield Finding("packages", "good", told)
    if missing:
        yield Finding("packages", "bad", f"missing: {', '.join(missing)}; pip install --upgrade maquette")


def _extras() -> Iterator[Finding]:
    version = _version("torch")
    told = f"torch {version}: training works" if version else "no torch: making works; pip install 'maquette[train]'"
    yield Finding("training", "good", told)


def _processor() -> Iterator[Finding]:
    import numpy as np

    features = getattr(getattr(np, "_core", None), "_multiarray_umath", None)
    flags = getattr(features, "__cpu_features__", {})
    kinds = [name for name in ("AVX2", "AVX512F", "AVX512_ICL", "NEON", "ASIMD") if flags.get(name)]
    kinds += ["VNNI (8-bit products)"] if flags.get("AVX512_ICL") or flags.get("ASIMDDP") else []
    size = 512
    one = np.random.default_rng(0).standard_normal((size, size), np.float32)
    best = 9.0
    for _ in range(5):
        start = time.perf_counter()
        one @ one
        best = min(best, time.perf_counter() - start)
    speed = 2 * size**3 / best / 1e9
    state = "good" if speed > 5 else "warning"
    told = ", ".join([f"{speed:.0f} GFLOP/s in fp32", *kinds, f"threads: {threads()}"])
    yield Finding("processor", state, told)


def _places() -> Iterator[Finding]:
    from maquette.studio import files

    here = places()
    for what, folder in (("home", here.home), ("keys' place", here.config)):
        there = next(one for one in (folder, *folder.parents) if one.exists())
        files.ready(folder) if folder.exists() else None
        free = shutil.disk_usage(there).free
        made = "" if folder.exists() else " (made at first use)"
        yield Finding(what, "good" if free > LITTLE else "warning", f"{folder}{made}, {free / 1e9:.1f} GB free")


def _keys() -> Iterator[Finding]:
    from maquette.trust.keys import show

    told = show(places())
    if told["name"] is None:
        yield Finding("keys", "good", "none yet: made at first use")
    else:
        others = len(told["trusted"])
        yield Finding("keys", "good", f"signs as {told['name']} until {told['until']}, trusts {others} others")


def _models() -> Iterator[Finding]:
    from maquette.checkpoints.box import open_checkpoint
    from maquette.checkpoints.starters import starters

    names = starters()
    for name in names:
        box = open_checkpoint(name)
        yield Finding("model", "good", f"{name}, {int(box.card.get('parameters') or 0) / 1e6:.1f} M parameters")
    if not names:
        yield Finding("model", "warning", "no starter is packaged: give one with --checkpoint")


def _shelves() -> Iterator[Finding]:
    from maquette.data.shelf import open_shelves

    for shelf in open_shelves():
        yield Finding("shelf", "good", f"{shelf.name}, {len(shelf):,} drawings ({shelf.licence})")


def _seal() -> Iterator[Finding]:
    """Seal and verify a tiny drawing with keys of its own, in a folder that is removed again."""
    from maquette.core.types import Request, Work
    from maquette.trust import keys
    from maquette.trust.seal import seal
    from maquette.trust.verify import verify

    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/></svg>'
    with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
        here = Places(Path(folder), Path(folder) / "config")
        request: Request[dict[str, str]] = Request("icon", "doctor", {})
        start = time.perf_counter()
        sealed = seal(
            Work(None, request, 0, "", "ngram"),
            svg,
            "image/svg+xml",
            card={},
            originality=None,
            signer=keys.signer(here),
            action="created",
        )
        middle = time.perf_counter()
        path = Path(folder) / "doctor.svg"
        path.write_bytes(sealed.data)
        good = verify(path, at=here).state
        path.write_bytes(sealed.data.replace(b'r="9"', b'r="8"'))
        changed = verify(path, at=here).state
        took = f"{1000 * (middle - start):.0f} ms to make keys and seal, {1000 * (time.perf_counter() - middle):.0f} ms"
        fine = (good, changed) == ("trusted", "invalid")
        told = f"a sealed file is {good}, a changed one is {changed} ({took} to verify both)"
        yield Finding("sealing", "good" if fine else "bad", told)
