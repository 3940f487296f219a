"""Amounts over the API: the map, the list of suggestions, promises, and what a waiting audit hides."""

from collections.abc import Callable

import numpy as np
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from annotation.models import Annotation, AuditDraw, AuditForecast, ModelVersion, Project, Sample, Suggestion
from annotation.models.projects import Role
from annotation.promises.acceptance import accept
from annotation.promises.preview import preview
from tests.amounts import amount_project, say
from tests.factories import join, make_audit, make_model_version
from tests.pools import make_samples
from tests.promised import promise, seen


@pytest.fixture
def ponds(alice: AbstractBaseUser, bob: AbstractBaseUser, carol: AbstractBaseUser) -> Project:
    """Return a project of amounts: alice owns, bob annotates, carol reviews."""
    project = amount_project(alice)
    join(project, bob, Role.ANNOTATOR)
    join(project, carol, Role.REVIEWER)
    return project


def suggest(
    version: ModelVersion, sample: Sample, amount: float, *, width: float, confidence: float = 0.9
) -> Suggestion:
    """Let a model version suggest an amount."""
    details = {"low": amount - width / 2, "high": amount + width / 2, "width": width}
    said = {"value": {"amount": amount, "uncertainty": None, "unit": "%"}, "details": details, "confidence": confidence}
    return Suggestion.objects.create(model_version=version, sample=sample, **said)


def test_it_works(ponds: Project, bob: AbstractBaseUser, api: Callable) -> None:
    first, second, third = make_samples(ponds, 3)
    version = make_model_version(ponds)
    suggest(version, second, 40, width=12.5)
    suggest(version, third, 60, width=20)
    make_audit(third)
    say(first, bob, 7.5)
    shown = api(bob).get(f"/api/projects/{ponds.pk}/tiles/").json()["features"]
    told = [tuple(tile["properties"][name] for name in ("value", "suggested_value", "width")) for tile in shown]
    assert told == [(7.5, None, None), (None, 40.0, 12.5), (None, None, None)]


def test_maps_of_classes_tell_no_amount(
    project: Project, samples: list[Sample], bob: AbstractBaseUser, api: Callable
) -> None:
    tile = api(bob).get(f"/api/projects/{project.pk}/tiles/").json()["features"][0]["properties"]
    assert (tile["value"], tile["suggested_value"], tile["width"]) == (None, None, None)


def test_suggestions_are_sorted_by_width_as_numbers(ponds: Project, carol: AbstractBaseUser, api: Callable) -> None:
    version = make_model_version(ponds)
    for sample, width in zip(make_samples(ponds, 3), (9, 100, 20), strict=True):
        suggest(version, sample, 50, width=width)
    url = f"/api/projects/{ponds.pk}/suggestions/?state=open&order="
    for order, wanted in (("width", [9, 20, 100]), ("-width", [100, 20, 9])):
        rows = api(carol).get(url + order).json()["results"]
        assert [row["value"]["high"] - row["value"]["low"] for row in rows] == wanted
    assert rows[0]["text"] == "50 %"
    assert (rows[0]["value"]["amount"], rows[0]["label"]) == (50, None)


def test_a_correction_of_another_kind_is_refused(ponds: Project, carol: AbstractBaseUser, api: Callable) -> None:
    (sample,) = make_samples(ponds, 1)
    said = suggest(make_model_version(ponds), sample, 50, width=10)
    url = f"/api/projects/{ponds.pk}/suggestions/review/"
    for wrong in ({"value": {"class": 1}}, {"value": {"amount": "12,5"}}, {"value": {}}, {"label": 1}):
        sent = {"ids": [said.pk], "verdict": "correct", **wrong}
        assert api(carol).post(url, sent, format="json").status_code == 400, wrong
    assert not Annotation.objects.exists()
    sent = {"ids": [said.pk], "verdict": "correct", "value": {"amount": 51}}
    assert api(carol).post(url, sent, format="json").json()["changed"] == 1


def test_a_claimed_tile_shows_value_and_interval(ponds: Project, bob: AbstractBaseUser, api: Callable) -> None:
    (sample,) = make_samples(ponds, 1)
    suggest(make_model_version(ponds), sample, 31, width=20)
    shown = api(bob).get(f"/api/projects/{ponds.pk}/samples/{sample.pk}/").json()
    assert shown["suggestion"]["value"].items() >= {"amount": 31, "low": 21, "high": 41}.items()


def test_what_lies_within_the_tolerance_is_promised(
    ponds: Project, bob: AbstractBaseUser, alice: AbstractBaseUser
) -> None:
    """A hundred audits, the unsurest tenth of which lie beyond the tolerance."""
    promise(ponds)
    samples = make_samples(ponds, 300)
    version = make_model_version(ponds)
    sure = np.linspace(0.99, 0.4, 100)
    for place, sample in enumerate(samples[:100]):
        off = 25 if place >= 90 else 9
        drawn = AuditDraw.objects.create(sample=sample, probability=0.1, pool=300, uniform_at=timezone.now())
        foreseen = {"value": {"amount": 50.0}, "confidence": float(sure[place])}
        AuditForecast.objects.create(draw=drawn, model_version=version, **foreseen)
        say(sample, bob, 50 + off)
    for sample, confidence in zip(samples[100:], np.linspace(0.99, 0.4, 200), strict=True):
        suggest(version, sample, 50, width=10, confidence=float(confidence))
    shown = preview(ponds)
    assert shown.problem == ""
    assert 100 < shown.promise.accepted <= 200
    assert (shown.promise.audits, shown.classes) == (100, ())
    acceptance = accept(ponds, alice, seen(ponds))
    said = Annotation.objects.filter(acceptance=acceptance)
    assert acceptance.accepted == said.count() == shown.promise.accepted
    assert said.first().value == {"amount": 50, "uncertainty": None, "unit": "%"}
    assert ponds.samples.filter(state=Sample.State.LABELLED).count() == 100 + acceptance.accepted


def test_the_exports_page_offers_what_can_hold_amounts(ponds: Project, alice: AbstractBaseUser, client) -> None:
    client.force_login(alice)
    page = client.get(f"/projects/{ponds.pk}/exports/")
    assert page.status_code == 200
    assert b'"geojson"' in page.content and b'"coco"' not in page.content
