"""Moves that make one piece into others: vary it, go from it to another, fit it to a picture, set words to it."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.errors import UsageError
from ..core.seeds import candidate_seed
from ..media.score import Score
from . import music_net as n
from .music_controls import hits_of, seconds_of
from .music_moves_time import leading_line, rhythm_of
from .music_takes import Take, changed

if TYPE_CHECKING:
    from .music_net import Net

WIDEST = 9  # semitones that a varied note may stray where the contour is let go
HARMONY_ALL, HARMONY_STRONG = 0.75, 0.25  # from these shares on every note, or every beat, is a chord's


def vary(
    score: Score, net: Net, *, contour: float = 0.5, rhythm: float = 0.5, harmony: float = 1.0, part: str | None = None
) -> list[Take]:
    """The melody varied, `net.count` times by the net; all other parts stay.

    contour, rhythm, harmony: how much of each is kept, 0 nothing to 1 all. Kept rhythm is exact, bar by bar; a kept
    contour lets each note stray by a step at most; kept harmony puts every note on a tone of the chord.
    """
    for name, value in (("contour", contour), ("rhythm", rhythm), ("harmony", harmony)):
        if not 0 <= value <= 1:
            raise UsageError(f"{name} is {value:g}", mend="give 0 (let go) to 1 (kept)")
    line = leading_line(score) if part is None else n.line_numbers(score, [n.part_of(score, part)])[0]
    takes: list[Take] = []
    for turn in range(net.count):
        takes += _varied(score, net.another(turn), line, (contour, rhythm, harmony))
    return n.distinct([take for take in takes if changed(score, take.score)])


def _varied(score: Score, net: Net, line: int, kept: tuple[float, float, float]) -> list[Take]:
    """One variation: every bar of the line is a hole, its rhythm and its pitches bound as far as they are kept."""
    from ..media.harmony import label

    contour, rhythm, harmony = kept
    dice = random.Random(candidate_seed(net.seed, 17))
    chorded = score if score.chords or not harmony else replace(score, chords=label(score))
    own = n.lines_of(score)[line]
    low, high = n.ranges_at_ease(score)[line]
    rhythms: dict[n.Cell, tuple[tuple[int, int], ...]] = {}
    pitches: dict[n.Cell, tuple[frozenset[int], ...]] = {}
    stray = round(1 + (1 - contour) * (WIDEST - 1))
    bars = [bar for bar in range(len(score.bars)) if rhythm_of(score, line, bar)]
    for bar in bars:
        if dice.random() >= rhythm:
            continue
        taken = rhythm_of(score, line, bar)
        rhythms[bar, line] = tuple((start, min(length, score.bars[bar].length - start)) for start, length in taken)
        if contour > 0:
            tops = _tops(score, own.part, own.staff, bar)
            pitches[bar, line] = tuple(
                frozenset(range(max(low, top - stray), min(high, top + stray) + 1)) or frozenset((top,)) for top in tops
            )
    obey = "all" if harmony >= HARMONY_ALL else "strong" if harmony >= HARMONY_STRONG else "free"
    if obey != "free":  # a note that may only stray a little needs a tone of its chord within reach
        pitches = {cell: _on_chords(chorded, cell, rhythms[cell], row, obey) for cell, row in pitches.items()}
    told = f"varied by the net: contour {contour:g}, rhythm {rhythm:g}, harmony {harmony:g} kept"
    rules = n.rules_for(chorded, rhythm=rhythms, pitches=pitches, chords=obey)
    holes = [(bar, line) for bar in bars]
    return net.takes(
        n.without(chorded, holes),
        holes,
        rules=rules,
        note=told,
        count=1,
        finish=lambda made: replace(made, chords=score.chords),
    )


def _tops(score: Score, part: int, staff: int, bar: int) -> list[int]:
    """The highest pitch at each beginning of a bar."""
    tops: dict[int, int] = {}
    for note in score.parts[part].notes:
        if note.staff == staff and score.bar_at(note.start) == bar:
            tops[note.start] = max(tops.get(note.start, 0), note.pitch)
    return [tops[start] for start in sorted(tops)]


def _on_chords(
    score: Score, cell: n.Cell, rhythm: tuple[tuple[int, int], ...], row: tuple[frozenset[int], ...], obey: str
) -> tuple[frozenset[int], ...]:
    """The allowed pitches of each note, those of the chord in force alone where it binds and one is in reach."""
    begin = score.starts[cell[0]]
    beat = score.bars[cell[0]].full // max(1, score.bars[cell[0]].beats)
    out = []
    for (start, _), allowed in zip(rhythm, row, strict=True):
        chord = score.chord_at(begin + start)
        bound = obey == "all" or start % beat == 0
        tones = frozenset(p for p in allowed if chord is not None and p % 12 in chord.tones)
        out.append(tones if bound and tones else allowed)
    return tuple(out)


def interpolate(score: Score, net: Net, *, others: tuple[Score, ...] = (), steps: int = 7) -> list[Take]:
    """Pieces on the way from one to another in `steps` steps, both ends among them, each nearer to the other."""
    from .music_blend import interpolate as between

    if len(others) != 1:
        raise UsageError("there is no second piece to go to", mend="name two: maquette music interpolate A.mid B.mid")
    made = between(score, others[0], steps)
    return [Take(one, "rule", f"step {number} of {steps}, by rule") for number, one in enumerate(made, start=1)]


def picture(score: Score, net: Net, *, length: str = "", hits: str = "", versions: str = "") -> list[Take]:
    """The piece as long as a picture, cadences and accents on its hits; or versions of it in several lengths.

    length: "30s", "1:05". hits: seconds, "4.0,12.5". versions: lengths, "15,30,60": one take each, without hits.
    """
    from .music_picture import cut_down

    if bool(length) == bool(versions):
        raise UsageError(
            "give either a --length or --versions", mend="--length 30s --hits 4.0,12.5, or --versions 15,30,60"
        )
    if versions and hits:
        raise UsageError("--hits and --versions contradict each other: hits belong to one length", mend="give --length")
    lengths = [seconds_of(one) for one in (versions or length).replace(";", ",").split(",") if one.strip()]
    times = hits_of(hits)
    if times and times[-1] > lengths[0]:
        from .music_controls import contradiction

        raise contradiction(f"--hits {hits}", f"--length {length}", f"{times[-1]:g} s is after the end")
    takes = []
    for seconds in lengths:
        made, plan = cut_down(score, seconds, times)
        told = [f"{seconds:g} s by rule", *plan.said]
        takes.append(Take(made, "rule", "; ".join(told), trace={"picture": plan.as_dict()}))
    return takes


def lyrics(score: Score, net: Net, *, words: str, language: str = "auto", part: str | None = None) -> list[Take]:
    """The words of a text set to a part: a syllable per note, stressed ones on strong beats; no note is changed."""
    from .music_lyrics import assign, read_file

    number = n.part_of(score, part) if part else n.lines_of(score)[leading_line(score)].part
    sung = assign(score, read_file(words, language), number)
    told = "; ".join([f"words set to {score.parts[number].name or 'the tune'}", *sung.said])
    return [Take(sung.score, "rule", told, adjusts=True)]
