"""Instruments and ensembles by the names people give them, with the range in which each is at ease.

Programs are those of General MIDI (0..127). Ranges are sounding pitches, a little inside what a good player can do:
they hold for notes that are made, never for notes that are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from ..core.errors import UsageError
from ..core.registry import nearest
from ..media.score import Part


@dataclass(frozen=True)
class Instrument:
    """name as it stands in a score; low..high: MIDI pitches; staves: 2 for keyboards; words: how people call it."""

    name: str
    program: int
    low: int
    high: int
    words: tuple[str, ...]
    staves: int = 1
    drums: bool = False

    def part(self, name: str = "") -> Part:
        """An empty part for it."""
        return Part(name or self.name, self.program, (), self.drums, self.staves)


def _one(name: str, program: int, low: int, high: int, words: str, staves: int = 1, drums: bool = False) -> Instrument:
    return Instrument(name, program, low, high, tuple(word.strip() for word in words.split(",")), staves, drums)


INSTRUMENTS: tuple[Instrument, ...] = (
    _one("Piano", 0, 28, 96, "piano, pianoforte, фортепиано, пианино, рояль, фортепьяно", 2),
    _one("Harpsichord", 6, 36, 86, "harpsichord, cembalo, clavecin, клавесин", 2),
    _one("Organ", 19, 36, 84, "organ, pipe organ, орган", 2),
    _one("Celesta", 8, 60, 96, "celesta, celeste, челеста"),
    _one("Music box", 10, 60, 96, "music box, musical box, шкатулка, музыкальная шкатулка"),
    _one("Vibraphone", 11, 53, 89, "vibraphone, вибрафон"),
    _one("Marimba", 12, 45, 96, "marimba, маримба"),
    _one("Xylophone", 13, 65, 96, "xylophone, ксилофон"),
    _one("Accordion", 21, 53, 88, "accordion, bayan, баян, аккордеон, гармонь", 2),
    _one("Guitar", 24, 40, 79, "guitar, classical guitar, acoustic guitar, гитара, акустическая гитара"),
    _one("Electric guitar", 27, 40, 83, "electric guitar, электрогитара"),
    _one("Distorted guitar", 30, 40, 83, "distorted guitar, distortion guitar, heavy guitar, lead guitar"),
    _one("Double bass", 43, 28, 60, "double bass, contrabass, upright bass, контрабас"),
    _one("Bass guitar", 33, 28, 60, "bass guitar, electric bass, bass, бас-гитара, бас"),
    _one("Lute", 24, 40, 79, "lute, лютня"),
    _one("Violin", 40, 55, 93, "violin, fiddle, violins, скрипка"),
    _one("Viola", 41, 48, 81, "viola, violas, альт"),
    _one("Cello", 42, 36, 74, "cello, violoncello, cellos, виолончель"),
    _one("Strings", 48, 36, 91, "strings, string ensemble, string orchestra, струнные, струнный оркестр"),
    _one("Harp", 46, 36, 91, "harp, арфа", 2),
    _one("Timpani", 47, 40, 57, "timpani, kettledrums, литавры"),
    _one("Trumpet", 56, 55, 82, "trumpet, cornet, труба"),
    _one("Trombone", 57, 40, 70, "trombone, тромбон"),
    _one("Tuba", 58, 28, 58, "tuba, туба"),
    _one("Horn", 60, 41, 74, "horn, french horn, horns, валторна"),
    _one("Brass", 61, 40, 79, "brass, brass section, медные"),
    _one("Saxophone", 65, 49, 80, "saxophone, sax, alto saxophone, саксофон"),
    _one("Oboe", 68, 58, 86, "oboe, гобой"),
    _one("Bassoon", 70, 34, 67, "bassoon, фагот"),
    _one("Clarinet", 71, 50, 86, "clarinet, кларнет"),
    _one("Flute", 73, 60, 93, "flute, флейта"),
    _one("Piccolo", 72, 74, 104, "piccolo, пикколо"),
    _one("Recorder", 74, 60, 86, "recorder, блокфлейта"),
    _one("Whistle", 78, 62, 88, "whistle, tin whistle, свисток"),
    _one("Voice", 52, 55, 79, "voice, singer, vocal, vocals, голос, вокал, пение"),
    _one("Soprano", 52, 60, 81, "soprano, сопрано"),
    _one("Alto", 52, 53, 74, "alto, contralto, контральто"),
    _one("Tenor", 52, 48, 69, "tenor, тенор"),
    _one("Bass", 52, 40, 62, "bass voice, basso"),
    _one("Synth lead", 80, 48, 91, "synth, synthesizer, synthesiser, synth lead, lead, синтезатор"),
    _one("Synth pad", 89, 36, 84, "pad, synth pad, pads"),
    _one("Synth bass", 38, 28, 60, "synth bass"),
    _one("Bagpipes", 109, 55, 81, "bagpipe, bagpipes, волынка"),
    _one("Banjo", 105, 48, 84, "banjo, банджо"),
    _one("Balalaika", 25, 52, 84, "balalaika, domra, mandolin, балалайка, домра, мандолина"),
    _one("Drums", 0, 35, 81, "drums, drum kit, percussion, drumkit, ударные, барабаны, барабан", 1, True),
)

BY_NAME = {one.name: one for one in INSTRUMENTS}

SATB = ("Soprano", "Alto", "Tenor", "Bass")
QUARTET = ("Violin", "Violin", "Viola", "Cello")
ORCHESTRA = ("Flute", "Oboe", "Clarinet", "Bassoon", "Horn", "Trumpet", "Timpani", *QUARTET, "Double bass")

# Ensembles: what people call them -> the instruments in score order.
ENSEMBLES: dict[str, tuple[str, ...]] = {
    "string quartet": QUARTET,
    "струнный квартет": QUARTET,
    "quartet": QUARTET,
    "квартет": QUARTET,
    "string trio": ("Violin", "Viola", "Cello"),
    "струнное трио": ("Violin", "Viola", "Cello"),
    "string quintet": ("Violin", "Violin", "Viola", "Cello", "Cello"),
    "piano trio": ("Violin", "Cello", "Piano"),
    "фортепианное трио": ("Violin", "Cello", "Piano"),
    "piano quartet": ("Violin", "Viola", "Cello", "Piano"),
    "piano quintet": (*QUARTET, "Piano"),
    "piano four hands": ("Piano", "Piano"),
    "wind quintet": ("Flute", "Oboe", "Clarinet", "Horn", "Bassoon"),
    "woodwind quintet": ("Flute", "Oboe", "Clarinet", "Horn", "Bassoon"),
    "духовой квинтет": ("Flute", "Oboe", "Clarinet", "Horn", "Bassoon"),
    "brass quintet": ("Trumpet", "Trumpet", "Horn", "Trombone", "Tuba"),
    "brass band": ("Trumpet", "Trumpet", "Horn", "Trombone", "Tuba"),
    "духовой оркестр": ("Trumpet", "Trumpet", "Horn", "Trombone", "Tuba"),
    "four voices": SATB,
    "four part": SATB,
    "mixed choir": SATB,
    "choir": SATB,
    "chorus": SATB,
    "satb": SATB,
    "хор": SATB,
    "четыре голоса": SATB,
    "четырех голосов": SATB,
    "three voices": ("Soprano", "Alto", "Tenor"),
    "two voices": ("Soprano", "Alto"),
    "male choir": ("Tenor", "Tenor", "Bass", "Bass"),
    "voice and piano": ("Voice", "Piano"),
    "голос и фортепиано": ("Voice", "Piano"),
    "orchestra": ORCHESTRA,
    "symphony orchestra": ORCHESTRA,
    "оркестр": ORCHESTRA,
    "симфонический оркестр": ORCHESTRA,
    "chamber orchestra": ("Flute", "Oboe", *QUARTET, "Double bass"),
    "камерный оркестр": ("Flute", "Oboe", *QUARTET, "Double bass"),
    "rock band": ("Electric guitar", "Bass guitar", "Drums"),
    "band": ("Electric guitar", "Bass guitar", "Drums"),
    "рок-группа": ("Electric guitar", "Bass guitar", "Drums"),
    "piano and drums": ("Piano", "Drums"),
    "trio": ("Violin", "Cello", "Piano"),
    "трио": ("Violin", "Cello", "Piano"),
    "lead sheet": ("Voice",),
}

NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "два": 2, "две": 2, "двух": 2, "три": 3, "трех": 3,
    "четыре": 4, "четырех": 4, "пять": 5, "пяти": 5, "solo": 1, "соло": 1, "one": 1, "один": 1, "одна": 1,
}  # fmt: skip


@cache
def lexicon() -> dict[str, tuple[str, ...]]:
    """Everything that names players, in lower case -> instruments in score order."""
    known = {word: (one.name,) for one in INSTRUMENTS for word in one.words}
    return known | ENSEMBLES


def named(names: Iterable[str]) -> tuple[Part, ...]:
    """Empty parts for instruments of the table, numbered where one comes twice: Violin I, Violin II."""
    wanted = list(names)
    seen: dict[str, int] = {}
    parts = []
    for name in wanted:
        seen[name] = seen.get(name, 0) + 1
        told = f"{name} {'I' * seen[name]}" if wanted.count(name) > 1 and seen[name] < 4 else name
        parts.append(BY_NAME[name].part(told))
    return tuple(parts)


def read_parts(text: str) -> tuple[str, ...]:
    """The instruments that "violin, 2 flutes and piano" or "string quartet" asks for, in the order named.

    Raises UsageError with the nearest known name for one that is not known.
    """
    from .music_lexicon import stems

    known = {stems(word): names for word, names in lexicon().items()}
    whole = stems(text)
    if whole in known:
        return known[whole]
    out: list[str] = []
    for piece in _pieces(text):
        words = piece.split()
        times = 1
        if words and (words[0].isdigit() or words[0].lower() in NUMBERS) and stems(piece) not in known:
            times = int(words[0]) if words[0].isdigit() else NUMBERS[words[0].lower()]
            words = words[1:]
        found = known.get(stems(" ".join(words)))
        if found is None or not 1 <= times <= 8:
            raise UsageError(f"no instrument is called {' '.join(words) or piece!r}", mend=nearest(piece, lexicon()))
        out += found * times
    if not out:
        raise UsageError("no instrument is named", mend="e.g. --parts piano, or --parts 'violin, cello'")
    return which_bass(out)


def which_bass(names: Sequence[str]) -> tuple[str, ...]:
    """A "bass" among singers is a voice, among strings a double bass, else a bass guitar."""
    company = set(names)
    instead = "Bass guitar"
    if company & {"Soprano", "Alto", "Tenor"}:
        instead = "Bass"
    elif company & {"Violin", "Viola", "Cello"}:
        instead = "Double bass"
    return tuple(instead if name == "Bass guitar" else name for name in names)


def _pieces(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"[,;+&]|\band\b|\bи\b", text) if one.strip()]


def range_of(part: Part) -> tuple[int, int]:
    """The comfortable range of a part, by its name, else by its program; a wide one for what is not known."""
    if part.drums:
        return 35, 81
    first = part.name.split()[0].lower() if part.name.split() else ""
    for one in INSTRUMENTS:
        if one.program == part.program and one.name.lower() in (part.name.lower(), first):
            return one.low, one.high
    for one in INSTRUMENTS:
        if one.program == part.program and not one.drums:
            return one.low, one.high
    families: Sequence[tuple[range, str]] = (
        (range(0, 8), "Piano"), (range(16, 24), "Organ"), (range(24, 32), "Guitar"), (range(32, 40), "Bass guitar"),
        (range(40, 56), "Strings"), (range(56, 64), "Brass"), (range(64, 80), "Clarinet"),
        (range(80, 104), "Synth lead"),
    )  # fmt: skip
    found = next((name for programs, name in families if part.program in programs), "")
    return (BY_NAME[found].low, BY_NAME[found].high) if found else (36, 96)
