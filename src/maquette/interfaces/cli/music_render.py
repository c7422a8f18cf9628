"""`maquette music render`: a score as finished sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import FILE, emit, json_option, note, progress_line, shown, studio

if TYPE_CHECKING:
    from maquette.studio.renders import Rendered

ROOMS = ("hall", "room", "studio", "church", "none")


@click.command("render")
@click.argument("file", type=FILE)
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@click.option("--format", "kind", type=click.Choice(["wav", "flac", "mp3"]), default="wav", show_default=True)
@click.option("--bits", type=click.Choice(["16", "24"]), default="16", show_default=True, help="Of WAV and FLAC.")
@click.option("--rate", type=click.Choice(["44100", "48000"]), default="44100", show_default=True, help="Hz.")
@click.option(
    "--loudness",
    type=click.FloatRange(-40, -8),
    default=-14.0,
    show_default=True,
    help="LUFS: -14 for streaming, -16 for phones and podcasts, -23 for broadcast.",
)
@click.option(
    "--stems", is_flag=True, help="Every part alone as well, 24 bit: their sum is the mix before the limiter."
)
@click.option(
    "--loop", is_flag=True, help="Whole bars, exact to the sample; what rings on goes round to the beginning."
)
@click.option("--bars", metavar="5-12", help="These bars and no others.")
@click.option("--count-in", type=click.IntRange(0, 8), default=0, help="Bars of a metronome before it.")
@click.option("--click", "clicks", is_flag=True, help="A metronome on every beat.")
@click.option("--room", type=click.Choice(ROOMS), default="hall", show_default=True, help="Where it is played.")
@click.option("--soundfont", metavar="FILE|auto", default="", help="Play with this SoundFont (.sf2, .sf3).")
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Of the small differences between like notes.")
@click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so.")
@json_option
def render(
    file: Path,
    out: Path,
    kind: str,
    bits: str,
    rate: str,
    loudness: float,
    stems: bool,
    loop: bool,
    bars: str | None,
    count_in: int,
    clicks: bool,
    room: str,
    soundfont: str,
    seed: int,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Play a score, FILE (.mid, .abc, .musicxml, .mxl), to a finished sound file; true peaks stay below -1 dB.

    The instruments are Maquette's own and need nothing. A SoundFont (recorded instruments) sounds more real: `auto`
    takes one that is installed. Mind its licence: FluidR3 and MuseScore General are MIT; TimGM6mb is GPL, for listening
    only; of others ask before you publish.

    \b
    Example: maquette music render tune.mid --format flac --loudness -16 --stems
             maquette music render beat.mid --bars 5-8 --loop --bits 24
    """
    from maquette.studio.renders import How, bars_of
    from maquette.studio.renders import render as rendered

    how = How(
        kind,
        int(bits),
        loudness,
        stems,
        loop,
        bars_of(bars),
        soundfont,
        int(rate),
        "" if room == "none" else room,
        seed,
        count_in,
        clicks,
    )
    with progress_line("playing") as on_progress:
        made = rendered(studio(), file, how, out=out, unsigned=unsigned, on_progress=on_progress)
    _tell(made, as_json)
    return 0


def _tell(made: Rendered, as_json: bool) -> None:
    from maquette.studio.renders import stems_in_words

    for remark in made.remarks:
        note(f"note: {remark}")
    if as_json:
        emit(made.as_dict())
        return
    facts = f"{made.seconds:.1f} s, {made.lufs:.1f} LUFS, true peak {made.peak:.1f} dB"
    if made.how.loop:
        facts += f", loops after {made.samples:,} samples"
    click.echo(f"{shown(made.asset.path)}  {facts}")
    if made.stems:
        click.echo(f"{shown(made.stems[0].path.parent)}  {stems_in_words(made.stems)}")
