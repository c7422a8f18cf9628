"""Words about motion made into deeds: "a tired man walks slowly and sits down" is a slow tired walk and a seat.

Verbs are looked up in the films' lexicon (English in all forms, Russian by stems), which turns them into about seventy
motion words; a table here says how each of these is done: a gait along a path, an act of the hands, a recorded clip, a
posture. Adverbs and feelings change the pace and the bearing. What is not understood is named.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from .film import lexicon

IDLE = "idle"


@dataclass(frozen=True)
class Deed:
    """One thing that a body does. kind: go, act, clip, posture, turn or idle.

    name: the act, the clip's labels (parted by "|", the first that is found is used), or the posture; speed: m/s of a
    gait; mood: one of film.EMOTIONS; way: "", "back", "left", "right", "around"; words: what it was read from.
    """

    kind: str = IDLE
    name: str = ""
    speed: float = 0.0
    mood: str = ""
    way: str = ""
    words: str = ""
    seconds: float = 0.0  # how long it lasts where nobody says
    style: str = ""  # how a gait is walked: sneak, limp, stomp, proud, old
    near: float = 0.0  # metres from somebody at which it is done with them, 0 where it needs nobody
    answer: str = ""  # the act of the other one

    @property
    def full(self) -> bool:
        """True if the whole body is needed for it, not the hands and head alone."""
        return self.kind in ("go", "clip", "posture", "turn")


def _go(speed: float, way: str = "", style: str = "", mood: str = "") -> Deed:
    return Deed("go", "run" if speed > 2.2 else "walk", speed, mood, way, style=style)


# Motion words of the lexicon -> how they are done.
DEEDS: dict[str, Deed] = {
    "walks": _go(1.25),
    "walks in": _go(1.25),
    "walks out": _go(1.3),
    "walks fast": _go(1.75),
    "walks slowly": _go(0.85),
    "walks backward": _go(0.8, "back"),
    "sidesteps": _go(0.7, "side"),
    "limps": _go(0.8, style="limp"),
    "stomps": _go(1.45, style="stomp", mood="angry"),
    "sneaks": _go(0.65, style="sneak"),
    "runs": _go(3.1),
    "jogs": _go(2.6),
    "jumps": Deed("clip", "jump"),
    "hops": Deed("clip", "hop|jump"),
    "climbs": Deed("clip", "climb"),
    "dances": Deed("clip", "salsa|dance"),
    "kicks": Deed("clip", "kick"),
    "punches": Deed("clip", "punch", near=0.85, answer="startle"),
    "fights": Deed("clip", "fight|punch"),
    "falls": Deed("clip", "death|fall"),
    "dies": Deed("clip", "death"),
    "cheers": Deed("clip", "cheer"),
    "swings a sword": Deed("clip", "sword"),
    "casts a spell": Deed("clip", "spell"),
    "rolls": Deed("clip", "roll|get up"),
    "crawls": Deed("clip", "crawl|climb"),
    "exercises": Deed("clip", "jump"),
    "reloads": Deed("clip", "reload"),
    "swims": Deed("act", "reach"),
    "sits down": Deed("posture", "sit"),
    "stands up": Deed("posture", "stand"),
    "gets up": Deed("posture", "stand"),
    "lies down": Deed("posture", "lie"),
    "leans": Deed("posture", "lean"),
    "kneels": Deed("act", "crouch"),
    "turns around": Deed("turn", way="around"),
    "spins": Deed("turn", way="spin"),
    "stands": Deed(IDLE),
    "looks": Deed("act", "look"),
    "looks around": Deed("act", "look around"),
    "listens": Deed("act", "listen"),
    "thinks": Deed("act", "think"),
    "nods": Deed("act", "nod"),
    "shakes head": Deed("act", "shake head"),
    "shrugs": Deed("act", "shrug"),
    "waves": Deed("act", "wave"),
    "points": Deed("act", "point"),
    "claps": Deed("act", "clap"),
    "bows": Deed("act", "bow"),
    "picks up": Deed("act", "take"),
    "puts down": Deed("act", "put down"),
    "gives": Deed("act", "give", near=0.95, answer="take"),
    "reaches": Deed("act", "reach"),
    "knocks": Deed("act", "knock"),
    "opens": Deed("act", "open"),
    "closes": Deed("act", "close"),
    "pushes": Deed("act", "push", near=0.7),
    "pulls": Deed("act", "pull"),
    "throws": Deed("act", "throw"),
    "catches": Deed("act", "catch"),
    "holds": Deed("act", "hold"),
    "wipes": Deed("act", "wipe"),
    "works": Deed("act", "work"),
    "reads": Deed("act", "read"),
    "drinks": Deed("act", "drink"),
    "eats": Deed("act", "eat"),
    "smokes": Deed("act", "smoke"),
    "talks on the phone": Deed("act", "phone"),
    "dresses": Deed("act", "dress"),
    "hugs": Deed("act", "hug", near=0.4, answer="hug"),
    "kisses": Deed("act", "kiss", near=0.4, answer="hug"),
    "shakes hands": Deed("act", "shake hands", near=0.8, answer="shake hands"),
    "sings": Deed("act", "sing"),
    "helps": Deed("act", "help", near=0.7),
    "blocks": Deed("act", "block"),
    "dodges": Deed("act", "dodge"),
    "aims": Deed("act", "aim"),
    "shoots": Deed("act", "shoot"),
    "prays": Deed("act", "pray"),
    "cries": Deed("act", "cry", mood="sad"),
    "laughs": Deed("act", "laugh", mood="happy"),
    "sighs": Deed("act", "sigh", mood="tired"),
    "shivers": Deed("act", "shiver", mood="afraid"),
    "startles": Deed("act", "startle", mood="surprised"),
    "surrenders": Deed("act", "hands up", mood="afraid"),
    "raises": Deed("act", "raise"),
}
# What a verb says more closely than its motion word: the lexicon has "stands" with a feeling for all of these.
CLOSER = {
    "cries": "cry weep sob wail whimper mourn плач рыда всхлипыва",
    "laughs": "laugh giggle chuckle cackle chortle snicker сме засме хихика хохоч",
    "sighs": "sigh yawn exhale вздыха вздохн зева",
    "shivers": "tremble shiver shake shudder quake quiver дрож",
    "startles": "gasp flinch scream shriek wince вздрагива вздрогн вскрикива ахает",
    "surrenders": "surrender",
    "knocks": "knock стуч постуч",
    "raises": "raise hoist вздыма",
}
_CLOSER = {word: motion for motion, words in CLOSER.items() for word in words.split()}

PACES = {
    "slowly": 0.65, "slow": 0.7, "quickly": 1.35, "fast": 1.35, "briskly": 1.3, "hurriedly": 1.35, "rapidly": 1.4,
    "leisurely": 0.75, "gently": 0.85, "медленно": 0.65, "быстро": 1.35, "торопливо": 1.35, "неспешно": 0.75,
    "тихо": 0.75, "quietly": 0.75,
}  # fmt: skip
STYLES = {
    "proud": "proud", "proudly": "proud", "gangster": "proud", "swagger": "proud", "old": "old", "elderly": "old",
    "limping": "limp", "drunk": "drunk", "drunken": "drunk", "sneaking": "sneak", "stealthily": "sneak",
    "гордо": "proud", "старый": "old", "старая": "old", "старик": "old", "старуха": "old", "пьяный": "drunk",
    "хромая": "limp", "крадучись": "sneak",
}  # fmt: skip
WAYS = {
    "backward": "back", "backwards": "back", "left": "left", "right": "right", "around": "around",
    "назад": "back", "налево": "left", "направо": "right", "влево": "left", "вправо": "right", "кругом": "around",
}  # fmt: skip
_PARTS = re.compile(
    r"\s*(?:[,;.]|\band then\b|\bthen\b|\band\b|\bwhile\b|\bbefore\b|\bзатем\b|\bпотом\b|\bи\b|\bа\b)\s*"
)
_LABELS = (
    "salsa", "karate", "ballet", "indian", "basketball", "soccer", "dribble", "climb", "balance", "sword", "spell",
    "hang", "swing", "kata", "kick", "punch", "cheer", "dance", "jump", "hop",
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What a text says, in order, and the words that were not understood as motion where nothing else was."""

    deeds: tuple[Deed, ...]
    unknown: tuple[str, ...] = ()


def read(text: str) -> Reading:
    """The deeds of a text. A part without a verb that is known gives an idle body and stands in `unknown`."""
    deeds: list[Deed] = []
    unknown: list[str] = []
    mood, style = "", ""
    for part in _PARTS.split(text.strip().casefold()):
        words = lexicon.words_of(part)
        if not words:
            continue
        here = next((found for found in map(_mood, words) if found), "")
        mood = here or mood
        style = next((STYLES[word] for word in words if word in STYLES), style)
        found = _deed(words, part)
        if found is None:
            # "a tired man" before a comma, or "slowly" after one, say no deed of their own.
            if not here and not any(word in PACES or word in STYLES or word in WAYS for word in words):
                unknown.append(part)
            elif deeds and any(word in PACES for word in words):
                deeds[-1] = _coloured(deeds[-1], words, mood, style)
            continue
        deeds.append(_coloured(found, words, mood, style))
    if not deeds:
        deeds = [Deed(IDLE, mood=mood, words=text, style=style)]
    return Reading(tuple(deeds), tuple(unknown))


def deed(motion: str, words: str = "") -> Deed | None:
    """How a motion word of the lexicon ("walks fast") is done; `words`: what the script has for it. None: unknown."""
    first = lexicon.words_of(words)
    for word in first:
        closer = _closer(word)
        if closer and motion in ("stands", "reaches", "picks up", ""):
            return dataclasses.replace(DEEDS[closer], words=words or motion)
    if motion in DEEDS:
        found = DEEDS[motion]
        if first and "kick" in first[0]:
            found = DEEDS["kicks"]
        return dataclasses.replace(found, words=words or motion)
    for text in (motion, words):
        if text:
            got = read(text)
            if not got.unknown and got.deeds[0].kind != IDLE:
                return got.deeds[0]
    return None


def _closer(word: str) -> str:
    if word in _CLOSER:
        return _CLOSER[word]
    for form, motion in _CLOSER.items():
        if "а" <= form[0] <= "я":
            if word.startswith(form):
                return motion
        elif word in lexicon.forms(form):
            return motion
    return ""


def _deed(words: list[str], part: str) -> Deed | None:
    label = next((one for word in words for one in _LABELS if word in (one, one + "s", one + "ing", one + "es")), "")
    for at, word in enumerate(words):
        verbs = lexicon.lexicon().verbs(word)
        after = words[at + 1 : at + 4]
        for verb in verbs:
            if all(_follows(want, word, after) for want in verb.rest):
                closer = _closer(word)
                found = DEEDS.get(
                    closer if closer and verb.motion in ("stands", "reaches", "picks up") else verb.motion
                )
                if found is not None:
                    if label and found.kind in ("clip", IDLE, "act") and label not in found.name:
                        found = Deed("clip", f"{label}|{found.name}" if found.kind == "clip" else label)
                    return dataclasses.replace(found, mood=found.mood or verb.emotion, words=part)
    if label:
        return Deed("clip", label, words=part)
    return next((dataclasses.replace(DEEDS[one], words=part) for one in DEEDS if one in part), None)


def _follows(want: str, word: str, after: list[str]) -> bool:
    if want == "ся":
        return word.endswith(("ся", "сь"))
    return any(_alike(want, have) for have in after)


def _alike(want: str, have: str) -> bool:
    return have == want or (len(want) > 3 and have.startswith(want))


def _coloured(found: Deed, words: list[str], mood: str, style: str) -> Deed:
    pace = next((PACES[word] for word in words if word in PACES), 1.0)
    way = next((WAYS[word] for word in words if word in WAYS), found.way)
    speed = found.speed * pace
    feeling = mood or found.mood
    if found.kind == "go" and pace == 1.0 and found.speed == 1.25:
        speed *= {"tired": 0.68, "sad": 0.72, "angry": 1.3, "happy": 1.1, "afraid": 1.15, "tender": 0.85}.get(
            feeling, 1
        )
    return dataclasses.replace(found, speed=speed, mood=feeling, way=way, style=style or found.style)


def _mood(word: str) -> str:
    return lexicon.lexicon().meaning("emotions", word)
