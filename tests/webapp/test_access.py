"""Every address of the site, asked by everybody: who is let in, who is told that there is no such thing."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tests import factories

pytestmark = pytest.mark.django_db

# For each address and method: what nobody, mallory (a stranger), dave (viewer), bob (annotator), carol (reviewer) and
# alice (owner) are told. What changes things is asked with an empty body, so that those who are let in hear 400 first.
OPEN = (200,) * 6
MEMBERS = (401, 404, 200, 200, 200, 200)
LOGIN = (302, 200, 200, 200, 200, 200)
PAGE = (302, 404, 200, 200, 200, 200)
ANNOTATORS = (401, 404, 403, 400, 400, 400)
REVIEWERS = (401, 404, 403, 403, 400, 400)
OWNERS = (401, 404, 403, 403, 403, 400)
TABLE: dict[tuple[str, str], tuple[int, ...]] = {
    ("GET", "projects"): LOGIN,
    ("GET", "healthz"): OPEN,
    ("GET", "health"): (302, 403, 403, 403, 403, 403),  # for administrators
    ("GET", "metrics"): (404,) * 6,  # off
    ("GET", "login"): (200, 302, 302, 302, 302, 302),
    ("POST", "logout"): (302,) * 6,
    ("GET", "new-project"): LOGIN,
    ("GET", "tokens"): LOGIN,
    ("GET", "inbox"): LOGIN,
    ("GET", "project"): PAGE,
    ("GET", "label"): (302, 404, 403, 200, 200, 200),
    ("GET", "review"): (302, 404, 403, 403, 200, 200),
    ("GET", "model"): PAGE,
    ("GET", "insights"): PAGE,
    ("GET", "quality"): (302, 404, 403, 403, 200, 200),
    ("GET", "imagery"): PAGE,
    ("GET", "project-settings"): (302, 404, 403, 403, 403, 200),
    ("GET", "exports"): PAGE,
    ("GET", "connect"): PAGE,
    ("GET", "imports"): (302, 404, 403, 403, 403, 200),
    ("GET", "scene-tile"): MEMBERS,
    ("GET", "wmts"): MEMBERS,
    ("GET", "wmts-capabilities"): MEMBERS,
    ("GET", "wmts-tile"): MEMBERS,
    ("GET", "scene-preview"): MEMBERS,
    ("GET", "sample-chip"): MEMBERS,
    ("GET", "sample-pixels"): MEMBERS,
    ("GET", "api:sample-posts"): MEMBERS,
    ("GET", "api:sample-likeness"): MEMBERS,
    ("GET", "api:sample-other-dates"): MEMBERS,
    ("GET", "api:sample-histogram"): MEMBERS,
    ("GET", "api:sample-cursor"): MEMBERS,
    ("GET", "api:sample-series"): MEMBERS,
    ("GET", "api:sample-profile"): (401, 404, 400, 400, 400, 400),  # along no line
    ("GET", "api:spectra"): MEMBERS,
    ("GET", "api:sample-without"): ANNOTATORS,
    ("GET", "api:sample-returns"): (401, 404, 404, 404, 404, 404),  # no cloud lies there
    ("GET", "sample-mask"): (401, 404, 404, 404, 404, 404),  # there is none yet
    ("GET", "api:schema"): (401, 200, 200, 200, 200, 200),
    ("GET", "api:docs"): (401, 200, 200, 200, 200, 200),
    ("POST", "api:token"): (400,) * 6,
    ("GET", "api:keyboard"): (401, 200, 200, 200, 200, 200),
    ("GET", "api:tour"): (401, 200, 200, 200, 200, 200),
    ("GET", "api:inbox"): (401, 200, 200, 200, 200, 200),
    ("POST", "api:inbox-seen"): (401, 204, 204, 204, 204, 204),
    ("GET", "api:assignment-list"): MEMBERS,  # their own, but for owners
    ("POST", "api:assignment-list"): OWNERS,
    ("PATCH", "api:assignment-detail"): (401, 404, 403, 403, 403, 200),
    ("GET", "api:sample-comments"): MEMBERS,
    ("POST", "api:sample-comments"): (401, 404, 403, 400, 400, 400),
    ("GET", "api:flag-list"): MEMBERS,
    ("PATCH", "api:comment-detail"): (401, 404, 403, 400, 400, 400),
    ("DELETE", "api:comment-detail"): (401, 404, 403, 403, 403, 204),
    ("PUT", "api:keyboard"): (401, 400, 400, 400, 400, 400),
    ("PUT", "api:tour"): (401, 400, 400, 400, 400, 400),
    ("GET", "api:token-list"): (401, 200, 200, 200, 200, 200),
    ("POST", "api:token-list"): (401, 400, 400, 400, 400, 400),
    ("DELETE", "api:token-detail"): (401, 404, 404, 404, 404, 204),
    ("GET", "join"): OPEN,
    ("POST", "api:join"): (400,) * 6,  # for whoever holds a link, and nobody else
    ("GET", "api:link-list"): (401, 404, 403, 403, 403, 200),
    ("POST", "api:link-list"): (401, 404, 403, 403, 403, 201),
    ("GET", "api:my-invitation-list"): (401, 200, 200, 200, 200, 200),
    ("POST", "api:my-invitation-accept"): (401, 404, 404, 404, 404, 404),  # it is for somebody else
    ("POST", "api:my-invitation-decline"): (401, 404, 404, 404, 404, 404),
    ("GET", "api:sensor-list"): (401, 200, 200, 200, 200, 200),
    ("GET", "api:project-list"): (401, 200, 200, 200, 200, 200),
    ("POST", "api:project-list"): (401, 400, 400, 400, 400, 400),
    ("GET", "api:project-detail"): MEMBERS,
    ("PATCH", "api:project-detail"): (401, 404, 403, 403, 403, 200),
    ("GET", "api:progress"): MEMBERS,
    ("GET", "api:class-list"): MEMBERS,
    ("POST", "api:class-list"): OWNERS,
    ("PUT", "api:class-list"): OWNERS,
    ("POST", "api:class-lists"): OWNERS,
    ("POST", "api:draft-class-lists"): (401, 400, 400, 400, 400, 400),
    ("PATCH", "api:class-detail"): (401, 404, 403, 403, 403, 200),
    ("DELETE", "api:class-detail"): (401, 404, 403, 403, 403, 200),
    ("GET", "api:member-list"): MEMBERS,
    ("POST", "api:member-list"): OWNERS,
    ("PATCH", "api:member-detail"): OWNERS,
    ("GET", "api:invitation-list"): (401, 404, 403, 403, 403, 200),
    ("GET", "api:scene-list"): MEMBERS,
    ("POST", "api:scene-list"): OWNERS,
    ("GET", "api:scene-detail"): MEMBERS,
    ("GET", "api:scene-dependents"): MEMBERS,
    ("POST", "api:scene-bring"): OWNERS,
    ("GET", "api:stac"): MEMBERS,
    ("GET", "api:stac-collections"): MEMBERS,
    ("GET", "api:stac-collection"): MEMBERS,
    ("GET", "api:stac-items"): MEMBERS,
    ("GET", "api:stac-search"): MEMBERS,
    ("POST", "api:stac-search"): MEMBERS,
    ("GET", "api:scene-item"): MEMBERS,
    ("GET", "api:scene-file"): MEMBERS,
    ("POST", "api:catalogue-search"): OWNERS,
    ("POST", "api:catalogue-add"): OWNERS,
    ("GET", "api:catalogue-picture"): (401, 404, 403, 403, 403, 400),  # of which item?
    ("GET", "api:scene-bands"): MEMBERS,
    ("POST", "api:scene-bands"): OWNERS,
    ("GET", "api:scene-place"): MEMBERS,
    ("POST", "api:scene-place"): OWNERS,
    ("GET", "api:scene-shift"): MEMBERS,
    ("POST", "api:scene-shift"): OWNERS,
    ("DELETE", "api:scene-shift"): (401, 404, 403, 403, 403, 204),
    ("PATCH", "api:scene-detail"): (401, 404, 403, 403, 403, 200),
    ("GET", "api:scene-time"): MEMBERS,
    ("POST", "api:scene-time"): OWNERS,
    ("GET", "api:own-sensor-list"): MEMBERS,
    ("POST", "api:own-sensor-list"): OWNERS,
    ("GET", "api:own-sensor-detail"): MEMBERS,
    ("PATCH", "api:own-sensor-detail"): OWNERS,
    ("GET", "api:mounted"): (401, 404, 403, 403, 403, 200),
    ("POST", "api:mounted"): OWNERS,
    ("GET", "api:upload-list"): (401, 404, 403, 403, 403, 200),
    ("POST", "api:upload-list"): (401, 404, 403, 403, 403, 412),  # another protocol
    ("GET", "api:upload-detail"): (401, 404, 403, 403, 403, 200),
    ("PATCH", "api:upload-detail"): (401, 404, 403, 403, 403, 412),
    ("GET", "api:lattice-list"): MEMBERS,
    ("PATCH", "api:lattice-detail"): (401, 404, 403, 403, 403, 200),
    ("GET", "api:epoch-list"): MEMBERS,
    ("POST", "api:epoch-list"): OWNERS,
    ("GET", "api:epoch-detail"): MEMBERS,
    ("PATCH", "api:epoch-detail"): (401, 404, 403, 403, 403, 200),
    ("POST", "api:epoch-group"): OWNERS,
    ("GET", "api:view-list"): MEMBERS,
    ("POST", "api:view-list"): ANNOTATORS,
    ("GET", "api:view-detail"): MEMBERS,
    ("PATCH", "api:view-detail"): (401, 404, 403, 200, 403, 200),  # bob saved it
    ("GET", "api:layout-list"): MEMBERS,
    ("POST", "api:layout-list"): ANNOTATORS,
    ("GET", "api:layout-detail"): MEMBERS,
    ("PATCH", "api:layout-detail"): (401, 404, 403, 200, 403, 200),
    ("GET", "api:overlay-list"): MEMBERS,
    ("POST", "api:overlay-list"): OWNERS,
    ("GET", "api:overlay-detail"): MEMBERS,
    ("GET", "api:sample-overlays"): MEMBERS,
    ("GET", "api:scope"): MEMBERS,
    ("POST", "api:scope"): OWNERS,
    ("GET", "api:tile-list"): MEMBERS,
    ("POST", "api:claim"): (401, 404, 403, 200, 200, 200),
    ("GET", "api:costs"): (401, 404, 403, 403, 403, 200),
    ("GET", "api:sitting"): (401, 404, 403, 200, 200, 200),
    ("POST", "api:release"): (401, 404, 403, 204, 204, 204),
    ("GET", "api:sample-detail"): MEMBERS,
    ("POST", "api:sample-claim"): (401, 404, 403, 200, 409, 409),
    ("GET", "api:annotation-list"): MEMBERS,
    ("POST", "api:annotation-list"): ANNOTATORS,
    ("POST", "api:annotation-bulk"): ANNOTATORS,
    ("GET", "api:suggestion-list"): (401, 404, 403, 403, 200, 200),
    ("POST", "api:suggestion-review"): REVIEWERS,
    ("GET", "api:promise"): (401, 404, 403, 403, 200, 200),
    ("GET", "api:acceptance-list"): MEMBERS,
    ("POST", "api:acceptance-list"): REVIEWERS,
    ("POST", "api:acceptance-rollback"): (401, 404, 403, 403, 403, 200),
    ("GET", "api:review-batch-list"): (401, 404, 403, 403, 200, 200),
    ("POST", "api:review-batch-undo"): (401, 404, 403, 403, 404, 404),
    ("POST", "api:round-list"): (401, 404, 403, 403, 202, 202),
    ("GET", "api:round-list"): (401, 404, 403, 403, 200, 200),
    ("GET", "api:round-detail"): (401, 404, 403, 403, 200, 200),
    ("GET", "api:model-version-list"): MEMBERS,
    ("POST", "api:model-version-list"): (401, 404, 403, 403, 202, 202),
    ("POST", "api:model-version-promote"): (401, 404, 403, 403, 403, 409),  # it is published
    ("POST", "api:model-version-discard"): (401, 404, 403, 403, 403, 409),
    ("GET", "api:training"): MEMBERS,
    ("POST", "api:training"): OWNERS,
    ("POST", "api:encoder"): OWNERS,
    ("GET", "api:insights"): MEMBERS,
    ("POST", "api:insights"): (401, 404, 403, 202, 202, 202),
    ("GET", "api:quality"): (401, 404, 403, 403, 200, 200),
    ("POST", "api:quality"): REVIEWERS,
    ("DELETE", "api:quality-decision"): (401, 404, 403, 403, 404, 404),
    ("GET", "api:job-list"): MEMBERS,
    ("POST", "api:job-restart"): (401, 404, 403, 403, 409, 409),
    ("POST", "api:job-cancel"): (401, 404, 403, 403, 403, 409),
    ("GET", "api:export-list"): MEMBERS,
    ("POST", "api:export-list"): REVIEWERS,
    ("GET", "api:export-detail"): MEMBERS,
    ("GET", "api:export-download"): MEMBERS,
    ("GET", "api:release-list"): MEMBERS,
    ("GET", "api:map-list"): MEMBERS,
    ("POST", "api:qgis"): (401, 404, 201, 201, 201, 201),
    ("GET", "api:ogc"): MEMBERS,
    ("GET", "api:ogc-api"): MEMBERS,
    ("GET", "api:ogc-conformance"): MEMBERS,
    ("GET", "api:ogc-collections"): MEMBERS,
    ("GET", "api:ogc-collection"): MEMBERS,
    ("GET", "api:ogc-items"): MEMBERS,
    ("GET", "api:ogc-item"): (401, 404, 404, 404, 404, 404),  # it has no label yet
    ("GET", "api:studio"): MEMBERS,
    ("GET", "api:studio-health"): MEMBERS,
    ("GET", "api:studio-versions"): MEMBERS,
    ("POST", "api:studio-setup"): (401, 404, 400, 400, 400, 400),
    ("POST", "api:studio-predict"): (401, 404, 400, 400, 400, 400),
    ("POST", "api:studio-webhook"): MEMBERS,
    ("POST", "api:studio-train"): MEMBERS,
    ("GET", "api:vector-tileset"): MEMBERS,
    ("GET", "api:vector-tile"): MEMBERS,
    ("GET", "api:webhook-list"): (401, 404, 403, 403, 403, 200),
    ("POST", "api:webhook-list"): OWNERS,
    ("PATCH", "api:webhook-detail"): (401, 404, 403, 403, 403, 200),
    ("POST", "api:webhook-test"): (401, 404, 403, 403, 403, 202),
    ("GET", "api:webhook-delivery-list"): (401, 404, 403, 403, 403, 200),
    ("POST", "api:delivery-again"): (401, 404, 403, 403, 403, 202),
    ("GET", "api:import-list"): (401, 404, 403, 403, 403, 200),
    ("POST", "api:import-list"): OWNERS,
    ("GET", "api:import-detail"): (401, 404, 403, 403, 403, 200),
    ("GET", "api:import-item-list"): (401, 404, 403, 403, 403, 200),
    ("PATCH", "api:import-detail"): (401, 404, 403, 403, 403, 409),  # it is being looked at
    ("POST", "api:import-take"): (401, 404, 403, 403, 403, 409),
    ("POST", "api:import-undo"): (401, 404, 403, 403, 403, 409),
    # Last, since afterwards there is less to ask about
    ("DELETE", "api:epoch-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:assignment-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:view-detail"): (401, 404, 403, 204, 404, 404),
    ("DELETE", "api:layout-detail"): (401, 404, 403, 204, 404, 404),
    ("DELETE", "api:overlay-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:import-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:own-sensor-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:upload-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:delivery-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:webhook-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:scene-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:link-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:invitation-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:member-detail"): (401, 404, 403, 403, 403, 204),
    ("DELETE", "api:project-detail"): (401, 404, 404, 403, 403, 204),  # dave was shown out by now
}
WALKED_ELSEWHERE = {"admin"}  # by tests/webapp/test_admin.py


def addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the site, by its name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace not in WALKED_ELSEWHERE:
                yield from addresses(entry, f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry


def fill(name: str, pattern: URLPattern, numbers: tuple[dict[str, int], dict[str, int]]) -> dict[str, int]:
    """Return the arguments of an address."""
    shared, pks = numbers
    arguments = {argument: shared[argument] for argument in pattern.pattern.converters if argument != "pk"}
    noun = re.sub(r"^api:", "", name).split("-")[0]
    return arguments | ({"pk": pks[noun]} if "pk" in pattern.pattern.converters else {})


def test_it_knows_every_address():
    assert {name for name, _ in addresses()} == {name for _, name in TABLE}


def test_it_asks_every_method():
    asked: dict[str, set[str]] = {}
    for method, name in TABLE:
        asked.setdefault(name, set()).add(method)
    for name, pattern in addresses():
        view: Any = getattr(pattern.callback, "cls", None)
        if view is not None and name not in {"api:schema", "api:docs", "api:token"}:
            offered = {each.upper() for each in ("get", "post", "put", "patch", "delete") if hasattr(view, each)}
            assert asked[name] == offered, name


def test_everybody_gets_what_they_may(whole_project, mallory, django_user_model):
    clients = [Client()]
    for person in ("mallory", "dave", "bob", "carol", "alice"):
        clients.append(Client())
        clients[-1].force_login(django_user_model.objects.get(username=person))
    patterns = dict(addresses())
    wrong = []
    for (method, name), expected in TABLE.items():
        address = reverse(name, kwargs=fill(name, patterns[name], whole_project))
        for client, status in zip(clients, expected, strict=True):
            if name == "logout":
                client = Client()
            answer = client.generic(method, address, content_type="application/json")
            if answer.status_code != status:
                wrong.append(
                    f"{method} {name} as {client.session.get('_auth_user_id')}: {answer.status_code}, not {status}"
                )
    assert not wrong, "\n".join(wrong)


def test_a_stranger_hears_the_same_of_what_is_not_there(api, project, mallory):
    hidden = api(mallory).get(f"/api/projects/{project.pk}/")
    missing = api(mallory).get("/api/projects/999999/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json() == missing.json()


def test_things_of_another_project_are_missing(api, project, samples, mallory, tmp_path):
    theirs = factories.make_project(mallory, name="Elsewhere")
    for address in (f"samples/{samples[0].pk}/", f"scenes/{project.scenes.get().pk}/"):
        assert api(mallory).get(f"/api/projects/{theirs.pk}/{address}").status_code == 404
    picture = f"/projects/{theirs.pk}/samples/{samples[0].pk}/chip.png"
    assert api(mallory).get(picture).status_code == 404


def test_a_label_for_a_tile_of_another_project_is_refused(api, samples, mallory):
    theirs = factories.make_project(mallory, name="Elsewhere")
    answer = api(mallory).post(f"/api/projects/{theirs.pk}/annotations/", {"sample": samples[0].pk, "label": 1})
    assert answer.status_code == 404
    assert samples[0].annotations.count() == 0


def test_a_form_without_csrf_token_changes_nothing(project, alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.delete(f"/api/projects/{project.pk}/")
    assert answer.status_code == 403
    assert type(project).objects.filter(pk=project.pk).exists()
