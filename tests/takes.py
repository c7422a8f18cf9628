"""Small recordings with known notes for tests of transcription; benchmarks/music_transcribe.py has better ones."""

from __future__ import annotations

import numpy as np

RATE = 22050


def sung(
    notes: list[tuple[int, float]], *, beat: float = 0.5, rate: int = RATE, cents: float = 0.0, vibrato: float = 30.0
) -> np.ndarray:
    """(pitch, beats) notes one after the other, 0 a rest, after 0.2 s of silence: samples (n,), peak 0.5."""
    parts = [np.zeros(int(0.2 * rate))]
    for pitch, beats in notes:
        t = np.arange(int(beats * beat * rate)) / rate
        if not pitch:
            parts.append(np.zeros(len(t)))
            continue
        bent = pitch + cents / 100 + vibrato / 100 * np.clip((t - 0.1) / 0.1, 0, 1) * np.sin(2 * np.pi * 5.5 * t)
        turn = 2 * np.pi * np.cumsum(440 * 2 ** ((bent - 69) / 12)) / rate
        tone = sum(np.sin(k * turn) / k**1.5 for k in range(1, 7) if k * 440 * 2 ** ((pitch - 69) / 12) < rate * 0.45)
        shape = np.minimum(np.clip(t / 0.03, 0.15, 1), np.clip((t[-1] - t) / 0.03, 0.15, 1))
        parts.append(tone * shape)
    out = np.concatenate([*parts, np.zeros(int(0.2 * rate))])
    return np.asarray(out / np.abs(out).max() * 0.5)


TUNE = [(69, 1), (69, 1), (70, 1), (72, 1), (72, 1), (70, 1), (69, 1), (67, 1), (65, 1), (65, 1), (67, 1), (69, 1)]
TUNE += [(69, 1.5), (67, 0.5), (67, 2)]
