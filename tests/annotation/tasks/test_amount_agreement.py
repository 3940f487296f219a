"""Amounts: how far people agree, and what somebody says who knows the truth."""

import numpy as np
from django.contrib.auth.models import AbstractBaseUser

from annotation.agreement.habits import habits
from annotation.models import Project, Sample
from annotation.tasks import task_of
from annotation.truth import RasterTruth, RowTruth
from tests.amounts import amount_project, say
from tests.factories import make_audit
from tests.rasters import UTM_ORIGIN, write_raster


def test_agreement_is_an_intraclass_correlation(
    samples: list[Sample], bob: AbstractBaseUser, carol: AbstractBaseUser
) -> None:
    project = samples[0].project
    Project.objects.filter(pk=project.pk).update(opinions=2)
    for place, sample in enumerate(samples):
        make_audit(sample)
        say(sample, bob, 10.0 * place)
        say(sample, carol, 10.0 * place + (40.0 if place == 3 else 5.0))
    project.refresh_from_db()
    told = task_of(project).agreement(project)
    assert told["agreement"]["samples"] == 10
    icc = told["agreement"]["icc"]
    assert 0.4 < icc["low"] < icc["value"] < icc["high"] < 1
    assert told["people"] == [
        {"person": "bob", "bias": -8.5, "tiles": 10},
        {"person": "carol", "bias": 8.5, "tiles": 10},
    ]
    assert habits(project) == []


def test_agreement_of_nobody_is_told_as_none(samples: list[Sample], bob: AbstractBaseUser) -> None:
    say(samples[0], bob, 3)
    told = task_of(samples[0].project).agreement(samples[0].project)
    assert told == {"agreement": {"samples": 0, "icc": None}, "people": []}


def test_a_disputed_tile_that_a_reviewer_settled_names_the_other_amount(
    samples: list[Sample], alice: AbstractBaseUser, bob: AbstractBaseUser, carol: AbstractBaseUser
) -> None:
    project = samples[0].project
    Project.objects.filter(pk=project.pk).update(opinions=3)
    for user, amount in ((alice, 20), (bob, 24), (carol, 90)):
        say(samples[0], user, amount)
    (item,) = task_of(project).disputes(Project.objects.get(pk=project.pk))
    assert (item["kind"], item["given"], item["suggested"], item["residual"]) == ("people", 24.0, 90.0, -66.0)
    assert 0 < item["score"] < 1
    assert item["votes"] == [{"amount": amount, "people": 1} for amount in (20.0, 24.0, 90.0)]


def test_somebody_who_knows_the_rows_says_their_amount(samples: list[Sample], tmp_path) -> None:
    task = task_of(samples[0].project)
    np.save(tmp_path / "truth.npy", np.array([12.5, np.nan, 300.0]))
    truth = RowTruth.read(tmp_path / "truth.npy")
    assert [task.simulate(truth, sample) for sample in samples[:4]] == [{"amount": 12.5}, None, None, None]
    (tmp_path / "truth.csv").write_text("tile,amount\n1,7.25\n")
    truth = RowTruth.read(tmp_path / "truth.csv")
    assert [task.simulate(truth, sample) for sample in samples[:2]] == [None, {"amount": 7.25}]


def test_somebody_who_knows_the_ground_says_its_mean(alice: AbstractBaseUser, tmp_path) -> None:
    from tests.factories import make_scene

    project = amount_project(alice)
    make_scene(project, tmp_path)
    shares = np.zeros((1, 96, 128), np.float32)
    shares[0, :16, :32] = 0.5
    shares[0, 32:, :] = np.nan
    path = write_raster(tmp_path / "truth.tif", shares, transform=UTM_ORIGIN, nodata=np.nan)
    truth = RasterTruth.read(path)
    first, south = (project.samples.get(tile__column=0, tile__row=row) for row in (0, 2))
    assert task_of(project).simulate(truth, first) == {"amount": 0.25}
    assert task_of(project).simulate(truth, south) is None
