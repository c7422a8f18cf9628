"""Pages of notes that look the same in a browser, as a picture and in print."""

from __future__ import annotations

import io
import re
import sys
from xml.etree import ElementTree

import pytest

from maquette.core.errors import MediaError, MissingExtra
from maquette.media.engrave import Layout, pages_as_bytes, to_pdf, to_png, to_svg
from maquette.media.score import Key, Mark, Note, Part, Score, Tempo, regular_bars

pytest.importorskip("verovio")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def song() -> Score:
    notes = tuple(Note(i * 480, 480, 60 + i % 8, lyric="Ля" if i % 2 else "la-") for i in range(16))
    parts = (Part("Голос", 52, notes, dynamics=(Mark(0, "mf"),)),)
    return Score(parts, regular_bars(4), (Key(0, 5),), (Tempo(0, 90),), (), (Mark(0, "Andante"),), "Песня B♭", "Ия")


def test_pages_are_plain_svg_with_text_where_it_can_be_read(song):
    (page,) = to_svg(song)
    root = ElementTree.fromstring(page)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "defs", "g", "path", "use", "text", "polygon", "polyline", "rect", "ellipse"}
    words = [element.text for element in root.iter(f"{SVG}text")]
    assert {"Голос", "Andante", "Ия", "Ля"} <= set(words)
    assert any("Песня B" in str(word) for word in words)
    assert (root.get("width"), root.get("height"))[0].startswith("209.") or root.get("width") == "210.00mm"
    used = {element.get("{http://www.w3.org/1999/xlink}href")[1:] for element in root.iter(f"{SVG}use")}
    assert used <= {group.get("id") for group in root.iter(f"{SVG}g")}


def test_a_picture_has_ink_and_a_pdf_has_its_words(song):
    from PIL import Image

    with Image.open(io.BytesIO(to_png(song, px=600))) as image:
        assert image.width == 600 and image.convert("L").getextrema() == (0, 255)
    document = to_pdf(song)
    assert document.startswith(b"%PDF") and document == to_pdf(song)
    reader = pytest.importorskip("pypdfium2")
    text = reader.PdfDocument(document)[0].get_textpage().get_text_range()
    assert "Andante" in text and "Голос" in text


def test_long_pieces_take_pages_and_a_strip_takes_one(song):
    notes = tuple(Note(i * 480, 480, 60 + i % 8) for i in range(800))
    long = Score((Part("", 0, notes),), regular_bars(200))
    assert len(to_svg(long)) > 1
    strip = ElementTree.fromstring(to_svg(song, Layout("strip"))[0])
    assert float(strip.get("height").removesuffix("mm")) < 80
    assert len(pages_as_bytes(song, "pdf")) == 1


def test_notes_that_are_to_stand_out_are_painted(song):
    assert "#d55e00" in to_svg(song, colours={(0, 3): "#D55E00"})[0].lower()
    assert "#d55e00" not in to_svg(song)[0].lower()


def test_standard_output_stays_silent(song, capfd):
    to_svg(Score((Part("", 0, (Note(0, 480, 127), Note(5, 7, 0))),), regular_bars(1, 7, 8)))
    assert capfd.readouterr() == ("", "")


def test_a_missing_engraver_is_named(song, monkeypatch):
    monkeypatch.setattr("maquette.media.engrave.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"maquette\[music\]"):
        to_svg(song)


def test_pages_and_sizes_that_are_not_there_are_refused(song):
    with pytest.raises(MediaError, match="page 9"):
        to_png(song, 8)
    with pytest.raises(MediaError, match="5 %"):
        to_svg(song, Layout(size=5))


def test_help_does_not_load_the_engraver():
    assert re.search("engrave", "maquette.media.engrave") and "verovio" not in _fresh_modules()


def _fresh_modules() -> set[str]:
    import subprocess

    code = "import sys, maquette.media.engrave, maquette.media.roll; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}
