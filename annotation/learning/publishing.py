"""Publishing: make a fit a model version, and write its suggestions for all that nobody has labelled."""

import io
import uuid
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans

from annotation import storage
from annotation.arrays.labels import Snapshot
from annotation.arrays.vectors import Vectors, folder_of
from annotation.deletions import hold_project
from annotation.encoders import is_anybodys, title_of
from annotation.errors import JobFailed
from annotation.learning.encoders import open_encoder
from annotation.learning.forecasting import forecast_audits
from annotation.learning.reporting import report
from annotation.learning.snapshot import take_snapshot
from annotation.models import Job, ModelVersion, Project, Sample, Suggestion
from annotation.models.jobs import JobKind
from annotation.tasks import task_of
from annotation.tasks.learner import Learner, Prediction, content_of
from mlcore.errors import NotEnoughLabels

_BATCH = 2000
_CLUSTERING_ROWS = 10_000
_MOST_CLUSTERS = 60


def publish(job: Job) -> str:
    """Fit on all labels, write the suggestions beside the old ones, and switch over in one step."""
    project = job.project
    if job.attempts > 1 and (made := _published_since(job)):
        return f"{made} was published already."
    encoder = open_encoder(project)
    snapshot = take_snapshot(project, encoder.digest)
    try:
        learner = task_of(project).learner.fit(snapshot)
    except NotEnoughLabels as error:
        raise JobFailed(f"There is nothing to publish yet: label {task_of(project).first_fit} first.") from error
    remove_unfinished(project)
    version = write_version(snapshot, learner, encoder_name=encoder_title(project))
    count = suggest(version, learner, job=job)
    publish_version(version)
    return f"{version} suggests a label for {count} tiles; it learnt from {learner.labels}."


def _published_since(job: Job) -> ModelVersion | None:
    """Return the version that counts if it came after the job was asked for: it heard all that the job was to hear."""
    published = job.project.model_versions.filter(state=ModelVersion.State.PUBLISHED)
    return published.filter(created_at__gt=job.created_at).first()


def suggest_unasked(project: Project, digest: str) -> int:
    """Let the published version speak of samples that came after it; return how many."""
    version = project.model_versions.filter(state=ModelVersion.State.PUBLISHED, encoder=digest).first()
    return suggest(version, task_of(project).learner.load(version.head_file)) if version else 0


def suggest(version: ModelVersion, learner: Learner[Any], *, job: Job | None = None) -> int:
    """Write a suggestion for each open sample that has none of this version, audits left out; return how many."""
    vectors = Vectors(version.project, version.encoder)
    forecast_audits(version, learner, vectors)
    subjects = _subjects(version, vectors)
    rows = np.fromiter(subjects, np.int64)
    clusters = _clusters(version, vectors, rows)
    written = 0
    for start in range(0, len(rows), _BATCH):
        part = slice(start, start + _BATCH)
        prediction = learner.predict(vectors, rows[part])
        written += _write(version, subjects, prediction, dict(zip(rows[part].tolist(), clusters[part], strict=True)))
        if job:
            job.report(min(1.0, (start + _BATCH) / len(rows)), f"Suggested labels for {written} tiles.")
    return written


def _subjects(version: ModelVersion, vectors: Vectors) -> dict[int, tuple[int, int]]:
    """Return row -> sample id and tile size, of what the version has not spoken of."""
    spoken = Suggestion.objects.filter(model_version=version, sample=OuterRef("pk"))
    samples = version.project.samples.filter(~Exists(spoken), state=Sample.State.OPEN, audit=None).order_by("index")
    present = vectors.present
    rows = samples.filter(index__lt=len(present)).values_list("index", "pk", "tile__grid__tile_px")
    return {row: (pk, tile_px) for row, pk, tile_px in rows if present[row]}


def _write(
    version: ModelVersion, subjects: dict[int, tuple[int, int]], prediction: Prediction, clusters: dict[int, int]
) -> int:
    labels = {label.code: label for label in version.project.classes.all()}
    in_use = version.project.codes_in_use()
    suggestions = []
    with storage.at_once():  # masks
        for at, row in enumerate(prediction.rows.tolist()):
            sample, tile_px = subjects[row]
            content = content_of(prediction, at, tile_px=tile_px, in_use=in_use, labels=labels)
            if content is None:
                continue
            suggestions.append(
                Suggestion(
                    sample_id=sample,
                    model_version=version,
                    **content.columns(),
                    details=prediction.details(at),
                    confidence=float(prediction.confidences[at]),
                    cluster=int(clusters[row]),
                )
            )
    with transaction.atomic():
        hold_project(version.project)  # as whoever deletes: so the two never wait for each other in a ring
        there = set(Sample.objects.filter(pk__in=[each.sample_id for each in suggestions]).values_list("pk", flat=True))
        kept = [each for each in suggestions if each.sample_id in there]
        Suggestion.objects.bulk_create(kept, batch_size=_BATCH, ignore_conflicts=True)
    return len(kept)


def _clusters(version: ModelVersion, vectors: Vectors, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which look-alikes each row belongs to; samples that come later join the clusters of the first ones."""
    if not len(rows):
        return np.zeros(0, np.int64)
    features, path = vectors.read(), storage.fetch(version.place.with_name("clusters.npy"))
    if not path.is_file():
        rng = np.random.default_rng(version.number)
        some = features[np.sort(rng.permutation(rows)[:_CLUSTERING_ROWS])].astype(np.float32)
        count = int(np.clip(np.sqrt(len(some) / 2), 1, _MOST_CLUSTERS))
        clustering = MiniBatchKMeans(count, random_state=0, n_init=1, batch_size=1024).fit(some)
        buffer = io.BytesIO()
        np.save(buffer, clustering.cluster_centers_.astype(np.float32))
        storage.write(path, buffer.getvalue())
    centres = np.load(path)
    lengths = np.square(centres).sum(axis=1)
    parts = [rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH)]
    return np.concatenate(
        [(lengths - 2 * features[part].astype(np.float32) @ centres.T).argmin(axis=1) for part in parts]
    )


def write_version(
    snapshot: Snapshot,
    learner: Learner[Any] | None,
    *,
    encoder_name: str,
    row: ModelVersion | None = None,
    **fields: object,
) -> ModelVersion:
    """Write a version's row, a new one or `row` once more, with its head."""
    project = snapshot.project
    row = row or ModelVersion(project=project, number=_next_number(project))
    row.encoder_name, row.encoder = encoder_name[:120], snapshot.vectors.digest
    row.labels = learner.labels if learner else 0
    if learner:
        # a number may come again, after a publication that was killed: what lies under one name never changes
        folder = folder_of(project) / "models" / str(row.number) / uuid.uuid4().hex[:8]
        folder.mkdir(parents=True)
        learner.save(folder / "head.safetensors")
        storage.keep(folder)
        row.head = str(folder.relative_to(settings.DATA_DIR) / "head.safetensors")
        row.metrics = {**row.metrics, **measure(snapshot, learner)}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


def encoder_title(project: Project) -> str:
    """Return what people call the project's present encoder: its own ones have names of their own."""
    return project.encoder if is_anybodys(project.encoder) else title_of(project, project.encoder)


def _next_number(project: Project) -> int:
    return (project.model_versions.aggregate(newest=Max("number"))["newest"] or 0) + 1


def measure(snapshot: Snapshot, learner: Learner[Any]) -> dict[str, object]:
    """Return the metrics: on audits where there are some, cross-validated ones marked as such."""
    metrics: dict[str, object] = {"classes": learner.classes.tolist()}
    if learner.held_out_accuracy is not None:
        metrics["cross_validated_accuracy"] = round(learner.held_out_accuracy, 4)
    audits = snapshot.audits
    if not len(audits):
        return metrics
    score, told = report(snapshot, learner, learner.predict(snapshot.vectors, learner.choose_rows(snapshot)))
    metrics["audit_report"] = told
    if score:
        shown = {"value": round(score.value, 4), "low": round(score.low, 4), "high": round(score.high, 4)}
        metrics["audit_accuracy"] = {**shown, "audits": score.audits}
    metrics.update(learner.measure(audits, learner.predict(snapshot.vectors, audits.rows)))
    return metrics


@transaction.atomic
def remove_unfinished(project: Project) -> None:
    """Delete what a killed publication left behind."""
    hold_project(project)
    for version in project.model_versions.filter(state=ModelVersion.State.BUILDING):
        if version.head:
            storage.remove(version.place.parent)
        version.delete()


@transaction.atomic
def take_suggestions_back(version: ModelVersion) -> None:
    """Delete what a version that does not count yet suggests."""
    hold_project(version.project)
    Suggestion.objects.filter(model_version=version).delete()


@transaction.atomic
def publish_version(version: ModelVersion, *, encoder: str = "") -> None:
    """Retire the version before, with the suggestions that nobody decided on, and publish this one.

    With the key of another `encoder` the project goes over to that in the same moment.
    """
    hold_project(version.project)
    before = ModelVersion.objects.filter(project=version.project, state=ModelVersion.State.PUBLISHED)
    Suggestion.objects.filter(model_version__in=before, state=Suggestion.State.OPEN).update(
        state=Suggestion.State.SUPERSEDED
    )
    before.update(state=ModelVersion.State.RETIRED)
    version.state = ModelVersion.State.PUBLISHED
    version.save(update_fields=["state", "reason"])
    if encoder:
        use_encoder(version.project, encoder)


def use_encoder(project: Project, key: str) -> None:
    """Let the project work with another encoder from now on; what is missing follows."""
    Project.objects.filter(pk=project.pk).update(encoder=key)
    Job.request(project, JobKind.EMBED)  # of tiles that came meanwhile
    Job.request(project, JobKind.REFIT)
