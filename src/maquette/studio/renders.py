"""Scores played to finished sound files: each a signed child of its score, at a stated loudness, with stems or a loop.

made = render(studio, "tune.mid", kind="flac", lufs=-16)
made.asset.path, made.lufs, made.peak
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core import authorship
from ..core.errors import UsageError
from ..core.hashing import sha256_bytes, sha256_file
from ..core.progress import OnProgress, silent
from ..core.types import Ingredient, Request, Work
from . import again, files

if TYPE_CHECKING:
    from ..media.loudness import Finished
    from ..media.score import Score
    from ..media.sound import Sound
    from ..media.soundfont import Font
    from ..media.synth import Played
    from .lineage import Asset
    from .scores import Opened
    from .studio import Studio

KINDS = ("wav", "flac", "mp3")
COMMENT = "made with Maquette: maquette show FILE"
STEM_BITS = 24  # stems are for mixing on: they are never dithered down


@dataclass(frozen=True)
class How:
    """What a render is to be. kind, bits, rate: of the file. lufs: of the mix. bars: (first, last) from 1, both in; ()
    for all. soundfont: a file, "auto" for one that is installed, "" for the own instruments. room: "" for none.
    count_in: bars of a metronome before it; click: one on every beat."""

    kind: str = "wav"
    bits: int = 16
    lufs: float = -14.0
    stems: bool = False
    loop: bool = False
    bars: tuple[int, ...] = ()
    soundfont: str = ""
    rate: int = 44100
    room: str = "hall"
    seed: int = 0
    count_in: int = 0
    click: bool = False

    def check(self) -> None:
        """Raise UsageError for what cannot be."""
        if self.kind not in KINDS:
            raise UsageError(f"music cannot be rendered as {self.kind}", mend=f"choose {', '.join(KINDS)}")
        if self.bits not in (16, 24):
            raise UsageError(f"there is no file with {self.bits} bits", mend="choose 16 or 24")
        if self.kind == "mp3" and self.loop:
            raise UsageError(
                "an MP3 cannot loop exactly: its frames add silence at both ends", mend="choose --format wav or flac"
            )
        if self.loop and self.count_in:
            raise UsageError("a loop that is counted in would count in every time", mend="leave one of them out")
        if not -40 <= self.lufs <= -8:
            raise UsageError(f"{self.lufs:g} LUFS is no loudness for music", mend="choose -14, -16 or -23")


@dataclass(frozen=True)
class StemFile:
    """One part alone. `credential`: {"signer", "where", "summary"}."""

    path: Path
    part: str
    credential: Mapping[str, Any]


@dataclass(frozen=True)
class Rendered:
    """A render that was kept: its file, what was measured, and the stems beside it.

    stems_gain: dB that all stems were turned down by together so that none clips; 0 almost always: then their sum is
    the mix before the limiter.
    """

    asset: Asset
    seconds: float
    samples: int
    rate: int
    lufs: float
    peak: float
    how: How
    stems: tuple[StemFile, ...] = ()
    stems_gain: float = 0.0
    remarks: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        return {
            **self.asset.as_dict(),
            "seconds": round(self.seconds, 4),
            "samples": self.samples,
            "rate": self.rate,
            "format": self.how.kind,
            "bits": self.how.bits if self.how.kind != "mp3" else None,
            "lufs": round(self.lufs, 2),
            "true_peak": round(self.peak, 2),
            "loop": self.how.loop,
            "stems": [
                {"path": str(one.path), "part": one.part, "credential": dict(one.credential)} for one in self.stems
            ],
            "stems_gain": round(self.stems_gain, 2),
            "remarks": list(self.remarks),
        }


def render(
    studio: Studio,
    file: str | Path,
    how: How | None = None,
    *,
    out: str | Path = ".",
    unsigned: bool = False,
    on_progress: OnProgress = silent,
) -> Rendered:
    """Play a score (a file of any kind that is read, or an id of the library) and keep the sound as its signed child.

    The file stays as it is. Raises UsageError, MediaError, MissingExtra, CredentialError, LibraryError.
    """
    from ..media import sound as sounds
    from .scores import open_score

    how = how or How()
    how.check()
    opened = open_score(studio, file)
    folder = Path(out).expanduser()
    studio.library.ready(folder)
    score, remarks = _chosen(opened, how)
    played, font = _play(score, how, on_progress)
    finished = _finish(played.mix, how)
    if how.loop:
        played, finished = _eased(played, finished)
    data, finished = _coded(finished, how, score.title or opened.title)
    keeper = _Keeper(studio, opened, how, font, folder, unsigned)
    asset = keeper.keep(finished, data)
    stems, turned = keeper.keep_stems(played, finished.gain, asset) if how.stems else ((), 0.0)
    remarks += _remarks(finished, how, font, turned)
    # What lies in the file is what is told: the frames of an MP3 are counted after it was made.
    frames = finished.sound.length if how.kind != "mp3" else sounds.read(asset.path).length
    seconds = finished.sound.duration
    return Rendered(asset, seconds, frames, how.rate, finished.lufs, finished.peak, how, stems, turned, tuple(remarks))


def _chosen(opened: Opened, how: How) -> tuple[Score, list[str]]:
    """The bars to play, and what to say about them."""
    from ..media.loop import whole_bars
    from ..media.metronome import with_clicks
    from ..media.score import cut

    score, remarks = opened.score, list(opened.score.said)
    if how.bars:
        first, last = how.bars[0], how.bars[-1]
        least = score.first_number
        if first < least or last < first:
            raise UsageError(f"bars {first} to {last} are no range", mend=f"count from {least}, e.g. --bars 5-12")
        score = cut(score, first - least, last - least + 1)
    elif how.loop:
        score, remark = whole_bars(score)
        remarks += [remark] if remark else []
    return with_clicks(score, count_in=how.count_in, through=how.click), remarks


def _play(score: Score, how: How, on_progress: OnProgress) -> tuple[Played, Font | None]:
    from ..media import soundfont, synth

    stage = synth.Stage(how.rate, how.room, how.loop, how.seed)
    if not how.soundfont:
        return synth.play(score, stage, stems=how.stems, on_progress=on_progress), None
    font = soundfont.choose(how.soundfont)
    return soundfont.play(score, stage, font, stems=how.stems, on_progress=on_progress), font


def _finish(mix: Sound, how: How, ceiling: float | None = None) -> Finished:
    from ..media.loudness import CEILING, finish

    return finish(mix, how.lufs, ceiling=CEILING if ceiling is None else ceiling, around=how.loop)


def _eased(played: Played, finished: Finished) -> tuple[Played, Finished]:
    """A loop, and its stems with it, begun where it moves least."""
    from ..media.loop import eased, turned

    sound, shift = eased(finished.sound)
    stems = tuple(turned(one, shift) for one in played.stems)
    return replace(played, mix=turned(played.mix, shift), stems=stems), replace(finished, sound=sound)


def _coded(finished: Finished, how: How, title: str) -> tuple[bytes, Finished]:
    """The bytes of the file. What an MP3 adds to the peaks is measured in the file itself and taken away beforehand."""
    from ..media import loudness, sound

    data = sound.to_bytes(finished.sound, how.kind, bits=how.bits, title=title, comment=COMMENT)
    if how.kind != "mp3":
        return data, finished
    ceiling, heard = loudness.CEILING, sound.from_codec(data, title)
    for _ in range(4):
        peak = loudness.true_peak(heard)
        if peak <= loudness.CEILING:
            break
        ceiling -= peak - loudness.CEILING + 0.05
        limited = loudness.limit(finished.sound, ceiling=ceiling)
        data = sound.to_bytes(limited, how.kind, title=title, comment=COMMENT)
        heard = sound.from_codec(data, title)
    return data, replace(finished, peak=loudness.true_peak(heard), lufs=loudness.loudness(heard))


def at_level(sound: Sound, factor: float) -> Sound:
    """The sound at another level."""
    import numpy as np

    return replace(sound, samples=sound.samples * np.float32(factor))


def _remarks(finished: Finished, how: How, font: Font | None, turned: float) -> list[str]:
    said = []
    if not finished.reached:
        said.append(f"this music reaches {finished.lufs:.1f} LUFS, not {how.lufs:g}: more would have crushed its peaks")
    if font is not None:
        licence = f" ({font.licence})" if font.licence else ""
        said.append(f"played with {font.path.name}{licence}" + (f": {font.warning}" if font.warning else ""))
    if turned:
        said.append(f"the stems are {-turned:.1f} dB lower than in the mix, so that none clips")
    return said


@dataclass(frozen=True)
class _Keeper:
    """Seals and keeps the files of one render."""

    studio: Studio
    opened: Opened
    how: How
    font: Font | None
    out: Path
    unsigned: bool

    def keep(self, finished: Finished, data: bytes) -> Asset:
        """The mix, in the folder and in the library."""
        from ..media.sound import MIMES
        from ..trust.seal import Sealed
        from ..trust.seal import unsigned as no_credential

        work = self._work(finished.sound, self._note(), {"lufs": round(finished.lufs, 2)})
        if self.unsigned:
            sealed = Sealed(data, None, no_credential())
        else:
            sealed = self._seal(work, data, MIMES[self.how.kind])
        return self.studio.library.keep(
            work,
            sealed,
            self.out,
            suffix=f".{self.how.kind}",
            stem=self._stem(),
            parents=[self.base],
            originality=self.opened.story.get("originality"),
            card=self._card,
        )

    def keep_stems(self, played: Played, gain: float, asset: Asset) -> tuple[tuple[StemFile, ...], float]:
        """Every part as a file of 24 bits in NAME-stems/, signed like the mix; and by how many dB all were lowered."""
        import numpy as np

        from ..media import sound

        raised = 10 ** (gain / 20)
        highest = max(float(np.abs(one.samples).max()) for one in played.stems) * raised
        factor = min(1.0, 0.999 / highest) if highest else 1.0
        kind = "flac" if self.how.kind == "flac" else "wav"
        folder = files.ready(asset.path.with_name(f"{asset.path.stem}-stems"))
        made = []
        for number, one in enumerate(played.stems, 1):
            level = at_level(one, raised * factor)
            data = sound.to_bytes(level, kind, bits=STEM_BITS, title=one.title, comment=COMMENT)
            told: Mapping[str, Any] = {"signer": "", "where": "none", "summary": "unsigned, as asked"}
            sidecar = None
            if not self.unsigned:
                sealed = self._seal(self._work(one, f"{one.title} alone", {"stem": one.title}), data, sound.MIMES[kind])
                data, sidecar, own = sealed.data, sealed.sidecar, sealed.credential
                told = {"signer": own.signer, "where": own.where, "summary": own.summary}
            with files.told(folder, "the folder"):
                stem = f"{number:02d}-{files.slug(one.title)}"
                path, _ = files.put(data, sidecar, folder, stem, f".{kind}")
            made.append(StemFile(path, one.title, told))
        return tuple(made), 20 * float(np.log10(factor)) if factor < 1 else 0.0

    @property
    def base(self) -> str:
        return sha256_file(self.opened.path)

    @property
    def _card(self) -> Mapping[str, Any]:
        """Of the model that wrote the score, if one did: its credits go on."""
        return self.opened.story.get("model") or {}

    def _seal(self, work: Work[Any], data: bytes, mime: str) -> Any:
        originality = self.opened.story.get("originality")
        parent = again.parent_of(self.opened.path)
        return self.studio._seal(work, data, mime, originality, card=self._card, action="edited", parents=[parent])

    def _stem(self) -> str:
        name = files.slug(self.opened.path.stem)
        return f"{name}-loop" if self.how.loop and not name.endswith("loop") else name

    def _note(self) -> str:
        what = (
            f"loop of {_bars(self.how, self.opened.score)}" if self.how.loop else f"played as {self.how.kind.upper()}"
        )
        return f"{what} with {self.font.path.name}" if self.font is not None else what

    def _work(self, sound: Sound, note: str, more: Mapping[str, Any]) -> Work[Any]:
        story, how = self.opened.story, self.how
        asked = story.get("request") or {}
        request: Request[Any] = Request(
            "music",
            self.opened.title or self.opened.path.stem,
            {},
            int(asked.get("seed") or 0),
            1,
            base=self.base,
            licence=asked.get("licence"),
        )
        rendered = {
            "format": how.kind,
            "rate": how.rate,
            "samples": sound.length,
            "target": how.lufs,
            "room": how.room or "none",
            "seed": how.seed,
            "loop": how.loop,
            "bars": list(how.bars),
            "count_in": how.count_in,
            "click": how.click,
            "instruments": self.font.path.name if self.font is not None else "own",
            **more,
        }
        trace = {"render": rendered, "shapes": authorship.as_trace(self.opened.hands)}
        credits = tuple(Ingredient(**one) for one in story.get("ingredients") or ())
        if self.font is not None:
            credits += (_credit(self.font),)
        seed, checkpoint = int(story.get("seed") or 0), str(story.get("checkpoint") or "")
        return Work(sound, request, seed, checkpoint, "edited", note, credits, trace)


def _bars(how: How, score: Score) -> str:
    if how.bars:
        return f"bars {how.bars[0]} to {how.bars[-1]}"
    return f"{len(score.bars)} bar{'' if len(score.bars) == 1 else 's'}"


def _credit(font: Font) -> Ingredient:
    """The SoundFont among what the sound was made with. A copyleft licence is told in words, not judged here."""
    licence = "" if font.warning else font.licence
    digest = sha256_bytes(font.path.read_bytes())
    return Ingredient(font.path.name, "inputTo", "file", licence=licence, sha256=digest)


def bars_of(text: str | None) -> tuple[int, ...]:
    """ "5-12" -> (5, 12), "7" -> (7, 7), None -> (). Raises UsageError for anything else."""
    if text is None:
        return ()
    first, dash, last = text.partition("-")
    if not first.strip().isdigit() or (dash and not last.strip().isdigit()):
        raise UsageError(f"--bars {text!r} names no bars", mend="one number or two, e.g. 5-12")
    return int(first), int(last) if dash else int(first)


def stems_in_words(stems: Sequence[StemFile]) -> str:
    """ "4 stems in tune-stems: violin, viola ..." for people."""
    names = ", ".join(one.part for one in stems[:6]) + (" ..." if len(stems) > 6 else "")
    return f"{len(stems)} stem{'' if len(stems) == 1 else 's'}, {STEM_BITS} bit: {names}"
