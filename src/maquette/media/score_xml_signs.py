"""What stands above and below the notes in MusicXML: words, section names, dynamics, tempi and chord symbols."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from .score import LOUDNESS, Chord, Key, Mark
from .score_xml_names import KINDS, is_section
from .score_xml_rhythm import Metre
from .spelling import spell_chord

DYNAMICS = frozenset(
    (
        "p",
        "pp",
        "ppp",
        "pppp",
        "f",
        "ff",
        "fff",
        "ffff",
        "mp",
        "mf",
        "sf",
        "sfp",
        "sfpp",
        "fp",
        "rf",
        "rfz",
        "sfz",
        "sffz",
    )
)
_CONTROL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(text: str) -> str:
    """Text without the signs that XML forbids."""
    return _CONTROL.sub("", text)


def _direction(placement: str) -> tuple[Element, Element]:
    row = Element("direction", placement=placement)
    return row, SubElement(row, "direction-type")


def mark_row(mark: Mark) -> Element:
    row, kind = _direction("above")
    if is_section(mark.text):
        SubElement(kind, "rehearsal").text = plain(mark.text)
    else:
        SubElement(kind, "words", {"font-weight": "bold"}).text = plain(mark.text)
    return row


def dynamic_row(mark: Mark) -> Element:
    row, kind = _direction("below")
    box = SubElement(kind, "dynamics")
    if mark.text in DYNAMICS:
        SubElement(box, mark.text)
    else:
        SubElement(box, "other-dynamics").text = plain(mark.text)
    if mark.text in LOUDNESS:
        SubElement(row, "sound", dynamics=f"{LOUDNESS[mark.text] / 0.9:.2f}")
    return row


def tempo_row(bpm: float, beats: int, unit: int) -> Element:
    row, kind = _direction("above")
    metre = Metre(beats, unit)
    counted = "quarter", 0, bpm
    if metre.compound and unit == 8:
        counted = "quarter", 1, bpm / 1.5
    elif unit == 2 and bpm >= 80:
        counted = "half", 0, bpm / 2
    elif metre.compound and unit == 4:
        counted = "half", 1, bpm / 3
    box = SubElement(kind, "metronome", parentheses="no")
    SubElement(box, "beat-unit").text = counted[0]
    for _ in range(counted[1]):
        SubElement(box, "beat-unit-dot")
    SubElement(box, "per-minute").text = f"{counted[2]:.0f}"
    SubElement(row, "sound", tempo=f"{bpm:.6f}".rstrip("0").rstrip("."))
    return row


def harmony_row(chord: Chord, key: Key) -> Element:
    row = Element("harmony", {"print-frame": "no"})
    root, bass = spell_chord(chord, key)
    _tone(row, "root", root if chord.quality is not None else "C", shown=chord.quality is not None)
    kind, text = ("none", "N.C.") if chord.quality is None else KINDS[chord.quality]
    SubElement(row, "kind", {"text": text} if text else {}).text = kind
    if chord.bass is not None and chord.quality is not None:
        _tone(row, "bass", bass)
    return row


def _tone(row: Element, tag: str, name: str, *, shown: bool = True) -> None:
    """The root or the bass of a chord symbol; `text` "" keeps it from being printed."""
    box = SubElement(row, tag)
    SubElement(box, f"{tag}-step", {} if shown else {"text": ""}).text = name[0]
    if name[1:]:
        SubElement(box, f"{tag}-alter").text = str(name.count("#") - name[1:].count("b"))
