"""A move on a piece from file to signed children: the piece opened, the model asked, every take kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import CheckpointError, MaquetteError, UsageError
from ..core.progress import OnProgress, silent
from ..core.registry import nearest
from .score_exports import kinds_of
from .scores import Kept, keep_move, open_score, told_of_error

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..makers.music_net import Net
    from .scores import Opened
    from .studio import Studio

STARTER = "music-1"


def move(
    studio: Studio,
    file: str | Path,
    name: str,
    *,
    count: int = 2,
    seed: int = 0,
    temperature: float = 1.0,
    genre: str | None = None,
    out: str | Path = ".",
    also: str | Sequence[str] = (),
    checkpoint: str | None = None,
    unsigned: bool = False,
    others: Sequence[str | Path] = (),
    on_progress: OnProgress = silent,
    **wishes: Any,
) -> list[Kept]:
    """Make a move of `makers.music_moves` on the piece in `file` and keep every take as its signed child.

    wishes: the settings of the move. others: further pieces it works with, which it is given as scores. Raises
    UsageError, MediaError, CheckpointError, CredentialError, LibraryError, MissingExtra.
    """
    from ..makers import music_moves

    kinds = kinds_of(also)
    opened = open_score(studio, file)
    further = [open_score(studio, one) for one in others]
    folder = Path(out).expanduser()
    studio.library.ready(folder)
    box = model(studio, name, checkpoint, opened)
    net = net_of(studio, box, count=count, seed=seed, temperature=temperature, genre=genre, on_progress=on_progress)
    more = {"others": tuple(one.score for one in further)} if further else {}
    try:
        takes = music_moves.move(name, opened.score, net, **wishes, **more)
    except MaquetteError as error:
        raise told_of_error(error, opened.path) from error
    asked: Mapping[str, Any] = {key: value for key, value in wishes.items() if value not in (None, False, "")}
    return keep_move(
        studio,
        opened,
        takes,
        move=name,
        asked=asked,
        others=further,
        seed=seed,
        out=folder,
        also=kinds,
        checkpoint=box,
        unsigned=unsigned,
    )


def model(studio: Studio, name: str, checkpoint: str | None, opened: Opened | None = None) -> Checkpoint | None:
    """The model that is asked for, else the one that wrote the piece if this machine has it, else the starter.

    None where a move can do without and none was asked for by name.
    """
    from ..makers.music_moves import NET_ONLY, RULE_ONLY

    if name in RULE_ONLY:
        return None
    if checkpoint is None and opened is not None and opened.story.get("checkpoint"):
        known = studio.checkpoint_of(opened.story)
        if known is not None:
            return known
    try:
        return studio._open(checkpoint or STARTER)
    except CheckpointError:
        if checkpoint is not None or name in NET_ONLY:
            raise
        studio.say(f"{STARTER} is not installed: this move is made by rule alone")
        return None


_WRITERS: dict[str, Any] = {}  # the open writer of a checkpoint: the next move does not wait for it


def net_of(studio: Studio, box: Checkpoint | None, **how: Any) -> Net:
    """A model, ready to write; `how`: count, seed, temperature, genre, on_progress."""
    from ..makers.music_net import Net

    if box is None:
        return Net(**how)
    from ..makers.music_writer import Writer

    if box.id not in _WRITERS:
        _WRITERS[box.id] = Writer(box)
    writer = _WRITERS[box.id]
    return Net(writer, box.id, box.name, **{**how, "genre": _genre(how.get("genre"), writer.genres) or writer.own})


def _genre(text: str | None, learnt: Sequence[str]) -> str | None:
    """The genre by the name that the model has learnt it by. Raises UsageError for one that it has not."""
    from ..makers.music_controls import genre_of

    name = text.strip().lower() if text is not None else None
    if name is None or name in learnt:
        return name
    found = genre_of(name)
    if found is None or found.name not in learnt:
        raise UsageError(f"this model has learnt no {name}", mend=nearest(name, learnt))
    return found.name
