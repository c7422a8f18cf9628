"""A checkpoint is a folder: weights, graph, card, encoding, and what else its maker wants beside them.

    NAME/weights.safetensors   the engine's arrays; format, size and precision of the net in its header
    NAME/graph.onnx            the net without weights
    NAME/card.json             data, licences, recipe, figures, known faults
    NAME/encoding.json         what the tokens mean
    NAME/...                   further files (fingerprints, a scorer, the manifest of the training items)

A style adapter (see `adapter`) is a box without a graph: it opens together with the model that it belongs to, and what
it does not hold itself, that model's box gives.

Nothing in it can run code when opened: pickles are refused. It is written whole or not at all.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from maquette.core import registry, settings
from maquette.core.errors import CheckpointError
from maquette.core.hashing import sha256_file

from . import adapter
from .starters import starter, starters

if TYPE_CHECKING:
    from maquette.engine.decoder import Decoder

FORMAT = 1  # of the folder; a higher one is refused
WEIGHTS, GRAPH, CARD, ENCODING = "weights.safetensors", "graph.onnx", "card.json", "encoding.json"
NEEDED = (WEIGHTS, GRAPH, CARD, ENCODING)
NEEDED_OF_ADAPTER = (WEIGHTS, CARD, ENCODING)
PICKLES = (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz")
LONGEST_HEADER = 100 << 20  # bytes, as in the safetensors library

# name in safetensors: (numpy type, bytes of one number); bf16 is read as its upper half of an fp32
TYPES: dict[str, tuple[str, int]] = {
    "F32": ("<f4", 4),
    "F16": ("<f2", 2),
    "BF16": ("<u2", 2),
    "I8": ("i1", 1),
    "U8": ("u1", 1),
}


class Checkpoint:
    """An opened box. Reading it costs a few milliseconds; the weights are mapped, not read, until a decoder is made.

    `base` is the model that an adapter belongs to, None for a model of its own; `row` the adapter's row in the table.
    """

    def __init__(
        self, path: Path, name: str, size: dict[str, Any], precision: str, base: Checkpoint | None = None, row: int = 0
    ) -> None:
        self.path, self.name, self.size, self.precision = path, name, size, precision
        self.base, self.row = base, row

    @cached_property
    def id(self) -> str:
        """SHA-256 of the weights file, 64 hex digits."""
        return sha256_file(self.path / WEIGHTS)

    @cached_property
    def card(self) -> dict[str, Any]:
        return _json(self.path / CARD)

    @cached_property
    def encoding(self) -> dict[str, Any]:
        return _json(self.path / ENCODING)

    def file(self, name: str) -> Path:
        """Another file of the box, or of its base's; a CheckpointError names what is there if it is missing."""
        path = self.path / name
        if not path.is_file() and self.base is not None:
            return self.base.file(name)
        if not path.is_file():
            there = [entry.name for entry in self.path.iterdir() if entry.is_file()]
            raise CheckpointError(
                f"the checkpoint {self.name} holds no {name}", where=str(self.path), mend=registry.nearest(name, there)
            )
        return path

    def licences(self) -> dict[str, int]:
        """SPDX id -> number of training items under it."""
        return {str(spdx): int(count) for spdx, count in self.card.get("licences", {}).items()}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The engine's arrays, mapped from the file; those of an adapter merged with its base's."""
        own = read_weights(self.path / WEIGHTS)[0]
        if self.base is None:
            return own
        return adapter.merged(self.base.arrays(), self.size, own, self.row, str(self.path))

    def decoder(self, threads: int | None = None) -> Decoder:
        """A decoder on this net, ready to sample; `threads` None for the machine's setting."""
        from maquette.engine.decoder import Decoder
        from maquette.engine.session import Session

        graph = (self.base or self).path / GRAPH
        return Decoder(Session(graph.read_bytes(), self.arrays(), self.size, threads))


def open_checkpoint(name_or_path: str | os.PathLike[str]) -> Checkpoint:
    """Open a checkpoint by path, by its name among your own models, or by the name of a packaged starter.

    Raises CheckpointError for pickles, truncated or foreign files, a newer format, missing files, unknown names, and
    for an adapter whose base is not here.
    """
    from .big import open_big, opens_as_big

    path = _find(name_or_path)
    if opens_as_big(path):  # of other makers: a folder of diffusers, a LoRA ...
        return open_big(path)
    weights = path / WEIGHTS
    header = read_weights(weights)[1] if weights.is_file() else {}
    told = adapter.base_of(header, str(weights))
    missing = [name for name in (NEEDED_OF_ADAPTER if told else NEEDED) if not (path / name).is_file()]
    if told and not any((path / name).is_file() for name in adapter.TRAITS):
        missing.append(adapter.STYLE)
    if missing:
        _refuse_pickles(path)
        raise CheckpointError(
            f"{', '.join(missing)} missing in the checkpoint", where=str(path), mend="copy the whole folder again"
        )
    size, precision = _understood(header, weights)
    if told is None:
        checkpoint = Checkpoint(path, path.name, size, precision)
    else:
        base = _base(told, path)
        checkpoint = Checkpoint(path, path.name, size, base.precision, base, told.row)
    checkpoint.name = str(checkpoint.card.get("name", path.name))
    assert checkpoint.encoding is not None  # read now, so that a broken file is named when the box is opened
    return checkpoint


def save_checkpoint(
    folder: str | os.PathLike[str],
    tensors: Mapping[str, Any],
    size: Mapping[str, Any],
    card: Mapping[str, Any],
    encoding: Mapping[str, Any],
    extra_files: Mapping[str, bytes | str | os.PathLike[str]] | None = None,
    *,
    precision: str = "8-bit",
    replace: bool = False,
) -> Checkpoint:
    """Write a net as a checkpoint, into a temporary folder that is renamed at the end: it is there whole or not at all.

    tensors: the net's parameters by name, as `quantise.parameters(net)` gives them. extra_files: bytes or files.
    precision: "8-bit" or "fp32". An existing folder is refused unless `replace`, and then only if it is a checkpoint.
    """
    from safetensors.numpy import save

    from . import quantise
    from .graph import build_graph

    _refuse_overwriting(Path(folder), replace)
    if precision not in ("8-bit", "fp32"):
        raise CheckpointError(f"no precision is called {precision!r}", mend="choose 8-bit or fp32")
    arrays = quantise.arrange(tensors, size)
    if precision == "8-bit":
        arrays = quantise.pack(arrays, size)
    header = {"maquette.format": str(FORMAT), "maquette.precision": precision, "maquette.size": json.dumps(dict(size))}
    files = {WEIGHTS: save(arrays, metadata=header), GRAPH: build_graph(size, precision)}  # type: ignore[arg-type]
    return _written(Path(folder), card, encoding, {**files, **(extra_files or {})}, replace)


def save_adapter(
    folder: str | os.PathLike[str],
    base: Checkpoint,
    row: int,
    changes: Mapping[str, tuple[NDArray[Any], NDArray[Any]]],
    style: NDArray[Any],
    card: Mapping[str, Any],
    encoding: Mapping[str, Any],
    extra_files: Mapping[str, bytes | str | os.PathLike[str]],
    *,
    replace: bool = False,
) -> Checkpoint:
    """Write an adapter of `base` as a box of its own, whole or not at all; `extra_files` must hold the style card of
    its icons, or the habits of its tunes.

    changes: (up (n, r), down (r, k)) by the name of the projection; style (width,): row `row` of the token table.
    """
    from safetensors.numpy import save

    if not set(adapter.TRAITS) & set(extra_files):
        raise CheckpointError("an adapter needs the style card of its icons", mend=f"hand in {adapter.STYLE}")
    named = adapter.Base(base.path.resolve().name, base.id, row)
    weights = save(adapter.as_arrays(changes, style), metadata=adapter.header(named, base.size, FORMAT))
    return _written(Path(folder), card, encoding, {WEIGHTS: weights, **extra_files}, replace)


def _written(
    target: Path,
    card: Mapping[str, Any],
    encoding: Mapping[str, Any],
    files: Mapping[str, bytes | str | os.PathLike[str]],
    replace: bool,
) -> Checkpoint:
    """Write a box into a temporary folder that takes its place at the end; gives it opened."""
    _refuse_overwriting(target, replace)
    target.parent.mkdir(parents=True, exist_ok=True)
    making = _beside(target)
    making.mkdir()
    try:
        for name, content in ((CARD, card), (ENCODING, encoding)):
            (making / name).write_text(json.dumps(dict(content), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        for name, data in files.items():
            (making / name).parent.mkdir(parents=True, exist_ok=True)
            if isinstance(data, bytes):
                (making / name).write_bytes(data)
            else:
                shutil.copyfile(data, making / name)
        _swap(making, target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return open_checkpoint(target)


def read_weights(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The arrays of a safetensors file, mapped without copying (bf16 widened), and its text header.

    The format (huggingface/safetensors, README): 8 bytes of header length, little-endian, a JSON header, the numbers.
    """

    def broken(why: str) -> CheckpointError:
        return CheckpointError(
            f"the weights cannot be read: {why}", where=str(path), mend="copy or download the file again"
        )

    total = path.stat().st_size
    with open(path, "rb") as file:
        start = file.read(8)
        length = int.from_bytes(start, "little")
        if start[:4] == b"PK\x03\x04":
            raise _pickle(path)
        if len(start) < 8 or not 2 <= length <= min(LONGEST_HEADER, total - 8):
            if start[:1] == b"\x80":  # of a header, the length may begin so too
                raise _pickle(path)
            raise broken(f"this is no safetensors file, or it was cut off after {total} bytes")
        try:
            header = json.loads(file.read(length))
            metadata = {str(key): str(value) for key, value in header.pop("__metadata__", {}).items()}
            spans = {name: (TYPES[x["dtype"]], list(x["shape"]), *x["data_offsets"]) for name, x in header.items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise broken(f"its header is not understood ({type(error).__name__}: {error})") from error
    body = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length) if total > 8 + length else np.zeros(0, np.uint8)
    arrays: dict[str, NDArray[Any]] = {}
    for name, ((kind, width), shape, first, last) in spans.items():
        if not 0 <= first <= last or last - first != width * int(np.prod(shape, dtype=np.int64)):
            raise broken(f"the place of {name} makes no sense")
        if last > len(body):
            raise broken(f"truncated: {name} ends at byte {8 + length + last}, the file at {total}")
        array = np.asarray(body[first:last]).view(kind).reshape(shape)
        arrays[name] = (array.astype("<u4") << 16).view("<f4") if kind == "<u2" else array
    return arrays, metadata


def _understood(header: Mapping[str, str], path: Path) -> tuple[dict[str, Any], str]:
    """Size and precision from the header of a weights file of ours."""
    if "maquette.format" not in header:
        raise CheckpointError(
            "these weights were not written by Maquette",
            where=str(path),
            mend="`maquette models list` names those that are",
        )
    if not header["maquette.format"].isdigit() or int(header["maquette.format"]) > FORMAT:
        raise CheckpointError(
            f"the checkpoint has format {header['maquette.format']}, this Maquette reads up to {FORMAT}",
            where=str(path),
            mend="install a newer Maquette: pip install --upgrade maquette",
        )
    try:
        size = dict(json.loads(header["maquette.size"]))
    except (KeyError, ValueError, TypeError) as error:
        raise CheckpointError("the size of the net is missing in the header", where=str(path)) from error
    return size, header.get("maquette.precision", "fp32")


def _base(told: adapter.Base, path: Path) -> Checkpoint:
    """The model that an adapter belongs to, found by the hash of its weights under whatever name it has here."""
    models, namesake = settings.places().models, None
    named = (models / told.name, starter(told.name), path.parent / told.name)
    packaged = (starter(name) for name in starters())
    every = [*named, *packaged, *(models / name for name in sorted(_folders(models)))]
    for folder in dict.fromkeys(found for found in every if found is not None and found != path):
        if not all((folder / name).is_file() for name in NEEDED):
            continue
        if sha256_file(folder / WEIGHTS) == told.id:
            return open_checkpoint(folder)
        namesake = namesake or (folder if folder.name == told.name else None)
    wrong = f"this is an adapter of the model {told.name} ({told.id[:12]}), which is not here"
    mend = "add that model first: maquette models add FOLDER; or train the adapter again on one that is here"
    if namesake is not None:
        found = sha256_file(namesake / WEIGHTS)
        wrong = f"this is an adapter of another {told.name} ({told.id[:12]}) than the one that is here ({found[:12]})"
        mend = f"train it again on this one (maquette train icon ICONS --base {told.name}), or add the other by a name"
    raise CheckpointError(wrong, where=str(path), mend=mend)


def _find(name_or_path: str | os.PathLike[str]) -> Path:
    """The folder that is meant, or an error with the nearest names."""
    path = Path(name_or_path).expanduser()
    if path.is_dir():
        return path
    if path.is_file():
        if path.name == WEIGHTS:
            return path.parent
        if path.suffix == ".safetensors":
            raise CheckpointError(
                "a checkpoint is a folder, and this is a single file",
                where=str(path),
                mend="give the folder it came in",
            )
        raise _pickle(path)
    name = str(name_or_path)
    models = settings.places().models
    bare = path.name == name
    if bare and (models / name).is_dir():
        return models / name
    packaged = starter(name) if bare else None
    if packaged is not None:
        return packaged
    known = [*_folders(models), *starters()] if bare else _folders(path.parent)
    mend = registry.nearest(path.name, known) if known else "none is installed: see `maquette models list`"
    where = f"looked among files, {models} and the starters"
    raise CheckpointError(f"there is no checkpoint {name}", where=where, mend=mend)


def _folders(path: Path) -> list[str]:
    return [entry.name for entry in path.iterdir() if (entry / CARD).is_file()] if path.is_dir() else []


def _pickle(path: Path) -> CheckpointError:
    return CheckpointError(
        f"{path.name} is not a safetensors checkpoint; a pickle (.pt, .bin, .ckpt) can run any program when opened",
        where=str(path),
        mend="ask its author for safetensors, or convert it in a sandbox of yours; Maquette never opens such files",
    )


def _refuse_pickles(path: Path) -> None:
    for entry in sorted(path.iterdir()):
        if entry.suffix.lower() in PICKLES[:-2] and not (path / WEIGHTS).is_file():
            raise _pickle(entry)


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"{path.name} cannot be read: {error}", where=str(path), mend="copy the folder again"
        ) from error
    if not isinstance(value, dict):
        raise CheckpointError(f"{path.name} holds no object", where=str(path), mend="copy the folder again")
    return value


def _refuse_overwriting(target: Path, replace: bool) -> None:
    if not target.exists():
        return
    if not replace or not (target / WEIGHTS).is_file():
        what = "is there already" if not replace else "is there and is no checkpoint"
        raise CheckpointError(f"{target.name} {what}", where=str(target), mend="choose another name for the checkpoint")


def _swap(made: Path, target: Path) -> None:
    """Put the finished folder in place; an older one steps aside first and returns if that fails."""
    if not target.exists():
        os.replace(made, target)
        return
    aside = _beside(target)
    os.replace(target, aside)
    try:
        os.replace(made, target)
    except OSError:
        os.replace(aside, target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _beside(target: Path) -> Path:
    """A hidden name next to `target` that nobody else uses; unlike a temporary folder it gets the usual permissions."""
    return target.parent / f".{target.name}-{os.getpid()}-{secrets.token_hex(4)}"
