"""`maquette motion PROMPT`: words to a moving body; `maquette motion words`: how they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from . import crafts
from .common import FILE, emit, json_option, note, progress_line, shown, studio, verbose_option

ALSO = "glb,usd,webp,sheet,mixamo,webm,mp4"


@click.command("make", cls=crafts.Make, craft="motion", short_help="Make motions of a prompt (the default).")
@click.argument("prompt", required=False)
@click.option("--count", type=int, default=1, show_default=True, help="How many.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same motions.")
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@click.option("--also", metavar=ALSO, default="glb,webp", show_default=True, help='Write these beside; "" for none.')
@click.option("--checkpoint", metavar="NAME|PATH", help="The model. Default: the craft's starter.")
@click.option("--licence", metavar="SPDX", help="The licence you offer the works under, e.g. CC-BY-4.0.")
@click.option("--prompts", type=FILE, metavar="FILE.csv", help="A batch: columns prompt, count, seed and any control.")
@click.option(
    "--private",
    is_flag=True,
    envvar="MAQUETTE_PRIVATE",
    show_envvar=True,
    help="Keep the prompt out of the files; a salted hash takes its place.",
)
@click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so.")
@verbose_option
@json_option
@click.pass_context
def make(ctx: click.Context, /, **asked: Any) -> int:
    """Make a body that does what PROMPT says: BVH, a rigged GLB, and a drawn preview.

    Verbs, paces and feelings are read in English and Russian. The motion says whether recorded clips were put together
    or a net made it, and whose clips are in it.

    \b
    Example: maquette motion "a tired man walks and sits down" --seconds 6 --path "0,0 0,2 1,3" --out moves
    """
    from maquette.media.table import open_media
    from maquette.studio.motion_exports import export, kinds_of

    kinds = kinds_of(asked.pop("also"))
    out, unsigned, private = (asked.pop(name) for name in ("out", "unsigned", "private"))
    told = crafts._Told(asked.pop("as_json"), asked.pop("verbose"))
    desk = studio()
    prompt, prompts = asked.pop("prompt"), asked.pop("prompts")
    for request in list(crafts._requests(desk, "motion", prompt, prompts, ctx, asked)):
        with progress_line(request.prompt) as on_progress:
            for asset in desk.make(request, on_progress, out=out, unsigned=unsigned, private=private):
                motion = open_media(asset.path)
                files = export(desk, asset.path, motion, kinds, out.expanduser(), unsigned=unsigned)
                told.asset(asset, files)
                if not told.as_json:
                    note(f"  {motion.seconds:.2f} s, {motion.frames} frames, {asset.note}")
    return 0


@click.command("words")
@click.argument("prompt")
@click.option("--count", type=click.IntRange(1, 50), default=5, show_default=True, help="How many clips are named.")
@json_option
def words(prompt: str, count: int, as_json: bool) -> int:
    """Say how PROMPT is read as deeds, and which recorded clips fit it best.

    Example: maquette motion words "she storms out, then sits down"
    """
    from maquette.makers import motion_words
    from maquette.makers.motion import graph_of

    reading = motion_words.read(prompt)
    rows = []
    for deed in reading.deeds:
        found = graph_of().find(prompt, deed, count)
        rows.append(
            {
                "words": deed.words,
                "kind": deed.kind,
                "name": deed.name,
                "speed": round(deed.speed, 2),
                "feeling": deed.mood,
                "clips": [{"id": one.clip.id, "score": round(one.score, 2), "title": one.clip.title} for one in found],
            }
        )
    if as_json:
        emit({"deeds": rows, "unknown": list(reading.unknown)})
        return 0
    for row in rows:
        pace = f", {row['speed']} m/s" if row["speed"] else ""
        click.echo(f"{row['words'] or prompt}: {row['kind']} {row['name']}{pace} {row['feeling']}".rstrip())
        for one in row["clips"]:  # type: ignore[attr-defined]
            click.echo(f"  {one['score']:5.2f}  {one['id']}  {one['title']}")
    for part in reading.unknown:
        note(f'note: "{part}" is no motion that is known')
    return 0


def tell(kept: Any, as_json: bool) -> int:
    """Print a motion that was kept: its file, its note, the files beside it."""
    for line in kept.said:
        note(f"note: {line}")
    if as_json:
        emit(kept.as_dict())
        return 0
    click.echo(f"{shown(kept.asset.path)}  {kept.asset.credential['summary']}")
    note(f"  {kept.motion.seconds:.2f} s, {kept.motion.frames} frames, {kept.asset.note}")
    for file in kept.files:
        click.echo(f"{shown(file.path)}  {file.credential['summary']}")
    return 0
