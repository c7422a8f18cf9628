"""Weights of words, `a (red:1.3) fox`: read from the prompt, and applied to what the text encoders say of it.

A weighted token's embedding is drawn away from, or towards, what the encoder says at that place of an empty prompt:
e' = empty + w (e - empty). A weight of 1 changes no bit. Every text encoder of a pipeline is treated alike, each with
the tokens of its own tokenizer; the pooled vectors stay as they are, since they belong to no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ...core.errors import UsageError
from ..picture_weights import HEAVIER, HEAVIEST, LIGHTEST

Pieces = Sequence[tuple[str, float]]
CLOSES = re.compile(r":\s*([^()\[\]:]*?)\s*\)")


def pieces_of(prompt: str) -> list[tuple[str, float]]:
    """The prompt in pieces with their weights: `a (red:1.3) fox` is [("a ", 1), ("red", 1.3), (" fox", 1)].

    As for the starter (`makers.picture_weights`): (word) weighs 1.1, [word] 1/1.1, brackets inside brackets multiply.
    `\\(` is a bracket that means nothing. Raises UsageError for weights outside 0.1 to 3 and brackets left open.
    """
    pieces: list[tuple[str, float]] = []
    marks: list[tuple[str, int]] = []  # open brackets, and the number of pieces before each
    at = 0
    while at < len(prompt):
        char = prompt[at]
        found = CLOSES.match(prompt, at) if char == ":" and marks and marks[-1][0] == "(" else None
        if char == "\\" and prompt[at + 1 : at + 2] in tuple("()[]"):
            pieces.append((prompt[at + 1], 1.0))
            at += 1
        elif char in "([":
            marks.append((char, len(pieces)))
        elif char in ")]" or found:
            by = _number(found[1], prompt) if found else HEAVIER if char == ")" else 1 / HEAVIER
            _close(pieces, marks, ")" if found else char, by, prompt)
            at += found.end() - found.start() - 1 if found else 0
        else:
            pieces.append((char, 1.0))
        at += 1
    if marks:
        raise UsageError("a bracket of the prompt is not closed", where=prompt, mend=f"{MEND}; a plain one is \\(")
    return _joined(pieces)


MEND = "weights are written (word:1.3)"


def _close(
    pieces: list[tuple[str, float]], marks: list[tuple[str, int]], closing: str, weight: float, prompt: str
) -> None:
    if not marks or marks[-1][0] != {")": "(", "]": "["}[closing]:
        raise UsageError(f"the prompt has a {closing!r} that opens nowhere", where=prompt, mend=MEND)
    start = marks.pop()[1]
    pieces[start:] = [(text, round(before * weight, 4)) for text, before in pieces[start:]]


def _number(text: str, prompt: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not LIGHTEST <= value <= HEAVIEST:
        raise UsageError(f"{text!r} is no weight", where=prompt, mend=f"give {LIGHTEST:g} to {HEAVIEST:g}: (word:1.3)")
    return value


def _joined(letters: Pieces) -> list[tuple[str, float]]:
    """Neighbours of one weight as one piece."""
    joined: list[tuple[str, float]] = []
    for text, weight in letters:
        if joined and joined[-1][1] == weight:
            joined[-1] = (joined[-1][0] + text, weight)
        else:
            joined.append((text, weight))
    return joined


def plain(pieces: Pieces) -> str:
    """The prompt without its brackets."""
    return "".join(text for text, _ in pieces)


@dataclass
class Reading:
    """What the text encoders made of the prompts while a picture was made."""

    weighted: set[str] = field(default_factory=set)  # prompts whose weights were applied, by at least one encoder
    read_to: dict[str, int] = field(default_factory=dict)  # how many characters of a prompt some encoder has read


@contextmanager
def listening(pipe: Any, prompts: Sequence[Pieces]) -> Iterator[Reading]:
    """While this holds, the text encoders of `pipe` weight these prompts, and remember what they said of them.

    The second picture of a request finds its prompt read already. At the end the encoders are as they were.
    """
    reading = Reading()
    ours = []
    try:
        for suffix in ("", "_2", "_3", "_4"):
            encoder, tokenizer = getattr(pipe, f"text_encoder{suffix}", None), getattr(pipe, f"tokenizer{suffix}", None)
            if encoder is not None and tokenizer is not None:
                texts = [(plain(one), _converted(pipe, one, tokenizer)) for one in prompts if plain(one)]
                own = encoder.__dict__.get("forward")
                encoder.forward = _Listener(encoder.forward, tokenizer, texts, reading)
                ours.append((encoder, own))
        yield reading
    finally:
        for encoder, own in ours:
            if own is None:
                del encoder.forward
            else:  # an offload hook has its own forward there
                encoder.forward = own


def _converted(pipe: Any, pieces: Pieces, tokenizer: Any) -> list[tuple[str, float]]:
    """Learnt words of several vectors are several tokens: each piece as the pipeline itself will spell it."""
    convert = getattr(pipe, "maybe_convert_prompt", None)
    if convert is None or not tokenizer.added_tokens_encoder:
        return list(pieces)
    return [(convert(text, tokenizer), weight) for text, weight in pieces]


class _Listener:
    """Stands in for the forward of one text encoder."""

    def __init__(self, real: Any, tokenizer: Any, prompts: Sequence[tuple[str, Pieces]], reading: Reading) -> None:
        self.real, self.tokenizer, self.prompts, self.reading = real, tokenizer, prompts, reading
        self.known: dict[tuple[bytes, str], Any] = {}

    def __call__(self, *args: Any, **named: Any) -> Any:
        ids = named.get("input_ids", args[0] if args else None)
        if ids is None or ids.ndim != 2:
            return self.real(*args, **named)
        rest = {name: value for name, value in named.items() if name not in ("input_ids", "attention_mask")}
        key = (ids.cpu().numpy().tobytes(), repr((sorted(rest.items(), key=lambda one: one[0]), ids.shape)))
        if key not in self.known:
            self.known[key] = self._weighted(ids, self.real(*args, **named), args, named)
        return self.known[key]

    def _weighted(self, ids: Any, said: Any, args: Sequence[Any], named: dict[str, Any]) -> Any:
        rows = ids.cpu().tolist()
        for asked, pieces in self.prompts:
            text, length = plain(pieces), len(rows[0])
            told = self._tokens(text, length)
            row = next((number for number, one in enumerate(rows) if one == told["input_ids"]), None)
            if row is None:
                continue
            offsets = told["offset_mapping"]
            unread = len(text) - max(end for _, end in offsets)
            self.reading.read_to[asked] = max(self.reading.read_to.get(asked, 0), len(asked) - unread)
            weights = _per_token(pieces, offsets)
            if any(weight != 1 for weight in weights):
                nothing = self._tokens("", length)
                said = self._mixed(said, row, weights, ids, nothing, args, named)
                self.reading.weighted.add(asked)
        return said

    def _tokens(self, text: str, length: int) -> Any:
        try:
            return self.tokenizer(
                text, padding="max_length", max_length=length, truncation=True, return_offsets_mapping=True
            )
        except NotImplementedError as error:
            raise UsageError(
                "this model's tokenizer does not say which token belongs to which word, so words cannot be weighted",
                mend="leave the weights out",
            ) from error

    def _mixed(
        self, said: Any, row: int, weights: list[float], ids: Any, nothing: Any, args: Sequence[Any], named: Any
    ) -> Any:
        """The encoder's answer with the tokens of one row weighted, in every layer that a pipeline may take."""
        import torch

        empty_ids = torch.tensor([nothing["input_ids"]], device=ids.device, dtype=ids.dtype)
        asked = {name: value for name, value in named.items() if name != "input_ids"}
        if asked.get("attention_mask") is not None:
            asked["attention_mask"] = torch.tensor([nothing["attention_mask"]], device=ids.device)
        empty = self.real(empty_ids, *args[1:], **asked)

        def mixed(layer: Any, without: Any) -> Any:
            factor = torch.tensor(weights, device=layer.device, dtype=torch.float32)[:, None]
            plain, ground = layer[row].float(), without[0].float()
            changed = layer.clone()
            kept = factor == 1
            changed[row] = torch.where(kept, layer[row], (ground + factor * (plain - ground)).to(layer.dtype))
            return changed

        for name in ("last_hidden_state", "hidden_states"):
            before, without = getattr(said, name, None), getattr(empty, name, None)
            if isinstance(before, tuple):
                said[name] = tuple(map(mixed, before, without or ()))
            elif before is not None:
                said[name] = mixed(before, without)
        return said


def _per_token(pieces: Pieces, offsets: Sequence[tuple[int, int]]) -> list[float]:
    """The weight of every token, by where its letters stand; marks of begin, end and padding weigh 1."""
    ends, spans, place = [], [], 0
    for text, weight in pieces:
        place += len(text)
        ends.append(place)
        spans.append(weight)

    def weight_at(start: int, end: int) -> float:
        if start == end:
            return 1.0
        return next((weight for edge, weight in zip(ends, spans, strict=True) if start < edge), 1.0)

    return [weight_at(int(start), int(end)) for start, end in offsets]
