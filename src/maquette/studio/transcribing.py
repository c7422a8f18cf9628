"""A recorded line kept as a score: a signed work whose parent is the recording."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import CredentialError, MediaError, UsageError
from ..makers.music_takes import Take as Kind
from ..media.score import Score
from .scores import Kept, Opened, keep_move

if TYPE_CHECKING:
    from ..media.pitch_track_beat import Beats
    from ..media.pitch_track_notes import Take
    from ..media.score import Key
    from .studio import Studio

UNSURE = 0.5  # below it a guess is called one


@dataclass(frozen=True)
class Transcribed:
    """What was heard, where the beats were found, and the score that was kept of it. `remarks`: a line each."""

    kept: Kept
    take: Take
    beats: Beats
    remarks: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """One JSON object: of every note what was heard, beside what was written."""
        heard = [
            {
                "start": round(note.start, 3),
                "end": round(note.end, 3),
                "pitch": round(note.pitch, 2),
                "written": pitch,
                "sure": round(note.sure, 2),
            }
            for note, pitch in zip(self.take.notes, self.take.pitches, strict=True)
        ]
        told = {
            "bpm": round(self.beats.bpm, 2),
            "bpm_sure": round(self.beats.sure, 2),
            "metre": "/".join(map(str, self.beats.metre)),
            "metre_sure": round(self.beats.metre_sure, 2),
            "tuning_cents": round(self.take.tuning, 1),
            "heard": heard,
            "remarks": list(self.remarks),
        }
        return {**self.kept.as_dict(), **told}


def transcribe(
    studio: Studio,
    recording: str | Path,
    *,
    bpm: float | None = None,
    metre: tuple[int, int] | None = None,
    key: Key | None = None,
    grid: str = "",
    begin: float = 0.0,
    end: float | None = None,
    out: str | Path = ".",
    also: tuple[str, ...] = (),
    unsigned: bool = False,
) -> Transcribed:
    """Hear the line in a recording (seconds `begin` to `end` of it) and keep it as a score.

    bpm in quarters a minute; without it and without `metre` they are estimated, and how sure that is is told. `grid`
    (see `pitch_track_beat.GRIDS`) quantises; without it every note keeps its own time. The recording is the score's
    parent, and every bar counts as made by a person. Raises MediaError, UsageError, MissingExtra, LibraryError.
    """
    from ..media.pitch_track_beat import find_beats, to_score
    from ..media.pitch_track_notes import hear

    path = Path(recording)
    samples, rate, said = read_part(path, begin, end)
    recorded = _opened(studio, path)
    take = hear(samples, rate, str(path))
    beats = find_beats(take.notes, bpm=bpm, metre=metre, grid=grid)
    score = to_score(take, beats, grid=grid, key=key, title=path.stem)
    count = len(take.notes)
    note = f"{count} note{'' if count == 1 else 's'} heard in {path.name}"
    asked = {"bpm": bpm, "metre": "/".join(map(str, metre)) if metre else None, "grid": grid or None}
    asked |= {"from": begin or None, "to": end}
    (kept,) = keep_move(
        studio,
        None,
        [Kind(score, "rule", note, adjusts=True)],
        move="transcribe",
        words=path.stem,
        asked={name: value for name, value in asked.items() if value is not None},
        others=[recorded],
        out=out,
        also=also,
        unsigned=unsigned,
    )
    return Transcribed(kept, take, beats, (*said, *take.said, *_remarks(take, beats)))


def _opened(studio: Studio, path: Path) -> Opened:
    """The recording as something that a score is made of. Raises CredentialError if it was changed after signing."""
    verdict = studio.verdict(path)
    if verdict.state == "invalid":
        raise CredentialError(
            f"the credential of this recording does not hold: {verdict.summary}",
            where=str(path),
            mend="name the untouched file",
        )
    return Opened(path, Score(), verdict, ())


def read_part(path: Path, begin: float, end: float | None) -> tuple[Any, int, tuple[str, ...]]:
    """Samples (n, channels) of seconds `begin` to `end`, their rate, and what the reader has to tell.

    How long a WAV file is stands at its head, so a recording of hours is refused, or cut, before it is unpacked.
    """
    from ..media import sound
    from ..media.pitch_track_notes import check_length

    if begin < 0 or (end is not None and end <= begin):
        raise UsageError(f"seconds {begin:g} to {end:g} are no part of a recording", mend="--from before --to")
    if end is None and path.is_file() and (seconds := _seconds_at_least(path)):
        check_length(seconds - begin, str(path))
    heard = sound.read(path)
    if begin >= heard.duration:
        raise MediaError(
            f"this recording ends after {heard.duration:.1f} s; there is nothing from {begin:g} s on", where=str(path)
        )
    last = None if end is None else int(end * heard.rate)
    return heard.samples[int(begin * heard.rate) : last], heard.rate, heard.said


def _seconds_at_least(path: Path) -> float:
    """How long a WAV file is by its size and its head; 0 where that cannot be told without unpacking."""
    with path.open("rb") as file:
        head = file.read(4096)
    at = head.find(b"fmt ")
    if head[:4] != b"RIFF" or at < 0 or len(head) < at + 20:
        return 0.0
    per_second = int.from_bytes(head[at + 16 : at + 20], "little")
    return path.stat().st_size / per_second if per_second else 0.0


def _remarks(take: Take, beats: Beats) -> list[str]:
    """What a musician should know of the guesses."""
    said = []
    if abs(take.tuning) >= 8:
        said.append(f"the take lies {abs(take.tuning):.0f} cents {'above' if take.tuning > 0 else 'below'} A = 440 Hz")
    if beats.sure < 1:
        how = "a guess" if beats.sure < UNSURE else "likely"
        half = f"{beats.bpm / 2:.0f} or {beats.bpm * 2:.0f}"
        said.append(f"tempo {beats.bpm:.0f} is {how} ({beats.sure:.0%}); if you count {half}, say --bpm")
    if beats.metre_sure < UNSURE:
        metre = "/".join(map(str, beats.metre))
        said.append(f"where the bars of {metre} begin is a guess ({beats.metre_sure:.0%}); --metre helps")
    return said
