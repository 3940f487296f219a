"""Other dates: what people said of the same ground at another epoch, or between others, to begin a label with."""

from django.db.models import QuerySet

from annotation.models import Annotation, Epoch, Sample
from annotation.models.blindness import is_blind

_MOST = 20  # of them, the nearest


def labels_of_other_dates(sample: Sample, user_id: int | None, readable: QuerySet[Annotation]) -> list[Annotation]:
    """Return a label of each other date of a tile, the nearest first, and of two as near the earlier one.

    It is the person's own where there is one, else the one that counts. An audit that waits has none: what somebody
    took over from a model at another date would be a hint.
    """
    if not sample.epoch_id or is_blind(sample):
        return []
    labels = readable.filter(verdict=Annotation.Verdict.LABEL, current=True)
    rows = labels.filter(sample__tile=sample.tile_id).exclude(sample=sample.pk).order_by("id")
    told: dict[int, Annotation] = {}
    for said in rows.select_related("sample__project", "author", "label", "model_version"):
        if said.author_id == user_id or (said.pk == said.sample.answer_id and said.sample_id not in told):
            told[said.sample_id] = said
    epochs = Epoch.objects.filter(project=sample.project_id).values_list("pk", flat=True)
    order = {pk: at for at, pk in enumerate(epochs)}

    def far(said: Annotation) -> tuple[int, int]:
        steps = [order[one] - order[own] for one, own in zip(said.sample.epoch_ids, sample.epoch_ids, strict=False)]
        return sum(map(abs, steps)), sum(steps)

    return sorted(told.values(), key=far)[:_MOST]
