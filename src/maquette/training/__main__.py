"""`python -m maquette.training RECIPE DATA --out DIR`: the same loop, for a machine that holds little but torch."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..core.errors import MaquetteError
from .pictures_recipe import values_of
from .run import Report, train


def main() -> int:
    """Parse the arguments, train, say how it goes on standard error."""
    parser = argparse.ArgumentParser(prog="python -m maquette.training", description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float)
    given = parser.parse_args()

    def say(report: Report) -> None:
        if report.held_out is not None or report.step % 20 == 0:
            held = "" if report.held_out is None else f"  held-out {report.held_out:.2f}"
            left = f"{report.minutes_left:.0f} min left"
            speed = f"{report.tokens_per_second} tokens/s"
            loss = "" if report.loss is None else f"  loss {report.loss:.3f}"
            told = f"  {report.note}" if report.note else ""
            print(f"{report.step}/{report.of}{loss}{held}  {speed}  {left}{told}", file=sys.stderr, flush=True)

    try:
        train(
            str(values_of(given.recipe).get("craft", "icon")),
            given.data,
            recipe=given.recipe,
            minutes=given.minutes,
            out=given.out,
            on_step=say,
        )
    except MaquetteError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
