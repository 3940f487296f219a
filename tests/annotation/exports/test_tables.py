"""GeoPackage, GeoParquet and CSV, opened by GeoPandas, pyogrio and pandas."""

import sqlite3
from xml.etree import ElementTree as xml

import geopandas
import numpy as np
import pandas
import pyogrio
import pytest
from rasterio.features import rasterize

from annotation.labeling import Answer, submit
from annotation.projects import change_class
from tests import factories
from tests.amounts import amount_project, say
from tests.annotation.exports.reading import unpacked
from tests.rasters import UTM, UTM_ORIGIN

pytestmark = pytest.mark.django_db
READERS = {
    "geopackage": lambda folder, layer: geopandas.read_file(folder / "labels.gpkg", layer=layer),
    "geoparquet": lambda folder, layer: geopandas.read_parquet(folder / f"{layer}.parquet"),
}


@pytest.fixture
def labelled(project, samples, bob):
    """Return the project with a label, an audit with one, and a tile that was passed over."""
    factories.label(samples[0], bob, 2, seconds=2.5)
    factories.make_audit(samples[1], probability=0.25)
    factories.label(samples[1], bob, 3)
    submit(samples[2], bob, Answer(verdict="skip", reason="Clouds"))
    return project


@pytest.mark.parametrize("name", READERS)
def test_it_works(labelled, tmp_path, name):
    frame = READERS[name](unpacked(labelled, name, tmp_path), "samples")
    assert frame.crs.equals("EPSG:4326", ignore_axis_order=True)
    assert len(frame) == 12 and frame.is_valid.all()
    first, audit, skipped, *_ = frame.itertuples()
    assert (first.status, first.label, first.name, first.author, first.seconds) == ("labelled", 2, "Forest", "bob", 2.5)
    assert (first.tile_name, first.scene, first.sensor) == ("scene-c0-r0", "scene.tif", "rgb")
    assert bool(audit.audit) and audit.inclusion_probability == 0.25
    assert (skipped.status, skipped.crs) == ("skipped", UTM)
    assert pandas.isna(skipped.label)
    west, _, _, north = frame.to_crs(UTM).total_bounds
    assert (west, north) == pytest.approx((500_000, 5_000_000), abs=0.01)


@pytest.mark.parametrize("name", READERS)
def test_painted_areas_come_back_pixel_for_pixel(segmented, painted, tmp_path, name):
    frame = READERS[name](unpacked(segmented, name, tmp_path), "areas").to_crs(UTM)
    placed = UTM_ORIGIN @ UTM_ORIGIN.translation(64, 32)
    shapes = list(zip(frame.geometry, frame["label"], strict=True))
    assert np.array_equal(rasterize(shapes, (32, 32), transform=placed), painted)
    assert list(frame["pixels"]) == [256, 111]


def test_a_geopackage_is_one_by_its_own_reader_and_carries_styles(labelled, tmp_path):
    change_class(labelled, 2, name='Wald & "Flur"')
    path = unpacked(labelled, "geopackage", tmp_path) / "labels.gpkg"
    layers = dict(pyogrio.list_layers(path))
    assert layers["samples"] and {"classes", "layer_styles"} <= layers.keys()
    assert pyogrio.read_info(path, layer="samples")["total_bounds"] == pytest.approx(
        (9.0, 45.1448, 9.0163, 45.1535), abs=1e-3
    )
    with sqlite3.connect(path) as file:
        ((name, default, qml),) = file.execute("SELECT f_table_name, useAsDefault, styleQML FROM layer_styles")
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert (name, default) == ("samples", 1)
    categories = {
        each.get("value"): each.get("label") for each in xml.fromstring(qml.split("\n", 1)[1]).iter("category")
    }
    assert categories["2"] == 'Wald & "Flur"' and categories["unlabelled"] == "unlabelled"


def test_the_metadata_of_a_geoparquet_are_of_version_1_1(labelled, tmp_path):
    import json

    from pyarrow import parquet

    path = unpacked(labelled, "geoparquet", tmp_path) / "samples.parquet"
    told = json.loads(parquet.read_metadata(path).metadata[b"geo"])
    assert (told["version"], told["primary_column"]) == ("1.1.0", "geometry")
    assert told["columns"]["geometry"]["geometry_types"] == ["Polygon"]
    near = geopandas.read_parquet(path, bbox=(9.0, 45.152, 9.001, 45.2))  # by the boxes of the rows
    assert list(near["sample"]) == [labelled.samples.first().pk]


def test_a_csv_has_one_row_a_sample(labelled, tmp_path):
    frame = pandas.read_csv(unpacked(labelled, "csv", tmp_path) / "samples.csv")
    assert list(frame["status"][:4]) == ["labelled", "labelled", "skipped", "unlabelled"]
    assert (frame["name"][0], frame["label"][0], frame["author"][0]) == ("Forest", 2, "bob")
    assert frame["lon"][0] == pytest.approx(9.002, abs=1e-3)
    assert [float(number) for number in frame["transform"][1].split()] == [10, 0, 500_320, 0, -10, 5_000_000]


def test_no_cell_of_a_csv_is_a_formula(labelled, tmp_path):
    change_class(labelled, 2, name='=cmd|"x"!A1')
    frame = pandas.read_csv(unpacked(labelled, "csv", tmp_path) / "samples.csv")
    assert frame["name"][0] == '\'=cmd|"x"!A1'


@pytest.mark.parametrize("name", ["csv", *READERS])
def test_amounts_and_tags_have_their_own_columns(alice, tmp_path, name):
    measured = amount_project(alice)
    factories.make_scene(measured, tmp_path)
    say(measured.samples.first(), alice, 12.5, uncertainty=2)
    folder = unpacked(measured, name, tmp_path)
    read = READERS.get(name, lambda folder, _: pandas.read_csv(folder / "samples.csv"))
    first = read(folder, "samples").iloc[0]
    assert (first["amount"], first["uncertainty"], first["unit"], first["name"]) == (12.5, 2, "%", "Share of water")
    tagged = factories.make_project(alice, name="Tags", task="tags")
    factories.make_scene(tagged, tmp_path, name="other")
    factories.say(tagged.samples.first(), alice, {"tags": [1, 3]})
    first = read(unpacked(tagged, name, tmp_path / "tags"), "samples").iloc[0]
    assert (first["labels"], first["names"]) == ("[1,3]", '["Open water","Bare rock"]')


@pytest.mark.parametrize("name", ["csv", *READERS])
def test_tables_without_a_place_have_no_geometry(alice, tmp_path, name):
    from affine import Affine

    project = factories.make_project(alice, name="Bench", task="masks" if name != "csv" else "classes")
    factories.make_scene(project, tmp_path, crs=None, transform=Affine.identity())
    folder = unpacked(project, name, tmp_path)
    read = READERS.get(name, lambda folder, _: pandas.read_csv(folder / "samples.csv"))
    assert len(read(folder, "samples")) == 12
