"""Effects on a director's own footage: `maquette film frame`, `stylise`, `interpolate`, `consent`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from maquette.core.errors import UsageError

from .common import FILE, emit, json_option, note, progress_line, shown, studio

if TYPE_CHECKING:
    from maquette.studio.footage import KeptClip, OpenedClip

F = TypeVar("F", bound=Callable[..., Any])
_CODECS = {"vp9": ".webm", "av1": ".webm", "h264": ".mp4"}


def clip_options(command: F) -> F:
    """`--consent --nobody --codec --out --unsigned --json`: of every effect that makes a clip of a clip."""
    options = [
        click.option(
            "--consent", type=FILE, multiple=True, help="Record in which the people seen agree (film consent)."
        ),
        click.option("--nobody", is_flag=True, help="No real person can be recognised in the clip."),
        click.option(
            "--codec", type=click.Choice(list(_CODECS)), default="vp9", show_default=True, help="Of the result."
        ),
        click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one."),
        click.option("--unsigned", is_flag=True, help="Do not sign; the library says so."),
        json_option,
    ]
    for option in reversed(options):
        command = option(command)
    return command


def opened(clip: Path, consent: tuple[Path, ...], nobody: bool) -> OpenedClip:
    """The clip with the consents that are named."""
    from maquette.data import likeness
    from maquette.studio.footage import open_clip

    return open_clip(studio(), clip, consents=[likeness.read(one) for one in consent], nobody=nobody)


def told(kept: KeptClip, as_json: bool) -> int:
    """Print a clip that was kept."""
    if as_json:
        emit(kept.as_dict())
        return 0
    size = f"{kept.size[0]} x {kept.size[1]}, {kept.frames} frames, {float(kept.fps):.6g} a second"
    click.echo(f"{shown(kept.asset.path)}  {size}, {kept.asset.credential['summary']}")
    for line in kept.said:
        note(f"note: {line}")
    return 0


def _of_film(clip: Path, shot: str) -> bool:
    """Whether a film of one's own is meant; a folder wants a shot, and a clip has none."""
    if clip.is_dir() and not shot:
        raise UsageError("of a film one shot is taken", where=str(clip), mend="give --shot 1A")
    if shot and not clip.is_dir():
        raise UsageError("--shot is for the folder of a film", where=str(clip), mend="leave it out for a clip")
    return bool(shot)


@click.command("frame")
@click.argument("clip", type=FILE)
@click.option("--at", "second", type=click.FloatRange(min=0), default=0.0, show_default=True, help="Its second.")
@click.option("--shot", default="", help="Of a film of yours (its folder): the shot.")
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@json_option
def frame(clip: Path, second: float, shot: str, out: Path, as_json: bool) -> int:
    """Take one frame out of CLIP as a PNG to paint over; its name says which one it is.

    \b
    Example: maquette film frame street.mp4 --at 2.5
             maquette film frame my-film --shot 1A
    """
    from maquette.studio import drawn_clips, footage

    if _of_film(clip, shot):
        path = drawn_clips.frame(studio(), clip, shot, second, out)
    else:
        path = footage.frame(studio(), clip, second, out)
    emit({"path": str(path)}) if as_json else click.echo(shown(path))
    return 0


@click.command("stylise")
@click.argument("clip", type=FILE)
@click.option(
    "--key",
    "keys",
    multiple=True,
    required=True,
    metavar="PAINTED.png[@SECOND]",
    help="A frame of the clip painted over; several for longer clips. Frames from `film frame` know their place.",
)
@click.option("--by", default="", metavar="NAME", help="A video model of another package (film hooks), asked first.")
@click.option("--words", default="", help="What such a model is told.")
@click.option("--shot", default="", help="Of a film of yours (its folder): the shot; then the flow is exact.")
@clip_options
def stylise(
    clip: Path,
    keys: tuple[str, ...],
    shot: str,
    by: str,
    words: str,
    consent: tuple[Path, ...],
    nobody: bool,
    codec: str,
    out: Path,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Give CLIP the look of painted frames of it: the paint follows what it was put on, and does not flicker.

    \b
    Example: maquette film frame street.mp4 --at 0
             (paint over street-f0000.png, by hand or by maquette picture paint)
             maquette film stylise street.mp4 --key street-f0000.png --nobody
             maquette film stylise my-film --shot 1A --key my-film-1a-f0000.png
    """
    from maquette.studio import drawn_clips, footage

    if _of_film(clip, shot):
        with progress_line("stylise") as on_progress:
            drawn = drawn_clips.stylise(
                studio(),
                clip,
                shot,
                keys,
                out=out,
                suffix=_CODECS[codec],
                codec=codec,
                unsigned=unsigned,
                on_progress=on_progress,
            )
        return told(drawn, as_json)
    source = opened(clip, consent, nobody)
    with progress_line("stylise") as on_progress:
        kept = footage.stylise(
            studio(),
            source,
            keys,
            by=by,
            words=words,
            out=out,
            suffix=_CODECS[codec],
            codec=codec,
            unsigned=unsigned,
            on_progress=on_progress,
        )
    return told(kept, as_json)


@click.command("interpolate")
@click.argument("clip", type=FILE)
@click.option("--times", type=click.IntRange(2, 8), default=2, show_default=True, help="How many times the frames.")
@click.option("--slow", is_flag=True, help="Slow motion: at the old rate, that much longer, without sound.")
@clip_options
def interpolate(
    clip: Path,
    times: int,
    slow: bool,
    consent: tuple[Path, ...],
    nobody: bool,
    codec: str,
    out: Path,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Make frames between the frames of CLIP, by where everything moves: smoother, or slow motion. Cuts stay cuts.

    Example: maquette film interpolate street.mp4 --times 2 --nobody
    """
    from maquette.studio import footage

    source = opened(clip, consent, nobody)
    with progress_line("interpolate") as on_progress:
        kept = footage.interpolate(studio(), source, times, slow=slow, out=out, suffix=_CODECS[codec], codec=codec,
                                   unsigned=unsigned, on_progress=on_progress)  # fmt: skip
    return told(kept, as_json)


@click.command("consent")
@click.option("--person", required=True, help="Whose face or voice it is.")
@click.option("--for", "what", default="face", show_default=True, metavar="face,voice", help="What may be worked on.")
@click.option("--use", default="", help="For which work.")
@click.option("--by", default="", help="Who agrees, if not the person: who may speak for them.")
@click.option("--until", default="", metavar="2027-03-01", help="The last day.")
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@json_option
def consent(person: str, what: str, use: str, by: str, until: str, out: Path, as_json: bool) -> int:
    """Write down that a real person agrees to their face or voice being worked on. Without it nothing is made of them.

    Example: maquette film consent --person "Anna Kowalska" --for face --use "the short film Tram 28"
    """
    from maquette.data import likeness
    from maquette.studio import files

    record = likeness.new(person, [one.strip() for one in what.split(",") if one.strip()], use=use, by=by, until=until)
    folder = files.ready(out.expanduser())
    with files.told(folder, "the folder"):
        path, _ = files.put(likeness.write(record), None, folder, files.slug(f"consent {person}"), ".json")
    if as_json:
        emit({"path": str(path), **record.as_data()})
        return 0
    click.echo(shown(path))
    click.echo(record.statement)
    note("note: it counts when the person has read and agreed to it; keep their signature with it")
    return 0
