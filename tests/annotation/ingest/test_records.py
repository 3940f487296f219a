"""Posts and weather reach the samples of their places; what is wrong in a table is told, and nothing in it is run."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from scipy.io import netcdf_file

from annotation import ingest
from annotation.chips import load_samples
from annotation.encoders import choices, known_of
from annotation.ingest import Status
from annotation.learning.encoders import open_encoder
from annotation.models import Asset, Project, Sample
from annotation.told import told_in
from mlcore.text import is_installed
from tests.rasters import UTM_ORIGIN, ramp, real_file, write_raster

pytestmark = pytest.mark.django_db
HERE = (9.0005, 45.1530)  # in the upper left of the scene
MARKUP = "<script>alert(1)</script> http://127.0.0.1/x.png"


@pytest.fixture
def scene(project: Project, take, tmp_path: Path):
    """Return a project's scene of 4 x 4 tiles of 32 px around the corner of `UTM_ORIGIN`."""
    take(write_raster(tmp_path / "lake.tif", ramp(3, 128, 128), transform=UTM_ORIGIN))
    return project.scenes.get()


def loaded(project: Project) -> list:
    return [sample for _, sample in load_samples(project, Sample.objects.order_by("index"))]


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines))
    return path


def test_it_works(project: Project, scene, take, tmp_path: Path) -> None:
    lines = [
        "id,lon,lat,date,text",
        f"1,{HERE[0]},{HERE[1]},18/05/2010 16:26,water in the street",
        f'2,{HERE[0]},{HERE[1]},07/05/2010 17:26,"=HYPERLINK(""http://x"") {MARKUP}"',
        "3,200,95,01/05/2010,nowhere",
        f"4,{HERE[0]},{HERE[1]},,",
    ]
    (result,) = take(write(tmp_path / "posts.csv", *lines))
    assert result.status is Status.ACCEPTED, result.message
    assert "2 posts; links and pictures in them are not fetched" in result.message
    assert "1 without a place in degrees, 1 without words" in result.message
    assert "Columns that are not read: id." in result.message
    texts = [sample.texts for sample in loaded(project)]
    assert texts[0] == (f'=HYPERLINK("http://x") {MARKUP}', "water in the street")  # the older first
    assert not any(texts[1:])
    posts = list(told_in(project).posts_in(project.samples.first()))
    assert [post[2] for post in posts] == ["2010-05-07T17:26:00", "2010-05-18T16:26:00"]
    assert project.samples.count() == 16
    assert Asset.objects.get(kind="posts").reader.preview
    assert "text" in known_of(project)


def test_texts_change_the_vector_of_their_tile_alone(project: Project, scene, take, tmp_path: Path) -> None:
    before = np.asarray(open_encoder(project, "nano+text").embed(loaded(project)))
    take(write(tmp_path / "posts.csv", "lon,lat,text", f"{HERE[0]},{HERE[1]},flood water"))
    samples = loaded(project)
    assert [len(sample.chips) for sample in samples] == [1] * 16
    after = np.asarray(open_encoder(project, "nano+text").embed(samples))
    changed = np.flatnonzero((before != after).any(axis=1))
    assert changed.tolist() == [0]
    assert open_encoder(project, "nano").embed(samples).shape[1] < after.shape[1]


def test_encoders_are_told_words_or_what_they_mean(project: Project, scene, take, tmp_path: Path, monkeypatch) -> None:
    assert "words" not in [choice.key for choice in choices(project)]
    take(write(tmp_path / "posts.csv", "lon,lat,text", f"{HERE[0]},{HERE[1]},flood water"))
    monkeypatch.setattr("annotation.encoders.is_installed", lambda: False)
    keys = [choice.key for choice in choices(project)]
    assert {"nano+place+text", "words"} <= set(keys)
    assert not any("meaning" in key or "e5" in key for key in keys)
    monkeypatch.setattr("annotation.encoders.is_installed", lambda: True)
    offered = {choice.key: choice for choice in choices(project)}
    assert {"nano+place+text", "nano+place+meaning", "words:multilingual-e5-small-q4"} <= offered.keys()
    assert not offered["words"].maps
    samples = loaded(project)
    words = open_encoder(project, "words")
    assert [not words.cannot_read(sample) for sample in samples] == [True] + [False] * 15
    plain = open_encoder(project, "nano+text")
    if is_installed():
        told = open_encoder(project, "nano+meaning")
        assert told.digest != plain.digest  # so that vectors of the one are never taken for the other's
        assert told.embed(samples[:1]).shape == plain.embed(samples[:1]).shape


def test_posts_have_a_language_and_a_place_in_their_tile(api, alice, project: Project, scene, take, tmp_path) -> None:
    text = "There is no water left in the camp behind the school, please send help to us as soon as you can"
    take(write(tmp_path / "posts.csv", "lon,lat,text", f'{HERE[0]},{HERE[1]},"{text} {MARKUP}"'))
    sample = project.samples.first()
    (post,) = api(alice).get(f"/api/projects/{project.pk}/samples/{sample.pk}/posts/").json()
    assert post["language"] == "en"
    assert post["text"].endswith(MARKUP)
    assert 0 <= post["x"] < 32
    assert 0 <= post["y"] < 32
    assert api(alice).get(f"/api/projects/{project.pk}/samples/{sample.pk + 1}/posts/").json() == []


def test_geojson_is_read_too(project: Project, scene, take, tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": list(HERE)}
    features = [
        {"type": "Feature", "geometry": point, "properties": {"message": "hello\u0000\n there", "time": "2020-01-01"}},
        {"type": "Feature", "geometry": None, "properties": {"message": "nowhere"}},
        "junk",
    ]
    path = write(tmp_path / "a.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    (result,) = take(path)
    assert result.status is Status.ACCEPTED, result.message
    assert loaded(project)[0].texts == ("hello there",)


def test_weather_reaches_every_tile_from_the_nearest_station(project: Project, scene, take, tmp_path: Path) -> None:
    lines = [
        "station,lat,lon,date,temperature_c,precipitation_mm,colour",
        "a,45.1,9.0,2020-06-02,21.5,,x",
        "a,45.1,9.0,2020-06-01,20,3,x",
        "b,46.0,9.0,2020-06-01,5,0,x",
        "c,45.1,9.0,no date,5,0,x",
    ]
    (result,) = take(write(tmp_path / "weather.csv", *lines))
    assert result.status is Status.ACCEPTED, result.message
    assert "Read: temperature_c as temperature_k" in result.message
    for sample in loaded(project):
        assert sample.weather.days == (date(2020, 6, 1), date(2020, 6, 2))
        assert sample.weather.variables == ("temperature_k", "precipitation_mm")
        np.testing.assert_allclose(sample.weather.values, [[293.15, 3], [294.65, np.nan]], rtol=1e-6)
    vectors = open_encoder(project, "nano+weather").embed(loaded(project))
    assert np.isfinite(np.asarray(vectors)).all()
    assert known_of(project) == ["place", "weather"]


def test_weather_of_a_grid_comes_by_netcdf(project: Project, scene, take, tmp_path: Path) -> None:
    with netcdf_file(tmp_path / "era.nc", "w") as file:
        for name, numbers in (("time", np.arange(3.0)), ("lat", np.array([45.2, 45.0])), ("lon", np.array([9.0, 9.2]))):
            file.createDimension(name, len(numbers))
            file.createVariable(name, "d", (name,))[:] = numbers
        file.variables["time"].units = "days since 2020-06-01"
        file.createVariable("t2m", "f", ("time", "lat", "lon"))[:] = 290 + np.arange(12).reshape(3, 2, 2)
    (result,) = take(tmp_path / "era.nc")
    assert result.status is Status.ACCEPTED, result.message
    weather = loaded(project)[0].weather
    np.testing.assert_allclose(weather.values[:, 0], [290, 294, 298])
    assert weather.days[0] == date(2020, 6, 1)


def test_without_weather_near_there_is_none(project: Project, scene, take, tmp_path: Path) -> None:
    take(write(tmp_path / "w.csv", "lat,lon,date,temperature_k", "-45,9,2020-06-01,290"))
    assert loaded(project)[0].weather is None


def test_posts_need_ground_to_speak_of(project: Project, take, tmp_path: Path) -> None:
    path = write(tmp_path / "posts.csv", "lon,lat,text", "9,45,hello")
    (result,) = take(path)
    assert (result.status, "add imagery on the map first" in result.message) == (Status.REFUSED, True)
    take(write_raster(tmp_path / "far.tif", ramp(3, 64, 64), transform=Affine(10, 0, 500_000, 0, -10, 3_000_000)))
    (result,) = take(path)
    assert (result.status, "speaks of other places" in result.message) == (Status.REFUSED, True)


def test_posts_can_be_removed_and_the_lattice_changed(project: Project, scene, take, tmp_path: Path) -> None:
    take(write(tmp_path / "posts.csv", "lon,lat,text", f"{HERE[0]},{HERE[1]},hello"))
    from annotation.ingest.lattices import LatticeChange, change_lattice

    change_lattice(scene.grid, LatticeChange(tile_px=64))
    assert project.samples.count() == 4
    assert loaded(project)[0].texts == ("hello",)
    ingest.remove_scene(project.scenes.get(asset__kind="posts"))
    assert loaded(project)[0].texts == ()
    assert project.samples.count() == 4


def test_the_reports_of_haiti_come_in(project: Project, take, tmp_path: Path) -> None:
    place = Affine(0.001, 0, -72.4, 0, -0.001, 18.6)
    take(write_raster(tmp_path / "port.tif", ramp(3, 128, 128), crs="EPSG:4326", transform=place))
    (result,) = take(real_file("haiti_ushahidi/haiti_scrubbed.csv"))
    assert result.status is Status.ACCEPTED, result.message
    assert sum(len(sample.texts) for sample in loaded(project)) > 500


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"a,b,c\n1,2,3", "of posts it needs lon, lat and text"),
        ("a.csv", b"lon,lat,text\n", "has no rows"),
        ("a.csv", b"lon,lat,text\nx,y,words", "no row with words and a place"),
        ("a.csv", b"text", "needs a first line that names its columns"),
        ("a.geojson", b'{"type": "Feature', "no JSON"),
        ("a.geojson", b"[" * 100_000, "no JSON"),
        ("a.geojson", b'{"features": 3}', "no GeoJSON FeatureCollection"),
        ("a.csv", b"lon,lat,date,temperature_k\n9,45,never,290", "a place in degrees and a date"),
        ("a.csv", b'lon,lat,text\n9,45,"' + b"x" * 200_000 + b'"', "no table that can be read"),
    ],
)
def test_bad_tables_are_refused_with_what_they_need(scene, take, tmp_path: Path, name: str, content: bytes, why: str):
    (tmp_path / name).write_bytes(content)
    (result,) = take(tmp_path / name)
    assert result.status is Status.REFUSED
    assert why in result.message
