"""Exports as other programs see them: each file is opened by a reader that shares nothing with what wrote it."""

from __future__ import annotations

import json
import re
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

import readers
from maquette.core.errors import DataError, MissingExtra, UsageError
from maquette.media.drawing import parse, read, render
from maquette.media.exports import KINDS, MAKERS, Icon, Settings, codepoints, export
from maquette.media.exports.names import kebab, pascal, snake, unique

PX = 640
LEAST = 0.995  # IoU in every reader; glyphs 0.99
SAMPLES = Path(__file__).parents[2] / "src" / "maquette" / "samples" / "my-icons"


def drawn(inside: str, root: str, box: str = "0 0 24 24"):
    return parse(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {root}>{inside}</svg>')


STROKE = 'fill="none" stroke="currentColor" stroke-width="2"'
ROUND = STROKE + ' stroke-linecap="round" stroke-linejoin="round"'
CENTRED, HUGE = "-12 -12 24 24", "0 0 512 512"
# One icon for each thing that exporters get wrong.
HARD = {
    "bell": read(SAMPLES / "bell.svg"),
    "tilted": drawn('<path d="M4 12a8 4 30 1 1 14 6q-4 2-6-3t-5 1"/>', ROUND),
    "sharp": drawn('<path d="M3 20 12 4l9 16z"/><path d="M8 14h8"/>', STROKE),
    "square-caps": drawn('<path d="M6 6h12M6 12h8"/><path d="M6 18h4"/>', STROKE + ' stroke-linecap="square"'),
    "dots": drawn('<path d="M6 12h.01M12 12h.01M18 12h.01"/>', ROUND.replace('"2"', '"3"')),
    "hole": drawn('<path fill-rule="evenodd" d="M2 2h20v20H2zM7 7h10v10H7z"/>', 'fill="currentColor"'),
    "offset": drawn('<circle cx="0" cy="0" r="9"/><rect x="-4" y="-3" width="8" height="6" rx="2"/>', ROUND, CENTRED),
    "wide": drawn('<ellipse cx="24" cy="12" rx="20" ry="9"/>', ROUND.replace('"2"', '"4"'), "0 0 48 24"),
    "small": drawn('<circle cx=".5" cy=".5" r=".4"/>', ROUND.replace('"2"', '".08"'), "0 0 1 1"),
    "large": drawn('<path d="M100 256c0-90 66-156 156-156s156 66 156 156"/>', ROUND.replace('"2"', '"32"'), HUGE),
    "both": drawn('<path d="M5 5h14v14H5z" fill="currentColor"/><circle cx="12" cy="12" r="10"/>', ROUND),
    "стрелка": drawn('<path d="M4 12h16m-6-6 6 6-6 6"/>', ROUND),
}  # fmt: skip
SOME = ("bell", "hole", "offset", "large")  # where the geometry is known to be right and its wrapping is looked at
TINTED = drawn(
    '<path d="M4 4h16v16H4z" fill="currentColor" stroke="none" opacity=".3"/><path d="M4 4h16v16H4z"/>', ROUND
)
ICONS = [Icon(name, drawing) for name, drawing in HARD.items()]
SEEN = {name: render(drawing, PX) for name, drawing in HARD.items()}


@pytest.fixture(scope="module")
def made():
    """made(kind): the files of all hard icons, by path; made once."""
    done: dict[str, dict[str, bytes]] = {}

    def files(kind: str) -> dict[str, bytes]:
        if kind not in done:
            settings = Settings("hard", sizes=(16, 24), scales=(1, 2), credit="Icons by Ada (ISC)")
            try:
                done[kind] = {file.path: file.data for file in export(kind, ICONS, settings)}
            except MissingExtra as missing:
                pytest.skip(missing.wrong)
        return done[kind]

    return files


def seen_alike(name: str, look, least: float = LEAST) -> None:
    try:
        found = readers.iou(look(), SEEN[name])
    except readers.Absent as absent:
        pytest.skip(f"{absent} is not installed")
    assert found >= least, f"{name}: IoU {found:.4f}"


# -- SVG -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", [readers.resvg, readers.cairosvg, readers.svgelements])
def test_svg_looks_the_same_in_every_reader(made, reader):
    for name in HARD:
        seen_alike(name, lambda name=name: reader(made("svg")[f"{name}.svg"], PX))


@pytest.mark.parametrize("reader", [readers.cairosvg, readers.svgelements])
def test_outlined_svg_looks_like_its_strokes_in_every_reader(made, reader):
    for name in (*SOME, "tilted", "dots"):
        seen_alike(name, lambda name=name: reader(made("outlined")[f"{name}.svg"], PX))


def test_a_clean_svg_has_nothing_that_a_hand_would_have_to_tidy(made):
    for kind in ("svg", "outlined"):
        for path, data in made(kind).items():
            text = data.decode()
            assert "transform" not in text and "style=" not in text and "#" not in text
            assert not re.search(r"\d\.\d{4}", text), path
            root = ElementTree.fromstring(data)
            assert root[0].tag.endswith("title") and root[0].text == path.removesuffix(".svg")
            assert next(iter(root.attrib)) == "viewBox" and "currentColor" in text


def test_the_same_drawing_gives_the_same_text_however_its_file_was_written():
    one = drawn('<path stroke-width="2" d="M4 12h16" stroke="currentColor" fill="none"/>', "")
    other = drawn('<path d="m4.0000 12 16 0"/>', 'stroke="currentColor" fill="none" stroke-width="2"')
    texts = {next(export("svg", [Icon("x", drawing)], Settings())).data for drawing in (one, other)}
    assert len(texts) == 1


def test_outlined_svg_has_fills_only(made):
    for data in made("outlined").values():
        assert b"stroke" not in data


@pytest.mark.slow
def test_inkscape_sees_the_same_svg(made):
    names = [name for name in HARD if name != "wide"]
    try:
        seen = readers.inkscape([made("svg")[f"{name}.svg"] for name in names], PX)
    except readers.Absent:
        pytest.skip("inkscape is not installed")
    for name, ink in zip(names, seen):
        assert readers.iou(ink, SEEN[name]) >= LEAST, name


# -- pixels --------------------------------------------------------------------------------------------------------


def test_every_png_is_drawn_at_its_own_size(made):
    from PIL import Image

    files = made("png")
    assert len(files) == 4 * len(HARD)
    sizes = {"bell-16.png": 16, "bell-16@2x.png": 32, "bell-24.png": 24, "bell-24@2x.png": 48}
    for path, px in sizes.items():
        with Image.open(BytesIO(files[path])) as image:
            assert image.size == (px, px) and image.mode == "RGBA"
        # A picture of 8 bits holds what the renderer drew at this size, to the last bit.
        assert abs(readers.alpha(files[path], px) - render(HARD["bell"], px)).max() < 1 / 255


def test_a_favicon_holds_each_size_and_everything_its_lines_name():
    from PIL import Image

    files = {file.path.removeprefix("bell/"): file.data for file in export("favicon", ICONS[:1], Settings())}
    with Image.open(BytesIO(files["favicon.ico"])) as image:
        assert image.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
        for px in (16, 32, 48):
            image.size = (px, px)
            image.load()
            out = BytesIO()
            image.copy().save(out, "PNG")
            assert abs(readers.alpha(out.getvalue(), px) - render(HARD["bell"], px)).max() < 1 / 255
    told = json.loads(files["site.webmanifest"])
    for one in told["icons"]:
        with Image.open(BytesIO(files[one["src"]])) as image:
            assert f"{image.width}x{image.height}" == one["sizes"]
    named = re.findall(r'href="/([^"]+)"', files["head.html"].decode())
    assert set(named) <= set(files) and len(named) == 4
    with Image.open(BytesIO(files["apple-touch-icon.png"])) as image:
        assert image.size == (180, 180) and image.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)
    seen_alike("bell", lambda: readers.resvg(files["icon.svg"], PX))


def test_a_maskable_icon_keeps_its_ink_inside_the_circle_that_phones_cut():
    import numpy as np
    from PIL import Image

    full = drawn('<path d="M1 1h22v22H1z"/>', STROKE)
    files = {file.path: file.data for file in export("favicon", [Icon("full", full)], Settings())}
    with Image.open(BytesIO(files["full/icon-maskable-512.png"])) as image:
        ink = np.argwhere(np.asarray(image.convert("L")) < 250)
    assert np.hypot(*(ink - 255.5).T).max() <= 0.4 * 512 + 1


# -- documents and resources ---------------------------------------------------------------------------------------


def test_a_pdf_has_a_page_per_icon_and_its_strokes_are_vectors(made):
    (pdf,) = made("pdf").values()
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(pdf)
    assert [mark.get_title() for mark in document.get_toc()] == list(HARD)
    assert document.get_metadata_dict()["Author"] == "Icons by Ada (ISC)"
    kinds = {thing.type for page in document for thing in page.get_objects()}
    assert kinds == {2}  # FPDF_PAGEOBJ_PATH: nothing was turned to pixels
    for number, name in enumerate(HARD):
        seen_alike(name, lambda number=number: readers.pdfium(pdf, number, PX))


def test_android_drawables_keep_the_rules_of_the_format_and_their_looks(made):
    files = made("android")
    assert "res/drawable/ic_strelka.xml" in files
    assert all(re.fullmatch(r"res/drawable/[a-z][a-z0-9_]*\.xml", path) for path in files)
    for name, xml in zip(HARD, files.values()):
        if name == "wide":
            assert b'width="24dp"' in xml and b'height="12dp"' in xml
            continue
        seen_alike(name, lambda xml=xml: readers.android(xml, PX))


def test_android_tints_stand_in_their_own_attribute():
    (file,) = export("android", [Icon("tinted", TINTED)], Settings(colour="rgb(0 90 90)"))
    assert b'fillAlpha="0.3"' in file.data and b'"#FF005A5A"' in file.data
    assert readers.iou(readers.android(file.data, PX), render(TINTED, PX)) >= LEAST


def test_a_loop_that_ends_where_it_began_is_no_dot():
    loop = drawn('<path d="M12 20C0 4 24 4 12 20"/><path d="M6 6h0" stroke-linecap="butt"/>', ROUND)
    (svg,) = export("svg", [Icon("loop", loop)], Settings())
    assert b"C0 4 24 4 12 20" in svg.data and svg.data.count(b"<path") == 1


def test_a_tint_is_of_the_whole_shape_in_every_format():
    pytest.importorskip("pathops")
    pytest.importorskip("reportlab")
    both = drawn('<path d="M5 5h14v14H5z" fill="currentColor" opacity=".4"/>', ROUND.replace('"2"', '"4"'))
    (android,), (pdf,) = (list(export(kind, [Icon("both", both)], Settings())) for kind in ("android", "pdf"))
    for ink in (readers.android(android.data, PX), readers.pdfium(pdf.data, 0, PX)):
        assert readers.iou(ink, render(both, PX)) >= LEAST


@pytest.mark.parametrize("cap", ["round", "square", "butt"])
@pytest.mark.parametrize("dot", ["M12 12h0", "M12 12z"])
def test_a_dot_is_a_dot_in_every_reader(cap, dot):
    pytest.importorskip("reportlab")
    drawing = drawn(f'<path d="{dot}"/><path d="M2 2h6"/>', f'{STROKE.replace("2", "4")} stroke-linecap="{cap}"')
    (svg,), (pdf,) = (list(export(kind, [Icon("dot", drawing)], Settings())) for kind in ("svg", "pdf"))
    for look in (lambda: readers.cairosvg(svg.data, PX), lambda: readers.pdfium(pdf.data, 0, PX)):
        try:
            assert readers.iou(look(), render(drawing, PX)) >= LEAST
        except readers.Absent as absent:
            pytest.skip(f"{absent} is not installed")


def test_a_sprite_shows_every_icon_by_name(made):
    svg = made("sprite")["hard.svg"]
    for name in SOME:
        seen_alike(name, lambda name=name: readers.sprite(svg, name, PX))
    page = made("sprite")["hard.html"].decode()
    assert all(f'href="#{name}"' in page for name in HARD)


# -- components ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("framework", ["react", "vue"])
def test_components_run_in_node_and_draw_their_icons(made, framework, tmp_path):
    folder = unfold(made(framework), tmp_path / framework)
    try:
        shown = readers.components(folder, framework, {"size": 32, "color": "teal"})
    except readers.Absent:
        pytest.skip("node is not installed")
    assert set(shown) == {pascal(name) for name in HARD}
    for name in HARD:
        root = ElementTree.fromstring(shown[pascal(name)])
        assert (root.get("width"), root.get("color"), root.get("aria-hidden")) == ("32", "teal", "true")
        if name in SOME:
            square = re.sub(r' (width|height)="32"', "", shown[pascal(name)], count=2)
            seen_alike(name, lambda square=square: readers.resvg(square.encode(), PX))


@pytest.mark.parametrize("framework", ["react", "vue"])
def test_a_component_takes_stroke_width_and_a_title_for_screen_readers(made, framework, tmp_path):
    folder = unfold(made(framework), tmp_path / framework)
    try:
        shown = readers.components(folder, framework, {"strokeWidth": 1, "title": "a < b"})
    except readers.Absent:
        pytest.skip("node is not installed")
    bell = ElementTree.fromstring(shown["BellIcon"])
    assert (bell.get("stroke-width"), bell.get("role"), bell[0].text) == ("1", "img", "a < b")
    assert ElementTree.fromstring(shown["HoleIcon"]).get("stroke-width") is None


def test_svelte_components_draw_their_icons(made):
    for name in HARD:
        text = made("svelte")[f"icons/{pascal(name)}.svelte"].decode()
        shown = readers.svelte(text, {"color": "#000", "title": "x & y".replace("&", "and")})
        root = ElementTree.fromstring(shown)
        assert root[0].text == "x and y" and root.get("width") == "24"
        if name in SOME:
            seen_alike(name, lambda shown=shown: readers.resvg(shown.encode(), PX))


@pytest.mark.parametrize("framework", ["react", "vue", "svelte"])
def test_a_package_of_components_declares_what_it_exports(made, framework):
    files = made(framework)
    package = json.loads(files["package.json"])
    assert package["sideEffects"] is False and package["name"] == f"hard-{framework}"
    exported = set(re.findall(r"\b(\w+Icon|Icon\d\w*)\b(?= \})", files["index.js"].decode()))
    declared = set(re.findall(r"declare (?:const|class) (\w+)(?=:| extends Icon)", files["index.d.ts"].decode()))
    assert exported == declared == {pascal(name) for name in HARD}
    paths = re.findall(r'from "\./([^"]+)"', files["index.js"].decode())
    assert all(path in files for path in paths) and len(paths) == len(HARD)


def unfold(files, folder: Path) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


# -- names ---------------------------------------------------------------------------------------------------------


def test_names_of_any_script_become_names_of_programs():
    spelt = {name: pascal(name) for name in ("arrow-left", "24h", "стрелка влево", "café", "水", "🚀", "--")}
    assert list(spelt.values()) == [
        *("ArrowLeftIcon", "Icon24h", "StrelkaVlevoIcon", "CafeIcon", "U6c34Icon", "RocketIcon", "IconIcon"),
    ]
    assert (snake("24h"), kebab("ArrowLeft"), snake("Щит 2")) == ("n24h", "arrow-left", "shchit_2")


def test_names_that_would_be_spelt_alike_never_meet():
    names = ["map", "Map", "карта", "karta", "karta2"]
    spelt = unique(names, pascal)
    assert len({one.casefold() for one in spelt.values()}) == len(names)
    assert spelt["karta"] == "KartaIcon" and spelt["карта"] != "KartaIcon"
    for kind in ("react", "android", "svelte"):
        files = list(export(kind, [Icon(name, HARD["bell"]) for name in names], Settings("same")))
        assert len({file.path.casefold() for file in files}) == len(files)


# -- the font ------------------------------------------------------------------------------------------------------


def points_in(files) -> dict[str, int]:
    return codepoints.read_text(files["hard.codepoints.toml"].decode(), "here")[0]


def test_glyphs_are_the_icons(made):
    points, font = points_in(made("font")), made("font")["hard.ttf"]
    for name in HARD:
        seen_alike(name, lambda name=name: readers.fonttools(font, points[name], PX), 0.99)


def test_the_web_font_holds_the_same_glyphs(made):
    from fontTools.ttLib import TTFont

    one, other = (TTFont(BytesIO(made("font")[f"hard.{suffix}"])) for suffix in ("ttf", "woff2"))
    assert other.flavor == "woff2" and one.getBestCmap() == other.getBestCmap()
    for name in one.getGlyphOrder():
        assert one["glyf"][name] == other["glyf"][name]


def test_a_program_that_sets_type_shows_the_icons(made):
    points, font = points_in(made("font")), made("font")["hard.ttf"]
    for name in HARD:
        seen_alike(name, lambda name=name: readers.freetype(font, chr(points[name]), PX, 1 / 8), 0.98)


def test_the_font_is_sound_where_browsers_look(made):
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(made("font")["hard.ttf"]))
    assert {"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "OS/2", "post", "GSUB"} <= set(font.keys())
    assert font["OS/2"].fsType == 0 and font["name"].getDebugName(0) == "Icons by Ada (ISC)"
    for name in font.getGlyphOrder():
        if name.startswith("icon_"):
            assert font["hmtx"][name][0] == font["head"].unitsPerEm
    spelt = font["GSUB"].table.LookupList.Lookup[0].SubTable[0].ligatures
    assert spelt["letter_0062"][0].LigGlyph == "icon_bell"
    css = made("font")["hard.css"].decode()
    assert f'.hard-bell::before {{ content: "\\{points_in(made("font"))["bell"]:x}"; }}' in css


def test_the_same_icons_give_the_same_bytes(made):
    settings = Settings("hard", credit="Icons by Ada (ISC)")
    for kind in ("font", "pdf"):
        made(kind)
        again = {file.path: file.data for file in export(kind, ICONS, settings)}
        assert again == made(kind)


def test_code_points_stay_and_those_of_removed_icons_are_kept():
    before = codepoints.assigned(["bell", "key", "moon"], {})
    after = codepoints.assigned(["anchor", "bell", "moon"], before)
    assert {name: after[name] for name in before} == before
    assert after["anchor"] == before["moon"] + 1
    text = codepoints.text_of({name: after[name] for name in ("anchor", "bell", "moon")}, {"key": after["key"]})
    assert codepoints.read_text(text, "here") == (
        {"bell": 0xE000, "moon": 0xE002, "anchor": 0xE003},
        {"key": 0xE001},
    )


def test_code_points_go_on_in_another_plane_when_the_private_area_is_full():
    points = codepoints.assigned([f"icon{number}" for number in range(6402)], {})
    assert points["icon6399"] == 0xF8FF and points["icon6400"] == 0xF0000
    assert codepoints.assigned(["more"], points)["more"] == 0xF0002
    assert all(one < other for one, other in pairwise(points.values()))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("format = 'codepoints.v2'\n[icons]\n", "codepoints.v2"),
        ("format = 'codepoints.v1'\n[icons]\nbell = 0x41\n", "bell has the code point 0x41"),
        ("format = 'codepoints.v1'\n[icons]\nbell = true\n", "bell"),
        ("format = 'codepoints.v1'\n[icons]\nbell = 0xe001\n[gone]\nkey = 0xe001\n", "bell and key"),
        ("format = 'codepoints.v1'\n[icons\n", "cannot be read"),
        ("format = 'codepoints.v1'\nicons = 3\n", "no table"),
    ],
)
def test_code_points_that_cannot_be_are_named(text, told):
    with pytest.raises(DataError, match=told):
        codepoints.read_text(text, "here")


# -- bad input -----------------------------------------------------------------------------------------------------


def test_every_kind_has_a_maker_and_a_word_of_help():
    assert list(KINDS) == list(MAKERS)


@pytest.mark.parametrize(("kind", "package"), [("font", "fontTools"), ("pdf", "reportlab"), ("outlined", "pathops")])
def test_a_missing_package_is_named_with_the_line_that_installs_it(kind, package, monkeypatch):
    import sys
    from importlib import util

    found = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name, *rest: None if name == package else found(name, *rest))
    monkeypatch.setattr("maquette.media.exports.extra.find_spec", util.find_spec)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra) as error:
        list(export(kind, ICONS[:1], Settings()))
    assert "maquette[icons]" in error.value.mend


def test_a_colour_that_is_none_is_refused():
    with pytest.raises(UsageError, match="blurple"):
        list(export("android", ICONS[:1], Settings(colour="blurple")))
