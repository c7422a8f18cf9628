"""Krita's documents: what is read from them, and the new layers that are laid into them. No layer is ever changed.

Krita 5.2 and later. A layer is added by one undoable step; its pixels are in it before.
"""

from . import pixels
from .commands import Told
from .qt import QByteArray, image_of

SRGB = "sRGB-elle-V2-srgbtrc.icc"  # the sRGB that comes with every Krita
SRGB_NAMES = (SRGB, "sRGB-elle-V4-srgbtrc.icc", "sRGB built-in", "sRGB IEC61966-2.1", "sRGB")
DEPTHS = {"U8": 8, "U16": 16}


class Source:
    """Pixels that are handed to the command: a layer's or the canvas's, within a box (x, y, w, h)."""

    def __init__(self, doc, node, box, mask):
        self.doc, self.node, self.box, self.mask = doc, node, box, mask
        self.canvas = (doc.width(), doc.height())

    @property
    def name(self):
        return self.node.name() if self.node is not None else (self.doc.name() or "canvas")

    def space(self):
        of = self.node if self.node is not None else self.doc
        return (of.colorModel(), of.colorDepth(), of.colorProfile())

    def read(self):
        """The bytes, in the colour space that `space` tells."""
        of = self.node.projectionPixelData if self.node is not None else self.doc.pixelData
        data = bytes(of(*self.box))
        if not data:
            raise Told(f"The layer {self.name} holds no pixels.")
        return data


def source(doc, canvas, part):
    """What is to be worked on. canvas: all layers as they look together, else the active one. part: of the selection
    only, where there is one. Raises Told where there is nothing."""
    if doc is None:
        raise Told("Open a picture first.")
    node = None if canvas else doc.activeNode()
    if not canvas and node is None:
        raise Told("Choose a layer first.")
    if node is not None and node.type().endswith("mask"):
        raise Told("A mask is chosen: choose the layer that it belongs to.")
    whole = (0, 0, doc.width(), doc.height())
    chosen = doc.selection()
    box = whole
    if part and chosen is not None:
        box = pixels.inside((chosen.x(), chosen.y(), chosen.width(), chosen.height()), doc.width(), doc.height())
        if box is None:
            raise Told("The selection lies beside the canvas.")
    mask = bytes(chosen.pixelData(*box)) if chosen is not None else None
    if mask is not None and not pixels.any_chosen(mask):
        mask = None
    return Source(doc, node, box, mask)


def written(app, src, path):
    """Write a source as a PNG; gives what is to be told of it."""
    space, (_, _, w, h) = src.space(), src.box
    target, remark = space_of_file(space)
    data = src.read()
    if target != space:
        data = converted(app, data, (w, h), space, target)
    with open(path, "wb") as file:
        file.write(pixels.png(data, w, h, DEPTHS[target[1]]))
    return remark


def space_of_file(space):
    """The colour space that a source goes to the command in, and what that costs, in words."""
    model, depth, profile = space
    if model == "RGBA" and depth in DEPTHS and profile in SRGB_NAMES:
        return space, ""
    deep = "U8" if depth == "U8" else "U16"
    remark = f"Worked on in sRGB, {DEPTHS[deep]} bits (it is {model} {depth}, {profile})"
    return ("RGBA", deep, SRGB), f"{remark}; colours that sRGB has not are cut in the new layer."


def converted(app, data, size, space, target):
    """Pixels in another colour space, by Krita itself, in a document that nobody sees."""
    wide, high = size
    paper = app.createDocument(wide, high, "maquette", space[0], space[1], space[2], 72.0)
    try:
        paper.setBatchmode(True)
        paper.topLevelNodes()[0].setPixelData(QByteArray(data), 0, 0, wide, high)
        if not paper.setColorSpace(*target):
            raise Told("Krita cannot turn {} {} ({}) into {} {}.".format(*space, *target[:2]))
        paper.waitForDone()
        return bytes(paper.topLevelNodes()[0].pixelData(0, 0, wide, high))
    finally:
        paper.setModified(False)
        paper.close()


def laid(app, src, path, name, mask=None, into=None):
    """The picture in a file as a new layer above the source; gives the layer. Raises Told where it does not fit.

    mask: of the source's box, what of the picture is shown. into: the group that it is laid into.
    """
    x, y, w, h = src.box
    data, size, depth = image_of(path)
    if size != (w, h):
        raise Told(f"The picture is {size[0]} x {size[1]}, its place {w} x {h}: it is not laid in, but kept as {path}.")
    if mask is not None:
        data = pixels.masked(data, mask, depth)
    doc = src.doc
    here, own = ("RGBA", "U8" if depth == 8 else "U16", SRGB), (doc.colorModel(), doc.colorDepth(), doc.colorProfile())
    if own != here and not (own[:2] == here[:2] and own[2] in SRGB_NAMES):
        data = converted(app, data, size, here, own)
    node = doc.createNode(name, "paintlayer")
    node.setPixelData(QByteArray(data), x, y, w, h)
    placed(doc, src.node, node, into)
    return node


def placed(doc, above, node, into=None):
    """Add a node: into a group, else above another, else on top of all."""
    if into is not None:
        into.addChildNode(node, None)
    elif above is not None and above.parentNode() is not None:
        above.parentNode().addChildNode(node, above)
    else:
        doc.rootNode().addChildNode(node, None)
    doc.refreshProjection()


def open_still(app, src):
    """Whether the document is open, and as large as it was."""
    return any(one == src.doc for one in app.documents()) and src.canvas == (src.doc.width(), src.doc.height())
