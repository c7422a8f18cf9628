"""How well the aligner draws the mouths of a voice it has not heard: bar 8 of the films.

    python benchmarks/film_lips.py [--each N] [--json]

Sentences of four languages, N each (100), at two speeds, by voices that were kept out of the training, clean and with
white noise at 20 dB; needs eSpeak NG as a program. The truth are the synthesiser's own times. Four ways are measured:

    text       the voice and what is said in it (the synthesiser's phones are laid over the sound)
    spelled    the same where no synthesiser is installed (phones by our own spelling rules)
    alone      the voice alone
    by length  the words' times by the text alone, stretched to the recording: what one would do without listening

Frames right: share of the frames at 30 a second whose mouth is that of the truth, from the first to the last sound;
`speech` leaves out those that rest in the truth. Borders: median distance of where a phone begins to where the same
phone of the found ones begins. Where eSpeak NG speaks itself, mouths follow its own times: the last row, half a frame
at most.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "recipes"))

from aligner_set import HELD_OUT

from maquette.makers.film import aligner, lips, speech_text
from maquette.makers.film.speech import Spoken, Utterance, speak_all
from maquette.media.stage import MOUTHS

LANGUAGES = ("en", "ru", "fr", "es")
RATES = (0.85, 1.25)
WAYS = ("text", "spelled", "alone", "by length")
FPS = 30


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--each", type=int, default=100, help="sentences a language")
    reading.add_argument("--json", action="store_true")
    given = reading.parse_args()
    rows: list[dict[str, Any]] = []
    seconds = spent = 0.0
    for language in LANGUAGES:
        lines = utterances(language, given.each)
        truths = speak_all(lines)
        for noise in (None, 20.0):
            found: dict[str, list[tuple[float, float, float, list[float]]]] = {way: [] for way in WAYS}
            for number, truth in enumerate(truths):
                sound = noisy(truth.sound, noise, number)
                begun = time.process_time()
                heard = {"text": aligner.align(sound, truth.rate, truth.text, language)}
                spent += time.process_time() - begun
                seconds += truth.seconds
                heard["spelled"] = spelled(sound, truth.rate, truth.text, language)
                heard["alone"] = aligner.listen(sound, truth.rate, language)
                heard["by length"] = stretched(truth, language)
                for way in WAYS:
                    found[way].append(measured(heard[way], truth))
            for way in WAYS:
                rows.append({"language": language, "noise": "clean" if noise is None else "20 dB", "way": way}
                            | summary(found[way]))  # fmt: skip
        sys.stderr.write(table(rows[-2 * len(WAYS) :]) + "\n")
    total = [{"language": "all", "noise": noise, "way": way} | mean(rows, noise, way) for way in WAYS
             for noise in ("clean", "20 dB")]  # fmt: skip
    result = {
        "rows": rows + total,
        "minute_of_voice_s": round(spent / seconds * 60, 2),
        "own_speech_off_frames": own_times(),
    }
    print(table(result["rows"]))
    print(f"a minute of voice takes {result['minute_of_voice_s']} s of one core with its text")
    print(f"mouths of synthesised speech: at most {result['own_speech_off_frames']} frames from the sound's own times")
    if given.json:
        keep("film_lips", result)


def utterances(language: str, count: int) -> list[Utterance]:
    """Sentences that were not learnt from, each at both speeds, by the voices that were kept out."""
    written = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))[language]
    some = written.strip().splitlines()
    some = (some + [f"{one} {other}" for one, other in zip(some, some[::-1], strict=True)])[:count]
    return [
        Utterance(text, language, HELD_OUT[(number + turn) % len(HELD_OUT)], rate=rate)
        for number, text in enumerate(some)
        for turn, rate in enumerate(RATES)
    ]


def noisy(sound: np.ndarray, decibels: float | None, seed: int) -> np.ndarray:
    if decibels is None:
        return sound
    level = np.sqrt(np.mean(sound**2)) * 10 ** (-decibels / 20)
    return (sound + level * np.random.default_rng(seed).normal(size=len(sound))).astype(np.float32)


def spelled(sound: np.ndarray, rate: int, text: str, language: str) -> Spoken:
    words = [aligner.Word(word, some) for word, some in speech_text.spelled(text, language) if some]
    phones, spans, stresses = aligner.align_phones(sound, rate, words)
    return Spoken(sound, rate, phones, spans, stresses, "recording", text, language)


def stretched(truth: Spoken, language: str) -> Spoken:
    plain = speak_all([Utterance(truth.text, language)], synthesiser=False)[0]
    factor = truth.seconds / max(plain.seconds, 1e-6)
    phones = tuple((start * factor, end * factor, phone) for start, end, phone in plain.phones)
    return Spoken(truth.sound, truth.rate, phones, (), (), "text", truth.text, language)


def measured(heard: Spoken, truth: Spoken) -> tuple[float, float, float, list[float]]:
    """Frames right of all and of speech, how many frames, distances of borders in seconds."""
    right = lips.mouths(heard, truth.seconds, FPS) == lips.mouths(truth, truth.seconds, FPS)
    rest = lips.mouths(truth, truth.seconds, FPS) == MOUTHS.index("X")
    sounding = [one for one in truth.phones if one[2]]
    first, last = int(sounding[0][0] * FPS), int(np.ceil(sounding[-1][1] * FPS))
    window = slice(first, last)
    speech = right[window][~rest[window]]
    pairs = difflib.SequenceMatcher(
        None, [one[2] for one in heard.phones], [one[2] for one in truth.phones], autojunk=False
    ).get_matching_blocks()
    off = [
        abs(heard.phones[block.a + step][0] - truth.phones[block.b + step][0])
        for block in pairs
        for step in range(block.size)
        if block.b + step
    ]
    return float(right[window].mean()), float(speech.mean()), float(last - first), off


def summary(found: list[tuple[float, float, float, list[float]]]) -> dict[str, float]:
    weights = np.array([one[2] for one in found])
    return {
        "frames right": round(float(np.average([one[0] for one in found], weights=weights)), 4),
        "speech": round(float(np.average([one[1] for one in found], weights=weights)), 4),
        "border ms": round(1000 * float(np.median([off for one in found for off in one[3]])), 1),
    }


def mean(rows: list[dict[str, Any]], noise: str, way: str) -> dict[str, float]:
    some = [row for row in rows if row["noise"] == noise and row["way"] == way]
    return {
        key: round(float(np.mean([row[key] for row in some])), 4) for key in ("frames right", "speech", "border ms")
    }


def own_times() -> float:
    """How far the mouths of closed lips lie from where the synthesiser closes them, at most, in frames."""
    worst = 0.0
    for language in LANGUAGES:
        for spoken in speak_all(utterances(language, 10)):
            frames = lips.mouths(spoken, spoken.seconds, FPS)
            closed = np.flatnonzero(frames == MOUTHS.index("A")) + 0.5
            for start, end, phone in spoken.phones:
                if phone in ("p", "b", "m") and len(closed):
                    worst = max(worst, float(np.abs(closed - (start + end) / 2 * FPS).min()))
    return round(worst, 2)


if __name__ == "__main__":
    main()
