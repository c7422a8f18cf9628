"""Held-out figures of a model, without torch: likelihood, round trip, validity, copying, beside an n-gram."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..checkpoints.box import Checkpoint, open_checkpoint
from ..core.errors import DataError, MediaError, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.seeds import candidate_seed
from ..data.dataset import Item, open_dataset
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes import Encoded
from ..encodings.strokes_grammar import Automaton, Rules, log_probabilities
from ..media import drawing as d
from .icon import IconMaker, inset_of, replace_header
from .icon_choice import LEAST_INK, MOST_INK, is_inside

WORDS = 12  # at most so many words of an item are given
REFERENCES = 2
PIXELS = 192  # of the renders that a round trip is compared on
BATCH = 48
SAMPLES = 1000  # icons that are made and judged, unless others are asked for


@dataclass(frozen=True)
class Case:
    """One held-out icon: as it was drawn, as tokens, and the words that its artist gave it."""

    item: Item
    drawing: d.Drawing
    encoded: Encoded
    words: tuple[int, ...]


def evaluate(
    craft: str,
    data: Path,
    *,
    checkpoint: str | None = None,
    samples: int | None = None,
    export_logprobs: Path | None = None,
    ngram_from: Path | None = None,
    export: Path | None = None,
    on_progress: OnProgress = silent,
) -> dict[str, Any]:
    """Figures of a checkpoint on the stroke icons of `data` (others are counted as skipped), its music or its pictures.

    `samples` (default 1000) icons are made and judged; music is judged by what it foretells alone (`music_evaluate`).

    Where a file has a split, its training items are left out. Bits are -log2 p of all tokens of an icon from its first
    shape to its end, given the prefix (style, stroke, words), over the class of ids the grammar admits. The baseline is
    the n-gram of the checkpoint, or one fitted on `ngram_from`. Raises UsageError, DataError, CheckpointError.
    """
    if craft == "music":
        from .music_evaluate import evaluate as of_music

        if samples:
            raise UsageError("music is judged by what it foretells, not by samples", mend="leave --samples out")
        given = {"export_logprobs": export_logprobs, "ngram_from": ngram_from, "on_progress": on_progress}
        return of_music(data, checkpoint=checkpoint, **given)  # type: ignore[arg-type]
    if craft == "picture":
        from .picture_evaluate import evaluate as of_pictures

        return of_pictures(data, checkpoint=checkpoint, samples=samples, export=export, on_progress=on_progress)
    if craft == "motion":
        from .motion_evaluate import evaluate as of_motion

        return of_motion(data, checkpoint=checkpoint, samples=samples, on_progress=on_progress)
    if craft != "icon":
        wrong = f"there is nothing to evaluate for {craft!r} yet"
        raise UsageError(wrong, mend="known are: icon, music, picture, motion")
    samples = SAMPLES if samples is None else samples
    opened = open_checkpoint(checkpoint or IconMaker.starter)
    maker = IconMaker(opened)
    cases, skipped = read_cases(maker, data, on_progress)
    if not cases:
        raise DataError("there is not one stroke icon to evaluate", where=str(data), mend="give icons of strokes")
    with_words = bits(maker, [(case, case.words, ()) for case in cases], on_progress)
    without = bits(maker, [(case, (), ()) for case in cases], on_progress)
    baseline = ngram_bits(opened, cases, ngram_from)
    lengths = [case.encoded.counts() for case in cases]
    figures: dict[str, Any] = {
        "checkpoint": opened.name,
        "items": len(cases),
        "skipped": skipped,
        "bits_per_icon": _mean(sum_bits(with_words)),
        "bits_per_icon_no_words": _mean(sum_bits(without)),
        "baseline_bits_per_icon": baseline,
        "ratio": _mean(sum_bits(with_words)) / baseline,
        **_referenced(maker, cases, sum_bits(with_words), on_progress),
        **round_trip(maker, cases, on_progress),
        "median_tokens": float(np.median([count["geometry"] for count in lengths])),
        "median_marks": float(np.median([count["marks"] for count in lengths])),
        "median_prefix": float(np.median([count["prefix"] for count in lengths])),
    }
    if export_logprobs is not None:
        write_logprobs(export_logprobs, cases, with_words)
    if samples:
        figures |= sampled(maker, cases, samples, on_progress)
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in figures.items()}


def read_cases(maker: IconMaker, data: Path, on_progress: OnProgress = silent) -> tuple[list[Case], int]:
    """The stroke icons of a dataset as cases, and how many items were skipped."""
    dataset = open_dataset(data, skip_unreadable=True)
    items = [item for item in dataset.items if item.split != "train"] or list(dataset.items)
    card = maker.checkpoint.card
    if card.get("adapter") and dataset.sha256 in [one.get("sha256") for one in card.get("datasets") or ()][:1]:
        # Of the icons that it was made of, an adapter has not seen those that its training held out.
        items = [item for item in dataset.items if item.title in set(card.get("held_out") or ())] or items
    cases = []
    for number, item in enumerate(items):
        if number % 50 == 0:
            on_progress(Progress(number, len(items), "reading"))
        if item.paint not in ("stroke", ""):
            continue
        try:
            drawing = d.fit(d.parse(item.svg_text()))
            encoded = maker.encoding.encode(drawing, f"{item.set}/{item.style}")
        except (MediaError, DataError):
            continue
        if encoded.header.paint == "stroke" and len(encoded.body) < 400:
            words = maker.words.known(item.title, *item.tags, item.category)[:WORDS]
            cases.append(Case(item, drawing, replace_header(encoded), words))
    return cases, len(items) - len(cases) + len(dataset.skipped)


def bits(
    maker: IconMaker,
    asked: Sequence[tuple[Case, tuple[int, ...], tuple[Encoded, ...]]],
    on_progress: OnProgress = silent,
) -> list[np.ndarray]:
    """ln p of each token of each case's body, given its prefix with these words and references."""
    prefixes = [maker.encoding.prefix(case.encoded.header, words, shown) for case, words, shown in asked]
    sequences = [np.concatenate([p, case.encoded.body]) for p, (case, _, _) in zip(prefixes, asked, strict=True)]
    places = [maker.encoding.places(sequence) for sequence in sequences]
    out: list[np.ndarray] = [np.zeros(0)] * len(asked)
    starts = [len(prefix) for prefix in prefixes]
    for done, (i, first, logits) in enumerate(maker.decoder.logits_of(sequences, places, starts=starts)):
        out[i] = log_probabilities(logits, sequences[i][first:], places[i][first - 1 : -1])
        if done % 50 == 0:
            on_progress(Progress(done, len(asked), "likelihood"))
    return out


def sum_bits(logprobs: Iterable[np.ndarray]) -> np.ndarray:
    """Bits of each icon."""
    return np.array([-one.sum() / np.log(2) for one in logprobs])


def ngram_bits(opened: Checkpoint, cases: Sequence[Case], ngram_from: Path | None) -> float:
    """Mean bits per icon of the n-gram: the one packaged with the checkpoint, or one fitted on a training file."""
    from ..engine.ngram import NGram

    if ngram_from is None:
        ngram = NGram.load(_baseline_of(opened))
    else:
        ngram = fit_ngram(IconMaker(opened), open_dataset(ngram_from, split="train").items)
    return ngram.bits([case.encoded.body for case in cases])


def _baseline_of(opened: Checkpoint) -> Path:
    """The n-gram that travels with a checkpoint, or the packaged one for its encoding."""
    own = opened.path / "ngram.npz"
    packaged = Path(__file__).resolve().parents[1] / "starters" / "baselines" / f"{opened.encoding['name']}.npz"
    return own if own.exists() else packaged


def fit_ngram(maker: IconMaker, items: Iterable[Item]) -> Any:
    """The best n-gram we know on all stroke icons of `items`; its smoothing is tuned on a twentieth of them."""
    from ..engine.ngram import NGram, tune

    bodies = []
    for item in items:
        if item.paint == "stroke":
            bodies.append(maker.encoding.encode(d.parse(item.svg_text())).body)
    if len(bodies) < 40:
        raise DataError("too few stroke icons to fit an n-gram on", mend="give the training file")
    kept, aside = [b for i, b in enumerate(bodies) if i % 20], bodies[::20]
    smoothing = tune(NGram.fit(kept, v.OUTPUTS), aside)
    return NGram.fit(bodies, v.OUTPUTS, smoothing=smoothing)


def round_trip(maker: IconMaker, cases: Sequence[Case], on_progress: OnProgress = silent) -> dict[str, float]:
    """IoU at 192 px of each icon and what its tokens draw."""
    ious = []
    for number, case in enumerate(cases):
        if number % 20 == 0:
            on_progress(Progress(number, len(cases), "round trip"))
        again = maker.encoding.decode(case.encoded.header, case.encoded.body)
        a, b = d.render(case.drawing, PIXELS), d.render(again, PIXELS)
        ious.append(float(np.minimum(a, b).sum() / max(float(np.maximum(a, b).sum()), 1e-6)))
    return {
        "round_trip_iou": _mean(ious),
        "round_trip_p5": float(np.percentile(ious, 5)),
        "round_trip_min": min(ious),
    }


def _referenced(
    maker: IconMaker, cases: Sequence[Case], plain: np.ndarray, on_progress: OnProgress
) -> dict[str, float | int]:
    """Bits with one or two icons of the same concept from other sets in sight, beside the same icons without."""
    by_concept: dict[str, list[Case]] = {}
    for case in cases:
        by_concept.setdefault(case.item.concept or case.item.id, []).append(case)
    asked, chosen = [], []
    for i, case in enumerate(cases):
        others = [o for o in by_concept[case.item.concept or case.item.id] if o.item.set != case.item.set]
        if others:
            asked.append((case, case.words, tuple(o.encoded for o in others[:REFERENCES])))
            chosen.append(i)
    if not asked:
        return {"referenced_items": 0}
    return {
        "referenced_items": len(asked),
        "bits_with_references": _mean(sum_bits(bits(maker, asked, on_progress))),
        "bits_without_references": _mean(plain[chosen]),
    }


def write_logprobs(path: Path, cases: Sequence[Case], logprobs: Sequence[np.ndarray]) -> None:
    """One line per icon: id, tokens of its body, and ln p of each, so that the figure can be checked from outside."""
    part = path.with_name(path.name + ".part")
    with open(part, "w", encoding="utf-8") as file:
        for case, values in zip(cases, logprobs, strict=True):
            row = {
                "id": case.item.id,
                "header": case.encoded.header.tokens(),
                "words": [v.WORD + word for word in case.words],
                "tokens": case.encoded.body.tolist(),
                "logprobs": [round(float(value), 6) for value in values],
            }
            file.write(json.dumps(row) + "\n")
    os.replace(part, path)


def sampled(maker: IconMaker, cases: Sequence[Case], count: int, on_progress: OnProgress = silent) -> dict[str, float]:
    """Draw `count` icons, one unpicked sample each, from the held-out icons' styles and words; how many are sound?"""
    drawings: list[d.Drawing] = []
    ended = 0
    for start in range(0, count, BATCH):
        on_progress(Progress(start, count, "samples"))
        some = [cases[i % len(cases)] for i in range(start, min(start + BATCH, count))]
        headers = [replace(case.encoded.header, flip=0) for case in some]
        prefixes = [maker.encoding.prefix(h, case.words) for h, case in zip(headers, some, strict=True)]
        insets = [inset_of(h.width or 2.0, h.join) for h in headers]
        drawn = maker.decoder.sample(
            prefixes,
            [Automaton(Rules(inset=inset)) for inset in insets],
            seeds=[candidate_seed(0, start + i) for i in range(len(some))],
            prefix_places=[maker.encoding.places(prefix) for prefix in prefixes],
            longest=240,
        )
        ended += sum(one.ended for one in drawn)
        drawings += [maker.encoding.decode(h, one.tokens) for h, one in zip(headers, drawn, strict=True) if one.ended]
    sound = [one for one in drawings if is_sound(one)]
    figures: dict[str, float] = {"samples": count, "valid_share": len(sound) / count}
    copies = near_copy_share(maker.checkpoint, sound)
    return figures if copies is None else {**figures, "near_copy_share": copies}


def is_sound(drawing: d.Drawing) -> bool:
    """Ink on 0.5 to 95 % of the canvas, and none outside it (an eighth of a unit is forgiven to rounding)."""
    if not drawing.shapes:
        return False
    share = float(d.render(drawing, 48).mean())
    return LEAST_INK <= share <= MOST_INK and is_inside(drawing)


def near_copy_share(opened: Checkpoint, drawings: Sequence[d.Drawing]) -> float | None:
    """Share with IoU above 0.95 at 32 px and at least four segments to a training icon (bar 6), before the common
    forms are taken out; None where the checkpoint has no prints."""
    from ..core.errors import CheckpointError
    from ..encodings.prints import PrintIndex, fingerprints

    try:
        index = PrintIndex.load(opened.file("fingerprints.npz"))
    except CheckpointError:
        return None
    if not drawings:
        return 0.0
    ious = index.nearest(fingerprints(drawings), 1)[1][:, 0]
    return float(np.mean([iou > 0.95 and segments(one) >= 4 for iou, one in zip(ious, drawings, strict=True)]))


def segments(drawing: d.Drawing) -> int:
    """Number of segments; a circle, ellipse or rectangle counts one."""
    return sum(
        sum(len(subpath.segments) for subpath in shape.geometry.subpaths) if isinstance(shape.geometry, d.Path) else 1
        for shape in drawing.shapes
    )


def _mean(values: Any) -> float:
    return float(np.mean(values))
