"""Candidates: an encoder that was trained for a project, kept beside the present one with what speaks for it."""

from typing import Any

from annotation import storage
from annotation.arrays.labels import Snapshot
from annotation.encoders import own_file
from annotation.improving.evidence import Comparison
from annotation.improving.promotion import judge
from annotation.learning.publishing import write_version
from annotation.learning.snapshot import take_snapshot
from annotation.models import Job, ModelVersion, Project
from annotation.models.jobs import JobKind
from annotation.tasks import task_of
from annotation.tasks.learner import Learner
from mlcore.errors import NotEnoughLabels
from mlcore.model import Encoder, save_encoder

State = ModelVersion.State


def keep(project: Project, encoder: Encoder) -> str:
    """Write an encoder beside the project's others and return its digest, under which it is found again."""
    digest = encoder.digest
    path = own_file(project, digest)
    if not storage.has(path):
        save_encoder(encoder, path)
        storage.keep(path)
    return digest


def propose(job: Job, encoder: Encoder, comparison: Comparison, *, origin: ModelVersion.Origin, name: str) -> str:
    """Write a candidate's version, and ask for its promotion if the rule says so; return what people read.

    Its yardstick's rows have their vectors. A second run that made the same encoder writes the same version again.
    """
    project, digest = job.project, keep(job.project, encoder)
    row = project.model_versions.filter(encoder=digest, origin=origin).first()
    if row is not None and row.state in (State.PUBLISHED, State.RETIRED):
        return f"It made the encoder of {str(row).lower()} once more."
    verdict = judge(comparison)
    snapshot = take_snapshot(project, digest)
    facts = {"state": State.CANDIDATE, "origin": origin, "reason": verdict.reason[:400]}
    version = write_version(snapshot, _fit(snapshot), encoder_name=name, row=row, **facts)
    version.metrics = {**version.metrics, "comparison": comparison.to_dict()}
    version.save(update_fields=["metrics"])
    job.show(version=version.number, promoted=verdict.promote)
    if verdict.promote:
        Job.request(project, JobKind.SWITCH, encoder=digest, version=version.number)
    return f"{version}: {verdict.reason}"


def _fit(snapshot: Snapshot) -> Learner[Any] | None:
    try:
        return task_of(snapshot.project).learner.fit(snapshot)
    except NotEnoughLabels:
        return None
