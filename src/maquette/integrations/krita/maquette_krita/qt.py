"""Qt as Krita has it: PyQt5 in Krita 5, PyQt6 in Krita 6."""

try:
    from PyQt5 import QtCore, QtGui, QtWidgets
except ImportError:
    from PyQt6 import QtCore, QtGui, QtWidgets

from . import pixels
from .commands import Told

QByteArray = QtCore.QByteArray
__all__ = ["QByteArray", "QtCore", "QtGui", "QtWidgets", "image_of"]


def image_of(path):
    """(pixels in Krita's order, (width, height), bits a channel) of a picture file."""
    image = QtGui.QImage(path)
    if image.isNull():
        raise Told(f"{path} cannot be read as a picture.")
    formats = QtGui.QImage.Format
    deep = image.depth() > 32
    image = image.convertToFormat(formats.Format_RGBA64 if deep else formats.Format_ARGB32)
    data = image.constBits().asstring(image.sizeInBytes())
    size = (image.width(), image.height())
    return (pixels.reordered(data, pixels.RGBA64), size, 16) if deep else (data, size, 8)
