"""Maquette inside Krita: a docker and entries of Tools > Scripts, which call the installed `maquette` command.

Runs in Krita's own Python (3.8 or later, PyQt5 or PyQt6), and imports nothing of Maquette. What it does stands in
desk.py, without Qt; panel.py is what one sees of it.
"""


def _register():
    """Make ourselves known, where this is Krita: a test or a packager reads these files too."""
    try:
        import krita
    except ImportError:
        return
    from .panel import register

    register(krita.Krita.instance())


_register()
