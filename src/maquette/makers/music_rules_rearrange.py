"""A piece for other players by rule: the tune to the first, the bass to the last, what is between to those between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, permutations

from ..core.errors import UsageError
from ..core.registry import nearest
from ..media.score import TPQ, Note, Part, Score, sorted_notes
from ..media.score_lint_ranges import VOICES, Range
from .music_rules_voices import top_line

LONG = 3 * TPQ  # ticks of rest after which somebody else's top notes lead


@dataclass(frozen=True)
class Player:
    """A player: name, GM program, the notes that are at hand."""

    name: str
    program: int
    range: Range

    @property
    def middle(self) -> float:
        """Where the player is most at home: below the middle of the range, high notes are for the few."""
        low, high = self.range
        return low + 0.42 * (high - low)


ENSEMBLES: Mapping[str, tuple[Player, ...]] = {
    "string quartet": (
        Player("Violin I", 40, (55, 96)),
        Player("Violin II", 40, (55, 91)),
        Player("Viola", 41, (48, 84)),
        Player("Violoncello", 42, (36, 76)),
    ),
    "string trio": (Player("Violin", 40, (55, 96)), Player("Viola", 41, (48, 84)), Player("Violoncello", 42, (36, 76))),
    "wind quintet": (
        Player("Flute", 73, (60, 93)),
        Player("Oboe", 68, (58, 87)),
        Player("Clarinet", 71, (50, 87)),
        Player("Horn", 60, (41, 74)),
        Player("Bassoon", 70, (34, 70)),
    ),
    "brass quartet": (
        Player("Trumpet I", 56, (54, 82)),
        Player("Trumpet II", 56, (54, 79)),
        Player("Horn", 60, (41, 74)),
        Player("Trombone", 57, (40, 70)),
    ),
    "saxophone quartet": (
        Player("Soprano saxophone", 64, (56, 85)),
        Player("Alto saxophone", 65, (49, 78)),
        Player("Tenor saxophone", 66, (44, 73)),
        Player("Baritone saxophone", 67, (36, 66)),
    ),
    "choir": tuple(Player(name.title(), 52, VOICES[name]) for name in ("soprano", "alto", "tenor", "bass")),
}


def rearrange(score: Score, ensemble: str = "string quartet", *, melody: int = 0) -> Score:
    """The piece for an ensemble: every note within its player's range, one note at a time for each.

    The part `melody` gives the tune, note for note (in another octave where the player has not the first); the lowest
    notes go to the last player, the others where they are near and at hand. What more sounds at once than there are
    players is left out and counted in `said`; drums are left out. UsageError names the nearest ensemble.
    """
    if ensemble not in ENSEMBLES:
        raise UsageError(f"there is no ensemble {ensemble!r}", mend=nearest(ensemble, ENSEMBLES))
    players = ENSEMBLES[ensemble]
    tune = top_line(score, melody)
    used = {(note.start, note.pitch) for note in tune}
    others = [
        note for part in score.parts if not part.drums for note in part.notes if (note.start, note.pitch) not in used
    ]
    others = _undoubled(tune, others)
    lead, others = _interludes(score, tune, others)
    tune = sorted_notes([*tune, *lead])
    lines, left = _shared(others, players[1:])
    parts = [Part(players[0].name, players[0].program, _in_range(tune, players[0]))]
    parts += [
        Part(player.name, player.program, sorted_notes(_plain(note) for note in line))
        for player, line in zip(players[1:], lines, strict=True)
    ]
    said = list(score.said)
    if left:
        said.append(f"{left} of {len(others)} accompanying notes are more than {len(players)} players have hands for")
    if any(part.drums for part in score.parts):
        said.append("drums are left out")
    return replace(score, parts=tuple(parts), said=tuple(said))


def _plain(note: Note) -> Note:
    return replace(note, voice=0, staff=1, lyric="")


def _undoubled(tune: Sequence[Note], others: Sequence[Note]) -> list[Note]:
    """The notes without those that only double the tune (begun with it, also an octave away); basses stay."""
    sung = {(note.start, note.pitch % 12) for note in tune}
    lowest: dict[int, int] = {}
    for note in others:
        lowest[note.start] = min(lowest.get(note.start, 128), note.pitch)
    return [note for note in others if (note.start, note.pitch % 12) not in sung or note.pitch == lowest[note.start]]


def _interludes(score: Score, tune: Sequence[Note], others: Sequence[Note]) -> tuple[list[Note], list[Note]]:
    """Where the tune rests for a bar and more, the top of what is played there leads: its notes, and the others."""
    edges = [(0, 0), *((note.start, note.end) for note in tune), (score.end, score.end)]
    gaps = [(one[1], two[0]) for one, two in pairwise(edges) if two[0] - one[1] >= LONG]
    lead: list[Note] = []
    for begin, end in gaps:
        inside = tuple(note for note in others if begin <= note.start and note.end <= end)
        top = {(note.start, note.pitch) for note in inside}
        if len({start for start, _ in top}) < len(top):  # a single line is the bass already
            lead += [_plain(note) for note in top_line(Score((Part("", 0, sorted_notes(inside)),)), 0)]
    taken = {(note.start, note.pitch) for note in lead}
    return lead, [note for note in others if (note.start, note.pitch) not in taken]


def _in_range(line: Sequence[Note], player: Player) -> tuple[Note, ...]:
    """A line in octaves that the player has; phrases move as a whole as far as they can."""
    low, high = player.range
    notes: list[Note] = []
    shift = 0
    for note in line:
        gap = not notes or note.start - notes[-1].end >= TPQ
        options = sorted((12 * octave for octave in range(-4, 5)), key=lambda one: (abs(one), one))
        fits = [one for one in options if low <= note.pitch + one <= high]
        if not low <= note.pitch + shift <= high or (gap and 0 in fits):
            shift = fits[0] if fits else 0
        notes.append(
            replace(note, pitch=min(max(note.pitch + shift, low), high), spelling="" if shift else note.spelling)
        )
    return sorted_notes(notes)


def _shared(notes: Iterable[Note], players: Sequence[Player]) -> tuple[list[list[Note]], int]:
    """Notes dealt out to the players, the highest first, and how many were left over."""
    lines: list[list[Note]] = [[] for _ in players]
    groups: dict[int, list[Note]] = {}
    for note in notes:
        groups.setdefault(note.start, []).append(note)
    left = 0
    for start in sorted(groups):
        group = sorted({note.pitch: note for note in sorted(groups[start], key=lambda one: one.length)}.values(),
                       key=lambda one: -one.pitch)  # fmt: skip
        while len(group) > len(players):
            group.remove(_least(group))
            left += 1
        for player, note in _dealt(group, players, lines, start):
            line = lines[player]
            if line and line[-1].end > start:
                line[-1] = replace(line[-1], length=start - line[-1].start)
            line.append(replace(note, pitch=_octave(note.pitch, players[player].range)))
    return lines, left


def _least(group: Sequence[Note]) -> Note:
    """The note that is missed least: never the lowest; one whose pitch class sounds twice, else one in the middle."""
    inner = group[:-1]
    classes = [note.pitch % 12 for note in group]
    doubled = [note for note in inner if classes.count(note.pitch % 12) > 1]
    return doubled[0] if doubled else inner[len(inner) // 2]


def _dealt(
    group: Sequence[Note], players: Sequence[Player], lines: Sequence[Sequence[Note]], start: int
) -> list[tuple[int, Note]]:
    """Which player takes which note of a group (from the highest): the cheapest of all ways."""
    best, chosen = float("inf"), tuple(range(len(group)))
    ways = (
        combinations(range(len(players)), len(group))
        if len(players) > 4
        else permutations(range(len(players)), len(group))
    )
    for way in ways:
        cost = sum(_price(note, players[at], lines[at], start) for note, at in zip(group, way, strict=True))
        cost += 30 * sum(one > two for one, two in combinations(way, 2))  # players in the order of their height
        if cost < best:
            best, chosen = cost, way
    return list(zip(chosen, group, strict=True))


def _price(note: Note, player: Player, line: Sequence[Note], start: int) -> float:
    pitch = _octave(note.pitch, player.range)
    cost = 40.0 * (pitch != note.pitch) + 0.5 * abs(pitch - player.middle)
    if line:
        busy = line[-1].end > start
        cost += 8.0 * busy + (0.4 * abs(pitch - line[-1].pitch) if start - line[-1].end < 4 * TPQ else 0)
    return cost


def _octave(pitch: int, limits: Range) -> int:
    """The pitch in the nearest octave that lies in a range of at least an octave."""
    low, high = limits
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch
