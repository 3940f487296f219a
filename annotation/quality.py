"""Quality: labels that deserve a second look, and what a reviewer decides about each: keep it, or give another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from annotation.errors import NotFound, NotReady
from annotation.insights import read, store
from annotation.labeling.answers import Answer, retract, submit
from annotation.labeling.leases import ANSWERS
from annotation.labeling.locks import lock
from annotation.labeling.retracting import say_again
from annotation.labeling.settling import settle
from annotation.models import Annotation, Job, Project, Review, Sample
from annotation.models.jobs import JobKind
from annotation.tasks import Value, task_of

KEEP, RELABEL = "keep", "relabel"
VERDICTS = (KEEP, RELABEL)
MOST_DISPUTED = 50  # shown at a time


@dataclass(frozen=True)
class Decision:
    """What a reviewer decides about a label."""

    verdict: str
    value: Value | None = None  # to relabel
    label: int | None = None  # class code, where that says it all
    area: Sequence[str] = ()  # of a mask, what gets the class instead of the one painted in most of it: rows of 0 and 1
    seconds: float = 0.0


def quality(project: Project, *, owner: bool) -> dict[str, Any]:
    """Return what the quality page shows, ready for JSON; how single people label is for owners only."""
    stored = read(project, "quality")
    newest = project.rounds.values_list("number", flat=True).first() or 0
    job = project.jobs.filter(kind=JobKind.INSIGHT).first()
    shown = {
        "found": None,
        "disputed": disputed(project),
        "stale": stored is not None and stored["round"] < newest,
        "labels": project.samples.filter(state=Sample.State.LABELLED).count(),
        "reviewed": Review.objects.filter(annotation__sample__project=project).count(),
        "double_share": project.double_share,
        "job": job.to_dict() if job and job.state != Job.State.DONE else None,
    }
    if stored is None:
        return shown
    private = {"people", "habits"} if not owner else set()
    told = {name: value for name, value in stored.items() if name not in private}
    return {**shown, "found": {**told, "suspects": _still_open(stored["suspects"])}}


def disputed(project: Project) -> list[dict[str, Any]]:
    """Return the tiles on which people disagree, with each answer, but not whose it is: a reviewer's word settles."""
    rows = project.samples.filter(state=Sample.State.DISPUTED).select_related("audit").order_by("index")
    samples = {sample.pk: sample for sample in rows[:MOST_DISPUTED]}
    said = Annotation.objects.filter(sample__in=samples, current=True, verdict__in=ANSWERS).by_people().order_by("pk")
    task, names = task_of(project), project.class_names()
    answers: dict[int, list[dict[str, Any]]] = {pk: [] for pk in samples}
    for each in said:
        text = task.text(each.value, names) or each.get_verdict_display()
        shown = {"verdict": each.verdict, "value": each.value, "text": text, "mask": bool(each.mask)}
        answers[each.sample_id].append({"annotation": each.pk, **shown})
    return [
        {"sample": pk, "index": sample.index, "audit": hasattr(sample, "audit"), "answers": answers[pk]}
        for pk, sample in samples.items()
    ]


@transaction.atomic
def look_again(project: Project, user: User, annotation: int, decision: Decision) -> Review:
    """Keep a label, so that it is not offered again, or give the tile another one by the way of every answer.

    Whoever calls has checked that `user` may review in the project.

    Raises:
        NotReady: the label is no longer the one that counts, nor one of those that people disagree on.
        BadAnswer: it has the class already, or the area makes no sense.
    """
    rows = Annotation.objects.filter(sample__project=project, pk=annotation)
    about = rows.select_related("sample").first()
    if about is None:
        raise NotFound("No such annotation in this project.")
    sample = lock(about.sample).sample
    said = rows.select_related("sample__project", "label").get()  # as it is now that it is locked
    if not _may_be_decided(sample, said):
        raise NotReady(f"Tile {sample} has another answer by now; it is off the list.")
    if decision.verdict == KEEP:
        if sample.state == Sample.State.DISPUTED:
            settle(sample, final=said)  # a reviewer's word is final
        return Review.objects.create(reviewer=user, annotation=said, verdict=Review.Verdict.ACCEPT)
    result = submit(sample, user, _answer(said, decision))
    settle(lock(sample).sample, final=result)  # a reviewer's word is final, also where several opinions are asked for
    return Review.objects.create(reviewer=user, annotation=said, verdict=Review.Verdict.CORRECT, result=result)


def _may_be_decided(sample: Sample, said: Annotation) -> bool:
    if sample.state == Sample.State.DISPUTED:
        return said.current and said.verdict in ANSWERS
    return sample.answer_id == said.pk and sample.state == Sample.State.LABELLED


@transaction.atomic
def take_back(project: Project, user: User, review: int) -> None:
    """Take one's own second look back: what was kept or relabelled is offered again.

    Raises:
        NotReady: the tile has another answer than the one that was given.
    """
    mine = Review.objects.filter(annotation__sample__project=project, reviewer=user, pk=review)
    about = mine.select_related("annotation__sample", "result").first()
    if about is None or about.annotation is None:
        raise NotFound("No such second look of yours in this project.")
    sample = lock(about.annotation.sample).sample  # before the review, as whoever deletes does
    made = mine.select_for_update(of=("self",)).first()
    if made is None:
        raise NotFound("No such second look of yours in this project.")
    result = about.result
    made.delete()
    if made.verdict == Review.Verdict.CORRECT:
        _withdraw(sample, user, about.annotation, result)
    elif project.opinions > 1:
        settle(sample)  # perhaps people disagree once more


def _withdraw(sample: Sample, user: User, said: Annotation, result: Annotation | None) -> None:
    if result is None or sample.answer_id != result.pk:
        raise NotReady(f"Tile {sample} has another answer by now; it stays.")
    if said.author_id != user.pk:
        leases = sample.leases.filter(user=user)
        leases.delete()  # before the retraction asks for a job: a claim, too, locks leases first
        retract(sample, user)
        leases.all().delete()  # which gave the sample back to them
        return
    again = say_again(sample, said, result)  # one's own label as it was, which a retraction would not bring back
    settle(sample, final=again)
    _offer_as(sample.project, said.pk, again.pk)


def _offer_as(project: Project, before: int, now: int) -> None:
    """Let the list of doubtful labels speak of a label that was given once more."""
    stored = read(project, "quality")
    if stored is None:
        return
    suspects = [
        {**item, "annotation": now if item["annotation"] == before else item["annotation"]}
        for item in stored["suspects"]
    ]
    store(project, "quality", {**stored, "suspects": suspects})


def _answer(said: Annotation, decision: Decision) -> Answer:
    correction = {"value": decision.value, "label": decision.label, "area": decision.area}
    value = task_of(said.sample.project).correct(said, correction)
    return Answer(value=value, seconds=decision.seconds, base=said.pk, force=True)


def _still_open(suspects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out labels that were changed or confirmed since they came under suspicion; each is offered once."""
    ids = [item["annotation"] for item in suspects]
    counting = Sample.objects.filter(answer__in=ids, state=Sample.State.LABELLED).values_list("answer", flat=True)
    confirmed = Review.objects.filter(annotation__in=ids).values_list("annotation", flat=True)
    given = Review.objects.filter(result__in=ids).values_list("result", flat=True)
    left = set(counting) - set(confirmed) - set(given)
    still = []
    for item in suspects:
        if item["annotation"] in left:
            left.discard(item["annotation"])
            still.append(item)
    return still
