"""Drawing of audits: chances that stay right over several draws, and more audits while a promise lacks some."""

from importlib import import_module

import numpy as np
import pytest
from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser

from annotation.arrays.fits import Kept, store_fit
from annotation.audits.answers import first_answers
from annotation.audits.chances import telling_most
from annotation.audits.exposures import count_draw
from annotation.labeling import Answer, submit
from annotation.labeling.answers import retract
from annotation.models import Annotation, AuditDraw, Exposure, Grid, Project, Sample, Tile
from annotation.promises.drawing import draw_audits, missing_of, share_of
from tests import factories
from tests.pools import make_samples
from tests.promised import promise, publish
from tests.sweeps import left_out


def test_it_works(project: Project) -> None:
    make_samples(project, 100)
    assert draw_audits(project, seed=1) == 5
    drawn = AuditDraw.objects.all()
    assert {item.kind for item in drawn} == {"uniform"}
    assert all(item.uniform_at for item in drawn)
    assert [item.probability for item in drawn] == pytest.approx([0.05] * 5)


@pytest.mark.parametrize(("runs", "close"), [(8, 0.08), left_out(40, 0.03)])
def test_probabilities_stay_right_over_several_draws(
    project: Project, bob: AbstractBaseUser, runs: int, close: float
) -> None:
    samples = make_samples(project, 60)
    taken, promised = np.zeros(60), np.zeros(60)
    for run in range(runs):
        for turn in range(3):
            draw_audits(project, seed=1000 * run + turn)
            Sample.objects.filter(audit__isnull=False).update(state=Sample.State.LABELLED)
        draws = list(AuditDraw.objects.values_list("sample__index", "probability"))
        for index, probability in draws:
            taken[index] += 1
            promised[index] += 1 / probability
        AuditDraw.objects.all().delete()
        Exposure.objects.all().delete()
        Sample.objects.update(state=Sample.State.OPEN)
    # each run estimates the size of the pool by the sum of 1 / chance
    assert promised.sum() / runs == pytest.approx(len(samples), rel=close)
    assert taken.sum() / runs == pytest.approx(15, abs=1)


def test_later_half_of_the_draws_go_where_the_model_is_unsure(project: Project, bob: AbstractBaseUser) -> None:
    publish(project, bob, audits=30, waiting=300)
    sure = np.full((330, 2), [0.98, 0.02], np.float32)
    sure[200:230] = [0.55, 0.45]
    store_fit(project, 1, Kept((1, 2), sure, sure.max(axis=1)))
    project.audit_share = 0.5
    project.save()
    assert draw_audits(project, seed=3) == 25
    drawn = AuditDraw.objects.filter(sample__state="open")
    kinds = list(drawn.values_list("kind", flat=True))
    assert (kinds.count("uniform"), kinds.count("weighted")) == (13, 12)
    weighted = drawn.filter(kind="weighted")
    assert not weighted.filter(uniform_at__isnull=False).exists()
    unsure = weighted.filter(sample__index__range=(200, 229)).first()
    assert unsure is not None
    assert unsure.probability > 1.4 * drawn.filter(kind="uniform", sample__index__lt=200).first().probability


def test_a_uniform_draw_may_take_what_a_weighted_one_took(project: Project, bob: AbstractBaseUser) -> None:
    publish(project, bob, audits=30, waiting=2)
    AuditDraw.objects.update(kind="weighted", uniform_at=None)
    project.audit_share = 0.5
    project.save()
    for seed in range(30):
        draw_audits(project, seed=seed)
    assert AuditDraw.objects.filter(kind="weighted", uniform_at__isnull=False).exists()


def test_scenes_without_audits_come_first(project: Project) -> None:
    pool, audits = np.arange(100), np.arange(100, 140)
    make_chips(project, 100)
    make_chips(project, 40)
    chances = telling_most(project, np.concatenate([pool, audits]), pool[:5], 10)
    assert chances.kind == "stratified"
    assert chances.of_pool.sum() == pytest.approx(10)


def make_chips(project: Project, count: int) -> None:
    """Write samples of ready-made chips, an area of their own."""
    grid = Grid.objects.create(project=project, crs="", transform=[1, 0, 0, 0, -1, 0], tile_px=32, ready_made=True)
    tiles = Tile.objects.bulk_create(Tile(grid=grid, column=n, row=0) for n in range(count))
    first = project.samples.count()
    Sample.objects.bulk_create(Sample(project=project, tile=tile, index=first + n) for n, tile in enumerate(tiles))


def test_the_share_rises_until_the_promise_can_be_given(project: Project, bob: AbstractBaseUser) -> None:
    assert share_of(project) == pytest.approx(0.1)
    promise(project, kind="confidence")
    assert missing_of(project) == 104
    assert share_of(project) == pytest.approx(0.5)
    publish(project, bob, audits=104, waiting=10)
    assert missing_of(project) == 0
    assert share_of(project) == pytest.approx(0.1)


def test_chances_of_draws_from_before_exposures_are_kept(project: Project) -> None:
    first, second, *_ = samples = make_samples(project, 12)
    factories.make_audit(first, probability=0.1)
    AuditDraw.objects.create(sample=second, probability=0.2, pool=11)
    import_module("annotation.migrations.0005_audits_and_promises").keep_chances(apps, None)
    count_draw(project, np.arange(len(samples)), np.full(len(samples), 0.5))
    assert list(AuditDraw.objects.values_list("probability", flat=True)) == pytest.approx([0.64, 0.64])


def test_a_models_word_from_before_the_draw_is_neither_truth_nor_shown(
    project: Project, bob: AbstractBaseUser, carol: AbstractBaseUser
) -> None:
    sample = make_samples(project, 12)[4]
    submit(sample, carol, Answer(value={"class": 2}, provenance="model_accepted"))
    retract(sample, carol)
    sample.leases.all().delete()
    factories.make_audit(sample)
    assert not Annotation.objects.filter(sample=sample, verdict="label").readable_by(bob)
    submit(sample, bob, Answer(value={"class": 1}))
    assert [said.label.code for said in first_answers(project).values()] == [1]
