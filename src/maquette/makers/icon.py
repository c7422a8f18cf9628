"""Draws one-colour icons stroke by stroke; the strokes stay editable.

It looks on the shelf first: a human's drawing of the same thing becomes a reference that the net redraws in the manner
asked for, credited. Many candidates are drawn, with and without references; a judge that has seen names and drawings
together, the drawing rules and the net's own likelihood rank them, and only distinct ones are shown.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..core.errors import MediaError, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.registry import nearest
from ..core.seeds import candidate_seed
from ..core.types import Ingredient, Request, Work
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes import Encoded, StrokeEncoding
from ..encodings.strokes_grammar import Automaton, Rules
from ..encodings.strokes_vary import shaken
from ..encodings.strokes_vocabulary import Header
from ..media import drawing as d
from . import icon_choice as choice

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..data.shelf import ShelfIcon
    from ..encodings.words import Reading, Words
    from ..engine.decoder import Decoder, Sampled
    from ..engine.scorer import Scorer

ROWS = 48  # candidates drawn side by side
SHAKEN = 9  # shaken copies of each reference, so that no two candidates are led alike
GRIDS = {"1": 0, "1/2": 1, "1/4": 2, "1/8": 3}
COMPLEXITIES = {"simple": 1, "medium": 3, "detailed": 6}


def _control(default: Any, text: str, choices: Sequence[str] = ()) -> Any:
    return field(default=default, metadata={"help": text, "choices": tuple(choices)})


@dataclass(frozen=True)
class IconControls:
    """What a designer may fix; the rest is left to the net."""

    style: str = _control("even", "Manner: even, round, soft, thin, bold ...; 'any' mixes them.")
    width: float | None = _control(None, "Stroke width in units of the 24 canvas (default: the style's own).")
    cap: str | None = _control(None, "Line ends.", tuple(v.CAPS))
    join: str | None = _control(None, "Corners.", tuple(v.JOINS))
    complexity: str | None = _control(None, "How much is drawn.", tuple(COMPLEXITIES))
    symmetry: bool | None = _control(None, "Mirror-symmetric about the vertical axis, or not.")
    grid: str | None = _control(None, "Points stand on this grid (units).", tuple(GRIDS))
    references: int = _control(3, "Human drawings from the shelf to redraw; 0 draws from words alone.")
    found: int = _control(0, "Offer so many drawings of the shelf as they are, first and credited.")
    pool: int = _control(48, "Candidates to draw and choose from.")
    temperature: float = _control(0.5, "Below 1 more ordinary, above 1 more surprising.")


@dataclass(frozen=True)
class Manner:
    """A manner of drawing that was learnt, under a neutral name."""

    name: str
    style: int | None
    width: float
    cap: str
    join: str


@dataclass(frozen=True)
class _Reference:
    """A shelf icon, ready to be redrawn: as tokens, as it is and shaken in several ways."""

    icon: ShelfIcon
    drawing: d.Drawing
    shown: tuple[Encoded, ...]


@dataclass(frozen=True)
class _Plan:
    """One candidate before it is drawn."""

    seed: int
    manner: Manner
    header: Header
    prefix: np.ndarray
    reference: _Reference | None


class IconMaker:
    """Makes icons with a stroke checkpoint, its words and its judge."""

    name: ClassVar[str] = "icon"
    starter: ClassVar[str] = "icon-1"

    def __init__(self, checkpoint: Checkpoint | None) -> None:
        if checkpoint is None:
            raise UsageError("icons are drawn by a checkpoint", mend="name one, or leave --checkpoint out for icon-1")
        self.checkpoint = checkpoint
        told = checkpoint.encoding
        self.encoding = StrokeEncoding(told["styles"], told["words"])
        manners = [Manner(**manner) for manner in told.get("manners", [])]
        self.manners = manners or [Manner("even", None, 2.0, "round", "round")]

    @cached_property
    def words(self) -> Words:
        from ..encodings.words import Words

        return Words.load(self.checkpoint.file("words.json.gz"))

    @cached_property
    def judge(self) -> Scorer:
        from ..engine.scorer import Scorer

        return Scorer.load(self.checkpoint.file("scorer.safetensors"))

    @cached_property
    def decoder(self) -> Decoder:
        return self.checkpoint.decoder()

    def make(self, request: Request[IconControls], on_progress: OnProgress = silent) -> Iterator[Work[d.Drawing]]:
        """Yield `request.count` icons, best first. `on_progress` may raise `Cancelled` to stop early."""
        controls = _checked(request.controls)
        reading = self.words.read(request.prompt)
        for note in told_of(reading):
            on_progress(Progress(0, 0, note))
        shelf = self._shelf(reading, controls)
        if not reading.ids and not shelf:
            raise UsageError(
                f"no word of this prompt is known to {self.checkpoint.name}: {', '.join(reading.unknown)}",
                where=request.prompt,
                mend=_other_words(reading.unknown, self.words.words),
            )
        found = shelf[: min(controls.found, request.count)]
        yield from self._found(found, request, reading)
        wanted = request.count - len(found)
        if wanted <= 0:
            return
        plans = self._plans(request, reading, shelf, wanted)
        candidates = self._draw(plans, controls, on_progress)
        if reading.ids and choice.sound_ones(candidates) < wanted:  # too many came out as copies of their references
            more = self._plans(request, reading, (), wanted, first=len(plans))
            candidates += self._draw(more, controls, on_progress)
        chosen = choice.choose(candidates, wanted, self.judge, reading.ids, controls.symmetry)
        if len(chosen) < wanted:
            on_progress(Progress(0, 0, f"only {len(chosen)} of {wanted} came out as drawings of their own"))
        for candidate in chosen:
            yield self._work(candidate, request, reading)

    # -- what is asked for -------------------------------------------------------------------------

    def _shelf(self, reading: Reading, controls: IconControls) -> list[ShelfIcon]:
        """Human drawings of the same thing: those whose names say it, else those whose tags do."""
        wanted = max(controls.references, controls.found)
        if not wanted:
            return []
        from ..data.shelf import search_shelves

        found = search_shelves(reading.sought, wanted + 5, synonyms=self.words.synonyms)
        best = found[0].score if found else 0.0
        likely = [icon for icon in found if icon.score >= 0.55 * best]
        if reading.ids and likely:  # tags say "home" of a lamp too: the judge knows which drawing shows it
            pictures = d.render_many([d.fit(d.parse(icon.svg)) for icon in likely], choice.PIXELS)
            said = dict(zip((icon.sha256 for icon in likely), self.judge.score(reading.ids, pictures), strict=True))
            likely.sort(key=lambda icon: -(icon.score / best + said[icon.sha256]))
        return likely[:wanted]

    def _plans(
        self,
        request: Request[IconControls],
        reading: Reading,
        shelf: Sequence[ShelfIcon],
        wanted: int,
        first: int = 0,
    ) -> list[_Plan]:
        """What to draw: two in three after a reference where there is one, the rest from words alone.

        `first` is the number of candidates that were planned before: these are others.
        """
        controls = request.controls
        icons = shelf[: controls.references]
        references = [r for icon in icons if (r := self._reference(icon, request.seed)) is not None]
        pool = max(controls.pool, 3 * wanted)
        manners = self._manners(controls.style)
        plans = []
        for index in range(first, first + pool):
            manner = _asked(manners[index % len(manners)], controls)
            header = _header(manner, controls)
            lead = index * 2 % 3 != 1 if reading.ids else True
            reference = references[index % len(references)] if references and lead else None
            shown = [reference.shown[index // len(references) % len(reference.shown)]] if reference else []
            prefix = self.encoding.prefix(header, reading.ids[:12], shown)
            plans.append(_Plan(candidate_seed(request.seed, index), manner, header, prefix, reference))
        return plans

    def _manners(self, style: str) -> list[Manner]:
        if style == "any":
            return self.manners
        chosen = [manner for manner in self.manners if manner.name == style]
        if not chosen:
            names = [manner.name for manner in self.manners]
            raise UsageError(f"{self.checkpoint.name} knows no style {style!r}", mend=nearest(style, [*names, "any"]))
        return chosen

    def _reference(self, icon: ShelfIcon, seed: int) -> _Reference | None:
        """A shelf icon as tokens; None when it is too long to be shown to the net."""
        try:
            drawn = d.fit(d.parse(icon.svg))
            dice = np.random.Generator(np.random.PCG64([seed, int(icon.sha256[:8], 16)]))
            known = self.encoding.encode(drawn, f"{icon.set}/outline")
            variants = [self.encoding.encode(shaken(drawn, dice)) for _ in range(SHAKEN)]
        except MediaError:
            return None
        shown = tuple(replace_header(one) for one in (known, *variants) if len(one.body) <= 200)
        return _Reference(icon, drawn, shown) if shown else None

    # -- drawing -----------------------------------------------------------------------------------

    def _draw(
        self, plans: Sequence[_Plan], controls: IconControls, on_progress: OnProgress
    ) -> list[choice.Candidate]:
        out: list[choice.Candidate] = []
        for start in range(0, len(plans), ROWS):
            some = plans[start : start + ROWS]

            def stepped(step: int, start: int = start) -> None:
                if step % 8 == 0:
                    on_progress(Progress(start + min(step, ROWS), len(plans), "drawing"))

            drawn = self.decoder.sample(
                [plan.prefix for plan in some],
                [Automaton(_rules(plan, controls)) for plan in some],
                seeds=[plan.seed for plan in some],
                temperature=controls.temperature,
                min_p=0.02,
                longest=240,
                prefix_places=[self.encoding.places(plan.prefix) for plan in some],
                on_step=stepped,
            )
            out += [self._candidate(plan, sampled) for plan, sampled in zip(some, drawn, strict=True) if sampled.ended]
            on_progress(Progress(start + len(some), len(plans), "drawing"))
        return out

    def _candidate(self, plan: _Plan, sampled: Sampled) -> choice.Candidate:
        shape = self.encoding.decode(plan.header, sampled.tokens)
        reference = plan.reference
        return choice.Candidate(
            drawing=shape,
            tokens=sampled.tokens,
            likelihood=sampled.logprob / max(len(sampled.tokens), 1),
            plan=plan,
            reference=None if reference is None else repaint(reference.drawing, plan.manner),
        )

    # -- works -------------------------------------------------------------------------------------

    def _work(self, candidate: choice.Candidate, request: Request[IconControls], reading: Reading) -> Work[d.Drawing]:
        plan: _Plan = candidate.plan
        trace = {
            "encoding": self.encoding.name,
            "paint": {"width": plan.manner.width, "cap": plan.manner.cap, "join": plan.manner.join},
            "style": plan.manner.name,
            "prefix": plan.prefix.tolist(),
            "tokens": candidate.tokens.tolist(),
            "sampler": {"temperature": request.controls.temperature, "min_p": 0.02, "seed": plan.seed},
            "scores": candidate.scores,
            "reading": _read(reading),
            "title": request.prompt,
        }
        media = replace(candidate.drawing, title=request.prompt)
        if plan.reference is None:
            return Work(media, request, plan.seed, self.checkpoint.id, "words", "from words", (), trace)
        icon = plan.reference.icon
        note = f"after {icon.name} by {icon.author} ({icon.licence})"
        credit = (_ingredient(icon, "inputTo"),)
        return Work(media, request, plan.seed, self.checkpoint.id, "after", note, credit, trace)

    def _found(
        self, icons: Sequence[ShelfIcon], request: Request[IconControls], reading: Reading
    ) -> Iterator[Work[d.Drawing]]:
        for icon in icons:
            media = d.parse(icon.svg)
            note = f"found: {icon.name} by {icon.author} ({icon.licence})"
            trace = {"svg": icon.svg, "reading": _read(reading), "title": icon.name}
            yield Work(media, request, request.seed, "", "found", note, (_ingredient(icon, "parentOf"),), trace)

    @staticmethod
    def replay(trace: Mapping[str, Any]) -> d.Drawing:
        """The drawing that a trace recorded, the same on every machine, without the checkpoint."""
        if "svg" in trace:
            return d.parse(str(trace["svg"]))
        paint = trace["paint"]
        header = Header(width=float(paint["width"]), cap=str(paint["cap"]), join=str(paint["join"]))
        return StrokeEncoding().decode(header, [int(token) for token in trace["tokens"]], str(trace.get("title", "")))


def _other_words(unknown: Sequence[str], known: Sequence[str]) -> str:
    """What to type instead: the nearest known words, if any are near."""
    close = [word for one in unknown for word in difflib.get_close_matches(one, known, n=2)][:4]
    advice = "try other words for the same thing, in English or Russian"
    return f"{advice}; near it are: {', '.join(close)}" if close else advice


def told_of(reading: Reading) -> list[str]:
    """Sentences on words that were read as others or left out."""
    told = [f"{typed!r} is read as {used!r}" for typed, used in reading.replaced]
    return told + [f"{word!r} is not known and left out" for word in reading.unknown]


def _read(reading: Reading) -> dict[str, Any]:
    """How the words were understood, as the story of a work tells it."""
    replaced = [list(pair) for pair in reading.replaced]
    return {"used": list(reading.used), "replaced": replaced, "unknown": list(reading.unknown)}


def repaint(drawing: d.Drawing, manner: Manner) -> d.Drawing:
    """A drawing with the stroke of a manner, to compare geometry alone."""
    shapes = tuple(
        replace(s, paint=replace(s.paint, width=manner.width, cap=manner.cap, join=manner.join), original="")  # type: ignore[arg-type]
        for s in drawing.shapes
    )
    return replace(drawing, shapes=shapes)


def replace_header(encoded: Encoded) -> Encoded:
    """A reference without the traits that training withholds most of the time."""
    return Encoded(replace(encoded.header, complexity=None, symmetric=None, grid=None), encoded.body)


def _ingredient(icon: ShelfIcon, relation: str) -> Ingredient:
    return Ingredient(
        title=icon.name,
        relation=relation,  # type: ignore[arg-type]
        kind="icon",
        author=icon.author,
        licence=icon.licence,
        source=icon.source,
        sha256=icon.sha256,
    )


def _asked(manner: Manner, controls: IconControls) -> Manner:
    """The manner with the stroke that was asked for."""
    return replace(
        manner,
        width=manner.width if controls.width is None else controls.width,
        cap=controls.cap or manner.cap,
        join=controls.join or manner.join,
    )


def _header(manner: Manner, controls: IconControls) -> Header:
    return Header(
        style=manner.style,
        paint="stroke",
        width=manner.width,
        cap=manner.cap,
        join=manner.join,
        complexity=None if controls.complexity is None else COMPLEXITIES[controls.complexity],
        symmetric=controls.symmetry,
        grid=None if controls.grid is None else GRIDS[controls.grid],
    )


def inset_of(width: float, join: str | None) -> int:
    """Steps that points keep from the edge: half the stroke width, and somewhat more where corners come to a tip."""
    return max(0, round(width / 2 * v.STEP * (1.42 if join == "miter" else 1.0)))


def _rules(plan: _Plan, controls: IconControls) -> Rules:
    """Points keep half the stroke width from the edges, so that the ink stays on the canvas."""
    inset = inset_of(plan.manner.width, plan.manner.join)
    grid = 1 if controls.grid is None else v.STEP >> GRIDS[controls.grid]
    longest = {"simple": 40, "medium": 80}.get(controls.complexity or "", 160)
    return Rules("stroke", inset, grid, longest)


def _checked(controls: IconControls) -> IconControls:
    """Refuse numbers that cannot be drawn."""
    if controls.width is not None and not 0.25 <= controls.width <= 5:
        raise UsageError(f"a stroke width of {controls.width:g} cannot be drawn", mend="give 0.25 to 5 units of 24")
    if not 0.05 <= controls.temperature <= 2:
        raise UsageError(f"a temperature of {controls.temperature:g} draws nothing good", mend="give 0.05 to 2")
    if not 1 <= controls.pool <= 1024:
        raise UsageError(f"a pool of {controls.pool} cannot be drawn", mend="give 1 to 1024 candidates")
    if not 0 <= controls.references <= 8 or not 0 <= controls.found <= 500:
        raise UsageError("references are 0 to 8, found drawings 0 to 500")
    for name, known in (("cap", v.CAPS), ("join", v.JOINS), ("grid", GRIDS), ("complexity", COMPLEXITIES)):
        value = getattr(controls, name)
        if value is not None and value not in known:
            raise UsageError(f"there is no {name} called {value!r}", mend=nearest(str(value), known))
    return controls
