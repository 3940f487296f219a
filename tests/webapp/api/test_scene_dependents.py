"""/api/projects/{id}/scenes/{id}/dependents/: what would go with a scene."""

import pytest

from annotation import ingest
from annotation.epochs import add_epoch
from annotation.models import Annotation, Sample
from tests import factories
from tests.rasters import UTM_ORIGIN, ramp, write_raster

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(api, project, alice):
    """Return a function that asks what depends on a scene."""
    return lambda scene: api(alice).get(f"/api/projects/{project.pk}/scenes/{scene.pk}/dependents/").json()


def test_it_works(project, scene, ask):
    told = ask(scene)
    assert (told["tiles"], told["samples"], told["tiles_changed"]) == (12, 12, 0)
    assert (told["labels"], told["removable"], told["epochs"]) == (0, True, [])
    assert project.samples.count() == 12


def test_labels_keep_a_scene(project, scene, samples: list[Sample], bob, ask):
    factories.label(samples[3], bob, 1)
    factories.label(samples[4], bob, 1)
    told = ask(scene)
    assert (told["labels"], told["removable"]) == (2, False)
    assert Annotation.objects.count() == 2


def test_what_another_scene_shows_stays(project, scene, ask, tmp_path):
    path = write_raster(tmp_path / "half.tif", ramp(1, 96, 64), transform=UTM_ORIGIN)
    list(ingest.ingest_files(project, [path], ingest.Wishes(), report=lambda *_: None))
    told = ask(scene)
    assert (told["tiles"], told["tiles_changed"]) == (6, 6)
    before = project.samples.count()
    ingest.remove_scene(scene)
    assert before - project.samples.count() == told["samples"]


def test_an_epoch_of_nothing_else_goes(project, scene, ask):
    add_epoch(project, name="June", scenes=[scene.pk])
    told = ask(scene)
    assert (told["epochs"], told["epochs_going"]) == (["June"], ["June"])
    ingest.remove_scene(scene)
    assert not project.epochs.exists()


def test_a_scene_that_is_not_there_depends_on_nothing(api, project, alice):
    assert api(alice).get(f"/api/projects/{project.pk}/scenes/999/dependents/").status_code == 404
