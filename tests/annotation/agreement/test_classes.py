"""Agreement between people on classes, and what their answers say together."""

import pytest

from annotation.agreement.habits import habits
from annotation.models import AuditDraw, Project
from annotation.projects import merge_class
from annotation.quality import KEEP, Decision, look_again
from annotation.tasks import task_of
from tests import factories

pytestmark = pytest.mark.django_db


def ask_two(project: Project, samples, first, second, answers) -> None:
    """Let two people answer audits: [(code of the first, code of the second)]."""
    for sample, (one, other) in zip(samples, answers, strict=False):
        AuditDraw.objects.create(sample=sample, probability=0.1, pool=12, opinions=2)
        factories.label(sample, first, one)
        factories.label(sample, second, other)


def test_it_works(project, samples, alice, bob):
    ask_two(project, samples, alice, bob, [(1, 1), (1, 1), (2, 2), (2, 2), (3, 3), (1, 2)])
    report = task_of(project).agreement(project)
    assert report["agreement"]["samples"] == 6
    assert 0.6 < report["agreement"]["value"] < 0.9
    assert report["agreement"]["low"] < report["agreement"]["value"] < report["agreement"]["high"]
    by_code = {row["code"]: row for row in report["agreement"]["classes"]}
    assert by_code[3]["value"] == 1 and by_code[1]["value"] < 0.9
    assert by_code[2]["answers"] == 5
    assert [row["person"] for row in report["people"]] == ["alice", "bob"]
    (item,) = task_of(project).disputes(project)
    assert (item["sample"], item["kind"]) == (samples[5].pk, "people")
    assert item["votes"] == [{"code": 1, "people": 1}, {"code": 2, "people": 1}]


def test_nobody_answered_twice(project, samples, alice):
    factories.label(samples[0], alice, 1)
    assert task_of(project).agreement(project) == {
        "agreement": {"samples": 0, "value": None, "classes": []},
        "people": [],
    }
    assert task_of(project).disputes(project) == []


def test_opinions_of_three_are_weighed(project, samples, alice, bob, carol):
    project.opinions = 3
    project.save()
    for place, sample in enumerate(samples):
        code = place % 3 + 1
        for person, answer in ((alice, code), (bob, code if place else 2), (carol, 1)):
            factories.label(sample, person, answer)
    items = task_of(project).disputes(project)
    assert {item["suggested"] for item in items if item["sample"] != samples[0].pk} == {2, 3}
    people = {row["person"]: row["counts"] for row in task_of(project).agreement(project)["people"]}
    assert sum(people["carol"][1]) == people["carol"][1][0] > 0  # whatever it is, carol says 1


def test_what_a_reviewer_settled_is_certain(project, samples, alice, bob, carol):
    ask_two(project, samples, alice, bob, [(1, 2)] * 4 + [(2, 2)] * 4)
    samples[0].refresh_from_db()
    look_again(project, carol, samples[0].answer_id, Decision(KEEP))
    (settled,) = [item for item in task_of(project).disputes(project) if item["sample"] == samples[0].pk]
    assert (settled["suggested"], settled["score"]) == (samples[0].answer.label.code, 0)


def test_later_words_on_an_audit_are_not_blind_and_do_not_count(project, samples, alice, bob, carol):
    ask_two(project, samples, alice, bob, [(1, 1), (2, 2), (3, 3)])
    factories.label(samples[0], carol, 2)
    factories.label(samples[1], bob, 3)
    assert task_of(project).agreement(project)["agreement"]["value"] == 1
    assert task_of(project).disputes(project) == []


def test_merged_classes_agree(project, samples, alice, bob):
    ask_two(project, samples, alice, bob, [(1, 2), (2, 1), (3, 3)])
    assert task_of(project).agreement(project)["agreement"]["value"] < 0.5
    merge_class(project, 1, 2)
    assert task_of(project).agreement(project)["agreement"]["value"] == 1


def test_answers_of_a_class_out_of_use_do_not_count(project, samples, alice, bob):
    ask_two(project, samples, alice, bob, [(1, 3), (2, 2)])
    project.classes.filter(code=3).update(retired=True)
    assert task_of(project).agreement(project)["agreement"]["samples"] == 1


def test_few_labels_are_no_habit(project, samples, alice, bob):
    for sample in samples[:6]:
        factories.label(sample, bob, 1)
    assert habits(project) == []


def test_somebody_who_labels_alone_is_told_of_a_single_class_only_when_it_is_odd(project, alice, samples):
    factories.label_all(samples, alice)
    assert habits(project) == []
