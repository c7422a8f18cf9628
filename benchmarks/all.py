"""Run every benchmark after the other, then write BENCHMARKS.md. One that fails is named, and the others go on.

python benchmarks/all.py           those that need no data
python benchmarks/all.py DATA      all: DATA is the record file of icons with its held-out part
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HELPERS = ("all", "baseline_nets", "common", "report")


def main() -> None:
    """Run, report, and end with 1 if one failed."""
    failed = []
    for path in sorted(HERE.glob("*.py")):
        if path.stem not in HELPERS and not path.stem.startswith("_"):
            print(f"\n== {path.stem}", flush=True)
            if subprocess.run([sys.executable, str(path)]).returncode:
                failed.append(path.stem)
    subprocess.run([sys.executable, str(HERE / "report.py")], check=True)
    if failed:
        sys.exit(f"these failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
