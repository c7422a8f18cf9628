"""Sound: samples in the range -1 to 1, and the files they are kept in.

WAV needs nothing but this module; FLAC, MP3 and OGG go through `soundfile` (libsndfile). A file of 16 or 24 bits that
is read and written again at the same depth has the very same samples: both depths fit a float32 exactly.
"""

from __future__ import annotations

import io
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..core.errors import MediaError, MissingExtra

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

Kind = Literal["wav", "flac", "mp3", "ogg"]
MIMES: dict[str, str] = {"wav": "audio/wav", "flac": "audio/flac", "mp3": "audio/mpeg", "ogg": "audio/ogg"}
SUFFIXES = (".wav", ".flac", ".mp3", ".ogg")
RATES = (44100, 48000)  # Hz that we render at; files of any rate are read
LONGEST = 3 * 60 * 60 * 48000  # frames that are read: three hours
BLOCK = 1 << 14  # frames handed to libsndfile at once: its Vorbis encoder overflows the stack on one long write
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE


@dataclass(frozen=True, eq=False)
class Sound:
    """samples (n, channels) float32, 1.0 is full scale; rate in Hz. `said`: what a reader has to tell, a line each."""

    samples: Samples
    rate: int
    title: str = ""
    said: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Frames: samples of one channel."""
        return int(self.samples.shape[0])

    @property
    def channels(self) -> int:
        return int(self.samples.shape[1])

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.length / self.rate

    def mono(self) -> NDArray[np.float32]:
        """The mean of its channels, (n,)."""
        import numpy as np

        return np.asarray(self.samples.mean(axis=1), np.float32)


# -- reading ----------------------------------------------------------------------------------------------------------


def read(path: str | Path) -> Sound:
    """Read a WAV, FLAC, OGG or MP3 file. Raises MediaError for what is none, MissingExtra without soundfile."""
    path = Path(path)
    if not path.is_file():
        wrong = "this is a folder, not a file" if path.is_dir() else "there is no such file"
        raise MediaError(wrong, where=str(path), mend="check the name and the folder")
    if path.suffix.lower() not in SUFFIXES:
        raise MediaError(
            f"{path.suffix or 'a file without a suffix'} is no sound that is read here",
            where=str(path),
            mend=f"known are {', '.join(SUFFIXES)}",
        )
    data = path.read_bytes()
    sound = from_wav(data, str(path)) if data[:4] in (b"RIFF", b"RF64") else from_codec(data, str(path))
    if not sound.length:
        raise MediaError("there is no sound in this file", where=str(path), mend="record or export it again")
    return sound


def from_wav(data: bytes, where: str = "") -> Sound:
    """Parse the bytes of a WAV file: PCM of 8, 16, 24 or 32 bits, or float of 32 or 64."""
    try:
        layout, body, said = _chunks(data)
        kind, channels, rate, bits = _layout(layout)
    except (struct.error, ValueError, IndexError) as error:
        raise MediaError(f"this WAV file is broken: {error}", where=where, mend="export it again") from error
    if not 1 <= channels <= 64 or not 1000 <= rate <= 768_000:
        raise MediaError(f"a WAV file of {channels} channels at {rate} Hz is not read here", where=where)
    samples = _decoded(body, kind, channels, bits)
    if samples is None:
        raise MediaError(
            f"a WAV file of kind {kind} with {bits} bits is not read here",
            where=where,
            mend="export it as PCM of 16 or 24 bits",
        )
    if len(samples) > LONGEST:
        raise MediaError(f"{len(samples) / rate / 3600:.1f} hours are longer than is read here", where=where)
    return Sound(samples, rate, said=tuple(said))


def _chunks(data: bytes) -> tuple[bytes, bytes, list[str]]:
    """The format chunk, the samples and what is to be told of a RIFF file."""
    if data[8:12] != b"WAVE":
        raise ValueError("it is not of the kind WAVE")
    at, layout, said = 12, b"", list[str]()
    while at + 8 <= len(data):
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == b"fmt ":
            layout = data[at + 8 : at + 8 + length]
        elif name == b"data":
            body = data[at + 8 : at + 8 + length]
            # A recorder that was cut off leaves 0 or the largest number there: then what follows are the samples.
            if length in (0, 0xFFFFFFFF) and layout:
                body = data[at + 8 :]
            elif len(body) < length:
                said.append(f"the file ends early: {len(body):,} of {length:,} bytes of sound are there")
            return layout, body, said
        at += 8 + length + (length & 1)
    raise ValueError("there are no samples in it")


def _layout(layout: bytes) -> tuple[int, int, int, int]:
    """(kind, channels, rate, bits) of a format chunk."""
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", layout[:16])
    if kind == _EXTENSIBLE:
        kind = int.from_bytes(layout[24:26], "little")
    return kind, channels, rate, bits


def _decoded(body: bytes, kind: int, channels: int, bits: int) -> Samples | None:
    import numpy as np

    if kind not in (_PCM, _FLOAT) or bits not in ((8, 16, 24, 32) if kind == _PCM else (32, 64)):
        return None
    frame = channels * bits // 8
    body = body[: len(body) // frame * frame]
    if kind == _FLOAT:
        found = np.nan_to_num(np.frombuffer(body, f"<f{bits // 8}"), posinf=0.0, neginf=0.0)
    elif bits == 8:
        found = (np.frombuffer(body, np.uint8).astype(np.float32) - 128) / 128
    elif bits == 24:
        whole = np.zeros((len(body) // 3, 4), np.uint8)
        whole[:, 1:] = np.frombuffer(body, np.uint8).reshape(-1, 3)
        found = (whole.view("<i4")[:, 0] >> 8).astype(np.float32) / (1 << 23)
    else:
        found = np.frombuffer(body, f"<i{bits // 8}").astype(np.float64) / (1 << (bits - 1))
    return np.ascontiguousarray(found.reshape(-1, channels), dtype=np.float32)


def _soundfile(what: str) -> Any:
    try:
        import soundfile
    except (ImportError, OSError) as error:  # OSError: its library is not there
        raise MissingExtra(
            f"{what} needs the package soundfile", mend="pip install soundfile, or use WAV, which needs nothing"
        ) from error
    return soundfile


def from_codec(data: bytes, where: str = "") -> Sound:
    """Decode the bytes of a FLAC, MP3 or OGG file. Raises MediaError, MissingExtra."""
    soundfile = _soundfile("reading FLAC, MP3 and OGG")
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            if file.frames > LONGEST:
                raise MediaError(f"{file.frames / file.samplerate / 3600:.1f} hours are too long", where=where)
            return Sound(file.read(dtype="float32", always_2d=True), int(file.samplerate))
    except (RuntimeError, ValueError, TypeError) as error:
        mend = "open it in a player; if it plays there, export it as WAV"
        raise MediaError(f"this sound file cannot be read: {error}", where=where, mend=mend) from error


# -- writing ----------------------------------------------------------------------------------------------------------


def to_bytes(
    sound: Sound, kind: str = "wav", *, bits: int = 16, title: str = "", comment: str = "", dither: bool = True
) -> bytes:
    """The file of a sound. `bits` 16 or 24 for WAV and FLAC; MP3 and OGG have none of their own."""
    if kind not in MIMES:
        raise MediaError(f"a sound cannot be written as {kind}", mend=f"known are {', '.join(MIMES)}")
    if kind == "wav":
        return to_wav(sound, bits=bits, title=title, comment=comment, dither=dither)
    return _to_codec(sound, kind, bits, title, comment, dither)


def to_wav(sound: Sound, *, bits: int = 16, title: str = "", comment: str = "", dither: bool = True) -> bytes:
    """A WAV file of PCM with 16 or 24 bits; title and comment stand in its INFO list."""
    import numpy as np

    whole = quantised(sound.samples, bits, dither=dither)
    if bits == 16:
        body = whole.astype("<i2").tobytes()
    else:
        body = np.ascontiguousarray(whole.astype("<i4")).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    frame = sound.channels * bits // 8
    layout = struct.pack("<HHIIHH", _PCM, sound.channels, sound.rate, sound.rate * frame, frame, bits)
    chunks = _chunk(b"fmt ", layout) + _info(title or sound.title, comment) + _chunk(b"data", body)
    if len(chunks) + 4 > 0xFFFFFFFF:
        raise MediaError("this sound is too long for a WAV file (4 GiB)", mend="write FLAC instead")
    return b"RIFF" + (len(chunks) + 4).to_bytes(4, "little") + b"WAVE" + chunks


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) & 1)


def _info(title: str, comment: str) -> bytes:
    told = {b"INAM": title, b"ICMT": comment, b"ISFT": "Maquette" if title or comment else ""}
    rows = b"".join(_chunk(name, text.encode() + b"\0") for name, text in told.items() if text)
    return _chunk(b"LIST", b"INFO" + rows) if rows else b""


def quantised(samples: Samples, bits: int, *, dither: bool = True) -> NDArray[np.int32]:
    """Samples as whole numbers of `bits` bits, what is beyond full scale held there.

    16 bits get triangular dither of one step each way (Lipshitz, Wannamaker and Vanderkooy 1992), the same one for the
    same sound; samples that are whole already are left alone, so that a file read and written again stays itself.
    """
    import numpy as np

    if bits not in (16, 24):
        raise MediaError(f"sound cannot be written with {bits} bits", mend="16 or 24")
    top = 1 << (bits - 1)
    scaled = np.nan_to_num(samples.astype(np.float64)) * top
    if bits == 16 and dither and not np.array_equal(scaled, np.rint(scaled)):
        dice = np.random.default_rng(16)
        noise = dice.random(scaled.shape, dtype=np.float32)
        noise -= dice.random(scaled.shape, dtype=np.float32)
        scaled += noise
    return np.clip(np.rint(scaled), -top, top - 1).astype(np.int32)


def _to_codec(sound: Sound, kind: str, bits: int, title: str, comment: str, dither: bool) -> bytes:
    soundfile = _soundfile(f"writing {kind.upper()}")
    subtypes = {"flac": f"PCM_{bits}", "mp3": "MPEG_LAYER_III", "ogg": "VORBIS"}
    if kind == "flac":
        whole = quantised(sound.samples, bits, dither=dither)
        rows: Any = whole.astype("int16") if bits == 16 else whole << 8
    else:
        rows = sound.samples.clip(-1.0, 1.0)
    out = io.BytesIO()
    options: dict[str, Any] = {"compression_level": 0.0, "bitrate_mode": "CONSTANT"} if kind == "mp3" else {}
    try:
        with soundfile.SoundFile(
            out, "w", sound.rate, sound.channels, subtype=subtypes[kind], format=kind.upper(), **options
        ) as file:
            if title or sound.title:
                file.title = title or sound.title
            if comment:
                file.comment = comment
            for start in range(0, len(rows), BLOCK):
                file.write(rows[start : start + BLOCK])
    except (RuntimeError, ValueError, TypeError) as error:
        raise MediaError(f"this sound cannot be written as {kind.upper()}: {error}", mend="write WAV") from error
    return out.getvalue()


def write(sound: Sound, path: str | Path, *, bits: int = 16, title: str = "", comment: str = "") -> Path:
    """Write a sound as the kind its suffix names, whole or not at all; a file of that name is replaced."""
    path = Path(path)
    data = to_bytes(sound, path.suffix.lower().lstrip(".") or "wav", bits=bits, title=title, comment=comment)
    making = path.with_name(f".maquette-{os.getpid()}-{path.name}.tmp")
    try:
        making.write_bytes(data)
        os.replace(making, path)
    finally:
        making.unlink(missing_ok=True)
    return path
