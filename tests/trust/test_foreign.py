"""What files of other programs declare is told; where nothing is declared, nothing is claimed."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from maquette.trust.verify import verify, verify_all
from trust.samples import SVG, png

IPTC = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description Iptc4xmpExt:DigitalSourceType='
    '"http://cv.iptc.org/newscodes/digitalsourcetype/%s"/></rdf:RDF></x:xmpmeta>'
)


def with_text(keyword: str, text: str, kind: bytes = b"tEXt") -> bytes:
    """A PNG with one text chunk after its header."""
    raw = text.encode("utf-8" if kind == b"iTXt" else "latin-1")
    body = {b"tEXt": raw, b"zTXt": b"\0" + zlib.compress(raw), b"iTXt": b"\0\0\0\0" + raw}[kind]
    data = keyword.encode() + b"\0" + body
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return png()[:33] + chunk + png()[33:]


A1111 = "a fox\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512"
FILES = {
    "a1111.png": (with_text("parameters", A1111), "A1111"),
    "a1111-z.png": (with_text("parameters", A1111, b"zTXt"), "A1111"),
    "comfy.png": (with_text("workflow", '{"nodes": []}'), "ComfyUI"),
    "comfy-prompt.png": (with_text("prompt", '{"3": {"class_type": "KSampler"}}'), "ComfyUI"),
    "invoke.png": (with_text("invokeai_metadata", "{}"), "InvokeAI"),
    "software.png": (with_text("Software", "Krita 5"), "Krita 5"),
    "iptc.png": (with_text("XML:com.adobe.xmp", IPTC % "trainedAlgorithmicMedia", b"iTXt"), "made by a trained model"),
    "iptc-z.png": (with_text("XML:com.adobe.xmp", IPTC % "digitalCreation", b"zTXt"), "made by a person"),
    "iptc.svg": (SVG.replace(b"<title>", f"{IPTC % 'digitalArt'}<title>".encode()), "by a person"),
    "a1111.jpg": (b"\xff\xd8\xff\xe1" + ("UNICODE\0" + A1111).encode("utf-16-be") + b"\xff\xd9", "A1111"),
    "inkscape.svg": (SVG.replace(b"<svg", b'<svg xmlns:inkscape="http://www.inkscape.org/x"'), "Inkscape"),
}


def test_what_a_foreign_file_declares_is_told_and_called_unsigned(tmp_path, at):
    paths = []
    for name, (data, _) in FILES.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(data)
    for verdict in verify_all(paths, at=at):
        name = Path(verdict.path).name
        if name == "a1111.jpg":  # no picture in it: the reader may call it broken
            continue
        assert verdict.state == "unsigned", name
        assert any(FILES[name][1] in said for said in verdict.declared), (name, verdict.declared)
        assert "no credential" in verdict.summary


def test_generation_parameters_in_a_photographs_exif_are_seen(tmp_path):
    import io

    from maquette.trust.foreign import declared

    assert "A1111" in declared(io.BytesIO(FILES["a1111.jpg"][0]), "image/jpeg")[0]


def test_where_nothing_is_declared_nothing_is_claimed(tmp_path, at):
    for name, data in {"plain.svg": SVG, "plain.png": png(), "notes.txt": b"hello", "no-suffix": b"\0\1"}.items():
        (tmp_path / name).write_bytes(data)
        verdict = verify(tmp_path / name, at=at)
        assert (verdict.state, verdict.declared) == ("unsigned", ())
        assert "cannot tell" in verdict.summary


@pytest.mark.parametrize("length", [0xFFFFFFFF, 0x7FFFFFFF, 5])
def test_a_text_chunk_that_lies_about_its_length_does_no_harm(length):
    import io

    from maquette.trust.foreign import declared

    data = png()[:33] + struct.pack(">I", length) + b"zTXtparameters\0\0xx" + png()[33:]
    assert isinstance(declared(io.BytesIO(data), "image/png"), list)


def test_a_packed_bomb_is_unpacked_within_bounds():
    import io

    from maquette.trust.foreign import LONGEST_TEXT, png_texts

    texts = png_texts(io.BytesIO(with_text("parameters", "a" * (8 << 20), b"zTXt")))
    assert len(texts["parameters"]) <= LONGEST_TEXT
