"""Models in plain words: what a card says, whose it is, and whether everything in the box is as it was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .telling import Section, credits

if TYPE_CHECKING:
    from ..checkpoints.big import BigModel
    from ..checkpoints.box import Checkpoint
    from ..trust.verify import Verdict

Whose = Literal["part of Maquette", "trusted", "valid", "invalid", "unsigned"]

# What the figures of a card and of `maquette evaluate` mean; {} is the number.
FIGURES = {
    "held_out_bits_per_icon": "{} bits per icon that it had never seen, when the training ended",
    "base_bits_per_icon": "{} bits for its base on the same icons, under the best of its own styles:",
    "base_style": "{} is that style",
    "held_out_icons": "{} of the designer's icons were held out for this",
    "strength": "{} is how strongly the adapter counts; 1 is as it was learnt, 0 is the base",
    "adapter_parameters": "{} numbers are the adapter's own",
    "items": "measured on {} icons that it had never seen",
    "skipped": "{} others were left out: they are no stroke icons",
    "bits_per_icon": "{} bits per icon, given its words: fewer is better",
    "bits_per_icon_no_words": "{} bits without the words: the difference is what the words tell it",
    "ratio": "{} of the bits of the n-gram",
    "referenced_items": "{} of them have another hand's icon of the same thing on the shelf",
    "bits_with_references": "{} bits for these with that icon to look at",
    "bits_without_references": "{} bits for these without it",
    "round_trip_iou": "{} of the ink stays in place when an icon becomes tokens and a drawing again, on average",
    "round_trip_p5": "{} of it in the worst twentieth",
    "round_trip_min": "{} of it in the worst icon",
    "median_tokens": "{} tokens of commands and coordinates in the median icon",
    "median_marks": "{} tokens for shapes and ends",
    "median_prefix": "{} tokens before it, for style and stroke",
    "samples": "{} drawings of its own were looked at, unpicked",
    "valid_share": "{} of them are sound: ink between 0.5 and 95 %, inside the canvas",
    "near_copy_share": "{} of them are near copies of one author's work",
    "baseline_bits_per_icon": "{} bits for the n-gram, the simplest of models, on the same icons",
    "held_out_bits_per_note": "{} bits per note of music that it had never seen, when the training ended",
    "base_bits_per_note": "{} bits for the base on the same notes, under the genre of its own that suits them best",
    "base_genre": "{} is that genre",
    "held_out_tunes": "{} of the tunes were held out for this",
    "pieces": "measured on {} pieces that it had never seen",
    "notes": "{} notes in them",
    "bits_per_note": "{} bits for each of these notes: fewer is better",
    "baseline_bits_per_note": "{} bits for the best n-gram on the same notes",
    "held_out_metres": "{} m is a joint away on held-out windows, when noise as large as the motion is taken out",
    "clips": "measured beside {} recorded clips",
    "prompts": "{} prompts, a third of them paraphrases that no caption uses",
    "r_precision_3": "{} of the captions are among the judge's three nearest of 32",
    "r_precision_3_paraphrases": "{} of the paraphrases",
    "fid_ratio": "{} times as far from recorded motion, as a cloud, as its two halves are from one another",
    "skating": "{} of the frames slide, after feet are locked",
    "skating_raw": "{} of the frames slide before that",
    "penetration_cm": "{} cm is how deep the lowest toe sinks",
    "lively": "{} of the motions move, spread and jerk as nine in ten recorded ones do",
    "refused": "{} prompts it did not know at all",
    "packaged_baseline_bits_per_note": "{} bits for the part of that n-gram that is shipped",
}


@dataclass(frozen=True)
class Standing:
    """What the seal of a checkpoint is worth. `failures` are C2PA codes, `beside` files that the seal does not name."""

    state: Whose
    told: str
    failures: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"state": self.state, "told": self.told, "failures": list(self.failures), "beside": list(self.beside)}


def packaged(box: Checkpoint) -> bool:
    """True for a starter that ships with the program."""
    from ..checkpoints.starters import starter

    home = starter(box.path.name)
    return home is not None and home.resolve() == box.path.resolve()


def standing(box: Checkpoint, verdict_of: Callable[[Path], Verdict]) -> Standing:
    """The standing of an opened checkpoint; `verdict_of` reads the credential of a file."""
    from ..checkpoints.big import BigModel
    from ..checkpoints.contents import CARD, SEAL, contents

    if isinstance(box, BigModel) and (found := _unchanged(box)):
        return found
    if packaged(box):
        return Standing("part of Maquette", "it ships with the program, and no key of yours has signed it")
    if not (box.path / SEAL).is_file():
        return Standing("unsigned", "nobody has signed it, so nothing says whether its files are what they were")
    verdict = verdict_of(box.path / CARD)
    if not verdict.holds:
        return Standing(verdict.state, verdict.summary, verdict.failures)
    sealed = (verdict.story.get("trace") or {}).get("files") or {}
    beside = tuple(name for name in contents(box.path) if name not in sealed)
    told = f"{verdict.summary}: the card and the {len(sealed)} files beside it"
    return Standing(verdict.state, told, verdict.failures, beside)


def _unchanged(box: BigModel) -> Standing | None:
    """Whether an added model of other makers is as it was when it was added; None for what was not added."""
    from ..checkpoints.big import changed

    count, when = len(box.told.get("files") or {}), box.told.get("added")
    if not count or not when:
        return None
    found = changed(box)
    if found:
        return Standing("invalid", f"{'; '.join(found)} since it was added on {when}", tuple(found))
    return Standing("valid", f"its {count} files are as they were when it was added on {when}")


def card_sections(card: Mapping[str, Any], stands: Standing | None = None) -> list[Section]:
    """A card as headings and lines, the seal's state first, the complete attribution last."""
    sections = [
        (str(card.get("name", "model")), list(_what(card))),
        ("Seal", list(_seal(stands))),
        ("Its own licence", [str(card[key]) for key in ("licence", "licence_from") if card.get(key)]),
        ("Learnt from", list(credits(card))[1:]),
        ("Licences", [f"{spdx}: {count:,}" for spdx, count in sorted((card.get("licences") or {}).items())]),
        ("Made by", list(recipe_in_words(card))),
        ("Figures", list(figures(card.get("figures") or {}))),
        ("Beside it", list(figures(card.get("baseline") or {}))),
        ("Known faults", [str(one) for one in card.get("faults") or ()]),
        ("Attribution", [str(one) for one in card.get("attribution") or ()]),
    ]
    return [(heading, lines) for heading, lines in sections if lines]


def _what(card: Mapping[str, Any]) -> Iterator[str]:
    facts = ["writes music" if card.get("kind") == "music" else f"draws {card.get('kind') or 'work'}s"]
    facts += [str(card.get("encoding") or "")]
    facts += [f"made {card['created']}" if card.get("created") else ""]
    facts += [f"{int(card['parameters']) / 1e6:.2g} million parameters" if card.get("parameters") else ""]
    yield " · ".join(filter(None, facts))
    if card.get("base") and card.get("adapter"):
        yield f"a style adapter of {card['base']} ({str(card.get('base_id') or '')[:12]}); {card.get('note') or ''}"
    elif card.get("base"):
        yield f"went on from {card['base']}" + (f" ({card['base_id'][:12]})" if card.get("base_id") else "")


def _seal(stands: Standing | None) -> Iterator[str]:
    if stands is not None:
        yield f"{stands.state}: {stands.told}"
        if stands.beside:
            yield f"not part of the seal: {', '.join(stands.beside)}"


def recipe_in_words(card: Mapping[str, Any]) -> Iterator[str]:
    """How a model was trained: net, steps, time, machine."""
    recipe, compute = card.get("recipe") or {}, card.get("compute") or {}
    if net := recipe.get("net"):
        yield _net_in_words(net)
    if rank := (recipe.get("adapter") or {}).get("rank"):
        yield f"of these, {rank} directions beside each matrix were learnt, and one style"
    if recipe.get("steps") and card.get("undisclosed"):  # beside a large model: a picture a step
        yield f"{recipe['steps']:,} steps of one picture each, seed {recipe['seed']}"
    elif recipe.get("steps") and "batch" in recipe:
        what = {"motion": "windows of motion", "picture": "pictures"}.get(str(card.get("kind")), "works")
        yield f"{recipe['steps']:,} steps of {recipe['batch']} {what}, seed {recipe['seed']}"
    elif recipe.get("steps") and "tokens" in recipe:
        by = (recipe.get("optimiser") or {}).get("name", "an optimiser")
        yield f"{recipe['steps']:,} steps of {recipe['tokens']:,} tokens with {by}, seed {recipe['seed']}"
    if compute.get("hours") is not None:
        took = _time(float(compute["hours"]))
        read = f", {compute['tokens_read']:,} tokens read" if compute.get("tokens_read") else ""
        yield f"{took} on {compute.get('machine') or 'a machine that was not named'}{read}"
    if card.get("note") and not card.get("adapter"):
        yield str(card["note"])


def _net_in_words(net: Mapping[str, Any]) -> str:
    """Its sizes: a transformer's, or a UNet's."""
    if "widths" in net:
        return f"a UNet of widths {', '.join(map(str, net['widths']))}"
    context = f", {net['context']} tokens at a time" if "context" in net else ""
    return f"{net['layers']} layers of width {net['width']}, {net['heads']} heads{context}"


def _time(hours: float) -> str:
    if hours < 1 / 60:
        return "less than a minute"
    return f"{hours:.3g} hours" if hours >= 1 else f"{60 * hours:.0f} minutes"


def figures(values: Mapping[str, Any]) -> Iterator[str]:
    """Each figure as a sentence; those without one by their own name."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            value = ", ".join(f"{name}: {one}" for name, one in value.items())
        number = f"{value:.4g}" if isinstance(value, float) else str(value)
        yield FIGURES[key].format(number) if key in FIGURES else f"{key.replace('_', ' ')}: {number}"
