"""`maquette icon lint`: icons beside the rules of their set, and mended copies."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import FILE, emit, json_option, note, shown, studio

if TYPE_CHECKING:
    from maquette.studio.rules import Checked, Report

LEFT = 3  # the exit code where findings remain


@click.command("lint")
@click.argument("paths", nargs=-1, metavar="FILE|FOLDER...", type=FILE)
@click.option("--style", type=FILE, metavar="CARD.toml", help="The set's card. Default: measured from the icons.")
@click.option("--fix", is_flag=True, help="Write mended copies; the files themselves stay as they are.")
@click.option("-o", "--out", type=FILE, help="Folder of the copies. Default: NAME-fixed.svg beside each file.")
@click.option("--only", metavar="RULE,...", default="", help="These rules and no others.")
@click.option("--skip", metavar="RULE,...", default="", help="All rules but these.")
@click.option("--sheet", type=FILE, metavar="FILE.svg", help="Draw the findings as numbered marks on the icons.")
@click.option("--rules", "list_rules", is_flag=True, help="Only list the rules, and what each asks.")
@click.option("--unsigned", is_flag=True, help="Do not sign the copies; the files and the library say so.")
@json_option
def lint(
    paths: tuple[Path, ...],
    style: Path | None,
    fix: bool,
    out: Path | None,
    only: str,
    skip: str,
    sheet: Path | None,
    list_rules: bool,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Hold icons, FILEs or all of a FOLDER, against their set's style card: numbered findings in plain words.

    --fix mends copies, each fix measured; one that would change a drawing too much is left, and said. A copy is signed
    as a child of its file, with every fix in its story. Ends with 0 if all is clean, with 3 if findings remain.

    \b
    Example: maquette icon lint my-icons --sheet lint.svg
             maquette icon lint my-icons --style my.toml --fix --out clean
    """
    if list_rules:
        return _list(as_json)
    if not paths:
        raise click.UsageError("name SVG files, or a folder")
    if out is not None and not fix:
        raise click.UsageError("--out is for the copies of --fix")
    report = studio().lint_icons(
        paths, style=style, only=_words(only), skip=_words(skip), fix=fix, out=out, unsigned=unsigned
    )
    for remark in report.remarks:
        note(f"note: {remark}")
    for one in report.files:
        if as_json:
            emit(one.as_dict())
        elif one.findings:
            _tell(one)
    if not as_json:
        click.echo(_summary(report))
    if sheet is not None:
        _draw(report, sheet)
    return 0 if report.clean else LEFT


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split(",") if (word := part.strip()))


def _list(as_json: bool) -> int:
    from maquette.media.lint import RULES
    from maquette.media.mend import STEPS

    bounds = {step.rule: step.bound for step in STEPS}
    for name, rule in RULES.items():
        bound = bounds.get(name)
        if as_json:
            told = {"worse": bound.worse, "shift": bound.shift, "whole": bound.whole} if bound else None
            emit({"rule": name, "asks": rule.asks, "fix": told})
            continue
        fix = f"fix: IoU at least {1 - bound.worse:.2f}{' as a whole' if bound.whole else ''}" if bound else "no fix"
        click.echo(f"{name:<14} {rule.asks:<42} {fix}")
    return 0


def _tell(one: Checked) -> None:
    click.secho(shown(one.path), bold=True)
    for finding in one.findings:
        place = f"{finding.where[0]:.4g},{finding.where[1]:.4g}" if finding.where else ""
        click.echo(f"  {finding.number:>2}  {finding.rule:<13} {place:<12} {finding.told}")
    if one.mended is not None:
        for done in one.mended.done:
            moved = f", moved {done.shift:.2g}" if done.shift >= 0.005 else ""
            click.echo(f"      fixed {done.finding.rule}: IoU {1 - done.worse:.3f}{moved}")
        for left in one.mended.declined:
            click.echo(f"      left  {left.finding.rule}: {left.why}")
    if one.fixed is not None:
        kept = "" if one.fixed.exact else " (written anew)"
        click.echo(f"  -> {shown(one.fixed.asset.path)}  IoU {1 - one.fixed.mended.worse:.3f} with before{kept}")


def _summary(report: Report) -> str:
    counted = Counter(finding.rule for one in report.files for finding in one.findings)
    many, broken = len(report.files), sum(bool(one.findings) for one in report.files)
    if not broken:
        return f"{many} icon{'s' if many != 1 else ''}, no finding"
    rules = ", ".join(f"{rule} {count}" for rule, count in counted.most_common())
    told = f"{many} icon{'s' if many != 1 else ''}, {broken} with findings: {rules}"
    left = Counter(finding.rule for one in report.files for finding in one.left)
    if any(one.mended for one in report.files):
        rest = ", ".join(f"{rule} {count}" for rule, count in left.most_common())
        told += f"\nmended: {sum(bool(one.fixed) for one in report.files)} copies; left: {rest or 'nothing'}"
    return told


def _draw(report: Report, path: Path) -> None:
    from maquette.studio import files
    from maquette.studio.lint_sheet import sheet

    path = path.expanduser()
    folder = files.ready(path.parent)
    made, _ = files.put(sheet(report).encode(), None, folder, path.stem, path.suffix or ".svg")
    note(f"sheet: {shown(made)}")
