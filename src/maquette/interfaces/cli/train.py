"""`train` and `evaluate`: a model of one's own, and honest figures about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from maquette.core.errors import UsageError

from .common import FILE, emit, json_option, note, progress_line, shown, studio


@click.command()
@click.argument("craft")
@click.argument("data", type=FILE)
@click.option("--recipe", type=FILE, metavar="TOML", help="Settings; what it leaves out is filled in and saved.")
@click.option("--base", metavar="NAME", help="Make a style adapter of this model: minutes, 1 to 3 MB.")
@click.option("--whole", is_flag=True, help="With --base: train all of its weights on, into a model of its own.")
@click.option("--net", metavar="NAME", help="Another net than the recipe's.")
@click.option("--minutes", type=click.FloatRange(min=0.01), metavar="M", help="Stop after so many minutes.")
@click.option("-o", "--out", type=FILE, default=None, help="Folder of the model. Default: CRAFT-model.")
@json_option
def train(
    craft: str,
    data: Path,
    recipe: Path | None,
    base: str | None,
    whole: bool,
    net: str | None,
    minutes: float | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Learn CRAFT from DATA: with --base a style adapter of that model, else a model of its own.

    Ctrl-C keeps the best so far; the same command resumes.

    Example: maquette train icon my-icons --base icon-1 --out my-hand
    """
    if whole and base is None:
        raise UsageError("--whole trains a base on", mend="name it: --base icon-1; or leave both out to start afresh")
    if not data.exists():
        raise UsageError("there is no such dataset", where=str(data), mend="give a folder or a record file")
    folder = out or Path(f"{craft}-model")

    def on_step(report: Any) -> None:
        told = report.as_dict()
        if as_json:
            emit(told)
        elif told["held_out"] is not None or told["step"] % 20 == 0:
            note(_line(told, "pictures" if craft == "picture" else "tokens"))

    from maquette.studio import files

    with progress_line(f"training {craft}") as on_progress, files.told(folder, "the folder"):
        studio().train(
            craft,
            data,
            recipe=recipe,
            base=base,
            whole=whole,
            net=net,
            minutes=minutes,
            out=folder,
            on_step=on_step,
            on_progress=on_progress,
        )
    if as_json:
        emit({"path": str(folder), "kind": "checkpoint"})
    else:
        click.echo(f"{shown(folder)}  use it: {_use_of(craft, folder)}")
    return 0


def _use_of(craft: str, folder: Path) -> str:
    """The command that makes works with what was trained."""
    from maquette.checkpoints.big import BigModel
    from maquette.checkpoints.box import open_checkpoint

    box, named = open_checkpoint(folder), shown(folder)
    if isinstance(box, BigModel) and box.kind == "embedding":
        return f"maquette {craft} PROMPT --checkpoint {box.told['base']['name']} --word {named}"
    if box.size.get("kind") == "gan.v1":  # it knows no words
        return f"maquette {craft} sample {named}"
    return f"maquette {craft} PROMPT --checkpoint {named}"


def _line(told: dict[str, Any], unit: str = "tokens") -> str:
    """One report for people: where it is, how well it does, how long it still takes."""
    parts = [f"step {told['step']}/{told['of']}"]
    parts += [f"loss {told['loss']:.3f}"] if told["loss"] is not None else []
    if told.get("held_out") is not None:
        parts.append(f"held out {told['held_out']:.3f}")
    if told["tokens_per_second"]:
        parts += [f"{told['tokens_per_second']:,} {unit}/s", f"{told['minutes_left']:.1f} min left"]
    parts += [str(told.get("note") or "")]
    return "  ".join(part for part in parts if part)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@click.command()
@click.argument("craft")
@click.argument("data", type=FILE)
@click.option("--checkpoint", metavar="NAME|PATH", help="The model. Default: the craft's starter.")
@click.option("--samples", type=click.IntRange(min=0), help="How many are made and judged; pictures: of each kind.")
@click.option("--export-logprobs", type=FILE, metavar="OUT", help="Write tokens and their log-probabilities.")
@click.option("--export", type=FILE, metavar="DIR", help="Write the pictures that are judged, with their prompts.")
@click.option("--ngram-from", type=FILE, metavar="FILE", help="Fit the baseline on this file.")
@json_option
def evaluate(
    craft: str,
    data: Path,
    checkpoint: str | None,
    samples: int | None,
    export_logprobs: Path | None,
    ngram_from: Path | None,
    export: Path | None,
    as_json: bool,
) -> int:
    """Held-out figures of a model on DATA beside its baseline; needs no torch.

    Bits per icon; bits per note in each set of a record file of music or a folder of tunes; of pictures (a record file
    with its .npz beside it) how well they fit their words, beside retrieval.

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
            export=export,
            on_progress=on_progress,
        )
    if as_json:
        emit(figures)
        return 0
    sets = figures.pop("sets", {})
    for title, rows in (("", figures), *sets.items()):
        width = max(map(len, rows), default=0)
        if title:
            click.echo(f"\n{title}")
        for key, value in rows.items():
            click.echo(f"{key:<{width}}  {_short(value)}")
    return 0
