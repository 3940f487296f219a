"""Catalogues for tests: a static one and an API on a host of loopback, over Sentinel-2-like items of small files."""

from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from tests.hosts import Host
from tests.rasters import UTM_ORIGIN, ramp, write_raster

BANDS = {"blue": ("B02", 0.490, 1), "green": ("B03", 0.560, 1), "red": ("B04", 0.665, 1), "swir16": ("B11", 1.61, 2)}
SIDE = 128  # px of 10 m
BBOX = [9.0, 45.13, 9.02, 45.16]  # about where UTM_ORIGIN is


def values_of(key: str, number: int = 0) -> NDArray[Any]:
    """Return the numbers of a band of an item."""
    side = SIDE // BANDS[key][2]
    return np.roll(ramp(1, side, side, "uint16"), number, axis=2) * 20 + [*BANDS].index(key)


def put_item(host: Host, folder: Path, name: str = "S2A_1", *, day: str = "2020-06-01", cloud: float = 10.0) -> str:
    """Serve an item with its four band files, and return its address."""
    assets: dict[str, Any] = {}
    for key, (band, centre, coarse) in BANDS.items():
        place = UTM_ORIGIN @ Affine.scale(coarse)
        layout = {"tiled": True, "blockxsize": 64, "blockysize": 64}
        values = values_of(key, len(name))
        host.put(f"/{name}/{band}.tif", write_raster(folder / f"{name}{band}.tif", values, transform=place, **layout))
        assets[key] = {
            "href": f"./{band}.tif",
            "type": "image/tiff; application=geotiff; profile=cloud-optimized",
            "roles": ["data"],
            "eo:bands": [{"name": band, "common_name": key, "center_wavelength": centre}],
            "raster:bands": [{"scale": 1e-4, "nodata": 0}],
        }
    assets["thumbnail"] = {"href": "./t.png", "type": "image/png", "roles": ["thumbnail"]}
    west, south, east, north = BBOX
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    item = {
        "type": "Feature", "stac_version": "1.0.0", "id": name, "collection": "sentinel-2-l2a", "bbox": BBOX,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"datetime": f"{day}T10:00:00Z", "eo:cloud_cover": cloud, "platform": "sentinel-2a",
                       "instruments": ["msi"], "license": "CC-BY-4.0"},
        "links": [{"rel": "self", "href": f"{host.url}/{name}/item.json"}], "assets": assets,
    }  # fmt: skip
    return host.put(f"/{name}/item.json", item)


def put_catalogue(host: Host, items: list[str]) -> str:
    """Serve a static catalogue of one collection, and return its address."""
    host.put("/c/collection.json", {
        "type": "Collection", "stac_version": "1.0.0", "id": "sentinel-2-l2a", "description": "c",
        "license": "CC-BY-4.0",
        "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [[None, None]]}},
        "links": [{"rel": "item", "href": url} for url in items],
    })  # fmt: skip
    links = [{"rel": "child", "href": "./c/collection.json"}, {"rel": "self", "href": f"{host.url}/catalog.json"}]
    told = {"type": "Catalog", "stac_version": "1.0.0", "id": "static", "description": "c", "links": links}
    return host.put("/catalog.json", told)


def put_api(host: Host, items: list[dict[str, Any]], *, page: int = 2) -> str:
    """Serve an API whose search gives items page by page, without looking at what is asked; return its address."""
    core = "https://api.stacspec.org/v1.0.0"
    host.put("/api", {
        "type": "Catalog", "stac_version": "1.0.0", "id": "api", "description": "c",
        "conformsTo": [f"{core}/core", f"{core}/item-search"],
        "links": [
            {"rel": "self", "href": f"{host.url}/api"}, {"rel": "root", "href": f"{host.url}/api"},
            {"rel": "search", "href": f"{host.url}/search", "type": "application/geo+json", "method": "GET"},
        ],
    })  # fmt: skip

    def search(asked: dict[str, Any]) -> dict[str, Any]:
        start = int(asked.get("at", 0))
        links = [{"rel": "next", "href": f"{host.url}/search?at={start + page}"}] if start + page < len(items) else []
        return {"type": "FeatureCollection", "features": items[start : start + page], "links": links}

    host.answers["/search"] = search
    return f"{host.url}/api"
