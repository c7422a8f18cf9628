"""When each sound of a recorded voice is spoken: heard by a small net of our own, held to the text where it is given.

The net (`nets/aligner.py`, trained by `training/aligner.py` on synthesised speech alone) gives a probability of every
phone for every hundredth of a second. With the text, its phones are laid over the sound by the likeliest path (Viterbi
1967; pauses between words are free to come or not, a sound that is not there may be left out). Without it the likeliest
path through all phones is taken, with a price on every change. Plain numpy: a minute of voice takes under a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...core.errors import MissingExtra, UsageError
from ...encodings.mel import mel
from ...media.phones import NUMBER, PHONES, SILENCE, is_vowel, parts
from . import espeak, speech_text
from .speech import Spoken, joined, plain, speak

Floats = NDArray[np.float32]
Times = tuple[tuple[float, float, str], ...]
WEIGHTS = Path(__file__).resolve().parents[2] / "starters" / "baselines" / "aligner.npz"
FRAME = 0.01  # seconds
LONGEST = 1800.0  # seconds of one recording
_LEAST = -8.0  # log probability: nothing is impossible
_MISSING = -7.0  # price of a sound that the text has and the voice has not
_CHANGE = -3.5  # price of going to another phone where no text is given
_BAND = 2000  # sounds of the text that are tried at one moment, in long recordings
_REST = 0.05  # seconds: silence shorter than that is part of the sound before


@dataclass(frozen=True)
class Word:
    """A word of the text with its phones, and which of them are stressed."""

    text: str
    phones: tuple[tuple[str, bool], ...]


def align(sound: Floats, rate: int, text: str, language: str = "en") -> Spoken:
    """A recording (n,) mono and what is said in it -> Spoken; `said` tells if the two do not seem to belong together.

    Raises UsageError for an empty or too long recording and for a text without words.
    """
    _check(sound, rate)
    words = words_of(text, language)
    if not words:
        raise UsageError("the text has no words", where="text", mend="write what is said, or leave it out")
    phones, spans, stresses = align_phones(sound, rate, words)
    likely = likelihood(sound, rate, phones)
    said = (f"voice and text fit badly ({likely:.0%} of the sounds are heard as written): check both",) * (likely < 0.5)
    return Spoken(sound, rate, phones, spans, stresses, "recording", plain(text), language, "", said)


def listen(sound: Floats, rate: int, language: str = "en") -> Spoken:
    """A recording alone: phones as they are heard; no words."""
    _check(sound, rate)
    scores = np.maximum(posteriors(sound, rate), _LEAST)
    path = _free_path(scores)
    phones = tuple(joined(_spans(path)))
    loud = _loudness(sound, rate, len(path))
    return Spoken(sound, rate, phones, (), _beats(phones, loud), "recording", "", language)


def words_of(text: str, language: str) -> tuple[Word, ...]:
    """A text's words with their phones: as the synthesiser says them where it is installed, else by our own rules."""
    if espeak.program():
        said = speak(text, language=language)
        if said.source == "espeak-ng" and said.words:
            return _of_spoken(said)
    return tuple(Word(word, some) for word, some in speech_text.spelled(plain(text), language) if some)


def _of_spoken(said: Spoken) -> tuple[Word, ...]:
    """The phones that a synthesiser spoke, each with the word in whose time it lies."""
    some: list[list[tuple[str, bool]]] = [[] for _ in said.words]
    starts = [start for start, _, _ in said.words]
    for start, end, phone in said.phones:
        if phone:
            word = max(int(np.searchsorted(starts, (start + end) / 2, "right")) - 1, 0)
            stressed = is_vowel(phone) and any(start <= beat < end for beat in said.stresses)
            some[word].append((phone, stressed))
    return tuple(Word(word, tuple(few)) for (_, _, word), few in zip(said.words, some, strict=True) if few)


def written(names: str, text: str, language: str) -> tuple[Word, ...]:
    """Words from a synthesiser's line of phones: words parted by spaces, phones by "_", ˈ before a stressed vowel."""
    tokens = [match[0] for match in espeak.WORD.finditer(text)]
    spoken = []
    for cell in names.split():
        some: list[tuple[str, bool]] = []
        for name in cell.split("_"):
            stressed = "ˈ" in name
            for number, phone in enumerate(parts(name, language)):
                some.append((phone, stressed and is_vowel(phone) and number == 0))
        if some:
            spoken.append(tuple(some))
    # Words may be spoken as one ("of the") or one as several ("1905"): then the sounds alone count, evenly named.
    names_of = tokens if len(tokens) == len(spoken) else _spread(tokens, len(spoken))
    return tuple(Word(word, some) for word, some in zip(names_of, spoken, strict=True))


def _spread(tokens: list[str], count: int) -> list[str]:
    if not tokens:
        return [""] * count
    if len(tokens) > count:
        edges = [round(n * len(tokens) / count) for n in range(count + 1)]
        return [" ".join(tokens[a:b]) for a, b in pairwise(edges)]
    return [tokens[min(n * len(tokens) // count, len(tokens) - 1)] for n in range(count)]


def align_phones(sound: Floats, rate: int, words: Sequence[Word]) -> tuple[Times, Times, tuple[float, ...]]:
    """Phones, words and middles of stressed vowels with their seconds, of words whose phones are known."""
    scores = np.maximum(posteriors(sound, rate), _LEAST)
    states, owner = _states(words)
    path = _held_path(scores, states)
    phones: list[tuple[float, float, str]] = []
    spans: dict[int, tuple[float, float]] = {}
    stresses = []
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    for first, last in pairwise(edges):
        state = int(path[first])
        start, end = first * FRAME, last * FRAME
        phones.append((start, end, PHONES[states[state]]))
        word, stressed = owner[state]
        if word >= 0:
            spans[word] = (spans.get(word, (start, end))[0], end)
        if stressed:
            stresses.append((start + end) / 2)
    length = len(sound) / rate
    cut = [(start, min(end, length), phone) for start, end, phone in phones]
    named = tuple((start, min(end, length), words[word].text) for word, (start, end) in sorted(spans.items()))
    return tuple(_rested(joined(cut))), named, tuple(stresses)


def likelihood(sound: Floats, rate: int, phones: Times) -> float:
    """How well a voice and its phones fit: the share of sounding frames whose phone is heard as likely as 1 in 20."""
    scores = posteriors(sound, rate)
    right = total = 0
    for start, end, phone in phones:
        if phone:
            some = scores[round(start / FRAME) : round(end / FRAME), NUMBER[phone]]
            right += int((some > np.log(0.05)).sum())
            total += len(some)
    return right / total if total else 0.0


def _check(sound: Floats, rate: int) -> None:
    seconds = len(sound) / max(rate, 1)
    if seconds < 0.1:
        raise UsageError("the recording is empty", where="the voice", mend="give one of a tenth of a second or more")
    if seconds > LONGEST:
        raise UsageError(f"the recording lasts {seconds / 60:.0f} minutes", where="the voice", mend="cut it into lines")
    if not np.isfinite(sound).all():
        raise UsageError("the recording has broken samples", where="the voice", mend="export it once more as WAV")


# --- the net -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _weights() -> dict[str, Floats]:
    try:
        with np.load(WEIGHTS) as kept:
            return {name: kept[name].astype(np.float32) for name in kept.files}
    except OSError as error:
        raise MissingExtra("the aligner's weights are missing", where=str(WEIGHTS), mend="install once more") from error


@lru_cache(maxsize=2)
def _dilations() -> tuple[int, ...]:
    import json

    size = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))["size"]
    return tuple(int(step) for step in size["dilations"])


def posteriors(sound: Floats, rate: int) -> Floats:
    """(n,) -> (t, 48): log probability of each of `PHONES` in every hundredth of a second."""
    return _net(mel(sound, rate))


def _net(frames: Floats) -> Floats:
    """`nets.aligner.AlignerNet` in numpy: (t, 40) -> (t, 48), log softmax."""
    weights = _weights()
    x = np.maximum(_conv(frames, weights["enter.weight"], weights["enter.bias"], 1), 0)
    for number, step in enumerate(_dilations()):
        x = x + np.maximum(_conv(x, weights[f"blocks.{number}.weight"], weights[f"blocks.{number}.bias"], step), 0)
    logits = _conv(x, weights["leave.weight"], weights["leave.bias"], 1)
    logits -= logits.max(1, keepdims=True)
    return np.asarray(logits - np.log(np.exp(logits).sum(1, keepdims=True)), np.float32)


def _conv(x: Floats, weight: Floats, bias: Floats, step: int) -> Floats:
    """Convolution over time with zeros beyond the ends: x (t, c), weight (out, c, taps) -> (t, out)."""
    taps = weight.shape[2]
    reach = step * (taps // 2)
    padded = np.pad(x, ((reach, reach), (0, 0)))
    out = np.tile(bias, (len(x), 1))
    for tap in range(taps):
        out += padded[tap * step : tap * step + len(x)] @ weight[:, :, tap].T
    return out


# --- paths ---------------------------------------------------------------------------------------------------------


def _states(words: Sequence[Word]) -> tuple[NDArray[np.int64], list[tuple[int, bool]]]:
    """Numbers of phones, with a silence before, between and after the words; whose word each is, whether stressed."""
    numbers: list[int] = [NUMBER[SILENCE]]
    owner: list[tuple[int, bool]] = [(-1, False)]
    for place, word in enumerate(words):
        for phone, stressed in word.phones:
            numbers.append(NUMBER[phone])
            owner.append((place, stressed))
        numbers.append(NUMBER[SILENCE])
        owner.append((-1, False))
    return np.array(numbers), owner


def _held_path(scores: Floats, states: NDArray[np.int64]) -> NDArray[np.int64]:
    """The likeliest state of every frame, states in their order: stay, go on, or go past one (free for a silence)."""
    count, frames = len(states), len(scores)
    quiet = states == NUMBER[SILENCE]
    past = np.where(np.concatenate([[False, False], quiet[1:-1]]), 0.0, _MISSING).astype(np.float32)
    back = np.zeros((frames, count if count <= 2 * _BAND else 2 * _BAND), np.uint8)
    width = back.shape[1]
    first_of = [
        0 if width == count else int(np.clip(count * t / frames - width / 2, 0, count - width)) for t in range(frames)
    ]
    best = np.full(count, -np.inf, np.float32)
    best[:2] = scores[0, states[:2]]
    for t in range(1, frames):
        low, high = first_of[t], first_of[t] + width
        stay = best[low:high]
        one = np.concatenate([best[low - 1 : low] if low else [-np.inf], best[low : high - 1]])
        two = np.concatenate([[-np.inf] * max(2 - low, 0), best[max(low - 2, 0) : high - 2]]) + past[low:high]
        choice = np.stack([stay, one, two])
        pick = choice.argmax(0)
        fresh = np.full(count, -np.inf, np.float32)
        fresh[low:high] = choice[pick, np.arange(width)] + scores[t, states[low:high]]
        back[t] = pick
        best = fresh
    path = np.empty(frames, np.int64)
    at = count - 1 if best[-1] >= best[-2] else count - 2
    for t in range(frames - 1, -1, -1):
        path[t] = at
        if t:
            at -= int(back[t, at - first_of[t]])
    return path


def _free_path(scores: Floats) -> NDArray[np.int64]:
    """The likeliest phones where no text is given, (t,)."""
    frames, count = scores.shape
    back = np.empty((frames, count), np.int16)
    best = scores[0].copy()
    own = np.arange(count)
    for t in range(1, frames):
        other = int(best.argmax())
        change = best[other] + _CHANGE
        back[t] = np.where(best >= change, own, other)
        best = np.maximum(best, change) + scores[t]
    path = np.empty(frames, np.int64)
    at = int(best.argmax())
    for t in range(frames - 1, -1, -1):
        path[t] = at
        at = int(back[t, at]) if t else at
    return path


def _spans(path: NDArray[np.int64]) -> list[tuple[float, float, str]]:
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    return [(first * FRAME, last * FRAME, PHONES[path[first]]) for first, last in pairwise(edges)]


def _rested(phones: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Silence that is too short to be a pause belongs to the sound before it."""
    out: list[tuple[float, float, str]] = []
    for number, (start, end, phone) in enumerate(phones):
        if not phone and out and number + 1 < len(phones) and end - start < _REST:
            out[-1] = (out[-1][0], end, out[-1][2])
        else:
            out.append((start, end, phone))
    return out


def _loudness(sound: Floats, rate: int, frames: int) -> Floats:
    size = max(int(rate * FRAME), 1)
    padded = np.zeros(frames * size, np.float32)
    padded[: min(len(sound), len(padded))] = sound[: len(padded)]
    return np.asarray(np.sqrt((padded.reshape(frames, size) ** 2).mean(1)), np.float32)


def _beats(phones: Times, loud: Floats) -> tuple[float, ...]:
    """Where no text says which syllables are stressed: vowels that are long and loud among those of two seconds."""
    vowels = [(start, end) for start, end, phone in phones if is_vowel(phone)]
    weights = [(end - start) * float(loud[int(start / FRAME) : int(end / FRAME) + 1].mean()) for start, end in vowels]
    out = []
    for number, (start, end) in enumerate(vowels):
        near = [w for w, (a, _) in zip(weights, vowels, strict=True) if abs(a - start) < 1.0]
        if weights[number] >= np.quantile(near, 0.7):
            out.append((start + end) / 2)
    return tuple(out)
