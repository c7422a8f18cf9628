"""What the moves on pictures share on the command line: their options, and how they tell what was kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

import click

from .common import FILE, emit, json_option, note, shown

if TYPE_CHECKING:
    from maquette.studio.pictures import KeptPicture

F = TypeVar("F", bound=Callable[..., Any])

KINDS = ("png", "jpg", "webp", "tiff", "avif", "ora")


def _suffix(ctx: click.Context, option: click.Parameter, value: str) -> str:
    return f".{value}"


def _usable(ctx: click.Context, option: click.Parameter, value: Path) -> Path:
    """The folder for results; one that cannot be written to is told before the work, not after it."""
    folder = value.expanduser().absolute()
    there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    if not (there.is_dir() and os.access(there, os.W_OK)):
        from maquette.studio import files

        files.ready(folder)
    return value


@overload
def move_options(command: F) -> F: ...
@overload
def move_options(*, seed: bool = False, kinds: bool = True) -> Callable[[F], F]: ...
def move_options(command: Any = None, *, seed: bool = False, kinds: bool = True) -> Any:
    """`--out --as --mark --private --unsigned --json`, and `--seed` where asked: of every move that writes pictures.

    The command gets out: Path, suffix: str (".png"), mark: bool | None, private, unsigned, as_json: bool, seed: int;
    all but the last two are arguments of `studio.pictures.keep_move` by the same names. `kinds=False` leaves out --as
    and --mark, for what is written as one kind of file only.
    """

    def add(command: F) -> F:
        options = [
            click.option(
                "-o",
                "--out",
                type=FILE,
                default=Path("."),
                callback=_usable,
                help="Folder. Default: the current one.",
            ),
            click.option("--private", is_flag=True, help="Keep titles and prompts out of the files."),
            click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so."),
            json_option,
        ]
        if kinds:
            form = click.option(
                "--as",
                "suffix",
                type=click.Choice(KINDS),
                default="png",
                callback=_suffix,
                show_default=True,
                help="The kind of file.",
            )
            mark = click.option("--mark/--no-mark", default=None, help="The invisible mark. Default: where it fits.")
            options[1:1] = [form, mark]
        if seed:
            dice = click.IntRange(min=0)
            told = "The same seed, the same picture."
            options.insert(0, click.option("--seed", type=dice, default=0, show_default=True, help=told))
        for option in reversed(options):
            command = option(command)
        return command

    return add if command is None else add(command)


def told(kept: KeptPicture | Iterable[KeptPicture], as_json: bool) -> int:
    """Print what was kept, a line or an object each; 0, the exit code of a command that went well."""
    from maquette.studio.pictures import KeptPicture

    for one in [kept] if isinstance(kept, KeptPicture) else kept:
        if as_json:
            emit(one.as_dict())
            continue
        size = f"{one.size[0]} x {one.size[1]}, " if one.size else ""
        click.echo(f"{shown(one.asset.path)}  {size}{one.asset.credential['summary']}")
        for file in one.files:
            click.echo(f"{shown(file.path)}  {file.credential['summary']}")
        for line in dict.fromkeys(one.said):
            note(f"note: {line}")
    return 0
