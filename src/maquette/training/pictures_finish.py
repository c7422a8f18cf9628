"""The end of a training on pictures: net, memory, prints, manifest, notices and card become a checkpoint."""

from __future__ import annotations

import dataclasses
import platform
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ..checkpoints.diffusion import encoding_of, save_diffusion, tensors_of, words_of
from ..core.progress import OnProgress, Progress
from ..data.credits import attribution, holders, notice, of_items, read_sources
from ..data.dataset import Item
from ..data.manifest import write_manifest
from ..encodings import pixels as px
from ..encodings.pixels_memory import Entry, Memory
from ..encodings.print_small import PictureIndex
from ..nets.diffusion.unet import UNet, UNetSize
from .finish import base_named, card_of_base, notice_of, put_in_place, require_packaging, set_aside
from .package import terms
from .pictures_corpus import Corpus

if TYPE_CHECKING:
    from .pictures_run import FinishedPictures

UPSCALER = "upscaler.onnx"

WORDS = "reader.table.weight"  # of the net: a vector for each word
FAULTS = (
    "draws what it has a sketch of; other words give the nearest thing that it knows, which is said, or nothing clear",
    "small parts are soft or wrong: fingers, eyes of small figures, letters; words in pictures are not written",
    "plain requests for a common thing come near to what several people drew of it: the nearest works are named",
    "clip art was learnt from many hands at once and has no manner of its own",
    "no photographs, no 3d renderings; scenes are up to four things side by side",
    "the line and flat styles of share-alike sets were left out",
)


def finish(done: FinishedPictures, out: Path, on_progress: OnProgress) -> None:
    """Write the checkpoint into `out`."""
    require_packaging(out)
    on_progress(Progress(0, 0, "packaging"))
    tensors = {name: p.detach().float().numpy() for name, p in done.net.named_parameters()}
    size = dataclasses.asdict(done.net.size)
    told = encoding_of(done.pictures.corpus.vocabulary, done.recipe.noise.sigma_data)
    encoding = {**told, "few": done.recipe.few}
    with tempfile.TemporaryDirectory() as made:
        files = files_of(done, out, Path(made), on_progress)
        if done.recipe.enlarge:
            files[UPSCALER] = enlarger(done, out, on_progress)
        box = save_diffusion(set_aside(out), tensors, size, card_of(done, out), encoding, files, replace=True)
        put_in_place(box.path, out)


def enlarger(done: FinishedPictures, out: Path, on_progress: OnProgress) -> bytes:
    """The enlarger of the same pictures, but for pixel art, whose squares stay squares."""
    from ..checkpoints.graph_upscaler import build_upscaler
    from .pictures_upscale import UpscalerRecipe, train_upscaler

    corpus = done.pictures.corpus
    squares = px.STYLES.index("pixel art")
    rows = [row.at for row in corpus.rows if row.style != squares] or [row.at for row in corpus.rows]

    def told(step: int, of: int, loss: float) -> None:
        on_progress(Progress(step, of, "learning to enlarge"))

    recipe = UpscalerRecipe(steps=done.recipe.enlarge)
    net = train_upscaler(corpus.pixels[np.asarray(sorted(rows))], recipe, out / "run", told)
    return build_upscaler({name: tensor.detach().numpy() for name, tensor in net.state_dict().items()})


def files_of(
    done: FinishedPictures, out: Path, made: Path, on_progress: OnProgress
) -> dict[str, Path | bytes | str | Any]:
    """What travels beside the net."""
    items, corpus = done.pictures.items, done.pictures.corpus
    sources = _sources(out)
    on_progress(Progress(0, 0, "prints of what was learnt"))
    index = prints_of(items, corpus, holders(sources))
    index.save(made / "fingerprints.npz")
    told = notice(of_items(items, sources).values())
    if done.recipe.base:
        told = f"{told}\nIt went on from {Path(done.recipe.base).name}:\n\n{notice_of(done.recipe.base)}"
    manifest = write_manifest(made, dataclasses.replace(done.pictures.dataset, items=items), sources, bits=128)
    recipe = dataclasses.replace(done.recipe, base=Path(done.recipe.base).name)
    return {
        **memory_of(corpus, done.pictures.dataset.path).files(),
        "fingerprints.npz": made / "fingerprints.npz",
        manifest.name: manifest,
        "recipe.toml": recipe.as_toml().encode(),
        "NOTICE.txt": told.encode(),
    }


def prints_of(items: Sequence[Item], corpus: Corpus, named: dict[str, str]) -> PictureIndex:
    """Prints of every picture that was learnt, with whose it is."""
    rows = [
        {
            "id": item.id, "title": row.caption, "author": item.author or named.get(item.set, item.set),
            "licence": item.licence, "set": item.set, "style": px.STYLES[row.style],
        }
        for item, row in ((items[row.at], row) for row in corpus.rows)
    ]  # fmt: skip
    return PictureIndex.build(rows, (corpus.pixels[row.at] for row in corpus.rows))


def memory_of(corpus: Corpus, data: Path) -> Memory:
    """The table of sketches, named in every language for which there are labels beside the data."""
    entries = [Entry(e.caption, e.family, e.keywords, e.group, e.person) for e in corpus.entries]
    return Memory(entries, corpus.sketches, labels(entries, corpus, data))


def labels(entries: Sequence[Entry], corpus: Corpus, data: Path) -> dict[str, dict[str, list[int]]]:
    """Names in other languages, from labels-i18n.jsonl.gz (Unicode CLDR) beside the record files."""
    import contextlib

    from ..data import records
    from ..encodings.pixels_memory import plain

    path = (data if data.is_dir() else data.parent) / "labels-i18n.jsonl.gz"
    if not path.is_file():
        return {}
    by_caption = {plain(entry.caption): number for number, entry in enumerate(entries) if entry.family == "emoji"}
    names: dict[str, dict[str, list[int]]] = {}
    short: dict[str, dict[str, Counter[int]]] = {}
    for _, record in records.read_lines(path):
        if isinstance(record, str):
            continue
        number = by_caption.get(plain(str(record.get("labels", {}).get("en", ""))))
        if number is None:
            continue
        for language, name in record["labels"].items():
            if language != "en":
                names.setdefault(language, {}).setdefault(plain(name), []).append(number)
        for language, tags in record.get("tags", {}).items():
            if language != "en":
                for tag in tags:
                    short.setdefault(language, {}).setdefault(plain(tag), Counter())[number] += 1
    # A tag names the plainest of the things that share it; one that is an English word too stays English.
    english = {w for e in entries for text in (e.caption, *e.keywords) for w in px.words_of(text)}
    for language, tags in short.items():
        known = names.setdefault(language, {})
        size = {number: len(name.split()) for name, numbers in known.items() for number in numbers}
        for tag, numbers in tags.items():
            if tag not in known and len(numbers) <= 60 and not (tag.isascii() and set(px.words_of(tag)) <= english):
                best = min(numbers, key=lambda n: (size.get(n, 9), len(entries[n].caption), n))
                known.setdefault(tag, [best])
    with contextlib.suppress(KeyError):
        del names["en"]
    return names


def card_of(done: FinishedPictures, out: Path) -> dict[str, Any]:
    """The card: data, licences, attribution, recipe, compute, figures, known faults."""
    items, sources = done.pictures.items, _sources(out)
    counts = Counter(item.set or "own" for item in items)
    sets = [_told_of(name, count, sources.get(name)) for name, count in counts.most_common()]
    dataset = {
        "name": done.pictures.dataset.name,
        "version": done.pictures.dataset.version,
        "sha256": done.pictures.dataset.sha256,
        "items": len(items),
        "licences": terms(items),
        "sets": sets,
    }
    base = card_of_base(done.recipe.base)
    learnt = Counter(terms(items)) + Counter(base.get("licences") or {})
    recipe = dataclasses.replace(done.recipe, base=Path(done.recipe.base).name)
    return {
        "name": done.recipe.name,
        "kind": "picture",
        "version": 1,
        "encoding": px.NAME,
        "created": time.strftime("%Y-%m-%d"),
        "parameters": sum(p.numel() for p in done.net.parameters()),
        "sketches": len(done.pictures.corpus.entries),
        **base_named(done.recipe.base),
        "recipe": recipe.as_dict(),
        "datasets": [dataset, *base.get("datasets", ())],
        "licences": dict(learnt.most_common()),
        "attribution": [*attribution(items, sources), *base.get("attribution", ())],
        "figures": {"held_out_error": round(done.held_out, 4)},
        "curve": [[step, round(error, 4)] for step, error in done.curve],
        "compute": {
            "hours": round(done.seconds / 3600, 2),
            "pictures_seen": done.seen,
            "machine": platform.processor() or platform.machine(),
            "torch": torch.__version__,
        },
        "faults": list(FAULTS),
    }


def _told_of(name: str, count: int, source: Any) -> dict[str, Any]:
    """One set on the card."""
    told: dict[str, Any] = {"set": name, "items": count}
    if source is not None:
        told |= {"licence": source.licence, "copyright": source.copyright, "source": source.title}
    return told


def _sources(out: Path) -> Any:
    path = out / "run" / "sources.toml"
    return read_sources(path) if path.exists() else {}


def size_of(base: str) -> UNetSize:
    """The size of a base's net. CheckpointError where it is no model of small pictures."""
    from ..checkpoints.box import open_checkpoint

    box = open_checkpoint(base)
    tensors_of(box)
    known = {field.name for field in dataclasses.fields(UNetSize)}
    size: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in box.size.items() if k in known}
    return UNetSize(**size)


def wear(net: UNet, base: str, words: px.Vocabulary | None = None) -> None:
    """Put a checkpoint's weights on a fresh net of the same sizes.

    With `words` other than those of the base, each word keeps its vector, and what the base has not read begins afresh.
    """
    from ..checkpoints.box import open_checkpoint

    box = open_checkpoint(base)
    told = tensors_of(box)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            value = torch.from_numpy(np.array(told[name]))
            if name == WORDS and words is not None:
                ours, theirs = _shared(words, words_of(box))
                parameter[ours] = value[theirs]
            else:
                parameter.copy_(value)


def _shared(words: px.Vocabulary, known: px.Vocabulary) -> tuple[list[int], list[int]]:
    """The ids that two vocabularies have for the words of both, and for none."""
    place = {word: number + 2 for number, word in enumerate(known.words)}
    both = [(number + 2, place[word]) for number, word in enumerate(words.words) if word in place]
    return [0, 1, *(ours for ours, _ in both)], [0, 1, *(theirs for _, theirs in both)]
