"""The end of a training of one's own pictures: weights, sliders, prints, manifest and card in one box."""

from __future__ import annotations

import dataclasses
import io
import platform
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..checkpoints.gan import KIND, engine_weights, save_gan
from ..checkpoints.graph_gan import build_graph
from ..core.progress import OnProgress, Progress
from ..data.credits import attribution, notice, of_items, read_sources
from ..data.manifest import write_manifest
from ..encodings.print_small import BAR, PictureIndex
from ..engine.gan import Gan
from ..engine.gan_sliders import find
from ..media.picture import straight
from ..media.picture_measure import palette_distance
from .finish import put_in_place, require_packaging, set_aside
from .package import terms

if TYPE_CHECKING:
    from .gan_run import Finished

Floats = NDArray[np.float32]

ACROSS = 8  # pictures in a row of a sheet
JUDGED = 256  # made pictures that the figures of the card are of

FAULTS = (
    "knows no words: it draws what its pictures have in common, and mixes of them",
    "parts that few of its pictures share come out broken or not at all",
    "with few pictures it may come near to one of them: `maquette picture sample` names the nearest of each",
)


def finish(done: Finished, out: Path, on_progress: OnProgress) -> None:
    """Write the checkpoint into `out`."""
    require_packaging(out)
    size = dataclasses.asdict(done.pair.generator.size)
    state = {name: one.detach().numpy() for name, one in done.pair.mean.mean.items()}
    weights = {name: one.astype(np.float16).astype(np.float32) for name, one in engine_weights(state, size).items()}
    gan = Gan(build_graph(size), weights, {**size, "kind": KIND})
    sliders = [one.as_dict() for one in find(gan, on_progress=on_progress)]
    on_progress(Progress(0, 0, "packaging"))
    made = gan.pictures(np.stack([gan.drawn(seed) for seed in range(JUDGED)]))
    near = prints_of(done)
    encoding = {"name": KIND, "style": size["style"], "sliders": sliders}
    with tempfile.TemporaryDirectory() as folder:
        files = _files(done, out, Path(folder), near, made)
        kept = set_aside(out)
        box = save_gan(kept, weights, size, card_of(done, out, made, near), encoding, files, replace=True)
        put_in_place(box.path, out)


def _files(done: Finished, out: Path, folder: Path, near: PictureIndex, made: Floats) -> dict[str, Path | bytes | str]:
    sources = _sources(out)
    manifest = write_manifest(folder, done.dataset, sources, bits=128)
    near.save(folder / "fingerprints.npz")
    return {
        "fingerprints.npz": folder / "fingerprints.npz",
        manifest.name: manifest,
        "recipe.toml": done.recipe.as_toml().encode(),
        "NOTICE.txt": notice(of_items(done.dataset.items, sources).values()).encode(),
        "samples.png": sheet_png(made[: ACROSS * 6]),
    }


def prints_of(done: Finished) -> PictureIndex:
    """Prints of the training pictures. A copy is what is nearer to one than all but one in a hundred of them are to
    each other."""
    items = [
        {"id": item.id, "title": item.title, "author": item.author, "licence": item.licence, "set": item.set}
        for item in done.dataset.items
    ]
    pictures = done.pictures.floats()
    built = PictureIndex.build(items, [_straight(one) for one in done.pictures.shown])
    apart = [built.nearest(one, 2)[-1].distance for one in pictures]
    return PictureIndex(built.prints, built.rows, min(BAR, float(np.quantile(apart, 0.01))))


def _straight(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Premultiplied 0..255 as straight."""
    values = straight(picture.astype(np.float32) / 255)
    return np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)


def _sources(out: Path) -> Any:
    path = out / "run" / "sources.toml"
    return read_sources(path) if path.exists() else {}


def card_of(done: Finished, out: Path, made: Floats, near: PictureIndex) -> dict[str, Any]:
    """The card: data, licences, attribution, recipe, compute, figures, known faults."""
    items = list(done.dataset.items)
    sets = Counter(item.set or "own" for item in items)
    dataset = {
        "name": done.dataset.name,
        "version": done.dataset.version,
        "sha256": done.dataset.sha256,
        "items": len(items),
        "licences": terms(items),
        "sets": [{"set": name, "items": count} for name, count in sets.most_common()],
    }
    real = done.pictures.floats()
    figures = {
        "sliced_wasserstein": round(done.distance, 4),
        "sliced_wasserstein_of_two_real_halves": round(done.real_half, 4),
        "palette_distance": round(palette_distance(made, real), 4),
        "near_copy_share": round(float(np.mean([near.nearest(one, 1)[0].distance < near.bar for one in made])), 4),
        "near_copy_bar": round(near.bar, 4),
        "crisp_alpha": round(float(np.mean((made[..., 3] < 0.05) | (made[..., 3] > 0.95))), 4),
        "crisp_alpha_of_real": round(float(np.mean((real[..., 3] < 0.05) | (real[..., 3] > 0.95))), 4),
    }
    return {
        "name": done.recipe.name,
        "kind": "picture",
        "version": 1,
        "encoding": KIND,
        "created": time.strftime("%Y-%m-%d"),
        "parameters": sum(p.numel() for p in done.pair.generator.parameters()),
        "base": "",
        "recipe": done.recipe.as_dict(),
        "datasets": [dataset],
        "licences": terms(items),
        "attribution": attribution(items, _sources(out)),
        "pictures": {"side": done.recipe.net.side, "count": len(items), "done to them": done.pictures.told},
        "figures": figures,
        "curve": [[step, round(value, 4)] for step, value in done.curve],
        "compute": {
            "hours": round(done.seconds / 3600, 3),
            "pictures_seen": done.pair.step * done.recipe.learning.batch,
            "machine": platform.processor() or platform.machine(),
            "torch": torch.__version__,
        },
        "faults": list(FAULTS),
    }


def sheet(pictures: Floats, path: Path) -> str:
    """Write pictures as one PNG; returns its name."""
    path.write_bytes(sheet_png(pictures))
    return path.name


def sheet_png(pictures: Floats) -> bytes:
    """Premultiplied pictures (n, h, w, 4) side by side on white, eight in a row, as a PNG."""
    from PIL import Image

    n, h, w, _ = pictures.shape
    rows = -(-n // ACROSS)
    page = np.ones((rows * (h + 4) + 4, ACROSS * (w + 4) + 4, 3), dtype=np.float32)
    for k, one in enumerate(pictures):
        top, left = 4 + k // ACROSS * (h + 4), 4 + k % ACROSS * (w + 4)
        page[top : top + h, left : left + w] = one[..., :3] + 1 - one[..., 3:]
    out = io.BytesIO()
    Image.fromarray(np.round(np.clip(page, 0, 1) * 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()
