"""Large models of other makers among ours: opened by folder, or by the name under which they were added.

An added model stays where it lies, since it is gigabytes; `models/NAME/` keeps its card, its licence and the hash of
every file (`big.json`), so that a file that was changed later is found. A LoRA that was trained here is a box of its
own (`weights.safetensors`, card, `big.json` with its base) and opens together with that base.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from ..core import settings
from ..core.errors import CheckpointError
from ..core.hashing import sha256_bytes, sha256_file, sha256_json
from . import big_files
from .box import CARD, WEIGHTS, Checkpoint

TOLD = "big.json"
LICENCE = "LICENCE.txt"
FORMAT = 1


class BigModel(Checkpoint):
    """An opened large model: `home` is where its files lie, `told` what was written down when it was added."""

    def __init__(self, path: Path, name: str, home: Path, told: Mapping[str, Any], base: BigModel | None = None):
        super().__init__(path, name, {}, "", base)
        self.home, self.told = home, told

    @property
    def kind(self) -> str:
        """ "pipeline", "controlnet", "ip-adapter", "lora" or "embedding"."""
        return str(self.told["kind"])

    @cached_property
    def id(self) -> str:
        """SHA-256 over the hashes of all files; of a LoRA trained here, of its weights."""
        if (self.path / WEIGHTS).is_file():
            return sha256_file(self.path / WEIGHTS)
        return id_of(self.files)

    @cached_property
    def files(self) -> dict[str, str]:
        """SHA-256 of every file by its name, as written down when it was added, or found out now (once)."""
        known = self.told.get("files")
        return dict(known) if known else hashes(self.home)

    @cached_property
    def card(self) -> dict[str, Any]:
        if (self.path / CARD).is_file():
            return dict(json.loads((self.path / CARD).read_text(encoding="utf-8")))
        return card_of(self.name, big_files.examine(self.home), big_files.terms(self.home))

    @property
    def encoding(self) -> dict[str, Any]:
        return {"name": str(self.told.get("made_as") or self.kind)}

    @property
    def licence(self) -> str:
        """The id of the licence of the model itself; of what it learnt from nothing is known."""
        return str(self.card.get("licence") or "")

    def decoder(self, threads: int | None = None) -> Any:
        raise CheckpointError(
            f"{self.name} is a large diffusion model and writes no tokens",
            where=str(self.home),
            mend=f"use it for pictures: maquette picture PROMPT --checkpoint {self.name}",
        )


def id_of(files: Mapping[str, str]) -> str:
    """One id for a folder: SHA-256 over the names and hashes of all its files."""
    return sha256_json(dict(files))


def open_big(name_or_path: str | os.PathLike[str]) -> BigModel:
    """Open a large model by its folder or by its name among the added ones; nothing is downloaded, ever.

    Raises CheckpointError for pickles, half-downloaded folders, changed or missing files and unknown names, RightsError
    for a folder without a licence.
    """
    path = Path(name_or_path).expanduser()
    if not path.is_dir() and path.name == str(name_or_path):
        path = settings.places().models / path.name
    if (path / TOLD).is_file():
        return _added(path)
    if not path.is_dir():
        raise _unknown(str(name_or_path))
    found = big_files.examine(path)
    big_files.terms(path)  # a model without a licence is not opened
    return BigModel(path, path.resolve().name, path, _told(found))


def opens_as_big(path: Path) -> bool:
    """True for a folder that `open_big` is meant for."""
    return (path / TOLD).is_file() or big_files.is_big(path)


def is_big(name_or_path: str | os.PathLike[str]) -> bool:
    """True for a large model of other makers, by its folder or by the name under which it was added."""
    path = Path(name_or_path).expanduser()
    if not path.is_dir() and path.name == str(name_or_path):
        path = settings.places().models / path.name
    return path.is_dir() and opens_as_big(path)


def added() -> Iterator[BigModel]:
    """The large models that were added and are still there, by name."""
    models = settings.places().models
    for path in sorted(models.iterdir()) if models.is_dir() else ():
        if (path / TOLD).is_file():
            try:
                yield _added(path)
            except CheckpointError:
                continue


def hashes(path: Path) -> dict[str, str]:
    """SHA-256 of every file below `path` by name; a file that is as it was the last time is not read again."""
    book = settings.places().models / ".hashes.json"
    try:
        known: dict[str, str] = json.loads(book.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    found, fresh = {}, dict(known)
    for name, file in big_files.every_file(path):
        state = file.stat()
        key = f"{file.resolve()}|{state.st_size}|{state.st_mtime_ns}"
        found[name] = fresh[key] = known.get(key) or sha256_file(file)
    if fresh != known:
        book.parent.mkdir(parents=True, exist_ok=True)
        part = book.with_name(f".hashes.{os.getpid()}.part")
        part.write_text(json.dumps(fresh), encoding="utf-8")
        os.replace(part, book)
    return found


def changed(model: BigModel) -> list[str]:
    """What is no longer as it was when the model was added, every byte looked at: "unet/config.json was changed"."""
    told = []
    for name, wanted in (model.told.get("files") or {}).items():
        file = model.home / name
        if not file.is_file():
            told.append(f"{name} is missing")
        elif sha256_file(file) != wanted:
            told.append(f"{name} was changed")
    return told


def write_down(target: Path, folder: big_files.Folder, terms: big_files.Terms, name: str, home: Path) -> BigModel:
    """Keep card, licence and hashes of a model in `target`, whole or not at all; gives it opened."""
    files = hashes(folder.path)
    told = {**_told(folder), "format": FORMAT, "path": str(home), "files": files}
    told |= {"sizes": {one: (folder.path / one).stat().st_size for one in files}, "added": time.strftime("%Y-%m-%d")}
    card = card_of(name, folder, terms) | {"weights_id": id_of(files)}
    texts = {TOLD: _text(told), CARD: _text(card), LICENCE: terms.text.rstrip() + "\n"}
    target.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        (target / file).write_text(text, encoding="utf-8")
    return BigModel(target, name, home, told)


def card_of(name: str, folder: big_files.Folder, terms: big_files.Terms) -> dict[str, Any]:
    """The card of somebody else's model: its licence, and what is not known of it."""
    wording = sha256_bytes(terms.text.encode())
    return {
        "name": name,
        "kind": "picture",
        "part": folder.kind,
        "encoding": folder.made_as,
        "parameters": folder.parameters,
        "parts": dict(folder.parts),
        "licence": terms.id,
        "licence_from": terms.source,
        "licence_sha256": wording,
        "licences": {},
        "datasets": [],
        "undisclosed": big_files.UNDISCLOSED,
        "note": big_files.UNDISCLOSED,
        "faults": [
            f"{big_files.UNDISCLOSED}: whose works it learnt from, and whether they agreed, nobody can tell from it",
            "near copies of training works cannot be looked for, since there is no list to compare with",
        ],
        "attribution": [f"{name}, under {terms.id} (its text: {terms.source})"],
    }


def _text(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _told(folder: big_files.Folder) -> dict[str, Any]:
    return {
        "kind": folder.kind,
        "made_as": folder.made_as,
        "variant": folder.variant,
        "type": folder.type,
        "parts": dict(folder.parts),
    }


def _added(path: Path) -> BigModel:
    try:
        told = json.loads((path / TOLD).read_text(encoding="utf-8"))
        kind, home = str(told["kind"]), path / str(told.get("path") or ".")
    except (OSError, ValueError, KeyError, TypeError) as error:
        wrong = f"{TOLD} cannot be read: {error}"
        raise CheckpointError(wrong, where=str(path), mend="add the model again: maquette models add FOLDER") from error
    if not home.is_dir():
        raise CheckpointError(
            f"the files of {path.name} are no longer where they were",
            where=str(home),
            mend="put them back, or add again",
        )
    for name, size in (told.get("sizes") or {}).items():
        if not (home / name).is_file() or (home / name).stat().st_size != size:
            raise CheckpointError(
                f"{name} is not what was added",
                where=str(home),
                mend="restore it, or add the folder again as another",
            )
    base = _base(told, path) if kind == "lora" and told.get("base") else None
    return BigModel(path, path.resolve().name, home, told, base)


def _base(told: Mapping[str, Any], path: Path) -> BigModel:
    """The model that a LoRA of ours belongs to: by name if its id agrees, else by id under whatever name."""
    wanted = str(told["base"]["id"])
    for model in added():
        if model.kind == "pipeline" and model.told.get("files") and id_of(model.files) == wanted:
            return model
    raise CheckpointError(
        f"this LoRA belongs to {told['base']['name']} ({wanted[:12]}), which is not here",
        where=str(path),
        mend="add that model first: maquette models add FOLDER",
    )


def _unknown(name: str) -> CheckpointError:
    from ..core.registry import nearest

    if "/" in name and not Path(name).is_absolute() and len(name.split("/")) == 2:
        return CheckpointError(
            f"{name} is no folder here",
            mend=f"nothing is downloaded by itself; ask for it openly: maquette models add {name} --download",
        )
    known = [model.name for model in added()]
    mend = nearest(name, known) if known else "add one first: maquette models add FOLDER"
    raise CheckpointError(f"there is no large model {name}", mend=mend)
