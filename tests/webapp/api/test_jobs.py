"""/api/projects/{id}/jobs/, rounds and model versions."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_it_works(api, project, carol):
    job = project.jobs.create(kind="embed", state="failed", error="killed")
    answer = api(carol).post(f"/api/projects/{project.pk}/jobs/{job.pk}/restart/")
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")


def test_only_failed_jobs_start_again(api, project, carol):
    job = project.jobs.create(kind="embed", state="done")
    assert api(carol).post(f"/api/projects/{project.pk}/jobs/{job.pk}/restart/").status_code == 409


def test_jobs_do_not_tell_files_of_the_server(api, project, dave):
    project.jobs.create(kind="ingest", params={"files": ["/srv/uploads/secret.tif"]})
    assert "secret" not in api(dave).get(f"/api/projects/{project.pk}/jobs/").content.decode()


def test_a_round_gives_reasons_but_not_of_audits(api, project, samples, carol):
    factories.make_round(project, samples)
    factories.make_audit(samples[1])
    ranks = api(carol).get(f"/api/projects/{project.pk}/rounds/1/").json()["ranks"]
    assert (ranks[0]["sample"], ranks[0]["reason"], ranks[0]["audit"]) == (samples[0].pk, "margin 0.01", False)
    assert (ranks[1]["score"], ranks[1]["reason"], ranks[1]["audit"]) == (None, "", True)


def test_a_round_costs_the_same_for_many_ranks(api, project, samples, carol, django_assert_max_num_queries):
    factories.make_round(project, samples)
    client = api(carol)
    with django_assert_max_num_queries(6):
        client.get(f"/api/projects/{project.pk}/rounds/1/")


def test_publishing_on_request_writes_one_job(api, project, carol):
    address = f"/api/projects/{project.pk}/model-versions/"
    first = api(carol).post(address)
    second = api(carol).post(address)
    assert first.status_code == second.status_code == 202
    assert first.json()["id"] == second.json()["id"]


def test_model_versions_hide_their_files(api, project, dave):
    factories.make_model_version(project, metrics={"cross_validated_accuracy": 0.9})
    (shown,) = api(dave).get(f"/api/projects/{project.pk}/model-versions/").json()["results"]
    assert (shown["number"], shown["metrics"]["cross_validated_accuracy"]) == (1, 0.9)
    assert "head" not in shown
