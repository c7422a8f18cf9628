"""The `maquette` command as a process that is looked at now and then, so that Krita never waits for it.

The standard library alone: what it prints goes into files, so that no pipe fills up; its folder goes when it does.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from . import commands

PREFIX = "maquette-krita-"
STALE = 86400.0  # seconds after which a folder that a crash left belongs to nobody
GRACE = 3.0  # seconds that a cancelled command has to put its tools away
MISSING = "The maquette command was not found: install Maquette, then run `maquette krita install`."
MOVED = "Maquette is no longer where it was: run `maquette krita install` again."
WINDOWS = sys.platform == "win32"


def call():
    """(command, environment) as `maquette krita install` wrote it down; else `maquette` from the PATH."""
    told = os.path.join(os.path.dirname(os.path.abspath(__file__)), "maquette_command.json")
    if os.path.isfile(told):
        with open(told, encoding="utf-8") as file:
            found = json.load(file)
        if in_flatpak() or os.path.isfile(found["command"][0]):
            return list(found["command"]), dict(found["env"])
    path = shutil.which("maquette")
    if path is None:
        raise commands.Told(MOVED if os.path.isfile(told) else MISSING)
    return [path], {"PYTHONIOENCODING": "utf-8"}


def environment(own, around):
    """The variables of the command: Krita's, but for those of its own Python and its own libraries."""
    foreign = ("PYTHON", "LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_", "QT_PLUGIN", "QML")
    kept = {key: value for key, value in around.items() if not key.startswith(foreign)}
    kept.update(own)
    return kept


def wrapped(command, own, flatpak):
    """The command line; out of a Flatpak it is started on the host, whose programs are not inside."""
    if not flatpak:
        return command
    given = ["--env={}={}".format(*pair) for pair in sorted(own.items())]
    return ["flatpak-spawn", "--host", "--watch-bus", *given, *command]


def in_flatpak():
    return os.path.exists("/.flatpak-info")


def scratch():
    """A new folder for one question. What a crash left behind more than a day ago is swept away."""
    around = os.environ.get("XDG_CACHE_HOME") if in_flatpak() else None  # /tmp of a Flatpak is unknown outside
    base = around or tempfile.gettempdir()
    for name in os.listdir(base):
        old = os.path.join(base, name)
        if name.startswith(PREFIX) and os.path.isdir(old) and time.time() - os.path.getmtime(old) > STALE:
            shutil.rmtree(old, ignore_errors=True)
    return tempfile.mkdtemp(prefix=PREFIX, dir=base)


class Job:
    """One question to the command."""

    def __init__(self, args, folder, fine=(0,)):
        """Start it. Raises Told where it cannot be started."""
        command, own = call()
        self.fine, self.begun, self.stopped = fine, time.monotonic(), None
        self.paths = [os.path.join(folder, name) for name in ("answer.txt", "remarks.txt")]
        # Its own group, so that a Ctrl-C reaches it and not Krita.
        apart = {"creationflags": 0x08000000 | 0x00000200} if WINDOWS else {"start_new_session": True}
        with open(self.paths[0], "wb") as out, open(self.paths[1], "wb") as err:
            try:
                self.process = subprocess.Popen(
                    [*wrapped(command, own, in_flatpak()), *args, "--json"],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    env=environment(own, os.environ),
                    **apart,
                )
            except FileNotFoundError:
                raise commands.Told(MOVED) from None
            except OSError as error:
                raise commands.Told(f"Maquette could not be started: {error.strerror or error}.") from None

    def seconds(self):
        return time.monotonic() - self.begun

    def poll(self):
        """None while it works; then its answers. Raises Told with its error."""
        if self.process.poll() is None:
            if self.stopped is not None and time.monotonic() - self.stopped > GRACE:
                self.process.kill()
            return None
        if self.stopped is not None:
            raise commands.Told("Stopped. Nothing was changed.")
        out, err = (_read(path) for path in self.paths)
        return commands.answers(out, err, self.process.returncode, self.fine)

    def cancel(self):
        """Ask it to stop, as Ctrl-C would; it is ended by force if it does not."""
        if self.process.poll() is not None or self.stopped is not None:
            return
        self.stopped = time.monotonic()
        if WINDOWS:
            self.process.terminate()
        else:
            self.process.send_signal(signal.SIGINT)

    def end(self):
        """Make sure that it is gone: Krita is closing."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def _read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
