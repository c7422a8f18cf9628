"""From lines to shots: the coverage that the shot grammar asks for, scene by scene.

Every line of the script stands in a shot. The camera stays on one side of the line of action through a scene (the
180-degree rule), two shots in a row of one person differ clearly in size or angle (the 30-degree rule), a talk goes
from both to over-the-shoulder to faces, a thing that matters is seen close once.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from ...media.film import Line, Scene, Shot
from . import timing
from .grammar import Grammar
from .lexicon import lexicon, words_of
from .shot_cuts import Want, mended

FAST = frozenset(("runs", "jumps", "falls", "climbs", "rolls", "dies", "jogs", "crawls"))
FIGHT = frozenset(("fights", "punches", "kicks", "swings a sword", "shoots", "dodges", "blocks"))
LOOKING = frozenset(("looks", "listens", "thinks", "nods", "shakes head", "shrugs", "looks around"))
HANDLING = frozenset((
    "picks up", "puts down", "opens", "closes", "reads", "holds", "gives", "reaches", "works", "drinks", "aims",
    "throws", "talks on the phone", "pulls", "wipes", "eats",
))  # fmt: skip
LIFTING = frozenset(("picks up", "holds", "gives", "throws", "puts down"))
STRONG = frozenset(("sad", "angry", "afraid", "surprised", "disgusted", "tender"))
# Things of a set that are worth an insert, beside all that a hand can hold.
TELLING = frozenset(("clock", "tv", "computer", "picture", "campfire"))
MOST = 6  # people in one picture
BREAKING = r"drop|smash|break|tear|snatch|hurl|роня|урони|разби|рвет|швыр"  # worth a second look
WHISPER = r"(?i)whisper|шепо|шепч|chuchot|susurr|flüster"  # heard only from near
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # as slates have them: no I, no O


def shots_of(scene: Scene, book: Grammar, *, new_place: bool = True, last: bool = False) -> tuple[Shot, ...]:
    """The shots of a scene, with letters from A. new_place: it was not seen just before; last: the film ends here."""
    wants = _Coverage(scene, book, new_place).wants()
    wants = mended(wants, book)
    if last and wants and book.uses("last"):
        _end(wants, book)
    names = itertools.chain.from_iterable(
        ("".join(one) for one in itertools.product(LETTERS, repeat=count)) for count in itertools.count(1)
    )
    return tuple(_shot(want, f"{scene.id}{name}", book) for want, name in zip(wants, names))


def _shot(want: Want, id: str, book: Grammar) -> Shot:
    rule = want.rule
    return Shot(
        id, rule.kind, want.size or rule.size, rule.angle, rule.lens, rule.move, book.pace.side, want.subjects,
        want.over, tuple(want.lines), max(want.seconds, book.pace.least), want.emotion, want.transition, rule.note,
    )  # fmt: skip


class _Coverage:
    """Goes through a scene's lines and asks for shots."""

    def __init__(self, scene: Scene, book: Grammar, new_place: bool) -> None:
        self.scene, self.book, self.new_place = scene, book, new_place
        self.out: list[Want] = []
        self.spoke: list[str] = []  # who spoke, in order
        self.shown: set[str] = set()  # things that had their insert
        self.present: list[str] = list(_at_first(scene))
        self.transition = "cut"
        self.carried: list[str] = []  # lines that the next shot takes
        self.near = 0
        self.pieces = {prop.id for prop in scene.props} - {"door", "gate", "window"}
        held = frozenset(lexicon().words["props.hand"].values())
        self.hands = {prop.id for prop in scene.props if prop.kind in held | TELLING}

    def wants(self) -> list[Want]:
        self._open()
        for line in self.scene.lines:
            if self.out and line.id in self.out[0].lines:
                self._come(line)
                continue
            self._line(line)
        if not self.out:
            self._ask("place", (), None)
        if self.carried:
            self.out[-1].lines += self.carried
        return self.out

    def _open(self) -> None:
        """The first picture of a place takes the first description, or stands alone before the first words."""
        name = "establishing" if self.scene.interior else "establishing_outside"
        if not self.new_place or not self.book.uses(name):
            return
        rest = [line for line in self.scene.lines if line.kind not in ("transition", "title")]
        early = list(itertools.takewhile(lambda line: line.kind in ("transition", "title"), self.scene.lines))
        for line in early:
            self._line(line)
        first = rest[0] if rest else None
        takes = [first] if first and first.kind == "action" and not _busy(first) else []
        if takes and len(rest) > 1 and rest[1].kind == "action" and not rest[1].doings and not self._thing(rest[1]):
            takes.append(rest[1])
        subjects = tuple(dict.fromkeys(one.who for line in takes for one in line.doings))
        want = self._ask(name, subjects, takes[0] if takes else None)
        want.lines += [line.id for line in takes[1:]]
        want.lines[:0] = [line.id for line in early if line.id not in want.lines]

    def _line(self, line: Line) -> None:
        self._come(line)
        if line.kind == "transition":
            self.transition = _transition(line.text)
            self.carried.append(line.id)
        elif line.kind == "title":
            self.carried.append(line.id)
        elif line.kind == "parenthetical":
            self._pause(line)
        elif line.kind == "action":
            self._action(line)
        else:
            self._speech(line)

    def _come(self, line: Line) -> None:
        for who in (*(one.who for one in line.doings), *([line.who] if line.who and not line.off else [])):
            if who not in self.present:
                self.present.append(who)
        for one in line.doings:
            if one.to == "exit" and one.who in self.present and line.kind == "action":
                self.present.remove(one.who)

    def _who(self) -> tuple[str, ...]:
        return tuple(self.present[:MOST]) or self.scene.people[:1]

    def _sorted(self, people: Iterable[str]) -> tuple[str, ...]:
        """People in the order of the scene, so that one group is always named alike."""
        order = {who: at for at, who in enumerate(self.scene.people)}
        return tuple(sorted(people, key=lambda who: (order.get(who, 999), who)))

    # ---- actions ---------------------------------------------------------------------------------------------

    def _action(self, line: Line) -> None:
        people = self._sorted({one.who for one in line.doings})
        thing = self._thing(line)
        if not line.doings:
            self._description(line, thing)
            return
        name = self._situation(line, people)
        if thing and name in ("action", "look") and self.book.uses("thing"):
            self._handled(line, people, thing, name)
            return
        if name == "feeling" and not self.out:
            name = "action"
        self._ask(name, people, line)

    def _situation(self, line: Line, people: Sequence[str]) -> str:
        """Which rule an action falls under; the strongest first."""
        acts = line.doings
        motions = {one.motion for one in acts}
        if motions & FIGHT:
            return "fight"
        if any(one.to == "exit" for one in acts):
            return "exit"
        if any(one.to == "door" and one.motion.startswith("walks") for one in acts):
            return "entrance"
        if motions & FAST:
            return "fast"
        if len(people) > 2:
            return "crowd"
        if len(people) == 2:
            return "together"
        if any(one.posture for one in acts) and not motions <= {"stands"}:
            return "posture"
        if motions <= LOOKING:
            return "look"
        if line.emotion in STRONG and motions <= LOOKING | {"stands"}:
            return "feeling"
        return "action"

    def _thing(self, line: Line) -> str:
        """The thing of a line that has not been seen close yet: what is handled, else what is described."""
        for one in line.doings:
            again = re.match(BREAKING, one.words, re.IGNORECASE)
            known = one.to in self.hands or (one.to in self.pieces and one.motion in LIFTING)
            if known and (again or one.to not in self.shown) and one.motion in HANDLING | LOOKING:
                return one.to
        if line.doings:
            return ""
        words = {word.strip(".,;:!?").casefold() for word in line.text.split()}
        return next(
            (one.id for one in self.scene.props if one.id in self.hands - self.shown and one.words in words), ""
        )

    def _handled(self, line: Line, people: tuple[str, ...], thing: str, name: str) -> None:
        """Who takes it, then the thing itself; where that person was just seen, the thing at once."""
        self.shown.add(thing)
        before = self.out[-1] if self.out else None
        if (
            before
            and before.subjects == people
            and before.rule.kind in ("action", "single")
            and self._fits(before, line)
        ):
            self._into(before, line)
        else:
            self._ask(name, people, line)
        self._ask("thing", (thing,), line)

    def _description(self, line: Line, thing: str) -> None:
        """What nobody does: a sound is its hearer's, a thing is seen close, the place by itself last of all."""
        if self._before_entrance(line):
            self.carried.append(line.id)
        elif self.present and self.book.uses("hears") and any(sounds(line.text)):
            self._heard(line)
        elif thing and self.book.uses("thing"):
            self.shown.add(thing)
            self._ask("thing", (thing,), line)
        elif self.out and (len(line.text.split()) <= 3 or self._room_for(line)):
            self._into(self.out[-1], line)
        elif (piece := self._piece(line)) and self.book.uses("thing"):
            self.shown.add(piece)
            self._ask("thing", (piece,), line)
        else:
            self._ask("place", (), line)

    def _heard(self, line: Line) -> None:
        """Who hears a sound: who answers it by word or deed next, else all who are there."""
        after = self.scene.lines[self.scene.lines.index(line) + 1 :][:1]
        next_one = next(iter([one.who for line in after for one in line.doings] + [line.who for line in after]), "")
        last = self.out[-1] if self.out else None
        if last and set(self.present) <= set(last.subjects) and self._fits(last, line):
            self._into(last, line)
        elif next_one in self.present:
            self._ask("hears", (next_one,), line)
        else:
            self._ask("hears" if len(self.present) == 1 else "together", self._sorted(self._who()), line)

    def _piece(self, line: Line) -> str:
        """A piece of the set that the first words of a line name, and that was not seen close yet."""
        words = {word.strip(".,;:!?").casefold() for word in line.text.split()[:4]}
        return next((one.id for one in self.scene.props if one.words in words and one.id not in self.shown), "")

    def _before_entrance(self, line: Line) -> bool:
        """ "The door opens." belongs to who comes in next."""
        at = self.scene.lines.index(line) + 1
        after = self.scene.lines[at] if at < len(self.scene.lines) else None
        door = "door" in line.text.casefold() or "двер" in line.text.casefold()
        return door and after is not None and any(one.to == "door" for one in after.doings)

    def _room_for(self, line: Line) -> bool:
        want = self.out[-1]
        return (
            want.rule.kind in ("establishing", "group", "action", "two-shot")
            and len(want.lines) < want.rule.hold
            and want.seconds + timing.natural(line) <= self.book.pace.longest
        )

    # ---- words -----------------------------------------------------------------------------------------------

    def _pause(self, line: Line) -> None:
        """A pause is the listener's."""
        listener = self._listener(line.who)
        if listener and self.book.uses("reaction") and self.out and self.out[-1].subjects != (listener,):
            self._ask("reaction", (listener,), line)
        elif self.out:
            self._into(self.out[-1], line)
        else:
            self._ask("look", (line.who,) if line.who else self._who(), line)

    def _listener(self, speaker: str) -> str:
        """Who is spoken to: who spoke last before, else who else is there."""
        for who in reversed(self.spoke):
            if who != speaker and who in self.present:
                return who
        return next((who for who in self.present if who != speaker), "")

    def _speech(self, line: Line) -> None:
        listener = self._listener(line.who)
        if line.with_line and self.out and line.with_line in self.out[-1].lines:
            self._both(line)
        elif line.off or not line.who:
            self._voice(line, listener)
        elif line.kind == "lyric":
            self._ask("song", (line.who,) if line.who else self._who(), line)
        elif not listener:
            self._ask("emotion" if line.emotion in STRONG and self.near else "alone", (line.who,), line)
            self.near += 1
        else:
            self._talk(line, listener)
        if line.who and not line.off:
            self.spoke.append(line.who)

    def _both(self, line: Line) -> None:
        """Two speak at once: both are seen."""
        want = self.out[-1]
        other = next((one.who for one in self.scene.lines if one.id == line.with_line), "")
        if len(want.lines) == 1:
            want.rule, want.over = self.book.rules["first_words"], ""
            want.subjects = tuple(dict.fromkeys(who for who in (other, line.who) if who))
            want.lines.append(line.id)
        else:
            want.lines.remove(line.with_line)
            made = self._ask("first_words", tuple(dict.fromkeys((other, line.who))), line)
            made.lines.insert(0, line.with_line)

    def _voice(self, line: Line, listener: str) -> None:
        """A voice without a face: on who hears it, else over what is seen."""
        hears = listener or next((who for who in self.present if who != line.who), "")
        if hears:
            self._ask("reaction" if self.book.uses("reaction") else "look", (hears,), line)
        elif self.out:
            self._into(self.out[-1], line)
        else:
            self._ask("voice", (), line)

    def _talk(self, line: Line, listener: str) -> None:
        last = self.out[-1] if self.out else None
        name = self._talk_rule(line, listener)
        if name in ("first_words", "breather", "exchange", "exchange_near") and _shows_both(last, line, listener):
            assert last is not None
            if self._fits(last, line):
                self._into(last, line)
                self._react(line, listener)
                return
        if name in ("first_words", "breather"):
            self._ask(name, self._sorted((line.who, listener)), line)
        elif name == "crowd":
            self._ask(name, self._sorted(self._who()), line)
        else:
            over = listener if self.book.rules[name].kind == "over-shoulder" else ""
            self._ask(name, (line.who,), line, over)
        self._react(line, listener)

    def _talk_rule(self, line: Line, listener: str) -> str:
        """Which rule covers words said to somebody: feelings first, then how far the talk has come."""
        talk, pace, uses = len(self.spoke), self.book.pace, self.book.uses
        crowd = len(self.present) > 2
        strong = line.emotion in STRONG and (line.emotion != "tender" or talk >= pace.tighten)
        if (strong or re.search(WHISPER, line.manner)) and talk > 0 and uses("emotion"):
            return "emotion"
        pair = {line.who, listener}
        if not crowd and uses("first_words") and not any(set(two) == pair for two in itertools.pairwise(self.spoke)):
            return "first_words"
        if talk and talk % pace.breather == 0 and uses("breather"):
            return "crowd" if crowd else "breather"
        if crowd and talk % 2 == 0 and uses("circle"):
            return "circle"
        names = ("exchange_near", "exchange", "circle") if talk >= pace.tighten else ("exchange", "circle")
        return next((name for name in names if uses(name)), "circle")

    def _fits(self, want: Want, line: Line) -> bool:
        return len(want.lines) < want.rule.hold and want.seconds + timing.natural(line) <= 0.8 * self.book.pace.longest

    def _react(self, line: Line, listener: str) -> None:
        """Long speeches are broken by who listens; very long ones come back to the speaker, nearer."""
        pace = self.book.pace
        words = len(line.text.split())
        if words < pace.reaction_words or not self.book.uses("reaction"):
            return
        turns = min(9, words // pace.reaction_words)
        for turn in range(turns):
            self._ask("reaction", (listener,), line)
            if turn or words >= 1.6 * pace.reaction_words:
                self._ask("emotion" if turn % 2 and self.book.uses("emotion") else "exchange_near", (line.who,), line)
                self.out[-1].over = listener if self.out[-1].rule.kind == "over-shoulder" else ""

    # ---- asking ----------------------------------------------------------------------------------------------

    def _ask(self, name: str, subjects: tuple[str, ...], line: Line | None, over: str = "") -> Want:
        """A shot by a rule: a new one, or more of the last where the two would be the same picture."""
        rule = self.book.rules[name]
        last = self.out[-1] if self.out else None
        need = timing.natural(line) if line else 0.0
        if last and line and (rule.kind, subjects, over) == last.key and not self.carried and line.id not in last.lines:
            fits = last.seconds + need <= self.book.pace.longest and len(last.lines) < max(rule.hold, last.rule.hold)
            if fits and (rule.size == last.rule.size or len(last.lines) < rule.hold):
                self._into(last, line)
                return last
        want = Want(rule, subjects, over, list(self.carried), transition=self.transition)
        self.carried, self.transition = [], "cut"
        self.out.append(want)
        if line:
            self._into(want, line)
        return want

    def _into(self, want: Want, line: Line) -> None:
        want.lines.append(line.id)
        want.seconds += timing.natural(line)
        if want.emotion == "neutral":
            want.emotion = line.emotion


def sounds(text: str) -> Iterator[str]:
    """The sounds that a text names: "A knock at the door." """
    book = lexicon()
    return (word for word in words_of(text) if book.meaning("sounds", word))


def _busy(line: Line) -> bool:
    """True where an action wants its own picture at once: a fight, a run."""
    return any(one.motion in FIGHT | FAST for one in line.doings)


def _transition(text: str) -> str:
    upper = text.upper()
    if "DISSOLVE" in upper or "НАПЛЫВ" in upper:
        return "dissolve"
    return "fade" if "FADE" in upper or "ЗТМ" in upper or "ЗАТЕМН" in upper else "cut"


def _at_first(scene: Scene) -> Iterator[str]:
    """Who is there when a scene begins: all but those who are first seen coming in."""
    for who in scene.people:
        for line in scene.lines:
            own = [one for one in line.doings if one.who == who]
            if own:
                if own[0].to != "door":
                    yield who
                break
            if line.who == who and not line.off:
                yield who
                break


def _shows_both(want: Want | None, line: Line, listener: str) -> bool:
    """True for a picture that has both in it already."""
    return want is not None and want.rule.kind == "two-shot" and {line.who, listener} <= set(want.subjects)


def _end(wants: list[Want], book: Grammar) -> None:
    """The last picture of the film goes away slowly."""
    rule = book.rules["last"]
    want = wants[-1]
    if want.rule.kind == "insert":
        return
    changed = {key: value for key in ("kind", "size") if (value := getattr(rule, key))}
    want.rule = dataclasses.replace(want.rule, move=rule.move, note=f"{want.rule.note}; {rule.note}", **changed)
