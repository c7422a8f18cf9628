"""`maquette film plan`: what a script breaks down into, before anything is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import FILE, emit, json_option, note, print_sections, shown

if TYPE_CHECKING:
    from maquette.media.film import Film


@click.command("plan")
@click.argument("script", type=FILE)
@click.option("-o", "--out", type=FILE, metavar="FILE.json", help="Write the plan as well.")
@click.option("--fps", default="24", show_default=True, metavar="RATE")
@click.option("--scenes", metavar="IDS", help="Only these scenes: 3, or 2-5, or 1,4.")
@click.option("--grammar", type=FILE, metavar="FILE.toml", help="Your own rules for shots.")
@json_option
def plan(script: Path, out: Path | None, fps: str, scenes: str | None, grammar: Path | None, as_json: bool) -> int:
    """Tell who is in SCRIPT, where it plays, and which shots the grammar would take of it; nothing is drawn.

    Example: maquette film plan page.fountain --scenes 2-3
    """
    import json

    from maquette.makers.film.plan import plan as planned
    from maquette.media import video_file
    from maquette.media.film import as_data
    from maquette.studio import files
    from maquette.studio.films import read_script

    chosen = tuple(part.strip() for part in scenes.split(",") if part.strip()) if scenes else ()
    film = planned(read_script(script), grammar=grammar, fps=float(video_file.rate_of(fps)), scenes=chosen)
    if out is not None:
        folder = files.ready(out.expanduser().absolute().parent)
        text = json.dumps(as_data(film), ensure_ascii=False, indent=1) + "\n"
        with files.told(folder, "the folder"):
            path, _ = files.put(text.encode(), None, folder, out.stem, out.suffix or ".json")
        note(f"written: {shown(path)}")
    if as_json:
        emit(as_data(film))
        return 0
    for line in film.said:
        note(f"note: {line}")
    print_sections(list(sections(film)))
    return 0


def sections(film: Film) -> list[tuple[str, list[str]]]:
    """Headings and lines of a plan for people."""
    people = {one.id: one for one in film.people}
    cast = [
        f"{one.name}: {one.lines} lines; {one.look.build}, {one.look.costume}, {one.look.hair} hair"
        for one in film.people
    ]
    out = [(f"{film.title}, {film.seconds:.0f} s", [film.author] if film.author else []), ("Cast", cast)]
    texts = {line.id: line.text for scene in film.scenes for line in scene.lines}
    for scene in film.scenes:
        head = f"{scene.id}  {scene.heading}  ({scene.kind}, {scene.time}, {scene.mood})"
        rows = []
        for shot in map(film.with_hand, scene.shots):
            whom = ", ".join(people[id].name if id in people else id for id in shot.subjects)
            first = " ".join(texts.get(shot.lines[0], "").split()) if shot.lines else ""
            move = "" if shot.move == "static" else f", {shot.move}"
            what = f"{shot.size} {shot.kind}" if shot.kind not in (shot.size, "single") else shot.size
            gone = "  (left out)" if shot.left_out else ""
            rows.append(f"{shot.id:<5} {shot.seconds:5.1f} s  {what}{move}: {whom or 'the place'}  | {first:.46}{gone}")
        out.append((head, rows))
    return out
