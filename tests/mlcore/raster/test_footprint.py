"""footprint: where a raster lies, across the antimeridian and the poles too."""

from pathlib import Path

import pytest
import shapely
from affine import Affine

from mlcore.raster.info import footprint, inspect
from tests.rasters import ramp, write_raster


def _outline(path: Path, crs: str | None, transform: Affine, size: int = 100) -> shapely.Geometry | None:
    return footprint(inspect(write_raster(path, ramp(1, size, size), crs=crs, transform=transform)))


def test_it_works(tmp_path: Path) -> None:
    outline = _outline(tmp_path / "a.tif", "EPSG:32632", Affine(10, 0, 500_000, 0, -10, 5_000_000))
    assert outline.bounds == pytest.approx((9.0, 45.1444, 9.0127, 45.1534), abs=1e-3)
    assert outline.geom_type == "Polygon"


def test_image_coordinates_have_none(tmp_path: Path) -> None:
    assert _outline(tmp_path / "a.tif", None, Affine.identity()) is None


def test_a_rotated_raster_is_not_its_box(tmp_path: Path) -> None:
    turned = Affine.translation(500_000, 5_000_000) @ Affine.rotation(45) @ Affine.scale(10, -10)
    outline = _outline(tmp_path / "a.tif", "EPSG:32632", turned)
    assert outline.area / outline.envelope.area == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("crs", "transform"),
    [
        ("EPSG:4326", Affine(0.1, 0, 175, 0, -0.1, 10)),
        ("EPSG:4326", Affine(0.1, 0, -185, 0, -0.1, 10)),
        ("EPSG:32660", Affine(10_000, 0, 300_000, 0, -10_000, 1_000_000)),
        ("EPSG:3832", Affine(10_000, 0, 2_800_000, 0, -10_000, 1_000_000)),
    ],
)
def test_the_antimeridian_splits_it_in_two(tmp_path: Path, crs: str, transform: Affine) -> None:
    if transform.c == -185:
        transform = Affine(0.1, 0, -180.1, 0, -0.1, 10)
    outline = _outline(tmp_path / "a.tif", crs, transform)
    assert outline.geom_type == "MultiPolygon"
    assert outline.is_valid
    assert (outline.bounds[0], outline.bounds[2]) == (-180, 180)
    assert outline.area < 200


def test_longitudes_to_360_are_folded(tmp_path: Path) -> None:
    outline = _outline(tmp_path / "a.tif", "EPSG:4326", Affine(0.1, 0, 200, 0, -0.1, 10))
    assert outline.bounds == pytest.approx((-160, 0, -150, 10))


@pytest.mark.parametrize(("crs", "lat"), [("EPSG:3031", -90), ("EPSG:3413", 90)])
def test_a_pole_lies_inside(tmp_path: Path, crs: str, lat: int) -> None:
    outline = _outline(tmp_path / "a.tif", crs, Affine(20_000, 0, -1_000_000, 0, -20_000, 1_000_000))
    assert outline.is_valid
    assert (outline.bounds[0], outline.bounds[2]) == (-180, 180)
    for lon in (-179, -90, 0, 90, 179):
        assert outline.contains(shapely.Point(lon, lat * 0.99))
        assert not outline.contains(shapely.Point(lon, lat * 0.8))


def test_the_whole_globe_is_one_box(tmp_path: Path) -> None:
    outline = _outline(tmp_path / "a.tif", "EPSG:4326", Affine(3.6, 0, -180, 0, -1.8, 90))
    assert outline.bounds == (-180, -90, 180, 90)
    assert outline.area == pytest.approx(360 * 180)
