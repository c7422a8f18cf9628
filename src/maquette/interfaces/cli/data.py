"""`data`: look at a dataset, record its licence, and leave out what may not be learnt from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE, emit, json_option, progress_line, shown
from .data_motion import import_

NAMED = 20  # refused or unreadable items that are printed one by one


@click.group()
def data() -> None:
    """Check, describe and license datasets: folders of SVG files, of tunes or pictures, or record files (.jsonl).

    Example: maquette data check my-icons
    """


@data.command()
@click.argument("path", type=FILE)
@json_option
def check(path: Path, as_json: bool) -> int:
    """Say whether a model may learn from PATH, naming every item that is refused or cannot be read.

    Exit code 0 if all may be used, 4 if some are refused, 2 if some cannot be read.

    Example: maquette data check my-icons
    """
    from maquette.data import rights
    from maquette.data.dataset import open_dataset
    from maquette.trust.own import signed_by_me

    dataset = open_dataset(path, skip_unreadable=True)
    whole = rights.reserved_whole(path)
    refused = [] if whole else rights.refused(dataset.items, mine=signed_by_me)
    code = 4 if refused or whole else 2 if dataset.skipped else 0
    validation = sum(item.split == "val" for item in dataset)
    if as_json:
        emit(
            {
                "path": str(path),
                "name": dataset.name,
                "version": dataset.version,
                "items": len(dataset),
                "validation": validation,
                "reserved": whole,
                "refused": [{"name": one.item.id, "reason": one.reason} for one in refused],
                "unreadable": [{"name": one.name, "reason": one.reason} for one in dataset.skipped],
                "terms": rights.terms_of(dataset.items).summary(),
            }
        )
        return code
    counts = f"{len(dataset)} items, {validation} of them for validation"
    click.echo(f"{dataset.name}, version {dataset.version}: {counts}")
    _list("unreadable", [(one.name, one.reason) for one in dataset.skipped])
    _list("refused", [(one.item.id, one.reason) for one in refused])
    if whole:
        click.echo(f"refused as a whole: {whole}")
    if any(one.unlicensed for one in refused):
        click.echo(f"to record a licence: maquette data licence {shown(path)} SPDX --author NAME")
    if refused or dataset.skipped:
        click.echo(f"to leave them out:   maquette data drop {shown(path)}")
    if not code:
        click.echo(f"all may be learnt from; {rights.terms_of(dataset.items).summary()}")
    return code


def _list(title: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        click.echo(f"{title}: {len(rows)}")
    for name, reason in rows[:NAMED]:
        click.echo(f"  {name}: {reason}")
    if len(rows) > NAMED:
        click.echo(f"  and {len(rows) - NAMED} more; --json names them all")


@data.command()
@click.argument("path", type=FILE)
@click.option(
    "--all", "every", is_flag=True, help="Look at everything, not at 2000 drawings, 600 pieces or pictures of it."
)
@json_option
def describe(path: Path, every: bool, as_json: bool) -> int:
    """Count PATH by set, licence, author and style or genre; find duplicates; tell the habits of the hand.

    Example: maquette data describe my-icons
    """
    from maquette.data import describe as drawings
    from maquette.data import describe_music, describe_pictures
    from maquette.data.dataset import open_dataset

    dataset = open_dataset(path, skip_unreadable=True)
    told: Any = describe_music if dataset.is_music else describe_pictures if dataset.is_pictures else drawings
    given: dict[str, Any] = {}
    if dataset.is_pictures:
        from maquette.encodings.print_small import near_pairs

        given["near"] = near_pairs
    elif not dataset.is_music:
        from maquette.encodings.prints import fingerprints

        given["fingerprints"] = fingerprints
    limit = max(len(dataset), 1) if every else told.LOOKED_AT
    with progress_line("describing") as on_progress:
        description = told.describe(dataset, limit=limit, on_progress=on_progress, **given)
    if as_json:
        emit(description)
    else:
        click.echo(told.as_text(description))
    return 0


@data.command()
@click.argument("path", type=FILE)
@click.argument("spdx")
@click.option("--author", default="", metavar="NAME", help="Whose work it is; credited wherever it is used.")
@click.option("--source", default="", metavar="TEXT", help="Where it comes from: an address, a book, a collection.")
@json_option
def licence(path: Path, spdx: str, author: str, source: str, as_json: bool) -> int:
    """Record that PATH (a folder, a file or a record file) stands under the licence SPDX; `own` is your own work.

    Example: maquette data licence my-icons CC-BY-4.0 --author "Ada Brown"
    """
    from maquette.data import curate
    from maquette.data.licences import licence as row

    recorded = curate.record_licence(path, spdx, author=author, source=source)
    if as_json:
        emit(_licence_told(recorded.path, recorded.licence, recorded.before, recorded.items))
        return 0
    before = f" (before: {recorded.before})" if recorded.before not in ("", recorded.licence) else ""
    click.echo(f"{shown(recorded.path)}: {recorded.licence}{before}, {recorded.items} items")
    click.echo(row(recorded.licence).summary())
    return 0


def _licence_told(path: Path, spdx: str, before: str, items: int) -> dict[str, Any]:
    return {"path": str(path), "licence": spdx, "before": before, "items": items}


@data.command()
@click.argument("path", type=FILE)
@json_option
def drop(path: Path, as_json: bool) -> int:
    """Write a listing of PATH without the items that may not be learnt from; nothing is deleted or overwritten.

    Example: maquette data drop my-icons
    """
    from maquette.data import curate
    from maquette.trust.own import signed_by_me

    dropped = curate.drop_refused(path, mine=signed_by_me)
    if as_json:
        emit(
            {
                "path": str(dropped.path) if dropped.path else None,
                "kept": dropped.kept,
                "refused": [{"name": one.item.id, "reason": one.reason} for one in dropped.refused],
                "unreadable": [{"name": one.name, "reason": one.reason} for one in dropped.skipped],
            }
        )
        return 0
    if dropped.path is None:
        click.echo(f"nothing to leave out: all {dropped.kept} items may be learnt from")
        return 0
    _list("unreadable", [(one.name, one.reason) for one in dropped.skipped])
    _list("refused", [(one.item.id, one.reason) for one in dropped.refused])
    click.echo(f"{shown(dropped.path)}  keeps {dropped.kept} items; open it instead of {shown(path)}")
    return 0


data.add_command(import_)
