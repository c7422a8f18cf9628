"""The 48 bits of a mark: a 32-bit id with a check sum of 16, and the code that carries them through noise.

A tail-biting convolutional code of rate 1/3 and constraint length 9 (generators 557, 663, 711 octal: Larsen 1973,
"Short convolutional codes with maximal free distance", IEEE Trans. Inf. Theory 19) spreads the 48 bits over 144; it is
read softly, by the wrap-around Viterbi algorithm (Shao, Lin and Fossorier 2003, IEEE Trans. Commun. 51). What is read
counts only if its check sum (CRC-16/CCITT) fits: of readings of nothing, one in 65,536 does.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ID_BITS, CHECK_BITS = 32, 16
BITS = ID_BITS + CHECK_BITS
GENERATORS = (0o557, 0o663, 0o711)
CODED = BITS * len(GENERATORS)
MEMORY = 8  # bits that the coder remembers
STATES = 1 << MEMORY
ROUNDS = 3  # times that the circle is walked before the best path is taken

Floats = NDArray[np.float32]


def check_sum(number: int) -> int:
    """CRC-16/CCITT (polynomial 0x1021, start 0xFFFF) of a 32-bit number."""
    register = 0xFFFF
    for byte in number.to_bytes(ID_BITS // 8, "big"):
        register ^= byte << 8
        for _ in range(8):
            register = ((register << 1) ^ 0x1021 if register & 0x8000 else register << 1) & 0xFFFF
    return register


def encode(number: int) -> Floats:
    """A 32-bit id as 144 signs, +1 for a 0 and -1 for a 1."""
    word = number << CHECK_BITS | check_sum(number)
    bits = np.array([word >> place & 1 for place in reversed(range(BITS))])
    before = np.stack([np.roll(bits, back) for back in range(MEMORY + 1)], axis=1)  # the coder starts as it ends
    taps = np.array([[g >> (MEMORY - back) & 1 for back in range(MEMORY + 1)] for g in GENERATORS])
    return np.asarray(1 - 2 * (before @ taps.T % 2), np.float32).ravel()


def decode(soft: Floats) -> int | None:
    """The id in 144 soft signs (any scale, 0 = unknown), or None if the check sum does not fit what was read."""
    word = _walk(np.asarray(soft, np.float64).reshape(BITS, len(GENERATORS)))
    number, check = word >> CHECK_BITS, word & (1 << CHECK_BITS) - 1
    return number if check_sum(number) == check else None


@lru_cache(maxsize=1)
def _trellis() -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Of each state its two predecessors (256, 2), and the signs (256, 2, 3) that each step from them sends.

    A state is the last eight bits, the newest on top.
    """
    after = np.arange(STATES)
    bit, rest = after >> (MEMORY - 1), (after << 1) & (STATES - 1)
    before = np.stack([rest, rest | 1], axis=1)
    register = bit[:, None] << MEMORY | before
    signs = [1 - 2 * (np.bitwise_count(register & g).astype(np.int64) % 2) for g in GENERATORS]
    return before, np.stack(signs, axis=-1).astype(np.float64)


def _walk(soft: NDArray[np.float64]) -> int:
    """The word (48 bits) of the best path found that closes on itself, else of the best path at all."""
    before, signs = _trellis()
    scores, chosen = np.zeros(STATES), np.zeros((BITS, STATES), np.intp)
    best, word = -np.inf, 0
    for _ in range(ROUNDS):
        scores = scores - scores.max()
        start = scores.copy()
        for step in range(BITS):
            reached = scores[before] + signs @ soft[step]
            pick = reached.argmax(axis=1)
            chosen[step] = np.take_along_axis(before, pick[:, None], axis=1)[:, 0]
            scores = np.take_along_axis(reached, pick[:, None], axis=1)[:, 0]
        for end in np.argsort(-scores)[:8]:
            read, state = 0, int(end)
            for step in reversed(range(BITS)):
                read |= (state >> (MEMORY - 1)) << (BITS - 1 - step)
                state = int(chosen[step, state])
            gain = scores[end] - start[state]
            closes = state == int(end)
            if closes and gain > best:
                best, word = gain, read
            elif best == -np.inf and not word:
                word = read
    return word
