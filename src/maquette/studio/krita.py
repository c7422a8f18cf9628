"""The Krita plug-in: put where Krita looks for plug-ins, told how to call us, packed for its importer, taken away.

The files lie in `maquette/integrations/krita`. They run in Krita's own Python beside its `krita`, which we never
import: they call the `maquette` command and lay its answer in as new layers.
"""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path

from ..core.errors import UsageError
from . import files

NAME = "maquette_krita"  # the plug-in's folder, and the name that Krita knows it by
DESKTOP = f"{NAME}.desktop"
COMMAND = "maquette_command.json"
SUFFIXES = (".py", ".html")


@dataclass(frozen=True)
class Installed:
    """The plug-in as it lies there: Krita's folder of plug-ins, and our files within it."""

    folder: Path
    files: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A folder where a Krita of this account looks for plug-ins."""

    what: str  # "package or AppImage", "Flatpak" ...
    folder: Path
    there: bool  # whether that Krita has been started here
    installed: bool


def places() -> list[Place]:
    """Where the Kritas of this account look for plug-ins, the usual one of this system first."""
    home = Path.home()
    if sys.platform == "win32":
        roaming = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
        local = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
        found = [("Krita", roaming / "krita")]
        boxed = sorted((local / "Packages").glob("*Krita_*")) if (local / "Packages").is_dir() else []
        found += [("Windows Store", one / "LocalCache" / "Roaming" / "krita") for one in boxed]
    elif sys.platform == "darwin":
        found = [("Krita", home / "Library" / "Application Support" / "krita")]
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
        found = [
            ("package or AppImage", data / "krita"),
            ("Flatpak", home / ".var/app/org.kde.krita/data/krita"),
            ("Snap", home / "snap/krita/current/.local/share/krita"),
        ]
    return [Place(what, one / "pykrita", one.is_dir(), _ours(one / "pykrita")) for what, one in found]


def plugins_folder() -> Path:
    """Krita's folder of plug-ins: of the first Krita that has been started here, else the usual one."""
    all_places = places()
    return next((one.folder for one in all_places if one.there), all_places[0].folder)


def install(to: Path | None = None) -> Installed:
    """Put the plug-in into `to` (None: Krita's own folder), over an earlier one of ours.

    Raises UsageError where something of that name is not ours, and LibraryError where it cannot be written.
    """
    folder = to.expanduser() if to else plugins_folder()
    own = folder / NAME
    desktop = folder / DESKTOP
    stranger = own if own.exists() and not _ours(folder) and not (own.is_dir() and not any(own.iterdir())) else None
    if stranger is None and desktop.exists() and not _ours(folder):
        stranger = desktop
    if stranger is not None:
        raise UsageError("something of that name is there, and not ours", where=str(stranger), mend="move it away")
    files.ready(own, what="the folder of plug-ins")
    written = []
    with files.told(folder, "the folder of plug-ins"):
        for name, data in _contents():
            _put(folder / name, data)
            written.append(name)
    return Installed(folder, tuple(written))


def remove(to: Path | None = None) -> Installed:
    """Take the plug-in away; what else lies in its folder stays. Raises UsageError if there is none."""
    folder = to.expanduser() if to else plugins_folder()
    if not _ours(folder):
        raise UsageError("the plug-in is not installed there", where=str(folder), mend="give the folder with --to")
    gone = []
    own = folder / NAME
    with files.told(folder, "the folder of plug-ins"):
        for name, _ in _contents():
            if (folder / name).is_file():
                (folder / name).unlink()
                gone.append(name)
        cache = own / "__pycache__"
        for left in cache.glob("*.pyc") if cache.is_dir() else ():
            left.unlink()
        for empty in (cache, own):
            if empty.is_dir() and not any(empty.iterdir()):
                empty.rmdir()
    return Installed(folder, tuple(gone))


def package(out: Path) -> Path:
    """The plug-in as a .zip for Krita's own importer (Tools > Scripts > Import Python Plugin from File).

    Its importer looks for NAME.desktop and for an entry of the folder itself. Beside an existing file it gets -2.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr(zipfile.ZipInfo(f"{NAME}/", (1980, 1, 1, 0, 0, 0)), b"")
        for name, data in _contents():
            box.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    folder = files.ready(out.expanduser())
    with files.told(folder, "the folder"):
        return files.put(packed.getvalue(), None, folder, NAME, ".zip")[0]


def _ours(folder: Path) -> bool:
    return (folder / NAME / COMMAND).is_file()


def _contents() -> Iterator[tuple[str, bytes]]:
    """(name within the folder of plug-ins, bytes) of each file, the one that Krita looks for last."""
    here = Path(str(resources("maquette") / "integrations" / "krita"))
    for path in sorted((here / NAME).iterdir()):
        if path.suffix in SUFFIXES:
            yield f"{NAME}/{path.name}", path.read_bytes()
    yield f"{NAME}/{COMMAND}", json.dumps(_command(), indent=1, ensure_ascii=False).encode()
    yield DESKTOP, (here / DESKTOP).read_bytes()


def _command() -> dict[str, object]:
    """How Krita's Python calls us: this very Python, our package's folder, and the home that is in use now."""
    import maquette

    env = {"PYTHONPATH": str(Path(maquette.__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
    env |= {key: os.environ[key] for key in ("MAQUETTE_HOME",) if key in os.environ}
    return {"command": [sys.executable, "-m", "maquette"], "env": env}


def _put(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    part = path.with_name(f"{files.PREFIX}{path.name}.part")
    part.write_bytes(data)
    os.replace(part, path)
