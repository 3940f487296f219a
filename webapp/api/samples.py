"""/api/projects/{id}/samples/: what an annotator is shown of a tile."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.access import User, get_sample
from annotation.labeling.hints import hints_of
from annotation.models import Coverage, Epoch, Lease, Sample, Scene
from annotation.models.epochs import members_of
from annotation.prepared import prepared
from mlcore.raster.ground import ground_of
from webapp.api.annotations import AnnotationSerializer, mask_url
from webapp.api.person import person


@dataclass(frozen=True)
class NamedEpoch:
    """An epoch's name, and the ids of its scenes."""

    name: str
    scenes: frozenset[int]


Epochs = dict[int, NamedEpoch]


class SampleDetail(APIView):
    """One sample."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, project_id: int, pk: int) -> Response:
        """Show a tile with what was said about it."""
        sample = get_sample(request.user, project_id, pk)
        lease = Lease.objects.active().filter(sample=sample, user=person(request).pk).select_related("rank").first()
        shown = describe(request.user, [sample], {sample.pk: lease} if lease else {})[0]
        said = (
            sample.annotations.readable_by(request.user)
            .select_related("author", "label", "model_version", "sample__project")
            .order_by("id")
        )
        return Response({**shown, "state": sample.state, "annotations": AnnotationSerializer(said, many=True).data})


def describe_leases(user: User, leases: Sequence[Lease]) -> list[dict[str, Any]]:
    """Describe the samples that a person holds, in the same order."""
    return describe(user, [lease.sample for lease in leases], {lease.sample_id: lease for lease in leases})


def describe(user: User, samples: Sequence[Sample], leases: dict[int, Lease]) -> list[dict[str, Any]]:
    """Describe samples as the labelling view needs them, in a handful of queries for all of them.

    Expects tile, grid and audit to be loaded. A waiting audit comes without suggestion, reason or any other hint.
    """
    epochs = _epochs(samples)
    scenes = _scenes(samples)
    hints = hints_of(samples, user.pk) if samples else {}
    return [
        {
            **_place(sample, scenes[sample.pk], epochs),
            **_work(sample, leases.get(sample.pk)),
            "base": hints[sample.pk].base,
            "suggestion": _suggestion(sample, hints[sample.pk].suggestion),
            "mine": _mine(sample, hints[sample.pk].mine),
        }
        for sample in samples
    ]


def _place(sample: Sample, scenes: list[Scene], epochs: Epochs) -> dict[str, Any]:
    tile = sample.tile
    ground = ground_of(tile.grid.spec(), tile.column, tile.row)
    members = {pk: epoch.scenes for pk, epoch in epochs.items()}
    spoken = [scene for scene in scenes if sample.speaks_of(scene, members)]
    return {
        "sample": sample.pk,
        "index": sample.index,
        "grid": tile.grid_id,
        "column": tile.column,
        "row": tile.row,
        "tile_px": tile.grid.tile_px,
        "name": tile.name,
        "epochs": [{"id": pk, "name": epochs[pk].name} for pk in sample.epoch_ids],
        "on_map": tile.outline is not None,
        "outline": json.loads(tile.outline.geojson) if tile.outline else None,
        "ground": ground.to_dict() if ground else None,
        "scenes": [
            _scene(scene, [pk for pk in sample.epoch_ids if scene.pk in members[pk]], sample) for scene in spoken
        ],
        "others": [_scene(scene, [], sample) for scene in scenes if scene not in spoken],
        "chip_url": reverse("sample-chip", args=[sample.project_id, sample.pk]),
        "returns_url": reverse("api:sample-returns", args=[sample.project_id, sample.pk]),
        "likeness_url": reverse("api:sample-likeness", args=[sample.project_id, sample.pk]),
        "other_dates_url": reverse("api:sample-other-dates", args=[sample.project_id, sample.pk])
        if sample.epoch_id
        else None,
        "posts_url": reverse("api:sample-posts", args=[sample.project_id, sample.pk]),
    }


def _scene(scene: Scene, epochs: list[int], sample: Sample) -> dict[str, Any]:
    # not through get_sensor: building hundreds of bands for each tile of a cube costs more than the query
    sensor = scene.sensor
    composites = [{"name": item["name"], "title": item["title"]} for item in sensor["composites"]]
    plain = {"id": scene.pk, "name": scene.name, "acquired": scene.moment, "epochs": epochs, "composites": composites}
    told = {"sensor": sensor["code"], "sensor_title": sensor["title"], "modality": sensor["modality"]}
    block = [scene.first_column, scene.first_row, scene.columns, scene.rows]
    cloud = _cloud(scene, sample)  # share of the tile
    return {**plain, **told, "kind": scene.kind, "cloud": cloud, "block": block}  # type: ignore[attr-defined]


def _cloud(scene: Any, sample: Sample) -> float | None:
    return next((told["cloud"] for told in scene.clouds if told["tile"] == sample.tile_id), None)


def _work(sample: Sample, lease: Lease | None) -> dict[str, Any]:
    audit = hasattr(sample, "audit")
    rank = lease.rank if lease and not audit else None
    return {
        "token": str(lease.token) if lease else None,
        "audit": audit,
        "assignment": sample.assignment_id,
        "reason": rank.reason if rank else "",
        "marks": (rank.marks or None) if rank else None,
    }


def _suggestion(sample: Sample, told: dict[str, Any] | None) -> dict[str, Any] | None:
    if told is None:
        return None
    mask = mask_url(sample.project_id, sample.pk, suggestion=told["id"]) if told["mask"] else None
    plain = {name: told[name] for name in ("id", "label", "confidence", "model_version")}
    return {**plain, "value": {**told["value"], **told["details"]}, "mask_url": mask}


def _mine(sample: Sample, said: dict[str, Any] | None) -> dict[str, Any] | None:
    if said is None:
        return None
    mask = mask_url(sample.project_id, sample.pk, annotation=said["annotation"]) if said["mask"] else None
    return {**{name: said[name] for name in ("annotation", "verdict", "label", "value")}, "mask_url": mask}


def _epochs(samples: Sequence[Sample]) -> Epochs:
    """Find the epochs of samples with the scenes that belong to them; no query where there are none."""
    pks = {pk for sample in samples for pk in sample.epoch_ids}
    if not pks:
        return {}
    names, members = Epoch.objects.in_bulk(pks), members_of(samples[0].project, pks)
    return {pk: NamedEpoch(names[pk].name, members.get(pk, frozenset())) for pk in pks}


def _scenes(samples: Sequence[Sample]) -> dict[int, list[Scene]]:
    """Find the scenes of the ground of each sample, oldest first, in one query."""
    if not samples:
        return {}
    cells = ((sample.tile.grid_id, sample.tile.column, sample.tile.row) for sample in samples)
    tiles = tuple(sample.tile_id for sample in samples)
    shown: dict[int, list[Scene]] = defaultdict(list)
    for scene in _touching(tiles, *chain.from_iterable(cells)):
        for sample in samples:
            if scene.covers(sample.tile):
                shown[sample.pk].append(scene)
    return shown


@prepared
def _touching(tiles: tuple[int, ...], *cells: int) -> QuerySet[Scene]:
    """Read the scenes in whose blocks cells lie, each given as grid, column and row; and how cloudy these tiles are."""
    known = Coverage.objects.filter(scene=OuterRef("pk"), tile__in=tiles, cloud__isnull=False)
    clouds = ArraySubquery(known.values(told=JSONObject(tile=F("tile"), cloud=F("cloud"))))
    rows = Scene.objects.filter(reduce(or_, (_touches(*cell) for cell in zip(*[iter(cells)] * 3, strict=True))))
    return rows.annotate(clouds=clouds, kind=F("asset__kind")).defer("asset").order_by("acquired", "id")


def _touches(grid: int, column: int, row: int) -> Q:
    return Q(
        grid_id=grid,
        first_column__lte=column,
        first_column__gt=column - F("columns"),
        first_row__lte=row,
        first_row__gt=row - F("rows"),
    )
