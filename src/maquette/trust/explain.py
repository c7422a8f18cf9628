"""Why a work came out as it did, told from the decisions that its own file records.

Nothing is guessed: what the trace does not hold is not told. Similar works are no causes, and are not told as such.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .verify import Verdict

Section = tuple[str, list[str]]  # a heading, and what is said under it

BY = {"human": "by hand", "machine": "by the model", "machine-then-edited": "by the model, then by hand"}
SAMPLER = {
    "temperature": "temperature {}: above 1 it dares more, below 1 less",
    "top_p": "only the likeliest choices that make up {} of the probability",
    "min_p": "only choices at least {} times as likely as the likeliest",
    "guidance": "guidance {}: how much more the words weigh than they would by themselves",
}
IDLE = {"temperature": 1.0, "top_p": 1.0, "min_p": 0.0, "guidance": 1.0}
OPENINGS = ("c2pa.created", "c2pa.opened")


@dataclass(frozen=True)
class Link:
    """One file in a work's line of descent: its title, who signed it, what was done to it."""

    title: str
    signer: str  # "" where the file had no credential
    generator: str
    done: tuple[str, ...]
    prompt: str | None = None


def explain(verdict: Verdict) -> list[Section]:
    """Headings with lines: the words, what it was drawn after, how it was sampled, why it was chosen, what is whose.

    Of a file that does not hold nothing is explained: its trace may have been changed with it.
    """
    if not verdict.holds:
        return [("State", [f"{verdict.state}: {verdict.summary}", "there is no trace here that could be relied on"])]
    story = verdict.story
    if not story:
        return [("State", ["it was not made by Maquette: its credential records no decisions"])]
    trace = story.get("trace") or {}
    if story.get("how") == "trained":
        return [("State", ["a model, no work: what it learnt from and how is in `maquette models card FOLDER`"])]
    if _is_music(story):
        return _of_music(verdict, story, trace)
    if (story.get("request") or {}).get("maker") == "picture":
        return _of_picture(verdict, story, trace)
    if (story.get("request") or {}).get("maker") in ("motion", "film"):
        return _of_motion(verdict, story, trace)
    sections = [
        ("Words", list(_words(story, trace))),
        ("Drawn after", [_credit(one) for one in _people(story)]),
        ("Decisions", list(_decisions(story, trace))),
        ("Why this one", list(_choice(trace))),
        ("Whose hand", list(_hands(story, trace))),
        ("Descent", [_step(link) for link in chain(verdict)[1:]]),
    ]
    return [(heading, lines) for heading, lines in sections if lines]


def _of_music(verdict: Verdict, story: Mapping[str, Any], trace: Mapping[str, Any]) -> list[Section]:
    """The same for a piece of music, in its words."""
    from . import explain_notes as notes

    sections = [
        ("Words", list(_words(story, trace))),
        ("Made after", [_credit(one) for one in _people(story)]),
        ("Decisions", [*notes.decisions(story, trace), *_sampling(trace)]),
        ("What could not be broken", list(notes.rules(trace))),
        ("Why this one", list(_choice(trace))),
        ("Nearest training bars", list(notes.nearest(story))),
        ("Whose hand", list(notes.hands(trace)) or list(_hands(story, {}))),
        ("Descent", [_step(link) for link in chain(verdict)[1:]]),
    ]
    return [(heading, lines) for heading, lines in sections if lines]


def _of_picture(verdict: Verdict, story: Mapping[str, Any], trace: Mapping[str, Any]) -> list[Section]:
    """The same for a picture."""
    from . import explain_pictures as pictures

    sections = [
        ("Words", list(_words(story, trace))),
        ("Made after", [_credit(one) for one in _people(story)]),
        ("Decisions", list(pictures.decisions(story, trace))),
        ("Taught by", list(pictures.teachers(story))),
        ("Nearest training works", list(pictures.nearest(story))),
        ("Whose hand", list(pictures.hands(story)) or list(_hands(story, {}))),
        ("Descent", [_step(link) for link in chain(verdict)[1:]]),
    ]
    return [(heading, lines) for heading, lines in sections if lines]


def _of_motion(verdict: Verdict, story: Mapping[str, Any], trace: Mapping[str, Any]) -> list[Section]:
    """The same for a motion or a film."""
    from . import explain_motion as motion

    sections = [
        ("Words", list(_words(story, {}))),
        ("Put together from", [motion.credit(one) for one in _people(story)]),
        ("Decisions", list(motion.decisions(trace))),
        ("Nearest training clips", list(motion.nearest(story))),
        ("Whose hand", list(motion.hands(story)) or list(_hands(story, {}))),
        ("Descent", [_step(link) for link in chain(verdict)[1:]]),
    ]
    return [(heading, lines) for heading, lines in sections if lines]


def chain(verdict: Verdict) -> tuple[Link, ...]:
    """The file itself, its parent, the parent's parent ..., as far as their credentials came along."""
    manifests = {one["label"]: one for one in verdict.chain}
    links: list[Link] = []
    now: Mapping[str, Any] | None = verdict.chain[0] if verdict.chain else None
    seen: set[str] = set()
    while now is not None and now["label"] not in seen:
        seen.add(now["label"])
        links.append(_link(now))
        parent = next((one for one in now["ingredients"] if one.get("relationship") == "parentOf"), None)
        if parent is None:
            break
        now = manifests.get(parent.get("manifest", ""))
        if now is None:
            links.append(Link(parent.get("description") or parent.get("dc:title", ""), "", "", ()))
    return tuple(links)


def human_share(story: Mapping[str, Any]) -> float | None:
    """The share of shapes (0..1) that a person drew or changed; None where nobody recorded it."""
    if story.get("how") == "found":
        return 1.0
    shapes = (story.get("trace") or {}).get("shapes") or ()
    by = [one.get("by") for one in shapes if isinstance(one, Mapping) and one.get("by")]
    return sum(hand != "machine" for hand in by) / len(by) if by else None


def _link(manifest: Mapping[str, Any]) -> Link:
    done = tuple(
        str(one.get("description") or str(one.get("action", "")).removeprefix("c2pa.")) for one in manifest["actions"]
    )
    prompt = (manifest["lineage"].get("request") or {}).get("prompt")
    return Link(manifest["title"], manifest["signer"], manifest["generator"], done, prompt)


def _step(link: Link) -> str:
    signed = f"signed by {link.signer}" if link.signer else "without a credential of its own"
    return " · ".join(part for part in (link.title, ", then ".join(link.done), signed) if part)


def _words(story: Mapping[str, Any], trace: Mapping[str, Any]) -> Iterator[str]:
    request = story.get("request") or {}
    if request.get("prompt") is None:
        yield "they were kept private: its signer alone can show which they were"
        return
    if request["prompt"]:
        yield f"asked for: “{request['prompt']}”"
    reading = trace.get("reading") or {}
    if reading.get("used"):
        yield f"read as: {', '.join(reading['used'])}"
    for asked, taken in reading.get("replaced") or ():
        yield f"“{asked}” is not among the words it knows; it took “{taken}”"
    if reading.get("unknown"):
        yield f"not understood, and without effect: {', '.join(reading['unknown'])}"


def _people(story: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in story.get("ingredients") or () if one.get("kind") not in ("model", "dataset")]


def _credit(one: Mapping[str, Any]) -> str:
    author = f" by {one['author']}" if one.get("author") else ""
    licence = f" ({one['licence']})" if one.get("licence") else ""
    role = {"parentOf": "it is a version of", "componentOf": "it contains", "inputTo": "the model was shown"}
    return f"{role.get(one.get('relation', ''), 'it used')} {one.get('title', '')}{author}{licence}"


def _decisions(story: Mapping[str, Any], trace: Mapping[str, Any]) -> Iterator[str]:
    if story.get("how") == "found":
        yield "none: no model drew it"
        return
    tokens = trace.get("tokens") or ()
    if tokens:
        yield f"{len(tokens)} decisions, drawn with seed {story.get('seed')} in the encoding {story.get('encoding')}"
    yield from _sampling(trace)
    chance = trace.get("logprob")
    if isinstance(chance, (int, float)) and tokens:
        bits = -chance / math.log(2)
        yield f"the drawing holds {bits:.0f} bits: {bits / len(tokens):.1f} a decision, what was surprising in it"


def _sampling(trace: Mapping[str, Any]) -> Iterator[str]:
    for name, sentence in SAMPLER.items():
        value = (trace.get("sampler") or {}).get(name)
        if value is not None and value != IDLE[name]:
            yield sentence.format(value)


def _choice(trace: Mapping[str, Any]) -> Iterator[str]:
    if trace.get("rank") is not None and trace.get("pool"):
        yield f"placed {trace['rank']} of {trace['pool']} candidates"
    scores = trace.get("scores")
    if isinstance(scores, Mapping):
        yield from (f"{name.replace('_', ' ')}: {value:.3g}" for name, value in scores.items() if _is_number(value))


def _hands(story: Mapping[str, Any], trace: Mapping[str, Any]) -> Iterator[str]:
    shapes: Sequence[Any] = trace.get("shapes") or ()
    for number, one in enumerate(shapes, start=1):
        if isinstance(one, Mapping) and one.get("by") in BY:
            rule = one["by"] == "machine" and one.get("from") == "rule"
            yield f"shape {number}: {'by rule, not by the model' if rule else BY[one['by']]}"
    share = human_share(story)
    if share is not None:
        yield f"human share: {share:.0%} of the shapes"
    elif story.get("action") == "adopted":
        yield f"changed by hand{': ' + story['human'] if story.get('human') else ''}; by how much was not recorded"
    elif trace.get("restyled"):
        yield "its lines are those of the drawing it was made after, restyled by rule; the choice was a person's"
    elif not story.get("checkpoint"):
        yield "no model drew any of it; what a rule changed is said above"
    else:
        every = "every note was written" if _is_music(story) else "every shape was drawn"
        yield f"{every} by the model; the words and the choice among the results were a person's"


def _is_music(story: Mapping[str, Any]) -> bool:
    return (story.get("request") or {}).get("maker") == "music"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
