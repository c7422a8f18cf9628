"""The checkpoints that come with the package: small, versioned, with their cards and manifests of training items."""

from __future__ import annotations

from pathlib import Path

HOME = Path(__file__).resolve().parent.parent / "starters"


def starters() -> list[str]:
    """Names of the packaged checkpoints, sorted."""
    if not HOME.is_dir():
        return []
    return sorted(entry.name for entry in HOME.iterdir() if (entry / "weights.safetensors").is_file())


def starter(name: str) -> Path | None:
    """The folder of a packaged checkpoint, or None if there is none of that name."""
    return HOME / name if name in starters() else None
