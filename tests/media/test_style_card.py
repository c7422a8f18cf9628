"""Style cards: a hand is read as it is, one odd icon moves nothing and is named, and what a designer edits is kept."""

from __future__ import annotations

from dataclasses import fields, replace
from importlib.resources import files
from pathlib import Path

import pytest

from maquette.core.errors import MediaError
from maquette.media import drawing as d
from maquette.media.drawing import Arc, Circle, Cubic, Drawing, Line, Paint, Rect, Shape, Subpath
from maquette.media.drawing import Path as Lines
from maquette.media.style_card import StyleCard, as_toml, from_toml, hold, measure, read_card
from maquette.media.style_letters import fitted, lettering, width
from maquette.media.style_pieces import arc_of_cubic, measured, runs
from maquette.media.style_sheet import sheet_png, sheet_svg

SAMPLES = Path(str(files("maquette.samples"))) / "my-icons"
PEN = Paint(width=2.0, cap="round", join="round")


@pytest.fixture(scope="module")
def samples() -> dict[str, Drawing]:
    return {path.name: d.read(path) for path in sorted(SAMPLES.glob("*.svg"))}


def icon(*shapes: Lines | Circle | Rect, paint: Paint = PEN, canvas: float = 24.0) -> Drawing:
    return Drawing((0.0, 0.0, canvas, canvas), tuple(Shape(shape, paint) for shape in shapes))


def chevron(x: float, y: float, size: float = 6.0) -> Lines:
    return Lines((Subpath((x, y), (Line((x + size, y + size)), Line((x + 2 * size, y)))),))


def house_set(count: int = 12, canvas: float = 24.0, step: float = 1.0) -> dict[str, Drawing]:
    """Boxes with corners of 2 and a chevron, each a little different, on a grid of `step`."""
    made = {}
    for k in range(count):
        box = Rect((3 * step, (3 + k % 3) * step), (18 - k % 2) * step, 14 * step, 2 * step, 2 * step)
        made[f"icon-{k}.svg"] = icon(box, chevron(6 * step, (8 + k % 3) * step, 3 * step), canvas=canvas)
    return made


def test_the_hand_of_the_samples_is_read_as_it_was_drawn(samples):
    card = measure(samples, "my-icons").card
    assert (card.canvas, card.grid, card.level, card.width) == (24.0, 0.5, 1.0, 1.5)
    assert (card.cap, card.join, card.paint, card.open) == ("butt", "miter", "stroke", True)
    assert card.radii[0] == 5.0 and set(card.angles) == {0.0, 45.0, 90.0, 135.0}
    assert 1.0 < card.margin < 1.5 and 0.14 < card.ink[0] < 0.19
    assert sum(card.mix.values()) == pytest.approx(1.0, abs=0.01)
    assert len(card.icons) == 24 and not measure(samples).outliers


@pytest.mark.parametrize(
    ("change", "trait", "told"),
    [
        (lambda p: replace(p, width=1.5), "stroke", "odd.svg has stroke 1.5, the rest 2"),
        (lambda p: replace(p, cap="butt"), "cap", "odd.svg has caps butt, the rest round"),
        (lambda p: replace(p, join="miter"), "join", "odd.svg has joins miter, the rest round"),
        (lambda p: replace(p, stroke=False, fill=True), "paint", "odd.svg is filled, the rest are strokes"),
    ],
)
def test_an_icon_with_another_pen_is_named_and_moves_nothing(change, trait, told):
    icons = house_set()
    usual = measure(icons).card
    first = next(iter(icons.values()))
    icons["odd.svg"] = replace(first, shapes=tuple(replace(one, paint=change(one.paint)) for one in first.shapes))
    found = measure(icons)
    (outlier,) = (one for one in found.outliers if one.trait == trait)
    assert outlier.icon == "odd.svg" and outlier.told.startswith(told)
    for name in ("grid", "width", "cap", "join", "margin", "radii", "corners"):
        assert getattr(found.card, name) == getattr(usual, name)
    if trait == "paint":
        assert "`maquette icon lined odd.svg`" in outlier.told


@pytest.mark.parametrize(
    ("odd", "trait"),
    [
        (icon(Rect((0.3, 5), 20, 14, 2, 2), chevron(6, 8, 3)), "margin"),
        (icon(Rect((3, 4), 18, 14, 4, 4), chevron(6, 8, 3)), "radii"),
        (icon(Rect((3.37, 4.19), 17.13, 13.71, 2, 2), chevron(6.21, 8.43, 3.33)), "grid"),
        (icon(Rect((9, 9), 5, 5, 2, 2)), "footprint"),
        (icon(*(Rect((3, 3), 18, 2 * k, 2, 2) for k in range(1, 9))), "ink"),
        (icon(Rect((6, 6), 36, 28, 4, 4), canvas=48.0), "canvas"),
    ],
)
def test_an_icon_that_leaves_its_place_is_named(odd, trait):
    icons = {**house_set(), "odd.svg": odd}
    found = [outlier for outlier in measure(icons).outliers if outlier.icon == "odd.svg"]
    assert trait in {outlier.trait for outlier in found}
    assert all(outlier.told.startswith("odd.svg ") for outlier in found)


def test_caps_of_closed_lines_and_joins_of_smooth_ones_are_nobodys_wish():
    icons = {**house_set(), "ring.svg": icon(Circle((12, 12), 9), paint=Paint(width=2.0, cap="butt", join="miter"))}
    assert not {"cap", "join"} & {outlier.trait for outlier in measure(icons).outliers}


def test_no_icon_and_one_icon_are_no_style():
    with pytest.raises(MediaError, match="no drawing"):
        measure({})
    with pytest.raises(MediaError, match=r"bell\.svg is the only drawing.*\n.*ten to thirty"):
        measure({"bell.svg": icon(Circle((12, 12), 9))})


def test_three_canvases_in_one_folder_are_told_apart_with_the_way_to_split_them():
    many = {
        f"{size}/{name}": one for size in (16, 24, 48) for name, one in house_set(4, float(size), size / 24).items()
    }
    with pytest.raises(MediaError) as refused:
        measure(many)
    assert "12 icons stand on 3 canvases" in refused.value.wrong
    assert all(f"{size}: {size}/icon-0.svg" in refused.value.wrong for size in (16, 24, 48))
    assert "folder of its own" in refused.value.mend


def test_grids_that_do_not_fit_each_other_are_told_apart():
    many = {f"{step:g}/{name}": one for step in (1.0, 0.75, 1.2) for name, one in house_set(5, 24.0, step).items()}
    with pytest.raises(MediaError, match="grids that don't fit each other"):
        measure(many)


def test_filled_icons_alone_are_explained_with_the_command_that_converts():
    fill = Paint(stroke=False, fill=True)
    filled = {f"{k}.svg": icon(Circle((12, 12), 4 + k), paint=fill) for k in range(5)}
    with pytest.raises(MediaError, match=r"5 of 5 icons are filled.*\n.*maquette icon lined 0\.svg"):
        measure(filled)


def test_a_card_is_the_same_after_writing_and_reading(samples, tmp_path):
    card = measure(samples, 'моя "рука"').card
    path = tmp_path / "рука.toml"
    path.write_text(as_toml(card), "utf-8")
    assert read_card(path) == card
    assert path.read_text("utf-8").splitlines()[0] == 'format = "style.v1"'


def test_what_a_designer_edits_in_the_card_is_what_is_read(samples):
    text = as_toml(measure(samples, "mine").card)
    edited = text.replace("width = 1.5", "width = 2").replace('cap = "butt"', 'cap = "round"')
    assert (from_toml(edited).width, from_toml(edited).cap) == (2.0, "round")
    assert from_toml('format = "style.v1"\ncanvas = 32') == StyleCard("", canvas=32.0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("canvas = 24", "no line `format`"),
        ('format = "style.v2"', "'style.v2'"),
        ('format = "style.v1"\ncanvas = 0', "canvas = 0"),
        ('format = "style.v1"\n[stroke]\ncap = "flat"', "butt, round, square"),
        ('format = "style.v1"\n[stroke]\nwidht = 2', "did you mean width"),
        ('format = "style.v1"\n[shape]\nradii = [1, "two"]', "radii"),
        ('format = "style.v1"\n[usual]\nink = [1]', "2 numbers"),
        ("format = ", "no TOML"),
    ],
)
def test_a_wrong_card_says_which_line_is_wrong(text, told):
    with pytest.raises(MediaError) as refused:
        from_toml(text, "my.toml")
    assert told in str(refused.value) and refused.value.where == "my.toml" and refused.value.mend


def test_a_missing_card_says_how_to_write_one(tmp_path):
    with pytest.raises(MediaError, match="maquette icon style"):
        read_card(tmp_path / "no.toml")


def test_holding_a_drawing_gives_it_canvas_pen_and_grid_and_keeps_the_picture():
    card = StyleCard("", canvas=48.0, grid=1.0, width=3.0, cap="butt", join="miter")
    drawn = icon(Rect((3.1, 4.0), 17.9, 14.0, 2, 2), chevron(6.04, 8, 3))
    held = hold(drawn, card)
    assert held.viewbox == (0.0, 0.0, 48.0, 48.0)
    assert {(one.paint.width, one.paint.cap, one.paint.join) for one in held.shapes} == {(3.0, "butt", "miter")}
    assert measure({"a": held, "b": held}).card.grid >= 1.0
    before, after = (
        d.render(replace(drawn, shapes=drawn.shapes), 96),
        d.render(hold(drawn, replace(card, width=4.0)), 96),
    )
    assert float(abs(before - after).mean()) < 0.03
    assert hold(held, card) == held


def test_a_card_says_how_its_units_relate_to_the_encodings():
    assert StyleCard("", canvas=48.0).scale == 0.5


def test_arcs_written_as_cubics_are_seen_as_arcs():
    k = 0.5522847
    quarter = Cubic((0, k * 8), ((1 - k) * 8, 8), (8, 8))
    arc = arc_of_cubic((0, 0), quarter)
    assert arc is not None and arc.rx == pytest.approx(8, abs=0.02) and not arc.sweep
    piece = measured((0, 0), quarter)
    assert piece is not None and piece.kind == "arc" and piece.length == pytest.approx(12.566, abs=0.03)
    assert arc_of_cubic((0, 0), Cubic((4, 8), (4, 8), (8, 0))) is None
    assert arc_of_cubic((0, 0), Cubic((2, 3), (6, -3), (8, 0))) is None


def test_an_s_shaped_curve_and_a_line_without_length_harm_nothing():
    path = Lines((Subpath((2, 2), (Line((2, 2)), Cubic((2, 2), (2, 2), (2, 2)), Arc(3, 3, 0, False, True, (2, 2)))),))
    assert runs(icon(path)) == []


def test_every_field_of_a_card_survives_the_file():
    card = StyleCard("x", **{field.name: getattr(StyleCard("x"), field.name) for field in fields(StyleCard)[1:]})
    changed = replace(card, radii=(2.0, 1.5), corners=(2.0,), level=1.0, gap=1.5, mix={"line": 1.0}, icons=("a.svg",))
    assert from_toml(as_toml(changed)) == changed


def test_the_sheet_shows_every_icon_by_name_and_marks_who_leaves(samples):
    icons = dict(samples)
    icons["odd.svg"] = replace(
        icons["bell.svg"], shapes=tuple(replace(s, paint=replace(s.paint, width=3.0)) for s in icons["bell.svg"].shapes)
    )
    style = measure(icons, "Моя рука & co")
    svg = sheet_svg(style, icons)
    assert svg.count('color="#191713"') == len(icons) + 1  # each once, one of them large
    assert "<text" not in svg and "Моя рука &amp; co" in svg
    plain = sheet_svg(measure(samples), samples)
    assert svg.count("#c8401b") > plain.count("#c8401b")
    png = sheet_png(plain, 300)
    assert png.startswith(b"\x89PNG")


def test_lettering_needs_no_font_and_fits_its_room():
    assert width("АБВ", 7) > 0 and width("É", 7) == width("E", 7)
    assert width(fitted("a very long name of an icon", 7, 60), 7) <= 60
    assert lettering("日", 0, 7, 7).count("<path") == 1


def test_a_sheet_of_very_many_icons_says_how_many_it_leaves_out(samples):
    many = {f"{name}-{k}": one for k in range(7) for name, one in samples.items()}
    style = measure(samples)
    assert sheet_svg(style, many).count('color="#191713"') == 144 + 1


def test_the_samples_hold_to_one_hand(samples):
    card = measure(samples).card
    for name, drawing in samples.items():
        assert drawing.title == name.removesuffix(".svg")
        assert all(shape.paint == Paint(width=1.5, cap="butt", join="miter") for shape in drawing.shapes), name
        assert hold(drawing, card) == drawing, f"{name} leaves the grid of {card.grid}"
