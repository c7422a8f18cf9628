"""Speech with the time of every sound: from a synthesiser where one is installed, from the text alone otherwise.

eSpeak NG is asked as a separate program (see `espeak.py`); it tells when each phone begins, to the millisecond. Without
it the words are timed by rules of our own for English, Russian, French and Spanish, and the sound is empty: lips,
gestures and captions still have their times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...core.errors import UsageError
from ...media.phones import parts, shares
from . import espeak, speech_text

Floats = NDArray[np.float32]
LANGUAGES = ("en", "ru", "fr", "es")  # for which we have our own rules; a synthesiser may know more


@dataclass(frozen=True, eq=False)
class Spoken:
    """A line as it is spoken. Times: seconds from its start; phones: IPA of `media.phones.PHONES`, "" a pause."""

    sound: Floats  # mono (n,), empty where nothing could be synthesised
    rate: int  # Hz
    phones: tuple[tuple[float, float, str], ...]
    words: tuple[tuple[float, float, str], ...]
    stresses: tuple[float, ...] = ()  # middles of stressed vowels: where hands beat
    source: str = "text"  # "espeak-ng", "text" or "recording"
    text: str = ""
    language: str = "en"
    voice: str = ""
    said: tuple[str, ...] = field(default=())  # what was done otherwise than asked

    @property
    def seconds(self) -> float:
        """Length: of the sound, or to the end of the last phone."""
        if len(self.sound):
            return len(self.sound) / self.rate
        return self.phones[-1][1] if self.phones else 0.0


@dataclass(frozen=True)
class Utterance:
    """What is to be spoken and how: `voice` "en+f3", "+f3" or "" (the language's own); pitch and rate are factors."""

    text: str
    language: str = "en"
    voice: str = ""
    pitch: float = 1.0
    rate: float = 1.0
    emotion: str = "neutral"


# Rate, pitch, range of pitch and loudness of a feeling, as factors. Directions after Scherer 2003 (Speech
# Communication 40, table 2): fear and anger are fast and high, sadness and tiredness slow, low and flat.
FEELINGS: Mapping[str, tuple[float, float, float, float]] = {
    "neutral": (1.0, 1.0, 1.0, 1.0),
    "happy": (1.06, 1.08, 1.3, 1.05),
    "sad": (0.86, 0.95, 0.6, 0.8),
    "angry": (1.08, 1.03, 1.4, 1.25),
    "afraid": (1.15, 1.14, 1.1, 0.9),
    "surprised": (1.05, 1.14, 1.5, 1.1),
    "disgusted": (0.93, 0.95, 0.9, 1.0),
    "tired": (0.82, 0.93, 0.55, 0.75),
    "tender": (0.9, 1.02, 0.8, 0.75),
    "tense": (1.05, 1.0, 0.75, 1.0),
}
_WORDS_A_MINUTE = {"en": 150, "ru": 138, "fr": 152, "es": 152}


def speak(
    text: str,
    *,
    language: str = "en",
    voice: str = "",
    pitch: float = 1.0,
    rate: float = 1.0,
    emotion: str = "neutral",
) -> Spoken:
    """One line spoken. Raises UsageError for an unknown emotion or a rate or pitch outside 0.3 .. 3."""
    return speak_all([Utterance(text, language, voice, pitch, rate, emotion)])[0]


def speak_all(lines: Iterable[Utterance], *, synthesiser: bool = True) -> tuple[Spoken, ...]:
    """Many lines, with one start of the synthesiser: 1,000 lines a minute and more on one core.

    `synthesiser=False` times them by the text alone, silently. Otherwise what went missing is in `Spoken.said`.
    """
    asked = tuple(lines)
    for one in asked:
        _check(one)
    voices = [voice_of(one) for one in asked]
    if not synthesiser:
        return tuple(_from_text(one, voice, ()) for one, voice in zip(asked, voices, strict=True))
    orders = [_order(one, voice) for one, voice in zip(asked, voices, strict=True)]
    answers, why = espeak.ask(orders)
    out = []
    for one, voice, answer in zip(asked, voices, answers, strict=True):
        if answer is None:
            out.append(_from_text(one, voice, (why,) if why else ()))
        else:
            out.append(_from_answer(one, voice, answer))
    return tuple(out)


def voice_of(line: Utterance) -> str:
    """The synthesiser's name of a line's voice."""
    return line.language + line.voice if line.voice.startswith("+") else line.voice or line.language


def plain(text: str) -> str:
    """A line's words without the marks of a script: emphasis, notes, line breaks."""
    text = re.sub(r"\[\[.*?\]\]|/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"(?<!\\)[*_]+|\\(?=[*_])", "", text)
    return " ".join(text.replace("\u00ad", "").split())


def _check(line: Utterance) -> None:
    if line.emotion not in FEELINGS:
        raise UsageError(f"no emotion {line.emotion!r}", where="emotion", mend="one of " + ", ".join(FEELINGS))
    for name, value in (("pitch", line.pitch), ("rate", line.rate)):
        if not 0.3 <= value <= 3:
            raise UsageError(f"{name} {value:g} is no voice", where=name, mend="give a factor between 0.3 and 3")
    if not re.fullmatch(r"[\w+ /.-]*", line.language + line.voice):
        raise UsageError(f"no voice {line.voice!r}", where="voice", mend='write it as "en", "en+f3" or "+f3"')


def _order(line: Utterance, voice: str) -> espeak.Order:
    rate, pitch, span, volume = FEELINGS[line.emotion]
    words = _WORDS_A_MINUTE.get(line.language[:2], 150) * line.rate * rate
    return espeak.Order(
        text=plain(line.text),
        voice=voice,
        spare=line.language,
        # The synthesiser's scale of 0..99 doubles the pitch every 50 steps.
        pitch=round(float(np.clip(50 + 50 * np.log2(line.pitch * pitch), 0, 99))),
        range=round(min(99.0, 50 * span)),
        rate=round(float(np.clip(words, 80, 450))),
        volume=round(min(200.0, 90 * volume)),
    )


def _from_answer(line: Utterance, voice: str, answer: espeak.Answer) -> Spoken:
    phones: list[tuple[float, float, str]] = []
    for start, end, name in answer.phones:
        split = parts(name, line.language) or ("",)
        at = start
        for phone, share in zip(split, shares(split), strict=True):
            phones.append((at, at + share * (end - start), phone))
            at += share * (end - start)
    return Spoken(
        sound=answer.sound,
        rate=answer.rate,
        phones=tuple(joined(phones)),
        words=answer.words,
        stresses=answer.stresses,
        source="espeak-ng",
        text=plain(line.text),
        language=line.language,
        voice=answer.voice,
        said=answer.said,
    )


def joined(phones: Iterable[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Phones without empty ones and with one pause where several follow each other."""
    out: list[tuple[float, float, str]] = []
    for start, end, phone in phones:
        if end <= start:
            continue
        if out and not phone and not out[-1][2]:
            out[-1] = (out[-1][0], end, "")
        else:
            out.append((start, end, phone))
    return out


def _from_text(line: Utterance, voice: str, said: tuple[str, ...]) -> Spoken:
    words = _WORDS_A_MINUTE.get(line.language[:2], 150) * line.rate * FEELINGS[line.emotion][0]
    timed = speech_text.timed(plain(line.text), line.language, words)
    return Spoken(
        sound=np.zeros(0, np.float32),
        rate=22050,
        phones=tuple(joined(timed.phones)),
        words=timed.words,
        stresses=timed.stresses,
        source="text",
        text=plain(line.text),
        language=line.language,
        voice=voice,
        said=(*said, *timed.said),
    )
