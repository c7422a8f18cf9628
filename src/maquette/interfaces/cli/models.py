"""`maquette models`: the checkpoints at hand, their cards, and the way in and out."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from maquette.core.errors import CheckpointError, UsageError
from maquette.core.settings import places

from .common import FILE, emit, json_option, print_sections, shown, studio


@click.group()
def models() -> None:
    """The models at hand: packaged starters and your own.

    Example: maquette models card icon-1
    """


@models.command("list")
@json_option
def list_(as_json: bool) -> int:
    """Models by name: parameters, licences of what they learnt from, where they lie.

    Example: maquette models list
    """
    from maquette.checkpoints.box import open_checkpoint
    from maquette.checkpoints.starters import starters

    own = places().models
    folders = own.iterdir() if own.is_dir() else ()
    names = sorted(path.name for path in folders if path.is_dir() and not path.name.startswith("."))
    for name in [*names, *(one for one in starters() if one not in names)]:
        whose = "own" if name in names else "starter"
        try:
            box = open_checkpoint(name)
        except CheckpointError as error:
            if as_json:
                emit({"name": name, "whose": whose, **error.as_dict()})
            else:
                click.echo(f"{name:<16}  {whose:<8}  cannot be opened: {error.wrong}")
            continue
        size, licences = int(box.card.get("parameters") or 0), box.licences()
        its_own = str(box.card.get("licence") or "")  # of a large model of other makers
        if as_json:
            told = {"name": name, "whose": whose, "id": box.id, "parameters": size, "licences": licences}
            emit(told | ({"licence": its_own} if its_own else {}))
        else:
            terms = f"{its_own}; its training data was not disclosed" if its_own else "/".join(sorted(licences))
            click.echo(f"{name:<16}  {whose:<8}  {size / 1e6:5.1f} M  {terms}")
    return 0


@models.command()
@click.argument("name", metavar="NAME|PATH")
@json_option
def card(name: str, as_json: bool) -> int:
    """The card of a model: whose works it learnt from, its figures, its known faults, and whether its seal holds.

    Ends with 3 if a file of it is not what was signed.

    Example: maquette models card icon-1
    """
    from maquette.checkpoints.box import open_checkpoint
    from maquette.studio.models import card_sections

    box = open_checkpoint(name)
    stands = studio().standing(box)
    if as_json:
        emit({"id": box.id, **box.card, "seal": stands.as_dict()})
    else:
        print_sections(card_sections(box.card, stands))
    return 3 if stands.state == "invalid" else 0


@models.command()
@click.argument("folder", type=FILE)
@click.option("--name", help="Its name here. Default: the folder's.")
@click.option("--licence", default="", metavar="ID", help="Of a large model that came without one; recorded as yours.")
@click.option("--download", is_flag=True, help="FOLDER is the id MAKER/NAME of a large model: fetch it now.")
@json_option
def add(folder: Path, name: str | None, licence: str, download: bool, as_json: bool) -> int:
    """Copy a model's FOLDER among your own, so that it can be called by name. Pickles are refused.

    A large model of other makers (Stable Diffusion, FLUX, a LoRA ...) stays where it lies: its licence is shown and
    kept, and every file is hashed. Nothing is downloaded without --download.

    Example: maquette models add my-icon-model --name mine-1
    """
    from maquette.checkpoints.big_files import is_big
    from maquette.checkpoints.box import open_checkpoint
    from maquette.checkpoints.contents import RUN

    if not folder.is_dir() and not download:
        hub = len(folder.parts) == 2 and not folder.is_absolute()
        mend = "is it a model's id? --download fetches it, and nothing else does" if hub else "name a folder"
        raise UsageError("there is no such folder", where=str(folder), mend=mend)
    if download or is_big(folder):
        from .models_big import add_big

        return add_big(folder, name, licence, download, as_json)
    box = open_checkpoint(folder)
    name = name or folder.resolve().name
    if Path(name).name != name or name.startswith("."):
        raise UsageError(f"{name!r} is no name for a model", mend="give one without slashes")
    target = places().models / name
    if target.exists():
        raise UsageError(f"there is a model {name} already", where=str(target), mend="give another with --name")
    part = target.with_name(f".{name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        # What a training keeps to go on with is ten times the model, and not part of it.
        shutil.copytree(folder, part, ignore=lambda at, _: [RUN] if Path(at) == folder else [])
        part.rename(target)
    except OSError as error:
        raise CheckpointError(f"the model cannot be copied: {error}", where=str(target)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    if as_json:
        emit({"name": name, "path": str(target), "id": box.id})
    else:
        click.echo(f"{name}  use it: maquette {box.card.get('kind', 'icon')} PROMPT --checkpoint {name}")
    return 0


@models.command()
@click.argument("folder", type=FILE)
@json_option
def sign(folder: Path, as_json: bool) -> int:
    """Sign the model in FOLDER as yours: one that you trained on a machine without your keys, or changed since.

    `maquette train` does this by itself.

    Example: maquette models sign my-icon-model
    """
    from maquette.checkpoints.box import open_checkpoint

    if not folder.is_dir():
        raise UsageError("there is no such folder", where=str(folder))
    desk = studio()
    path, stands = desk.seal_model(folder), desk.standing(open_checkpoint(folder))
    if as_json:
        emit({"path": str(path), "seal": stands.as_dict()})
    else:
        click.echo(f"{shown(path)}  {stands.told}")
    return 0


@models.command()
@click.argument("name", metavar="NAME|PATH")
@click.argument("out", type=FILE)
@json_option
def export(name: str, out: Path, as_json: bool) -> int:
    """Write a model as a Hugging Face folder OUT that `transformers` opens, its card with it.

    Example: maquette models export icon-1 icon-1-hf
    """
    from maquette.checkpoints.adopt import export_huggingface

    folder = export_huggingface(name, out)
    if as_json:
        emit({"path": str(folder)})
    else:
        click.echo(f"{shown(folder)}  open it: AutoModelForCausalLM.from_pretrained({str(out)!r})")
    return 0
