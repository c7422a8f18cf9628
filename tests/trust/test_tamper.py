"""Every byte that is changed outside the credential is found; inside it, nothing that is signed can be bent.

The reader is asked in this process, so that hundreds of changed files take a second; `test_verify.py` asks it as the
command does.
"""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maquette.trust import containers, credentials, picture_boxes, reader, seal
from trust.samples import FILES, SVG, a_work
from trust.tight import shrunk

MANY = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Signed:
    """A sealed file, the bytes that its hash leaves out, and a way to ask the reader about a changed one."""

    def __init__(self, made: seal.Sealed, mime: str, anchors: tuple[bytes, ...], path: Path) -> None:
        self.data, self.sidecar, self.mime, self.anchors, self.path = made.data, made.sidecar, mime, anchors, path
        self.said = self.signed_content(self.data, self.sidecar)
        if mime == "image/avif":  # its hash names kinds of boxes, and no places
            at = self.data.index(b"uuid" + picture_boxes.UUID) - 4
            self.holes = [(at, at + int.from_bytes(self.data[at : at + 4], "big"))]
        else:
            newest = self.said["manifests"][0]["assertions"]["c2pa.hash.data"]
            self.holes = [(e["start"], e["start"] + e["length"]) for e in newest.get("exclusions", ())]

    @property
    def hole(self) -> tuple[int, int]:
        """The bytes of the credential itself."""
        return max(self.holes, key=lambda hole: hole[1] - hole[0], default=(0, 0))

    def outside(self, where: float) -> int:
        """A byte that belongs to the work, by its share of the way."""
        at = int(where * (len(self.data) - sum(end - begin for begin, end in self.holes)))
        for begin, end in sorted(self.holes):
            at += end - begin if at >= begin else 0
        return at

    def signed_content(self, data: bytes, sidecar: bytes | None) -> dict[str, Any]:
        """All that a reader is told, without the report of this very reading."""
        said = credentials.examine(io.BytesIO(data), self.mime, self.anchors, sidecar)["crjson"]
        for manifest in said["manifests"]:
            manifest.pop("validationResults", None)
        return said

    def look(self, data: bytes, sidecar: bytes | None = None) -> dict[str, Any]:
        self.path.write_bytes(data)
        beside = self.path.with_name(self.path.name + ".c2pa")
        if sidecar is not None:
            beside.write_bytes(sidecar)
        asked = {"path": str(self.path), "sidecar": None if sidecar is None else str(beside)}
        return reader.look(asked, self.anchors)


@pytest.fixture(scope="module")
def signed(sealed, ada, tmp_path_factory) -> Callable[[str], Signed]:
    folder = tmp_path_factory.mktemp("tamper")
    kinds = {}
    for kind, (_, mime) in FILES.items():
        kinds[kind] = Signed(sealed(kind, "adopted"), mime, (ada.root,), folder / f"work.{kind}")
    return kinds.__getitem__


def holds(answer: dict[str, Any]) -> bool:
    return answer.get("state") in ("Trusted", "Valid")


def changed(data: bytes, at: int, how: str, byte: int) -> bytes:
    if how == "flip":
        return data[:at] + bytes([data[at] ^ (1 << byte % 8)]) + data[at + 1 :]
    if how == "insert":
        return data[:at] + bytes([byte]) + data[at:]
    return data[:at] + data[at + 1 :]


@MANY
@given(st.sampled_from(sorted(FILES)), st.floats(0, 1, exclude_max=True), st.integers(0, 255), st.data())
def test_every_change_outside_the_credential_is_found(signed, kind, where, byte, draw):
    work = signed(kind)
    how = draw.draw(st.sampled_from(["flip", "insert", "cut"]))
    assert not holds(work.look(changed(work.data, work.outside(where), how, byte), work.sidecar))


@pytest.mark.parametrize("kind", ["jpg", "webp", "tiff", "avif"])
def test_every_byte_of_a_small_picture_is_bound(signed, kind):
    """Each byte of head and tail, and some between: where formats keep what a hash easily forgets."""
    work = signed(kind)
    begin, end = work.hole
    ours = [at for at in range(len(work.data)) if not any(a <= at < b for a, b in work.holes)]
    near = [at for at in ours if at < 40 or at > len(work.data) - 30 or begin - 20 <= at < end + 20]
    for at in near[::2] + ours[::97]:
        assert not holds(work.look(changed(work.data, at, "flip", at), work.sidecar)), at


@pytest.mark.parametrize("box", [b"free", b"skip", b"mfra", b"uuid"])
def test_no_box_is_added_to_an_avif(signed, box):
    work = signed("avif")
    extra = struct.pack(">I", 40) + box + b"x" * 32
    assert not holds(work.look(work.data + extra))
    assert not holds(work.look(work.data[:32] + extra + work.data[32:]))


def test_an_avif_does_not_become_another_kind_of_file(signed):
    work = signed("avif")
    answer = work.look(work.data.replace(b"ftypavif", b"ftypavis", 1))
    assert not holds(answer)


@pytest.mark.parametrize("kind", ["jpg", "webp", "tiff", "avif"])
def test_the_slack_of_a_signature_hides_nothing_in_a_picture(signed, kind):
    work = signed(kind)
    begin, end = work.hole
    at = work.data.index(b"jumb", begin) - 4
    head, store = work.data[begin:at], work.data[at:end]
    answer = work.look(work.data[:begin] + head + shrunk(store, by=600) + b"x" * 600 + work.data[end:])
    assert not holds(answer)


@MANY
@given(st.sampled_from(sorted(FILES)), st.binary(min_size=1, max_size=200))
def test_whatever_is_appended_is_found(signed, kind, tail):
    work = signed(kind)
    assert not holds(work.look(work.data + tail, work.sidecar))


@MANY
@given(st.sampled_from(sorted(FILES)), st.floats(0, 1, exclude_max=True))
def test_a_file_that_was_cut_short_is_found(signed, kind, where):
    work = signed(kind)
    assert not holds(work.look(work.data[: int(where * len(work.data))], work.sidecar))


@MANY
@given(st.sampled_from(sorted(FILES)), st.floats(0, 1, exclude_max=True), st.integers(0, 255), st.data())
def test_inside_the_credential_what_holds_says_the_same(signed, kind, where, byte, draw):
    work = signed(kind)
    how = draw.draw(st.sampled_from(["flip", "flip", "insert", "cut"]))
    if work.sidecar is None:
        begin, end = work.hole
        data, sidecar = changed(work.data, begin + int(where * (end - begin)), how, byte), None
    else:
        data, sidecar = work.data, changed(work.sidecar, int(where * len(work.sidecar)), how, byte)
    answer = work.look(data, sidecar)  # and never an exception
    if holds(answer):
        assert work.signed_content(data, sidecar) == work.said


def test_the_slack_of_a_signature_hides_no_path(signed, sealed):
    data = sealed("svg").data
    begin, end = data.index(b"<c2pa:manifest>") + 15, data.index(b"</c2pa:manifest>")
    tight = base64.b64encode(shrunk(base64.b64decode(data[begin:end]), by=600))
    path = b'</c2pa:manifest><path d="M0 0L24 24"/><x>%s</x><c2pa:manifest>'
    hidden = tight + path.replace(b"%s", b"x" * (end - begin - len(tight) - len(path) + 2))
    answer = signed("svg").look(data[:begin] + hidden + data[end:])
    assert answer["state"] == "Invalid"
    assert containers.UNCOVERED in answer["codes"]


def test_the_slack_of_a_signature_hides_no_chunk(signed, sealed):
    data = sealed("png").data
    (length,) = struct.unpack_from(">I", data, 33)

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    tight = chunk(b"caBX", shrunk(data[41 : 41 + length], by=600))
    hidden = tight + chunk(b"tEXt", b"Comment\0" + b"x" * (600 - 12 - 8))
    answer = signed("png").look(data[:33] + hidden + data[45 + length :])
    assert answer["state"] == "Invalid"
    assert containers.UNCOVERED in answer["codes"]


def test_an_older_manifest_does_not_speak_for_the_newest(signed):
    """A parent with the same content would be believed, if the newest manifest could be made unreadable."""
    work = signed("mid")
    store = work.sidecar
    newest = store.rindex(b"c2ma")
    spoilt = store[:newest] + b"c2mb" + store[newest + 4 :]
    assert not holds(work.look(work.data, spoilt))


def test_a_sidecar_of_another_file_is_found(signed, sealed, ada):
    data, mime = b"another tune", "audio/midi"
    other = seal.seal(a_work(), data, mime, card={}, originality=None, signer=ada, action="created")
    assert not holds(signed("mid").look(FILES["mid"][0], other.sidecar))


@pytest.mark.parametrize("sidecar", [b"", b"nonsense", b"\0\0\0\x10jumb", bytes(4096)])
def test_a_sidecar_that_is_none_makes_the_file_invalid(signed, sidecar):
    answer = signed("mid").look(FILES["mid"][0], sidecar)
    assert answer.get("error") not in (None, "ManifestNotFound")


def test_a_sidecar_never_covers_up_a_broken_credential_inside(signed, ada):
    """Otherwise a changed file could be laundered by whoever signs it anew beside."""
    work = signed("svg")
    broken = work.data.replace(b"</c2pa:manifest>", b"!</c2pa:manifest>")
    other = credentials.sign(
        {
            "claim_generator_info": [{"name": "x"}],
            "assertions": [
                {
                    "label": "c2pa.actions",
                    "data": {
                        "actions": [{"action": "c2pa.created", "digitalSourceType": seal.IPTC + "digitalCreation"}]
                    },
                }
            ],
        },
        broken,
        "audio/midi",
        ada,
    )[1]
    assert not holds(work.look(broken, other))


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + bytes(64), b"RIFF\xff\xff\xff\xffWAVE", SVG[:40]],
)
@pytest.mark.parametrize("kind", ["svg", "png"])
def test_broken_files_bring_no_reader_down(signed, kind, data):
    assert not holds(signed(kind).look(data))


def test_the_slack_of_a_signature_hides_no_sound(signed, sealed):
    data = sealed("wav").data
    at = data.index(b"C2PA")
    (length,) = struct.unpack_from("<I", data, at + 4)
    store = shrunk(data[at + 8 : at + 8 + length], by=600)
    store += bytes(len(store) % 2)
    tight = b"C2PA" + struct.pack("<I", len(store)) + store
    room = len(data) - at - len(tight)
    hidden = tight + b"data" + struct.pack("<I", room - 8) + b"x" * (room - 8)
    answer = signed("wav").look(data[:at] + hidden)
    assert answer["state"] == "Invalid"
    assert containers.UNCOVERED in answer["codes"] or containers.DAMAGED in answer["codes"]


@pytest.mark.parametrize("kind", ["flac", "mp3"])
def test_the_slack_of_a_signature_hides_nothing_in_a_tag(signed, sealed, kind):
    work = signed(kind)
    made = sealed(kind)
    exclusion = work.signed_content(made.data, None)["manifests"][0]["assertions"]["c2pa.hash.data"]["exclusions"][0]
    begin, end = exclusion["start"], exclusion["start"] + exclusion["length"]
    tight = shrunk(made.data[begin:end], by=600)
    answer = work.look(made.data[:begin] + tight + b"x" * 600 + made.data[end:])
    assert answer["state"] == "Invalid" if "state" in answer else answer["error"]
