"""Packages of the extra `icons`, asked for where they are needed."""

from __future__ import annotations

from importlib.util import find_spec

from maquette.core.errors import MissingExtra


def require(what: str, *packages: str) -> None:
    """Raise MissingExtra if one of the packages is not installed; `what` they are needed for."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        raise MissingExtra(f"{what} needs {', '.join(missing)}", mend="pip install 'maquette[icons]'")
