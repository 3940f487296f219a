"""Omitting: what the model would say of a sample without one modality or sensor; asked here, worked out by a worker."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from annotation.errors import BadSettings, NotAllowed, NotReady
from annotation.models import ModelVersion, Sample
from annotation.models.blindness import is_blind

_KEPT_SECONDS = 3600
_WORKED_ON_SECONDS = 60  # then a message counts as lost


@dataclass(frozen=True)
class Question:
    """One sample without something, as one model version sees it."""

    sample: Sample
    asked: str  # a modality, or the code of a sensor
    version: ModelVersion

    @property
    def key(self) -> str:
        """Return the name under which its answer is kept; another when scenes come, go or are corrected."""
        scenes = sorted((scene.pk, str(scene.sensor["code"])) for scene in self.sample.scenes().only("sensor"))
        digest = hashlib.sha256(repr((self.asked, scenes)).encode()).hexdigest()[:16]
        return f"without:{self.sample.pk}:{self.version.pk}:{digest}"

    def answer(self) -> dict[str, Any] | None:
        """Return the answer, if it is known."""
        told: dict[str, Any] | None = cache.get(self.key)
        return told

    def keep(self, answer: Mapping[str, Any]) -> None:
        """Keep the answer for a while, and let whoever finds it wrong ask again."""
        cache.set(self.key, dict(answer), _KEPT_SECONDS)
        cache.delete(f"{self.key}:asked")

    def begin(self) -> bool:
        """Return whether nobody works on it, and say that somebody does from now on."""
        return bool(cache.add(f"{self.key}:asked", 1, _WORKED_ON_SECONDS))


def ask(sample: Sample, asked: str) -> Question:
    """Return the question, if it can be asked.

    Raises:
        BadSettings: the tile has no such modality or sensor, or nothing else.
        NotAllowed: it is an audit that waits.
        NotReady: no model version is published.
    """
    if is_blind(sample):
        raise NotAllowed("An audit is labelled without the model's help; ask again when it is labelled.")
    sensors = [scene.sensor for scene in sample.scenes().shown().only("sensor")]
    kinds = [{str(sensor["modality"]), str(sensor["code"])} for sensor in sensors]
    known = ", ".join(sorted(set().union(*kinds))) or "none"
    if not any(asked in kind for kind in kinds):
        raise BadSettings(f"There is no modality or sensor {asked[:40]!r} here; there are {known}.")
    if all(asked in kind for kind in kinds):
        raise BadSettings(f"Without {asked} nothing is left that the model could see here.")
    version = sample.project.model_versions.filter(state=ModelVersion.State.PUBLISHED).first()
    if version is None:
        raise NotReady("No model version is published yet; the first follows after ten labels.")
    return Question(sample, asked, version)
