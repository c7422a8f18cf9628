"""The names that files of scores use: General MIDI's instruments and drums, MusicXML's chords, sections of a piece."""

from __future__ import annotations

import re
from typing import NamedTuple

_GENERAL_MIDI = """
Acoustic Grand Piano, Bright Acoustic Piano, Electric Grand Piano, Honky-tonk Piano, Electric Piano 1, Electric Piano 2,
Harpsichord, Clavinet, Celesta, Glockenspiel, Music Box, Vibraphone, Marimba, Xylophone, Tubular Bells, Dulcimer,
Drawbar Organ, Percussive Organ, Rock Organ, Church Organ, Reed Organ, Accordion, Harmonica, Tango Accordion,
Acoustic Guitar (nylon), Acoustic Guitar (steel), Electric Guitar (jazz), Electric Guitar (clean),
Electric Guitar (muted), Overdriven Guitar, Distortion Guitar, Guitar Harmonics, Acoustic Bass, Electric Bass (finger),
Electric Bass (pick), Fretless Bass, Slap Bass 1, Slap Bass 2, Synth Bass 1, Synth Bass 2, Violin, Viola, Cello,
Contrabass, Tremolo Strings, Pizzicato Strings, Orchestral Harp, Timpani, String Ensemble 1, String Ensemble 2,
Synth Strings 1, Synth Strings 2, Choir Aahs, Voice Oohs, Synth Voice, Orchestra Hit, Trumpet, Trombone, Tuba,
Muted Trumpet, French Horn, Brass Section, Synth Brass 1, Synth Brass 2, Soprano Sax, Alto Sax, Tenor Sax, Baritone Sax,
Oboe, English Horn, Bassoon, Clarinet, Piccolo, Flute, Recorder, Pan Flute, Blown Bottle, Shakuhachi, Whistle, Ocarina,
Lead 1 (square), Lead 2 (sawtooth), Lead 3 (calliope), Lead 4 (chiff), Lead 5 (charang), Lead 6 (voice),
Lead 7 (fifths), Lead 8 (bass and lead), Pad 1 (new age), Pad 2 (warm), Pad 3 (polysynth), Pad 4 (choir),
Pad 5 (bowed), Pad 6 (metallic), Pad 7 (halo), Pad 8 (sweep), FX 1 (rain), FX 2 (soundtrack), FX 3 (crystal),
FX 4 (atmosphere), FX 5 (brightness), FX 6 (goblins), FX 7 (echoes), FX 8 (sci-fi), Sitar, Banjo, Shamisen, Koto,
Kalimba, Bagpipe, Fiddle, Shanai, Tinkle Bell, Agogo, Steel Drums, Woodblock, Taiko Drum, Melodic Tom, Synth Drum,
Reverse Cymbal, Guitar Fret Noise, Breath Noise, Seashore, Bird Tweet, Telephone Ring, Helicopter, Applause, Gunshot
"""
PROGRAMS: tuple[str, ...] = tuple(name.strip() for name in _GENERAL_MIDI.replace("\n", " ").split(","))


class Drum(NamedTuple):
    """A drum of the General MIDI kit: where it stands on the staff, with which head."""

    name: str
    place: tuple[str, int]
    head: str = ""


DRUMS: dict[int, Drum] = {
    35: Drum("Acoustic Bass Drum", ("E", 4)),
    36: Drum("Bass Drum", ("F", 4)),
    37: Drum("Side Stick", ("C", 5), "x"),
    38: Drum("Snare", ("C", 5)),
    39: Drum("Hand Clap", ("C", 5), "slash"),
    40: Drum("Electric Snare", ("C", 5)),
    41: Drum("Low Floor Tom", ("G", 4)),
    42: Drum("Closed Hi-Hat", ("G", 5), "x"),
    43: Drum("High Floor Tom", ("A", 4)),
    44: Drum("Pedal Hi-Hat", ("D", 4), "x"),
    45: Drum("Low Tom", ("B", 4)),
    46: Drum("Open Hi-Hat", ("G", 5), "circle-x"),
    47: Drum("Low-Mid Tom", ("B", 4)),
    48: Drum("Hi-Mid Tom", ("D", 5)),
    49: Drum("Crash Cymbal 1", ("A", 5), "x"),
    50: Drum("High Tom", ("E", 5)),
    51: Drum("Ride Cymbal 1", ("F", 5), "x"),
    52: Drum("Chinese Cymbal", ("C", 6), "x"),
    53: Drum("Ride Bell", ("F", 5), "diamond"),
    54: Drum("Tambourine", ("B", 5), "triangle"),
    55: Drum("Splash Cymbal", ("B", 5), "x"),
    56: Drum("Cowbell", ("E", 5), "triangle"),
    57: Drum("Crash Cymbal 2", ("B", 5), "x"),
    59: Drum("Ride Cymbal 2", ("F", 5), "x"),
}

# Quality of a chord -> MusicXML's kind, and the sign that is printed.
KINDS: dict[str, tuple[str, str]] = {
    "": ("major", ""),
    "m": ("minor", "m"),
    "7": ("dominant", "7"),
    "m7": ("minor-seventh", "m7"),
    "maj7": ("major-seventh", "maj7"),
    "dim": ("diminished", "dim"),
    "dim7": ("diminished-seventh", "dim7"),
    "m7b5": ("half-diminished", "m7b5"),
    "aug": ("augmented", "aug"),
    "sus4": ("suspended-fourth", "sus4"),
}
# What other programs write, and the quality that comes nearest.
NEAREST_KINDS: dict[str, str] = {
    "major-sixth": "", "major-ninth": "maj7", "major-11th": "maj7", "major-13th": "maj7", "power": "",
    "suspended-second": "sus4", "minor-sixth": "m", "minor-ninth": "m7", "minor-11th": "m7", "minor-13th": "m7",
    "major-minor": "m", "dominant-ninth": "7", "dominant-11th": "7", "dominant-13th": "7", "augmented-seventh": "aug",
    "Neapolitan": "", "Italian": "7", "French": "7", "German": "7", "Tristan": "m7b5", "pedal": "",
}  # fmt: skip

_SECTION = re.compile(
    r"[A-Z]\d?'*|\d{1,3}|(intro|verse|chorus|refrain|bridge|coda|outro|interlude|solo|part|theme|trio"
    r"|вступление|куплет|припев|мост|кода|проигрыш)\b.{0,12}",
    re.IGNORECASE,
)


def is_section(text: str) -> bool:
    """Whether a mark names a section ("A", "Chorus 2") and so is set in a box, as rehearsal marks are."""
    return bool(_SECTION.fullmatch(text.strip())) and not re.fullmatch("[a-z]", text)


# What parts are called in several languages -> General MIDI program. The first that fits counts.
_CALLED = (
    (r"bass clarinet|clarin|klarin", 71), (r"english horn|englisch|cor anglais", 69), (r"oboe|hautbois", 68),
    (r"contrabasso?on|bassoon|fagott?|basson\b", 70), (r"piccolo", 72), (r"flut|fl(ö|oe)t|flaut", 73),
    (r"recorder|blockfl", 74), (r"horn|corno|corni", 60), (r"trumpet|trompet|tromba", 56), (r"trombon|posaune", 57),
    (r"tuba", 58), (r"timpan|pauken", 47), (r"contrabass|double bass|kontrabass|string bass", 43),
    (r"violoncell|\bcello|celli", 42), (r"viola\b|bratsche|\balto viol", 41), (r"violin|geige|скрипк", 40),
    (r"harpsi|cembalo|clavecin", 6), (r"organ|orgel|orgue", 19), (r"harp|harfe|arpa", 46),
    (r"piano|klavier|pianoforte|фортепиано", 0), (r"bass guitar|e-bass|electric bass", 33),
    (r"guitar|gitarre|chitarra|гитара", 24), (r"accordion|akkordeon", 21), (r"saxo", 65),
    (r"sopran|alt\b|alto|tenor|basso?\b|baryton|bariton|voice|voix|stimme|gesang|canto|chor|choir|vocal|голос|хор", 52),
)  # fmt: skip


def program_of(name: str) -> int:
    """The General MIDI program (0 to 127) of a part that says only what it is called; 0, a piano, for unknown names."""
    for index, own in enumerate(PROGRAMS):
        if own.lower() == name.strip().lower():
            return index
    return next((program for called, program in _CALLED if re.search(called, name, re.IGNORECASE)), 0)
