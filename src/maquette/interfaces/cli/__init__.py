"""The command line. This door is as light as can be, so that Ctrl-C is met with a plain 130 from the first moment."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from .root import cli as cli


def main(args: list[str] | None = None) -> NoReturn:
    """Run one command and leave: 0 done, 1 internal, 2 usage, 3 verification failed, 4 refused, 130 cancelled."""
    try:
        from .root import run

        code = run(sys.argv[1:] if args is None else args)
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def __getattr__(name: str) -> Any:
    if name == "cli":
        from .root import cli

        return cli
    raise AttributeError(name)
