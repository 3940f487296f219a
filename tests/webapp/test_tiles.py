"""Pictures: map tiles, previews, chips and masks."""

import io
import math

import numpy as np
import pytest
from PIL import Image

from annotation.arrays.masks import store_mask
from annotation.epochs import set_scope
from annotation.models import Annotation
from annotation.models.projects import Scope
from tests import factories
from tests.changes import pair_project
from tests.rasters import ramp

pytestmark = pytest.mark.django_db


def pixels(answer):
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "image/png"
    return np.array(Image.open(io.BytesIO(answer.content)).convert("RGBA"))


def tile_at(longitude, latitude, z):
    """Return the map tile that holds a point (the usual slippy-map formula)."""
    across = (longitude + 180) / 360
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return z, int(across * 2**z), int(down * 2**z)


@pytest.fixture
def chip(samples):
    return f"/projects/{samples[0].project_id}/samples/{samples[0].pk}/chip.png"


def test_it_works(api, scene, dave):
    answer = api(dave).get(f"/projects/{scene.project_id}/scenes/{scene.pk}/14/8601/5883.png")
    assert pixels(answer).shape[2] == 4
    assert answer["Cache-Control"].startswith("private")


def test_a_map_tile_shows_the_scene_and_is_clear_beside_it(api, scene, dave):
    west, south, east, north = scene.asset.footprint.extent
    z, x, y = tile_at((west + east) / 2, (south + north) / 2, 14)
    address = f"/projects/{scene.project_id}/scenes/{scene.pk}"
    alpha = pixels(api(dave).get(f"{address}/{z}/{x}/{y}.png"))[..., 3]
    assert alpha.any()
    assert not pixels(api(dave).get(f"{address}/14/0/0.png"))[..., 3].any()


def test_a_chip_has_the_tile_s_own_pixels(api, chip, dave):
    shown = pixels(api(dave).get(f"{chip}?stretch=minmax"))
    assert shown.shape == (32, 32, 4)
    source = ramp(3, 96, 128)[0, :32, :32].astype(float)
    assert np.corrcoef(shown[..., 0].ravel(), source.ravel())[0, 1] > 0.999


def test_a_chip_can_have_surroundings_and_another_size(api, samples, dave):
    inner = next(sample for sample in samples if (sample.tile.column, sample.tile.row) == (1, 1))
    address = f"/projects/{inner.project_id}/samples/{inner.pk}/chip.png"
    tile = pixels(api(dave).get(address))
    wide = pixels(api(dave).get(f"{address}?margin=16"))
    assert wide.shape[:2] == (64, 64)
    assert np.array_equal(wide[16:48, 16:48], tile)
    assert pixels(api(dave).get(f"{address}?size=128")).shape[:2] == (128, 128)


def test_a_chip_in_image_coordinates_works_too(api, project, dave, tmp_path):
    from affine import Affine

    factories.make_scene(project, tmp_path, name="bench", crs=None, transform=Affine.identity())
    sample = project.samples.last()
    shown = api(dave).get(f"/projects/{project.pk}/samples/{sample.pk}/chip.png")
    assert pixels(shown).shape[:2] == (32, 32)


def test_a_finer_scene_is_shown_in_its_own_resolution(api, project, samples, dave, tmp_path):
    from affine import Affine

    fine = Affine(1, 0, 500_000, 0, -1, 5_000_000)
    scene = factories.make_scene(project, tmp_path, name="aerial", size=(3, 640, 640), transform=fine)
    sample = project.samples.get(tile__column=0, tile__row=0)
    address = f"/projects/{project.pk}/samples/{sample.pk}/chip.png?scene={scene.pk}&margin=16"
    assert pixels(api(dave).get(address)).shape[:2] == (64, 64)
    assert pixels(api(dave).get(f"{address}&native=1")).shape[:2] == (512, 512)
    coarse = f"/projects/{project.pk}/samples/{sample.pk}/chip.png?scene={project.scenes.first().pk}&native=1"
    assert pixels(api(dave).get(coarse)).shape[:2] == (32, 32)


def test_the_second_time_the_browser_has_it(api, chip, dave):
    first = api(dave).get(chip)
    second = api(dave).get(chip, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (second.status_code, second.content) == (304, b"")
    assert api(dave).get(f"{chip}?stretch=minmax")["ETag"] != first["ETag"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("composite=xray", "choose one of: true"),
        ("stretch=odd", "choose one of: minmax"),
        ("size=99999", "size"),
        ("margin=-1", "margin"),
        ("size=big", "size"),
    ],
)
def test_bad_queries_are_told(api, chip, dave, query, told):
    answer = api(dave).get(f"{chip}?{query}")
    assert answer.status_code == 400
    assert told in answer.json()["error"]["message"]


def test_a_scene_of_elsewhere_shows_nothing_of_this_tile(api, chip, dave):
    assert api(dave).get(f"{chip}?scene=999999").status_code == 404


def test_a_browser_that_wants_images_alone_gets_them(api, chip, dave):
    assert api(dave).get(chip, HTTP_ACCEPT="image/avif,image/webp").status_code == 200


def test_a_preview_is_no_larger_than_asked(api, scene, dave):
    shown = pixels(api(dave).get(f"/projects/{scene.project_id}/scenes/{scene.pk}/preview.png?size=64"))
    assert shown.shape[:2] == (48, 64)


def test_a_waiting_audit_has_no_suggested_mask(api, project, samples, bob):
    sha = store_mask(np.full((32, 32), 2, np.uint8))
    said = factories.suggest(factories.make_model_version(project), samples[0], 2, mask=sha)
    address = f"/projects/{project.pk}/samples/{samples[0].pk}/mask.png"
    assert set(np.unique(pixels(api(bob).get(f"{address}?suggestion={said.pk}"))[..., 0])) == {2}
    factories.make_audit(samples[0])
    assert api(bob).get(f"{address}?suggestion={said.pk}").status_code == 404
    assert api(bob).get(f"{address}?live=1").status_code == 404


def test_masks_of_other_samples_are_missing(api, project, samples, bob):
    factories.label(samples[0], bob, 1)
    Annotation.objects.update(mask=store_mask(np.ones((32, 32), np.uint8)))
    pk = Annotation.objects.get().pk
    mine, other = (f"/projects/{project.pk}/samples/{sample.pk}/mask.png" for sample in samples[:2])
    assert api(bob).get(f"{mine}?annotation={pk}").status_code == 200
    assert api(bob).get(f"{other}?annotation={pk}").status_code == 404


def test_a_picture_costs_few_queries(api, scene, dave, django_assert_max_num_queries):
    client = api(dave)
    with django_assert_max_num_queries(5):
        client.get(f"/projects/{scene.project_id}/scenes/{scene.pk}/14/8601/5883.png")


def test_a_whole_scene_is_drawn_on_its_lattice(api, scene, dave):
    image = pixels(api(dave).get(f"/projects/{scene.project_id}/scenes/{scene.pk}/preview.png?lattice=1&size=128"))
    assert image.shape[:2] == (128, 128)  # the square of 4 x 4 tiles of 32 px, of which the scene has 4 x 3
    assert image[:96, :, 3].all()
    assert not image[96:, :, 3].any()


def test_a_pair_of_epochs_is_drawn_at_either_date(api, alice, tmp_path):
    project = pair_project(alice, tmp_path)
    earlier, later = project.epochs.all()
    set_scope(project, Scope.PAIR, [(later.pk, earlier.pk)])  # backwards in time: the newest is the earlier one here
    sample = project.samples.get(tile__column=1, tile__row=1)
    base = f"/projects/{project.pk}/samples/{sample.pk}/chip.png"
    first, second = (pixels(api(alice).get(f"{base}?date={date}")) for date in ("earlier", "later"))
    assert first[..., :3].mean() > second[..., :3].mean() + 30  # the later scene shows what was built
    assert api(alice).get(f"{base}?date=yesterday").status_code == 400


def test_a_sample_of_the_place_has_no_two_dates(api, alice, chip):
    assert api(alice).get(f"{chip}?date=later").status_code == 404
