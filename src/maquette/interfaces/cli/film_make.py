"""`maquette film make` and `film remake`: a script as a film, and shots of it made again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maquette.core.errors import UsageError
from maquette.core.registry import nearest

from .common import FILE, emit, json_option, note, progress_line, shown, studio
from .picture_shared import _usable

if TYPE_CHECKING:
    from maquette.studio.films import KeptFilm

SIZES = {"360p": (640, 360), "480p": (854, 480), "540p": (960, 540), "720p": (1280, 720), "1080p": (1920, 1080),
         "1440p": (2560, 1440), "2160p": (3840, 2160), "4k": (3840, 2160)}  # fmt: skip
KINDS = {"webm": ".webm", "mp4": ".mp4"}
CODECS = ("vp9", "av1", "h264")


@click.command("make")
@click.argument("script", type=FILE)
@click.option("-o", "--out", type=FILE, default=Path("."), callback=_usable, help="Folder of the film.")
@click.option(
    "--pass",
    "how",
    type=click.Choice(["moving", "panels"]),
    default="moving",
    show_default=True,
    help="People who move, or panels that hold their pose: seconds in place of minutes.",
)
@click.option("--style", type=click.Choice(["line", "ink", "tone"]), default="tone", show_default=True)
@click.option("--captions", is_flag=True, help="Burn captions into the picture; they are always files beside it.")
@click.option("--fps", default="24", show_default=True, metavar="RATE", help="23.976, 24, 25, 29.97, 30, 48 ...")
@click.option("--size", default="720p", show_default=True, metavar="WxH", help="360p to 4k, or pixels: 1280x536.")
@click.option("--as", "kind", type=click.Choice(list(KINDS)), default="webm", show_default=True, help="Kind of file.")
@click.option("--codec", type=click.Choice(CODECS), help="Default: vp9 for webm, h264 for mp4.")
@click.option("--ones", is_flag=True, help="A drawing for every frame, in place of every second.")
@click.option("--handles", type=click.IntRange(0, 120), default=12, show_default=True, help="Frames around each clip.")
@click.option("--scenes", metavar="IDS", help="Only these scenes: 3, or 2-5, or 1,4.")
@click.option("--grammar", type=FILE, metavar="FILE.toml", help="Your own rules for shots.")
@click.option("--recordings", type=FILE, metavar="FOLDER", help="Real voices: a file for each line, 1.04.wav.")
@click.option("--voices/--no-voices", default=True, help="Synthesised voices, where a synthesiser is installed.")
@click.option("--music/--no-music", default=True, help="Own music, to the cuts.")
@click.option("--players", metavar="NAMES", default="", help='Who plays: piano, "string quartet", "flute, cello" ...')
@click.option("--title/--no-title", default=True, help="A title card.")
@click.option("--credits", "roll", type=click.Choice(["short", "full", "none"]), default="short", show_default=True,
              help="full names everybody who taught a model, however long it takes.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The same seed, the same film.")
@click.option("--licence", metavar="SPDX", help="The licence you offer the film under, e.g. CC-BY-4.0.")
@click.option("--jobs", type=click.IntRange(0, 64), default=0, help="Processes that draw. Default: two.")
@click.option("--private", is_flag=True, help="Keep the title out of the credential.")
@click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so.")
@json_option
def make(script: Path, out: Path, jobs: int, private: bool, unsigned: bool, licence: str | None, grammar: Path | None,
         scenes: str | None, recordings: Path | None, as_json: bool, **asked: Any) -> int:  # fmt: skip
    """Make a film of SCRIPT (.fountain, .fdx): drawn shots with people who move and speak, sound, music and credits.

    Everything lies in one folder and stays editable: the plan (film.json), panels, clips with handles, stems, captions,
    the edit for other programs (OTIO, EDL, FCP7-XML) and the scenes in space (GLB).

    \b
    Example: maquette film page.fountain --out my-film
             maquette film page.fountain --out quick --pass panels --style ink --captions
    """
    from maquette.studio import films

    manner, wishes = manner_of(**asked)
    with progress_line("the film") as on_progress:
        kept = films.make_film(
            studio(),
            script,
            manner=manner,
            wishes=wishes,
            out=out,
            grammar=grammar,
            scenes=tuple(part.strip() for part in scenes.split(",") if part.strip()) if scenes else (),
            recordings=recordings,
            unsigned=unsigned,
            private=private,
            licence=licence,
            workers=jobs,
            on_progress=on_progress,
        )
    return told(kept, as_json)


def manner_of(
    *,
    how: str,
    style: str,
    captions: bool,
    fps: str,
    size: str,
    kind: str,
    codec: str | None,
    ones: bool,
    handles: int,
    voices: bool,
    music: bool,
    players: str,
    title: bool,
    roll: str,
    seed: int,
) -> tuple[Any, Any]:
    """How the film is drawn and coded, and what the director wishes, checked before the work."""
    from maquette.makers.film.maker import Wishes
    from maquette.makers.film.render import Manner
    from maquette.makers.music_instruments import read_parts
    from maquette.media import video_file

    wide, high = size_of(size)
    rate = video_file.rate_of(fps)
    suffix = KINDS[kind]
    chosen = codec or ("h264" if kind == "mp4" else "vp9")
    if suffix not in video_file.CODECS[chosen].sounds:
        raise UsageError(f"a {suffix} does not hold {chosen}", where="--codec", mend="choose vp9 or av1, or --as mp4")
    if players:
        read_parts(players)
    twos = 1 if ones or rate < 16 else max(2, round(float(rate) / 12))
    manner = Manner(wide, high, rate, style, twos, how == "panels", handles, chosen, suffix, captions)
    return manner, Wishes(voices, music, title, roll != "none", roll == "full", seed, players)


def size_of(text: str) -> tuple[int, int]:
    """(width, height) of "720p" or "1280x536", both even."""
    plain = text.strip().lower()
    if plain in SIZES:
        return SIZES[plain]
    match = re.fullmatch(r"(\d{2,4})\s*[x×]\s*(\d{2,4})", plain)
    if not match:
        raise UsageError(f"{text!r} is no size of a film", where="--size", mend=f"{', '.join(SIZES)}, or 1280x536")
    wide, high = int(match[1]), int(match[2])
    if wide < 160 or high < 90 or wide > 4096 or high > 4096:
        raise UsageError(f"{text} is no size of a film", where="--size", mend="160x90 to 4096x4096 pixels")
    return wide - wide % 2, high - high % 2


@click.command("remake")
@click.argument("folder", type=FILE, default=Path("."))
@click.option("--shot", metavar="ID", help="The shot to change: 3A.")
@click.option("--camera", metavar="WORDS", help='Size, angle, kind or move: "close-up", "low wide", "push in".')
@click.option("--lens", type=click.FloatRange(8, 600), help="Millimetres on a full frame.")
@click.option("--seconds", type=click.FloatRange(0.2, 600), help="How long it lasts.")
@click.option("--transition", type=click.Choice(["cut", "dissolve", "fade"]), help="How it comes in.")
@click.option("--on", "subject", metavar="NAMES", help="Whom it shows: Anna, or Anna,Ben.")
@click.option("--leave-out/--take-in", "left_out", default=None, help="Take the shot out of the film, or in again.")
@click.option("--as-planned", is_flag=True, help="Forget what was changed by hand in this shot.")
@click.option("--script", type=FILE, metavar="FILE", help="The script, changed: what was made by hand stays.")
@click.option("--grammar", type=FILE, metavar="FILE.toml", help="Other rules for shots.")
@click.option("--pass", "how", type=click.Choice(["moving", "panels"]), help="All shots in the other pass.")
@click.option("--style", type=click.Choice(["line", "ink", "tone"]), help="All shots in another style.")
@click.option("--jobs", type=click.IntRange(0, 64), default=0, help="Processes that draw. Default: two.")
@click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so.")
@json_option
def remake(folder: Path, shot: str | None, script: Path | None, grammar: Path | None, how: str | None,
           style: str | None, jobs: int, unsigned: bool, as_json: bool, **asked: Any) -> int:  # fmt: skip
    """Make the film in FOLDER again: with one shot changed, or after you changed its film.json or took back an edit.

    Shots whose picture stays keep their clips, byte for byte.

    \b
    Example: maquette film remake my-film --shot 1C --camera "low close-up"
             maquette film remake my-film --shot 1F --seconds 2.5 --transition dissolve
             maquette film remake my-film --script page-2.fountain
    """
    import dataclasses

    from maquette.studio import films

    opened = films.open_film(folder)
    changes = changes_of(opened.film, shot, **asked)
    manner = opened.manner
    if how is not None:
        manner = dataclasses.replace(manner, still=how == "panels")
    if style is not None:
        manner = dataclasses.replace(manner, style=style)
    film = forgotten(opened.film, shot) if asked.get("as_planned") and shot else opened.film
    with progress_line("the film") as on_progress:
        kept = films.remake(
            studio(),
            folder,
            changes,
            film=film,
            script=script,
            grammar=grammar,
            manner=manner,
            unsigned=unsigned,
            workers=jobs,
            on_progress=on_progress,
        )
    return told(kept, as_json)


def changes_of(
    film: Any,
    shot: str | None,
    *,
    camera: str | None,
    lens: float | None,
    seconds: float | None,
    transition: str | None,
    subject: str | None,
    left_out: bool | None,
    as_planned: bool,
) -> dict[str, dict[str, Any]]:
    """What is wanted of the shot, as fields of it."""
    values: dict[str, Any] = camera_of(camera) if camera else {}
    plain = {"lens": lens, "seconds": seconds, "transition": transition, "left_out": left_out}
    values |= {key: value for key, value in plain.items() if value is not None}
    if subject:
        values["subjects"] = people_of(film, subject)
    if not shot:
        if values or as_planned:
            raise UsageError("nothing says which shot", where="maquette film remake", mend="name it: --shot 1C")
        return {}
    if values.get("kind") == "over-shoulder":
        values |= _over(film, shot, values.get("subjects"))
    if "seconds" in values:
        values["seconds"] = max(1, round(values["seconds"] * film.fps)) / film.fps
    return {shot: values} if values or as_planned else {shot: {}}


def camera_of(text: str) -> dict[str, str]:
    """The fields that words for a camera mean: "low close-up push in" -> angle, size, kind and move."""
    from maquette.media import film

    words = " ".join(text.lower().replace("_", " ").split())
    tables = (("size", film.SIZES), ("angle", film.ANGLES), ("move", film.MOVES), ("kind", film.KINDS))
    found: dict[str, str] = {}
    names = sorted({name for _, table in tables for name in table}, key=lambda name: -len(name))
    for name in names:
        pattern = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
        if not re.search(pattern, words):
            continue
        words = re.sub(pattern, " ", words, count=1)
        for field, table in tables:
            if name in table:
                found.setdefault(field, name)
    left = [word for word in words.split() if word not in ("shot", "angle", "camera", "a", "and", "lens")]
    if left:
        raise UsageError(f"{left[0]!r} says nothing about a camera", where="--camera", mend=nearest(left[0], names))
    if found.get("size") in ("close-up", "extreme close-up") and "kind" not in found:
        found["kind"] = "close-up"
    elif "size" in found and "kind" not in found and found["size"] != "insert":
        found["kind"] = "establishing" if found["size"] == "extreme wide" else "single"
    return found


def people_of(film: Any, text: str) -> list[str]:
    """Ids of the people (or things) of these names."""
    known = {one.name.casefold(): one.id for one in film.people} | {one.id: one.id for one in film.people}
    known |= {prop.id: prop.id for scene in film.scenes for prop in scene.props}
    out = []
    for name in (part.strip() for part in text.split(",")):
        if name.casefold() not in known:
            raise UsageError(f"nobody is called {name!r}", where="--on", mend=nearest(name.casefold(), list(known)))
        out.append(known[name.casefold()])
    return out


def _over(film: Any, shot: str, subjects: list[str] | None) -> dict[str, Any]:
    """Over whose shoulder: the other of the two who are there."""
    scene = next((one for one in film.scenes if any(each.id == shot for each in one.shots)), None)
    if scene is None:
        return {}
    now = next(each for each in scene.shots if each.id == shot)
    seen = subjects or [id for id in now.subjects if id in scene.people] or list(scene.people)
    other = next((id for id in (*now.subjects, *scene.people) if id != seen[0]), "")
    if not other:
        mend = "there is nobody else in this scene"
        raise UsageError("over whose shoulder?", where=f"--shot {shot}", mend=mend)
    return {"subjects": [seen[0]], "over": other}


def forgotten(film: Any, shot: str) -> Any:
    """The film without what a hand changed in a shot."""
    import dataclasses

    return dataclasses.replace(film, overrides={id: one for id, one in film.overrides.items() if id != shot})


def told(kept: KeptFilm, as_json: bool) -> int:
    """Print what was made, a few lines or an object; 0, the exit code of a command that went well."""
    if as_json:
        emit(kept.as_dict())
        return 0
    made = kept.made
    for line in kept.said:
        note(f"note: {line}")
    sound = f"{made.mixed.lufs:.1f} LUFS" if not made.mixed.silent else "silent"
    click.echo(f"{shown(kept.asset.path)}  {len(made.cuts)} shots, {made.seconds:.1f} s, {sound}")
    click.echo(f"  {kept.asset.credential['summary']}")
    if len(made.drawn) < len(made.cuts):
        drawn = ", ".join(made.drawn) if made.drawn else "none"
        click.echo(f"  drawn anew: {drawn}; the other clips are as they were")
    for kind, paths in kept.files.items():
        first = shown(paths[0]) if len(paths) == 1 else f"{shown(paths[0].parent)}: {len(paths)} files"
        click.echo(f"  {kind:<10} {first}")
    return 0
