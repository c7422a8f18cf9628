"""Which instrument plays which General MIDI program: all 128 of them, with level, attack, release, body and room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from . import synth_held as held
from . import synth_ringing as ring
from .synth_ringing import Ask, Ringing
from .synth_tones import Floats, Peak, noise

Tone = Callable[[Ask], Floats]

# Bodies that the strings stand on: resonances in (Hz, dB, octaves), after the measurements in Fletcher and Rossing.
VIOLIN_BODY: tuple[Peak, ...] = (
    (275, 5, 0.1),
    (470, 5, 0.12),
    (560, 4, 0.1),
    (1000, -3, 0.3),
    (2600, 5, 0.45),
    (9000, -14, 0.7),
    (140, -9, 0.5),
)
VIOLA_BODY: tuple[Peak, ...] = (
    (220, 5, 0.1),
    (370, 5, 0.13),
    (620, 3, 0.15),
    (1900, 4, 0.5),
    (7500, -14, 0.8),
    (110, -6, 0.5),
)
CELLO_BODY: tuple[Peak, ...] = (
    (102, 4, 0.1),
    (175, 5, 0.14),
    (300, 3, 0.2),
    (1000, 3, 0.5),
    (2000, 3, 0.4),
    (6500, -15, 0.9),
)
CONTRABASS_BODY: tuple[Peak, ...] = ((62, 3, 0.15), (105, 5, 0.2), (210, 3, 0.3), (800, 2, 0.5), (5000, -16, 1.0))
GUITAR_BODY: tuple[Peak, ...] = ((100, 4, 0.1), (205, 5, 0.12), (400, 2, 0.2), (2500, -2, 0.6), (8000, -10, 0.8))
SOUNDBOARD: tuple[Peak, ...] = ((110, 2, 0.25), (230, 2, 0.3), (520, 1.5, 0.4), (1600, -1.5, 0.6), (9000, -6, 0.8))
CABINET: tuple[Peak, ...] = (
    (110, 4, 0.5),
    (400, -3, 0.5),
    (2400, 5, 0.5),
    (7000, -26, 0.45),
    (12000, -50, 0.6),
    (40, -20, 0.6),
)


@dataclass(frozen=True)
class Instrument:
    """How one program is played.

    tone: makes one. level: dB against the others. attack: seconds it takes to speak (0: the tone has its own).
    release: seconds in which it falls to a tenth after the note. rings_from: pitches from here on have no damper.
    body: what it resounds in. width: how far low and high stand apart, 0..1. room: share sent to the room in dB.
    drive: of an amplifier that distorts. takes: different tones of the same note, played in turn.
    tilt: dB per octave above middle C. sings: on the vowels of its words.
    """

    tone: Tone
    level: float = 0.0
    attack: float = 0.0
    release: float = 0.1
    rings_from: int = 128
    body: tuple[Peak, ...] = ()
    width: float = 0.0
    room: float = -15.0
    drive: float = 0.0
    takes: int = 1
    tilt: float = 0.0
    sings: bool = False


def _struck(
    one: Ringing, level: float = 0.0, release: float = 0.12, *, rings_from: int = 128, **more: object
) -> Instrument:
    settings: dict[str, object] = {"tilt": -1.4, **more}
    return Instrument(one.tone, level, 0.0, release, rings_from, **settings)  # type: ignore[arg-type]


def _held(one: held.Held, level: float = 0.0, attack: float = 0.05, release: float = 0.1, **more: object) -> Instrument:
    settings: dict[str, object] = {"takes": 2, **more}
    return Instrument(one.tone, level, attack, release, **settings)  # type: ignore[arg-type]


def _pianos() -> list[Instrument]:
    grand = _struck(ring.PIANO, 0, 0.1, rings_from=90, body=SOUNDBOARD, width=0.5, room=-17)
    return [
        grand,
        _struck(ring.BRIGHT_PIANO, 0, 0.1, rings_from=90, body=SOUNDBOARD, width=0.5, room=-17),
        _struck(ring.BRIGHT_PIANO, -1, 0.12, width=0.4),
        _struck(ring.HONKY_TONK, 0, 0.1, rings_from=90, body=SOUNDBOARD, width=0.5, room=-17),
        _struck(ring.TINE_PIANO, 0, 0.12, width=0.3),
        _struck(ring.GLASS_PIANO, 0, 0.15, width=0.3),
        _struck(ring.HARPSICHORD, -4, 0.06, width=0.4, tilt=-0.5),
        _struck(ring.CLAVINET, -2, 0.05),
    ]


def _mallets() -> list[Instrument]:
    return [
        _struck(ring.CELESTA, -3, 0.2, rings_from=0, room=-13),
        _struck(ring.GLOCKENSPIEL, -6, 0.3, rings_from=0, room=-13),
        _struck(ring.MUSIC_BOX, -4, 0.3, rings_from=0, room=-13),
        _struck(ring.VIBRAPHONE, -1, 0.35, width=0.4, room=-13),
        _struck(ring.MARIMBA, -1, 0.3, rings_from=0, width=0.4, room=-14),
        _struck(ring.XYLOPHONE, -4, 0.3, rings_from=0, width=0.3, room=-14),
        _struck(ring.CHIMES, 0, 0.6, rings_from=0, room=-11),
        _struck(ring.DULCIMER, -3, 0.3, rings_from=0, width=0.3),
    ]


def _organs() -> list[Instrument]:
    return [
        _held(held.ORGAN, -2, 0.006, 0.03, width=0.1, room=-18),
        _held(held.PERCUSSIVE_ORGAN, -2, 0.004, 0.03, room=-18),
        _held(held.ROCK_ORGAN, -3, 0.006, 0.03, drive=0.6),
        _held(held.CHURCH_ORGAN, -2, 0.05, 0.12, room=-8),
        _held(held.REED_ORGAN, -3, 0.05, 0.07),
        _held(held.ACCORDION, -3, 0.035, 0.05),
        _held(held.HARMONICA, -3, 0.04, 0.06),
        _held(held.BANDONEON, -3, 0.035, 0.05),
    ]


def _guitars() -> list[Instrument]:
    return [
        _struck(ring.GUITAR, 0, 0.09, body=GUITAR_BODY, room=-16),
        _struck(ring.STEEL_GUITAR, -1, 0.09, body=GUITAR_BODY, room=-16),
        _struck(ring.JAZZ_GUITAR, 0, 0.09, room=-17),
        _struck(ring.CLEAN_GUITAR, -1, 0.09, room=-15),
        _struck(ring.MUTED_GUITAR, -1, 0.06),
        _struck(ring.DRIVEN_GUITAR, -3, 0.07, body=CABINET, drive=4.0, room=-18),
        _struck(ring.DRIVEN_GUITAR, -4, 0.07, body=CABINET, drive=14.0, room=-18),
        _struck(ring.HARMONICS, -3, 0.2, body=GUITAR_BODY),
    ]


def _basses() -> list[Instrument]:
    return [
        _struck(ring.UPRIGHT_BASS, 1, 0.08, body=CONTRABASS_BODY, room=-22, tilt=0.0),
        _struck(ring.FINGER_BASS, 0, 0.07, room=-26, tilt=0.0),
        _struck(ring.PICK_BASS, 0, 0.06, room=-26, tilt=0.0),
        _held(held.FRETLESS, 0, 0.012, 0.07, room=-24),
        _struck(ring.SLAP_BASS, -1, 0.05, room=-26, tilt=0.0),
        _struck(ring.SLAP_BASS, -1, 0.05, room=-26, tilt=0.0),
        _held(held.SYNTH_BASS, 0, 0.005, 0.05, room=-28),
        _held(held.SYNTH_BASS_2, 0, 0.005, 0.05, room=-28),
    ]


def _strings() -> list[Instrument]:
    return [
        _held(held.VIOLIN, -2, 0.07, 0.12, body=VIOLIN_BODY, room=-12),
        _held(held.VIOLA, -1, 0.08, 0.12, body=VIOLA_BODY, room=-12),
        _held(held.CELLO, 0, 0.085, 0.14, body=CELLO_BODY, room=-12),
        _held(held.CONTRABASS, 0, 0.1, 0.14, body=CONTRABASS_BODY, room=-14),
        _held(held.TREMOLO, -2, 0.07, 0.12, body=VIOLIN_BODY, room=-11),
        _struck(ring.PIZZICATO, -5, 0.12, body=VIOLA_BODY, room=-12, tilt=-0.5),
        _struck(ring.HARP, 0, 0.5, width=0.5, room=-12),
        _struck(ring.TIMPANI, 1, 0.4, rings_from=0, room=-12, tilt=0.0),
    ]


def _ensembles() -> list[Instrument]:
    return [
        _held(held.STRINGS, -2, 0.11, 0.18, body=VIOLA_BODY, room=-10),
        _held(held.SLOW_STRINGS, -2, 0.25, 0.3, body=VIOLA_BODY, room=-10),
        _held(held.SYNTH_STRINGS, -3, 0.12, 0.25, room=-12),
        _held(held.SYNTH_STRINGS_2, -3, 0.25, 0.35, room=-12),
        _held(held.CHOIR, -1, 0.09, 0.16, room=-9, sings=True),
        _held(held.OOH, -1, 0.1, 0.18, room=-9),
        _held(held.SYNTH_VOICE, -2, 0.1, 0.2, room=-10),
        _held(held.HIT, 0, 0.006, 0.2, room=-8),
    ]


def _brass() -> list[Instrument]:
    return [
        _held(held.TRUMPET, -3, 0.03, 0.08, room=-12),
        _held(held.TROMBONE, -2, 0.04, 0.09, room=-12),
        _held(held.TUBA, -1, 0.045, 0.09, room=-13),
        _held(held.MUTED_TRUMPET, -4, 0.03, 0.08, room=-12),
        _held(held.HORN, -1, 0.055, 0.12, room=-9),
        _held(held.BRASS, -3, 0.045, 0.1, room=-11),
        _held(held.SYNTH_BRASS, -3, 0.04, 0.12),
        _held(held.SYNTH_BRASS_2, -3, 0.06, 0.15),
    ]


def _reeds() -> list[Instrument]:
    return [
        _held(held.SOPRANO_SAX, -3, 0.04, 0.07),
        _held(held.SAX, -2, 0.04, 0.07),
        _held(held.TENOR_SAX, -2, 0.045, 0.08),
        _held(held.BARITONE_SAX, -1, 0.05, 0.08),
        _held(held.OBOE, -3, 0.035, 0.07, room=-12),
        _held(held.COR_ANGLAIS, -3, 0.04, 0.08, room=-12),
        _held(held.BASSOON, -2, 0.04, 0.07, room=-12),
        _held(held.CLARINET, -2, 0.045, 0.07, room=-12),
    ]


def _pipes() -> list[Instrument]:
    return [
        _held(held.PICCOLO, -6, 0.04, 0.07, room=-11),
        _held(held.FLUTE, -1, 0.06, 0.09, room=-11),
        _held(held.RECORDER, -3, 0.035, 0.06, room=-12),
        _held(held.PAN_FLUTE, -2, 0.05, 0.1, room=-11),
        _held(held.BOTTLE, -2, 0.06, 0.1),
        _held(held.SHAKUHACHI, -2, 0.06, 0.12, room=-10),
        _held(held.WHISTLE, -4, 0.04, 0.08),
        _held(held.OCARINA, -3, 0.04, 0.08),
    ]


def _leads() -> list[Instrument]:
    return [
        _held(held.SQUARE, -5, 0.006, 0.05, room=-18),
        _held(held.SAW, -5, 0.006, 0.06, room=-18),
        _held(held.CALLIOPE, -3, 0.03, 0.07),
        _held(held.CHIFF, -4, 0.01, 0.07),
        _held(held.CHARANG, -5, 0.006, 0.06, drive=1.5),
        _held(held.VOICE_LEAD, -3, 0.05, 0.12, room=-12),
        _held(held.FIFTHS, -4, 0.01, 0.07),
        _held(held.BASS_LEAD, -4, 0.006, 0.06),
    ]


def _pads() -> list[Instrument]:
    return [
        _held(held.POLY_SYNTH, -4, 0.25, 0.7, room=-10),
        _held(held.WARM_PAD, -3, 0.35, 0.8, room=-10),
        _held(held.POLY_SYNTH, -4, 0.02, 0.3, room=-12),
        _held(held.CHOIR_PAD, -3, 0.3, 0.6, room=-9),
        _held(held.BOWED_PAD, -4, 0.4, 0.7, room=-9),
        _held(held.METAL_PAD, -5, 0.3, 0.8, room=-10),
        _held(held.HALO_PAD, -4, 0.4, 0.9, room=-9),
        _held(held.SWEEP_PAD, -4, 0.5, 0.9, room=-10),
    ]


def _skies() -> list[Instrument]:
    """96..103, the "effects" of General MIDI, which are pads and bells."""
    return [
        _struck(ring.CRYSTAL, 0, 0.5, room=-9),
        _held(held.WARM_PAD, -3, 0.3, 0.9, room=-9),
        _struck(ring.CRYSTAL, 0, 0.6, room=-9),
        _held(held.POLY_SYNTH, -4, 0.02, 0.8, room=-9),
        _held(held.METAL_PAD, -5, 0.05, 0.8, room=-9),
        _held(held.CHOIR_PAD, -4, 0.4, 0.9, room=-8),
        _struck(ring.CRYSTAL, 0, 0.9, room=-7),
        _held(held.SWEEP_PAD, -4, 0.2, 0.8, room=-10),
    ]


def _countries() -> list[Instrument]:
    return [
        _struck(ring.SITAR, -3, 0.2),
        _struck(ring.BANJO, 0, 0.1),
        _struck(ring.SHAMISEN, 0, 0.08),
        _struck(ring.KOTO, -2, 0.3, room=-13),
        _struck(ring.KALIMBA, -2, 0.4, rings_from=0),
        _held(held.BAGPIPE, -5, 0.02, 0.04),
        _held(held.FIDDLE, -3, 0.05, 0.09, body=VIOLIN_BODY, room=-14),
        _held(held.SHANAI, -3, 0.03, 0.06),
    ]


def _blows() -> list[Instrument]:
    return [
        _struck(ring.TINKLE_BELL, -7, 0.5, rings_from=0, room=-12),
        _struck(ring.AGOGO, -7, 0.3, rings_from=0),
        _struck(ring.STEEL_DRUM, -3, 0.3, rings_from=0),
        _struck(ring.WOOD_BLOCK, -5, 0.1, rings_from=0),
        _struck(ring.TAIKO, 0, 0.4, rings_from=0, room=-11, tilt=0.0),
        _struck(ring.TOM, -1, 0.3, rings_from=0, tilt=0.0),
        _struck(ring.TOM, -1, 0.2, rings_from=0, tilt=0.0),
        Instrument(_reversed_cymbal, -8, 0.0, 0.08),
    ]


def _noises() -> list[Instrument]:
    """120..127: sounds of the world. They are sketches: nobody writes music with a telephone for its beauty."""
    shapes: list[tuple[float, float, float, float, float]] = [
        (900, 6000, 0.06, 0.0, 0.0),  # fret noise
        (600, 5000, 0.35, 0.0, 0.0),  # breath
        (200, 3500, 9.0, 0.13, 0.9),  # seashore
        (2400, 4200, 9.0, 7.0, 1.0),  # bird
        (900, 1500, 9.0, 20.0, 1.0),  # telephone
        (60, 900, 9.0, 11.0, 0.9),  # helicopter
        (800, 7000, 9.0, 0.3, 0.4),  # applause
        (80, 5000, 0.18, 0.0, 0.0),  # gunshot
    ]
    return [Instrument(_noisy(*one), -10, 0.01, 0.15) for one in shapes]


def _noisy(low: float, high: float, length: float, speed: float, depth: float) -> Tone:
    def tone(ask: Ask) -> Floats:
        n = int((ask.seconds + 0.05) * ask.rate)
        time = np.arange(n, dtype=np.float32) / ask.rate
        sound = np.take(noise(low, high, 6.0, ask.rate, 9), np.arange(n), mode="wrap")
        beat = 1 - depth * (0.5 + 0.5 * np.cos(2 * np.pi * speed * time))
        return np.asarray((sound * np.exp(-time / length) * beat)[None], np.float32)

    return tone


def _reversed_cymbal(ask: Ask) -> Floats:
    n = int((ask.seconds + 0.05) * ask.rate)
    time = np.arange(n, dtype=np.float32) / ask.rate
    sound = np.take(noise(2500, 13000, 6.0, ask.rate, 8), np.arange(n), mode="wrap")
    return np.asarray((sound * np.exp((np.minimum(time, ask.seconds) - ask.seconds) / 0.45))[None], np.float32)


@lru_cache(maxsize=1)
def instruments() -> tuple[Instrument, ...]:
    """The 128 programs in their order."""
    rows = (_pianos, _mallets, _organs, _guitars, _basses, _strings, _ensembles, _brass)
    more = (_reeds, _pipes, _leads, _pads, _skies, _countries, _blows, _noises)
    return tuple(one for family in (*rows, *more) for one in family())


def solo_voice() -> Instrument:
    """One singer: what a part with words is sung by, if its program is a choir's."""
    return _held(held.SINGER, -1, 0.07, 0.12, room=-12, sings=True)
