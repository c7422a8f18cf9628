"""`maquette picture sample` and `maquette picture sliders`: pictures of a generator that learnt your own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE, emit, json_option, progress_line, shown, studio
from .picture_shared import move_options, told


@click.command("sample")
@click.argument("model")
@click.option("--count", type=click.IntRange(1, 500), default=4, show_default=True, help="How many pictures.")
@click.option("--slider", "sliders", multiple=True, metavar="NAME=X", help="Move a slider, -4 to 4. Repeatable.")
@click.option("--calm", type=click.FloatRange(0, 1), default=0.8, show_default=True, help="Lower: surer, more alike.")
@click.option("--allow-near-copy", is_flag=True, help="Keep near copies of training pictures too; the record says so.")
@move_options(seed=True)
def sample(
    model: str, count: int, sliders: tuple[str, ...], calm: float, allow_near_copy: bool, as_json: bool, **kept: Any
) -> int:
    """Draw pictures with MODEL, a generator that learnt your own pictures; milliseconds each.

    Example: maquette picture sample my-pictures --count 8 --seed 3 --slider warm=1.5
    """
    from maquette.makers.picture_gan import parsed
    from maquette.studio import pictures_gan

    with progress_line("drawing") as on_progress:
        done = pictures_gan.sample(
            studio(),
            model,
            count=count,
            sliders=parsed(sliders),
            calm=calm,
            allow_near_copy=allow_near_copy,
            on_progress=on_progress,
            **kept,
        )
    return told(done, as_json)


@click.command("sliders")
@click.argument("model")
@click.option("--sheet", type=FILE, metavar="FILE.png", help="Show every slider on the same pictures.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the pictures on the sheet.")
@json_option
def sliders(model: str, sheet: Path | None, seed: int, as_json: bool) -> int:
    """What the sliders of MODEL change, as it was measured: in standard deviations for each step of 1, and how purely.

    Purity is the named trait's share of all that a slider changes: 1 changes nothing else.

    Example: maquette picture sliders my-pictures --sheet sliders.png
    """
    from maquette.core.errors import UsageError
    from maquette.studio import files, pictures_gan

    if sheet is not None and sheet.suffix.lower() != ".png":
        raise UsageError(f"a sheet is a .png, not {sheet.suffix or sheet.name!r}", mend="--sheet sliders.png")
    opened = pictures_gan.sampler(studio(), model)
    rows = opened.table()
    for row in rows:
        if as_json:
            emit(row)
            continue
        name = f"{row['slider']} ... {row['less']}" if row["less"] else row["slider"]
        click.echo(f"{name:<26} purity {row['purity']:.2f}  {row['found by']:<5} {row['changes']}")
    if sheet is not None:
        from maquette.media.picture_file import to_bytes

        with files.told(sheet.parent, "the folder"):
            sheet.parent.mkdir(parents=True, exist_ok=True)
            path = files.put(to_bytes(opened.sheet(seed)), None, sheet.parent, sheet.stem, ".png")[0]
        click.echo(shown(path)) if not as_json else emit({"path": str(path)})
    return 0
