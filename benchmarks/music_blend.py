"""Moves by rule, measured: to picture, interpolation, variation by sliders, words on notes, drums.

    python benchmarks/music_blend.py [--data FOLDER] [--pairs N] [--json]

The data folder holds `nottingham.jsonl.gz`, `lieder.jsonl.gz` and `freedoom.jsonl.gz`; validation pieces and our own
hold-out are left out by the hash of their work. Without it the random requests to picture alone are measured.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table

from maquette.core.errors import UsageError
from maquette.makers import music_blend, music_drums, music_lyrics, music_picture, music_vary
from maquette.makers.music_syllables import language_of, stress
from maquette.media.score import Bar, Chord, Key, Note, Part, Score, Tempo, cut

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "music"  # beside this checkout
EACH = 20  # our ticks to one of theirs


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The pieces of a record file that may be looked at."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            number = int(hashlib.sha1(str(record.get("work") or record["id"]).encode()).hexdigest(), 16)
            if number % 20 != 0 and number % 50 != 1:
                yield record


def score_of(record: dict[str, Any], parts: list[int] | None = None) -> Score:
    """A record as a score; `parts`: only these."""
    rows: dict[int, list[Note]] = {}
    for part, _, steps, durations, pitches, *velocities in record["voices"]:
        for at, (start, length, pitch) in enumerate(zip(accumulate(steps), durations, pitches)):
            loud = velocities[0][at] if velocities else 80
            rows.setdefault(part, []).append(Note(start * EACH, max(1, length * EACH), pitch, max(1, loud)))
    beats, unit = (int(one) for one in (record.get("metre") or "4/4").split("/"))
    wanted = parts if parts is not None else range(len(record["parts"]))
    made = []
    for number in wanted:
        name, program = record["parts"][number][:2]
        drums = program == "drums"
        notes = tuple(sorted(rows.get(number, ()), key=lambda n: (n.start, n.pitch)))
        made.append(Part(name, 0 if drums else int(program), notes, drums))
    bars = tuple(Bar(length * EACH, beats, unit) for length in record["bars"])
    keys = (_key(record["key"]),) if record.get("key") else ()
    chords = tuple(chord for row in record.get("chords") or () if (chord := _chord(*row)) is not None)
    return Score(tuple(made), bars, keys, (Tempo(0, record.get("tempo") or 100.0),), chords, title=record["title"])


def _key(text: str) -> Key:
    letter, _, mode = text.partition(" ")
    tonic = (
        {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[letter[0]] + letter.count("#") - letter[1:].count("b")
    ) % 12
    return Key(0, tonic, "minor" if "min" in mode else "major")


def _chord(tick: int, name: str) -> Chord | None:
    if not name or name[0] not in "ABCDEFG":
        return None
    root = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[name[0]]
    rest = name[1:]
    if rest[:1] in ("#", "b"):
        root, rest = root + (1 if rest[0] == "#" else -1), rest[1:]
    kind = rest.partition("/")[0]
    return Chord(
        tick * EACH, root % 12, kind if kind in ("", "m", "7", "m7", "dim") else "m" if kind.startswith("m") else ""
    )


def spearman(values: list[float]) -> float:
    """The rank correlation of values with their order; ties share a rank."""
    if len(set(values)) < 2:
        return 0.0
    order = np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float)
    for value in set(values):
        same = [i for i, one in enumerate(values) if one == value]
        order[same] = order[same].mean()
    return float(np.corrcoef(order, np.arange(len(values)))[0, 1])


def in_key(score: Score) -> float:
    """The share of notes in the scale of their key."""
    notes = [note for part in score.parts for note in part.notes]
    return sum(note.pitch % 12 in score.key_at(note.start).scale for note in notes) / max(len(notes), 1)


def full(score: Score) -> bool:
    """Whether all notes lie in the bars, and bars are whole but for a pick-up."""
    whole = all(bar.length == bar.full for bar in score.bars[1:])
    return whole and all(note.end <= score.end and note.length > 0 for part in score.parts for note in part.notes)


def interpolations(data: Path, pairs: int, steps: int = 7) -> dict[str, Any]:
    """Spearman of the distances to both ends over random pairs of tunes of one metre, beside a cut from A to B."""
    tunes: dict[str, list[Score]] = {}
    for record in records(data / "nottingham.jsonl.gz"):
        if record["metre"] in ("4/4", "6/8", "3/4", "2/4") and not record.get("metres"):
            score = score_of(record, [0])
            if all(bar.length == bar.full for bar in score.bars[1:]) and len(score.bars) > 8:
                tunes.setdefault(record["metre"], []).append(score)
    dice = np.random.default_rng(3)
    away, near, worst, valid, keyed, lowest = [], [], 1.0, 0, 0, 1.0
    for _ in range(pairs):
        rows = tunes[str(dice.choice(sorted(tunes)))]
        first, last = (rows[int(i)] for i in dice.choice(len(rows), 2, replace=False))
        made = music_blend.interpolate(first, last, steps)
        far = spearman([music_blend.distance(first, one) for one in made])
        close = spearman([-music_blend.distance(last, one) for one in made])
        away.append(far)
        near.append(close)
        worst = min(worst, far, close)
        valid += all(full(one) for one in made)
        floor = min(in_key(first), in_key(last)) - 0.02
        keyed += all(in_key(one) >= floor for one in made)
        lowest = min(lowest, *(in_key(one) for one in made))
    return {
        "pairs": pairs,
        "spearman_from_first": round(float(np.mean(away)), 3),
        "spearman_to_last": round(float(np.mean(near)), 3),
        "worst": round(worst, 3),
        "share_at_least_0.9": round(float(np.mean([a >= 0.9 and b >= 0.9 for a, b in zip(away, near)])), 3),
        "valid_bars": valid / pairs,
        "in_key_as_ends": keyed / pairs,
    }


def pictures(requests: int = 200) -> dict[str, Any]:
    """Random requests to picture, beside one tempo of 110 with each hit on the nearest first beat."""
    dice = np.random.default_rng(5)
    errors, ends, plain, ways, refused = [], [], [], dict[str, int](), 0
    for _ in range(requests):
        length = float(np.round(dice.uniform(10, 90), 2))
        metre = ((4, 4), (3, 4), (6, 8), (2, 4), (5, 4), (7, 8))[
            int(dice.choice(6, p=[0.4, 0.25, 0.15, 0.1, 0.05, 0.05]))
        ]
        hits: list[float] = []
        for hit in np.round(dice.uniform(1.5, length - 1.5, int(dice.integers(0, 7))), 2):
            if all(abs(hit - other) > 1.5 for other in hits):
                hits.append(float(hit))
        try:
            made = music_picture.plan(length, hits, metre, (80, 140))
        except UsageError:
            refused += 1
            continue
        ways[made.way] = ways.get(made.way, 0) + 1
        errors += [abs(hit.error) if hit.strong else 999.0 for hit in made.hits]
        ends.append(abs(made.end_error))
        bar = metre[0] * 4 / metre[1] * 60 / 110
        plain += [abs(hit - round(hit / bar) * bar) * 1000 for hit in hits]
    return {
        "requests": requests,
        "refused": refused,
        "hits": len(errors),
        "within_20_ms": float(np.mean(np.array(errors) <= 20)),
        "largest_ms": round(max(errors), 2),
        "end_largest_ms": round(max(ends), 3),
        "ways": ways,
        "one_tempo_within_20_ms": round(float(np.mean(np.array(plain) <= 20)), 3),
        "one_tempo_mean_ms": round(float(np.mean(plain)), 1),
    }


def variations(data: Path, pieces: int = 24) -> dict[str, Any]:
    """How much each slider changes, from all kept to nothing, and whether it grows."""
    rows = []
    for record in records(data / "nottingham.jsonl.gz"):
        score = score_of(record, [0])
        if all(bar.length == bar.full for bar in score.bars[1:]) and len(score.bars) > 8:
            rows.append(score)
        if len(rows) == pieces:
            break
    found: dict[str, Any] = {"pieces": len(rows)}
    for name in ("rhythm", "contour", "harmony"):
        sweeps = []
        for number, score in enumerate(rows):
            kept = {"rhythm": 1.0, "contour": 1.0, "harmony": 1.0}
            made = [music_vary.vary(score, **{**kept, name: keep}, seed=number) for keep in (1, 0.75, 0.5, 0.25, 0)]
            assert all(full(one.score) for one in made)
            sweeps.append([one.changed[name] for one in made])
        found[f"{name}_changed_at_1_.75_.5_.25_0"] = [round(float(one), 2) for one in np.mean(sweeps, axis=0)]
        found[f"{name}_spearman_worst"] = round(min(spearman(row) for row in sweeps), 3)
    return found


def songs(data: Path, pieces: int = 40) -> dict[str, Any]:
    """The words of lieder set again: syllables on the note that the composer gave them, beside even spacing.

    Lines are taken to end at punctuation marks, since the records tell of none.
    """
    sums: Counter[str] = Counter()
    count = 0
    for record in records(data / "lieder.jsonl.gz"):
        found = _song(record)
        if found is None:
            continue
        score, words, places = found
        made = music_lyrics.assign(score, music_lyrics.Lyrics(tuple(words), "de"), again=False)
        given = [number for number, note in enumerate(made.score.parts[0].notes) if note.lyric]
        line = len(score.parts[0].notes)
        sums["syllables"] += len(places)
        sums["same"] += sum(a == b for a, b in zip(given, places))
        sums["even"] += sum(number * line // len(places) == place for number, place in enumerate(places))
        strong = [place for place, one in zip(places, words) if one.strong >= 0.7]
        sums["strong"] += len(strong)
        notes = score.parts[0].notes
        sums["strong on beats, composer"] += sum(music_lyrics.weight(score, notes[at].start) >= 0.5 for at in strong)
        sums["strong on beats"] += round(made.strong * len(strong))
        count += 1
        if count == pieces:
            break
    return {
        "songs": count,
        "syllables": sums["syllables"],
        "as_the_composer": round(sums["same"] / sums["syllables"], 3),
        "even_spacing": round(sums["even"] / sums["syllables"], 3),
        "strong_on_beats": round(sums["strong on beats"] / sums["strong"], 3),
        "strong_on_beats_composer": round(sums["strong on beats, composer"] / sums["strong"], 3),
    }


def _song(record: dict[str, Any]) -> tuple[Score, list[music_lyrics.Syllable], list[int]] | None:
    """The line of a song with melismas, its syllables, and the notes that the composer gave them."""
    if not record.get("lyrics"):
        return None
    part = Counter(row[1] for row in record["lyrics"]).most_common(1)[0][0]
    score = score_of(record, [part])
    line = music_blend.melody(score)
    texts = {tick * EACH: text.strip() for tick, own, text in record["lyrics"] if own == part}
    places = [number for number, note in enumerate(line) if note.start in texts]
    if len(places) < 20 or places[0] or len(places) == len(line):
        return None
    written = [texts[line[place].start] for place in places]
    language = language_of("".join(one[:-1] if one.endswith("-") else one + " " for one in written))
    words: list[music_lyrics.Syllable] = []
    word: list[str] = []
    for text in written:
        word.append(text.strip("-"))
        if text.endswith("-"):
            continue
        for number, (own, strong) in enumerate(zip(word, stress(tuple(word), language))):
            ends = number + 1 == len(word) and own[-1:] in tuple(",.;:!?")
            words.append(music_lyrics.Syllable(own, strong, number + 1 < len(word), ends))
        word = []
    if len(words) != len(places):
        return None
    return replace(score, parts=(replace(score.parts[0], notes=line),)), words, places


def divergence(one: dict[Any, float], other: dict[Any, float]) -> float:
    """Jensen and Shannon's, in bits."""
    found = 0.0
    for place in set(one) | set(other):
        a, b = one.get(place, 0.0), other.get(place, 0.0)
        middle = (a + b) / 2
        found += sum(value * float(np.log2(value / middle)) / 2 for value in (a, b) if value)
    return found


def drummers(data: Path, pieces: int = 40) -> dict[str, Any]:
    """Onset histograms (kind of drum, sixteenth of the bar) against the drums that pieces have, in bits.

    Rock to the rest of the piece, the best of all styles, and the drums of the second half after those of the first,
    beside four on the floor.
    """
    rows: dict[str, list[float]] = {}

    def take(name: str, truth: dict[Any, float], score: Score) -> None:
        rows.setdefault(name, []).append(divergence(truth, music_drums.histogram(score)))

    for record in records(data / "freedoom.jsonl.gz"):
        score = score_of(record)
        played = tuple(part for part in score.parts if part.drums and part.notes)
        rest = replace(score, parts=tuple(part for part in score.parts if not part.drums and part.notes))
        half = len(score.bars) // 2
        if not played or not rest.parts or half < 4:
            continue
        truth = music_drums.histogram(replace(score, parts=played))
        take("four on the floor", truth, _floor(score))
        take("drumify, rock", truth, music_drums.drumify(rest, "rock").score)
        take("rock, deaf to the piece", truth, replace(score, parts=(music_drums.part(score.bars, "rock"),)))
        first, second = cut(score, 0, half), cut(score, half, len(score.bars))
        try:
            kit = music_drums.kit_of(first)
        except UsageError:
            continue
        if own := music_drums.histogram(second):
            take("second half: like the first", own, replace(second, parts=(music_drums.like(kit, second.bars),)))
            take("second half: four on the floor", own, _floor(second))
        if len(rows["four on the floor"]) == pieces:
            break
    return {"pieces": len(rows["four on the floor"]), **{k: round(float(np.mean(v)), 3) for k, v in rows.items()}}


def _floor(score: Score) -> Score:
    """A kick on every quarter, an open hi-hat between."""
    notes = [
        Note(begin + at, 60, 36 if at % 480 == 0 else 46, 100)
        for begin, bar in zip(score.starts, score.bars)
        for at in range(0, bar.length, 240)
    ]
    return replace(score, parts=(Part("Drums", 0, tuple(notes), True),))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--drums", type=int, default=40, help="pieces with drums")
    parser.add_argument("--json", action="store_true", help="keep results/music_blend.json")
    asked = parser.parse_args()
    result: dict[str, Any] = {"to picture": pictures()}
    if (asked.data / "nottingham.jsonl.gz").is_file():
        result["interpolation"] = interpolations(asked.data, asked.pairs)
        result["variation"] = variations(asked.data)
        result["words on notes"] = songs(asked.data)
        result["drums, bits to what was played"] = drummers(asked.data, asked.drums)
    for name, figures in result.items():
        print(f"\n{name}\n" + table([{"figure": key, "value": value} for key, value in figures.items()]))
    if asked.json:
        print(keep("music_blend", result))


if __name__ == "__main__":
    main()
