"""Epochs are made, grouped, changed and deleted; labels that speak of them stay true."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from affine import Affine

from annotation.chips import load_samples
from annotation.epochs import add_epoch, change_epoch, delete_epoch, group_by_date, set_scope, unpaired
from annotation.errors import BadSettings
from annotation.ingest import Wishes, ingest_files, remove_scene
from annotation.models import Epoch, Project, Sample, Scene
from annotation.models.projects import Scope
from mlcore.errors import BadSample
from tests import factories
from tests.rasters import UTM_ORIGIN, ramp, write_raster

Acquire = Callable[..., Scene]
pytestmark = pytest.mark.django_db
MAY, JUNE, LATE = date(2020, 5, 1), date(2020, 6, 1), date(2020, 6, 4)


def test_it_works(project: Project, acquire: Acquire) -> None:
    before, after = acquire(MAY), acquire(JUNE)
    storm = add_epoch(project, name=" before the storm ", scenes=[before.pk])
    assert (storm.name, list(storm.scenes.all()), storm.starts) == ("before the storm", [before], None)
    june = add_epoch(project, name="June", starts=JUNE, ends=date(2020, 6, 30))
    assert list(june.scenes.all()) == [after]
    assert project.samples.filter(epoch=None).count() == 12  # the scope is the place


def test_an_epoch_each_makes_a_sample_a_tile_and_epoch_that_covers_it(project: Project, acquire: Acquire) -> None:
    first, second = acquire(MAY), acquire(JUNE, shift=2)
    group_by_date(project)
    set_scope(project, Scope.EPOCH)
    assert {epoch.name: epoch.samples.count() for epoch in project.epochs.all()} == {"2020-05-01": 12, "2020-06-01": 12}
    assert project.samples.count() == 24
    assert sorted(project.samples.values_list("index", flat=True)) == list(range(24))
    shared = project.samples.filter(tile__column=2, tile__row=0).order_by("epoch__starts")
    assert [list(sample.scenes()) for sample in shared] == [[first], [second]]
    loaded = [sample for _, sample in load_samples(project, shared)]
    assert [[chip.acquired for chip in sample.chips] for sample in loaded] == [[MAY], [JUNE]]


def test_pairs_make_a_sample_where_both_epochs_are_seen(project: Project, acquire: Acquire) -> None:
    acquire(MAY)
    acquire(JUNE, shift=1)
    may, june = group_by_date(project)
    set_scope(project, Scope.PAIR, [(may.pk, june.pk)])
    assert project.samples.count() == 9
    assert unpaired(project) == 6  # three that only May shows, three that only June shows
    assert set(project.samples.values_list("epoch", "later_epoch")) == {(may.pk, june.pk)}
    ((_, sample), *_) = load_samples(project, project.samples.all())
    assert [chip.acquired for chip in sample.chips] == [MAY, JUNE]


def test_scenes_within_the_tolerance_are_one_epoch_of_any_number_of_sensors(project: Project, acquire: Acquire) -> None:
    acquire(JUNE), acquire(LATE, bands=1), acquire(MAY), acquire(None)
    epochs = group_by_date(project, 3)
    assert [(epoch.name, epoch.starts, epoch.ends, epoch.scenes.count()) for epoch in epochs] == [
        ("2020-05-01", MAY, MAY, 1), ("2020-06-01", JUNE, LATE, 2),
    ]  # fmt: skip
    assert group_by_date(project, 3) == []


def test_a_scene_that_comes_later_joins_and_its_samples_are_made(project: Project, acquire: Acquire, tmp_path) -> None:
    acquire(MAY)
    add_epoch(project, name="2020", starts=date(2020, 1, 1), ends=date(2020, 12, 31))
    set_scope(project, Scope.EPOCH)
    beside = UTM_ORIGIN * Affine.translation(128, 0)
    path = write_raster(tmp_path / "beside.tif", ramp(3, 96, 64), transform=beside)
    list(ingest_files(project, [path], Wishes(acquired=JUNE), report=lambda *_: None))
    assert project.epochs.get().scenes.count() == 2
    assert project.samples.count() == 12 + 6
    assert set(project.samples.values_list("epoch__name", flat=True)) == {"2020"}


def test_more_scenes_make_the_pictures_richer_and_leave_labels_alone(project: Project, acquire: Acquire, bob) -> None:
    first, second = acquire(MAY), acquire(JUNE)
    epoch = add_epoch(project, name="spring", scenes=[first.pk])
    set_scope(project, Scope.EPOCH)
    sample = project.samples.first()
    said = factories.label(sample, bob, 1)
    remark = change_epoch(epoch, scenes=[first.pk, second.pk])
    assert remark == "1 labelled tile shows 1 more scene now; what was said about them stays."
    sample.refresh_from_db()
    assert (sample.answer, sample.scenes().count()) == (said, 2)
    with pytest.raises(BadSettings, match="1 labelled tiles speak of spring with s0.tif, which would leave it"):
        change_epoch(epoch, scenes=[second.pk])
    with pytest.raises(BadSettings, match="speak of spring, so it stays"):
        delete_epoch(epoch)
    assert change_epoch(epoch, name="Spring 2020") == ""


def test_tiles_that_no_scene_of_an_epoch_shows_any_more_are_no_samples(project: Project, acquire: Acquire) -> None:
    first, second = acquire(MAY), acquire(JUNE, shift=2)
    epoch = add_epoch(project, name="both", scenes=[first.pk, second.pk])
    set_scope(project, Scope.EPOCH)
    assert project.samples.count() == 18
    change_epoch(epoch, scenes=[first.pk])
    assert project.samples.count() == 12
    delete_epoch(epoch)
    assert (project.samples.count(), Epoch.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "x", "scenes": []}, "needs at least one scene"),
        ({"name": "x"}, "needs at least one scene"),
        ({"name": "x", "scenes": [10**9]}, "no scene 1000000000"),
        ({"name": "x", "starts": JUNE}, "give both"),
        ({"name": "x", "starts": JUNE, "ends": MAY}, "ends on 2020-05-01, before it starts on 2020-06-01"),
        ({"name": "x", "starts": date(1990, 1, 1), "ends": date(1990, 1, 2)}, "No scene was acquired from 1990-01-01"),
        ({"name": "there", "starts": MAY, "ends": MAY}, "There is an epoch there already"),
        ({"name": "<b>", "starts": MAY, "ends": MAY}, "Leave out <"),
        ({"name": "  ", "starts": MAY, "ends": MAY}, "name: "),
    ],
)
def test_what_cannot_be_an_epoch(project: Project, acquire: Acquire, fields: dict, message: str) -> None:
    scene = acquire(MAY)
    add_epoch(project, name="there", scenes=[scene.pk])
    with pytest.raises(BadSettings, match=message):
        add_epoch(project, **fields)
    assert project.epochs.count() == 1


def test_an_epoch_in_the_future_is_refused(project: Project, acquire: Acquire) -> None:
    acquire(MAY)
    tomorrow = date.today() + timedelta(days=3)
    with pytest.raises(BadSample, match="in the future"):
        add_epoch(project, name="x", starts=MAY, ends=tomorrow)


def test_what_cannot_be_a_scope(project: Project, acquire: Acquire, bob) -> None:
    with pytest.raises(BadSettings, match="There is no epoch yet"):
        set_scope(project, Scope.EPOCH)
    with pytest.raises(BadSettings, match="No scene has a date yet"):
        group_by_date(project)
    acquire(MAY), acquire(JUNE)
    may, june = group_by_date(project)
    with pytest.raises(BadSettings, match="cannot be compared with itself"):
        set_scope(project, Scope.PAIR, [(may.pk, may.pk)])
    with pytest.raises(BadSettings, match="Choose at least one pair"):
        set_scope(project, Scope.PAIR)
    with pytest.raises(BadSettings, match="0 to 366 days"):
        group_by_date(project, -1)
    factories.label(project.samples.first(), bob, 1)
    with pytest.raises(BadSettings, match="fixed with its first label"):
        set_scope(project, Scope.PAIR, [(may.pk, june.pk)])
    assert (project.samples.count(), project.samples.filter(state=Sample.State.LABELLED).count()) == (12, 1)


def test_a_pair_can_be_added_but_a_labelled_one_stays(project: Project, acquire: Acquire, bob) -> None:
    acquire(MAY), acquire(JUNE), acquire(LATE)
    one, two, three = group_by_date(project)
    set_scope(project, Scope.PAIR, [(one.pk, two.pk)])
    factories.label(project.samples.first(), bob, 1)
    with pytest.raises(BadSettings, match="speak of 2020-05-01 to 2020-06-01"):
        set_scope(project, Scope.PAIR, [(two.pk, three.pk)])
    set_scope(project, Scope.PAIR, [(one.pk, two.pk), (two.pk, three.pk)])
    assert project.samples.count() == 24


def test_removing_a_scene_takes_the_samples_of_its_epoch_along(project: Project, acquire: Acquire, bob) -> None:
    acquire(MAY), acquire(JUNE)
    group_by_date(project)
    set_scope(project, Scope.EPOCH)
    first, second = project.scenes.all()
    factories.label(project.samples.filter(epoch__name="2020-06-01").first(), bob, 1)
    with pytest.raises(BadSettings, match="1 labelled tiles of 2020-06-01 would lose their imagery"):
        remove_scene(second)
    assert project.samples.count() == 24
    remove_scene(first)
    assert set(project.samples.values_list("epoch__name", flat=True)) == {"2020-06-01"}
    assert project.epochs.count() == 1


def test_the_place_again_before_any_label(project: Project, acquire: Acquire) -> None:
    acquire(MAY)
    group_by_date(project)
    set_scope(project, Scope.EPOCH)
    set_scope(project, Scope.PLACE)
    assert list(project.samples.values_list("index", "epoch")) == [(index, None) for index in range(12)]
