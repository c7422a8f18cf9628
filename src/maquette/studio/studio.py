"""The studio: the one door to making. A request goes in; signed, kept assets come out, as they are finished."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import CredentialError, MissingExtra, UsageError
from ..core.hashing import sha256_file
from ..core.progress import OnProgress, silent
from ..core.settings import Places, places
from ..core.types import Ghost, Ingredient, Request, Work
from . import again, files, lineage
from .jobs import Job, JobBook
from .library import Library, Say, warn
from .lineage import Asset
from .making import Keeping, NearCopy, all_refused, works_of
from .runner import Here, Runner

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..trust.picture_marks import Marked
    from ..trust.seal import Action, Parent, Sealed
    from ..trust.verify import Verdict
    from .edits import Edits
    from .exports import Exported
    from .ghosts import Session, Suggesters
    from .models import Standing
    from .outlines import Siblings
    from .rules import Report
    from .scores import Kept
    from .sets import MadeSet

LONGEST_PROMPT = 500  # characters
MOST = 500  # works of one request


@dataclass(frozen=True)
class Remade:
    """A work made again: the new asset, and whether it is the same media as the one it was made from."""

    asset: Asset
    same: bool
    resampled: bool


class Studio:
    """Introduces makers, trust and library to one another. Opening it loads and touches nothing.

    studio = Studio()
    for asset in studio.make(studio.request("icon", "a rocket", seed=7, count=4), out="rockets"):
        print(asset.path, asset.credential["summary"])
    """

    def __init__(self, where: Places | None = None, *, runner: Runner | None = None, say: Say = warn) -> None:
        self.places = where or places()
        self.say = say
        self.library = Library(self.places, say)
        self.jobs = JobBook(lambda: self.library.index)
        self.runner: Runner = runner or Here(self.jobs)
        self._prints: dict[str, Any] = {}

    # -- asking ------------------------------------------------------------------------------------------------

    def request(
        self,
        craft: str,
        prompt: str,
        *,
        seed: int = 0,
        count: int = 12,
        checkpoint: str | None = None,
        licence: str | None = None,
        base: str | None = None,
        **controls: Any,
    ) -> Request[Any]:
        """A checked request. `controls` are the fields of the craft's controls; unknown ones raise UsageError."""
        from ..makers import table

        kind = table.controls(craft)
        known = [one.name for one in dataclasses.fields(kind)]
        for name in controls:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                raise UsageError(
                    f"{craft} has no control called {name!r}",
                    mend=f"did you mean {close[0]}?" if close else f"it has {', '.join(known)}",
                )
        request = Request(craft, prompt, kind(**controls), seed, count, base, checkpoint, licence)
        self.check(request)
        return request

    def check(self, request: Request[Any]) -> None:
        """Raise UsageError for a request that no maker could fulfil."""
        words = request.prompt.strip()
        if not words:
            raise UsageError("the prompt is empty", mend=f'say what to make: maquette {request.maker} "..."')
        if len(request.prompt) > LONGEST_PROMPT:
            raise UsageError(
                f"the prompt has {len(request.prompt)} characters; the limit is {LONGEST_PROMPT}",
                where=f"{words[:40]}...",
                mend="name the thing in a few words; more would not be read",
            )
        if not 1 <= request.count <= MOST:
            raise UsageError(f"a count of {request.count} cannot be made", mend=f"ask for 1 to {MOST} works")
        getattr(request.controls, "fit", lambda count: None)(request.count)
        if not 0 <= request.seed < 1 << 63:
            raise UsageError(f"{request.seed} is no seed", mend="give a whole number from 0 to 9223372036854775807")

    # -- making ------------------------------------------------------------------------------------------------

    def make(
        self,
        request: Request[Any],
        on_progress: OnProgress = silent,
        *,
        out: str | Path = ".",
        unsigned: bool = False,
        private: bool = False,
        allow_near_copy: bool = False,
        on_near_copy: Callable[[NearCopy], None] | None = None,
    ) -> Iterator[Asset]:
        """Make, seal and keep `request.count` works; yields each as soon as it is kept.

        Checked before anything is made: the request, the model, and that `out` and the library can be written. A near
        copy of one author's drawing goes to `on_near_copy` and is not kept, unless `allow_near_copy`, which is
        recorded. Raises UsageError, CheckpointError, LibraryError; OriginalityError if not one work could be kept.
        """
        from ..makers import table

        self.check(request)
        maker_class = table.maker(request.maker)
        name = request.checkpoint or maker_class.starter
        checkpoint = self._open(name) if name else None
        folder = Path(out).expanduser()
        self.library.ready(folder)
        keeping = Keeping(
            self,
            folder,
            checkpoint,
            files.slug(request.maker if private else request.prompt) + f"-{request.seed}",
            unsigned=unsigned,
            private=private,
            allow_near_copy=allow_near_copy,
        )

        def task(progress: OnProgress) -> Iterator[Asset]:
            kept, near = 0, []
            for work in works_of(maker_class(checkpoint), request, progress):
                found = keeping.look(work)
                if isinstance(found, NearCopy):
                    near.append(found)
                    if on_near_copy is not None:
                        on_near_copy(found)
                    continue
                yield keeping.keep(work, found)
                kept += 1
                if kept == request.count:
                    return
            if near and not kept:
                raise all_refused(near)

        job = Job(what={"request": lineage.request_data(request, private=private)}, private=private)
        return self.runner.submit(job, task, on_progress)

    def _open(self, name: str) -> Checkpoint:
        from ..checkpoints.box import open_checkpoint

        return open_checkpoint(name)

    def originality(self, work: Work[Any], checkpoint: Checkpoint | None) -> dict[str, Any] | None:
        """Nearest training works and verdict as JSON data; None where no model, or no prints of its training, are."""
        base = checkpoint.base if checkpoint is not None else None
        index = self._index_of(base or checkpoint)
        if index is None:
            return None
        from ..trust.prints import examine

        own = self._index_of(checkpoint) if base else None
        return examine(work.media, index, own=own, trace=work.trace)

    def _index_of(self, checkpoint: Checkpoint | None) -> Any:
        if checkpoint is None:
            return None
        if checkpoint.id not in self._prints:
            from ..core.errors import CheckpointError
            from ..trust.prints import load_index

            try:
                self._prints[checkpoint.id] = load_index(checkpoint.file("fingerprints.npz"))
            except CheckpointError:
                self.say(f"{checkpoint.name} carries no prints of its training works: originality is not examined")
                self._prints[checkpoint.id] = None
        return self._prints[checkpoint.id]

    @cached_property
    def signer(self) -> Any:
        """The creator's signer; her keys are made at first use."""
        from ..trust import keys

        return keys.signer(self.places)

    # -- works that are there already ------------------------------------------------------------------------------

    def verdict(self, path: str | Path) -> Verdict:
        """What the credential of a file is worth. Raises UsageError if there is no such file."""
        from ..trust.verify import verify

        return verify(path, at=self.places)

    def show(self, which: str | Path) -> tuple[Verdict, Asset | None]:
        """The verdict and story of a file (or of a kept work's id), and what the library knows of it."""
        asset = self.library.get(which)
        path = asset.path if asset is not None and not Path(which).is_file() else Path(which)
        return self.verdict(path), asset

    def original(self, which: str | Path) -> tuple[Path, Verdict]:
        """The untouched file of a work given by path or id, with its verdict.

        If the file was changed since, the library's own copy of it is taken.
        """
        asset = self.library.get(which)
        path = Path(which) if Path(which).is_file() else asset.path if asset else None
        if path is None:
            raise UsageError("there is no such work", where=str(which), mend="give a file, or an id of the library")
        verdict = self.verdict(path)
        if not verdict.holds:
            for kept in self.library.named(path):
                if kept.copy is not None and kept.copy.is_file() and (told := self.verdict(kept.copy)).holds:
                    return kept.copy, told
        return path, verdict

    def remake(
        self, which: str | Path, *, resample: bool = False, out: str | Path = ".", on_progress: OnProgress = silent
    ) -> Remade:
        """Make a work again from the story in its file: replay its decisions, or with `resample` decide again.

        A replay gives the same media on every machine; `Remade.same` says what was found. Raises CredentialError for a
        file whose story cannot be relied on.
        """
        from ..media.table import open_media, same

        path, verdict = self.original(which)
        story = again.story_of(path, verdict)
        self.library.ready(Path(out).expanduser())
        work = self._resample(story, path, on_progress) if resample else again.replay(story, path)
        if resample and dict(work.trace).get("tokens") != story["trace"].get("tokens"):
            equal = False
        else:
            equal = same(work.media, open_media(path))
        private = story["request"].get("prompt") is None
        stem = files.slug(work.request.maker if private else work.request.prompt) + f"-{work.request.seed}"
        keeping = Keeping(self, Path(out).expanduser(), self.checkpoint_of(story), stem, private=private)
        return Remade(keeping.keep(work, story.get("originality")), equal, resample)

    def checkpoint_of(self, story: Mapping[str, Any]) -> Checkpoint | None:
        """The checkpoint that made a work, if this machine has it, under whatever name."""
        from ..checkpoints.starters import starters
        from ..core.errors import MaquetteError

        wanted = story.get("checkpoint")
        own = self.places.models.iterdir() if self.places.models.is_dir() else ()
        told = ((story.get("model") or {}).get("name"), (story.get("request") or {}).get("checkpoint"))
        for name in dict.fromkeys([*filter(None, told), *starters(), *(path.name for path in own)]):
            try:
                found = self._open(name)
            except MaquetteError:
                continue
            if found.id == wanted:
                return found
        return None

    def _resample(self, story: Mapping[str, Any], path: Path, on_progress: OnProgress) -> Work[Any]:
        from ..makers import table

        if story["request"].get("prompt") is None:
            raise UsageError(
                "the words of this work were kept private, so it cannot be drawn again from them",
                where=str(path),
                mend="leave out --resample: its decisions can still be replayed",
            )
        request = again.request_of(story)
        maker_class = table.maker(request.maker)
        checkpoint = self.checkpoint_of(story) if story.get("checkpoint") else None
        if checkpoint is None and story.get("checkpoint"):
            raise UsageError(
                "the model that made this work is not on this machine",
                where=f"{path}: {(story.get('model') or {}).get('name')}, {story['checkpoint'][:12]}",
                mend="add it with `maquette models add`, or leave out --resample: its decisions can still be replayed",
            )
        works = list(works_of(maker_class(checkpoint), request, on_progress))
        # Each candidate has its own seed; where ranking chose others here, the nearest answer is the first.
        return next((work for work in works if work.seed == story["seed"]), works[0])

    def edit(self, which: str | Path, change: Callable[[Any], Any], *, note: str, out: str | Path = ".") -> Asset:
        """A child of a kept work, changed by a program: `change` takes the media and gives the changed one.

        `note` says what was done; it is recorded as an algorithm's edit, never as a hand's.
        """
        from ..media.table import open_media

        path, verdict = self.original(which)
        story = again.story_of(path, verdict)
        self.library.ready(Path(out).expanduser())
        parent = sha256_file(path)
        told = again.request_of(story, base=parent)
        ingredients = tuple(Ingredient(**one) for one in story.get("ingredients") or ())
        media = change(open_media(path))
        work: Work[Any] = Work(media, told, int(story["seed"]), story["checkpoint"], "edited", note, ingredients)
        private = story["request"].get("prompt") is None
        stem = f"{files.slug(told.maker if private else told.prompt)}-{told.seed}-edited"
        keeping = Keeping(self, Path(out).expanduser(), self.checkpoint_of(story), stem, private=private)
        return keeping.keep(work, keeping.studio.originality(work, keeping.checkpoint), again.parent_of(path))

    def edit_icon(self, file: str | Path, wishes: Mapping[str, Any], **asked: Any) -> Edits:
        """Changed copies of an icon as its signed children: shapes kept, replaced, removed, added; see `edits.edit`."""
        from . import edits

        return edits.edit(self, file, wishes, **asked)

    def move(self, file: str | Path, name: str, **how: Any) -> list[Kept]:
        """A move on a piece of music (continue, fill, harmonise ...) as its signed children; see `score_moves.move`."""
        from . import score_moves

        return score_moves.move(self, file, name, **how)

    def lint_icons(self, paths: Sequence[str | Path], **asked: Any) -> Report:
        """Icons beside their set's style card; `fix` mends signed copies. See `rules.check`."""
        from . import rules

        return rules.check(self, paths, **asked)

    def siblings(self, paths: Sequence[str | Path], move: str, **how: Any) -> Siblings:
        """Outlined, filled, duotone or lined siblings of icons, as their signed children; see `outlines.siblings`."""
        from . import outlines

        return outlines.siblings(self, paths, move, **how)

    def pick(self, works: Sequence[str | Path], into: str | Path, *, name: str = "") -> Iterator[Asset]:
        """Keep chosen works in the folder of a set, each as a signed child that says from how many it was chosen."""
        from .picks import pick

        return pick(self, works, into, name=name)

    def make_set(self, wishes: Sequence[Any], **how: Any) -> MadeSet:
        """Draw one consistent set of icons; see `studio.sets`: `read_list` reads the wishes, `how` is `make_set`'s."""
        from .sets import make_set

        return make_set(self, wishes, **how)

    def adopt(self, edited: str | Path, original: str | Path, *, human: str = "", out: str | Path = ".") -> Asset:
        """Take a hand-edited file into the library as a child of `original`: what the hand did is recorded and signed.

        The edited file itself stays as it is; the signed one is written to `out`.
        """
        from ..media.table import edits, read_if_known

        edited = Path(edited)
        if not edited.is_file():
            raise UsageError("there is no such file", where=str(edited), mend="name the edited file")
        before, verdict = self.original(original)
        if verdict.state == "invalid":
            raise CredentialError(
                f"the original's credential does not hold: {verdict.summary}",
                where=str(before),
                mend="name the untouched file, or its id in the library",
            )
        self.library.ready(Path(out).expanduser())
        media, old = read_if_known(edited), read_if_known(before)
        data = edited.read_bytes()
        words = human or edits(old, media)
        parent_id = sha256_file(before)
        work = again.adopted(verdict.story, media, edited, parent_id, again.changed_by_hand(verdict.story, old, media))
        parent = again.parent_of(before)
        # The model and the works behind the original stay behind the edited one: their credits and duties go on.
        card = verdict.story.get("model")
        mime = again.mime_of(edited)
        sealed = self._seal(work, data, mime, None, card=card, action="adopted", parents=[parent], human=words)
        return self.library.keep(
            work,
            sealed,
            Path(out).expanduser(),
            suffix=edited.suffix.lower(),
            stem=files.slug(edited.stem),
            parents=[parent_id],
            card=card,
        )

    def export(
        self, paths: Sequence[str | Path], kinds: Sequence[str], out: str | Path = ".", **asked: Any
    ) -> list[Exported]:
        """Export icons (files or folders) as `kinds` of files for other tools, signed; `asked`: see `exports.export`.

        All kinds get their names in `out` at the end, or none does. Raises UsageError, RightsError, CredentialError,
        LibraryError, MissingExtra.
        """
        from . import exports

        return exports.export(self, paths, kinds, out, **asked)

    @cached_property
    def _suggesters(self) -> Suggesters:
        from .ghosts import Suggesters

        return Suggesters(self)

    def suggest(self, media: Any, at: int | None = None, n: int = 3, **how: Any) -> list[Ghost[Any]]:
        """Up to `n` ghosts of what may come next in a work at place `at` (None: the end); `how`: see `Suggesters`."""
        return self._suggesters.suggest(media, at, n, **how)

    def drawing(self, craft: str = "icon", words: str = "", **how: Any) -> Session:
        """A work that a person makes, with ghosts; `how`: of, checkpoint, style (see `ghosts.begin`)."""
        from .ghosts import begin

        return begin(self, craft, words, **how)

    # -- training ----------------------------------------------------------------------------------------------

    def train(
        self,
        craft: str,
        data: str | Path,
        *,
        out: str | Path,
        recipe: str | Path | None = None,
        base: str | None = None,
        net: str | None = None,
        minutes: float | None = None,
        whole: bool = False,
        on_step: Callable[[Any], None] = lambda step: None,
        on_progress: OnProgress = silent,
    ) -> Path:
        """Train a checkpoint of `craft` on `data` into the folder `out`, or go on with the training that is there.

        With a `base` a style adapter of it is made; with `whole`, all of the base's weights are trained on.
        What was trained is signed: its card, with the hashes of everything in the box (`card.json.c2pa`).
        Works that this creator signed herself may be learnt from, whatever they say to others. Raises MissingExtra
        without torch, and RightsError, DataError, UsageError, CheckpointError, LibraryError.
        """
        if find_spec("torch") is None:
            raise MissingExtra("training needs torch, which making does not", mend="pip install 'maquette[train]'")
        from ..training.run import train
        from ..trust.own import signed_by_me

        folder, source = Path(out).expanduser(), Path(data).expanduser()
        files.ready(folder)
        assert self.signer is not None  # keys that cannot be read are found now, and not after hours of training

        def task(progress: OnProgress) -> Iterator[Path]:
            yield train(
                craft,
                source,
                recipe=Path(recipe) if recipe else None,
                base=base,
                net=net,
                minutes=minutes,
                whole=whole,
                out=folder,
                on_step=on_step,
                on_progress=progress,
                mine=lambda paths: signed_by_me(paths, at=self.places),
            )

        told = {"train": craft, "data": source.name, "recipe": str(recipe or ""), "base": base, "minutes": minutes}
        (made,) = self.runner.submit(Job(what=told), task, on_progress)
        self.seal_model(made)
        return made

    def seal_model(self, folder: str | Path) -> Path:
        """Sign the checkpoint in `folder` as it lies there; returns the path of the seal, beside the card.

        Raises UsageError for a packaged starter, which is not the creator's to sign, and LibraryError if the folder
        cannot be written to.
        """
        from ..checkpoints.box import open_checkpoint
        from ..checkpoints.contents import keep_seal
        from ..trust.models import seal_model
        from .models import packaged

        box = open_checkpoint(folder)
        if packaged(box):
            raise UsageError(f"{box.name} is part of Maquette", where=str(box.path), mend="sign one that you trained")
        with files.told(box.path, "the model's folder"):
            return keep_seal(box.path, seal_model(box.path, signer=self.signer))

    def standing(self, box: Checkpoint) -> Standing:
        """Whose a checkpoint is, and whether everything in its box is as it was signed."""
        from .models import standing

        return standing(box, self.verdict)

    def _seal(
        self,
        work: Work[Any],
        data: bytes,
        mime: str,
        originality: Mapping[str, Any] | None,
        *,
        card: Mapping[str, Any] | None = None,
        action: Action = "created",
        parents: list[Parent] | None = None,
        private: bool = False,
        human: str = "",
        marked: Marked | None = None,
    ) -> Sealed:
        from ..trust.seal import seal

        return seal(
            work,
            data,
            mime,
            card=card or {},
            originality=originality,
            signer=self.signer,
            action=action,
            parents=parents or (),
            private=private,
            human=human,
            mark=marked.mark if marked else None,
            unmarked=marked.why if marked else "",
        )
