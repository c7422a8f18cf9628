"""Figures of a net that moves bodies beside the motion graph, without torch: do motions fit their words, are they
natural, do feet stand, are they copies?

R-precision: how often the judge finds the true caption among the three nearest of 32 (Guo et al. 2022). FID: Fréchet
distance in the judge's space to real windows, as a ratio to that between two halves of the real ones. Prompts are the
captions of the clips, and a hundred paraphrases that were written without a look at the lexicon
(motion_paraphrases.tsv).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checkpoints.box import open_checkpoint
from ..checkpoints.motion import net_of
from ..core.errors import UsageError
from ..core.progress import OnProgress, Progress, silent
from ..data import motion_clips
from ..data.motion_clips import Clip
from ..encodings.print_motion import BAR, MotionIndex
from ..media.motion import Motion, resampled
from ..media.motion_mend import mended
from . import motion_net
from .motion_compose import compose
from .motion_graph import MotionGraph
from .motion_judge import MotionJudge, frechet, liveliness, penetration, skating

Floats = NDArray[np.float32]
Make = Callable[[str, int, bool], Motion]  # text, seed, whether feet are locked
STARTER = "motion-1"
POOL, TOP = 32, 3
SAMPLES = 200  # captions, unless others are asked for; paraphrases come on top, half as many
SECONDS = 4.0
BAND = (5, 95)  # percentiles of real windows' speed, spread of poses and jerk within which a motion is lively
PARAPHRASES = Path(__file__).with_name("motion_paraphrases.tsv")


@dataclass(frozen=True)
class Case:
    """One prompt, the caption that says the same, the labels of its clips, and whether it is a paraphrase."""

    text: str
    caption: str
    labels: frozenset[str]
    paraphrase: bool


def evaluate(
    data: Path, *, checkpoint: str | None = None, samples: int | None = None, on_progress: OnProgress = silent
) -> dict[str, Any]:
    """Figures on a folder of clips. Raises UsageError, DataError, CheckpointError."""
    if samples is not None and samples < 4:
        raise UsageError(f"figures cannot be taken of {samples} motions", mend="give at least 4")
    folder = data if data.is_dir() else data.parent
    clips = [replace(clip, motion=mended(clip.motion)) for clip in motion_clips.load(folder)]
    opened = open_checkpoint(checkpoint or STARTER)
    net, graph, judge = net_of(opened), MotionGraph(clips), MotionJudge()
    cases = cases_of(clips, samples or SAMPLES)
    index = MotionIndex.load(opened.file("fingerprints.npz"))
    real = real_windows(clips, 2 * sum(not case.paraphrase for case in cases))
    seen = judge.motions(real)
    look = _Look(judge, cases, clips, index, (real, seen), on_progress)

    def by_net(text: str, seed: int, lock: bool) -> Motion:
        return motion_net.move(net, text, seconds=SECONDS, seed=seed, lock=lock).motion

    def by_graph(text: str, seed: int, lock: bool) -> Motion:
        return compose(graph, text, seconds=SECONDS, seed=seed, lock=lock).motion

    made, graphs = look.figures(by_net, "net"), look.figures(by_graph, "graph")
    truth = {f"real_{key}": value for key, value in look.truth(real).items()}
    return {"checkpoint": opened.name, "clips": len(clips), "prompts": len(cases), **made, **truth, "graph": graphs}


def cases_of(clips: Sequence[Clip], count: int) -> list[Case]:
    """Captions of all kinds of clips evenly, then paraphrases of those among them that the clips have."""
    kinds: dict[frozenset[str], list[str]] = {}
    for clip in clips:
        known = kinds.setdefault(frozenset(clip.labels), [])
        known += [caption for caption in clip.captions if caption not in known]
    dice = np.random.default_rng(0)
    sets = sorted(kinds, key=sorted)
    cases = []
    for number in range(count):
        labels = sets[number % len(sets)]
        caption = kinds[labels][int(dice.integers(len(kinds[labels])))]
        cases.append(Case(caption, caption, labels, False))
    of = {caption: labels for labels, captions in kinds.items() for caption in captions}
    rows = [line.split("\t") for line in PARAPHRASES.read_text("utf-8").splitlines() if not line.startswith("#")]
    known_rows = [row for row in rows if row[1] in of]
    step = max(1, round(len(known_rows) / max(1, count // 2)))
    return cases + [Case(text, caption, of[caption], True) for text, caption in known_rows[::step]]


def real_windows(clips: Sequence[Clip], count: int) -> list[Motion]:
    """Windows of four seconds (or whole shorter clips) of all kinds evenly; the first half has other clips or other
    seconds than the second."""
    dice = np.random.default_rng(1)
    kinds: dict[frozenset[str], list[Clip]] = {}
    for clip in clips:
        kinds.setdefault(frozenset(clip.labels), []).append(clip)
    sets = sorted(kinds, key=sorted)
    out = []
    for number in range(count):
        some = kinds[sets[number % len(sets)]]
        motion = resampled(some[int(dice.integers(len(some)))].motion, 30.0)
        length = round(SECONDS * 30)
        first = int(dice.integers(0, max(1, motion.frames - length + 1)))
        out.append(motion.part(first, first + length))
    return out


class _Look:
    """What any way to make motion is measured with."""

    def __init__(
        self,
        judge: MotionJudge,
        cases: Sequence[Case],
        clips: Sequence[Clip],
        index: MotionIndex,
        real: tuple[list[Motion], Floats],
        on_progress: OnProgress,
    ) -> None:
        self.judge, self.cases, self.clips, self.index = judge, list(cases), clips, index
        windows, seen = real
        self.seen, self.on_progress = seen, on_progress
        self.pools = pools_of(self.cases)
        lively = np.array([liveliness(motion) for motion in windows if motion.frames > 8])
        self.low, self.high = np.percentile(lively, BAND, axis=0)
        half = len(seen) // 2
        self.halves = frechet(seen[:half], seen[half:])

    def figures(self, make: Make, name: str) -> dict[str, Any]:
        """One way's figures. What it cannot make counts as a miss."""
        right: list[bool] = []
        motions: list[Motion] = []
        of: list[Case] = []
        raw: list[float] = []
        for number, case in enumerate(self.cases):
            self.on_progress(Progress(number, len(self.cases), f"motions by the {name}"))
            try:
                motion = make(case.text, number, True)
            except UsageError:
                right.append(False)
                continue
            if number % 4 == 0:
                raw.append(skating(make(case.text, number, False)))
            motions.append(motion)
            of.append(case)
            right.append(self.found(motion, number))
        told = self._told(motions, of)
        paraphrased = [ok for ok, case in zip(right, self.cases, strict=True) if case.paraphrase]
        plain = [ok for ok, case in zip(right, self.cases, strict=True) if not case.paraphrase]
        told |= {"skating_raw": _mean(raw), "refused": len(right) - len(motions)}
        return {"r_precision_3": _mean(plain), "r_precision_3_paraphrases": _mean(paraphrased), **told}

    def found(self, motion: Motion, number: int) -> bool:
        """True if the judge has the true caption among the three nearest of the pool."""
        pool = self.pools[number]
        scores = self.judge.words(pool) @ self.judge.motions([motion])[0]
        return bool((scores > scores[0]).sum() < TOP)

    def _told(self, motions: Sequence[Motion], cases: Sequence[Case]) -> dict[str, Any]:
        plain = [motion for motion, case in zip(motions, cases, strict=True) if not case.paraphrase]
        made = self.judge.motions(plain)
        nearest = [self.index.nearest(motion, 1) for motion in motions]
        copies = [bool(found) and found[0].distance < BAR for found in nearest]
        half = len(self.seen) // 2
        return {
            "fid_ratio": round(frechet(made, self.seen[:half]) / max(self.halves, 1e-9), 3),
            "skating": _mean([skating(motion) for motion in motions]),
            "penetration_cm": round(100 * float(np.mean([penetration(motion) for motion in motions])), 3),
            "lively": _mean([self._lively(motion) for motion in motions]),
            "near_copy_share": _mean(copies),
        }

    def _lively(self, motion: Motion) -> bool:
        here = np.array(liveliness(motion))
        return bool(((here >= self.low) & (here <= self.high)).all())

    def truth(self, real: Sequence[Motion]) -> dict[str, Any]:
        """Real clips judged in the same way: each kind's captions for windows of that kind."""
        kinds: dict[frozenset[str], list[Clip]] = {}
        for clip in self.clips:
            kinds.setdefault(frozenset(clip.labels), []).append(clip)
        dice = np.random.default_rng(2)
        right = []
        for number, case in enumerate(self.cases):
            if case.paraphrase:
                continue
            able = [clip for clip in kinds[case.labels] if case.caption in clip.captions]
            motion = resampled(able[int(dice.integers(len(able)))].motion, 30.0)
            length = round(SECONDS * 30)
            first = int(dice.integers(0, max(1, motion.frames - length + 1)))
            right.append(self.found(motion.part(first, first + length), number))
        slide, lively = [skating(motion) for motion in real], [self._lively(motion) for motion in real]
        return {"r_precision_3": _mean(right), "skating": _mean(slide), "lively": _mean(lively)}


def pools_of(cases: Sequence[Case]) -> list[list[str]]:
    """For each prompt its true caption, then 31 captions of clips with other labels, each of other labels again."""
    dice = np.random.default_rng(3)
    by_labels: dict[frozenset[str], list[str]] = {}
    for case in cases:
        by_labels.setdefault(case.labels, []).append(case.caption)
    sets = sorted(by_labels, key=sorted)
    pools = []
    for case in cases:
        pool = [case.caption]
        for number in dice.permutation(len(sets)):
            able = [one for one in by_labels[sets[number]] if one not in pool]
            if case.caption not in by_labels[sets[number]] and able and len(pool) < POOL:
                pool.append(able[int(dice.integers(len(able)))])
        pools.append(pool)
    return pools


def _mean(values: Sequence[float] | Sequence[bool]) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0
