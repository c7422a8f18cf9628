"""`maquette film watch`: the film of a page while it is written, made again at each save."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import FILE, emit, json_option, note, progress_line, shown, studio
from .film_make import manner_of, size_of

if TYPE_CHECKING:
    from maquette.studio.film_watch import Round

AS_NEW: dict[str, Any] = {"captions": False, "fps": "24", "kind": "webm", "codec": None, "ones": False, "handles": 12,
                          "title": True, "players": "", "seed": 0}  # fmt: skip


@click.command("watch")
@click.argument("script", type=FILE)
@click.option("-o", "--out", type=FILE, required=True, help="Folder of the film; one that is there is carried on.")
@click.option("--pass", "how", type=click.Choice(["panels", "moving"]), help="New films: panels that hold their pose.")
@click.option("--style", type=click.Choice(["line", "ink", "tone"]), help="New films: tone.")
@click.option("--size", metavar="WxH", help="360p to 4k, or pixels: 1280x536. New films: 640x360.")
@click.option("--voices/--no-voices", default=None, help="New films: voices, where a synthesiser is installed.")
@click.option("--music/--no-music", default=None, help="New films: none, since each save would compose it again.")
@click.option("--credits", "roll", type=click.Choice(["short", "full", "none"]), help="New films: none.")
@click.option("--scenes", metavar="IDS", help="Of a new film, only these scenes: 3, or 2-5, or 1,4.")
@click.option("--grammar", type=FILE, metavar="FILE.toml", help="Your own rules for shots.")
@click.option("--jobs", type=click.IntRange(0, 64), default=0, help="Processes that draw. Default: two.")
@click.option("--unsigned", is_flag=True, help="Do not sign; the files and the library say so.")
@json_option
def watch(script: Path, out: Path, scenes: str | None, grammar: Path | None, jobs: int, unsigned: bool, as_json: bool,
          **asked: Any) -> int:  # fmt: skip
    """Make the film of SCRIPT anew whenever it is saved, in any editor: only the shots that changed, in seconds.

    Open OUT/watch.html in a browser beside the editor: panels with their lines, and the film, always the latest. A
    script that is broken in the middle of a thought is told, and the last good film stays. Ctrl-C ends it.

    \b
    Example: maquette film watch page.fountain --out lamp
    """
    from maquette.studio import film_watch

    folder = out.expanduser()
    manner, wishes = _asked(folder, **asked)

    def make(before: Any) -> Any:
        with progress_line("the film") as on_progress:
            return film_watch.made_again(
                studio(), script, folder, before, manner=manner, wishes=wishes, grammar=grammar,
                scenes=tuple(part.strip() for part in scenes.split(",") if part.strip()) if scenes else (),
                unsigned=unsigned, workers=jobs, on_progress=on_progress,
            )  # fmt: skip

    watcher = film_watch.Watcher(script.expanduser(), folder, make, _Told(as_json, folder))
    try:
        watcher.run()
    except KeyboardInterrupt:
        pass
    finally:
        watcher.close()
    if as_json:
        emit({"ended": True, "rounds": watcher.rounds})
    else:
        there = f"the film is in {shown(folder)}" if watcher.last is not None else "there is no film yet"
        click.echo(f"watching has ended: made {watcher.rounds} times; {there}")
    return 0


def _asked(folder: Path, *, how: str | None, style: str | None, size: str | None, voices: bool | None,
           music: bool | None, roll: str | None) -> tuple[Any, Any]:  # fmt: skip
    """How the film is drawn and what it has: what was asked for; else as the film that is there is; else quick."""
    import dataclasses

    from maquette.studio import film_watch

    opened = film_watch.opened(folder)
    if opened is None:
        new: dict[str, Any] = {"how": how or "panels", "style": style or "tone", "size": size or "640x360",
                               "roll": roll or "none", "voices": voices is not False, "music": bool(music)}  # fmt: skip
        return manner_of(**AS_NEW, **new)
    drawn: dict[str, Any] = {"style": style, "still": None if how is None else how == "panels"}
    if size is not None:
        drawn["width"], drawn["height"] = size_of(size)
    wished = {"voices": voices, "music": music}
    if roll is not None:
        wished |= {"credits": roll != "none", "full": roll == "full"}
    manner = dataclasses.replace(opened.manner, **_given(drawn))
    return manner, dataclasses.replace(opened.wishes, **_given(wished))


def _given(wishes: dict[str, Any]) -> dict[str, Any]:
    """What was asked for of all that may be."""
    return {key: value for key, value in wishes.items() if value is not None}


class _Told:
    """Tells what came of each save: a line for people, or an object for programs."""

    def __init__(self, as_json: bool, folder: Path) -> None:
        self.as_json, self.folder = as_json, folder

    def made(self, done: Round) -> None:
        """A film was made."""
        if self.as_json:
            emit(done.as_dict())
            return
        for line in done.said:
            note(f"note: {line}")
        click.echo(f"{done.clock}  {done.line} ({done.seconds:.1f} s)")
        if done.first:
            click.echo(f"  open {shown(self.folder / 'watch.html')} in a browser; Ctrl-C ends this")

    def broken(self, clock: str, wrong: str, mend: str, there: bool) -> None:
        """A save could not be made into a film."""
        if self.as_json:
            emit({"broken": wrong, "mend": mend, "kept": there})
            return
        stays = "; the last good film stays" if there else ""
        click.echo(f"{clock}  {wrong}{f' ({mend})' if mend else ''}{stays}")

    def waiting(self, clock: str, what: str) -> None:
        """Nothing is made, and why."""
        if not self.as_json:
            click.echo(f"{clock}  {what}")


__all__ = ["watch"]
