"""Where a film has music, which, and the music itself: a cue a scene, to its exact length, with hits on its cuts.

What the music says follows the mood that the script gives a scene; the players stay the same through a film, so that
its cues belong together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...core.errors import UsageError
from ...core.seeds import candidate_seed
from ...media.film import Film, Shot

if TYPE_CHECKING:
    from ...media.score import Score
    from ..base import Workshop

Floats: TypeAlias = NDArray[np.float32]

RATE = 48000
SHORTEST = 5.0  # seconds: a scene that is shorter goes on under the cue before it
LONGEST = 150.0  # a longer scene has several cues
APART = 5.0  # seconds between two hits
MOST_HITS = 8  # of a cue: more would pull the tempo to and fro
# Words of the music craft and how many notes, for each mood.
MOODS: Mapping[str, tuple[str, str]] = {
    "neutral": ("calm prelude", "light"),
    "happy": ("happy light piece", "light"),
    "sad": ("sad slow prelude", "sparse"),
    "angry": ("angry dark fast prelude", "medium"),
    "afraid": ("mysterious slow prelude", "sparse"),
    "surprised": ("playful light piece", "light"),
    "disgusted": ("dark slow piece", "light"),
    "tired": ("quiet slow prelude", "sparse"),
    "tender": ("tender romantic piece", "light"),
    "tense": ("tense fast prelude", "light"),
}
# Who plays, by what most of the film feels like.
PLAYERS: Mapping[str, str] = {
    "neutral": "piano, cello",
    "happy": "clarinet, piano",
    "sad": "piano, cello",
    "angry": "string quartet",
    "afraid": "string quartet",
    "surprised": "clarinet, piano",
    "disgusted": "string quartet",
    "tired": "piano",
    "tender": "violin, piano",
    "tense": "string quartet",
}


@dataclass(frozen=True)
class MusicCue:
    """Music from `start` for `seconds` of the film, with hits (seconds from its own start) on cuts that tell."""

    id: str  # of its scene, or "title", "credits"
    start: float
    seconds: float
    mood: str = "neutral"
    hits: tuple[float, ...] = ()

    @property
    def end(self) -> float:
        return self.start + self.seconds


@dataclass(frozen=True, eq=False)
class Composed:
    """A cue with its notes; `said`: what the music craft had to give way in."""

    cue: MusicCue
    score: Score
    note: str = ""
    said: tuple[str, ...] = ()


def spotted(film: Film, *, lead: float) -> tuple[MusicCue, ...]:
    """Where music is: from the title (`lead` seconds) on through every scene.

    Scenes of one mood that follow each other share a cue, as long as it stays below LONGEST.
    """
    cues: list[MusicCue] = []
    at = lead
    spans: list[tuple[str, str, list[tuple[float, Shot]], float, float]] = []
    scenes = {shot.id: scene for scene in film.scenes for shot in scene.shots}
    for shot in film.shots:
        scene = scenes[shot.id]
        mood = scene.mood if scene.mood in MOODS else "neutral"
        seconds = round(shot.seconds * film.fps) / film.fps
        last = spans[-1] if spans else None
        if (
            last is not None
            and (last[1] == mood or at - last[3] < SHORTEST or last[0] == scene.id)
            and (at + seconds - last[3] <= LONGEST)
        ):
            last[2].append((at, shot))
            spans[-1] = (*last[:4], at + seconds)
        else:
            spans.append((scene.id, mood, [(at, shot)], at, at + seconds))
        at += seconds
    for number, (id, mood, shots, start, end) in enumerate(spans):
        begin = 0.0 if number == 0 else start
        hits = _hits([(second - begin, shot) for second, shot in shots], end - begin)
        cues.append(MusicCue(id, begin, end - begin, mood, hits))
    return tuple(cues)


def under_credits(film: Film, start: float, seconds: float) -> tuple[MusicCue, ...]:
    """The music of the end credits: what most of the film felt like."""
    return (MusicCue("credits", start, seconds, main_mood(film)),) if seconds > 2 else ()


def _hits(shots: Sequence[tuple[float, Shot]], seconds: float) -> tuple[float, ...]:
    """The cuts that music should land on: where something new is shown or felt, far enough from each other."""
    found: list[float] = []
    emotion = ""
    for second, shot in shots:
        tells = shot.kind in ("establishing", "insert", "close-up", "reaction") or shot.emotion != emotion
        emotion = shot.emotion
        if tells and second > 2.0 and second < seconds - 3.0 and (not found or second - found[-1] >= APART):
            found.append(round(second, 3))
    while len(found) > MOST_HITS:
        found = found[::2]
    return tuple(found)


def main_mood(film: Film) -> str:
    """What most of the film's time feels like."""
    total: dict[str, float] = {}
    for scene in film.scenes:
        mood = scene.mood if scene.mood in MOODS else "neutral"
        total[mood] = total.get(mood, 0.0) + sum(shot.seconds for shot in scene.shots)
    felt = {mood: seconds for mood, seconds in total.items() if mood != "neutral"} or total
    return max(felt, key=lambda mood: felt[mood]) if felt else "neutral"


def composed(
    cues: Sequence[MusicCue], workshop: Workshop, *, players: str = "", mood: str = "neutral", seed: int = 0
) -> tuple[Composed, ...]:
    """Every cue written by the music craft; () where its model is not there. Hits that cannot be kept are left out."""
    out = []
    for number, cue in enumerate(cues):
        words, density = MOODS[cue.mood]
        seconds = round(max(cue.seconds, 2.0), 3)
        asked = {
            "length": f"{seconds}s",
            "parts": players or PLAYERS.get(mood, "piano"),
            "density": density,
            "pool": 2 if seconds < 60 else 1,
        }
        work = None
        for hits in [cue.hits, ()] if cue.hits else [()]:
            more = {"hits": ",".join(f"{one:g}" for one in hits)} if hits else {}
            try:
                work = workshop.ask("music", words, seed=candidate_seed(seed, number) % (1 << 31), **asked, **more)
                break
            except UsageError:
                if not hits:
                    raise
        if work is None:
            return ()
        said = tuple(str(line) for line in (work.trace.get("reading") or {}).get("said") or ())
        out.append(Composed(cue, work.media, work.note, said))
    return tuple(out)


def played(piece: Composed) -> Floats:
    """The sound of a cue, (n, 2): exactly its seconds, then what rings on for a while."""
    from ...media import synth

    made = synth.play(piece.score, synth.Stage(RATE, "hall", seed=1)).mix.samples
    count = round((piece.cue.seconds + 2.5) * RATE)
    whole = np.zeros((count, 2), np.float32)
    kept = min(count, len(made))
    whole[:kept] = made[:kept]
    edge = min(kept, RATE)
    whole[kept - edge : kept] *= np.linspace(1, 0, edge, dtype=np.float32)[:, None]
    return whole
