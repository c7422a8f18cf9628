"""`maquette music transcribe`: a hummed, whistled, sung or played line becomes a score."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import FILE, emit, note, progress_line, studio
from .music_shared import out_options, tell_kept

if TYPE_CHECKING:
    from maquette.media.score import Key
    from maquette.studio.transcribing import Transcribed

GRIDS = ("1/4", "1/8", "1/8t", "1/16")


@click.command("transcribe")
@click.argument("recording", type=FILE)
@click.option("--bpm", type=click.FloatRange(20, 400), help="Quarters a minute. Default: estimated, and how surely.")
@click.option("--metre", metavar="3/4", help="Beats of a bar. Default: estimated: 4/4, 3/4 or 2/4.")
@click.option("--key", metavar="Am", help="How the notes are spelt. Default: found from the notes.")
@click.option("--quantise", "grid", type=click.Choice(GRIDS), help="Onto this grid. Default: each keeps its own time.")
@click.option("--from", "begin", type=click.FloatRange(min=0), default=0.0, help="Begin here (seconds).")
@click.option("--to", "end", type=click.FloatRange(min=0), help="End here (seconds).")
@out_options
def transcribe(
    recording: Path,
    bpm: float | None,
    metre: str | None,
    key: str | None,
    grid: str | None,
    begin: float,
    end: float | None,
    out: Path,
    also: str,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Write down the line that is hummed, whistled, sung or played in RECORDING (WAV, FLAC, OGG, MP3).

    One note at a time: chords and drums are not read. A room with little echo and one voice near the microphone are
    read best; a voice that swoops or a long hall costs notes. The score is signed as yours, with the recording as its
    parent, and every move goes on from it.

    \b
    Example: maquette music transcribe hum.wav --quantise 1/8 --also musicxml
             maquette music continue hum.mid --bars 4
    """
    from maquette.makers.music_words import read_metre
    from maquette.studio.transcribing import transcribe as heard

    with progress_line("listening"):
        made = heard(
            studio(),
            recording,
            bpm=bpm,
            metre=None if metre is None else read_metre(metre),
            key=_key(key),
            grid=grid or "",
            begin=begin,
            end=end,
            out=out,
            also=tuple(filter(None, also.split(","))),
            unsigned=unsigned,
        )
    return _tell(made, as_json)


def _key(text: str | None) -> Key | None:
    from maquette.makers.music_words import read_key
    from maquette.media.score import Key as Found

    return None if text is None else Found(0, *read_key(text))


def _tell(made: Transcribed, as_json: bool) -> int:
    for remark in made.remarks:
        note(f"note: {remark}")
    if as_json:
        emit(made.as_dict())
        return 0
    return tell_kept([made.kept], as_json)
