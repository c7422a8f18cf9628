"""`maquette film script` and `maquette film grammar`: a script as the other format, and the rules of the camera."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, emit, json_option, note, shown


@click.command("script")
@click.argument("script", type=FILE)
@click.option("--to", "form", type=click.Choice(["fountain", "fdx"]), help="The format; the other one by default.")
@click.option("-o", "--out", type=FILE, default=Path("."), metavar="DIR|FILE", help="Where the script is put.")
@json_option
def script(script: Path, form: str | None, out: Path, as_json: bool) -> int:
    """Write SCRIPT as Fountain (.fountain) or Final Draft (.fdx), with all that it says; what cannot go over is told.

    Example: maquette film script page.fountain --to fdx
    """
    from collections import Counter

    from maquette.media.script import to_fountain
    from maquette.media.script_fdx import to_fdx
    from maquette.studio import files
    from maquette.studio.films import read_script

    found = read_script(script)
    form = form or ("fountain" if script.suffix.lower() == ".fdx" else "fdx")
    name = out if out.suffix.lower() == f".{form}" else out / f"{script.stem}.{form}"
    data = to_fdx(found) if form == "fdx" else to_fountain(found).encode()
    folder = files.ready(name.expanduser().absolute().parent)
    with files.told(folder, "the folder"):
        path, _ = files.put(data, None, folder, name.stem, name.suffix)
    kinds = Counter(element.kind for element in found.elements)
    for line in found.said:
        note(f"note: {line}")
    if as_json:
        emit({"path": str(path), "title": found.title, "author": found.author, "elements": dict(kinds),
              "said": list(found.said)})  # fmt: skip
        return 0
    click.echo(f"{shown(path)}  {kinds['heading']} scenes, {kinds['cue']} speeches, {len(found)} elements")
    return 0


@click.command("grammar")
@click.option("-o", "--out", type=FILE, metavar="FILE.toml", help="Write it to a file, to be changed.")
def grammar(out: Path | None) -> int:
    """Print the rules by which shots are chosen, to be changed and given back with --grammar.

    Example: maquette film grammar -o mine.toml
    """
    from maquette.makers.film.grammar import FILE as OWN
    from maquette.studio import files

    text = OWN.read_text("utf-8")
    if out is None:
        click.echo(text, nl=False)
        return 0
    folder = files.ready(out.expanduser().absolute().parent)
    with files.told(folder, "the folder"):
        path, _ = files.put(text.encode(), None, folder, out.stem, out.suffix or ".toml")
    click.echo(shown(path))
    return 0
