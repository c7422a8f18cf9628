"""Music held against the programs that musicians use: `python benchmarks/music_readers.py [--pieces 60] [--out FILE]`.

MuseScore 3 (`mscore3` or `musescore3`) opens our MusicXML: voices of its own file that are not full, and notes that are
missing, too many or of another length in the MusicXML that it writes again. `abc2midi` plays dance tunes: equal to ours
with repeats played out. `ffmpeg` and `sox` decode WAV and FLAC with a comment inside: samples that differ. A program
that is not installed is named, and left out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import soundfile
from _pieces import records, score_of
from music_files import NEAR, sample

from maquette.media import score_abc
from maquette.media.score import Score
from maquette.media.score_table import read_score
from maquette.media.score_xml import to_xml
from maquette.media.sound import Sound, to_bytes
from maquette.media.voices import fitted, write_part

PATIENCE = 600  # seconds that a program may take
VALUES = ("breve", "whole", "half", "quarter", "eighth", "16th", "32nd", "64th", "128th", "256th")


def run(*line: str | Path) -> bytes:
    """What a program says, without a window."""
    about = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run([str(one) for one in line], env=about, capture_output=True, timeout=PATIENCE).stdout


def by_musescore(program: str, folder: Path, pieces: int) -> Counter[str]:
    """Our MusicXML through MuseScore and back, all files in one call."""
    scores, jobs = {}, []
    for number, (_, record) in enumerate(sample(pieces, 3000)):
        score = fitted(score_of(record))
        mine = [replace(part, notes=write_part(score, part).notes) for part in score.parts]
        scores[number] = replace(score, parts=tuple(mine))
        (folder / f"{number}.musicxml").write_text(to_xml(score), encoding="utf-8")
        out = [str(folder / f"{number}.mscx"), str(folder / f"{number}.xml")]
        jobs.append({"in": str(folder / f"{number}.musicxml"), "out": out})
    (folder / "jobs.json").write_text(json.dumps(jobs), encoding="utf-8")
    run(program, "-j", folder / "jobs.json")
    total = Counter[str]()
    for number, score in scores.items():
        back = folder / f"{number}.xml"
        total["pieces"] += 1
        total["refused"] += not back.is_file()
        if not back.is_file():
            continue
        read = read_score(back)
        total["notes"] += score.count
        total["pieces with other bars"] += [bar.length for bar in read.bars] != [bar.length for bar in score.bars]
        missing, extra, longer = compared(score, read)
        total.update({"missing": missing, "extra": extra, "of another length": longer})
        for filled, length in voices(folder / f"{number}.mscx"):
            total["voices of bars"] += 1
            total["voices not full"] += filled != length
    return total


def compared(ours: Score, theirs: Score) -> tuple[int, int, int]:
    """(notes missing, notes too many, notes of another length), part by part."""
    missing = extra = longer = 0
    for mine, other in zip(ours.parts, theirs.parts, strict=True):
        waiting: dict[int, list[Any]] = {}
        for note in mine.notes:
            waiting.setdefault(note.pitch, []).append(note)
        for note in other.notes:
            row = [one for one in waiting.get(note.pitch, []) if abs(one.start - note.start) <= NEAR]
            if not row:
                extra += 1
                continue
            same = min(row, key=lambda one: (abs(one.start - note.start), abs(one.length - note.length)))
            longer += abs(same.length - note.length) > NEAR
            waiting[note.pitch].remove(same)
        missing += sum(len(row) for row in waiting.values())
    return missing, extra, longer


def voices(path: Path) -> Iterator[tuple[Fraction, Fraction]]:
    """Of every voice of every bar in MuseScore's own file: (how far it is filled, how long the bar is), in wholes."""
    for staff in ElementTree.parse(path).getroot().findall("Score/Staff"):
        metre = Fraction(1)
        for bar in staff.findall("Measure"):
            for sign in bar.iter("TimeSig"):
                metre = Fraction(int(sign.findtext("sigN", "4")), int(sign.findtext("sigD", "4")))
            length = Fraction(bar.get("len", "") or metre)
            for number, voice in enumerate(bar.findall("voice")):
                filled = _filled(voice)
                yield (length if number and filled < length else filled), length  # later voices may end early


def _filled(voice: ElementTree.Element) -> Fraction:
    now = furthest = Fraction(0)
    ratios = [Fraction(1)]
    for one in voice:
        if one.tag == "Tuplet":
            ratio = Fraction(int(one.findtext("normalNotes", "1")), int(one.findtext("actualNotes", "1")))
            ratios.append(ratios[-1] * ratio)
        elif one.tag == "endTuplet":
            ratios.pop()
        elif one.tag == "location":  # a word that stands inside a note: there and back
            now += Fraction(one.findtext("fractions", "0"))
        elif one.tag in ("Chord", "Rest"):
            value = one.findtext("durationType", "")
            if value == "measure":
                now += Fraction(one.findtext("duration", "0"))
            else:
                plain = Fraction(2) / 2 ** VALUES.index(value)
                now += plain * (2 - Fraction(1, 2 ** int(one.findtext("dots", "0")))) * ratios[-1]
        furthest = max(furthest, now)
    return furthest


def by_abc2midi(program: str, folder: Path, pieces: int) -> Counter[str]:
    """Dance tunes as abc2midi plays them; without R:, since it swings hornpipes, which we leave to `music swing`."""
    total = Counter[str]()
    tunes = [record["abc"] for record in records("nottingham") if record.get("abc")]
    for text in tunes[:: max(1, len(tunes) // pieces)][:pieces]:
        path = folder / "tune.abc"
        path.write_text("\n".join(row for row in text.splitlines() if not row.startswith("R:")), encoding="utf-8")
        run(program, path, "-o", path.with_suffix(".mid"))
        ours, theirs = (
            sorted((note.start, note.pitch) for note in score.parts[0].notes)
            for score in (score_abc.read(path, repeats="played"), read_score(path.with_suffix(".mid")))
        )
        same = len(ours) == len(theirs)
        same = same and all(abs(a[0] - b[0]) <= 3 and a[1] == b[1] for a, b in zip(ours, theirs, strict=True))
        total.update({"tunes": 1, "notes": len(ours), "tunes that are equal": int(same)})
    return total


def by_decoder(name: str, program: str, folder: Path) -> Counter[str]:
    """Half a second of noise, bit for bit, through WAV and FLAC of 16 and 24 bits."""
    noise = np.random.default_rng(4).uniform(-0.9, 0.9, (22050, 2)).astype(np.float32)
    total = Counter[str]()
    for kind in ("wav", "flac"):
        for bits in (16, 24):
            path = folder / f"noise-{bits}.{kind}"
            path.write_bytes(to_bytes(Sound(noise, 44100), kind, bits=bits, comment="made with Maquette"))
            if name == "ffmpeg":
                told = run(program, "-v", "error", "-i", path, "-f", "s32le", "-")
            else:
                told = run(program, "-D", path, "-t", "raw", "-e", "signed", "-b", "32", "-")
            found = np.frombuffer(told, "<i4").reshape(-1, 2)
            ours = soundfile.read(path, dtype="int32", always_2d=True)[0]
            differ = int((found != ours).any(axis=1).sum()) if found.shape == ours.shape else len(ours)
            total.update({"files": 1, "samples": len(ours), "samples that differ": differ})
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=60)
    parser.add_argument("--out", type=Path, help="file for the figures")
    given = parser.parse_args()
    figures: dict[str, Any] = {}
    for name, programs in {
        "MuseScore": ("mscore3", "musescore3"), "abc2midi": ("abc2midi",), "ffmpeg": ("ffmpeg",), "sox": ("sox",),
    }.items():  # fmt: skip
        program = next((found for one in programs if (found := shutil.which(one))), None)
        if program is None:
            figures[name] = f"left out: {programs[0]} is not installed"
            continue
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            if name == "MuseScore":
                counted = by_musescore(program, place, given.pieces)
            elif name == "abc2midi":
                counted = by_abc2midi(program, place, given.pieces)
            else:
                counted = by_decoder(name, program, place)
        figures[name] = dict(counted)
        print(f"{name}: {figures[name]}", flush=True)
    if given.out:
        given.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
