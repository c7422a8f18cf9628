"""`maquette film export` and `maquette film retime`: the edit of a film into an editor, and back."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, emit, json_option, note, shown


@click.command("export")
@click.argument("film", type=FILE)
@click.option(
    "--to",
    "kinds",
    metavar="edl,xml,otio",
    default="edl,xml",
    show_default=True,
    help="The kinds of edit list; xml is Final Cut Pro 7's, for Premiere and Resolve.",
)
@click.option("-o", "--out", type=FILE, help="Folder. Default: the film's own, where its files are found as they lie.")
@json_option
def export(film: Path, kinds: str, out: Path | None, as_json: bool) -> int:
    """Write the edit of FILM (its folder) for an editor: shots as clips with handles, script lines as markers, stems.

    Example: maquette film export my-film --to xml
    """
    from maquette.studio.timelines import export as exported

    made = exported(film, kinds.replace(",", " ").split(), out)
    if as_json:
        emit(made.as_dict())
        return 0
    for path in made.paths:
        click.echo(f"{shown(path)}  {made.shots} shots")
    for line in made.said:
        note(f"note: {line}")
    return 0


@click.command("retime")
@click.argument("edited", type=FILE)
@click.option("--film", type=FILE, help="The film's folder. Default: where the edit lies.")
@click.option("--dry", is_flag=True, help="Only say what would change.")
@json_option
def retime(edited: Path, film: Path | None, dry: bool, as_json: bool) -> int:
    """Take an edit back from the editor: EDITED is an .otio, .edl or .xml with the film's clips, cut otherwise.

    New lengths, a new order, deleted shots and transitions become hand-made changes of the film; its plan stays, and
    `maquette film remake` makes only what changed.

    Example: maquette film retime my-film-edited.xml --film my-film
    """
    from maquette.studio.timelines import retime as taken

    done = taken(edited, film, dry=dry)
    if as_json:
        emit(done.as_dict())
        return 0
    edit = done.edit
    for id, seconds in edit.seconds.items():
        click.echo(f"{id}: {seconds:.2f} s")
    for what, ids in (("left out", edit.deleted), ("back", edit.returned), ("moved", edit.moved)):
        if ids:
            click.echo(f"{what}: {', '.join(ids)}")
    for id, transition in edit.transitions.items():
        click.echo(f"{id}: {transition}")
    if not edit.changed:
        click.echo("the edit is the film's own: nothing changes")
    elif not dry:
        click.echo(f"{shown(done.film)}  {done.seconds:.2f} s; as it was before: {shown(done.kept or done.film)}")
        note(f"note: make what changed again: maquette film remake {shown(done.film.parent)}")
    for line in edit.said:
        note(f"note: {line}")
    return 0
