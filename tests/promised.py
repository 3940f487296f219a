"""A world for tests of promises: a published version whose confidence tells how often it is right."""

from collections.abc import Sequence

import numpy as np
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from annotation.labeling import Answer, submit
from annotation.models import Annotation, AuditDraw, AuditForecast, ModelVersion, Project, Sample, Suggestion
from annotation.promises.acceptance import Seen
from annotation.promises.preview import preview
from tests.factories import make_model_version
from tests.pools import make_samples


def promise(project: Project, *, kind: str = "average", bound: float = 0.05) -> None:
    """Let the owner want a promise."""
    project.promise_kind, project.promise_bound = kind, bound
    project.save()


def publish(
    project: Project, user: AbstractBaseUser, *, audits: int, waiting: int, errors: float = 0.0
) -> ModelVersion:
    """Publish a version with labelled audits, a share `errors` wrong and unsure, and open suggestions."""
    samples = make_samples(project, audits + waiting)
    version = make_model_version(project)
    audited, others = samples[:audits], samples[audits:]
    sure = np.linspace(0.99, 0.4, audits) if audits else np.zeros(0)
    wrong = int(round(audits * errors))
    _audit_all(version, audited, user, [1] * (audits - wrong) + [2] * wrong, sure.tolist())
    suggest_all(version, others)
    return version


def _audit_all(
    version: ModelVersion, samples: Sequence[Sample], user: AbstractBaseUser, said: Sequence[int], sure: Sequence[float]
) -> None:
    """Draw audits and label them in bulk."""
    now, schema = timezone.now(), version.project.schemas.first()
    classes = {known.code: known for known in version.project.classes.all()}
    draws = AuditDraw.objects.bulk_create(
        AuditDraw(sample=sample, probability=0.1, pool=100, uniform_at=now) for sample in samples
    )
    AuditForecast.objects.bulk_create(
        AuditForecast(draw=drawn, model_version=version, value={"class": 1}, label=classes[1], confidence=confidence)
        for drawn, confidence in zip(draws, sure, strict=True)
    )
    labels = Annotation.objects.bulk_create(
        Annotation(sample=sample, author=user, value={"class": code}, label=classes[code], schema=schema)
        for sample, code in zip(samples, said, strict=True)
    )
    for sample, annotation in zip(samples, labels, strict=True):
        sample.answer, sample.state = annotation, Sample.State.LABELLED
    Sample.objects.bulk_update(samples, ["answer", "state"], batch_size=2000)


def add_audit(
    version: ModelVersion,
    sample: Sample,
    user: AbstractBaseUser,
    *,
    said: int,
    forecast: int = 1,
    confidence: float = 0.9,
) -> AuditDraw:
    """Draw an audit, let the version foresee a class and a person say one."""
    drawn = AuditDraw.objects.create(sample=sample, probability=0.1, pool=100, uniform_at=timezone.now())
    label = version.project.classes.get(code=forecast)
    foreseen = {"value": {"class": forecast}, "label": label, "confidence": confidence}
    AuditForecast.objects.create(draw=drawn, model_version=version, **foreseen)
    submit(sample, user, Answer(value={"class": said}))
    return drawn


def suggest_all(version: ModelVersion, samples: Sequence[Sample], code: int = 1) -> None:
    """Suggest a class for each sample, with confidences spread evenly."""
    label = version.project.classes.get(code=code)
    sure = np.linspace(0.99, 0.4, len(samples))
    Suggestion.objects.bulk_create(
        Suggestion(
            model_version=version,
            sample=sample,
            value={"class": label.code},
            label=label,
            confidence=float(confidence),
        )
        for sample, confidence in zip(samples, sure, strict=True)
    )


def seen(project: Project) -> Seen:
    """Return what somebody sees who looks at the preview now."""
    previewed = preview(project)
    number = previewed.version.number if previewed.version else 0
    return Seen(number, previewed.promise.kind, previewed.promise.bound, previewed.promise.threshold)
