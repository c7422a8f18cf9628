"""`data import`: files of one's own made into a dataset that the crafts and the trainings read."""

from __future__ import annotations

from pathlib import Path

import click

from .common import emit, json_option, progress_line, shown

NAMED = 12  # files left out that are printed one by one


@click.group("import")
def import_() -> None:
    """Make a dataset of your own files.

    Example: maquette data import motion my-takes --licence own --author "Ada Brown"
    """


@import_.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--licence", required=True, metavar="SPDX", help="What their owner permits; `own` for your own takes.")
@click.option("--author", default="", metavar="NAME", help="Whose motion it is; named in the credits of every film.")
@click.option("--source", default="", metavar="TEXT", help="Where it comes from.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder of the dataset; FOLDER-motion by default.")
@json_option
def motion(folder: Path, licence: str, author: str, source: str, out: Path | None, as_json: bool) -> int:
    """Put every BVH, AMC (with its ASF), GLB and glTF below FOLDER on one skeleton, with its words and its licence.

    The names of Mixamo, MotionBuilder, CMU, Daz, 3ds Max, Rigify, Character Creator, VRM, Unreal and KayKit are known.
    What a clip shows is read from a list in FOLDER (a .txt, .tsv or .csv of "name, caption"), else from its name.

    Example: maquette data import motion my-takes --licence LicenseRef-CMU-Mocap
    """
    from maquette.data.licences import licence as row
    from maquette.studio.importing import import_motion

    out = out or folder.with_name(f"{folder.stem}-motion")
    with progress_line("importing") as on_progress:
        made = import_motion(folder, out, licence=licence, author=author, origin=source, on_progress=on_progress)
    if as_json:
        emit(
            {
                "folder": str(made.folder),
                "clips": [clip.record() for clip in made.clips],
                "seconds": round(made.seconds, 2),
                "skipped": [{"name": name, "reason": reason} for name, reason in made.skipped],
                "said": [{"clip": id, "line": line} for id, line in made.said],
            }
        )
        return 0
    minutes = f"{made.seconds / 60:.1f} minutes" if made.seconds >= 90 else f"{made.seconds:.1f} seconds"
    click.echo(f"{shown(made.folder)}  {len(made.clips)} clips, {minutes}")
    click.echo(row(made.clips[0].licence).summary())
    for title, rows in (("left out", made.skipped), ("assumed", made.said)):
        if rows:
            click.echo(f"{title}: {len(rows)}")
        for name, reason in rows[:NAMED]:
            click.echo(f"  {name}: {reason}")
        if len(rows) > NAMED:
            click.echo(f"  and {len(rows) - NAMED} more; --json names them all")
    return 0
