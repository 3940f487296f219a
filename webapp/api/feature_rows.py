"""What the collections of OGC API Features hold: labels and suggestions, a sample each, in WGS 84."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import Polygon
from django.db.models import F, Q, QuerySet

from annotation.models import ModelVersion, Project, Sample, Suggestion, Tile
from annotation.tasks import task_of
from webapp.api.tiles import CODE, DECIMALS, DRAWN

# of each: title, and what it holds in words
COLLECTIONS = {
    "labels": ("Labels", "What counts as the label of each sample that has one."),
    "suggestions": ("Suggestions", "What the published model version says of samples that wait for a person."),
}


@dataclass(frozen=True)
class Wanted:
    """Which features are asked for."""

    boxes: tuple[Polygon, ...] = ()  # none: everywhere; two around the antimeridian
    since: datetime | None = None
    until: datetime | None = None
    after: int = -1  # index of the sample behind which they begin
    sample: int | None = None


def extent_of(project: Project) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of a project's tiles; none where they have no place."""
    box = Tile.objects.filter(grid__project=project).aggregate(box=Extent("outline"))["box"]
    return box and tuple(box)


def rows_of(project: Project, collection: str, wanted: Wanted) -> QuerySet[Any, dict[str, Any]]:
    """Return the rows of a collection in the order of their samples' numbers."""
    rows, path, moment = _labels(project) if collection == "labels" else _suggestions(project)
    outline = f"{path}tile__outline"
    rows = rows.filter(**{f"{outline}__isnull": False})
    if wanted.boxes:
        within = Q()
        for box in wanted.boxes:
            within |= Q(**{f"{outline}__intersects": box})
        rows = rows.filter(within)
    if wanted.since:
        rows = rows.filter(**{f"{moment}__gte": wanted.since})
    if wanted.until:
        rows = rows.filter(**{f"{moment}__lte": wanted.until})
    if wanted.sample is not None:
        rows = rows.filter(**{"sample" if path else "pk": wanted.sample})
    if wanted.after >= 0:
        rows = rows.filter(**{f"{path}index__gt": wanted.after})
    rows = rows.annotate(geometry=AsGeoJSON(outline, precision=DECIMALS), when=F(moment), number=F(f"{path}index"))
    return rows.order_by("number").values()  # type: ignore[no-any-return]


def _labels(project: Project) -> tuple[QuerySet[Any], str, str]:
    rows = Sample.objects.filter(project=project, state=Sample.State.LABELLED, answer__isnull=False)
    told = {"code": CODE, "drawn": DRAWN, "said": F("answer__value"), "sample_pk": F("pk")}
    return rows.annotate(**told), "", "answer__created_at"


def _suggestions(project: Project) -> tuple[QuerySet[Any], str, str]:
    rows = Suggestion.objects.undecided().filter(
        sample__project=project, model_version__state=ModelVersion.State.PUBLISHED
    )
    code = {"code": F("label__code"), "said": F("value"), "sample_pk": F("sample_id")}
    return rows.annotate(**code), "sample__", "created_at"


def features(project: Project, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield rows as features."""
    names, task = project.class_names(), task_of(project)
    for row in rows:
        properties = {
            "sample": row["sample_pk"],
            "index": row["number"],
            "class": names.get(row["code"], ""),
            "code": row["code"],
            "text": task.text(row["said"], names),
            "datetime": row["when"].astimezone(UTC).isoformat().replace("+00:00", "Z"),
        }
        if "confidence" in row:
            properties["confidence"] = row["confidence"]
        else:
            properties["audit"] = row["drawn"]
        yield {"type": "Feature", "id": row["sample_pk"], "geometry": row["geometry"], "properties": properties}
