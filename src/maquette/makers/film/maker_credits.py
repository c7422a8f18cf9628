"""What the end credits of a film tell, gathered from its parts: whose movements, whose voices, who made what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ...media.film import Film
from . import credits

if TYPE_CHECKING:
    from .maker import Staged
    from .speech import Spoken


def motions_of(staged: Mapping[str, Staged]) -> tuple[credits.Owed, ...]:
    """Whose movements were played, from the sources that the acting names ("graph: cmu_01_01")."""
    from ...data.motion_clips import CMU, CMU_WORDS, load

    ids = [
        part.strip()
        for one in staged.values()
        for source in one.sources
        for part in source.partition(":")[2].split(",")
    ]
    wanted = {id for id in ids if id}
    if not wanted:
        return ()
    total: dict[tuple[str, str, str], int] = {}
    for clip in load(tiers=("a", "b", "c")):
        if clip.id in wanted:
            key = (clip.author, clip.licence, CMU_WORDS if clip.licence == CMU else "")
            total[key] = total.get(key, 0) + 1
    merged: dict[tuple[str, str], credits.Owed] = {}
    for (author, licence, source), count in sorted(total.items(), key=lambda pair: -pair[1]):
        before = merged.get((author, licence))
        merged[author, licence] = (
            replace(before, works=before.works + count) if before else credits.Owed(author, "", count, licence, source)
        )
    return tuple(merged.values())


def hand_of(film: Film, music: bool) -> tuple[str, ...]:
    """Who made what, in lines: the writer's words, the hand's changes, the rules' and the models' parts."""
    told = credits.words_of(film.language)
    words = sum(len(line.text.split()) for scene in film.scenes for line in scene.lines)
    shots = film.shots
    changed = sum(1 for shot in shots if film.overrides.get(shot.id))
    by_hand = told["hand"].format(n=changed) if changed else ""
    out = [told["script"].format(who=film.author or told["person"], n=f"{words:,}")]
    out.append(told["shots"].format(n=len(shots)) + by_hand + (told["order"] if film.order else ""))
    out.append(told["drawn"])
    return (*out, told["composed"]) if music else tuple(out)


def speakers(film: Film, heard: Mapping[str, Spoken]) -> dict[str, str]:
    """How each person is heard: "voice: eSpeak NG en+f3", "voice: a recording"."""
    told = credits.words_of(film.language)
    out: dict[str, str] = {}
    for scene in film.scenes:
        for line in scene.lines:
            one = heard.get(line.id)
            if one is None or line.who in out:
                continue
            how = {"espeak-ng": f"eSpeak NG {one.voice}", "recording": told["recording"]}.get(one.source, "")
            out[line.who] = f"{told['voice']}: {how}" if how else told["no voices"]
    return out
