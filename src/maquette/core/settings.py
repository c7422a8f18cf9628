"""Where Maquette keeps its things, and the few settings that are the machine's and not a request's."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .errors import LibraryError


@dataclass(frozen=True)
class Places:
    """Folders of one installation: `home` holds library, works and models; `config` holds keys and settings."""

    home: Path
    config: Path

    @property
    def keys(self) -> Path:
        return self.config / "keys"

    @property
    def works(self) -> Path:
        return self.home / "works"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def index(self) -> Path:
        return self.home / "library.sqlite"


def places() -> Places:
    """MAQUETTE_HOME (with its keys in `config/` inside) or the platform's own data and config folders."""
    chosen = os.environ.get("MAQUETTE_HOME")
    if chosen:
        home = Path(chosen).expanduser().absolute()
        return Places(home, home / "config")
    import platformdirs

    homeless = LibraryError("this account has no home folder", mend="set MAQUETTE_HOME to a folder of yours")
    try:
        data, config = platformdirs.user_data_dir("maquette", False), platformdirs.user_config_dir("maquette", False)
    except RuntimeError as error:
        raise homeless from error
    if not (Path(data).is_absolute() and Path(config).is_absolute()):  # earlier platformdirs: "~/.local/share"
        raise homeless
    return Places(Path(data), Path(config))


def threads() -> int:
    """Threads to use: MAQUETTE_THREADS, or the cores this process may use minus one, at least one."""
    asked = os.environ.get("MAQUETTE_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    return max(1, count - 1)
