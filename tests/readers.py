"""Other programs' eyes: each function reads a file that we wrote and gives the ink that it sees, (px, px) in 0..1.

None of them shares code with what wrote the file. Programs that are not installed raise `Absent`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

SVG = "http://www.w3.org/2000/svg"
ANDROID = "{http://schemas.android.com/apk/res/android}"


class Absent(Exception):
    """A program or package that is not on this machine."""


def needed(name: str) -> Any:
    try:
        return import_module(name)
    except (ImportError, OSError) as error:  # OSError: a system library behind it is missing
        raise Absent(name) from error


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Absent(name)
    return found


def iou(one: Any, other: Any) -> float:
    """Intersection over union of two coverages."""
    one, other = _averaged(one), _averaged(other)
    union = float(np.maximum(one, other).sum())
    return float(np.minimum(one, other).sum()) / union if union else 1.0


def _averaged(ink: Any) -> Any:
    """Blocks of 4 x 4 pixels as one: what is compared is where the ink lies, and not how each smooths its edges."""
    px = ink.shape[0] // 4
    return ink[: 4 * px, : 4 * px].reshape(px, 4, px, 4).mean(axis=(1, 3))


def alpha(png: bytes, px: int) -> Any:
    """The ink of a picture with transparency, centred in a square if it is none."""
    from PIL import Image

    with Image.open(BytesIO(png)) as image:
        return _square(np.asarray(image.convert("RGBA"), dtype=np.float32)[:, :, 3] / 255, px)


def darkness(image: Any, px: int) -> Any:
    """The ink of black on white."""
    return _square(1 - np.asarray(image.convert("L"), dtype=np.float32) / 255, px)


def _square(ink: Any, px: int) -> Any:
    square = np.zeros((px, px), dtype=np.float32)
    height, width = min(px, ink.shape[0]), min(px, ink.shape[1])
    top, left = (px - height) // 2, (px - width) // 2
    square[top : top + height, left : left + width] = ink[:height, :width]
    return square


# -- SVG -----------------------------------------------------------------------------------------------------------


def resvg(svg: bytes, px: int) -> Any:
    module = needed("resvg_py")
    return alpha(bytes(module.svg_to_bytes(svg_string=svg.decode(), width=px, height=px, dpi=96)), px)


def cairosvg(svg: bytes, px: int) -> Any:
    """CairoSVG knows no currentColor without a `color`, so one is given as a page would."""
    module = needed("cairosvg")
    coloured = svg.replace(b"<svg ", b'<svg color="#000" ', 1)
    return alpha(module.svg2png(bytestring=coloured, output_width=px, output_height=px), px)


def svgelements(svg: bytes, px: int) -> Any:
    """Read by svgelements, written again from its own objects (arcs as cubics), and looked at."""
    module = needed("svgelements")
    read = module.SVG.parse(BytesIO(svg), reify=False, width=None, height=None, color="black")
    text = ElementTree.fromstring(svg)
    shapes = []
    for shape in read.elements():
        if not isinstance(shape, module.Shape):
            continue
        path = module.Path(shape)
        path.approximate_arcs_with_cubics()
        shapes.append(f'<path d="{path.d(relative=False, transformed=False)}" {_svgelements_paint(shape)}/>')
    box = text.get("viewBox")
    return resvg(f'<svg xmlns="{SVG}" viewBox="{box}">{"".join(shapes)}</svg>'.encode(), px)


def _svgelements_paint(shape: Any) -> str:
    # svgelements keeps the words of attributes that it has no objects for.
    values = {key: value for key, value in shape.values.items() if isinstance(value, str)}
    names = ("stroke-linecap", "stroke-linejoin", "fill-rule", "opacity")
    told = {name: values[name] for name in names if name in values}
    told["fill"] = shape.fill.hexrgb if shape.fill is not None and shape.fill.value is not None else "none"
    told["stroke"] = shape.stroke.hexrgb if shape.stroke is not None and shape.stroke.value is not None else "none"
    told["stroke-width"] = f"{float(values.get('stroke-width', 1)):g}"
    return " ".join(f'{key}="{value}"' for key, value in told.items())


def inkscape(svgs: list[bytes], px: int) -> list[Any]:
    """Many files in one start of Inkscape."""
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{number}.svg" for number in range(len(svgs))]
        for name, svg in zip(names, svgs):
            Path(folder, name).write_bytes(svg)
        subprocess.run(
            [program("inkscape"), "--export-type=png", "-w", str(px), "-h", str(px), *names],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=300,
        )
        return [alpha(Path(folder, name).with_suffix(".png").read_bytes(), px) for name in names]


def sprite(svg: bytes, name: str, px: int, reader: Any = resvg) -> Any:
    """One symbol of a sprite, used as a page uses it."""
    root = ElementTree.fromstring(svg)
    symbol = next(one for one in root.iter(f"{{{SVG}}}symbol") if one.get("id") == name)
    inside = svg.decode().replace(' style="display:none"', "").replace(f'<svg xmlns="{SVG}">', "").strip()
    _, _, width, height = map(float, symbol.get("viewBox", "").split())
    use = f'<use href="#{name}" width="{width:g}" height="{height:g}"/>'
    body = inside.removesuffix("</svg>")
    text = f'<svg xmlns="{SVG}" viewBox="0 0 {width:g} {height:g}"><defs>{body}</defs>{use}</svg>'
    return reader(text.encode(), px)


# -- documents, fonts, resources -----------------------------------------------------------------------------------


def pdfium(pdf: bytes, page: int, px: int) -> Any:
    """A page of a PDF, as Chrome draws it."""
    document = needed("pypdfium2").PdfDocument(pdf)
    one = document[page]
    return darkness(one.render(scale=px / max(one.get_size())).to_pil(), px)


def freetype(font: bytes, text: str, px: int, drop: float) -> Any:
    """What a program shows that sets `text` in a font, `px` high; `drop` is the descender's share of the em."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (px, px))
    face = ImageFont.truetype(BytesIO(font), px)
    ImageDraw.Draw(image).text((0, round(px * (1 - drop))), text, font=face, fill=255, anchor="ls")
    return np.asarray(image, dtype=np.float32) / 255


def fonttools(font: bytes, point: int, px: int) -> Any:
    """The glyph of a code point, drawn from its curves."""
    from fontTools.pens.svgPathPen import SVGPathPen
    from fontTools.ttLib import TTFont

    face = TTFont(BytesIO(font))
    name, units, low = face.getBestCmap()[point], face["head"].unitsPerEm, face["hhea"].descent
    pen = SVGPathPen(face.getGlyphSet())
    face.getGlyphSet()[name].draw(pen)
    turned = f'<path transform="translate(0 {units + low}) scale(1 -1)" d="{pen.getCommands()}"/>'
    return resvg(f'<svg xmlns="{SVG}" viewBox="0 0 {units} {units}">{turned}</svg>'.encode(), px)


# android.graphics.drawable.VectorDrawable: attributes of <vector> and <path>, with what each may hold.
_NUMBER = r"-?\d+(\.\d+)?"
_COLOUR = r"#[0-9A-F]{8}"
VECTOR = {"width": rf"{_NUMBER}dp", "height": rf"{_NUMBER}dp", "viewportWidth": _NUMBER, "viewportHeight": _NUMBER}
PATH = {
    "pathData": r"M[MLHVCSQTAZ\d .,-]+",
    "fillColor": _COLOUR,
    "strokeColor": _COLOUR,
    "strokeWidth": _NUMBER,
    "fillAlpha": r"0(\.\d+)?|1",
    "strokeAlpha": r"0(\.\d+)?|1",
    "strokeLineCap": "butt|round|square",
    "strokeLineJoin": "miter|round|bevel",
    "fillType": "nonZero|evenOdd",
}


def android(xml: bytes, px: int) -> Any:
    """A vector drawable, each attribute held to the format's rules, and what it draws."""
    root = ElementTree.fromstring(xml)
    assert root.tag == "vector"
    told = _checked(root, VECTOR)
    assert set(told) == set(VECTOR)
    shapes = []
    for path in root:
        assert path.tag == "path" and len(path) == 0
        one = _checked(path, PATH)
        alphas = [float(one[key]) for key in ("fillAlpha", "strokeAlpha") if key in one]
        paint = {
            "fill": f"#{one['fillColor'][3:]}" if "fillColor" in one else "none",
            "stroke": f"#{one['strokeColor'][3:]}" if "strokeColor" in one else "none",
            "stroke-width": one.get("strokeWidth", "0"),
            "stroke-linecap": one.get("strokeLineCap", "butt"),
            "stroke-linejoin": one.get("strokeLineJoin", "miter"),
            "fill-rule": one.get("fillType", "nonZero").lower(),
            "opacity": str(alphas[0]) if alphas else "1",
        }
        words = " ".join(f'{key}="{value}"' for key, value in paint.items())
        shapes.append(f'<path d="{one["pathData"]}" {words}/>')
    box = f"0 0 {told['viewportWidth']} {told['viewportHeight']}"
    return resvg(f'<svg xmlns="{SVG}" viewBox="{box}">{"".join(shapes)}</svg>'.encode(), px)


def _checked(element: Any, rules: dict[str, str]) -> dict[str, str]:
    found = {key.removeprefix(ANDROID): value for key, value in element.attrib.items()}
    for key, value in found.items():
        assert key in rules, f"{key} is no attribute of <{element.tag}>"
        assert re.fullmatch(rules[key], value), f"{key}={value!r}"
    return found


# -- components ----------------------------------------------------------------------------------------------------

# The two functions of each library that the components call, as far as they rely on them.
STUBS = {
    "react": """
export const forwardRef = (render) => ({ render });
export const createElement = (tag, props, ...children) => ({ tag, props: props ?? {}, children });
export const show = (Icon, props) => Icon.render(props, null);
""",
    "vue": """
export const h = (tag, props, children) =>
  typeof props === "string"
    ? { tag, props: {}, children: [props] }
    : { tag, props: props ?? {}, children: children ?? [] };
export const show = (Icon, props) => Icon(props, { slots: {}, attrs: {} });
""",
}
SHOW = """
import { show } from "FRAMEWORK";
import * as icons from "./index.js";
const kebab = (name) => (name === "viewBox" ? name : name.replace(/[A-Z]/g, (one) => "-" + one.toLowerCase()));
const text = (node) => {
  if (node === null || node === undefined || node === false) return "";
  if (typeof node === "string") return node.replace(/[&<]/g, (one) => `&#${one.charCodeAt(0)};`);
  if (Array.isArray(node)) return node.map(text).join("");
  const attributes = Object.entries(node.props)
    .filter(([key, value]) => !["key", "ref"].includes(key) && value !== undefined && value !== null)
    .map(([key, value]) => ` ${kebab(key)}="${value}"`);
  return `<${node.tag}${attributes.join("")}>${text(node.children)}</${node.tag}>`;
};
const props = JSON.parse(process.argv[2]);
const shown = Object.entries(icons).map(([name, Icon]) => [name, text(show(Icon, props))]);
console.log(JSON.stringify(Object.fromEntries(shown)));
"""


def components(folder: Path, framework: str, props: dict[str, Any]) -> dict[str, str]:
    """The SVG text that every component of a package gives for `props`, as Node runs it."""
    node = program("node")
    with tempfile.TemporaryDirectory() as here:
        package, stub = Path(here, "icons"), Path(here, "node_modules", framework)
        shutil.copytree(folder, package)
        stub.mkdir(parents=True)
        (stub / "package.json").write_text(json.dumps({"name": framework, "type": "module", "main": "./index.js"}))
        (stub / "index.js").write_text(STUBS[framework])
        (package / "show.mjs").write_text(SHOW.replace("FRAMEWORK", framework))
        ran = subprocess.run(
            [node, "show.mjs", json.dumps(props)], cwd=package, capture_output=True, timeout=60, check=False
        )
        assert ran.returncode == 0, ran.stderr.decode()
        made: dict[str, str] = json.loads(ran.stdout)
        return made


def svelte(text: str, props: dict[str, Any]) -> str:
    """What a Svelte component of ours gives for `props`: its few braces filled in, the rest read as XML."""
    script, _, markup = text.partition("</script>")
    values: dict[str, Any] = {}
    for name, default in re.findall(r"export let (\w+) = ([^;]+);", script):
        values[name] = props.get(name, None if default == "undefined" else float(default))
    title = values.pop("title")
    markup = re.sub(r"\{#if title\}(.*?)\{/if\}", r"\1" if title else "", markup).replace("{title}", title or "")
    markup = re.sub(r"\n\s*(role|aria-hidden)=\{.*\}|\{\.\.\.\$\$restProps\}|<slot />", "", markup)
    markup = markup.replace("{color}", f'color="{values["color"]}"' if values["color"] else "")
    return re.sub(r"=\{(\w+)\}", lambda found: f'="{values[found[1]]:g}"', markup).strip()
