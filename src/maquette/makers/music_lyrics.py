"""Words and notes: the syllables of a text set to a melody, and a rhythm for a melody that is to be written.

Both are one question, asked by dynamic programming: which syllable falls where, so that strong syllables meet strong
beats, lines end where phrases end, and no word is torn by a rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from pathlib import Path

from ..core.errors import MediaError, UsageError
from ..media.pitch_track_beat import beat_ticks
from ..media.score import TPQ, Bar, Note, Score, with_notes
from .music_syllables import LANGUAGE_NAMES, LANGUAGES, language_of, stress, syllables

LONGEST = 2_000  # syllables
MELISMA = 9  # notes on one syllable, at most
EIGHTH = TPQ // 2

# Costs of a setting.
STRONG_OFF = 1.0  # a stressed syllable on the weakest place
WEAK_ON = 0.8  # an unstressed one on a first beat
MORE = 1.2  # each further note on a syllable
AGAIN = 2.0  # the same pitch again within a syllable
TORN = 4.0  # a rest inside a word
UNSUNG = 6.0  # a note after a rest that goes on with an old syllable
LINE = 2.5  # a line that ends elsewhere than a phrase


@dataclass(frozen=True)
class Syllable:
    """One syllable: its letters, how strong it is (0..1), whether its word goes on, and whether a line ends with it."""

    text: str
    strong: float
    joins: bool = False
    ends_line: bool = False
    notes: int = 0  # how many notes the file asks for ("A_ _ men"); 0: as it falls

    @property
    def lyric(self) -> str:
        """As a note carries it: "A-" before "men"."""
        return self.text + "-" if self.joins else self.text


@dataclass(frozen=True)
class Lyrics:
    """A text in syllables. `said`: what a reader should know."""

    syllables: tuple[Syllable, ...]
    language: str
    said: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[tuple[Syllable, ...], ...]:
        rows: list[list[Syllable]] = [[]]
        for one in self.syllables:
            rows[-1].append(one)
            if one.ends_line:
                rows.append([])
        return tuple(tuple(row) for row in rows if row)


@dataclass(frozen=True)
class Sung:
    """A score with its words, and how well they lie. `strong`: the share of stressed syllables on beats."""

    score: Score
    strong: float
    melismas: int
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """A rhythm for words: bars, and per bar the notes (start in the bar, length; ticks) with their syllables.

    `cells(line)` are `Rules.rhythm` of makers/music_writer.py for that line; `with_words` puts the words on what was
    written.
    """

    bars: tuple[Bar, ...]
    rhythm: Mapping[int, tuple[tuple[int, int], ...]]
    words: Mapping[int, tuple[str, ...]]
    strong: float = 0.0
    said: tuple[str, ...] = field(default=())

    def cells(self, line: int = 0) -> dict[tuple[int, int], tuple[tuple[int, int], ...]]:
        """Bar and line -> (start, length) of its notes; bars without notes are rests."""
        return {(bar, line): tuple(self.rhythm.get(bar, ())) for bar in range(len(self.bars))}

    def with_words(self, score: Score, part: int = 0) -> Score:
        """The score with each syllable on the note of its part that begins where the rhythm says."""
        wanted = {
            score.starts[bar] + start: word
            for bar, rows in self.rhythm.items()
            for (start, _), word in zip(rows, self.words[bar], strict=True)
        }
        notes = [replace(note, lyric=wanted.get(note.start, "")) for note in score.parts[part].notes]
        return with_notes(score, part, notes)


# -- reading -------------------------------------------------------------------------------------------------------


def read_file(path: str | Path, language: str = "auto") -> Lyrics:
    """The lyrics of a text file (UTF-8). Raises MediaError for what is no text, UsageError for an empty one."""
    path = Path(path)
    if not path.is_file():
        wrong = "this is a folder, not a file" if path.is_dir() else "there is no such file"
        raise MediaError(wrong, where=str(path), mend="name a text file with the words, a line per line")
    if path.stat().st_size > 1 << 20:
        wrong = "this file is too large for lyrics (over 1 MB)"
        raise MediaError(wrong, where=str(path), mend="name a text file with the words alone")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MediaError("this file is no text in UTF-8", where=str(path), mend="save it as UTF-8") from error
    return read(text, language, where=str(path))


def read(text: str, language: str = "auto", where: str = "") -> Lyrics:
    """Words in lines, made syllables: by the hyphens of the text, else by rule. `A_ _ men`: notes that are held.

    Lines in [brackets] are headings and left out. Raises UsageError for no words, too many, or an unknown language.
    """
    if language != "auto" and language not in LANGUAGES:
        raise UsageError(f"there are no rules for {language!r}", mend=f"auto, {', '.join(LANGUAGES)}")
    lines = [line.strip() for line in text.replace("\r", "\n").split("\n")]
    lines = [line for line in lines if line and not re.fullmatch(r"[\[(].*[\])]:?", line)]
    spoken = language_of(" ".join(lines)) if language == "auto" else language
    found: list[Syllable] = []
    for line in lines:
        row = _line(line, spoken)
        if row:
            found += [*row[:-1], replace(row[-1], ends_line=True)]
    if not found:
        raise UsageError(
            "there are no words in these lyrics", where=where, mend="write a line of text per line of song"
        )
    if len(found) > LONGEST:
        mend = "set the words in several parts, each to its own bars"
        raise UsageError(f"{len(found):,} syllables are too many ({LONGEST:,})", where=where, mend=mend)
    said = [f"the words are read as {LANGUAGE_NAMES[spoken]}"] if language == "auto" else []
    if spoken == "ru" and not re.search("[\u0301ёЁ]", text):
        said.append("Russian stress cannot be told by rule: put an accent (а\u0301) on stressed vowels to place them")
    return Lyrics(tuple(found), spoken, tuple(said))


def _line(line: str, language: str) -> list[Syllable]:
    """The syllables of one line."""
    row: list[Syllable] = []
    for word in re.findall(r"\S+", line):
        if not re.search(r"[^\W\d_]", word):
            if set(word) <= {"_"} and row:  # a further note on the syllable before
                row[-1] = replace(row[-1], notes=max(1, row[-1].notes) + len(word))
            elif row:  # a dash, a stop: it stays with its word
                row[-1] = replace(row[-1], text=f"{row[-1].text} {word}")
            continue
        held = len(word) - len(word.rstrip("_"))
        parts = syllables(word.rstrip("_"), language)
        loud = stress(parts, language)
        for number, (part, strong) in enumerate(zip(parts, loud, strict=True)):
            row.append(Syllable(part, strong, number + 1 < len(parts)))
        if held:
            row[-1] = replace(row[-1], notes=1 + held)
    return row


# -- words to the notes of a melody --------------------------------------------------------------------------------


def weight(score: Score, tick: int) -> float:
    """How strong a place is, 0..1: a first beat 1, the middle of an even bar 0.75, a beat 0.5, off it less."""
    bar = score.bar_at(tick)
    whole = score.bars[bar]
    # A pick-up counts from the bar it would have been.
    inside = tick - score.starts[bar] + max(0, whole.full - whole.length if bar == 0 else 0)
    return _weight(inside, whole)


def _weight(inside: int, bar: Bar) -> float:
    beat = beat_ticks((bar.beats, bar.unit))
    if inside % bar.full == 0:
        return 1.0
    beats = bar.full // beat
    if inside % beat == 0:
        return 0.75 if beats % 2 == 0 and beats > 2 and inside == bar.full // 2 else 0.5
    return 0.2 if inside % (beat // 2 if beat % 720 else beat // 3) == 0 else 0.0


def assign(score: Score, lyrics: Lyrics, part: int = 0, *, again: bool = True) -> Sung:
    """The words on the notes of a part: a syllable per note, several notes on one where notes are left over.

    Of notes that begin together the highest carries the word. If the tune is at least twice as long as the words, they
    are sung `again`, from the beginning, as often as they go in whole. Raises UsageError with both counts for lyrics
    that are longer than the tune.
    """
    tops: dict[int, int] = {}
    notes = score.parts[part].notes
    for index, note in enumerate(notes):
        if note.start not in tops or note.pitch > notes[tops[note.start]].pitch:
            tops[note.start] = index
    line = [notes[tops[start]] for start in sorted(tops)]
    words = list(lyrics.syllables)
    asked = sum(max(1, one.notes) for one in words)
    if asked > len(line):
        raise UsageError(
            f"the lyrics have {asked} syllables and the tune has {len(line)} notes",
            where=score.parts[part].name or f"part {part + 1}",
            mend=f"leave out {asked - len(line)} syllables, or lengthen the tune (music continue)",
        )
    said = list(lyrics.said)
    times = len(line) // asked if again else 1
    if times > 1:
        words, said = words * times, [*said, f"the words are sung {times} times"]
    starts = _best(score, line, words)
    carried = dict(zip(starts, words, strict=True))
    wanted = {tops[note.start]: carried[number].lyric for number, note in enumerate(line) if number in carried}
    sung = [replace(note, lyric=wanted.get(index, "")) for index, note in enumerate(notes)]
    loud = [weight(score, line[at].start) >= 0.5 for at, one in zip(starts, words, strict=True) if one.strong >= 0.7]
    share = sum(loud) / len(loud) if loud else 1.0
    return Sung(with_notes(score, part, sung), share, len(line) - len(starts), tuple(said))


def _best(score: Score, line: Sequence[Note], words: Sequence[Syllable]) -> list[int]:
    """The note that each syllable begins on: the cheapest setting. State: syllable and its first note."""
    count, spare = len(words), len(line) - len(words)
    weights = [weight(score, note.start) for note in line]
    rest = [False] + [b.start - a.end > EIGHTH // 2 for a, b in pairwise(line)]
    typical = sorted(note.length for note in line)[len(line) // 2]
    phrase = [
        number + 1 == len(line) or rest[number + 1] or note.length >= 2 * typical for number, note in enumerate(line)
    ]
    sums = [0.0, *accumulate(_further(line, at, typical) for at in range(len(line)))]
    far = float("inf")
    width = spare + 1
    before = [far] * width
    before[0] = _place(words[0], weights[0])
    back: list[list[int]] = []
    for number in range(1, count + 1):
        now, came = [far] * width, [-1] * width
        old = words[number - 1]
        for shift in range(width):  # notes left over before this syllable
            at = number + shift
            if number == count and shift != spare:
                continue
            for held in range(min(shift, MELISMA * 4 if number == count else MELISMA - 1) + 1):
                first = at - 1 - held  # the note that the syllable before begins on
                so_far = before[shift - held]
                if so_far == far or (old.notes and old.notes != held + 1):
                    continue
                cost = so_far + _held(old, sums[at] - sums[first + 1], rest[first + 1 : at], phrase[at - 1])
                if number < count:
                    cost += TORN if old.joins and rest[at] else 0.0
                    cost += _place(words[number], weights[at])
                if cost < now[shift]:
                    now[shift], came[shift] = cost, held
        back.append(came)
        before = now
    return _starts(back, count, spare, before)


def _starts(back: Sequence[Sequence[int]], count: int, spare: int, last: Sequence[float]) -> list[int]:
    """The first notes of all syllables, traced back; evenly where the file's own wishes leave no way."""
    if last[spare] == float("inf"):
        return [number * (count + spare) // count for number in range(count)]
    starts, shift = [], spare
    for number in range(count, 0, -1):
        held = back[number - 1][shift]
        shift -= held
        starts.append(number - 1 + shift)
    return starts[::-1]


def _place(one: Syllable, place: float) -> float:
    """What a syllable costs on a place of that weight."""
    return one.strong * (1 - place) * STRONG_OFF + (1 - one.strong) * place * WEAK_ON


def _further(line: Sequence[Note], at: int, typical: int) -> float:
    """What it costs to go on with a syllable on a note: short ones are slurred, the same note again is not."""
    if not at:
        return 0.0
    note, before = line[at], line[at - 1]
    size = min(2.0, max(0.25, min(note.length, before.length * 1.5) / typical))
    again = AGAIN if note.pitch == before.pitch else 0.0
    return MORE * size + again + 0.04 * max(0, abs(note.pitch - before.pitch) - 2)


def _held(one: Syllable, further: float, rests: Sequence[bool], phrase: bool) -> float:
    """What it costs to sing further notes on a syllable, and to end its line there."""
    cost = further * (1.4 - 0.6 * one.strong) + UNSUNG * sum(rests)
    if one.ends_line:
        return cost + (0.0 if phrase else LINE)
    return cost + (0.5 * LINE if phrase and not one.joins else 0.0)


# -- a rhythm for words --------------------------------------------------------------------------------------------


def rhythm_of(lyrics: Lyrics, metre: tuple[int, int] = (4, 4), *, syllable: int | None = None) -> Setting:
    """A rhythm that the words ask for, line by line: stressed syllables on beats, a long note and air at a line's end.

    Every line has 2, 4 or 8 bars (1 where it is short and the bar long); one that begins unstressed has a pick-up.
    `syllable`: ticks that one usually lasts (default: a beat, or half of one for long lines).
    """
    bar = Bar(metre[0] * 4 * TPQ // metre[1], *metre)
    if bar.length % EIGHTH:
        raise UsageError(f"words cannot be set in {metre[0]}/{metre[1]}", mend="4/4, 3/4, 6/8 ...")
    steps = bar.length // EIGHTH
    longest = max(len(line) for line in lyrics.lines)
    each = (syllable or _usual(longest, bar)) // EIGHTH or 1
    placed: list[tuple[int, int, Syllable]] = []  # (start, length) in eighths from the first barline
    at = 0
    for line in lyrics.lines:
        need = (len(line) + 1) * each
        span = next((k * steps for k in (1, 2, 4, 8, 16) if k * steps >= need and (k > 1 or steps >= 8)), 16 * steps)
        lead = max(1, beat_ticks(metre) // EIGHTH)
        free = at - (placed[-1][0] + 2) if placed else lead
        rows = _fitted(line, span, min(lead, max(0, free)), each, bar)
        if placed and rows and placed[-1][0] + placed[-1][1] > at + rows[0][0]:
            start, _, one = placed[-1]
            placed[-1] = (start, at + rows[0][0] - start, one)
        placed += [(at + start, length, one) for (start, length), one in zip(rows, line, strict=True)]
        at += span
    return _barred(placed, at, bar, lyrics)


def _usual(longest: int, bar: Bar) -> int:
    beat = beat_ticks((bar.beats, bar.unit))
    if beat == 720:
        return EIGHTH * 3 // 2 // EIGHTH * EIGHTH
    return beat if longest <= 7 else max(EIGHTH, beat // 2)


def _fitted(line: Sequence[Syllable], span: int, lead: int, each: int, bar: Bar) -> list[tuple[int, int]]:
    """(start, length) in eighths of a line's syllables in `span` of them, `lead` before it for a pick-up."""
    places = range(-lead, span - 1)
    loud = {at: _weight(at * EIGHTH % bar.length, bar) for at in places}
    best: dict[int, tuple[float, list[int]]] = {}
    weak_start = len(line) > 1 and line[0].strong < 0.5 <= line[1].strong
    for at in places:
        if at < 0 and (not weak_start or -at > each):
            continue
        if at <= max(2, each):
            best[at] = (_place(line[0], loud[at]) * 2 + 0.35 * max(0, at) + (0.0 if at <= 0 else 0.4), [at])
    for number in range(1, len(line)):
        one, before = line[number], line[number - 1]
        last = number + 1 == len(line)
        following: dict[int, tuple[float, list[int]]] = {}
        for at, (cost, row) in best.items():
            for length in range(1, 4 * each + 1):
                to = at + length
                if to >= span - (len(line) - number - 1) - (1 if last else 0):
                    break
                apart = abs(length - each) / each
                own = 0.7 * apart**1.3 + (0.5 * (1 - before.strong) * max(0, length - each) / each)
                own += 2.2 * _place(one, loud[to])
                if last:
                    own += (0.0 if loud[to] >= 0.75 else 0.8) + 0.25 * abs(span - to - 2 * each) / each
                if to not in following or cost + own < following[to][0]:
                    following[to] = cost + own, [*row, to]
        best = following or best
    starts = min(best.values())[1] if best else []
    if len(starts) < len(line):  # more syllables than eighths: evenly, as close as they go
        starts = [number * max(1, span // (len(line) + 1)) for number in range(len(line))]
    ends = [*starts[1:], min(span, starts[-1] + max(2, 2 * each))]
    return [(a, max(1, b - a)) for a, b in zip(starts, ends, strict=True)]


def _barred(placed: Sequence[tuple[int, int, Syllable]], end: int, bar: Bar, lyrics: Lyrics) -> Setting:
    """Eighths from the first barline as bars, notes that reach over a barline ended there."""
    lead = max(0, -placed[0][0]) * EIGHTH
    whole = -(-end * EIGHTH // bar.length)
    bars = ((Bar(lead, bar.beats, bar.unit),) if lead else ()) + (bar,) * whole
    score = Score((), bars)
    rhythm: dict[int, list[tuple[int, int]]] = {}
    words: dict[int, list[str]] = {}
    good = many = 0
    for start, length, one in placed:
        tick = start * EIGHTH + lead
        number = score.bar_at(tick)
        inside = tick - score.starts[number]
        room = score.bars[number].length - inside
        rhythm.setdefault(number, []).append((inside, min(length * EIGHTH, room)))
        words.setdefault(number, []).append(one.lyric)
        if one.strong >= 0.7:
            many += 1
            good += weight(score, tick) >= 0.5
    return Setting(
        bars,
        {number: tuple(rows) for number, rows in rhythm.items()},
        {number: tuple(rows) for number, rows in words.items()},
        good / many if many else 1.0,
        lyrics.said,
    )
