"""Decoding: prefixes in, sampled sequences out, in one batch, under grammars.

A prefix that several rows share is computed once and its cache copied; rows that end leave the batch, so that the rest
goes on faster. A row's tokens depend on its prefix, its grammar and its seed alone: not on the batch it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from maquette.core.errors import UsageError

from .sampling import Sampling, bar, choose, log_softmax, uniforms
from .session import Cache, Floats, Ints, Session

CHUNK = 2048  # tokens that are run at once where whole sequences are read

KNOWN_MASKS = 2048  # of one call to `sample`, 4 * outputs bytes each


class Grammar(Protocol):
    """What may follow: an encoding's automaton, one per row."""

    @property
    def done(self) -> bool:
        """True after the last token was pushed."""
        ...

    def mask(self) -> NDArray[np.bool_]:
        """(outputs,) True where a token may come next; the caller only reads it."""
        ...

    def push(self, token: int) -> None:
        """The next token was chosen."""
        ...

    def places(self) -> NDArray[Any]:
        """(p,) place features of the token that was pushed last."""
        ...

    def view(self) -> tuple[int, int, int] | None:
        """(a, b, n): the logits of ids a..a+n are to be read with those of b..b+n added, the same choices seen in
        another way (a movement and the place it leads to); None where an id is only itself."""
        ...


class Anything:
    """The grammar that allows every token, ends at `end` (never, if None), and knows no places."""

    def __init__(self, outputs: int, end: int | None = None, places: int = 0) -> None:
        self._mask = np.ones(outputs, dtype=np.bool_)
        self._places = np.zeros(places, dtype=np.int64)
        self._end, self.done = end, False

    def mask(self) -> NDArray[np.bool_]:
        return self._mask

    def push(self, token: int) -> None:
        self.done = token == self._end

    def places(self) -> NDArray[Any]:
        return self._places

    def view(self) -> None:
        return None


@dataclass(frozen=True)
class Sampled:
    """One row's decisions: the tokens after the prefix, the end token included."""

    tokens: NDArray[np.int32]
    logprob: float  # nats, of all tokens under the grammar-masked model at temperature 1, without guidance
    ended: bool  # False where `longest` or the net's context cut the row off


@dataclass
class _Row:
    """A row on its way."""

    index: int  # in the caller's order
    length: int  # tokens in its cache
    grammar: Grammar
    tokens: list[int] = field(default_factory=list)
    logprob: float = 0.0
    room: int = 0  # tokens it may still take
    without: int = 0  # tokens in the cache of its twin without the prompt


class Decoder:
    """Draws from a net. Safe to keep; not safe to share between threads."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def sample(
        self,
        prefixes: Sequence[NDArray[Any]],
        grammars: Sequence[Grammar],
        *,
        seeds: Sequence[int],
        temperature: float = 1.0,
        top_p: float = 1.0,
        min_p: float = 0.0,
        guidance: float = 1.0,
        without: Sequence[NDArray[Any]] | None = None,
        longest: int = 256,
        prefix_places: Sequence[NDArray[Any]] | None = None,
        without_places: Sequence[NDArray[Any]] | None = None,
        on_step: Callable[[int], None] | None = None,
    ) -> list[Sampled]:
        """Continue every prefix (t,) by at most `longest` tokens, each under its grammar and by its seed.

        temperature 0 takes the likeliest token. guidance above 1 leans away from what the net would draw after the
        prefixes `without` (Ho & Salimans 2022, arXiv:2207.12598): l = l_without + guidance * (l - l_without).
        `prefix_places` (t, p) per prefix where the net has place features. `on_step` hears the number of tokens drawn
        so far and may raise `Cancelled`. A prefix longer than the net's context is a UsageError.
        """
        how = Sampling(temperature, top_p, min_p)
        if not len(prefixes) == len(grammars) == len(seeds):
            raise UsageError(
                f"{len(prefixes)} prefixes, {len(grammars)} grammars and {len(seeds)} seeds do not pair up"
            )
        if longest < 1:
            raise UsageError(f"longest is {longest}", mend="let at least one token be drawn")
        if not prefixes:
            return []
        twins = self._twins(guidance, without, len(prefixes))
        ids = self._ids(prefixes, prefix_places)
        other = self._ids(twins, without_places) if twins else []
        batch = _Batch(self.session, ids, other, grammars, longest)
        dice = uniforms(seeds, longest)
        done: dict[int, Sampled] = {}
        for step in range(longest):
            batch.read_both_ways()
            logits, guided = batch.logits(guidance)
            tokens, gains = choose(logits, batch.barred(), dice[batch.order, step], how, guided)
            done.update(batch.push(tokens, gains))
            if on_step is not None:
                on_step(step + 1)
            if not batch.rows:
                break
            batch.run()
        return [done[index] for index in range(len(prefixes))]

    def logprobs(self, tokens: NDArray[Any], places: NDArray[Any] | None = None) -> Floats:
        """ln p of tokens[1:], (t - 1,), each given all before it; no mask. tokens (t,), places (t, p)."""
        return self.logprobs_of([tokens], None if places is None else [places])[0]

    def logprobs_of(
        self,
        sequences: Sequence[NDArray[Any]],
        places: Sequence[NDArray[Any]] | None = None,
        *,
        starts: Sequence[int] | None = None,
        on_step: Callable[[int], None] | None = None,
    ) -> list[Floats]:
        """`logprobs` of many sequences, in batches of like lengths. `on_step` hears how many are done.

        starts[i]: the first token of sequence i whose probability is wanted (at least 1, the default), so that a
        prefix is read without being scored; the result is (t - starts[i],).
        """
        results: list[Floats] = [np.zeros(0, dtype=np.float32)] * len(sequences)
        for finished, (i, first, logits) in enumerate(self.logits_of(sequences, places, starts=starts), start=1):
            results[i] = log_softmax(logits)[np.arange(len(logits)), np.asarray(sequences[i])[first:]]
            if on_step is not None:
                on_step(finished)
        return results

    def logits_of(
        self,
        sequences: Sequence[NDArray[Any]],
        places: Sequence[NDArray[Any]] | None = None,
        *,
        starts: Sequence[int] | None = None,
    ) -> Iterator[tuple[int, int, Floats]]:
        """(index, first, logits (t - first, outputs)) of each sequence, in batches of like lengths.

        Row k are the logits for token first + k, given all before it; an encoding that knows more than the softmax
        (classes of ids, second views) makes its own probabilities of them.
        """
        ids = self._ids(sequences, places)
        firsts = [1] * len(ids) if starts is None else [max(1, start) for start in starts]
        for group in _groups([len(x) for x in ids]):
            spans = [range(firsts[i] - 1, len(ids[i]) - 1) for i in group]
            logits = _read(self.session, [ids[i] for i in group], spans)[1]
            joints = np.cumsum([len(span) for span in spans])[:-1]
            for i, part in zip(group, np.split(logits, joints), strict=True):
                yield i, firsts[i], part

    def _twins(self, guidance: float, without: Sequence[NDArray[Any]] | None, count: int) -> Sequence[NDArray[Any]]:
        """The prefixes without the prompt, empty where no guidance is asked for."""
        if guidance == 1:
            return []
        if without is None or len(without) != count:
            raise UsageError(
                f"guidance {guidance:g} needs {count} prefixes without the prompt", mend="give `without`, or guidance 1"
            )
        return without

    def _ids(self, sequences: Sequence[NDArray[Any]], places: Sequence[NDArray[Any]] | None) -> list[Ints]:
        """Rows of the joined table (t, 1 + p) for each sequence, checked."""
        size = self.session.size
        if self.session.places and (places is None or len(places) != len(sequences)):
            raise UsageError(f"this net wants {self.session.places} place features beside every token")
        made = []
        for number, sequence in enumerate(sequences):
            tokens = np.asarray(sequence, dtype=np.int64)
            if not 1 <= len(tokens) <= size["context"]:
                raise UsageError(
                    f"sequence {number} has {len(tokens)} tokens; this net reads 1 to {size['context']}",
                    mend="leave references or words out of the prompt",
                )
            beside = np.asarray(places[number], dtype=np.int64) if places is not None and self.session.places else None
            if beside is not None and beside.shape != (len(tokens), self.session.places):
                raise UsageError(f"sequence {number} has places {beside.shape} for {len(tokens)} tokens")
            self._check(tokens, beside, number)
            made.append(self.session.rows(tokens, beside))
        return made

    def _check(self, tokens: Ints, places: Ints | None, number: int) -> None:
        """Refuse ids outside their tables: the joined table would give a neighbour's row for them in silence."""
        size = self.session.size
        ranges = [(tokens, size["vocabulary"], "token")]
        if places is not None:
            ranges += [(places[:, axis], count, f"place {axis}") for axis, count in enumerate(size["places"])]
        for values, count, what in ranges:
            if values.min() < 0 or values.max() >= count:
                bad = values[(values < 0) | (values >= count)][0]
                raise UsageError(f"sequence {number} holds {what} {bad}; this net knows 0 to {count - 1}")


class _Batch:
    """The rows still being drawn, side by side in one cache; with guidance each has a twin in the row after it."""

    def __init__(
        self, session: Session, ids: list[Ints], twins: list[Ints], grammars: Sequence[Grammar], longest: int
    ) -> None:
        self.session = session
        self.stride = 2 if twins else 1
        lengths = [len(x) for x in ids]
        context = session.size["context"]
        beside = [len(x) for x in twins] or [0] * len(ids)
        self.rows = [
            _Row(i, n, grammar, room=min(longest, context - max(n, m) + 1), without=m)
            for i, (n, m, grammar) in enumerate(zip(lengths, beside, grammars, strict=True))
        ]
        all_ids = [x for pair in zip(ids, twins, strict=True) for x in pair] if twins else ids
        self.cache = session.cache(len(all_ids), min(context, max(lengths + beside) + longest))
        self._logits = _prefill(self.cache, all_ids)
        self._masks: list[NDArray[np.bool_] | None] = [None] * len(ids)
        self._barred = np.zeros((len(ids), session.size["outputs"]), dtype=np.float32)
        # Masks by identity, and what they bar: an encoding hands out the same few arrays again and again.
        self._known: dict[int, tuple[NDArray[np.bool_], Floats]] = {}
        self.order = np.arange(len(ids))
        self._all = np.arange(len(all_ids))

    def logits(self, guidance: float) -> tuple[Floats, Floats | None]:
        """Each row's logits (n, v), and those to choose by where guidance makes them differ."""
        if self.stride == 1:
            return self._logits, None
        own, other = self._logits[0::2], self._logits[1::2]
        return own, other + np.float32(guidance) * (own - other)

    def read_both_ways(self) -> None:
        """Add to the logits of each row those of its grammar's second view."""
        for slot, row in enumerate(self.rows):
            view = row.grammar.view()
            if view is not None:
                to, beside, count = view
                rows = self._logits[slot * self.stride : (slot + 1) * self.stride]
                rows[:, to : to + count] += rows[:, beside : beside + count]

    def barred(self) -> Floats:
        """(n, v): every row's mask as numbers to add; a row is written only when its mask is another than before."""
        for slot, row in enumerate(self.rows):
            mask = row.grammar.mask()
            if mask is not self._masks[slot]:
                self._masks[slot] = mask
                if id(mask) not in self._known:
                    if len(self._known) >= KNOWN_MASKS:
                        self._known.clear()
                    self._known[id(mask)] = (mask, bar(mask))  # holding the mask keeps its id its own
                self._barred[slot] = self._known[id(mask)][1]
        return self._barred[: len(self.rows)]

    def push(self, tokens: NDArray[np.intp], gains: Floats) -> Iterator[tuple[int, Sampled]]:
        """Hand every row its token; gives the rows that have ended."""
        for row, token, gain in zip(self.rows, tokens.tolist(), gains.tolist(), strict=True):
            row.grammar.push(token)
            row.tokens.append(token)
            row.logprob += gain
            row.room -= 1
            if row.grammar.done or row.room <= 0:
                yield row.index, Sampled(np.array(row.tokens, dtype=np.int32), row.logprob, row.grammar.done)
        self._compact()

    def _compact(self) -> None:
        """Fill the places of ended rows with the last rows, so that only living ones are computed."""
        slot = 0
        while slot < len(self.rows):
            if not self._ended(self.rows[slot]):
                slot += 1
                continue
            last = self.rows.pop()
            if slot == len(self.rows) or self._ended(last):
                continue
            for twin, length in enumerate((last.length, last.without)[: self.stride]):
                self.cache.move(len(self.rows) * self.stride + twin, slot * self.stride + twin, length)
            self.rows[slot], self._masks[slot] = last, None
        self.order = np.array([row.index for row in self.rows], dtype=np.intp)

    @staticmethod
    def _ended(row: _Row) -> bool:
        return row.grammar.done or row.room <= 0

    def run(self) -> None:
        """One step of the net over all living rows."""
        count, stride = len(self.rows), self.stride
        ids = np.empty((count * stride, 1, 1 + self.session.places), dtype=np.int64)
        lengths = np.empty(count * stride, dtype=np.int32)
        for slot, row in enumerate(self.rows):
            row.length += 1
            row.without += 1
            lengths[slot * stride] = row.length
            lengths[slot * stride + stride - 1] = row.without if stride == 2 else row.length
            ids[slot * stride : (slot + 1) * stride, 0, 0] = row.tokens[-1]
            if self.session.places:
                ids[slot * stride : (slot + 1) * stride, 0, 1:] = row.grammar.places()
        ids += self.session.starts
        self._logits = self.cache.run(ids, lengths, self._all[: count * stride])


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices in groups of like lengths, each of at most CHUNK tokens once padded (or a single sequence)."""
    group: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if group and (len(group) + 1) * lengths[index] > CHUNK:
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def _read(session: Session, ids: Sequence[Ints], wanted: Sequence[range]) -> tuple[Cache, Floats]:
    """Run whole sequences side by side, padded on the right; gives the cache and the logits of the wanted columns."""
    width = max(len(x) for x in ids)
    padded = np.zeros((len(ids), width, 1 + session.places), dtype=np.int64)
    padded[..., 1:] = session.starts[1:]
    for row, x in enumerate(ids):
        padded[row, : len(x)] = x
    cache = session.cache(len(ids), width)
    positions = np.concatenate([row * width + np.array(span, dtype=np.int64) for row, span in enumerate(wanted)])
    lengths = np.array([len(x) for x in ids], dtype=np.int32)
    return cache, cache.run(padded, lengths, positions)


def _prefill(cache: Cache, ids: Sequence[Ints]) -> Floats:
    """Read every row's prefix into the cache, equal ones once; gives the logits (n, v) after each."""
    rows_of: dict[bytes, list[int]] = {}
    for row, x in enumerate(ids):
        rows_of.setdefault(x.tobytes(), []).append(row)
    sharing = list(rows_of.values())
    logits = np.zeros((len(ids), cache.session.size["outputs"]), dtype=np.float32)
    for group in _groups([len(ids[rows[0]]) for rows in sharing]):
        firsts = [ids[sharing[i][0]] for i in group]
        read, last = _read(cache.session, firsts, [range(len(x) - 1, len(x)) for x in firsts])
        for number, i in enumerate(group):
            length = len(firsts[number])
            logits[sharing[i]] = last[number]
            for name, buffer in cache.buffers.items():
                buffer[sharing[i], :, :length] = read.buffers[name][number, :, :length]
    return logits
