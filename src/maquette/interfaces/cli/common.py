"""What the commands share: the studio they call, their progress line, and how they print results."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from maquette.core.progress import OnProgress, Progress, silent

if TYPE_CHECKING:
    from maquette.studio.studio import Studio

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)


def studio() -> Studio:
    """The studio of this account (MAQUETTE_HOME or the platform's folders)."""
    from maquette.studio.studio import Studio

    return Studio(say=lambda text: note(f"note: {text}"))


def json_option(command: F) -> F:
    """`--json`: one object per line on standard output; everything else goes to standard error."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object per line on standard output.")(command)


def verbose_option(command: F) -> F:
    """`-v`: say more, and show where an internal error came from."""
    return click.option("-v", "--verbose", is_flag=True, help="Say more; show where an internal error came from.")(
        command
    )


def emit(value: Any) -> None:
    """One JSON object on one line of standard output, at once."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))
    sys.stdout.flush()


def note(text: str) -> None:
    """A remark for people, on standard error."""
    click.echo(text, err=True)


@contextmanager
def progress_line(title: str) -> Iterator[OnProgress]:
    """A line of progress on standard error if a person is watching there; otherwise silence."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    note = TextColumn("{task.fields[note]}")
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn(), note)
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, note="")

        def on_progress(progress: Progress) -> None:
            bar.update(task, completed=progress.step, total=progress.of or None, note=progress.note)

        yield on_progress


def shown(path: Path) -> str:
    """A path as a person would type it here."""
    try:
        return str(Path(path).absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def print_sections(sections: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Headings and the lines under them."""
    for heading, lines in sections:
        click.secho(heading, bold=True)
        for line in lines:
            click.echo(f"  {line}")
