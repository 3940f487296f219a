"""Improvement: ask for a better encoder, take or refuse what was found, and see what it would buy. No torch here."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from annotation import storage
from annotation.arrays.vectors import Vectors
from annotation.deletions import hold_project
from annotation.encoders import INSTALLED, Choice, choices, find, key_of, own_file, reading_of, title_of
from annotation.errors import BadSettings, NotFound, NotReady
from annotation.models import Annotation, Job, ModelVersion, Project, Sample
from annotation.models.jobs import CANCELLABLE, TRAINING, JobKind
from annotation.stating import stated_metrics
from annotation.suitability import check_suits, offered, why_untrained

State = ModelVersion.State
METHODS = ("lora", "full")
MINUTES = (0.2, 120.0)  # of pretraining
LEAST_LABELS = 12  # below that, no cross-validation
LEAST_AUDITS = 10  # below that, audits say nothing about 'not worse'
_VERSIONS_SHOWN = 30
_JOBS_SHOWN = 6


@transaction.atomic
def request_training(project: Project, kind: str, user: AbstractBaseUser, **options: Any) -> Job:
    """Ask for fine-tuning, further pretraining or a comparison; one at a time in a project.

    Raises:
        BadSettings: no such kind of training, an option out of its range, or an encoder that can't be trained.
        NotReady: another training waits or runs.
    """
    if kind not in TRAINING:
        raise BadSettings(f"Unknown training {kind!r}; choose one of: {', '.join(TRAINING)}.")
    params = _checked(JobKind(kind), options)
    project = hold_project(project)
    if kind != JobKind.SELECT and (reason := why_untrained(project, present_choice(project))):
        raise BadSettings(reason)
    busy = project.jobs.filter(kind__in=TRAINING).under_way().first()
    if busy:
        raise NotReady(f"{busy.get_kind_display()} is under way; wait for its end, or cancel it first.")
    return Job.request(project, JobKind(kind), user_id=user.pk, **params)


@transaction.atomic
def request_encoder(project: Project, key: str, user: AbstractBaseUser, *, version: int | None = None) -> Job:
    """Ask that the project goes over to another encoder; the newest wish counts.

    Raises:
        UnknownName: the project may not use such an encoder.
        BadSettings: it can't serve the project; the message names the scenes that it can't read.
        NotReady: the project is going over to another one right now.
    """
    find(project, key)
    check_suits(project, key)
    hold_project(project)
    if project.jobs.filter(kind=JobKind.SWITCH, state=Job.State.RUNNING).exists():
        raise NotReady("The encoder is being changed right now; wait for its end, or cancel it first.")
    project.jobs.filter(kind=JobKind.SWITCH, state=Job.State.QUEUED).delete()
    return Job.request(project, JobKind.SWITCH, user_id=user.pk, encoder=key, version=version)


def promote(project: Project, number: int, user: AbstractBaseUser) -> Job:
    """Ask that a candidate takes over."""
    version = get_version(project, number)
    if version.state != State.CANDIDATE:
        raise NotReady(f"{version} is {version.get_state_display().lower()}: only a candidate can be promoted.")
    return request_encoder(project, version.encoder, user, version=number)


@transaction.atomic
def discard(project: Project, number: int) -> ModelVersion:
    """Put a candidate aside and delete its files; what was measured of it stays readable."""
    hold_project(project)
    version = get_version(project, number)
    if project.jobs.filter(kind=JobKind.SWITCH, params__version=number).under_way().exists():
        raise NotReady(f"{version} is taking over right now; cancel that first.")
    waiting = project.model_versions.filter(pk=version.pk, state=State.CANDIDATE)
    if not waiting.update(state=State.DISCARDED):
        raise NotReady(f"{version} is {version.get_state_display().lower()}: only a candidate can be discarded.")
    version.refresh_from_db()
    in_use = project.model_versions.filter(encoder=version.encoder).exclude(state=State.DISCARDED)
    if version.encoder != project.encoder and not in_use.exists():
        transaction.on_commit(lambda: _delete_files(project, version), robust=True)
    return version


def get_version(project: Project, number: int) -> ModelVersion:
    """Return a model version of the project by its number."""
    version = project.model_versions.filter(number=number).first()
    if version is None:
        raise NotFound("No such model version in this project.")
    return version


def present_choice(project: Project) -> Choice | None:
    """Return the encoder that the project uses; None if it is gone."""
    return next((choice for choice in choices(project) if choice.key == project.encoder), None)


def overview(project: Project) -> dict[str, Any]:
    """Return what the model page shows, ready for JSON: encoders, versions, trainings, and what they need."""
    trainings = project.jobs.filter(kind__in=CANCELLABLE)
    compared = trainings.filter(kind=JobKind.SELECT, state=Job.State.DONE).first()
    present = present_choice(project)
    labelled = project.samples.filter(state=Sample.State.LABELLED)
    labelled = labelled.exclude(answer__provenance=Annotation.Provenance.PROMISED)  # no training learns from those
    return {
        "task": project.task,
        "encoder": {
            "key": project.encoder,
            "title": title_of(project, project.encoder),
            "reading": reading_of(project),
            "tunable": present is not None and not why_untrained(project, present),
        },
        "choices": [choice.to_dict() for choice in offered(project)],
        "versions": [describe(project, version) for version in project.model_versions.of_models()[:_VERSIONS_SHOWN]],
        "jobs": [_job(job) for job in trainings[:_JOBS_SHOWN]],
        "compared": _job(compared) if compared else None,
        "labels": labelled.filter(audit=None).count(),
        "audits": labelled.filter(audit__isnull=False).count(),
        "tiles": project.samples.exclude(state=Sample.State.EMPTY).count(),
    }


def describe(project: Project, version: ModelVersion) -> dict[str, Any]:
    """Return a version ready for JSON; `back` is the key under which its encoder can be used again."""
    key = key_of(project, version)
    return {
        "number": version.number,
        "state": version.state,
        "state_title": version.get_state_display(),
        "origin": version.origin,
        "origin_title": version.get_origin_display(),
        "reason": version.reason,
        "encoder_name": _name_of(project, version),
        "encoder": version.encoder,
        "back": key if key != project.encoder and version.state == State.RETIRED else None,
        "labels": version.labels,
        "metrics": stated_metrics(version.metrics),
        "created_at": version.created_at.isoformat(),
    }


def _name_of(project: Project, version: ModelVersion) -> str:
    name = version.encoder_name
    return title_of(project, name) if name.startswith(INSTALLED) else name


def _checked(kind: JobKind, options: dict[str, Any]) -> dict[str, Any]:
    if kind is JobKind.FINETUNE:
        method = options.get("method", METHODS[0])
        if method not in METHODS:
            raise BadSettings(f"Unknown method {method!r}; choose one of: {', '.join(METHODS)}.")
        return {"method": method}
    if kind is JobKind.PRETRAIN and "minutes" in options:
        least, most = MINUTES
        if not least <= options["minutes"] <= most:
            raise BadSettings(f"Pretraining takes {least:g} to {most:g} minutes, not {options['minutes']:g}.")
        return {"minutes": options["minutes"]}
    return {}


def _delete_files(project: Project, version: ModelVersion) -> None:
    storage.remove(own_file(project, version.encoder))
    Vectors(project, version.encoder).delete()


def _job(job: Job) -> dict[str, Any]:
    stopping = job.stop_asked and job.state == Job.State.RUNNING
    return {**job.to_dict(), "stopping": stopping, "result": job.result}
