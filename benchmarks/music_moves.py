"""Every move on held-out human pieces, beside a plain rule and a trivial one, and beside what the human wrote.

    python benchmarks/music_moves.py [--each 6] [--quick] [--checkpoint music-1] [--seed 0]

Nothing was fitted to the pieces. One table: move, figure, whether more or less of it is better, and the figure for
what the net wrote, for the house's rule, for a trivial rule (named in the last column) and for the human's own music.
Where a move offers several takes the first is judged, but for `fill`: there the best of three is.

    harmonise --chords  Nottingham's tunes: time on which the root is that of the named chord; on a tone of the chord
    harmonise --satb    sopranos of hymns: parallels, crossings per 100 chord changes, ranges, roots and notes as sung
    fill                two bars taken out: note F1 (part, begin, pitch); bits of the lead's intervals at both seams
    accompany           songs: time of added notes on tones of the human's chords; onsets in the bar, bits from his
    continue, answer    how far the measures of `music_judge` are from those of the human's own next bars
    rearrange           songs for string quartet: notes kept (begin, pitch class), in range
    reharmonise         hymns, half of the chords changed: time of the lower voices on chord tones, chords changed
    drums               onset (and loudness) histograms, bits from what the human drummer plays
    picture             ms from a hit to the nearest struck note, two hits a piece
    vary, interpolate   quoted from `music_blend.py`, humanise from `music_groove.py`
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from _pieces import MUSIC, kept_out, records, score_of
from common import RESULTS, keep, processor, table
from music_bars import histograms, ours
from music_blend import _floor, divergence
from music_harmony import agreement, leading

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import MaquetteError, UsageError
from maquette.makers import music_drums, music_moves
from maquette.makers.music_figures import FIGURES
from maquette.makers.music_judge import WEIGHTS, ends_at_home, lead_of, measures
from maquette.makers.music_moves_time import lengthened
from maquette.makers.music_net import Net
from maquette.makers.music_rules import ENSEMBLES
from maquette.makers.music_takes import Take, joined
from maquette.makers.music_writer import Writer
from maquette.media.harmony import label, spans_of
from maquette.media.keys import find_key
from maquette.media.score import SCALES, Chord, Note, Part, Score, cut, sorted_notes

SMALL = ("hymnal", "nottingham")  # few pieces: those kept for validation are measured on too
STEP = 120  # ticks of an onset histogram


@dataclass
class Figures:
    """Figures of one move as they come in: (figure, way) -> values, or shares as (part, whole)."""

    move: str
    trivial: str
    better: dict[str, str]
    pieces: int = 0
    found: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, figure: str, way: str, value: float, weight: float = 1.0) -> None:
        self.found.setdefault((figure, way), []).append((value, weight))

    def rows(self) -> Iterator[dict[str, Any]]:
        for figure, better in self.better.items():
            row: dict[str, Any] = {"move": self.move, "figure": figure, "better": better}
            for way in ("net", "rule", "trivial", "human"):
                some = np.array(self.found.get((figure, way), []), float)
                whole = some[:, 1].sum() if len(some) else 0.0
                row[way] = round(float((some[:, 0] * some[:, 1]).sum() / whole), 3) if whole else None
            yield row | {"pieces": self.pieces, "the trivial rule": self.trivial}


def pieces(name: str, each: int, bars: int, seed: int) -> Iterator[tuple[str, Score]]:
    """(genre, score): up to `each` pieces of a set that have so many bars, and a key; cut to them."""
    rows = [r for r in records(name, MUSIC, held=True) if (kept_out if name in SMALL else ours)(r["work"])]
    random.Random(seed).shuffle(rows)
    taken = 0
    for row in rows:
        if taken == each:
            return
        try:
            score = score_of(row)
        except MaquetteError:
            continue
        if not score.keys or len(score.bars) < bars or score.starts[bars] > bars * 2880:
            continue
        score = cut(score, 0, bars)
        score = replace(score, parts=tuple(part for part in score.parts if part.notes))
        if score.count >= 2 * bars and len(score.parts) <= 8:
            taken += 1
            yield row["genre"], score


def ways(takes: Sequence[Take]) -> dict[str, Score]:
    """The first take by the net and the first by rule."""
    out: dict[str, Score] = {}
    for take in takes:
        out.setdefault(take.by, take.score)
    return out


def made(name: str, score: Score, net: Net, genre: str | None = None, **wishes: Any) -> dict[str, Score]:
    """The takes of a move by way; none where nothing came of it."""
    try:
        return ways(music_moves.move(name, score, replace(net, genre=genre), **wishes))
    except UsageError:
        return {}


# -- across the parts -------------------------------------------------------------------------------------------------


def lead_sheets(net: Net, each: int, seed: int) -> Figures:
    told = Figures("harmonise --chords", "the tonic chord throughout", {"root as named": "more", "chord tones": "more"})
    for _, score in pieces("nottingham", 2 * each, 16, seed):
        score = replace(score, parts=score.parts[:1])
        if not score.chords:
            continue
        told.pieces += 1
        found = made("harmonise", replace(score, chords=()), net, "reel", chords=True)
        rows = {way: one.chords for way, one in found.items()}
        rows |= {"trivial": (_tonic(score),), "human": score.chords}
        for way, chords in rows.items():
            whole, root, _, tones = agreement(score, chords)
            told.add("root as named", way, root / max(whole, 1), whole)
            told.add("chord tones", way, tones / max(whole, 1), whole)
    return told


def _tonic(score: Score) -> Chord:
    key = score.key_at(0)
    return Chord(0, key.tonic, "m" if key.mode == "minor" else "")


def hymns(net: Net, each: int, seed: int) -> Figures:
    less = dict.fromkeys(("fifths / 100", "octaves / 100", "crossings / 100"), "less")
    more = dict.fromkeys(("in range", "roots as sung", "notes as sung"), "more")
    told = Figures("harmonise --satb", "the tonic chord held under every note", {**less, **more})
    for _, score in pieces("hymnal", each, 8, seed):
        if len(score.parts) != 4:
            continue
        told.pieces += 1
        alone = replace(score, parts=score.parts[:1], chords=())
        found = made("harmonise", alone, net, "hymn", satb=True)
        found |= {"trivial": _held(score), "human": score}
        sung = label(replace(score, chords=()), "beat")
        for way, one in found.items():
            count: Counter[str] = leading(one)
            for name in ("fifths", "octaves", "crossings"):
                told.add(f"{name} / 100", way, 100 * count[name] / max(count["changes"], 1), count["changes"])
            told.add("in range", way, count["in range"] / max(count["notes"], 1), count["notes"])
            told.add("roots as sung", way, _roots(score, sung, label(replace(one, chords=()), "beat")))
            same = Counter(_placed(score.parts[1:])) & Counter(_placed(one.parts[1:]))
            whole = sum(len(part.notes) for part in score.parts[1:])
            told.add("notes as sung", way, same.total() / max(whole, 1), whole)
    return told


def _held(score: Score) -> Score:
    """The tonic chord under every note of the soprano."""
    key = score.key_at(0)
    third, fifth = SCALES[key.mode][2], SCALES[key.mode][4]
    pitches = (60 + (key.tonic + fifth) % 12, 52 + (key.tonic + third - 4) % 12, 40 + (key.tonic - 4) % 12)
    top = score.parts[0]
    low = [
        replace(part, notes=tuple(replace(note, pitch=pitch) for note in top.notes))
        for part, pitch in zip(score.parts[1:], pitches, strict=True)
    ]
    return replace(score, parts=(top, *low))


def _roots(score: Score, one: Sequence[Chord], two: Sequence[Chord]) -> float:
    first, second = replace(score, chords=tuple(one)), replace(score, chords=tuple(two))
    pairs = [(first.chord_at(at), second.chord_at(at)) for at, _ in spans_of(score, "beat")]
    known = [(a, b) for a, b in pairs if a is not None and a.quality is not None]
    return sum(b is not None and a.root == b.root for a, b in known) / max(len(known), 1)


def _changed(before: Score, after: Score) -> float:
    """The share of chords of which another symbol stands in their place, or between it and the next."""
    edges = [*(chord.tick for chord in before.chords), before.end]
    new = {chord.tick: chord for chord in after.chords}
    gone = 0
    for (start, end), chord in zip(pairwise(edges), before.chords, strict=True):
        there = [one for tick, one in new.items() if start <= tick < end]
        gone += [(one.root, one.quality) for one in there] != [(chord.root, chord.quality)]
    return gone / max(len(before.chords), 1)


def _placed(parts: Sequence[Part]) -> Iterator[tuple[int, int, int]]:
    for number, part in enumerate(parts):
        for note in part.notes:
            yield number, note.start, note.pitch


def accompaniments(net: Net, each: int, seed: int) -> Figures:
    better = {"time on the human's chords": "more", "onset distance": "less"}
    told = Figures("accompany", "the tonic chord on every first beat", better)
    for genre, score in pieces("lieder", each, 12, seed):
        if len(score.parts) < 2:
            continue
        told.pieces += 1
        chorded = replace(score, chords=label(replace(score, chords=())))
        alone = replace(score, parts=score.parts[:1], chords=())
        found = {
            way: one.parts[1:] for way, one in made("accompany", alone, net, genre, bass=True, chords=True).items()
        }
        human = score.parts[1:]
        found |= {"trivial": (_blocks(score),), "human": human}
        for way, parts in found.items():
            inside, whole = _on_chords(chorded, parts)
            told.add("time on the human's chords", way, inside / max(whole, 1), whole)
            if parts is not human:
                told.add("onset distance", way, divergence(_onsets(score, human), _onsets(score, parts)))
    return told


def _blocks(score: Score) -> Part:
    key = score.key_at(0)
    triad = [48 + (key.tonic + SCALES[key.mode][step]) % 12 for step in (0, 2, 4)]
    notes = [Note(a, b - a, pitch) for a, b in pairwise(score.starts) for pitch in triad]
    return Part("Chords", 0, sorted_notes(notes))


def _on_chords(score: Score, parts: Sequence[Part]) -> tuple[int, int]:
    """Ticks of notes on tones of the chord in force where they begin, and of all."""
    inside = whole = 0
    for part in parts:
        for note in part.notes if not part.drums else ():
            chord = score.chord_at(note.start)
            if chord is not None and chord.quality is not None:
                whole += note.length
                inside += note.length * (note.pitch % 12 in chord.tones)
    return inside, whole


def _onsets(score: Score, parts: Sequence[Part]) -> dict[int, float]:
    """The share of onsets by sixteenth of the bar."""
    found: Counter[int] = Counter()
    for part in parts:
        for start in {note.start for note in part.notes}:
            found[round((start - score.starts[score.bar_at(start)]) / STEP)] += 1
    whole = max(sum(found.values()), 1)
    return {place: count / whole for place, count in found.items()}


def players(net: Net, each: int, seed: int) -> Figures:
    told = Figures(
        "rearrange", "each staff to the next player, its top note", {"notes kept": "more", "in range": "more"}
    )
    ranges = [player.range for player in ENSEMBLES["string quartet"]]
    for genre, score in pieces("lieder", each, 8, seed):
        told.pieces += 1
        found = made("rearrange", score, net, genre, players="string quartet")
        found["trivial"] = _by_staff(score)
        wanted = {(note.start, note.pitch % 12) for part in score.parts if not part.drums for note in part.notes}
        for way, one in found.items():
            there = {(note.start, note.pitch % 12) for part in one.parts for note in part.notes}
            told.add("notes kept", way, len(wanted & there) / max(len(wanted), 1), len(wanted))
            notes = [
                (note.pitch, limits) for part, limits in zip(one.parts, ranges, strict=False) for note in part.notes
            ]
            told.add("in range", way, sum(a <= p <= b for p, (a, b) in notes) / max(len(notes), 1), len(notes))
    return told


def _by_staff(score: Score) -> Score:
    rows = []
    for part in score.parts:
        for staff in sorted({note.staff for note in part.notes}):
            tops = {note.start: note for note in part.notes if note.staff == staff}
            rows.append(Part("", 40, sorted_notes(tops.values())))
    return replace(score, parts=tuple(rows[:4]))


def other_chords(net: Net, each: int, seed: int) -> Figures:
    better = {"time on chord tones": "more", "chords changed": "as asked"}
    told = Figures("reharmonise", "the old notes under the new chords", better)
    for _, score in pieces("hymnal", each, 8, seed + 1):
        if len(score.parts) != 4:
            continue
        told.pieces += 1
        chorded = replace(score, chords=label(replace(score, chords=())))
        found = made("reharmonise", chorded, net, "hymn", amount=0.5)
        if found:
            found["trivial"] = replace(score, chords=next(iter(found.values())).chords)
        found["human"] = chorded
        for way, one in found.items():
            inside, whole = _on_chords(one, one.parts[1:])
            told.add("time on chord tones", way, inside / max(whole, 1), whole)
            if way != "human":
                told.add("chords changed", way, _changed(chorded, one))
    return told


# -- along the time ---------------------------------------------------------------------------------------------------


def gaps(net: Net, each: int, seed: int) -> Figures:
    better = {"note F1, best of 3": "more", "note F1, first take": "more", "bits at the seams": "as human"}
    told = Figures("fill", "the bar before the gap twice (rule: the two bars before it)", better)
    rows = [one for name in ("hymnal", "lieder", "polish") for one in pieces(name, each, 10, seed)]
    usual = _usual_steps(seed)
    for genre, score in rows:
        told.pieces += 1
        begin, end = score.starts[5], score.starts[7]
        try:
            takes = music_moves.move("fill", score, replace(net, genre=genre, count=3), bars="6-7")
        except UsageError:
            takes = []
        found: dict[str, list[Score]] = {"net": [take.score for take in takes]}
        found |= {"rule": [_copied(score, (3, 4))], "trivial": [_copied(score, (4, 4))], "human": [score]}
        for way, some in found.items():
            marks = [_f1(score, one, begin, end) for one in some] or [0.0]
            told.add("note F1, best of 3", way, max(marks))
            told.add("note F1, first take", way, marks[0])
            if some and (bits := _seams(some[0], (begin, end), usual)) is not None:
                told.add("bits at the seams", way, bits)
    return told


def _copied(score: Score, sources: tuple[int, int]) -> Score:
    """Bars 6 and 7 as two others are."""
    begin, end = score.starts[5], score.starts[7]
    parts = []
    for part in score.parts:
        notes = [note for note in part.notes if not begin <= note.start < end]
        for bar, source in zip((5, 6), sources, strict=True):
            by = score.starts[bar] - score.starts[source]
            notes += [
                replace(note, start=note.start + by)
                for note in part.notes
                if score.starts[source] <= note.start < score.starts[source + 1]
            ]
        parts.append(replace(part, notes=sorted_notes(notes)))
    return replace(score, parts=tuple(parts))


def _f1(truth: Score, one: Score, begin: int, end: int) -> float:
    a, b = (Counter(row for row in _placed(x.parts) if begin <= row[1] < end) for x in (truth, one))
    return 2 * (a & b).total() / max(a.total() + b.total(), 1)


def _usual_steps(seed: int) -> np.ndarray:
    """Chances of the lead's intervals (-12..12) in training pieces."""
    total = np.ones(25)
    for name in ("hymnal", "lieder", "polish"):
        for count, row in enumerate(records(name, MUSIC, held=False)):
            if count >= 40:
                break
            total += histograms(score_of(row))["interval"]
    return total / total.sum()


def _seams(score: Score, joins: tuple[int, int], usual: np.ndarray) -> float | None:
    """Bits of the lead's steps over both joins."""
    tops: dict[int, int] = {}
    for note in lead_of(score):
        tops[note.start] = max(tops.get(note.start, 0), note.pitch)
    starts = sorted(tops)
    steps = [tops[b] - tops[a] for a, b in pairwise(starts) if any(a < join <= b for join in joins)]
    bits = [-np.log2(usual[max(-12, min(12, step)) + 12]) for step in steps]
    return float(np.mean(bits)) if bits else None


def onwards(net: Net, each: int, seed: int) -> list[Figures]:
    """continue (8 bars after 8) and answer (4 after 4)."""
    out = []
    for move, bars in (("continue", 8), ("answer", 4)):
        better = {"distance of measures": "less", "ends at home": "as human"}
        told = Figures(move, "the last bar again (rule: the whole phrase again; human: another piece's)", better)
        rows = [one for name in ("hymnal", "lieder", "polish", "mutopia") for one in pieces(name, each, 2 * bars, seed)]
        for number, (genre, score) in enumerate(rows):
            first, truth = cut(score, 0, bars), cut(score, bars, 2 * bars)
            if not truth.count or not first.count:
                continue
            told.pieces += 1
            found: dict[str, Score] = {}
            for way, one in made(move, first, net, genre, bars=bars).items():
                whole = lengthened(one, 2 * bars)
                found[way] = cut(whole, bars, 2 * bars)
            last = cut(score, bars - 1, bars)
            found |= {"rule": first, "trivial": joined(last, *([last] * (bars - 1)))}
            found["human"] = cut(rows[number - 1][1], bars, 2 * bars)
            for way, one in found.items():
                told.add("distance of measures", way, _apart(measures(one), measures(truth), genre))
                told.add("ends at home", way, ends_at_home(truth if way == "human" else one))
        out.append(told)
    return out


def _apart(one: Mapping[str, float], two: Mapping[str, float], genre: str) -> float:
    """The weighted mean of differences, in standard deviations of the genre, each at most 4."""
    usual = FIGURES.get(genre) or FIGURES["piece"]
    gaps = {name: min(abs(one[name] - two[name]) / max(usual[name][1], 0.03), 4.0) for name in WEIGHTS}
    return sum(WEIGHTS[name] * gap for name, gap in gaps.items()) / sum(WEIGHTS.values())


# -- drums, picture ---------------------------------------------------------------------------------------------------


def drummers(net: Net, each: int, seed: int) -> list[Figures]:
    style = Figures("drums --style rock", "four on the floor", {"onset distance": "less"})
    better = {"onset distance": "less", "loudness distance": "less"}
    like = Figures("drums --like", "four on the floor (human: the other half of his own)", better)
    for score in _drummed(each):
        kits = tuple(part for part in score.parts if part.drums)
        rest = tuple(part for part in score.parts if not part.drums)
        halves = [cut(replace(score, parts=kits), *span) for span in ((0, 8), (8, 16))]
        if not kits or not rest or not all(one.count >= 8 for one in halves):
            continue
        first, second = halves
        played = cut(replace(score, parts=rest), 8, 16)
        if style.pieces < each and played.count:
            style.pieces += 1
            truth = music_drums.histogram(second)
            for way, one in {**made("drums", played, net), "trivial": _floor(second)}.items():
                only = replace(one, parts=tuple(part for part in one.parts if part.drums))
                style.add("onset distance", way, divergence(truth, music_drums.histogram(only)))
        try:
            kit = music_drums.kit_of(first)
        except UsageError:
            continue
        like.pieces += 1
        drummed = replace(second, parts=(music_drums.like(kit, second.bars, seed=seed),))
        truth, loud = music_drums.histogram(first), _loudness(first)
        for way, one in (("rule", drummed), ("trivial", _floor(second)), ("human", second)):
            like.add("onset distance", way, divergence(truth, music_drums.histogram(one)))
            like.add("loudness distance", way, divergence(loud, _loudness(one)))
    return [style, like]


def _drummed(each: int) -> Iterator[Score]:
    """Stretches of 16 bars with drums of the pieces that nothing was fitted to, taken from each in turn."""
    wholes = [score_of(row) for row in records("freedoom", MUSIC, held=True)]
    starts = [(first, whole) for first in range(0, 128, 16) for whole in wholes if first + 16 <= len(whole.bars)]
    for first, whole in starts[: 2 * each]:
        score = cut(whole, first, first + 16)
        keys = score.keys or (find_key(score),)
        yield replace(score, keys=keys, parts=tuple(part for part in score.parts if part.notes))


def _loudness(score: Score) -> dict[int, float]:
    found = Counter(note.velocity // 16 for part in score.parts if part.drums for note in part.notes)
    whole = max(found.total(), 1)
    return {level: count / whole for level, count in found.items()}


def pictures(net: Net, each: int, seed: int) -> Figures:
    told = Figures("picture", "the piece at its own tempo: the nearest first beat", {"ms off the hit": "less"})
    dice = np.random.default_rng(seed)
    for _, score in pieces("polish", 2 * each, 24, seed):
        seconds = _seconds(score, score.end)
        length = round(min(max(seconds * float(dice.uniform(0.6, 0.95)), 10.0), 60.0), 1)
        hits = sorted(round(float(length * dice.uniform(a, b)), 2) for a, b in ((0.15, 0.45), (0.55, 0.85)))
        asked = ",".join(f"{hit:g}" for hit in hits)
        found = made("picture", score, net, length=f"{length:g}s", hits=asked)
        if not found:
            continue
        told.pieces += 1
        one = found["rule"]
        onsets = np.array([_seconds(one, at) for at in {note.start for part in one.parts for note in part.notes}])
        beats = np.array([_seconds(score, at) for at in score.starts])
        for hit in hits:
            told.add("ms off the hit", "rule", 1000 * float(np.abs(onsets - hit).min()))
            told.add("ms off the hit", "trivial", 1000 * float(np.abs(beats - hit).min()))
    return told


def _seconds(score: Score, tick: int) -> float:
    """When a tick sounds."""
    edges = [one.tick for one in score.tempi if 0 < one.tick < tick]
    return sum((b - a) * 60 / 480 / score.tempo_at(a) for a, b in pairwise([0, *edges, tick]))


def quoted() -> list[dict[str, Any]]:
    """What other benchmarks have measured of the moves by rule."""
    rows = []
    path = RESULTS / "music_blend.json"
    if path.is_file():
        told = json.loads(path.read_text(encoding="utf-8"))
        between, varied = told.get("interpolation", {}), told.get("variation", {})
        for figure, value, count in (
            ("Spearman from the first, worst of pairs", between.get("worst"), between.get("pairs")),
            ("every bar whole", between.get("valid_bars"), between.get("pairs")),
        ):
            rows.append({"move": "interpolate", "figure": figure, "better": "more", "rule": value, "pieces": count})
        for name in ("rhythm", "contour", "harmony"):
            value = varied.get(f"{name}_spearman_worst")
            rows.append({"move": "vary", "figure": f"slider of {name}: Spearman, worst", "better": "more",
                         "rule": value, "pieces": varied.get("pieces")})  # fmt: skip
    return rows


def main() -> None:
    """Measure, print and keep."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--checkpoint", default="music-1")
    asked.add_argument("--each", type=int, default=6, help="pieces of each set and move")
    asked.add_argument("--quick", action="store_true", help="two pieces of each set and move")
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--only", default="", help="moves to measure, as harmonise,fill; nothing is kept then")
    told = asked.parse_args()
    each = 2 if told.quick else told.each
    box = open_checkpoint(told.checkpoint)
    net = Net(Writer(box), box.id, box.name, count=1, seed=told.seed)
    began = time.process_time()
    rows: list[dict[str, Any]] = []
    measured = {"harmonise": (lead_sheets, hymns), "fill": (gaps,), "accompany": (accompaniments,),
                "continue": (onwards,), "rearrange": (players,), "reharmonise": (other_chords,), "drums": (drummers,),
                "picture": (pictures,)}  # fmt: skip
    for name, some in measured.items():
        for one in some if not told.only or name in told.only.split(",") else ():
            found = one(net, each, told.seed)
            new = [row for figures in (found if isinstance(found, list) else [found]) for row in figures.rows()]
            rows += new
            print(f"{time.process_time() - began:.0f} s\n{table(new)}", flush=True)
    rows += [{**dict.fromkeys(rows[0]), **row} for row in quoted()]
    spent = round(time.process_time() - began)
    print(f"\n{processor()}\n{box.name}, {spent} s of processor time\n\n{table(rows)}")
    if not told.only:
        keep("music_moves", {"checkpoint": box.name, "each": each, "seconds": spent, "rows": rows})


if __name__ == "__main__":
    main()
