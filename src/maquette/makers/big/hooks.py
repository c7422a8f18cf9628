"""Large models of others behind a film: found by what they can do, never needed.

A package offers a back end as an entry point of the group `maquette.backends`, named CAPABILITY.NAME:

    [project.entry-points."maquette.backends"]
    "llm.my-llama" = "my_package:Llama"

The class says under which licence it stands and what it learnt from, and whether it can run here; docs/backends.md
shows one of each kind. Where none is there, or one fails, the local way is taken and that is said: never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

GROUP = "maquette.backends"
T = TypeVar("T")

# What a back end may do, and what is done here without one.
CAPABILITIES: Mapping[str, str] = {
    "llm": "the shots are chosen by the grammar of rules",
    "video": "footage is restyled by painted key frames",
    "face": "mouths and faces are drawn from the sounds of speech",
    "tts": "eSpeak NG speaks where it is installed, else captions carry the words",
    "motion": "bodies are moved by the starter's net and the motion graph",
}
# Those that make likenesses of people are asked for by name, never taken by themselves.
BY_NAME_ONLY = frozenset({"video", "face"})
_METHODS = {"llm": "answer", "video": "restyle", "face": "face", "tts": "speak", "motion": "move"}


class Backend(Protocol):
    """What every back end tells of itself."""

    name: str
    licence: str  # of the weights: an SPDX id, or the name of their own terms
    lineage: str  # what it learnt from, as far as its makers say: "not disclosed" where they do not

    def ready(self) -> str:
        """Why it cannot run here, for people; "" if it can. Must not load weights nor use the network."""
        ...


@runtime_checkable
class Answers(Protocol):
    """llm: a text in, one JSON object out that follows the schema (JSON Schema 2020-12)."""

    def answer(self, prompt: str, schema: Mapping[str, Any]) -> str: ...


@runtime_checkable
class Restyles(Protocol):
    """video: frames (h, w, 3) of bytes in, as many of the same size out; key: a painted first frame or None."""

    def restyle(
        self, frames: Iterator[NDArray[np.uint8]], words: str, key: NDArray[np.uint8] | None, fps: float
    ) -> Iterator[NDArray[np.uint8]]: ...


@runtime_checkable
class Faces(Protocol):
    """face: mono sound (n,) in, weights of a face (t, 52) out, 30 a second, in the order of Apple's ARKit."""

    def face(self, sound: NDArray[np.float32], rate: int) -> NDArray[np.float32]: ...


@runtime_checkable
class Speaks(Protocol):
    """tts: a line in, mono sound (n,) float32 and its rate out."""

    def speak(self, text: str, language: str, voice: str) -> tuple[NDArray[np.float32], int]: ...


@runtime_checkable
class Moves(Protocol):
    """motion: words in, (frames, 140) out, as `encodings.joints` writes motion."""

    def move(self, words: str, frames: int, seed: int) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class Found:
    """A back end that is installed. backend is None where it could not be loaded; why: it cannot run."""

    capability: str
    name: str
    backend: Any = None
    licence: str = ""
    lineage: str = ""
    why: str = ""

    def as_dict(self) -> dict[str, str]:
        """One JSON object, as `--json` prints it."""
        told = {"capability": self.capability, "name": self.name, "licence": self.licence, "lineage": self.lineage}
        return {**told, "state": self.why or "ready"}


@dataclass(frozen=True)
class Done:
    """What a capability gave: by a back end, or ("" ) the local way; and what is to be said."""

    value: Any
    by: str = ""
    licence: str = ""
    lineage: str = ""
    said: tuple[str, ...] = ()


def found(capability: str = "") -> tuple[Found, ...]:
    """All back ends that are installed, or those of one capability; broken ones with the reason."""
    from importlib.metadata import entry_points

    out = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: str(point.name)):
        kind, _, name = point.name.partition(".")
        if capability and kind != capability:
            continue
        out.append(_looked_at(kind, name, point.load))
    return tuple(out)


def _looked_at(kind: str, name: str, load: Callable[[], Any]) -> Found:
    """A back end as it tells of itself; whatever goes wrong in another's package is a reason, not a failure."""
    if kind not in CAPABILITIES or not name:
        known = ", ".join(CAPABILITIES)
        return Found(kind, name, why=f"its entry point is not named CAPABILITY.NAME with one of {known}")
    try:
        made = load()
        backend = made() if isinstance(made, type) else made
        licence, lineage = str(getattr(backend, "licence", "")), str(getattr(backend, "lineage", ""))
        if not licence or not lineage:
            return Found(kind, name, None, licence, lineage, "it does not say its licence and its lineage")
        if not callable(getattr(backend, _METHODS[kind], None)):
            return Found(kind, name, None, licence, lineage, f"it has no method {_METHODS[kind]!r}")
        return Found(kind, name, backend, licence, lineage, str(backend.ready()))
    except Exception as error:
        return Found(kind, name, why=f"it could not be loaded: {type(error).__name__}: {str(error)[:120]}")


def with_backend(
    capability: str,
    wanted: str,
    ask: Callable[[Any], T],
    local: Callable[[], T],
    *,
    check: Callable[[T], str] | None = None,
) -> Done:
    """`ask(backend)` where a back end is wanted and can run, else `local()`; which of the two is in the answer.

    wanted: a name, "auto" for the first that is ready, "" for the local way. check: gives a reason why an answer cannot
    be taken, "" if it can. A back end that fails or answers wrongly is said, and the local way
    is taken.
    """
    if not wanted:
        return Done(local())
    chosen, said = _chosen(capability, wanted)
    if chosen is None:
        return Done(local(), said=(*said, f"so the local way is taken: {CAPABILITIES[capability]}"))
    try:
        value = ask(chosen.backend)
        why = check(value) if check is not None else ""
    except Exception as error:
        why = f"{type(error).__name__}: {str(error)[:160]}"
    if why:
        told = f"{chosen.name} did not do it ({why}), so the local way is taken: {CAPABILITIES[capability]}"
        return Done(local(), said=(told,))
    told = f"made by {chosen.name} ({chosen.licence}); it learnt from: {chosen.lineage}"
    return Done(value, chosen.name, chosen.licence, chosen.lineage, (told,))


def _chosen(capability: str, wanted: str) -> tuple[Found | None, tuple[str, ...]]:
    there = found(capability)
    if wanted == "auto":
        if capability in BY_NAME_ONLY:
            return None, (f"back ends for {capability} are asked for by name",)
        ready = [one for one in there if one.backend is not None and not one.why]
        return (ready[0], ()) if ready else (None, (f"no back end for {capability} is ready",))
    named = next((one for one in there if one.name == wanted), None)
    if named is None:
        known = ", ".join(one.name for one in there) or "none"
        return None, (f"there is no back end {wanted!r} for {capability} (installed: {known})",)
    if named.why or named.backend is None:
        return None, (f"{wanted} cannot run: {named.why}",)
    return named, ()
