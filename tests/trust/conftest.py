"""A small studio to be sealed in: keys in a folder of their own, and what seals with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maquette.core.settings import Places
from maquette.core.types import Ingredient, Work
from maquette.trust import keys, seal
from trust.samples import CARD, FILES, NEAR, ROCKET, a_work


@pytest.fixture(scope="session")
def at(tmp_path_factory: pytest.TempPathFactory) -> Places:
    folder = tmp_path_factory.mktemp("studio")
    return Places(folder / "home", folder / "config")


@pytest.fixture(scope="session")
def ada(at: Places) -> keys.Signer:
    return keys.create(at, "Ada")


@pytest.fixture(scope="session")
def bob(tmp_path_factory: pytest.TempPathFactory) -> keys.Signer:
    folder = tmp_path_factory.mktemp("stranger")
    return keys.create(Places(folder, folder), "Bob")


Sealing = Callable[..., seal.Sealed]


@pytest.fixture(scope="session")
def sealed(ada: keys.Signer) -> Sealing:
    """Seal a file of a kind ("svg", "png", "mid"): created, edited, adopted or found."""

    def make(kind: str = "svg", manner: str = "created", work: Work[Any] | None = None, **more: Any) -> seal.Sealed:
        data, mime = FILES[kind]
        options: dict[str, Any] = {"card": CARD, "originality": NEAR, "signer": ada, "action": "created", **more}
        work = work or a_work(ingredients=(ROCKET,), how="after")
        if manner == "found":
            parent = Ingredient(**{**vars(ROCKET), "relation": "parentOf"})
            work = a_work(how="found", ingredients=(parent,), checkpoint="", trace={})
            options["card"] = {}
        if manner in ("edited", "adopted"):
            first = make(kind)
            parent_file = seal.Parent(first.data, mime, first.sidecar, f"rocket.{kind}")
            options |= {"action": manner, "parents": [parent_file]}
        return seal.seal(work, data, mime, **options)

    return make


@pytest.fixture
def kept(tmp_path: Path, sealed: Sealing) -> Callable[..., Path]:
    """Seal and write, with the sidecar beside where there is one."""

    def keep(kind: str = "svg", manner: str = "created", name: str = "rocket", **more: Any) -> Path:
        made = sealed(kind, manner, **more)
        path = tmp_path / f"{name}.{kind}"
        path.write_bytes(made.data)
        if made.sidecar:
            path.with_name(path.name + ".c2pa").write_bytes(made.sidecar)
        return path

    return keep


@pytest.fixture(autouse=True)
def reader_in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everywhere but in `test_verify.py` files are read in this process: starting another costs a tenth of a second."""
    if request.path.name != "test_verify.py":
        from maquette.trust import reader, verify

        def near(files: Any, anchors: Any) -> Any:
            roots = tuple(pem.encode("ascii") for pem in anchors)
            return ((number, reader.look(file, roots)) for number, file in enumerate(files))

        monkeypatch.setattr(verify, "_batch", near)
