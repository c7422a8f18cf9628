"""Adding large models of other makers: looked through, hashed, their licence kept; the files stay where they lie."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ..checkpoints import big, big_files
from ..core.errors import UsageError
from ..core.settings import Places
from . import files


def add(
    places: Places, folder: str | Path, *, name: str | None = None, licence: str = "", download: bool = False
) -> big.BigModel:
    """Add the model in `folder` under `name`; with `download`, `folder` is an id ("maker/name") that is fetched first.

    What is written down is its card, its licence's text and the hash of every file. Raises CheckpointError for pickles,
    programs and folders that are not whole, RightsError where no licence is found and none is named, UsageError for a
    name that is taken.
    """
    source = Path(folder).expanduser()
    called = name or (source.name if download else source.resolve().name)
    if Path(called).name != called or called.startswith("."):
        raise UsageError(f"{called!r} is no name for a model", mend="give one without slashes")
    target = places.models / called
    if target.exists():
        raise UsageError(f"there is a model {called} already", where=str(target), mend="give another with --name")
    if download:
        from ..makers.big.download import download as fetch

        source = fetch(Path(folder).as_posix(), places.home / "downloads" / called)
    found = big_files.examine(source)
    terms = big_files.terms(source, licence)
    part = target.with_name(f".{called}.{os.getpid()}.part")
    with files.told(places.models, "the folder of models"):
        try:
            big.write_down(part, found, terms, called, source.resolve())
            os.replace(part, target)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return big.open_big(target)


def licence_text(model: big.BigModel) -> str:
    """The text of the licence as it was when the model was added."""
    return (model.path / big.LICENCE).read_text(encoding="utf-8")
