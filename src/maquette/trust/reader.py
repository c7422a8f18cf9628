"""The reader's own process: `python -m maquette.trust.reader`, asked by `trust.verify` over standard input.

The C2PA library is native code that reads strangers' files. Here it may crash, loop or eat memory without taking the
command down: the parent watches the clock, this process limits its own memory where the system lets it.

In:  one JSON object {"anchors": [PEM], "files": [{"path", "mime", "sidecar": path or null}], "memory": bytes}
Out: for each file a line {"begin": number}, then a line {"done": number, ...what `look` returns}
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import IO, Any

from . import containers, credentials, foreign, story

LONGEST_SIDECAR = 64 << 20  # bytes
LONGEST_ANSWER = 8 << 20  # characters of JSON that one file's story may take


def main() -> None:
    """Answer one batch."""
    asked = json.loads(sys.stdin.buffer.read())
    _limit_memory(int(asked["memory"]))
    anchors = tuple(pem.encode("ascii") for pem in asked["anchors"])
    for number, file in enumerate(asked["files"]):
        _say({"begin": number})
        try:
            answer = look(file, anchors)
        except MemoryError:
            answer = _error("OutOfMemory", "reading this file takes more memory than a reader is given")
        except OSError as error:
            answer = _error("Unreadable", error.strerror or str(error))
        except Exception as error:  # whatever a hostile file brings about: it is invalid, and the next one is read
            answer = _error(type(error).__name__, str(error))
        _say({"done": number, **answer})


def look(file: Mapping[str, Any], anchors: tuple[bytes, ...]) -> dict[str, Any]:
    """What one file says of itself: {"state", "codes", "manifests", "declared"} or {"error", "message", "declared"}."""
    with open(file["path"], "rb") as stream:
        mime = credentials.mime_of(file["path"], stream.read(4096))
        found, store = _error("ManifestNotFound", ""), None
        if mime in credentials.READS and (mime != "image/svg+xml" or _spells(stream, b"manifest")):
            stream.seek(0)
            found = credentials.examine(stream, mime, anchors)
        if file["sidecar"] and "error" in found and not _broken_inside(stream, mime, found["error"]):
            with open(file["sidecar"], "rb") as sidecar:
                store = sidecar.read(LONGEST_SIDECAR)
            stream.seek(0)
            found = credentials.examine(stream, mime, anchors, store)
            if found.get("error") == "ManifestNotFound":  # a sidecar is there, and no credential is in it
                found["error"] = "Manifest"
        if "error" in found:
            declared = foreign.declared(stream, mime) if found["error"] == "ManifestNotFound" else []
            return {**found, "declared": declared}
        if not found["crjson"].get("manifests"):
            return _error("Manifest", "the credential holds no manifest")
        answer = _told(found)
        if code := containers.fault(stream, mime, found["crjson"], store):
            answer["state"] = "Invalid"
            answer["codes"].append(code)
        return {**answer, "where": "embedded" if store is None else "sidecar"}


def _broken_inside(stream: IO[bytes], mime: str, error: str) -> bool:
    """True if a credential inside cannot be read: a sidecar must not cover that up."""
    marks = {"image/png": b"caBX", "image/svg+xml": b"manifest"}
    return error != "ManifestNotFound" and _spells(stream, marks.get(mime, b"c2pa"))


def _spells(stream: IO[bytes], word: bytes) -> bool:
    """True if a word stands anywhere in a file. Searched in blocks: parsing all of a big drawing takes seconds."""
    stream.seek(0)
    tail = b""
    while block := stream.read(1 << 20):
        if word in tail + block:
            return True
        tail = block[-len(word) :]
    return False


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    results = _object(found["results"])
    codes = [one["code"] for one in _objects(_object(results.get("activeManifest")).get("failure"))]
    for delta in _objects(results.get("ingredientDeltas")):
        codes += [one["code"] for one in _objects(_object(delta.get("validationDeltas")).get("failure"))]
    manifests = [gist(one) for one in found["crjson"]["manifests"]]
    while len(manifests) > 1 and len(json.dumps(manifests)) > LONGEST_ANSWER:
        manifests.pop()  # the oldest parents first; the active manifest stands in front
    return {"state": found["state"], "codes": codes, "manifests": manifests}


def gist(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of one manifest (crJSON) that people are told of, whatever else a stranger has put into it."""
    assertions = _object(manifest.get("assertions"))
    claim = _object(manifest.get("claim.v2") or manifest.get("claim"))
    generator = claim.get("claim_generator_info")
    generator = _object(generator[0] if isinstance(generator, list) and generator else generator)
    certificate = _object(_object(manifest.get("signature")).get("certificateInfo"))
    actions = _object(assertions.get("c2pa.actions.v2") or assertions.get("c2pa.actions"))
    lineage = assertions.get(story.LABEL)
    return {
        "label": _text(manifest.get("label")),
        "title": _text(claim.get("dc:title")),
        "generator": _text(generator.get("name")),
        "signer": _text(_object(certificate.get("subject")).get("CN")),
        "issuer": _text(_object(certificate.get("issuer")).get("CN")),
        "actions": _objects(actions.get("actions")),
        "ingredients": [_ingredient(one) for one in _objects(list(assertions.values())) if one.get("relationship")],
        "lineage": lineage if story.well_formed(lineage) else {},
        "training": _entries(_object(assertions.get("cawg.training-mining")).get("entries")),
    }


def _ingredient(one: Mapping[str, Any]) -> dict[str, Any]:
    # Only the address of the parent's manifest; its checks are those of the day it was taken in.
    manifest = _text(_object(one.get("activeManifest")).get("url")).rpartition("/")[2]
    kept = {key: one[key] for key in ("dc:title", "relationship", "description") if isinstance(one.get(key), str)}
    return {**kept, "metadata": _object(one.get("metadata")), "manifest": manifest}


def _entries(value: Any) -> dict[str, Any]:
    return {key: one for key, one in _object(value).items() if isinstance(one, dict)}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"error": kind, "message": message, "declared": []}


def _say(line: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _limit_memory(size: int) -> None:
    """Cap this process's address space; Windows has no such limit, and macOS does not always keep it."""
    try:
        import resource
    except ImportError:
        return
    try:
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
    except (ValueError, OSError):
        return


if __name__ == "__main__":
    main()
