"""`maquette keys`: the keys that sign. They never leave this machine unless you back them up."""

from __future__ import annotations

import os
from pathlib import Path

import click

from maquette.core.errors import UsageError
from maquette.core.settings import places

from .common import FILE, emit, json_option

ENVIRONMENT = "MAQUETTE_PASSPHRASE"


@click.group()
def keys() -> None:
    """Your signing keys. They are made at first use; nothing is asked of you.

    Example: maquette keys create --name "Ada Lovelace"
    """


def _say(told: dict[str, object], line: str, as_json: bool) -> int:
    if as_json:
        emit(told)
    else:
        click.echo(line)
    return 0


@keys.command()
@click.option("--name", required=True, help="The name your works are signed with.")
@json_option
def create(name: str, as_json: bool) -> int:
    """Sign in this name from now on. Your root stays, so earlier works stay trusted.

    Example: maquette keys create --name "Ada Lovelace"
    """
    from maquette.trust.keys import create as make

    made = make(places(), name)
    return _say({"name": made.name, "fingerprint": made.fingerprint}, f"works are signed by {made.name}", as_json)


@keys.command()
@json_option
def show(as_json: bool) -> int:
    """Who signs, the fingerprint of the root, until when, and whom you trust.

    Example: maquette keys show
    """
    from maquette.trust.keys import show as look

    told = look(places())
    if as_json:
        emit(told)
        return 0
    if told["name"] is None:
        click.echo("no keys yet: they are made when you first sign, or by `maquette keys create --name NAME`")
    else:
        click.echo(f"signs as     {told['name']}\nroot         {told['root']}\nfingerprint  {told['fingerprint']}")
        click.echo(f"until        {told['until']}")
    for one in told["trusted"]:
        click.echo(f"trusts       {one['name']}  {one['fingerprint']}")
    return 0


@keys.command("export-root")
@click.argument("out", type=FILE)
@json_option
def export_root(out: Path, as_json: bool) -> int:
    """Write your root certificate (no key in it) to OUT, for others to trust.

    Example: maquette keys export-root my-root.pem
    """
    from maquette.trust.keys import export_root as export

    export(places(), out)
    return _say({"path": str(out)}, f"{out}  give it to whoever shall trust your works", as_json)


@keys.command()
@click.argument("pem", type=FILE)
@json_option
def trust(pem: Path, as_json: bool) -> int:
    """Trust the root of another creator from now on. Compare the fingerprint with hers first.

    Example: maquette keys trust my-root.pem
    """
    from maquette.trust.keys import trust as take

    told = take(places(), pem)
    return _say({**told}, f"trusted: {told['name']}  {told['fingerprint']}", as_json)


@keys.command()
@click.argument("out", type=FILE)
@json_option
def backup(out: Path, as_json: bool) -> int:
    """Write your keys to OUT, encrypted with a passphrase (asked for, or from MAQUETTE_PASSPHRASE).

    Example: maquette keys backup my-keys.backup
    """
    from maquette.trust.keys import backup as save

    save(places(), out, _passphrase(confirm=True))
    return _say({"path": str(out)}, f"{out}  keep it, and the passphrase elsewhere", as_json)


@keys.command()
@click.argument("file", type=FILE)
@json_option
def restore(file: Path, as_json: bool) -> int:
    """Put the keys of a backup in place. Other keys already here are kept beside them.

    Example: maquette keys restore my-keys.backup
    """
    from maquette.trust.keys import restore as put

    if not file.is_file():
        raise UsageError("there is no such backup", where=str(file))
    made = put(places(), file, _passphrase(confirm=False))
    return _say({"name": made.name, "fingerprint": made.fingerprint}, f"works are signed by {made.name}", as_json)


def _passphrase(*, confirm: bool) -> str:
    given = os.environ.get(ENVIRONMENT)
    if given is not None:
        return given
    return str(click.prompt("passphrase", hide_input=True, confirmation_prompt=confirm, err=True))
