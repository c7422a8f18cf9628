"""Where a net looked and what each part of a request changed is found out by drawing the picture again."""

from __future__ import annotations

import numpy as np
import pytest

import drawn
from maquette.core.types import Request
from maquette.makers.picture import PictureControls
from maquette.makers.picture_why import Heat, boxes_of, inside, share_of, where, why_of, without
from maquette.makers.picture_why_sheet import sheet_of


class Looking:
    """The stand-in's net, that looks at its first word on the left and at all others on the right."""

    def __init__(self):
        self.denoise = drawn.Ideal().denoise

    def looks(self, x, sigma, asked):
        count, tokens = asked.tokens.shape
        places = np.zeros((count, 8, 8, tokens), np.float32)
        places[:, 4, 1, 0], places[:, 4, 6, 1:] = 1, 1
        rough = np.full((count, 16, tokens), 1 / tokens, np.float32)
        return [rough, places.reshape(count, 64, tokens)]


@pytest.fixture(scope="module")
def told():
    controls = PictureControls(style="flat", variety=0.0)
    request = Request("picture", "a red fox left of a house", controls, 7, 1)
    return dict(next(iter(drawn.maker().make(request))).trace)


@pytest.fixture(scope="module")
def why(told):
    net = drawn.net()
    net._denoiser = Looking()
    return why_of(net, told)


def test_a_heat_map_points_where_the_net_looked(why, told):
    heats = {one.word: one for one in why.heats}
    boxes = dict(boxes_of(told))
    assert heats["red"].peak[0] < 0.3 and inside(heats["house"].peak, boxes["house"])
    assert "of" not in heats and heats["house"].heat.max() == pytest.approx(1)


def test_what_each_part_changed_is_seen_where_it_stands(why):
    changes = {one.what: one for one in why.changes}
    fox = changes["the thing “fox”"]
    moved = np.abs(fox.picture - why.drawn).max(axis=-1)
    assert 0.2 < fox.share < 0.8 and moved[:, :16].max() > 0.3 and moved[:, 17:].max() < 0.3
    assert changes["the colour red"].share > 0 and changes["the word “left”"].share == 0


def test_every_part_is_left_out_once(told):
    parts = dict(without({**told, "tone": "dark"}))
    assert "the style flat" in parts and "the skin tone dark" in parts and parts["the style flat"]["things"]
    assert parts["all words (the sketch alone)"]["words"] == []
    assert [one[0] for one in parts["the thing “fox”"]["things"]] == ["house"]
    assert "red" not in parts["the colour red"]["words"]


def test_without_words_there_are_no_heat_maps(told):
    net = drawn.net()
    assert why_of(net, {**told, "words": []}, most=0).heats == ()


def test_the_sheet_shows_all_of_it(why, told):
    near = [("a fox by somebody with a very long name indeed, CC0-1.0", why.sketch)]
    page = sheet_of(why, told, near)
    without_near = sheet_of(why, told)
    assert page.opaque and page.size[1] > without_near.size[1] > 600


def test_places_and_shares_are_plain():
    assert (where((0.1, 0.9)), where((0.5, 0.5)), where((0.9, 0.5))) == ("left bottom", "middle", "right")
    clear = np.zeros((4, 4, 4), np.float32)
    assert share_of(clear, clear) == 0.0 and share_of(clear, clear + 1) == 1.0
    assert Heat("x", np.eye(4, dtype=np.float32)[::-1]).peak == (0.875, 0.125)
