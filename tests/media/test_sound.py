"""What a musician may rely on when sound is read and written."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from maquette.core.errors import MediaError, MissingExtra
from maquette.media import sound
from maquette.media.sound import Sound

RATE = 44100


def some_noise(seconds: float = 0.3, channels: int = 2, level: float = 0.2) -> Sound:
    dice = np.random.default_rng(5)
    return Sound((dice.standard_normal((int(seconds * RATE) + 1, channels)) * level).astype(np.float32), RATE)


@pytest.mark.parametrize("kind", ["wav", "flac"])
@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_file_read_and_written_again_is_the_same_bit_for_bit(tmp_path, kind, bits, channels):
    path = tmp_path / f"звук.{kind}"
    path.write_bytes(sound.to_bytes(some_noise(channels=channels), kind, bits=bits))
    again = sound.to_bytes(sound.read(path), kind, bits=bits)
    assert again == path.read_bytes()
    assert np.array_equal(sound.read(path).samples, sound.from_wav(sound.to_wav(sound.read(path), bits=bits)).samples)


@pytest.mark.parametrize("bits", [16, 24])
def test_another_reader_finds_the_same_numbers(bits):
    soundfile = pytest.importorskip("soundfile")
    made = some_noise()
    whole = sound.quantised(made.samples, bits)
    for kind in ("wav", "flac"):
        data = sound.to_bytes(made, kind, bits=bits, title="Ночь", comment="by hand")
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            assert (file.samplerate, file.channels, file.title, file.comment) == (RATE, 2, "Ночь", "by hand")
            assert np.array_equal(file.read(dtype="int32") >> (32 - bits), whole)
    with wave.open(io.BytesIO(sound.to_wav(made, bits=bits))) as plain:
        assert (plain.getnframes(), plain.getsampwidth()) == (made.length, bits // 8)


def test_sixteen_bits_are_dithered_so_that_a_quiet_tone_is_not_bent():
    """Without dither a sine below one step vanishes; with it the mean still follows the sine, and errors are noise."""
    time = np.arange(RATE * 2) / RATE
    quiet = (0.4 / 32768 * np.sin(2 * np.pi * 441 * time)).astype(np.float32)[:, None]
    whole = sound.quantised(quiet, 16)[:, 0]
    tone = np.sin(2 * np.pi * 441 * time)
    assert abs(2 * np.mean(whole * tone) - 0.4) < 0.02
    third = np.sin(2 * np.pi * 1323 * time)
    assert abs(2 * np.mean(whole * third)) < 0.02
    assert not sound.quantised(quiet, 16, dither=False).any()
    assert np.abs(whole).max() <= 2


def test_what_is_too_loud_is_held_at_full_scale_and_never_wraps_round():
    loud = Sound(np.array([[1.5], [-1.5], [np.nan]], np.float32), RATE)
    for bits in (16, 24):
        top = 1 << (bits - 1)
        assert sound.quantised(loud.samples, bits)[:, 0].tolist() == [top - 1, -top, 0]


def test_mp3_and_ogg_keep_length_and_sound(tmp_path):
    pytest.importorskip("soundfile")
    time = np.arange(RATE) / RATE
    tone = Sound((0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)[:, None], RATE)
    for kind in ("mp3", "ogg"):
        heard = sound.read(sound.write(tone, tmp_path / f"a.{kind}"))
        assert abs(heard.length - tone.length) <= 2400
        assert abs(float(np.sqrt((heard.samples[9000:30000] ** 2).mean())) - 0.212) < 0.01


@pytest.mark.parametrize(
    ("format", "bits", "values"),
    [(1, 8, np.uint8), (1, 16, "<i2"), (1, 32, "<i4"), (3, 32, "<f4"), (3, 64, "<f8")],
)
def test_wav_files_of_other_programs_are_read(tmp_path, format, bits, values):
    rows = np.array([0, 1, -1, 0]) * (0.5 if format == 3 else 2 ** (bits - 2)) + (128 if bits == 8 else 0)
    body = rows.astype(values).tobytes()
    head = np.array([format, 1, RATE & 0xFFFF, RATE >> 16, 0, 0, bits // 8, bits], "<u2").tobytes()
    other = b"junk" + (3).to_bytes(4, "little") + b"abc\0"
    data = b"WAVE" + b"fmt " + (16).to_bytes(4, "little") + head + other
    data += b"data" + len(body).to_bytes(4, "little") + body
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF" + len(data).to_bytes(4, "little") + data)
    assert np.allclose(sound.read(path).samples[:, 0], [0, 0.5, -0.5, 0], atol=0.01)


def test_a_recording_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path):
    data = sound.to_wav(some_noise())
    path = tmp_path / "cut.wav"
    path.write_bytes(data[: len(data) // 2])
    heard = sound.read(path)
    assert 0.4 < heard.length / some_noise().length < 0.6
    assert "ends early" in heard.said[0]


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"RIFF\x04\0\0\0WAVEfmt ", b"hello, world" * 9])
def test_what_is_no_sound_is_refused_by_name(tmp_path, data):
    for suffix in (".wav", ".flac", ".mp3"):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(data)
        with pytest.raises(MediaError) as told:
            sound.read(path)
        assert told.value.where == str(path)


def test_without_soundfile_wav_still_works_and_the_rest_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "soundfile", None)
    path = sound.write(some_noise(), tmp_path / "a.wav", bits=24)
    assert sound.read(path).length
    with pytest.raises(MissingExtra, match="soundfile") as told:
        sound.write(some_noise(), tmp_path / "a.flac")
    assert "pip install soundfile" in told.value.mend
    assert not (tmp_path / "a.flac").exists()
