"""`train` and `evaluate`: a model of one's own, and honest figures about it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from maquette.core.errors import MissingExtra, UsageError

from .common import FILE, emit, json_option, note, progress_line, shown


@click.command()
@click.argument("craft")
@click.argument("data", type=FILE)
@click.option("--recipe", type=FILE, metavar="TOML", help="Settings; what it leaves out is filled in and saved.")
@click.option("--base", metavar="NAME", help="Adapt this model instead of starting afresh.")
@click.option("--net", metavar="NAME", help="Another net than the recipe's.")
@click.option("--minutes", type=click.FloatRange(min=0.01), metavar="M", help="Stop after so many minutes.")
@click.option("-o", "--out", type=FILE, default=None, help="Folder of the model. Default: CRAFT-model.")
@json_option
def train(
    craft: str,
    data: Path,
    recipe: Path | None,
    base: str | None,
    net: str | None,
    minutes: float | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Train a model of CRAFT on DATA, or adapt one. Ctrl-C keeps the best so far; the same command resumes.

    Example: maquette train icon my-icons --minutes 30 --out my-icon-model
    """
    if not data.exists():
        raise UsageError("there is no such dataset", where=str(data), mend="give a folder or a record file")
    if find_spec("torch") is None:
        raise MissingExtra("training needs torch, which making does not", mend="pip install 'maquette[train]'")
    from maquette.training.run import train as start
    from maquette.trust.own import signed_by_me

    folder = out or Path(f"{craft}-model")

    def on_step(step: Any) -> None:
        told = step.as_dict() if hasattr(step, "as_dict") else dict(vars(step))
        if as_json:
            emit(told)
        elif told.get("held_out") is not None or told["step"] % 20 == 0:
            note("  ".join(f"{key} {_short(value)}" for key, value in told.items() if value not in (None, "")))

    start(
        craft, data, recipe=recipe, base=base, net=net, minutes=minutes, out=folder, on_step=on_step, mine=signed_by_me
    )
    if as_json:
        emit({"path": str(folder), "kind": "checkpoint"})
    else:
        click.echo(f"{shown(folder)}  use it: maquette {craft} PROMPT --checkpoint {shown(folder)}")
    return 0


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@click.command()
@click.argument("craft")
@click.argument("data", type=FILE)
@click.option("--checkpoint", metavar="NAME|PATH", help="The model. Default: the craft's starter.")
@click.option("--samples", type=click.IntRange(min=0), default=1000, show_default=True, help="Works to make and judge.")
@click.option("--export-logprobs", type=FILE, metavar="OUT", help="Write tokens and their log-probabilities.")
@click.option("--ngram-from", type=FILE, metavar="FILE", help="Fit the baseline on this file.")
@json_option
def evaluate(
    craft: str,
    data: Path,
    checkpoint: str | None,
    samples: int,
    export_logprobs: Path | None,
    ngram_from: Path | None,
    as_json: bool,
) -> int:
    """Held-out figures of a model on DATA beside its baseline; needs no torch.

    Example: maquette evaluate icon my-icons/items.jsonl --samples 100 --json
    """
    if not data.exists():
        raise UsageError("there is no such dataset", where=str(data), mend="give a folder or a record file")
    from maquette.makers.evaluate import evaluate as measure

    with progress_line("evaluating") as on_progress:
        figures = measure(
            craft,
            data,
            checkpoint=checkpoint,
            samples=samples,
            export_logprobs=export_logprobs,
            ngram_from=ngram_from,
            on_progress=on_progress,
        )
    if as_json:
        emit(figures)
        return 0
    width = max(map(len, figures), default=0)
    for key, value in figures.items():
        click.echo(f"{key:<{width}}  {_short(value)}")
    return 0
