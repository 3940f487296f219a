"""Garbage from clients: every address answers it with an error of the 400s, never with a server error."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from annotation.assigning import Choice, assign
from annotation.exports import request as request_export
from annotation.hooks import ask_test
from annotation.imports import request as request_import
from annotation.ingest.own_sensors import add_sensors
from annotation.ingest.transfers import begin_transfer
from annotation.models import Import
from mlcore.sensors import get_sensor
from tests import factories
from tests.sweeps import in_part
from tests.webapp.test_access import TABLE, addresses, fill
from webapp.wsgi import application

pytestmark = pytest.mark.django_db

HUGE = 10**40
STRINGS = [
    "", "0", "-1", "1.5", "x", str(2**31), str(2**63), str(HUGE), "9" * 5000, "nan", "-inf", "1e999", "1e49", "\0",
    "\ud800", "٣", "null", "true", "[]", "' OR 1=1 --", "<script>", "%s{0}{x}", "a" * 3000, "1,2,3,4", "nan,0,1,1",
    "0,0,inf,1", "-1e300,-1e300,1e300,1e300", "2026-02-31",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**31, 2**63, HUGE, -HUGE, 1e300, "", "x", "\0", "\ud800", "<img src=x>", "a" * 5000,
    [], [1], [[]], [None], [HUGE], ["\ud800"], [{}], {}, {"a": {"b": [1]}}, {"id": 1}, "NaN", "1e999",
]  # fmt: skip
PARAMETERS = {
    "api:project-list": ["page", "page_size", "format", "ordering", "search"],
    "api:class-list": ["page", "page_size"],
    "api:member-list": ["page", "page_size", "user__password"],
    "api:stac-items": ["bbox", "datetime", "ids", "collections", "limit", "after"],
    "api:stac-search": ["bbox", "datetime", "ids", "collections", "limit", "after"],
    "api:scene-list": ["page", "page_size", "grid", "acquired"],
    "api:mounted": ["folder"],
    "api:tile-list": [
        "bbox", "grid", "state", "label", "audit", "epoch", "scene", "overlap", "cloud", "disagree", "limit", "page",
    ],
    "api:catalogue-picture": ["of"],
    "api:annotation-list": [
        "sample", "author", "label", "provenance", "current", "verdict", "model_version", "page", "page_size", "cursor",
        "counts",
        "author__password__startswith",
    ],
    "api:suggestion-list": ["label", "min_confidence", "max_confidence", "model_version", "state", "order", "page"],
    "api:round-list": ["strategy", "page"],
    "api:model-version-list": ["state", "page"],
    "api:job-list": ["kind", "state", "page"],
    "api:export-list": ["format", "page"],
    "api:release-list": ["number", "page"],
    "api:import-list": ["state", "page"],
    "api:import-item-list": ["fate", "page"],
    "api:ogc-items": ["bbox", "datetime", "limit", "after", "strange"],
    "wmts": ["service", "REQUEST", "layer", "style", "tilematrix", "tilerow", "tilecol", "format"],
    "api:webhook-list": ["page", "cursor"],
    "api:webhook-delivery-list": ["page", "cursor"],
    "api:review-batch-list": ["page", "page_size"],
    "scene-tile": ["composite", "stretch", "view", "recipe"],
    "scene-preview": ["composite", "stretch", "view", "recipe", "size"],
    "sample-chip": ["composite", "stretch", "view", "recipe", "scene", "date", "margin", "size", "native"],
    "api:sample-histogram": ["composite", "stretch", "view", "recipe", "scene"],
    "api:sample-returns": ["scene"],
    "sample-pixels": ["scene"],
    "sample-mask": ["annotation", "suggestion", "live"],
    "api:sample-cursor": ["x", "y", "scenes"],
    "api:sample-series": ["x", "y", "expression"],
    "api:sample-profile": ["points", "scene"],
    "api:spectra": ["sensor"],
    "api:sample-without": ["modality"],
    "label": ["sample"],
    "login": ["next"],
    "admin:annotation_suggestion_changelist": ["project", "class", "confidence", "version", "state__exact", "q", "p"],
    "admin:annotation_annotation_changelist": ["project", "class", "provenance__exact", "author__password__startswith"],
}  # fmt: skip
OURS = {
    "code": "ours", "title": "Ours", "bands": [{"name": "a", "wavelength_nm": 500.0}], "modality": "optical",
    "quantity": "index", "gsd_m": 1.0, "frequency_ghz": 1.0, "level": "L2A",
}  # fmt: skip
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "api:project-list"): {
        "name": "P", "description": "", "task": "classes", "task_options": {}, "tile_px": 32, "opinions": 1,
        "audit_share": 0.1,
        "double_share": 0.1, "refit_every": 5, "strategy": "auto",
        "classes": [{"name": "a", "colour": "#000000", "hotkey": "1"}],
    },
    ("PATCH", "api:project-detail"): {
        "name": "P", "description": "", "task": "classes", "task_options": {}, "tile_px": 32, "opinions": 1,
        "audit_share": 0.1,
        "double_share": 0.1, "refit_every": 5, "strategy": "auto",
        "classes": [], "encoder": "nano", "id": 1, "role": "owner",
    },
    ("POST", "api:class-list"): {"name": "New", "colour": "#000000", "hotkey": "9"},
    ("POST", "api:class-lists"): {"text": "name,code\nA,9", "preview": True},
    ("POST", "api:draft-class-lists"): {
        "text": "A", "task": "classes", "classes": [{"name": "B", "hotkey": "b", "colour": "#000000"}],
    },
    ("PUT", "api:class-list"): {"classes": [{"code": 1, "group": "A"}], "seen": [1]},
    ("PATCH", "api:class-detail"): {"name": "Old", "colour": "#000000", "hotkey": "9", "merged_into": 2},
    ("POST", "api:member-list"): {"username": "mallory", "role": "viewer"},
    ("PATCH", "api:member-detail"): {"role": "viewer"},
    ("PATCH", "api:scene-detail"): {"name": "S", "acquired": "2020-01-01", "sensor": "landsat-7-etm"},
    ("POST", "api:scene-bands"): {"bands": [{"name": "B", "wavelength_nm": 480}], "quantity": "index", "alike": True},
    ("POST", "api:catalogue-search"): {"url": "https://a.example/", "bbox": [1, 2, 3, 4], "starts": "2020-01-01",
                                       "cloud": 5, "collections": ["c"], "assets": ["red"], "most": 5},
    ("POST", "api:scene-bring"): {},
    ("POST", "api:stac-search"): {"bbox": [1, 2, 3, 4], "datetime": "2020-01-01/..", "ids": ["scene-1"],
                                  "collections": ["scenes"], "limit": 5, "after": 1},
    ("POST", "api:catalogue-add"): {"url": "https://a.example/", "items": ["a"], "ends": "2020-01-01", "most": 5},
    ("POST", "api:scene-place"): {"crs": "EPSG:32632", "transform": [1, 0, 0, 0, -1, 0], "nodata": 0, "alike": True},
    ("POST", "api:scene-time"): {"acquired": "2020-01-01", "pattern": "*YYYYMMDD", "alike": True},
    ("POST", "api:own-sensor-list"): OURS,
    ("PATCH", "api:own-sensor-detail"): OURS,
    ("POST", "api:mounted"): {"paths": ["archive/a.tif"], "sensor": "rgb", "acquired": "2020-01-01"},
    ("POST", "api:upload-list"): {},
    ("PATCH", "api:upload-detail"): {},
    ("POST", "api:scene-list"): {"files": [], "uploads": [1], "sensor": "", "acquired": "2020-01-01"},
    ("POST", "api:scene-shift"): {"reference": 1, "accept": False},
    ("POST", "api:epoch-list"): {"name": "E", "scenes": [1], "starts": "2020-01-01", "ends": "2020-02-01"},
    ("PATCH", "api:epoch-detail"): {"name": "E", "scenes": [1], "starts": "2020-01-01", "ends": "2020-02-01"},
    ("POST", "api:epoch-group"): {"days": 3},
    **dict.fromkeys(
        (("POST", "api:view-list"), ("PATCH", "api:view-detail")),
        {"name": "V", "sensor": "rgb", "recipe": {"bands": ["R"]}},
    ),
    **dict.fromkeys(
        (("POST", "api:layout-list"), ("PATCH", "api:layout-detail")),
        {"name": "L", "panes": [{"sensor": "rgb", "epoch": 1, "view": 1}]},
    ),
    ("POST", "api:assignment-list"): {"member": 1, "count": 2, "note": "First", "shared": False},
    ("PATCH", "api:assignment-detail"): {"note": "First", "shared": True},
    ("POST", "api:sample-comments"): {"text": "Cloud?", "flags": True},
    ("PATCH", "api:comment-detail"): {"settled": True},
    ("POST", "api:inbox-seen"): {},
    ("POST", "api:overlay-list"): {"name": "O", "colour": "#ff0000"},
    ("POST", "api:scope"): {"scope": "pair", "pairs": [{"earlier": 1, "later": 2}]},
    ("PATCH", "api:lattice-detail"): {"crs": "EPSG:32632", "resolution": 10.0, "tile_px": 32},
    ("POST", "api:claim"): {"count": 2, "showing": 1, "holding": [1]},
    ("POST", "api:release"): {},
    ("POST", "api:sample-claim"): {},
    ("POST", "api:annotation-list"): {
        "sample": 0, "verdict": "label", "value": {"class": 1}, "label": 1, "mask": None, "reason": "",
        "seconds": 1.0, "token": None, "base": None, "force": False,
    },
    ("POST", "api:annotation-bulk"): {"answers": [{"sample": 1, "label": 1}]},
    ("POST", "api:suggestion-review"): {"ids": [1], "verdict": "correct", "label": 1, "value": {"class": 1}},
    ("POST", "api:review-batch-undo"): {},
    ("POST", "api:acceptance-list"): {"model_version": 1, "kind": "average", "bound": 0.05, "threshold": 0.9},
    ("POST", "api:acceptance-rollback"): {"reason": ""},
    ("POST", "api:round-list"): {},
    ("POST", "api:model-version-list"): {},
    ("POST", "api:model-version-promote"): {},
    ("POST", "api:model-version-discard"): {},
    ("POST", "api:training"): {"kind": "pretrain", "method": "lora", "minutes": 2.0},
    ("POST", "api:encoder"): {"encoder": "nano"},
    ("POST", "api:insights"): {},
    ("POST", "api:quality"): {"annotation": 1, "verdict": "relabel", "label": 1, "seconds": 1.0},
    ("POST", "api:job-restart"): {},
    ("POST", "api:job-cancel"): {},
    ("POST", "api:import-list"): {"trust": "trusted", "options": "{}"},
    ("PATCH", "api:import-detail"): {"trust": "truth", "mapping": {"1": 1}, "options": {"cover": "full"}},
    ("POST", "api:import-take"): {},
    ("POST", "api:import-undo"): {},
    ("POST", "api:export-list"): {"format": "geojson", "images": False},
    ("POST", "api:qgis"): {"days": 3},
    ("POST", "api:studio-setup"): {"project": "1.2", "schema": "<View/>", "hostname": "x", "access_token": "y"},
    ("POST", "api:studio-predict"): {
        "tasks": [{"id": 1, "data": {"image": "a.png", "sample": 1}}], "model_version": "x", "project": "1.2",
        "label_config": "<View><Image name='i' value='$image'/><Choices name='c' toName='i'/></View>",
        "params": {"login": None, "password": None, "context": None},
    },
    ("POST", "api:studio-webhook"): {"action": "ANNOTATION_CREATED", "annotation": {}, "task": {}, "project": {}},
    ("POST", "api:studio-train"): {"annotations": [], "project": "1.2"},
    ("POST", "api:webhook-list"): {"url": "https://example.org/", "events": ["labels.created"], "secret": "whsec_x"},
    ("PATCH", "api:webhook-detail"): {
        "url": "https://example.org/", "events": ["labels.created"], "active": False, "new_secret": True,
    },
    ("POST", "api:webhook-test"): {},
    ("POST", "api:delivery-again"): {},
    ("POST", "api:token"): {"username": "alice", "password": "x", "name": "S", "scope": "own", "days": 3},
    ("POST", "api:my-invitation-accept"): {},
    ("POST", "api:link-list"): {"role": "viewer"},
    ("POST", "api:join"): {"secret": "x", "accept": True, "username": "eve", "password": "wrong horse"},
    ("POST", "api:my-invitation-decline"): {},
    ("PUT", "api:keyboard"): {"keys": {"a": "b", "b": "a"}},
    ("PUT", "api:tour"): {"wanted": False},
    ("POST", "api:token-list"): {"name": "S", "scope": "read", "days": 3},
}  # fmt: skip


@pytest.fixture
def numbers(project, samples, alice):
    """Return the numbers that fill the addresses of a project with one of everything."""
    factories.make_round(project, samples)
    version = factories.make_model_version(project)
    factories.suggest(version, samples[0], 1)
    export = request_export(project, "geojson", alice)
    pks = {
        "scene": project.scenes.get().pk,
        "own": add_sensors(project, [replace(get_sensor("rgb"), code="ours")])[0].pk,
        "upload": begin_transfer(project, alice.pk, name="a.tif", size=9).pk,
        "epoch": project.epochs.create(name="Once").pk,
        "view": project.views.create(name="Plants", recipe={"bands": ["R"]}, created_by=alice).pk,
        "layout": project.layouts.create(
            name="Two", panes=[{"sensor": "", "epoch": None, "view": None}], created_by=alice
        ).pk,
        "overlay": factories.make_overlay(project).pk,
        "assignment": assign(project, project.members.get(user=alice).pk, Choice(count=1), by=alice).pk,
        "comment": factories.make_comment(samples[5]).pk,
        "lattice": project.grids.get().pk,
        "sample": samples[5].pk,
        "member": project.members.get(user__username="dave").pk,
        "job": export.job_id,
        "my": 0,
        "export": export.pk,
        "import": ready_import(project, alice).pk,
        "ogc": samples[0].pk,
        "webhook": (hook := factories.make_webhook(project, alice)).pk,
        "delivery": ask_test(hook).pk,
        "acceptance": factories.make_acceptance(version, alice).pk,
        "review": project.review_batches.create(reviewer=alice, verdict="accept").pk,
    }
    shared = {"code": 3, "number": 1, "z": 0, "x": 0, "y": 0, "collection": "labels", "style": "usual", "matrices": "a"}
    return {"project_id": project.pk, "layer": f"scene-{pks['scene']}", **shared}, pks


def ready_import(project, alice) -> Import:
    """Return an import that waits for a word."""
    row = request_import(project, alice, io.BytesIO(b"labels"), name="labels.zip")
    row.state, row.report = "ready", {"format": "own", "classes": [{"key": "1", "name": "a"}], "fates": {}}
    row.save()
    return row


@pytest.fixture
def client(alice, settings) -> Client:
    """Return alice's browser, told of crashes by status; she may see the admin site, but is no superuser."""
    settings.DEBUG = False
    alice.is_staff = True
    alice.save()
    made = Client(raise_request_exception=False)
    made.force_login(alice)
    return made


def address_of(name: str, numbers: tuple[dict[str, int], dict[str, int]]) -> str:
    """Return an address, filled."""
    if name.startswith("admin:"):
        return reverse(name)
    return reverse(name, kwargs=fill(name, dict(addresses())[name], numbers))


def broken(template: dict[str, Any], every: int) -> Iterator[Any]:
    """Yield the template with one value replaced by garbage, one of so many times, and garbage in its place."""
    yield from ([], [template], "text", 1, None, HUGE, {"\ud800": 1, "\0": 2}, [[[]]])
    for place, name in enumerate(template):
        for value in VALUES[(place + len(template)) % every :: every]:
            yield {**template, name: value}


@in_part(4)
def test_every_list_survives_its_parameters(client, numbers, every):
    fell = []
    for name, parameters in PARAMETERS.items():
        address = address_of(name, numbers)
        for place, parameter in enumerate(parameters):
            for text in STRINGS[(place + len(name)) % every :: every]:
                answer = client.get(f"{address}?{parameter}={quote(text, errors='surrogatepass')}")
                if answer.status_code >= 500:
                    fell.append(f"{name} {parameter}={text[:40]!r}: {answer.status_code}")
    assert not fell, "\n".join(fell)


def test_it_sends_a_body_to_every_address_that_takes_one():
    writing = {
        (method, name) for method, name in TABLE if method in ("POST", "PUT", "PATCH") and name.startswith("api:")
    }
    assert writing == BODIES.keys()


@in_part(5)
@pytest.mark.parametrize(("method", "name"), BODIES)
def test_every_body_of_the_wrong_shape_is_told_so(client, numbers, samples, method, name, every):
    address, fell = address_of(name, numbers), []
    template = {**BODIES[method, name], **({"sample": samples[0].pk} if name == "api:annotation-list" else {})}
    for body in broken(template, every):
        answer = client.generic(method, address, json.dumps(body), content_type="application/json")
        if answer.status_code >= 500:
            fell.append(f"{json.dumps(body)[:160]}: {answer.status_code}")
    assert not fell, "\n".join(fell)


BAD_BODIES = {
    "empty": b"",
    "half": b'{"name": "a',
    "not text": b"\xff\xfe{}",
    "NaN": b'{"seconds": NaN, "count": Infinity}',
    "too large a number": b'{"seconds": 1e999, "sample": 1e999, "count": 1e999, "audit_share": 1e999}',
    "many digits": b'{"count": ' + b"9" * 10_000 + b"}",
    "deep list": b"[" * 100_000,
    "deep object": b'{"a":' * 100_000,
    "twice": b'{"count": 1, "count": []}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_json_is_told_so(client, numbers, body):
    for method, name in BODIES:
        answer = client.generic(method, address_of(name, numbers), body, content_type="application/json")
        assert answer.status_code < 500, (name, answer.content[:300])


@pytest.mark.parametrize(
    "kind",
    [
        "text/xml", "multipart/form-data", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
        "nonsense", "",
    ],
)  # fmt: skip
def test_a_strange_content_type_is_told_so(client, numbers, kind):
    for method, name in BODIES:
        answer = client.generic(method, address_of(name, numbers) + "?page=1", b'{"count": 1}', content_type=kind)
        assert answer.status_code < 500, (name, answer.content[:300])


@pytest.mark.parametrize("accept", ["text/html", "image/png", "x", "*/*;q=zzz", "application/json; indent=999999999"])
def test_a_strange_accept_header_is_told_so(client, numbers, accept):
    for name in PARAMETERS:
        assert client.get(address_of(name, numbers), HTTP_ACCEPT=accept).status_code < 500


def test_numbers_in_addresses_have_no_end(client, project):
    for number in (0, 2**31, 2**63, HUGE, "9" * 5000):
        for path in ("", "tiles/", "scenes/{}/", "samples/{}/", "classes/{}/", "rounds/{}/", "jobs/{}/restart/"):
            for address in (f"/api/projects/{number}/{path}", f"/api/projects/{project.pk}/{path}"):
                assert client.get(address.format(number)).status_code < 500
        scene = project.scenes.first()
        for place in (f"{number}/0/0", f"0/{number}/{number}", f"24/{number}/0"):
            assert client.get(f"/projects/{project.pk}/scenes/{scene.pk if scene else 1}/{place}.png").status_code < 500
            for tile in (f"vector/samples/{place}.mvt", f"wmts/1.0.0/scene-{number}/view-{number}/a/{place}.png"):
                assert client.get(f"/api/projects/{project.pk}/{tile}").status_code < 500


@pytest.mark.parametrize("charset", ["zip", "hex", "idna", "undefined", "utf-7", '"zip"'])
def test_other_charsets_than_utf_8_are_refused(charset):
    kind = f"application/json; Charset = {charset}"
    environ = {**RequestFactory().post("/api/token/?a=b").environ, "CONTENT_TYPE": kind}
    told: list[str] = []
    answer = b"".join(application(environ, lambda status, headers: told.append(status)))
    assert (told, answer) == (["415 Unsupported Media Type"], b"Send UTF-8.")


def test_utf_8_is_taken():
    environ = RequestFactory().post("/api/token/", b"{}", content_type="application/json; charset=UTF-8").environ
    told: list[str] = []
    list(application(environ, lambda status, headers: told.append(status)))
    assert told == ["400 Bad Request"]
