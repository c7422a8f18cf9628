"""Whose hand made which bar of a piece: read from what the file itself was signed with, for composers and lawyers.

told = look(studio, "mazurka.mid"); print(told.statement); write(studio, told, ("pdf", "txt"))

What the file does not prove is told as not known, never as somebody's. No line here is legal advice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.authorship import HANDS, hands_of
from ..core.errors import UsageError
from ..core.hashing import sha256_file
from ..core.registry import nearest
from ..makers.music_takes import Cell, cells_of
from . import files
from .score_exports import Written, sealed

if TYPE_CHECKING:
    from ..media.hands import Sheet, Told
    from ..media.score import Score
    from ..trust.verify import Verdict
    from .studio import Studio

KINDS = ("pdf", "svg", "png", "roll", "txt", "json")
STATES: Mapping[str, Told] = {"human": "human", "machine": "machine", "machine-then-edited": "edited"}


@dataclass(frozen=True)
class Step:
    """One thing that was done, oldest first. bars: part -> the printed numbers of bars that it wrote or changed."""

    when: str
    what: str
    by: str  # "person", "model", "rule"
    signer: str
    bars: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Hands:
    """What a file tells of whose hands made it. states: of every part, what each bar is; why: what is not known."""

    path: Path
    score: Score
    verdict: Verdict
    title: str
    states: tuple[tuple[Told, ...], ...]
    steps: tuple[Step, ...] = ()
    models: tuple[Mapping[str, Any], ...] = ()
    base: str = ""  # the name of the file that the first move was made on
    why: str = ""

    @property
    def known(self) -> bool:
        return not self.why

    @cached_property
    def first(self) -> int:
        """The printed number of the first bar: 0 for a pick-up."""
        bars = self.score.bars
        return 0 if bars and bars[0].length < bars[0].full else 1

    @cached_property
    def sha256(self) -> str:
        return sha256_file(self.path)

    def bars(self, *kinds: str) -> dict[int, tuple[int, ...]]:
        """Part -> the printed numbers of its bars of these kinds."""
        found = {
            part: tuple(bar + self.first for bar, state in enumerate(row) if state in kinds)
            for part, row in enumerate(self.states)
        }
        return {part: numbers for part, numbers in found.items() if numbers}

    def notes(self, part: int | None = None) -> Counter[str]:
        """Kind -> notes that begin in bars of that kind."""
        found: Counter[str] = Counter()
        for number, one in enumerate(self.score.parts):
            if part in (None, number):
                found.update(self.states[number][self.score.bar_at(note.start)] for note in one.notes)
        return found

    def name(self, part: int) -> str:
        """A part by its name, or its number where it has none or shares it."""
        names = [one.name for one in self.score.parts]
        name = names[part]
        return name if name and names.count(name) == 1 else f"{name or 'part'} {part + 1}"

    @cached_property
    def statement(self) -> str:
        """Everything in words, as plain text."""
        from .hands_words import as_text

        return as_text(self)

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        from .hands_words import as_data

        return as_data(self)


def look(studio: Studio, file: str | Path) -> Hands:
    """What the credential of a piece (a file, or an id of the library) proves of its hands.

    Raises UsageError for what is no piece of music, MediaError for what cannot be read.
    """
    from ..media.table import open_media

    verdict, asset = studio.show(file)
    path = Path(file) if Path(file).is_file() or asset is None else asset.path
    score = open_media(path)
    if type(score).__name__ != "Score":
        raise UsageError("this is no piece of music", where=str(path), mend="name a .mid, .musicxml, .mxl or .abc file")
    cells = cells_of(score)
    chain = _steps_of(verdict) if verdict.holds else []
    record, why = _record(verdict, chain, len(cells))
    title = str((chain[0][1].get("request") or {}).get("prompt") or "") if chain else ""
    parts = max(1, len(score.parts))
    first = 0 if score.bars and score.bars[0].length < score.bars[0].full else 1
    states = _states(record, cells, parts, _written(chain, score, hers=True)) if record else _unknown(cells, parts)
    steps = tuple(_told_steps(chain, parts, first, score)) if record else ()
    models = {
        str(one.get("checkpoint")): one["model"] for _, one in chain if one.get("model") and one.get("checkpoint")
    }
    return Hands(
        path,
        score,
        verdict,
        score.title or title or path.stem,
        tuple(states),
        steps,
        tuple({**model, "id": key} for key, model in models.items()) if record else (),
        _base(chain) if record else "",
        why,
    )


Manifest = tuple[Mapping[str, Any], Mapping[str, Any]]  # what was signed, and the story in it


def _steps_of(verdict: Verdict) -> list[Manifest]:
    """The stories of the file and of those it was made from, newest first; mere exports of a score are passed over."""
    told = [(one, one.get("lineage") or {}) for one in verdict.chain]
    return [(one, story) for one, story in told if "request" in story and "export" not in (story.get("trace") or {})]


def _record(verdict: Verdict, chain: Sequence[Manifest], count: int) -> tuple[tuple[str, ...], str]:
    """Whose hand made each cell, or () and why nobody can say."""
    if verdict.state == "unsigned":
        return (), "the file carries no credential, so nothing is known of who wrote it"
    if not verdict.holds:
        return (), f"the credential of the file does not hold ({verdict.summary}), so it proves nothing"
    if not chain:
        return (), "its credential is another program's, which does not say whose hand made which bar"
    story = chain[0][1]
    shapes = (story.get("trace") or {}).get("shapes") or ()
    if shapes and len(shapes) == count and all(one.get("by") in HANDS for one in shapes):
        return tuple(str(one["by"]) for one in shapes), ""
    if not shapes and story.get("how") in ("words", "ngram") and story.get("action") == "created":
        return hands_of(story, count), ""
    return (), "its credential does not say whose hand made which of the bars that are in it"


def _unknown(cells: Sequence[Cell], parts: int) -> list[tuple[Told, ...]]:
    return [tuple("unknown" if cell.notes else "rest" for cell in cells[part::parts]) for part in range(parts)]


def _states(
    record: Sequence[str], cells: Sequence[Cell], parts: int, written: set[tuple[int, int]]
) -> list[tuple[Told, ...]]:
    """Of every part what each bar is. A bar that the net wrote and that is, note for note, an earlier one of hers is
    hers, brought back."""
    rows: list[tuple[Told, ...]] = []
    for part in range(parts):
        row: list[Told] = []
        hers: set[tuple[Any, ...]] = set()
        for bar, (hand, cell) in enumerate(zip(record[part::parts], cells[part::parts], strict=True)):
            if not cell.notes:
                row.append("rest")
            elif hand == "human" and (bar, part) in written and cell.notes in hers:
                row.append("returned")
            else:
                row.append(STATES[hand])
                if hand == "human":
                    hers.add(cell.notes)
        rows.append(tuple(row))
    return rows


def _written(chain: Sequence[Manifest], score: Score, *, hers: bool = False) -> set[tuple[int, int]]:
    """The cells (bar, part) that a net wrote in any step, as far as its parts are those of the piece.

    hers: only those that the record of the step itself gives to a person: they are bars of hers, brought back.
    """
    from ..makers.music_writer import lines_of

    lines = lines_of(score)
    found = set()
    for _, story in chain:
        trace = story.get("trace") or {}
        if int(trace.get("parts") or 0) != len(score.parts):
            continue
        by = [one.get("by") for one in trace.get("shapes") or ()]
        for name in trace.get("cells") or {}:
            bar, _, line = str(name).partition(":")
            if not (bar.isdigit() and line.isdigit() and int(line) < len(lines)):
                continue
            place = int(bar), lines[int(line)].part
            at = place[0] * len(score.parts) + place[1]
            if not hers or (at < len(by) and by[at] == "human"):
                found.add(place)
    return found


def _told_steps(chain: Sequence[Manifest], parts: int, first: int, score: Score) -> Iterator[Step]:
    """What was done, the oldest first, with the bars whose record it made or changed."""
    before: tuple[Any, ...] = ()
    for manifest, story in reversed(chain):
        trace = story.get("trace") or {}
        shapes = tuple(one.get("by") for one in trace.get("shapes") or ())
        same = int(trace.get("parts") or 0) in (0, parts)
        net = _written([(manifest, story)], score) if same else set()
        changed = {at for at, hand in enumerate(shapes) if at >= len(before) or before[at] != hand} if before else set()
        if not before and not net and story.get("action") != "adopted":
            changed = {at for at, hand in enumerate(shapes) if hand == "machine"}
        places = {divmod(at, parts) for at in changed} | net if same and story.get("how") != "words" else set()
        bars: dict[int, tuple[int, ...]] = {}
        for part in range(parts):
            numbers = sorted(bar + first for bar, of in places if of == part and bar < len(score.bars))
            if numbers:
                bars[part] = tuple(numbers)
        yield Step(_when(manifest), _what(story), _by(story), str(manifest.get("signer") or ""), bars)
        before = shapes if same else ()


def _when(manifest: Mapping[str, Any]) -> str:
    moments = [str(one.get("when") or "") for one in manifest.get("actions") or ()]
    return max(moments, default="")


def _by(story: Mapping[str, Any]) -> str:
    if story.get("action") == "adopted":
        return "person"
    move = (story.get("trace") or {}).get("move") or {}
    return "rule" if move.get("by") == "rule" else "model"


def _what(story: Mapping[str, Any]) -> str:
    model = str((story.get("model") or {}).get("name") or "a model")
    if story.get("action") == "adopted":
        return f"edited by hand: {story.get('human') or 'no word was left on what was changed'}"
    move = (story.get("trace") or {}).get("move") or {}
    if move:
        by = "by rule, without a model" if move.get("by") == "rule" else f"by the model {model}"
        note = str(story.get("note") or "")
        return f"the move “{move.get('name')}” {by}" + (f": {note}" if note else "")
    prompt = (story.get("request") or {}).get("prompt")
    words = f"the words “{prompt}”" if prompt else "words that were kept private"
    return f"written by the model {model} from {words}"


def _base(chain: Sequence[Manifest]) -> str:
    """The file that the first step was made on, by its name; "" where there was none."""
    manifest, story = chain[-1]
    if not (story.get("request") or {}).get("base"):
        return ""
    parents = [one for one in manifest.get("ingredients") or () if one.get("relationship") == "parentOf"]
    return str(parents[0].get("dc:title") or "a file") if parents else "a file"


def write(
    studio: Studio, told: Hands, kinds: Sequence[str], *, out: Path = Path("."), unsigned: bool = False
) -> list[Written]:
    """The sheet as each of `kinds` into `out`, named after the piece; signed, with the piece as parent.

    "pdf", "svg" and "png": the chart, the statement and the tinted notes; "roll": a piano roll (SVG) in which hands are
    told apart; "txt" and "json": the statement. Raises UsageError, MissingExtra, LibraryError, CredentialError.
    """
    made = [(kind, *_made(told, kind)) for kind in dict.fromkeys(kinds)]  # all of them, before any is written
    written = []
    for kind, suffix, pages in made:
        stem = f"{told.path.stem}-hands{'-roll' if kind == 'roll' else ''}"
        for number, data in enumerate(pages, start=1):
            sidecar = None
            credential: Mapping[str, Any] = {"signer": "", "where": "none", "summary": "unsigned, as asked"}
            if not unsigned:
                data, sidecar, credential = sealed(
                    studio, told.path, "music", told.score, data, suffix, "a sheet of whose hand made which bar"
                )
            with files.told(out, "the folder"):
                name = stem if number == 1 else f"{stem}-page-{number}"
                path, _ = files.put(data, sidecar, files.ready(out), name, suffix)
            written.append(Written(path, kind, credential))
    return written


def _made(told: Hands, kind: str) -> tuple[str, list[bytes]]:
    """The suffix and the bytes of one kind of file."""
    import json

    from ..media import hands

    if kind == "txt":
        return ".txt", [f"{told.statement}\n".encode()]
    if kind == "json":
        return ".json", [(json.dumps(told.as_dict(), ensure_ascii=False, indent=1) + "\n").encode()]
    if kind == "roll":
        return ".svg", [_roll(told).encode()]
    if kind == "pdf":
        return ".pdf", [hands.to_pdf(_sheet(told), told.score)]
    if kind == "svg":
        return ".svg", [page.encode() for page in hands.to_svg(_sheet(told), told.score)]
    if kind == "png":
        return ".png", hands.to_png(_sheet(told), told.score)
    raise UsageError(f"this sheet cannot be written as {kind!r}", mend=nearest(kind, KINDS))


def _roll(told: Hands) -> str:
    """A piano roll in which every hand is a colour, and what the machine wrote is outlined."""
    from ..media.hands import by_hand
    from ..media.roll import Roll, to_svg

    score = by_hand(told.score, told.states)
    selected = [
        (number, place)
        for number, part in enumerate(score.parts)
        if part.name.startswith("By the machine")
        for place in range(len(part.notes))
    ]
    return to_svg(score, Roll(selected=selected))


def _sheet(told: Hands) -> Sheet:
    from .hands_words import sheet

    return sheet(told)
