"""The walls of the house: which floor may import which, who may touch torch and C2PA, how long things may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "maquette"

# A folder may import from itself and from folders on a strictly lower floor. "" is the façade and `python -m maquette`.
FLOORS = {
    "core": 0,
    "starters": 0,
    "samples": 0,
    "integrations": 0,  # run by other programs, in their own Python
    "media": 1,
    "nets": 1,
    "encodings": 2,
    "engine": 2,
    "data": 2,
    "checkpoints": 3,
    "makers": 4,
    "training": 4,
    "trust": 4,
    "studio": 5,
    "scale": 5,
    "interfaces": 6,
    "": 7,
}

# Who may import what heavy thing; everybody else goes through these doors.
DOORS = {
    "torch": ("nets/", "training/", "makers/big/", "checkpoints/graph.py"),
    "einops": ("nets/", "training/"),
    "onnx": ("checkpoints/graph", "checkpoints/gan.py"),  # graph.py, graph_unet.py ...
    "c2pa": ("trust/credentials.py",),
    "click": ("interfaces/",),
    "rich": ("interfaces/",),
}

# Licences that infect are never imported: GPL and AGPL packages somebody may reach for.
NEVER = {"pedalboard", "ebooklib", "fitz", "pymupdf", "potrace", "pyqt5", "pyqt6", "unidecode"}


@cache
def modules() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8"), str(path)) for path in sorted(SOURCE.rglob("*.py"))}


def imports(path: Path, tree: ast.Module) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """(line, absolute module, names) of every import of a module, those inside functions too."""
    package = ("maquette", *path.relative_to(SOURCE).parts[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ()
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield node.lineno, module, tuple(alias.name for alias in node.names)


def folder_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def targets(module: str, names: tuple[str, ...]) -> Iterator[str]:
    """The folders an import of ours reaches: `from maquette import core` reaches core, `__version__` nothing."""
    if module == "maquette":
        for name in names:
            if name != "__version__":
                yield name if name in FLOORS else ""
    else:
        yield folder_of(module)


def edges() -> Iterator[tuple[Path, int, str, str]]:
    for path, tree in modules().items():
        parts = path.relative_to(SOURCE).parts
        source = parts[0] if len(parts) > 1 else ""
        for line, module, names in imports(path, tree):
            if module.split(".")[0] == "maquette":
                for target in targets(module, names):
                    if target != source:
                        yield path, line, source, target


def test_every_folder_has_a_floor():
    folders = {path.name for path in SOURCE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders <= set(FLOORS), f"say in FLOORS where {folders - set(FLOORS)} belong"


def test_a_floor_imports_only_from_the_floors_below_it():
    climbed = [
        f"{path.relative_to(ROOT)}:{line}: {source or 'façade'} (floor {FLOORS[source]}) "
        f"imports {target or 'façade'} (floor {FLOORS[target]})"
        for path, line, source, target in edges()
        if source and FLOORS[target] >= FLOORS[source]
    ]
    assert not climbed, "\n".join(climbed)


def test_the_facade_promises_only_what_exists():
    import importlib

    import maquette

    for name, module in maquette.FACADE.items():
        if (SOURCE / Path(*module.split(".")[1:])).with_suffix(".py").exists():
            assert hasattr(importlib.import_module(module), name), f"{module} has no {name}"


def module_name(path: Path) -> str:
    parts = ["maquette", *path.relative_to(SOURCE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def loaded_at_once(tree: ast.Module) -> ast.Module:
    """A module without its function bodies and `if TYPE_CHECKING` blocks: what runs when it is imported."""
    kept = [
        node
        for node in tree.body
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
    ]
    return ast.Module(kept, [])


def test_no_two_modules_load_each_other():
    """A door may load its rooms when asked (inside a function); it may not need them while they need it."""
    names = {module_name(path): path for path in modules()}
    reached: dict[str, set[str]] = {}
    for path, tree in modules().items():
        mine = module_name(path)
        for _, module, imported in imports(path, loaded_at_once(tree)):
            for candidate in (module, *(f"{module}.{name}" for name in imported)):
                if candidate in names and candidate != mine:
                    reached.setdefault(mine, set()).add(candidate)
    both = sorted({tuple(sorted((a, b))) for a, found in reached.items() for b in found if a in reached.get(b, ())})
    assert not both, f"two-way imports: {both}"


def test_heavy_packages_come_in_through_their_own_door():
    wrong = []
    for path, tree in modules().items():
        place = path.relative_to(SOURCE).as_posix()
        for line, module, _ in imports(path, tree):
            top = module.split(".")[0]
            if top in DOORS and not place.startswith(DOORS[top]):
                wrong.append(f"{place}:{line} imports {top}; only {', '.join(DOORS[top])} may")
            if top.lower() in NEVER and not place.startswith("integrations/"):  # those use what their host brings
                wrong.append(f"{place}:{line} imports {top}, whose licence does not go with ours")
    assert not wrong, "\n".join(wrong)


def test_licences_are_compared_in_one_table_only():
    """Rights are decided by data/licences.py; an `if licence == "MIT"` anywhere else would be a second law."""
    spdx = ("CC-BY", "CC0", "GPL-", "AGPL", "LGPL", "Apache-", "OFL-", "all-rights-reserved", "LicenseRef-")
    wrong = []
    for path, tree in modules().items():
        place = path.relative_to(SOURCE).as_posix()
        if place == "data/licences.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
                if any(text.startswith(spdx) or text in ("MIT", "ISC") for text in texts):
                    wrong.append(f"{place}:{node.lineno}")
    assert not wrong, f"licences are compared outside data/licences.py: {wrong}"


def lengths() -> list[tuple[int, str]]:
    found = []
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                # A docstring explains; it is not length.
                doc = node.body[0] if ast.get_docstring(node) else None
                said = (doc.end_lineno or 0) - doc.lineno + 1 if doc else 0
                size = (node.end_lineno or 0) - node.lineno + 1 - said
                found.append((size, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"))
    return sorted(found, reverse=True)


def test_nine_functions_in_ten_fit_a_screen():
    found = lengths()
    long = [name for size, name in found if size >= 45]
    assert len(long) <= len(found) / 10, f"{len(long)} of {len(found)} functions have 45 lines and more: {long}"


def test_no_file_is_longer_than_a_sitting():
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path, tree in modules().items()
        if sum(isinstance(node, ast.FunctionDef) for node in ast.walk(tree)) > 2  # long tables are dictionaries
        and (count := len(path.read_text("utf-8").splitlines())) > 600
    }
    assert not long, f"files over 600 lines: {long}"


def test_every_module_says_what_it_is():
    silent = [path.relative_to(ROOT).as_posix() for path, tree in modules().items() if not ast.get_docstring(tree)]
    assert not silent, f"no docstring: {silent}"


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "NOTICE", "CHANGELOG.md"])
def test_the_papers_are_there(name):
    assert (ROOT / name).stat().st_size > 200


def test_readme_is_short_enough_to_be_read():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150
