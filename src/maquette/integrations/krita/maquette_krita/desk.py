"""What the plug-in does, one thing at a time: asks the command, waits without blocking, lays the answer in as layers.

No Qt here: the panel calls `tick` now and then, and shows what `say` is given.
"""

import os
import shutil

from . import commands, job, layers, pixels, record
from .commands import Told

GHOSTS = "Ghosts (Maquette)"
SETTINGS = "maquette"


class Ghosts:
    """Variations that lie in a document and wait to be taken or ignored; `folder` holds what they came from."""

    def __init__(self, src, group, nodes, asked, folder):
        self.src, self.group, self.nodes, self.asked, self.folder = src, group, nodes, asked, folder


class Desk:
    """The plug-in's state. app: Krita's instance. say: called with a text for people."""

    def __init__(self, app, say=lambda text: None):
        self.app, self.say = app, say
        self.job = self.folder = self.then = None
        self.title = ""
        self.ghosts = None
        self.last = ""  # the signed file that came last

    # -- settings ----------------------------------------------------------------------------------

    def setting(self, name, otherwise=""):
        return self.app.readSetting(SETTINGS, name, otherwise) or otherwise

    def set(self, name, value):
        self.app.writeSetting(SETTINGS, name, value)

    def keep_folder(self):
        """Where signed files are kept: as set in the panel, else Maquette among one's pictures."""
        pictures = os.path.join(os.path.expanduser("~"), "Pictures")
        base = pictures if os.path.isdir(pictures) else os.path.expanduser("~")
        return self.setting("keep", os.path.join(base, "Maquette"))

    # -- the moves ---------------------------------------------------------------------------------

    def stylise(self, painting, canvas=False, **asked):
        """The layer in the hand of a painting."""
        if not painting or not os.path.isfile(painting):
            raise Told("Choose a painting first: the picture whose hand it is to be.")
        src = layers.source(self.doc(), canvas, part=False)
        self._made(src, "stylise", lambda file, out: commands.stylise(file, painting, out, **asked))

    def paint(self, canvas=False, **asked):
        """The layer from strokes."""
        src = layers.source(self.doc(), canvas, part=False)
        self._made(src, "paint", lambda file, out: commands.paint(file, out, **asked))

    def cutout(self, canvas=False, anyway=False):
        """The subject without its ground; a selection says where the subject surely is."""
        src = layers.source(self.doc(), canvas, part=False)

        def args(file, out):
            mask = self._mask(src, file) if src.mask is not None else None
            return commands.cutout(file, out, mask, anyway)

        self._made(src, "cutout", args)

    def fill(self, canvas=False, seed=0):
        """What is selected, painted anew; the new layer holds that alone."""
        src = layers.source(self.doc(), canvas, part=False)
        if src.mask is None:
            raise Told("Select what is to be painted anew, a little beyond the thing and its shadow.")
        shown = pixels.touched(src.mask)  # a soft edge is mixed by the command itself
        self._made(src, "fill", lambda file, out: commands.fill(file, self._mask(src, file), out, seed), shown)

    def ghost(self, canvas=False, count=3, again=0, words=""):
        """Variations of the selection, or of the whole, as layers of a group of their own."""
        self._free()
        src = layers.source(self.doc(), canvas, part=True)
        held = self.ghosts
        if held is not None and src.node is not None and src.node in [held.group, *held.nodes]:
            src = held.src  # a ghost is no thing to make ghosts of: what it came from is
        self.ignore()
        folder = job.scratch()
        try:
            file = self._file(src, folder)
            asked = {"count": count, "again": again, "words": words}
            args = commands.ghosts(file, os.path.join(folder, "ghosts"), **asked)
            self._start("ghosts", args, folder, lambda found: self._ghosts_laid(src, found, file, asked, folder))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def accept(self, number=None):
        """Take a ghost: it is made once more, signed, and laid in; the others go. None: the one that is chosen."""
        self._free()
        held = self._held()
        number = number or self.chosen()
        file, asked = held.asked
        args = commands.ghost_taken(file, number, self.keep_folder(), **asked)
        self._start(f"ghost {number}", args, held.folder, lambda found: self._ghost_kept(held, found[-1], number))

    def ignore(self):
        """Take the ghosts away again; that they were ignored is written down."""
        held, self.ghosts = self.ghosts, None
        if held is None:
            return
        shutil.rmtree(held.folder, ignore_errors=True)
        if layers.open_still(self.app, held.src):
            record.judged(held.src.doc, [record.identity(node) for node in held.nodes], "ignored")
            held.group.remove()
            held.src.doc.refreshProjection()

    def chosen(self):
        """The number of the ghost that is the active layer, else of the topmost that is seen."""
        held = self._held()
        active = held.src.doc.activeNode()
        seen = [n for n, node in enumerate(held.nodes, 1) if node.visible()]
        by_hand = [n for n, node in enumerate(held.nodes, 1) if active is not None and node == active]
        if not (by_hand or seen):
            raise Told("Show the ghost that you want, or choose its layer.")
        return (by_hand or seen)[-1]

    def verify(self):
        """What the credential of the document's file is worth."""
        self._free()
        doc = self.doc()
        path = doc.fileName() if doc is not None else ""
        if not path or not os.path.isfile(path):
            raise Told("Save the picture first: the credential is that of the file.")
        later = "\nIt was changed since: this is told of the file as it was saved." if doc.modified() else ""
        self._verify(path, later)

    def open_result(self):
        """The signed file that came last, in a window of its own, and what its credential is worth."""
        self._free()
        if not os.path.isfile(self.last):
            raise Told("There is no result yet.")
        opened = self.app.openDocument(self.last)
        window = self.app.activeWindow()
        if opened is None or window is None:
            raise Told(f"Krita could not open {self.last}.")
        window.addView(opened)
        self._verify(self.last, "\nSaved from here under another name, it is a new file without that credential.")

    def who(self):
        """Whose each layer is."""
        doc = self.doc()
        if doc is None:
            raise Told("Open a picture first.")
        self.say("\n".join(record.lines(doc)) or "There are no layers with pixels.")

    # -- waiting -----------------------------------------------------------------------------------

    @property
    def busy(self):
        return self.job is not None

    def tick(self):
        """Look whether the command is done; lay in what it made. Never waits, never raises what a person can mend."""
        if self.job is None:
            return
        try:
            found = self.job.poll()
        except Told as error:
            self._over()
            self.say(str(error))
            return
        if found is None:
            self.say(f"{self.title}: {self.job.seconds():.0f} s")
            return
        then = self.then
        try:
            then(found)
        except Told as error:
            self.say(str(error))
        finally:
            self._over()

    def cancel(self):
        if self.job is not None:
            self.job.cancel()
            self.say(f"{self.title}: stopping")

    def close(self):
        """Krita closes: nothing of ours is left behind."""
        if self.job is not None:
            self.job.end()
            self._over()
        if self.ghosts is not None:
            shutil.rmtree(self.ghosts.folder, ignore_errors=True)

    # -- within ------------------------------------------------------------------------------------

    def doc(self):
        return self.app.activeDocument()

    def _free(self):
        if self.busy:
            raise Told(f"Maquette is still at work ({self.title}): wait, or stop it.")

    def _held(self):
        if self.ghosts is None:
            raise Told("There are no ghosts: ask for some first.")
        if not layers.open_still(self.app, self.ghosts.src):
            self.ignore()
            raise Told("The picture that the ghosts were made for was closed, or has another size now.")
        return self.ghosts

    def _file(self, src, folder):
        """The source as a file, named after its layer, since its name goes into the credential's title."""
        path = os.path.join(folder, commands.file_name(src.name) + ".png")
        self.remark = layers.written(self.app, src, path)
        return path

    def _mask(self, src, file):
        path = os.path.join(os.path.dirname(file), "selection.mask.png")
        with open(path, "wb") as out:
            out.write(pixels.grey_png(src.mask, *src.box[2:]))
        return path

    def _made(self, src, verb, args, shown=None):
        """One move: the source into a file, the command, the result as one new layer above."""
        self._free()
        folder = job.scratch()
        try:
            file = self._file(src, folder)
            self._start(verb, args(file, self.keep_folder()), folder, lambda found: self._laid(src, found, verb, shown))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _start(self, title, args, folder, then, fine=(0,)):
        self.job = job.Job(args, folder, fine)
        self.title, self.folder, self.then = title, folder, then
        self.say(f"{title}: begun")

    def _over(self):
        """The question is answered: its folder goes, unless ghosts still need it."""
        if self.ghosts is None or self.ghosts.folder != self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.job = self.folder = self.then = None

    def _still(self, src, path):
        if not layers.open_still(self.app, src):
            raise Told(f"The picture was closed, or has another size now: the result is kept as {path}.")

    def _laid(self, src, found, verb, shown):
        if not found:
            raise Told("Maquette answered nothing.")
        answer = found[-1]
        self.last = answer["path"]
        self._still(src, self.last)
        node = layers.laid(self.app, src, self.last, f"{verb}: {src.name}", shown)
        record.added(src.doc, node, verb, "made", answer)
        self.say("\n".join(filter(None, [commands.kept(answer), self.remark])))

    def _ghosts_laid(self, src, found, file, asked, folder):
        if not found:
            raise Told("Nothing comes to mind here: select another part.")
        self._still(src, os.path.dirname(found[0]["path"]))
        group = src.doc.createNode(GHOSTS, "grouplayer")
        layers.placed(src.doc, src.node, group)
        nodes = []
        self.ghosts = Ghosts(src, group, nodes, (file, asked), folder)
        for one in found:
            name = f"{one['ghost']}: {one['note']}"
            node = layers.laid(self.app, src, one["path"], name, src.mask, group)
            node.setVisible(not nodes)
            record.added(src.doc, node, "ghost", "ghost", one)
            nodes.append(node)
        src.doc.refreshProjection()
        self.say(f"{len(nodes)} ghosts: show one with its eye, then accept or ignore.")

    def _ghost_kept(self, held, answer, number):
        self.last = answer["path"]
        self._still(held.src, self.last)
        node = layers.laid(self.app, held.src, self.last, f"ghost: {held.src.name}", held.src.mask)
        record.added(held.src.doc, node, "ghost", "accepted", answer)
        self.ignore()
        self.say("\n".join(filter(None, [commands.kept(answer), self.remark])))

    def _verify(self, path, later):
        def then(found):
            lines = ["{}: {}{}".format(one["state"], one["summary"], later) for one in found]
            marks = [one["mark"].get("told", "") for one in found if one.get("mark")]
            self.say("\n".join(lines + marks))

        self._start("verify", commands.verify(path), job.scratch(), then, fine=(0, 3))
