"""A kind that the product does not have goes from label to export: one Python module, one ES module, one template."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.staticfiles import finders
from django.urls import reverse

from annotation import exports
from annotation.arrays.fits import newest_fit
from annotation.errors import BadAnswer, BadSettings
from annotation.labeling import Answer, submit
from annotation.models import Annotation, AuditForecast, Job, Project, Sample, Suggestion
from annotation.models.jobs import JobKind
from annotation.review import decide
from annotation.tasks import TASKS
from tests.factories import make_audit
from tests.pools import covered_project, one_of_each, run_jobs, true_class
from tests.toy.question import Question
from tests.toy.served import install

PAGES = ["new-project", "project", "label", "review", "insights", "quality", "project-settings"]


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    """Let the product know the kind."""
    monkeypatch.setitem(TASKS, "question", Question())
    install(settings)
    finders.get_finder.cache_clear()
    yield
    finders.get_finder.cache_clear()


@pytest.fixture
def asked(alice: AbstractBaseUser, tmp_path: Path) -> Project:
    """Return an embedded project whose question is whether a tile lies in the west."""
    project = covered_project(alice, tmp_path, task="question", classes=[], audit_share=0)
    run_jobs(project)
    return project


def truth(sample: Sample) -> dict[str, bool]:
    return {"yes": true_class(sample) == 1}


def test_it_works(asked: Project, alice: AbstractBaseUser, api, tmp_path: Path) -> None:
    for place, sample in enumerate(one_of_each(asked)[:30]):
        if place < 10:
            make_audit(sample, probability=0.2)
        submit(sample, alice, Answer(value=truth(sample)))
    assert [job.error for job in run_jobs(asked, JobKind.REFIT)] == [""]
    newest = asked.rounds.first()
    assert (newest.labels, newest.audits, newest_fit(asked).columns) == (20, 10, (1, 2))
    Job.request(asked, JobKind.PUBLISH)
    assert [job.error for job in run_jobs(asked, JobKind.PUBLISH)] == [""]

    suggestions = list(Suggestion.objects.filter(sample__project=asked).select_related("sample__tile"))
    assert len(suggestions) == 34
    assert sum(said.value == truth(said.sample) for said in suggestions) > 25
    assert AuditForecast.objects.filter(draw__sample__project=asked).count() == 10
    page = api(alice).get(f"/api/projects/{asked.pk}/suggestions/").json()
    assert {item["text"] for item in page["results"]} <= {"yes", "no"}

    accepted, corrected = suggestions[:2]
    assert decide(alice, [accepted.pk], "accept").changed == 1
    assert Sample.objects.get(pk=accepted.sample_id).answer.value == accepted.value
    other = {"yes": not corrected.value["yes"]}
    assert decide(alice, [corrected.pk], "correct", other).changed == 1
    assert Sample.objects.get(pk=corrected.sample_id).answer.value == other

    Job.request(asked, JobKind.INSIGHT)
    assert [job.error for job in run_jobs(asked, JobKind.INSIGHT)] == [""]
    exports.make(asked, "geojson", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        features = json.loads(archive.read("labels.geojson"))["features"]
    assert len(features) == 32
    assert {feature["properties"]["yes"] for feature in features} == {True, False}
    with pytest.raises(BadSettings):
        exports.make(asked, "masks", tmp_path / "masks.zip")


def test_what_is_no_answer_is_refused(asked: Project, alice: AbstractBaseUser) -> None:
    with pytest.raises(BadAnswer, match="true or false"):
        submit(asked.samples.first(), alice, Answer(value={"yes": "perhaps"}))
    assert not Annotation.objects.exists()


@pytest.mark.parametrize(
    "name", ["new-project", "project", "label", "review", "insights", "quality", "project-settings"]
)
def test_every_page_opens(client, asked: Project, alice: AbstractBaseUser, name: str) -> None:
    client.force_login(alice)
    page = client.get(reverse(name, args=[] if name == "new-project" else [asked.pk]))
    assert page.status_code == 200
    assert "webapp/js/tasks/question.js" in page.content.decode()
