"""`maquette music check`: what a careful reader would mark in a piece, as suggestions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import FILE, emit, json_option, shown, studio

if TYPE_CHECKING:
    from maquette.studio.check_music import Checked

LEFT = 3  # the exit code where findings remain


@click.command("check")
@click.argument("files", nargs=-1, metavar="FILE...", type=FILE)
@click.option("--fix", is_flag=True, help="Write a mended copy; the file itself stays as it is.")
@click.option("--numbers", metavar="1,4,...", default="", help="With --fix: mend these findings and no others.")
@click.option("--only", metavar="RULE,...", default="", help="These rules and no others.")
@click.option("--skip", metavar="RULE,...", default="", help="All rules but these.")
@click.option("-o", "--out", type=FILE, help="Folder of the copies. Default: beside each file.")
@click.option("--also", default="", metavar="KIND,...", help="Write the copy as these too: musicxml, svg, pdf ...")
@click.option("--rules", "list_rules", is_flag=True, help="Only list the rules, and what each asks.")
@click.option("--unsigned", is_flag=True, help="Do not sign the copies; the files and the library say so.")
@json_option
def check(
    files: tuple[Path, ...],
    fix: bool,
    numbers: str,
    only: str,
    skip: str,
    out: Path | None,
    also: str,
    list_rules: bool,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Look FILEs through for wrong notes, parallels, crossings, ranges and bars that do not add up.

    Suggestions with bar, beat and part: a piece may mean every one of them. --fix keeps a copy in which only the notes
    of the findings are mended, where that makes the bar better, signed as a child of the file. Ends with 0 if all is
    clean, with 3 if findings remain.

    \b
    Example: maquette music check hymn.musicxml
             maquette music check hymn.musicxml --fix --numbers 2,5 --also musicxml
    """
    from maquette.studio.check_music import check as checked

    if list_rules:
        return _list(as_json)
    if not files:
        raise click.UsageError("name files of music")
    if not fix and (numbers or out is not None or also):
        raise click.UsageError("--numbers, --out and --also are for the copies of --fix")
    desk = studio()
    clean = True
    for file in files:
        found = checked(
            desk,
            file,
            only=_words(only),
            skip=_words(skip),
            fix=fix,
            numbers=_numbers(numbers),
            out=out,
            also=_words(also),
            unsigned=unsigned,
        )
        clean &= found.clean
        if as_json:
            emit(found.as_dict())
        else:
            _tell(found)
    return 0 if clean else LEFT


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split(",") if (word := part.strip()))


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(word) for word in _words(text))
    except ValueError:
        raise click.UsageError(f"--numbers are numbers of findings like 1,4, not {text!r}") from None


def _list(as_json: bool) -> int:
    from maquette.media.score_lint import RULES

    for name, rule in RULES.items():
        if as_json:
            emit({"rule": name, "asks": rule.asks})
        else:
            click.echo(f"{name:<13} {rule.asks}")
    return 0


def _tell(found: Checked) -> None:
    click.secho(shown(found.path), bold=True)
    done = {one.number for one in found.done}
    for finding in found.findings:
        mark = "mended" if finding.number in done else ""
        advice = f": {finding.advice}" if finding.advice else ""
        line = f"  {finding.number:>3}  {finding.place:<17} {finding.rule:<12} {finding.told}{advice}"
        click.echo(f"{line}  [{mark}]" if mark else line)
    counted = Counter(finding.rule for finding in found.findings)
    rules = ", ".join(f"{rule} {count}" for rule, count in counted.most_common())
    many = len(found.findings)
    click.echo(f"  {many} finding{'s' if many != 1 else ''}{': ' + rules if rules else ''}")
    if found.mended is not None:
        left = len(found.left)
        click.echo(f"  -> {shown(found.mended.asset.path)}  {len(done)} mended, {left} left")
    elif found.left:
        click.echo("  nothing could be mended without making something else worse")
