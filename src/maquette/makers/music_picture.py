"""To picture: bars and tempi so that strong beats fall on given seconds, and music that closes and accents there.

`plan` finds the bars: one tempo if there is one, else gentle changes of tempo at the hit points, else bars of other
lengths, else weaker beats, and tells of every hit how far it is off. `apply` lays a piece into them; `cut_down` makes
versions of one theme in given lengths (15, 30, 60 seconds).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..core.errors import UsageError
from ..media.pitch_track_beat import beat_ticks
from ..media.score import TPQ, Bar, Chord, Mark, Note, Part, Score, Tempo, sorted_notes
from .music_form import assembled

Way = Literal["one tempo", "tempo changes", "metre changes", "weak beats"]

NEAR = 0.020  # seconds that a hit may be off for one tempo to do: half a video frame (1/25 s)
GENTLE = 0.10  # natural log: a tempo change of some 10 % from one section to the next
LONGEST = 3600.0  # seconds
MOST = 200  # hits


@dataclass(frozen=True)
class Hit:
    """A moment of the picture and where it falls: bar and beat from 1, `tick`, and ms that the beat comes late."""

    seconds: float
    tick: int
    bar: int
    beat: float
    error: float
    strong: bool = True


@dataclass(frozen=True)
class Plan:
    """Bars and tempi of a given length. `way`: what had to give; `said`: a line each for people."""

    length: float
    bars: tuple[Bar, ...]
    tempi: tuple[Tempo, ...]
    hits: tuple[Hit, ...]
    way: Way
    end_error: float = 0.0  # ms
    said: tuple[str, ...] = ()

    @property
    def score(self) -> Score:
        """Its empty bars, with a mark at every hit."""
        marks = tuple(Mark(hit.tick, f"hit {hit.seconds:g} s") for hit in self.hits)
        return Score((), self.bars, tempi=self.tempi, marks=marks)

    def as_dict(self) -> dict[str, object]:
        """One JSON object."""
        return {
            "length": self.length,
            "way": self.way,
            "bars": len(self.bars),
            "tempi": [{"tick": one.tick, "bpm": round(one.bpm, 3)} for one in self.tempi],
            "hits": [
                {"seconds": h.seconds, "bar": h.bar, "beat": h.beat, "error_ms": round(h.error, 2), "strong": h.strong}
                for h in self.hits
            ],
            "end_error_ms": round(self.end_error, 2),
            "said": list(self.said),
        }


@dataclass(frozen=True)
class _Ask:
    """What is asked for, in beats: `span` seconds between the anchors (hits and the end), `beat` ticks of one."""

    anchors: tuple[float, ...]
    beats: int  # of a bar
    beat: int  # ticks
    low: float  # quarters a minute
    high: float
    strong: frozenset[int]

    def pace(self, count: int, seconds: float) -> float:
        """Quarters a minute of `count` beats in `seconds`."""
        return count * self.beat / TPQ * 60 / seconds

    def counts(self, seconds: float) -> range:
        """The beats that may lie in so many seconds."""
        per = seconds * TPQ / self.beat / 60
        return range(max(1, math.ceil(per * self.low - 1e-9)), math.floor(per * self.high + 1e-9) + 1)


def plan(
    length: float,
    hits: Sequence[float] = (),
    metre: tuple[int, int] = (4, 4),
    tempo: tuple[float, float] = (80.0, 140.0),
) -> Plan:
    """Bars that end exactly after `length` seconds, with a strong beat on every hit (seconds from the beginning).

    `tempo`: the slowest and fastest that is wanted, in quarters a minute. In turn are tried: one tempo with every hit
    within 20 ms of a strong beat; tempo changes of up to 10 % at the hits; bars with more or fewer beats before a hit,
    which then is a first beat; any change within the range; hits on weak beats. Raises UsageError with the two moments
    that no tempo of the range joins.
    """
    ask, asked = _ask(length, hits, metre, tempo)
    ways: tuple[tuple[Way, Callable[[], list[int] | None]], ...] = (
        ("one tempo", lambda: _one_tempo(ask)),
        ("tempo changes", lambda: _course(ask, ask.strong, GENTLE, False)),
        ("metre changes", lambda: _course(ask, ask.strong, GENTLE, True)),
        ("tempo changes", lambda: _course(ask, ask.strong, 9.0, False)),
        ("metre changes", lambda: _course(ask, ask.strong, 9.0, True)),
        ("weak beats", lambda: _course(ask, frozenset(range(ask.beats)), 9.0, False)),
    )
    for way, found in ways:
        counts = found()
        if counts is not None:
            return _laid(length, asked, ask, counts, metre, way)
    raise _impossible(ask)


def _ask(
    length: float, hits: Sequence[float], metre: tuple[int, int], tempo: tuple[float, float]
) -> tuple[_Ask, tuple[float, ...]]:
    """The request, checked, and its hits in order."""
    low, high = tempo
    if not 1 <= length <= LONGEST:
        raise UsageError(f"music of {length:g} s cannot be planned", mend=f"1 to {LONGEST:g} seconds")
    if not 20 <= low <= high <= 400:
        raise UsageError(f"tempi from {low:g} to {high:g} are no range", mend="e.g. 80 to 140 quarters a minute")
    if len(hits) > MOST:
        raise UsageError(f"{len(hits)} hits are more than can be planned ({MOST})", mend="leave some out")
    for hit in hits:
        if not 0 <= hit <= length + 1e-9:
            raise UsageError(f"the hit at {hit:g} s lies outside the music", mend=f"0 to {length:g} seconds")
    asked = tuple(sorted({float(hit) for hit in hits}))
    beats, unit = metre
    beat = beat_ticks(metre)
    count = beats * 4 * TPQ // unit // beat
    inner = [hit for hit in asked if 1e-6 < hit < length - 1e-6]
    return _Ask((*inner, float(length)), count, beat, low, high, frozenset(_strong(count))), asked


def _strong(beats: int) -> tuple[int, ...]:
    """The strong beats of a bar, from 0: the first, the middle of an even one, the groups of five and seven."""
    groups = {4: (0, 2), 5: (0, 3), 6: (0, 3), 7: (0, 4), 8: (0, 4)}
    return groups.get(beats, (0,))


def _one_tempo(ask: _Ask) -> list[int] | None:
    """Beats between the anchors at one tempo, where every hit is near a strong beat; None if there is no such tempo."""
    length = ask.anchors[-1]
    best: tuple[float, list[int]] | None = None
    for total in ask.counts(length):
        if total % ask.beats:
            continue
        seconds = length / total
        places = [round(hit / seconds) for hit in ask.anchors]
        off = [abs(place * seconds - hit) for place, hit in zip(places, ask.anchors)]
        if max(off) > NEAR or any(place % ask.beats not in ask.strong for place in places):
            continue
        weak = sum(place % ask.beats != 0 for place in places)
        middle = abs(math.log(ask.pace(total, length) / math.sqrt(ask.low * ask.high)))
        cost = weak + max(off) / NEAR + middle
        if best is None or cost < best[0]:
            best = cost, [b - a for a, b in zip([0, *places], places)]
    return best[1] if best and all(step > 0 for step in best[1]) else None


def _course(ask: _Ask, strong: frozenset[int], gentle: float, bend: bool) -> list[int] | None:
    """Beats between the anchors, each section at its own tempo: dynamic programming over (place in the bar, beats).

    With `bend` every hit is a first beat, and a bar before it is longer or shorter where the beats do not go into bars;
    this costs. None where nothing is possible.
    """
    spans = [b - a for a, b in zip((0.0, *ask.anchors), ask.anchors)]
    middle = math.sqrt(ask.low * ask.high)
    states: dict[tuple[int, int], tuple[float, list[int]]] = {(0, 0): (0.0, [])}
    for number, span in enumerate(spans):
        last = number == len(spans) - 1
        following: dict[tuple[int, int], tuple[float, list[int]]] = {}
        for count in ask.counts(span):
            odd = bend and count % ask.beats != 0
            if odd and _bent(count, ask.beats) is None:
                continue
            pace = ask.pace(count, span)
            own = 0.3 * (math.log(pace / middle) / 0.3) ** 2 + (1.5 if odd else 0.0)
            for (place, before), (cost, counts) in states.items():
                after = 0 if bend else (place + count) % ask.beats
                if after not in strong or (last and after):
                    continue
                if before:
                    turn = abs(math.log(pace / ask.pace(before, spans[number - 1])))
                    if turn > gentle:
                        continue
                    cost += (turn / 0.05) ** 2 * 0.5
                total = cost + own + (0.5 if after else 0.0) + (0.0 if after in ask.strong else 3.0)
                if (after, count) not in following or total < following[after, count][0]:
                    following[after, count] = total, [*counts, count]
        states = following
        if not states:
            return None
    return min(states.values())[1]


def _bent(count: int, beats: int) -> list[int] | None:
    """`count` beats as bars of `beats` with one odd bar at the end, of at least two; None where that cannot be."""
    whole, rest = divmod(count, beats)
    if not rest:
        return [beats] * whole
    if rest >= 2 or (rest == 1 and whole == 0 and beats <= 2):
        return [beats] * whole + [rest]
    if whole:  # one beat left over: a bar one beat longer, or in 2/4 and longer bars two shorter ones
        return [beats] * (whole - 1) + [beats + 1]
    return None


def _laid(
    length: float, asked: tuple[float, ...], ask: _Ask, counts: list[int], metre: tuple[int, int], way: Way
) -> Plan:
    """The plan for beats between the anchors."""
    if way == "metre changes":
        shapes = [beats for count in counts for beats in _bent(count, ask.beats) or [count]]
    else:
        shapes = [ask.beats] * (sum(counts) // ask.beats)
    bars = tuple(_bar(beats, ask, metre) for beats in shapes)
    spans = [b - a for a, b in zip((0.0, *ask.anchors), ask.anchors)]
    tempi: list[Tempo] = []
    tick = 0
    for count, span in zip(counts, spans):
        seconds = length / sum(counts) if way == "one tempo" else span / count
        # What a MIDI file can say: whole microseconds to the quarter.
        micros = round(seconds * TPQ / ask.beat * 1e6)
        if not tempi or tempi[-1].bpm != 60e6 / micros:
            tempi.append(Tempo(tick, 60e6 / micros))
        tick += count * ask.beat
    empty = Score((), bars, tempi=tuple(tempi))
    ticks = {0.0: 0, **dict(zip(ask.anchors, (ask.beat * sum(counts[: i + 1]) for i in range(len(counts)))))}
    found = []
    for hit in asked:
        at = ticks[min(ticks, key=lambda anchor: abs(anchor - hit))]
        bar = empty.bar_at(at) if at < empty.end else len(bars)
        beat = (at - empty.starts[bar]) / ask.beat
        strong = bar == len(bars) or beat in ask.strong
        found.append(Hit(hit, at, bar + 1, beat + 1, (empty.seconds(at) - hit) * 1000, strong))
    said = _told(way, tempi, bars, found, metre)
    return Plan(length, bars, tuple(tempi), tuple(found), way, (empty.duration - length) * 1000, said)


def _bar(beats: int, ask: _Ask, metre: tuple[int, int]) -> Bar:
    if beats == ask.beats:
        return Bar(beats * ask.beat, *metre)
    units = beats * ask.beat * metre[1] // (4 * TPQ)
    return Bar(beats * ask.beat, units, metre[1])


def _told(
    way: Way, tempi: Sequence[Tempo], bars: Sequence[Bar], hits: Sequence[Hit], metre: tuple[int, int]
) -> tuple[str, ...]:
    said = []
    if len(tempi) == 1:
        said.append(f"one tempo, {tempi[0].bpm:.2f}, for {len(bars)} bars of {metre[0]}/{metre[1]}")
    else:
        slow, fast = min(one.bpm for one in tempi), max(one.bpm for one in tempi)
        said.append(f"{len(tempi)} tempi from {slow:.1f} to {fast:.1f}, changing at the hits, for {len(bars)} bars")
        turn = max(abs(math.log(b.bpm / a.bpm)) for a, b in itertools.pairwise(tempi))
        if turn > GENTLE:
            said.append(f"one tempo change is of {math.expm1(turn):.0%}: the range or the hits leave no gentler one")
    odd = sum((bar.beats, bar.unit) != metre for bar in bars)
    if odd:
        said.append(
            f"{odd} bar{'s have' if odd > 1 else ' has'} another number of beats, so that a hit is a first beat"
        )
    said += [f"the hit at {hit.seconds:g} s falls on beat {hit.beat:g}, a weak one" for hit in hits if not hit.strong]
    return tuple(said)


def _impossible(ask: _Ask) -> UsageError:
    """The two moments that no tempo of the range joins, and which tempo would."""
    for begin, end in zip((0.0, *ask.anchors), ask.anchors):
        if not ask.counts(end - begin):
            fits = [ask.pace(count, end - begin) for count in range(1, 400)]
            best = min(fits, key=lambda one: max(ask.low / one, one / ask.high))
            names = (
                "the beginning" if begin == 0 else f"{begin:g} s",
                "the end" if end == ask.anchors[-1] else f"{end:g} s",
            )
            return UsageError(
                f"no tempo from {ask.low:g} to {ask.high:g} has a whole number of beats between {names[0]} and "
                f"{names[1]} ({end - begin:.2f} s)",
                where="hits",
                mend=f"allow a tempo of {best:.1f}, move a hit, or leave one of the two out",
            )
    return UsageError(
        f"no bars of this metre at {ask.low:g} to {ask.high:g} quarters a minute reach all hits and the end",
        where="hits",
        mend="widen the range of the tempo, or leave out a hit near another",
    )


# -- music laid into a plan ----------------------------------------------------------------------------------------


def apply(score: Score, plan: Plan) -> Score:
    """The piece in the bars of a plan: its bars kept, left out or repeated to fit, and every hit made to be heard.

    Before a hit the harmony goes to the dominant, on it to the tonic, all parts begin a note there, accented; drums add
    a bass drum and a cymbal. The piece closes in its last two bars. Raises UsageError if the metres differ.
    """
    metre, wanted = score.metre, next((bar.beats, bar.unit) for bar in plan.bars if bar.length == bar.full)
    if all(metre[0] * bar.unit != bar.beats * metre[1] for bar in plan.bars):
        raise UsageError(
            f"the piece is in {metre[0]}/{metre[1]} and the plan in {wanted[0]}/{wanted[1]}",
            mend=f"plan with the metre {metre[0]}/{metre[1]}",
        )
    laid = _into(assembled(score, _order(score, len(plan.bars))), plan)
    beat = min(bar.length for bar in plan.bars) // 2 if len(plan.bars) == 1 else _beat(plan)
    for hit in plan.hits:
        if hit.tick < laid.end:
            laid = _closed(laid, hit.tick, beat, accent=True)
    return _ended(laid, beat)


def _beat(plan: Plan) -> int:
    return beat_ticks((plan.bars[0].beats, plan.bars[0].unit))


def cut_down(score: Score, seconds: float, hits: Sequence[float] = (), *, stretch: float = 0.12) -> tuple[Score, Plan]:
    """A version of a theme that lasts exactly `seconds`: its opening and its close kept, whole bars in between.

    The tempo strays from the theme's own by `stretch` at most where that is possible, else by twice that.
    """
    bpm, metre = score.tempo_at(0), score.metre
    fastest = metre[0] * 4 / metre[1] * 60 / (bpm * (1 + 2 * stretch))
    if seconds < fastest:
        wrong = f"{seconds:g} s are shorter than one bar of the piece"
        raise UsageError(wrong, where="length", mend=f"ask for {math.ceil(fastest)} s at least, or for another piece")
    for share in (stretch, 2 * stretch):
        try:
            made = plan(seconds, hits, metre, (max(20.0, bpm / (1 + share)), min(400.0, bpm * (1 + share))))
        except UsageError:
            if share > stretch:
                raise
            continue
        return apply(score, made), made
    raise AssertionError("one of the two was returned or raised")


def _order(score: Score, count: int) -> list[int]:
    """Which bars of a piece make a version of `count` bars: from its beginning, and its close of up to four bars.

    Cut or repeated is by whole phrases of four bars where they go, and where the melody goes on smoothest.
    """
    bars = [number for number, bar in enumerate(score.bars) if bar.length == bar.full]
    if not bars:
        raise UsageError("there is no whole bar in this piece", where=score.title)
    close = min(4 if count >= 8 else 2 if count >= 4 else 1, len(bars), count)
    body, tail = bars[: len(bars) - close] or bars, bars[len(bars) - close :]
    need = count - close
    if need <= len(body):
        # The cut may lie up to two bars from where it must, if phrases are kept whole so: bars at its end are dropped.
        best = min(range(max(0, len(body) - need) + 1), key=lambda skip: _seam(score, body, need, skip))
        return (body[:need] if best == 0 else _skipping(body, need, best)) + tail
    repeated: list[int] = []
    while len(repeated) < need:
        repeated += body[: need - len(repeated)]
    return repeated + tail


def _skipping(body: list[int], need: int, skip: int) -> list[int]:
    """`need` bars of the body with the gap of dropped bars laid so that its last `skip` ones are kept."""
    return body[: need - skip] + body[len(body) - skip :] if skip <= need else body[:need]


def _seam(score: Score, body: list[int], need: int, skip: int) -> float:
    """How rough a cut is: an uneven phrase before it, and the leap of the melody over it."""
    if skip > min(need, 4) or need == 0:
        return 99.0 if skip else 0.0
    cut, after = need - skip, body[len(body) - skip] if skip else body[-1] + 1
    if cut <= 0 or after >= len(score.bars):
        return 50.0
    rough = {0: 0.0, 2: 1.0}.get(cut % 4, 2.5) + 0.3 * skip
    before = _top(score, body[cut - 1], last=True)
    then = _top(score, after, last=False)
    return rough + (abs(before - then) / 6 if before and then else 1.0)


def _top(score: Score, bar: int, *, last: bool) -> int:
    """The highest note at the end or beginning of a bar; 0 where there is none."""
    begin, end = score.starts[bar], score.starts[bar + 1]
    rows = [n for part in score.parts if not part.drums for n in part.notes if begin <= n.start < end]
    if not rows:
        return 0
    at = max(n.start for n in rows) if last else min(n.start for n in rows)
    return max(n.pitch for n in rows if n.start == at)


def _into(score: Score, plan: Plan) -> Score:
    """Bars laid one to one into those of the plan: what is too long is cut, a last note fills a longer bar."""
    parts = []
    target = plan.score
    for part in score.parts:
        notes: list[Note] = []
        for number, bar in enumerate(plan.bars):
            begin, end = score.starts[number], score.starts[number + 1]
            more = bar.length - (end - begin)
            for note in part.notes:
                if not begin <= note.start < end or note.start - begin >= bar.length:
                    continue
                length = note.length
                if more and note.end >= end:
                    length = max(1, length + more)
                length = min(length, target.end - (note.start - begin + target.starts[number]))
                notes.append(replace(note, start=note.start - begin + target.starts[number], length=length))
        parts.append(replace(part, notes=sorted_notes(notes)))
    chords = []
    for chord in score.chords:
        number = score.bar_at(chord.tick)
        inside = chord.tick - score.starts[number]
        if inside < plan.bars[number].length:
            chords.append(replace(chord, tick=target.starts[number] + inside))
    keys = tuple(replace(key, tick=target.starts[score.bar_at(key.tick)]) for key in score.keys)
    marks = [replace(mark, tick=target.starts[score.bar_at(mark.tick)]) for mark in score.marks]
    marks = sorted([*marks, *target.marks], key=lambda mark: mark.tick)
    return Score(
        tuple(parts), plan.bars, keys, plan.tempi, tuple(chords), tuple(marks), score.title, score.composer, score.said
    )


def _closed(score: Score, tick: int, beat: int, *, accent: bool) -> Score:
    """Dominant in the beat before `tick`, tonic from it on, and every part that sounds begins a note there."""
    key = score.key_at(tick)
    minor = key.mode in ("minor", "dorian", "phrygian", "locrian")
    tonic = Chord(tick, key.tonic, "m" if minor else "")
    before = max(0, tick - beat)
    dominant = Chord(before, (key.tonic + 7) % 12, "7")
    lowest = _lowest(score.parts)
    parts = []
    for number, part in enumerate(score.parts):
        if part.drums:
            parts.append(_struck(part, tick) if accent else part)
            continue
        notes = _split(_split(part.notes, before), tick)
        own = []
        for note in notes:
            if tick and before <= note.start < tick:
                note = _on(note, dominant, number == lowest)
            elif tick <= note.start < tick + beat:
                note = _on(note, tonic, number == lowest)
                if accent and note.start == tick:
                    note = replace(note, velocity=min(127, max(112, note.velocity + 20)))
            own.append(note)
        parts.append(replace(part, notes=_once(own)))
    if lowest is not None and not any(n.start == tick for p in parts if not p.drums for n in p.notes):
        # Nothing sounds here: the lowest part says the tonic.
        pitch = 36 + (key.tonic - 36) % 12
        added = Note(tick, min(beat, score.end - tick), pitch, 112)
        parts[lowest] = replace(parts[lowest], notes=sorted_notes([*parts[lowest].notes, added]))
    after = score.chord_at(tick + beat)
    kept = [chord for chord in score.chords if not before <= chord.tick < tick + beat]
    if after is not None and score.chords and not any(chord.tick == tick + beat for chord in kept):
        kept.append(replace(after, tick=tick + beat))
    chords = sorted([*kept, *([dominant] if tick else []), tonic], key=lambda chord: chord.tick)
    inside = tuple(chord for chord in chords if chord.tick < score.end)
    return replace(score, parts=tuple(parts), chords=inside if score.chords else ())


def _lowest(parts: Sequence[Part]) -> int | None:
    """Index of the part that lies lowest."""
    means = {
        number: sum(note.pitch for note in part.notes) / len(part.notes)
        for number, part in enumerate(parts)
        if part.notes and not part.drums
    }
    return min(means, key=lambda number: means[number]) if means else None


def _split(notes: Sequence[Note], tick: int) -> list[Note]:
    """Notes with those that sound across `tick` begun anew there."""
    out: list[Note] = []
    for note in notes:
        if note.start < tick < note.end:
            out += [
                replace(note, length=tick - note.start),
                replace(note, start=tick, length=note.end - tick, lyric=""),
            ]
        else:
            out.append(note)
    return out


def _on(note: Note, chord: Chord, root: bool) -> Note:
    """The note at the nearest pitch of a chord; the bass at its root."""
    wanted = (chord.root,) if root else chord.tones
    pitch = min(
        range(max(0, note.pitch - 6), min(127, note.pitch + 6) + 1),
        key=lambda p: (p % 12 not in wanted, abs(p - note.pitch)),
    )
    return note if pitch == note.pitch else replace(note, pitch=pitch, spelling="")


def _once(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Notes without those that came to lie on another of the same part."""
    seen: dict[tuple[int, int], Note] = {}
    for note in notes:
        other = seen.get((note.start, note.pitch))
        if other is None or other.length < note.length:
            seen[note.start, note.pitch] = note
    return sorted_notes(seen.values())


def _struck(part: Part, tick: int) -> Part:
    """A drum part with a bass drum and a crash cymbal at `tick`."""
    kept = [note for note in part.notes if not (note.start == tick and note.pitch in (36, 49))]
    return replace(part, notes=sorted_notes([*kept, Note(tick, 120, 36, 120), Note(tick, 240, 49, 116)]))


def _ended(score: Score, beat: int) -> Score:
    """The piece closed: dominant before, tonic from the last strong place on, held to the very end."""
    bar = score.bars[-1]
    last = score.starts[-2] if bar.length <= 2 * beat or len(score.bars) > 1 else score.end - beat
    closed = _closed(score, last, beat, accent=False)
    key = score.key_at(last)
    tonic = Chord(last, key.tonic, "m" if key.mode in ("minor", "dorian", "phrygian", "locrian") else "")
    lowest = _lowest(closed.parts)
    parts = []
    for number, part in enumerate(closed.parts):
        kept = [note for note in part.notes if note.start <= last]
        if not part.drums:
            begun = [note for note in kept if note.start == last]
            if not begun and (sounding := [note for note in part.notes if note.start > last]):
                # Its first note of the last bar comes to the barline.
                begun = [_on(replace(sounding[0], start=last), tonic, number == lowest)]
                kept += begun
            kept = [replace(n, length=score.end - last) if n.start == last else n for n in kept]
        parts.append(replace(part, notes=sorted_notes(kept)))
    return replace(closed, parts=tuple(parts))
