"""C2PA credentials: the only module that speaks with the c2pa library.

Offline always: no time stamp, no remote manifests, no revocation look-ups, no thumbnails. `sign` puts a manifest into a
file's bytes, or beside them as a sidecar; `examine` reads one back with everything the library has to say of it.
"""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from ..core.errors import CredentialError
from .keys import Signer

SPEC_VERSION = "2.4.0"
# Extended key usages that a signer may have: e-mail protection, document signing, C2PA claim signing.
KEY_USAGES = "1.3.6.1.5.5.7.3.4\n1.3.6.1.5.5.7.3.36\n1.3.6.1.4.1.62558.2.1\n"
# Formats of ours that carry their credential inside; notes (.mid, .abc, .musicxml) have it in a sidecar.
EMBEDS = frozenset(
    (
        *("image/svg+xml", "image/png", "image/jpeg", "image/webp", "image/tiff", "image/avif"),
        *("audio/wav", "audio/flac", "audio/mpeg", "video/mp4"),
    )
)
READS = EMBEDS | {
    "image/gif",
    "image/heic",
    "audio/mp4",
    "video/quicktime",
    "application/pdf",
    "application/epub+zip",
}
MIME_OF_SUFFIX = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".bmp": "image/bmp",
    ".ora": "image/openraster",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".mid": "audio/midi",
    ".midi": "audio/midi",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".fountain": "text/plain",
    ".bvh": "text/plain",
    ".gltf": "model/gltf+json",
    ".glb": "model/gltf-binary",
    ".usda": "model/vnd.usda",
    ".abc": "text/vnd.abc",
    ".musicxml": "application/vnd.recordare.musicxml+xml",
    ".mxl": "application/vnd.recordare.musicxml",
    ".xml": "application/xml",
    ".json": "application/json",
}
OTHER = "application/octet-stream"
_ONE_AT_A_TIME = threading.Lock()  # the native signer is shared; a signature takes two milliseconds


@dataclass(frozen=True)
class Source:
    """A file that a work came from: its bytes, kind and sidecar (None if it carries its own credential, or none)."""

    label: str  # what the manifest's actions call it
    record: Mapping[str, Any]  # title, relationship, description, metadata
    data: bytes
    mime: str
    sidecar: bytes | None = None


def sidecar_of(path: Path) -> Path:
    """Where the credential of a file lies that cannot carry one: NAME.EXT.c2pa."""
    return path.with_name(path.name + ".c2pa")


def mime_of(name: str, head: bytes = b"") -> str:
    """The kind of a file by its first bytes, and where they say nothing, by its name."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE"):
        return "image/webp" if head[8:12] == b"WEBP" else "audio/wav"
    if head[:4] in (b"II*\0", b"MM\0*"):
        return "image/tiff"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"):
        return "image/avif"
    if head[:4] in (b"fLaC", b"MThd"):
        return "audio/flac" if head[:4] == b"fLaC" else "audio/midi"
    if re.search(rb"<(\w+:)?svg[\s>/]", head[:4096]):
        return "image/svg+xml"
    return MIME_OF_SUFFIX.get(Path(name).suffix.lower(), OTHER)


def sign(
    manifest: Mapping[str, Any], data: bytes, mime: str, signer: Signer, sources: Sequence[Source] = ()
) -> tuple[bytes, bytes | None]:
    """The signed bytes, and the sidecar for what cannot carry a credential inside (then the bytes are as they were).

    Raises CredentialError if the library refuses the manifest or the file.
    """
    if mime in EMBEDS:
        try:
            return _sign(manifest, data, mime, signer, sources, embed=True)[0], None
        except CredentialError:
            # A drawing in UTF-16, an empty one: the library cannot put anything into it, so it goes beside.
            pass
    # Of what the library could embed into (a PDF, a JPEG) it hashes the file as if it had: as plain bytes it does not.
    kind = OTHER if mime in READS else mime
    return data, _sign(manifest, data, kind, signer, sources, embed=False)[1]


def _sign(
    manifest: Mapping[str, Any], data: bytes, mime: str, signer: Signer, sources: Sequence[Source], *, embed: bool
) -> tuple[bytes, bytes]:
    import c2pa

    out = io.BytesIO()
    with _ONE_AT_A_TIME:
        try:
            context, native = _context((signer.root,)), _native_signer(signer.chain, signer.key)
            whole, resources = _with_sidecars(manifest, sources, context)
            with closing(c2pa.Builder(json.dumps({**whole, "format": mime}), context=context)) as builder:
                for name, content in resources.items():
                    builder.add_resource(name, io.BytesIO(content))
                for source in sources:
                    if source.sidecar is None:
                        record = json.dumps({**source.record, "label": source.label})
                        builder.add_ingredient(record, _known(source.mime), io.BytesIO(source.data))
                if not embed:
                    builder.set_no_embed()
                store = builder.sign(native, mime, io.BytesIO(data), out)
                return out.getvalue(), store
        except c2pa.C2paError as error:
            raise CredentialError("the credential could not be written", where=f"{mime}: {error}") from error


def _with_sidecars(
    manifest: Mapping[str, Any], sources: Sequence[Source], context: Any
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest with those sources whose credential lies beside them: its store and its check go in as they are."""
    import c2pa

    ingredients, resources = list(manifest.get("ingredients", ())), {}
    for number, source in enumerate(sources):
        if source.sidecar is None:
            continue
        reader = c2pa.Reader(
            _known(source.mime), io.BytesIO(source.data), manifest_data=source.sidecar, context=context
        )
        with closing(reader):
            told = json.loads(reader.json())
        name = f"parent-{number}.c2pa"
        resources[name] = source.sidecar
        ingredients.append(
            {
                **source.record,
                "label": source.label,
                "format": source.mime,
                "active_manifest": told["active_manifest"],
                "validation_results": told["validation_results"],
                "manifest_data": {"format": "application/c2pa", "identifier": name},
            }
        )
    return {**manifest, "ingredients": ingredients}, resources


def _known(mime: str) -> str:
    return mime if mime in READS else OTHER


@lru_cache(maxsize=8)
def _context(anchors: tuple[bytes, ...]) -> Any:
    import c2pa

    settings: dict[str, Any] = {
        "builder": {"thumbnail": {"enabled": False}},
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    }
    if anchors:
        settings["trust"] = {"user_anchors": b"\n".join(anchors).decode("ascii"), "trust_config": KEY_USAGES}
    return c2pa.Context.from_dict(settings)


@lru_cache(maxsize=4)
def _native_signer(chain: bytes, key: bytes) -> Any:
    import c2pa

    return c2pa.Signer.from_info(c2pa.C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=key, ta_url=None))


def examine(
    stream: IO[bytes], mime: str, anchors: tuple[bytes, ...] = (), sidecar: bytes | None = None
) -> dict[str, Any]:
    """Everything the library says of a file: {"state", "results", "crjson"}, or {"error": kind, "message"}.

    `error` is "ManifestNotFound" where there is no credential; every other one means that a credential is there and
    cannot be read. Meant to run in a process of its own (`trust.reader`): this is native code on a stranger's bytes.
    """
    import c2pa

    try:
        reader = c2pa.Reader(_known(mime), stream, manifest_data=sidecar, context=_context(anchors))
        with closing(reader):
            return {
                "state": reader.get_validation_state(),
                "results": reader.get_validation_results() or {},
                "crjson": json.loads(reader.crjson()),
            }
    except c2pa.C2paError as error:
        # "Kind: message"; the class is the same word behind an underscore and a prefix.
        kind = type(error).__name__.removeprefix("_C2pa").removeprefix("C2pa")
        return {"error": kind, "message": str(error)}


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """A file for reading; a named CredentialError where it cannot be opened."""
    try:
        with open(path, "rb") as file:
            yield file
    except OSError as error:
        raise CredentialError("the file cannot be read", where=f"{path}: {error.strerror or error}") from error
