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
    from .corpus import Corpus

FAULTS = (
    "draws with one stroke width; filled and duotone icons are not drawn",
    "small text, hands, faces and animals are often wrong; long drawings lose their thread",
    "knows the concepts of interface icons best; other things are drawn after the nearest known words",
)


@dataclass(frozen=True)
class Finished:
    """A training that has ended, its net wearing the weights that are to ship. `held_out` bits per icon."""

    net: Transformer
    recipe: Recipe
    encoding: StrokeEncoding
    corpus: Corpus
    dataset: Dataset
    held_out: float
    curve: Sequence[tuple[int, float]]
    seconds: float
    tokens: int
    figures: dict[str, Any] = field(default_factory=dict)


def finish(done: Finished, out: Path, on_progress: OnProgress) -> None:
    """Write the checkpoint into `out`, with words, judge, prints, manifest, n-gram, recipe, notices and card."""
    if find_spec("onnx") is None or find_spec("onnxruntime") is None:
        raise MissingExtra(
            "the weights are trained, but this machine cannot package them",
            where=str(out / "run" / "best.safetensors"),
            mend="run the same command where `maquette[train]` is installed",
        )
    on_progress(Progress(0, 0, "packaging"))
    with tempfile.TemporaryDirectory() as made:
        files = _files(done, out, Path(made), on_progress)
        kept = _set_aside(out)
        box = package(done.net, done.corpus, done.encoding, card_of(done, out), kept, files, replace=True)
        for path in box.path.iterdir():
            path.replace(out / path.name)
        kept.rmdir()


def _set_aside(out: Path) -> Path:
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
        told = f"{told}\nIt went on from {Path(done.recipe.base).name}:\n\n{_notice_of(done.recipe.base)}"
    index.save(made / "fingerprints.npz")
    manifest = write_manifest(made, done.dataset, sources, bits=128)
    files: dict[str, Path | bytes | str] = {
        "words.json.gz": _starter_file(done.recipe.base, "words.json.gz"),
        "scorer.safetensors": _starter_file(done.recipe.base, "scorer.safetensors"),
        "fingerprints.npz": made / "fingerprints.npz",
        manifest.name: manifest,
        "recipe.toml": _for_others(done.recipe).as_toml().encode(),
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


def card_of(done: Finished, out: Path) -> dict[str, Any]:
    """The card: data, licences, attribution, recipe, compute, figures, known faults."""
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
    base = _card_of_base(done.recipe.base)
    learnt = Counter(terms(items)) + Counter(base.get("licences") or {})
    return {
        "name": done.recipe.name,
        "kind": "icon",
        "version": 1,
        "encoding": done.encoding.name,
        "created": time.strftime("%Y-%m-%d"),
        "parameters": sum(p.numel() for p in done.net.parameters()),
        **_base(done.recipe.base),
        "recipe": _for_others(done.recipe).as_dict(),
        # Whoever taught the base has taught this model too.
        "datasets": [dataset, *base.get("datasets", ())],
        "licences": dict(learnt.most_common()),
        "attribution": [*attribution(items, sources), *base.get("attribution", ())],
        "figures": {"held_out_bits_per_icon": round(done.held_out, 2), **done.figures},
        "curve": [[step, round(bits, 2)] for step, bits in done.curve],
        "compute": {
            "hours": round(done.seconds / 3600, 2),
            "tokens_read": done.tokens,
            "machine": platform.processor() or platform.machine(),
            "torch": torch.__version__,
        },
        "faults": list(FAULTS),
    }


def _for_others(recipe: Recipe) -> Recipe:
    """The recipe as it travels: a base given by its path is named by its folder, for nobody else has that path."""
    return replace(recipe, base=Path(recipe.base).name)


def _base(base: str) -> dict[str, str]:
    """The base by name, and by the hash of its weights, which says more."""
    if not base:
        return {"base": ""}
    from ..checkpoints.box import open_checkpoint

    return {"base": Path(base).name, "base_id": open_checkpoint(base).id}


def _card_of_base(base: str) -> dict[str, Any]:
    if not base:
        return {}
    from ..checkpoints.box import open_checkpoint

    return open_checkpoint(base).card


def _notice_of(base: str) -> str:
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
