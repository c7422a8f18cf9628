"""Several plans for one wish: what is left open is tried in more than one way, and the best piece is chosen.

Where nobody gave chords, some drafts have a chord track drawn from human progressions (`music_progressions`), and
where nobody gave a form, some of these bring their first phrase back. The rest are left to the net alone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from . import music_form
from .music_plan import Plan
from .music_progressions import KINDS, with_progression

FORMS = {"dance": ("AA'BA'", "AABA"), "song": ("AA'BA'", "ABA'C"), "hymn": ("AA'BA'", "ABCA'")}
PHRASES = (4, 8)  # bars of a section that a form is proposed for


def drafts(plan: Plan, seed: int, pool: int) -> list[tuple[Plan, int]]:
    """Plans, and how many candidates to write for each; their counts add up to `pool`."""
    pitched = [part for part in plan.score.parts if not part.drums]
    if plan.score.chords or plan.words is not None or not pitched or len(plan.score.bars) < 4 or pool < 2:
        return [(plan, pool)]
    harmonised = max(1, round(pool * 0.75))
    ways = min(3, harmonised)
    counts = [harmonised // ways + (number < harmonised % ways) for number in range(ways)]
    made = [(plan, pool - harmonised)] if pool > harmonised else []
    made += [(_harmonised(plan, seed, number), count) for number, count in enumerate(counts)]
    return made


def _harmonised(plan: Plan, seed: int, number: int) -> Plan:
    dice = np.random.default_rng((seed, number))
    shaped = _formed(plan, dice) if number % 2 == 0 else plan
    closes = sources = None
    if shaped.form is not None:
        form = shaped.form
        closes = {section.last - 1: section.ending for section in form.sections}
        found = {bar: form.source(bar) for bar in range(form.bars)}
        sources = {bar: source for bar, source in found.items() if source is not None}
    score = with_progression(shaped.score, plan.genre.name, dice, closes=closes, sources=sources)
    return replace(shaped, score=score, chord_tones="strong" if number < 2 else "free", drawn=True)


def _formed(plan: Plan, dice: np.random.Generator) -> Plan:
    """The plan with a form of four sections, where none was asked for and its bars allow one."""
    bars = len(plan.score.bars)
    forms = FORMS.get(KINDS.get(plan.genre.name, ""))
    if plan.form is not None or plan.picture is not None or forms is None or bars % 4 or bars // 4 not in PHRASES:
        return plan
    if len({(bar.length, bar.beats, bar.unit) for bar in plan.score.bars}) > 1:
        return plan
    text = forms[int(dice.integers(len(forms)))]
    return replace(plan, form=music_form.plan(text, bars // 4, plan.score.metre))
