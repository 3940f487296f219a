"""NumPy arrays and the folders of eo-learn: what their axes are, their dates, and objects that are never read."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio

from mlcore.containers import Bundle, container_of, get_container, grouped
from mlcore.errors import BadGeoreference, FileTooLarge, MLCoreError, UnreadableFile, UnsafeFile
from tests.rasters import real_file

BOX = {
    "type": "Polygon",
    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32633"}},
    "coordinates": [[[500_000, 4_999_800], [500_000, 5_000_000], [500_240, 5_000_000], [500_240, 4_999_800]]],
}


def save(path: Path, values: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, values, allow_pickle=values.dtype == object)
    return path


def unfold(container: str, bundle: Bundle, folder: Path) -> list:
    target = folder / "out"
    target.mkdir(exist_ok=True)
    layers = get_container(container).unfold(bundle, target, progress=lambda share: None)
    return [(layer, rasterio.open(target / layer.file)) for layer in layers]


def single(path: Path) -> Bundle:
    return Bundle(path.name, {path.name: path})


@pytest.mark.parametrize(
    ("shape", "bands", "steps"),
    [((20, 30), 1, 1), ((20, 30, 4), 4, 1), ((4, 20, 30), 4, 1), ((3, 20, 30, 2), 2, 3)],
)
def test_it_works(tmp_path: Path, shape: tuple, bands: int, steps: int) -> None:
    values = np.arange(np.prod(shape), dtype=np.uint16).reshape(shape)
    path = save(tmp_path / "a.npy", values)
    assert container_of(path, "a.npy") == "numpy"
    layers = unfold("numpy", single(path), tmp_path)
    assert [(raster.count, raster.shape) for _, raster in layers] == [(bands, (20, 30))] * steps
    first = {2: values[None], 3: np.moveaxis(values, -1, 0) if shape[0] == 20 else values}.get(len(shape))
    if first is not None:
        np.testing.assert_array_equal(layers[0][1].read(), first)
    assert "taken for rows, columns and bands" in layers[0][0].remarks[0]


@pytest.mark.parametrize(
    ("values", "error", "why"),
    [
        (np.full((20, 30), None), UnsafeFile, "could run code"),
        (np.ones((20, 30), complex), UnreadableFile, "complex"),
        (np.full((20, 30), "word"), UnreadableFile, "no plain numbers"),
        (np.ones((500, 12, 3)), UnreadableFile, "500 x 12 x 3: no picture"),
        (np.ones(5000), UnreadableFile, "Series and tables belong"),
        (np.ones((401, 16, 16, 1), np.uint8), FileTooLarge, "401 steps"),
    ],
)
def test_what_is_no_picture_says_so(tmp_path: Path, values: np.ndarray, error: type, why: str) -> None:
    with pytest.raises(error, match=why):
        get_container("numpy").peek(single(save(tmp_path / "a.npy", values)))


def test_a_forged_header_and_half_a_file_are_refused(tmp_path: Path) -> None:
    whole = save(tmp_path / "a.npy", np.ones((20, 30), np.uint8)).read_bytes()
    for content in (
        whole[:-5],
        whole[:20],
        whole.replace(b"(20, 30)", b"(2000, 30)".ljust(8)),
        whole.replace(b"'descr'", b"__imp__"),
    ):
        (tmp_path / "b.npy").write_bytes(content)
        with pytest.raises(MLCoreError, match=r"b\.npy is (damaged|truncated)"):
            get_container("numpy").peek(single(tmp_path / "b.npy"))


def patch(folder: Path, **more: object) -> Bundle:
    rng = np.random.default_rng(0)
    save(folder / "data" / "NDVI.npy", rng.random((3, 20, 24, 1), np.float32))
    save(folder / "data" / "CLP.npy", rng.random((3, 20, 24, 1), np.float32))
    save(folder / "data_timeless" / "DEM.npy", np.full((20, 24, 1), 300, np.float32))
    mask = np.zeros((3, 20, 24, 1), np.uint8)
    mask[1, :10] = 1
    save(folder / "mask" / "CLM.npy", mask)
    days = more.get("days", ["2020-06-01T10:00:00", "2020-06-06T10:00:00", "2020-06-11T10:00:00"])
    (folder / "timestamps.json").write_text(json.dumps(days))
    (folder / "bbox.geojson").write_text(json.dumps(more.get("box", BOX)))
    names = {f"p/{path.relative_to(folder)}": path for path in folder.rglob("*") if path.is_file()}
    (group,) = grouped(sorted(names))
    assert (group.container, group.name) == ("eopatch", "p")
    return Bundle(group.name, {name: names[name] for name in group.members})


def test_a_patch_is_a_raster_for_each_date(tmp_path: Path) -> None:
    bundle = patch(tmp_path / "p")
    assert get_container("eopatch").peek(bundle) == "a patch of 3 dates with CLP, NDVI, DEM"
    layers = unfold("eopatch", bundle, tmp_path)
    assert [layer.part for layer, _ in layers][-1] == "DEM"
    assert [raster.tags()["ACQUISITION_TIME"][:10] for _, raster in layers[:3]] == [
        "2020-06-01",
        "2020-06-06",
        "2020-06-11",
    ]
    assert layers[1][0].remarks == ["Its own mask calls 50% of it cloud."]
    raster = layers[1][1]
    assert raster.descriptions == ("NDVI", "SCL")  # its own mask, as Sentinel-2's would be
    np.testing.assert_array_equal(raster.read(2), np.where(np.arange(20)[:, None] < 10, 9, 4).repeat(24, 1))
    assert layers[-1][1].descriptions == ("DEM",)
    assert (raster.crs.to_epsg(), raster.transform[:6]) == (32633, (10, 0, 500_000, 0, -10, 5_000_000))
    assert layers[-1][0].sensor.code == "elevation"


def test_the_patch_of_68_dates_is_understood() -> None:
    folder = real_file("eolearn_testpatch/TestEOPatch")
    names = {f"p/{path.relative_to(folder)}": path for path in folder.rglob("*") if path.is_file()}
    (group,) = grouped(sorted(names))
    bundle = Bundle("p", {name: names[name] for name in group.members})
    assert get_container("eopatch").peek(bundle).startswith("a patch of 68 dates with")


@pytest.mark.parametrize(
    ("more", "error", "why"),
    [
        ({"days": []}, UnreadableFile, "1 to 400 dates"),
        ({"days": ["2020-06-01"]}, UnreadableFile, "has 3 steps, timestamps.json 1"),
        ({"box": {"type": "Polygon"}}, BadGeoreference, "no bbox.geojson with a box"),
        ({"box": BOX | {"coordinates": [[[0, 0], [0, 0]]]}}, BadGeoreference, "cannot be"),
    ],
)
def test_a_patch_that_contradicts_itself_is_refused(tmp_path: Path, more: dict, error: type, why: str) -> None:
    with pytest.raises(error, match=why):
        unfold("eopatch", patch(tmp_path / "p", **more), tmp_path)
