"""`maquette CRAFT ...`: one group per craft. The options come from the fields of the craft's controls."""

from __future__ import annotations

import csv
import dataclasses
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from maquette.core.errors import MaquetteError, UsageError
from maquette.core.registry import nearest

from .common import FILE, emit, json_option, note, progress_line, shown, studio, verbose_option

if TYPE_CHECKING:
    from maquette.core.types import Request
    from maquette.studio.lineage import Asset
    from maquette.studio.making import NearCopy
    from maquette.studio.score_exports import Written
    from maquette.studio.studio import Studio


class Craft(click.Group):
    """A craft's commands. `maquette icon "a rocket"` is short for `maquette icon make "a rocket"`.

    `moves`: name -> (module of this package, attribute, one line of help); a module is loaded when its move is used.
    """

    moves: ClassVar[Mapping[str, tuple[str, str, str]]] = {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.list_commands(ctx) and args[0] not in ("-h", "--help"):
            self._no_move(ctx, args)
            args = ["make", *args]
        return super().parse_args(ctx, args)

    def _no_move(self, ctx: click.Context, args: Sequence[str]) -> None:
        """Raise UsageError where the first word is meant as a move, or is the file that one is to be made on."""
        moves, where = self.list_commands(ctx), ctx.command_path
        if args[0].startswith("-"):
            return
        if len(args) > 1 and not args[1].startswith("-"):
            near, quoted = nearest(args[0], moves), f'put a prompt of several words in "quotes"; see `{where} --help`'
            mend = f"{near} Or {quoted}" if near.startswith("did") else quoted
            raise UsageError(f"there is no move called {args[0]!r}", where=where, mend=mend)
        if " " not in args[0] and Path(args[0]).suffix and Path(args[0]).is_file():
            mend = f"put a move before it: {', '.join(moves[1:6])} ...; see `{where} --help`"
            raise UsageError(f"{args[0]} is a file, and nothing says what to do with it", where=where, mend=mend)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands, *self.moves]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.moves:
            return super().get_command(ctx, cmd_name)
        module, attribute, _ = self.moves[cmd_name]
        command = getattr(import_module(f"maquette.interfaces.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = [(name, command.get_short_help_str(80)) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*own, *((name, line) for name, (_, _, line) in self.moves.items())])


class Make(click.Command):
    """`make`, whose controls are looked up when somebody makes or asks for help."""

    def __init__(self, craft: str, **settings: Any) -> None:
        super().__init__(**settings)
        self.craft = craft

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        own = super().get_params(ctx)
        return [*own[:-1], *options_of(self.craft), own[-1]]


def options_of(craft: str) -> list[click.Parameter]:
    """One option per field of the craft's controls: its type, default, choices and help are the field's."""
    from maquette.makers import table

    kind = table.controls(craft)
    hints = typing.get_type_hints(kind)
    return [option_of(field, hints[field.name]) for field in dataclasses.fields(kind)]


def option_of(field: dataclasses.Field[Any], hint: Any) -> click.Option:
    """The option of one control."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    choices = field.metadata.get("choices")
    if choices is None and typing.get_origin(hint) is typing.Literal:
        choices = typing.get_args(hint)
    name = field.name.replace("_", "-")
    default = None if field.default is dataclasses.MISSING else field.default
    settings: dict[str, Any] = {"default": default, "help": field.metadata.get("help", "")}
    if hint is bool:
        return click.Option([f"--{name}/--no-{name}"], show_default=default is not None, **settings)
    kind: Any = click.Choice([str(one) for one in choices]) if choices else hint
    return click.Option([f"--{name}"], type=kind, show_default=default is not None, **settings)


def make_command(craft: str, example: str, what: str, *, count: int = 12, also: str = "") -> click.Command:
    """The `make` of a craft. `count`: works by default; `also`: kinds of file that can be written beside a work."""

    def run(ctx: click.Context, /, **asked: Any) -> int:
        return _make(ctx, **asked)

    for option in reversed(_options(count, also)):
        run = option(run)
    return click.command(
        "make",
        cls=Make,
        craft=craft,
        help=f"Make {what} of PROMPT.\n\nExample: {example}",
        short_help=f"Make {what} of a prompt (the default).",
    )(click.pass_context(run))


def _options(count: int, also: str) -> list[Callable[[Any], Any]]:
    """What every craft's `make` has, in the order of its help."""
    beside = click.option("--also", metavar=also, default="", help="Write these beside each work as well.")
    return [
        click.argument("prompt", required=False),
        click.option("--count", type=int, default=count, show_default=True, help="How many."),
        click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same works."),
        click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one."),
        *([beside] if also else []),
        click.option("--checkpoint", metavar="NAME|PATH", help="The model. Default: the craft's starter."),
        click.option("--licence", metavar="SPDX", help="The licence you offer the works under, e.g. CC-BY-4.0."),
        click.option(
            "--prompts", type=FILE, metavar="FILE.csv", help="A batch: columns prompt, count, seed and any control."
        ),
        click.option(
            "--private",
            is_flag=True,
            envvar="MAQUETTE_PRIVATE",
            show_envvar=True,
            help="Keep the prompt out of the files; a salted hash takes its place.",
        ),
        click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so."),
        click.option("--allow-near-copy", is_flag=True, help="Keep near copies of others' works; this is recorded."),
        verbose_option,
        json_option,
    ]


def _make(
    ctx: click.Context,
    /,
    prompt: str | None,
    prompts: Path | None,
    out: Path,
    private: bool,
    unsigned: bool,
    allow_near_copy: bool,
    verbose: bool,
    as_json: bool,
    also: str = "",
    **asked: Any,
) -> int:
    command = ctx.command
    assert isinstance(command, Make)
    desk = studio()
    kinds = _kinds(also)
    requests = list(_requests(desk, command.craft, prompt, prompts, ctx, asked))
    told = _Told(as_json, verbose)
    for request in requests:
        with progress_line(request.prompt) as on_progress:
            works = desk.make(
                request,
                on_progress,
                out=out,
                unsigned=unsigned,
                private=private,
                allow_near_copy=allow_near_copy,
                on_near_copy=told.near_copy,
            )
            for asset in works:
                told.asset(asset, _beside(desk, asset, kinds, out, unsigned))
    return 0


def _kinds(also: str) -> Sequence[str]:
    """Kinds of file to write beside each work, checked before the first is made."""
    if not also:
        return ()
    from maquette.studio.score_exports import kinds_of

    return kinds_of(also)


def _beside(desk: Studio, asset: Asset, kinds: Sequence[str], out: Path, unsigned: bool) -> Sequence[Written]:
    if not kinds:
        return ()
    from maquette.media.table import open_media
    from maquette.studio.score_exports import export

    return export(desk, asset.path, open_media(asset.path), kinds, out.expanduser(), unsigned=unsigned)


class _Told:
    """Prints works as they come: a line for people, or an object for programs."""

    def __init__(self, as_json: bool, verbose: bool) -> None:
        self.as_json, self.verbose = as_json, verbose
        self.read: set[str] = set()

    def asset(self, asset: Any, beside: Sequence[Written] = ()) -> None:
        self._reading(asset.reading or {})
        if self.as_json:
            more = {"files": [one.as_dict() for one in beside]} if beside else {}
            emit({**asset.as_dict(), **more})
        else:
            click.echo(f"{shown(asset.path)}  {asset.credential['summary']}")
            for file in beside:
                click.echo(f"{shown(file.path)}  {file.credential['summary']}")
            if self.verbose:
                note(f"  {asset.how} · seed {asset.seed} · {_finding(asset.originality)}")

    def _reading(self, reading: Mapping[str, Any]) -> None:
        """Name the words that were not known, once, with what was used instead."""
        lines = [f"{word!r} is read as {instead!r}" for word, instead in reading.get("replaced") or ()]
        lines += [f"{word!r} is not known and was left out" for word in reading.get("unknown") or ()]
        lines += reading.get("said") or ()
        for line in lines:
            if line not in self.read:
                self.read.add(line)
                note(f"note: {line}")

    def near_copy(self, near: NearCopy) -> None:
        first = near.originality["nearest"][0]
        whose = f"{first['title']} by {first['author']} ({first['licence']}, {first['source']})"
        note(f"not kept: a near copy of {whose}; keep it openly with --allow-near-copy")


def _finding(originality: Mapping[str, Any] | None) -> str:
    if not originality:
        return "originality not examined"
    nearest_one = (originality.get("nearest") or [None])[0]
    near = f", nearest {nearest_one['title']} by {nearest_one['author']}" if nearest_one else ""
    return f"{originality['verdict']}{near}"


def _requests(
    desk: Studio, craft: str, prompt: str | None, prompts: Path | None, ctx: click.Context, asked: dict[str, Any]
) -> Iterator[Request[Any]]:
    """The request of the command line, or those of a batch; each checked before the first work is made."""
    if (prompt is None) == (prompts is None):
        wrong = "give a prompt or --prompts FILE.csv, not both" if prompt is not None else "there is no prompt"
        raise UsageError(wrong, where=ctx.command_path, mend=f"see maquette {craft} --help")
    if prompt is not None:
        yield desk.request(craft, prompt, **asked)
        return
    assert prompts is not None
    options = {option.name: option for option in ctx.command.get_params(ctx) if option.name}
    for line, row in _rows(prompts, set(options)):
        where = f"{prompts}, line {line}"
        try:
            given = {name: options[name].type.convert(text, options[name], ctx) for name, text in row.items() if text}
            yield desk.request(craft, given.pop("prompt", ""), **{**asked, **given})
        except click.BadParameter as error:
            raise UsageError(error.message, where=where) from error
        except MaquetteError as error:
            raise type(error)(error.wrong, where=where, mend=error.mend) from error


def _rows(path: Path, options: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells) of a batch, with the header's names as those of the options."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(f"the batch cannot be read: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise UsageError("the batch is not UTF-8", where=str(path), mend="save it as CSV UTF-8") from error
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ",")
    names = {name: name.strip().lower().replace("-", "_") for name in reader.fieldnames or ()}
    apart = {"prompts", "out", "also", "private", "unsigned", "allow_near_copy", "verbose", "as_json", "help"}
    known = {name for name in options if not name.startswith("_")} - apart
    for name in names.values():
        if name not in known:
            raise UsageError(f"a batch has no column {name!r}", where=f"{path}, line 1", mend=nearest(name, known))
    if "prompt" not in names.values():
        raise UsageError("the batch has no column prompt", where=f"{path}, line 1", mend="begin with prompt,count,seed")
    count = 0
    for row in reader:
        count += 1
        if row.get(None):
            wrong, where = f"{len(row[None])} cells more than columns", f"{path}, line {reader.line_num}"
            raise UsageError(wrong, where=where, mend='put a prompt with a comma in "quotes"')
        yield reader.line_num, {names[key]: (value or "").strip() for key, value in row.items()}
    if not count:
        raise UsageError("the batch is empty", where=str(path), mend="add a line per prompt")
