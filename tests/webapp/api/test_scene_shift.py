"""/api/projects/{id}/scenes/{id}/shift/: a scene is compared with another, and read where it lies right."""

from datetime import date

import numpy as np
import pytest
from django.urls import reverse
from scipy.ndimage import gaussian_filter, zoom

from annotation import ingest, jobs
from annotation.chips import load_samples
from annotation.ingest import Wishes
from annotation.ingest.covering import cover_scenes
from annotation.models import Coverage, Job
from tests.rasters import write_raster

pytestmark = pytest.mark.django_db
FINE, SIDE = 10, 128


@pytest.fixture(scope="module")
def ground():
    rng = np.random.default_rng(4)
    cells = (SIDE + 20) * FINE
    total = sum(
        zoom(rng.normal(size=(n, n)), cells / n + 1, order=1)[:cells, :cells] * 60 / n**0.5 for n in (10, 40, 160)
    )
    return gaussian_filter(total, 3)


@pytest.fixture
def take(project, ground, tmp_path):
    """Return a function that takes in three bands of the ground, seen by a sensor that is off by so many pixels."""

    def seen(name, across, down, *, like=1.0):
        x, y = round((10 + across) * FINE), round((10 + down) * FINE)
        part = ground[y : y + SIDE * FINE, x : x + SIDE * FINE].reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))
        bands = [2000 + 100 * part * factor for factor in (1.0, 0.8, like)]
        path = write_raster(
            tmp_path / f"{name}.tif", np.array(bands).astype(np.uint16), descriptions=("Blue", "Green", "Red")
        )
        (result,) = ingest.ingest_files(project, [path], Wishes(acquired=date(2024, 5, 1)), report=lambda *_: None)
        assert result.status == "accepted", result.message
        return project.scenes.order_by("pk").last()

    return seen


@pytest.fixture
def pair(take):
    """Return a scene that is off, and the one that lies right."""
    right = take("right", 0, 0)
    return take("off", 1.3, -0.7, like=0.9), right


@pytest.fixture
def address(project):
    return lambda scene: f"/api/projects/{project.pk}/scenes/{scene.pk}/shift/"


@pytest.fixture
def check(api, alice, address):
    """Return a function that compares two scenes and gives what is known then."""

    def compare(scene, reference):
        answer = api(alice).post(address(scene), {"reference": reference.pk})
        assert answer.status_code == 202, answer.json()
        jobs.run(answer.json()["job"])
        return api(alice).get(address(scene)).json()

    return compare


def map_tile(place, zoom=14):
    """Return the column and row of the map tile that holds a place."""
    longitude, latitude = np.radians(place)
    return int((longitude / np.pi + 1) * 2**zoom / 2), int((1 - np.arcsinh(np.tan(latitude)) / np.pi) * 2**zoom / 2)


def apart(project):
    """Return how alike the chips of the two scenes are, of the tile in the middle."""
    sample = dict(load_samples(project, project.samples.filter(tile__column=1, tile__row=1)))
    one, two = (chip.pixels[0].ravel() for chip in next(iter(sample.values())).chips)
    return float(np.corrcoef(one, two)[0, 1])


def test_it_works(api, project, alice, pair, address, check):
    off, right = pair
    known = api(alice).get(address(off)).json()
    assert (known["shift"], known["check"], known["checking"]) == (None, None, False)
    assert [each["name"] for each in known["others"]] == ["right.tif"]
    told = check(off, right)["check"]
    assert (told["across_px"], told["down_px"]) == pytest.approx((1.3, -0.7), abs=0.1)
    assert told["metres"] == pytest.approx(14.8, abs=1)
    assert (told["refusal"], told["reference"]["name"], told["windows"] >= 1) == ("", "right.tif", True)
    assert told["words"].startswith("off.tif lies 1.3") and "too far to the left" in told["words"]
    assert "too far down of right.tif" in told["words"]
    assert told["moves"] == pytest.approx([1.3 / 64, -0.7 / 64], abs=0.002)
    assert all(api(alice).get(picture).status_code == 200 for picture in told["pictures"])
    before, bounds = apart(project), Coverage.objects.filter(scene=off).count()
    accepted = api(alice).post(address(off), {"accept": True}).json()
    assert accepted["shift"] == [told["across_px"], told["down_px"]]
    assert accepted["check"]["moves"] == [0, 0]
    assert apart(project) > max(0.75, before)
    assert cover_scenes(project) == 1  # what it shows of the tiles at its edges is another part now
    assert Coverage.objects.filter(scene=off).count() == bounds
    assert Coverage.objects.filter(scene=off, valid__lt=1).exists()


def test_it_can_be_taken_back(api, project, alice, pair, address, check):
    off, right = pair
    before = apart(project)
    check(off, right)
    api(alice).post(address(off), {"accept": True})
    assert api(alice).delete(address(off)).status_code == 204
    assert api(alice).get(address(off)).json()["shift"] is None
    assert apart(project) == before
    assert Job.objects.filter(project=project, kind="embed", state="queued").exists()


def test_all_that_is_read_of_it_is_moved_and_ground_stays(api, project, alice, pair, address, check):
    off, right = pair
    sample = project.samples.get(tile__column=1, tile__row=1)
    pictures = [
        reverse("scene-tile", args=[project.pk, off.pk, 14, *map_tile(sample.tile.outline.centroid.coords)]),
        f"{reverse('sample-chip', args=[project.pk, sample.pk])}?scene={off.pk}",
    ]
    outline = sample.tile.outline
    seen = [api(alice).get(address) for address in pictures]
    check(off, right)
    api(alice).post(address(off), {"accept": True})
    again = [api(alice).get(address) for address in pictures]
    assert [one.status_code for one in again] == [200, 200]
    assert all(one.content != two.content for one, two in zip(seen, again, strict=True))
    assert all(one["ETag"] != two["ETag"] for one, two in zip(seen, again, strict=True))
    sample.tile.refresh_from_db()
    assert sample.tile.outline.equals(outline)
    (loaded,) = dict(load_samples(project, project.samples.filter(pk=sample.pk))).values()
    assert len({chip.bounds for chip in loaded.chips}) == 1


def test_measured_again_it_lies_right(api, alice, pair, address, check):
    off, right = pair
    first = check(off, right)["check"]
    api(alice).post(address(off), {"accept": True})
    again = check(off, right)["check"]  # against where its file says
    assert (again["across_px"], again["down_px"]) == (first["across_px"], first["down_px"])
    back = check(right, off)["check"]
    assert (back["across_px"], back["down_px"]) == pytest.approx((0, 0), abs=0.15)


def test_without_structure_nothing_is_told_and_nothing_can_be_accepted(
    api, project, alice, pair, address, check, tmp_path
):
    _, right = pair
    flat = np.full((3, SIDE, SIDE), 700, np.uint16)
    flat[:, 0, 0] = 900
    path = write_raster(tmp_path / "flat.tif", flat, descriptions=("Blue", "Green", "Red"))
    list(ingest.ingest_files(project, [path], Wishes(), report=lambda *_: None))
    scene = project.scenes.get(name="flat.tif")
    told = check(scene, right)["check"]
    assert told["refusal"]
    assert told["words"].startswith("Nobody can tell how flat.tif lies on right.tif: ")
    answer = api(alice).post(address(scene), {"accept": True})
    assert (answer.status_code, "compare it with another scene first" in answer.json()["error"]["message"]) == (
        400,
        True,
    )


def test_what_cannot_be_compared_is_refused(api, project, alice, bob, pair, address):
    off, right = pair
    client = api(alice)
    assert "lies on itself" in client.post(address(off), {"reference": off.pk}).json()["error"]["message"]
    assert client.post(address(off), {"reference": 999_999}).status_code == 404
    assert client.post(address(off), {}).status_code == 400
    assert client.post(address(off), {"reference": right.pk, "accept": True}).status_code == 400
    assert api(bob).post(address(off), {"accept": True}).status_code == 403
    first = client.post(address(off), {"reference": right.pk}).json()
    assert client.post(address(off), {"reference": right.pk}).json() == first  # one comparison at a time
    assert client.get(address(off)).json()["checking"]


def test_a_scene_that_is_gone_meanwhile_is_told(api, project, alice, pair, address):
    off, right = pair
    job = api(alice).post(address(off), {"reference": right.pk}).json()["job"]
    ingest.remove_scene(right)
    jobs.run(job)
    assert Job.objects.get(pk=job).error == "One of the two scenes was removed."
    assert api(alice).get(address(off)).json()["check"] is None
