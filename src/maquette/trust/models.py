"""Sealing models: a checkpoint's card is signed with the hashes of all that lies beside it and of what it learnt from.

The credential is a sidecar, `card.json.c2pa`. Its lineage names every file of the box by SHA-256, so that swapped
weights are found although only the card's own bytes are bound to the signature (`maquette verify FOLDER/card.json`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import __version__
from ..checkpoints.contents import CARD, contents
from ..core.errors import CredentialError
from ..core.types import Ingredient
from ..data import licences
from . import credentials, seal, story
from .keys import Signer

MIME = "application/json"
# C2PA 2.4: data, and no media, that come from an algorithm that was trained.
DATA = "http://c2pa.org/digitalsourcetype/trainedAlgorithmicData"
HOW = "trained"  # the lineage's word for a model


def seal_model(folder: Path, *, signer: Signer) -> bytes:
    """The sidecar that belongs beside `folder/card.json`: card, recipe, datasets and files of a model, signed.

    Raises CredentialError if signing fails.
    """
    data = (folder / CARD).read_bytes()
    card = json.loads(data)
    files = contents(folder)
    told = story_of_model(card, files)
    if part := story.misfit(told):
        raise CredentialError(f"the story of this model could not be read back: {part}", where=f"{folder.name}/{CARD}")
    sidecar = credentials.sign(_manifest(card, told), data, MIME, signer)[1]
    assert sidecar is not None  # nothing can be embedded in JSON
    return sidecar


def story_of_model(card: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """The lineage of a model as JSON data, in the form of a work's: asked for is a training, decided was the recipe."""
    recipe = card.get("recipe") or {}
    name, base = str(card.get("name") or "a model"), str(card.get("base") or "")
    terms = licences.combine([licences.licence(spdx) for spdx in card.get("licences") or ()])
    parts = [Ingredient(base, "inputTo", "model", sha256=str(card.get("base_id") or ""))] if base else []
    request = {"maker": f"train {card.get('kind', 'icon')}", "prompt": name, "controls": {}, "count": 1}
    told = {
        "format": story.FORMAT,
        "action": "created",
        "how": HOW,
        "note": str(card.get("note") or ""),
        "seed": int(recipe.get("seed") or 0),
        "checkpoint": files.get("weights.safetensors", ""),
        "encoding": str(card.get("encoding") or ""),
        "trace": {"recipe": recipe, "files": dict(files), "compute": card.get("compute") or {}},
        "model": story.model_of(card),
        "ingredients": parts,
        "originality": None,
        "human": "",
        "rights": {"offered": None, "from": "", "duties": [duty for duty in licences.DUTIES if duty in terms.duties]},
        "watermark": "none: weights carry none; every file is named by its hash",
        "request": {**request, "seed": int(recipe.get("seed") or 0), "checkpoint": base or None},
    }
    plain: dict[str, Any] = story.clean(told)
    return plain


def _manifest(card: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    ingredients = [*seal.ingredients_of(told["ingredients"]), *seal.datasets_of(told["model"] or {})]
    inputs = [one["label"] for one in ingredients]
    action = {"action": "c2pa.created", "digitalSourceType": DATA, **seal.stamp()}
    if inputs:
        action["parameters"] = {"ingredientIds": inputs}
    disclosure = {
        "modelType": "c2pa.types.model.onnx",
        "modelName": told["request"]["prompt"],
        "modelIdentifier": f"urn:sha256:{told['checkpoint']}",
        "contentProfile": {"humanOversightLevel": "human_validated"},
    }
    assertions = [
        {"label": "c2pa.actions", "data": {"allActionsIncluded": True, "actions": [action]}},
        {"label": "c2pa.ai-disclosure", "data": disclosure},
        {"label": "cawg.training-mining", "data": {"entries": seal.training_entries("notAllowed")}},
        {"label": story.LABEL, "data": told},
    ]
    return {
        "claim_generator_info": [
            {"name": "Maquette", "version": __version__, "specVersion": credentials.SPEC_VERSION},
        ],
        "title": f"{told['request']['prompt']}, {CARD}",
        "assertions": [{**one, "created": True} for one in assertions],
        "ingredients": ingredients,
    }
