"""/api/projects/{id}/training/, encoder/, model versions' promotion and discard, and the cancelling of jobs."""

import json

import pytest

from annotation.encoders import own_file
from annotation.models import Job, ModelVersion
from annotation.models.jobs import JobKind
from tests import factories
from tests.mlcore.encoders.weights import lay_presto

pytestmark = pytest.mark.django_db

DIGEST = "d" * 64


@pytest.fixture
def candidate(project) -> ModelVersion:
    """Return a candidate with the file of its encoder."""
    factories.make_model_version(project)
    file = own_file(project, DIGEST)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"weights")
    return factories.make_model_version(
        project, state="candidate", origin="finetune", encoder=DIGEST, encoder_name="nano, fine-tuned on 40 labels"
    )


def address(project, *parts: object) -> str:
    return "/".join(["/api/projects", str(project.pk), *map(str, parts), ""])


def test_it_works(api, project, alice, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr("webapp.tasks.run_job.apply_async", lambda _, *, queue, retry: sent.append(queue))
    with django_capture_on_commit_callbacks(execute=True):
        answer = api(alice).post(address(project, "training"), {"kind": "finetune"})
    assert (answer.status_code, answer.json()["title"], sent) == (202, "Fine-tune on the labels", ["gpu"])
    job = project.jobs.get()
    assert (job.params, job.requested_by) == ({"method": "lora"}, alice)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"kind": "embed"}, "not a valid choice"),
        ({}, "required"),
        ({"kind": "finetune", "method": "magic"}, "not a valid choice"),
        ({"kind": "pretrain", "minutes": 1e9}, "less than or equal to 120"),
        ({"kind": "pretrain", "minutes": "NaN"}, "minutes"),
    ],
)
def test_nonsense_is_refused(api, project, alice, body, said):
    answer = api(alice).post(address(project, "training"), body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]
    assert not project.jobs.exists()


def test_one_training_at_a_time(api, project, alice):
    api(alice).post(address(project, "training"), {"kind": "pretrain", "minutes": 5})
    second = api(alice).post(address(project, "training"), {"kind": "finetune"})
    assert second.status_code == 409
    assert "Pretrain on this imagery is under way" in second.json()["error"]["message"]
    assert project.jobs.get().params == {"minutes": 5}


@pytest.mark.parametrize("path", ["training", "encoder", "model-versions/2/promote", "model-versions/2/discard"])
def test_only_the_owner_may(api, project, candidate, bob, carol, dave, mallory, path):
    for person, status in ((bob, 403), (carol, 403), (dave, 403), (mallory, 404)):
        assert api(person).post(address(project, path), {}).status_code == status
    assert not project.jobs.exists()
    candidate.refresh_from_db()
    assert candidate.state == "candidate"


def test_everybody_in_the_project_sees_what_was_measured(api, project, candidate, dave, mallory):
    shown = api(dave).get(address(project, "training")).json()
    assert [version["number"] for version in shown["versions"]] == [2, 1]
    assert shown["versions"][0]["state_title"] == "Candidate"
    assert [choice["key"] for choice in shown["choices"]] == ["nano", "statistics", DIGEST]
    assert shown["encoder"]["title"] == "nano (shipped)"
    assert "licence" in shown["choices"][0]["card"]
    assert api(mallory).get(address(project, "training")).status_code == 404


def test_a_candidate_is_promoted_by_hand(api, project, candidate, alice):
    answer = api(alice).post(address(project, "model-versions/2/promote"))
    assert answer.status_code == 202
    assert project.jobs.get(kind=JobKind.SWITCH).params == {"encoder": DIGEST, "version": 2}
    assert api(alice).post(address(project, "model-versions/1/promote")).status_code == 409
    assert api(alice).post(address(project, "model-versions/9/promote")).status_code == 404


def test_a_candidate_is_discarded_with_its_files_once(
    api, project, candidate, alice, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = api(alice).post(address(project, "model-versions/2/discard"))
    assert (answer.status_code, answer.json()["state"]) == (200, "discarded")
    assert not own_file(project, DIGEST).exists()
    assert api(alice).post(address(project, "model-versions/2/discard")).status_code == 409
    assert api(alice).post(address(project, "model-versions/2/promote")).status_code == 409
    assert api(alice).post(address(project, "encoder"), {"encoder": DIGEST}).status_code == 400


def test_a_candidate_that_takes_over_is_not_discarded(api, project, candidate, alice):
    api(alice).post(address(project, "model-versions/2/promote"))
    assert api(alice).post(address(project, "model-versions/2/discard")).status_code == 409
    assert own_file(project, DIGEST).exists()


@pytest.mark.parametrize(
    "encoder", ["../../../etc/passwd", "/etc/passwd", "giant", "e" * 64, "nano\x00", "n" * 200, "dir:../x"]
)
def test_a_path_is_no_encoder(api, project, alice, encoder):
    answer = api(alice).post(address(project, "encoder"), {"encoder": encoder})
    assert answer.status_code == 400
    assert not project.jobs.exists()


def test_an_installed_encoder_is_offered_and_taken(api, project, alice, dave, settings, tmp_path):
    settings.ENCODERS_DIR = tmp_path / "encoders"
    lay_presto(settings.ENCODERS_DIR / "presto-2023")
    shown = api(dave).get(address(project, "training")).json()
    (choice,) = [choice for choice in shown["choices"] if choice["key"] == "dir:presto-2023"]
    assert (choice["title"], choice["origin"], choice["refusal"]) == ("Presto (presto-2023)", "installed", "")
    assert str(tmp_path) not in json.dumps(shown)
    assert api(alice).post(address(project, "encoder"), {"encoder": choice["key"]}).status_code == 202
    assert project.jobs.get(kind=JobKind.SWITCH).params["encoder"] == "dir:presto-2023"


def test_an_encoder_that_does_not_suit_is_refused_with_the_reason(api, project, alice, settings, tmp_path):
    settings.ENCODERS_DIR = tmp_path / "encoders"
    lay_presto(settings.ENCODERS_DIR / "presto")
    type(project).objects.filter(pk=project.pk).update(task="masks")
    answer = api(alice).post(address(project, "encoder"), {"encoder": "dir:presto"})
    assert answer.status_code == 400
    assert "gives no maps" in answer.content.decode()
    assert not project.jobs.filter(kind=JobKind.SWITCH).exists()


def test_the_encoder_is_not_set_by_the_back_door(api, project, alice):
    answer = api(alice).patch(address(project), {"encoder": "/etc/passwd", "strategy": "random"})
    project.refresh_from_db()
    assert (answer.status_code, project.encoder, project.strategy) == (200, "nano", "random")


def test_a_waiting_job_is_cancelled_at_once(api, project, alice, carol):
    job = Job.request(project, JobKind.FINETUNE)
    assert api(carol).post(address(project, "jobs", job.pk, "cancel")).status_code == 403
    answer = api(alice).post(address(project, "jobs", job.pk, "cancel"))
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    assert api(alice).post(address(project, "jobs", job.pk, "cancel")).status_code == 409


def test_a_running_job_is_asked_to_end(api, project, alice):
    job = Job.request(project, JobKind.FINETUNE)
    job.start()
    api(alice).post(address(project, "jobs", job.pk, "cancel"))
    shown = api(alice).get(address(project, "training")).json()["jobs"][0]
    assert (shown["state"], shown["stopping"]) == ("running", True)


def test_a_refit_is_not_cancelled(api, project, alice):
    job = Job.request(project, JobKind.REFIT)
    assert api(alice).post(address(project, "jobs", job.pk, "cancel")).status_code == 409
