"""Amounts as people give them: what is read, what is refused and why, when two agree, and what counts of several."""

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser

from annotation.errors import BadAnswer, BadSettings
from annotation.labeling import Answer, submit
from annotation.models import Annotation, Job, Project, Sample
from annotation.models.jobs import JobKind
from annotation.projects import add_class, create_project, save_project
from annotation.strategies import describe_strategies
from annotation.tasks import task_of
from tests.amounts import WATER, amount_project, say
from tests.pools import make_samples


def test_it_works(samples: list[Sample], bob: AbstractBaseUser) -> None:
    said = say(samples[0], bob, 12.5, uncertainty=3, unit="%")
    assert said.value == {"amount": 12.5, "uncertainty": 3.0, "unit": "%"}
    assert (said.label, said.mask) == (None, "")
    assert Sample.objects.get(pk=samples[0].pk).answer == said
    assert task_of(samples[0].project).text(said.value, {}) == "12.5 ± 3 %"
    assert task_of(samples[0].project).text(say(samples[1], bob, 40).value, {}) == "40 %"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, "Give the amount (Share of water), or skip the tile."),
        ({"amount": "12,5"}, "The amount is a JSON number with a decimal point, such as 12.5; not the text '12,5'."),
        ({"amount": "12.5"}, "not the text '12.5'"),
        ({"amount": None}, "The amount is a number, such as 12.5; not None."),
        ({"amount": True}, "The amount is a number, such as 12.5; not True."),
        ({"amount": [3]}, "The amount is a number, such as 12.5; not [3]."),
        ({"amount": float("nan")}, "The amount must be finite, not nan; skip the tile if nobody can tell."),
        ({"amount": float("inf")}, "The amount must be finite, not inf"),
        ({"amount": 10**400}, "The amount must be finite, not 1000"),
        ({"amount": 101}, "Share of water goes from 0 % to 100 %, not 101."),
        ({"amount": -0.1}, "Share of water goes from 0 % to 100 %, not -0.1."),
        ({"amount": 3, "unit": "kg"}, "Share of water is given in % here, not in 'kg'; convert it first."),
        ({"amount": 3, "uncertainty": -1}, "An uncertainty goes from 0 to 100 %, not -1."),
        ({"amount": 3, "uncertainty": float("nan")}, "The uncertainty must be finite"),
        ({"amount": 3, "uncertainty": "1"}, "The uncertainty is a JSON number"),
        ({"class": 1}, "The answer needs 'amount'."),
        ({"tags": [1], "unsure": []}, "The answer needs 'amount'."),
        ({"mask": "iVBORw0K"}, "The answer needs 'amount'."),
        ({"amount": 3, "class": 1}, "The answer has class, which says nothing here; it needs 'amount'."),
    ],
)
def test_what_is_no_amount_is_refused_and_nothing_is_lost(
    samples: list[Sample], bob: AbstractBaseUser, value: dict, words: str
) -> None:
    say(samples[0], bob, 20)
    with pytest.raises(BadAnswer) as refused:
        submit(samples[0], bob, Answer(value=value))
    assert words in str(refused.value)
    assert [said.value["amount"] for said in Annotation.objects.all()] == [20.0]


def test_a_bare_number_has_no_unit(alice: AbstractBaseUser) -> None:
    project = amount_project(alice, task_options={**WATER, "unit": ""})
    (sample,) = make_samples(project, 1)
    assert task_of(project).text(say(sample, alice, 7).value, {}) == "7"
    with pytest.raises(BadAnswer, match="is given without a unit here, not in '%'"):
        say(sample, alice, 7, unit="%")


def test_the_server_says_no_to_what_json_cannot_say(
    samples: list[Sample], bob: AbstractBaseUser, api: Callable
) -> None:
    url = f"/api/projects/{samples[0].project_id}/annotations/"
    for number in ("NaN", "Infinity", "1e999", "12,5"):
        body = f'{{"sample": {samples[0].pk}, "value": {{"amount": {number}}}}}'
        answer = api(bob).post(url, body, content_type="application/json")
        assert answer.status_code == 400, (number, answer.content)
    made = api(bob).post(url, {"sample": samples[0].pk, "value": {"amount": 35, "uncertainty": None}}, format="json")
    assert made.status_code == 201
    assert (made.json()["value"]["amount"], made.json()["text"], made.json()["label"]) == (35.0, "35 %", None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Say what is measured"),
        ({"name": "<b>"}, "The option name is text"),
        ({"unit": 3}, "The option unit is text"),
        ({"low": 100}, "The range must rise: low is 100, high 100."),
        ({"high": float("inf")}, "The option high must be finite, not inf."),
        ({"step": 0}, "The step is above 0 and at most the range, 100; not 0."),
        ({"tolerance": -1}, "The tolerance is above 0 and at most the range, 100; not -1."),
        ({"tolerance": 200}, "The tolerance is above 0 and at most the range, 100; not 200."),
        ({"step": "0,5"}, "The option step is a JSON number with a decimal point, such as 12.5."),
        ({"colour": "red"}, "An amount has no option colour"),
    ],
)
def test_options_that_make_no_sense_are_refused(alice: AbstractBaseUser, change: dict, words: str) -> None:
    with pytest.raises(BadSettings) as refused:
        amount_project(alice, task_options={**WATER, **change})
    assert words in str(refused.value)
    assert not Project.objects.exists()


def test_options_that_are_missing_are_named(alice: AbstractBaseUser) -> None:
    with pytest.raises(BadSettings, match="step, tolerance is missing"):
        amount_project(alice, task_options={"name": "Height", "unit": "m", "low": 0, "high": 60})


def test_an_amount_names_no_class(ponds: Project, alice: AbstractBaseUser) -> None:
    with pytest.raises(BadSettings, match="Labels of Ponds name no classes; leave 'Water' out."):
        add_class(ponds, name="Water")
    with pytest.raises(BadSettings, match="name no classes"):
        create_project(alice, name="Lakes", tile_px=32, task="amount", task_options=WATER, classes=[{"name": "Water"}])


def test_a_project_is_made_by_api_and_its_kind_stays(alice: AbstractBaseUser, api: Callable) -> None:
    wanted = {"name": "Ponds", "task": "amount", "task_options": WATER}
    made = api(alice).post("/api/projects/", wanted, format="json")
    assert made.status_code == 201, made.content
    assert made.json()["task_options"] == {**WATER, "low": 0.0, "high": 100.0, "step": 5.0, "tolerance": 10.0}
    url = f"/api/projects/{made.json()['id']}/"
    for change in ({"task": "classes"}, {"task_options": {**WATER, "tolerance": 50}}):
        refused = api(alice).patch(url, change, format="json")
        assert refused.status_code == 400
        assert "make a new project and add the same imagery to it" in json.dumps(refused.json())
    assert api(alice).patch(url, {"task_options": WATER, "opinions": 2}, format="json").status_code == 200
    assert Project.objects.get().task_options["tolerance"] == 10.0


def test_saying_the_same_again_is_no_new_version(samples: list[Sample], bob: AbstractBaseUser) -> None:
    assert say(samples[0], bob, 20) == say(samples[0], bob, 20.0, uncertainty=None)
    assert say(samples[0], bob, 20, uncertainty=2).version == 2
    assert say(samples[0], bob, 20.01, uncertainty=2).version == 3


@pytest.mark.parametrize(
    ("amounts", "counts"),
    [
        ([20, 30], 30.0),  # within the tolerance; the later of the two in the middle
        ([30, 20], 20.0),
        ([20, 30.5], None),
        ([20, 60, 25], 25.0),  # two of three
        ([10, 20, 30], 20.0),
        ([0, 50, 100], None),
        ([20, 21, 60, 61], None),
        ([20, 21, 22, 61], 22.0),
        ([0.1 + 0.2, 10.3], 10.3),  # exactly the tolerance apart, whatever the last bit says
    ],
)
def test_the_middle_counts_where_most_agree(
    samples: list[Sample], alice: AbstractBaseUser, amounts: list[float], counts: float | None
) -> None:
    project = samples[0].project
    said = [Annotation(pk=pk, value={"amount": amount}) for pk, amount in enumerate(amounts)]
    settled = task_of(project).settle(project, said)
    assert (settled.value["amount"] if settled else None) == counts


def test_who_cannot_tell_does_not_agree_with_an_amount(samples: list[Sample]) -> None:
    project, task = samples[0].project, task_of(samples[0].project)
    unsure, said = Annotation(pk=1, value={}), Annotation(pk=2, value={"amount": 3.0})
    assert task.settle(project, [unsure, said]) is None
    assert not task.agree(project, {}, {"amount": 3.0})
    assert task.agree(project, {"amount": 4.0}, {"amount": 3.0})


def test_wrong_is_what_lies_beyond_the_tolerance(ponds: Project) -> None:
    task = task_of(ponds)
    told = [task.wrongness(ponds, {"amount": 20.0}, {"amount": amount}) for amount in (20.0, 30.0, 30.1, 9.9)]
    assert told == [0.0, 0.0, 1.0, 1.0]
    assert task.wrongness(ponds, {}, {"amount": 3.0}) is None


def test_five_different_amounts_are_asked_for_first(samples: list[Sample], bob: AbstractBaseUser) -> None:
    project, task = samples[0].project, task_of(samples[0].project)
    for sample in samples[:5]:
        say(sample, bob, 20)
    assert not task.is_ready(project)
    say(samples[5], bob, 21)
    assert task.is_ready(project)
    assert Job.objects.filter(project=project, kind=JobKind.REFIT).exists()


def test_strategies_that_need_classes_say_so(ponds: Project) -> None:
    told = {item["value"]: item for item in describe_strategies(ponds)}
    serve = {name for name, item in told.items() if not item["lacks"]}
    assert {
        "auto",
        "random",
        "max_herding",
        "interval_width",
        "ensemble_spread",
        "unsure",
        "variance_reduction",
    } <= serve
    assert not serve & {"margin", "entropy", "badge", "rare_class", "tags", "boxes", "change"}
    assert told["auto"]["title"].startswith("Automatic: coverage first, then the tiles whose amounts tell most")
    ponds.strategy = "margin"
    with pytest.raises(BadSettings, match="needs labels that name classes; amounts name none; choose auto"):
        save_project(ponds)
