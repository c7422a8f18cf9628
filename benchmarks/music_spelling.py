"""Spelling of notes against names that people wrote: `python benchmarks/music_spelling.py`.

The records of Nottingham carry their ABC text, in which people wrote every sharp and flat. The names are read
from it (signature, signs, bars), and held against ours from pitches, key and chords; then without the chords, and
beside a trivial rule: sharps in sharp keys, flats in flat keys. These are simple tunes, nearly all diatonic; the share
of the notes outside the key is the figure to look at. Weights of the speller were tried on the same tunes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from typing import Any

from _pieces import records, score_of

from maquette.media.score import Score
from maquette.media.spelling import fifths_of, name_of, near, spell

_MODES = {
    "": 0,
    "maj": 0,
    "m": -3,
    "min": -3,
    "aeo": -3,
    "mix": -1,
    "dor": -2,
    "phr": -4,
    "lyd": 1,
    "loc": -5,
    "ion": 0,
}
_TOKEN = re.compile(r"\[K:([^\]]*)\]|(\|)|([\^_=]*)([A-Ga-g])([,']*)")


def signature(key: str) -> dict[str, str]:
    """Letter -> sign of an ABC key ("Gmix")."""
    found = re.match(r"([A-G][#b]?)\s*(\w*)", key)
    fifths = fifths_of(found[1]) + _MODES.get(found[2].lower()[:3], 0) if found else 0
    signs = dict.fromkeys("ABCDEFG", "")
    signs |= dict.fromkeys("FCGDAEB"[:fifths] if fifths > 0 else "", "#")
    return signs | dict.fromkeys("BEADGCF"[:-fifths] if fifths < 0 else "", "b")


def names_of(abc: str) -> list[tuple[str, int]]:
    """(name, MIDI pitch) of the notes of an ABC tune, in their order."""
    found, signs = [], signature("C")
    bar: dict[tuple[str, int], str] = {}
    for line in abc.splitlines():
        line = line.split("%")[0]
        if re.match("[A-Za-z]:", line):
            signs = signature(line[2:].strip()) if line[0] == "K" else signs
            continue
        for key, barline, sign, letter, marks in _TOKEN.findall(re.sub(r'"[^"]*"|\{[^}]*\}|![^!]*!', "", line)):
            if key:
                signs = signature(key)
            elif barline:
                bar = {}
            else:
                step, octave = letter.upper(), 4 + letter.islower() + marks.count("'") - marks.count(",")
                if sign:
                    bar[step, octave] = sign.replace("^", "#").replace("_", "b").replace("=", "")
                name = step + bar.get((step, octave), signs[step])
                natural = 12 * (octave + 1) + {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[step]
                found.append((name, natural + name.count("#") - name[1:].count("b")))
    return found


def by_rule(score: Score) -> list[str]:
    """The trivial rule."""
    return [
        name_of(near(note.pitch % 12, 3 if score.key_at(note.start).fifths >= 0 else -2))
        for note in score.parts[0].notes
    ]


def main() -> None:
    total: Counter[str] = Counter()
    for record in records("nottingham"):
        score = score_of(record)
        wanted = names_of(record["abc"])
        notes = score.parts[0].notes
        if [pitch for _, pitch in wanted] != [note.pitch for note in notes]:
            total["tunes left out: the text does not give the same pitches"] += 1
            continue
        total["tunes"] += 1
        ways: dict[str, Any] = {
            "ours": spell(score)[0], "without chords": spell(replace(score, chords=()))[0], "rule": by_rule(score),
        }  # fmt: skip
        for index, (name, _) in enumerate(wanted):
            outside = notes[index].pitch % 12 not in score.key_at(notes[index].start).scale
            total["notes"] += 1
            total["notes outside the key"] += outside
            for way, names in ways.items():
                total[f"{way}: right"] += names[index] == name
                total[f"{way}: right outside the key"] += outside and names[index] == name
    shares = {
        way: {
            "all": round(total[f"{way}: right"] / total["notes"], 4),
            "outside the key": round(total[f"{way}: right outside the key"] / total["notes outside the key"], 4),
        }
        for way in ("ours", "without chords", "rule")
    }
    print(
        json.dumps(
            {**{key: value for key, value in total.items() if ":" not in key or "left" in key}, **shares}, indent=1
        )
    )


if __name__ == "__main__":
    main()
