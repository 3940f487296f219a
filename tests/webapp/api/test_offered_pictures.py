"""/api/projects/{id}/catalogues/picture/: our server reads the picture that a search gave, and no other address."""

import io
from collections.abc import Iterator

import pytest
from django.core import signing
from PIL import Image

from tests import factories
from tests.catalogues import put_catalogue, put_item
from tests.hosts import Host, allowed, serving
from tests.uploads import files_on_disk

pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> Iterator[Host]:
    """Return a host that may be read."""
    with serving() as host, allowed(host.url, seconds=10.0):
        yield host


@pytest.fixture
def offer(project, host, tmp_path, api, alice):
    """Return a function that looks into a catalogue of one item with a picture of some content, as its owner."""

    def look(content: bytes | None = None):
        url = put_catalogue(host, [put_item(host, tmp_path)])
        if content is not None:
            host.put("/S2A_1/t.png", content)
        (item,) = api(alice).post(f"/api/projects/{project.pk}/catalogues/search/", {"url": url}).json()["items"]
        return item

    return look


def png(side: int = 343) -> bytes:
    """Return a red square."""
    made = io.BytesIO()
    Image.new("RGB", (side, side), (200, 30, 30)).save(made, "PNG")
    return made.getvalue()


def asked(host: Host) -> list[str]:
    """Return which pictures a host was asked for."""
    return [path for _, path, _ in host.asked if path.endswith(".png")]


def test_it_works(offer, host, api, alice):
    url = offer(png())["picture_url"]
    assert asked(host) == []  # a look alone fetches none
    answer = api(alice).get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Cache-Control"] == "private, max-age=86400"
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (160, 160)
    assert picture.convert("RGB").getpixel((80, 80))[0] > 180
    assert (asked(host), files_on_disk()) == (["/S2A_1/t.png"], [])


def test_an_image_element_may_ask_for_it(offer, api, alice):
    assert api(alice).get(offer(png())["picture_url"], headers={"accept": "image/avif,image/*"}).status_code == 200


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"<script>alert(1)</script>", 400), (png()[:200], 400), (None, 400), (b"\0" * 9_000_000, 413)],
)
def test_what_is_no_picture_is_not_handed_on(offer, host, api, alice, content, status):
    url = offer(content)["picture_url"]
    answer = api(alice).get(url)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert files_on_disk() == []


def test_a_host_that_is_away_is_said_to_be(offer, host, api, alice):
    url = offer(png())["picture_url"]
    host.behaviour["/S2A_1/t.png"] = "away"
    assert api(alice).get(url).status_code == 503


def test_strangers_and_others_than_owners_get_none(offer, host, api, bob, mallory, client):
    url = offer(png())["picture_url"]
    assert [api(bob).get(url).status_code, api(mallory).get(url).status_code, client.get(url).status_code] == [
        403,
        404,
        401,
    ]
    assert asked(host) == []


def test_no_other_address_is_read(project, offer, host, api, alice, mallory):
    url = offer(png())["picture_url"]
    root, _, signed = url.partition("?of=")
    theirs = factories.make_project(alice, name="Another")
    forged = signing.dumps([project.pk, f"{host.url}/S2A_1/t.png"], salt="another")
    for of in (f"{host.url}/S2A_1/t.png", signed[:-2], signed[5:], forged, "x"):
        assert api(alice).get(root, {"of": of}).status_code == 404
    assert api(alice).get(url.replace(f"/{project.pk}/", f"/{theirs.pk}/")).status_code == 404
    assert asked(host) == []


def test_it_holds_for_a_day(offer, host, api, alice, monkeypatch):
    url = offer(png())["picture_url"]
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 86_401)
    assert api(alice).get(url).status_code == 404
    assert asked(host) == []


def test_a_picture_that_leads_elsewhere_is_not_followed(offer, host, api, alice):
    url = offer(png())["picture_url"]
    for inner in ("http://169.254.169.254/latest/", "http://127.0.0.1:6379/", "file:///etc/passwd"):
        host.redirects["/S2A_1/t.png"] = inner
        assert api(alice).get(url).status_code == 400


def test_a_picture_on_another_host_is_offered_as_none(offer, project, host, api, alice, tmp_path):
    address = put_item(host, tmp_path)
    item = host.files["/S2A_1/item.json"].replace(b"./t.png", b"https://example.org/t.png")
    host.put("/S2A_1/item.json", item)
    told = api(alice).post(f"/api/projects/{project.pk}/catalogues/search/", {"url": address}).json()
    assert told["items"][0]["picture_url"] is None


def test_an_address_that_was_allowed_and_is_no_more_is_refused(offer, host, api, alice):
    url = offer(png())["picture_url"]
    with allowed("https://example.org"):
        assert api(alice).get(url).status_code == 400
    assert asked(host) == []
