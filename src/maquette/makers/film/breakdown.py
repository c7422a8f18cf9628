"""Breakdown of a script: scenes with place and time, the lines in order, who does and says what, props, emotions.

Every element of the script that an audience sees or hears stands in some line: an action in one line for each
sentence, a speech in one for each part between parentheticals.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...core.errors import MediaError
from ...media.film import Doing, Line, Person, Prop, Scene
from ...media.script import Element, Script
from . import doings, mentions, people, sentences
from .lexicon import lexicon, words_of

_INSIDE = re.compile(
    r"^\s*(?P<in>INT\.?/EXT|EXT\.?/INT|I/E|INT|EXT|EST|ИНТ\.?/(?:НАТ|ЭКСТ)|НАТ\.?/ИНТ|ИНТ|НАТ|ЭКСТ|"
    r"INNEN|AUSSEN|AUßEN)[. ]\s*",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s+[-–—]+\s+|\s*[–—]\s*")
_PAUSE = re.compile(
    r"^(?:a |long |short )*(?:beat|pause|silence)\b|^(?:пауза|молчание|молчит|тишина|бит)\b", re.IGNORECASE
)
_FADE = re.compile(
    r"^(?:FADE (?:IN|OUT|TO)|CUT TO|DISSOLVE TO|ЗТМ|ИЗ ЗТМ|В ЗТМ|ЗАТЕМНЕНИЕ|SMASH CUT|THE END|КОНЕЦ)\b.*$"
)
_DIVISION = re.compile(r"^(?:scene|act|явление|действие|сцена|картина|часть)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Breakdown:
    """All that the script says: people with their looks, scenes with lines and without shots, what was not clear."""

    people: tuple[Person, ...]
    scenes: tuple[Scene, ...]
    language: str = "en"
    said: tuple[str, ...] = ()


@dataclass
class _Scene:
    """A scene while it is read."""

    id: str
    heading: str
    first: int
    elements: list[tuple[int, Element]] = field(default_factory=list)


def break_down(script: Script) -> Breakdown:
    """The breakdown of a script. Raises MediaError where nobody does or says anything in it."""
    if not any(
        element.kind in ("action", "dialogue", "lyric", "heading") and element.plain for element in script.elements
    ):
        raise MediaError(
            "the script is empty: nobody does or says anything in it",
            where=script.title or "the script",
            mend="write at least one line of action, such as: ANNA opens the door.",
        )
    cast = people.find_cast(script)
    said = list(cast.said)
    parts = list(_scenes(script, said))
    unknown: dict[str, list[str]] = {}
    scenes: list[Scene] = []
    for part in parts:
        scenes.append(_Reader(part, cast, scenes[-1] if scenes else None, unknown).scene())
    for word, where in unknown.items():
        told = ", ".join(dict.fromkeys(where[:6]))
        said.append(f"the verb {word!r} is not in the lexicon (scene {told}): a neutral motion stands for it")
    said += _silent(cast, scenes)
    dressed = people.with_looks(cast.people, cast.female)
    return Breakdown(dressed, tuple(scenes), language_of(script), tuple(said))


def language_of(script: Script) -> str:
    """The language of what is said, by the letters and the smallest words: en, ru, fr, es, de."""
    text = " ".join(one.plain for one in script.elements if one.kind in ("dialogue", "action"))[:20000].casefold()
    if sum("а" <= letter <= "я" for letter in text) > 0.3 * max(1, sum(letter.isalpha() for letter in text)):
        return "ru"
    words = Counter(words_of(text))
    small = {
        "en": "the and is to of you it in he she",
        "fr": "le la les et est je vous pas une dans",
        "es": "el los y es que en una por con se",
        "de": "der die und ist ich nicht das ein sie mit",
    }
    return max(small, key=lambda name: sum(words[word] for word in small[name].split()))


def _scenes(script: Script, said: list[str]) -> Iterator[_Scene]:
    """The script cut at its headings; what stands before the first is a scene of its own where something happens."""
    found: list[_Scene] = []
    now = _Scene("", "", 0)
    for at, element in enumerate(script.elements):
        if element.kind == "heading":
            found.append(now)
            now = _Scene(element.number, element.plain, at)
        else:
            now.elements.append((at, element))
    found.append(now)
    first = found[0]
    if not any(one.kind in ("action", "cue") and not _FADE.match(one.plain) for _, one in first.elements):
        found.pop(0)
        if found:
            found[0].elements[:0] = [
                one for one in first.elements if one[1].kind in ("centred", "action", "transition")
            ]
    elif len(found) == 1:
        said.append("the script has no scene headings: all of it is one scene in one room (write INT. PLACE - DAY)")
    taken: set[str] = {one.id for one in found if one.id}
    seen: set[str] = set()
    for number, part in enumerate(found, 1):
        if part.id in seen:
            said.append(f"two scenes have the number {part.id}: the second has another here")
            part.id = ""
        while not part.id:
            part.id = str(number) if str(number) not in taken | seen else ""
            number += 1
        seen.add(part.id)
        yield part


def place_of(heading: str) -> tuple[str, str, bool, str]:
    """A heading read: place, set kind ("" where none is known), interior, time ("same" for CONTINUOUS; "" unsaid)."""
    book = lexicon()
    mark = _INSIDE.match(heading)
    inside = mark.group("in").casefold() if mark else ""
    parts = [part for part in _DASH.split(heading[mark.end() :] if mark else heading) if part.strip()]
    time = ""
    while len(parts) > 1 and (found := _time(parts[-1])):
        time = time if time and time != "same" else found
        parts.pop()
    place = " - ".join(part.strip() for part in parts).strip(" .")
    kind = next(filter(None, (book.meaning("places", word) for part in parts for word in reversed(words_of(part)))), "")
    if not time:
        time = next(filter(None, (book.meaning("times", word) for word in words_of(place))), "")
    interior = _interior(inside, kind, book.exteriors)
    if mark and not kind:
        kind = "room" if interior else "street"
    if not interior and kind in (
        "room",
        "kitchen",
        "bedroom",
        "office",
        "cafe",
        "shop",
        "classroom",
        "hospital",
        "hall",
    ):
        kind = "street"  # the house seen from outside
    return place, kind, interior, time


def _interior(inside: str, kind: str, exteriors: frozenset[str]) -> bool:
    if not inside:
        return kind not in exteriors
    return inside.startswith(("int", "инт", "innen", "i/e"))


def _time(part: str) -> str:
    words = words_of(part)
    found = [lexicon().meaning("times", word) for word in words]
    return next(filter(None, found), "") if len(words) <= 4 else ""


class _Reader:
    """Reads one scene, element by element."""

    def __init__(self, part: _Scene, cast: people.Cast, before: Scene | None, unknown: dict[str, list[str]]) -> None:
        self.part, self.cast, self.before, self.unknown = part, cast, before, unknown
        self.lines: list[Line] = []
        self.props: dict[str, Prop] = {}
        self.here: list[str] = []
        self.moods: dict[str, tuple[str, int]] = {}  # person id -> what was seen of them, and before which line
        self.synopsis: list[str] = []
        self.memory = mentions.Memory(cast.female, cast.names, earlier=before.people if before else ())

    def scene(self) -> Scene:
        elements = self.part.elements
        at = 0
        while at < len(elements):
            number, element = elements[at]
            if element.kind == "cue":
                end = at + 1
                while end < len(elements) and elements[end][1].kind in (
                    "dialogue",
                    "parenthetical",
                    "lyric",
                    "note",
                    "boneyard",
                ):
                    end += 1
                self._speech(number, element, elements[at + 1 : end])
                at = end
                continue
            if element.kind in ("action", "lyric"):
                self._action(number, element)
            elif element.kind in ("transition", "centred"):
                self._line("transition" if element.kind == "transition" else "title", element.plain, number, number)
            elif element.kind == "synopsis":
                self.synopsis.append(element.plain)
            at += 1
        return self._made()

    def _made(self) -> Scene:
        place, kind, interior, time = place_of(self.part.heading)
        before = self.before
        if before and (not kind or _DIVISION.match(place)):
            kind, interior, place = before.kind, before.interior, before.place
        if time in ("", "same"):
            time = before.time if before and (time == "same" or place == before.place) else "day"
        moods = Counter(line.emotion for line in self.lines if line.emotion != "neutral")
        heard = {line.who for line in self.lines if line.off and line.who}
        shown = {line.who for line in self.lines if line.who and not line.off} | {
            one.who for line in self.lines for one in line.doings
        }
        return Scene(
            self.part.id,
            self.part.heading,
            place or "somewhere",
            kind or "room",
            interior,
            time,
            tuple(id for id in self.here if id in shown or id not in heard),
            tuple(self.props.values()),
            tuple(self.lines),
            mood=moods.most_common(1)[0][0] if moods else "neutral",
            synopsis=" ".join(self.synopsis),
        )

    def _line(self, kind: str, text: str, first: int, last: int, **more: Any) -> Line:
        id = f"{self.part.id}.{len(self.lines) + 1:02d}"
        self.lines.append(Line(id, kind, text, first=first, last=last, **more))
        return self.lines[-1]

    def _seen(self, ids: Sequence[str]) -> None:
        self.here += [id for id in ids if id not in self.here]
        self.memory.here = tuple(self.here)

    def _action(self, number: int, element: Element) -> None:
        if _FADE.match(element.plain.strip()):
            self._line("transition", element.plain.strip(), number, number)
            return
        for text in sentences.split(element.plain):
            found = self._found(doings.read_sentence(text, self.memory))
            self._note(found.unknown)
            self._seen(found.people)
            self._props(text, found.doings)
            mood = next((one.emotion for one in found.doings if one.emotion != "neutral"), found.emotion)
            if mood != "neutral":
                self.moods |= {doing.who: (mood, len(self.lines)) for doing in found.doings}
            self._line("action", text, number, number, doings=found.doings, emotion=mood)

    def _speech(self, number: int, cue: Element, said: Sequence[tuple[int, Element]]) -> None:
        if people.folded(cue.name) in people.TOGETHER:
            who = tuple(self.here[:2]) or tuple(one.id for one in self.cast.people[:2])
        else:
            who = self.cast.of_cue(cue.name)
        off = people.is_off(cue.extensions, cue.name)
        if not off:
            self._seen(who)
        self.memory.named(who)
        manner = " ".join(
            one for one in cue.extensions if not people.is_off((one,)) and not re.match("cont|прод", one, re.I)
        )
        first, waiting = number, list(said)
        for at, (where, element) in enumerate(waiting):
            if element.kind == "parenthetical":
                more = any(one.kind in ("dialogue", "lyric") for _, one in waiting[at + 1 :])
                manner = self._parenthetical(where, element.plain, who, manner, more, first)
                first = where if _PAUSE.match(element.plain) else first
            elif element.kind in ("dialogue", "lyric") and element.plain.strip():
                self._spoken(element, who, manner, off, first, where, cue.dual)
                first, manner = where, ""
                first = where + 1

    def _parenthetical(self, number: int, text: str, who: Sequence[str], manner: str, more: bool, first: int) -> str:
        """A pause is a line of its own, an action after the last words too; all else is a manner of what follows."""
        if _PAUSE.match(text):
            self._line("parenthetical", text, first, number, who=who[0] if who else "", manner="pause")
            return manner
        if more:
            return f"{manner}, {text}".strip(", ")
        found = self._found(doings.read_sentence(text, self.memory, speaker=who[0] if who else ""))
        self._note(found.unknown)
        self._seen(found.people)
        self._props(text, found.doings)
        self._line("action", text, first, number, doings=found.doings, emotion=found.emotion)
        return ""

    def _spoken(
        self, element: Element, who: Sequence[str], manner: str, off: bool, first: int, last: int, dual: bool
    ) -> None:
        text = " ".join(element.plain.split())
        speaker = who[0] if who else ""
        found = doings.read_sentence(manner, self.memory, speaker=speaker) if manner else doings.Found()
        emotion = doings.emotion_of(manner) if manner else "neutral"
        if emotion == "neutral":
            mood, since = self.moods.pop(speaker, ("neutral", 0))
            emotion = mood if not manner and len(self.lines) - since <= 2 else emotion
            emotion = _tone(text) if emotion == "neutral" else emotion
        acts = tuple(one for one in found.doings if one.motion not in ("", "stands") and not off)
        partner = ""
        if dual:
            partner = next(
                (one.id for one in reversed(self.lines) if one.kind == "dialogue" and one.who != speaker), ""
            )
        kind = "lyric" if element.kind == "lyric" else "dialogue"
        made = self._line(
            kind,
            text,
            first,
            last,
            who=speaker,
            emotion=emotion,
            manner=manner,
            off=off,
            doings=acts,
            with_line=partner,
        )
        for other in who[1:]:
            self._line(kind, text, first, last, who=other, emotion=emotion, manner=manner, off=off, with_line=made.id)
        self._props(text, ())

    def _note(self, words: Sequence[str]) -> None:
        for word in words:
            self.unknown.setdefault(word, []).append(self.part.id)

    def _meant(self, kind: str) -> str:
        """The thing that a word means here: "the bag" is the suitcase that was seen before."""
        if kind in self.props:
            return kind
        return next((other for other in lexicon().families.get(kind, ()) if other in self.props), kind)

    def _found(self, found: doings.Found) -> doings.Found:
        """What a sentence says, its things as this scene has them."""
        return dataclasses.replace(
            found, doings=tuple(dataclasses.replace(one, to=self._meant(one.to)) for one in found.doings)
        )

    def _props(self, text: str, acts: Sequence[Doing]) -> None:
        """Things that action names; of what is only spoken of, nothing stands on the set."""
        if not acts and self.lines and self.lines[-1].kind in ("dialogue", "lyric") and self.lines[-1].text == text:
            return
        book = lexicon()
        held = {one.to: one.who for one in acts if one.motion in _TAKING and one.to}
        for word in mentions.things_of(text):
            kind = self._meant(book.meaning("props.hand", word) or book.meaning("props.set", word))
            if kind and kind not in self.props and (kind not in WORN or kind in held):
                self.props[kind] = Prop(kind, kind, word, self.part.id, held.get(kind, ""))


WORN = frozenset(("hat", "ring", "watch", "mask", "crown"))  # things of a look, unless a hand takes them
_TAKING = frozenset((
    "picks up", "holds", "reads", "drinks", "eats", "smokes", "talks on the phone", "opens", "aims", "shoots",
    "puts down", "gives", "throws", "works",
))  # fmt: skip


def _tone(text: str) -> str:
    """What punctuation alone says: shouted capitals are anger, "?!" surprise."""
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) > 3 and all(letter.isupper() or letter.lower() == letter.upper() for letter in letters):
        return "angry"
    return "surprised" if "?!" in text or "!?" in text else "neutral"


def _silent(cast: people.Cast, scenes: Sequence[Scene]) -> Iterator[str]:
    for scene in scenes:
        if not scene.lines:
            yield f"scene {scene.id} ({scene.heading}) is empty: one shot of the place stands for it"
        elif not scene.people and any(line.kind == "action" for line in scene.lines):
            yield f"nobody of the cast is seen in scene {scene.id}"
