"""Figures of a model of small pictures, without torch: do they fit their words, are they in style, are they copies?

Three kinds of prompts, drawn by hash from a record file: captions that were learnt in the style asked for (`seen`),
captions of fold 0 in the style in which they were never seen (`unseen_pair`), and scenes of several things
(`composed`).
R-precision@1 of 100: how often the judge (`picture_judge`) finds the true caption among 99 others (Xu et al. 2018,
AttnGAN, arXiv:1711.10485). The baseline retrieves: the training picture of the style whose caption is nearest.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..checkpoints.box import Checkpoint, open_checkpoint
from ..core.errors import DataError, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.types import Request
from ..data import picture_sets
from ..encodings import pixels as px
from ..encodings.pixels import Floats
from ..encodings.pixels_memory import plain
from ..encodings.print_small import PictureIndex
from ..media.picture_measure import sliced_wasserstein
from .picture import PictureMaker
from .picture_controls import PictureControls
from .picture_judge import FILE, PictureJudge

AMONG = 100  # captions of which one is true
SAMPLES = 150  # prompts of each kind, unless others are asked for
PLACES = ("left of", "right of", "above", "below")
KINDS = ("seen", "unseen_pair", "composed")
BASELINES = Path(__file__).resolve().parents[1] / "starters" / "baselines"


@dataclass(frozen=True)
class Case:
    """One prompt: its caption, style, and what a retriever would show (row numbers), or nothing."""

    kind: str
    caption: str
    style: str
    row: int  # the true picture, -1 for scenes
    retrieved: int  # row of the nearest training caption in the style, -1 where there is none
    licence: str = ""


def evaluate(
    data: Path,
    *,
    checkpoint: str | None = None,
    samples: int | None = None,
    export: Path | None = None,
    on_progress: OnProgress = silent,
) -> dict[str, Any]:
    """Figures on a record file of pictures with its .npz beside it; with `export` the pictures and their prompts too.

    Raises UsageError, DataError, CheckpointError.
    """
    opened = open_checkpoint(checkpoint or PictureMaker.starter)
    maker = PictureMaker(opened)
    judge = PictureJudge(judge_of(opened))
    if samples is not None and samples < 1:
        raise UsageError(f"figures cannot be taken of {samples} pictures", mend="give at least 1")
    if not data.is_file():
        wrong = "figures of pictures are taken of a record file"
        raise DataError(wrong, where=str(data), mend="give the .jsonl or .jsonl.gz that has its .npz beside it")
    rows = picture_sets.rows_of(data)
    cases = cases_of(rows, set(opened.encoding["styles"]), samples or SAMPLES)
    if not cases:
        styles = ", ".join(opened.encoding["styles"])
        raise DataError(
            "there is no picture of a style that this model knows", where=str(data), mend=f"it knows {styles}"
        )
    made = drawn(maker, cases, on_progress)
    real = _pixels(data, rows, [case.row for case in cases])
    found = _pixels(data, rows, [case.retrieved for case in cases])
    if export is not None:
        write_out(export, cases, made)
    return figures_of(opened, judge, cases, made, real, found)


def judge_of(checkpoint: Checkpoint) -> Path:
    """The judge that a model brings, or the packaged one."""
    own = checkpoint.path / FILE
    path = own if own.is_file() else BASELINES / FILE
    if not path.is_file():
        raise DataError("there is no judge of pictures", where=str(path), mend="install Maquette again")
    return path


# -- prompts ----------------------------------------------------------------------------------------------------------


def cases_of(rows: Sequence[Mapping[str, Any]], styles: set[str], samples: int) -> list[Case]:
    """Up to `samples` prompts of each kind, the same ones every time."""
    usable = [n for n, row in enumerate(rows) if row["style_name"] in styles and not row.get("tone")]
    learnt = [n for n in usable if picture_sets.split_of(rows[n]) == "train" and rows[n].get("permissive", True)]
    held = [n for n in usable if picture_sets.split_of(rows[n]) == "val" and rows[n].get("permissive", True)]
    finder = Retriever(rows, learnt)
    out = [_case(rows, n, "seen", finder) for n in _by_hash(learnt, rows)[:samples]]
    out += [_case(rows, n, "unseen_pair", finder) for n in _by_hash(held, rows)[:samples]]
    return out + _scenes(rows, _by_hash(learnt or held, rows, "scenes"), finder, samples)


def _by_hash(numbers: Sequence[int], rows: Sequence[Mapping[str, Any]], salt: str = "") -> list[int]:
    return sorted(numbers, key=lambda n: hashlib.sha1(f"{salt}{rows[n]['id']}".encode()).hexdigest())


def _case(rows: Sequence[Mapping[str, Any]], number: int, kind: str, finder: Retriever) -> Case:
    row = rows[number]
    caption, style = plain(row["caption"]), str(row["style_name"])
    licence = str(row.get("license") or "")
    return Case(kind, caption, style, number, finder.nearest(caption, style, without=number), licence)


def _scenes(rows: Sequence[Mapping[str, Any]], order: Sequence[int], finder: Retriever, samples: int) -> list[Case]:
    """Number, place and colour: "three stars", "a cat left of a red apple"."""
    simple = [n for n in order if len(plain(rows[n]["caption"]).split()) <= 2 and ":" not in rows[n]["caption"]]
    colours, out = list(px.COLOURS)[:8], []
    for k in range(min(samples, len(simple) // 2)):
        one, other = (plain(rows[simple[2 * k + i]]["caption"]) for i in (0, 1))
        style = str(rows[simple[2 * k]]["style_name"])
        if k % 3 == 0:
            caption = f"{('two', 'three', 'four')[k // 3 % 3]} {one}"
        elif k % 3 == 1 or style == "bold black glyph":
            caption = f"{one} {PLACES[k // 3 % 4]} {other}"
        else:
            caption = f"{colours[k // 3 % 8]} {one} {PLACES[k // 3 % 4]} {other}"
        out.append(Case("composed", caption, style, -1, finder.nearest(caption, style)))
    return out


class Retriever:
    """The baseline: the training picture of a style whose caption shares most with the prompt, by rarity of words."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], learnt: Sequence[int]) -> None:
        self.words = {n: frozenset(px.words_of(plain(rows[n]["caption"]))) for n in learnt}
        self.style: dict[str, list[int]] = {}
        for n in learnt:
            self.style.setdefault(str(rows[n]["style_name"]), []).append(n)
        count = Counter(word for words in self.words.values() for word in words)
        self.rarity = {word: float(np.log(1 + len(learnt) / number)) for word, number in count.items()}

    def nearest(self, caption: str, style: str, without: int = -1) -> int:
        """A row number, -1 where the style has no training picture."""
        asked = set(px.words_of(caption))
        best, score = -1, -1.0
        for n in self.style.get(style, ()):
            if n == without and len(self.style[style]) > 1:
                continue
            shared = sum(self.rarity.get(word, 0.0) for word in asked & self.words[n])
            total = sum(self.rarity.get(word, 8.0) for word in asked | self.words[n])
            if total and shared / total > score:
                best, score = n, shared / total
        return best


# -- pictures ---------------------------------------------------------------------------------------------------------


def drawn(maker: PictureMaker, cases: Sequence[Case], on_progress: OnProgress) -> list[Floats | None]:
    """One picture for each case, (64, 64, 4) premultiplied, of seed 0; None where no word was known."""
    from ..media.picture import floats, premultiplied

    out: list[Floats | None] = []
    for number, case in enumerate(cases):
        on_progress(Progress(number, len(cases), "drawing"))
        request = Request("picture", case.caption, PictureControls(style=case.style, size=64), 0, 1)
        try:
            work = next(iter(maker.make(request)))
        except UsageError:
            out.append(None)
            continue
        picture = premultiplied(floats(work.media)).astype(np.float32)
        # Pixel art comes at its native size; it is compared at the same size as the rest.
        out.append(picture.repeat(64 // len(picture), 0).repeat(64 // len(picture), 1))
    return out


def _pixels(data: Path, rows: Sequence[Mapping[str, Any]], wanted: Sequence[int]) -> dict[int, Floats]:
    """Real pictures by their row."""
    numbers = sorted({n for n in wanted if n >= 0})
    found = picture_sets.pixels(data, numbers, 64, len(rows))
    return {n: px.coded(one) for n, one in zip(numbers, found, strict=True)}


def write_out(folder: Path, cases: Sequence[Case], made: Sequence[Floats | None]) -> None:
    """Pictures as PNG and `prompts.jsonl`: file, prompt, style, kind."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for number, (case, picture) in enumerate(zip(cases, made, strict=True)):
        name = f"{case.kind}-{number:04d}.png"
        if picture is not None:
            Image.fromarray(px.straight(picture)).save(folder / name)
        told = {"file": name if picture is not None else None, "prompt": case.caption, "style": case.style}
        lines.append(json.dumps({**told, "kind": case.kind}, ensure_ascii=False))
    (folder / "prompts.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


# -- figures ----------------------------------------------------------------------------------------------------------


def figures_of(
    opened: Checkpoint,
    judge: PictureJudge,
    cases: Sequence[Case],
    made: Sequence[Floats | None],
    real: Mapping[int, Floats],
    found: Mapping[int, Floats],
) -> dict[str, Any]:
    """All figures, as plain data."""
    empty = np.zeros((64, 64, 4), np.float32)
    ours = [empty if one is None else one for one in made]
    theirs = [found.get(case.retrieved, empty) for case in cases]
    truth = [real.get(case.row, empty) for case in cases]
    index = PictureIndex.load(opened.file("fingerprints.npz"))
    unseen = [n for n, case in enumerate(cases) if case.kind == "unseen_pair"]
    singles = [n for n, case in enumerate(cases) if case.kind != "composed"]
    out: dict[str, Any] = {
        "r_precision_1": precision(judge, cases, ours),
        "style_accuracy": style_accuracy(judge, cases, ours),
        **copying(index, cases, ours),
        "sliced_wasserstein": _wasserstein([ours[n] for n in unseen], [truth[n] for n in unseen]),
        "crisp_alpha": crisp([ours[n] for n in singles]),
        "not_drawn": sum(one is None for one in made),
        "pictures": dict(Counter(case.kind for case in cases)),
        "baseline": {
            "what": "the training picture of the style whose caption is nearest",
            "r_precision_1": precision(judge, cases, theirs),
            "style_accuracy": style_accuracy(judge, cases, theirs),
            "sliced_wasserstein": _wasserstein([theirs[n] for n in unseen], [truth[n] for n in unseen]),
        },
        "real": {
            "r_precision_1": precision(judge, [cases[n] for n in singles], [truth[n] for n in singles]),
            "style_accuracy": style_accuracy(judge, [cases[n] for n in singles], [truth[n] for n in singles]),
            "crisp_alpha": crisp([truth[n] for n in singles]),
            "sliced_wasserstein_of_halves": _halves([truth[n] for n in unseen]),
        },
    }
    return out


def precision(judge: PictureJudge, cases: Sequence[Case], pictures: Sequence[Floats]) -> dict[str, float | None]:
    """R-precision@1 of 100 by kind of prompt; None where there is none. The other captions are of the same kind."""
    out: dict[str, float | None] = {}
    for kind in KINDS:
        some = [n for n, case in enumerate(cases) if case.kind == kind]
        if len({cases[n].caption for n in some}) < 2:
            out[kind] = None
            continue
        seen, _ = judge.pictures([pictures[n] for n in some])
        captions = sorted({cases[n].caption for n in some})
        read = judge.words(captions)
        rng = np.random.default_rng(0)
        hits = [_hit(rng, vector, captions, read, cases[n].caption) for vector, n in zip(seen, some, strict=True)]
        out[kind] = round(float(np.mean(hits)), 4)
    return out


def _hit(rng: np.random.Generator, seen: Floats, captions: Sequence[str], read: Floats, true: str) -> bool:
    place = captions.index(true)
    others = np.delete(np.arange(len(captions)), place)
    chosen = rng.permutation(others)[: AMONG - 1]
    return bool(read[place] @ seen > (read[chosen] @ seen).max())


def style_accuracy(judge: PictureJudge, cases: Sequence[Case], pictures: Sequence[Floats]) -> float | None:
    """How often the judge sees the style that was asked for, among pictures of single things."""
    some = [n for n, case in enumerate(cases) if case.kind != "composed" and case.style in judge.styles]
    if not some:
        return None
    _, style = judge.pictures([pictures[n] for n in some])
    asked = np.asarray([judge.styles.index(cases[n].style) for n in some])
    return round(float((style.argmax(axis=1) == asked).mean()), 4)


def copying(index: PictureIndex, cases: Sequence[Case], pictures: Sequence[Floats]) -> dict[str, Any]:
    """The share of near copies of training works: over all, by kind of prompt, by the licence of the work copied."""
    near: list[tuple[str, str]] = []
    for case, picture in zip(cases, pictures, strict=True):
        first = index.nearest(picture, 1)
        if first and first[0].distance < index.bar:
            near.append((case.kind, first[0].licence))
    kinds = Counter(case.kind for case in cases)
    return {
        "near_copy_share": round(len(near) / max(1, len(cases)), 4),
        "near_copy_by_kind": {k: round(sum(kind == k for kind, _ in near) / n, 4) for k, n in kinds.items()},
        "near_copy_by_licence": {k: round(n / len(cases), 4) for k, n in Counter(one for _, one in near).items()},
    }


def crisp(pictures: Sequence[Floats]) -> float:
    """The share of pixels whose alpha is below 0.05 or above 0.95."""
    alpha = np.stack([one[..., 3] for one in pictures]) if pictures else np.zeros((1, 1, 1))
    return round(float(((alpha < 0.05) | (alpha > 0.95)).mean()), 4)


def _wasserstein(ours: Sequence[Floats], theirs: Sequence[Floats]) -> float | None:
    if len(ours) < 8:
        return None
    return round(float(sliced_wasserstein(np.stack(ours), np.stack(theirs))), 4)


def _halves(real: Sequence[Floats]) -> float | None:
    return _wasserstein(real[::2], real[1::2])
