"""The end of an adaptation to tunes: the adapter's box, with the terms of everything that taught it and its base."""

from __future__ import annotations

import json
import platform
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from ..checkpoints.adapter import HABITS
from ..checkpoints.box import save_adapter
from ..core.progress import OnProgress, Progress
from ..data.credits import attribution
from ..data.dataset import Item
from ..data.manifest import write_manifest
from ..encodings import notes_vocabulary as v
from ..encodings import print_notes
from ..media.habits import habits
from .finish import notice_of, put_in_place, set_aside
from .notes_adapt import FEW, Adapted
from .package import terms


def finish(done: Adapted, out: Path, on_progress: OnProgress) -> None:
    """Write the adapter into `out`: weights, habits, its own prints and manifest, notices, recipe, card."""
    on_progress(Progress(0, 0, "packaging"))
    with tempfile.TemporaryDirectory() as made:
        own = _own(done)
        print_notes.build(own, on_skipped=lambda name, why: None).save(Path(made) / "fingerprints.npz")
        manifest = write_manifest(Path(made), done.tunes.dataset, {}, bits=128)
        traits = habits({item.title or item.id: item.score() for item in own}).as_dict()
        files: dict[str, Path | bytes] = {
            HABITS: (json.dumps(traits, indent=1, ensure_ascii=False) + "\n").encode(),
            "fingerprints.npz": Path(made) / "fingerprints.npz",
            manifest.name: manifest,
            "recipe.toml": _for_others(done).as_toml().encode(),
            "NOTICE.txt": _notice(done).encode(),
        }
        kept = set_aside(out)
        shutil.rmtree(kept, ignore_errors=True)
        row, written = v.GENRE + done.tunes.index, (card_of(done), encoding_of(done))
        box = save_adapter(kept, done.base, row, done.changes, done.row, *written, files, replace=True)
        put_in_place(box.path, out)


def encoding_of(done: Adapted) -> dict[str, Any]:
    """The base's encoding with the new genre at its end; `own` names it."""
    return {**done.base.encoding, "genres": list(done.tunes.genres), "own": done.tunes.genres[-1]}


def card_of(done: Adapted) -> dict[str, Any]:
    """The card: one's own tunes first, then all that taught the base."""
    own, base, data = _own(done), done.base.card, done.tunes.dataset
    learnt = Counter(terms(own)) + Counter(base.get("licences") or {})
    change = sum(up.size + down.size for up, down in done.changes.values()) + done.row.size
    dataset = {"name": data.name, "version": data.version, "sha256": data.sha256, "items": len(own)}
    return {
        "name": done.recipe.name,
        "kind": "music",
        "adapter": True,
        "version": 1,
        "encoding": done.base.encoding["name"],
        "created": time.strftime("%Y-%m-%d"),
        "parameters": int(base.get("parameters") or 0) + change,
        "base": done.base.path.resolve().name,
        "base_id": done.base.id,
        "note": told_of(done),
        "recipe": _for_others(done).as_dict(),
        "datasets": [{**dataset, "licences": terms(own), "sets": _sets(own)}, *base.get("datasets", ())],
        "licences": dict(learnt.most_common()),
        "attribution": [*attribution(own), *base.get("attribution", ())],
        "figures": figures_of(done, change),
        "curve": [[step, round(bits, 3)] for step, bits in done.curve],
        "held_out": done.tunes.names(done.tunes.held),
        "compute": {
            "hours": round(done.seconds / 3600, 4),
            "tokens_read": done.tokens,
            "machine": platform.processor() or platform.machine(),
            "torch": torch.__version__,
        },
        "faults": _faults(done),
    }


def told_of(done: Adapted) -> str:
    """In one sentence, whether the adapter is better than its base on tunes it had not seen, and by how much."""
    count, name = len(done.tunes.held), done.baseline.name
    before, after = done.baseline.bits, done.bits
    if not done.helped:
        return (
            f"nothing that was learnt foretold the {count} held-out tunes better than {done.base.name} itself "
            f"({name}, {before:.2f} bits per note): the adapter writes as its base does"
        )
    return (
        f"{after:.2f} bits for each note of {count} held-out tunes, where {done.base.name} needs {before:.2f} under "
        f"its best genre ({name}): {100 * (1 - after / before):.0f} % fewer"
    )


def figures_of(done: Adapted, change: int) -> dict[str, Any]:
    """What was measured on the tunes that were held out; they also chose the strength and the step to stop at."""
    return {
        "held_out_bits_per_note": round(done.bits, 3),
        "base_bits_per_note": round(done.baseline.bits, 3),
        "base_genre": done.baseline.name,
        "held_out_tunes": len(done.tunes.held),
        "strength": done.strength,
        "adapter_parameters": change,
        **done.told,
    }


def _faults(done: Adapted) -> list[str]:
    tunes = done.tunes
    told = [f"the {len(tunes.held)} held-out tunes chose its strength too: on others it may gain less"]
    if len(tunes.pieces) < FEW:
        told = [f"learnt from {len(tunes.learnt)} tunes: its held-out figures say little"]
    if tunes.left_out:
        told.append(f"not learnt from (they could not be read): {', '.join(tunes.left_out)}")
    return [*told, *(str(one) for one in done.base.card.get("faults") or ())]


def _own(done: Adapted) -> list[Item]:
    return [done.tunes.items[i] for i in done.tunes.learnt]


def _sets(items: list[Item]) -> list[dict[str, Any]]:
    counted = Counter((item.set, item.author, item.licence) for item in items).most_common()
    return [
        {"set": name, "items": count, "licence": spdx, **({"copyright": author} if author else {})}
        for (name, author, spdx), count in counted
    ]


def _for_others(done: Adapted) -> Any:
    """The recipe as it travels: of a base given by its path the folder's name only."""
    return replace(done.recipe, base=done.base.path.resolve().name)


def _notice(done: Adapted) -> str:
    """Whose tunes it learnt from, and the notices of the base."""
    lines = ["This adapter learnt from:", "", *(f"  {line}" for line in attribution(_own(done)))]
    base = notice_of(str(done.base.path))
    return "\n".join([*lines, "", "-" * 100, f"It belongs to {done.base.path.resolve().name}:", "", base, ""])
