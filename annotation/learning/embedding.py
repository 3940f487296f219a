"""Embedding: turn every sample that has no vector yet into one, with the project's frozen encoder."""

from annotation.arrays.labels import Rows
from annotation.arrays.vectors import Vectors
from annotation.encoders import forget_vectors
from annotation.ingest.covering import cover_scenes
from annotation.jobs import hold
from annotation.learning.encoders import AnyEncoder, open_encoder
from annotation.learning.filling import Built, Report, fill, missing_rows
from annotation.learning.omitted import embed_without
from annotation.learning.publishing import suggest_unasked
from annotation.learning.spectra import learn_spectra
from annotation.learning.together import build_together
from annotation.models import Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.soundness import check_scenes, left_out


def embed(job: Job) -> str:
    """Embed the samples that have no vector; what an earlier, killed run stored is kept."""
    project = job.project
    check_scenes(project)
    cover_scenes(project)
    learnt = learn_spectra(project)
    encoder = open_encoder(project)
    built = build_together(job, encoder, key=project.encoder, report=job.report)
    if learnt:
        forget_vectors(project, keep=[encoder.digest])  # made before there were spectra; nothing rests on them
    _ask_for_refit(project, encoder)
    suggested = suggest_unasked(project, encoder.digest)
    compared = _compare(job, encoder)
    told = f" and suggested a label for {suggested}." if suggested else "."
    return f"Embedded {built.tiles} tiles{told}{compared}{built.unread}{left_out(project)}"


def _compare(job: Job, encoder: AnyEncoder) -> str:
    """Embed without each modality, where the project wants that; ask for a round that knows, and say so."""
    counts = embed_without(job, encoder)
    if not counts:
        return ""
    told = ", ".join(f"{count} without {name}" for name, count in counts.items())
    Job.ask(job.project, JobKind.REFIT, sees=f"{told}, of {encoder.digest}")
    return f" To compare: {told}."


def _ask_for_refit(project: Project, encoder: AnyEncoder) -> None:
    """Ask for a round of what is embedded; without any vector there is nothing to rank."""
    if embedded := int(Vectors(project, encoder.digest).present.sum()):
        samples = project.samples.exclude(state=Sample.State.EMPTY).count()
        Job.ask(project, JobKind.REFIT, sees=f"{embedded} vectors of {encoder.digest}, {samples} samples")


def build(project: Project, encoder: AnyEncoder, *, report: Report, rows: Rows | None = None) -> Built:
    """Store the vectors of an encoder that are missing, of `rows` or of all samples that it can read, here alone.

    A job has its scenes checked first, once (`check_scenes`).
    """
    vectors = Vectors(project, encoder.digest)
    with hold(project.pk, f"vectors {vectors.digest}"):
        return fill(project, encoder, missing_rows(project, vectors, rows), report=report)
