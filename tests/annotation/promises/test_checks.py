"""draw_checks: audits among the labels that were accepted by promise."""

import numpy as np
import pytest

from annotation.doubles import ask_twice
from annotation.labeling.claims import claim_one
from annotation.models import Acceptance, Sample
from annotation.promises.acceptance import accept
from annotation.promises.checks import draw_checks
from tests import factories
from tests.promised import promise, publish, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def acceptance(project, bob, carol) -> Acceptance:
    promise(project)
    publish(project, bob, audits=100, waiting=200, errors=0.2)
    return accept(project, carol, seen(project))


def test_it_works(project, acceptance):
    assert draw_checks(project, 10, np.random.default_rng(0)) == 10
    assert acceptance.draws.count() == 10


def test_a_tile_that_somebody_looks_at_is_not_checked(project, acceptance, bob):
    for sample in Sample.objects.filter(answer__acceptance=acceptance):
        claim_one(sample, bob)
    assert draw_checks(project, 10, np.random.default_rng(0)) == 0


def test_a_loose_promise_is_checked_as_often_as_a_look_needs(project, acceptance):
    Acceptance.objects.filter(pk=acceptance.pk).update(bound=0.3)
    assert draw_checks(project, 100, np.random.default_rng(0)) >= 10


def test_accepted_labels_are_no_second_persons_word(project, acceptance):
    project.double_share = 1.0
    fresh = project.samples.filter(state=Sample.State.OPEN, audit=None).first()
    factories.make_audit(fresh)
    assert ask_twice(project, [fresh.pk], np.random.default_rng(0)) == 0
