"""A project in which people only wrote: its tiles are where they did, and words are what is labelled."""

from pathlib import Path

import numpy as np
import pytest

from annotation import jobs
from annotation.arrays.vectors import Vectors
from annotation.chips import load_samples
from annotation.ingest import Status
from annotation.ingest.changes import remove_scene
from annotation.ingest.lattices import LatticeChange, change_lattice
from annotation.learning.encoders import open_encoder
from annotation.models import Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.suitability import offered
from annotation.told import told_in
from tests.rasters import UTM_ORIGIN, ramp, real_file, write_raster

pytestmark = pytest.mark.django_db
CAMP, SCHOOL, BRIDGE = (9.0005, 45.1530), (9.0006, 45.1531), (9.0305, 45.1730)  # the first two 15 m apart
MARKUP = "<script>alert(1)</script>"


def write(path: Path, *posts: tuple[tuple[float, float], str]) -> Path:
    rows = [f'{lon},{lat},2010-01-{12 + number},"{text}"' for number, ((lon, lat), text) in enumerate(posts)]
    path.write_text("\n".join(["lon,lat,time,text", *rows]))
    return path


@pytest.fixture
def written(project: Project, take, tmp_path: Path) -> Project:
    """Return the cast's project with three posts in two places, and nothing else."""
    posts = [(CAMP, f"water needed {MARKUP}"), (SCHOOL, "food needed"), (BRIDGE, "the bridge is down")]
    (result,) = take(write(tmp_path / "posts.csv", *posts))
    assert result.status is Status.ACCEPTED, result.message
    project.refresh_from_db()
    return project


def test_it_works(written: Project) -> None:
    grid = written.grids.get()
    assert (grid.crs, grid.spec().transform[0] * grid.tile_px) == ("EPSG:32632", pytest.approx(500))  # metres
    assert written.encoder == "words"
    samples = list(written.samples.select_related("tile__grid"))
    assert [sample.state for sample in samples] == [Sample.State.OPEN] * 2
    told = told_in(written)
    words = {sample.pk: [post.text for post in told.posts_in(sample)] for sample in samples}
    assert sorted(map(len, words.values())) == [1, 2]
    assert f"water needed {MARKUP}" in sum(words.values(), [])
    imagery = [sample for _, sample in load_samples(written, Sample.objects.order_by("index"))]
    assert [sample.chips for sample in imagery] == [(), ()]
    job = Job.objects.get(project=written, kind=JobKind.EMBED)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.message.startswith("Embedded 2 tiles"), job.message
    vectors = Vectors(written, open_encoder(written).digest)
    assert vectors.present[:2].all()


def test_people_label_what_was_written(api, written: Project, alice, bob) -> None:
    address = f"/api/projects/{written.pk}"
    claimed = api(alice).post(f"{address}/claim/", {"count": 2}, format="json").json()
    item = claimed["samples"][0] if "samples" in claimed else claimed["queue"][0]
    assert [scene["kind"] for scene in item["scenes"]] == ["posts"]
    assert api(alice).get(item["posts_url"]).json()[0]["text"]
    answer = {"sample": item["sample"], "token": item["token"], "verdict": "label", "value": {"class": 1}, "seconds": 2}
    said = api(alice).post(f"{address}/annotations/", answer, format="json")
    assert said.status_code in (200, 201), said.json()
    assert Sample.objects.get(pk=item["sample"]).state == Sample.State.LABELLED


def test_encoders_of_imagery_are_refused_with_a_reason(written: Project) -> None:
    refusals = {choice.key: choice.refusal for choice in offered(written)}
    assert refusals["words"] == ""
    assert "reads imagery, of which this project has none" in refusals["nano"]
    assert "Choose an encoder of words" in refusals["nano+place+text"]


def test_more_posts_join_the_lattice(written: Project, take, tmp_path: Path) -> None:
    (result,) = take(write(tmp_path / "more.csv", (BRIDGE, "it was mended"), ((9.2, 45.3), "a landslide")))
    assert result.status is Status.ACCEPTED, result.message
    assert written.grids.count() == 1
    assert written.samples.count() == 3
    texts = [len(sample.texts) for _, sample in load_samples(written, Sample.objects.order_by("index"))]
    assert sorted(texts) == [1, 2, 2]


def test_the_size_of_tiles_is_chosen_in_metres(written: Project) -> None:
    change_lattice(written.grids.get(), LatticeChange(resolution=30_000 / written.tile_px))
    (sample,) = written.samples.all()
    assert len(list(told_in(written).posts_in(sample))) == 3
    change_lattice(written.grids.get(), LatticeChange(resolution=5 / written.tile_px))
    assert written.samples.count() == 3


def test_removed_posts_take_their_tiles_along(written: Project) -> None:
    remove_scene(written.scenes.get())
    assert not written.samples.exists()
    assert not written.grids.get().tiles.exists()


def test_imagery_that_comes_later_shows_the_same_ground(written: Project, take, tmp_path: Path) -> None:
    (result,) = take(write_raster(tmp_path / "lake.tif", ramp(3, 128, 128), transform=UTM_ORIGIN))
    assert result.status is Status.ACCEPTED, result.message
    together = [sample for _, sample in load_samples(written, Sample.objects.all()) if sample.texts and sample.chips]
    assert together
    assert len(told_in(written).posts) == 1


def test_posts_all_over_the_earth_get_large_tiles_or_none(project: Project, take, tmp_path: Path) -> None:
    spread = [((lon, lat), "here") for lon in (-170, 0, 170) for lat in (-60, 0, 60)]
    (result,) = take(write(tmp_path / "earth.csv", *[(place, text) for place, text in spread]))
    assert result.status is Status.ACCEPTED, result.message
    assert project.samples.count() == 9
    assert project.grids.get().crs == "EPSG:4326"


def test_weather_still_needs_a_place(project: Project, take, tmp_path: Path) -> None:
    path = tmp_path / "weather.csv"
    path.write_text("lon,lat,date,temperature_c\n9.0,45.1,2020-01-01,3\n")
    (result,) = take(path)
    assert result.status is Status.REFUSED
    assert "add imagery on the map first" in result.message


def test_reports_from_haiti(project: Project, take) -> None:
    (result,) = take(real_file("haiti_ushahidi/haiti_scrubbed.csv"))
    assert result.status is Status.ACCEPTED, result.message
    counts = [len(sample.texts) for _, sample in load_samples(project, Sample.objects.order_by("index"))]
    assert min(counts) >= 1
    assert sum(counts) == 3286
    assert np.isfinite(project.grids.get().transform).all()
