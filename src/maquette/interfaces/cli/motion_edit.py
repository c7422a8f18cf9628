"""`maquette motion edit`, `between`, `loop`, `export`: moves on motions, each a signed child of its file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from .common import FILE, emit, json_option, shown, studio
from .motion_make import ALSO, tell

F = TypeVar("F", bound=Callable[..., Any])


def out_options(command: F) -> F:
    """`--out`, `--also`, `--unsigned`, `--json`: of every move that writes motions."""
    options = (
        click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one."),
        click.option("--also", metavar=ALSO, default="", help="Write these beside the BVH file as well."),
        click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so."),
        json_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("edit")
@click.argument("file", type=FILE)
@click.option("--words", default="", metavar="TEXT", help="What the rest does. Default: what the motion was made of.")
@click.option("--keep", default="", metavar="0-30,2s-3s", help="Frames that stay exactly as they are.")
@click.option("--keys", default="", metavar="0,45,89", help="Key poses that stay; what is between is made again.")
@click.option("--keep-part", "parts", multiple=True, metavar="PART", help="legs, arms, left arm, back, head, path ...")
@click.option("--path", default="", metavar='"x,z x,z"', help="Another way for it to go, in metres from above.")
@click.option(
    "--by", type=click.Choice(["auto", "graph", "net"]), default="auto", show_default=True, help="Who makes the rest."
)
@click.option("--checkpoint", metavar="NAME|PATH", help="The net. Default: the craft's starter.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Another number, another take.")
@out_options
def edit(file: Path, as_json: bool, checkpoint: str | None, **asked: Any) -> int:
    """Make part of the motion in FILE again; what you keep stays to the last digit.

    \b
    Example: maquette motion edit walk.bvh --keep 0-30 --keep-part legs --words "waves happily"
             maquette motion edit walk.bvh --path "0,0 2,2 4,0"
    """
    from maquette.studio.motions import Change
    from maquette.studio.motions import edit as made

    wishes = {name: asked.pop(name) for name in ("words", "keep", "keys", "parts", "path", "seed", "by")}
    return tell(made(studio(), file, Change(**wishes), checkpoint=checkpoint, **asked), as_json)


@click.command("between")
@click.argument("first", type=FILE)
@click.argument("second", type=FILE)
@click.option("--frames", type=int, default=20, show_default=True, help="How many frames in between, of 30 a second.")
@click.option("--count", type=click.IntRange(1, 12), default=1, show_default=True, help="How many ways.")
@out_options
def between(first: Path, second: Path, as_json: bool, frames: int, count: int, **kept: Any) -> int:
    """From the last pose of FIRST to the first pose of SECOND, as recorded people went from the one to the other.

    Example: maquette motion between sits.bvh stands.bvh --frames 24
    """
    from maquette.studio.motions import between as made

    for one in made(studio(), first, second, frames=frames, count=count, **kept):
        tell(one, as_json)
    return 0


@click.command("loop")
@click.argument("file", type=FILE)
@out_options
def loop(file: Path, as_json: bool, **kept: Any) -> int:
    """The stretch of FILE whose end is likest its beginning, closed so that it goes round and round.

    Example: maquette motion loop walk.bvh --also glb
    """
    from maquette.studio.motions import loop as made

    return tell(made(studio(), file, **kept), as_json)


@click.command("export")
@click.argument("file", type=FILE)
@click.option("--as", "kinds", metavar=ALSO, default="glb,webp", show_default=True, help="Which files.")
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so.")
@json_option
def export(file: Path, kinds: str, out: Path, unsigned: bool, as_json: bool) -> int:
    """Write the motion in FILE for other programs: a rigged body, Mixamo's names, a drawn preview, its key poses.

    Example: maquette motion export walk.bvh --as glb,mixamo,sheet
    """
    from maquette.studio import motion_exports
    from maquette.studio.motions import open_motion

    desk = studio()
    asked = motion_exports.kinds_of(kinds)
    opened = open_motion(desk, file)
    for line in opened.said:
        desk.say(line)
    for one in motion_exports.export(desk, opened.path, opened.motion, asked, out.expanduser(), unsigned=unsigned):
        if as_json:
            emit(one.as_dict())
        else:
            click.echo(f"{shown(one.path)}  {one.credential['summary']}")
    return 0
