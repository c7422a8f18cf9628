"""Keys, chords, corrections and music by rule, measured on people's pieces that nothing here was fitted to.

    python benchmarks/music_harmony.py [--data FOLDER] [--each 60] [--seed 0]

keys      the key field of each set, without and with the written signature
chords    Nottingham's named chords (bar 8 of the music notes): how long the tune stands on tones of its chord, and for
          how long the root is the human one: labelled from the tune alone, labelled from the tune with the chords
          played, found by `chords_for`
satb      hymns whose soprano is harmonised by rule beside their own lower voices: parallels and crossings per 100 chord
          changes (bar 9), notes in range, roots as in the hymn
lint      findings per 1,000 notes of people's music, and how many planted slips (one note in 60 moved by a semitone)
          are found and put back
rearrange songs for string quartet: notes in range, notes left out
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from _pieces import MUSIC, records, score_of
from common import keep, table

from maquette.makers.music_rules import ENSEMBLES, chords_for, rearrange, satb
from maquette.media.harmony import label, label_spans, sounding, spans_of
from maquette.media.keys import find_key
from maquette.media.score import Chord, Note, Part, Score, cut, sorted_notes
from maquette.media.score_lint import lint, mended
from maquette.media.score_lint_look import Look, moments
from maquette.media.score_lint_ranges import VOICES
from maquette.media.score_lint_voices import moves

SETS = ("nottingham", "hymnal", "lieder", "quartets", "mutopia", "polish")
BARS = 40  # of a piece are looked at
TOLD = ("key", "clash", "parallels", "crossing", "range", "leap")  # rules whose rates stand in the table


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--data", type=Path, default=MUSIC, help="folder of the music records")
    asked.add_argument("--each", type=int, default=60, help="pieces of each set")
    asked.add_argument("--seed", type=int, default=0, help="of the planted slips")
    told = asked.parse_args()
    if not told.data.is_dir():
        raise SystemExit(f"there are no music records in {told.data}")
    began = time.perf_counter()
    result: dict[str, Any] = {"each": told.each}
    for name, measured in (
        ("keys", keys),
        ("chords", chords),
        ("satb", voices),
        ("lint", corrections),
        ("rearrange", players),
    ):
        result[name] = measured(told.data, told.each, told.seed)
        print(f"\n{name}\n{table(result[name])}", flush=True)
    result["seconds"] = round(time.perf_counter() - began, 1)
    keep("music_harmony", result)


def pieces(folder: Path, name: str, each: int) -> Iterator[Score]:
    """The first pieces that were kept out, cut to BARS bars."""
    for record in islice(records(name, folder, held=True), each):
        score = score_of(record)
        yield cut(score, 0, BARS) if len(score.bars) > BARS else score


def keys(folder: Path, each: int, seed: int) -> list[dict[str, Any]]:
    """How often the key is the one that the source names."""
    rows = []
    for name in SETS:
        right = signed = count = 0
        for score in (score_of(record) for record in islice(records(name, folder, held=True), each)):
            if score.key is None or not score.count:
                continue
            count += 1
            known = (score.key.tonic, score.key.mode)
            found, told = find_key(score), find_key(score, signature=score.key.fifths)
            right += (found.tonic, found.mode) == known
            signed += (told.tonic, told.mode) == known
        rows.append({"set": name, "pieces": count, "key": share(right, count), "with signature": share(signed, count)})
    return rows


def share(part: float, whole: float) -> float:
    return round(part / whole, 3) if whole else 0.0


def chords(folder: Path, each: int, seed: int) -> list[dict[str, Any]]:
    """Chords found beside the named ones of Nottingham."""
    ways = {
        "tune, each span alone": lambda score: spans_alone(score),
        "tune, labelled": lambda score: label(score),
        "tune, chords_for": lambda score: chords_for(score).chords,
        "chords played, each span alone": lambda score: spans_alone(played(score)),
        "chords played, labelled": lambda score: label(played(score)),
    }
    total = {name: np.zeros(4) for name in (*ways, "the human chords")}
    for score in pieces(folder, "nottingham", 10 * each):
        if not score.chords:
            continue
        total["the human chords"] += agreement(score, score.chords)
        bare = replace(score, chords=())
        for name, way in ways.items():
            total[name] += agreement(score, way(score if "played" in name else bare))
    heads = ("root", "root and third", "chord tones")
    return [
        {"way": name} | {head: share(row[i], row[0]) for i, head in enumerate(heads, 1)} for name, row in total.items()
    ]


def spans_alone(score: Score) -> tuple[Chord, ...]:
    spans = spans_of(score)
    found = label_spans(*sounding(score), spans)
    return tuple(Chord(start, root, quality) for (start, _), (root, quality, _) in zip(spans, found, strict=True))


def played(score: Score) -> Score:
    """The tune with its chords as a player would hold them: a bass and three or four notes."""
    notes = []
    for chord, after in zip(score.chords, [*score.chords[1:], Chord(score.end, 0)], strict=True):
        if after.tick > chord.tick and chord.quality is not None:
            low = chord.root if chord.bass is None else chord.bass
            pitches = [36 + low, *(55 + (tone - 55) % 12 for tone in chord.tones)]
            notes += [Note(chord.tick, after.tick - chord.tick, pitch) for pitch in pitches]
    return replace(score, parts=(*score.parts, Part("chords", 0, sorted_notes(notes))))


def agreement(score: Score, found: Sequence[Chord]) -> np.ndarray:
    """Ticks of the tune: all, with the human root, with its third too, on a tone of the found chord."""
    known, other = replace(score, chords=tuple(found)), score
    row = np.zeros(4)
    for part in score.parts:
        for note in part.notes:
            human, machine = other.chord_at(note.start), known.chord_at(note.start)
            if human is None or human.quality is None:
                continue
            row[0] += note.length
            if machine is None or machine.quality is None:
                continue
            row[1] += note.length * (machine.root == human.root)
            row[2] += note.length * (machine.tones[:2] == human.tones[:2])
            row[3] += note.length * (note.pitch % 12 in machine.tones)
    return row


def voices(folder: Path, each: int, seed: int) -> list[dict[str, Any]]:
    """Hymns as they are, and the same sopranos harmonised by rule."""
    human, rule, same = Counter[str](), Counter[str](), Counter[str]()
    spent = 0.0
    for record in islice(records("hymnal", folder, held=None), 8 * each):
        if len(record["parts"]) != 4:
            continue
        score = score_of(record)
        began = time.perf_counter()
        made = satb(chords_for(replace(score, parts=score.parts[:1], chords=()), "beat"))
        spent += time.perf_counter() - began
        same["pieces"] += 1
        human.update(leading(score))
        rule.update(leading(made))
        own = replace(score, chords=label(score, "beat"))
        for start, _ in spans_of(score, "beat"):
            one, two = own.chord_at(start), made.chord_at(start)
            if one and two and one.quality is not None:
                same["spans"] += 1
                same["root"] += one.root == two.root
    rows = []
    for name, found in (("hymns", human), ("by rule", rule)):
        row: dict[str, Any] = {"voices": name, "pieces": same["pieces"]}
        row |= {what: round(100 * found[what] / found["changes"], 2) for what in ("fifths", "octaves", "crossings")}
        row |= {"in range": share(found["in range"], found["notes"])}
        row |= {"root as in the hymn": share(same["root"], same["spans"]) if name == "by rule" else None}
        rows.append(row | {"ms a piece": round(1000 * spent / same["pieces"]) if name == "by rule" else None})
    return rows


def leading(score: Score) -> Counter[str]:
    """Parallels, crossings and chord changes, and notes within the range of their voice."""
    look, found, last = Look(score), Counter[str](), None
    for move in moves(look):
        if move.parallel is not None:
            found["fifths" if move.parallel == 7 else "octaves"] += 1
    for _, now in moments(look.voices):
        pitches = [note.pitch for note in now if note is not None]
        found["changes"] += pitches != last
        found["crossings"] += any(low > high for high, low in pairwise(pitches)) and pitches != last
        last = pitches
    for part, limits in zip(score.parts[1:], list(VOICES.values())[1:], strict=False):
        found["notes"] += len(part.notes)
        found["in range"] += sum(limits[0] <= note.pitch <= limits[1] for note in part.notes)
    return found


def corrections(folder: Path, each: int, seed: int) -> list[dict[str, Any]]:
    """What is found in people's music, and of slips planted in it."""
    rows = []
    dice = np.random.default_rng(seed)
    for name in ("nottingham", "hymnal", "lieder", "quartets"):
        counted, planted = Counter[str](), Counter[str]()
        notes = 0
        for score in pieces(folder, name, each):
            notes += score.count
            counted.update(finding.rule for finding in lint(score))
            wrong, slips = slipped(score, dice)
            planted["slips"] += len(slips)
            found = {(one.part, mend.note) for one in lint(wrong, rules=("key", "clash")) for mend in one.mends}
            planted["found"] += sum((part + 1, note) in found for part, note, _ in slips)
            again = mended(wrong, rules=("key", "clash"))[0] if slips else wrong
            for part, note, pitch in slips:
                row = again.parts[part].notes
                planted["put back"] += any(one.start == note.start and one.pitch == pitch for one in row)
        told: dict[str, Any] = {"set": name, "notes": notes, "all": per_thousand(sum(counted.values()), notes)}
        told |= {rule: per_thousand(counted[rule], notes) for rule in TOLD}
        told |= {"slips": planted["slips"], "found": share(planted["found"], planted["slips"])}
        rows.append(told | {"put back": share(planted["put back"], planted["slips"])})
    return rows


def per_thousand(count: float, of: float) -> float:
    return round(1000 * count / max(1, of), 2)


def slipped(score: Score, dice: np.random.Generator) -> tuple[Score, list[tuple[int, Note, int]]]:
    """The piece with one note in 60 a semitone beside where it was: (part, the wrong note, the right pitch) each."""
    parts, slips = list(score.parts), []
    for number, part in enumerate(parts):
        if part.drums:
            continue
        notes = []
        for note in part.notes:
            if note.length >= 240 and dice.random() < 1 / 60:
                wrong = replace(note, pitch=note.pitch + int(dice.choice([-1, 1])))
                slips.append((number, wrong, note.pitch))
                note = wrong
            notes.append(note)
        parts[number] = replace(part, notes=tuple(notes))
    return replace(score, parts=tuple(parts)), slips


def players(folder: Path, each: int, seed: int) -> list[dict[str, Any]]:
    """Songs for other players."""
    rows = []
    for name in ("string quartet", "wind quintet", "saxophone quartet"):
        inside = notes = before = spent = 0.0
        for score in pieces(folder, "lieder", each):
            began = time.perf_counter()
            made = rearrange(score, name)
            spent += time.perf_counter() - began
            before += score.count
            for part, player in zip(made.parts, ENSEMBLES[name], strict=True):
                notes += len(part.notes)
                inside += sum(player.range[0] <= note.pitch <= player.range[1] for note in part.notes)
        rows.append(
            {
                "ensemble": name,
                "in range": share(inside, notes),
                "notes kept": share(notes, before),
                "ms a piece": round(1000 * spent / each),
            }
        )
    return rows


if __name__ == "__main__":
    main()
