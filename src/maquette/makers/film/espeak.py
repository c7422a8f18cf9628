"""eSpeak NG as a separate program: found where it is installed, asked in plain text, never a part of ours.

It is free software under GPL-3.0-or-later. Two ways of asking, both another process: `espeak_driver.py`, a program of
its own that tells when each phone begins, where the synthesiser's library can be found; otherwise the command
`espeak-ng`, which gives the sound and the phones, whose times `aligner.py` then finds in the sound.
"""

from __future__ import annotations

import ctypes.util
import difflib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...media.phones import is_vowel, parts

Floats = NDArray[np.float32]
Times = tuple[tuple[float, float, str], ...]
NO_PROGRAM = "eSpeak NG is not installed: no voices are heard, lips and captions are timed by the text"
_PLACES = (  # where installers put it when it is on no path
    r"C:\Program Files\eSpeak NG",
    r"C:\Program Files (x86)\eSpeak NG",
    "/opt/homebrew/bin",
    "/opt/homebrew/lib",
    "/usr/local/bin",
    "/usr/local/lib",
    "/opt/local/bin",
    "/opt/local/lib",
)
_LONGEST = 60.0  # seconds that one line may take
_TINY = 0.08  # seconds: a shorter silence inside a clause is no pause
_DARK_L = 0.09  # seconds, at most
WORD = re.compile(r"[^\W_]+(?:[\u0301'’-][^\W_]+)*\u0301?")


@dataclass(frozen=True)
class Order:
    """One line for the synthesiser, in its own numbers: pitch, range 0..99, rate words a minute, volume 0..200."""

    text: str
    voice: str
    spare: str  # the voice if `voice` is unknown
    pitch: int = 50
    range: int = 50
    rate: int = 165
    volume: int = 100


@dataclass(frozen=True, eq=False)
class Answer:
    """What came back: mono sound (n,) in -1..1, phones as the synthesiser names them, words, stressed moments."""

    sound: Floats
    rate: int
    phones: Times
    words: Times
    stresses: tuple[float, ...]
    voice: str
    said: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def program() -> str:
    """Path of the command `espeak-ng`, "" where there is none. MAQUETTE_ESPEAK names another or, as "none", no one."""
    named = os.environ.get("MAQUETTE_ESPEAK", "")
    if named:
        return "" if named == "none" else named
    found = shutil.which("espeak-ng")
    if found:
        return found
    for place in _PLACES:
        for name in ("espeak-ng.exe", "espeak-ng"):
            if (Path(place) / name).is_file():
                return str(Path(place) / name)
    return ""


@lru_cache(maxsize=1)
def _library() -> str:
    """Where the driver finds the synthesiser's library: looked for, never loaded here."""
    if not program():
        return ""
    found = ctypes.util.find_library("espeak-ng")
    if found:
        return found
    for place in (
        str(Path(program()).resolve().parent),
        str(Path(program()).resolve().parent.parent / "lib"),
        *_PLACES,
    ):
        for name in ("libespeak-ng.dll", "libespeak-ng.dylib", "libespeak-ng.1.dylib", "libespeak-ng.so.1"):
            if (Path(place) / name).is_file():
                return str(Path(place) / name)
    return ""


def forget() -> None:
    """Look for the program anew (tests; a person who has just installed it)."""
    program.cache_clear()
    _library.cache_clear()


def ask(orders: Sequence[Order]) -> tuple[list[Answer | None], str]:
    """Answers in the order of `orders`, None where there is none, and the reason in a sentence ("" if all is well)."""
    if not orders:
        return [], ""
    if not program():
        return [None] * len(orders), NO_PROGRAM
    answers: list[Answer | None] = _by_driver(orders) if _library() else [None] * len(orders)
    for number, order in enumerate(orders):
        if answers[number] is None:
            answers[number] = _by_command(order)
    missing = sum(answer is None for answer in answers)
    return answers, f"eSpeak NG gave no sound for {missing} of {len(orders)} lines" if missing else ""


# --- with exact times ----------------------------------------------------------------------------------------------


def _by_driver(orders: Sequence[Order]) -> list[Answer | None]:
    """All lines through one run of the driver (one each where a process cannot be copied); None for what failed."""
    step = len(orders) if hasattr(os, "fork") else 1
    out: list[Answer | None] = []
    command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("espeak_driver.py")), _library(), _data()]
    for first in range(0, len(orders), step):
        some = orders[first : first + step]
        lines = "".join(json.dumps(asdict(order)) + "\n" for order in some)
        out += _read_answers(_run(command, lines, _LONGEST + 2.0 * len(some)), some)
    return out


def _data() -> str:
    """The folder that holds the synthesiser's data, where it lies beside the program (Windows); else its own choice."""
    beside = Path(program()).resolve().parent
    return str(beside) if (beside / "espeak-ng-data").is_dir() else ""


def _read_answers(data: bytes, orders: Sequence[Order]) -> list[Answer | None]:
    out: list[Answer | None] = []
    stream = io.BytesIO(data)
    for order in orders:
        line = stream.readline()
        if not line:  # it stopped in the middle
            break
        head = json.loads(line)
        if "error" in head:
            out.append(None)
            continue
        sound = np.frombuffer(stream.read(2 * head["count"]), "<i2").astype(np.float32) / 32768.0
        said = (f"no voice {order.voice!r}: {order.spare!r} speaks",) if head["voice"] != order.voice else ()
        out.append(_answer(order, sound, head, said))
    return out + [None] * (len(orders) - len(out))


def _answer(order: Order, sound: Floats, head: dict[str, object], said: tuple[str, ...]) -> Answer:
    rate = int(str(head["rate"]))
    seconds = len(sound) / rate
    events: list[tuple[float, str, object, int]] = [tuple(one) for one in head["events"]]  # type: ignore[attr-defined]
    phones = [(at, str(name)) for at, kind, name, _ in events if kind == "phone"]
    ends = [at for at, _ in phones[1:]] + [seconds]
    timed = [(at, min(end, seconds), name) for (at, name), end in zip(phones, ends, strict=True)]
    if timed and timed[0][0] > 0:
        timed.insert(0, (0.0, timed[0][0], ""))
    timed = _whole(timed)
    words = _words(order.text, events, timed)
    stresses = _stresses(timed, str(head.get("ipa", "")))
    return Answer(sound, rate, tuple(timed), words, stresses, str(head["voice"]), said)


def _words(text: str, events: list[tuple[float, str, object, int]], phones: list[tuple[float, float, str]]) -> Times:
    """The text's words from the events that say where one begins; it ends before the next or at the pause after it."""
    starts: dict[int, float] = {}
    tokens = list(WORD.finditer(text))
    for at, kind, place, length in events:
        if kind == "word" and length > 0:
            inside = [n for n, token in enumerate(tokens) if token.start() <= int(str(place)) - 1 < token.end()]
            if inside:
                starts.setdefault(inside[0], at)
    order = sorted(starts.items(), key=lambda one: one[1])
    out = []
    for number, (token, at) in enumerate(order):
        end = order[number + 1][1] if number + 1 < len(order) else phones[-1][1] if phones else at
        pauses = [start for start, _, name in phones if not name and at < start < end]
        end = min([end, *pauses])
        if end > at:
            out.append((at, end, tokens[token][0]))
    return tuple(out)


def _whole(phones: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Without the tiny pauses that a synthesiser puts between consonants: they belong to the sound before them.

    An l that closes a syllable ("all") is given no time of its own, it sounds at the end of its vowel: there it stands.
    """
    out: list[tuple[float, float, str]] = []
    for start, end, name in phones:
        if "l" in parts(name) and end - start < _TINY / 2 and out and is_vowel((parts(out[-1][2]) or ("",))[-1]):
            before, _, vowel = out[-1]
            start = max(start - _DARK_L, start - 0.4 * (start - before))
            out[-1] = (before, start, vowel)
        if out and not name and end - start < _TINY and out[-1][2] and end < phones[-1][1]:
            out[-1] = (out[-1][0], end, out[-1][2])
        elif end > start:
            out.append((start, end, name))
    return out


def _stresses(phones: list[tuple[float, float, str]], ipa: str) -> tuple[float, ...]:
    """Middles of the vowels that the written phones ("h_ə_l_ˈəʊ") mark as stressed."""
    written = [token for token in ipa.replace(" ", "_").replace("\n", "_").split("_") if parts(token)]
    heard = [one for one in phones if parts(one[2])]
    match = difflib.SequenceMatcher(
        None, [parts(token) for token in written], [parts(name) for _, _, name in heard], autojunk=False
    )
    out = []
    for block in match.get_matching_blocks():
        for step in range(block.size):
            start, end, name = heard[block.b + step]
            if "ˈ" in written[block.a + step] and any(is_vowel(one) for one in parts(name)):
                out.append((start + end) / 2)
    return tuple(out)


# --- with the command alone ----------------------------------------------------------------------------------------


def _by_command(order: Order) -> Answer | None:
    """Sound and phones from the command; the times are heard from the sound by the aligner."""
    from . import aligner

    for voice in dict.fromkeys((order.voice, order.spare)):
        shared = [program(), "-v", voice, "-s", str(order.rate), "-p", str(order.pitch), "-a", str(order.volume)]
        sound = _run([*shared, "--stdin", "--stdout"], order.text)
        names = _run([*shared, "-q", "--ipa", "--sep=_", "--stdin"], order.text)
        if sound and names:
            break
    else:
        return None
    samples, rate = _wave(sound)
    said = (f"no voice {order.voice!r}: {order.spare!r} speaks",) if voice != order.voice else ()
    aligned = aligner.align_phones(samples, rate, aligner.written(names.decode("utf-8", "replace"), order.text, voice))
    return replace(Answer(samples, rate, *aligned, voice), said=said)


def _run(command: list[str], text: str, longest: float = _LONGEST) -> bytes:
    """What a program answers to a text; nothing where it fails or takes too long."""
    try:
        run = subprocess.run(
            command,
            input=text.encode("utf-8"),
            capture_output=True,
            timeout=longest,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return run.stdout if run.returncode == 0 else b""


def _wave(data: bytes) -> tuple[Floats, int]:
    """16-bit mono samples of a WAV stream, whose sizes a pipe leaves unknown: all after the word "data" counts."""
    rate = int.from_bytes(data[24:28], "little")
    start = data.find(b"data") + 8
    body = data[start : start + (len(data) - start) // 2 * 2]
    return np.frombuffer(body, "<i2").astype(np.float32) / 32768.0, rate
