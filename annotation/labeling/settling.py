"""Settling: which answer counts on a sample that several people may answer, and when people disagree."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from annotation.labeling.leases import ANSWERS
from annotation.models import Annotation, Review, Sample
from annotation.tasks import task_of

_STATES = {Annotation.Verdict.LABEL: Sample.State.LABELLED, Annotation.Verdict.UNSURE: Sample.State.UNSURE}


def settle(sample: Sample, said: Iterable[Annotation] | None = None, *, final: Annotation | None = None) -> None:
    """Set the state and the answer that count on a locked sample; a reviewer's word is `final`.

    `said` is what people say of it now, where that was read already.
    """
    before = sample.state, sample.answer_id
    if final is None:
        now = sample.annotations.filter(current=True) if said is None else said
        answers = [each for each in now if each.current and each.verdict in ANSWERS]
        final, disputed = _outcome(sample, sorted(answers, key=lambda answer: -answer.pk))
    else:
        disputed = False
    sample.answer = final if final and final.verdict == Annotation.Verdict.LABEL else None
    settled = _STATES[Annotation.Verdict(final.verdict)] if final else Sample.State.OPEN
    sample.state = Sample.State.DISPUTED if disputed else settled
    if (sample.state, sample.answer_id) != before:
        sample.save(update_fields=["state", "answer"])


def opinions_of(sample: Sample) -> int:
    """Return how many people answer a sample: some audits are put to a second person."""
    return max(sample.project.opinions, sample.audit.opinions if hasattr(sample, "audit") else 1)


def _outcome(sample: Sample, answers: Sequence[Annotation]) -> tuple[Annotation | None, bool]:
    """Return what counts of the answers, newest first, and whether people disagree."""
    people = [answer for answer in answers if answer.provenance != Annotation.Provenance.PROMISED]
    if not people:
        return (answers[0] if answers else None), False  # accepted by promise, and nobody has said otherwise
    wanted = opinions_of(sample)
    if wanted == 1:
        return people[0], False
    if reviewed := _reviewed(people):
        return reviewed, False
    if len(people) < wanted:
        return None, False
    final = task_of(sample.project).settle(sample.project, people)
    if final is None and sample.project.opinions == 1:
        return people[0], False  # asked twice to measure how far people agree; audits go by the first answer
    return final, final is None


def _reviewed(people: Sequence[Annotation]) -> Annotation | None:
    """Return the answer that a reviewer kept or gave last, if it still stands."""
    standing = {answer.pk: answer for answer in people}
    kept = Q(annotation__in=standing, verdict=Review.Verdict.ACCEPT)
    newest = Review.objects.filter(kept | Q(result__in=standing)).order_by("-id").first()
    if newest is None:
        return None
    return standing.get(newest.result_id or 0) or standing.get(newest.annotation_id or 0)
