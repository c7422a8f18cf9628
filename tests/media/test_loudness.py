"""What a musician may rely on about loudness and peaks."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import MediaError
from maquette.media import loudness
from maquette.media.sound import Sound

RATE = 48000


def sine(hertz: float, level: float, seconds: float = 4.0, rate: int = RATE, channels: int = 1) -> Sound:
    time = np.arange(int(seconds * rate)) / rate
    wave = (10 ** (level / 20) * np.sin(2 * np.pi * hertz * time)).astype(np.float32)
    return Sound(np.repeat(wave[:, None], channels, axis=1), rate)


def music(seconds: float = 8.0, seed: int = 0, rate: int = 44100) -> Sound:
    """Noise bursts that die away, with one hard peak among them: what a limiter has to cope with."""
    dice = np.random.default_rng(seed)
    time = np.arange(int(seconds * rate)) / rate
    envelope = np.exp(-(time % 0.5) / 0.12)[:, None]
    made = dice.standard_normal((len(time), 2)) * 0.1 * envelope
    made[rate : rate + 40] += 0.9
    return Sound(made.astype(np.float32), rate)


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_the_calibration_tone_of_the_standard_measures_minus_three(rate):
    """BS.1770-4: 997 Hz at full scale in one channel is -3.01 LKFS; at -23 dB in both it is -23."""
    assert loudness.loudness(sine(997, 0, rate=rate)) == pytest.approx(-3.01, abs=0.02)
    assert loudness.loudness(sine(997, -23, rate=rate, channels=2)) == pytest.approx(-23, abs=0.02)


def test_pauses_do_not_count():
    """EBU Tech 3341, cases 3 and 4 in short: what is quiet or silent around the tone is gated away."""
    rate = 16000
    loud, quiet = sine(1000, -23, 24, rate, 2).samples, sine(1000, -36, 5, rate, 2).samples
    whole = Sound(np.concatenate([quiet, loud, quiet, np.zeros((rate * 3, 2), np.float32)]), rate)
    assert loudness.loudness(whole) == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("seed", range(2))
def test_it_agrees_with_another_meter(seed):
    pyloudnorm = pytest.importorskip("pyloudnorm")
    sound = music(4, seed)
    other = pyloudnorm.Meter(sound.rate).integrated_loudness(sound.samples.astype(float))
    assert loudness.loudness(sound) == pytest.approx(other, abs=0.1)


def test_peaks_between_the_samples_are_found():
    """A sine at a quarter of the rate whose samples all lie 3 dB below its crest (EBU Tech 3341, case 15)."""
    time = np.arange(RATE)
    slowly = np.minimum(1, np.minimum(time, RATE - time) / 4000)
    wave = (0.5 * slowly * np.sin(2 * np.pi * time / 4 + np.pi / 4)).astype(np.float32)[:, None]
    assert 20 * np.log10(np.abs(wave).max()) == pytest.approx(-9.03, abs=0.01)
    assert loudness.true_peak(Sound(wave, RATE)) == pytest.approx(-6.02, abs=0.02)
    assert loudness.true_peak(Sound(np.zeros((10, 2), np.float32), RATE)) == float("-inf")


@pytest.mark.parametrize("target", loudness.TARGETS)
def test_a_finished_sound_has_its_loudness_and_no_peak_above_minus_one(target):
    signal = pytest.importorskip("scipy.signal")
    made = loudness.finish(music(4), target)
    assert made.reached and loudness.loudness(made.sound) == pytest.approx(target, abs=0.3)
    finer = signal.resample_poly(made.sound.samples.astype(float), 4, 1)
    assert 20 * np.log10(np.abs(finer).max()) <= -1.0


def test_the_limiter_leaves_alone_what_needs_no_limit_and_never_jumps():
    quiet = sine(440, -12, 1)
    assert loudness.limit(quiet) is quiet
    before = sine(100, 6, 1, channels=2)
    after = loudness.limit(before).samples
    gains = after[:, 0][np.abs(before.samples[:, 0]) > 0.3] / before.samples[:, 0][np.abs(before.samples[:, 0]) > 0.3]
    assert np.ptp(gains[2000:-2000]) < 0.05  # held, not following the wave: that would be distortion
    assert np.abs(after[:, 0] - after[:, 1]).max() == 0


def test_silence_is_refused_and_what_cannot_be_that_loud_is_told():
    with pytest.raises(MediaError, match="silent"):
        loudness.finish(Sound(np.zeros((RATE, 2), np.float32), RATE))
    click = np.zeros((RATE * 4, 2), np.float32)
    click[::RATE] = 1
    made = loudness.finish(Sound(click, RATE), -14)
    assert not made.reached and made.peak <= -1 and made.lufs < -20
