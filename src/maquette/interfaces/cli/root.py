"""The table of commands, and how every command ends: its exit code, and errors in three parts."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

import click

from maquette import __version__
from maquette.core.errors import MaquetteError

# name -> (module of this package, attribute, one line of help). A module is loaded when its command is used.
COMMANDS = {
    "icon": ("icon", "icon", "Draw icons as editable SVG, signed."),
    "music": ("music", "music", "Compose as editable notes: pieces, and moves on yours."),
    "picture": ("picture", "picture", "Pictures from words, and painter's tools for yours."),
    "texture": ("texture", "texture", "A seamless surface of any size from a photo of it."),
    "motion": ("motion", "motion", "Bodies that move by words, as BVH and GLB."),
    "film": ("film", "film", "From a page of script to a film: board, voices, music."),
    "verify": ("verify", "verify", "Say whether files are what they claim to be."),
    "show": ("verify", "show", "Tell the whole story of a work."),
    "explain": ("verify", "explain", "Say why a work came out so."),
    "remake": ("works", "remake", "Make a work again from the story inside its file."),
    "adopt": ("works", "adopt", "Take a hand-edited file into the library as a child."),
    "recover": ("works", "recover", "Find the credential of a file that lost it."),
    "train": ("train", "train", "Train or adapt a model on works you may use."),
    "evaluate": ("train", "evaluate", "Held-out figures of a model beside a baseline."),
    "data": ("data", "data", "Check, describe and license datasets."),
    "models": ("models", "models", "List, add and export models, and read their cards."),
    "library": ("library", "library", "List, search, forget and reindex kept works."),
    "keys": ("keys", "keys", "Your signing keys: create, show, trust, back up."),
    "shelf": ("shelf", "shelf", "Sets of human icons that makers look at first."),
    "inkscape": ("inkscape", "inkscape", "Maquette inside Inkscape: install, remove."),
    "krita": ("krita", "krita", "Maquette inside Krita: install, where, package, remove."),
    "doctor": ("doctor", "doctor", "Check this installation."),
    "tour": ("tour", "tour", "The first five minutes, with a gallery page."),
}


class LazyGroup(click.Group):
    """A group whose commands are loaded when used, and whose help loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(import_module(f"maquette.interfaces.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="maquette")
def cli() -> None:
    """A studio for creators: small models that draw editable works, offline, each signed with your own key.

    Example: maquette icon "a rocket" --count 4 --out rockets
    """


def run(args: Sequence[str]) -> int:
    """Run one command line; returns its exit code, with every error told in three parts (or one JSON object)."""
    _speak_utf8()
    options = list(args)[: list(args).index("--")] if "--" in args else list(args)
    as_json = "--json" in options
    interrupts = _counted_interrupts()
    try:
        result = cli.main(list(args), prog_name="maquette", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) and not isinstance(result, bool) else 0
    except (KeyboardInterrupt, click.Abort):
        return _cancelled()
    except BrokenPipeError:
        # The reader of our output has left (`| head`): nothing is wrong, and nothing more is to be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MaquetteError as error:
        _no_more_interrupts()
        return _report(_whole(error.as_dict(), options), error.exit_code, as_json)
    except click.ClickException as error:
        return _report(_usage(error), 2, as_json)
    except Exception as error:
        if interrupts:  # a Ctrl-C in the middle of an import comes out as the import's own failure
            return _cancelled()
        if "-v" in options or "--verbose" in options or os.environ.get("MAQUETTE_DEBUG"):
            raise
        return _report(_internal(error), 1, as_json)


def _whole(parts: dict[str, str], words: Sequence[str]) -> dict[str, str]:
    """The error with all three parts: where none is said, it is the command, and its help tells how to mend it."""
    path, group = ["maquette"], cli
    for word in words:
        found = group.get_command(click.Context(group), word) if isinstance(group, click.Group) else None
        if found is None:
            break
        path, group = [*path, word], found  # type: ignore[assignment]
    command = " ".join(path)
    return {**parts, "where": parts["where"] or command, "mend": parts["mend"] or f"see `{command} --help`"}


def _usage(error: click.ClickException) -> dict[str, str]:
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx else "maquette"
    return {
        "error": "UsageError",
        "wrong": error.format_message(),
        "where": path,
        "mend": f"see `{path} --help`",
    }


def _internal(error: Exception) -> dict[str, str]:
    import traceback

    last = traceback.extract_tb(error.__traceback__)[-1]
    return {
        "error": "InternalError",
        "wrong": f"a fault of Maquette, not yours: {type(error).__name__}: {error}",
        "where": f"{os.path.basename(last.filename)}, line {last.lineno}, {last.name}",
        "mend": "set MAQUETTE_DEBUG=1, run it again, and send us what it prints",
    }


def _report(parts: dict[str, str], code: int, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps({**parts, "exit": code}, ensure_ascii=False))
    click.echo(f"error: {parts['wrong']}", err=True)
    if parts["where"]:
        click.echo(f"  where: {parts['where']}", err=True)
    if parts["mend"]:
        click.echo(f"  to mend it: {parts['mend']}", err=True)
    return code


def _cancelled() -> int:
    _no_more_interrupts()
    click.echo("cancelled; everything finished before is kept", err=True)
    return 130


def _counted_interrupts() -> list[int]:
    """A list that grows with every Ctrl-C, which otherwise does what it did before."""
    seen: list[int] = []
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        if callable(before):
            before(number, frame)

    if callable(before):
        with contextlib.suppress(ValueError):  # not the main thread: somebody embeds us
            signal.signal(signal.SIGINT, note)
    return seen


def _no_more_interrupts() -> None:
    """A second Ctrl-C while we are saying goodbye would only print a traceback."""
    with contextlib.suppress(ValueError):  # not the main thread: somebody embeds us
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _speak_utf8() -> None:
    """Cyrillic and emoji pass through pipes and old consoles: as UTF-8 where nobody watches."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if stream.isatty():
                reconfigure(errors="replace")
            else:
                reconfigure(encoding="utf-8", errors="replace")
