"""Whether anything that anybody sees depends on what the model thinks of an audit that waits."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from django.test import Client

from annotation.arrays import fits
from annotation.arrays.masks import store_mask
from annotation.arrays.vectors import Vectors
from annotation.explaining.explain import explain
from annotation.models import Acceptance, Job, Sample, Suggestion
from annotation.models.jobs import JobKind
from annotation.promises.acceptance import write
from annotation.promises.checks import draw_checks
from tests import factories
from tests.annotation.test_studio import CHOICES
from tests.promised import promise
from tests.sweeps import left_out
from tests.webapp.api.test_vector_tiles import at, middle
from webapp.api.feature_rows import COLLECTIONS

pytestmark = pytest.mark.django_db


def everything_seen(client: Client, project, sample: Sample) -> dict[str, str]:
    """Return all that a person can see of a project and of one of its samples, without what changes by itself."""
    root, pictures = f"/api/projects/{project.pk}", f"/projects/{project.pk}/samples/{sample.pk}"
    suggestion = sample.suggestions.get()
    addresses = [
        f"{root}/", f"{root}/progress/", f"{root}/tiles/", f"{root}/tiles/?label=1", f"{root}/tiles/?label=2",
        f"{root}/samples/{sample.pk}/", f"{root}/annotations/", f"{root}/rounds/", f"{root}/rounds/1/", f"{root}/jobs/",
        f"{root}/suggestions/", f"{root}/model-versions/", f"{root}/insights/", f"{root}/quality/",
        f"{root}/promise/", f"{root}/acceptances/",
        f"/projects/{project.pk}/insights/", f"/projects/{project.pk}/quality/", f"{pictures}/chip.png",
        f"{pictures}/mask.png?live=1",
        f"{pictures}/mask.png?suggestion={suggestion.pk}", f"/projects/{project.pk}/",
        f"/projects/{project.pk}/review/", "/admin/annotation/job/",
        *(f"{root}/suggestions/?{query}" for query in (
            "label=1", "label=2", "min_confidence=0.5", "max_confidence=0.5", "order=confidence", "order=cluster",
            "state=open", "state=accepted", "state=superseded",
        )),
        *(f"/admin/annotation/suggestion/{query}" for query in (
            "", "?o=4", "?class=1", "?confidence=95", f"{suggestion.pk}/",
        )),
        "/admin/annotation/round/", "/admin/annotation/modelversion/", "/admin/annotation/annotation/",
        *(f"{root}/ogc/collections/{name}/items" for name in COLLECTIONS),
        *(f"{root}/vector/{name}/{'/'.join(map(str, at(*middle(sample), 10)))}.mvt" for name in COLLECTIONS),
    ]  # fmt: skip
    seen = {}
    for address in addresses:
        answer = client.get(address)
        content = re.sub(
            r'nonce[-="]+[\w-]+|csrf[\w-]*"[^>]*>|"(token|computed_at)":"[^"]*"', "", answer.content.decode("latin-1")
        )
        tag = "" if "json" in answer.headers.get("Content-Type", "") else answer.headers.get("ETag")  # of its content
        seen[address] = f"{answer.status_code} {tag} {content}"
    review = {"ids": [suggestion.pk], "verdict": "accept"}
    seen["review"] = client.post(
        f"{root}/suggestions/review/", review, content_type="application/json"
    ).content.decode()
    tasks = {"tasks": [{"data": {"sample": sample.pk}}], "label_config": CHOICES}
    told = client.post(f"{root}/label-studio/predict", tasks, content_type="application/json")
    seen["label-studio"] = told.content.decode()
    claimed = client.post(f"{root}/claim/", {"count": 20}, content_type="application/json").json()
    seen["claim"] = json.dumps([{**item, "token": ""} for item in claimed.get("queue", [])])
    client.post(f"{root}/leases/release/")
    return seen


PEOPLE = ("alice", "bob", "carol", "dave")


def clients_of(users) -> list[Client]:
    """Log people in who may see the admin site."""
    clients = []
    for person in PEOPLE:
        user = users.objects.get(username=person)
        user.is_staff = True
        user.save()
        clients.append(Client())
        clients[-1].force_login(user)
    return clients


@pytest.mark.parametrize("state", [Sample.State.DISPUTED, left_out(Sample.State.OPEN), left_out(Sample.State.UNSURE)])
def test_nothing_that_anybody_sees_depends_on_what_the_model_thinks_of_a_waiting_audit(
    project, samples, state, django_user_model
):
    clients = clients_of(django_user_model)
    audit, shape = samples[4], (project.tile_px, project.tile_px)
    factories.make_audit(audit)
    Sample.objects.filter(pk=audit.pk).update(state=state)
    factories.make_round(project, samples)
    labelled = [samples[0], samples[1], samples[2], samples[7]]
    factories.label_all(labelled, django_user_model.objects.get(username="alice"))
    for sample, person in zip(labelled, PEOPLE, strict=True):
        sample.annotations.update(author=django_user_model.objects.get(username=person))
    factories.make_audit(samples[7])
    vectors = np.random.default_rng(0).normal(size=(len(samples), 8)).astype(np.float32)
    Vectors(project, "e" * 64).write(range(len(samples)), vectors)
    version = factories.make_model_version(project)
    for sample in samples:
        factories.suggest(version, sample, 1, 0.9, mask=store_mask(np.full(shape, 1, np.uint8)))
    seen = []
    for code, confidence, cluster in ((1, 0.9, 0), (2, 0.3, 5)):
        mask = store_mask(np.full(shape, code, np.uint8))
        Suggestion.objects.filter(sample=audit).update(
            label=project.classes.get(code=code),
            confidence=confidence,
            cluster=cluster,
            mask=mask,
            value={"class": code},
            details={"secret": confidence},
        )
        audit.ranks.update(score=confidence, reason=f"margin {confidence}")
        probabilities = np.tile(np.float16([0.9, 0.1]), (len(samples), 1))
        probabilities[audit.index] = [confidence, 1 - confidence]
        fits.store_fit(project, 1, fits.Kept((1, 2), probabilities, probabilities.max(axis=1)))
        coarse = np.full((len(samples), 4, 4), 1, np.uint8)
        coarse[audit.index] = code
        for sample in samples:
            fits.live_maps(project).write(sample.index, coarse[sample.index])
        explain(Job(project=project, kind=JobKind.INSIGHT))
        seen.append([everything_seen(client, project, audit) for client in clients])
    assert_alike(*seen)


def assert_alike(before: list[dict[str, str]], after: list[dict[str, str]]) -> None:
    """Hold what each person saw against what the same person saw later."""
    told = [
        (person, address)
        for person, first, second in zip(PEOPLE, before, after, strict=True)
        for address in first
        if first[address] != second[address]
    ]
    assert told == []


def test_a_check_of_an_accepted_label_is_as_blind(project, samples, django_user_model):
    clients = clients_of(django_user_model)
    carol = django_user_model.objects.get(username="carol")
    promise(project)
    factories.make_round(project, samples)
    version = factories.make_model_version(project)
    for sample in samples:
        factories.suggest(version, sample, 1, 0.9)
    acceptance = Acceptance.objects.create(
        project=project, model_version=version, kind="average", bound=0.05, threshold=0.2, expected_errors=0, limit=0.1,
        audits=60, accepted_by=carol,
    )  # fmt: skip
    write(acceptance)
    draw_checks(project, 1, np.random.default_rng(0))
    audit = acceptance.draws.get().sample
    seen = []
    for code, confidence in ((1, 0.9), (2, 0.3)):
        label = project.classes.get(code=code)
        Suggestion.objects.filter(sample=audit).update(label=label, confidence=confidence)
        audit.annotations.filter(verdict="label").update(label=label)
        seen.append([everything_seen(client, project, audit) for client in clients])
    assert_alike(*seen)


def test_which_audits_are_blind_is_written_once():
    root = Path(__file__).resolve().parents[2]
    files = [path for folder in ("annotation", "webapp") for path in (root / folder).rglob("*.py")]
    waiting = r"(?<!State\.)\bWAITING\b(?! = \"waiting\")"  # of samples; parts of work wait, too
    together = re.compile(rf"State\.OPEN\b[^\n]{{0,40}}State\.UNSURE\b|{waiting}|[\"']open[\"'], ?[\"']unsure[\"']")
    others = [path for path in files if "migrations" not in path.parts and together.search(path.read_text())]
    assert [path.name for path in others] == ["blindness.py"]
