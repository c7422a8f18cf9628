"""Writes pieces from words and controls: a plan, candidates by the net under rules that hold, the best of them.

What a plan fixes (metre, bars, key, scale, ranges, chords, form) holds without exception, since the net is masked by
it. Candidates are ranked by the net's own likelihood and by how near their order is to human music of the genre:
repeats, rhythm, steps, an ending at home (`music_judge`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from ..core.errors import UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.seeds import candidate_seed
from ..core.types import Request, Work
from ..data.score_text import from_text, to_text
from ..media.score import Score
from . import music_judge as judge
from .music_controls import MusicControls, hits_of, seconds_of
from .music_lexicon import LEARNT
from .music_net import told_rules
from .music_plan import Plan, plan_of, rules_of, voiced
from .music_takes import changed

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from .music_writer import Writer, Written

__all__ = ["MusicControls", "MusicMaker"]

MORE = 2  # candidates written for each that is shown, at least
TOP_P = 0.98


@dataclass(frozen=True)
class _Candidate:
    """One piece that was written: as it came from the net, and finished (form, loudness)."""

    written: Written
    score: Score
    scores: Mapping[str, float]
    plan: Plan


class MusicMaker:
    """Makes pieces with a checkpoint of notes."""

    name: ClassVar[str] = "music"
    starter: ClassVar[str] = "music-1"

    def __init__(self, checkpoint: Checkpoint | None) -> None:
        if checkpoint is None:
            raise UsageError("music is written by a checkpoint", mend="name one, or leave --checkpoint out for music-1")
        self.checkpoint = checkpoint

    @cached_property
    def writer(self) -> Writer:
        from .music_writer import Writer

        return Writer(self.checkpoint)

    def make(self, request: Request[MusicControls], on_progress: OnProgress = silent) -> Iterator[Work[Score]]:
        """Yield `request.count` pieces, best first. `on_progress` may raise `Cancelled`."""
        controls = request.controls
        told = self.checkpoint.encoding
        genres = told.get("genres", ())
        if told.get("own") is None:  # the starter has rows for dances that it has read no music of
            genres = [name for name in genres if name in LEARNT]
        plan = plan_of(request.prompt, controls, request.seed, genres)
        plan = to_length(plan, controls)
        for line in plan.told:
            on_progress(Progress(0, 0, line))
        chosen = self.candidates(plan, request, on_progress)
        pool = _pool(request)
        for rank, one in enumerate(chosen[: request.count], start=1):
            yield self._work(one, request, rank, pool)

    def candidates(self, plan: Plan, request: Request[MusicControls], on_progress: OnProgress) -> list[_Candidate]:
        """All that was written for a plan, each once, the best first."""
        from .music_drafts import drafts

        made = []
        for number, (draft, count) in enumerate(drafts(plan, request.seed, _pool(request))):
            seed = request.seed if not number else candidate_seed(request.seed, 1_000_000 + number)
            try:
                written = self._written(draft, count, seed, request.controls, on_progress)
            except UsageError:
                if not draft.drawn:
                    raise
                draft = plan  # chords that nobody asked for do not fit what was asked for: they give way
                written = self._written(draft, count, seed, request.controls, on_progress)
            made += [self._judged(one, draft) for one in written]
        made.sort(key=lambda one: -one.scores["total"])
        out: list[_Candidate] = []
        for one in made:
            if one.score.count and all(changed(one.score, other.score) for other in out):
                out.append(one)
        return out

    def _written(
        self, plan: Plan, count: int, seed: int, controls: MusicControls, on_progress: OnProgress
    ) -> list[Written]:
        from .music_writer import Manner, Rules

        return self.writer.write(
            plan.score,
            holes_of(plan),
            rules=Rules(**rules_of(plan)),
            manner=Manner(self._genre(plan, controls), plan.density),
            count=count,
            seed=seed,
            temperature=controls.temperature,
            top_p=TOP_P,
            on_progress=on_progress,
        )

    def _genre(self, plan: Plan, controls: MusicControls) -> str:
        """What the net is told to write: an adapter's own hand, unless --genre asks for another."""
        return plan.genre.name if controls.genre else self.writer.own or plan.genre.name

    def _judged(self, written: Written, plan: Plan) -> _Candidate:
        score = finished(written.score, finish_of(plan))
        likely = judge.likelihood(written.logprob, max(written.score.count, 1))
        home = judge.ends_at_home(score)
        far = judge.distance(judge.measures(score), plan.genre.name)
        total = judge.HOME * home + judge.LIKELY * min(likely, judge.LOOP) - far
        told = {"likelihood": likely, "home": home, "distance": far, "total": total}
        return _Candidate(written, score, {name: round(value, 4) for name, value in told.items()}, plan)

    def _work(self, one: _Candidate, request: Request[MusicControls], rank: int, pool: int) -> Work[Score]:
        plan = one.plan
        score = replace(one.score, title=plan.title)
        trace = {
            "encoding": "notes.v1",
            "frame": to_text(replace(plan.score, title=plan.title)),
            "cells": {f"{bar}:{line}": list(ids) for (bar, line), ids in sorted(one.written.cells.items())},
            "finish": finish_of(plan),
            "rules": told_rules(rules_of(plan)),
            "manner": {"genre": self._genre(plan, request.controls), "density": plan.density},
            "sampler": {"temperature": request.controls.temperature, "top_p": TOP_P, "seed": one.written.seed},
            "logprob": round(float(one.written.logprob), 3),
            "scores": dict(one.scores),
            "reading": {**plan.wish.reading, "said": list(plan.said)},
            "rank": rank,
            "pool": pool,
            "parts": len(score.parts),
        }
        beats, unit = score.metre
        note = f"{plan.title}, {beats}/{unit}, {len(score.bars)} bars"
        return Work(score, request, one.written.seed, self.checkpoint.id, "words", note, (), trace)

    @staticmethod
    def replay(trace: Mapping[str, Any]) -> Score:
        """The piece that a trace recorded, the same on every machine, without the checkpoint."""
        return replay(trace)


def replay(trace: Mapping[str, Any]) -> Score:
    """The score of a trace: the whole of it where a rule wrote it, else the net's decisions in their frame."""
    if "score" in trace:
        return from_text(str(trace["score"]))
    from .music_writer import with_cells

    frame = from_text(str(trace["frame"]))
    cells = {_place(name): tuple(int(one) for one in ids) for name, ids in trace["cells"].items()}
    return finished(with_cells(frame, cells), trace.get("finish") or {})


def finished(score: Score, how: Mapping[str, Any]) -> Score:
    """What is done with the notes of the net by rule: returning sections copied, one loudness, accents on the hits."""
    if how.get("form"):
        from . import music_form

        beats, unit = how["metre"]
        form = music_form.plan(str(how["form"]), [int(n) for n in how["lengths"]], (beats, unit))
        score = music_form.completed(score, form)
    if how.get("words"):
        from .music_fitting import setting_of

        score = setting_of(how["words"]).with_words(score, 0)
    if how.get("chords") == "drawn":
        score = replace(score, chords=())  # nobody asked for symbols above the notes
    score = voiced(score, str(how.get("loud") or ""))
    if how.get("picture"):
        from .music_fitting import landed

        score = landed(score, how["picture"])
    return score


def finish_of(plan: Plan) -> dict[str, Any]:
    """What `finished` needs to do again, as plain data."""
    told: dict[str, Any] = {"loud": plan.loud} if plan.loud else {}
    if plan.form is not None:
        lengths = {section.letter: section.bars for section in reversed(plan.form.sections)}
        order = list(dict.fromkeys(section.letter for section in plan.form.sections))
        told |= {"form": plan.form.text, "lengths": [lengths[letter] for letter in order]}
        told |= {"metre": list(plan.form.metre)}
    if plan.drawn:
        told["chords"] = "drawn"
    if plan.picture is not None:
        told["picture"] = dict(plan.picture)
    if plan.words is not None:
        told["words"] = dict(plan.words)
    return told


def holes_of(plan: Plan) -> list[tuple[int, int]]:
    """The cells to be written: all, or those that no section brings back."""
    from .music_net import line_numbers

    lines = line_numbers(plan.score)
    bars = plan.form.new if plan.form is not None else range(len(plan.score.bars))
    return [(bar, line) for bar in bars for line in lines]


def to_length(plan: Plan, controls: MusicControls) -> Plan:
    """The plan fitted to a length in seconds and to hits, where they are asked for."""
    if not controls.length:
        return plan
    from .music_fitting import fitted

    return fitted(plan, seconds_of(controls.length), hits_of(controls.hits), controls)


def _pool(request: Request[MusicControls]) -> int:
    return max(request.controls.pool, MORE * request.count)


def _place(name: str) -> tuple[int, int]:
    bar, _, line = name.partition(":")
    return int(bar), int(line)
