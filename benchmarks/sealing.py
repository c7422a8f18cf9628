"""What sealing and verifying cost: twelve icons with their whole story, a picture, and a file of 100 MB.

    python benchmarks/sealing.py [--rounds 7]

Sealing is timed in this process, verifying as the command does it, with the reader's own process and its start.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common import keep, processor, table, take_turns

from maquette.core.settings import Places
from maquette.core.types import Ingredient, Request, Work
from maquette.trust import credentials, keys
from maquette.trust.seal import Parent, Sealed, seal
from maquette.trust.verify import verify_all

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2">'
    + "".join(f'<path d="M{n} 3c1.5 {n}.25 2 5 3.75 {n}"/>' for n in range(12))
    + "</svg>\n"
).encode()
SETS = [{"set": f"set-{n}", "items": 1000 + n, "licence": "MIT", "copyright": f"Author {n}"} for n in range(20)]
CARD: dict[str, Any] = {
    "name": "icon-1",
    "licences": {"MIT": 20190},
    "datasets": [{"name": "icons", "version": "1", "sha256": "ab" * 32, "items": 20190, "sets": SETS}],
}
BIG = 100_000_000  # bytes


def a_work(number: int) -> Work[bytes]:
    trace = {"encoding": "strokes.v1", "tokens": [(7 * n) % 300 for n in range(150)]}
    rocket = Ingredient("rocket", "inputTo", "icon", "Lucide contributors", "ISC", "lucide/rocket", "cd" * 32)
    return Work(ICON, Request("icon", "a rocket", {}, 7), number, "ef" * 32, "after", "", (rocket,), trace)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=7)
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        places = Places(here, here)
        signer = keys.signer(places)

        def sealed(data: bytes, mime: str, number: int = 0, **more: Any) -> Sealed:
            rest: dict[str, Any] = {"action": "created", **more}
            return seal(a_work(number), data, mime, card=CARD, originality=None, signer=signer, **rest)

        icons = [here / f"icon-{number}.svg" for number in range(12)]
        for path in icons:
            path.write_bytes(sealed(ICON, "image/svg+xml").data)
        big = here / "big.mid"
        big.write_bytes(os.urandom(BIG))
        (here / "big.mid.c2pa").write_bytes(sealed(big.read_bytes(), "audio/midi").sidecar or b"")
        parent = Parent(icons[0].read_bytes(), "image/svg+xml")

        def afresh() -> None:
            credentials._context.cache_clear()
            credentials._native_signer.cache_clear()
            for number in range(12):
                sealed(ICON, "image/svg+xml", number)

        runs: dict[str, Callable[[], Any]] = {
            "seal 12 icons, signer and context set up": afresh,
            "seal 1 icon": lambda: sealed(ICON, "image/svg+xml"),
            "seal 1 icon with its parent": lambda: sealed(ICON, "image/svg+xml", action="adopted", parents=[parent]),
            "verify 1 icon, with the reader's start": lambda: verify_all(icons[:1], at=places),
            "verify 12 icons, with the reader's start": lambda: verify_all(icons, at=places),
            "verify a file of 100 MB, with the reader's start": lambda: verify_all([big], at=places),
        }
        best = take_turns(runs, rounds)
        overhead = icons[0].stat().st_size - len(ICON)
    rows = [{"what": name, "wall ms": f"{1000 * one['wall_s']:.1f}"} for name, one in best.items()]
    print(f"{processor()}\n\n{table(rows)}\n\ncredential of an icon: {overhead} bytes, 20 sets of training data in it")
    keep("sealing", {"seconds": best, "credential_bytes": overhead})


if __name__ == "__main__":
    main()
