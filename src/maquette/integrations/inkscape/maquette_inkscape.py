"""Maquette inside Inkscape: a thin client that hands the drawing to the `maquette` command and lays the answer into it.

Runs in Inkscape's own Python, and imports nothing of Maquette. Each entry of the menu (maquette_*.inx) calls it with
another `--what`. How the command is called stands in maquette_command.json, which `maquette inkscape install` writes.
"""

import copy
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import inkex
from lxml import etree

HERE = Path(__file__).resolve().parent
GHOSTS, FINDINGS = "maquette-ghosts", "maquette-findings"  # ids of our layers
COLOURS = ("#d6336c", "#1c7ed6", "#2f9e44", "#e8590c", "#7048e8")  # of ghosts 1, 2, 3 ...
SHAPES = ("path", "circle", "ellipse", "rect", "line", "polyline", "polygon")
ORDER = {  # attributes as Maquette writes them: their text is what a mark is made of
    "path": ("d",),
    "circle": ("cx", "cy", "r"),
    "ellipse": ("cx", "cy", "rx", "ry"),
    "rect": ("x", "y", "width", "height", "rx", "ry"),
}
PATIENCE = 180  # seconds


class Maquette(inkex.EffectExtension):
    """One effect per entry of the menu."""

    def add_arguments(self, pars):
        pars.add_argument("--what")
        pars.add_argument("--words", default="")
        pars.add_argument("--count", type=int, default=3)
        pars.add_argument("--number", type=int, default=1)
        pars.add_argument("--style", default="")
        pars.add_argument("--tab", default="")

    def effect(self):
        effects = {
            "ghost": self.ghost,
            "accept": self.accept,
            "replace": self.replace,
            "lint": self.lint,
            "verify": self.verify,
        }
        effects[self.options.what]()

    # -- the five entries --------------------------------------------------------------------------

    def ghost(self):
        """The next shape as ghosts, on a locked layer of their own."""
        self.drop(GHOSTS)
        with tempfile.TemporaryDirectory() as folder:
            args = ["icon", "suggest", self.saved(folder), "--count", str(self.options.count)]
            ghosts = run([*args, *self.said()])
        if not ghosts:
            raise inkex.AbortExtension("Nothing comes to mind here: say what it is, or draw one more shape.")
        layer = self.layer(GHOSTS, "Ghosts (Maquette)")
        layer.style["opacity"] = "0.5"
        for number, ghost in enumerate(ghosts, start=1):
            layer.append(self.shown(number, ghost))

    def shown(self, number, ghost):
        """A ghost with its number, in a colour of its own."""
        colour = COLOURS[(number - 1) % len(COLOURS)]
        group = inkex.Group(id=f"maquette-ghost-{number}")
        group.label = f"{number}: {ghost['chance']:.0%} {ghost['note']}".strip()
        path = inkex.PathElement(d=ghost["d"])
        path.style = style_of(ghost["paint"], colour)
        path.set("data-maquette", json.dumps({key: ghost[key] for key in ("id", "note", "paint")}))
        group.append(path)
        height = max(ghost["viewbox"][2:]) / 12
        x, y = start_of(ghost["d"])
        text = inkex.TextElement(x=str(x + height / 2), y=str(y + height / 2))
        text.text = str(number)
        text.style = letters(height, colour)
        group.append(text)
        return group

    def accept(self):
        """A ghost becomes a shape of the drawing; its id says that it is the machine's."""
        number = self.options.number
        found = self.svg.xpath(f'//*[@id="maquette-ghost-{number}"]/*[@data-maquette]')
        if not found:
            raise inkex.AbortExtension(f"There is no ghost {number}: ask for ghosts first (Maquette > Ghosts).")
        told = json.loads(found[0].get("data-maquette"))
        last = self.drawn()[-1] if self.drawn() else None
        parent = last.getparent() if last is not None else self.svg.get_current_layer()
        path = inkex.PathElement(d=found[0].get("d"))
        path.set("id", self.unique(told["id"]))
        path.style = copy.deepcopy(last.specified_style()) if last is not None else style_of(told["paint"], "#000")
        self.placed(path, parent)
        if told["note"]:
            desc = etree.SubElement(path, inkex.addNS("desc", "svg"))
            desc.text = told["note"]
        self.drop(GHOSTS)

    def replace(self):
        """The selected shapes give way to what the words say; the rest stays."""
        chosen = [one for one in self.svg.selection.rendering_order() if tag(one) in SHAPES]
        if not chosen:
            raise inkex.AbortExtension("Select the shapes that are to be replaced: paths, circles, rectangles.")
        with tempfile.TemporaryDirectory() as folder:
            numbers = [self.drawn().index(one) + 1 for one in chosen]
            args = ["icon", "edit", self.saved(folder), self.options.words, "--replace", ",".join(map(str, numbers))]
            (made,) = run([*args, "--count", "1", "--unsigned", "--out", folder])[:1]
            drawing = etree.parse(made["path"]).getroot()
        shapes = [one for one in drawing.iter() if tag(one) in SHAPES]
        new = [shape for shape, told in zip(shapes, made["shapes"]) if "was" not in told]
        parent, style = chosen[0].getparent(), chosen[0].specified_style()
        place = parent.index(chosen[0])
        for one in chosen:
            one.getparent().remove(one)
        for offset, shape in enumerate(new):
            self.placed(self.own(shape, style), parent, place + offset)

    def lint(self):
        """The findings as numbered marks on a layer of their own, and as a list."""
        self.drop(FINDINGS)
        with tempfile.TemporaryDirectory() as folder:
            args = ["icon", "lint", self.saved(folder)]
            reports = run([*args, *(["--style", self.options.style] if self.options.style else [])], fine=(0, 3))
        findings = [one for report in reports for one in report.get("findings", ())]
        layer = self.layer(FINDINGS, "Findings (Maquette)") if findings else None
        size = max(self.viewbox()[2:]) / 24
        for one in findings:
            if one.get("where"):
                layer.append(mark(one, size))
        lines = [f"{one['number']}. {one['told']}" for one in findings]
        inkex.errormsg("\n".join(lines) if lines else "Nothing to find fault with.")

    def verify(self):
        """What the credential of the saved file is worth."""
        path = self.document_path()
        if not path or not os.path.isfile(path):
            raise inkex.AbortExtension("Save the drawing first: the credential is that of the file.")
        for verdict in run(["verify", path], fine=(0, 3)):
            inkex.errormsg(f"{verdict['state']}: {verdict['summary']}")

    # -- the document ------------------------------------------------------------------------------

    def saved(self, folder):
        """The drawing without our layers, as a file for the command."""
        whole = copy.deepcopy(self.document)
        for name in (GHOSTS, FINDINGS):
            for layer in whole.xpath(f'//*[@id="{name}"]'):
                layer.getparent().remove(layer)
        path = os.path.join(folder, "drawing.svg")
        whole.write(path, encoding="utf-8", xml_declaration=True)
        return path

    def said(self):
        """`--words`, where somebody said what is drawn."""
        return ["--words", self.options.words] if self.options.words.strip() else []

    def drawn(self):
        """The shapes of the drawing, in order; ours and what defines others are not among them."""
        away = "ancestor::svg:defs or ancestor::svg:clipPath or ancestor::svg:mask"
        ours = " or ".join(f'ancestor::*[@id="{name}"]' for name in (GHOSTS, FINDINGS))
        names = " or ".join(f"self::svg:{name}" for name in SHAPES)
        return self.svg.xpath(f"//svg:*[{names}][not({away} or {ours})]")

    def viewbox(self):
        box = self.svg.get_viewbox()
        return box if box and box[2] else [0, 0, self.svg.viewport_width, self.svg.viewport_height]

    def layer(self, name, label):
        layer = inkex.Layer.new(label)
        layer.set("id", name)
        layer.set("sodipodi:insensitive", "true")
        self.svg.append(layer)
        return layer

    def drop(self, name):
        for layer in self.svg.xpath(f'//*[@id="{name}"]'):
            layer.getparent().remove(layer)

    def unique(self, name):
        """The name, with more behind it where it is taken."""
        return self.svg.get_unique_id(f"{name}-") if self.svg.xpath(f'//*[@id="{name}"]') else name

    def placed(self, element, parent, place=None):
        """Put an element, given in the drawing's units, into a layer that may be moved itself."""
        parent.insert(len(parent) if place is None else place, element)
        around = parent.composed_transform() if hasattr(parent, "composed_transform") else inkex.Transform()
        if around != inkex.Transform():
            element.transform = -around

    def own(self, shape, style):
        """An element of Maquette's file as one of this document, with the mark that says whose it is."""
        name = tag(shape)
        kept = {key: shape.get(key) for key in ORDER.get(name, ()) if shape.get(key) is not None}
        text = name + " " + " ".join(f'{key}="{value}"' for key, value in kept.items())
        bare = f'<svg xmlns="http://www.w3.org/2000/svg"><{text}/></svg>'
        made = inkex.load_svg(bare.encode()).getroot()[0]
        marked = "machine-" + hashlib.sha256(text.encode()).hexdigest()[:10]
        made.set("id", self.unique(marked))
        made.style = copy.deepcopy(style)
        return made


def run(args, fine=(0,)):
    """The JSON objects that the command gives; its errors as Inkscape shows errors."""
    told = json.loads((HERE / "maquette_command.json").read_text("utf-8"))
    # Inkscape's Python has its own search paths, which are none of ours.
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON") and key != "LD_LIBRARY_PATH"}
    env.update(told["env"])
    hidden = {"creationflags": 0x08000000} if sys.platform == "win32" else {}  # no console window
    try:
        done = subprocess.run(
            [*told["command"], *args, "--json"],
            capture_output=True,
            env=env,
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
            **hidden,
        )
    except FileNotFoundError:
        raise inkex.AbortExtension("Maquette has moved: run `maquette inkscape install` again.") from None
    except subprocess.TimeoutExpired:
        raise inkex.AbortExtension(f"Maquette gave no answer for {PATIENCE} seconds.") from None
    found = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines() if line.startswith("{")]
    if done.returncode in fine and not any("wrong" in one for one in found):
        return found
    parts = [one[key] for one in found for key in ("wrong", "where", "mend") if one.get(key)]
    raise inkex.AbortExtension("\n".join(parts) or done.stderr.decode("utf-8", "replace") or "Maquette failed.")


def tag(element):
    """The bare name of an element; "" of a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def style_of(paint, colour):
    """A paint of Maquette's as Inkscape's style."""
    style = inkex.Style({"fill": colour if paint["fill"] else "none", "stroke": colour if paint["stroke"] else "none"})
    if paint["stroke"]:
        style["stroke-width"] = f"{paint['width']:g}"
        style["stroke-linecap"], style["stroke-linejoin"] = paint["cap"], paint["join"]
    return style


def letters(height, colour):
    """Numbers that can be read over a drawing: with a light rim."""
    rim = {"stroke": "#fff", "stroke-width": f"{height / 5:g}", "paint-order": "stroke", "stroke-linejoin": "round"}
    return {"font-size": f"{height:g}px", "font-family": "sans-serif", "font-weight": "bold", "fill": colour, **rim}


def start_of(d):
    """Where a path begins."""
    return next(iter(inkex.Path(d).end_points))


def mark(finding, size):
    """A ring and a number at a finding."""
    x, y = finding["where"][:2]
    group = inkex.Group()
    group.label = f"{finding['number']}. {finding['told']}"
    ring = inkex.Circle(cx=str(x), cy=str(y), r=f"{size:g}")
    ring.style = {"fill": "none", "stroke": "#e03131", "stroke-width": f"{size / 5:g}"}
    text = inkex.TextElement(x=str(x + size), y=str(y - size))
    text.text = str(finding["number"])
    text.style = letters(1.6 * size, "#e03131")
    group.extend([ring, text])
    return group


if __name__ == "__main__":
    Maquette().run()
