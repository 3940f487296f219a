"""What items tell: bands of both versions, moments, clouds; and whatever a stranger may write in their place."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mlcore.errors import UnknownName, UnreadableFile
from mlcore.stac import read_item, sensor_of_bands

BASE = "https://stac.example.org/items/a.json"


def item(**assets: dict[str, Any]) -> dict[str, Any]:
    """Return an item with these assets."""
    return {
        "type": "Feature", "id": "S2A_1", "collection": "sentinel-2-l2a", "bbox": [9, 45, 10, 46],
        "properties": {"datetime": "2020-06-01T10:00:00Z", "eo:cloud_cover": 12.5, "platform": "sentinel-2a",
                       "instruments": ["msi"], "license": "CC-BY-4.0"},
        "links": [{"rel": "self", "href": BASE}], "assets": assets,
    }  # fmt: skip


def cog(name: str, **told: Any) -> dict[str, Any]:
    """Return an asset that is a GeoTIFF."""
    return {"href": f"./{name}.tif", "type": "image/tiff; application=geotiff", "roles": ["data"], **told}


RED = cog("B04", **{"eo:bands": [{"name": "B04", "common_name": "red", "center_wavelength": 0.665,
                                  "full_width_half_max": 0.038}],
                    "raster:bands": [{"scale": 1e-4, "offset": -0.1, "nodata": 0}]})  # fmt: skip
BLUE = cog("B02", bands=[{"name": "B02", "eo:common_name": "blue", "eo:center_wavelength": 0.49}],
           nodata=0, **{"raster:scale": 1e-4})  # fmt: skip


def test_it_works() -> None:
    told = read_item(item(red=RED, blue=BLUE, thumbnail={"href": "t.png", "type": "image/png"}))
    assert (told.id, told.collection, told.licence) == ("S2A_1", "sentinel-2-l2a", "CC-BY-4.0")
    assert (told.acquired, told.cloud_cover) == (datetime(2020, 6, 1, 10, tzinfo=UTC), 12.5)
    assert told.bbox == (9, 45, 10, 46)
    blue, red = told.chosen()
    assert (blue.key, red.key) == ("blue", "red")  # by wavelength
    assert red.href == "https://stac.example.org/items/B04.tif"
    assert (red.bands[0].name, red.bands[0].centre_nm, red.bands[0].width_nm) == ("B04", 665, 38)
    assert (red.bands[0].scale, red.bands[0].offset, red.bands[0].nodata) == (1e-4, -0.1, 0)
    assert (blue.bands[0].common, blue.bands[0].scale, blue.bands[0].nodata) == ("blue", 1e-4, 0)


def test_a_known_sensor_is_told_by_names() -> None:
    told = read_item(item(red=RED, blue=BLUE))
    sensor = sensor_of_bands([asset.bands[0] for asset in told.chosen()], "uint16", told.said)
    assert sensor is not None
    assert [band.name for band in sensor.bands] == ["B02", "B04"]
    assert sensor.code.startswith("sentinel2")


def test_an_unknown_one_is_made_of_wavelengths() -> None:
    bands = [{"name": "x1", "center_wavelength": 0.56}, {"name": "x2", "common_name": "nir08"}]
    told = read_item(item(data=cog("all", **{"eo:bands": bands})))
    sensor = sensor_of_bands(told.chosen()[0].bands, "uint16", "")
    assert sensor is not None
    assert [(band.name, band.wavelength_nm) for band in sensor.bands] == [("x1", 560), ("x2", 840)]


def test_radar_is_told_by_polarisations() -> None:
    told = read_item(item(vv=cog("vv", **{"sar:polarizations": ["VV"]}), vh=cog("vh", **{"sar:polarizations": ["VH"]})))
    sensor = sensor_of_bands([asset.bands[0] for asset in told.chosen()], "float32", "sentinel-1a")
    assert sensor is not None
    assert sensor.code == "sentinel1-grd"


def test_bands_that_tell_nothing_leave_it_to_the_file() -> None:
    told = read_item(item(image=cog("a")))
    assert [asset.key for asset in told.chosen()] == ["image"]
    assert sensor_of_bands(told.chosen()[0].bands, "uint8", "") is None


def test_an_offset_that_was_taken_off_already_is_left_out() -> None:
    data = item(red=RED)
    data["properties"]["earthsearch:boa_offset_applied"] = True
    told = read_item(data)
    assert told.assets[0].bands[0].offset is None
    assert "left out" in told.remarks[0]


def test_classes_of_pixels_come_last() -> None:
    told = read_item(item(scl=cog("SCL"), red=RED, visual=cog("TCI", roles=["visual"])))
    assert [asset.key for asset in told.chosen()] == ["red", "scl"]


def test_assets_can_be_chosen() -> None:
    told = read_item(item(red=RED, blue=BLUE))
    assert [asset.key for asset in told.chosen(["red"])] == ["red"]
    with pytest.raises(UnknownName, match="choose one of: blue, red"):
        told.chosen(["nir"])


@pytest.mark.parametrize(
    "href",
    ["file:///etc/passwd", "/vsicurl/https://evil.net/a.tif", "/vsis3/b/a.tif", "javascript:alert(1)", "data:,x",
     "ftp://a/b.tif", "https://[/a.tif", "x" * 3000, 5, None, ["a"]],
)  # fmt: skip
def test_addresses_of_other_kinds_are_not_kept(href: object) -> None:
    told = read_item(item(red={**RED, "href": href}, blue=BLUE), BASE)
    red = next(asset for asset in told.assets if asset.key == "red")
    assert red.href == (f"https://stac.example.org{href}" if str(href).startswith("/vsi") else "")


@pytest.mark.parametrize(
    "data",
    [None, 5, [], {}, {"type": "Feature"}, {"type": "Feature", "id": "a", "assets": []}, {"type": "Catalog", "id": "a"},
     {"type": "Feature", "id": ["a"], "assets": {}}],
)  # fmt: skip
def test_what_is_no_item_is_refused(data: object) -> None:
    with pytest.raises(UnreadableFile, match="no STAC item"):
        read_item(data)


def test_nonsense_in_any_place_is_left_out() -> None:
    """Put each kind of value at each place of an item; what is told stays of its kind."""
    whole = item(red=RED, blue=BLUE)

    def places(node: Any, path: tuple[Any, ...] = ()) -> Any:
        if path:
            yield path
        for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
            yield from places(node[key], (*path, key))

    for path in list(places(whole)):
        for value in (None, 1e308, -5, "<b>x</b>", [], [1], {}, {"a": [None]}, True, "NaN", float("nan")):
            data = json.loads(json.dumps(whole))
            node = data
            for key in path[:-1]:
                node = node[key]
            node[path[-1]] = value
            try:
                told = read_item(data, BASE)
                chosen = told.chosen()
            except UnreadableFile:
                continue
            assert "<" not in repr([told.id, told.collection, told.licence, dict(told.tags), chosen])
            sensor_of_bands([band for asset in chosen for band in asset.bands], "uint16", told.said)


def test_a_small_picture_is_found_by_role_or_name() -> None:
    shown = {"href": "./o.jpg", "type": "image/jpeg", "roles": ["overview"]}
    small = {"href": "./t.webp", "roles": ["thumbnail"]}
    assert read_item(item(overview=shown, any=small), BASE).picture == "https://stac.example.org/items/t.webp"
    assert read_item(item(a=shown), BASE).picture == "https://stac.example.org/items/o.jpg"
    assert read_item(item(thumbnail=shown | {"roles": []}), BASE).picture == "https://stac.example.org/items/o.jpg"


@pytest.mark.parametrize(
    "asset",
    [
        {"href": "./t.tif", "type": "image/tiff", "roles": ["overview"]},
        {"href": "./t.svg", "type": "image/svg+xml", "roles": ["thumbnail"]},
        {"href": "file:///etc/t.png", "roles": ["thumbnail"]},
        {"href": "./t.png", "roles": ["data"]},
        {"roles": ["thumbnail"]},
    ],
)
def test_other_files_are_no_small_picture(asset: dict[str, Any]) -> None:
    assert read_item(item(a=asset), BASE).picture == ""


def test_the_outline_is_that_of_the_geometry() -> None:
    ring = [[9, 45, 100], [10, 45, 100], [10, 46, 100], [9, 45, 100]]
    flat = tuple((float(x), float(y)) for x, y, _ in ring)
    assert read_item(item() | {"geometry": {"type": "Polygon", "coordinates": [ring]}}).outline == (flat,)
    both = {"type": "MultiPolygon", "coordinates": [[ring, ring], [ring]]}
    assert read_item(item() | {"geometry": both}).outline == (flat, flat)
    long = [[9 + at / 1e4, 45.0] for at in range(5000)]
    (thin,) = read_item(item() | {"geometry": {"type": "Polygon", "coordinates": [long]}}).outline
    assert 100 <= len(thin) <= 200


@pytest.mark.parametrize(
    "geometry",
    [
        None, 5, {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon"},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [[[1, 2], [1, "x"], [1, 3], [1, 2]]]},
        {"type": "MultiPolygon", "coordinates": 7},
        {"type": ["Polygon"], "coordinates": [[1]]}, {"type": "Polygon", "coordinates": [[[1, 2], [1, 200], [1, 3]]]},
    ],
)  # fmt: skip
def test_a_damaged_geometry_is_no_outline(geometry: object) -> None:
    assert read_item(item() | {"geometry": geometry}).outline == ()
