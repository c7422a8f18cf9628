"""The mark of pictures: which changes it outlives beside a textbook mark, its cost, its false alarms.

    python benchmarks/pictures_watermark.py --photos PHOTOS [--side 512] [--every 1] [--alarms 170] [--keep]

Each picture (its middle, `side` pixels each way; 0 takes it whole) gets a mark, is changed in 22 ways, and counts where
all 48 bits are right. False alarms are looked for in unmarked pictures (parts of all photos, turned over, some noisy;
and textures of noise) under three keys each: a key's pattern is random, so each pair of picture and key is a trial.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import common
import numpy as np
from _watermark_attacks import ATTACKS, BITS, MUST, peer_put, peer_read
from PIL import Image

from maquette.engine import mark_code, mark_find, marks

KEY = b"the benchmark's own key"
KEYS_PER_PICTURE = 3
SEEN = mark_find.SEEN
ALARM_SIDE = 320  # pixels of the pictures in which alarms are looked for


def main() -> None:
    """Read the arguments, mark, change, read; then look for alarms."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--photos", type=Path, required=True)
    ask.add_argument("--side", type=int, default=512, help="0: whole pictures")
    ask.add_argument("--every", type=int, default=1, help="take only every so-many-th picture")
    ask.add_argument("--alarms", type=int, default=170, help="unmarked pictures, each under three keys")
    ask.add_argument("--keep", action="store_true", help="write benchmarks/results/pictures_watermark.json")
    told = ask.parse_args()
    files = [path for path in sorted(told.photos.iterdir()) if path.suffix in (".jpg", ".png")]
    pictures = [opened(path, told.side) for path in files]
    pictures = [one for one in pictures if min(one.size) >= marks.SMALLEST][:: told.every]
    result: dict[str, Any] = survived(pictures)
    print(common.table(result["attacks"]), "\n", {key: value for key, value in result.items() if key != "attacks"})
    if told.alarms:
        whole = [one for one in (opened(path, 0) for path in files) if min(one.size) >= ALARM_SIDE]
        result["false_alarms"] = alarms(whole, told.alarms)
        print(result["false_alarms"])
    if told.keep:
        common.keep("pictures_watermark", {"side_px": told.side, **result})


def opened(path: Path, side: int) -> Image.Image:
    picture = Image.open(path).convert("RGB")
    if not side or min(picture.size) < side:
        return picture
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side))


def survived(pictures: list[Image.Image]) -> dict[str, Any]:
    """Per change how many pictures kept all bits, ours and the peer's; fidelity and times."""
    ours, theirs = dict.fromkeys(ATTACKS, 0), dict.fromkeys(ATTACKS, 0)
    fidelity, peers, putting, reading = [], [], [], []
    for number, picture in enumerate(pictures):
        plain, one = np.asarray(picture), (0x9E3779B9 * (number + 1)) & 0xFFFFFFFF
        start = time.process_time()
        marked = marks.embed(plain.astype(np.float32) / 255, one, key=KEY)
        putting.append((time.process_time() - start) / (plain.size / 3e6))
        done = np.rint(marked * 255).astype(np.uint8)
        word = one << mark_code.CHECK_BITS | mark_code.check_sum(one)
        bits = np.array([word >> place & 1 for place in range(BITS)])
        other = peer_put(plain, bits)
        fidelity.append(decibels(plain, done))
        peers.append(decibels(plain, other))
        for name, attack in ATTACKS.items():
            seen = np.asarray(attack(Image.fromarray(done)), np.float32) / 255
            start = time.process_time()
            found = mark_find.find(seen, keys=[KEY])
            reading.append((time.process_time() - start) / (seen.size / 3e6))
            ours[name] += found is not None and found.number == one
            theirs[name] += bool((peer_read(np.asarray(attack(Image.fromarray(other)))) == bits).all())
    count = len(pictures)
    rows: list[dict[str, Any]] = []
    for name in ATTACKS:
        row: dict[str, Any] = {"change": name, "must": "yes" if name in MUST else ""}
        row |= {"all 48 bits": f"{ours[name]} of {count}", "share": round(ours[name] / count, 3)}
        rows.append(row | {"DWT-DCT": f"{theirs[name]} of {count}"})
    return {
        "pictures": count,
        "psnr_db": {"mean": round(float(np.mean(fidelity)), 2), "least": round(min(fidelity), 2)},
        "psnr_db_dwt_dct": {"mean": round(float(np.mean(peers)), 2), "least": round(min(peers), 2)},
        "must_share": round(sum(ours[name] for name in MUST) / (count * len(MUST)), 4),
        "put_cpu_s_per_megapixel": round(float(np.median(putting)), 2),
        "find_cpu_s_per_megapixel": {"median": round(float(np.median(reading)), 2), "most": round(max(reading), 2)},
        "attacks": rows,
    }


def decibels(plain: np.ndarray, done: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((plain.astype(np.float64) - done) ** 2)))


# -- false alarms -----------------------------------------------------------------------------------------------------


def alarms(pictures: list[Image.Image], count: int) -> dict[str, Any]:
    """How far the best tile stands out where there is none, and what the tail of that says."""
    scores, read = [], 0
    with patch.multiple(mark_find, SEEN=0.0, PLAIN=0.0):
        for number, picture in zip(range(count), unmarked(pictures)):
            keys = [f"{number} {key}".encode() for key in range(KEYS_PER_PICTURE)]
            found = mark_find.find(picture, keys=keys)
            scores.append(found.score if found else 0.0)
            read += found is not None and found.number is not None and found.score >= SEEN
    seen = sum(score >= mark_find.PLAIN for score in scores)
    trials = len(scores) * KEYS_PER_PICTURE
    top = np.sort(scores)
    # Gumbel's law for the largest of many, fitted by its moments: how often the best of the keys passes.
    spread = float(np.std(top)) * np.sqrt(6) / np.pi
    place = float(np.mean(top)) - 0.5772 * spread
    chance, readable = (
        float(-np.expm1(-np.exp(-(score - place) / spread))) / KEYS_PER_PICTURE for score in (mark_find.PLAIN, SEEN)
    )
    return {
        "pictures": len(scores),
        "of_photos": len(pictures),
        "trials": trials,
        "tiles_seen": int(seen),
        "ids_read": int(read),
        "highest_score": round(float(top[-1]), 2),
        "threshold_read": SEEN,
        "threshold_seen": mark_find.PLAIN,
        "bound_95_of_a_tile_seen": float(f"{3 / trials:.2g}") if not seen else None,
        "fitted_tail_of_a_tile_seen": float(f"{chance:.2g}"),
        "fitted_tail_of_an_id_read": float(f"{readable / 2**mark_code.CHECK_BITS:.2g}"),
    }


def unmarked(pictures: list[Image.Image]) -> Iterator[np.ndarray]:
    """Pictures without a mark, without end: parts of real ones at all sizes, turned over, blurred, noisy; and noise."""
    dice = np.random.default_rng(11)
    while True:
        if dice.random() < 0.25:
            yield texture(dice)
            continue
        picture = pictures[int(dice.integers(len(pictures)))]
        side = int(dice.integers(ALARM_SIDE, min(picture.size) + 1))
        left, top = int(dice.integers(picture.width - side + 1)), int(dice.integers(picture.height - side + 1))
        part = picture.crop((left, top, left + side, top + side)).resize((ALARM_SIDE, ALARM_SIDE))
        part = part.transpose(list(Image.Transpose)[int(dice.integers(7))])
        values = np.asarray(part, np.float32) / 255 + dice.normal(0, dice.choice([0, 0.01, 0.04]), (1,))
        yield np.clip(values + dice.normal(0, 0.02 * dice.integers(2), values.shape), 0, 1).astype(np.float32)


def texture(dice: np.random.Generator) -> np.ndarray:
    """Noise of a random roughness, on some of which a pattern repeats, as cloth and brick do."""
    side = ALARM_SIDE
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]) + 1 / side
    rough = np.fft.rfft2(dice.normal(size=(side, side))) / frequency ** dice.uniform(0, 1.8)
    made = np.fft.irfft2(rough, s=(side, side))
    made /= made.std()
    if dice.random() < 0.5:
        period = int(dice.integers(12, 90))
        tile = dice.normal(size=(period, period))
        made += dice.uniform(0.2, 2) * np.tile(tile, (side // period + 1,) * 2)[:side, :side]
    return np.repeat(np.clip(0.5 + 0.15 * made, 0, 1)[..., None], 3, axis=2).astype(np.float32)


if __name__ == "__main__":
    main()
