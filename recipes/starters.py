"""Rebuild the packaged starters from data that is not in the repository: `make starters DATA=FOLDER`.

For each recipe `NAME-N.toml` here, its dataset is looked up by name anywhere below FOLDER and compared with the one
that the recipe names by hash; the model is trained in `runs/NAME-N` (a run that was stopped goes on), packaged into
the source tree, and judged on the held-out items: the figures go into its card, and the card into docs/cards.

python recipes/starters.py FOLDER            trains, packages, judges
python recipes/starters.py FOLDER --judge    only judges what is packaged
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from maquette.checkpoints.contents import SEAL
from maquette.data.dataset import listed_records, open_dataset, version_of
from maquette.makers.evaluate import evaluate

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
STARTERS = ROOT / "src" / "maquette" / "starters"


def main() -> None:
    """Rebuild them all, in the order of their names."""
    folders = [Path(word) for word in sys.argv[1:] if word != "--judge"]
    if len(folders) != 1 or not folders[0].is_dir():
        sys.exit("say where the datasets are: make starters DATA=FOLDER")
    for recipe in sorted(HERE.glob("*-[0-9]*.toml")):
        told = tomllib.loads(recipe.read_text("utf-8"))
        (named,) = told["data"]
        without = told.get("sampling", {}).get("without", ())
        if told["craft"] == "motion":
            source = find_motions(folders[0], named["sha256"], tuple(told.get("tiers", ("a",))))
        else:
            source = find(folders[0], named["name"], named.get("sha256", ""), without)
        if "--judge" not in sys.argv:
            rebuild(recipe, told["craft"], source)
        judge(STARTERS / recipe.stem, told["craft"], source)
    subprocess.run([sys.executable, str(ROOT / "benchmarks" / "cards.py")], check=True)


def rebuild(recipe: Path, craft: str, source: Path) -> None:
    """Train one starter and put it in its place."""
    run = ROOT / "runs" / recipe.stem
    print(f"{recipe.stem}: {source.name}, into {run.relative_to(ROOT)}", flush=True)
    train = [sys.executable, "-m", "maquette", "train", craft, str(source)]
    subprocess.run([*train, "--recipe", str(recipe), "--out", str(run)], check=True)
    target = STARTERS / recipe.stem
    target.mkdir(exist_ok=True)
    for made in sorted(run.iterdir()):
        if made.is_file() and made.name != SEAL:  # a starter is part of Maquette, not of whoever trained it
            shutil.copy(made, target / made.name)
    print(f"{recipe.stem}: packaged, {sum(one.stat().st_size for one in target.iterdir()) / 1e6:.1f} MB")


def judge(starter: Path, craft: str, source: Path) -> None:
    """Write the held-out figures of a packaged starter, and the n-gram's beside them, into its card."""
    figures = evaluate(craft, source, checkpoint=str(starter))
    if craft == "motion":
        write_motion(starter, figures)
        return
    unit = {"icon": "icon", "music": "note"}[craft]
    for key in ("checkpoint", "seconds", *(("skipped",) if craft == "music" else ())):
        figures.pop(key, None)
    path = starter / "card.json"
    card = json.loads(path.read_text("utf-8"))
    if sets := figures.pop("sets", None):
        card["sets"] = sets
        figures["sets"] = {
            name: f"{row['bits_per_note']:.2f} bits per note, {row['ratio']:.2f} of the n-gram's"
            for name, row in sets.items()
        }
    card["baseline"] = {key: figures.pop(key) for key in list(figures) if "baseline_bits" in key}
    card["figures"] = {**card.get("figures", {}), **figures}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)
    bits = figures[f"bits_per_{unit}"]
    print(f"{starter.name}: {bits:.2f} bits per {unit}, {figures['ratio']:.2f} of the n-gram's", flush=True)


def write_motion(starter: Path, figures: dict[str, Any]) -> None:
    """The figures of a net that moves bodies, beside the motion graph's and the recorded clips' own."""
    path = starter / "card.json"
    card = json.loads(path.read_text("utf-8"))
    graph = figures.pop("graph")
    real = {key: figures.pop(key) for key in list(figures) if key.startswith("real_")}
    figures.pop("checkpoint")
    card["figures"] = {**card.get("figures", {}), **figures}
    card["baseline"] = {**MOTION_BASELINE, **graph, "recorded_clips": real}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)
    found = figures["r_precision_3"], graph["r_precision_3"]
    print(f"{starter.name}: {found[0]:.2f} of captions found, {found[1]:.2f} by the graph", flush=True)


MOTION_BASELINE = {
    "what": "the motion graph: recorded clips found by the same words, cut and joined",
    "judged_by": "motion.judge.onnx: another net, another seed, taught by the same clips",
}


def find_motions(folder: Path, sha256: str, tiers: tuple[str, ...]) -> Path:
    """The folder of clips below `folder` with the very clips of the recipe."""
    from maquette.training.motion_run import opened

    for path in (folder, *sorted(one.parent for one in folder.rglob("motion.npz"))):
        if (path / "motion.npz").is_file() and opened(path, tiers).sha256 == sha256:
            return path
    sys.exit(f"there is no folder below {folder} with the clips of the recipe, {sha256[:12]}...")


def find(folder: Path, name: str, sha256: str, without: Sequence[str] = ()) -> Path:
    """The record file NAME.jsonl[.gz|.zst] or the folder NAME below `folder`, with the very items of the recipe.

    `without`: sets of it that the recipe leaves out.
    """
    found = [path for path in sorted(folder.rglob(f"{name}.jsonl*")) if path.is_file()]
    whole = [path for path in (folder, *sorted(folder.rglob(name))) if path.is_dir() and path.name == name]
    found += [path for path in whole if (path / "items.jsonl").is_file() or listed_records(path)]
    if not found:
        sys.exit(f"there is no dataset {name} below {folder}")
    for path in found:
        if not sha256 or version_of(one for one in open_dataset(path).items if one.set not in without) == sha256:
            return path
    sys.exit(f"{', '.join(map(str, found))}: other items than those of the recipe, {sha256[:12]}...")


if __name__ == "__main__":
    main()
