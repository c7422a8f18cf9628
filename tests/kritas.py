"""A stand-in of Krita's Python API and of the Qt that the plug-in uses, so far as it is used: pixels are kept as Krita
keeps them (B G R A), undo counts what is added, and every change of a layer that is not new is written down.

After libkis of Krita 5.2 (Document, Node, Selection, Krita); no replacement for a trial in Krita itself.
"""

from __future__ import annotations

import importlib
import sys
import types
import uuid
from pathlib import Path

import numpy as np
from PIL import Image

SRGB = "sRGB-elle-V2-srgbtrc.icc"
DTYPES = {"U8": np.uint8, "U16": np.uint16, "F32": np.float32}


class Box:
    def __init__(self, *numbers):
        self.numbers = numbers

    def x(self):
        return self.numbers[0]

    def y(self):
        return self.numbers[1]

    def width(self):
        return self.numbers[2]

    def height(self):
        return self.numbers[3]


class Node:
    def __init__(self, doc, name, kind):
        self.doc, self._name, self.kind = doc, name, kind
        self.parent, self.children, self.label, self.seen = None, [], 0, True
        self.id = uuid.uuid4()
        self.pixels = np.zeros((doc.high, doc.wide, 4), DTYPES[doc.depth])

    def name(self):
        return self._name

    def type(self):
        return self.kind

    def uniqueId(self):
        return types.SimpleNamespace(toString=lambda: f"{{{self.id}}}")

    def parentNode(self):
        return self.parent

    def childNodes(self):
        return list(self.children)

    def colorModel(self):
        return self.doc.model

    def colorDepth(self):
        return self.doc.depth

    def colorProfile(self):
        return self.doc.profile

    def visible(self):
        return self.seen

    def setVisible(self, seen):
        self.seen = seen

    def setColorLabel(self, label):
        self.label = label

    def bounds(self):
        rows, columns = np.nonzero(self.pixels[..., 3])
        if not len(rows):
            return Box(0, 0, 0, 0)
        x, y = int(columns.min()), int(rows.min())
        return Box(x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1)

    def pixelData(self, x, y, w, h):
        return self.pixels[y : y + h, x : x + w].tobytes()

    projectionPixelData = pixelData

    def setPixelData(self, data, x, y, w, h):
        if self.parent is not None and not self.doc.hidden:
            self.doc.touched.append(self._name)
        self.pixels[y : y + h, x : x + w] = np.frombuffer(data, self.pixels.dtype).reshape(h, w, 4)

    def addChildNode(self, child, above):
        place = self.children.index(above) + 1 if above is not None else len(self.children)
        self.children.insert(place, child)
        child.parent = self
        self.doc.undo.append(lambda: self.children.remove(child))
        return True

    def remove(self):
        self.parent.children.remove(self)
        return True


class Selection:
    def __init__(self, mask):
        rows, columns = np.nonzero(mask)
        self.mask = mask
        self.box = (columns.min(), rows.min(), columns.max() - columns.min() + 1, rows.max() - rows.min() + 1)

    def x(self):
        return int(self.box[0])

    def y(self):
        return int(self.box[1])

    def width(self):
        return int(self.box[2])

    def height(self):
        return int(self.box[3])

    def pixelData(self, x, y, w, h):
        return self.mask[y : y + h, x : x + w].tobytes()


class Document:
    def __init__(self, wide, high, name="", model="RGBA", depth="U8", profile=SRGB, hidden=False):
        self.wide, self.high, self._name = wide, high, name
        self.model, self.depth, self.profile, self.hidden = model, depth, profile, hidden
        self.undo, self.touched, self.notes = [], [], {}
        self.chosen, self.file, self.changed, self.closed = None, "", False, False
        self.root = Node(self, "root", "grouplayer")
        self.active = Node(self, "Фон / 1", "paintlayer")
        self.root.children.append(self.active)
        self.active.parent = self.root

    def width(self):
        return self.wide

    def height(self):
        return self.high

    def name(self):
        return self._name

    def fileName(self):
        return self.file

    def modified(self):
        return self.changed

    def setModified(self, changed):
        self.changed = changed

    def setBatchmode(self, quiet):
        assert quiet

    colorModel, colorDepth, colorProfile = Node.colorModel, Node.colorDepth, Node.colorProfile

    @property
    def doc(self):
        return self

    def rootNode(self):
        return self.root

    def topLevelNodes(self):
        return self.root.childNodes()

    def activeNode(self):
        return self.active

    def selection(self):
        return self.chosen

    def pixelData(self, x, y, w, h):
        return self.root.children[-1].pixelData(x, y, w, h)

    def createNode(self, name, kind):
        return Node(self, name, kind)

    def setColorSpace(self, model, depth, profile):
        """Depths alone: the colours stay as they are."""
        assert self.hidden, "the colours of a person's document were changed"
        full = {"U8": 255, "U16": 65535, "F32": 1}
        for node in self.root.children:
            values = node.pixels.astype(np.float64) / full[self.depth]
            if "F32" in (self.depth, depth) and self.depth != depth:
                values = values[..., [2, 1, 0, 3]]  # of floating point, Krita keeps R G B A
            values = np.clip(values, 0, 1) * full[depth]
            node.pixels = (values if depth == "F32" else values.round()).astype(DTYPES[depth])
        self.model, self.depth, self.profile = model, depth, profile
        return True

    def waitForDone(self):
        pass

    refreshProjection = waitForDone

    def annotation(self, key):
        return self.notes.get(key, b"")

    def setAnnotation(self, key, about, data):
        self.notes[key] = data

    def close(self):
        self.closed = True
        return True


class Krita:
    def __init__(self):
        self.docs, self.settings, self.hidden, self.shown = [], {}, [], []

    def activeDocument(self):
        return self.docs[-1] if self.docs else None

    def documents(self):
        return list(self.docs)

    def createDocument(self, wide, high, name, model, depth, profile, resolution):
        self.hidden.append(Document(wide, high, name, model, depth, profile, hidden=True))
        return self.hidden[-1]

    def openDocument(self, path):
        with Image.open(path) as image:
            return Document(*image.size, Path(path).name)

    def activeWindow(self):
        return types.SimpleNamespace(addView=self.shown.append)

    def readSetting(self, group, name, otherwise):
        return self.settings.get((group, name), otherwise)

    def writeSetting(self, group, name, value):
        self.settings[group, name] = value


class QImage:
    """By Pillow; 16 bits a channel are told by the file's header."""

    Format = types.SimpleNamespace(Format_RGBA64=64, Format_ARGB32=32)

    def __init__(self, path):
        data = Path(path).read_bytes()
        self.deep = data[24] == 16
        self.array = None
        with Image.open(path) as image:
            self.array = np.asarray(image.convert("RGBA"))

    def isNull(self):
        return self.array is None

    def depth(self):
        return 64 if self.deep else 32

    def convertToFormat(self, kind):
        assert kind == self.depth()
        return self

    def width(self):
        return self.array.shape[1]

    def height(self):
        return self.array.shape[0]

    def sizeInBytes(self):
        return self.array.size * (2 if self.deep else 1)

    def constBits(self):
        data = self.array.astype(np.uint16) * 257 if self.deep else self.array[..., [2, 1, 0, 3]]
        return types.SimpleNamespace(asstring=lambda size: data.tobytes()[:size])


class Widget:
    """Any widget: it takes every call, keeps its text and value, and its signals can be fired."""

    def __init__(self, *given):
        self.said = next((one for one in given if isinstance(one, str)), "")
        self.number, self.items = 0, []
        self.clicked = self.timeout = self.triggered = self.editingFinished = Signal()

    def text(self):
        return self.said

    def setText(self, text):
        self.said = text

    def value(self):
        return self.number

    def setValue(self, number):
        self.number = number

    def addItems(self, items):
        self.items = items

    def currentText(self):
        return self.items[0]

    def isChecked(self):
        return False

    def __getattr__(self, name):
        if name.startswith(("set", "add", "start")):
            return lambda *given: None
        raise AttributeError(name)


class Signal:
    def __init__(self):
        self.calls = []

    def connect(self, call):
        self.calls.append(call)

    def fire(self):
        for call in self.calls:
            call()


def plugin(monkeypatch, folder, name="maquette_krita", qt="PyQt5"):
    """The plug-in as Krita would import it from its folder of plug-ins, with stand-ins around it."""
    widgets = {one: type(one, (Widget,), {}) for one in ("QWidget", "QLabel", "QLineEdit", "QPushButton", "QCheckBox")}
    widgets |= {one: type(one, (Widget,), {}) for one in ("QComboBox", "QSpinBox", "QDoubleSpinBox", "QFormLayout")}
    core = types.SimpleNamespace(QByteArray=bytes, QTimer=Widget)
    core.QCoreApplication = types.SimpleNamespace(instance=lambda: None)
    toolkit = types.ModuleType(qt)
    toolkit.QtCore, toolkit.QtGui = core, types.SimpleNamespace(QImage=QImage)
    toolkit.QtWidgets = types.SimpleNamespace(QFileDialog=None, **widgets)
    krita, app = types.ModuleType("krita"), Krita()
    app.factories, app.extensions = [], []
    app.addDockWidgetFactory, app.addExtension = app.factories.append, app.extensions.append
    krita.Krita = types.SimpleNamespace(instance=lambda: app)
    krita.DockWidget, krita.Extension = Widget, Widget
    krita.DockWidgetFactory = lambda *given: given
    krita.DockWidgetFactoryBase = types.SimpleNamespace(DockRight=2)
    if qt == "PyQt6":
        monkeypatch.setitem(sys.modules, "PyQt5", None)
        krita.DockWidgetFactoryBase = types.SimpleNamespace(DockPosition=types.SimpleNamespace(DockRight=2))
    monkeypatch.setitem(sys.modules, qt, toolkit)
    monkeypatch.setitem(sys.modules, "krita", krita)
    for module in [one for one in sys.modules if one.split(".")[0] == name]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.syspath_prepend(str(folder))
    module = importlib.import_module(name)
    return module, app
