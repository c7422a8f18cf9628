"""What the moves on scores share on the command line: their options, and how they tell what was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .common import FILE, emit, json_option, progress_line, shown, studio

if TYPE_CHECKING:
    from maquette.studio.scores import Kept

F = TypeVar("F", bound=Callable[..., Any])

ALSO = "musicxml,svg,pdf,wav"


def out_options(command: F) -> F:
    """`--out`, `--also`, `--unsigned`, `--json`: of every move that writes scores."""
    options = (
        click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one."),
        click.option("--also", metavar=ALSO, default="", help="Write these beside the MIDI file as well."),
        click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so."),
        json_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def take_options(count: int) -> Callable[[F], F]:
    """`--count`, `--seed`, `--checkpoint`: of every move that may be made in several ways."""

    def add(command: F) -> F:
        options = (
            click.option("--count", type=click.IntRange(1, 64), default=count, show_default=True, help="How many."),
            click.option(
                "--seed",
                type=click.IntRange(min=0),
                default=0,
                show_default=True,
                help="The same seed, the same takes.",
            ),
            click.option("--checkpoint", metavar="NAME|PATH", help="The model. Default: the craft's starter."),
        )
        for option in reversed(options):
            command = option(command)
        return command

    return add


def tell_kept(kept: Iterable[Kept], as_json: bool) -> int:
    """Print what was kept, a line or an object each; 0, the exit code of a command that went well."""
    from maquette.studio.scores import told

    for one in kept:
        if as_json:
            emit(one.as_dict())
            continue
        hands = told(one.hands, len(one.take.score.parts))
        click.echo(f"{shown(one.asset.path)}  {one.take.note or one.asset.note} ({hands})")
        for file in one.files:
            click.echo(f"{shown(file.path)}  {file.credential['summary']}")
    return 0


def soft_options(command: F) -> F:
    """`--genre`, `--temperature`: what leads the net without binding it."""
    options = (
        click.option("--genre", metavar="NAME", help="Lead the model towards a genre, e.g. mazurka."),
        click.option(
            "--temperature", type=click.FloatRange(0.05, 2), default=1.0, show_default=True, help="Above 1: bolder."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def run_move(name: str, file: Path, as_json: bool, **asked: Any) -> int:
    """Make a move on the piece in FILE and tell what was kept; `asked`: see `studio.score_moves.move`."""
    with progress_line(name) as on_progress:
        kept = studio().move(file, name, on_progress=on_progress, **asked)
    return tell_kept(kept, as_json)
