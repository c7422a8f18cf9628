"""The tour and its page: nothing is fetched, nothing is pre-made, and a changed file is told from a signed one."""

from __future__ import annotations

import contextlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from maquette.core.progress import silent
from maquette.interfaces import gallery as g
from maquette.interfaces import gallery_motion
from maquette.interfaces import gallery_music as gm
from maquette.interfaces import gallery_pictures as gp
from maquette.interfaces.cli import tour_film, tour_motion, tour_music, tour_pictures
from maquette.interfaces.cli.root import run
from maquette.media import drawing as d
from maquette.studio.studio import Studio
from maquette.trust.verify import verify

PATHS = '<path id="x" d="M4 4l8 8q4 4 8 0"/><rect width="4" height="4"/>'
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{PATHS}</svg>'


class Strict(HTMLParser):
    """Fails on a tag that is not closed where it should be."""

    EMPTY = ("meta", "br", "path", "rect", "circle", "ellipse", "img")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            assert self.open.pop() == tag


@pytest.fixture(autouse=True)
def without_music_and_pictures(monkeypatch):
    """The tour's music, pictures and film take seconds: they are tried by themselves."""
    monkeypatch.setattr(tour_music, "STARTER", "none")
    monkeypatch.setattr(tour_pictures, "FOLDER", "none")
    monkeypatch.setattr(tour_film, "FOLDER", "none")
    monkeypatch.setattr(tour_motion, "ASKED", ())


@pytest.fixture
def toured(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = run(["tour", "<b>rocket & ракета</b>", "--out", "tour", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert code == 0 and told["verified"]
    return Path(told["path"])


def test_the_tour_makes_works_a_page_and_verifies_everything(toured):
    text = toured.read_text("utf-8")
    assert toured.name == "gallery.html"
    works = [path for path in toured.parent.glob("*.svg") if "tampered" not in path.name]
    assert len(works) == 13  # two manners of the toy, six works each, and one edited
    assert {verify(path).state for path in works} == {"trusted"}
    tampered = next(toured.parent.glob("*tampered.svg"))
    assert verify(tampered).state == "invalid"
    for words in ("12 of 12 trusted", "One, edited", "One, tampered with", "assertion.dataHash.mismatch", "Credits"):
        assert words in text
    assert "Lucide Contributors" in text and "maquette remake" in text


def test_the_page_is_one_file_without_a_request_or_a_script(toured):
    text = toured.read_text("utf-8")
    assert not re.search(r"""src="(?!data:)|(?:href|action)\s*=|url\(|@import|<script|<link""", text)
    assert not re.search(r"""<[^>]*https?://[^>]*>""", text)  # an address in the credits is only words
    assert "default-src 'none'" in text
    assert "<b>" not in text and "&lt;b&gt;rocket &amp; ракета" in text
    Strict().feed(text)


def test_a_second_tour_overwrites_nothing(toured, capsys):
    before = toured.read_bytes()
    assert run(["tour", "boat", "--out", "tour"]) == 0
    assert "gallery-2.html" in capsys.readouterr().out
    assert toured.read_bytes() == before


def test_a_tour_that_finds_a_tampered_file_trusted_ends_with_3(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("maquette.interfaces.cli.tour.CIRCLE", "")
    assert run(["tour", "boat"]) == 3


def test_the_tours_piece_is_written_played_and_verified(tmp_path, monkeypatch, tiny_music):
    monkeypatch.setattr(tour_music, "BARS", 2)
    desk = Studio()
    made = tour_music.compose(desk, tmp_path, 0, silent, str(tiny_music))
    tune, states = tour_music.shown(desk, made)
    assert set(states.values()) == {"trusted"}
    assert {".mid", ".musicxml", ".wav", ".mp3"} <= {path.suffix for path in states}
    assert ("bars", "2") in tune.facts and tune.sound and tune.roll.startswith("<svg")
    assert tour_music.compose(desk, tmp_path, 0, silent) is None  # without a model the tour has no music


def test_a_tune_on_the_page_has_its_notes_its_roll_and_a_player():
    files = [
        gm.File("a-mazurka.mid", "the piece, as MIDI", "trusted", "signed"),
        gm.File("x.wav", "sound", "invalid", ""),
    ]
    tune = gm.Tune(
        "a <mazurka>", "Mazurka in A minor", [("bars", "16")], "<svg>p</svg>", "<svg>r</svg>", b"mp3", files, 1.5
    )
    text = g.page(g.Gallery("boat", [], None, None, {}, "Ada", 1.0, tune=tune))
    assert text.count('src="data:image/svg+xml;base64,') == 2 and 'src="data:audio/mpeg;base64,bXAz"' in text
    assert "a &lt;mazurka&gt;" in text and "a-mazurka.mid" in text and 'class="mark invalid"' in text
    assert "media-src data:" in text and not re.search(r"""src="(?!data:)""", text)


def test_the_tours_pictures_are_made_of_the_samples_and_verified(tmp_path, monkeypatch):
    small = tmp_path / "small"
    small.mkdir()
    monkeypatch.setattr(tour_pictures, "FOLDER", "pictures")
    with tour_pictures.samples() as folder:
        for name in (tour_pictures.PHOTO, tour_pictures.PAINTING, tour_pictures.SURFACE):
            with Image.open(folder / name) as picture:
                assert max(picture.size) <= 640
                picture.resize((64, 64)).save(small / name)
        (small / "items.jsonl").write_bytes((folder / "items.jsonl").read_bytes())
    monkeypatch.setattr(tour_pictures, "samples", lambda: contextlib.nullcontext(small))
    monkeypatch.setattr(tour_pictures, "SIZE", 48)
    monkeypatch.setattr(tour_pictures, "STARTER", "none")
    desk = Studio()
    made = tour_pictures.paint(desk, "boat", tmp_path, 0, silent)
    pictures, states = tour_pictures.shown(desk, made, "boat")
    assert set(states.values()) == {"trusted"} and len(states) == 6
    told = " ".join(line for _, lines in pictures.story for line in lines)
    assert "Evening with poplars (rendered)" in told and "The Maquette authors" in told
    assert "is not packaged" in list(tour_pictures.told(made))[-1]
    text = g.page(g.Gallery("boat", [], None, None, {}, "Ada", 1.0, pictures=pictures))
    assert text.count('src="data:image/webp;base64,') == 2 and "no sprites" in text
    Strict().feed(text)


def test_sprites_stand_on_the_page_with_the_nearest_training_picture():
    near = {"title": "fox", "author": "Ada <A>", "licence": "MIT"}
    sprite = gp.Image("a-fox-0.png", b"png", ".png", "trusted", "", {"originality": {"nearest": [near]}})
    step = gp.Step("stylise", (gp.Image("pears.jpg", b"j", ".jpg"),), sprite, None, 1.0)
    text = gp.section(gp.Pictures("fox", (step,), [sprite], 2.0, model="picture-1"), g.MARKS)
    assert "nearest: fox by Ada &lt;A&gt;, MIT" in text and "Four by picture-1" in text


def test_inline_drawings_carry_no_ids_and_take_the_colour_of_the_text():
    text = g.inline(d.parse(SVG), 24, 'a "quoted" <label>')
    assert 'width="24"' in text and " id=" not in text and "xmlns" not in text
    assert "a &quot;quoted&quot; &lt;label&gt;" in text
    on = [point for point, on in g.points(d.parse(SVG)) if on]
    assert len(on) == 3 + 4


def test_the_credits_name_every_set_and_person_of_the_card():
    sets = [{"set": f"set{n}", "items": n, "licence": "MIT", "copyright": f"Person {n}"} for n in range(1, 30)]
    card = {"name": "icon-1", "parameters": 7_600_000, "datasets": [{"sets": sets}], "attribution": ["Ada", "Grace"]}
    work = g.Shown("a.svg", d.parse(SVG), "trusted", "fine")
    text = g.page(g.Gallery("boat", [("round", [work])], None, None, card, "Ada", 1.0))
    assert all(f"Person {n} · MIT" in text for n in range(1, 30))
    assert "Ada<br>Grace" in text and "7.6 million" in text
    assert text.index("Person 29") < text.index("Person 2 ")


def test_the_tours_motions_say_by_which_way_they_were_made(tmp_path, monkeypatch):
    monkeypatch.setattr(tour_motion, "ASKED", (("a man walks", 1.0, ""),))
    desk = Studio()
    made = tour_motion.move(desk, tmp_path, 0, silent)
    moved, states = tour_motion.shown(desk, made)
    assert list(states.values()) == ["trusted"]
    page = gallery_motion.section(moved, {"trusted": "trusted"})
    assert "a man walks" in page and "data:image/webp;base64," in page and moved[0].note in page
