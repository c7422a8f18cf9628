"""Captions: what is spoken, as SRT and WebVTT, and as letters on the picture where somebody asks for it.

Lines are cut as subtitlers do it: at most two rows of 42 characters, 17 characters a second where the time allows it,
no caption shorter than 5/6 s, two frames of nothing between two (the Timed Text Style Guide of Netflix; EBU-TT-D).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ..core.errors import MediaError
from .ink import Words

ROW = 42  # characters
ROWS = 2
SHORTEST = 5 / 6  # seconds
GAP = 2 / 24  # seconds between two captions
SPEED = 17.0  # characters a second that are read with ease
_TIME = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})[,.](\d{3})")
_TAGS = re.compile(r"</?(?:[ibuv]|c|font|lang|ruby|rt)(?:[ .][^<>]*)?>")
_BREAKS = re.compile(r"(?<=[.!?…;:,—–])\s+")


@dataclass(frozen=True)
class Caption:
    """What is read from `start` to `end` (seconds). who: of the speaker, "" where it is plain; off: not in the frame
    (set in italics); line: the id of the script's line."""

    start: float
    end: float
    text: str
    who: str = ""
    off: bool = False
    line: str = ""


# -- cutting ----------------------------------------------------------------------------------------------------------


def rows(text: str, width: int = ROW) -> list[str]:
    """The words in rows of at most `width` characters, two of them of like length where two are enough.

    A word that is longer (or a script without spaces) is cut at `width`.
    """
    words = [piece for word in text.split() for piece in _pieces(word, width)]
    if not words or len(" ".join(words)) <= width:
        return [" ".join(words)] if words else []
    halves = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    fitting = [pair for pair in halves if max(map(len, pair)) <= width]
    if fitting:
        one, other = min(fitting, key=lambda pair: abs(len(pair[0]) - len(pair[1])) - 4 * (pair[0][-1] in ",.;:!?—"))
        return [one, other]
    out, row = [], ""
    for word in words:
        if row and len(row) + 1 + len(word) > width:
            out.append(row)
            row = word
        else:
            row = f"{row} {word}".strip()
    return [*out, row]


def _pieces(word: str, width: int) -> list[str]:
    return [word[at : at + width] for at in range(0, len(word), width)] or [word]


def cut(caption: Caption, width: int = ROW) -> list[Caption]:
    """A speech as captions of two rows each; time goes by the number of letters."""
    blocks: list[str] = []
    for sentence in _BREAKS.split(" ".join(caption.text.split())):
        joined = f"{blocks[-1]} {sentence}" if blocks else sentence
        if blocks and len(rows(joined, width)) <= ROWS and len(joined) <= width * ROWS:
            blocks[-1] = joined
            continue
        lines = rows(sentence, width)
        blocks += [" ".join(lines[at : at + ROWS]) for at in range(0, len(lines), ROWS)]
    total = sum(map(len, blocks)) or 1
    out, at = [], caption.start
    for block in blocks:
        end = at + (caption.end - caption.start) * len(block) / total
        out.append(replace(caption, start=at, end=end, text="\n".join(rows(block, width))))
        at = end
    return out


def captions(spoken: Iterable[Caption], *, until: float | None = None, width: int = ROW) -> tuple[Caption, ...]:
    """Speeches in order as captions that can be read: cut into rows, none too short, none over another.

    A caption stays up to a second longer than its words where nothing follows. Two that are spoken at once (a dual
    dialogue) become one of two rows, each with a dash. until: the film's end.
    """
    joined = _together(sorted((one for one in spoken if one.text.strip()), key=lambda one: (one.start, one.end)))
    cuts = [piece for one in joined for piece in (cut(one, width) if "\n" not in one.text else [one])]
    out: list[Caption] = []
    for number, one in enumerate(cuts):
        after = cuts[number + 1].start if number + 1 < len(cuts) else (until if until is not None else one.end + 60)
        wanted = max(one.end, one.start + max(SHORTEST, len(one.text) / SPEED))
        end = min(wanted, one.end + 1.0, after - GAP) if after - GAP > one.start else after
        out.append(replace(one, end=max(end, min(one.end, after - GAP), one.start + 0.05)))
    return tuple(out)


def _together(ordered: Sequence[Caption]) -> list[Caption]:
    out: list[Caption] = []
    for one in ordered:
        last = out[-1] if out else None
        if last is not None and one.start < last.end - 0.25 and one.who != last.who:
            text = "\n".join(part if part.startswith("– ") else f"– {part}" for part in (last.text, one.text))
            out[-1] = replace(last, end=max(last.end, one.end), text=text, off=last.off and one.off)
        elif last is not None and one.start < last.end:
            out[-1] = replace(last, end=one.start)
            out.append(one)
        else:
            out.append(one)
    return out


# -- files ------------------------------------------------------------------------------------------------------------


def to_srt(captions: Iterable[Caption]) -> str:
    """SubRip: numbered, times with a comma; italics for who is not in the frame."""
    blocks = []
    for number, one in enumerate(captions, 1):
        text = f"<i>{one.text}</i>" if one.off else one.text
        blocks.append(f"{number}\n{_stamp(one.start, ',')} --> {_stamp(one.end, ',')}\n{text}\n")
    return "\n".join(blocks)


def to_vtt(captions: Iterable[Caption], *, language: str = "") -> str:
    """WebVTT (W3C), with the speaker as a voice span."""
    head = "WEBVTT" + (f"\nLanguage: {language}" if language else "")
    blocks = [head]
    for number, one in enumerate(captions, 1):
        text = one.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = f"<i>{text}</i>" if one.off else text
        text = f"<v {one.who.replace('>', ' ')}>{text}" if one.who else text
        name = one.line or str(number)
        blocks.append(f"{name}\n{_stamp(one.start, '.')} --> {_stamp(one.end, '.')}\n{text}")
    return "\n\n".join(blocks) + "\n"


def read(text: str, where: str = "") -> tuple[Caption, ...]:
    """The captions of an SRT or WebVTT file. Raises MediaError where no time stands in it."""
    out: list[Caption] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").lstrip("\ufeff")):
        lines = block.strip().split("\n")
        row = next((number for number, line in enumerate(lines) if "-->" in line), None)
        if row is None:
            continue
        times = _TIME.findall(lines[row])
        if len(times) < 2:
            raise MediaError(f"{lines[row]!r:.60} is no time of a caption", where=where, mend="00:00:01,000 --> ...")
        body = "\n".join(lines[row + 1 :])
        who = re.match(r"<v ([^>]*)>", body)
        off = "<i>" in body
        plain = _TAGS.sub("", body).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        out.append(Caption(_seconds(times[0]), _seconds(times[1]), plain, who[1] if who else "", off))
    if not out and text.strip() not in ("", "WEBVTT"):
        raise MediaError("there is no caption in it", where=where, mend="name an .srt or .vtt file")
    return tuple(out)


def _stamp(seconds: float, point: str) -> str:
    total = max(0, round(seconds * 1000))
    return f"{total // 3600000:02d}:{total // 60000 % 60:02d}:{total // 1000 % 60:02d}{point}{total % 1000:03d}"


def _seconds(parts: Sequence[str]) -> float:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + rest / 1000


# -- on the picture ---------------------------------------------------------------------------------------------------


def at(captions: Sequence[Caption], second: float) -> Caption | None:
    """The caption that is read at a second."""
    return next((one for one in captions if one.start <= second < one.end), None)


def burnt(caption: Caption, width: int, height: int, width_of: Callable[[str, float], float]) -> tuple[Words, ...]:
    """A caption as letters for the picture: white with a dark outline, within the inner 90 % of it.

    `width_of(text, size)` measures letters in pixels; what is too wide is set smaller.
    """
    size = height * 0.05
    lines = caption.text.split("\n")
    widest = max((width_of(line, size) for line in lines), default=0.0)
    size *= min(1.0, 0.9 * width / widest) if widest else 1.0
    bottom = height * 0.945
    return tuple(
        Words(line, width / 2, bottom - (len(lines) - 1 - number) * size * 1.25, size, "#ffffff", "middle",
              italic=caption.off, width=max(2.0, size * 0.16), stroke="#101010", owner="captions")
        for number, line in enumerate(lines)
    )  # fmt: skip
