"""`verify`, `show`, `explain`: reading the story of a file, and whether it holds."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, emit, json_option, print_sections, progress_line, shown, studio

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
    broken; unsigned: it claims nothing; of a picture that lost its credential, whether it bears a mark of this studio,
    and of which work (up to 20 MB; recover looks longer). Ends with 0 if all are trusted or valid, with 3 otherwise.

    Example: maquette verify a-rocket-7.svg
    """
    from maquette.studio.recovering_pictures import marked
    from maquette.trust.verify import verify_all

    good, door = True, studio()
    for path, verdict in zip(files, verify_all(files, trust=trust), strict=True):
        good &= verdict.holds
        # A mark proves nothing: the file stays unsigned, and is told which credential it may have lost.
        seen = marked(door, path) if verdict.state == "unsigned" else None
        if as_json:
            emit({**verdict.as_dict(), "mark": seen.as_dict() if seen else None})
        else:
            mark, colour = MARKS[verdict.state]
            told = f"{verdict.summary}; {seen.told}" if seen else verdict.summary
            click.echo(f"{click.style(mark, fg=colour)}  {shown(path)}  {told}")
    return 0 if good else 3


@click.command()
@click.argument("work", metavar="FILE")
@json_option
def show(work: str, as_json: bool) -> int:
    """Tell the whole story of a work: FILE, or the id of one in the library.

    Request, model, whose works it learnt from, edits, parents, nearest training works. Ends with 3 if its
    credential does not hold.

    Example: maquette show a-rocket-7.svg
    """
    from maquette.studio.telling import tell

    verdict, asset = studio().show(work)
    if as_json:
        emit({**verdict.as_dict(), "story": dict(verdict.story), "chain": list(verdict.chain)})
    else:
        print_sections(tell(verdict, asset))
    return 3 if verdict.state == "invalid" else 0


@click.command()
@click.argument("work", metavar="FILE")
@click.option(
    "--bar", type=int, metavar="N", help="Of a piece that a model wrote: every note of this bar, with its odds."
)
@click.option(
    "--sheet",
    type=FILE,
    metavar="PNG",
    help="Of a picture that a model drew: its heat maps and what each part changed.",
)
@json_option
def explain(work: str, bar: int | None, sheet: Path | None, as_json: bool) -> int:
    """Say why a work came out so: which words were read how, what it was made after, what decided each stroke or note.

    Of music, the odds that the model gave its notes, what else was likely, what your rules forbade, and the training
    bars that are most like it.

    Of a picture from words, where the model looked for each word, and what every part of the request changed: it is
    drawn again without each of them, from the same noise.

    Example: maquette explain a-rocket-7.svg
    Example: maquette explain a-fox-7.png --sheet why.png
    """
    from maquette.studio.why import why as odds
    from maquette.studio.why_pictures import why as looked
    from maquette.trust.explain import explain as why

    door = studio()
    verdict, _ = door.show(work)
    told = [*why(verdict), *odds(door, verdict, bar)]
    with progress_line("looking into it") as on_progress:
        told += looked(door, verdict, sheet, on_progress)
    if as_json:
        emit({"path": verdict.path, "state": verdict.state, "explanation": told})
    else:
        print_sections(told)
    return 3 if verdict.state == "invalid" else 0
