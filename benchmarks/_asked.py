"""What was asked of the music, benchmark by benchmark, and whether its results reach it.

One function for each `results/music_*.json`: it gives rows (what, bar, found, reached). Bars come from the issue and
from the notes on music that the project was given; a figure that is not there is said to be not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Result = Mapping[str, Any]
Row = dict[str, str]
NOT_MEASURED = "not measured"
NO_BARS = ("music_pages",)  # measured to be looked at: nothing was asked of the numbers


def asked(name: str, result: Result) -> list[Row]:
    """The bars of a benchmark with what was found; none where nothing was asked."""
    return list(BARS[name](result)) if name in BARS else []


def held(what: str, found: Any, *, most: float | None = None, least: float | None = None, unit: str = "") -> Row:
    """One figure beside its bar: at most, or at least, so much."""
    limit = most if most is not None else least
    assert limit is not None
    bar = f"{'at most' if most is not None else 'at least'} {limit:g}{unit}"
    if found is None:
        return row(what, bar, NOT_MEASURED, None)
    return row(what, bar, f"{found:.4g}{unit}", found <= limit if most is not None else found >= limit)


def row(what: str, bar: str, found: str, reached: bool | None) -> Row:
    """One line of the table."""
    return {"asked": what, "bar": bar, "found": found, "reached": {True: "yes", False: "**no**", None: ""}[reached]}


def of(rows: Iterable[Result], key: str, name: str) -> Result:
    """The row whose `key` is `name`; an empty one where there is none."""
    return next((one for one in rows if one.get(key) == name), {})


# -- what the net writes -----------------------------------------------------------------------------------------------

RATIO = ("openscore-lieder", "polish-heritage")
BITS = {
    "nottingham": 3.5,
    "open-hymnal": 3.8,
    "openscore-lieder": 6.0,
    "polish-heritage": 7.5,
    "mutopia": 7.5,
    "freedoom": 9.0,
}


def bits(result: Result) -> Iterator[Row]:
    for name in RATIO:
        yield held(
            f"bits per note, of the best n-gram's, {name}", of(result["rows"], "set", name).get("ratio"), most=0.65
        )
    for name, most in BITS.items():
        yield held(f"bits per note, {name}", of(result["rows"], "set", name).get("bits_per_note"), most=most)


def bars(result: Result) -> Iterator[Row]:
    sets = result["rows"]
    for what, key, bar, reaches in (
        ("notes in the scale, none asked for", "in scale", "within 0.01 of people's", lambda h, w: abs(h - w) <= 0.01),
        ("bars as an earlier one", "bars again", "within 0.08 of people's", lambda h, w: abs(h - w) <= 0.08),
        ("rhythms as an earlier one", "rhythms again", "within 0.08 of people's", lambda h, w: abs(h - w) <= 0.08),
        ("distance of pitch classes", "JS pitch class", "at most 1.5 x people's", lambda h, w: w <= 1.5 * h),
        ("distance of lengths", "JS length", "at most 1.5 x people's", lambda h, w: w <= 1.5 * h),
        ("distance of places in the bar", "JS place", "at most 1.5 x people's", lambda h, w: w <= 1.5 * h),
        ("distance of intervals", "JS interval", "at most 1.5 x people's", lambda h, w: w <= 1.5 * h),
    ):
        yield _beside_people(what, bar, {str(one["set"]): _pair(one, key) for one in sets}, reaches)
    genres, gaps = result.get("genres", {}), result.get("infill", {})
    yield held("genre told from what is written, of people's accuracy", genres.get("share of the real"), least=0.9)
    yield held("fewer bits in a gap of two bars, in sight of both sides", gaps.get("fewer"), least=0.25)


def _pair(one: Result, key: str) -> tuple[float, float] | None:
    told = one.get(f"{key}: human, written")
    if told is None:
        return None
    human, written = (float(word) for word in str(told).split(","))
    return human, written


def _beside_people(
    what: str, bar: str, pairs: Mapping[str, tuple[float, float] | None], reaches: Callable[[float, float], bool]
) -> Row:
    """All pieces together decide; the sets that reach it alone are named."""
    whole = pairs.get("all")
    if whole is None:
        return row(what, bar, NOT_MEASURED, None)
    alone = [name for name, pair in pairs.items() if name != "all" and pair and reaches(*pair)]
    sets = f"; alone: {', '.join(alone) or 'no set'}"
    return row(what, bar, f"{whole[1]:.4g}, people {whole[0]:.4g}{sets}", reaches(*whole))


def rules(result: Result) -> Iterator[Row]:
    first = result["rows"][0]
    written = first["requests"] - first["refused as contradictory"] - first.get("left empty", 0)
    whole = first["kept whole"]
    yield row(
        "random requests kept whole, read again from the file",
        "all of 1,000, less the contradictory",
        f"{whole} of {written}; {first['refused as contradictory']} refused with a reason; broken: {_broken(first)}",
        whole == written if first["requests"] >= 1000 else (False if whole < written else None),
    )


def _broken(told: Result) -> str:
    broken = told["broken"]
    return ", ".join(f"{what} {times}" for what, times in broken.items()) if isinstance(broken, dict) else str(broken)


def decoding(result: Result) -> Iterator[Row]:
    for one in result["requests"]:
        yield held(f"{one['request']}, worst, processor", one["processor s, worst"], most=one["target s"], unit=" s")
    for one in result.get("speeds", ()):
        if one["engine"] == "Maquette 8-bit":
            yield held(f"the engine in 8 bits, batch {one['batch']}, of generate()", one["of generate()"], least=1)


def effort(result: Result) -> Iterator[Row]:
    worst = [one["p95"] for one in result.get("times", ()) if one["milliseconds"] in FIRST_GHOST]
    yield held("first ghost, p95, processor", max(worst, default=None), most=150, unit=" ms")
    found = {one["ghosts from"]: one for one in result["rows"] if one["set"] == "all"}
    ghosts = found.get("ghosts", {}).get("three ghosts")
    for plain in ("n-gram", "last bar"):
        yield beside("bars of people accepted, three ghosts", ghosts, plain, found.get(plain, {}).get("three ghosts"))


FIRST_GHOST = ("processor", "processor, first", "first ghost, processor")


def beside(what: str, ours: float | None, name: str, plain: float | None) -> Row:
    """A figure that must be above that of a plain rule."""
    if ours is None or plain is None:
        return row(what, f"more than {name}", NOT_MEASURED, None)
    return row(what, f"more than {name}", f"{ours:.3g}, {name} {plain:.3g}", ours > plain)


def moves(result: Result) -> Iterator[Row]:
    """Each figure of a move: the net, or the house's rule that it offers too, must do as well as a trivial rule."""
    for one in result["rows"]:
        measured = one["net"] is not None or one["rule"] is not None
        if (one["trivial"] is None and measured) or not one["better"]:
            continue  # quoted from another benchmark, or no question of better and worse
        what, bar = f"{one['move']}: {one['figure']}", f"{one['better']}: no worse than trivial"
        told = [f"{way} {one[way]:.3g}" for way in ("net", "rule", "trivial", "human") if one[way] is not None]
        if one["trivial"] is None:
            yield row(what, bar, NOT_MEASURED, None)
            continue
        offered = "(rule:" not in (one["the trivial rule"] or "")  # else it is one more thing to be held against
        wins = {"net": no_worse(one, one["net"]), "rule": offered and no_worse(one, one["rule"])}
        line = row(what, bar, ", ".join(told), any(wins.values()))
        yield {**line, "reached": "yes, by rule"} if wins["rule"] and not wins["net"] else line


def no_worse(one: Result, value: float | None) -> bool:
    """Whether a figure is as good as the trivial rule's: above it, below it, or nearer to the human's."""
    if value is None:
        return False
    trivial, human = one["trivial"], one["human"] or 0.0
    by = {"more": (value, trivial), "less": (trivial, value)}
    better, worse = by.get(one["better"], (abs(trivial - human), abs(value - human)))
    return bool(better >= worse)


def adapter(result: Result) -> Iterator[Row]:
    for one in result["rows"]:
        what = f"own tunes, {one['hand']} ({one['tunes']} tunes, {one['minutes']:g} minutes)"
        yield held(f"{what}: fewer bits on those held out", one["fewer"], least=0)
        yield held(f"{what}: size", one["MB"], most=3, unit=" MB")


def originality(result: Result) -> Iterator[Row]:
    for share in dict.fromkeys(one["changed"] for one in result["planted"]):
        told = {one["notes"]: one["noticed"] for one in result["planted"] if one["changed"] == share}
        found = ", ".join(f"{part:.0%} of {notes} notes" for notes, part in told.items())
        yield row(f"planted quotes with {share:.0%} of their notes changed", "found", found, min(told.values()) == 1)


# -- rules, files, sound -----------------------------------------------------------------------------------------------


def harmony(result: Result) -> Iterator[Row]:
    chords = of(result["chords"], "way", "tune, chords_for")
    yield held("chords to a tune: roots as people chose them", chords.get("root"), least=0.55)
    tones = chords.get("chord tones")
    yield row("chord tones of a tune with its chords", "0.75 to 0.88", _text(tones), _within(tones, 0.75, 0.88))
    ours = of(result["satb"], "voices", "by rule")
    for what in ("fifths", "octaves", "crossings"):
        yield held(f"four voices: {what} in 100 chord changes", ours.get(what), most=0.5)
    yield held("four voices: notes in range", ours.get("in range"), least=1)


def _text(value: float | None) -> str:
    return NOT_MEASURED if value is None else f"{value:.4g}"


def _within(value: float | None, low: float, high: float) -> bool | None:
    return None if value is None else low <= value <= high


def blend(result: Result) -> Iterator[Row]:
    picture, between, sliders = (result.get(key, {}) for key in ("to picture", "interpolation", "variation"))
    yield held("hits of a picture met within 20 ms", picture.get("within_20_ms"), least=1)
    yield held("ends of a picture, largest miss", picture.get("end_largest_ms"), most=20, unit=" ms")
    yield held("interpolation: smoothness of steps, worst pair (Spearman)", between.get("worst"), least=0.9)
    yield held("interpolation: bars valid in their metre", between.get("valid_bars"), least=1)
    for key in ("rhythm", "contour", "harmony"):
        yield held(f"slider {key}: worst (Spearman)", sliders.get(f"{key}_spearman_worst"), least=0.9)
    words, drums = result.get("words on notes", {}), result.get("drums, bits to what was played", {})
    yield beside(
        "syllables as the composer set them", words.get("as_the_composer"), "even spacing", words.get("even_spacing")
    )
    yield _nearer("drums to a piece, bits away from what was played", drums, "drumify, rock", "four on the floor")
    yield _nearer("drums like the first half", drums, "second half: like the first", "second half: four on the floor")


def _nearer(what: str, told: Result, ours: str, plain: str) -> Row:
    if told.get(ours) is None or told.get(plain) is None:
        return row(what, "less than four on the floor", NOT_MEASURED, None)
    found = f"{told[ours]:.3g}, four on the floor {told[plain]:.3g}"
    return row(what, "less than four on the floor", found, told[ours] < told[plain])


def groove(result: Result) -> Iterator[Row]:
    for one in result["loudness"]:
        if "fitted" not in one["parts of"]:
            yield _quieter(one)
    times = {one["timing, hymns held out"]: one["value"] for one in result["timing"]}
    for key, value in times.items():
        if key.startswith(("notes that quantise", "shift variance")):
            yield held(key, value, least=0.99)


def _quieter(one: Result) -> Row:
    found = f"{one['humanised']:.3g}, flat {one['flat']:.3g}, noise {one['white noise']:.3g}"
    what = f"loudness of {one['parts of']} ({one['parts']} parts): bits away from people's"
    return row(what, "less than flat and than noise", found, one["humanised"] < min(one["flat"], one["white noise"]))


def files(result: Result) -> Iterator[Row]:
    yield held("pieces written as MusicXML and read by others", result.get("pieces"), least=500)
    yield held("bars that are not full, as written", result.get("short bars written"), most=0)
    for reader in ("music21", "partitura"):
        yield held(f"{reader}: wrong bars", result.get(f"{reader}: wrong bars"), most=0)
        yield held(f"{reader}: notes missing", result.get(f"{reader}: missing"), most=0)


def sound(result: Result) -> Iterator[Row]:
    speed, loud, loops = (result.get(key, {}) for key in ("speed", "loudness", "loops"))
    yield held("times real time, finished, four parts, one core", speed.get("times real time, finished"), least=20)
    yield held("the slowest of these pieces", speed.get("slowest piece"), least=20)
    yield held("loudness, worst error by pyloudnorm", loud.get("worst error by pyloudnorm, LU"), most=0.3, unit=" LU")
    yield held("true peak, highest", loud.get("highest true peak, dBTP"), most=-1, unit=" dBTP")
    yield held("loops measured", loops.get("loops"), least=200)
    yield held("loops with a click", loops.get("clicks"), most=0)
    yield held("loops of a wrong length", loops.get("wrong lengths"), most=0)
    told = result.get("files", {})
    exact = [name for name, text in told.items() if "exact True, again True" in str(text)]
    yield row(
        "WAV and FLAC exact to the bit, both ways", "all", f"{len(exact)} of {len(told)}", len(exact) == len(told)
    )


def spelling(result: Result) -> Iterator[Row]:
    for where in ("all", "outside the key"):
        what = f"notes named as people named them, {where}"
        yield beside(what, result["ours"].get(where), "the rule", result["rule"].get(where))


def transcribe(result: Result) -> Iterator[Row]:
    rooms = [key for key in result["rows"][0] if key != "take" and not key.endswith(", rule")]
    for room in rooms:
        pairs = [(float(one[room]), float(one[f"{room}, rule"])) for one in result["rows"]]
        ours, plain = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
        yield beside(f"notes found (F1), mean of {len(pairs)} kinds of takes, {room}", ours, "the rule", plain)


BARS: Mapping[str, Callable[[Result], Iterator[Row]]] = {
    "music_adapter": adapter,
    "music_bars": bars,
    "music_bits": bits,
    "music_blend": blend,
    "music_decoding": decoding,
    "music_effort": effort,
    "music_files": files,
    "music_groove": groove,
    "music_harmony": harmony,
    "music_moves": moves,
    "music_originality": originality,
    "music_rules": rules,
    "music_sound": sound,
    "music_spelling": spelling,
    "music_transcribe": transcribe,
}
