"""/api/projects/{id}/webhooks/: made, changed, tested, paused and removed by owners."""

import pytest

from annotation.models import Delivery, Webhook

pytestmark = pytest.mark.django_db
NEW = {"url": "https://example.org/hook", "events": ["labels.created", "release.created"]}


def test_it_works(api, project, alice):
    client, address = api(alice), f"/api/projects/{project.pk}/webhooks/"
    made = client.post(address, NEW)
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    pk, secret = made.json()["id"], made.json()["secret"]
    listed = client.get(address)
    assert secret not in listed.content.decode()
    (row,) = listed.json()["results"]
    assert (row["url"], row["events"], row["active"], row["waiting"]) == (NEW["url"], NEW["events"], True, 0)
    sent = client.post(f"{address}{pk}/test/")
    assert sent.status_code == 202
    (told,) = client.get(f"{address}{pk}/deliveries/").json()["results"]
    assert (told["kind"], told["sent_at"], told["attempts"]) == ("test", None, 0)
    Delivery.objects.update(sent_at="2026-01-01T00:00:00Z", status=200)
    again = client.post(f"/api/projects/{project.pk}/deliveries/{told['id']}/again/")
    assert (again.status_code, again.json()["sent_at"]) == (202, None)
    assert client.delete(f"/api/projects/{project.pk}/deliveries/{told['id']}/").status_code == 204
    assert client.patch(f"{address}{pk}/", {"active": False}).json()["paused_because"] == "An owner paused it."
    assert client.post(f"{address}{pk}/test/").status_code == 409
    changed = client.patch(f"{address}{pk}/", {"active": True, "new_secret": True}).json()
    assert changed["active"] and changed["secret"] not in ("", secret)
    assert client.patch(f"{address}{pk}/", {}).json()["secret"] == ""
    assert client.delete(f"{address}{pk}/").status_code == 204 and not Webhook.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "http://example.org/"}, "Use https"),
        ({"url": "https://169.254.169.254/latest"}, "no host of the public network"),
        ({"url": "https://localhost/"}, "no host of the public network"),
        ({"url": "javascript:alert(1)"}, "Write an address such as"),
        ({"events": []}, "events"),
        ({"events": ["test"]}, "events"),
        ({"secret": "short"}, "24 to 64 random bytes"),
    ],
)
def test_what_will_not_do_is_told(api, project, alice, change, words):
    answer = api(alice).post(f"/api/projects/{project.pk}/webhooks/", {**NEW, **change})
    assert answer.status_code == 400 and words in answer.content.decode()
    assert not Webhook.objects.exists()
