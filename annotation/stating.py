"""Stating: which figures of audits are told, on pages, by the API and in the admin site alike, and which are too few.

The rule is mlcore's, in `mlcore.audits.sufficiency`. What is stored stays: a figure that is not told today is told
when more audits have narrowed its interval.
"""

from typing import Any

from annotation.models import Round
from mlcore.audits.sufficiency import WIDEST, missing

_ESTIMATE = {"value", "low", "high"}
_SHARES = {"f1", "area", "precision", "recall", "iou", "ap", "coverage"}  # other figures have units
_NOT_OF_AUDITS = {"classes", "cross_validated_accuracy", "comparison", "audit_accuracy"}


def accuracy(made: Round | None) -> dict[str, Any] | None:
    """Return a round's accuracy with its interval, and how many audits are missing before it is told; then no figure.

    None where nothing was measured.
    """
    if made is None or made.accuracy is None:
        return None
    told = {"value": made.accuracy, "low": made.accuracy_low, "high": made.accuracy_high, "audits": made.audits}
    return _estimate(told)


def tells(audits: int, low: float | None, high: float | None) -> bool:
    """Return whether a share by so many audits, with this interval, is told."""
    return missing(audits, low or 0.0, high or 0.0) == 0


def stated(told: Any, audits: int) -> Any:
    """Return what was found by so many audits with null for each estimate that says next to nothing."""
    return _walk(told, audits, "")


def stated_metrics(metrics: dict[str, Any]) -> dict[str, Any]:
    """Return the metrics of a model version: of audits only what these are enough for."""
    score = metrics.get("audit_accuracy")
    audits = int(score["audits"]) if score else 0
    told = {}
    for name, value in metrics.items():
        if name in _NOT_OF_AUDITS:
            told[name] = value
        elif name == "audit_report" or not missing(audits):
            told[name] = stated(value, audits)
    if score:
        told["audit_accuracy"] = _estimate({"value": score.get("estimate"), **score})
    if comparison := metrics.get("comparison"):
        told["comparison"] = _comparison(comparison)
    return told


def _comparison(comparison: dict[str, Any]) -> dict[str, Any]:
    """Return a comparison of encoders; its audits are a number alone where they are too few."""
    audits = comparison.get("audits")
    if not audits or not missing(audits["count"]):
        return comparison
    return {**comparison, "audits": {"count": audits["count"], "missing": missing(audits["count"])}}


def _estimate(told: dict[str, Any]) -> dict[str, Any]:
    """Return an accuracy with how many audits it lacks, and without its figures if it lacks any."""
    lacking = missing(told["audits"], told["low"] or 0.0, told["high"] or 0.0)
    told = {name: told[name] for name in ("value", "low", "high", "audits")}
    return {**told, **(dict.fromkeys(_ESTIMATE) if lacking else {}), "missing": lacking}


def _walk(told: Any, audits: int, name: str) -> Any:
    if isinstance(told, list):
        return [_walk(each, audits, name) for each in told]
    if not isinstance(told, dict):
        return told
    if told.keys() == _ESTIMATE:
        wide = name in _SHARES and told["high"] - told["low"] > WIDEST
        return None if missing(audits) or wide else told
    return {each: _walk(value, audits, each) for each, value in told.items()}
