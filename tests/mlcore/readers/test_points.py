"""Point clouds: what a file says of itself, its chips on any grid, and files that cannot be."""

import builtins
import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from mlcore.errors import (
    BadGeoreference,
    BadSensor,
    FileTooLarge,
    MLCoreError,
    NotInstalled,
    UnknownName,
    UnreadableFile,
)
from mlcore.pillars import pillar_sensor, pillars
from mlcore.raster.grid import GridSpec
from mlcore.raster.info import Limits
from mlcore.readers import facts_from_dict, get_reader
from mlcore.readers.points import PointsInfo, read_points
from mlcore.sensors import unknown_sensor
from tests.clouds import CORNER, write_cloud

DATA = Path(os.environ.get("TERRASCRIBE_TEST_DATA", "../shared/data")) / "pointcloud"
READER = get_reader("points")
GRID = GridSpec("EPSG:32632", (5, 0, CORNER[0], 0, -5, CORNER[1]), 4)


def patch(path: Path, at: int, code: str, value: int | float) -> Path:
    content = bytearray(path.read_bytes())
    struct.pack_into(code, content, at, value)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["a.las", "a.laz"])
def test_it_works(tmp_path: Path, name: str) -> None:
    path = write_cloud(tmp_path / name)
    facts = READER.inspect(path)
    assert isinstance(facts, PointsInfo)
    assert (facts.count, facts.crs, facts.z_unit) == (2000, "EPSG:32632", "metre")
    assert facts.bounds == pytest.approx((500_000.5, 4_999_960.5, 0, 500_039.5, 4_999_999.5, 10))
    assert facts.density == pytest.approx(2000 / 39**2, rel=2e-3)
    assert facts.is_compressed == (name == "a.laz")
    assert {"X", "intensity", "classification"} <= set(facts.dimensions)
    chip = READER.chip(path, pillar_sensor(5), GRID, 0, 0)
    bands = dict(zip([band.name for band in chip.sensor.bands], chip.pixels, strict=True))
    np.testing.assert_allclose(bands["S3"], 0.5)  # the tile is the quarter with the tree
    np.testing.assert_allclose(bands["I3"], 1)
    np.testing.assert_allclose(bands["I0"], 0.25)
    assert (chip.bounds, chip.crs) == ((500_000, 4_999_980, 500_020, 5_000_000), "EPSG:32632")
    assert not READER.chip(path, pillar_sensor(5), GRID, 1, 1).pixels[3].any()
    assert not READER.chip(path, pillar_sensor(5), GRID, 9, 0).mask.any()


def test_a_grid_of_another_system_holds_the_same_ground(tmp_path: Path) -> None:
    path = write_cloud(tmp_path / "a.laz", side=200)
    west, north = 8.99998, 45.15352  # about the corner
    grid = GridSpec("EPSG:4326", (1.28e-4, 0, west, 0, -0.9e-4, north), 10)
    tall = READER.chip(path, pillar_sensor(10), grid, 0, 0, acquired=None).pixels[3]
    tall_rows, tall_columns = np.nonzero(tall > 0.4)
    assert 6 <= np.ptp(tall_rows) + 1 <= 10
    assert tall_columns.min() <= 1
    whole = READER.chip(path, pillar_sensor(10), GridSpec("EPSG:4326", grid.transform, 30), 0, 0)
    points = 10 ** whole.pixels[-1] - 1
    assert points[whole.mask].sum() == pytest.approx(READER.inspect(path).to_dict()["count"], rel=0.03)


def test_a_turned_grid_cuts_turned_tiles(tmp_path: Path) -> None:
    path = write_cloud(tmp_path / "a.las")
    turned = GridSpec("EPSG:32632", (0, 5, CORNER[0], -5, 0, CORNER[1]), 8)  # columns go south
    straight = GridSpec("EPSG:32632", (5, 0, CORNER[0], 0, -5, CORNER[1]), 8)
    one, other = (READER.chip(path, pillar_sensor(5), grid, 0, 0) for grid in (turned, straight))
    np.testing.assert_allclose(one.pixels, other.pixels.transpose(0, 2, 1), atol=0.02)


def test_heights_are_in_metres_whatever_the_file_counts_in(tmp_path: Path) -> None:
    path = write_cloud(tmp_path / "a.las", crs="EPSG:2263")  # feet
    facts = READER.inspect(path)
    assert (facts.crs, facts.to_dict()["z_unit"]) == ("EPSG:2263", "us_foot")
    grid = GridSpec("EPSG:2263", GRID.transform, 4)
    chip = READER.chip(path, pillar_sensor(1.5), grid, 0, 0)
    assert chip.pixels[-2].max() == pytest.approx(0.3048, rel=1e-3)


def test_facts_survive_json(tmp_path: Path) -> None:
    for crs in ("EPSG:32632", None):
        facts = READER.inspect(write_cloud(tmp_path / "a.las", crs=crs, version="1.2"))
        assert facts_from_dict(json.loads(json.dumps(facts.to_dict(), allow_nan=False))) == facts


def test_a_cloud_without_a_place_has_no_chips(tmp_path: Path) -> None:
    path = write_cloud(tmp_path / "a.las", crs=None)
    assert (READER.inspect(path).crs, READER.inspect(path).to_dict()["density"]) == (None, None)
    with pytest.raises(BadGeoreference, match=r"a\.las or its grid has no coordinate system"):
        READER.chip(path, pillar_sensor(5), GRID, 0, 0)
    with pytest.raises(BadSensor, match="does not speak of its pillars"):
        READER.chip(path, unknown_sensor(12), GRID, 0, 0)


@pytest.mark.parametrize("name", ["a.las", "a.laz"])
@pytest.mark.parametrize("share", [0.001, 0.02, 0.3, 0.9, 0.999])
def test_a_truncated_cloud_is_refused(tmp_path: Path, name: str, share: float) -> None:
    path = write_cloud(tmp_path / name)
    os.truncate(path, max(5, int(path.stat().st_size * share)))
    with pytest.raises(UnreadableFile, match=r"a\.la[sz] is"):
        READER.inspect(path)


@pytest.mark.parametrize(
    ("at", "code", "value", "error", "match"),
    [
        (96, "<I", 2**32 - 1, UnreadableFile, "truncated"),
        (100, "<I", 2**32 - 1, UnreadableFile, "4,294,967,295 records"),
        (243, "<I", 2**32 - 1, UnreadableFile, "records that cannot be"),
        (247, "<Q", 2**63, FileTooLarge, "at most 2,000,000,000"),
        (247, "<Q", 0, UnreadableFile, "without points"),
        (179, "<d", float("nan"), BadGeoreference, "cannot be"),
        (179, "<d", 500_002.0, BadGeoreference, "cannot be|outside"),
        (187, "<d", 500_020.0, BadGeoreference, "cannot be|outside"),
    ],
)
def test_a_header_that_lies_is_refused(
    tmp_path: Path, at: int, code: str, value: float, error: type[Exception], match: str
) -> None:
    path = patch(write_cloud(tmp_path / "a.laz"), at, code, value)
    with pytest.raises(error, match=match):
        READER.inspect(path)


def test_a_table_of_endless_blocks_is_refused(tmp_path: Path) -> None:
    path = write_cloud(tmp_path / "a.laz")
    (points_at,) = struct.unpack_from("<I", path.read_bytes(), 96)
    (table,) = struct.unpack_from("<q", path.read_bytes(), points_at)
    with pytest.raises(UnreadableFile, match="blocks of 2,000 points"):
        READER.inspect(patch(path, table + 4, "<I", 2**32 - 1))


def test_flipped_bytes_never_escape_as_other_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.laz"
    whole = write_cloud(path, side=12).read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(150):
        content = bytearray(whole)
        for at in rng.integers(4, len(content), 3):
            content[at] = rng.integers(256)
        path.write_bytes(content)
        try:
            READER.inspect(path)
        except MLCoreError as error:
            assert "a.laz" in str(error)


def test_more_points_than_the_limit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge, match="has 2,000 points; at most 100 are read"):
        READER.inspect(write_cloud(tmp_path / "a.las"), limits=Limits(max_points=100))


def test_heights_have_a_declared_unit(tmp_path: Path) -> None:
    path = write_cloud(tmp_path / "a.las", lift=2)
    assert read_points(path, z_unit="foot").z_m.max() == pytest.approx(12 * 0.3048)
    with pytest.raises(UnknownName, match="foot, metre, us_foot"):
        read_points(path, z_unit="cubit")


def test_without_laspy_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_cloud(tmp_path / "a.las")
    real = builtins.__import__

    def no_laspy(name: str, *rest: object, **named: object) -> object:
        if name == "laspy":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", no_laspy)
    with pytest.raises(NotInstalled, match="extra 'lidar'"):
        READER.inspect(path)


@pytest.mark.parametrize(
    ("name", "unit"),
    [("lidR_MixedConifer.laz", "metre"), ("pdal_autzen_trim.las", "foot"), ("pdal_lone-star.copc.laz", "metre")],
)
def test_real_files_are_read(name: str, unit: str) -> None:
    if not (DATA / name).is_file():
        pytest.skip(f"{DATA / name} is absent; set TERRASCRIBE_TEST_DATA")
    points = read_points(DATA / name, z_unit=unit)
    west, south = points.x.min(), points.y.min()
    side = max(np.ptp(points.x), np.ptp(points.y)) + 1
    chip = pillars(points, (west, south, west + side, south + side), (32, 32), gsd_m=side / 32)
    assert len(points) == READER.inspect(DATA / name).to_dict()["count"]
    assert chip.valid_fraction > 0.3
    np.testing.assert_allclose(chip.pixels[:5, chip.mask].sum(0), 1, atol=1e-5)
