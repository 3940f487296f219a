"""A STAC item beside its raster says what it is, however both come; nothing in it is followed."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotation import ingest, jobs
from annotation.chips import load_samples
from annotation.ingest import Status, Wishes
from annotation.models import Project, Sample
from mlcore.containers import grouped
from tests.rasters import ramp, write_raster
from tests.uploads import folders_on_disk, upload, write_archive

pytestmark = pytest.mark.django_db


def write_item(path: Path, **told: Any) -> Path:
    """Write an item that describes a.tif, and return its file."""
    bands = [
        {"name": "B04", "common_name": "red", "center_wavelength": 0.665},
        {"name": "B08", "common_name": "nir", "center_wavelength": 0.842},
    ]
    asset = {
        "href": "https://stac.example.org/x/a.tif?sig=1", "type": "image/tiff", "eo:bands": bands,
        "raster:bands": [{"scale": 1e-4, "offset": -0.1, "nodata": 1}, {"scale": 1e-4, "offset": -0.1, "nodata": 1}],
    }  # fmt: skip
    properties = {"datetime": "2021-07-08T10:11:12Z", "platform": "sentinel-2b", "eo:cloud_cover": 7}
    item = {"type": "Feature", "id": "S2B", "geometry": None, "properties": properties, "assets": {"data": asset}}
    path.write_text(json.dumps({**item, "links": [{"rel": "root", "href": "http://169.254.169.254/"}], **told}))
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Return a raster and the item beside it."""
    return write_raster(tmp_path / "a.tif", ramp(2, 64, 64, "uint16") * 40), write_item(tmp_path / "a.json")


def check(project: Project) -> None:
    """See that the scene is what the item says."""
    scene = project.scenes.get()
    sensor = scene.get_sensor()
    assert [band.name for band in sensor.bands] == ["B04", "B08"]
    assert (sensor.bands[0].scale, sensor.bands[0].offset, sensor.code[:9]) == (1e-4, -0.1, "sentinel2")
    assert (scene.day, scene.sensor_guessed, scene.asset.info().nodata) == (date(2021, 7, 8), False, 1)
    assert any("Described by the STAC item S2B" in remark for remark in scene.remarks)
    assert any("7 % of clouds" in remark for remark in scene.remarks)


def test_it_works(project: Project, pair: tuple[Path, Path]) -> None:
    receipt = ingest.request_ingest(project, [upload(path) for path in pair])
    assert [(file.name, file.status) for file in receipt.files] == [("a.tif", Status.ACCEPTED)]
    jobs.run(receipt.job.pk)
    check(project)
    assert folders_on_disk("uploads") == []
    (_, sample), *_ = load_samples(project, Sample.objects.order_by("index"))
    raw = (ramp(2, 64, 64, "uint16") * 40)[0, :32, :32]
    assert np.allclose(sample.chips[0].pixels[0], raw * 1e-4 - 0.1, atol=1e-5)


def test_in_an_archive(project: Project, pair: tuple[Path, Path], tmp_path: Path) -> None:
    path = write_archive(tmp_path / "both.zip", {file.name: file.read_bytes() for file in pair})
    (result,) = ingest.ingest_files(project, [path], Wishes(), report=lambda *_: None)
    assert result.status is Status.ACCEPTED
    check(project)


def test_among_chips_its_name_says_what_it_is(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "chips"
    folder.mkdir()
    for name in ("a", "b"):
        write_raster(folder / f"{name}.tif", ramp(2, 32, 32, "uint16") * 40)
    write_item(folder / "a_stac.json")
    write_item(folder / "b.json")
    results = {one.name: one for one in ingest.ingest_files(project, [folder], Wishes(), report=lambda *_: None)}
    assert {one.status for one in results.values()} == {Status.ACCEPTED}
    told = {scene.name: scene for scene in project.scenes.all()}
    assert told["a.tif"].day == date(2021, 7, 8)
    assert told["b.tif"].day is None
    assert "b.json beside it is not read" in results["b.tif"].message


def test_json_that_is_no_item_keeps_nothing_out(project: Project, pair: tuple[Path, Path]) -> None:
    for text in ('{"shapes": []}', "[" * 100_000, "\xff", '{"type": "Feature", "id": "x", "assets": 5}'):
        pair[1].write_text(text)
        receipt = ingest.request_ingest(project, [upload(path) for path in pair])
        jobs.run(receipt.job.pk)
        scene = project.scenes.get()
        assert any("is no STAC item, so that it was not read" in remark for remark in scene.remarks)
        ingest.remove_scene(scene)


def test_an_item_of_another_number_of_bands_is_said_to_say_nothing(project: Project, pair: tuple[Path, Path]) -> None:
    write_raster(pair[0], ramp(3, 64, 64))
    receipt = ingest.request_ingest(project, [upload(path) for path in pair])
    jobs.run(receipt.job.pk)
    scene = project.scenes.get()
    assert any("says nothing of its bands" in remark for remark in scene.remarks)
    assert scene.day == date(2021, 7, 8)


def test_names_decide_what_belongs_together() -> None:
    names = ["a.tif", "a.json", "b.tif", "b.tif.json", "c.tif", "c_stac.json", "d.tif", "e.json", "f/a.tif"]
    assert [group.members for group in grouped(names)] == [
        ("a.tif", "a.json"),
        ("b.tif", "b.tif.json"),
        ("c.tif", "c_stac.json"),
    ]
    many = [f"{number}.{ending}" for number in range(50) for ending in ("tif", "json")]
    assert grouped(many) == []
