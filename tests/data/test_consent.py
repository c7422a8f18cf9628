"""Do-not-train marks are obeyed wherever an author may have put them."""

from __future__ import annotations

import gzip
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.other_signer import signed
from maquette.core.errors import RightsError
from maquette.data import consent, rights
from maquette.data.dataset import open_dataset

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M1 1h9" stroke="currentColor"/></svg>'


def picture(mime: str) -> bytes:
    if mime == "image/svg+xml":
        return SVG
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, mime.rpartition("/")[2])
    return out.getvalue()


def mark(use: str, label: str = "cawg.training-mining", entry: str = "ai_generative_training") -> dict:
    prefix = label.partition(".")[0]
    entries = {f"{prefix}.ai_inference": {"use": "notAllowed"}, f"{prefix}.{entry}": {"use": use}}
    return {"label": label, "data": {"entries": entries}}


@pytest.mark.parametrize("mime", ["image/svg+xml", "image/png", "image/jpeg"])
@pytest.mark.parametrize("label", ["cawg.training-mining", "c2pa.training-mining"])
@pytest.mark.parametrize(("use", "refused"), [("notAllowed", True), ("constrained", True), ("allowed", False)])
def test_the_mark_inside_a_signed_file_is_read(mime, label, use, refused):
    data, _ = signed(picture(mime), mime, [mark(use, label)])
    assert bool(consent.bytes_refusal(data)) is refused


@pytest.mark.parametrize("entry", ["ai_training", "ai_generative_training", "data_mining"])
def test_every_entry_that_speaks_of_training_counts(entry):
    data, _ = signed(SVG, "image/svg+xml", [mark("notAllowed", entry=entry)])
    assert f"cawg.{entry}: notAllowed" in consent.bytes_refusal(data)


def test_a_large_manifest_in_a_jpeg_is_read_across_its_segments():
    long = {"label": "org.other.note", "data": {"text": "a" * 70_000}}
    data, _ = signed(picture("image/jpeg"), "image/jpeg", [long, mark("notAllowed")])
    assert "notAllowed" in consent.bytes_refusal(data)


def test_the_mark_in_a_sidecar_is_read(tmp_path):
    _, store = signed(SVG, "image/svg+xml", [mark("notAllowed")], embed=False)
    (tmp_path / "fox.svg").write_bytes(SVG)
    assert consent.file_refusal(tmp_path / "fox.svg") == ""
    (tmp_path / "fox.svg.c2pa").write_bytes(store)
    assert "notAllowed" in consent.file_refusal(tmp_path / "fox.svg")


def test_a_credential_without_the_mark_is_no_refusal():
    data, _ = signed(SVG, "image/svg+xml", [])
    assert consent.bytes_refusal(data) == ""


def test_a_damaged_mark_is_taken_as_a_no():
    _, store = signed(SVG, "image/svg+xml", [mark("allowed")], embed=False)
    at = store.index(b"cawg.training-mining\0")
    assert consent.bytes_refusal(store) == ""
    assert consent.bytes_refusal(store[:at] + store[at:].replace(b"gentries", b"g\xff\xff\xff\xff\xff\xff\xff", 1))
    assert consent.bytes_refusal(store[: at + 30])


def test_a_prohibition_in_the_metadata_is_read():
    note = b"<plus:DataMining>http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING</plus:DataMining>"
    assert consent.bytes_refusal(SVG.replace(b"<path", b"<metadata>" + note + b"</metadata><path"))


@pytest.mark.parametrize(
    ("rules", "refused"),
    [
        ([{"location": "/", "tdm-reservation": 1}], True),
        ([{"location": "/", "tdm-reservation": 0}], False),
        ([{"location": "/art/*", "tdm-reservation": 1, "tdm-policy": "https://ada.example/terms"}], True),
        ([{"location": "/other/*", "tdm-reservation": 1}], False),
        ([{"location": "/", "tdm-reservation": 1}, {"location": "/art/fox.svg$", "tdm-reservation": 0}], False),
        ([{"location": "/", "tdm-reservation": 0}, {"location": "/art", "tdm-reservation": 1}], True),
        ({"location": "/*.svg", "tdm-reservation": "1"}, True),
        ("not a list", True),
    ],
)
@pytest.mark.parametrize("name", ["tdmrep.json", ".well-known/tdmrep.json"])
def test_a_reservation_above_the_files_is_obeyed(tmp_path, rules, refused, name):
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "fox.svg").write_bytes(SVG)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(json.dumps(rules))
    assert bool(consent.file_refusal(tmp_path / "art" / "fox.svg")) is refused


def test_training_on_a_marked_file_is_refused_by_name_though_its_licence_is_open(tmp_path):
    data, _ = signed(SVG, "image/svg+xml", [mark("notAllowed")])
    (tmp_path / "owl.svg").write_bytes(data)
    (tmp_path / "fox.svg").write_bytes(SVG)
    (tmp_path / "licence.toml").write_text('licence = "CC0-1.0"')
    dataset = open_dataset(tmp_path)
    with pytest.raises(RightsError, match=r"1 of 2 items.*owl\.svg.*notAllowed") as caught:
        rights.require_training(dataset.items, tmp_path)
    assert caught.value.exit_code == 4


def test_a_mark_inside_a_compressed_drawing_is_read():
    data, _ = signed(SVG, "image/svg+xml", [mark("notAllowed")])
    assert "notAllowed" in consent.bytes_refusal(gzip.compress(data))


@pytest.fixture(scope="module")
def stores() -> dict[str, bytes]:
    assertions = [mark("notAllowed")]
    _, store = signed(SVG, "image/svg+xml", assertions, embed=False)
    return {"svg": signed(SVG, "image/svg+xml", assertions)[0], "store": store, "gz": gzip.compress(store, mtime=0)}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_file_breaks_the_search(stores, data):
    store = bytearray(stores[data.draw(st.sampled_from(sorted(stores)))])
    for at in data.draw(st.lists(st.integers(0, len(store) - 1), min_size=1, max_size=8)):
        store[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(store)))
    assert isinstance(consent.bytes_refusal(bytes(store[:cut] if cut % 3 else store)), str)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_after_a_label_are_survived(tail):
    assert isinstance(consent.bytes_refusal(b"cawg.training-mining\0\0\0\1\0cbor" + tail), str)
