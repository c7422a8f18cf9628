"""Rebuild the packaged starters from data that is not in the repository: `make starters DATA=FOLDER`.

For each recipe `NAME-N.toml` here, its dataset is looked up by name anywhere below FOLDER and compared with the one
that the recipe names by hash; the model is trained in `runs/NAME-N` (a run that was stopped goes on), and packaged
into the source tree.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from maquette.data.dataset import open_dataset

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
STARTERS = ROOT / "src" / "maquette" / "starters"


def main() -> None:
    """Rebuild them all, in the order of their names."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("say where the datasets are: make starters DATA=FOLDER")
    for recipe in sorted(HERE.glob("*-[0-9]*.toml")):
        rebuild(recipe, Path(sys.argv[1]))


def rebuild(recipe: Path, data: Path) -> None:
    """Train one starter and put it in its place."""
    told = tomllib.loads(recipe.read_text("utf-8"))
    (named,) = told["data"]
    source = find(data, named["name"], named.get("sha256", ""))
    run = ROOT / "runs" / recipe.stem
    print(f"{recipe.stem}: {source.name}, into {run.relative_to(ROOT)}", flush=True)
    train = [sys.executable, "-m", "maquette", "train", told["craft"], str(source)]
    subprocess.run([*train, "--recipe", str(recipe), "--out", str(run)], check=True)
    target = STARTERS / recipe.stem
    target.mkdir(exist_ok=True)
    for made in sorted(run.iterdir()):
        if made.is_file():
            shutil.copy(made, target / made.name)
    print(f"{recipe.stem}: packaged, {sum(one.stat().st_size for one in target.iterdir()) / 1e6:.1f} MB")


def find(folder: Path, name: str, sha256: str) -> Path:
    """The record file NAME.jsonl[.gz|.zst] or the folder NAME below `folder`, with the very items of the recipe."""
    found = [path for path in sorted(folder.rglob(f"{name}.jsonl*")) if path.is_file()]
    found += [path for path in sorted(folder.rglob(name)) if (path / "items.jsonl").is_file()]
    if not found:
        sys.exit(f"there is no dataset {name} below {folder}")
    for path in found:
        if not sha256 or open_dataset(path).sha256 == sha256:
            return path
    sys.exit(f"{', '.join(map(str, found))}: other items than those of the recipe, {sha256[:12]}...")


if __name__ == "__main__":
    main()
