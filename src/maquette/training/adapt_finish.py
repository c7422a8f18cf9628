"""The end of an adaptation: the adapter's box, with the terms of everything that taught it and its base."""

from __future__ import annotations

import platform
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from ..checkpoints.adapter import STYLE
from ..checkpoints.box import save_adapter
from ..core.progress import OnProgress, Progress
from ..data.credits import attribution, licence_text
from ..data.dataset import Item
from ..data.manifest import write_manifest
from ..encodings import strokes_vocabulary as v
from ..encodings.prints import build
from ..media.style_card import as_toml
from .adapt import FEW, Adapted
from .package import terms
from .pairs import item_of


def finish(done: Adapted, out: Path, on_progress: OnProgress) -> None:
    """Write the adapter into `out`: weights, style card, its own prints and manifest, notices, recipe, card."""
    on_progress(Progress(0, 0, "packaging"))
    with tempfile.TemporaryDirectory() as made:
        index = build(_own(done), on_skipped=lambda name, why: None)
        index.save(Path(made) / "fingerprints.npz")
        manifest = write_manifest(Path(made), done.icons.dataset, {}, bits=128)
        files: dict[str, Path | bytes] = {
            STYLE: as_toml(done.icons.style.card).encode(),
            "fingerprints.npz": Path(made) / "fingerprints.npz",
            manifest.name: manifest,
            "recipe.toml": _for_others(done).as_toml().encode(),
            "NOTICE.txt": _notice(done).encode(),
        }
        kept = out / "run" / "packaged"
        shutil.rmtree(kept, ignore_errors=True)
        row, written = v.STYLE + done.icons.index, (card_of(done), encoding_of(done))
        box = save_adapter(kept, done.base, row, done.changes, done.row, *written, files, replace=True)
        for path in box.path.iterdir():
            path.replace(out / path.name)
        kept.rmdir()


def encoding_of(done: Adapted) -> dict[str, Any]:
    """The base's encoding with the new style at its end and the designer's hand as the first manner."""
    card, told = done.icons.style.card, done.base.encoding
    own = {"name": done.recipe.name, "style": done.icons.index, "width": round(card.width * card.scale, 3)}
    if not done.helped and done.baseline.style is None:
        own["style"] = None
    hand = {**own, "cap": card.cap, "join": card.join, "own": True}
    return {**told, "styles": list(done.icons.encoding.styles), "manners": [hand, *told.get("manners", ())]}


def card_of(done: Adapted) -> dict[str, Any]:
    """The card: the designer's own icons first, then the shelf's that stood beside, then all that taught the base."""
    own, shown, base = _own(done), references(done), done.base.card
    learnt = Counter(terms(own)) + Counter(terms(shown)) + Counter(base.get("licences") or {})
    change = sum(up.size + down.size for up, down in done.changes.values()) + done.row.size
    data = done.icons.dataset
    dataset = {"name": data.name, "version": data.version, "sha256": data.sha256, "items": len(own)}
    return {
        "name": done.recipe.name,
        "kind": "icon",
        "adapter": True,
        "version": 1,
        "encoding": done.icons.encoding.name,
        "created": time.strftime("%Y-%m-%d"),
        "parameters": int(base.get("parameters") or 0) + change,
        "base": done.base.path.resolve().name,
        "base_id": done.base.id,
        "note": told_of(done),
        "recipe": _for_others(done).as_dict(),
        "datasets": [
            {**dataset, "licences": terms(own), "sets": _sets(own)},
            *[_from_the_shelf(name, some) for name, some in _shelf(done).items() if some],
            *base.get("datasets", ()),
        ],
        "licences": dict(learnt.most_common()),
        "attribution": [*attribution(own), *attribution(shown), *base.get("attribution", ())],
        "figures": figures_of(done, change),
        "curve": [[step, round(bits, 2)] for step, bits in done.curve],
        "held_out": done.icons.names(done.icons.held),
        "compute": {
            "hours": round(done.seconds / 3600, 4),
            "tokens_read": done.tokens,
            "machine": platform.processor() or platform.machine(),
            "torch": torch.__version__,
        },
        "faults": _faults(done),
    }


def told_of(done: Adapted) -> str:
    """In one sentence, whether the adapter is better than its base on icons it had not seen, and by how much."""
    count, name = len(done.icons.held), done.baseline.name
    before, after = done.baseline.bits, done.bits
    if not done.helped:
        return (
            f"nothing that was learnt foretold the {count} held-out icons better than {done.base.name} itself "
            f"({name}): the adapter is the style card and that style"
        )
    gain = 100 * (1 - after / before)
    return (
        f"{after:.1f} bits for each of {count} held-out icons, where {done.base.name} needs {before:.1f} under its "
        f"best style ({name}): {gain:.0f} % fewer"
    )


def figures_of(done: Adapted, change: int) -> dict[str, Any]:
    """What was measured on the icons that were held out; they also chose the strength and the step to stop at."""
    return {
        "held_out_bits_per_icon": round(done.bits, 2),
        "base_bits_per_icon": round(done.baseline.bits, 2),
        "base_style": done.baseline.name,
        "held_out_icons": len(done.icons.held),
        "strength": done.strength,
        "adapter_parameters": change,
        **done.told,
    }


def _faults(done: Adapted) -> list[str]:
    told = [f"the {len(done.icons.held)} held-out icons chose its strength too: on others it may gain less"]
    if len(done.icons.learnt) + len(done.icons.held) < FEW:
        told = [f"learnt from {len(done.icons.learnt)} icons: its held-out figures say little"]
    if done.icons.left_out:
        told.append(f"not learnt from (filled, or too long): {', '.join(done.icons.left_out)}")
    return [*told, *(str(one) for one in done.base.card.get("faults") or ())]


def references(done: Adapted) -> list[Item]:
    """The shelf's drawings that stood before the icons it learnt from, or were restyled to be learnt, each once."""
    return list({item.sha256: item for some in _shelf(done).values() for item in some}.values())


def _shelf(done: Adapted) -> dict[str, list[Item]]:
    """The shelf's drawings by what they were there for, each once in its row."""
    before = [one for i in done.icons.learnt for one in done.icons.shown.get(i, ())]
    rows = {"references": before, "restyled by rule": [one.shown for one in done.icons.lessons]}
    return {
        name: list({one.icon.sha256: _of_set(item_of(one.icon)) for one in some}.values())
        for name, some in rows.items()
    }


def _of_set(item: Item) -> Item:
    """The item with its set's address for its own, so that a set of hundreds is credited in one line."""
    return replace(item, source=item.source.rpartition("/")[0] or item.source)


def _own(done: Adapted) -> list[Item]:
    learnt = {done.icons.corpus.items[i].id for i in done.icons.learnt}
    return [item for item in done.icons.dataset.items if item.id in learnt]


def _from_the_shelf(name: str, items: Sequence[Item]) -> dict[str, Any]:
    """Drawings of the shelf as a row of the card's datasets."""
    told = {"name": name, "version": "", "items": len(items), "licences": terms(items)}
    return {**told, "sets": _sets(items)}


def _sets(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Items by set, author and licence, the most first."""
    counted = Counter((item.set, item.author, item.licence) for item in items).most_common()
    return [
        {"set": name, "items": count, "licence": spdx, **({"copyright": author} if author else {})}
        for (name, author, spdx), count in counted
    ]


def _for_others(done: Adapted) -> Any:
    """The recipe as it travels: of a base given by its path the folder's name only."""
    return replace(done.recipe, base=done.base.path.resolve().name)


def _notice(done: Adapted) -> str:
    """Whose works it learnt from, and the notices of the references and of the base."""
    own, shown = _own(done), references(done)
    lines = ["This style adapter learnt from:", "", *(f"  {line}" for line in attribution(own))]
    if shown:
        told = "Beside them stood, to be redrawn or restyled into the hand:"
        lines += ["", told, "", *(f"  {line}" for line in attribution(shown))]
    for spdx in sorted({item.licence for item in shown}):
        lines += ["", "-" * 100, spdx, "", licence_text(spdx).rstrip()]
    path = done.base.path / "NOTICE.txt"
    told = path.read_text("utf-8") if path.is_file() else "\n".join(map(str, done.base.card.get("attribution") or ()))
    return "\n".join([*lines, "", "-" * 100, f"It belongs to {done.base.name}:", "", told, ""])
