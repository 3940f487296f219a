"""Rounds: an order with audits drawn at random among it."""

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.labeling import Answer, claim, submit
from annotation.models import AuditDraw, Exposure, Lease, Project, Sample
from annotation.promises.drawing import draw_audits
from annotation.rounds import Place, interleave
from tests.factories import make_project
from tests.pools import make_samples, rank
from tests.sweeps import left_out


def test_it_works(project: Project) -> None:
    samples = make_samples(project, 40)
    rank(project, samples)
    ranks = list(project.rounds.get().ranks.select_related("sample"))
    assert [rank.position for rank in ranks] == list(range(1, len(ranks) + 1))
    audits = [at for at, rank in enumerate(ranks, start=1) if hasattr(rank.sample, "audit")]
    assert audits[:3] == [10, 20, 30]
    assert all(rank.score is None and rank.reason == "" for rank in ranks if hasattr(rank.sample, "audit"))
    others = [rank for rank in ranks if not hasattr(rank.sample, "audit")]
    assert [rank.sample_id for rank in others] == [one.pk for one in samples if not hasattr(one, "audit")]
    assert others[0].reason.startswith("margin")


def test_waiting_audits_are_kept_and_none_is_drawn_twice(project: Project) -> None:
    samples = make_samples(project, 40)
    rank(project, samples)
    first = set(AuditDraw.objects.values_list("sample", flat=True))
    rank(project, samples)
    assert set(AuditDraw.objects.values_list("sample", flat=True)) == first
    assert len(first) == 4


def test_a_project_without_audits_draws_none(alice: AbstractBaseUser) -> None:
    project = make_project(alice, audit_share=0)
    rank(project, make_samples(project, 20))
    assert not AuditDraw.objects.exists()
    assert project.rounds.get().ranks.count() == 20


@pytest.mark.parametrize(("seeds", "least", "most"), [(40, -1, 13), left_out(200, 5, 38)])
def test_every_open_sample_is_as_likely_to_be_drawn(project: Project, seeds: int, least: int, most: int) -> None:
    samples = make_samples(project, 20)
    drawn = np.zeros(20)
    for seed in range(seeds):
        assert draw_audits(project, seed=seed) == 2
        drawn[list(AuditDraw.objects.values_list("sample__index", flat=True))] += 1
        assert AuditDraw.objects.first().probability == pytest.approx(2 / len(samples))
        AuditDraw.objects.all().delete()
        Exposure.objects.all().delete()
    assert drawn.sum() == 2 * seeds
    assert drawn.min() > least and drawn.max() < most  # of 200: 20 expected, standard deviation 4


def test_what_was_answered_skipped_or_is_held_is_not_drawn(project: Project, bob: AbstractBaseUser) -> None:
    project.audit_share = 0.5
    labelled, skipped, held, *rest = make_samples(project, 5)
    submit(labelled, bob, Answer(value={"class": 1}))
    submit(skipped, bob, Answer(verdict="skip"))
    assert claim(project, bob, count=1).queue[0].sample_id == held.pk
    draw_audits(project, seed=1)
    assert set(AuditDraw.objects.values_list("sample", flat=True)) == {sample.pk for sample in rest}


def test_only_unshown_samples_go_back(project: Project, alice: AbstractBaseUser, bob: AbstractBaseUser) -> None:
    samples = make_samples(project, 20)
    shown = claim(project, bob, count=3).queue[0].sample_id
    claim(project, bob, count=2, showing=shown)
    claim(project, alice, count=2)
    rank(project, samples)
    assert [lease.sample_id for lease in Lease.objects.all()] == [shown]


@pytest.mark.parametrize(
    ("period", "first", "expected"),
    [
        (3, 2, "aaXaaYaa"),
        (3, 0, "XaaYaaaa"),
        (2, 1, "aXaYaaaa"),
        (10, 9, "aaaaaaXY"),
    ],
)
def test_audits_come_at_an_even_pace(period: int, first: int, expected: str) -> None:
    order = interleave([Place(0, 1.0, "")] * 6, [1, 2], period=period, first=first)
    assert "".join({1: "X", 2: "Y"}.get(item, "a") if isinstance(item, int) else "a" for item in order) == expected


def test_an_audit_left_over_is_not_lost_when_nothing_else_is_open(project: Project) -> None:
    samples = make_samples(project, 3)
    rank(project, samples)
    Sample.objects.filter(audit=None).update(state=Sample.State.LABELLED)
    rank(project, [])
    assert project.rounds.first().ranks.count() == AuditDraw.objects.count()
