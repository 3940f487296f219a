"""Sittings: what somebody answered lately, the latest last."""

from datetime import timedelta

import pytest

from annotation.labeling import Answer, retract, sitting_of, submit
from annotation.models import Annotation
from tests import factories

pytestmark = pytest.mark.django_db


def answered(sample, user, code=1, seconds=2.0):
    return submit(sample, user, Answer(value={"class": code}, seconds=seconds))


def test_it_works(project, samples, alice, bob):
    for sample in samples[:3]:
        answered(sample, bob)
    answered(samples[3], alice)
    answered(samples[0], bob, code=2, seconds=5.0)  # a correction is no further label
    sitting = sitting_of(project, bob)
    assert sitting.samples == [samples[1].pk, samples[2].pk, samples[0].pk]
    assert sitting.seconds == [2.0, 2.0, 2.0]


def test_a_tile_that_was_skipped_first_counts_with_its_label(project, samples, bob):
    submit(samples[0], bob, Answer(verdict="skip", seconds=1.0))
    answered(samples[1], bob)
    answered(samples[0], bob, seconds=3.0)
    sitting = sitting_of(project, bob)
    assert (sitting.samples, sitting.seconds) == ([samples[1].pk, samples[0].pk], [2.0, 3.0])


def test_what_was_taken_back_cannot_be_gone_back_to(project, samples, bob):
    answered(samples[0], bob)
    answered(samples[1], bob)
    retract(samples[1], bob)
    assert sitting_of(project, bob).samples == [samples[0].pk]


def test_a_pause_of_an_hour_ends_a_sitting(project, samples, bob):
    for sample in samples[:3]:
        answered(sample, bob)
    first = Annotation.objects.filter(sample=samples[0])
    first.update(created_at=first.get().created_at - timedelta(minutes=61))
    assert sitting_of(project, bob).samples == [samples[1].pk, samples[2].pk]
    Annotation.objects.update(created_at=first.get().created_at)
    assert sitting_of(project, bob).samples == []


def test_sheets_and_files_are_no_sitting(project, samples, bob):
    factories.say(samples[0], bob, {"class": 1})
    assert sitting_of(project, bob).samples == []
