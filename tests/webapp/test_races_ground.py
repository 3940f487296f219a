"""While people label, owners change scope, lattice and epochs: no label is lost, no 500, no labelled tile changed."""

from datetime import date

import pytest

from annotation.models import Annotation, Project, Sample
from tests import factories
from tests.webapp.test_races import at_once, hammer, staff  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)
SEEN = ("pk", "index", "tile", "tile__column", "tile__row", "tile__grid__transform", "epoch", "later_epoch")
PEOPLE, TILES = 4, 10


@pytest.fixture
def two(project, scene, tmp_path):
    """Return two scenes of one ground, of June and July."""
    other = factories.make_scene(project, tmp_path, name="july", nodata=3)
    for month, each in enumerate((scene, other), start=6):
        each.set_moment(date(2020, month, 1))
        each.save()
    return scene, other


@pytest.fixture
def race(api, project, alice, at_once):  # noqa: F811
    """Return a function that lets people label while the owner does something, and gives what they were told.

    It holds what is right whatever happens: every acknowledged label is there, on the tile that its author saw.
    """
    Project.objects.filter(pk=project.pk).update(refit_every=1)
    clients, owner = staff(api, project, PEOPLE), api(alice)
    owner.raise_request_exception = False

    def run(act, after: float) -> tuple[set[int], int]:
        samples = list(project.samples.order_by("pk"))
        samples = samples[:: max(1, len(samples) // TILES)]
        seen = {row[0]: row for row in project.samples.values_list(*SEEN)}
        answers, status = hammer(clients, project, samples, at_once, lambda: act(owner), after=after)
        assert {code for _, code in answers} <= {201, 404, 409}
        kept = {pk for pk, code in answers if code == 201}
        assert set(Annotation.objects.values_list("sample", flat=True)) == kept
        now = {row[0]: row for row in project.samples.filter(pk__in=kept).values_list(*SEEN)}
        assert now == {pk: seen[pk] for pk in kept}
        assert status < 500
        return kept, status

    return run


def epochs_of(owner, project, two, *, scope="epoch"):
    """Make an epoch of each scene, and let labels speak of them; return their ids."""
    base = f"/api/projects/{project.pk}/"
    ids = []
    for scene in two:
        made = owner.post(f"{base}epochs/", {"name": scene.name, "scenes": [scene.pk]}, "json")
        ids.append(made.json()["id"])
    pairs = [{"earlier": ids[0], "later": ids[1]}, {"earlier": ids[1], "later": ids[0]}] if scope == "pair" else []
    assert owner.post(f"{base}scope/", {"scope": scope, "pairs": pairs}, "json").status_code == 200
    return ids


@pytest.mark.parametrize("after", [0.0, 0.3])
def test_the_scope_changes(api, project, two, alice, race, after):
    base = f"/api/projects/{project.pk}/"
    assert api(alice).post(f"{base}epochs/group/", {"days": 1}, "json").status_code == 200
    kept, status = race(lambda owner: owner.post(f"{base}scope/", {"scope": "epoch"}, "json").status_code, after)
    assert status == (400 if kept else 200)
    assert set(project.samples.values_list("epoch", flat=True)) == ({None} if kept else set(epochs(project)))


@pytest.mark.parametrize(
    ("change", "after"),
    [({"resolution": 20}, 0.0), ({"tile_px": 64}, 0.3), ({"crs": "EPSG:3857", "resolution": 20}, 0.1)],
)
def test_the_lattice_changes(project, two, race, change, after):
    address = f"/api/projects/{project.pk}/lattices/{project.grids.get().pk}/"
    kept, status = race(lambda owner: owner.patch(address, change, "json").status_code, after)
    assert status == (400 if kept else 200)
    grid = project.grids.get()
    assert ((grid.crs, grid.transform[0], grid.tile_px) == ("EPSG:32632", 10, 32)) == bool(kept)


@pytest.mark.parametrize("after", [0.0, 0.3])
def test_a_scene_leaves_an_epoch(api, project, two, alice, race, after):
    june, _ = epochs_of(api(alice), project, two)
    address = f"/api/projects/{project.pk}/epochs/{june}/"
    kept, status = race(lambda owner: owner.patch(address, {"scenes": [two[1].pk]}, "json").status_code, after)
    members = set(project.epochs.get(pk=june).scenes.values_list("pk", flat=True))
    assert members == ({two[1].pk} if status == 200 else {two[0].pk})
    if status == 400:
        assert Sample.objects.filter(pk__in=kept, epoch=june).exists()


@pytest.mark.parametrize("after", [0.0, 0.3])
def test_an_epoch_is_deleted(api, project, two, alice, race, after):
    june, _ = epochs_of(api(alice), project, two)
    address = f"/api/projects/{project.pk}/epochs/{june}/"
    kept, status = race(lambda owner: owner.delete(address).status_code, after)
    assert status == (400 if Sample.objects.filter(pk__in=kept, epoch=june).exists() else 204)
    assert project.epochs.filter(pk=june).exists() == (status == 400)


@pytest.mark.parametrize("after", [0.0, 0.3])
def test_a_pair_is_left_out(api, project, two, alice, race, after):
    june, july = epochs_of(api(alice), project, two, scope="pair")
    wanted = {"scope": "pair", "pairs": [{"earlier": june, "later": july}]}
    address = f"/api/projects/{project.pk}/scope/"
    kept, status = race(lambda owner: owner.post(address, wanted, "json").status_code, after)
    assert status == (400 if Sample.objects.filter(pk__in=kept, epoch=july).exists() else 200)
    assert project.epoch_pairs.count() == (2 if status == 400 else 1)


def test_imagery_and_epochs_come(api, project, two, alice, race):
    base = f"/api/projects/{project.pk}/"
    epochs_of(api(alice), project, two)

    def add(owner) -> int:
        made = owner.post(f"{base}epochs/", {"name": "Both", "scenes": [scene.pk for scene in two]}, "json")
        grouped = owner.post(f"{base}epochs/group/", {"days": 60}, "json")
        joined = owner.patch(f"{base}epochs/{made.json()['id']}/", {"name": "All"}, "json")
        return max(answer.status_code for answer in (made, grouped, joined))

    _, status = race(add, 0.05)
    assert status == 201
    assert project.samples.count() == 36


def test_two_owners_change_scope_lattice_and_epochs_at_once(api, project, two, alice, at_once):  # noqa: F811
    base = f"/api/projects/{project.pk}/"
    grid = project.grids.get().pk
    clients = [api(alice) for _ in range(8)]
    for client in clients:
        client.raise_request_exception = False
    clients[0].post(f"{base}epochs/group/", {"days": 1}, "json")
    june = epochs(project)[0]
    acts = [
        lambda client: client.post(f"{base}scope/", {"scope": "epoch"}, "json"),
        lambda client: client.post(f"{base}scope/", {"scope": "place"}, "json"),
        lambda client: client.patch(f"{base}lattices/{grid}/", {"resolution": 20}, "json"),
        lambda client: client.patch(f"{base}lattices/{grid}/", {"tile_px": 16}, "json"),
        lambda client: client.patch(f"{base}epochs/{june}/", {"scenes": [scene.pk for scene in two]}, "json"),
        lambda client: client.post(f"{base}epochs/group/", {"days": 1}, "json"),
        lambda client: client.delete(f"{base}epochs/{june}/"),
        lambda client: client.delete(f"{base}scenes/{two[1].pk}/"),
    ]
    statuses = at_once(lambda number: acts[number](clients[number]).status_code, len(acts))
    assert all(status < 500 for status in statuses), statuses
    cut = {(sample.tile_id, sample.epoch_id) for sample in project.samples.all()}
    assert len(cut) == project.samples.count()


def epochs(project) -> list[int]:
    """Return the ids of a project's epochs."""
    return list(project.epochs.order_by("starts").values_list("pk", flat=True))
