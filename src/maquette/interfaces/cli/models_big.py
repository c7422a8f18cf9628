"""`maquette models add` for large models of other makers: their licence is shown before anything else."""

from __future__ import annotations

from pathlib import Path

import click

from .common import emit, shown, studio

# How a model of each kind is called for.
USES = {
    "pipeline": "--checkpoint {}",
    "lora": "--checkpoint MODEL --lora {}",
    "embedding": "--checkpoint MODEL --word {}",
    "controlnet": "--checkpoint MODEL --control {} FILE",
    "ip-adapter": "--checkpoint MODEL --style-from FILE",
}


def add_big(folder: Path, name: str | None, licence: str, download: bool, as_json: bool) -> int:
    """Add a large model and say what was found; see `studio.big_models.add`."""
    from maquette.checkpoints.big_files import UNDISCLOSED
    from maquette.studio.big_models import add, licence_text

    model = add(studio().places, folder, name=name, licence=licence, download=download)
    card, text = model.card, licence_text(model)
    if as_json:
        told = {"name": model.name, "path": str(model.path), "id": model.id, "kind": model.kind}
        told |= {"licence": card["licence"], "licence_from": card["licence_from"], "licence_text": text}
        emit({**told, "parameters": card["parameters"], "files": len(model.files), "home": str(model.home)})
        return 0
    click.echo(text.rstrip() or "(no text of the licence came with the model)")
    click.echo()
    size = f"{card['parameters'] / 1e9:.2f} billion numbers" if card["parameters"] > 1e8 else f"{card['parameters']:,}"
    click.echo(f"{model.name}: {card['encoding']}, {size}, {len(model.files)} files, all hashed: {model.id[:12]}")
    click.echo(f"its licence is the text above: {card['licence']} ({card['licence_from']}); {UNDISCLOSED}")
    click.echo(f"it stays where it is: {shown(model.home)}")
    click.echo(f"use it: maquette picture PROMPT {USES[model.kind].format(model.name)}")
    return 0
