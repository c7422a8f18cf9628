"""Finished audio: how fast it is rendered, how near its loudness comes, its peaks, its loops, its files.

    python benchmarks/music_sound.py [--pieces 20] [--loops 200] [--soundfont FILE.sf2]

speed: seconds of music per processor second of one core, from the score to the finished samples (room, loudness and
limiter included), pieces of exactly four parts at 44.1 kHz stereo. loudness: the error against each target, over
pieces of all sets, by our own meter and by pyloudnorm; peaks by scipy's resampling to four times the rate. loops: of
random bars, the length in samples and the jump at the seam against the 99 % quantile of the steps within 10 ms. files:
WAV and FLAC written, read by libsndfile and by us, and written again.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from _pieces import MUSIC, records, score_of
from common import RESULTS, keep, table

from maquette.media import loop, loudness, sound, soundfont, synth
from maquette.media.score import Score, cut

SETS = ("lieder", "quartets", "orchestra", "polish", "mutopia", "hymnal", "freedoom")
SECONDS = 40.0  # of each piece
PLAIN = synth.Stage()


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--pieces", type=int, default=20, help="for loudness and peaks")
    ask.add_argument("--loops", type=int, default=200)
    ask.add_argument("--fours", type=int, default=6, help="pieces of four parts for the speed")
    ask.add_argument("--soundfont", type=Path, help="render the pieces of four parts with it as well")
    ask.add_argument("--only", help="one of speed, files, loops, loudness; the rest is kept as it was measured")
    asked = ask.parse_args()
    if not MUSIC.is_dir():
        print("this one needs the record files of music")
        return
    some = list(pieces(asked.pieces, 1))
    result: dict[str, Any] = {}
    stages: dict[str, Callable[[], dict[str, Any]]] = {
        "speed": lambda: speed(list(pieces(asked.fours, 4, exact=True)), asked.soundfont),
        "files": lambda: files(some[0]),
        "loops": lambda: loops(some, asked.loops),
        "loudness": lambda: finished(some),
    }
    before = RESULTS / "music_sound.json"
    if asked.only and before.is_file():
        result = {name: told for name, told in json.loads(before.read_text("utf-8")).items() if name in stages}
    for name, stage in stages.items():
        if asked.only not in (None, name):
            continue
        result[name] = stage()
        keep("music_sound", result)
    for name, told in result.items():
        print(f"\n{name}")
        print(table([{"": key, "value": value} for key, value in told.items()]))


def pieces(count: int, parts: int, *, exact: bool = False) -> Iterator[Score]:
    """Beginnings of pieces from all sets in turn, with at least (or exactly) so many sounding parts."""
    dice = random.Random(6)
    names = [name for name in SETS if (MUSIC / f"{name}.jsonl.gz").is_file()]
    streams = []
    for name in names:
        rows = list(records(name))
        dice.shuffle(rows)
        streams.append(iter(rows))
    given = 0
    while given < count:
        for stream in streams:
            for record in stream:
                score = score_of(record)
                sounding = sum(bool(part.notes) for part in score.parts)
                if score.duration < 15 or (sounding != parts if exact else sounding < parts):
                    continue
                last = max(1, score.bar_at(int(score.end * min(1.0, SECONDS / score.duration))))
                piece = cut(score, 0, last)
                if sum(bool(part.notes) for part in piece.parts) < parts:
                    continue
                yield piece
                given += 1
                break
            if given == count:
                return


def speed(scores: list[Score], font: Path | None) -> dict[str, Any]:
    """Times real time per core, of pieces of four parts."""
    synth.render(scores[0])  # what is made once per process: noise, the room
    told: dict[str, Any] = {"pieces": len(scores)}
    rows = []
    for score in scores:
        begin, wall = time.process_time(), time.perf_counter()
        mix = synth.render(score)
        played = time.process_time()
        loudness.finish(mix, -14)
        end = time.process_time()
        rows.append((mix.duration, played - begin, end - begin, time.perf_counter() - wall))
    seconds, playing, whole, walls = (np.array(column) for column in zip(*rows, strict=True))
    told["times real time, instruments and room"] = round(float(seconds.sum() / playing.sum()), 1)
    told["times real time, finished"] = round(float(seconds.sum() / whole.sum()), 1)
    told["slowest piece"] = round(float((seconds / whole).min()), 1)
    told["wall, finished"] = round(float(seconds.sum() / walls.sum()), 1)
    if font is not None:
        chosen = soundfont.font_of(font)
        begin = time.process_time()
        made = [soundfont.play(score, PLAIN, chosen).mix.duration for score in scores]
        told[f"times real time, {chosen.path.name} and room"] = round(sum(made) / (time.process_time() - begin), 1)
    return told


def finished(scores: list[Score]) -> dict[str, Any]:
    """Errors of loudness and the highest true peaks, over all pieces and targets."""
    import pyloudnorm
    from scipy.signal import resample_poly

    ours, theirs, peaks, means, clipped, missed = [], [], [], [], 0, 0
    for score in scores:
        mix = synth.render(score)
        for target in loudness.TARGETS:
            made = loudness.finish(mix, target)
            # What is measured is what lies in a file of 16 bits.
            heard = sound.from_wav(sound.to_wav(made.sound))
            if not made.reached:
                missed += 1
                continue
            ours.append(loudness.loudness(heard) - target)
            theirs.append(pyloudnorm.Meter(heard.rate).integrated_loudness(heard.samples.astype(float)) - target)
            finer = resample_poly(heard.samples.astype(np.float64), 4, 1)
            peaks.append(20 * np.log10(np.abs(finer).max()))
            means.append(np.abs(heard.samples.mean(axis=0)).max())
            clipped += int((np.abs(heard.samples) >= 1.0).sum())
    return {
        "pieces": len(scores),
        "targets": list(loudness.TARGETS),
        "not reached": missed,
        "worst error, LU": round(float(np.abs(ours).max()), 3),
        "worst error by pyloudnorm, LU": round(float(np.abs(theirs).max()), 3),
        "highest true peak, dBTP": round(float(max(peaks)), 3),
        "largest offset (DC), dB": round(float(20 * np.log10(max(means) + 1e-12)), 1),
        "samples at full scale": clipped,
    }


def loops(scores: list[Score], count: int) -> dict[str, Any]:
    """Lengths and seams of loops of one to four bars."""
    dice = random.Random(8)
    seams, wrong, made = [], 0, 0
    while made < count:
        score = dice.choice(scores)
        bars = dice.choice([1, 1, 1, 2])
        first = dice.randrange(max(1, len(score.bars) - bars))
        piece = cut(score, first, min(len(score.bars), first + bars))
        if not piece.count or not 0.5 < piece.duration < 20:
            continue
        rate = dice.choice(sound.RATES)
        mix = synth.render(piece, rate=rate, loop=True, room=dice.choice(["hall", "room", "studio"]))
        done, _ = loop.eased(loudness.finish(mix, dice.choice(loudness.TARGETS), around=True).sound)
        heard = sound.from_wav(sound.to_wav(done))
        wrong += heard.length != round(piece.duration * rate)
        seams.append(loop.seam(heard))
        made += 1
    return {
        "loops": count,
        "wrong lengths": wrong,
        "clicks": sum(value > 1 for value in seams),
        "median of seam against steps": round(float(np.median(seams)), 3),
        "largest": round(float(max(seams)), 3),
    }


def files(score: Score) -> dict[str, Any]:
    """Round trips of WAV and FLAC at both depths: the numbers that libsndfile reads, and the bytes written again."""
    import soundfile

    made = replace(loudness.finish(synth.render(score), -14).sound, title="")
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("wav", "flac"):
            for bits in (16, 24):
                begin = time.perf_counter()
                data = sound.to_bytes(made, kind, bits=bits)
                spent = time.perf_counter() - begin
                with soundfile.SoundFile(io.BytesIO(data)) as file:
                    same = np.array_equal(file.read(dtype="int32") >> (32 - bits), sound.quantised(made.samples, bits))
                path = Path(folder) / f"a.{kind}"
                path.write_bytes(data)
                again = sound.to_bytes(sound.read(path), kind, bits=bits) == data
                size = f"{len(data) / made.duration / 1000:.0f} kB/s"
                told[f"{kind} {bits}"] = f"exact {same}, again {again}, {size}, {made.duration / spent:.0f} x real time"
    return told


if __name__ == "__main__":
    main()
