"""The Inkscape extension: put where Inkscape looks for extensions, told how to call us, and taken away again.

The files lie in `maquette/integrations/inkscape`. They run in Inkscape's own Python beside its `inkex`, which we never
import: they call the `maquette` command and lay its answer into the drawing.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path

from ..core.errors import UsageError
from . import files

NAME = "maquette"  # our folder among the extensions
COMMAND = "maquette_command.json"
SUFFIXES = (".inx", ".py")


@dataclass(frozen=True)
class Installed:
    """The extension as it lies there."""

    folder: Path
    files: tuple[str, ...]


def extensions_folder() -> Path:
    """Where this account's Inkscape looks for extensions: the usual place of each system, Flatpak and Snap included."""
    if profile := os.environ.get("INKSCAPE_PROFILE_DIR"):
        return Path(profile) / "extensions"
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming") / "inkscape" / "extensions"
    if sys.platform == "darwin":
        return home / "Library/Application Support/org.inkscape.Inkscape/config/inkscape/extensions"
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "inkscape"
    boxed = (home / ".var/app/org.inkscape.Inkscape/config/inkscape", home / "snap/inkscape/current/.config/inkscape")
    return next((one for one in (config, *boxed) if one.is_dir()), config) / "extensions"


def install(to: Path | None = None) -> Installed:
    """Put the extension into `to` (None: Inkscape's own folder), over an earlier one of ours.

    Raises UsageError where a folder of that name is not ours, and LibraryError where it cannot be written.
    """
    folder = (to.expanduser() if to else extensions_folder()) / NAME
    if folder.exists() and not (folder / COMMAND).is_file() and any(folder.iterdir()):
        raise UsageError(
            "a folder of that name is there, and not ours", where=str(folder), mend="move it, or give --to"
        )
    files.ready(folder, what="the folder of extensions")
    written = []
    with files.told(folder, "the folder of extensions"):
        for source in _sources():
            _put(folder / source.name, source.read_bytes())
            written.append(source.name)
        _put(folder / COMMAND, json.dumps(_command(), indent=1, ensure_ascii=False).encode())
    return Installed(folder, (*written, COMMAND))


def remove(to: Path | None = None) -> Installed:
    """Take the extension away; what else lies in its folder stays. Raises UsageError if there is none."""
    folder = (to.expanduser() if to else extensions_folder()) / NAME
    if not (folder / COMMAND).is_file():
        raise UsageError("the extension is not installed there", where=str(folder), mend="give the folder with --to")
    gone = []
    with files.told(folder, "the folder of extensions"):
        for name in (*(source.name for source in _sources()), COMMAND):
            if (folder / name).is_file():
                (folder / name).unlink()
                gone.append(name)
        cache = folder / "__pycache__"
        for left in cache.glob("maquette_inkscape.*") if cache.is_dir() else ():
            left.unlink()
        for empty in (cache, folder):
            if empty.is_dir() and not any(empty.iterdir()):
                empty.rmdir()
    return Installed(folder, tuple(gone))


def _sources() -> list[Path]:
    here = Path(str(resources("maquette") / "integrations" / "inkscape"))
    return sorted(path for path in here.iterdir() if path.suffix in SUFFIXES)


def _command() -> dict[str, object]:
    """How Inkscape's Python calls us: this very Python, our package's folder, and the home that is in use now."""
    import maquette

    env = {"PYTHONPATH": str(Path(maquette.__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
    env |= {key: os.environ[key] for key in ("MAQUETTE_HOME",) if key in os.environ}
    return {"command": [sys.executable, "-m", "maquette"], "env": env}


def _put(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    part = path.with_name(f"{files.PREFIX}{path.name}.part")
    part.write_bytes(data)
    os.replace(part, path)
