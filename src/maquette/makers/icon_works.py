"""From what was chosen to works: credits, notes, the trace that replays them, and the replay itself."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..core.types import Ingredient, Relation, Request, Work
from ..encodings.strokes import NAME, StrokeEncoding
from ..encodings.strokes_vocabulary import Header
from ..media import drawing as d
from .icon_finish import finished, restroked

if TYPE_CHECKING:
    from ..data.shelf import ShelfIcon
    from ..encodings.words import Reading
    from .icon_choice import Candidate


@dataclass(frozen=True)
class Teller:
    """Makes works of what one request chose."""

    request: Request[Any]
    reading: Reading
    checkpoint: str

    def found(self, icons: Sequence[ShelfIcon]) -> Iterator[Work[d.Drawing]]:
        """Human drawings as they are: each is its own parent."""
        for icon in icons:
            note = f"found: {icon.name} by {icon.author} ({icon.licence})"
            trace = {"row": "found", "svg": icon.svg, "reading": read(self.reading), "title": icon.name}
            media, credit = d.parse(icon.svg), credit_of(icon, "parentOf")
            yield Work(media, self.request, self.request.seed, "", "found", note, (credit,), trace)

    def drawn(self, candidate: Candidate, *, row: bool = False, of: int = 0) -> Work[d.Drawing]:
        """What the net drew. In a `row` of redrawn ones the human's drawing is the parent; else it was looked at."""
        plan = candidate.plan
        hand = candidate.record or (plan.hand.record("hold") if plan.hand.card is not None else None)
        trace = {
            "row": "redrawn" if row else "drawn",
            "encoding": NAME,
            "paint": {"width": plan.header.width, "cap": plan.header.cap, "join": plan.header.join},
            "style": plan.hand.manner.name,
            "prefix": plan.prefix.tolist(),
            "tokens": candidate.tokens.tolist(),
            "sampler": {"temperature": self.request.controls.temperature, "min_p": 0.02, "seed": plan.seed},
            "scores": candidate.scores,
            "reading": read(self.reading),
            "title": self.request.prompt,
            **({"hand": dict(hand)} if hand else {}),
            **({"pool": of} if of else {}),
        }
        media = replace(candidate.drawing, title=self.request.prompt)
        if plan.reference is None:
            return Work(media, self.request, plan.seed, self.checkpoint, "words", "from words", (), trace)
        icon = plan.reference.icon
        note = f"after {icon.name} by {icon.author} ({icon.licence})"
        credit = credit_of(icon, "parentOf" if row else "inputTo")
        return Work(media, self.request, plan.seed, self.checkpoint, "after", note, (credit,), trace)

    def restyled(self, candidate: Candidate, icon: ShelfIcon, of: int) -> Work[d.Drawing]:
        """A human's drawing brought into the hand by its hard rules alone, without a model."""
        trace = {
            "row": "redrawn",
            "svg": icon.svg,
            "restyled": dict(candidate.record or candidate.plan.restyling()),
            "scores": candidate.scores,
            "pool": of,
            "reading": read(self.reading),
            "title": self.request.prompt,
        }
        note = f"after {icon.name} by {icon.author} ({icon.licence}), restyled by rule"
        note += f": {', '.join(candidate.done)}" if candidate.done else ""
        media = replace(candidate.drawing, title=self.request.prompt)
        seed, credit = self.request.seed, credit_of(icon, "parentOf")
        return Work(media, self.request, seed, "", "after", note, (credit,), trace)


def replay(trace: Mapping[str, Any]) -> d.Drawing:
    """The drawing that a trace recorded, the same on every machine, without the checkpoint."""
    title = str(trace.get("title", ""))
    if "svg" in trace:
        drawing = d.parse(str(trace["svg"]))
        rules = trace.get("restyled")
        return restyled(drawing, rules, title) if isinstance(rules, Mapping) else drawing
    paint = trace["paint"]
    header = Header(width=float(paint["width"]), cap=str(paint["cap"]), join=str(paint["join"]))
    drawing = StrokeEncoding().decode(header, [int(token) for token in trace["tokens"]], title)
    return finished(drawing, trace.get("hand")).drawing


def restyled(drawing: d.Drawing, rules: Mapping[str, Any], title: str = "") -> d.Drawing:
    """A human's drawing in a hand, by its rules and habits alone: no model is asked."""
    return replace(restroked(drawing, rules), title=title)


def credit_of(icon: ShelfIcon, relation: Relation) -> Ingredient:
    """Whose drawing it is, and what it is to the work."""
    return Ingredient(
        title=icon.name,
        relation=relation,
        kind="icon",
        author=icon.author,
        licence=icon.licence,
        source=icon.source,
        sha256=icon.sha256,
    )


def told_of(reading: Reading) -> list[str]:
    """Sentences on words that were read as others or left out."""
    told = [f"{typed!r} is read as {used!r}" for typed, used in reading.replaced]
    return told + [f"{word!r} is not known and left out" for word in reading.unknown]


def read(reading: Reading) -> dict[str, Any]:
    """How the words were understood, as the story of a work tells it."""
    replaced = [list(pair) for pair in reading.replaced]
    return {"used": list(reading.used), "replaced": replaced, "unknown": list(reading.unknown)}


def other_words(unknown: Sequence[str], known: Sequence[str]) -> str:
    """What to type instead: the nearest known words, if any are near."""
    close = [word for one in unknown for word in difflib.get_close_matches(one, known, n=2)][:4]
    advice = "try other words for the same thing, in English or Russian"
    return f"{advice}; near it are: {', '.join(close)}" if close else advice
