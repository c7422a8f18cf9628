"""`verify`, `show`, `explain`: reading the story of a file, and whether it holds."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, emit, json_option, shown

# Never one green tick for everything: a valid file by an unknown signer is not a trusted one.
MARKS = {
    "trusted": ("trusted ", "green"),
    "valid": ("valid   ", "yellow"),
    "invalid": ("INVALID ", "red"),
    "unsigned": ("unsigned", None),
}


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option("--trust", multiple=True, type=FILE, metavar="PEM", help="A root certificate to trust as well.")
@json_option
def verify(files: tuple[Path, ...], trust: tuple[Path, ...], as_json: bool) -> int:
    """Say whether each FILE is what it claims to be, without the network.

    trusted: unchanged, by a signer you trust; valid: unchanged, by a signer you do not know; invalid: changed or
    broken; unsigned: it claims nothing. Ends with 0 if all are trusted or valid, with 3 otherwise.

    Example: maquette verify a-rocket-1.svg
    """
    from maquette.trust.verify import verify as check

    good = True
    for path in files:
        verdict = check(path, trust=trust)
        good &= verdict.state in ("trusted", "valid")
        if as_json:
            emit(
                {
                    "path": str(path),
                    "state": verdict.state,
                    "failures": list(verdict.failures),
                    "signer": verdict.signer,
                    "summary": verdict.summary,
                }
            )
            continue
        mark, colour = MARKS[verdict.state]
        click.echo(f"{click.style(mark, fg=colour)}  {shown(path)}  {verdict.summary}")
        for failure in verdict.failures:
            click.echo(f"          {failure}")
    return 0 if good else 3
