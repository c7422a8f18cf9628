"""What makers rely on: the engine says what the net says, and a row never depends on its neighbours."""

from __future__ import annotations

import dataclasses
import time
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pytest

from maquette.checkpoints import graph, quantise
from maquette.core.errors import Cancelled, UsageError
from maquette.engine.decoder import Anything, Decoder, Sampled
from maquette.engine.session import Session


def decoder_of(net: Any, precision: graph.Precision) -> Decoder:
    size = dataclasses.asdict(net.size)
    arrays = quantise.arrange(quantise.parameters(net), size)
    if precision == "8-bit":
        arrays = quantise.pack(arrays, size)
    return Decoder(Session(graph.build_graph(size, precision), arrays, size, threads=1))


@pytest.fixture(scope="module")
def decoders(tiny_transformer: Any) -> dict[str, Decoder]:
    return {precision: decoder_of(tiny_transformer, precision) for precision in ("fp32", "8-bit")}  # type: ignore[arg-type]


def prefix(seed: int, length: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 120, length)


def places_of(tokens: np.ndarray) -> np.ndarray:
    return np.stack([tokens % 9, tokens // 3 % 9, tokens % 4], axis=-1)


class Striped:
    """A toy grammar: a token must have another remainder by 3 than the one before; 5, 22, 39 ... end."""

    masks: ClassVar = [np.arange(90) % 3 != r for r in range(3)]

    def __init__(self) -> None:
        self.last, self.done = 0, False

    def mask(self) -> np.ndarray:
        return self.masks[self.last % 3]

    def push(self, token: int) -> None:
        self.last, self.done = token, token % 17 == 5

    def places(self) -> np.ndarray:
        return places_of(np.array(self.last))

    def view(self) -> None:
        return None


def draw(decoder: Decoder, rows: list[int], **options: Any) -> list[Sampled]:
    """Rows are known by a number: it decides prefix, length and seed."""
    prefixes = [prefix(row, 3 + row % 7) for row in rows]
    given = {"longest": 40, "prefix_places": [places_of(x) for x in prefixes]} | options
    return decoder.sample(prefixes, [Striped() for _ in rows], seeds=[100 + row for row in rows], **given)


def torch_logits(net: Any, tokens: np.ndarray, places: np.ndarray | None) -> np.ndarray:
    import torch

    with torch.no_grad():
        beside = None if places is None else torch.tensor(places)[None]
        return net(torch.tensor(tokens)[None], beside)[0].numpy()


def torch_greedy(net: Any, tokens: np.ndarray, count: int) -> list[int]:
    for _ in range(count):
        logits = torch_logits(net, tokens, places_of(tokens) if net.size.places else None)
        tokens = np.append(tokens, logits[-1].argmax())
    return tokens[-count:].tolist()


class Followed(Anything):
    """Everything is allowed, and places follow from the token."""

    def push(self, token: int) -> None:
        self._places = places_of(np.array(token))


def test_greedy_tokens_in_fp32_equal_the_torch_net(decoders: dict[str, Decoder], tiny_transformer: Any) -> None:
    starts = [prefix(seed, 4 + seed) for seed in range(4)]
    grammars = [Followed(90, places=3) for _ in starts]
    beside = [places_of(x) for x in starts]
    made = decoders["fp32"].sample(starts, grammars, seeds=[0] * 4, temperature=0, longest=30, prefix_places=beside)
    for start, sampled in zip(starts, made, strict=True):
        assert sampled.tokens.tolist() == torch_greedy(tiny_transformer, start, 30)


def test_a_net_without_places_decodes_as_well(tiny_plain_transformer: Any) -> None:
    start = prefix(3, 9)
    made = decoder_of(tiny_plain_transformer, "fp32").sample(
        [start], [Anything(90)], seeds=[0], temperature=0, longest=30
    )
    assert made[0].tokens.tolist() == torch_greedy(tiny_plain_transformer, start, 30)


@pytest.mark.parametrize("precision", ["fp32", "8-bit"])
def test_a_row_is_the_same_bit_for_bit_alone_and_among_twelve(decoders: dict[str, Decoder], precision: str) -> None:
    together = draw(decoders[precision], list(range(12)), temperature=0.9, top_p=0.95, min_p=0.01)
    assert len({len(x.tokens) for x in together}) > 3, "rows of one length would not try the compaction"
    for row in range(12):
        (alone,) = draw(decoders[precision], [row], temperature=0.9, top_p=0.95, min_p=0.01)
        assert alone.tokens.tolist() == together[row].tokens.tolist()
        assert alone.logprob == together[row].logprob


def test_the_order_of_rows_changes_nothing(decoders: dict[str, Decoder]) -> None:
    forward = draw(decoders["8-bit"], list(range(9)))
    backward = draw(decoders["8-bit"], list(range(9))[::-1])
    assert [x.tokens.tolist() for x in forward] == [x.tokens.tolist() for x in backward[::-1]]


def test_every_token_is_legal_and_the_end_is_told(decoders: dict[str, Decoder]) -> None:
    made = draw(decoders["8-bit"], list(range(16)), temperature=1.5)
    assert {x.ended for x in made} == {True, False}
    for sampled in made:
        tokens = [0, *sampled.tokens.tolist()]
        assert all(after % 3 != before % 3 for before, after in pairwise(tokens))
        assert sampled.ended == (tokens[-1] % 17 == 5)


def test_the_probability_of_a_sample_is_that_of_the_masked_net(
    decoders: dict[str, Decoder], tiny_transformer: Any
) -> None:
    (sampled,) = draw(decoders["fp32"], [4], temperature=0.7, top_p=0.8)
    start = prefix(4, 7)
    whole = np.concatenate([start, sampled.tokens])
    logits = torch_logits(tiny_transformer, whole, places_of(whole))[len(start) - 1 : -1].astype(np.float64)
    before = [0, *sampled.tokens[:-1].tolist()]
    masked = np.where([Striped.masks[token % 3] for token in before], logits, -np.inf)
    steps = masked[np.arange(len(before)), sampled.tokens] - np.logaddexp.reduce(masked, axis=1)
    assert sampled.logprob == pytest.approx(steps.sum(), abs=1e-3)


class Seen(Followed):
    """Ids 10..19 are also read as 40..49, which may not be written."""

    def mask(self) -> np.ndarray:
        return np.arange(90) < 40

    def view(self) -> tuple[int, int, int]:
        return 10, 40, 10


def test_a_second_view_adds_to_the_logits(decoders: dict[str, Decoder], tiny_transformer: Any) -> None:
    tokens = prefix(6, 5)
    options = {"temperature": 0, "longest": 20, "prefix_places": [places_of(tokens)]}
    (sampled,) = decoders["fp32"].sample([tokens], [Seen(90, places=3)], seeds=[0], **options)
    for token in sampled.tokens:
        logits = torch_logits(tiny_transformer, tokens, places_of(tokens))[-1]
        logits[10:20] += logits[40:50]
        assert token == logits[:40].argmax()
        tokens = np.append(tokens, token)


def test_guidance_leans_away_from_the_prefix_without_the_prompt(
    decoders: dict[str, Decoder], tiny_transformer: Any
) -> None:
    start, bare = prefix(1, 8), prefix(2, 3)
    options = {"without": [bare], "without_places": [places_of(bare)], "prefix_places": [places_of(start)]}
    (sampled,) = decoders["fp32"].sample(
        [start], [Followed(90, places=3)], seeds=[0], temperature=0, longest=12, guidance=2.5, **options
    )
    drawn: list[int] = []
    for _ in range(12):
        ends = []
        for head in (start, bare):
            tokens = np.concatenate([head, np.array(drawn, dtype=np.int64)])
            ends.append(torch_logits(tiny_transformer, tokens, places_of(tokens))[-1])
        drawn.append(int((ends[1] + 2.5 * (ends[0] - ends[1])).argmax()))
    assert sampled.tokens.tolist() == drawn


def test_guided_rows_are_the_same_alone_and_together(decoders: dict[str, Decoder]) -> None:
    def guided(rows: list[int]) -> list[Sampled]:
        bare = [prefix(50, 2) for _ in rows]
        return draw(
            decoders["8-bit"], rows, guidance=1.6, without=bare, without_places=[places_of(x) for x in bare], longest=60
        )

    together = guided([1, 2, 3, 4, 5])
    assert [guided([row])[0].tokens.tolist() for row in (1, 2, 3, 4, 5)] == [x.tokens.tolist() for x in together]


def test_teacher_forced_probabilities_equal_the_torch_net(decoders: dict[str, Decoder], tiny_transformer: Any) -> None:
    sequences = [prefix(seed, 5 + 9 * seed % 31) % 90 for seed in range(12)]
    beside = [places_of(x) for x in sequences]
    got = decoders["fp32"].logprobs_of(sequences, beside)
    for tokens, places, found in zip(sequences, beside, got, strict=True):
        logits = torch_logits(tiny_transformer, tokens, places)[:-1].astype(np.float64)
        expected = logits[np.arange(len(tokens) - 1), tokens[1:]] - np.logaddexp.reduce(logits, axis=1)
        np.testing.assert_allclose(found, expected, atol=1e-3)
    later = decoders["fp32"].logprobs_of(sequences, beside, starts=[3] * 12)
    for whole, part in zip(got, later, strict=True):
        np.testing.assert_allclose(whole[2:], part, atol=1e-5)
    np.testing.assert_allclose(decoders["fp32"].logprobs(sequences[0], beside[0]), got[0], atol=1e-5)


def test_a_row_stops_where_the_context_of_the_net_ends(decoders: dict[str, Decoder]) -> None:
    start = prefix(0, 90)
    grammar = [Followed(90, places=3)]
    (sampled,) = decoders["8-bit"].sample([start], grammar, seeds=[0], longest=50, prefix_places=[places_of(start)])
    assert (len(sampled.tokens), sampled.ended) == (96 - 90 + 1, False)


def test_a_step_can_be_cancelled(decoders: dict[str, Decoder]) -> None:
    heard: list[int] = []

    def stop_at_three(step: int) -> None:
        heard.append(step)
        if step == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        draw(decoders["8-bit"], [0, 1], on_step=stop_at_three)
    assert heard == [1, 2, 3]


@pytest.mark.parametrize(
    "wrong, options",
    [
        ("temperature is -1", {"temperature": -1}),
        ("temperature is nan", {"temperature": float("nan")}),
        ("top_p is 0", {"top_p": 0}),
        ("min_p is 2", {"min_p": 2}),
        ("longest is 0", {"longest": 0}),
        ("without the prompt", {"guidance": 2.0}),
        ("place features", {"prefix_places": None}),
    ],
)
def test_wrong_wishes_are_refused(decoders: dict[str, Decoder], wrong: str, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=wrong):
        draw(decoders["8-bit"], [0], **options)


def test_ids_out_of_range_are_named(decoders: dict[str, Decoder]) -> None:
    with pytest.raises(UsageError, match=r"token 120.*0 to 119"):
        decoders["8-bit"].logprobs(np.array([1, 120]), np.zeros((2, 3), dtype=int))
    with pytest.raises(UsageError, match=r"place 2 4.*0 to 3"):
        decoders["8-bit"].logprobs(np.array([1, 2]), np.full((2, 3), 4))
    with pytest.raises(UsageError, match=r"97 tokens.*1 to 96"):
        decoders["8-bit"].logprobs(np.zeros(97, dtype=int), np.zeros((97, 3), dtype=int))


def test_eight_bits_cost_almost_nothing(decoders: dict[str, Decoder]) -> None:
    sequences = [prefix(seed, 60) % 90 for seed in range(20)]
    beside = [places_of(x) for x in sequences]
    fine, packed = (np.concatenate(decoders[p].logprobs_of(sequences, beside)) for p in ("fp32", "8-bit"))
    assert abs(packed.mean() / fine.mean() - 1) < 0.005


def test_a_row_of_zeros_stays_zero_in_eight_bits(tiny_plain_transformer: Any) -> None:
    size = dataclasses.asdict(tiny_plain_transformer.size)
    state = quantise.parameters(tiny_plain_transformer)
    state["embed_tokens.table"][7] = 0
    arrays = quantise.pack(quantise.arrange(state, size), size)
    decoder = Decoder(Session(graph.build_graph(size), arrays, size, threads=1))
    logits = next(decoder.logits_of([np.array([7, 3])]))[2]
    np.testing.assert_array_equal(logits, 0)


def test_a_session_opens_in_a_moment(tiny_transformer: Any) -> None:
    size = dataclasses.asdict(tiny_transformer.size)
    arrays = quantise.pack(quantise.arrange(quantise.parameters(tiny_transformer), size), size)
    made = graph.build_graph(size)
    assert len(made) < 30_000
    started = time.perf_counter()
    Session(made, arrays, size, threads=1)
    assert time.perf_counter() - started < 0.5
