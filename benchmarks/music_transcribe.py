"""How well a hummed, sung, whistled or played line becomes notes: own takes with known notes, in noise and in rooms.

    python benchmarks/music_transcribe.py [--takes N] [--json]

Takes are rendered here (random lines, voices with vibrato, slides, consonants and breath, in rooms, off the pitch by
up to 40 cents as a whole and some 15 cents a note), so the truth is exact and nobody's recording is needed. A note is
found if one starts within 50 ms and 50 cents of it (the measure of MIREX and of mir_eval); each may be found once.
Beside it stands a plain rule: the loudest autocorrelation of every 20 ms, rounded to semitones, equal ones joined.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np
from common import keep, table

from maquette.core.errors import MediaError
from maquette.media.pitch_track_notes import Heard, hear

RATE = 22050


@dataclass(frozen=True)
class Voice:
    """How a kind of take sounds. cents and Hz of the vibrato, seconds of a slide, dB of the dip between notes."""

    name: str
    low: int
    high: int
    partials: tuple[float, ...]
    vibrato: float = 0.0
    slide: float = 0.0
    dip: float = 0.0  # dB; 99: silence between notes
    gap: float = 0.03  # seconds
    attack: float = 0.03
    decay: float = 0.0  # seconds to fall by 60 dB; 0: held
    breath: float = 0.0  # noise against tone, dB; 0: none
    burst: bool = False


HUM = tuple(1 / k**2.2 for k in range(1, 9))
SUNG = (0.7, 1.0, 0.8, 0.35, 0.2, 0.25, 0.3, 0.22, 0.1, 0.05)
VOICES = (
    Voice("hummed", 45, 64, HUM, vibrato=15, slide=0.07, dip=14, attack=0.05),
    Voice("sung la la", 52, 74, SUNG, vibrato=35, slide=0.06, dip=14, attack=0.04),
    Voice("sung ta ta", 52, 74, SUNG, vibrato=25, slide=0.02, dip=99, gap=0.05, burst=True, attack=0.015),
    Voice("opera", 55, 79, SUNG, vibrato=90, slide=0.1, dip=12, attack=0.05),
    Voice("whistled", 77, 96, (1.0, 0.03), vibrato=12, slide=0.05, dip=16, attack=0.03, breath=-22),
    Voice("flute", 62, 88, (1.0, 0.4, 0.15, 0.05), vibrato=12, dip=14, gap=0.02, attack=0.03, breath=-30),
    Voice("plucked", 48, 72, tuple(1 / k**1.1 for k in range(1, 13)), attack=0.004, decay=1.6, gap=0.0),
    Voice("struck", 48, 80, tuple(1 / k**1.6 for k in range(1, 9)), attack=0.006, decay=2.6, gap=0.0),
)


def line(voice: Voice, dice: np.random.Generator, count: int = 22) -> list[Heard]:
    """A random line in some key: steps and small leaps, notes sung again, rests; as it will be sounded."""
    scale = np.array([0, 2, 4, 5, 7, 9, 11])
    tonic = int(dice.integers(12))
    steps = [p for p in range(voice.low, voice.high + 1) if (p - tonic) % 12 in scale]
    at, place = 0.25, int(len(steps) * dice.uniform(0.3, 0.7))
    beat, tuning = dice.uniform(0.36, 0.62), dice.uniform(-0.4, 0.4)
    notes = []
    for _ in range(count):
        place = int(np.clip(place + dice.choice([-4, -2, -1, -1, 0, 0, 1, 1, 2, 3]), 0, len(steps) - 1))
        length = beat * dice.choice([0.5, 0.5, 1, 1, 1, 1.5, 2])
        sung = length * dice.uniform(0.95, 1.05)
        notes.append(Heard(at, at + sung, steps[place] + tuning + dice.normal(0, 0.15), float(dice.uniform(-6, 0))))
        at += sung + (beat * 0.5 if dice.random() < 0.12 else 0)
    return notes


def sounded(notes: list[Heard], voice: Voice, dice: np.random.Generator, rate: int = RATE) -> np.ndarray:
    """The line as samples (n,), peak 0.5."""
    out = np.zeros(int((notes[-1].end + 0.6 + voice.decay * 0.3) * rate))
    before: Heard | None = None
    phase = dice.uniform(0, 2 * np.pi)
    for number, note in enumerate(notes):
        joined = before is not None and note.start - before.end < 0.02 and voice.dip < 90 and not voice.decay
        end = note.end + (voice.decay * 0.25 if voice.decay else 0)
        if number + 1 < len(notes) and not voice.decay:
            end = min(end, notes[number + 1].start)
        t = np.arange(int((end - note.start) * rate)) / rate
        pitch = np.full(len(t), note.pitch)
        if voice.slide:
            from_pitch = before.pitch if joined and before else note.pitch - dice.uniform(0, 1.5)
            pitch += (from_pitch - note.pitch) * np.exp(-t / (voice.slide / 3))
        grown = np.clip((t - 0.12) / 0.2, 0, 1)
        pitch += voice.vibrato / 100 * grown * np.sin(2 * np.pi * dice.uniform(5, 6.2) * t)
        pitch += np.cumsum(dice.normal(0, 0.0006, len(t)))  # no voice stands still
        turn = phase + 2 * np.pi * np.cumsum(440 * 2 ** ((pitch - 69) / 12)) / rate
        phase = float(turn[-1])
        frequency = 440 * 2 ** ((note.pitch - 69) / 12)
        tone = np.zeros(len(t))
        for k, loud in enumerate(voice.partials, 1):
            if k * frequency < rate * 0.45:
                fall = 10 ** (-3 * t * (1 + 0.25 * k) / voice.decay) if voice.decay else 1.0
                tone += loud * np.sin(k * turn) * fall
        if voice.breath:
            tone += dice.normal(0, 10 ** (voice.breath / 20), len(t))
        tone *= _envelope(t, voice, joined) * 10 ** (note.level / 20)
        if voice.burst:
            size = min(int(0.03 * rate), len(t))
            tone[:size] += dice.normal(0, 0.25, size) * np.hanning(size)
        first = int(note.start * rate)
        out[first : first + len(tone)] += tone[: len(out) - first]
        before = note
    return out / np.abs(out).max() * 0.5


def _envelope(t: np.ndarray, voice: Voice, joined: bool) -> np.ndarray:
    rise = np.clip(t / voice.attack, 0, 1)
    if joined:  # the dip lies half before, half after the start
        low = 10 ** (-voice.dip / 20)
        rise = low + (1 - low) * rise
    left = t[-1] - t
    fall = np.clip(left / 0.03, 0, 1) if not voice.decay else np.clip(left / 0.08, 0, 1)
    if voice.dip < 90 and not voice.decay:
        low = 10 ** (-voice.dip / 20)
        fall = low + (1 - low) * np.clip(left / voice.gap, 0, 1)
    elif voice.dip >= 90:
        fall = np.clip((left - voice.gap) / 0.02, 0, 1)
    return np.asarray(rise * fall)


def in_a_room(
    samples: np.ndarray, dice: np.random.Generator, seconds: float, wet: float, rate: int = RATE
) -> np.ndarray:
    """With the reverberation of a room: noise that decays by 60 dB in `seconds`, `wet` of the sound's energy."""
    tail = dice.normal(0, 1, int(seconds * rate)) * 10 ** (-3 * np.arange(int(seconds * rate)) / (seconds * rate))
    size = 1 << (len(samples) + len(tail)).bit_length()
    spectrum = np.fft.rfft(samples, size) * np.fft.rfft(tail / np.sqrt((tail**2).sum()), size)
    return samples + np.sqrt(wet) * np.fft.irfft(spectrum, size)[: len(samples)]


def with_noise(samples: np.ndarray, dice: np.random.Generator, snr: float) -> np.ndarray:
    """With pink noise, `snr` dB below the sound."""
    spectrum = np.fft.rfft(dice.normal(0, 1, len(samples)))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 20)), len(samples))
    power = (samples**2).mean() / 10 ** (snr / 10)
    return samples + pink * np.sqrt(power / (pink**2).mean())


ROOMS = {
    "clean": lambda x, dice: x,
    "30 dB noise": lambda x, dice: with_noise(x, dice, 30),
    "20 dB noise": lambda x, dice: with_noise(x, dice, 20),
    "10 dB noise": lambda x, dice: with_noise(x, dice, 10),
    "room 0.5 s": lambda x, dice: with_noise(in_a_room(x, dice, 0.5, 0.15), dice, 35),
    "hall 1.5 s": lambda x, dice: with_noise(in_a_room(x, dice, 1.5, 0.2), dice, 25),
}


def found(truth: list[Heard], heard: list[Heard], onset: float = 0.05, cents: float = 50) -> int:
    """How many notes of `truth` are matched: onset and pitch, each once, in order (dynamic programming)."""
    best = np.zeros((len(truth) + 1, len(heard) + 1), int)
    for i, a in enumerate(truth, 1):
        for j, b in enumerate(heard, 1):
            hit = abs(a.start - b.start) <= onset and abs(a.pitch - b.pitch) * 100 <= cents
            best[i, j] = max(best[i - 1, j], best[i, j - 1], best[i - 1, j - 1] + hit)
    return int(best[-1, -1])


def by_rule(samples: np.ndarray, rate: int) -> list[Heard]:
    """The plain rule: the loudest autocorrelation of every 20 ms, rounded, equal neighbours joined."""
    hop, window = rate // 50, rate // 20
    notes: list[Heard] = []
    loud = np.sqrt((samples**2).mean())
    for at in range(0, len(samples) - 2 * window, hop):
        frame = samples[at : at + 2 * window]
        if np.sqrt((frame**2).mean()) < loud * 0.1:
            continue
        auto = np.fft.irfft(np.abs(np.fft.rfft(frame, 4 * window)) ** 2)[: window + window // 2]
        low = int(rate / 1500)
        lag = low + int(auto[low : rate // 62].argmax())
        pitch = round(69 + 12 * np.log2(rate / lag / 440))
        seconds = (at + window) / rate
        if notes and notes[-1].pitch == pitch and seconds - notes[-1].end < 0.03:
            notes[-1] = Heard(notes[-1].start, seconds, pitch, 0)
        else:
            notes.append(Heard(seconds, seconds + 0.02, pitch, 0))
    return [note for note in notes if note.end - note.start > 0.05]


def f1(hits: int, truth: int, heard: int) -> float:
    return 2 * hits / max(truth + heard, 1)


def measure(takes: int, seed: int = 0) -> dict[str, object]:
    """Rows per voice and room, and the speed."""
    rows, spent, seconds = [], 0.0, 0.0
    for voice in VOICES:
        row: dict[str, object] = {"take": voice.name}
        for room, sound in ROOMS.items():
            sums = np.zeros(5, int)
            for number in range(takes):
                dice = np.random.default_rng([seed, number, VOICES.index(voice)])
                truth = line(voice, dice)
                samples = sound(sounded(truth, voice, dice), dice)
                began = time.process_time()
                try:
                    heard = list(hear(samples, RATE).notes)
                except MediaError:
                    heard = []
                spent, seconds = spent + time.process_time() - began, seconds + len(samples) / RATE
                plain = by_rule(samples, RATE)
                sums += [len(truth), len(heard), found(truth, heard), len(plain), found(truth, plain)]
            row[room] = f"{f1(sums[2], sums[0], sums[1]):.3f}"
            row[f"{room}, rule"] = f"{f1(sums[4], sums[0], sums[3]):.3f}"
        rows.append(row)
    return {"takes_each": takes, "rows": rows, "times_real_time": round(seconds / spent)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--takes", type=int, default=10)
    parser.add_argument("--json", action="store_true", help="keep results/music_transcribe.json")
    asked = parser.parse_args()
    result = measure(asked.takes)
    rows = result["rows"]
    assert isinstance(rows, list)
    print(table([{key: value for key, value in row.items() if "rule" not in key} for row in rows]))
    print("\nthe plain rule:\n")
    print(table([{key: value for key, value in row.items() if key == "take" or "rule" in key} for row in rows]))
    print(f"\n{result['times_real_time']} x real time on one core")
    if asked.json:
        print(keep("music_transcribe", result))


if __name__ == "__main__":
    main()
