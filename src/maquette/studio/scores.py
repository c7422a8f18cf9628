"""Moves on scores: what came of them is kept as signed children of the piece, with whose hand made which bar.

kept = keep_move(studio, "tune.mid", [Take(score, "rule", "two voices swapped")], move="swap", also=("musicxml",))

The piece itself stays as it is. Authorship is recorded for every cell (one bar of one part): what a take did not touch
keeps the hand it had, note for note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core import authorship
from ..core.authorship import Hand
from ..core.errors import CredentialError, MaquetteError, UsageError
from ..core.hashing import sha256_file
from ..core.types import Ingredient, Request, Work
from ..data.score_text import to_text
from ..makers.music_takes import Take, cells_of, hands_after
from . import again, files
from .score_exports import Written, export, kinds_of

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..media.score import Score
    from ..trust.seal import Action
    from ..trust.verify import Verdict
    from .lineage import Asset
    from .studio import Studio

CRAFT = "music"


@dataclass(frozen=True)
class Opened:
    """A piece that a move is made on: its file, its score, and what its credential tells."""

    path: Path
    score: Score
    verdict: Verdict
    hands: tuple[Hand, ...]

    @property
    def story(self) -> Mapping[str, Any]:
        return self.verdict.story if self.verdict.story and "request" in self.verdict.story else {}

    @property
    def title(self) -> str:
        return str((self.story.get("request") or {}).get("prompt") or self.score.title or "")


@dataclass(frozen=True)
class Kept:
    """A take that was kept. `hands`: one per cell (bar by bar, in each bar part by part); `files`: what it was also
    written as."""

    asset: Asset
    take: Take
    hands: tuple[Hand, ...]
    files: tuple[Written, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        score = self.take.score
        told: dict[str, Any] = {
            "by": self.take.by,
            "note": self.take.note,
            "bars": len(score.bars),
            "parts": [part.name for part in score.parts],
            "notes": score.count,
            "seconds": round(score.duration, 2),
            "authorship": authorship.counts(self.hands),
            "new": by_part(score, self.hands),
        }
        return {**self.asset.as_dict(), **told, "files": [one.as_dict() for one in self.files]}


def by_part(score: Score, hands: Sequence[Hand]) -> list[list[int]]:
    """For every part the bars, from 1, that no person made alone."""
    parts = max(1, len(score.parts))
    rows: list[list[int]] = [[] for _ in range(parts)]
    for index, hand in enumerate(hands):
        if hand != "human":
            rows[index % parts].append(index // parts + 1)
    return rows


def told(hands: Sequence[Hand], parts: int) -> str:
    """Whose hand made what, in a line: "16 bars of 2 parts: 16 by hand, 16 by the machine"."""
    if parts < 2:
        return authorship.told(hands, "bar")
    line = authorship.told(hands, "bar").partition(":")[2]
    return f"{len(hands) // parts} bars of {parts} parts:{line}" if line else ""


def open_score(studio: Studio, file: str | Path) -> Opened:
    """A piece by the path of its file or its id in the library, in any format that scores are read from.

    Raises MediaError for a file that is no score, and CredentialError for one whose credential does not hold: its
    story would be passed on.
    """
    from ..media.table import open_media

    asset = studio.library.get(file)
    path = Path(file) if asset is None or Path(file).is_file() else asset.path
    score = open_media(path)
    if type(score).__name__ != "Score":
        raise UsageError("this is no piece of music", where=str(path), mend="name a .mid, .musicxml, .mxl or .abc file")
    verdict = studio.verdict(path)
    if verdict.state == "invalid":
        raise CredentialError(
            f"the credential of this file does not hold: {verdict.summary}",
            where=str(path),
            mend="take your own changes in first (maquette adopt FILE --from ORIGINAL), or name the untouched file",
        )
    story = verdict.story if verdict.story and "request" in verdict.story else {}
    return Opened(path, score, verdict, authorship.hands_of(story, len(cells_of(score))))


def keep_move(
    studio: Studio,
    parent: str | Path | Opened | None,
    takes: Sequence[Take | Score],
    *,
    move: str,
    note: str = "",
    words: str = "",
    asked: Mapping[str, Any] | None = None,
    others: Sequence[str | Path | Opened] = (),
    seed: int = 0,
    out: str | Path = ".",
    also: Sequence[str] = (),
    checkpoint: Checkpoint | None = None,
    unsigned: bool = False,
    stem: str = "",
) -> list[Kept]:
    """Keep every take as a work of its own (.mid): a signed child of `parent`, or a new one where that is None.

    move: the name of the move, for the file's name and the record. note: one line for people, used where a take has
    none. words: what was asked for in words. asked: the settings, as plain data. others: further files that the result
    was made of (the second tune of an interpolation). also: kinds of file to write beside it ("musicxml", "svg",
    "pdf", "wav" ...). checkpoint: the model that wrote notes, for takes by the net. stem: of the file names; otherwise
    the parent's with the move's name. Every kind is checked before anything is written. Raises UsageError, MediaError,
    CredentialError, LibraryError, MissingExtra.
    """
    kinds = kinds_of(also)
    opened = open_score(studio, parent) if isinstance(parent, (str, Path)) else parent
    folder = Path(out).expanduser()
    studio.library.ready(folder)
    own = [one if isinstance(one, Take) else Take(one) for one in takes]
    if not own:
        raise UsageError("nothing came of this move", mend="try another --seed, or ask for something else")
    more = tuple(open_score(studio, one) if isinstance(one, (str, Path)) else one for one in others)
    keeper = _Keeper(studio, opened, folder, checkpoint, move, words, dict(asked or {}), seed, unsigned, stem, more)
    further = [again.parent_of(one.path) for one in more]
    kept = []
    for take in own:
        take = take if take.note else replace(take, note=note)
        asset, hands = keeper.keep(take, len(own), further)
        written = export(studio, asset.path, take.score, kinds, folder, unsigned=unsigned) if kinds else []
        kept.append(Kept(asset, take, hands, tuple(written)))
    return kept


@dataclass(frozen=True)
class _Keeper:
    """Writes, seals and keeps the takes of one move."""

    studio: Studio
    opened: Opened | None
    out: Path
    box: Checkpoint | None
    move: str
    words: str
    asked: Mapping[str, Any]
    seed: int
    unsigned: bool
    stem: str
    others: tuple[Opened, ...] = ()

    def keep(self, take: Take, count: int, further: Sequence[Any]) -> tuple[Asset, tuple[Hand, ...]]:
        from ..media.table import to_bytes
        from ..trust.seal import Sealed
        from ..trust.seal import unsigned as no_credential

        hands = self._hands(take)
        work = self._work(take, hands, count)
        comment = "made with Maquette, unsigned" if self.unsigned else again.COMMENT_BESIDE
        data, form = to_bytes(take.score, title=take.score.title or self._title(), comment=comment)
        card = self._card(take)
        finding = self.studio.originality(work, self.box) if take.checkpoint else None
        parents = [again.parent_of(self.opened.path), *further] if self.opened is not None else [*further]
        if self.unsigned:
            sealed = Sealed(data, None, no_credential())
        else:
            action: Action = "edited" if self.opened is not None else "created"
            seal = self.studio._seal
            sealed = seal(work, data, form.mime, finding, card=card, action=action, parents=parents)
        asset = self.studio.library.keep(
            work,
            sealed,
            self.out,
            suffix=form.suffix,
            stem=self._stem(),
            parents=[work.request.base] if work.request.base else [],
            originality=finding,
            card=card,
        )
        return asset, hands

    def _hands(self, take: Take) -> tuple[Hand, ...]:
        if self.opened is None:
            hand: Hand = "human" if take.adjusts else "machine"
            return (hand,) * len(cells_of(take.score))
        return hands_after(self.opened.score, self.opened.hands, take, [(o.score, o.hands) for o in self.others])

    def _card(self, take: Take) -> Mapping[str, Any]:
        """Of the model that wrote now, else of the one that wrote the piece: its credits go on."""
        if self.box is not None and take.checkpoint:
            return self.box.card
        return (self.opened.story.get("model") or {}) if self.opened is not None else {}

    def _title(self) -> str:
        known = self.opened.title if self.opened is not None else ""
        return self.words or known or (self.opened.path.stem if self.opened is not None else self.move)

    def _stem(self) -> str:
        if self.stem:
            return files.slug(self.stem)
        if self.opened is None:
            return files.slug(self.words or self.move)
        name = files.slug(self.opened.path.stem)
        return name if name.endswith(f"-{self.move}") else f"{name}-{self.move}"

    def _work(self, take: Take, hands: Sequence[Hand], count: int) -> Work[Any]:
        story = self.opened.story if self.opened is not None else {}
        request: Request[Any] = Request(
            CRAFT,
            self._title(),
            {},
            self.seed,
            count,
            base=sha256_file(self.opened.path) if self.opened is not None else None,
            checkpoint=self.box.name if self.box is not None else None,
            licence=(story.get("request") or {}).get("licence"),
        )
        trace: dict[str, Any] = {
            "move": {"name": self.move, "by": take.by, **({"asked": dict(self.asked)} if self.asked else {})},
            "shapes": authorship.as_trace(hands),
            "parts": len(take.score.parts),
            **take.trace,
        }
        if "frame" not in trace:
            trace.setdefault("score", to_text(take.score))  # nothing else tells what it was: this replays it
        ingredients = tuple(Ingredient(**one) for one in story.get("ingredients") or ())
        credits = tuple(dict.fromkeys((*ingredients, *take.ingredients)))
        return Work(take.score, request, take.seed or self.seed, take.checkpoint, "edited", take.note, credits, trace)


def told_of_error(error: MaquetteError, path: Path) -> MaquetteError:
    """The same error, with the file it is about."""
    return type(error)(error.wrong, where=error.where or str(path), mend=error.mend)
