"""`maquette film voice` and `maquette film lips`: spoken lines, and mouths for voices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import FILE, emit, json_option, note, shown, studio

if TYPE_CHECKING:
    from maquette.studio.speaking import Voiced

_LANGUAGE = click.option(
    "--language", default="en", show_default=True, metavar="en|ru|fr|es|...", help="What is spoken."
)
_OUT = click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
_FPS = click.option(
    "--fps", type=click.FloatRange(10, 120), default=100.0, show_default=True, help="Grid of the mouths' times."
)
_UNSIGNED = click.option("--unsigned", is_flag=True, help="Do not sign; the library says so.")


@click.command("voice")
@click.argument("text")
@_LANGUAGE
@click.option(
    "--voice", "who", default="", metavar="+f3", help='A variant of the synthesiser\'s: "+f3", "+m7", "ru+f2".'
)
@click.option("--pitch", type=click.FloatRange(0.3, 3), default=1.0, show_default=True, help="1.2 is higher.")
@click.option("--rate", type=click.FloatRange(0.3, 3), default=1.0, show_default=True, help="1.2 is faster.")
@click.option("--emotion", default="neutral", show_default=True, help="neutral, happy, sad, angry, afraid, tired ...")
@click.option(
    "--mouths", type=click.Choice(["tsv", "json"]), default=None, help="The mouths as well, beside the sound."
)
@_FPS
@_OUT
@_UNSIGNED
@json_option
def voice(
    text: str,
    language: str,
    who: str,
    pitch: float,
    rate: float,
    emotion: str,
    mouths: str | None,
    fps: float,
    out: Path,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Speak TEXT with a synthesised voice (eSpeak NG, where it is installed) and keep it as WAV.

    Example: maquette film voice "Where have you been all night?" --voice +f3 --emotion angry --mouths json
    """
    from maquette.makers.film.speech import Utterance
    from maquette.studio.speaking import voice as spoken

    line = Utterance(text, language, who, pitch, rate, emotion)
    _tell(spoken(studio(), line, out=out, mouths=mouths or "", fps=fps, unsigned=unsigned), as_json)
    return 0


@click.command("lips")
@click.argument("recording", type=FILE)
@click.option("--text", default="", help="What is said in it. Without it the sounds are guessed.")
@click.option("--text-file", type=FILE, default=None, help="The same from a file.")
@_LANGUAGE
@click.option(
    "--format", "kind", type=click.Choice(["tsv", "json"]), default="tsv", show_default=True, help="As Rhubarb."
)
@click.option("--consent", type=FILE, multiple=True, help="Record in which the speaker agrees (maquette film consent).")
@click.option("--nobody", is_flag=True, help="No real person can be recognised by this voice.")
@_FPS
@_OUT
@_UNSIGNED
@json_option
def lips(
    recording: Path,
    text: str,
    text_file: Path | None,
    language: str,
    kind: str,
    consent: tuple[Path, ...],
    nobody: bool,
    fps: float,
    out: Path,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Mouths for RECORDING, a voice (.wav, .flac, .ogg, .mp3): nine shapes, as Rhubarb Lip Sync writes them.

    Any animation program that reads Rhubarb's files reads these. A real person's voice needs her consent.

    \b
    Example: maquette film lips anna.wav --text "Мы едем домой." --language ru --consent anna.consent.json
             maquette film lips robot.wav --nobody --format json
    """
    from maquette.data import likeness
    from maquette.studio.speaking import lips as drawn

    if text_file is not None:
        text = _read(text_file)
    made = drawn(
        studio(),
        recording,
        text,
        language,
        consents=[likeness.read(one) for one in consent],
        nobody=nobody,
        out=out,
        kind=kind,
        fps=fps,
        unsigned=unsigned,
    )
    _tell(made, as_json)
    return 0


def _read(path: Path) -> str:
    from maquette.core.errors import MediaError

    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MediaError("the text cannot be read", where=str(path), mend="give a text file in UTF-8") from error


def _tell(made: Voiced, as_json: bool) -> None:
    for remark in made.remarks:
        note(f"note: {remark}")
    if as_json:
        emit(made.as_dict())
        return
    if made.sound:
        click.echo(f"{shown(made.sound.path)}  {made.spoken.seconds:.2f} s, {made.spoken.voice}, {made.spoken.source}")
    if made.mouths:
        click.echo(f"{shown(made.mouths.path)}  {made.mouths.note}, {made.spoken.seconds:.2f} s, {made.spoken.source}")
