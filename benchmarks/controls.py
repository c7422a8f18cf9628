"""Is icon-1 good, or does it only look so? Its drawings beside honest controls, on held-out and on seen concepts.

    python benchmarks/controls.py ICONS.jsonl.zst [--checkpoint icon-1] [--prompts 100] [--seed 1]

    after references   the maker as people use it: best ranked of 48 candidates, some after drawings of the shelf
    from words         the same without references
    unpicked           one sample from words, nobody choosing: what the net draws by itself
    n-gram             the plain baseline of the encoding, in the same grammar; it reads no words
    retriever          the training icon whose words fit best: a copier, strong where words count, caught by novelty
    human              real icons of these very concepts, in the maker's own style where that set has one

Half of the prompts name concepts that stood in no training batch, half name learnt ones. Each control gives 16 drawings
of each prompt (human: one of each set), the first being its best. Figures, numbered as in the vector notes:

    says_its_word (5)    the five training icons of other hands nearest by HOG: has one a word of the prompt? First
                         drawings; any of eight; and the share of what human icons reach. By HOG, not by the judge that
                         ranked the drawings. Other hands: without the sets of the style, the reference, the copied icon
    nearest_iou (6)      IoU at 32 px with the nearest training icon, median; copies: above 0.95 with four segments or
                         more; near_copy and common: verdicts of trust.originality on the first of each prompt. This is
                         what the maker hands over: the studio takes near copies out before anybody sees them
    pair_iou (7)         mean IoU of two drawings of one prompt; distinct_of_16: those less than 0.9 alike
    straight (10)        first drawings: lines at 0, 45 or 90 degrees; end points on the quarter grid
    tidy (11)            first drawings without a finding of makers.icon_choice.faults
    valid (1)            read back as SVG, ink on 0.5 to 95 % of the canvas and none outside
    frechet (4)          Frechet distance of HOG (64 principal axes of the training strokes) between seven drawings of
                         each prompt and 2,000 training icons of the maker's style; human: as many others of that style

*First drawings* are the best ranked of each prompt; where nobody ranks (unpicked, n-gram, human), up to eight of each.
After references, a held-out concept is not unseen: its drawing on the shelf is what is redrawn. `reference_iou` says
how near the result stays to it. A share of 50 prompts is uncertain by up to 7 points (one standard error).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table
from numpy.typing import NDArray
from scorer import hog

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import MediaError
from maquette.core.seeds import candidate_seed
from maquette.core.types import Request
from maquette.data.dataset import Item, open_dataset
from maquette.data.describe import habits
from maquette.data.shelf import open_shelves, search_shelves
from maquette.encodings import strokes_vocabulary as v
from maquette.encodings.prints import PrintIndex, fingerprints
from maquette.encodings.strokes_grammar import Automaton, Rules
from maquette.encodings.strokes_vocabulary import Header
from maquette.encodings.words import Words
from maquette.engine.ngram import NGram
from maquette.makers.evaluate import segments
from maquette.makers.icon import ROWS, IconControls, IconMaker, Manner
from maquette.makers.icon_choice import LEAST_INK, MOST_INK, faults, is_inside
from maquette.media import drawing as d
from maquette.trust.originality import FAMILIES, examine_all

EACH = 16  # drawings of a prompt
POOL = 48  # candidates of the maker
TEMPERATURE, MIN_P = 0.8, 0.02  # as the maker draws
GALLERY = 7000  # training icons that a drawing is looked up in
TRIED = 8  # drawings of a prompt of which one may say the word
PER_PROMPT = 7  # drawings of a prompt in the distribution: 100 prompts give the 700 of bar 4
REAL, AXES = 2000, 64
COPY = 0.95
TAGGED, EXTRA = 0.6, 0.3  # the retriever: a word among the tags; each word of a name that nobody asked for
RANKED = ("after references", "from words", "retriever")  # whose first drawing is their best
CONCEPTS = {"val": "held out", "train": "seen"}

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    """A prompt with the human icons of its concept, those in the maker's style first."""

    prompt: str
    concept: str
    split: str
    ids: frozenset[int]
    icons: tuple[Item, ...]


@dataclass(frozen=True)
class Made:
    """A drawing of a prompt, None where none came; `hands` are the families of sets that had a part in it."""

    drawing: d.Drawing | None
    hands: frozenset[str]
    likeness: float | None = None  # IoU with its reference


Row = list[list[Made]]  # for each prompt, its drawings


def main() -> None:
    """Read the arguments, draw, measure, print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="record file with training and validation icons")
    parser.add_argument("--checkpoint", default="icon-1")
    parser.add_argument("--prompts", type=int, default=100, help="half held out, half seen (default 100)")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    began = time.process_time()
    maker = IconMaker(open_checkpoint(told.checkpoint))
    items = [item for item in open_dataset(told.data).items if item.paint == "stroke"]
    manner = maker.manners[0]
    style = maker.encoding.styles[manner.style] if manner.style is not None else ""
    asked = prompts(items, maker.words, style, told.prompts, told.seed)
    if len({one.split for one in asked}) < 2:
        parser.error("the prompts need held-out and training icons with known names, and at least two prompts")
    gallery = Gallery(items, maker.words, style, told.seed)
    rows = {name: draw() for name, draw in controls(maker, items, asked, style, told.seed)}
    index = PrintIndex.load(maker.checkpoint.file("fingerprints.npz"))
    result = measured(rows, asked, gallery, index)
    print(table([{key.replace("_", " "): _shown(value) for key, value in row.items()} for row in result]))
    own = habits(gallery.real[:500])
    facts = {
        "checkpoint": f"{maker.checkpoint.name} {maker.checkpoint.id[:12]}",
        "prompts": len(asked),
        "seed": told.seed,
        "pool": POOL,
        "shelves": ", ".join(shelf.name for shelf in open_shelves()),
        "style": style,
        "straight_in_style": _straight(own),
        "quarter_grid_in_style": float(own["grid"]["1/4"]),
        "chance_to_say_the_word": round(float(np.mean([gallery.chance(one) for one in asked])), 4),
        "processor_s": round(time.process_time() - began, 1),
    }
    print("".join(f"\n{key.replace('_', ' ')}: {_shown(value)}" for key, value in facts.items()))
    keep("controls", {**facts, "controls": result, "asked": [f"{CONCEPTS[a.split]}: {a.prompt}" for a in asked]})


def _shown(value: Any) -> str:
    text = f"{value:.3g}" if isinstance(value, float) else str(value)
    return "" if value is None else text


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# --- what is asked for -----------------------------------------------------------------------------------------------


def prompts(items: Sequence[Item], words: Words, style: str, count: int, seed: int) -> list[Asked]:
    """`count` names, the first half held out; every word of them is known as it stands."""
    dice = np.random.default_rng(seed)
    out: list[Asked] = []
    for split, number in (("val", (count + 1) // 2), ("train", count // 2)):
        icons: dict[str, list[Item]] = defaultdict(list)
        for item in sorted(items, key=lambda item: (f"{item.set}/{item.style}" != style, item.id)):
            if item.split == split:
                icons[item.concept].append(item)
        known = [concept for concept in sorted(icons) if _is_known(words, icons[concept][0].title)]
        for concept in map(str, dice.permutation(known)[:number]):
            some = tuple({family(item): item for item in reversed(icons[concept])}.values())[::-1]  # one of each family
            title = icons[concept][0].title
            out.append(Asked(title, concept, split, frozenset(words.known(title)), some))
    return out


def _is_known(words: Words, title: str) -> bool:
    reading = words.read(title)
    return bool(reading.ids and words.known(title)) and not reading.unknown and not reading.replaced


def family(item: Item) -> str:
    """Sets that grew out of one another are one hand."""
    return FAMILIES.get(item.set, item.set)


# --- who draws -------------------------------------------------------------------------------------------------------


def controls(
    maker: IconMaker, items: Sequence[Item], asked: Sequence[Asked], style: str, seed: int
) -> Iterator[tuple[str, Callable[[], Row]]]:
    """The name of each control and what it draws."""
    group = style.partition("/")[0]
    hand = frozenset({FAMILIES.get(group, group)} if group else ())
    yield "after references", lambda: best_ranked(maker, asked, hand, 3, seed)
    yield "from words", lambda: best_ranked(maker, asked, hand, 0, seed)
    yield "unpicked", lambda: unpicked(maker, asked, hand, seed)
    yield "n-gram", lambda: by_ngram(maker, asked, hand, seed)
    yield "retriever", lambda: retrieved(items, maker.words, asked, style)
    yield "human", lambda: [[Made(drawn(item), frozenset({family(item)})) for item in one.icons] for one in asked]


def best_ranked(maker: IconMaker, asked: Sequence[Asked], hand: frozenset[str], references: int, seed: int) -> Row:
    """The maker's own choice, best first."""
    row: Row = []
    for number, one in enumerate(asked):
        if number % 10 == 0:
            _say(f"{number} of {len(asked)} prompts, {references} references")
        asking = IconControls(references=references, pool=POOL)
        works = list(maker.make(Request("icon", one.prompt, asking, seed=seed + 1000 * number, count=EACH)))
        shelf = {}
        if references:
            reading = maker.words.read(one.prompt)
            shelf = {icon.sha256: icon for icon in search_shelves(reading.sought, 6, synonyms=maker.words.synonyms)}
        made = []
        for work in works:
            model = shelf[work.ingredients[0].sha256] if work.ingredients else None
            if model is None:
                made.append(Made(work.media, hand))
            else:
                alike = float(pairs(fingerprints([work.media, d.parse(model.svg)]))[0, 1])
                made.append(Made(work.media, hand | {FAMILIES.get(model.set, model.set)}, alike))
        row.append(made + [Made(None, hand)] * (EACH - len(made)))
    return row


def _plain(manner: Manner) -> tuple[Header, Rules]:
    """What the maker's style says and holds to, nothing else being asked for."""
    header = Header(style=manner.style, paint="stroke", width=manner.width, cap=manner.cap, join=manner.join)
    return header, Rules("stroke", max(0, round(manner.width / 2 * v.STEP)))


def unpicked(maker: IconMaker, asked: Sequence[Asked], hand: frozenset[str], seed: int) -> Row:
    """Samples from words as they come, drawn as the maker draws them; what did not end counts as nothing."""
    header, rules = _plain(maker.manners[0])
    prefixes = [maker.encoding.prefix(header, maker.words.read(one.prompt).ids[:12]) for one in asked]
    plans = [prefixes[i // EACH] for i in range(len(asked) * EACH)]
    flat: list[Made] = []
    for start in range(0, len(plans), ROWS):
        some = plans[start : start + ROWS]
        if start % (10 * ROWS) == 0:
            _say(f"{start} of {len(plans)} unpicked samples")
        samples = maker.decoder.sample(
            some,
            [Automaton(rules) for _ in some],
            seeds=[candidate_seed(seed, start + i) for i in range(len(some))],
            temperature=TEMPERATURE,
            min_p=MIN_P,
            longest=240,
            prefix_places=[maker.encoding.places(prefix) for prefix in some],
        )
        flat += [Made(maker.encoding.decode(header, s.tokens) if s.ended else None, hand) for s in samples]
    return [flat[i : i + EACH] for i in range(0, len(flat), EACH)]


def by_ngram(maker: IconMaker, asked: Sequence[Asked], hand: frozenset[str], seed: int) -> Row:
    """Samples of the n-gram, which knows neither words nor style, under the rules and in the stroke of the maker."""
    ngram = NGram.load(Path(str(files("maquette") / f"starters/baselines/{maker.encoding.name}.npz")))
    header, rules = _plain(maker.manners[0])
    row: Row = []
    for number in range(len(asked)):
        made = []
        for k in range(EACH):
            grammar = Automaton(rules)
            tokens = ngram.sample(np.random.default_rng([seed, number, k]), grammar, 240, temperature=TEMPERATURE)
            made.append(Made(maker.encoding.decode(header, tokens) if grammar.done else None, hand))
        row.append(made)
    return row


def retrieved(items: Sequence[Item], words: Words, asked: Sequence[Asked], style: str) -> Row:
    """The training icons whose names and tags fit best, rare words weighing more; of equals, those of the style."""
    train = sorted((i for i in items if i.split == "train"), key=lambda i: (f"{i.set}/{i.style}" != style, i.id))
    rarity = np.log(2 * max(words.counts) / np.array(words.counts))
    extra = np.zeros(len(train))
    standing: dict[int, list[tuple[int, float]]] = defaultdict(list)  # word -> the icons that have it, and how much
    for at, item in enumerate(train):
        name = words.known(item.title)
        extra[at] = sum(rarity[word] for word in name)
        for word in dict.fromkeys((*name, *words.known(*item.tags))):
            standing[word].append((at, 1.0 if word in name else TAGGED))
    row: Row = []
    for one in asked:
        shared, wanted = np.zeros(len(train)), float(sum(rarity[word] for word in one.ids))
        named = np.zeros(len(train))
        for word in one.ids:
            for at, strength in standing[word]:
                shared[at] += strength * rarity[word]
                named[at] += rarity[word] * (strength == 1.0)
        score = shared / (wanted + EXTRA * (extra - named))
        best: dict[tuple[str, str], Item] = {}
        for at in np.argsort(-score, kind="stable")[: 8 * EACH]:
            if score[at] > 0:
                best.setdefault((family(train[at]), train[at].title), train[at])
        made = [Made(drawn(item), frozenset({family(item)})) for item in list(best.values())[:EACH]]
        row.append(made or [Made(None, frozenset())])
    return row


def drawn(item: Item) -> d.Drawing:
    """An icon on the canvas of 24 units."""
    return d.fit(d.parse(item.svg_text()))


# --- what is measured ------------------------------------------------------------------------------------------------


class Gallery:
    """Human icons to look drawings up in: training icons in a fixed random order, then the held-out ones."""

    def __init__(self, items: Sequence[Item], words: Words, style: str, seed: int) -> None:
        _say("reading the human icons")
        dice = np.random.default_rng(seed)
        train = [item for item in items if item.split == "train"]
        held = [item for item in items if item.split != "train"]
        self.items = [train[i] for i in dice.permutation(len(train))] + held
        drawings = [drawn(item) for item in self.items]
        self.hogs = hogs_of(renders(drawings))
        self.words = [frozenset(words.known(item.title)) for item in self.items]
        self.families = np.array([family(item) for item in self.items])
        self.is_train = np.arange(len(self.items)) < len(train)
        self.hand = frozenset({FAMILIES.get(style.partition("/")[0], style.partition("/")[0])})
        own = [i for i in range(len(train)) if style in ("", f"{self.items[i].set}/{self.items[i].style}")]
        self.real = [drawings[i] for i in own]
        self.real_hogs = self.hogs[own]
        self._others: dict[frozenset[str], NDArray[np.intp]] = {}
        self._mean = self.hogs[self.is_train].mean(0)
        far = self.hogs[self.is_train] - self._mean
        self._axes = np.linalg.eigh(far.T @ far)[1][:, -AXES:]

    def others(self, hands: frozenset[str], concept: str) -> NDArray[np.intp]:
        """7,000 training icons by none of these hands, with the held-out icons of the concept by none of them."""
        if hands not in self._others:
            foreign = ~np.isin(self.families, sorted(hands))
            self._others[hands] = np.flatnonzero(foreign & self.is_train)[:GALLERY]
        first = int(self.is_train.sum())
        held = (i for i in range(first, len(self.items)) if self.items[i].concept == concept)
        return np.append(self._others[hands], [i for i in held if self.families[i] not in hands]).astype(np.intp)

    def says(self, vectors: Floats, made: Sequence[Made], asked: Asked) -> list[bool]:
        """Whether an icon with a word of the prompt is among the five nearest to each drawing (n, 448)."""
        near = self.hogs @ vectors.T
        out = []
        for column, one in enumerate(made):
            among = self.others(one.hands, asked.concept)
            best = among[np.argpartition(-near[among, column], 5)[:5]]
            out.append(any(not asked.ids.isdisjoint(self.words[i]) for i in best))
        return out

    def chance(self, asked: Asked) -> float:
        """How probable it is that one of five random icons has a word of the prompt."""
        among = self.others(self.hand, asked.concept)
        share = float(np.mean([not asked.ids.isdisjoint(self.words[i]) for i in among]))
        return 1.0 - (1.0 - share) ** 5

    def distance(self, vectors: Floats) -> float:
        """Frechet distance (Heusel et al. 2017, arXiv:1706.08500, section 2) of HOGs (n, 448) to the style's own."""
        a, b = ((x - self._mean) @ self._axes for x in (vectors, self.real_hogs[:REAL]))
        one, two = np.cov(a.T), np.cov(b.T)
        # The trace of the root of a product of covariances is the sum of the roots of its eigenvalues.
        shared = np.sqrt(np.maximum(np.linalg.eigvals(one @ two).real, 0)).sum()
        return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(one) + np.trace(two) - 2 * shared)


def measured(rows: dict[str, Row], asked: Sequence[Asked], gallery: Gallery, index: PrintIndex) -> list[dict[str, Any]]:
    """One line of figures for each control and kind of concept."""
    lines = []
    for split, name in CONCEPTS.items():
        some = [i for i, one in enumerate(asked) if one.split == split]
        part = []
        for control, row in rows.items():
            _say(f"measuring {control}, {name}")
            learnt = control == "human" and split == "train"  # the training icons themselves: of course they are found
            figures = figures_of([row[i] for i in some], [asked[i] for i in some], gallery, control)
            new = novelty([row[i] for i in some], index) if not learnt else dict.fromkeys(NOVELTY)
            part.append({"drawn_by": control, "concepts": name, **figures, **new})
        best = part[-1]["says_its_word"]
        for line in part:
            line["of_human"] = line["says_its_word"] / best if best else None
            lines.append({key: round(x, 4) if isinstance(x, float) else x for key, x in line.items()})
    return lines


def figures_of(row: Row, asked: Sequence[Asked], gallery: Gallery, control: str) -> dict[str, Any]:
    """All figures but those of novelty."""
    human, firsts = control == "human", 1 if control in RANKED else TRIED
    first, eight, sound, alike, distinct, vectors = [], [], [], [], [], []
    for made, one in zip(row, asked, strict=True):
        drawings = [m.drawing for m in made if m.drawing is not None]
        ink = renders(drawings)
        sound += [is_sound(drawing, share) for drawing, share in zip(drawings, ink.mean((1, 2)) / 255, strict=True)]
        sound += [False] * (len(made) - len(drawings))
        hogs = hogs_of(ink)
        said = gallery.says(hogs[:TRIED], [m for m in made if m.drawing is not None][:TRIED], one)
        first.append(sum(said[:firsts]) / max(len(said[:firsts]), 1))
        eight.append(any(said))
        vectors.append(hogs[:PER_PROMPT])
        if len(drawings) > 1:
            iou = pairs(fingerprints(drawings))
            alike.append(float(iou[np.triu_indices(len(iou), 1)].mean()))
            distinct.append(distinct_ones(iou))
    best = [m.drawing for made in row for m in made[:firsts] if m.drawing is not None]
    hand = habits(best)
    near = [m.likeness for made in row for m in made[:1] if m.likeness is not None]
    spread = gallery.real_hogs[REAL : REAL + PER_PROMPT * len(row)] if human else np.concatenate(vectors)
    return {
        "says_its_word": float(np.mean(first)),
        "of_human": None,  # known when all are measured
        "best_of_8": None if human else float(np.mean(eight)),
        "valid": float(np.mean(sound)),
        "tidy": sum(faults(drawing) == 0 for drawing in best) / max(len(best), 1),
        "straight": _straight(hand),
        "quarter_grid": float(hand["grid"]["1/4"]),
        "pair_iou": float(np.mean(alike)) if alike else None,
        "distinct_of_16": None if human or not distinct else float(np.mean(distinct)),
        "frechet": gallery.distance(spread) if len(spread) > 1 else None,
        "after_a_reference": len(near) / len(row) if near else None,
        "reference_iou": float(np.median(near)) if near else None,
    }


NOVELTY = ("nearest_iou", "copies", "near_copy", "common")


def novelty(row: Row, index: PrintIndex) -> dict[str, float | None]:
    """How near the drawings come to training icons; verdicts on the first of each prompt."""
    drawings = [m.drawing for made in row for m in made if m.drawing is not None]
    best = [made[0].drawing for made in row if made[0].drawing is not None]
    if not best:
        return dict.fromkeys(NOVELTY)
    iou = index.nearest(fingerprints(drawings), 1)[1][:, 0]
    copies = [near > COPY and segments(drawing) >= 4 for near, drawing in zip(iou, drawings, strict=True)]
    verdicts = [report.verdict for report in examine_all(best, index)]
    shares = [sum(verdict == kind for verdict in verdicts) / len(verdicts) for kind in ("near-copy", "common")]
    return dict(zip(NOVELTY, (float(np.median(iou)), float(np.mean(copies)), *shares), strict=True))


def is_sound(drawing: d.Drawing, ink: float) -> bool:
    """Whether it can be written and read, has ink enough and all of it on the canvas."""
    try:
        again = d.parse(d.to_svg(drawing))
    except MediaError:
        return False
    return bool(again.shapes) and LEAST_INK <= ink <= MOST_INK and is_inside(drawing)


def renders(drawings: Sequence[d.Drawing]) -> NDArray[np.uint8]:
    """(n, 48, 48) as `scorer.hog` takes them."""
    ink: NDArray[np.uint8] = np.round(d.render_many(drawings, 48) * 255).astype(np.uint8)
    return ink


def hogs_of(ink: NDArray[np.uint8]) -> Floats:
    """HOG (n, 448) of renders, a block at a time."""
    blocks = [hog(ink[i : i + 1024]) for i in range(0, len(ink), 1024)]
    return np.concatenate(blocks) if blocks else np.zeros((0, 448), np.float32)


def pairs(prints: NDArray[np.uint8]) -> NDArray[np.float64]:
    """IoU (n, n) of prints (n, 128) with one another."""
    bits = np.unpackbits(prints, axis=1).astype(np.float64)
    shared, ink = bits @ bits.T, bits.sum(1)
    return np.asarray(shared / np.maximum(ink[:, None] + ink[None] - shared, 1))


def distinct_ones(iou: NDArray[np.float64]) -> int:
    """How many are left when each that is 0.9 alike to one kept before is put away."""
    kept: list[int] = []
    for i in range(len(iou)):
        if all(iou[i, j] < 0.9 for j in kept):
            kept.append(i)
    return len(kept)


def _straight(told: dict[str, Any]) -> float:
    """Share of straight lines at 0, 45 or 90 degrees."""
    return float(sum(told["angles"].get(angle, 0.0) for angle in ("0", "45", "90")))


if __name__ == "__main__":
    main()
