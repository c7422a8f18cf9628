"""Playing a score with a SoundFont: recorded instruments, where the musician has some on this machine.

SoundFonts are other people's recordings under their own licences, so none is shipped and none is fetched: what is
installed is found, or named with `--soundfont FILE`. The player is `tinysoundfont` (MIT), an optional package.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import MediaError, MissingExtra
from ..core.progress import OnProgress, Progress, silent

if TYPE_CHECKING:
    from .score import Part, Score
    from .synth import Plan, Played, Stage
    from .synth_tones import Doubles, Floats

SUFFIXES = (".sf2", ".sf3")
PIP = "pip install --no-deps tinysoundfont"  # its other dependency, pyaudio, is for playing live only
_LEVEL = 0.5  # of a font against full scale: the loudness is set later
_BLOCK = 4096  # samples that are asked of the player at once

# What is known of common fonts, by a part of their file name, in the order they are taken when none is named:
# (licence, what may be done with what they play).
KNOWN: tuple[tuple[str, str, str], ...] = (
    ("musescore_general", "MIT", ""),
    ("musescore-general", "MIT", ""),
    ("ms basic", "MIT", ""),
    ("fluidr3", "MIT", ""),
    ("generaluser", "GeneralUser GS licence", "music made with it may be used freely; its samples are of mixed origin"),
    ("timgm6mb", "GPL-2.0", "a copyleft licence with no word on recordings: use it for listening only"),
)
UNKNOWN = "the licence of this SoundFont is not known here: look it up before you publish what it plays"


@dataclass(frozen=True)
class Font:
    """A SoundFont file, and what is known of its licence. `warning` is "" where nothing stands in the way."""

    path: Path
    licence: str = ""
    warning: str = UNKNOWN


def font_of(path: str | Path) -> Font:
    """The SoundFont at a path. Raises MediaError if it is none."""
    path = Path(path).expanduser()
    if not path.is_file():
        raise MediaError("there is no such SoundFont", where=str(path), mend=f"name a file that ends in {SUFFIXES[0]}")
    with open(path, "rb") as file:
        head = file.read(12)
    if head[:4] != b"RIFF" or head[8:12] != b"sfbk":
        raise MediaError("this file is no SoundFont", where=str(path), mend="name an .sf2 or .sf3 file")
    name = path.name.lower()
    for part, licence, warning in KNOWN:
        if part in name or part in path.resolve().name.lower():
            return Font(path, licence, warning)
    return Font(path)


def folders() -> list[Path]:
    """Where SoundFonts usually lie on this system."""
    home = Path.home()
    if sys.platform == "win32":
        programs = [os.environ.get(name, "") for name in ("ProgramFiles", "ProgramFiles(x86)")]
        inside = [Path(one) / f"MuseScore {version}" / "sound" for one in programs if one for version in (4, 3)]
        return [home / "Documents" / "SoundFonts", home / "Documents" / "MuseScore4" / "SoundFonts", *inside,
                Path("C:/soundfonts")]  # fmt: skip
    if sys.platform == "darwin":
        own = [Path("/Library/Audio/Sounds/Banks"), home / "Library/Audio/Sounds/Banks"]
        brewed = [Path("/opt/homebrew/share"), Path("/usr/local/share")]
        scores = [Path(f"/Applications/MuseScore {version}.app/Contents/Resources/sound") for version in (4, 3)]
        return [*own, *(one / "soundfonts" for one in brewed), *(one / "sounds/sf2" for one in brewed), *scores,
                home / "Documents" / "MuseScore4" / "SoundFonts"]  # fmt: skip
    shared = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    systems = [Path("/usr/share"), Path("/usr/local/share"), shared]
    names = ("soundfonts", "sounds/sf2", "sounds/sf3")
    more = [Path("/usr/share/mscore/sounds"), home / "Documents" / "MuseScore4" / "SoundFonts"]
    return [*(system / name for system in systems for name in names), *more]


def installed() -> list[Font]:
    """The SoundFonts in the usual folders: those of a known free licence first, unknown ones last."""
    found = []
    for folder in folders():
        try:
            names = sorted(folder.iterdir())
        except OSError:
            continue
        for path in names:
            if path.suffix.lower() in SUFFIXES:
                try:
                    found.append(font_of(path))
                except (MediaError, OSError):
                    continue
    unique = {font.path.resolve(): font for font in reversed(found)}
    return sorted(unique.values(), key=lambda font: (bool(font.warning), _rank(font), font.path.name))


def _rank(font: Font) -> int:
    """Its place in KNOWN, by its own name or by that of the file it links to."""
    names = font.path.name.lower(), font.path.resolve().name.lower()
    return next((number for number, row in enumerate(KNOWN) if any(row[0] in name for name in names)), len(KNOWN))


def choose(asked: str | Path) -> Font:
    """The font that was asked for; "auto" takes the best one installed. Raises MediaError naming what to install."""
    if str(asked) != "auto":
        return font_of(asked)
    there = installed()
    if not there:
        raise MediaError(
            "no SoundFont is installed on this machine",
            where=", ".join(str(folder) for folder in folders()[:4]) + " ...",
            mend="install one (Debian: fluid-soundfont-gm or musescore-general-soundfont, both MIT), name a file with "
            "--soundfont, or leave the option out: the own instruments need none",
        )
    return there[0]


def play(score: Score, stage: Stage, font: Font, *, stems: bool = False, on_progress: OnProgress = silent) -> Played:
    """Play a score with a SoundFont, in the same room and at the same times as `synth.play`.

    Raises MissingExtra without tinysoundfont, MediaError for a font that it cannot read.
    """
    from .synth import Plan, gathered, name_of
    from .synth_tones import gain

    player = _Player(font, stage.rate)
    plan = Plan.of(score, stage)
    sounding = [number for number, part in enumerate(score.parts) if part.notes]

    def each() -> Iterator[tuple[str, Floats, float]]:
        for step, number in enumerate(sounding):
            part = score.parts[number]
            dry = player.part(plan, number, part) * _placed(0.0 if part.drums else plan.places[number])
            yield name_of(score, number), dry, gain(-15)
            on_progress(Progress(step + 1, len(sounding), part.name))

    return gathered(plan, each(), stems=stems)


def _placed(place: float) -> Floats:
    """Gains of left and right (2, 1) that move a stereo sound to its place."""
    import numpy as np

    angle = (place + 1) * np.pi / 4
    return np.asarray([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(np.sqrt(2))


class _Player:
    """tinysoundfont with one font, playing one part after the other."""

    def __init__(self, font: Font, rate: int) -> None:
        try:
            import tinysoundfont
        except (ImportError, OSError) as error:
            raise MissingExtra(
                "playing with a SoundFont needs the package tinysoundfont",
                where=str(font.path),
                mend=f"{PIP}; or leave --soundfont out: the own instruments need nothing",
            ) from error
        self.synth: Any = tinysoundfont.Synth(samplerate=rate)
        try:
            self.font = self.synth.sfload(str(font.path), max_voices=512)
        except Exception as error:  # the library raises its own kind
            mend = "name another; .sf3 and .sf2 are read"
            raise MediaError(f"this SoundFont cannot be read: {error}", where=str(font.path), mend=mend) from error

    def part(self, plan: Plan, number: int, part: Part) -> Floats:
        """The sound of one part, (2, plan.whole)."""
        import numpy as np

        from .synth import forces

        synth, channel = self.synth, 9 if part.drums else 0
        self._select(channel, part)
        _, force = forces(plan, number, part)
        out = np.zeros((2, plan.whole), np.float32)
        at = 0
        for when, kind, pitch, velocity in _events(plan, part, force):
            at = self._until(out, at, min(when, plan.whole))
            if kind:
                synth.noteon(channel, pitch, velocity)
            else:
                synth.noteoff(channel, pitch)
        self._until(out, at, plan.whole)
        synth.sounds_off()
        return out * np.float32(_LEVEL)

    def _select(self, channel: int, part: Part) -> None:
        """The part's program, or what the font has in its place."""
        banks = ((128, part.program), (128, 0), (0, 0)) if part.drums else ((0, part.program), (0, 0))
        for bank, program in banks:
            try:
                self.synth.program_select(channel, self.font, bank, program, part.drums)
            except Exception:  # no such preset: the next best
                continue
            return

    def _until(self, out: Floats, at: int, end: int) -> int:
        import numpy as np

        while at < end:
            count = min(_BLOCK, end - at)
            block = np.frombuffer(self.synth.generate(count), np.float32)
            out[:, at : at + count] = block.reshape(-1, 2).T
            at += count
        return max(at, end)


def _events(plan: Plan, part: Part, force: Doubles) -> Iterator[tuple[int, int, int, int]]:
    """(sample, 1 on or 0 off, pitch, velocity) in order; what ends comes before what begins."""
    starts = plan.samples([note.start for note in part.notes])
    ends = plan.samples([note.end for note in part.notes])
    rows = []
    for place, note in enumerate(part.notes):
        velocity = max(1, min(127, round(float(force[place]) * 127)))
        rows.append((int(starts[place]), 1, note.pitch, velocity))
        rows.append((int(max(ends[place], starts[place] + 1)), 0, note.pitch, 0))
    return iter(sorted(rows))
