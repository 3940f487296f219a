"""Agreement between people who painted the same tiles, and the areas that they dispute."""

import numpy as np
import pytest

from annotation.arrays.masks import read_area
from annotation.models import AuditDraw, Sample
from annotation.projects import merge_class
from annotation.quality import RELABEL, Decision, look_again, take_back
from annotation.tasks import task_of
from tests.factories import label
from tests.pools import paint

pytestmark = pytest.mark.django_db

SIDE = 32


@pytest.fixture(autouse=True)
def _of_masks(project):
    project.task = "masks"
    project.save()


def mask(*stripes: tuple[slice, int]) -> np.ndarray:
    """Return a mask of stripes of rows; the rest is not painted."""
    classes = np.zeros((SIDE, SIDE), np.uint8)
    for rows, code in stripes:
        classes[rows] = code
    return classes


HALVES = mask((slice(0, 16), 1), (slice(16, 32), 2))
SHIFTED = mask((slice(0, 24), 1), (slice(24, 32), 2))


def ask_two(samples, first, second, masks) -> None:
    """Let two people paint audits."""
    for sample, (one, other) in zip(samples, masks, strict=False):
        AuditDraw.objects.create(sample=sample, probability=0.1, pool=12, opinions=2)
        paint(Sample.objects.get(pk=sample.pk), first, one)
        paint(Sample.objects.get(pk=sample.pk), second, other)


def test_it_works(project, samples, alice, bob):
    ask_two(samples, alice, bob, [(HALVES, HALVES)] * 3 + [(HALVES, SHIFTED)])
    agreement = task_of(project).agreement(project)["agreement"]
    assert agreement["samples"] == 4
    assert agreement["low"] < 0.8 < agreement["value"] < 0.95 < agreement["high"]
    assert [(row["code"], row["tiles"]) for row in agreement["classes"] if row["value"] is not None] == [(1, 4), (2, 4)]
    assert agreement["common"] == 1


def test_each_persons_paint_stands_beside_the_others(project, samples, alice, bob):
    ask_two(samples, alice, bob, [(HALVES, HALVES), (HALVES, SHIFTED)])
    people = task_of(project).agreement(project)["people"]
    assert [(row["person"], row["tiles"]) for row in people] == [("alice", 2), ("bob", 2)]
    assert np.sum(people[0]["counts"]) == pytest.approx(2)
    assert people[1]["counts"][1][0] == pytest.approx(0.25)  # bob said 1 where alice said 2, on a quarter of one tile


def test_only_what_both_painted_is_compared(project, samples, alice, bob):
    ask_two(samples, alice, bob, [(mask((slice(0, 16), 1)), HALVES), (mask((slice(0, 8), 2)), mask((slice(8, 9), 1)))])
    agreement = task_of(project).agreement(project)["agreement"]
    assert (agreement["samples"], agreement["value"], agreement["common"]) == (1, 1, 0.5)


def test_a_sparsely_painted_tile_weighs_as_much_as_a_full_one(project, samples, alice, bob):
    few = np.zeros((SIDE, SIDE), np.uint8)
    few[0, :4] = 1
    ask_two(samples, alice, bob, [(HALVES, HALVES), (few, few * 2)])
    assert abs(task_of(project).agreement(project)["agreement"]["value"]) < 0.5


def test_nobody_painted_twice(project, samples, alice):
    paint(samples[0], alice, HALVES)
    assert task_of(project).agreement(project) == {
        "agreement": {"samples": 0, "value": None, "classes": []},
        "people": [],
    }
    assert task_of(project).disputes(project) == []


def test_later_words_on_an_audit_do_not_count(project, samples, alice, bob):
    ask_two(samples, alice, bob, [(HALVES, HALVES)])
    paint(Sample.objects.get(pk=samples[0].pk), bob, SHIFTED)
    assert task_of(project).agreement(project)["agreement"]["value"] == 1


def test_classes_merged_or_out_of_use(project, samples, alice, bob):
    ask_two(samples, alice, bob, [(HALVES, SHIFTED)] * 3)
    assert task_of(project).agreement(project)["agreement"]["value"] < 0.7
    merge_class(project, 2, 1)
    assert task_of(project).agreement(project)["agreement"]["value"] == 1
    project.classes.update(retired=True)
    assert task_of(project).agreement(project)["agreement"]["samples"] == 0


def test_an_area_painted_differently_is_a_dispute(project, samples, alice, bob):
    ask_two(samples, alice, bob, [(HALVES, HALVES), (HALVES, SHIFTED)])
    (item,) = task_of(project).disputes(project)
    assert (item["sample"], item["given"], item["suggested"], item["audit"]) == (samples[1].pk, 1, 2, True)
    assert item["share"] == 0.25
    area = read_area(item["area"], SIDE)
    assert area[16:24].all() and not area[:16].any() and not area[24:].any()
    assert sorted((vote["code"], vote["people"]) for vote in item["votes"]) == [(1, 1), (2, 1)]


def test_a_border_drawn_a_pixel_off_is_no_dispute(project, samples, alice, bob):
    other = mask((slice(0, 17), 1), (slice(17, 32), 2))
    ask_two(samples, alice, bob, [(HALVES, other)])
    assert task_of(project).disputes(project) == []


def test_a_disputed_area_is_repainted(project, samples, alice, bob, carol):
    ask_two(samples, alice, bob, [(HALVES, SHIFTED)])
    (item,) = task_of(project).disputes(project)
    review = look_again(project, carol, item["annotation"], Decision(RELABEL, label=2, area=item["area"]))
    sample = Sample.objects.get(pk=samples[0].pk)
    assert (sample.answer.author, sample.answer.value["pixels"]) == (carol, {"1": 512, "2": 512})
    take_back(project, carol, review.pk)
    sample.refresh_from_db()
    assert sample.answer_id == item["annotation"]


def test_answers_without_a_mask_are_passed_over(project, samples, alice, bob):
    project.task = "classes"
    project.save()
    AuditDraw.objects.create(sample=samples[0], probability=0.1, pool=12, opinions=2)
    for person in (alice, bob):
        label(samples[0], person, 1)
    project.task = "masks"
    assert task_of(project).agreement(project)["agreement"]["samples"] == 0
