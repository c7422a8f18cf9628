"""The title card and the end credits: who wrote, who appears, whose works taught each model, and what was whose part.

The roll is long enough to be read and no longer than a fifth of the film by default; whoever does not find a place in
it stands in `credits.txt` beside the film, which names everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...media.film import Film
from ...media.ink import Ink, Layer, Page, Words
from ...media.ink_draw import to_pixels
from ...media.lettering import width_of, wrapped

Pixels: TypeAlias = NDArray[np.uint8]

GROUND = "#15161a"
CREAM = "#f3ead7"
GREY = "#a49d90"
RED = "#c8553d"
TITLE_SECONDS = 3.0
SHORTEST, LONGEST = 14.0, 40.0  # seconds of the roll, unless all are to be named
SPEED = 0.13  # of the picture's height that goes by in a second: a slow reader keeps up
_WORK = re.compile(r"^(?P<who>.+?): (?P<works>[\d,]+) works?(?:, typed in by (?P<typed>[^;]+))?; (?P<rest>.+)$")

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "by": "written by",
        "cast": "cast",
        "voice": "voice",
        "end": "end",
        "music": "music",
        "taught": "taught by",
        "motion": "movement",
        "human": "who made what",
        "tools": "made with",
        "works": "works",
        "others": "and {n} others, all of them named in {file}",
        "no voices": "no voices: captions",
        "script": "script: {who}, {n} words, every one of them",
        "person": "a person",
        "shots": "shots: {n} by a grammar of rules",
        "hand": ", {n} of them changed by hand",
        "order": ", in an order made by hand",
        "drawn": "drawings and acting: by rules, from recorded movements of people",
        "composed": "music: by a model, to the cuts",
        "recording": "a recording",
    },
    "ru": {
        "by": "автор",
        "cast": "действующие лица",
        "voice": "голос",
        "end": "конец",
        "music": "музыка",
        "taught": "учили",
        "motion": "движения",
        "human": "кто что сделал",
        "tools": "сделано в",
        "works": "работ",
        "others": "и ещё {n}; все названы в {file}",
        "no voices": "без голосов, с титрами",
        "script": "сценарий: {who}, слов: {n}, все до одного",
        "person": "человек",
        "shots": "кадры: {n} по правилам грамматики",
        "hand": ", из них изменено рукой: {n}",
        "order": ", порядок установлен рукой",
        "drawn": "рисунки и игра: по правилам, из записанных движений людей",
        "composed": "музыка: сочинена моделью под монтаж",
        "recording": "запись",
    },
    "fr": {
        "by": "écrit par",
        "cast": "distribution",
        "voice": "voix",
        "end": "fin",
        "music": "musique",
        "taught": "appris de",
        "motion": "mouvements",
        "human": "qui a fait quoi",
        "tools": "fait avec",
        "works": "œuvres",
        "others": "et {n} autres, tous nommés dans {file}",
        "no voices": "sans voix, sous-titré",
        "script": "scénario : {who}, {n} mots, tous",
        "person": "une personne",
        "shots": "plans : {n} par une grammaire de règles",
        "hand": ", dont {n} changés à la main",
        "order": ", dans un ordre fait à la main",
        "drawn": "dessins et jeu : par des règles, d'après des mouvements enregistrés",
        "composed": "musique : par un modèle, sur les coupes",
        "recording": "un enregistrement",
    },
    "es": {
        "by": "escrito por",
        "cast": "reparto",
        "voice": "voz",
        "end": "fin",
        "music": "música",
        "taught": "enseñado por",
        "motion": "movimientos",
        "human": "quién hizo qué",
        "tools": "hecho con",
        "works": "obras",
        "others": "y {n} más, todos nombrados en {file}",
        "no voices": "sin voces, con subtítulos",
        "script": "guion: {who}, {n} palabras, todas",
        "person": "una persona",
        "shots": "planos: {n} por una gramática de reglas",
        "hand": ", {n} de ellos cambiados a mano",
        "order": ", en un orden hecho a mano",
        "drawn": "dibujos y actuación: por reglas, de movimientos grabados de personas",
        "composed": "música: por un modelo, a los cortes",
        "recording": "una grabación",
    },
}


@dataclass(frozen=True)
class Owed:
    """Somebody whose work went in: their name, under which set it stands, how many works, and its licence."""

    who: str
    set: str = ""
    works: int = 0
    licence: str = ""
    source: str = ""


@dataclass(frozen=True)
class Block:
    """A part of the credits. rows: (left, right) pairs; crowd: names that stand side by side; text: a paragraph."""

    heading: str
    rows: tuple[tuple[str, str], ...] = ()
    crowd: tuple[str, ...] = ()
    text: str = ""
    more: str = ""  # said under a crowd


@dataclass(frozen=True)
class Facts:
    """What the credits tell. models: a model's name -> its card; motions: whose movements were played, with how many;
    voices: person id -> how it speaks; hand: lines on what people did and what rules and models did."""

    film: Film
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    motions: tuple[Owed, ...] = ()
    voices: Mapping[str, str] = field(default_factory=dict)
    hand: tuple[str, ...] = ()
    tools: tuple[str, ...] = ("Maquette",)


def words_of(language: str) -> Mapping[str, str]:
    """Headings in the film's language, in English where there are none."""
    return WORDS.get(language[:2].lower(), WORDS["en"])


# -- whose works ------------------------------------------------------------------------------------------------------


def taught(card: Mapping[str, Any]) -> tuple[Owed, ...]:
    """Whose works taught a model, from its card: everybody that its list of attributions names, most works first."""
    found = []
    for line in card.get("attribution") or ():
        match = _WORK.match(str(line))
        if match is None:
            found.append(Owed(str(line)))
            continue
        licence, _, source = match["rest"].partition("; ")
        who, comma, set_name = match["who"].rpartition(", ")
        if not comma:
            who, set_name = match["who"], ""
        found.append(Owed(who, set_name, int(match["works"].replace(",", "")), licence, source))
    if not found:
        for dataset in card.get("datasets") or ():
            for one in dataset.get("sets") or ():
                who = str(one.get("copyright") or one.get("set"))
                found.append(Owed(who, str(one.get("set", "")), int(one.get("items", 0)), str(one.get("licence", ""))))
    return tuple(found)


def by_name(owed: Iterable[Owed]) -> list[tuple[str, int]]:
    """Everybody once with all their works, most first. "Moniuszko, Stanisław" is said as one says it."""
    total: dict[str, int] = {}
    for one in owed:
        name = spoken_name(one.who)
        if name.lower() not in ("anonymous", "unknown", "author not recorded", "traditional", ""):
            total[name] = total.get(name, 0) + one.works
    return sorted(total.items(), key=lambda pair: -pair[1])


def spoken_name(name: str) -> str:
    """ "Bach, J. S." -> "J. S. Bach"; names of companies and sets stay."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and "," not in first and len(first) < 40 and not first[:1].isdigit() else name


# -- the blocks -------------------------------------------------------------------------------------------------------


def blocks(facts: Facts) -> tuple[Block, ...]:
    """The end credits from the writer to the tools. Every crowd is whole here; a roll may have to shorten it."""
    film, told = facts.film, words_of(facts.film.language)
    out = []
    if film.author:
        out.append(Block(told["by"], rows=(("", film.author),)))
    cast = [(one.name, facts.voices.get(one.id, "")) for one in film.people if _appears(film, one.id)]
    if cast:
        out.append(Block(told["cast"], rows=tuple(cast)))
    for name, card in facts.models.items():
        owed = taught(card)
        licences = ", ".join(sorted({one.licence for one in owed if one.licence}))
        heading = f"{told['music']}: {name}" if card.get("kind") == "music" else name
        total = sum(one.works for one in owed)
        text = f"{told['taught']} {total:,} {told['works']} ({licences})" if owed else ""
        out.append(Block(heading, text=text, crowd=tuple(who for who, _ in by_name(owed))))
    if facts.motions:
        rows = tuple(("", f"{one.who} ({one.licence})") for one in facts.motions)
        thanks = " ".join(dict.fromkeys(one.source for one in facts.motions if one.source))
        out.append(Block(told["motion"], rows=rows, text=thanks))
    if facts.hand:
        out.append(Block(told["human"], rows=tuple(_pair(line) for line in facts.hand)))
    out.append(Block(told["tools"], rows=tuple(("", tool) for tool in facts.tools)))
    return tuple(out)


def _pair(line: str) -> tuple[str, str]:
    left, colon, right = line.replace(" : ", ": ").partition(": ")
    return (left, right) if colon else ("", line)


def _appears(film: Film, person: str) -> bool:
    return any(person in scene.people or any(line.who == person for line in scene.lines) for scene in film.scenes)


def text(facts: Facts) -> str:
    """All of it as plain text, everybody named with set, licence and source: `credits.txt`."""
    film = facts.film
    out = [film.title.upper(), ""]
    for block in blocks(facts):
        if block.crowd:
            continue
        out += [block.heading.upper()]
        out += [f"  {left}: {right}" if left and right else f"  {left or right}" for left, right in block.rows]
        out += [f"  {block.text}"] if block.text else []
        out.append("")
    for name, card in facts.models.items():
        owed = taught(card)
        kinds = ", ".join(f"{count:,} {spdx}" for spdx, count in sorted((card.get("licences") or {}).items()))
        out += [f"{name.upper()}: WHOSE WORKS TAUGHT IT", f"  {sum(one.works for one in owed):,} works: {kinds}", ""]
        for one in owed:
            parts = [one.set, f"{one.works:,} work{'s' * (one.works != 1)}", one.licence, one.source]
            out.append(f"  {spoken_name(one.who)}: {'; '.join(part for part in parts if part)}")
        out.append("")
    return "\n".join(out).rstrip() + "\n"


# -- pages ------------------------------------------------------------------------------------------------------------


def title_page(film: Film, width: int, height: int) -> Page:
    """The card at the beginning: the title over a line drawn by hand, and who wrote it."""
    size = height * 0.11
    lines = wrapped(film.title or "Untitled", size, width * 0.84, bold=True)
    while len(lines) > 3 and size > height * 0.05:
        size *= 0.85
        lines = wrapped(film.title, size, width * 0.84, bold=True)
    top = height * 0.46 - (len(lines) - 1) * size * 0.58
    marks: list[Ink | Words] = [
        Words(line, width / 2, top + number * size * 1.16, size, CREAM, "middle", bold=True, owner="title")
        for number, line in enumerate(lines)
    ]
    below = top + (len(lines) - 1) * size * 1.16 + height * 0.075
    widest = min(width * 0.5, max(width_of(line, size, True) for line in lines) * 0.8)
    marks.append(_stroke(width / 2 - widest / 2, width / 2 + widest / 2, below, height))
    if film.author:
        told = words_of(film.language)["by"]
        marks.append(Words(told, width / 2, below + height * 0.085, height * 0.032, GREY, "middle", owner="title"))
        marks.append(
            Words(film.author, width / 2, below + height * 0.14, height * 0.045, CREAM, "middle", owner="title")
        )
    return Page(width, height, (Layer("title", tuple(marks)),), GROUND, film.title)


def _stroke(left: float, right: float, y: float, height: float) -> Ink:
    """A line of a brush: it swells and thins, and is not quite straight."""
    t = np.linspace(0, 1, 24)
    x = left + (right - left) * t
    middle = y + height * 0.006 * np.sin(5.1 * t + 0.6) + height * 0.003 * np.sin(13 * t)
    thick = height * 0.0055 * (0.25 + np.sin(np.pi * t) ** 0.6 * (0.8 + 0.2 * np.sin(9 * t)))
    there = np.stack([x, middle - thick / 2], 1)
    back = np.stack([x, middle + thick / 2], 1)[::-1]
    return Ink((np.concatenate([there, back]).astype(np.float32),), RED, smooth=True, owner="title", part="line")


@dataclass(frozen=True)
class Roll:
    """The end credits laid out under one another: letters in pixels from the roll's top, and how it moves."""

    width: int
    height: int
    words: tuple[Words, ...]
    length: float  # pixels
    seconds: float

    def top(self, second: float) -> int:
        """The pixel of the roll at the picture's upper edge; the last words come to rest in the middle."""
        speed = self.height * SPEED
        return round(min(second * speed - self.height * 0.55, self.length - self.height * 0.55))

    def page(self, second: float) -> Page:
        """What is seen of it at a second."""
        return self._from(self.top(second), self.height)

    def _from(self, top: int, height: int) -> Page:
        shown = tuple(_moved(one, -top) for one in self.words if -one.size * 2 < one.y - top < height + one.size * 2)
        return Page(self.width, height, (Layer("credits", shown),), GROUND, "credits")

    def frames(self, fps: float) -> Iterator[Pixels]:
        """Every frame (h, w, 3): the letters are drawn once, in strips, and go by."""
        count, strips = round(self.seconds * fps), dict[int, Pixels]()
        for number in range(count):
            top = self.top(number / fps)
            first = top // self.height
            for strip in (first, first + 1):
                if strip not in strips:
                    strips = {key: value for key, value in strips.items() if key >= first}
                    strips[strip] = to_pixels(self._from(strip * self.height, self.height))
            cut = top - first * self.height
            yield np.concatenate([strips[first][cut:], strips[first + 1][:cut]])


def _moved(one: Words, by: float) -> Words:
    import dataclasses

    return dataclasses.replace(one, y=one.y + by)


def roll(
    facts: Facts, width: int, height: int, *, full: bool = False, file: str = "credits.txt", seconds: float = 0.0
) -> Roll:
    """The roll of a film. full: everybody by name, however long; otherwise crowds are cut to about `seconds` (0: a
    fifth of the film, 14 to 40), and say how many more are named in `file`."""
    wanted = seconds or min(LONGEST, max(SHORTEST, facts.film.seconds / 5))
    told = words_of(facts.film.language)
    whole = list(blocks(facts))
    keep = max((len(block.crowd) for block in whole), default=0)
    words, length = _laid(whole, facts.film, width, height)
    while not full and keep > 9 and length / (height * SPEED) > wanted:
        keep = max(9, int(keep * 0.8))
        words, length = _laid([_cut(block, keep, told, file) for block in whole], facts.film, width, height)
    return Roll(width, height, words, length, length / (height * SPEED) + 1.5)


def _cut(block: Block, keep: int, told: Mapping[str, str], file: str) -> Block:
    import dataclasses

    left = len(block.crowd) - keep
    if left <= 0:
        return block
    return dataclasses.replace(block, crowd=block.crowd[:keep], more=told["others"].format(n=f"{left:,}", file=file))


def _laid(whole: Sequence[Block], film: Film, width: int, height: int) -> tuple[tuple[Words, ...], float]:
    """Every line of letters at its place, and how long the roll is."""
    out: list[Words] = []
    y = 0.0
    for block in whole:
        for words, step in _of_block(block, width, height):
            y += step
            out += [_moved(one, y) for one in words]
        y += height * 0.085
    y += height * 0.12
    out.append(Words(words_of(film.language)["end"].upper(), width / 2, y, height * 0.05, CREAM, "middle", bold=True))
    return tuple(out), y


def _of_block(block: Block, width: int, height: int) -> Iterator[tuple[list[Words], float]]:
    """(letters of a line at y = 0, the step down to it)."""
    plain, middle = height * 0.034, width / 2
    yield [Words(block.heading.upper(), middle, 0, height * 0.024, RED, "middle", bold=True)], height * 0.03
    gap = height * 0.052
    for left, right in block.rows:
        if left and right:
            rows = wrapped(right, plain, width * 0.44)
            name = [Words(left, middle - width * 0.015, 0, plain, GREY, "end")]
            for number, row in enumerate(rows):
                side = [Words(row, middle + width * 0.015, 0, plain, CREAM, "start")]
                yield (name if number == 0 else []) + side, gap if number == 0 else plain * 1.25
        else:
            for number, row in enumerate(wrapped(left or right, plain * 1.15, width * 0.8)):
                yield [Words(row, middle, 0, plain * 1.15, CREAM, "middle")], gap if number == 0 else plain * 1.4
        gap = plain * 1.5
    if block.text:
        for number, row in enumerate(wrapped(block.text, plain * 0.82, width * 0.66)):
            yield [Words(row, middle, 0, plain * 0.82, GREY, "middle")], gap if number == 0 else plain * 1.15
    yield from _crowd(block, width, height)


def _crowd(block: Block, width: int, height: int) -> Iterator[tuple[list[Words], float]]:
    """Names in three columns, smaller; one that is too wide for its column is set smaller still."""
    size, column = height * 0.024, width * 0.29
    for number in range(0, len(block.crowd), 3):
        words = []
        for place, name in enumerate(block.crowd[number : number + 3]):
            fits = min(1.0, column * 0.95 / max(1.0, width_of(name, size)))
            words.append(Words(name, width / 2 + (place - 1) * column, 0, size * fits, CREAM, "middle"))
        yield words, size * (2.2 if number == 0 else 1.42)
    if block.more:
        yield [Words(block.more, width / 2, 0, size * 1.05, GREY, "middle", italic=True)], size * 2.0
