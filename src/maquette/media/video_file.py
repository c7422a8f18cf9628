"""Video files: frames and sound written as they come, and footage read back with its own clock.

A film is written under a hidden name and gets its own when it is whole: a full disk or a Ctrl-C leaves nothing half.
Frames are 8-bit RGB (h, w, 3); on disk BT.709 with narrow range, so that no player guesses. Sound is 48 kHz.

PyAV's wheel holds FFmpeg with libx264 (GPL); VP9, AV1 and Opus are free of it and of patents, and are the default.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError, MissingExtra, UsageError
from .sound import Sound

Pixels: TypeAlias = NDArray[np.uint8]
Samples: TypeAlias = NDArray[np.float32]

RATE = 48000  # Hz, of all sound in a film
RATES = {
    "23.976": Fraction(24000, 1001),
    "24": Fraction(24),
    "25": Fraction(25),
    "29.97": Fraction(30000, 1001),
    "30": Fraction(30),
    "48": Fraction(48),
    "50": Fraction(50),
    "60": Fraction(60),
}
MIMES = {".webm": "video/webm", ".mp4": "video/mp4", ".mov": "video/quicktime", ".mkv": "video/x-matroska"}
LARGEST = 4096  # pixels of a side
_CLOSE = 0.004  # seconds that a frame of a steady clip may be off its place: containers count milliseconds


@dataclass(frozen=True)
class Codec:
    """How frames and sound are packed. `encoders`: FFmpeg's names, the first that is there is taken.

    Every frame becomes one packet, in order (nothing looks ahead): so a clip can be cut at its key frames, and joined,
    without being coded again.
    """

    name: str
    encoders: tuple[str, ...]
    options: dict[str, dict[str, str]]
    sounds: dict[str, str]  # suffix -> encoder of the sound


CODECS = {
    "vp9": Codec(
        "vp9",
        ("libvpx-vp9",),
        {
            "libvpx-vp9": {
                "deadline": "realtime",
                "cpu-used": "7",
                "crf": "26",
                "b": "0",
                "row-mt": "1",
                "lag-in-frames": "0",
            }
        },
        {".webm": "libopus", ".mp4": "libopus", ".mkv": "libopus"},
    ),
    "av1": Codec(
        "av1",
        ("libsvtav1", "libaom-av1"),
        {
            "libsvtav1": {"preset": "11", "crf": "30", "svtav1-params": "pred-struct=1:enable-force-key-frames=1"},
            "libaom-av1": {"cpu-used": "9", "usage": "realtime", "crf": "30", "b": "0"},
        },
        {".webm": "libopus", ".mp4": "libopus", ".mkv": "libopus"},
    ),
    "h264": Codec(
        "h264",
        ("libx264", "libopenh264", "h264_videotoolbox", "h264_mf"),
        {
            "libx264": {"preset": "veryfast", "crf": "19", "tune": "animation", "bf": "0", "forced-idr": "1"},
            "libopenh264": {"b": "4000000"},
            "h264_videotoolbox": {"b": "6000000"},
            "h264_mf": {"b": "6000000"},
        },
        {".mp4": "aac", ".mov": "aac", ".mkv": "aac"},
    ),
}


def _av() -> Any:
    """PyAV. Raises MissingExtra."""
    try:
        import av
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "av":
            raise
        raise MissingExtra(
            "video is read and written with PyAV, which is not installed", mend="pip install 'maquette[film]'"
        ) from error
    av.logging.set_level(None)
    return av


def require() -> None:
    """Raise MissingExtra where no video can be written: to be told before the work, not after it."""
    _av()


def rate_of(text: str | float | Fraction) -> Fraction:
    """Frames a second as an exact fraction: "23.976" and 23.976 are 24000/1001. Raises UsageError."""
    if isinstance(text, Fraction):
        return text
    known = RATES.get(str(text).strip().removesuffix(".0"))
    if known is not None:
        return known
    try:
        number = float(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no frame rate", mend=f"choose {', '.join(RATES)}") from error
    near = min(RATES.values(), key=lambda rate: abs(float(rate) - number))
    if abs(float(near) - number) < 0.002:
        return near
    if not 1 <= number <= 120:
        raise UsageError(f"{number:g} frames a second cannot be made", mend=f"choose {', '.join(RATES)}")
    return Fraction(number).limit_denominator(1001)


# -- writing ----------------------------------------------------------------------------------------------------------


def write(
    frames: Iterable[Pixels],
    path: str | Path,
    *,
    fps: Fraction,
    sound: Sound | None = None,
    codec: str = "vp9",
    title: str = "",
    comment: str = "",
    language: str = "",
    threads: int = 2,
    keys: Collection[int] = (),
) -> Path:
    """Write frames (h, w, 3) as they come, and the sound beside them, as `path`; gives `path`.

    The size is the first frame's, made even. The sound is cut to the frames or followed by silence, to the sample.
    The frame number n is shown at exactly n / fps. keys: numbers of frames at which the film can be cut and joined
    (`join`). An existing `path` is replaced only when the new film is whole.
    Raises MediaError where the disk is full or a frame does not fit, MissingExtra, UsageError; anything that the frames
    raise goes through, and nothing is left behind.
    """
    path = Path(path)
    chosen = _codec(codec, path.suffix.lower())
    temp = path.with_name(f".maquette-{os.getpid()}-{secrets.token_hex(4)}{path.suffix}")
    try:
        with _refusals(path):
            _written(_av(), frames, temp, fps, sound, chosen, _tags(title, comment), language, threads, keys)
            _settle(temp, path)
    finally:
        temp.unlink(missing_ok=True)
    return path


def _settle(temp: Path, path: Path) -> None:
    with open(temp, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(temp, path)


def _tags(title: str, comment: str) -> dict[str, str]:
    return {key: value for key, value in (("title", title), ("comment", comment)) if value}


def _codec(name: str, suffix: str) -> Codec:
    if name not in CODECS:
        raise UsageError(f"there is no codec {name!r}", mend=f"choose {', '.join(CODECS)}")
    chosen = CODECS[name]
    if suffix not in chosen.sounds:
        mend = f"{name} fits {', '.join(chosen.sounds)}"
        raise UsageError(f"a {suffix or 'file without suffix'} does not hold {name}", mend=mend)
    return chosen


@contextlib.contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Turn the system's refusals into errors that say how to mend them."""
    av = _av()
    try:
        yield
    except (av.error.FFmpegError, OSError) as error:
        number = getattr(error, "errno", None)
        if number in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)):
            wrong, mend = "the disk is full in the middle of the film", "free some space and make it again"
        elif number in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT):
            wrong, mend = "the film cannot be written there", "choose another folder with --out"
        else:
            wrong = f"the film cannot be encoded: {getattr(error, 'strerror', '') or error}"
            mend = "try another --codec or --size"
        raise MediaError(f"{wrong}; nothing half is left", where=str(path), mend=mend) from error


def _written(
    av: Any,
    frames: Iterable[Pixels],
    temp: Path,
    fps: Fraction,
    sound: Sound | None,
    codec: Codec,
    tags: dict[str, str],
    language: str,
    threads: int,
    keys: Collection[int],
) -> None:
    coming = iter(frames)
    first = next(coming, None)
    if first is None:
        raise MediaError("a film without a frame cannot be written", mend="give it a shot at least")
    options = {"movflags": "+faststart"} if temp.suffix == ".mp4" else {}
    with av.open(str(temp), "w", options=options) as box:
        box.metadata.update(tags)
        video = _video_stream(av, box, codec, first.shape[1], first.shape[0], fps, threads)
        heard = _Heard(av, box, _pieces(sound), codec.sounds[temp.suffix], language) if sound is not None else None
        count, before, frame = 0, None, None
        for pixels in _chained(first, coming):
            if frame is None or pixels is not before:  # a drawing that is held is turned into colours once
                frame, before = _framed(av, pixels, video, count), pixels
            frame.pts, frame.time_base = count, 1 / fps
            kinds = av.video.frame.PictureType
            frame.pict_type = kinds.I if count in keys else kinds.NONE
            for packet in video.encode(frame):
                box.mux(packet)
            count += 1
            if heard is not None:
                heard.until(count / fps)
        for packet in video.encode():
            box.mux(packet)
        if heard is not None:
            heard.end(count / fps)


def _chained(first: Pixels, rest: Iterator[Pixels]) -> Iterator[Pixels]:
    yield first
    yield from rest


def _video_stream(av: Any, box: Any, codec: Codec, width: int, height: int, fps: Fraction, threads: int) -> Any:
    wide, high = width - width % 2, height - height % 2
    if not (16 <= wide <= LARGEST and 16 <= high <= LARGEST):
        raise UsageError(f"a film of {width} x {height} pixels cannot be made", mend=f"16 to {LARGEST} pixels a side")
    name = next((one for one in codec.encoders if one in av.codecs_available), None)
    if name is None:
        raise UsageError(f"this PyAV cannot write {codec.name}", mend=f"choose another of {', '.join(CODECS)}")
    video = box.add_stream(name, rate=fps, options=dict(codec.options[name]))
    video.width, video.height, video.pix_fmt = wide, high, "yuv420p"
    context = video.codec_context
    context.time_base = 1 / fps
    context.thread_count = threads
    # BT.709 throughout, narrow range (ITU-R BT.709, the numbers of ISO/IEC 23091-2).
    context.color_range, context.colorspace, context.color_primaries, context.color_trc = 1, 1, 1, 1
    context.gop_size = max(1, round(float(fps) * 5))
    return video


def _framed(av: Any, pixels: Pixels, video: Any, number: int) -> Any:
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise MediaError(f"a frame is (h, w, 3) of bytes, not {pixels.shape} of {pixels.dtype}")
    if pixels.shape[1] // 2 != video.width // 2 or pixels.shape[0] // 2 != video.height // 2:
        told = f"frame {number} is {pixels.shape[1]} x {pixels.shape[0]}, the first was {video.width} x {video.height}"
        raise MediaError(told, mend="give all frames one size")
    cut = np.ascontiguousarray(pixels[: video.height, : video.width])
    frame = av.VideoFrame.from_ndarray(cut, format="rgb24")
    return frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")


def _pieces(sound: Sound) -> Iterator[Samples]:
    """A sound in pieces, (n, 2)."""
    if sound.rate != RATE:
        raise MediaError(f"the sound of a film has {RATE} Hz, not {sound.rate}", mend="resample it before")
    both = sound.samples if sound.channels == 2 else np.repeat(sound.samples[:, :1], 2, axis=1)
    for at in range(0, len(both), 10 * RATE):
        yield both[at : at + 10 * RATE]


class _Heard:
    """The sound of a film on its way into the file, a little ahead of the frames."""

    STEP = 4800  # samples a time: a tenth of a second

    def __init__(self, av: Any, box: Any, pieces: Iterator[Samples], encoder: str, language: str) -> None:
        self.av, self.box, self.at = av, box, 0
        self.pieces, self.left = pieces, np.zeros((0, 2), np.float32)
        self.stream = box.add_stream(encoder, rate=RATE)
        self.stream.layout = "stereo"
        self.stream.codec_context.bit_rate = 160_000
        if language:
            self.stream.metadata["language"] = language
        form = "fltp" if encoder == "aac" else "flt"
        self.shape = self.av.AudioResampler(format=form, layout="stereo", rate=RATE)

    def until(self, seconds: Fraction) -> None:
        """Everything that is heard until then."""
        while (self.at + self.STEP) <= seconds * RATE:
            self._give(self.STEP)

    def end(self, seconds: Fraction) -> None:
        """The rest, to the sample where the last frame ends."""
        last = round(seconds * RATE)
        while self.at < last:
            self._give(min(last - self.at, self.STEP))
        for packet in self.stream.encode():
            self.box.mux(packet)

    def _give(self, count: int) -> None:
        while len(self.left) < count:
            piece = next(self.pieces, None)
            if piece is None:  # the sound is over: silence follows
                piece = np.zeros((count, 2), np.float32)
            self.left = np.concatenate([self.left, np.asarray(piece, np.float32)])
        piece, self.left = self.left[:count], self.left[count:]
        frame = self.av.AudioFrame.from_ndarray(np.ascontiguousarray(piece.reshape(1, -1)), "flt", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self.at, Fraction(1, RATE)
        for one in self.shape.resample(frame):
            for packet in self.stream.encode(one):
                self.box.mux(packet)
        self.at += count


# -- joining ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """Frames first .. first + count - 1 of a clip that `write` made; `first` is 0 or one of its `keys`."""

    path: Path
    first: int
    count: int


def join(
    pieces: Sequence[Piece],
    path: str | Path,
    *,
    fps: Fraction,
    sound: Iterator[Samples] | None = None,
    title: str = "",
    comment: str = "",
    language: str = "",
) -> Path:
    """Clips of one size and codec put one after the other without coding them again, with sound (48 kHz, (n, 2)).

    What was not changed keeps its very bytes. Frame n of the whole is shown at n / fps. Raises as `write` does.
    """
    path = Path(path)
    codec = _codec_in(pieces)
    encoder = _codec(codec, path.suffix.lower()).sounds[path.suffix.lower()]
    temp = path.with_name(f".maquette-{os.getpid()}-{secrets.token_hex(4)}{path.suffix}")
    try:
        with _refusals(path):
            _joined(_av(), pieces, temp, fps, sound, encoder, _tags(title, comment), language)
            _settle(temp, path)
    finally:
        temp.unlink(missing_ok=True)
    return path


def _codec_in(pieces: Sequence[Piece]) -> str:
    """Which of CODECS the clips are of."""
    if not pieces:
        raise MediaError("a film without a shot cannot be joined", mend="give it a shot at least")
    with _opened(pieces[0].path) as box:
        name = str(box.streams.video[0].codec_context.codec.canonical_name)
    if name not in CODECS:
        raise MediaError(f"a clip of {name} cannot be joined", where=str(pieces[0].path), mend="make it again")
    return name


def _joined(
    av: Any,
    pieces: Sequence[Piece],
    temp: Path,
    fps: Fraction,
    sound: Iterator[Samples] | None,
    encoder: str,
    tags: dict[str, str],
    language: str,
) -> None:
    options = {"movflags": "+faststart"} if temp.suffix == ".mp4" else {}
    with av.open(str(temp), "w", options=options) as box, av.open(str(pieces[0].path)) as first:
        box.metadata.update(tags)
        video = box.add_stream_from_template(first.streams.video[0], opaque=True)
        video.time_base = 1 / fps
        heard = _Heard(av, box, sound, encoder, language) if sound is not None else None
        count = 0
        for piece in pieces:
            for packet in _packets(av, piece):
                packet.stream = video
                packet.pts = packet.dts = count
                packet.duration, packet.time_base = 1, 1 / fps
                box.mux(packet)
                count += 1
                if heard is not None:
                    heard.until(count / fps)
        if heard is not None:
            heard.end(count / fps)


def _packets(av: Any, piece: Piece) -> Iterator[Any]:
    """The packets of a piece. Raises MediaError where the clip has been changed and cannot be cut there."""
    with av.open(str(piece.path)) as box:
        number = given = 0
        for packet in box.demux(box.streams.video[0]):
            if packet.size == 0:
                continue
            if piece.first <= number < piece.first + piece.count:
                if number == piece.first and not packet.is_keyframe:
                    break
                given += 1
                yield packet
            number += 1
    if given != piece.count:
        wrong = f"this clip has not the {piece.count} frames that belong into the film"
        raise MediaError(wrong, where=str(piece.path), mend="delete it and make the film again")


# -- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Footage:
    """What is known of a clip. fps: its mean rate, exact where steady; variable: its frames come at uneven times."""

    path: Path
    width: int
    height: int
    fps: Fraction
    seconds: float
    frames: int
    codec: str
    variable: bool = False
    sound: bool = False
    said: tuple[str, ...] = ()


def probe(path: str | Path) -> Footage:
    """What a clip is, from its packets and its first frame. Raises MediaError for what is no video."""
    path = Path(path)
    with _opened(path) as box:
        stream = box.streams.video[0]
        base = stream.time_base
        times = sorted(packet.pts * base for packet in box.demux(stream) if packet.pts is not None)
        if not times:
            raise MediaError("there is not one frame in it", where=str(path), mend="export the clip again")
        turned = abs(int(_turn_of(box, stream))) % 180 == 90
        wide, high = (stream.height, stream.width) if turned else (stream.width, stream.height)
        fps, variable = _pace(times, stream)
        said: tuple[str, ...] = ()
        if variable:
            said = (f"{path.name} has frames at uneven times (about {float(fps):.3g} a second)",)
        seconds = float(times[-1] - times[0] + 1 / fps)
        whole = (box.duration or 0) / _av().time_base
        if seconds < 0.9 * whole - 0.2 and not box.streams.audio:
            said += (f"{path.name} is cut off: {seconds:.1f} of its {whole:.1f} seconds are there",)
        name = stream.codec_context.name
        return Footage(path, wide, high, fps, seconds, len(times), name, variable, bool(box.streams.audio), said)


def _turn_of(box: Any, stream: Any) -> float:
    """By how many degrees a phone held the picture; 0 where nothing is said."""
    box.seek(0)
    for frame in box.decode(stream):
        return float(getattr(frame, "rotation", 0) or 0)
    return 0.0


def _pace(times: list[Fraction], stream: Any) -> tuple[Fraction, bool]:
    """The rate of a clip, and whether its frames are uneven."""
    if len(times) < 2:
        return Fraction(stream.average_rate or 24), False
    mean = (len(times) - 1) / (times[-1] - times[0])
    told = [Fraction(rate) for rate in (stream.average_rate, stream.guessed_rate) if rate]
    near = min([*told, *RATES.values()], key=lambda rate: abs(rate - mean))
    fps = near if abs(float(near / mean) - 1) < 0.005 else mean.limit_denominator(1001)
    places = [float(time - times[0] - number / fps) for number, time in enumerate(times)]
    return fps, max(abs(one) for one in places) > max(_CLOSE, 0.25 / float(fps))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    av = _av()
    if not path.is_file():
        raise MediaError("there is no such clip", where=str(path), mend="check the name and the folder")
    try:
        with av.open(str(path)) as box:
            if not box.streams.video:
                raise MediaError("there is no picture in it", where=str(path), mend="name a clip with a video track")
            yield box
    except (av.error.FFmpegError, OSError) as error:
        wrong = f"this clip cannot be read: {getattr(error, 'strerror', '') or error}"
        raise MediaError(wrong, where=str(path), mend="play it first; export it again where it does not") from error


def frames(path: str | Path, *, fps: Fraction | None = None) -> Iterator[Pixels]:
    """The frames of a clip (h, w, 3), upright, one after the other.

    At its own times; or with `fps` at even ones: frame n is what is seen at n / fps, so that a clip with a variable
    rate keeps its speed and stays with its sound.
    """
    with _opened(Path(path)) as box:
        stream = box.streams.video[0]
        stream.thread_type = "AUTO"
        start, number, held, last = None, 0, None, Fraction(0)
        for frame in box.decode(stream):
            pixels = _upright(frame)
            if fps is None:
                yield pixels
                continue
            time = Fraction(frame.pts or 0) * frame.time_base
            start = time if start is None else start
            # What came before is seen until this frame's time.
            while held is not None and Fraction(number) / fps < time - start - Fraction(1, 2000):
                yield held
                number += 1
            held, last = pixels, time - start
        end = last + 1 / Fraction(stream.average_rate or 24)
        while held is not None and fps is not None and number / fps < end - Fraction(1, 2000):
            yield held
            number += 1


def _upright(frame: Any) -> Pixels:
    pixels: Pixels = frame.to_ndarray(format="rgb24")
    quarter = round(float(getattr(frame, "rotation", 0) or 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, quarter)) if quarter else pixels


def sound_of(path: str | Path) -> Sound | None:
    """The sound of a clip at 48 kHz in stereo, beginning where its picture begins; None where there is none."""
    av = _av()
    path = Path(path)
    with _opened(path) as box:
        if not box.streams.audio:
            return None
        video = box.streams.video[0]
        begin = float((video.start_time or 0) * video.time_base)
        shape = av.AudioResampler(format="flt", layout="stereo", rate=RATE)
        pieces, first = [], None
        for frame in box.decode(audio=0):
            for one in shape.resample(frame):
                first = float(one.pts * one.time_base) if first is None else first
                pieces.append(one.to_ndarray().reshape(-1, 2))
        for one in shape.resample(None):
            pieces.append(one.to_ndarray().reshape(-1, 2))
    samples = np.concatenate(pieces) if pieces else np.zeros((0, 2), np.float32)
    late = round(((first or 0.0) - begin) * RATE)
    samples = np.concatenate([np.zeros((late, 2), np.float32), samples]) if late > 0 else samples[-late:]
    return Sound(np.ascontiguousarray(samples, np.float32), RATE, path.stem)
