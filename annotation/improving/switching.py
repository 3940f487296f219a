"""Switching: another encoder's vectors are built beside the present ones, then the project goes over in one step."""

from annotation.encoders import forget_vectors, is_anybodys, title_of
from annotation.jobs import hold
from annotation.learning.encoders import AnyEncoder, open_encoder
from annotation.learning.publishing import (
    publish_version,
    remove_unfinished,
    suggest,
    take_suggestions_back,
    use_encoder,
    write_version,
)
from annotation.learning.snapshot import take_snapshot
from annotation.learning.together import build_together
from annotation.models import Job, ModelVersion, Project
from annotation.models.jobs import JobKind
from annotation.soundness import check_scenes
from annotation.suitability import check_suits
from annotation.tasks import task_of
from mlcore.errors import MLCoreError, NotEnoughLabels

_EMBEDDING_SHARE = 0.8


def switch(job: Job) -> str:
    """Go over to the encoder that the job names; people label on meanwhile, with the one before."""
    project, key = job.project, str(job.params["encoder"])
    if key == project.encoder:
        return f"The project uses {title_of(project, key)} already."
    check_suits(project, key)  # scenes may have come since it was asked for
    encoder, before = open_encoder(project, key), _digest_before(project)
    check_scenes(project)
    build_together(job, encoder, key=key, report=lambda done, message: job.report(_EMBEDDING_SHARE * done, message))
    with hold(project.pk, JobKind.PUBLISH):
        message = _go_over(job, encoder, key)
    forget_vectors(project, keep={encoder.digest, before})  # the one before is kept, to go back to
    if project.compare_modalities:  # without each of them as well
        Job.request(project, JobKind.EMBED)
    return message


def _go_over(job: Job, encoder: AnyEncoder, key: str) -> str:
    project = job.project
    snapshot = take_snapshot(project, encoder.digest)
    try:
        learner = task_of(project).learner.fit(snapshot)
    except NotEnoughLabels:
        use_encoder(project, key)
        return f"The project uses {title_of(project, key)} from now on."
    remove_unfinished(project)
    candidate = _candidate(job)
    if candidate:  # what a killed try wrote
        take_suggestions_back(candidate)
    name = key if is_anybodys(key) else title_of(project, key)
    facts = {} if candidate else {"origin": ModelVersion.Origin.SWITCH, "reason": _reason(job)}
    version = write_version(snapshot, learner, encoder_name=name, row=candidate, **facts)
    count = suggest(version, learner)
    if candidate:
        version.reason = f"{_reason(job)} {version.reason}"[:400]
    publish_version(version, encoder=key)
    return f"{version} with {title_of(project, key)} took over and suggests a label for {count} tiles."


def _candidate(job: Job) -> ModelVersion | None:
    number = job.params.get("version")
    waiting = job.project.model_versions.filter(state=ModelVersion.State.CANDIDATE)
    return waiting.filter(number=number).first() if number else None


def _reason(job: Job) -> str:
    person = job.requested_by
    return f"Chosen by {person.get_username()}." if person else "Promoted by itself."


def _digest_before(project: Project) -> str:
    try:
        return open_encoder(project).digest
    except MLCoreError:  # its file is damaged or gone: a good reason to choose another
        return ""
