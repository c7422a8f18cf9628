"""Photos spoilt by a known amount, and put right: how near the truth, beside scikit-image in the same run.

    python benchmarks/pictures_correct.py --photos PHOTOS [--size 384] [--keep]

White balance: each colour photo under three lamps; error in degrees between the lamp and the estimate, `none` is to do
nothing. The photos are taken to be balanced, which they are only nearly, so the figures compare ways and are not
errors of a camera. Noise: white noise of 10 and 25 of 255, PSNR before and after; beside it scikit-image's BayesShrink
wavelets and fast non-local means, told the true noise where ours measures it. Blur: Gaussian of 1.5 and 2.5 px with
noise of 1 of 255, beside scikit-image's Richardson-Lucy with the true blur. Tilt: photos turned by known angles.
Auto: how often each fault is found in spoilt photos and in those left alone.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import common
import numpy as np
from PIL import Image

from maquette.makers.picture_correct import needed
from maquette.makers.picture_correct_light import ESTIMATORS, angle_between, lamp_of
from maquette.makers.picture_correct_noise import blur_of, deblurred, denoised, noise_of
from maquette.makers.picture_correct_tilt import tilt_of
from maquette.makers.picture_style_filters import blur
from maquette.media import picture as p
from maquette.media.picture_file import read

LAMPS = ((1.0, 0.8, 0.55), (0.7, 0.85, 1.0), (0.9, 1.0, 0.75))
GRAY = ("photo-totara-tree",)  # nothing can be said of the lamp of a gray photo
ANGLES = (-6.0, -2.5, 1.5, 4.0)
LINED = ("photo-windows", "photo-green-staircase")  # with straight lines that stand upright or level as they are


def main() -> None:
    """Read the arguments, spoil, correct, measure."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--photos", type=Path, required=True)
    ask.add_argument("--size", type=int, default=384)
    ask.add_argument("--keep", action="store_true", help="write benchmarks/results/pictures_correct.json")
    told = ask.parse_args()
    photos = {path.stem: sized(path, told.size) for path in sorted(told.photos.glob("photo-*"))}
    dice = np.random.default_rng(0)
    result: dict[str, Any] = {
        "photos": len(photos),
        "long_side_px": told.size,
        "white_balance": balance(photos),
        "noise": noise(photos, dice),
        "blur": softness(photos, dice),
        "tilt": tilt(photos),
        "auto": auto(photos, dice),
    }
    for name in ("white_balance", "noise", "blur", "tilt", "auto"):
        print(f"\n{name}\n{common.table(result[name])}")
    if told.keep:
        common.keep("pictures_correct", result)


def sized(path: Path, long: int) -> Any:
    """(h, w, 3) sRGB-coded, brought to so many px on the long side."""
    picture = read(path)
    scale = min(1.0, long / max(picture.size))
    return np.clip(p.resized(p.floats(picture)[..., :3], *(round(side * scale) for side in picture.size)), 0, 1)


def psnr(one: Any, other: Any) -> float:
    """Decibels."""
    return float(-10 * np.log10(np.mean((one - other) ** 2)))


def balance(photos: dict[str, Any]) -> list[dict[str, Any]]:
    """Degrees from the lamp."""
    errors: dict[str, list[float]] = {name: [] for name in ("none", *ESTIMATORS)}
    for name, photo in photos.items():
        for lamp in () if name in GRAY else LAMPS:
            cast = np.clip(p.coded(p.linear(photo) * np.array(lamp, np.float32)), 0, 1)
            errors["none"].append(angle_between(np.ones(3), np.array(lamp)))
            for way in ESTIMATORS:
                errors[way].append(angle_between(lamp_of(cast, way), np.array(lamp)))
    return [
        {"way": way, "mean": round(float(np.mean(some)), 2), "median": round(float(np.median(some)), 2)}
        for way, some in errors.items()
    ]


def noise(photos: dict[str, Any], dice: np.random.Generator) -> list[dict[str, Any]]:
    """PSNR of noisy photos before and after."""
    from skimage.restoration import denoise_nl_means, denoise_wavelet  # needs PyWavelets, too

    rows = []
    for sigma in (10 / 255, 25 / 255):
        ways: dict[str, Callable[[Any], Any]] = {
            "Maquette": lambda spoilt: denoised(spoilt, noise_of(spoilt)),
            "wavelets (scikit-image)": lambda spoilt, s=sigma: denoise_wavelet(
                spoilt, sigma=s, method="BayesShrink", mode="soft", convert2ycbcr=True, channel_axis=-1
            ),
            "non-local means (scikit-image)": lambda spoilt, s=sigma: denoise_nl_means(
                spoilt, h=0.6 * s, sigma=s, fast_mode=True, patch_size=5, patch_distance=6, channel_axis=-1
            ),
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        before, estimates = [], []
        for photo in photos.values():
            spoilt = np.clip(photo + dice.normal(0, sigma, photo.shape), 0, 1).astype(np.float32)
            before.append(psnr(photo, spoilt))
            estimates.append(255 * noise_of(spoilt))
            for name, way in ways.items():
                start = time.process_time()
                clean = way(spoilt)
                found[name].append((psnr(photo, clean), time.process_time() - start))
        for name, some in found.items():
            after, spent = np.mean(some, axis=0)
            rows.append(
                {
                    "noise": round(255 * sigma),
                    "way": name,
                    "noise_measured": round(float(np.mean(estimates)), 1) if name == "Maquette" else "told the truth",
                    "before_db": round(float(np.mean(before)), 2),
                    "after_db": round(float(after), 2),
                    "cpu_s": round(float(spent), 2),
                }
            )
    return rows


def softness(photos: dict[str, Any], dice: np.random.Generator) -> list[dict[str, Any]]:
    """PSNR of blurred photos before and after."""
    from skimage.restoration import richardson_lucy

    rows = []
    for sigma in (1.5, 2.5):
        place = np.arange(-10, 11)
        one = np.exp(-0.5 * (place / sigma) ** 2)
        kernel = np.outer(one, one) / one.sum() ** 2

        def peer(spoilt: Any, kernel: Any = kernel) -> Any:
            padded = np.pad(spoilt, ((10, 10), (10, 10), (0, 0)), mode="symmetric")
            planes = [richardson_lucy(padded[..., channel], kernel, num_iter=15) for channel in range(3)]
            return np.stack(planes, -1)[10:-10, 10:-10]

        ways: dict[str, Callable[[Any], Any]] = {
            "wiener, blur measured": lambda spoilt: deblurred(spoilt, blur_of(spoilt), noise_of(spoilt)),
            "richardson-lucy, blur measured": lambda spoilt: deblurred(
                spoilt, blur_of(spoilt), noise_of(spoilt), method="richardson-lucy"
            ),
            "wiener, true blur": lambda spoilt, s=sigma: deblurred(spoilt, s, 1 / 255),
            "richardson-lucy, true blur (scikit-image)": peer,
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        before, estimates = [], []
        for photo in photos.values():
            spoilt = np.clip(blur(photo, sigma) + dice.normal(0, 1 / 255, photo.shape), 0, 1).astype(np.float32)
            before.append(psnr(photo, spoilt))
            estimates.append(blur_of(spoilt))
            for name, way in ways.items():
                start = time.process_time()
                sharp = way(spoilt)
                found[name].append((psnr(photo, sharp), time.process_time() - start))
        for name, some in found.items():
            after, spent = np.mean(some, axis=0)
            rows.append(
                {
                    "blur_px": sigma,
                    "way": name,
                    "blur_measured": round(float(np.mean(estimates)), 2) if "measured" in name else sigma,
                    "before_db": round(float(np.mean(before)), 2),
                    "after_db": round(float(after), 2),
                    "cpu_s": round(float(spent), 3),
                }
            )
    return rows


def turned(photo: Any, degrees: float) -> Any:
    """The photo leaning by so many degrees clockwise, cropped to what holds picture."""
    image = Image.fromarray(np.round(photo * 255).astype(np.uint8)).rotate(-degrees, Image.Resampling.BICUBIC)
    wide, high = image.size
    edge = 0.12
    box = tuple(round(value) for value in (wide * edge, high * edge, wide * (1 - edge), high * (1 - edge)))
    return np.asarray(image.crop(box), np.float32) / 255


def tilt(photos: dict[str, Any]) -> list[dict[str, Any]]:
    """Error of the angle in photos with straight lines; in the others, how often `auto` rightly leaves them."""
    errors, missed, wrong, others = [], 0, 0, 0
    for name, photo in photos.items():
        own = tilt_of(turned(photo, 0.0))
        for angle in ANGLES:
            found = tilt_of(turned(photo, angle))
            if name in LINED:
                errors.append(abs(found.degrees - own.degrees - angle))
                missed += found.clear < 8
            else:
                others += 1
                wrong += found.clear >= 8 and abs(found.degrees - angle) > 1
    return [
        {
            "photos with lines, turned": len(errors),
            "mean error, degrees": round(float(np.mean(errors)), 2),
            "worst": round(float(np.max(errors)), 2),
            "not clear enough": missed,
            "others, turned": others,
            "of them turned wrongly by auto": wrong,
        }
    ]


def auto(photos: dict[str, Any], dice: np.random.Generator) -> list[dict[str, Any]]:
    """How often each fault is found where it was put, and in the photos as they are."""
    spoil: dict[str, Callable[[Any], Any]] = {
        "denoise": lambda photo: np.clip(photo + dice.normal(0, 8 / 255, photo.shape), 0, 1),
        "deblur": lambda photo: blur(photo, 2.0),
        "straighten": lambda photo: turned(photo, 3.0),
        "balance": lambda photo: p.coded(p.linear(photo) * np.array(LAMPS[0], np.float32)),
        "exposure": lambda photo: p.coded(p.linear(photo) * np.float32(0.25)),
    }
    asked = {name: [needed(p.from_floats(photo))[0], None] for name, photo in photos.items()}
    rows = []
    for fault, change in spoil.items():
        found = sum(getattr(needed(p.from_floats(change(photo)))[0], fault) > 0 for photo in photos.values())
        alone = sum(getattr(first, fault) > 0 for first, _ in asked.values())
        rows.append({"fault": fault, "of": len(photos), "found where it was put": found, "found as they are": alone})
    return rows


if __name__ == "__main__":
    main()
