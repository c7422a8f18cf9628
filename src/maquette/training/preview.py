"""Preview sheets: what a net draws just now, unpicked."""

from __future__ import annotations

import io
import math
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from ..checkpoints.box import open_checkpoint  # noqa: F401  (without onnxruntime there is no preview)
from ..encodings.strokes import StrokeEncoding
from ..encodings.strokes_grammar import Automaton, Rules
from ..media import drawing as d
from ..nets.transformer import Transformer
from .corpus import Corpus, bare_header
from .package import package

COUNT, PIXELS, ACROSS = 24, 96, 8


def sheet(net: Transformer, encoding: StrokeEncoding, corpus: Corpus, path: Path) -> None:
    """Draw COUNT icons for the names and styles of evenly spread training icons, and write them as one PNG."""
    rows = [row for row in range(len(corpus.a["item"])) if corpus.a["flip"][row] == 0]
    rows = [rows[i] for i in np.linspace(0, len(rows) - 1, COUNT).astype(int)]
    headers = [bare_header(corpus.header(row)) for row in rows]
    titles = [corpus.items[int(corpus.a["item"][row])].title for row in rows]
    prefixes = [encoding.prefix(h, corpus.words_of(t)[:12]) for h, t in zip(headers, titles, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        box = package(net, corpus, encoding, {"name": "preview"}, Path(folder) / "preview", precision="fp32")
        drawn = box.decoder().sample(
            prefixes,
            [Automaton(Rules(paint=h.paint or "stroke", inset=0)) for h in headers],
            seeds=list(range(len(rows))),
            temperature=0.8,
            prefix_places=[encoding.places(prefix) for prefix in prefixes],
            longest=200,
        )
    picture = Image.new("RGB", (ACROSS * PIXELS, math.ceil(len(rows) / ACROSS) * PIXELS), "white")
    for k, (header, one) in enumerate(zip(headers, drawn, strict=True)):
        icon = d.to_png(encoding.decode(header, one.tokens), PIXELS - 16, paper="#fff")
        picture.paste(Image.open(io.BytesIO(icon)), (k % ACROSS * PIXELS + 8, k // ACROSS * PIXELS + 8))
    picture.save(path)
