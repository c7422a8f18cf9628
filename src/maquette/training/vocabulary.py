"""Makes the packaged vocabulary: the words of the training icons, a Russian lexicon, synonyms and emoji.

    python -m maquette.training.vocabulary ICONS.jsonl.zst --labels labels-i18n.jsonl.gz --out words.json.gz

Made once and then frozen, since a net is trained on its ids; `--keep words.json.gz` renews all but the ids. Only the
training split is read. The Russian lexicon comes from names and keywords of emoji in both languages (Unicode CLDR): a
Russian name and its English one are a pair; keywords are paired by how often they stand at the same emoji (Dice's
coefficient); the list by hand goes before both.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from maquette.core.spelling import normal, normal_words, split
from maquette.encodings.words import FORMAT, STOP, STOP_INSIDE, STOP_RU, Words, russian_stem

from .vocabulary_by_hand import ENGLISH, RUSSIAN, entries

LARGEST = 6000  # words
LEAST = 3  # names or tag lists a word must stand in; two if one is a name, one if emoji have that word too
DICE = ((2, 0.8), (3, 0.6), (5, 0.5))  # (times together, least agreement): either makes a pair of two keywords
NOTICE = (
    "English words: from the names, tags and categories of the training icons (MIT, ISC, Apache-2.0, CC0-1.0). Emoji "
    "names and the Russian lexicon: from Unicode CLDR (Unicode License v3, SPDX Unicode-3.0, Copyright 1991-2025 "
    "Unicode, Inc.) through emojibase-data (MIT, Copyright 2017-2019 Miles Johnson). Lists by hand: Maquette."
)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Records of a .jsonl, .jsonl.gz or .jsonl.zst file."""
    data = path.read_bytes()
    if path.suffix == ".zst":
        import zstandard

        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    elif path.suffix == ".gz":
        data = gzip.decompress(data)
    for line in data.splitlines():
        yield json.loads(line)


def count_words(icons: Iterable[Mapping[str, Any]], ordinary: set[str]) -> list[tuple[str, int]]:
    """The vocabulary with its counts, most frequent first.

    A word is counted once per set and name, so that a set with six styles of one icon does not vote six times. A word
    that stands only once must be among the `ordinary` ones, or else it may be anybody's misspelling.
    """
    everywhere: dict[str, set[tuple[str, str]]] = defaultdict(set)
    named: set[str] = set()
    for icon in icons:
        if icon["split"] != "train":
            continue
        key = (icon["set"], icon["name"])
        named.update(normal_words(icon["name"]))
        for text in (icon["name"], *icon["tags"], icon["category"]):
            for word in normal_words(text):
                everywhere[word].add(key)
    kept = [
        (word, len(keys))
        for word, keys in everywhere.items()
        if (len(keys) >= LEAST - (word in named) or (word in ordinary and len(word) >= 4))
        and word.isascii()
        and len(word) <= 20
        and not (word.isdigit() and len(word) > 3)
    ]
    return sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:LARGEST]


def english_of(text: str) -> list[str]:
    """The words of an English name in the vocabulary's spelling, without stop words and the s of a genitive."""
    words = [word for word in normal_words(text) if word not in STOP and word not in STOP_INSIDE and word != "s"]
    return list(dict.fromkeys(words))


def names_of(labels: list[dict[str, Any]]) -> dict[str, str]:
    """Russian emoji names of up to three words -> English names of up to three.

    Words outside the vocabulary are kept too: a shelf may have what the net has never seen.
    """
    found: dict[str, str] = {}
    for row in labels:
        english = english_of(row["labels"]["en"].split(":")[0])
        russian = [word for word in split(row["labels"]["ru"].split(":")[0]) if word not in STOP_RU]
        if 1 <= len(russian) <= 3 and 1 <= len(english) <= 3 and all(word.isalpha() for word in russian):
            found.setdefault(" ".join(russian), " ".join(english))
    return found


def keywords_of(labels: list[dict[str, Any]], known: set[str]) -> dict[str, str]:
    """Russian words -> the English word that stands at the same emoji most exactly (see DICE)."""
    together: Counter[tuple[str, str]] = Counter()
    russian_count: Counter[str] = Counter()
    english_count: Counter[str] = Counter()
    spelling: dict[str, Counter[str]] = defaultdict(Counter)
    for row in labels:
        texts = [row["labels"]["ru"], *row["tags"]["ru"]]
        russian = {word for text in texts for word in split(text) if word not in STOP_RU and len(word) > 2}
        stems = {russian_stem(word) for word in russian if word.isalpha() and not word.isascii()}
        for word in russian:
            spelling[russian_stem(word)][word] += 1
        texts = [row["labels"]["en"], *row["tags"]["en"]]
        english = {word for text in texts for word in normal_words(text) if word in known and word not in STOP}
        russian_count.update(stems)
        english_count.update(english)
        together.update((r, e) for r in stems for e in english)
    best: dict[str, tuple[float, int, str]] = {}
    for (r, e), both in together.items():
        dice = 2 * both / (russian_count[r] + english_count[e])
        if any(both >= times and dice >= least for times, least in DICE):
            best[r] = max(best.get(r, (0.0, 0, "")), (dice, both, e))
    return {spelling[r].most_common(1)[0][0]: e for r, (_, _, e) in best.items()}


def lexicon(labels: list[dict[str, Any]], known: set[str]) -> dict[str, str]:
    """Russian -> English: by hand, then names, then keywords; one entry per stem or phrase of stems."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    by_hand = entries(RUSSIAN)
    for source in (by_hand, names_of(labels), keywords_of(labels, known)):
        for russian, english in source.items():
            stem = " ".join(russian_stem(word) for word in split(russian))
            if stem not in seen or source is by_hand:
                found.setdefault(russian.replace("ё", "е"), spelled(english, known))
                seen.add(stem)
    return found


def spelled(english: str, known: set[str]) -> str:
    """Words in the vocabulary's spelling."""
    return " ".join(word if word in known else normal(word) for word in english.split())


def synonyms(known: set[str]) -> dict[str, str]:
    """English synonyms by hand. Of words that the vocabulary knows itself too: the shelf's search looks at those."""
    found: dict[str, str] = {}
    for word, instead in entries(ENGLISH).items():
        key, value = " ".join(normal_words(word)), spelled(instead, known)
        if value != key and all(word in known for word in value.split()):
            found[key] = value
    return found


def emoji(labels: list[dict[str, Any]], known: set[str]) -> dict[str, str]:
    """Code points of an emoji (hex, joined by -, no FE0F) -> the known words of its English name or keywords."""
    found: dict[str, str] = {}
    for row in labels:
        words = english_of(row["labels"]["en"].split(":")[0])
        if not words or any(word not in known for word in words):
            texts = [row["labels"]["en"], *row["tags"]["en"][:4]]
            words = [word for text in texts for word in normal_words(text) if word in known and word not in STOP]
        if words:
            found[row["codepoint"].replace("-FE0F", "")] = " ".join(list(dict.fromkeys(words))[:3])
    return found


def build(
    icons: Iterable[Mapping[str, Any]], labels: list[dict[str, Any]], frozen: Words | None = None
) -> dict[str, object]:
    """The content of a words file; `frozen` keeps the words and ids of an earlier one, and makes the rest anew."""
    texts = (text for row in labels for text in (row["labels"]["en"], *row["tags"]["en"]))
    ordinary = {word for text in texts for word in normal_words(text) if word.isascii() and len(word) >= 4}
    counted = list(zip(frozen.words, frozen.counts)) if frozen else count_words(icons, ordinary)
    known = {word for word, _ in counted}
    return {
        "format": FORMAT,
        "notice": NOTICE,
        "words": " ".join(word for word, _ in counted),
        "counts": " ".join(str(count) for _, count in counted),
        "synonyms": synonyms(known),
        "russian": lexicon(labels, known),
        "emoji": emoji(labels, known),
        "english": " ".join(sorted(ordinary - known)),
    }


def main() -> None:
    """Make the file and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="icons as a record file")
    parser.add_argument("--labels", type=Path, required=True, help="emoji names in many languages")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="a words file whose words and ids stay; a net may be trained on them")
    given = parser.parse_args()
    frozen = Words.load(given.keep) if given.keep else None
    content = build(read_lines(given.data), list(read_lines(given.labels)), frozen)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    part = given.out.with_name(given.out.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    part.replace(given.out)
    sizes = {key: len(value.split()) if isinstance(value, str) else len(value) for key, value in content.items()}  # type: ignore[arg-type]
    print(f"{given.out}: {given.out.stat().st_size / 1000:.0f} kB, {sizes}")


if __name__ == "__main__":
    main()
