"""`maquette music rearrange`: a piece for other players."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE
from .music_shared import out_options, run_move, soft_options, take_options


@click.command("rearrange")
@click.argument("file", type=FILE)
@click.option("--for", "players", metavar="PLAYERS", required=True, help='"string quartet", "flute, cello, piano" ...')
@take_options(1)
@soft_options
@out_options
def rearrange(file: Path, as_json: bool, **asked: Any) -> int:
    """The piece in FILE for other players: outer voices and harmony are kept, everyone in range.

    By rule (one take) and, where there are inner voices, with those written anew by the net.

    Example: maquette music rearrange song.mid --for "string quartet" --out quartet
    """
    return run_move("rearrange", file, as_json, **asked)
