"""Spoken lines and mouths that are kept: each signed, and saying whose voice it is.

A synthesised line says that it is synthesised and by which program. Mouths of a recording are made only of voices whose
people agreed (`data.likeness`), and carry the word of that agreement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import MissingExtra, UsageError
from ..core.types import Request, Work
from . import files

if TYPE_CHECKING:
    from ..data.likeness import Consent
    from ..makers.film.speech import Spoken, Utterance
    from .lineage import Asset
    from .studio import Studio

KINDS = ("tsv", "json")  # of mouth files: Rhubarb's table and its JSON
MIMES = {"tsv": "text/tab-separated-values", "json": "application/json"}
COMMENT = "made with Maquette: a synthesised voice"


@dataclass(frozen=True)
class Voiced:
    """What was kept: the sound and the mouths, the spoken line itself, and what has to be told, a line each."""

    spoken: Spoken
    sound: Asset | None
    mouths: Asset | None
    remarks: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """One JSON object: the files, how long it is, every word with its seconds."""
        spoken = self.spoken
        told = {
            "path": str(self.sound.path) if self.sound else None,
            "mouths": str(self.mouths.path) if self.mouths else None,
            "seconds": round(spoken.seconds, 3),
            "source": spoken.source,
            "language": spoken.language,
            "voice": spoken.voice,
            "words": [{"start": round(a, 3), "end": round(b, 3), "word": word} for a, b, word in spoken.words],
            "phones": [{"start": round(a, 3), "end": round(b, 3), "phone": phone} for a, b, phone in spoken.phones],
            "said": list(self.remarks),
        }
        kept = self.sound or self.mouths
        return told | ({"credential": dict(kept.credential)} if kept else {})


def voice(
    studio: Studio,
    line: Utterance,
    *,
    out: str | Path = ".",
    mouths: str = "",
    fps: float = 100.0,
    unsigned: bool = False,
) -> Voiced:
    """Speak a line and keep its sound as WAV; with `mouths` ("tsv" or "json") the mouths beside it.

    Raises MissingExtra where no synthesiser is installed: without a sound there is nothing to keep but mouths.
    """
    from ..makers.film import espeak, speech
    from ..media import sound
    from ..media.sound import Sound

    spoken = speech.speak_all([line])[0]
    _require_language(line.text, line.language, spoken.source)
    if not len(spoken.sound) and not mouths:
        raise MissingExtra(
            espeak.NO_PROGRAM if not espeak.program() else "eSpeak NG gave no sound for this line",
            mend="install espeak-ng (apt, brew, or its Windows installer), or ask for mouths alone: --mouths tsv",
        )
    kept = None
    if len(spoken.sound):
        heard = Sound(spoken.sound[:, None], spoken.rate, title=spoken.text[:60])
        data = sound.to_wav(heard, title=heard.title, comment=COMMENT)
        work = _work(heard, spoken.text, {"spoken": _facts(spoken)}, f"spoken by eSpeak NG as {spoken.voice}")
        kept = _keep(studio, work, data, "audio/wav", Path(out), ".wav", unsigned)
    drawn = (
        _keep_mouths(studio, spoken, mouths, fps, out, kept.path if kept else None, {}, unsigned) if mouths else None
    )
    return Voiced(spoken, kept, drawn, spoken.said)


def lips(
    studio: Studio,
    recording: str | Path,
    text: str,
    language: str,
    *,
    consents: Sequence[Consent] = (),
    nobody: bool = False,
    out: str | Path = ".",
    kind: str = "tsv",
    fps: float = 100.0,
    unsigned: bool = False,
) -> Voiced:
    """The mouths of a recorded voice, with its text or without; `nobody`: no real person can be recognised in it.

    A line that was synthesised here needs no consent: its own credential says what it is. Raises RightsError where
    nothing allows to work on the voice, MediaError and UsageError for a recording that cannot be read.
    """
    from ..data import likeness
    from ..makers.film.voices import recorded

    path = Path(recording)
    if kind not in KINDS:
        raise UsageError(f"mouths are not written as {kind}", where="--format", mend=f"one of {', '.join(KINDS)}")
    own = path.is_file() and _synthesised(studio, path)
    people = {} if own else likeness.require(consents, "voice", nobody=nobody, where=str(path))
    if text.strip():
        _require_language(text, language)
    spoken = recorded(path, text, language)
    remarks = (*spoken.said, *(("without a text the sounds are guessed: give --text",) if not text.strip() else ()))
    kept = _keep_mouths(studio, spoken, kind, fps, out, path, people, unsigned)
    return Voiced(spoken, None, kept, remarks)


def _require_language(text: str, language: str, source: str = "") -> None:
    """Raise UsageError for a language whose sounds neither we nor the synthesiser know. source: who spoke it."""
    from ..makers.film import speech

    if language[:2].lower() in speech.LANGUAGES:
        return
    if (source or speech.speak(text, language=language).source) != "espeak-ng":
        ours = ", ".join(speech.LANGUAGES)
        mend = f"choose {ours}; eSpeak NG, where it is installed, knows more: espeak-ng --voices"
        raise UsageError(f"nobody here can speak {language!r}", where="--language", mend=mend)


def _synthesised(studio: Studio, path: Path) -> bool:
    """True for a sound whose valid credential says that the synthesiser spoke it."""
    verdict = studio.verdict(path)
    story = verdict.story if verdict.state in ("valid", "trusted") else None
    return bool(story and (story.get("trace") or {}).get("spoken", {}).get("source") == "espeak-ng")


def _facts(spoken: Spoken) -> dict[str, Any]:
    return {
        "source": spoken.source,
        "language": spoken.language,
        "voice": spoken.voice,
        "seconds": round(spoken.seconds, 3),
        "words": len(spoken.words),
    }


def _keep_mouths(
    studio: Studio,
    spoken: Spoken,
    kind: str,
    fps: float,
    out: str | Path,
    sound: Path | None,
    people: Mapping[str, Any],
    unsigned: bool,
) -> Asset:
    from ..makers.film import lips as drawn

    cues = drawn.cues(spoken, fps)
    text = drawn.to_tsv(cues) if kind == "tsv" else drawn.to_json(cues, sound.name if sound else "")
    name = sound.stem if sound else spoken.text
    made = {
        "mouths": {**_facts(spoken), "cues": len(cues), "fps": fps},
        **({"consent": dict(people)} if people else {}),
    }
    note = f"{len(cues)} mouths of {sound.name if sound else 'a text'}"
    work = _work(cues, name, made, note)
    return _keep(studio, work, text.encode("utf-8"), MIMES[kind], Path(out), f".{kind}", unsigned)


def _work(media: Any, words: str, trace: Mapping[str, Any], note: str) -> Work[Any]:
    request: Request[Any] = Request("film", words, {}, 0, 1)
    return Work(media, request, 0, "", "spoken", note, (), trace)


def _keep(studio: Studio, work: Work[Any], data: bytes, mime: str, out: Path, suffix: str, unsigned: bool) -> Asset:
    from ..trust.seal import Sealed
    from ..trust.seal import unsigned as no_credential

    sealed = Sealed(data, None, no_credential()) if unsigned else studio._seal(work, data, mime, None)
    return studio.library.keep(work, sealed, out, suffix=suffix, stem=files.slug(work.request.prompt)[:40].strip("-"))
