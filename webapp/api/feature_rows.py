"""What features and vector tiles hold: labels, suggestions and samples, a sample each, in WGS 84."""

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
    "samples": ("Samples", "Every sample with its state, labelled or not."),
}
SAID_BY_CLASS = {"label", "name"}  # of what a kind tells of a label; here these are `code` and `class`


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
    """Return the rows of a collection, each with its geometry, in the order of their samples' numbers."""
    rows, path = _chosen(project, collection, wanted)
    geometry = AsGeoJSON(f"{path}tile__outline", precision=DECIMALS)
    return rows.annotate(geometry=geometry).order_by("number").values()  # type: ignore[no-any-return]


def bare_rows_of(project: Project, collection: str, wanted: Wanted) -> QuerySet[Any, dict[str, Any]]:
    """Return the same without geometries, in no order."""
    return _chosen(project, collection, wanted)[0].order_by().values()


def _chosen(project: Project, collection: str, wanted: Wanted) -> tuple[QuerySet[Any], str]:
    """Return the rows that are asked for, and the path from them to their samples."""
    rows, path, moment = _ROWS[collection](project)
    outline = f"{path}tile__outline"
    rows = rows.filter(**{f"{outline}__isnull": False})
    if wanted.boxes:
        within = Q()
        for box in wanted.boxes:
            within |= Q(**{f"{outline}__intersects": box})
        rows = rows.filter(within)
    if wanted.since and moment:
        rows = rows.filter(**{f"{moment}__gte": wanted.since})
    if wanted.until and moment:
        rows = rows.filter(**{f"{moment}__lte": wanted.until})
    if wanted.sample is not None:
        rows = rows.filter(**{"sample" if path else "pk": wanted.sample})
    if wanted.after >= 0:
        rows = rows.filter(**{f"{path}index__gt": wanted.after})
    cell = {name: F(f"{path}tile__{field}") for name, field in _CELL.items()}
    about = {"number": F(f"{path}index"), "stands": F(f"{path}state"), **({"when": F(moment)} if moment else {})}
    return rows.annotate(**cell, **about), path


_CELL = {"grid": "grid_id", "across": "column", "down": "row", "named": "name"}


def _labels(project: Project) -> tuple[QuerySet[Any], str, str]:
    rows = Sample.objects.filter(project=project, state=Sample.State.LABELLED, answer__isnull=False)
    told = {
        "code": CODE, "drawn": DRAWN, "said": F("answer__value"), "sample_pk": F("pk"),
        "made": F("answer__provenance"), "by_version": F("answer__model_version__number"),
    }  # fmt: skip
    return rows.annotate(**told), "", "answer__created_at"


def _suggestions(project: Project) -> tuple[QuerySet[Any], str, str]:
    rows = Suggestion.objects.undecided().filter(
        sample__project=project, model_version__state=ModelVersion.State.PUBLISHED
    )
    told = {
        "code": F("label__code"), "said": F("value"), "sample_pk": F("sample_id"),
        "by_version": F("model_version__number"),
    }  # fmt: skip
    return rows.annotate(**told), "sample__", "created_at"


def _samples(project: Project) -> tuple[QuerySet[Any], str, str]:
    told = {"drawn": DRAWN, "sample_pk": F("pk")}
    return Sample.objects.filter(project=project).annotate(**told), "", ""


_ROWS = {"labels": _labels, "suggestions": _suggestions, "samples": _samples}


def properties_of(project: Project, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield what is told of each row besides its geometry."""
    names, codes = project.class_names(), project.codes_in_use()
    colours = {each.code: each.colour for each in project.all_classes()}
    task = task_of(project)
    for row in rows:
        told = {
            "sample": row["sample_pk"], "index": row["number"], "grid": row["grid"], "column": row["across"],
            "row": row["down"], "tile": row["named"], "state": row["stands"],
        }  # fmt: skip
        if "said" in row:
            code = codes.get(row["code"], row["code"])
            told |= {"class": names.get(code, ""), "code": code, "colour": colours.get(code, "")}
            told["text"] = task.text(row["said"], names)
            more = task.properties(row["said"], codes, names) if row["said"] else {}
            told |= {name: value for name, value in more.items() if name not in SAID_BY_CLASS}
            told |= {"datetime": _utc(row["when"]), "model_version": row["by_version"]}
        if "made" in row:
            told["provenance"] = row["made"]
        yield told | ({"confidence": row["confidence"]} if "confidence" in row else {"audit": row["drawn"]})


def _utc(when: datetime) -> str:
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def features(project: Project, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield rows as features."""
    for row, properties in zip(rows, properties_of(project, rows), strict=True):
        yield {"type": "Feature", "id": row["sample_pk"], "geometry": row["geometry"], "properties": properties}
