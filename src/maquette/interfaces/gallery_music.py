"""A piece of music on the gallery page: its pages of notes, its piano roll, and a player, all inside the one file."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

TOLD = """Written on this machine from the words above, as notes that stay editable: the MIDI file opens in any
sequencer, the MusicXML in any notation program. The sound is played by Maquette's own instruments. Every file below
carries a signature, and the credential of the one that it was made from."""


@dataclass(frozen=True)
class File:
    """A file of the piece, and what its credential is worth."""

    name: str
    what: str
    state: str
    summary: str


@dataclass(frozen=True)
class Tune:
    """A piece as it is shown. `page`: its first page as SVG, "" where no engraver is installed; `roll`: SVG; `sound`:
    the bytes of its MP3. `story`: what its file says of itself."""

    words: str
    title: str
    facts: Sequence[tuple[str, str]]
    page: str
    roll: str
    sound: bytes
    files: Sequence[File]
    seconds: float
    story: Mapping[str, Any] = field(default_factory=dict)
    card: Mapping[str, Any] = field(default_factory=dict)


def section(tune: Tune | None, marks: Mapping[str, str]) -> str:
    """The part of the page; "" without a piece. `marks`: how the states of a credential are called."""
    if tune is None:
        return ""
    rows = "".join(
        f'<tr><td><span class="mark {escape(one.state)}">{marks.get(one.state, one.state)}</span></td>'
        f'<td>{escape(one.what)}</td><td class="file">{escape(one.name)}</td></tr>'
        for one in tune.files
    )
    facts = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in tune.facts)
    page = _picture(tune.page, f"{tune.title}, the first page of the score", "page") if tune.page else ""
    player = (
        f'<audio controls preload="metadata" src="{_data(tune.sound, "audio/mpeg")}"></audio>' if tune.sound else ""
    )
    return (
        f'<section class="music"><div class="head"><h2>{escape(tune.title)}</h2>'
        f'<p class="told">&ldquo;{escape(tune.words)}&rdquo;, in {tune.seconds:.1f} seconds. {TOLD}</p></div>'
        f"{player}<dl class='facts'>{facts}</dl>"
        f'<div class="sheet">{page}{_picture(tune.roll, f"{tune.title} as a piano roll", "roll")}</div>'
        f"<table><tbody>{rows}</tbody></table></section>"
    )


def _picture(svg: str, label: str, kind: str) -> str:
    return f'<img class="{kind}" alt="{escape(label)}" src="{_data(svg.encode(), "image/svg+xml")}">'


def _data(data: bytes, mime: str) -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"
