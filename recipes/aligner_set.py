"""Make what the aligner learns from: synthesised speech in four languages whose phones' times are known.

python recipes/aligner_set.py FOLDER OUT.npz      FOLDER holds text/texts.jsonl.zst, as docs/data.md describes it

Needs eSpeak NG as a program. English and Russian sentences come from plays and stories of the training split, French
and Spanish ones are drawn by lot from `aligner_words.toml`. Half of the voices are disturbed as recordings are: noise,
other people, rooms, microphones, other throats. Voices of HELD_OUT and works of the test split are never used.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from maquette.encodings.mel import at_rate, mel
from maquette.makers.film.speech import FEELINGS, Spoken, Utterance, plain, speak_all
from maquette.media.phones import NUMBER

LANGUAGES = ("en", "ru", "fr", "es")
HELD_OUT = ("+f2", "+m3", "+klatt2", "+Andy")
_VARIANTS = (
    "f1 f3 f4 f5 m1 m2 m4 m5 m6 m7 m8 klatt klatt3 klatt4 Alex Alicia Andrea Annie Denis Diogo Gene Gene2 "
    "Henrique Hugo Jacky Lee Marco Mario Michael Mike Nguyen adam anika antonio aunty belinda benjamin boris "
    "caleb david ed edward grandma grandpa iven john linda marcelo max michel miguel pablo paul pedro quincy "
    "rob robert sandro shelby steph travis victor zac"
)
VOICES = ("", *("+" + name for name in _VARIANTS.split()))
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]+")


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("folder", type=Path)
    reading.add_argument("out", type=Path)
    reading.add_argument("--each", type=int, default=600, help="sentences a language")
    reading.add_argument("--seed", type=int, default=0)
    given = reading.parse_args()
    dice = np.random.default_rng(given.seed)
    lines = [line for language in LANGUAGES for line in utterances(given.folder, language, given.each, dice)]
    dice.shuffle(lines)  # type: ignore[arg-type]
    marks, labels, ends = [], [], []
    before = np.zeros(16_000, np.float32)
    for first in range(0, len(lines), 100):
        for spoken in speak_all(lines[first : first + 100]):
            if not len(spoken.sound):
                raise SystemExit("eSpeak NG gave no sound: install it, this recipe needs it")
            frames, numbers, before = learnt(spoken, before, dice)
            marks.append(frames.astype(np.float16))
            labels.append(numbers)
            ends.append(len(frames))
    np.savez(given.out, mel=np.concatenate(marks), phone=np.concatenate(labels), ends=np.cumsum(ends))
    print(f"{len(lines)} sentences, {sum(ends) / 360_000:.2f} h")


def utterances(folder: Path, language: str, count: int, dice: np.random.Generator) -> Iterator[Utterance]:
    some = sentences(folder, language, count, dice)
    for text in some:
        yield Utterance(
            text,
            language,
            str(dice.choice(VOICES)),
            pitch=float(2 ** dice.uniform(-0.4, 0.4)),
            rate=float(2 ** dice.uniform(-0.45, 0.5)),
            emotion=str(dice.choice(list(FEELINGS))),
        )


def sentences(
    folder: Path, language: str, count: int, dice: np.random.Generator, test: bool = False, most: int = 400
) -> list[str]:
    """Sentences of 3 to 14 words; of works of the test split if `test`."""
    if language in ("fr", "es"):
        words = tomllib.loads((Path(__file__).parent / "aligner_words.toml").read_text(encoding="utf-8"))[
            language
        ].split()
        return [_drawn(words, dice) for _ in range(count)]
    import io

    import zstandard

    found: list[str] = []
    with (folder / "text" / "texts.jsonl.zst").open("rb") as packed:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(packed), encoding="utf-8"):
            work = json.loads(line)
            name = hashlib.sha1((str(work["author"]) + str(work["title"])).encode()).hexdigest()
            if work["language"] != language or (int(name, 16) % 20 == 0) != test:
                continue
            if work["form"] not in ("play", "story"):
                continue
            start = len(work["text"]) // 4
            near = [plain(one) for one in _SENTENCE.findall(work["text"][start : start + 40_000])]
            good = [
                one for one in near if 3 <= len(one.split()) <= 14 and not re.search(r"\d|[A-Z]{3}|[#<>\[\]|]", one)
            ]
            found += [good[int(n)] for n in dice.permutation(len(good))[:12]]
            if len(found) > most * 12:
                break
    return [found[int(n)] for n in dice.permutation(len(found))[:count]]


def _drawn(words: list[str], dice: np.random.Generator) -> str:
    some = [str(word) for word in dice.choice(words, int(dice.integers(3, 12)))]
    if len(some) > 5 and dice.random() < 0.5:
        some[len(some) // 2] += ","
    return " ".join(some).capitalize() + str(dice.choice([".", "!", "?"]))


# --- as recordings are ---------------------------------------------------------------------------------------------


def learnt(spoken: Spoken, before: np.ndarray, dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mel frames (t, 40), the phone's number of each (t,), and the clean voice for the next one's background."""
    voice = at_rate(spoken.sound, spoken.rate)
    clean = voice
    stretch = float(2 ** dice.uniform(-0.25, 0.25)) if dice.random() < 0.5 else 1.0
    lead = int(dice.integers(0, 6000))
    voice = np.concatenate([np.zeros(lead, np.float32), voice, np.zeros(int(dice.integers(0, 6000)), np.float32)])
    if dice.random() < 0.65:
        voice = disturbed(voice, before, dice)
    rate = int(16_000 * stretch)  # played faster: a smaller throat
    frames = mel(voice, rate)
    numbers = np.zeros(len(frames), np.uint8)
    for start, end, phone in spoken.phones:
        first, last = ((moment + lead / 16_000) / stretch * 100 for moment in (start, end))
        numbers[max(round(first), 0) : round(last)] = NUMBER[phone]
    return frames, numbers, clean


def disturbed(voice: np.ndarray, other: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """A microphone's colour, a room's echo, noise or somebody else in the background, at 5 to 40 dB."""
    loud = float(np.sqrt(np.mean(voice**2))) + 1e-6
    if dice.random() < 0.5:
        tilt = float(dice.uniform(-0.6, 0.6))
        voice = np.convolve(voice, [1.0, tilt], "same")
    if dice.random() < 0.4:
        length = int(dice.uniform(0.03, 0.25) * 16_000)
        echo = dice.normal(size=length) * np.exp(-np.arange(length) / (length / 5)) * dice.uniform(0.02, 0.12)
        echo[0] = 1.0
        voice = np.fft.irfft(np.fft.rfft(voice, len(voice) + length) * np.fft.rfft(echo, len(voice) + length))[
            : len(voice)
        ]
    kind, level = dice.random(), loud * 10 ** (-dice.uniform(5, 40) / 20)
    if kind < 0.2:
        noise = np.resize(other, len(voice)) / (np.std(other) + 1e-6) * min(1.0, 0.15 * loud / level)
    else:
        spectrum = np.fft.rfft(dice.normal(size=len(voice)))
        spectrum /= np.maximum(np.arange(len(spectrum)), 10.0) ** float(dice.choice([0.0, 0.5, 1.0]))
        noise = np.fft.irfft(spectrum, len(voice))
        noise /= np.std(noise) + 1e-9
    return (voice + level * noise).astype(np.float32)


if __name__ == "__main__":
    main()
