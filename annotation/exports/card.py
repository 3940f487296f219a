"""Data card: what a set of labels is and what it is not, made from the project itself."""

import re
from collections import Counter, defaultdict
from typing import Any

import numpy as np
from pyproj import Geod
from shapely.geometry import shape

from annotation.exports.records import Record
from annotation.exports.snapshot import Snapshot
from annotation.models import ModelVersion
from annotation.stating import stated_metrics

_GEOD = Geod(ellps="WGS84")
_SQUARE_KM = 1e6  # m2
_UNSEEN = "promised"
_AS_IT_IS = r"\\\g<0>"
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|]")  # what Markdown and HTML would take for theirs


def facts(snapshot: Snapshot) -> dict[str, Any]:
    """Return counts, area, people, agreement, audited accuracy and limits, ready for JSON."""
    told = _Tally(snapshot)
    for record in snapshot:
        told.add(record)
    project = snapshot.project
    published = project.model_versions.filter(state=ModelVersion.State.PUBLISHED).first()
    metrics = stated_metrics(published.metrics) if published else {}
    card = {
        "project": project.name,
        "description": project.description,
        "task": project.task,
        "task_options": project.task_options,
        "schema": snapshot.schema,
        "classes": [
            {name: item[name] for name in ("code", "name", "group", "colour", "definition") if name in item}
            for item in snapshot.used_classes
        ],
        "samples": dict(sorted(snapshot.counts.items())),
        **told.to_dict(),
        "agreement": snapshot.task.agreement(project)["agreement"],
        "model": {
            "version": published.number if published else None,
            "audit_accuracy": metrics.get("audit_accuracy"),
            "cross_validated_accuracy": metrics.get("cross_validated_accuracy"),
        },
    }
    return card | {"limits": _limits(card)}


class _Tally:
    """What is counted over the labels in one pass."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.by_class: dict[str, dict[str, float]] = defaultdict(lambda: {"samples": 0, "area_km2": 0.0})
        self.people: dict[str, dict[str, float]] = defaultdict(lambda: {"labels": 0, "seconds": 0.0})
        self.provenance: Counter[str] = Counter()
        self.sensors: Counter[str] = Counter()
        self.audits = self.doubled = 0
        self.area = 0.0
        self.days: set[str] = set()

    def add(self, record: Record) -> None:
        """Take a label in."""
        self.provenance[record["provenance"]] += 1
        author = self.people[record["author"]]
        author["labels"] += 1
        author["seconds"] += record["seconds"]
        self.audits += record["audit"]
        self.doubled += record.get("opinions", 1) > 1
        self.sensors[record.get("sensor", "unknown")] += 1
        if acquired := record.get("acquired"):
            self.days.add(acquired[:10])
        area = _area_of(record)
        self.area += area
        cell = self.snapshot.cell(record)
        for code in {thing.code for thing in self.snapshot.task.objects(record["value"])}:
            self.by_class[self.snapshot.names[self.snapshot.codes.get(code, code)]]["samples"] += 1
        for code, region in self.snapshot.regions(record):
            share = 1.0 if region is None else float(np.count_nonzero(region)) / (cell.width * cell.height)
            named = self.by_class[self.snapshot.names[code]]
            named["samples"] += 1
            named["area_km2"] += area * share

    def to_dict(self) -> dict[str, Any]:
        """Return the sums, rounded, in the order of names."""
        rounded = {
            name: {"samples": int(told["samples"]), "area_km2": round(told["area_km2"], 6)}
            for name, told in sorted(self.by_class.items())
        }
        people = {
            name: {"labels": int(told["labels"]), "seconds": round(told["seconds"], 1)}
            for name, told in sorted(self.people.items())
        }
        return {
            "labels": self.provenance.total(),
            "area_km2": round(self.area, 6),
            "by_class": rounded,
            "provenance": dict(sorted(self.provenance.items())),
            "people": people,
            "audits": self.audits,
            "answered_by_several": self.doubled,
            "sensors": dict(sorted(self.sensors.items())),
            "acquired": [min(self.days), max(self.days)] if self.days else None,
        }


def _area_of(record: Record) -> float:
    """Return the ground of a tile in square kilometres; 0 without a place."""
    outline = record.get("outline")
    return abs(_GEOD.geometry_area_perimeter(shape(outline))[0]) / _SQUARE_KM if outline else 0.0


def _limits(card: dict[str, Any]) -> list[str]:
    """Return in sentences what the labels should not be taken for."""
    labels, unseen = card["labels"], card["provenance"].get(_UNSEEN, 0)
    limits = []
    if unseen:
        limits.append(f"{unseen} of {labels} labels were given by a model, and nobody looked at them.")
    if accepted := card["provenance"].get("model_accepted", 0):
        limits.append(f"{accepted} of {labels} labels were proposed by a model and accepted by a person.")
    if not card["audits"]:
        limits.append("No label is an audit: nothing here tells without bias how often labels or models are wrong.")
    if not card["answered_by_several"]:
        limits.append("No sample was answered by several people: how far people agree is not known.")
    else:
        limits.append(f"{card['answered_by_several']} samples were answered by several people, all others by one.")
    open_samples = sum(card["samples"].get(status, 0) for status in ("unlabelled", "skipped", "unsure", "disputed"))
    if open_samples:
        limits.append(f"{open_samples} samples have no label; those with one were mostly chosen by a model, not drawn.")
    if len(card["people"]) == 1:
        limits.append("All labels are by one person.")
    return limits


def in_words(card: dict[str, Any], *, number: int, licence: str, notes: str, changes: dict[str, Any]) -> str:
    """Return the card as Markdown."""
    lines = [f"# {card['project']}, release {number}", "", card["description"] or "", "", notes, ""]
    lines += [f"Licence: {licence}. Task: {card['task']}. Classes: version {card['schema']}.", "", "## Counts", ""]
    lines += [
        "| status | samples |",
        "|---|---|",
        *(f"| {name} | {count} |" for name, count in card["samples"].items()),
    ]
    lines += ["", f"{card['labels']} labels on {card['area_km2']:.3f} km2.", ""]
    if card["by_class"]:
        lines += ["| class | samples | km2 |", "|---|---|---|"]
        lines += [f"| {name} | {told['samples']} | {told['area_km2']:.3f} |" for name, told in card["by_class"].items()]
    lines += _defined(card)
    lines += ["", "## People", "", "| who | labels | seconds |", "|---|---|---|"]
    lines += [f"| {name} | {told['labels']} | {told['seconds']} |" for name, told in card["people"].items()]
    lines += ["", "## How far they may be believed", "", _belief(card), ""]
    lines += [f"- {limit}" for limit in card["limits"]]
    lines += ["", "## Since the release before", "", _since(changes), ""]
    return "\n".join(lines)


def _defined(card: dict[str, Any]) -> list[str]:
    """Return what each class means, as far as somebody said so; nothing in it is markup."""
    told = [(each["name"], " ".join(each["definition"].split())) for each in card["classes"] if "definition" in each]
    lines = [f"- **{name}**: {_MARKUP.sub(_AS_IT_IS, words)}" for name, words in told]
    return ["", "## Classes", "", *lines] if lines else []


def _belief(card: dict[str, Any]) -> str:
    score = card["model"]["audit_accuracy"]
    if not score or score.get("value") is None:
        return f"{card['audits']} labels are audits; too few to tell how often the model is right."
    low, high = score["low"], score["high"]
    told = f"By {score['audits']} audits, model version {card['model']['version']} is right on"
    return f"{told} {score['value']:.1%} of samples (95 % interval {low:.1%} to {high:.1%})."


def _since(changes: dict[str, Any]) -> str:
    if changes["since"] is None:
        return "This is the first one."
    told = ", ".join(f"{changes[name]} {name}" for name in ("added", "removed", "changed"))
    return f"Since release {changes['since']}: {told} labels."
