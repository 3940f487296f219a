"""What tests of every address share."""

import io
from dataclasses import replace

import pytest

from annotation.assigning import Choice, assign
from annotation.exports import request as request_export
from annotation.exports import run
from annotation.hooks import ask_test
from annotation.imports import request as request_import
from annotation.ingest.own_sensors import add_sensors
from annotation.ingest.transfers import begin_transfer
from annotation.joining import make_link
from annotation.members import invite
from annotation.models import Job
from annotation.tokens import issue
from mlcore.sensors import get_sensor
from tests import factories


@pytest.fixture
def whole_project(project, samples, alice, bob):
    """Return the numbers that fill the addresses of a project with one of everything."""
    factories.make_round(project, samples)
    version = factories.make_model_version(project)
    factories.suggest(version, samples[0], 1)
    acceptance = factories.make_acceptance(version, alice)
    export = request_export(project, "geojson", alice)
    job = Job.objects.get(pk=export.job_id)
    job.start()
    run(job)
    invited = invite(project, by=alice, username="eve", role="viewer").pk
    pks = {
        "invitation": invited,
        "link": make_link(project)[0].pk,
        "my": invited,
        "lattice": project.grids.get().pk,
        "epoch": project.epochs.create(name="2020").pk,
        "scene": project.scenes.get().pk,
        "view": project.views.create(name="Plants", recipe={"bands": ["R"]}, created_by=bob).pk,
        "overlay": factories.make_overlay(project).pk,
        "assignment": assign(project, project.members.get(user=bob).pk, Choice(count=1), by=alice).pk,
        "comment": factories.make_comment(samples[5]).pk,
        "layout": project.layouts.create(
            name="Two", panes=[{"sensor": "", "epoch": None, "view": None}], created_by=bob
        ).pk,
        "own": add_sensors(project, [replace(get_sensor("rgb"), code="ours")])[0].pk,
        "upload": begin_transfer(project, alice.pk, name="a.tif", size=9).pk,
        "sample": samples[5].pk,
        "member": project.members.get(user__username="dave").pk,
        "job": job.pk,
        "export": export.pk,
        "import": request_import(project, alice, io.BytesIO(b"labels"), name="labels.zip").pk,
        "acceptance": acceptance.pk,
        "quality": 0,  # no decision yet
        "review": 0,
        "ogc": samples[0].pk,
        "webhook": (hook := factories.make_webhook(project, alice)).pk,
        "delivery": ask_test(hook).pk,
        "token": issue(alice, name="Old", scope="read")[0].pk,
    }
    shared = {"code": 3, "number": 1, "z": 0, "x": 0, "y": 0, "collection": "labels", "style": "usual", "matrices": "a"}
    return {"project_id": project.pk, "layer": f"scene-{pks['scene']}", **shared}, pks
