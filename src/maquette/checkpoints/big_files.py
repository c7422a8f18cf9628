"""Folders of large models as their makers publish them: what they are, whether they are whole, and whose licence holds.

Only file names, JSON and the headers of safetensors files are read here, never a weight, and nothing is executed. What
could run a program when opened (a pickle, a Python file) is refused by name.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..core.errors import CheckpointError, RightsError

Kind = Literal["pipeline", "controlnet", "ip-adapter", "lora", "embedding"]
INDEX = "model_index.json"
PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle", ".joblib")
UNFINISHED = (".incomplete", ".part", ".crdownload", ".aria2", ".tmp")
LONGEST_HEADER = 100 << 20  # bytes, as in the safetensors library
WEIGHTS = re.compile(
    r"(?:diffusion_pytorch_model|pytorch_model|model)(?:\.(?P<variant>\w+))?(?:-\d{5}-of-\d{5})?\.safetensors$"
)
# Parts that are settings and no weights: their class names end so.
LIGHT = ("Tokenizer", "TokenizerFast", "Scheduler", "Processor", "ProcessorPil", "FeatureExtractor", "Extractor")
BYTES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "I16": 2, "F8_E4M3": 1, "F8_E5M2": 1}
UNDISCLOSED = "its training data was not disclosed by its makers"


@dataclass(frozen=True)
class Tensor:
    """One array of a safetensors file, by its header alone."""

    type: str
    shape: tuple[int, ...]

    @property
    def numbers(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class Terms:
    """The licence of a model: its id, the whole text as it lay there, where it was found."""

    id: str
    text: str = field(repr=False)
    source: str  # "LICENSE.md", "README.md", "named by the person who added it"


@dataclass(frozen=True)
class Folder:
    """A folder that was looked through and found whole."""

    path: Path
    kind: Kind
    made_as: str  # the class that its makers name: "StableDiffusionXLPipeline"
    parts: Mapping[str, int]  # name of a part -> parameters
    variant: str = ""  # "fp16" where only such weights are there
    type: str = "F32"  # of most numbers

    @property
    def parameters(self) -> int:
        return sum(self.parts.values())


def is_big(path: Path) -> bool:
    """True for a folder that other programs than Maquette wrote: a pipeline, a ControlNet, an IP-Adapter, a LoRA."""
    if (path / INDEX).is_file():
        return True
    if not path.is_dir() or (path / "card.json").is_file():
        return False
    config = _json(path / "config.json") if (path / "config.json").is_file() else {}
    return "ControlNet" in str(config.get("_class_name")) or any(True for _ in _single_files(path))


def examine(path: Path) -> Folder:
    """Look through a folder. Raises CheckpointError for pickles, programs, missing or unfinished files."""
    _refuse_programs(path)
    _refuse_unfinished(path)
    if (path / INDEX).is_file():
        return _pipeline(path)
    config = _json(path / "config.json") if (path / "config.json").is_file() else {}
    if "ControlNet" in str(config.get("_class_name")):
        files, variant = _weights(path, "")
        tensors = _tensors(path, files)
        return Folder(path, "controlnet", str(config["_class_name"]), {"controlnet": _count(tensors)}, variant)
    for file in _single_files(path):
        kind = _kind_of_file(file)
        if kind is not None:
            return Folder(path, kind, kind, {file.stem: _count(header(file))})
    raise CheckpointError(
        "this folder holds no model that is known here",
        where=str(path),
        mend=f"give a folder of diffusers (with {INDEX}), of a ControlNet, an IP-Adapter or a LoRA (.safetensors)",
    )


def header(path: Path) -> dict[str, Tensor]:
    """The arrays of a safetensors file by name. Raises CheckpointError if it is cut off or is none."""

    def broken(why: str) -> CheckpointError:
        return CheckpointError(f"{path.name} {why}", where=str(path), mend="download the file again, to its end")

    try:
        total = path.stat().st_size
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if total < 8 or not 2 <= length <= min(LONGEST_HEADER, total - 8):
                raise broken("is no safetensors file, or only its beginning")
            told = json.loads(file.read(length))
        ends = [int(one["data_offsets"][1]) for name, one in told.items() if name != "__metadata__"]
        if ends and 8 + length + max(ends) > total:
            raise broken(f"is cut off: {total:,} bytes of {8 + length + max(ends):,}")
        return {
            name: Tensor(str(one["dtype"]), tuple(int(side) for side in one["shape"]))
            for name, one in told.items()
            if name != "__metadata__"
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise broken(f"cannot be read: {error}") from error


def every_file(path: Path) -> Iterator[tuple[str, Path]]:
    """Name and path of each file below a folder, in order; hidden ones are passed over. Links are followed."""
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if not any(part.startswith(".") for part in name.split("/")) and not file.is_dir():
            yield name, file


# -- the licence -------------------------------------------------------------------------------------------------------

# How makers spell the licence of a model -> the id we keep. Others become LicenseRef-THEIR-WORDS.
SPOKEN = {
    "creativeml-openrail-m": "LicenseRef-CreativeML-OpenRAIL-M",
    "openrail++": "LicenseRef-CreativeML-OpenRAIL++-M",
    "openrail": "LicenseRef-OpenRAIL",
    "stabilityai-ai-community": "LicenseRef-Stability-AI-Community",
    "flux-1-dev-non-commercial-license": "LicenseRef-FLUX.1-dev-Non-Commercial",
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
}


def terms(path: Path, named: str = "") -> Terms:
    """The licence that lies in a folder, or the one that is `named`. Raises RightsError where there is neither."""
    texts = [(name, file) for name, file in every_file(path) if re.match(r"(?i)(licen[cs]e|copying)[\w.-]*$", name)]
    said = _front_matter(path / "README.md")
    spoken = said.get("license", "")
    if spoken in ("other", "") and said.get("license_name"):
        spoken = said["license_name"]
    text = "\n".join(file.read_text(encoding="utf-8", errors="replace") for _, file in texts)
    if named:
        return Terms(_id(named), text, "named by the person who added it")
    if spoken and spoken not in ("other", "unknown"):
        link = said.get("license_link", "")
        return Terms(_id(spoken), text or f"{spoken} {link}".strip(), texts[0][0] if texts else "README.md")
    if text.strip():
        return Terms(_guess(text), text, texts[0][0])
    raise RightsError(
        "this model comes without a licence, so nothing says that you may use it",
        where=str(path),
        mend="ask its makers; if you know it, name it: --licence ID (it is recorded that you did)",
    )


def _id(spoken: str) -> str:
    from ..data.licences import canonical, is_known

    if found := SPOKEN.get(spoken.strip().lower()):
        return found
    return canonical(spoken) if is_known(spoken) else _reference(spoken)


def _reference(spoken: str) -> str:
    plain = re.sub(r"[^\w.+-]+", "-", re.sub(r"(?i)^licenseref-", "", spoken.strip())).strip("-")
    return f"LicenseRef-{plain or 'unnamed'}"


def _guess(text: str) -> str:
    """The id of a licence by the words at its head; a text that is not known is called by its first line."""
    head = text[:2000].lower()
    known = {
        "creativeml open rail++-m": "openrail++",
        "creativeml open rail-m": "creativeml-openrail-m",
        "creativeml openrail-m": "creativeml-openrail-m",
        "stability ai community license": "stabilityai-ai-community",
        "flux.1 [dev] non-commercial license": "flux-1-dev-non-commercial-license",
        "apache license": "apache-2.0",
        "mit license": "mit",
    }
    for words, spoken in known.items():
        if words in head:
            return _id(spoken)
    first = next((line for line in text.splitlines() if line.strip()), "unnamed")
    return _reference(first[:40].rsplit(" ", 1)[0])


def _front_matter(path: Path) -> dict[str, str]:
    """The simple `key: value` lines between the two --- at the head of a model card."""
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if not lines or lines[0].strip() != "---":
        return {}
    found = {}
    for line in lines[1:]:
        if line.strip() == "---":
            break
        if match := re.match(r"(\w+):\s*(\S.*)$", line):
            found[match[1]] = match[2].strip().strip("'\"")
    return found


# -- looking through ---------------------------------------------------------------------------------------------------


def _refuse_programs(path: Path) -> None:
    for name, file in every_file(path):
        if file.suffix.lower() in PICKLES:
            twin = any(file.parent.glob("*.safetensors"))
            raise CheckpointError(
                f"{name} is a pickle, which can run any program when opened",
                where=str(path),
                mend="delete it: the .safetensors beside it is all that is needed"
                if twin
                else "ask its makers for safetensors; Maquette never opens such files",
            )
        if file.suffix.lower() == ".py":
            raise CheckpointError(
                f"{name} is a program, and a model is not allowed to bring one",
                where=str(path),
                mend="give a model whose classes are part of diffusers and transformers",
            )


def _refuse_unfinished(path: Path) -> None:
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.suffix.lower() in UNFINISHED:
            raise CheckpointError(
                f"the download is not finished: {name}", where=str(path), mend="start the download again; it goes on"
            )
        if file.is_symlink() and not file.exists():
            raise CheckpointError(
                f"{name} is a link to a file that is not there", where=str(path), mend="download the model again"
            )
    for index in sorted(path.rglob("*.safetensors.index*.json")):
        wanted = sorted(set(map(str, (_json(index).get("weight_map") or {}).values())))
        missing = [name for name in wanted if not (index.parent / name).is_file()]
        if missing:
            raise CheckpointError(
                f"{len(missing)} of {len(wanted)} pieces are missing: {missing[0]}",
                where=str(index.parent),
                mend="download the missing files; the folder is only half there",
            )


def _pipeline(path: Path) -> Folder:
    index = _json(path / INDEX)
    made_as = str(index.get("_class_name") or "")
    parts: dict[str, int] = {}
    types: dict[str, Tensor] = {}
    variants: set[str] = set()
    for part, told in index.items():
        if part.startswith("_") or not isinstance(told, list) or len(told) != 2 or not all(told):
            continue
        library, kind = map(str, told)
        if not (path / part).is_dir():
            wrong = f"the part {part} ({kind}) is missing"
            raise CheckpointError(wrong, where=str(path), mend="download the whole folder")
        if kind.endswith(LIGHT) or library == "PIL":
            continue
        files, variant = _weights(path / part, part)
        tensors = _tensors(path / part, files)
        parts[part] = _count(tensors)
        types |= {f"{part}/{name}": one for name, one in tensors.items()}
        variants.add(variant)
    if len(variants) > 1 and "" not in variants:
        raise CheckpointError(f"the parts are of different kinds: {', '.join(variants)}", where=str(path))
    variant = next(iter(variants - {""}), "")
    return Folder(path, "pipeline", made_as, parts, variant, _type(types))


def _weights(folder: Path, part: str) -> tuple[list[str], str]:
    """The weight files that diffusers will load, and their variant ("" or "fp16")."""
    found: dict[str, list[str]] = {}
    for file in sorted(folder.iterdir()):
        if match := WEIGHTS.match(file.name):
            found.setdefault(match["variant"] or "", []).append(file.name)
    if not found:
        raise CheckpointError(
            f"there are no weights (.safetensors) of {part or folder.name}",
            where=str(folder),
            mend="download the whole folder, with its safetensors",
        )
    variant = "" if "" in found else next(iter(found))
    return found[variant], variant


def _tensors(folder: Path, files: list[str]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for name in files:
        found |= header(folder / name)
    return found


def _count(tensors: Mapping[str, Tensor]) -> int:
    return sum(one.numbers for one in tensors.values())


def _type(tensors: Mapping[str, Tensor]) -> str:
    sums: dict[str, int] = {}
    for one in tensors.values():
        sums[one.type] = sums.get(one.type, 0) + one.numbers
    return max(sums, key=lambda name: sums[name]) if sums else "F32"


def _single_files(path: Path) -> Iterator[Path]:
    for name, file in every_file(path):
        if file.suffix == ".safetensors" and "/" not in name and _kind_of_file(file) is not None:
            yield file


def _kind_of_file(path: Path) -> Kind | None:
    """What a single safetensors file is, by the names in it."""
    try:
        names = list(header(path))
    except CheckpointError:
        return None
    if any(name.startswith("image_proj.") for name in names) and any(name.startswith("ip_adapter.") for name in names):
        return "ip-adapter"
    if any("lora" in name.lower() for name in names):
        return "lora"
    if names and set(names) <= {"emb_params", "clip_l", "clip_g"}:
        return "embedding"
    return None


def kind_of_file(path: Path) -> Kind | None:
    """What a single safetensors file holds: an IP-Adapter, a LoRA, a learnt word; None for anything else."""
    return _kind_of_file(path)


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        wrong = f"{path.name} cannot be read: {error}"
        raise CheckpointError(wrong, where=str(path), mend="download the file again") from error
    if not isinstance(value, dict):
        raise CheckpointError(f"{path.name} holds no object", where=str(path), mend="download the file again")
    return value
