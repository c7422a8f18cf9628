"""Sealing: the one call that turns a finished work into a file which carries its own history."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .. import __version__
from ..core.errors import CredentialError, RightsError
from ..core.hashing import sha256_bytes
from ..core.types import Ingredient, Work
from ..data import licences
from . import credentials, picture_boxes, picture_marks, story
from .keys import Signer
from .picture_marks import Mark

Action = Literal["created", "edited", "adopted"]
TrainingUse = Literal["allowed", "notAllowed", "constrained"]
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# Longest description of an ingredient, in characters; the whole table is in the lineage.
DESCRIPTION = 400


@dataclass(frozen=True)
class Parent:
    """A file that a work was made from. Its own credential, embedded or in `sidecar`, is carried along whole."""

    data: bytes = field(repr=False)
    mime: str
    sidecar: bytes | None = field(default=None, repr=False)
    title: str = ""
    role: Literal["parent", "input"] = "parent"  # an input was looked at (whose colours were borrowed), not changed


@dataclass(frozen=True)
class Credential:
    """What was signed: the manifest as it was handed to the signer, by whom, and where it lies."""

    manifest: Mapping[str, Any] = field(repr=False)
    signer: str
    where: Literal["embedded", "sidecar", "none"]
    summary: str
    mark: str = ""  # the watermark that is bound to it: "com.maquette.tile.1: 1f2e3d4c"


@dataclass(frozen=True)
class Sealed:
    """The bytes to keep, and for kinds of file that carry no credential inside the sidecar to keep beside them."""

    data: bytes = field(repr=False)
    sidecar: bytes | None = field(repr=False)
    credential: Credential


def seal(
    work: Work[Any],
    data: bytes,
    mime: str,
    *,
    card: Mapping[str, Any],
    originality: Mapping[str, Any] | None,
    signer: Signer,
    action: Action,
    parents: Sequence[Parent] = (),
    private: bool = False,
    human: str = "",
    training: TrainingUse = "notAllowed",
    mark: Mark | None = None,
    unmarked: str = "",
) -> Sealed:
    """Sign the finished bytes of a work, with the whole of its story (C2PA 2.4).

    `card` is the checkpoint's ({} when no model had a part), `originality` the finding as JSON data, `parents` the
    files it was made from: the first is *the* parent, further ones were placed in it, inputs were looked at. `private`
    keeps the prompt out, `human` says in a line what the creator did by hand, `training` what others' trainers may do
    with the work.

    Raises RightsError if an ingredient's licence does not permit the work or the licence it is offered under, and
    CredentialError if signing fails.
    """
    require_rights(work)
    told = story.tell_story(
        work, action=action, card=card, originality=originality, signer=signer, private=private, human=human
    )
    told["watermark"] = mark.told if mark else unmarked or told["watermark"]
    if part := story.misfit(told):
        raise CredentialError(f"the story of this work could not be read back: {part}", where=work.request.maker)
    manifest = _manifest(work, told, action=action, parents=parents, training=training, private=private)
    manifest["assertions"] += _about_the_file(data, mime)
    if mark:
        manifest["assertions"][0]["data"]["actions"].append({**picture_marks.action(), **stamp()})
        manifest["assertions"].append({**picture_marks.binding(mark), "created": True})
    sources = _sources(parents)
    sealed, sidecar = credentials.sign(manifest, data, mime, signer, sources)
    where: Literal["embedded", "sidecar"] = "sidecar" if sidecar else "embedded"
    credential = Credential(manifest, signer.name, where, summary(told, signer.name), mark.told if mark else "")
    return Sealed(sealed, sidecar, credential)


def unsigned() -> Credential:
    """The credential of a work that its creator asked not to sign."""
    return Credential({}, "", "none", "unsigned, as asked")


def require_rights(work: Work[Any]) -> None:
    """Refuse what the licences of the ingredients forbid; the table of `data.licences` decides."""
    used = story.adapted(work.ingredients)
    for one in used:
        terms = licences.licence(one.licence)
        if one.licence and not (terms.share if work.how == "found" else terms.adapt):
            raise RightsError(
                f"{one.title} by {one.author or 'an unknown author'} may not be {_use(work)} under {terms.spdx}",
                where=one.source,
                mend="ask its author, or choose another reference",
            )
    offer, terms = work.request.licence, licences.combine([licences.licence(one.licence) for one in used])
    if offer and used and not terms.may_be_offered_under(offer):
        raise RightsError(
            f"this work cannot be offered under {offer}: it was made after works under {terms.spdx}",
            where=", ".join(one.title for one in used),
            mend=f"offer it under {sorted(terms.under)[0]}"
            if terms.under
            else "leave the licence out, or the reference",
        )


def summary(told: Mapping[str, Any], signer: str) -> str:
    """One line: `icon-1 · trained on MIT/ISC works · after rocket by Lucide (ISC) · signed by Ada`."""
    parts = []
    model = told.get("model")
    if model and told["how"] != "found":
        learnt = "/".join(sorted(model.get("licences") or {}))
        parts.append(model.get("name") or "a model")
        parts += [f"trained on {learnt} works"] if learnt else []
    parts += [told["note"]] if told.get("note") else []
    parts += ["edited by hand"] if told["action"] == "adopted" else []
    return " · ".join([*parts, f"signed by {signer}"])


def _use(work: Work[Any]) -> str:
    return "passed on" if work.how == "found" else "adapted"


# -- the manifest -------------------------------------------------------------------------------------------------


def _manifest(
    work: Work[Any],
    told: dict[str, Any],
    *,
    action: Action,
    parents: Sequence[Parent],
    training: TrainingUse,
    private: bool,
) -> dict[str, Any]:
    opened = [f"parent-{number}" for number, one in enumerate(parents) if one.role == "parent"]
    ingredients = [*_made_from(work, told, has_parent=bool(opened)), *_model_and_sets(work, told)]
    placed = opened[1:]
    placed += [one["label"] for one in ingredients if one["relationship"] == "componentOf"]
    parent = opened[0] if opened else next((i["label"] for i in ingredients if i["relationship"] == "parentOf"), None)
    inputs = [f"parent-{number}" for number, one in enumerate(parents) if one.role == "input"]
    inputs += [one["label"] for one in ingredients if one["relationship"] == "inputTo"]
    actions = _actions(work, told, action, parent=parent, inputs=inputs, placed=placed)
    assertions = [
        {"label": "c2pa.actions", "data": {"allActionsIncluded": True, "actions": actions}},
        {"label": "cawg.training-mining", "data": {"entries": training_entries(training)}},
        {"label": story.LABEL, "data": told},
    ]
    if disclosure := _disclosure(work, told, action):
        assertions.insert(1, {"label": "c2pa.ai-disclosure", "data": disclosure})
    return {
        "claim_generator_info": [
            {"name": "Maquette", "version": __version__, "specVersion": credentials.SPEC_VERSION},
        ],
        "title": work.request.maker if private or not work.request.prompt else work.request.prompt[:200],
        # `created`: they belong to this claim, and are not gathered from elsewhere.
        "assertions": [{**one, "created": True} for one in assertions],
        "ingredients": ingredients,
    }


def _actions(
    work: Work[Any],
    told: Mapping[str, Any],
    action: Action,
    *,
    parent: str | None,
    inputs: list[str],
    placed: list[str],
) -> list[dict[str, Any]]:
    """What happened to the work, in order; the first is the created or opened that every claim starts with."""
    agent = stamp()
    when = agent["when"]
    used = {"parameters": {"ingredientIds": inputs, "com.maquette.seed": str(work.seed)}} if inputs else {}
    if parent is None:
        if action != "created" or work.how == "found":
            raise CredentialError(
                f"a work that is {'found' if work.how == 'found' else action} has a parent, and none was given",
                mend="hand in the original, or the ingredient that it is",
            )
        first = {"action": "c2pa.created", "digitalSourceType": IPTC + _made_by(work, told), **used, **agent}
        return [first, *_placed(placed, agent)]
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": [parent]}, **agent}
    if work.trace.get("picked"):  # a person chose it; nothing in it was changed
        return [opened]
    if action == "adopted":
        words = told["human"] or "edited by hand"
        edit = {"action": "c2pa.edited", "digitalSourceType": IPTC + "humanEdits", "description": words, "when": when}
        return [opened, *_placed(placed, agent), edit | used]
    if work.how == "found":
        styled = {"action": "c2pa.edited", "digitalSourceType": IPTC + "algorithmicallyEnhanced", **agent}
        return [opened, *([styled] if work.trace.get("restyled") else [])]
    plain = "humanEdits" if work.how == "drawn" else "composite" if placed else "algorithmicallyEnhanced"
    kind = "compositeWithTrainedAlgorithmicMedia" if _has_model(work, told) else plain
    return [
        opened,
        *_placed(placed, agent),
        {"action": "c2pa.edited", "digitalSourceType": IPTC + kind, **used, **agent},
    ]


def _about_the_file(data: bytes, mime: str) -> list[dict[str, Any]]:
    """What is signed of a file beside its hash, where that leaves something out: the first box of an AVIF."""
    if mime != "image/avif":
        return []
    said = {"ftyp_sha256": picture_boxes.ftyp_of(io.BytesIO(data))}
    return [{"label": picture_boxes.LABEL, "data": said, "created": True}]


def stamp() -> dict[str, Any]:
    """Who acts, and when (UTC, whole seconds): the part that all actions share."""
    when = datetime.datetime.now(datetime.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return {"softwareAgent": {"name": "Maquette", "version": __version__}, "when": when}


def _placed(labels: list[str], agent: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"action": "c2pa.placed", "parameters": {"ingredientIds": [label]}, **agent} for label in labels]


def _has_model(work: Work[Any], told: Mapping[str, Any]) -> bool:
    return work.how != "found" and bool(work.checkpoint or told["model"] or work.how == "ngram")


def _made_by(work: Work[Any], told: Mapping[str, Any]) -> str:
    # An n-gram has learnt from works too, so its drawings are no less a trained algorithm's.
    if work.how == "drawn":  # by a person, shape by shape
        return "compositeWithTrainedAlgorithmicMedia" if _has_model(work, told) else "digitalCreation"
    return "trainedAlgorithmicMedia" if _has_model(work, told) else "algorithmicMedia"


def _disclosure(work: Work[Any], told: Mapping[str, Any], action: Action) -> dict[str, Any] | None:
    if not _has_model(work, told):
        return None
    foreign = bool((told["model"] or {}).get("undisclosed"))
    level = "human_validated" if action == "adopted" or work.trace.get("picked") else "prompt_guided"
    disclosure = {
        "modelType": "c2pa.types.model" if work.how == "ngram" or foreign else "c2pa.types.model.onnx",
        "modelName": (told["model"] or {}).get("name") or "unnamed",
        "contentProfile": {"humanOversightLevel": level},
    }
    return disclosure | ({"modelIdentifier": f"urn:sha256:{work.checkpoint}"} if work.checkpoint else {})


def training_entries(use: TrainingUse) -> dict[str, dict[str, str]]:
    """What others' trainers may do, as entries of `cawg.training-mining`; looking at a work is always allowed."""
    terms = {"use": use} | ({"constraint_info": "see the licence of the work"} if use == "constrained" else {})
    kinds = ("cawg.ai_training", "cawg.ai_generative_training", "cawg.data_mining")
    return {**dict.fromkeys(kinds, terms), "cawg.ai_inference": {"use": "allowed"}}


def _made_from(work: Work[Any], told: Mapping[str, Any], *, has_parent: bool) -> list[dict[str, Any]]:
    """The people's works that went in: credited with author, licence and hash, their bytes left where they are."""
    found: list[dict[str, Any]] = []
    for number, (one, plain) in enumerate(zip(work.ingredients, told["ingredients"], strict=True)):
        relation = one.relation
        if relation == "parentOf" and (has_parent or any(other["relationship"] == "parentOf" for other in found)):
            relation = "inputTo"  # a work has one parent; the file's own credential tells of its parents
        found.append(_ingredient(Ingredient(**plain), relation, f"ingredient-{number}"))
    return found


def _ingredient(one: Ingredient, relation: str, label: str) -> dict[str, Any]:
    owner = f"{one.title} by {one.author}" if one.author else one.title
    words = f"{owner} ({one.licence})" if one.licence else owner
    facts = {"author": one.author, "licence": one.licence, "source": one.source, "sha256": one.sha256}
    return {
        "title": one.title or one.kind,
        "format": credentials.OTHER,
        "relationship": relation,
        "label": label,
        "description": words[:DESCRIPTION],
        "metadata": {f"com.maquette.{key}": value for key, value in facts.items() if value},
    } | ({"instance_id": f"urn:sha256:{one.sha256}"} if one.sha256 else {})


def _model_and_sets(work: Work[Any], told: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not _has_model(work, told):
        return []
    model = told["model"] or {}
    licence = str(model.get("licence") or "")  # a large model of other makers has one
    weights = Ingredient(model.get("name") or "unnamed", "inputTo", "model", licence=licence, sha256=work.checkpoint)
    made = [{**_ingredient(weights, "inputTo", "model"), "data_types": [{"type": "c2pa.types.model"}]}]
    return [*made, *datasets_of(model)]


def datasets_of(model: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a model learnt from, as `inputTo` ingredients: name, version, hash and licences of each dataset."""
    made = []
    for number, one in enumerate(model.get("datasets", ())):
        table = ", ".join(f"{spdx} {count}" for spdx, count in sorted((one.get("licences") or {}).items()))
        title = " ".join(str(one[key]) for key in ("name", "version") if one.get(key)) or "training data"
        data = Ingredient(title, "inputTo", "dataset", licence=table, sha256=one.get("sha256") or "")
        record = _ingredient(data, "inputTo", f"dataset-{number}")
        made.append({**record, "data_types": [{"type": "c2pa.types.dataset"}]})
    return made


def ingredients_of(told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The ingredients of a story as those of a manifest, each `inputTo`."""
    return [_ingredient(Ingredient(**one), "inputTo", f"ingredient-{number}") for number, one in enumerate(told)]


def _sources(parents: Sequence[Parent]) -> list[credentials.Source]:
    made: list[credentials.Source] = []
    opened = False
    for number, parent in enumerate(parents):
        relation = "inputTo" if parent.role == "input" else "componentOf" if opened else "parentOf"
        opened = opened or parent.role == "parent"
        record = {
            "title": story.clean(parent.title) or "the original",
            "relationship": relation,
            "instance_id": f"urn:sha256:{sha256_bytes(parent.data)}",
            "metadata": {"com.maquette.sha256": sha256_bytes(parent.data)},
        }
        made.append(credentials.Source(f"parent-{number}", record, parent.data, parent.mime, parent.sidecar))
    return made
