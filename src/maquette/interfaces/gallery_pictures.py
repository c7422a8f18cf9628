"""Pictures on the gallery page: what they were made of, what came of it, and their stories, all inside the one file."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".svg": "image/svg+xml"}
TOLD = """The painter's tools need no model: what they paint comes from the pictures themselves. The still life, the
landscape and the pebbles are samples, rendered by a program for this project; no camera and no brush had a part in
them."""
STEPS = {
    "stylise": ("A photo in the hand of a painting", "its forms, laid anew with pieces of the painting's brushwork"),
    "paint": (
        "The same photo, painted",
        "every stroke a path in the SVG beside it; on the right, in the order of work",
    ),
    "texture": ("A texture that has no end", "grown from its patches, closed on all sides; here three by three of it"),
}
NAMES = {"stylise": "stylised", "paint": "painted", "texture": "three by three"}


@dataclass(frozen=True)
class Image:
    """A picture on the page: its file, and what its credential is worth. A source has no state."""

    name: str
    data: bytes
    suffix: str
    state: str = ""
    note: str = ""
    story: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """What one tool did: `sources` went in, `result` came out; `also` beside it (a clip)."""

    verb: str
    sources: Sequence[Image]
    result: Image
    also: Image | None
    seconds: float


@dataclass(frozen=True)
class Pictures:
    """The pictures of a tour. `missing`: why there are no sprites; `story`: what the first result says of itself."""

    word: str
    steps: Sequence[Step]
    sprites: Sequence[Image]
    seconds: float
    missing: str = ""
    model: str = ""
    story: Sequence[tuple[str, Sequence[str]]] = ()
    card: Mapping[str, Any] = field(default_factory=dict)


def section(pictures: Pictures | None, marks: Mapping[str, str]) -> str:
    """The part of the page; "" without pictures. `marks`: how the states of a credential are called."""
    if pictures is None:
        return ""
    steps = "".join(_step(one, marks) for one in pictures.steps)
    return (
        f'<section class="pictures"><div class="head"><h2>Pictures</h2><p class="told">{TOLD}</p></div>'
        f"{steps}{_sprites(pictures, marks)}{_story(pictures)}</section>"
    )


def _step(step: Step, marks: Mapping[str, str]) -> str:
    title, told = STEPS[step.verb]
    sources = "".join(_figure(one, one.name.partition(".")[0], marks, "source") for one in step.sources)
    also = _figure(step.also, "being painted", marks) if step.also is not None else ""
    return (
        f'<h3>{title}</h3><p class="told">{told}, in {step.seconds:.1f} seconds.</p>'
        f'<div class="shelf {step.verb}">{sources}{_figure(step.result, NAMES[step.verb], marks)}{also}</div>'
    )


def _figure(image: Image, caption: str, marks: Mapping[str, str], kind: str = "") -> str:
    mark = (
        f'<span class="mark {escape(image.state)}">{marks.get(image.state, image.state)}</span>' if image.state else ""
    )
    note = f"<span>{escape(image.note)}</span>" if image.note else ""
    return (
        f'<figure class="{kind}">{_img(image, caption)}<figcaption>{mark}<strong>{escape(caption)}</strong>{note}'
        f'<span class="file">{escape(image.name)}</span></figcaption></figure>'
    )


def _sprites(pictures: Pictures, marks: Mapping[str, str]) -> str:
    """The grid of four, each as large as it is, enlarged by whole pixels; or the line that says why there is none."""
    title = f"<h3>&ldquo;{escape(pictures.word)}&rdquo; from words</h3>"
    if not pictures.sprites:
        return f'{title}<p class="remark">{escape(pictures.missing)}</p>'
    cards = "".join(_card(one, marks) for one in pictures.sprites)
    told = f"Four by {escape(pictures.model)}, in {pictures.seconds:.1f} seconds; seeds as they came. PNG with alpha."
    return f'{title}<p class="told">{told}</p><ol class="works sprites">{cards}</ol>'


def _card(image: Image, marks: Mapping[str, str]) -> str:
    nearest = (image.story.get("originality") or {}).get("nearest") or ()
    alike = ""
    if nearest:
        near = nearest[0]
        whose = " by ".join(filter(None, (str(near.get("title") or ""), str(near.get("author") or ""))))
        alike = f'<p class="near">nearest: {escape(whose)}, {escape(str(near.get("licence") or ""))}</p>'
    return (
        f'<li class="card">{_img(image, image.name)}<p class="note">{escape(image.note or "from words")}</p>{alike}'
        f'<p class="foot"><span class="mark {escape(image.state)}">{marks.get(image.state, image.state)}</span>'
        f'<span class="file">{escape(image.name)}</span></p></li>'
    )


def _story(pictures: Pictures) -> str:
    if not pictures.story:
        return ""
    rows = "".join(
        f"<dt>{escape(heading)}</dt><dd>{'<br>'.join(escape(line) for line in lines)}</dd>"
        for heading, lines in pictures.story
    )
    name = escape(pictures.steps[0].result.name)
    return f'<div class="story"><h3>maquette show {name}</h3><dl>{rows}</dl></div>'


def _img(image: Image, label: str) -> str:
    data = base64.b64encode(image.data).decode("ascii")
    return f'<img alt="{escape(label)}" src="data:{TYPES[image.suffix]};base64,{data}">'
