"""Croissant: the set described as ML Commons does it (Croissant 1.1, GeoCroissant 1.0), beside a table of samples."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from annotation.exports import csv_table, masks
from annotation.exports.archive import checksum
from annotation.exports.format import Format, Group
from annotation.exports.release import LICENCES
from annotation.exports.snapshot import Snapshot
from annotation.exports.table import Extent, columns_of
from annotation.models import Scene
from mlcore.sensors import Band

ABOUT = (
    "croissant.json: the set described in Croissant 1.1 with the properties of GeoCroissant 1.0; record set 'samples' "
    "reads samples.csv, 'classes' has the classes with groups and definitions, and of painted labels the file "
    "set 'masks' has their rasters."
)
CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "arrayShape": "cr:arrayShape", "citeAs": "cr:citeAs",
    "column": "cr:column", "conformsTo": "dct:conformsTo", "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
    "geocr": "http://mlcommons.org/croissant/geo/", "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"}, "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field",
    "fileProperty": "cr:fileProperty", "fileObject": "cr:fileObject", "fileSet": "cr:fileSet", "format": "cr:format",
    "includes": "cr:includes", "isArray": "cr:isArray", "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5", "name": {"@container": "@language"},
    "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet", "references": "cr:references",
    "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace", "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField",
    "transform": "cr:transform",
}  # fmt: skip
_TYPES = {int: "sc:Integer", float: "sc:Float", bool: "sc:Boolean", str: "sc:Text"}


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write the table, the masks and the description of both."""
    about = [csv_table.write(snapshot, folder)]
    if snapshot.task.paints:
        about.append(masks.write(snapshot, folder))
    described = json.dumps(_dataset(snapshot, folder), ensure_ascii=False, indent=2)
    (folder / "croissant.json").write_text(described + "\n", encoding="utf-8")
    return " ".join([ABOUT, *about])


def _dataset(snapshot: Snapshot, folder: Path) -> dict[str, Any]:
    project, licence = snapshot.project, snapshot.options.licence
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": project.name,
        "description": project.description or f"Labels of {project.name}: {snapshot.task.about}",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/geo/1.0"],
        **({"license": LICENCES.get(licence, licence)} if licence else {}),
        "version": f"{snapshot.schema}.0.0",
        **_ground(snapshot),
        **_bands(snapshot),
        "geocr:samplingStrategy": _strategy(snapshot),
        "distribution": _distribution(snapshot, folder),
        "recordSet": [_records(snapshot), *_classes(snapshot)],
    }


def _ground(snapshot: Snapshot) -> dict[str, Any]:
    """Return where and when, as far as it is known, and in which CRS and resolution labels are."""
    extent, days = Extent(), list[str]()
    for record in snapshot:
        if outline := record.get("outline"):
            extent.add(outline)
        if acquired := record.get("acquired"):
            days.append(acquired[:10])
    told: dict[str, Any] = {}
    if extent.bounds:
        west, south, east, north = extent.bounds
        box = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
        told["spatialCoverage"] = {"@type": "Place", "geo": box}
    if days:
        told["temporalCoverage"] = f"{min(days)}/{max(days)}"
    grid = next((grid for grid in snapshot.grids.values() if grid.crs), None)
    if grid:
        told["geocr:coordinateReferenceSystem"] = grid.crs
        size = abs(complex(grid.transform[0], grid.transform[3]))
        told["geocr:spatialResolution"] = {"@type": "QuantitativeValue", "value": size, "unitText": _unit(grid.crs)}
    return told


def _unit(crs: str) -> str:
    from pyproj import CRS

    return str(CRS.from_user_input(crs).axis_info[0].unit_name)


def _bands(snapshot: Snapshot) -> dict[str, Any]:
    """Return the bands of the sensor that most labelled samples are of."""
    newest = Counter(record["scenes"][0] for record in snapshot if record.get("scenes"))
    if not newest:
        return {}
    scene = Scene.objects.get(pk=min(newest, key=lambda pk: (-newest[pk], pk)))
    bands = scene.get_sensor().bands
    spectral = [_spectral(band) for band in bands if band.wavelength_nm]
    names = [band.name for band in bands]
    told: dict[str, Any] = {
        "geocr:bandConfiguration": {
            "@type": "geocr:BandConfiguration", "geocr:totalBands": len(names), "geocr:bandNameList": names,
        }
    }  # fmt: skip
    return told | ({"geocr:spectralBandMetadata": spectral} if spectral else {})


def _spectral(band: Band) -> dict[str, Any]:
    width = {"geocr:bandwidth": _nanometres(band.width_nm)} if band.width_nm else {}
    centre = {"geocr:centerWavelength": _nanometres(band.wavelength_nm)}
    return {"@type": "geocr:SpectralBand", "name": band.name, **centre, **width}


def _nanometres(value: float | None) -> dict[str, Any]:
    return {"@type": "QuantitativeValue", "value": value, "unitText": "nm"}


def _strategy(snapshot: Snapshot) -> str:
    audits = sum(record["audit"] for record in snapshot)
    return (
        f"{snapshot.count - audits} samples were mostly chosen by a model that asks for what it learns most from "
        f"({snapshot.project.strategy}); {audits} were drawn at random with known probabilities (audits)."
    )


def _distribution(snapshot: Snapshot, folder: Path) -> list[dict[str, Any]]:
    table = {
        "@type": "cr:FileObject", "@id": "samples.csv", "name": "samples.csv", "contentUrl": "samples.csv",
        "encodingFormat": "text/csv", "sha256": checksum(folder / "samples.csv"),
    }  # fmt: skip
    if not snapshot.task.paints:
        return [table]
    rasters = {"@type": "cr:FileSet", "@id": "masks", "name": "masks", "encodingFormat": "image/tiff"}
    return [table, rasters | {"includes": "masks/**/*.tif"}]


def _records(snapshot: Snapshot) -> dict[str, Any]:
    fields = [
        {
            "@type": "cr:Field", "@id": f"samples/{name}", "name": name, "dataType": _TYPES[kind],
            "source": {"fileObject": {"@id": "samples.csv"}, "extract": {"column": name}},
        }
        for name, kind in columns_of(snapshot).items()
    ]  # fmt: skip
    return {"@type": "cr:RecordSet", "@id": "samples", "name": "samples", "field": fields}


def _classes(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the table of classes, whose rows stand in the description itself."""
    columns = {"code": int, "name": str, "group": str, "colour": str, "definition": str}
    rows = [{f"classes/{name}": item.get(name, "") for name in columns} for item in snapshot.used_classes]
    fields = [
        {"@type": "cr:Field", "@id": f"classes/{name}", "name": name, "dataType": _TYPES[kind]}
        for name, kind in columns.items()
    ]
    told = {"@type": "cr:RecordSet", "@id": "classes", "name": "classes", "key": {"@id": "classes/code"}}
    return [told | {"field": fields, "data": rows}] if rows else []


FORMAT = Format(
    group=Group.TRAINING,
    title="GeoCroissant",
    text="A table of samples described in Croissant 1.1 and GeoCroissant 1.0: for data-set hubs and loaders.",
    lacks=("earlier versions and other people's answers", "bands of all sensors but the commonest"),
    write=write,
)
