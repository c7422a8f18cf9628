"""Who made what: kept inside the .kra as an annotation, so that machine and human stay told apart.

A layer of Maquette's is the machine's as long as its pixels are as they came; painted on, it is both. Everything else
is human. The standard library alone.
"""

import hashlib
import json
import time

KEY = "maquette-authorship"
ABOUT = "Which layers Maquette made"
LABEL = 6  # the colour label of the machine's layers


def read(doc):
    """The entries of a document, oldest first; what cannot be read counts as none."""
    try:
        found = json.loads(bytes(doc.annotation(KEY)).decode("utf-8") or "[]")
    except (ValueError, AttributeError):
        return []
    return found if isinstance(found, list) else []


def write(doc, entries):
    doc.setAnnotation(KEY, ABOUT, json.dumps(entries, ensure_ascii=False).encode("utf-8"))


def added(doc, node, verb, state, answer):
    """Write down a layer that the command made. state: "made", "ghost" or "accepted"."""
    node.setColorLabel(LABEL)
    entry = {
        "layer": identity(node),
        "name": node.name(),
        "by": "machine",
        "verb": verb,
        "state": state,
        "note": answer.get("note") or "",
        "model": answer.get("model") or "",
        "sha256": answer.get("sha256") or "",
        "pixels": looks(node),
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    write(doc, [*read(doc), entry])


def judged(doc, layers, state):
    """Write down what became of ghosts: "accepted" or "ignored"."""
    write(doc, [{**one, "state": state} if one.get("layer") in layers else one for one in read(doc)])


def identity(node):
    """The name that a layer keeps for life."""
    return node.uniqueId().toString()


def looks(node):
    """A short sum of a layer's pixels."""
    box = node.bounds()
    data = bytes(node.pixelData(box.x(), box.y(), box.width(), box.height()))
    place = f"{box.x()},{box.y()},{box.width()},{box.height()}:"
    return hashlib.sha256(place.encode() + data).hexdigest()[:16]


def lines(doc):
    """Every layer that holds pixels, from the top, and whose it is."""
    known = {one.get("layer"): one for one in read(doc)}
    told = []
    for node in reversed(paintable(doc.rootNode())):
        entry = known.get(identity(node))
        if entry is None:
            whose = "by hand"
        elif entry["pixels"] == looks(node):
            whose = "by the machine ({})".format(entry["verb"])
        else:
            whose = "by the machine ({}), then changed by hand".format(entry["verb"])
        told.append(f"{node.name()}: {whose}")
    ignored = sum(one.get("state") == "ignored" for one in known.values())
    return told + ([f"{ignored} ghosts were ignored"] if ignored else [])


def paintable(node):
    """The layers below a node that hold pixels of their own, bottom first."""
    found = []
    for child in node.childNodes():
        if child.type() == "grouplayer":
            found.extend(paintable(child))
        elif child.type() in ("paintlayer", "filelayer", "vectorlayer"):
            found.append(child)
    return found
