"""A film on the gallery page: the page of script, the film itself, its panels, and its credits, inside the one file."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

TYPES = {".webm": "video/webm", ".mp4": "video/mp4"}
TOLD = """Made from the page of script below, on this machine: people, places and shots from its words, movements from
recorded ones, voices, steps and rain synthesised, music to the cuts. Every panel, pose, bar and cut stays editable."""


@dataclass(frozen=True)
class Panel:
    """A panel of the storyboard: its shot, what is seen, and a small picture (JPEG)."""

    shot: str
    what: str
    picture: bytes
    new: bool = False


@dataclass(frozen=True)
class Reel:
    """The film of a tour. state: of its credential; captions: as WebVTT; credits: heading and lines; missing: why there
    is none."""

    title: str = ""
    name: str = ""
    data: bytes = b""
    suffix: str = ".webm"
    state: str = ""
    summary: str = ""
    seconds: float = 0.0  # of work
    length: float = 0.0
    script: str = ""
    captions: str = ""
    panels: Sequence[Panel] = ()
    credits: Sequence[tuple[str, Sequence[str]]] = ()
    also: Sequence[str] = ()
    missing: str = ""


def section(reel: Reel | None, marks: Mapping[str, str]) -> str:
    """The part of the page; "" without a film. `marks`: how the states of a credential are called."""
    if reel is None:
        return ""
    if reel.missing:
        return (
            '<section class="film"><div class="head"><h2>A film</h2></div>'
            f'<p class="remark">{escape(reel.missing)}</p></section>'
        )
    cards = "".join(_panel(one) for one in reel.panels)
    also = ", ".join(escape(one) for one in reel.also)
    return (
        f'<section class="film"><div class="head"><h2>A film</h2><p class="told">{TOLD} '
        f"{reel.length:.0f} seconds, made in {reel.seconds:.0f}.</p></div>{_player(reel, marks)}"
        f'<h3>Its panels</h3><ol class="panels">{cards}</ol>'
        f'<div class="two"><div><h3>The page it was made from</h3><pre class="script">{escape(reel.script)}</pre></div>'
        f"<div><h3>Its end credits</h3>{_credits(reel)}</div></div>"
        f'<p class="told">Beside it: {also}.</p></section>'
    )


def _player(reel: Reel, marks: Mapping[str, str]) -> str:
    film = base64.b64encode(reel.data).decode("ascii")
    words = base64.b64encode(reel.captions.encode()).decode("ascii")
    first = base64.b64encode(reel.panels[0].picture).decode("ascii") if reel.panels else ""
    poster = f'poster="data:image/jpeg;base64,{first}" ' if first else ""
    return (
        f'<figure class="reel"><video controls preload="metadata" aria-label="{escape(reel.title)}" {poster}'
        f'src="data:{TYPES[reel.suffix]};base64,{film}"><track kind="captions" default '
        f'src="data:text/vtt;base64,{words}"></video><figcaption>'
        f'<span class="mark {escape(reel.state)}">{marks.get(reel.state, reel.state)}</span>'
        f"<strong>{escape(reel.title)}</strong><span>{escape(reel.summary)}</span>"
        f'<span class="file">{escape(reel.name)}</span></figcaption></figure>'
    )


def _panel(one: Panel) -> str:
    data = base64.b64encode(one.picture).decode("ascii")
    return (
        f'<li><img alt="{escape(one.what)}" src="data:image/jpeg;base64,{data}">'
        f"<p><strong>{escape(one.shot)}</strong> {escape(one.what)}</p></li>"
    )


def _credits(reel: Reel) -> str:
    rows = "".join(
        f"<dt>{escape(heading)}</dt><dd>{'<br>'.join(escape(line) for line in lines)}</dd>"
        for heading, lines in reel.credits
    )
    return f'<dl class="roll">{rows}</dl>'
