"""Maquette inside Krita: a docker and entries of Tools > Scripts, which call the installed `maquette` command.

Runs in Krita's own Python (3.8 or later, PyQt5 or PyQt6), and imports nothing of Maquette. What it does stands in
desk.py, without Qt; panel.py is what one sees of it.
"""

try:
    import krita as _krita
except ImportError:  # read by a test or a packager, outside Krita
    _krita = None

if _krita is not None:
    from .panel import register

    register(_krita.Krita.instance())
