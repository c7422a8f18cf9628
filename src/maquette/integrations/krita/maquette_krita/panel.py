"""The docker and the entries of Tools > Scripts: what one sees of the desk."""

import krita

from . import commands
from .commands import Told
from .desk import Desk
from .qt import QtCore, QtWidgets

LOOK = 200  # milliseconds between two looks at the command
MENU = "tools/scripts"


class Panel(krita.DockWidget):
    """Buttons for the moves, the place for ghosts, and a line of what is going on."""

    desk = None  # one for all windows: Krita has one instance

    def __init__(self):
        super().__init__()
        self.setWindowTitle("Maquette")
        self.desk = desk()
        self.body = QtWidgets.QWidget(self)
        self.rows = QtWidgets.QFormLayout(self.body)
        self._of_painting()
        self._of_moves()
        self._of_ghosts()
        self._of_files()
        self.status = QtWidgets.QLabel("")
        self.status.setWordWrap(True)
        self.stop = self._button("Stop", self.desk.cancel)
        self.rows.addRow(self.stop)
        self.rows.addRow(self.status)
        self.setWidget(self.body)
        self.timer = QtCore.QTimer(self)
        self.timer.timeout.connect(self.tick)
        self.timer.start(LOOK)

    def canvasChanged(self, canvas):
        """Krita calls this; there is nothing to do: the desk asks for the active document each time."""

    def tick(self):
        self.desk.say = self.status.setText
        self.desk.tick()
        self.stop.setEnabled(self.desk.busy)

    # -- rows --------------------------------------------------------------------------------------

    def _of_painting(self):
        self.painting = QtWidgets.QLineEdit(self.desk.setting("painting"))
        self.painting.setPlaceholderText("the picture whose hand it is")
        self.rows.addRow("Painting", self.painting)
        self.rows.addRow(self._button("Choose a painting ...", self._choose_painting))
        self.method = self._box(commands.STYLES)
        self.strength = self._number(0.0, 1.0, 1.0)
        self.rows.addRow("Method", self.method)
        self.rows.addRow("Strength", self.strength)

    def _of_moves(self):
        self.canvas = QtWidgets.QCheckBox("work on all layers together")
        self.rows.addRow(self.canvas)
        self.rows.addRow(self._button("Stylise", self.stylise))
        self.technique = self._box(commands.TECHNIQUES)
        self.brush = self._number(0.25, 4.0, 1.0)
        self.rows.addRow("Technique", self.technique)
        self.rows.addRow("Brush", self.brush)
        self.rows.addRow(self._button("Paint", self.paint))
        self.anyway = QtWidgets.QCheckBox("even where the ground is not simple")
        self.rows.addRow(self.anyway)
        self.rows.addRow(self._button("Cut out", self.cutout))
        self.rows.addRow(self._button("Fill the selection", self.fill))

    def _of_ghosts(self):
        self.count = QtWidgets.QSpinBox()
        self.count.setRange(1, 12)
        self.count.setValue(3)
        self.words = QtWidgets.QLineEdit("")
        self.words.setPlaceholderText("towards what (small sprites only)")
        self.again = 0
        self.rows.addRow("Ghosts", self.count)
        self.rows.addRow(self.words)
        self.rows.addRow(self._button("Ghosts", self.ghosts))
        self.rows.addRow(self._button("Other ghosts", self.more_ghosts))
        self.rows.addRow(self._button("Accept the ghost that is seen", self.desk.accept))
        self.rows.addRow(self._button("Ignore the ghosts", self.desk.ignore))

    def _of_files(self):
        self.keep = QtWidgets.QLineEdit(self.desk.keep_folder())
        self.keep.editingFinished.connect(lambda: self.desk.set("keep", self.keep.text().strip()))
        self.rows.addRow("Signed files", self.keep)
        self.rows.addRow(self._button("Open the last result", self.desk.open_result))
        self.rows.addRow(self._button("Verify this file", self.desk.verify))
        self.rows.addRow(self._button("Who made what", self.desk.who))

    # -- moves -------------------------------------------------------------------------------------

    def stylise(self):
        self.desk.set("painting", self.painting.text().strip())
        asked = {"method": self.method.currentText(), "strength": self.strength.value(), "brush": self.brush.value()}
        self.desk.stylise(self.painting.text().strip(), canvas=self.canvas.isChecked(), **asked)

    def paint(self):
        asked = {"technique": self.technique.currentText(), "brush": self.brush.value()}
        self.desk.paint(canvas=self.canvas.isChecked(), **asked)

    def cutout(self):
        self.desk.cutout(canvas=self.canvas.isChecked(), anyway=self.anyway.isChecked())

    def fill(self):
        self.desk.fill(canvas=self.canvas.isChecked())

    def ghosts(self):
        self.again = 0
        self._ghosts()

    def more_ghosts(self):
        self.again += 1
        self._ghosts()

    def _ghosts(self):
        asked = {"count": self.count.value(), "again": self.again, "words": self.words.text().strip()}
        self.desk.ghost(canvas=self.canvas.isChecked(), **asked)

    def _choose_painting(self):
        kinds = "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.avif)"
        path, _ = QtWidgets.QFileDialog.getOpenFileName(self, "A painting", self.painting.text(), kinds)
        if path:
            self.painting.setText(path)

    # -- parts -------------------------------------------------------------------------------------

    def _button(self, text, call):
        button = QtWidgets.QPushButton(text)
        button.clicked.connect(lambda *_: self.do(call))
        return button

    def do(self, call):
        """Do it, and say what a person is to be told."""
        self.desk.say = self.status.setText
        try:
            call()
        except Told as error:
            self.status.setText(str(error))
        except OSError as error:
            self.status.setText("{}: {}".format(error.strerror or error, error.filename or ""))

    @staticmethod
    def _box(choices):
        box = QtWidgets.QComboBox()
        box.addItems(list(choices))
        return box

    @staticmethod
    def _number(low, high, value):
        number = QtWidgets.QDoubleSpinBox()
        number.setRange(low, high)
        number.setSingleStep(0.05)
        number.setValue(value)
        return number


class Menu(krita.Extension):
    """The moves as entries of Tools > Scripts, so that they can have shortcuts."""

    def setup(self):
        """Krita calls this once; all is done in `createActions`."""

    def createActions(self, window):
        entries = ("stylise", "paint", "cutout", "fill", "ghosts")
        names = ("Stylise the layer", "Paint the layer", "Cut out the layer", "Fill the selection", "Ghosts")
        for entry, name in zip(entries, names):
            action = window.createAction("maquette_" + entry, "Maquette: " + name, MENU)
            action.triggered.connect(lambda *_, window=window, entry=entry: run(window, entry))


def run(window, entry):
    """An entry of the menu is the button of the window's panel: with its settings, its status line."""
    panel = next((one for one in window.dockers() if isinstance(one, Panel)), None)
    if panel is not None:
        panel.setVisible(True)
        panel.do(getattr(panel, entry))


def desk():
    """The one desk of this Krita."""
    if Panel.desk is None:
        Panel.desk = Desk(krita.Krita.instance())
        application = QtCore.QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(Panel.desk.close)
    return Panel.desk


def register(app):
    """Make ourselves known to Krita."""
    base = krita.DockWidgetFactoryBase
    side = getattr(base, "DockPosition", base).DockRight  # PyQt6 keeps it one name deeper
    app.addDockWidgetFactory(krita.DockWidgetFactory("maquette_krita", side, Panel))
    app.addExtension(Menu(app))
