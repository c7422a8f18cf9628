"""Who speaks with which voice, and every line of a film spoken: synthesised, or taken from recordings of people.

Voices are cast by rule, so that no two people of a film sound alike: women, men, children and the old each have theirs,
by the same signs that the drawn looks follow. What a person has set on somebody (`Person.voice`, `Person.pitch`) stays.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...core.errors import DataError, RightsError, UsageError
from ...data import likeness
from ...media.film import Film, Line, Person
from .speech import FEELINGS, Spoken, Utterance, speak_all

SPOKEN = ("dialogue", "lyric")
SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")


@dataclass(frozen=True)
class Voice:
    """A variant of the synthesiser's, with the factors that make it somebody's."""

    variant: str  # "+f3"
    pitch: float = 1.0
    rate: float = 1.0


WOMEN = tuple(Voice(one) for one in ("+f2", "+f4", "+Annie", "+f3", "+steph", "+f1", "+Alicia", "+f5", "+Andrea"))
MEN = tuple(Voice(one) for one in ("+m3", "+m7", "+m1", "+Lee", "+m6", "+m4", "+Denis", "+m2", "+max", "+m5"))
CHILDREN = tuple(
    Voice(name, pitch, 1.05) for name, pitch in (("+f5", 1.22), ("+f3", 1.3), ("+Andrea", 1.15), ("+f1", 1.4))
)
OLD_WOMEN = (Voice("+grandma", 0.95, 0.88), Voice("+f1", 0.86, 0.86), Voice("+f4", 0.82, 0.88))
OLD_MEN = (Voice("+grandpa", 1.0, 0.86), Voice("+m8", 0.95, 0.86), Voice("+m4", 0.88, 0.88))
_TURNS = (1.0, 0.9, 1.1, 0.84, 1.17, 0.79, 1.24)  # further people with the same variant: two semitones apart
_WHISPER = re.compile(
    r"whisper|under (?:his|her) breath|шепот|шёпот|тихо|murmur|chuchot|à voix basse|susurr|en voz baja", re.I
)
_SHOUT = re.compile(r"shout|scream|yell|крич|крик|орёт|орет|cri(?:e|ant)\b|hurl|grit", re.I)
_SLOW = re.compile(r"slow|hesita|медлен|запина|lentement|hésit|despacio|lent[oa]|dud", re.I)
_FAST = re.compile(r"fast|quick|rapid|hurried|быстр|скороговор|vite|rápid|deprisa", re.I)


def with_voices(people: Sequence[Person], female: Mapping[str, bool | None] | None = None) -> tuple[Person, ...]:
    """The people, each with a voice and a pitch that nobody else has; what is set already stays.

    female: person id -> woman, man or not known, as the script tells it; by the name where it is not given.
    """
    taken = {(one.voice, round(one.pitch, 2)) for one in people if one.voice}
    out = []
    for person in people:
        if person.voice:
            out.append(person)
            continue
        known = (female or {}).get(person.id)
        voice, pitch = _free(_choir(person, known), person, taken)
        taken.add((voice, round(pitch, 2)))
        out.append(dataclasses.replace(person, voice=voice, pitch=pitch))
    return tuple(out)


def is_woman(person: Person) -> bool:
    """By the words of name and description, else by the sign that the drawn look follows too."""
    from .people import folded, gender_of

    known = gender_of(person)
    if known is None:
        return bool(int.from_bytes(hashlib.sha256(folded(person.name).encode()).digest()[:6], "big") & 1)
    return known


def _choir(person: Person, known: bool | None) -> Sequence[Voice]:
    woman = is_woman(person) if known is None else known
    if person.look.build == "child" or person.look.height < 1.45:
        return CHILDREN
    if person.look.build == "old":
        return OLD_WOMEN if woman else OLD_MEN
    return WOMEN if woman else MEN


def _free(choir: Sequence[Voice], person: Person, taken: set[tuple[str, float]]) -> tuple[str, float]:
    """The first voice that nobody has; when all have one, the same again higher or lower."""
    for turn in _TURNS:
        for one in choir:
            name, pitch = one.variant, round(one.pitch * turn * person.pitch, 2)
            if (name, pitch) not in taken:
                return name, pitch
    return choir[0].variant, round(person.pitch, 2)


# --- a film's lines ------------------------------------------------------------------------------------------------


def utterance(line: Line, person: Person | None, language: str) -> Utterance:
    """How a line is to be spoken: by whom, with which feeling, as its parenthetical says."""
    spoken_in = language_of(line.text, language)
    variant = person.voice if person else ""
    pitch, rate = (person.pitch, _pace(person)) if person else (1.0, 1.0)
    emotion = line.emotion if line.emotion in FEELINGS else "neutral"
    if _WHISPER.search(line.manner):
        variant = "+whisperf" if person and is_woman(person) else "+whisper"
    elif _SHOUT.search(line.manner) and emotion == "neutral":
        emotion = "angry"
    rate *= 0.82 if _SLOW.search(line.manner) else 1.18 if _FAST.search(line.manner) else 1.0
    if line.kind == "lyric":
        rate *= 0.8
    return Utterance(line.text, spoken_in, variant, min(max(pitch, 0.3), 3.0), rate, emotion)


def language_of(text: str, language: str) -> str:
    """The film's language, but Russian for a line in Cyrillic letters, English for a Latin one in a Russian film."""
    cyrillic = len(re.findall(r"[а-яё]", text, re.I))
    latin = len(re.findall(r"[a-zà-ÿ]", text, re.I))
    slavic = language[:2] in ("ru", "uk", "be", "bg", "sr", "mk")
    if cyrillic > latin:
        return language if slavic else "ru"
    return "en" if slavic and latin > 3 else language


def _pace(person: Person) -> float:
    own = 0.96 + 0.08 * (hashlib.sha256(person.id.encode()).digest()[0] / 255)
    return own * {"child": 1.05, "old": 0.88}.get(person.look.build, 1.0)


def spoken_lines(
    film: Film,
    recordings: Mapping[str, Path] | None = None,
    *,
    synthesiser: bool = True,
    on_line: Callable[[int, int], None] | None = None,
) -> dict[str, Spoken]:
    """Every line that is heard, by its id, in the order of the film.

    recordings: line id -> file of a real voice, aligned with the line's text; its length is kept. Silent lines (no
    letters in them) are left out. on_line(done, of) is told how far it is.
    """
    recordings = recordings or {}
    cast = {one.id: one for one in with_voices(film.people)}
    lines = [
        line for scene in film.scenes for line in scene.lines if line.kind in SPOKEN and re.search(r"\w", line.text)
    ]
    unknown = [name for name in recordings if name not in {line.id for line in lines}]
    if unknown:
        raise UsageError(
            f"no spoken line {unknown[0]!r}",
            where=str(recordings[unknown[0]]),
            mend="name it as the plan does: 1.04.wav",
        )
    wanted = [line for line in lines if line.id not in recordings]
    made: dict[str, Spoken] = {}
    for first in range(0, len(wanted), 64):  # a long film is spoken in parts
        part = wanted[first : first + 64]
        asked = [utterance(line, cast.get(line.who), film.language) for line in part]
        spoken = speak_all(asked, synthesiser=synthesiser)
        made.update((line.id, one) for line, one in zip(part, spoken, strict=True))
        if on_line:
            on_line(min(first + 64, len(wanted)), len(lines))
    for line in lines:
        if line.id in recordings:
            made[line.id] = recorded(recordings[line.id], line.text, language_of(line.text, film.language))
    return {line.id: made[line.id] for line in lines}


def recorded(path: Path, text: str, language: str) -> Spoken:
    """A recording with the times of its sounds; without a text they are heard alone."""
    from ...media import sound
    from . import aligner

    heard = sound.read(path)
    if text.strip():
        return aligner.align(heard.mono(), heard.rate, text, language)
    return aligner.listen(heard.mono(), heard.rate, language)


def recordings_in(folder: Path) -> dict[str, Path]:
    """Recordings of a folder by the line they are named after: `1.04.wav`.

    The records in which the speakers agree (`data.likeness`) lie in the same folder; without one that holds it raises
    RightsError.
    """
    if not folder.is_dir():
        raise UsageError("this is no folder of recordings", where=str(folder), mend="give one with files like 1.04.wav")
    found = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES}
    if found and not consent_in(folder):
        raise RightsError(
            "nothing says that these people agree: real voices are worked on only with their consent",
            where=str(folder),
            mend=f"maquette film consent --person NAME --for voice --out {folder}",
        )
    return found


def consent_in(folder: Path) -> tuple[Mapping[str, Any], ...]:
    """What the credential of a film says of the people whose voices lie in a folder: records for a voice that hold."""
    records = []
    for path in sorted(folder.glob("*.json")):
        with contextlib.suppress(DataError):
            records.append(likeness.read(path))
    try:
        told = likeness.require(records, "voice", nobody=False, where=str(folder))
    except RightsError:
        return ()
    return tuple(told["people"])


def said(lines: Iterable[Spoken]) -> tuple[str, ...]:
    """What was done otherwise than asked, each thing once."""
    return tuple(dict.fromkeys(word for one in lines for word in one.said))
