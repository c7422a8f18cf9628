"""A plan fitted to something outside: to a picture (bars and tempi that end exactly after so many seconds, strong beats
on the hits), or to words (bars and a rhythm for their syllables)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..media.score import Score
from . import music_controls as c

if TYPE_CHECKING:
    from .music_controls import MusicControls
    from .music_lyrics import Setting
    from .music_picture import Plan as Picture
    from .music_plan import Plan

NEAR = 0.04  # how far the tempo may stray from one that was asked for, as a share
AROUND = 0.3  # and from the usual one


def fitted(plan: Plan, seconds: float, hits: Sequence[float], controls: MusicControls) -> Plan:
    """The plan in the bars and tempi of its picture. Raises UsageError where tempo, bars and length contradict."""
    metre = plan.score.metre
    quarters = metre[0] * 4 / metre[1]
    if controls.bars:
        exact = controls.bars * quarters * 60 / seconds
        if controls.tempo and abs(exact - controls.tempo) > NEAR * controls.tempo:
            told = f"{controls.bars} bars of {metre[0]}/{metre[1]} in {seconds:g} s need a tempo of {exact:.1f}"
            raise c.contradiction(
                f"--bars {controls.bars} with --tempo {controls.tempo:g}", f"--length {seconds:g}s", told
            )
        low, high = exact * 0.999, exact * 1.001
    elif controls.tempo:
        low, high = controls.tempo * (1 - NEAR), controls.tempo * (1 + NEAR)
    else:
        usual = plan.score.tempi[0].bpm
        low, high = usual * (1 - AROUND), usual * (1 + AROUND)
    if not c.SLOWEST <= low <= high <= c.FASTEST:
        raise UsageError(f"{seconds:g} s would need a tempo of {low:.0f}", mend="ask for more or fewer bars")
    asked = {"seconds": seconds, "hits": list(hits), "metre": list(metre), "tempo": [low, high]}
    picture = picture_of(asked)
    if plan.form is not None:
        raise c.contradiction(f"--form {controls.form}", f"--length {controls.length}", "the picture decides the bars")
    score = replace(plan.score, bars=picture.bars, tempi=picture.tempi)
    chords = c.chords_of(controls.chords, metre, len(picture.bars)) if controls.chords else ()
    score = replace(score, chords=tuple(chord for chord in chords if chord.tick < score.end))
    return replace(plan, score=score, picture=asked, told=(*plan.told, *picture.said))


def picture_of(asked: Mapping[str, Any]) -> Picture:
    """The bars and tempi of what was asked for."""
    from . import music_picture

    low, high = asked["tempo"]
    beats, unit = asked["metre"]
    return music_picture.plan(
        float(asked["seconds"]), [float(one) for one in asked["hits"]], (beats, unit), (low, high)
    )


def landed(score: Score, asked: Mapping[str, Any]) -> Score:
    """The music with accents and cadences on the hits, and its close at the end."""
    from . import music_picture

    return music_picture.apply(score, picture_of(asked))


def setting_of(asked: Mapping[str, Any]) -> Setting:
    """The bars and the rhythm that words ask for. `asked`: their text and metre."""
    from . import music_lyrics

    beats, unit = asked["metre"]
    return music_lyrics.rhythm_of(music_lyrics.read(str(asked["text"])), (beats, unit))
