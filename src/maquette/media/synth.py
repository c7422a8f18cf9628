"""Playing a score: every note from one of 128 instruments, placed on a stage, in a room.

Each tone (instrument, pitch, force, take) is made once, as long as the longest note needs it, and every note is a slice
of it with its own beginning and end; that is what makes it fast. All of it is the same for the same score and seed.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..core.errors import MediaError, UsageError
from ..core.progress import OnProgress, Progress, silent
from .score import LOUDNESS, Note, Part, Score
from .sound import RATES, Sound
from .synth_drums import CHOKE, CLOSED, HATS, SOUNDS, sound_of, strike
from .synth_ringing import Ask
from .synth_room import ROOMS, response
from .synth_table import Instrument, instruments, solo_voice
from .synth_tones import Doubles, Floats, body, convolve, fade, gain, oversampled
from .synth_words import vowels

LONGEST = 45 * 60.0  # seconds of music that are played: all of it is held in memory
LAYERS = 6  # forces a tone is made with; between them only loudness changes
LEVEL = 0.075  # loudness (RMS, K-weighted) of a tone of velocity 127
DRUMS = 0.36  # of a drum set against that
CURVE = 1.5  # loudness grows with this power of velocity
_WRITTEN = frozenset(map(float, LOUDNESS.values()))  # velocities that were read from dynamics, not played
VOCAL = frozenset({52, 53, 54})
BASSES = range(32, 40)
SPREAD = 0.006  # seconds at most by which lower notes of a plucked or struck chord come after its highest
WIDE = 0.55  # how far out the outermost part sits


@dataclass(frozen=True)
class Stage:
    """How a score is played. room: a name of ROOMS, or "" for none. loop: what rings on after the end comes back at the
    beginning, and the sound is exactly as long as the bars. seed: of the small differences between like notes."""

    rate: int = 44100
    room: str = "hall"
    loop: bool = False
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Played:
    """The mix before any limiter, (n, 2), and what each part adds to it: their sum is the mix."""

    mix: Sound
    stems: tuple[Sound, ...] = ()


def render(
    score: Score,
    *,
    rate: int = 44100,
    room: str = "hall",
    loop: bool = False,
    seed: int = 0,
    on_progress: OnProgress = silent,
) -> Sound:
    """Play a score: stereo of float32, not yet brought to a loudness (`loudness.finish` does that; it may exceed 1).

    Raises MediaError for a score without notes or longer than 45 minutes, UsageError for a rate or room not known.
    """
    return play(score, Stage(rate, room, loop, seed), on_progress=on_progress).mix


def play(score: Score, stage: Stage, *, stems: bool = False, on_progress: OnProgress = silent) -> Played:
    """Play a score on a stage; with `stems` every part is also given alone, in its place and with its own room."""
    plan = Plan.of(score, stage)
    sounding = [number for number, part in enumerate(score.parts) if part.notes]

    def each() -> Iterator[tuple[str, Floats, float]]:
        for step, number in enumerate(sounding):
            yield (name_of(score, number), *_part(plan, number))
            on_progress(Progress(step + 1, len(sounding), score.parts[number].name))

    return gathered(plan, each(), stems=stems)


def gathered(plan: Plan, each: Iterable[tuple[str, Floats, float]], *, stems: bool) -> Played:
    """Parts, each (name, its sound, the share it sends to the room), as one mix and, where asked for, as stems."""
    stage = plan.stage
    mix, wet = np.zeros((2, plan.whole), np.float32), np.zeros((2, plan.whole), np.float32)
    alone: list[tuple[str, Floats]] = []
    for name, dry, share in each:
        if stems:
            alone.append((name, with_room(dry, dry * np.float32(share), stage)))
        else:
            mix += dry
            dry *= np.float32(share)
            wet += dry
    whole = sum((sound for _, sound in alone[1:]), alone[0][1]) if alone else with_room(mix, wet, stage)
    end = _end(whole, plan)
    made = tuple(Sound(_settled(sound, plan, end), stage.rate, name) for name, sound in alone)
    return Played(Sound(_settled(whole, plan, end), stage.rate, plan.score.title), made)


def name_of(score: Score, number: int) -> str:
    """What a part is called, or its number."""
    part = score.parts[number]
    return part.name or ("drums" if part.drums else f"part {number + 1}")


def with_room(dry: Floats, send: Floats, stage: Stage) -> Floats:
    """The dry sound (2, n) with what a room answers to `send`, longer by the room's end."""
    if not stage.room:
        return dry
    # Each ear hears a little of what the other side sends.
    crossed = 0.8 * send + 0.2 * send[::-1]
    answer = convolve(crossed, response(stage.room, stage.rate))
    answer *= gain(ROOMS[stage.room].level)
    answer[:, : dry.shape[1]] += dry
    return answer


def _end(sound: Floats, plan: Plan) -> int:
    """Samples until nothing is heard any more; not fewer than the bars have, so that score and sound end together."""
    loud = np.flatnonzero(np.abs(sound).max(axis=0) > 2e-5)
    return int(min(sound.shape[1], max(int(loud[-1]) + 1 if len(loud) else 1, plan.length)))


def _settled(sound: Floats, plan: Plan, end: int) -> Floats:
    """(n, 2): a loop takes its tail in again and is as long as its bars, a piece fades out at its end."""
    if plan.stage.loop:
        from .loop import folded

        return np.ascontiguousarray(folded(sound, plan.length).T)
    made = sound[:, :end].copy()
    edge = min(end, int(0.05 * plan.stage.rate))
    made[:, end - edge :] *= fade(edge)
    return np.ascontiguousarray(made.T)


# -- the plan ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """When everything happens, in samples."""

    score: Score
    stage: Stage
    knots: tuple[Doubles, Doubles]  # ticks and their seconds
    length: int  # samples of all bars
    whole: int  # samples of all bars and of what rings on, before the room
    places: tuple[float, ...]  # -1 left .. 1 right, of each part
    choir: bool

    @classmethod
    def of(cls, score: Score, stage: Stage) -> Plan:
        if stage.rate not in RATES:
            raise UsageError(f"music is not rendered at {stage.rate} Hz", mend=f"choose {RATES[0]} or {RATES[1]}")
        if stage.room and stage.room not in ROOMS:
            raise UsageError(f"there is no room {stage.room!r}", mend=f"known are {', '.join(ROOMS)}, none")
        if not score.count:
            raise MediaError("there is no note in this score", where=score.title, mend="write one first")
        ticks = sorted({0, *(one.tick for one in score.tempi if one.tick > 0)})
        ends = max(score.end, max(note.end for part in score.parts for note in part.notes))
        ticks.append(max(ends, ticks[-1] + 1))
        seconds = np.array([score.seconds(tick) for tick in ticks])
        if not np.isfinite(seconds).all() or seconds[-1] > LONGEST or (np.diff(seconds) <= 0).any():
            wrong = f"this score would play for {seconds[-1] / 3600:.1f} hours, longer than is rendered at once"
            raise MediaError(wrong, where=score.title, mend="look at its tempi, or render fewer bars with --bars")
        bars = round(score.duration * stage.rate) or round(seconds[-1] * stage.rate)
        whole = int(max(bars, seconds[-1] * stage.rate)) + int(3.5 * stage.rate)
        vocal = sum(part.program in VOCAL and not part.drums for part in score.parts)
        knots = (np.array(ticks, float), seconds)
        return cls(score, stage, knots, bars, whole, _places(score.parts), vocal >= 3)

    def samples(self, ticks: Sequence[int]) -> NDInt:
        """The samples at which these ticks fall."""
        return np.rint(np.interp(ticks, *self.knots) * self.stage.rate).astype(np.int64)


NDInt = np.ndarray[tuple[int], np.dtype[np.int64]]


def _places(parts: Sequence[Part]) -> tuple[float, ...]:
    """Where the parts sit: basses, drums and a lone part in the middle, the others spread in the order of the score."""
    spread = [
        number for number, part in enumerate(parts) if part.notes and not part.drums and part.program not in BASSES
    ]
    wide = WIDE * min(1.0, 0.45 + 0.2 * (len(spread) - 1))
    places = [0.0] * len(parts)
    if len(spread) == 2 and _is_piano(parts[spread[1]]):
        return tuple(places)  # a soloist and the piano: the piano is wide by itself
    for order, number in enumerate(spread):
        places[number] = wide * (2 * order / (len(spread) - 1) - 1) if len(spread) > 1 else 0.0
    return tuple(places)


def _is_piano(part: Part) -> bool:
    return part.program < 8


# -- one part ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Event:
    """One note as it is played: its samples, how loud it is, which tone it takes, whether it follows on another."""

    start: int
    length: int
    pitch: int
    loud: float
    key: tuple[int, int, int, str]
    legato: bool = False


@dataclass
class _Bus:
    """Where the notes of a part are added up: in the middle (1, n) as long as they may, else on both sides (2, n)."""

    sound: Floats
    place: float
    width: float

    def add(self, event: _Event, piece: Floats) -> None:
        end = min(self.sound.shape[1], event.start + piece.shape[1])
        piece = piece[:, : end - event.start] * np.float32(event.loud)
        if len(self.sound) == 1:
            self.sound[0, event.start : end] += piece[0]
            return
        left, right = _sides(self.place + self.width * (event.pitch - 62) / 48)
        self.sound[0, event.start : end] += left * piece[0]
        self.sound[1, event.start : end] += right * piece[-1]

    def placed(self) -> Floats:
        """Both sides, (2, n)."""
        return self.sound if len(self.sound) == 2 else np.array([[one] for one in _sides(self.place)]) * self.sound


def _sides(place: float) -> tuple[np.float32, np.float32]:
    """What left and right get of a sound at -1 .. 1, together always the same power."""
    angle = (min(1.0, max(-1.0, place)) + 1) * np.pi / 4
    return np.float32(np.cos(angle)), np.float32(np.sin(angle))


def _part(plan: Plan, number: int) -> tuple[Floats, float]:
    """A part's own sound (2, whole), and the share of it that it sends to the room."""
    part = plan.score.parts[number]
    if part.drums:
        return _drums(plan, number, part), gain(-17)
    player = instruments()[part.program & 127]
    if part.program in VOCAL and not plan.choir and any(note.lyric for note in part.notes):
        player = solo_voice()
    bus = _pitched(plan, number, part, player)
    if player.drive:
        bus.sound = _driven(bus.sound, player.drive)
    if player.body:
        bus.sound = convolve(bus.sound, _body(player, plan.stage.rate))[:, : plan.whole]
    return bus.placed(), gain(player.room)


def _body(player: Instrument, rate: int) -> Floats:
    made = body(player.body, rate)
    freqs = np.fft.rfftfreq(8192, 1 / rate)
    middle = (freqs > 120) & (freqs < 4000)
    mean = np.exp(np.log(np.abs(np.fft.rfft(made, 8192))[middle] + 1e-9).mean())
    return np.asarray(made / mean, np.float32)


def _driven(sound: Floats, drive: float) -> Floats:
    level = float(np.sqrt((sound**2).mean()))
    if not level:
        return sound
    scale = drive / (6 * level)
    made = oversampled(sound, lambda wave: np.tanh(scale * wave))
    return made * np.float32(level / max(1e-9, float(np.sqrt((made**2).mean()))))


def _pitched(plan: Plan, number: int, part: Part, player: Instrument) -> _Bus:
    rate = plan.stage.rate
    bus = _Bus(np.zeros((0, plan.whole), np.float32), plan.places[number], player.width)
    groups: dict[tuple[int, int, int, str], list[_Event]] = {}
    for event in _events(plan, number, part, player):
        groups.setdefault(event.key, []).append(event)
    after = int(3 * player.release * rate)
    time = np.arange(after) / rate
    ending = np.asarray(10 ** (-time / player.release) * (1 - time / (3 * player.release)), np.float32)
    for (pitch, layer, take, vowel), group in groups.items():
        rings = pitch >= player.rings_from
        longest = 30.0 if rings else (max(event.length for event in group) + after) / rate
        tone = player.tone(Ask(pitch, (layer + 0.5) / LAYERS, take, longest, rate, vowel))
        level = LEVEL / _loudness(tone, rate) * gain(player.level + player.tilt * (pitch - 60) / 12)
        tone = tone * np.float32(level)
        if not len(bus.sound):
            bus.sound = np.zeros((2 if player.width else len(tone), plan.whole), np.float32)
        for event in group:
            bus.add(event, tone if rings else _slice(tone, event, ending, player.attack * rate))
    return bus


def _slice(tone: Floats, event: _Event, ending: Floats, attack: float) -> Floats:
    """As much of a tone as a note lasts, with the way it begins and ends."""
    total = min(tone.shape[1], event.length + len(ending))
    piece = tone[:, :total].copy()
    if total > event.length:
        piece[:, event.length :] *= ending[: total - event.length]
    if attack:
        n = max(8, int(min(attack * (0.55 if event.legato else 1), 0.45 * event.length)))
        piece[:, :n] *= (np.sin(np.linspace(0, np.pi / 2, n, dtype=np.float32)) ** 2)[: piece.shape[1]]
    return piece


def _events(plan: Plan, number: int, part: Part, player: Instrument) -> Iterator[_Event]:
    """The notes of a part as they are played: accents, small differences, repeated notes apart from each other."""
    notes = part.notes
    starts = plan.samples([note.start for note in notes])
    ends = plan.samples([note.end for note in notes])
    loud, force = forces(plan, number, part)
    if not player.attack:
        starts = starts + _late(plan, number, notes)
    sung = vowels(notes) if player.sings else None
    before: dict[int, int] = {}
    ended = {int(end) for end in ends}
    heard: dict[int, int] = {}
    again = _again(notes)
    for place, note in enumerate(notes):
        length = int(max(ends[place] - starts[place], plan.stage.rate * 0.02))
        if again[place] and player.attack:
            length -= int(min(0.045 * plan.stage.rate, 0.2 * length))
        take = heard.get(note.pitch, 0) % player.takes
        heard[note.pitch] = take + 1
        layer = min(LAYERS - 1, int(force[place] * LAYERS))
        key = (note.pitch, layer, take, sung[place] if sung else "")
        legato = int(starts[place]) in ended and before.get(note.pitch) != int(starts[place])
        before[note.pitch] = int(ends[place])
        yield _Event(int(starts[place]), length, note.pitch, float(loud[place]), key, legato)


def _late(plan: Plan, number: int, notes: Sequence[Note]) -> NDInt:
    """By how many samples each note comes late: no two fingers fall at once, and the upper line leads."""
    top = _tops(notes)
    dice = np.random.default_rng([plan.stage.seed & 0xFFFFFFFF, number, 15])
    late = dice.random(len(notes)) * SPREAD * plan.stage.rate
    below = np.array([note.pitch < top[note.start] for note in notes])
    return np.where(below, late, 0).astype(np.int64)


def _tops(notes: Sequence[Note]) -> dict[int, int]:
    """The highest pitch that begins at each tick."""
    top: dict[int, int] = {}
    for note in notes:
        top[note.start] = max(top.get(note.start, 0), note.pitch)
    return top


def _again(notes: Sequence[Note]) -> list[bool]:
    """For each note, whether the same pitch begins again right at its end."""
    begins = {(note.pitch, note.start) for note in notes}
    return [(note.pitch, note.end) in begins for note in notes]


def forces(plan: Plan, number: int, part: Part) -> tuple[Doubles, Doubles]:
    """Loudness and force of every note. Where a score has no velocities, its dynamics and its metre give them."""
    notes, score = part.notes, plan.score
    velocity = np.array([note.velocity for note in notes], float)
    if set(velocity.tolist()) <= _WRITTEN:
        marks = [(mark.tick, LOUDNESS[mark.text]) for mark in part.dynamics if mark.text in LOUDNESS]
        if marks and float(np.ptp(velocity)) == 0:
            ticks = [tick for tick, _ in marks]
            for place, note in enumerate(notes):
                at = bisect.bisect_right(ticks, note.start) - 1
                velocity[place] = marks[at][1] if at >= 0 else LOUDNESS["mf"]
        velocity = velocity * _accents(score, notes)
    dice = np.random.default_rng([plan.stage.seed & 0xFFFFFFFF, number, len(notes)])
    velocity = np.clip(velocity * (1 + 0.025 * np.clip(dice.standard_normal(len(notes)), -2, 2)), 1, 127)
    force = velocity / 127
    return force**CURVE, force


def _accents(score: Score, notes: Sequence[Note]) -> Doubles:
    """What the metre adds to each note: the first beat most, what lies between beats least; the upper line more."""
    top = _tops(notes)
    made = np.empty(len(notes))
    for place, note in enumerate(notes):
        bar = score.bar_at(note.start) if score.bars else 0
        within = note.start - score.starts[bar] if score.bars else note.start
        beat = 4 * 480 // score.bars[bar].unit if score.bars else 480
        weight = 1.07 if within == 0 else 1.0 if within % beat == 0 else 0.95
        made[place] = weight * (1.06 if note.pitch == top[note.start] else 0.95)
    return made


_WEIGHTS: dict[tuple[int, int], Doubles] = {}


def _loudness(tone: Floats, rate: int) -> float:
    """RMS of the first third of a second as the ear weighs it (BS.1770's curve)."""
    from .loudness import weighting

    size = 1 << 14
    if (size, rate) not in _WEIGHTS:
        _WEIGHTS[size, rate] = np.abs(weighting(np.fft.rfftfreq(size, 1 / rate), rate)) ** 2
    piece = tone[:, :size]
    power = (np.abs(np.fft.rfft(piece, size)) ** 2 * _WEIGHTS[size, rate]).sum() * 2 / size
    # Of a short tone the whole counts, over at least a tenth of a second.
    return float(np.sqrt(max(1e-12, power / max(piece.shape[1], rate // 10) / len(tone))))


# -- drums ------------------------------------------------------------------------------------------------------------


def _drums(plan: Plan, number: int, part: Part) -> Floats:
    rate = plan.stage.rate
    starts = plan.samples([note.start for note in part.notes])
    loud, force = forces(plan, number, part)
    bus = _Bus(np.zeros((2, plan.whole), np.float32), 0.0, 0.0)
    closes = sorted(int(start) for start, note in zip(starts, part.notes, strict=True) if note.pitch in CLOSED)
    tones: dict[tuple[int, int, int], Floats] = {}
    for place, note in enumerate(part.notes):
        pitch = sound_of(note.pitch)
        layer = min(LAYERS - 1, int(force[place] * LAYERS))
        key = (pitch, layer, place % 3)
        if key not in tones:
            ask = Ask(pitch, (layer + 0.5) / LAYERS, key[2], 0.0, rate)
            tones[key] = strike(ask, part.program) * np.float32(DRUMS)
        start = int(starts[place])
        tone = tones[key]
        if note.pitch in HATS:
            tone = _choked(tone, closes, start, rate)
        bus.place = SOUNDS[pitch][1]
        bus.add(_Event(start, tone.shape[1], 62, float(loud[place]), (0, 0, 0, "")), tone)
    return bus.sound


def _choked(tone: Floats, closes: Sequence[int], start: int, rate: int) -> Floats:
    """A hat up to the next time its stand is closed."""
    at = bisect.bisect_right(closes, start)
    if at == len(closes) or closes[at] - start >= tone.shape[1]:
        return tone
    end = closes[at] - start
    short = tone[:, : min(tone.shape[1], end + int(CHOKE * rate))].copy()
    short[:, end:] *= fade(short.shape[1] - end)
    return short


def muted(score: Score, keep: Sequence[int]) -> Score:
    """The score with only these of its parts sounding; bars, keys and tempi stay."""
    parts = tuple(part if number in keep else replace(part, notes=()) for number, part in enumerate(score.parts))
    return replace(score, parts=parts)
