"""What is asked of the `maquette` command, and what its answers mean for people. The standard library alone."""

import json
import re

TECHNIQUES = ("oil", "watercolour", "hatching", "pencil")
STYLES = ("brushwork", "colours", "sliced", "linear", "reinhard")


class Told(Exception):
    """Something that a person is to be told, in whole sentences."""


def stylise(layer, painting, out, method="brushwork", strength=1.0, brush=1.0):
    """In the hand of a painting."""
    asked = ["--method", method, "--strength", f"{strength:g}", "--brush", f"{brush:g}"]
    return ["picture", "stylise", layer, "--by", painting, *asked, "--out", out]


def paint(layer, out, technique="oil", brush=1.0):
    """Rebuilt from strokes."""
    return ["picture", "paint", layer, "--technique", technique, "--brush", f"{brush:g}", "--out", out]


def cutout(layer, out, mask=None, anyway=False):
    """The subject without its ground; a mask says where the subject surely is."""
    asked = (["--mask", mask] if mask else []) + (["--anyway"] if anyway else [])
    return ["picture", "cutout", layer, *asked, "--out", out]


def fill(layer, mask, out, seed=0):
    """What the mask covers, painted anew."""
    return ["picture", "fill", layer, "--mask", mask, "--seed", str(seed), "--out", out]


def ghosts(layer, out, count=3, again=0, words=""):
    """Variations, each a file of its own that is no work yet."""
    asked = ["--words", words] if words.strip() else []
    return ["picture", "suggest", layer, "--count", str(count), "--again", str(again), *asked, "--out", out]


def ghost_taken(layer, number, out, count=3, again=0, words=""):
    """The ghost that was taken, made once more and signed."""
    return [*ghosts(layer, out, count, again, words), "--accept", str(number)]


def verify(file):
    """What the credential of a file is worth."""
    return ["verify", file]


def answers(out, err, code, fine=(0,)):
    """The objects that the command printed. Raises Told with its error in plain words."""
    found = []
    for line in out.splitlines():
        if line.startswith("{"):
            try:
                found.append(json.loads(line))
            except ValueError:
                continue  # a line that was cut when the command was stopped
    wrong = next((one for one in found if "wrong" in one), None)
    if wrong is None and code in fine:
        return found
    raise Told(told(wrong) if wrong else last_words(err, code))


def told(error):
    """An error of the command's as two sentences: what is wrong, and how to mend it."""
    parts = [error.get("wrong", ""), error.get("mend", "")]
    lines = [one[:1].upper() + one[1:] for one in parts if one]
    return "\n".join(line if line.endswith((".", "!", "?")) else line + "." for line in lines)


def last_words(err, code):
    """What is left to say where the command ended without an answer."""
    if code == 130 or code < 0:
        return "Stopped. Nothing was changed."
    lines = [line.strip() for line in err.splitlines() if line.strip()]
    if any("No module named" in line and "maquette" in line for line in lines):
        return "Maquette is no longer where it was: run `maquette krita install` again."
    return "\n".join([f"Maquette ended without an answer ({code}).", *lines[-1:]])


def kept(answer):
    """A line on a result that was kept: its file, and what its credential says."""
    said = "; ".join(answer.get("said") or ())
    lines = [answer.get("note") or "Done.", "Kept: {}".format(answer["path"])]
    summary = (answer.get("credential") or {}).get("summary")
    return "\n".join(lines + ([summary] if summary else []) + ([said] if said else []))


def file_name(text, otherwise="layer"):
    """A name for a file that every system takes; letters of any script stay."""
    name = re.sub(r"[^\w -]+", "-", text, flags=re.UNICODE).strip(" -_.")[:60].rstrip(" -_.")
    return name or otherwise
