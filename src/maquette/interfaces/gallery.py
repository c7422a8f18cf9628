"""The gallery: one self-contained HTML page that shows a set of works as a studio would publish them.

No script, no font, no address outside the page: it opens from a disk in ten years as it does today.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from maquette.media import drawing as d

from . import gallery_film, gallery_motion, gallery_music, gallery_pictures
from .gallery_film import Reel
from .gallery_motion import Moved
from .gallery_music import Tune
from .gallery_pictures import Pictures

MARKS = {"trusted": "trusted", "valid": "valid", "invalid": "changed", "unsigned": "unsigned"}


@dataclass(frozen=True)
class Shown:
    """A work on the page: its name, drawing and what its file was found to say (`story` is {} if it does not hold)."""

    name: str
    drawing: d.Drawing
    state: str
    summary: str
    story: Mapping[str, Any] = field(default_factory=dict)

    @property
    def note(self) -> str:
        return str(self.story.get("note") or "")

    @property
    def nearest(self) -> Sequence[Mapping[str, Any]]:
        return (self.story.get("originality") or {}).get("nearest") or ()

    @property
    def verdict(self) -> str:
        return str((self.story.get("originality") or {}).get("verdict") or "")


@dataclass(frozen=True)
class Hand:
    """A designer's hand on the page: her own icons, what was told of them, and what her set lacked.

    `rows`: a word, and under each of `heads` the work that answers it, or None where there is none.
    """

    name: str
    own: Sequence[d.Drawing]
    told: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Shown | None]]]

    @property
    def works(self) -> list[Shown]:
        return [work for _, works in self.rows for work in works if work is not None]


@dataclass(frozen=True)
class Gallery:
    """Everything the page tells. `manners`: a name and its works; `edited`: before and after; `changed` likewise."""

    word: str
    manners: Sequence[tuple[str, Sequence[Shown]]]
    edited: tuple[Shown, Shown] | None
    changed: tuple[Shown, Shown] | None
    card: Mapping[str, Any]
    signer: str
    seconds: float
    story: Sequence[tuple[str, Sequence[str]]] = ()
    explanation: Sequence[tuple[str, Sequence[str]]] = ()
    unknown: Sequence[str] = ()
    hand: Hand | None = None
    tune: Tune | None = None
    pictures: Pictures | None = None
    moved: Sequence[Moved] = ()
    reel: Reel | None = None

    @property
    def works(self) -> list[Shown]:
        return [work for _, works in self.manners for work in works]


def page(gallery: Gallery) -> str:
    """The whole page as text."""
    parts = [
        _hero(gallery),
        *(_manner(number, name, works) for number, (name, works) in enumerate(gallery.manners, 1)),
        _sizes(gallery),
        _hand(gallery.hand),
        gallery_music.section(gallery.tune, MARKS),
        gallery_pictures.section(gallery.pictures, MARKS),
        gallery_motion.section(gallery.moved, MARKS),
        gallery_film.section(gallery.reel, MARKS),
        _pair("edited", "One, edited", EDITED, gallery.edited, ("as it was made", "after the edit")),
        _pair("changed", "One, tampered with", CHANGED, gallery.changed, ("the signed file", "the same file, changed")),
        _words(gallery),
        _alike(gallery),
        _credits(gallery),
        _colophon(gallery),
    ]
    head = HEAD.format(title=escape(gallery.word), style=_style())
    return head + "\n".join(part for part in parts if part) + "\n</main></body></html>\n"


@cache
def _style() -> str:
    css = (Path(__file__).with_name("gallery.css")).read_text("utf-8")
    return re.sub(r"/\*.*?\*/|\n\s*", "", css, flags=re.DOTALL)


HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy"
content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Maquette">
<title>{title} · Maquette</title><style>{style}</style></head>
<body><main>
"""

EDITED = """A work stays editable: every line is a stroke with points that any vector program moves. Here a program
made the strokes heavier. The new file carries the old one's credential inside its own: what was done, after what, by
whom."""

CHANGED = """This file was opened, a circle was drawn into it, and it was saved without saying so. Nothing about it
looks wrong. Its credential no longer fits, and says which promise was broken."""


# -- pieces ------------------------------------------------------------------------------------------------------


def inline(drawing: d.Drawing, px: int | None = None, label: str = "") -> str:
    """A drawing as inline SVG in the colour of the text around it, `px` wide, or as wide as there is room."""
    text = d.to_svg(drawing, title="", comment="")
    size = f' width="{px}" height="{px}"' if px else ""
    told = f' role="img" aria-label="{escape(label)}"' if label else ' aria-hidden="true"'
    text = re.sub(r'^<svg xmlns="[^"]*"', f"<svg{size}{told}", text.strip(), count=1)
    # Ids of several drawings would meet on one page.
    return re.sub(r' id="[^"]*"', "", text).replace("\n", "")


def points(drawing: d.Drawing) -> Iterator[tuple[d.Point, bool]]:
    """The points that an editor would show: on the line (True), and the handles of curves (False)."""
    for shape in drawing.shapes:
        form = shape.geometry
        if isinstance(form, d.Path):
            for sub in form.subpaths:
                yield sub.start, True
                for segment in sub.segments:
                    yield segment.to, True
                    if isinstance(segment, d.Cubic):
                        yield segment.c1, False
                        yield segment.c2, False
                    elif isinstance(segment, d.Quad):
                        yield segment.c, False
        elif isinstance(form, d.Rect):
            (x, y), w, h = form.corner, form.width, form.height
            yield from (((x, y), True), ((x + w, y), True), ((x, y + h), True), ((x + w, y + h), True))
        else:
            rx, ry = (form.r, form.r) if isinstance(form, d.Circle) else (form.rx, form.ry)
            (x, y) = form.centre
            yield from (((x - rx, y), True), ((x + rx, y), True), ((x, y - ry), True), ((x, y + ry), True))


def _plate(drawing: d.Drawing, label: str) -> str:
    """A drawing on its 24-unit grid with its points: what "editable" means, seen at once."""
    x, y, w, h = drawing.viewbox
    unit = max(w, h) / 24
    marks = []
    for (px, py), on in points(drawing):
        r = (0.26 if on else 0.16) * unit
        if on:
            marks.append(f'<rect x="{px - r:.2f}" y="{py - r:.2f}" width="{2 * r:.2f}" height="{2 * r:.2f}"/>')
        else:
            marks.append(f'<circle class="handle" cx="{px:.2f}" cy="{py:.2f}" r="{r:.2f}"/>')
    lines = "".join(
        f'<path d="M{x + k * w / 24:.2f} {y:g}v{h:g}M{x:g} {y + k * h / 24:.2f}h{w:g}"/>' for k in range(25)
    )
    box = f'viewBox="{x:g} {y:g} {w:g} {h:g}" aria-hidden="true"'
    return (
        f'<div class="plate"><svg class="lines" {box}>{lines}</svg>{inline(drawing, label=label)}'
        f'<svg class="points" {box}>{"".join(marks)}</svg></div>'
    )


def _mark(work: Shown) -> str:
    return f'<span class="mark {escape(work.state)}">{MARKS.get(work.state, work.state)}</span>'


def _hero(gallery: Gallery) -> str:
    works = gallery.works
    count = int(gallery.card.get("parameters") or 0)
    size = f", a net of {count / 1e6:.1f} million numbers" if count else ""
    model = escape(str(gallery.card.get("name") or "its maker"))
    good = sum(work.state == "trusted" for work in works)
    unknown = "".join(f"<p class='remark'>{escape(line)}</p>" for line in gallery.unknown)
    lead = _plate(works[0].drawing, gallery.word) if works else ""
    band = "".join(inline(work.drawing, 24) for work in works)
    return (
        '<header class="hero"><div class="say">'
        f'<p class="kicker">Maquette · a tour in {_counted(len(gallery.manners), "manner")}</p>'
        f'<h1>{escape(gallery.word)}</h1><p class="lede">{len(works)} icons drawn on this machine, offline, in '
        f"{gallery.seconds:.1f} seconds, by {model}{size}. Seeds as they came; nothing was picked by hand.</p>{unknown}"
        f'<dl class="facts"><div><dt>signed by</dt><dd>{escape(gallery.signer)}</dd></div>'
        f"<div><dt>verified</dt><dd>{good} of {len(works)} trusted</dd></div>"
        f"<div><dt>format</dt><dd>SVG, strokes editable</dd></div></dl></div>{lead}</header>"
        f'<div class="band" aria-hidden="true">{band}</div>'
    )


def _manner(number: int, name: str, works: Sequence[Shown]) -> str:
    cards = "".join(_card(work) for work in works)
    paint = works[0].drawing.shapes[0].paint if works and works[0].drawing.shapes else None
    told = f"stroke {paint.width:g}, {paint.cap} caps, {paint.join} joins" if paint is not None and paint.stroke else ""
    return (
        f'<section><div class="head"><span class="number">{number}</span><h2>{escape(name)}</h2>'
        f'<p class="told">{escape(told)}</p></div><ol class="works">{cards}</ol></section>'
    )


def _card(work: Shown) -> str:
    near = work.nearest[0] if work.nearest else None
    alike = ""
    if near is not None:
        whose = escape(f"{near['title']} by {near['author']}, {near['licence']}")
        alike = f'<p class="near" title="{whose}">nearest: {whose}</p>'
    note = escape(work.note or "from words")
    return (
        f'<li class="card">{inline(work.drawing, 96, work.name)}'
        f'<div class="row">{inline(work.drawing, 48)}{inline(work.drawing, 24)}</div>'
        f'<p class="note">{note}</p>{alike}'
        f'<p class="foot">{_mark(work)}<span class="file">{escape(work.name)}</span></p></li>'
    )


def _sizes(gallery: Gallery) -> str:
    """The first work of every manner in a line of interface text: does it hold at the size it is for?"""
    firsts = [(name, works[0]) for name, works in gallery.manners if works]
    if not firsts:
        return ""
    buttons = "".join(
        f'<span class="button">{inline(work.drawing, 20)}<span>{escape(gallery.word)}</span></span>'
        f'<span class="button solid">{inline(work.drawing, 20)}<span>{escape(name)}</span></span>'
        for name, work in firsts
    )
    return (
        '<section class="inuse"><div class="head"><h2>In use</h2>'
        '<p class="told">20 pixels, in the colour of the text around it</p></div>'
        f'<div class="bar">{buttons}</div></section>'
    )


def _hand(hand: Hand | None) -> str:
    """Her own set, and the icons it lacked, column by column from the human original to her hand."""
    if hand is None:
        return ""
    own = "".join(inline(drawing, 40) for drawing in hand.own)
    heads = "".join(f"<th>{escape(head)}</th>" for head in hand.heads)
    rows = "".join(
        f"<tr><th>{escape(word)}</th>{''.join(_cell(work) for work in works)}</tr>" for word, works in hand.rows
    )
    told = "<br>".join(escape(line) for line in hand.told)
    return (
        f'<section class="hand"><div class="head"><h2>{escape(hand.name)}</h2><p class="told">{told}</p></div>'
        f'<div class="own">{own}</div><table><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        "</section>"
    )


def _cell(work: Shown | None) -> str:
    if work is None:
        return "<td></td>"
    note = escape(work.note or "from words")
    return f'<td>{inline(work.drawing, 72, work.name)}<span class="near">{note}</span>{_mark(work)}</td>'


def _pair(kind: str, title: str, text: str, pair: tuple[Shown, Shown] | None, captions: tuple[str, str]) -> str:
    if pair is None:
        return ""
    figures = "".join(
        f'<figure class="{escape(work.state)}">{inline(work.drawing, label=work.name)}<figcaption>{_mark(work)}'
        f"<strong>{caption}</strong><span>{escape(work.summary)}</span>"
        f'<span class="file">{escape(work.name)}</span></figcaption></figure>'
        for work, caption in zip(pair, captions, strict=True)
    )
    return (
        f'<section class="pair {kind}"><div class="head"><h2>{title}</h2><p class="told">{text}</p></div>'
        f'<div class="two">{figures}</div></section>'
    )


def _words(gallery: Gallery) -> str:
    """What the first file says of itself, and why it came out so."""
    if not gallery.story:
        return ""
    columns = "".join(
        f"<div><h3>{escape(title)}</h3>{_sections(sections)}</div>"
        for title, sections in (("maquette show", gallery.story), ("maquette explain", gallery.explanation))
        if sections
    )
    return (
        '<section class="story"><div class="head"><h2>What the file says</h2><p class="told">Read back from the first '
        f'work above, with nothing but the file in hand.</p></div><div class="two">{columns}</div></section>'
    )


def _sections(sections: Sequence[tuple[str, Sequence[str]]]) -> str:
    rows = (
        f"<dt>{escape(heading)}</dt><dd>{'<br>'.join(escape(line) for line in lines)}</dd>"
        for heading, lines in sections
    )
    return f"<dl>{''.join(rows)}</dl>"


def _alike(gallery: Gallery) -> str:
    """The training works nearest to what was made: each once, the nearest first."""
    best: dict[tuple[str, str], tuple[float, Mapping[str, Any], Shown]] = {}
    for work in gallery.works:
        for near in work.nearest[:1]:
            key = (str(near["title"]), str(near["author"]))
            if key not in best or near["iou"] > best[key][0]:
                best[key] = (float(near["iou"]), near, work)
    if not best:
        return ""
    rows = "".join(
        f"<tr><td>{inline(work.drawing, 24)}</td><td>{escape(str(near['title']))}</td><td>{escape(str(near['author']))}"
        f"</td><td>{escape(str(near['licence']))}</td><td>{escape(work.verdict)}</td>"
        f'<td class="share"><span style="width:{100 * iou:.0f}%"></span>{100 * iou:.0f} %</td></tr>'
        for iou, near, work in sorted(best.values(), key=lambda one: -one[0])[:12]
    )
    verdicts = Counter(work.verdict for work in gallery.works if work.verdict)
    told = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    heads = "".join(f"<th>{one}</th>" for one in ("made", "nearest", "author", "licence", "finding", "shared ink"))
    return (
        '<section class="alike"><div class="head"><h2>Nearest works</h2>'
        f'<p class="told">{escape(told)}. Every work is '
        "compared with all that its model learnt from. Similar works, not sources: being alike is no proof of having "
        "been copied. What stands in three independent sets is common vocabulary.</p></div>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _credits(gallery: Gallery) -> str:
    """The end credits: whose drawings were redrawn here, and all people and sets whose work taught the model."""
    used: Counter[tuple[str, str, str]] = Counter()
    for work in gallery.works:
        for one in work.story.get("ingredients") or ():
            used[one.get("title", ""), one.get("author", ""), one.get("licence", "")] += 1
    looked = [(f"{title} ({licence})", author) for (title, author, licence), _ in used.most_common()]
    people = "<br>".join(escape(str(line)) for line in gallery.card.get("attribution") or ())
    rolls = [
        _roll("Redrawn on this page", looked),
        _roll(f"Taught {gallery.card.get('name', 'the model')}", _sets(gallery.card)),
        f'<h3>With the work of</h3><p class="people">{people}</p>' if people else "",
        *_of_music(gallery.tune),
        *_of_pictures(gallery.pictures),
        _roll("Signed", [("keys, words and choices", gallery.signer)]),
    ]
    if not any(rolls):
        return ""
    return f'<section class="credits"><h2>Credits</h2>{"".join(rolls)}<p class="fin">Fin</p></section>'


def _of_music(tune: Tune | None) -> list[str]:
    """Whose music taught the model that wrote the tune."""
    if tune is None:
        return []
    people = "<br>".join(escape(str(line)) for line in tune.card.get("attribution") or ())
    told = f'<h3>With the music of</h3><p class="people">{people}</p>' if people else ""
    return [_roll(f"Taught {tune.card.get('name', 'the model of music')}", _sets(tune.card)), told]


def _of_pictures(pictures: Pictures | None) -> list[str]:
    """Whose pictures taught the model that drew the sprites."""
    if pictures is None or not pictures.card:
        return []
    people = "<br>".join(escape(str(line)) for line in pictures.card.get("attribution") or ())
    told = f'<h3>With the pictures of</h3><p class="people">{people}</p>' if people else ""
    return [_roll(f"Taught {pictures.card.get('name', 'the model of pictures')}", _sets(pictures.card)), told]


def _sets(card: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The sets a model learnt from, the largest first: what and how much, whose and under which licence."""
    for dataset in card.get("datasets") or ():
        for one in sorted(dataset.get("sets") or (), key=lambda one: -int(one.get("items") or 0)):
            facts = [one.get("copyright") or one.get("set", ""), one.get("licence")]
            yield f"{one.get('set', '')}, {int(one.get('items') or 0):,}", " · ".join(filter(None, facts))


def _counted(count: int, what: str) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six")
    number = words[count] if count < len(words) else str(count)
    return f"{number} {what}" if count == 1 else f"{number} {what}s"


def _roll(title: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"<dt>{escape(what)}</dt><dd>{escape(who)}</dd>" for what, who in rows)
    return f"<h3>{escape(title)}</h3><dl>{lines}</dl>" if lines else ""


def _colophon(gallery: Gallery) -> str:
    first = gallery.works[0].name if gallery.works else "FILE"
    word = escape(gallery.word)
    lines = [
        f"maquette icon &quot;{word}&quot; --seed 1 --out more",
        f"maquette show {escape(first)}",
        f"maquette remake {escape(first)}",
        f"maquette adopt MY-EDIT.svg --from {escape(first)}",
    ]
    return (
        "<footer><div><h3>Go on</h3><pre>" + "\n".join(lines) + "</pre></div><p>Made by Maquette on the creator's own "
        "machine. This page is one file: no scripts, no fonts, no requests.</p></footer>"
    )
