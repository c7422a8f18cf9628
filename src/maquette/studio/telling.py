"""Telling the story of a work in plain words, from what its own file says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..core import authorship

if TYPE_CHECKING:
    from ..trust.verify import Verdict
    from .lineage import Asset

Section = tuple[str, list[str]]  # a heading, and what is said under it

HOW_OF_MUSIC = {
    "words": "written by a model from words and wishes",
    "edited": "a piece that was worked on: what was done is said below",
    "drawn": "written by a person, who was shown what may come next",
    "exported": "written out for other tools",
}
HOW_OF_MOTION = {
    "restyled": "recorded motions of people put together by the motion graph; no model moved them",
    "words": "moved by words alone",
    "edited": "a motion that was worked on: what was done is said below",
}
HOW_OF_FILM = {
    "words": "a film of a person's script: shots, sets and acting by rules from recorded movement, music by a model",
    "edited": "a film that was worked on: what was done is said below",
}
OF_CRAFTS = {"music": HOW_OF_MUSIC, "motion": HOW_OF_MOTION, "film": HOW_OF_FILM}
HOW = {
    "found": "found on the shelf: it is this work of a person, and no model changed its lines",
    "after": "drawn by a model after a person's work",
    "restyled": "a person's lines in another hand's stroke, canvas and grid; no model changed them",
    "words": "drawn by a model from words alone",
    "edited": "an edit of another work",
    "ngram": "drawn by an n-gram, the simplest of models",
    "drawn": "drawn by a person, who was shown what may come next",
    "spoken": "made by a program from words or from a voice; no model drew or wrote it",
    "trained": "a model, trained on the works named below",
    "exported": "an export of the icons named below, for other tools",
}
MOST_HANDS = 6  # that are named of those who taught one thing
RELATIONS = {"parentOf": "from", "componentOf": "holds"}
TRAINING = {"notAllowed": "not allowed", "allowed": "allowed", "constrained": "allowed under conditions"}
VERDICTS = {
    "distinct": "distinct: no training work has this form",
    "common": "common vocabulary: the form stands in several independent sets",
    "near-copy": "a near copy of another author's work",
    "own": "a near copy of one of the icons whose hand was learnt",
}
OF_PICTURES = {
    "distinct": "distinct: no training picture looks like it",
    "common": "common vocabulary: several independent hands drew it so",
    "near-copy": "a near copy of another author's picture",
    "own": "a near copy of one of the pictures whose hand was learnt",
}
OF_MUSIC = {
    "distinct": "distinct: no training piece has these melodies",
    "near-copy": "a near copy of a piece by another",
    "own": "a near copy of one of the tunes whose hand was learnt",
}


def tell(verdict: Verdict, asset: Asset | None = None) -> list[Section]:
    """Everything a file says of itself: headings with lines, the credential's worth first."""
    sections: list[Section] = [("State", [f"{verdict.state}: {verdict.summary}"])]
    if verdict.state == "invalid":
        # What a changed file says may have been changed as well: it is not passed on as a story.
        return [*sections, ("Story", ["none is told: it could have been changed with the file"])]
    story = verdict.story
    if story:
        sections += [
            ("Asked for", list(_request(story))),
            ("Made", list(_made(story))),
            ("Learnt from", list(credits(story.get("model") or {}))),
            ("Taught by", list(_taught(story.get("originality") or {}))),
            ("Nearest training works", list(_nearest(story.get("originality") or {}))),
            ("Rights", list(_rights(story, verdict))),
            ("Mark", list(_mark(story))),
        ]
    sections += [("Steps", list(_steps(verdict))), ("Declared", list(verdict.declared))]
    if asset is not None:
        sections.append(("Library", [f"kept {asset.created[:16].replace('T', ' ')} UTC as {asset.id[:12]}"]))
    return [(heading, lines) for heading, lines in sections if lines]


def _request(story: Mapping[str, Any]) -> Iterator[str]:
    request = story.get("request") or {}
    prompt = request.get("prompt")
    yield f"“{prompt}”" if prompt else "the words were kept private" if prompt is None else "no words"
    controls = {key: value for key, value in (request.get("controls") or {}).items() if value not in (None, "", False)}
    told = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in controls.items())
    yield f"seed {request.get('seed')}, work seed {story.get('seed')}{'; ' + told if told else ''}"


def _made(story: Mapping[str, Any]) -> Iterator[str]:
    how = str(story.get("how", ""))
    adopted = story.get("action") == "adopted"
    by_rule = how == "after" and not story.get("checkpoint")
    told = {**HOW, **OF_CRAFTS.get(str((story.get("request") or {}).get("maker")), {})}
    yield "edited by hand" if adopted else told["restyled"] if by_rule else told.get(how, how)
    if story.get("human"):
        yield f"by hand: {story['human']}"
    hands = told_hands(story)
    if hands:
        yield hands
    if story.get("note") and story["note"] != hands:
        yield str(story["note"])
    for one in story.get("ingredients") or ():
        author = f" by {one['author']}" if one.get("author") else ""
        licence = f" ({one['licence']})" if one.get("licence") else ""
        relation = RELATIONS.get(one.get("relation", ""), "looked at")
        yield f"{relation} {one.get('title', '')}{author}{licence} {one.get('source', '')}".rstrip()


def _mark(story: Mapping[str, Any]) -> Iterator[str]:
    """The invisible mark of a picture, or why it has none; nothing is said of works that never have one."""
    from ..trust.picture_marks import of_story

    mark = of_story(story)
    if mark is not None:
        yield f"an invisible mark is bound to this credential ({mark.told}): a copy that lost it is found again by it"
    elif (story.get("request") or {}).get("maker") == "picture" and story.get("watermark"):
        yield str(story["watermark"])


def told_hands(story: Mapping[str, Any]) -> str:
    """Whose hand made how many shapes, or bars of how many parts; "" where nobody recorded it."""
    trace = story.get("trace") or {}
    hands = [one.get("by") for one in trace.get("shapes") or ()]
    if (story.get("request") or {}).get("maker") != "music":
        return authorship.told(hands)
    parts = max(1, min(int(trace.get("parts") or 1), len(hands)))
    line = authorship.told(hands, "bar")
    return f"{len(hands) // parts} bars of {parts} parts:{line.partition(':')[2]}" if line and parts > 1 else line


def credits(model: Mapping[str, Any]) -> Iterator[str]:
    """Whose works taught a model: a line per set, from a card or from the part of it that travels with a work."""
    if not model:
        return
    size = f", {int(model['parameters']) / 1e6:.1f} M parameters" if model.get("parameters") else ""
    base = f", an adapter of {model['base']} ({str(model.get('base_id') or '')[:12]})" if model.get("adapter") else ""
    yield f"{model.get('name', 'a model')}{size}{base}"
    for dataset in model.get("datasets") or ():
        sets = dataset.get("sets") or ()
        if not sets:
            licences = ", ".join(f"{count} {spdx}" for spdx, count in sorted((dataset.get("licences") or {}).items()))
            yield f"{dataset.get('name', '')} {dataset.get('version', '')}: {licences}".strip()
        for one in sets:
            facts = [f"{one.get('items', 0):,} items", *filter(None, (one.get("licence"), one.get("copyright")))]
            yield f"{one.get('set', '')}: {', '.join(facts)}"


def _nearest(originality: Mapping[str, Any]) -> Iterator[str]:
    if not originality:
        return
    verdict, of_music = str(originality.get("verdict")), "windows" in originality
    yield (
        f"common vocabulary: {originality.get('note')}"
        if of_music and verdict == "common"
        else (OF_MUSIC if of_music else OF_PICTURES if "bar" in originality else VERDICTS).get(verdict, verdict)
    )
    if of_music:
        share, longest = float(originality.get("share") or 0), int(originality.get("longest") or 0)
        yield f"{share:.1%} of its windows of 16 notes stand in them; the longest stretch has {longest} notes"
    if originality.get("allowed"):
        yield "kept all the same, as its creator asked"
    for near in originality.get("nearest") or ():
        author = f" by {near['author']}" if near.get("author") else ""
        yield f"{near['title']}{author} ({near['licence']}), {_likeness(near)}"
    yield "similar works, not sources: being alike is no proof of having been copied"


def _taught(originality: Mapping[str, Any]) -> Iterator[str]:
    """Whose pictures the model learnt the things of a picture from, a line for each thing."""
    by_thing: dict[str, list[str]] = {}
    for one in originality.get("taught") or ():
        licence = f" ({one['licence']})" if one.get("licence") else ""
        by_thing.setdefault(one["thing"], []).append(f"{one.get('author') or one.get('set', '')}{licence}")
    for thing, hands in by_thing.items():
        more = f" and {len(hands) - MOST_HANDS} others" if len(hands) > MOST_HANDS else ""
        yield f"{thing}: pictures by {', '.join(hands[:MOST_HANDS])}{more}"


def _likeness(near: Mapping[str, Any]) -> str:
    """How far a similar work agrees, in words."""
    if "distance" in near:
        style = "".join(f"{near[key]}, " for key in ("thing", "style") if near.get(key))
        return f"{style}distance {near['distance']:.3f}{', nearer than chance' if near.get('same') else ''}"
    if "theirs" not in near:
        return f"{round(100 * near['iou'])} % of the ink coincides"
    where = f"bars {near.get('bars')} of {near.get('part')} are like its bars {near['theirs']}"
    return f"{where}, {near.get('alike')} of {near.get('notes')} notes"


def _rights(story: Mapping[str, Any], verdict: Verdict) -> Iterator[str]:
    rights = story.get("rights") or {}
    if rights.get("offered"):
        yield f"offered under {rights['offered']}"
    if rights.get("from"):
        yield f"made after works under {rights['from']}"
    if rights.get("duties"):
        yield f"duties: {', '.join(rights['duties'])}"
    entries = verdict.chain[0].get("training", {}) if verdict.chain else {}
    use = (entries.get("cawg.ai_generative_training") or {}).get("use")
    if use:
        yield f"training on this work: {TRAINING.get(use, use)}"


def _steps(verdict: Verdict) -> Iterator[str]:
    """The chain of manifests, newest first: who signed what was done."""
    for manifest in verdict.chain:
        done = [str(one.get("action", "")).removeprefix("c2pa.") for one in manifest.get("actions") or ()]
        by = manifest.get("signer") or "an unnamed signer"
        yield f"{', then '.join(done) or 'signed'} · {manifest.get('generator') or 'unknown program'} · signed by {by}"
