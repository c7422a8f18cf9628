"""Moves that make one piece into others: vary it, drum to it, go from it to another, fit it to a picture, sing it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.errors import UsageError
from ..media.score import Score
from . import music_net as n
from .music_controls import hits_of, seconds_of
from .music_moves_time import leading_line
from .music_takes import Take, changed

if TYPE_CHECKING:
    from .music_net import Net


def vary(
    score: Score, net: Net, *, contour: float = 0.5, rhythm: float = 0.5, harmony: float = 1.0, part: str | None = None
) -> list[Take]:
    """The melody varied, `net.count` times by the net and by rule; all other parts stay.

    contour, rhythm, harmony: how much of each is kept, 0 nothing to 1 all. A slider that is moved further changes the
    same places and more (see `music_vary`).
    """
    from . import music_vary as by_rule

    line = leading_line(score) if part is None else n.line_numbers(score, [n.part_of(score, part)])[0]
    number = n.lines_of(score)[line].part
    kept = {"contour": contour, "rhythm": rhythm, "harmony": harmony}
    told = ", ".join(f"{name} {value:g}" for name, value in kept.items())
    takes: list[Take] = []
    rules: list[Take] = []
    for turn in range(max(1, net.count)):
        again = net.another(turn)
        made = by_rule.vary(score, **kept, seed=again.seed, part=number)
        rules.append(Take(made.score, "rule", f"varied by rule: {told} kept", again.seed))
        if net.writer is None:
            continue
        plan = by_rule.plan(score, **kept, seed=again.seed, part=number, line=line)
        takes += again.takes(
            n.without(plan.score, plan.holes),
            plan.holes,
            rules=replace(plan.rules, ranges=n.ranges_at_ease(plan.score)),
            note=f"varied by the net: {told} kept",
            count=1,
            finish=lambda one: replace(one, chords=score.chords),
        )
    return n.distinct([take for take in (*takes, *rules) if changed(score, take.score)])


def drums(
    score: Score, net: Net, *, style: str = "rock", others: tuple[Score, ...] = (), amount: float = 0.3
) -> list[Take]:
    """Drums for a piece: in a style that listens to it, by rule and by the net, or in the manner of another piece.

    others: the piece whose drums are taken up; amount: how freely, 0 as they are to 1.
    """
    from .music_drums import drumify, kit_of, like

    if others:
        kit = kit_of(others[0])
        seeds = [net.another(turn).seed for turn in range(max(1, net.count))]
        made = [replace(score, parts=(*score.parts, like(kit, score.bars, seed=seed, amount=amount))) for seed in seeds]
        return n.distinct([Take(one, "rule", "drums as in the other piece, by rule") for one in made])
    drummed = drumify(score, style, seed=net.seed)
    rule = Take(drummed.score, "rule", "; ".join([f"drums by rule: {drummed.style}", *drummed.said]))
    new = len(drummed.score.parts) - 1
    holes = [(bar, line) for bar in range(len(score.bars)) for line in n.line_numbers(drummed.score, [new])]
    playing = replace(net, genre=net.genre or "game soundtrack")
    return [*playing.takes(n.without(drummed.score, holes), holes, note="drums by the net"), rule]


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
    if score.parts[number].drums:
        who = score.parts[number].name or f"part {number + 1}"
        raise UsageError(
            f"{who} cannot sing: drums have no tune", mend="name another part with --part, or another piece"
        )
    sung = assign(score, read_file(words, language), number)
    told = "; ".join([f"words set to {score.parts[number].name or 'the tune'}", *sung.said])
    return [Take(sung.score, "rule", told, adjusts=True)]
