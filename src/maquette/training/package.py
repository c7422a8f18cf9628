"""From trained weights to a checkpoint that ships: net, words, judge, prints, manifest, card."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..checkpoints import quantise
from ..checkpoints.box import Checkpoint, save_checkpoint
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes import StrokeEncoding

if TYPE_CHECKING:
    from ..nets.transformer import Transformer
    from .corpus import Corpus

# Neutral names for the manners that were learnt: what a designer would say of the hand, not whose set it is.
MANNERS = {
    "even": "tabler/outline",
    "round": "lucide/outline",
    "airy": "feather/outline",
    "soft": "phosphor/outline",
    "bold": "phosphor/bold",
    "thin": "heroicons/outline",
    "fine": "iconoir/outline",
    "geometric": "iconpark/outline",
    "sharp": "grommet/outline",
    "plain": "majesticons/outline",
    "friendly": "ionicons/outline",
    "small": "teenyicons/outline",
    "playful": "lucide-lab/outline",
}


def manners(corpus: Corpus, encoding: StrokeEncoding) -> list[dict[str, Any]]:
    """Each manner's style id and its own stroke, read off the icons it was learnt from."""
    counts: dict[int, Counter[tuple[float, str, str]]] = {}
    for row in range(len(corpus.a["item"])):
        header = corpus.header(row)
        if header.flip == 0 and header.paint == "stroke" and header.style is not None and header.width is not None:
            stroke = (header.width, header.cap or "round", header.join or "round")
            counts.setdefault(header.style, Counter())[stroke] += 1
    out = []
    for name, style in MANNERS.items():
        if style in encoding.styles and encoding.styles.index(style) in counts:
            index = encoding.styles.index(style)
            width, cap, join = counts[index].most_common(1)[0][0]
            out.append({"name": name, "style": index, "width": width, "cap": cap, "join": join})
    return out


def package(
    net: Transformer,
    corpus: Corpus,
    encoding: StrokeEncoding,
    card: Mapping[str, Any],
    folder: Path,
    files: Mapping[str, bytes | str | Path] | None = None,
    *,
    precision: str = "8-bit",
    replace: bool = False,
) -> Checkpoint:
    """Write `net` (wearing the weights that are to ship) and everything that travels with it."""
    size = dataclasses.asdict(net.size)
    told = {**encoding.as_dict(), "manners": manners(corpus, encoding)}
    return save_checkpoint(
        folder, quantise.parameters(net), size, card, told, dict(files or {}), precision=precision, replace=replace
    )


def terms(items: Sequence[Any]) -> dict[str, int]:
    """Items by licence."""
    return dict(Counter(item.licence for item in items).most_common())


def as_json(value: Any) -> str:
    """Readable JSON."""
    return json.dumps(value, indent=1, ensure_ascii=False)


assert v.OUTPUTS == 1609  # the head's size is part of strokes.v1
