"""Does a plan understand its script? `python benchmarks/film_script.py [--scripts 200] [--plays 210]`.

Two sets. Written ones: scripts made by a program that knows who speaks, where and when (five languages, all forms that
Fountain has); real ones: the public-domain plays, of which two other readers (screenplain, jouvence) read some too.
Counted: round trips that lose something (Fountain to the byte, written by rule, Final Draft), F1 of scenes (inside,
place, time), of the cast, of who says what; lines that no shot covers; shots that break a rule (180 degrees, jump
cuts, shorter than 0.7 s) in every 100.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import json
import random
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from common import RESULTS, processor, table

from maquette.makers.film import timing
from maquette.makers.film.people import folded
from maquette.makers.film.plan import plan
from maquette.media import script_fdx
from maquette.media.film import SIZES, Film
from maquette.media.script import Script, parse, to_fountain

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "text" / "texts.jsonl.zst"

NAMES = {
    "en": "ANNA,BEN,MRS. HALL,THE CLERK,OLD TOM,DR. ROSE,JEAN-PAUL,O'NEILL,R2,GUARD #2",
    "ru": "АННА,БОРИС,СТАРИК,МАРИЯ ИВАНОВНА,ЁЖИКОВ,ДОКТОР,САША,ОФИЦЕР,ЛИЗА,СТОРОЖ",
    "fr": "HÉLÈNE,RENÉ,LA VOISINE,ÉTIENNE,MME DUBOIS,LE GARDIEN,ZOÉ,LUC,AGNÈS,ÇA",
    "es": "ÍÑIGO,LUCÍA,EL VIEJO,SEÑORA RUIZ,PABLO,NIÑO,ÁNGEL,SOFÍA,DON JOSÉ,MARTA",
    "de": "JÜRGEN,ÄNNE,DER WIRT,FRAU GROSS,OTTO,LENA,ÖZLEM,DR. KÖHLER,KIND,MAX",
}
PLACES = {
    "en": ["KITCHEN", "HOTEL ROOM 12", "CITY STREET", "CAFE: BACK ROOM", "OLD BARN"],
    "ru": ["КУХНЯ", "КВАРТИРА АННЫ", "УЛИЦА", "КАФЕ У МОРЯ", "ЛЕС"],
    "fr": ["CUISINE", "RUE DE L'ÉGLISE", "CAFÉ", "CHAMBRE", "GARE"],
    "es": ["COCINA", "CALLE MAYOR", "CASA VIEJA", "PLAYA", "IGLESIA"],
    "de": ["KÜCHE", "STRASSE", "BAHNHOF", "ZIMMER 7", "WALD"],
}
TIMES = {"DAY": "day", "NIGHT": "night", "DAWN": "dawn", "SUNSET": "dusk", "MORNING": "day"}
RUSSIAN_TIMES = {"ДЕНЬ": "day", "НОЧЬ": "night", "РАССВЕТ": "dawn", "ЗАКАТ": "dusk", "УТРО": "day"}
TEXT = {
    "en": "The wind moves the curtain.|Nobody answers.|I never said that.|Where were you last night?|Yes.",
    "ru": "Ветер шевелит занавеску.|Никто не отвечает.|Я этого не говорил.|Где ты был вчера ночью, и с кем?|Да.",
    "fr": "Le vent bouge le rideau.|Personne ne répond.|Je n'ai jamais dit ça.|Où étais-tu hier soir?|Oui.",
    "es": "El viento mueve la cortina.|Nadie contesta.|Nunca dije eso.|¿Dónde estabas anoche?|Sí.",
    "de": "Der Wind bewegt den Vorhang.|Niemand antwortet.|Das habe ich nie gesagt.|Wo warst du gestern?|Ja.",
}
MANNERS = {"en": "softly", "ru": "тихо", "fr": "doucement", "es": "en voz baja", "de": "leise"}


@dataclasses.dataclass
class Gold:
    """What the writer of a script knows: scenes (inside, place, time), and what is said (scene, who, text)."""

    scenes: list[tuple[bool, str, str]] = dataclasses.field(default_factory=list)
    speeches: list[tuple[int, str, str]] = dataclasses.field(default_factory=list)

    @property
    def cast(self) -> set[str]:
        return {who for _, who, _ in self.speeches}


def written(seed: int) -> tuple[str, Gold]:
    """A script in Fountain with all its forms, and what is in it."""
    dice = random.Random(seed)
    language = dice.choice(list(NAMES))
    names = dice.sample(NAMES[language].split(","), dice.randint(2, 6))
    gold, out = Gold(), []
    if dice.random() < 0.6:
        out.append(dice.choice(["Title: A\nAuthor: B\n", "Title:\n    _**A**_\n    part two\nCredit: by\nAuthor: C\n"]))
    if dice.random() < 0.3:
        out.append("FADE IN:\n")
    for _ in range(dice.randint(1, 5)):
        out += _scene(dice, language, names, gold)
    if dice.random() < 0.4:
        out.append("> THE END <\n")
    return "\n".join(out), gold


def _scene(dice: random.Random, language: str, names: list[str], gold: Gold) -> Iterator[str]:
    if dice.random() < 0.2:
        yield dice.choice(
            ["# Act One\n", "= What happens here.\n", "[[to be checked]]\n", "/* cut\n\nall this */\n", "===\n"]
        )
    inside = dice.random() < 0.5
    place = dice.choice(PLACES[language])
    word, when = dice.choice(list((RUSSIAN_TIMES if language == "ru" else TIMES).items()))
    mark = ("ИНТ." if inside else "НАТ.") if language == "ru" else ("INT." if inside else "EXT.")
    heading = f"{mark} {place} - {word}"
    heading = heading.lower() if dice.random() < 0.1 and language == "en" else heading
    forced = language == "ru" and dice.random() < 0.3
    yield f"{'.' if forced else ''}{heading}{f' #{len(gold.scenes) + 1}#' if dice.random() < 0.2 else ''}\n"
    gold.scenes.append((inside, folded(place), when))
    texts = TEXT[language].split("|")
    for _ in range(dice.randint(1, 9)):
        yield from _beat(dice, language, names, gold, texts)


def _beat(dice: random.Random, language: str, names: list[str], gold: Gold, texts: list[str]) -> Iterator[str]:
    if dice.random() < 0.3:
        yield " ".join(dice.choices(texts[:2], k=dice.randint(1, 2))) + "\n"
        return
    who = dice.choice(names)
    said = " ".join(dice.choices(texts[2:], k=dice.randint(1, 3)))
    before = gold.speeches[-1] if gold.speeches else None
    dual = before is not None and before[0] == len(gold.scenes) and before[1] != folded(who) and dice.random() < 0.1
    mark = dice.choice(["", "", "", " (V.O.)", " (CONT'D)", " (O.S.)"])
    rows = [f"{'@' if who == 'R2' or dice.random() < 0.1 else ''}{who}{mark}{' ^' if dual else ''}"]
    if dice.random() < 0.25:
        rows.append(f"({MANNERS[language]})")
    if dice.random() < 0.15:
        rows.append(said + "\n(beat)\n" + texts[-1])
        gold.speeches.append((len(gold.scenes), folded(who), said))
        said = texts[-1]
    elif dice.random() < 0.1:
        rows.append(f"~{said}")
    else:
        rows.append(said)
    gold.speeches.append((len(gold.scenes), folded(who), said))
    yield "\n".join(rows) + "\n"


def plays(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    import zstandard

    step, seen = max(1, 210 // max(1, count)), 0
    with DATA.open("rb") as file:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), "utf-8"):
            if '"fountain": "' in line:
                seen += 1
                if seen % step == 0:
                    yield (record := json.loads(line))["id"], record


def kept(text: str) -> dict[str, int]:
    """Whether a script comes back: from Fountain to the byte, written by rule, from Final Draft."""
    found = parse(text)
    plain = dataclasses.replace(
        found, head="", elements=tuple(dataclasses.replace(one, raw="", gap="") for one in found.elements)
    )
    return {
        "bytes": to_fountain(found) == text,
        "by rule": _meaning(parse(to_fountain(plain))) == _meaning(found),
        "Final Draft": _meaning(script_fdx.from_fdx(script_fdx.to_fdx(found))) == _meaning(found),
    }


def _meaning(script: Script) -> list[tuple[Any, ...]]:
    return [(one.kind, one.text, one.number, one.depth, one.dual, one.notes) for one in script.elements]


def f1(found: Counter[Any], gold: Counter[Any]) -> tuple[int, int, int]:
    """Hits, found, wanted."""
    return (found & gold).total(), found.total(), gold.total()


def against(film: Film, gold: Gold) -> dict[str, tuple[int, int, int]]:
    """Scenes, cast and speakers of a plan against what the writer knows."""
    names = {one.id: folded(one.name) for one in film.people}
    scenes = Counter((scene.interior, folded(scene.place), scene.time) for scene in film.scenes)
    lines: Counter[Any] = Counter()
    for number, scene in enumerate(film.scenes, 1):
        spoken = [line for line in scene.lines if line.kind in ("dialogue", "lyric")]
        lines.update((number, names.get(line.who, ""), line.text) for line in spoken)
    people = Counter(names[one.id] for one in film.people if one.lines)
    return {
        "scenes": f1(scenes, Counter(gold.scenes)),
        "cast": f1(people, Counter(gold.cast)),
        "speakers": f1(lines, Counter(gold.speeches)),
    }


def broken(film: Film) -> Counter[str]:
    """Rules that the shots break, and lines that none covers."""
    out: Counter[str] = Counter()
    covered = {id for shot in film.shots for id in shot.lines}
    out["not covered"] = sum(line.id not in covered for scene in film.scenes for line in scene.lines)
    out["shorter than 0.7 s"] = sum(shot.seconds < 0.7 - 1e-6 for shot in film.shots)
    out["no whole frames"] = sum(
        abs(shot.seconds * film.fps - round(shot.seconds * film.fps)) > 1e-6 for shot in film.shots
    )
    for scene in film.scenes:
        for one, other in pairwise(scene.shots):
            talk = "over-shoulder" in (one.kind, other.kind)
            out["line crossed"] += talk and one.side != other.side
            alike = one.subjects == other.subjects and one.subjects and "insert" not in (one.kind, other.kind)
            out["jump cut"] += bool(alike) and abs(SIZES.index(one.size) - SIZES.index(other.size)) < 2
    out["shots"] = len(film.shots)
    times = timing.schedule(film)
    out["not on the clock"] = sum(len(scene.lines) for scene in film.scenes) - len(times)
    return out


def witnesses(text: str) -> dict[str, int] | None:
    """How many speeches and scenes two other readers of Fountain find; None where they are not installed."""
    try:
        from jouvence.parser import JouvenceParser
        from screenplain.parsers import fountain
        from screenplain.types import Dialog, DualDialog, Slug
    except ImportError:
        return None
    found = list(fountain.parse(io.StringIO(text)))
    speeches = sum(2 if isinstance(one, DualDialog) else isinstance(one, Dialog) for one in found)
    document = JouvenceParser().parseString(text)
    cues = sum(paragraph.type == 2 for scene in document.scenes for paragraph in scene.paragraphs)
    return {
        "screenplain": speeches,
        "screenplain scenes": sum(isinstance(one, Slug) for one in found),
        "jouvence": cues,
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--scripts", type=int, default=200)
    asked.add_argument("--plays", type=int, default=210)
    asked.add_argument("--out", type=Path, default=RESULTS / "film_script.json")
    args = asked.parse_args()
    trips: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    hits: dict[str, list[tuple[int, int, int]]] = {"scenes": [], "cast": [], "speakers": []}
    wrong: list[str] = []
    for seed in range(args.scripts):
        text, gold = written(seed)
        trips.update({name: int(well) for name, well in kept(text).items()}, scripts=1)
        film = plan(parse(text))
        rules += broken(film)
        for name, one in against(film, gold).items():
            hits[name].append(one)
            if one[0] != max(one[1:]) and len(wrong) < 5:
                wrong.append(f"{seed}: {name} {one}")
    real, megabytes, seconds, planned, others = 0, 0.0, 0.0, 0.0, Counter[str]()
    for _, record in plays(args.plays) if DATA.is_file() and args.plays else ():
        text = record["fountain"]
        began = time.perf_counter()
        script = parse(text)
        seconds += time.perf_counter() - began
        megabytes += len(text.encode()) / 1e6
        trips.update({name: int(well) for name, well in kept(text).items()}, scripts=1)
        began = time.perf_counter()
        film = plan(script)
        planned += time.perf_counter() - began
        rules += broken(film)
        real += 1
        others.update(ours=sum(one.kind == "cue" for one in script.elements), marked=record["speeches"])
        if real % 30 == 1 and (found := witnesses(text)):
            others.update(
                found,
                **{"ours, same plays": sum(one.kind == "cue" for one in script.elements), "plays seen by others": 1},
            )
    result = {
        "processor": processor(),
        "scripts": args.scripts,
        "plays": real,
        "round trips": {name: trips[name] / trips["scripts"] for name in ("bytes", "by rule", "Final Draft")},
        "f1": {name: _f1(rows) for name, rows in hits.items()},
        "shots": rules["shots"],
        "broken": {name: count for name, count in rules.items() if name != "shots"},
        "rule_breaks_per_100_shots": 100
        * sum(n for name, n in rules.items() if name in _RULES)
        / max(1, rules["shots"]),
        "not_covered": rules["not covered"],
        "speeches": dict(others),
        "megabytes_a_second": megabytes / seconds if seconds else None,
        "plan_seconds_a_play": planned / real if real else None,
        "long": _long(),
        "wrong": wrong,
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table([{"what": name, "found": value} for name, value in _flat(result)]))


_RULES = ("shorter than 0.7 s", "line crossed", "jump cut", "no whole frames", "not on the clock")


def _flat(result: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in result.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}: ")
        else:
            yield before + name, f"{value:.4g}" if isinstance(value, float) else value


def _f1(rows: list[tuple[int, int, int]]) -> float:
    """Over all scripts together."""
    hit, found, wanted = (sum(row[at] for row in rows) for at in range(3))
    return 2 * hit / (found + wanted) if found + wanted else 1.0


def _long() -> dict[str, float]:
    """A script of 120 pages: seconds and the most memory that its plan takes."""
    text = "\n".join(written(seed)[0].removeprefix("Title: A\nAuthor: B\n") for seed in range(1000, 1125))
    pages = len(text.splitlines()) / 55
    began = time.perf_counter()
    plan(parse(text))
    took = time.perf_counter() - began
    tracemalloc.start()
    plan(parse(text))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {"pages": round(pages), "seconds": took, "megabytes": peak / 1e6}


if __name__ == "__main__":
    main()
