"""Sealing exports: files for other tools, made of icons that are there already.

A file of one icon has that icon as its parent, whose own credential it carries along whole. A file of many (a font, a
sprite, a document) is a composite: each icon was placed in it, named with author, licence and hash. A folder of files
that cannot each have a credential beside them (source code, an app's resources) has a list, `contents.json`, with the
hash of every file; the list is sealed, and `verify` looks at every file that it names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import __version__
from ..core.errors import CredentialError, RightsError
from ..core.hashing import sha256_bytes
from ..core.types import Ingredient, Request, Work
from ..data import licences
from . import credentials, seal, story
from .keys import Signer
from .verify import EXPORTED

# One that was made of others, with or without generative ones among them (IPTC, digital source types).
COMPOSITE, WITH_MODEL = seal.IPTC + "composite", seal.IPTC + "compositeWithTrainedAlgorithmicMedia"
LIST_FORMAT = "maquette-contents-1"


@dataclass(frozen=True)
class Part:
    """An icon that went into an export: the bytes of its file, whose it is, and its own story ({} if it tells none)."""

    name: str
    data: bytes = field(repr=False)
    mime: str = "image/svg+xml"
    sidecar: bytes | None = field(default=None, repr=False)
    signed: bool = False  # it has a credential, of whomever: that is carried along
    author: str = ""
    licence: str = ""
    source: str = ""
    story: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def model(self) -> Mapping[str, Any]:
        """The model that had a hand in it, as its story tells; {} if none had."""
        told: Mapping[str, Any] = self.story.get("model") or {}
        return told

    def credit(self, relation: Any) -> Ingredient:
        """The icon itself, as an ingredient."""
        return Ingredient(self.name, relation, "icon", self.author, self.licence, self.source, sha256_bytes(self.data))

    def behind(self) -> list[Ingredient]:
        """The works of people that stand behind it, as its story tells."""
        told = [Ingredient(**{**one, "relation": "inputTo"}) for one in self.story.get("ingredients") or ()]
        return [one for one in told if one.kind not in ("model", "dataset")]


def require_rights(parts: Iterable[Part]) -> None:
    """Refuse icons whose licence does not let them be passed on. A file without a record is taken for its bearer's."""
    for part in parts:
        terms = licences.licence(part.licence)
        if part.licence and not terms.share:
            raise RightsError(
                f"{part.name} by {part.author or 'an unknown author'} may not be passed on: {terms.why}",
                where=f"{part.source or part.name} ({terms.spdx})",
                mend="leave it out, ask its author, or record it as your own with `maquette data licence`",
            )


def seal_export(
    parts: Sequence[Part], data: bytes, mime: str, *, name: str, what: str, signer: Signer, trace: Mapping[str, Any]
) -> seal.Sealed:
    """Sign the bytes of an export made of `parts`; `what` says what it is ("a PNG"), `trace` how it was made.

    Raises RightsError if a licence forbids it, CredentialError if signing fails.
    """
    require_rights(parts)
    told = _story(parts, name, what, signer, trace)
    if part := story.misfit(told):
        raise CredentialError(f"the story of this export could not be read back: {part}", where=name)
    sources = _source(parts[0]) if len(parts) == 1 else []
    sealed, sidecar = credentials.sign(_manifest(told, name, bool(sources)), data, mime, signer, sources)
    made = f"exported from {len(parts)} icons" if len(parts) > 1 else f"exported from {parts[0].name}"
    summary = " · ".join(filter(None, (made, *_models_in_words(told), f"signed by {signer.name}")))
    credential = seal.Credential({}, signer.name, "sidecar" if sidecar else "embedded", summary)
    return seal.Sealed(sealed, sidecar, credential)


def list_of(files: Mapping[str, bytes], parts: Sequence[Part], what: str) -> bytes:
    """The text of `contents.json`: what is in the folder, and whose icons it is made of."""
    listed = {
        "format": LIST_FORMAT,
        "what": what,
        "files": {path: sha256_bytes(data) for path, data in sorted(files.items())},
        "icons": [
            {key: value for key, value in _fact(part).items() if value} for part in sorted(parts, key=lambda p: p.name)
        ],
    }
    return (json.dumps(listed, ensure_ascii=False, indent=1) + "\n").encode()


def _fact(part: Part) -> dict[str, str]:
    whose = {"author": part.author, "licence": part.licence, "source": part.source}
    return {"name": part.name, **whose, "sha256": sha256_bytes(part.data)}


def _story(parts: Sequence[Part], name: str, what: str, signer: Signer, trace: Mapping[str, Any]) -> dict[str, Any]:
    one = parts[0] if len(parts) == 1 else None
    before: Mapping[str, Any] = one.story if one else {}
    models = _models(parts)
    used = [part.credit("parentOf" if one else "componentOf") for part in parts]
    used += dict.fromkeys(ingredient for part in parts for ingredient in part.behind())
    used += [Ingredient(str(told.get("name") or "a model"), "inputTo", "model") for told in models[1:]]
    request: Request[Any] = Request("icon", name, {}, int((before.get("request") or {}).get("seed") or 0), len(parts))
    checkpoint = str(before.get("checkpoint") or "") if models else ""
    work: Work[Any] = Work(None, request, int(before.get("seed") or 0), checkpoint, "edited", what, tuple(used), trace)
    told = story.tell_story(
        work,
        action="edited" if one else "created",
        card=models[0] if models else {},
        originality=before.get("originality"),
        signer=signer,
        private=False,
        human=str(before.get("human") or ""),
    )
    return {**told, "how": EXPORTED}


def _models(parts: Sequence[Part]) -> list[Mapping[str, Any]]:
    """The models that had a hand in the parts, each once, the one of most parts first."""
    counted: dict[str, tuple[int, Mapping[str, Any]]] = {}
    for part in parts:
        if part.model:
            key = json.dumps(part.model, sort_keys=True)
            counted[key] = (counted.get(key, (0, {}))[0] + 1, part.model)
    return [told for _, told in sorted(counted.values(), key=lambda pair: -pair[0])]


def _models_in_words(told: Mapping[str, Any]) -> list[str]:
    model = told.get("model")
    if not model:
        return []
    learnt = "/".join(sorted(model.get("licences") or {}))
    return [f"drawn with {model.get('name') or 'a model'}" + (f", trained on {learnt} works" if learnt else "")]


def _source(part: Part) -> list[credentials.Source]:
    """The icon as the parent. One without a credential is a parent by its bytes alone, which may be in UTF-16."""
    one = seal.ingredients_of([vars(part.credit("parentOf"))])[0]
    record = {key: one[key] for key in ("title", "instance_id", "description", "metadata")}
    record["metadata"] = {**record["metadata"], "com.maquette.sha256": sha256_bytes(part.data)}
    mime = part.mime if part.signed else credentials.OTHER
    return [credentials.Source("parent-0", {**record, "relationship": "parentOf"}, part.data, mime, part.sidecar)]


def _manifest(told: Mapping[str, Any], name: str, opened: bool) -> dict[str, Any]:
    ingredients = [
        {**record, "relationship": "inputTo" if one["relation"] == "parentOf" else one["relation"]}
        for record, one in zip(seal.ingredients_of(told["ingredients"]), told["ingredients"], strict=True)
        if not (opened and one["relation"] == "parentOf")
    ]
    inputs = [one["label"] for one in ingredients if one["relationship"] == "inputTo"]
    placed = [one["label"] for one in ingredients if one["relationship"] == "componentOf"]
    agent, model = seal.stamp(), told["model"]
    used: dict[str, Any] = {"parameters": {"ingredientIds": inputs}} if inputs else {}
    if opened:
        first = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["parent-0"]}, **agent}
        then = {"action": "c2pa.converted", "description": told["note"], **used, **agent}
    else:
        first = {"action": "c2pa.created", "digitalSourceType": WITH_MODEL if model else COMPOSITE, **used, **agent}
        then = {"action": "c2pa.placed", "parameters": {"ingredientIds": placed}, **agent}
    assertions = [
        {"label": "c2pa.actions", "data": {"allActionsIncluded": True, "actions": [first, then]}},
        {"label": "cawg.training-mining", "data": {"entries": seal.training_entries("notAllowed")}},
        {"label": story.LABEL, "data": told},
    ]
    if model:
        assertions.insert(1, {"label": "c2pa.ai-disclosure", "data": _disclosure(told)})
    return {
        "claim_generator_info": [
            {"name": "Maquette", "version": __version__, "specVersion": credentials.SPEC_VERSION},
        ],
        "title": name,
        "assertions": [{**one, "created": True} for one in assertions],
        "ingredients": ingredients,
    }


def _disclosure(told: Mapping[str, Any]) -> dict[str, Any]:
    known = {"modelIdentifier": f"urn:sha256:{told['checkpoint']}"} if told["checkpoint"] else {}
    return {
        "modelType": "c2pa.types.model.onnx",
        "modelName": told["model"].get("name") or "unnamed",
        "contentProfile": {"humanOversightLevel": "human_validated"},
        **known,
    }
