"""Ghosts while a person makes a work, in any craft: what may come next, what she took of it, and whose hand made what.

with studio.drawing("icon", "a rocket") as session:
    session.draw(shape)                 # her own
    for ghost in session.ghosts():      # what may come next: seen, not there
        ...
    session.accept(1)                   # the first of them is the machine's; a later change makes it hers as well
    asset = session.finish("rockets")   # signed, with the hand of every shape
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..core import authorship
from ..core.authorship import Hand
from ..core.errors import CredentialError, UsageError
from ..core.types import Ghost, Ingredient, Request, Work
from . import again, files

if TYPE_CHECKING:
    from .lineage import Asset
    from .studio import Studio

# The class of a medium -> the field that holds its elements ("": they are its cells), and what one is called.
ELEMENTS = {"Drawing": ("shapes", "shape"), "Score": ("", "bar")}


def elements_of(media: Any) -> tuple[Any, ...]:
    """The elements of a medium in their order: the shapes of a drawing; of a score bar by bar each part's bar."""
    field = ELEMENTS[type(media).__name__][0]
    if not field:
        from ..makers.music_takes import cells_of

        return cells_of(media)
    return tuple(getattr(media, field))


def with_elements(media: Any, elements: Sequence[Any]) -> Any:
    """The medium with other elements."""
    field = ELEMENTS[type(media).__name__][0]
    if not field:
        from ..makers.music_takes import with_cells

        return with_cells(media, elements)
    return dataclasses.replace(media, **{field: tuple(elements)})


def is_empty(media: Any) -> bool:
    """Whether nobody has made anything in it yet."""
    count = getattr(media, "count", None)
    return count == 0 if count is not None else not elements_of(media)


def plain(element: Any) -> Any:
    """An element to be compared: programs give names of their own to what they save unchanged."""
    return dataclasses.replace(element, id="") if hasattr(element, "id") else element


def marked(elements: Sequence[Any], hands: Sequence[Hand]) -> tuple[Hand, ...]:
    """The hands, corrected where an element bears the mark of a ghost that was accepted in another program."""
    from ..media.svg_write import geometry_text

    def hand(element: Any, known: Hand) -> Hand:
        geometry = getattr(element, "geometry", None)
        found = authorship.hand_of_mark(element.id, geometry_text(geometry)) if geometry is not None else None
        return found if found is not None and known == "human" else known

    return tuple(hand(element, known) for element, known in zip(elements, hands, strict=True))


def changed_by_hand(story: Mapping[str, Any], before: Any, after: Any) -> list[dict[str, str]]:
    """The record of whose hand made each element of `after`, which a person made of `before`; [] where none are known.

    `story` is that of `before`. Nothing is believed of the changed file itself: the elements are compared.
    """
    if type(before) is not type(after) or type(before).__name__ not in ELEMENTS:
        return []
    old, new = ([plain(one) for one in elements_of(media)] for media in (before, after))
    hands = authorship.carried(old, authorship.hands_of(story, len(old)), new)
    return authorship.as_trace(marked(elements_of(after), hands))


class Suggesters:
    """The suggesters that are open, each with its model, so that only the first question waits for one."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._open: dict[tuple[str, str], Any] = {}

    def of(self, craft: str, checkpoint: str | None) -> Any:
        """The craft's suggester with a checkpoint (None: its starter)."""
        from ..makers import table

        kind = table.suggester(craft)
        name = checkpoint or kind.starter
        if (craft, name) not in self._open:
            self._open[craft, name] = kind(self.studio._open(name) if name else None)
        return self._open[craft, name]

    def suggest(
        self,
        media: Any,
        at: int | None,
        n: int,
        *,
        craft: str | None = None,
        checkpoint: str | None = None,
        words: str = "",
        style: str | None = None,
    ) -> list[Ghost[Any]]:
        """What may come next, likeliest first; nothing is changed or kept. `craft` None for the medium's usual one."""
        from ..makers import table

        if not 1 <= n <= 24:
            raise UsageError(f"{n} ghosts cannot be shown", mend="ask for 1 to 24")
        asked = self.of(craft or table.craft_of(media), checkpoint)
        ghosts: list[Ghost[Any]] = asked.suggest(media, at, n, words=words, style=style)
        return ghosts


class Session:
    """A work while a person makes it. Everything she does is a method; whose hand made what is kept beside it.

    `media` is the work as it stands, `hands` one hand per element. Whoever holds a session shows `media` and `ghosts()`
    and calls what the person did.
    """

    def __init__(
        self,
        studio: Studio,
        craft: str,
        words: str,
        media: Any,
        *,
        hands: Sequence[Hand] = (),
        of: Path | None = None,
        story: Mapping[str, Any] | None = None,
        checkpoint: str | None = None,
        style: str | None = None,
    ) -> None:
        self.studio, self.craft, self.words = studio, craft, words
        self.media, self.hands = media, tuple(hands)
        self.checkpoint, self.style = checkpoint, style
        self.shown: list[Ghost[Any]] = []  # the ghosts of now, numbered from 1
        self.asset: Asset | None = None
        self._of, self._story = of, dict(story or {})
        self._taken: tuple[Ghost[Any], ...] = ()
        self._counts = {"shown": 0, "accepted": 0, "edited": 0, "ignored": 0}
        self._undo: list[tuple[Any, tuple[Hand, ...], tuple[Ghost[Any], ...]]] = []

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """A work that an error tears off unfinished is kept as a draft."""
        if kind is not None and self.asset is None and not is_empty(self.media):
            self.studio.say(f"the unfinished work is kept: {self._draft()}")

    # -- by hand ---------------------------------------------------------------------------------------------------

    def draw(self, element: Any, at: int | None = None) -> None:
        """She made an element, at a place (None: the last). Of a score that is a bar of one part, in its place."""
        own = list(elements_of(self.media))
        if ELEMENTS[type(self.media).__name__][0] == "":
            place = self._place(len(own) - 1 if at is None else at, len(own) - 1)
            return self.take(with_elements(self.media, [*own[:place], element, *own[place + 1 :]]))
        place = len(own) if at is None else self._place(at, len(own))
        own.insert(place, element)
        self.take(with_elements(self.media, own))

    def change(self, index: int, element: Any) -> None:
        """She changed the element at `index`: of the machine's it becomes machine-then-edited."""
        own = list(elements_of(self.media))
        own[self._place(index, len(own) - 1)] = element
        was = self.hands[index]
        self.take(with_elements(self.media, own))
        changed = plain(element) != plain(elements_of(self._undo[-1][0])[index])
        hand: Hand = "machine-then-edited" if changed and was != "human" else was
        self.hands = (*self.hands[:index], hand, *self.hands[index + 1 :])

    def remove(self, index: int) -> None:
        """She took the element at `index` away."""
        own = list(elements_of(self.media))
        gone = self._place(index, len(own) - 1)
        hands = (*self.hands[:gone], *self.hands[gone + 1 :])
        del own[gone]
        self.take(with_elements(self.media, own))
        self.hands = hands

    def take(self, media: Any) -> None:
        """The whole work as her program has it now; what she changed is found by comparing the elements."""
        self._ignore()
        self._undo.append((self.media, self.hands, self._taken))
        old, new = ([plain(one) for one in elements_of(of)] for of in (self.media, media))
        self.media, self.hands = media, authorship.carried(old, self.hands, new)

    def undo(self) -> None:
        """The last thing done, by whomever, is not."""
        if not self._undo:
            raise UsageError("there is nothing to undo")
        self._ignore()
        self.media, self.hands, self._taken = self._undo.pop()

    # -- ghosts ----------------------------------------------------------------------------------------------------

    def ghosts(self, n: int = 3, at: int | None = None) -> list[Ghost[Any]]:
        """Up to `n` ghosts for the place `at` (None: the end), likeliest first; those shown before are ignored."""
        self._ignore()
        self.shown = self.studio.suggest(
            self.media, at, n, craft=self.craft, words=self.words, checkpoint=self.checkpoint, style=self.style
        )
        self._counts["shown"] += len(self.shown)
        return self.shown

    def accept(self, number: int = 1) -> None:
        """She took ghost `number` (from 1) as it is: its elements are the machine's."""
        if not 1 <= number <= len(self.shown):
            shown = f"give 1 to {len(self.shown)}" if self.shown else "ask for ghosts first"
            raise UsageError(f"there is no ghost {number}", mend=shown)
        ghost = self.shown[number - 1]
        self._undo.append((self.media, self.hands, self._taken))
        self.hands = self._after(ghost)
        self.media = ghost.media
        self._taken = (*self._taken, ghost)
        self._counts["accepted"] += 1
        self._counts["ignored"] += len(self.shown) - 1
        self.shown = []

    def _after(self, ghost: Ghost[Any]) -> tuple[Hand, ...]:
        """The hands with those of an accepted ghost: new elements among hers, or silent bars that it filled."""
        first, last = ghost.elements.start, ghost.elements.stop
        own, before = elements_of(ghost.media), elements_of(self.media)
        if len(own) == len(before) + len(ghost.elements):
            return (*self.hands[:first], *["machine"] * (last - first), *self.hands[first:])  # type: ignore[arg-type]
        hands = [*self.hands, *["machine"] * (len(own) - len(before))]
        for index in range(first, last):
            if index >= len(before) or own[index] != before[index]:
                hands[index] = "machine"
        return tuple(hands)  # type: ignore[arg-type]

    def edited(self, number: int, *elements: Any) -> None:
        """She took ghost `number` in a form of her own: its elements, changed, are machine-then-edited."""
        ghost = self.shown[number - 1] if 1 <= number <= len(self.shown) else None
        self.accept(number)
        assert ghost is not None
        span = ghost.elements
        own = [*elements_of(self.media)[: span.start], *elements, *elements_of(self.media)[span.stop :]]
        hands: list[Hand] = ["machine-then-edited"] * len(elements)
        self.media = with_elements(self.media, own)
        self.hands = (*self.hands[: span.start], *hands, *self.hands[span.stop :])
        self._counts["edited"] += 1

    def ignore(self) -> None:
        """She took none of the ghosts that are shown."""
        self._ignore()

    # -- keeping ---------------------------------------------------------------------------------------------------

    def told(self) -> str:
        """Whose hand made what, in a line."""
        if type(self.media).__name__ == "Score":
            from .scores import told

            return told(self.hands, len(self.media.parts))
        return authorship.told(self.hands, ELEMENTS[type(self.media).__name__][1])

    def finish(self, out: str | Path = ".", *, private: bool = False) -> Asset:
        """Sign and keep the work as it stands: a new one, or a child of the file that it was begun from."""
        from .making import Keeping

        if is_empty(self.media):
            raise UsageError("nothing was made yet", mend="draw or accept at least one element")
        work = self._work()
        folder = Path(out).expanduser()
        self.studio.library.ready(folder)
        box = self.studio._suggesters.of(self.craft, self.checkpoint).checkpoint if work.checkpoint else None
        keeping = Keeping(self.studio, folder, box, self._stem(private), private=private)
        parent = again.parent_of(self._of) if self._of is not None else None
        self.asset = keeping.keep(work, self.studio.originality(work, box), parent)
        return self.asset

    def _work(self) -> Work[Any]:
        from ..media.table import to_bytes

        model = next((ghost.checkpoint for ghost in self._taken if ghost.checkpoint), "")
        credits = [Ingredient(**one) for one in self._story.get("ingredients") or ()]
        credits += [one for ghost in self._taken for one in ghost.ingredients]
        title = self.words.strip() or getattr(self.media, "title", "") or self.craft
        request: Request[Any] = Request(self.craft, title, {}, 0, 1)
        trace: dict[str, Any] = {"shapes": authorship.as_trace(self.hands), "ghosts": dict(self._counts)}
        if type(self.media).__name__ == "Score":
            from ..data.score_text import to_text

            trace |= {"score": to_text(self.media), "parts": len(self.media.parts)}
        else:
            trace["svg"] = to_bytes(self.media, title="", comment="")[0].decode()
        note = self.told()
        return Work(self.media, request, 0, model, "drawn", note, tuple(dict.fromkeys(credits)), trace)

    def _stem(self, private: bool) -> str:
        return files.slug(self.craft if private else self.words or getattr(self.media, "title", "") or self.craft)

    def _ignore(self) -> None:
        self._counts["ignored"] += len(self.shown)
        self.shown = []

    @staticmethod
    def _place(index: int, last: int) -> int:
        if not 0 <= index <= last:
            raise UsageError(f"there is no place {index}", mend=f"give 0 to {last}" if last >= 0 else "draw first")
        return index

    def _draft(self) -> Path:
        from ..media.table import to_bytes

        folder = files.ready(self.studio.places.home / "drafts")
        data, form = to_bytes(self.media, title=self.words, comment=f"unfinished; {self.told()}")
        path = folder / f"{self._stem(False)}-{time.strftime('%Y%m%d-%H%M%S')}{form.suffix}"
        path.write_bytes(data)
        return path


def begin(
    studio: Studio,
    craft: str,
    words: str = "",
    *,
    of: Any = None,
    checkpoint: str | None = None,
    style: str | None = None,
) -> Session:
    """A session; `of` is a medium, or the file or library id of a work to go on with (None: an empty sheet)."""
    from ..makers import table
    from ..media.table import open_media

    more: dict[str, Any] = {"checkpoint": checkpoint, "style": style}
    if of is None or not isinstance(of, (str, Path)):
        media = table.suggester(craft).blank() if of is None else of
        own = elements_of(media)
        return Session(studio, craft, words, media, hands=marked(own, authorship.hands_of({}, len(own))), **more)
    asset = studio.library.get(of)
    path = Path(of) if Path(of).is_file() or asset is None else asset.path
    media, verdict = open_media(path), studio.verdict(path)
    if verdict.state == "invalid":  # whose hand made what cannot be known any more
        raise CredentialError(
            f"the credential of this file does not hold: {verdict.summary}",
            where=str(path),
            mend="go on from the untouched file, or adopt this one as a child of it: maquette adopt EDITED ORIGINAL",
        )
    story = verdict.story if verdict.holds else {}
    hands = marked(elements_of(media), authorship.hands_of(story, len(elements_of(media))))
    return Session(studio, craft, words, media, hands=hands, of=path, story=story, **more)
