"""The end of a training: weights become a checkpoint with everything that must travel with it."""

from __future__ import annotations

import platform
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ..core.errors import MissingExtra
from ..core.progress import OnProgress, Progress
from ..data.credits import attribution, holders, notice, of_items, read_sources
from ..data.dataset import Dataset
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes import StrokeEncoding
from ..encodings.words import PACKAGED
from .package import package, terms
from .recipe import Recipe

if TYPE_CHECKING:
    from ..nets.transformer import Transformer

FAULTS = (
    "draws with one stroke width; filled and duotone icons are not drawn",
    "small text, hands, faces and animals are often wrong; long drawings lose their thread",
    "knows the concepts of interface icons best; other things are drawn after the nearest known words",
)


@dataclass(frozen=True)
class Finished:
    """A training that has ended, its net wearing the weights that are to ship.

    `held_out` bits per icon or note; `encoding` and `corpus` as the craft's material has them.
    """

    net: Transformer
    recipe: Recipe
    encoding: Any
    corpus: Any
    dataset: Dataset
    held_out: float
    curve: Sequence[tuple[int, float]]
    seconds: float
    tokens: int
    figures: dict[str, Any] = field(default_factory=dict)


def finish(done: Finished, out: Path, on_progress: OnProgress) -> None:
    """Write the checkpoint into `out`, with words, judge, prints, manifest, n-gram, recipe, notices and card."""
    require_packaging(out)
    on_progress(Progress(0, 0, "packaging"))
    with tempfile.TemporaryDirectory() as made:
        files = _files(done, out, Path(made), on_progress)
        kept = set_aside(out)
        box = package(done.net, done.corpus, done.encoding, card_of(done, out), kept, files, replace=True)
        put_in_place(box.path, out)


def require_packaging(out: Path) -> None:
    """MissingExtra where the weights can be trained, but not packaged."""
    if find_spec("onnx") is None or find_spec("onnxruntime") is None:
        raise MissingExtra(
            "the weights are trained, but this machine cannot package them",
            where=str(out / "run" / "best.safetensors"),
            mend="run the same command where `maquette[train]` is installed",
        )


def put_in_place(made: Path, out: Path) -> None:
    """Move a finished box into the folder of its training."""
    for path in made.iterdir():
        path.replace(out / path.name)
    made.rmdir()


def set_aside(out: Path) -> Path:
    """Where a box is made before it takes its place."""
    return out / "run" / "packaged"


def _files(done: Finished, out: Path, made: Path, on_progress: OnProgress) -> dict[str, Path | bytes | str]:
    from ..data.manifest import write_manifest
    from ..encodings.prints import PrintIndex, build

    items = [item for item in done.dataset.items if item.split == "train"]
    sources = read_sources(out / "run" / "sources.toml") if (out / "run" / "sources.toml").exists() else {}
    index = build(items, on_progress, holders=holders(sources), on_skipped=lambda name, why: None)
    told = notice(of_items(items, sources).values())
    if done.recipe.base:
        index = index.with_those_of(PrintIndex.load(_starter_file(done.recipe.base, "fingerprints.npz")))
        told = f"{told}\nIt went on from {Path(done.recipe.base).name}:\n\n{notice_of(done.recipe.base)}"
    index.save(made / "fingerprints.npz")
    manifest = write_manifest(made, done.dataset, sources, bits=128)
    files: dict[str, Path | bytes | str] = {
        "words.json.gz": _starter_file(done.recipe.base, "words.json.gz"),
        "scorer.safetensors": _starter_file(done.recipe.base, "scorer.safetensors"),
        "fingerprints.npz": made / "fingerprints.npz",
        manifest.name: manifest,
        "recipe.toml": for_others(done.recipe).as_toml().encode(),
        "NOTICE.txt": told.encode(),
    }
    if (ngram := _ngram(done, made)) is not None:
        files["ngram.npz"] = ngram
    return files


def _starter_file(base: str, name: str) -> Path:
    """A file that is taken over from the base, or from the packaged starter."""
    if base:
        from ..checkpoints.box import open_checkpoint

        return open_checkpoint(base).file(name)
    return PACKAGED.with_name(name)


def _ngram(done: Finished, made: Path) -> Path | None:
    """The baseline on the same tokens; none for fewer than forty stroke icons."""
    from ..engine.ngram import NGram, tune

    a = done.corpus.a
    rows = [r for r in range(len(a["item"])) if a["flip"][r] == 0 and done.corpus.header(r).paint == "stroke"]
    bodies = [done.corpus.tokens(row).astype(np.int64) for row in rows]
    if len(bodies) < 40:
        return None
    kept, aside = [b for i, b in enumerate(bodies) if i % 20], bodies[::20]
    smoothing = tune(NGram.fit(kept, v.OUTPUTS), aside)
    NGram.fit(bodies, v.OUTPUTS, smoothing=smoothing).save(made / "ngram.npz")
    return made / "ngram.npz"


def card_of(
    done: Finished, out: Path, encoding: str = StrokeEncoding.name, unit: str = "icon", faults: Sequence[str] = FAULTS
) -> dict[str, Any]:
    """The card: data, licences, attribution, recipe, compute, figures, known faults. Held-out bits are per `unit`."""
    items = [item for item in done.dataset.items if item.split == "train"]
    sources = read_sources(out / "run" / "sources.toml") if (out / "run" / "sources.toml").exists() else {}
    sets: dict[str, int] = {}
    for item in items:
        sets[item.set or "own"] = sets.get(item.set or "own", 0) + 1
    named = [
        {
            "set": name,
            "items": count,
            **({"licence": s.licence, "copyright": s.copyright, "source": s.title} if (s := sources.get(name)) else {}),
        }
        for name, count in sorted(sets.items(), key=lambda pair: -pair[1])
    ]
    dataset = {
        "name": done.dataset.name,
        "version": done.dataset.version,
        "sha256": done.dataset.sha256,
        "items": len(items),
        "licences": terms(items),
        "sets": named,
    }
    digits = 2 if unit == "icon" else 3
    base = card_of_base(done.recipe.base)
    learnt = Counter(terms(items)) + Counter(base.get("licences") or {})
    return {
        "name": done.recipe.name,
        "kind": done.recipe.craft,
        "version": 1,
        "encoding": encoding,
        "created": time.strftime("%Y-%m-%d"),
        "parameters": sum(p.numel() for p in done.net.parameters()),
        **base_named(done.recipe.base),
        "recipe": for_others(done.recipe).as_dict(),
        # Whoever taught the base has taught this model too.
        "datasets": [dataset, *base.get("datasets", ())],
        "licences": dict(learnt.most_common()),
        "attribution": [*attribution(items, sources), *base.get("attribution", ())],
        "figures": {f"held_out_bits_per_{unit}": round(done.held_out, digits), **done.figures},
        "curve": [[step, round(bits, digits)] for step, bits in done.curve],
        "compute": {
            "hours": round(done.seconds / 3600, 2),
            "tokens_read": done.tokens,
            "machine": platform.processor() or platform.machine(),
            "torch": torch.__version__,
        },
        "faults": list(faults),
    }


def for_others(recipe: Recipe) -> Recipe:
    """The recipe as it travels: a base given by its path is named by its folder, for nobody else has that path."""
    return replace(recipe, base=Path(recipe.base).name)


def base_named(base: str) -> dict[str, str]:
    """The base by name, and by the hash of its weights, which says more."""
    if not base:
        return {"base": ""}
    from ..checkpoints.box import open_checkpoint

    return {"base": Path(base).name, "base_id": open_checkpoint(base).id}


def card_of_base(base: str) -> dict[str, Any]:
    """The card of a base; empty where there is none."""
    if not base:
        return {}
    from ..checkpoints.box import open_checkpoint

    return open_checkpoint(base).card


def notice_of(base: str) -> str:
    """The notices of a base; of one that carries none, the lines of its attribution."""
    from ..checkpoints.box import open_checkpoint

    box = open_checkpoint(base)
    path = box.path / "NOTICE.txt"
    return path.read_text("utf-8") if path.is_file() else "\n".join(map(str, box.card.get("attribution") or ()))


def wear(net: Transformer, base: str) -> None:
    """Put a checkpoint's weights on a fresh net of the same sizes: a base to go on from."""
    from ..checkpoints.box import open_checkpoint
    from ..checkpoints.quantise import restore

    opened = open_checkpoint(base)
    told = restore(opened.arrays(), opened.size)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if name == "embed_tokens.shared":
                parameter.zero_()  # already part of the baked table
            elif name == "embed_tokens.weight":
                parameter.copy_(torch.from_numpy(told["embed_tokens.table"]))
            else:
                parameter.copy_(torch.from_numpy(told[name]))
