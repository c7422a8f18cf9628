"""Verifying: what a file's credential is worth, told in four honest words and never in one green tick.

trusted   everything is as it was signed, by somebody whose root this reader trusts
valid     everything is as it was signed, by somebody whom this reader does not know
invalid   something was changed, or the credential cannot be read
unsigned  there is no credential; what the file declares of itself is told, and proves nothing
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..checkpoints.contents import CARD, differences
from ..core.errors import CredentialError, UsageError
from ..core.settings import Places, places
from . import keys
from .credentials import sidecar_of

State = Literal["trusted", "valid", "invalid", "unsigned"]
SECONDS = 15.0  # that one file may take, and
SECONDS_PER_MB = 0.1  # for every megabyte of it
MEMORY = 1 << 31  # bytes of address space that the reader may take
READER = ["-m", "maquette.trust.reader"]  # what Python runs as the reader
CRASHED = "general.error"  # the code of C2PA for what has none of its own

SWAPPED = "assertion.collectionHash.mismatch"  # a file of a sealed model or folder is another than it was
EXPORTED = "exported"  # the lineage's word for what was made for other tools
# A file whose lineage names others by hash, by the lineage's word: they are looked at with it.
LISTS = {"trained": CARD, EXPORTED: "contents.json"}

CODES_OF_ERRORS = {
    "AssertionNotFound": "assertion.missing",
    "Decoding": "claim.cbor.invalid",
    "Signature": "claimSignature.mismatch",
    "RemoteManifest": "manifest.inaccessible",
}
WORDS = {
    "assertion.dataHash.mismatch": "the content is not what was signed",
    "assertion.bmffHash.mismatch": "the content is not what was signed",
    "assertion.boxesHash.mismatch": "the content is not what was signed",
    "assertion.collectionHash.mismatch": "a member of the collection is not what was signed",
    "assertion.dataHash.additionalExclusionsPresent": "something lies where only the credential may lie",
    "assertion.hashedURI.mismatch": "a statement in the credential was changed",
    "hashedURI.mismatch": "a part of the credential was changed",
    "assertion.missing": "a statement is missing from the credential",
    "assertion.undeclared": "a statement was added to the credential",
    "claimSignature.mismatch": "the signature does not fit the claim",
    "claimSignature.missing": "the signature is missing",
    "claimSignature.outsideValidity": "it was signed outside the life of the certificate",
    "claim.cbor.invalid": "the claim cannot be decoded",
    "claim.missing": "the claim is missing",
    "claim.hardBindings.missing": "nothing ties the credential to this content",
    "signingCredential.untrusted": "the signer is unknown to this reader",
    "signingCredential.invalid": "the certificate is not one that may sign",
    "signingCredential.expired": "the certificate has run out",
    "manifest.inaccessible": "the credential lies on a server, and the network is closed",
    "ingredient.manifest.missing": "the credential of a parent is missing",
    "ingredient.manifest.mismatch": "the credential of a parent was changed",
    "ingredient.claimSignature.mismatch": "the signature of a parent's credential does not fit",
    CRASHED: "the credential is damaged",
}


@dataclass(frozen=True)
class Verdict:
    """What was found out about one file. `story` is our lineage ({} in foreign files), `chain` all manifests, newest
    first; `failures` are C2PA codes; `declared` is what a file without credential says of itself."""

    path: str
    state: State
    failures: tuple[str, ...]
    signer: str
    summary: str
    story: Mapping[str, Any] = field(default_factory=dict, repr=False)
    chain: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    declared: tuple[str, ...] = ()
    where: Literal["embedded", "sidecar", "none"] = "none"

    @property
    def holds(self) -> bool:
        """True if all is as it was signed."""
        return self.state in ("trusted", "valid")

    def as_dict(self) -> dict[str, Any]:
        """The object of `maquette verify --json`."""
        return {
            "path": self.path,
            "state": self.state,
            "failures": list(self.failures),
            "signer": self.signer,
            "summary": self.summary,
            "declared": list(self.declared),
        }


def verify(path: Path | str, *, trust: Sequence[Path] = (), at: Places | None = None) -> Verdict:
    """The verdict on one file. `trust`: further roots (PEM). Raises UsageError if there is no such file."""
    return verify_all([path], trust=trust, at=at)[0]


def verify_all(paths: Sequence[Path | str], *, trust: Sequence[Path] = (), at: Places | None = None) -> list[Verdict]:
    """The verdicts on many files, read in one process of their own; a sidecar `NAME.EXT.c2pa` is found by itself.

    `at` holds the keys that count as one's own; without it those of this installation. A file that crashes the reader,
    or on which it takes too long, is invalid, and the others are read all the same.
    """
    files = [_asked(Path(path)) for path in paths]
    anchors = [pem.decode("ascii") for pem in (*keys.anchors(at or places()), *map(keys.read_root, trust))]
    answers: dict[int, dict[str, Any]] = {}
    while len(answers) < len(files):
        waiting = [number for number in range(len(files)) if number not in answers]
        for number, answer in _batch([files[number] for number in waiting], anchors):
            answers[waiting[number]] = answer
    return [_verdict(str(path), answers[number]) for number, path in enumerate(paths)]


def read_story(path: Path | str, *, at: Places | None = None) -> dict[str, Any]:
    """The lineage that a file carries: request, seed, tokens, model. Raises CredentialError if it cannot be relied on.

    A work is not remade from a story that somebody may have changed.
    """
    verdict = verify(path, at=at)
    if verdict.state == "unsigned":
        raise CredentialError(
            "this file carries no credential", where=str(path), mend="give a file that Maquette sealed"
        )
    if not verdict.holds:
        raise CredentialError(
            f"this file's credential does not hold: {verdict.summary}",
            where=str(path),
            mend="take the untouched copy in the library, or `maquette adopt` the changed one",
        )
    if not verdict.story:
        raise CredentialError("this file was not made by Maquette", where=str(path), mend="see `maquette show`")
    return dict(verdict.story)


def _asked(path: Path) -> dict[str, Any]:
    if path.suffix == ".c2pa" and path.with_suffix("").is_file():
        path = path.with_suffix("")  # the sidecar was named, the work beside it is meant
    if not path.is_file():
        wrong = "this is a folder" if path.is_dir() else "there is no such file to verify"
        raise UsageError(wrong, where=str(path), mend="name a file that is there")
    beside = sidecar_of(path)
    # Absolute, as seen from here: the reader is handed nothing to search for.
    return {"path": os.path.abspath(path), "sidecar": os.path.abspath(beside) if beside.is_file() else None}


# -- the reader's process -------------------------------------------------------------------------------------------


def _batch(files: Sequence[Mapping[str, Any]], anchors: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Answers by number in `files`, up to the first that brings the reader down; that one gets an answer too."""
    child = subprocess.Popen(
        [sys.executable, *READER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": _search_path()},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        lines: queue.Queue[bytes] = queue.Queue()
        question = json.dumps({"anchors": list(anchors), "files": list(files), "memory": MEMORY}).encode()
        threading.Thread(target=_talk, args=(child, question, lines), daemon=True).start()
        for number, file in enumerate(files):
            answer = _answer(lines, _patience(file["path"]))
            yield number, answer
            if "lost" in answer:
                return
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


def _talk(child: subprocess.Popen[bytes], question: bytes, lines: queue.Queue[bytes]) -> None:
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(question)
        child.stdin.close()
        for line in child.stdout:
            lines.put(line)
    except (OSError, ValueError):
        pass  # it died or was stopped; the empty line says so
    lines.put(b"")


def _answer(lines: queue.Queue[bytes], seconds: float) -> dict[str, Any]:
    """The next "done" line; where the reader died or took too long, an answer that says so."""
    while True:
        try:
            line = lines.get(timeout=seconds)
            told = json.loads(line) if line else None
        except queue.Empty:
            return {"error": "Timeout", "message": f"the reader took longer than {seconds:.0f} s", "lost": True}
        except ValueError:
            told = None
        if told is None:
            return {"error": "Crash", "message": "the reader broke down on this file", "lost": True}
        if "done" in told:
            answer: dict[str, Any] = told
            return answer


def _patience(path: str) -> float:
    try:
        return SECONDS + SECONDS_PER_MB * os.path.getsize(path) / 1e6
    except OSError:
        return SECONDS


def _search_path() -> str:
    """PYTHONPATH with the folder that this package was loaded from, wherever the program was started."""
    package = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH", "")])])


# -- the verdict ----------------------------------------------------------------------------------------------------


def _verdict(path: str, answer: Mapping[str, Any]) -> Verdict:
    if answer.get("error") == "ManifestNotFound":
        said = tuple(answer.get("declared") or ())
        origin = "; ".join(said) if said else "cannot tell where it comes from: nothing is declared"
        return Verdict(path, "unsigned", (), "", f"no credential; {origin}", declared=said)
    if answer.get("error") == "Unreadable":
        raise CredentialError("the file cannot be read", where=f"{path}: {answer['message']}")
    if answer.get("error") == "Timeout":  # on a busy machine nothing need be wrong with the file
        told = f"{answer['message']}: it is broken, or this machine is busy now [{CRASHED}]"
        return Verdict(path, "invalid", (CRASHED,), "", f"could not be read in time: {told}")
    if "error" in answer:
        code = _code_of(answer)
        return Verdict(path, "invalid", (code,), "", f"does not hold: {_in_words(code, answer['message'])} [{code}]")
    codes = tuple(dict.fromkeys(answer["codes"]))
    chain = tuple(answer["manifests"])
    newest: Mapping[str, Any] = chain[0] if chain else {}
    signer = newest.get("signer", "")
    state: State = {"Trusted": "trusted", "Valid": "valid"}.get(answer["state"], "invalid")  # type: ignore[assignment]
    told = _summary(state, codes, signer)
    story = newest.get("lineage") or {}
    if state != "invalid" and (changed := _changed_files(Path(path), story)):
        state, codes = "invalid", (*codes, SWAPPED)
        told = f"does not hold: {'; '.join(changed)} [{SWAPPED}]"
    return Verdict(path, state, codes, signer, told, story, chain, where=answer["where"])


def _changed_files(path: Path, story: Mapping[str, Any]) -> list[str]:
    """For the card of a model and the list of a folder, what lies beside it and is not what was sealed with it."""
    files, expected = (story.get("trace") or {}).get("files"), LISTS.get(str(story.get("how")))
    if expected is None or not isinstance(files, dict):
        return []
    card = path.with_suffix("") if path.suffix == ".c2pa" else path
    return differences(card.parent, files) if card.name == expected else []


def _summary(state: State, codes: Sequence[str], signer: str) -> str:
    who = signer or "an unnamed signer"
    if state == "trusted":
        return f"as it was signed by {who}, whom you trust"
    if state == "valid":
        return f"as it was signed by somebody who goes by {who}, whom this reader does not know"
    real = [code for code in codes if code != "signingCredential.untrusted"] or [CRASHED]
    return "does not hold: " + "; ".join(f"{WORDS.get(code, 'it fails a check')} [{code}]" for code in real)


def _code_of(answer: Mapping[str, Any]) -> str:
    """The C2PA code of a reader's error: the one named in its message, or the nearest to its kind."""
    named = next((code for code in WORDS if code in str(answer.get("message"))), None)
    return named or CODES_OF_ERRORS.get(answer["error"], CRASHED)


def _in_words(code: str, message: str) -> str:
    return (
        f"{WORDS.get(code, 'it fails a check')} ({message})"
        if message and code == CRASHED
        else WORDS.get(code, message)
    )
