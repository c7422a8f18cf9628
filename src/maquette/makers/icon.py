"""Draws one-colour icons stroke by stroke; the strokes stay editable.

It looks on the shelf first: a human's drawing of the same thing becomes a reference that the net redraws in the hand
asked for, credited. Many candidates are drawn, with and without references; a judge that has seen names and drawings
together, the drawing rules and the net's own likelihood rank them, and only distinct ones are shown. An answer may be
told in rows: human drawings as they are, the same ones redrawn, new ones (see `icon_rows`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..core.errors import MediaError, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.registry import nearest
from ..core.seeds import candidate_seed
from ..core.types import Request, Work
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes import Encoded, StrokeEncoding
from ..encodings.strokes_grammar import Automaton
from ..encodings.strokes_vary import Shaking, shaken
from ..encodings.strokes_vocabulary import Header
from ..media import drawing as d
from . import icon_choice as choice
from .icon_hand import COMPLEXITIES, GRIDS, Hand, Manner, hands_of, inset_of
from .icon_rows import EACH, copies, rows_of
from .icon_shelf import find, owned, the_thing
from .icon_works import Teller, other_words, replay, told_of

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..data.shelf import ShelfIcon
    from ..encodings.words import Reading, Words
    from ..engine.decoder import Decoder, Sampled
    from ..engine.scorer import Scorer

__all__ = ["IconControls", "IconMaker", "Manner", "inset_of", "repaint", "replace_header", "told_of"]

ROWS = 48  # candidates drawn side by side
SPARE = 1  # more than are shown are finished, the best of them are shown
FAR = Shaking(smallest=0.78, stretch=0.1, shift=0.6, part=0.3, points=0.35, forget=0.15)  # of the third row
NEAR = 0.8  # IoU with its reference: nearer than that it belongs to the second row, not to the third
SHAKEN = 11  # shaken copies of each reference, so that no two candidates are led alike


def _control(default: Any, text: str, choices: Sequence[str] = ()) -> Any:
    return field(default=default, metadata={"help": text, "choices": tuple(choices)})


@dataclass(frozen=True)
class IconControls:
    """What a designer may fix; the rest is left to the net."""

    style: str | None = _control(
        None,
        "Hand: a style card (my.toml), or even, round, soft, thin, bold ...; 'any' mixes. Default: the model's own.",
    )
    width: float | None = _control(None, "Stroke width in units of the 24 canvas (default: the style's own).")
    cap: str | None = _control(None, "Line ends.", tuple(v.CAPS))
    join: str | None = _control(None, "Corners.", tuple(v.JOINS))
    complexity: str | None = _control(None, "How much is drawn.", tuple(COMPLEXITIES))
    symmetry: bool | None = _control(None, "Mirror-symmetric about the vertical axis, or not.")
    grid: str | None = _control(None, "Points stand on this grid (units).", tuple(GRIDS))
    references: int = _control(3, "Human drawings from the shelf to draw after; 0 draws from words alone.")
    found: int | None = _control(
        None, "First row: drawings of the shelf as they are. Default: up to 4 with a card, else 0."
    )
    redrawn: int | None = _control(None, "Second row: the same ones in the hand. Default: up to 4 with a card, else 0.")
    drawn: int | None = _control(None, "Third row: new ones, from words and far after references. Default: the rest.")
    pool: int = _control(48, "Candidates to draw and choose from.")
    temperature: float = _control(0.5, "Below 1 more ordinary, above 1 more surprising.")

    def fit(self, count: int) -> None:
        """Raise UsageError if the rows that are asked for by number do not go into an answer of `count` works."""
        asked = sum(row or 0 for row in (self.found, self.redrawn, self.drawn))
        if asked > count and (self.redrawn or self.drawn):
            raise UsageError(f"the rows ask for {asked} works, the count for {count}", mend=f"say --count {asked}")


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
    hand: Hand
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
        if "styles" not in told:
            speaks, mend = f"it speaks {told.get('name')}", "take icon-1, or a model that `maquette train icon` made"
            raise UsageError(f"{checkpoint.name} does not draw icons", where=speaks, mend=mend)
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
        """Yield `request.count` icons, row by row, in each the best first. `on_progress` may raise `Cancelled`."""
        controls = _checked(request.controls)
        reading = self.words.read(request.prompt)
        for note in (*told_of(reading), *owned(reading, self.words)):
            on_progress(Progress(0, 0, note))
        hands = [hand.asked(controls) for hand in hands_of(controls.style, self.checkpoint, self.manners)]
        rows = rows_of(controls, request.count, own=hands[0].card is not None)
        wanted = max(controls.references, rows.found, rows.redrawn)
        shelf = [one.icon for one in find(reading, wanted, self.words, self.judge)]
        if not reading.ids and not shelf:
            raise UsageError(
                f"no word of this prompt is known to {self.checkpoint.name}: {', '.join(reading.unknown)}",
                where=request.prompt,
                mend=other_words(reading.unknown, self.words.words),
            )
        teller = Teller(request, reading, self.checkpoint.id)
        found, redrawn = shelf[: rows.found], shelf[: rows.redrawn]
        yield from teller.found(found)
        yield from self._redrawn(request, reading, redrawn, hands[0], teller, on_progress)
        wanted = request.count - len(found) - len(redrawn)
        if rows.drawn is not None:
            wanted = min(wanted, rows.drawn)
        if wanted <= 0:
            return
        for candidate in self._drawn(request, reading, shelf, hands, wanted, on_progress, far=not rows.mixed):
            yield teller.drawn(candidate)

    def hand(self, controls: IconControls) -> Hand:
        """The hand that these controls ask for; the first of several."""
        return hands_of(controls.style, self.checkpoint, self.manners)[0].asked(_checked(controls))

    def choices(self, request: Request[IconControls], on_progress: OnProgress = silent) -> list[Work[d.Drawing]]:
        """All that could stand for a prompt in a set: several copies of each of `redrawn` human drawings, and `drawn`
        new ones (all there are where the shelf has nothing). Best first in each row; [] if no word is known."""
        controls = _checked(request.controls)
        reading, hand = self.words.read(request.prompt), self.hand(controls)
        found = the_thing(find(reading, max(controls.redrawn or 0, 1), self.words, self.judge))
        shelf = [one.icon for one in found[: controls.redrawn]]
        teller = Teller(request, reading, self.checkpoint.id)
        works = list(self._redrawn(request, reading, shelf, hand, teller, on_progress, best=4))
        wanted = request.count if not works else controls.drawn or 0
        if wanted and reading.ids:
            drawn = self._drawn(request, reading, (), [hand], wanted, on_progress)
            works += [teller.drawn(candidate, of=controls.pool) for candidate in drawn]
        return works

    # -- rows --------------------------------------------------------------------------------------

    def _redrawn(
        self,
        request: Request[IconControls],
        reading: Reading,
        icons: Sequence[ShelfIcon],
        hand: Hand,
        teller: Teller,
        on_progress: OnProgress,
        best: int = 1,
    ) -> Iterator[Work[d.Drawing]]:
        """The `best` works for each of these human drawings: it, in the hand that is asked for."""
        controls = request.controls
        references = {icon.sha256: self._reference(icon, request.seed) for icon in icons}
        plans: list[_Plan] = []
        for icon in icons:
            reference = references[icon.sha256]
            for k in range(EACH if reference is not None else 0):
                assert reference is not None
                seed = candidate_seed(request.seed, 100_000 + len(plans))
                plans.append(self._plan(seed, hand, controls, reading, reference, k))
        candidates = self._draw(plans, controls, on_progress)
        for icon in icons:
            own = [c for c in candidates if c.plan.reference.icon is icon]
            for one in copies(own, d.parse(icon.svg), hand, self.judge, reading.ids)[:best]:
                if one.by_rule:
                    yield teller.restyled(one.candidate, icon, one.of)
                else:
                    yield teller.drawn(choice.mended(one.candidate), row=True, of=one.of)

    def _drawn(
        self,
        request: Request[IconControls],
        reading: Reading,
        shelf: Sequence[ShelfIcon],
        hands: Sequence[Hand],
        wanted: int,
        on_progress: OnProgress,
        far: bool = False,
    ) -> list[choice.Candidate]:
        """New drawings, best first: after the shelf's where it has any, and from words alone. `far`: what comes near to
        its reference is left out."""
        controls, copy = request.controls, NEAR if far else choice.COPY
        plans = self._plans(request, reading, shelf, hands, wanted, far=far)
        candidates = self._draw(plans, controls, on_progress)
        if reading.ids and choice.sound_ones(candidates, copy) < wanted:  # too many came out as their references
            more = self._plans(request, reading, (), hands, wanted, first=len(plans))
            candidates += self._draw(more, controls, on_progress)
        some = choice.choose(candidates, wanted + SPARE, self.judge, reading.ids, controls.symmetry, copy)
        chosen = sorted(map(choice.restyled, some), key=lambda one: -one.scores["total"])[:wanted]
        chosen = [choice.mended(one) for one in chosen]
        if len(chosen) < wanted:
            on_progress(Progress(0, 0, f"only {len(chosen)} of {wanted} came out as drawings of their own"))
        return chosen

    # -- what is asked for -------------------------------------------------------------------------

    def _plans(
        self,
        request: Request[IconControls],
        reading: Reading,
        shelf: Sequence[ShelfIcon],
        hands: Sequence[Hand],
        wanted: int,
        first: int = 0,
        far: bool = False,
    ) -> list[_Plan]:
        """What to draw: two in three after a reference where there is one, the rest from words alone.

        `first` is the number of candidates that were planned before: these are others.
        """
        controls = request.controls
        icons = shelf[: controls.references]
        references = [r for icon in icons if (r := self._reference(icon, request.seed, far)) is not None]
        pool = max(controls.pool, 3 * wanted)
        plans = []
        for index in range(first, first + pool):
            lead = index * 2 % 3 != 1 if reading.ids else True
            reference = references[index % len(references)] if references and lead else None
            turn = index // len(references) if references else 0
            seed, hand = candidate_seed(request.seed, index), hands[index % len(hands)]
            plans.append(self._plan(seed, hand, controls, reading, reference, turn))
        return plans

    def _plan(
        self,
        seed: int,
        hand: Hand,
        controls: IconControls,
        reading: Reading,
        reference: _Reference | None,
        turn: int,
    ) -> _Plan:
        """One candidate: `turn` says which shaken copy of its reference it is led by."""
        header = hand.header(controls)
        shown = [reference.shown[turn % len(reference.shown)]] if reference else []
        return _Plan(seed, hand, header, self.encoding.prefix(header, reading.ids[:12], shown), reference)

    def _reference(self, icon: ShelfIcon, seed: int, far: bool = False) -> _Reference | None:
        """A shelf icon as tokens; None when it is too long to be shown to the net. `far`: never as it is."""
        try:
            drawn = d.fit(d.parse(icon.svg))
            dice = np.random.Generator(np.random.PCG64([seed, int(icon.sha256[:8], 16)]))
            known = [] if far else [self.encoding.encode(drawn, f"{icon.set}/outline")]
            how = FAR if far else Shaking()
            variants = [self.encoding.encode(shaken(drawn, dice, how)) for _ in range(SHAKEN)]
        except MediaError:
            return None
        shown = tuple(replace_header(one) for one in (*known, *variants) if len(one.body) <= 200)
        return _Reference(icon, drawn, shown) if shown else None

    # -- drawing -----------------------------------------------------------------------------------

    def _draw(self, plans: Sequence[_Plan], controls: IconControls, on_progress: OnProgress) -> list[choice.Candidate]:
        out: list[choice.Candidate] = []
        for start in range(0, len(plans), ROWS):
            some = plans[start : start + ROWS]

            def stepped(step: int, start: int = start) -> None:
                if step % 8 == 0:
                    on_progress(Progress(start + min(step, ROWS), len(plans), "drawing"))

            drawn = self.decoder.sample(
                [plan.prefix for plan in some],
                [Automaton(plan.hand.rules(controls)) for plan in some],
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
        raw = self.encoding.decode(plan.header, sampled.tokens)
        shape = plan.hand.finish(raw)
        reference = plan.reference
        return choice.Candidate(
            drawing=shape,
            tokens=sampled.tokens,
            likelihood=sampled.logprob / max(len(sampled.tokens), 1),
            plan=plan,
            reference=None if reference is None else repaint(reference.drawing, plan.hand.manner),
            strange=plan.hand.strangeness(shape),
            raw=raw,
        )

    @staticmethod
    def replay(trace: Mapping[str, Any]) -> d.Drawing:
        """The drawing that a trace recorded, the same on every machine, without the checkpoint."""
        return replay(trace)


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


def _checked(controls: IconControls) -> IconControls:
    """Refuse numbers that cannot be drawn."""
    if controls.width is not None and not 0.25 <= controls.width <= 5:
        raise UsageError(f"a stroke width of {controls.width:g} cannot be drawn", mend="give 0.25 to 5 units of 24")
    if not 0.05 <= controls.temperature <= 2:
        raise UsageError(f"a temperature of {controls.temperature:g} draws nothing good", mend="give 0.05 to 2")
    if not 1 <= controls.pool <= 1024:
        raise UsageError(f"a pool of {controls.pool} cannot be drawn", mend="give 1 to 1024 candidates")
    if not 0 <= controls.references <= 8:
        raise UsageError(f"{controls.references} references cannot be looked at", mend="give 0 to 8 references")
    for name in ("found", "redrawn", "drawn"):
        if not 0 <= (getattr(controls, name) or 0) <= 500:
            raise UsageError(f"a row of {getattr(controls, name)} {name} drawings cannot be made", mend="give 0 to 500")
    for name, known in (("cap", v.CAPS), ("join", v.JOINS), ("grid", GRIDS), ("complexity", COMPLEXITIES)):
        value = getattr(controls, name)
        if value is not None and value not in known:
            raise UsageError(f"there is no {name} called {value!r}", mend=nearest(str(value), known))
    return controls
