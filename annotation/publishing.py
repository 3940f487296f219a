"""Publishing: the scenes of a project as a STAC catalogue of one collection, with eo, raster and projection."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db.models import Max, Min, QuerySet

from annotation.models import Project, Scene
from mlcore.raster.stacks import read_stack
from mlcore.sensors import Band
from mlcore.sensors.roles import role_of

COLLECTION = "scenes"
MOST = 200  # items of a page
USUAL = 50
STAC = "1.0.0"
CONFORMS = [
    "https://api.stacspec.org/v1.0.0/core",
    "https://api.stacspec.org/v1.0.0/collections",
    "https://api.stacspec.org/v1.0.0/ogcapi-features",
    "https://api.stacspec.org/v1.0.0/item-search",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
]
_EXTENSIONS = [
    "https://stac-extensions.github.io/eo/v1.1.0/schema.json",
    "https://stac-extensions.github.io/raster/v1.1.0/schema.json",
    "https://stac-extensions.github.io/projection/v1.1.0/schema.json",
]
_COG = "image/tiff; application=geotiff; profile=cloud-optimized"
_COMMON = {  # roles of ours as the extension `eo` calls them
    "coastal": "coastal", "blue": "blue", "green": "green", "yellow": "yellow", "red": "red", "rededge": "rededge",
    "rededge1": "rededge", "rededge2": "rededge", "rededge3": "rededge", "nir": "nir", "nir2": "nir09",
    "swir1": "swir16", "swir2": "swir22", "thermal": "lwir", "pan": "pan", "cirrus": "cirrus",
}  # fmt: skip

Address = Callable[..., str]  # of a name, and of a scene's number where it is about one


@dataclass(frozen=True)
class Wanted:
    """Which items are asked for."""

    bbox: tuple[float, float, float, float] | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    ids: tuple[str, ...] = ()
    after: int = 0  # the number of the last scene that was seen
    limit: int = USUAL


def catalogue(project: Project, address: Address) -> dict[str, Any]:
    """Return the root of the catalogue, which says what can be asked."""
    return {
        "type": "Catalog",
        "stac_version": STAC,
        "id": f"terrascribe-{project.pk}",
        "title": project.name,
        "description": project.description or f"Imagery of {project.name}",
        "conformsTo": CONFORMS,
        "links": [
            _link("self", address("stac")),
            _link("root", address("stac")),
            _link("data", address("stac-collections")),
            _link("child", address("stac-collection")),
            {**_link("search", address("stac-search"), "application/geo+json"), "method": "GET"},
            {**_link("search", address("stac-search"), "application/geo+json"), "method": "POST"},
        ],
    }


def collection(project: Project, address: Address) -> dict[str, Any]:
    """Return the one collection, of all scenes."""
    told = project.scenes.shown().aggregate(
        area=Extent("asset__footprint"), first=Min("acquired"), last=Max("acquired")
    )
    times = [_moment(told[end]) if told[end] else None for end in ("first", "last")]
    return {
        "type": "Collection",
        "stac_version": STAC,
        "id": COLLECTION,
        "title": f"Scenes of {project.name}",
        "description": f"All scenes of {project.name}, as they are labelled.",
        "license": "proprietary",
        "extent": {
            "spatial": {"bbox": [list(told["area"] or (-180, -90, 180, 90))]},
            "temporal": {"interval": [times]},
        },
        "links": [
            _link("self", address("stac-collection")),
            _link("root", address("stac")),
            _link("parent", address("stac")),
            _link("items", address("stac-items"), "application/geo+json"),
        ],
    }


def page(project: Project, wanted: Wanted) -> tuple[list[Scene], bool]:
    """Return the scenes that are asked for, and whether there are more."""
    rows = _asked(project.scenes.shown().select_related("asset", "grid"), wanted).order_by("pk")
    scenes = list(rows[: wanted.limit + 1])
    return scenes[: wanted.limit], len(scenes) > wanted.limit


def _asked(rows: QuerySet[Scene], wanted: Wanted) -> QuerySet[Scene]:
    rows = rows.filter(pk__gt=wanted.after)
    if wanted.bbox:
        west, south, east, north = wanted.bbox
        parts = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]  # across the antimeridian
        boxes = [Polygon.from_bbox((low, south, high, north)) for low, high in parts]
        rows = rows.filter(asset__footprint__intersects=MultiPolygon(boxes, srid=4326))
    if wanted.starts:
        rows = rows.filter(acquired__gte=wanted.starts)
    if wanted.ends:
        rows = rows.filter(acquired__lte=wanted.ends)
    if wanted.ids:
        rows = rows.filter(pk__in=[int(name.removeprefix("scene-")) for name in wanted.ids if _is_id(name)])
    return rows


def _is_id(name: str) -> bool:
    number = name.removeprefix("scene-")
    return number.isascii() and number.isdecimal() and len(number) < 18


def item(scene: Scene, address: Address) -> dict[str, Any]:
    """Return a scene as an item; one without a place has no geometry."""
    outline = scene.asset.footprint
    cloud = scene.details.get("cloud_cover")
    properties = {
        "datetime": _moment(scene.acquired or scene.created_at),
        "created": _moment(scene.created_at),
        "title": scene.name,
        "terrascribe:sensor": scene.get_sensor().code,
        "terrascribe:acquired": _moment(scene.acquired) if scene.acquired else None,
        **({"eo:cloud_cover": cloud} if cloud is not None else {}),
        **_projection(scene),
    }
    source = scene.details.get("source", {}).get("href")
    return {
        "type": "Feature",
        "stac_version": STAC,
        "stac_extensions": _EXTENSIONS,
        "id": f"scene-{scene.pk}",
        "collection": COLLECTION,
        "geometry": json.loads(outline.geojson) if outline else None,
        **({"bbox": list(outline.extent)} if outline else {}),
        "properties": properties,
        "links": [
            _link("self", address("scene-item", scene.pk), "application/geo+json"),
            _link("root", address("stac")),
            _link("parent", address("stac-collection")),
            _link("collection", address("stac-collection")),
            *([_link("via", source)] if source else []),
        ],
        "assets": dict(_assets(scene, address)),
    }


def _assets(scene: Scene, address: Address) -> Iterator[tuple[str, dict[str, Any]]]:
    stored = [*_stored(scene)]
    optical = [_band(band) for band in scene.get_sensor().bands]
    shared = {"type": _COG, "roles": ["data"]}
    if not scene.asset.is_remote:
        href = address("scene-file", scene.pk)
        yield "data", {"href": href, **shared, "eo:bands": optical, "raster:bands": stored}
        return
    stack = read_stack(scene.asset.file)
    for number, file in enumerate(stack.files):  # where they lie
        of = [at for at, band in enumerate(stack.bands) if band.file == number and at < len(optical)]
        told = {"eo:bands": [optical[at] for at in of], "raster:bands": [stored[at] for at in of]}
        yield f"file-{number + 1}", {"href": file.pinned.url, **shared, **told}


def _band(band: Band) -> dict[str, Any]:
    role = role_of(band.title) or role_of(band.name)
    told: dict[str, Any] = {"name": band.name, "description": band.title}
    if role in _COMMON:
        told["common_name"] = _COMMON[role]
    if band.wavelength_nm:
        told["center_wavelength"] = round(band.wavelength_nm / 1000, 6)
    if band.width_nm:
        told["full_width_half_max"] = round(band.width_nm / 1000, 6)
    return {name: value for name, value in told.items() if value}


def _stored(scene: Scene) -> Iterator[dict[str, Any]]:
    facts: Mapping[str, Any] = scene.asset.facts
    nodata = facts.get("nodata")
    for band, known in zip(scene.get_sensor().bands, scene.asset.statistics(), strict=False):
        told: dict[str, Any] = {"data_type": facts["dtype"]}
        if nodata is not None:
            told["nodata"] = nodata
        if band.scale is not None:
            told["scale"] = band.scale
        if band.offset is not None:
            told["offset"] = band.offset
        spread = {"minimum": known.minimum, "maximum": known.maximum, "mean": known.mean, "stddev": known.std}
        yield told | {"statistics": {**spread, "valid_percent": 100 * known.valid_fraction}}


def _projection(scene: Scene) -> dict[str, Any]:
    facts = scene.asset.facts
    shape = {"proj:shape": [facts["height"], facts["width"]], "proj:transform": list(facts["transform"])}
    crs = facts["crs"]
    if crs and crs.startswith("EPSG:"):
        return {"proj:epsg": int(crs.removeprefix("EPSG:")), **shape}
    return {"proj:epsg": None, **({"proj:wkt2": crs} if crs else {}), **shape}


def _link(rel: str, href: str, kind: str = "application/json") -> dict[str, Any]:
    return {"rel": rel, "href": href, "type": kind}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
