"""`maquette film hooks` and `maquette film advise`: large models of other packages behind a film."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, emit, json_option, note, shown


@click.command("hooks")
@json_option
def hooks(as_json: bool) -> int:
    """List the back ends that other packages offer, each with its licence and what it learnt from.

    Example: maquette film hooks
    """
    from maquette.makers.big.hooks import CAPABILITIES, found

    there = found()
    if as_json:
        for one in there:
            emit(one.as_dict())
        return 0
    for capability, local in CAPABILITIES.items():
        own = [one for one in there if one.capability == capability]
        click.echo(f"{capability:7} {local}" if not own else capability)
        for one in own:
            click.echo(f"  {one.name}: {one.why or 'ready'}; {one.licence or 'no licence named'}; learnt from: "
                       f"{one.lineage or 'not said'}")  # fmt: skip
    for one in there:
        if one.capability not in CAPABILITIES:
            note(f"note: {one.capability}.{one.name}: {one.why}")
    return 0


@click.command("advise")
@click.argument("film", type=FILE)
@click.option("--by", default="auto", show_default=True, metavar="NAME", help="The language model (film hooks).")
@click.option("--scenes", default="", metavar="1,3", help="Only these scenes.")
@json_option
def advise(film: Path, by: str, scenes: str, as_json: bool) -> int:
    """Ask a language model about the shots of FILM (its folder). What it says is checked; your own changes stand.

    Example: maquette film advise my-film --by my-llama
    """
    from maquette.studio.advising import advise as asked

    done = asked(film, by, tuple(one.strip() for one in scenes.split(",") if one.strip()))
    if as_json:
        emit(done.as_dict())
        return 0
    if done.changed:
        click.echo(
            f"{shown(done.film)}  changed: {', '.join(done.changed)}; as it was: {shown(done.kept or done.film)}"
        )
    else:
        click.echo("nothing changes")
    for line in done.said:
        note(f"note: {line}")
    return 0
