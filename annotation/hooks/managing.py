"""Managing: owners make webhooks, change, test and remove them, and send a message again."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from annotation import clock
from annotation.deletions import hold_project
from annotation.errors import BadSettings, NotFound, NotReady
from annotation.hooks.marks import newest_marks
from annotation.hooks.queue import write
from annotation.hooks.signing import check_secret, new_secret
from annotation.models import Delivery, Project, Webhook
from annotation.models.webhooks import EventKind
from annotation.validation import check

MOST_WEBHOOKS = 20  # of one project
MOST_WAITING = 200  # messages of one webhook; what is new waits in its own rows beyond that


@transaction.atomic
def make_webhook(
    project: Project, *, url: str, events: list[str], by: AbstractBaseUser, secret: str = ""
) -> tuple[Webhook, str]:
    """Return a new webhook, which hears of what comes from now on, and its secret.

    Raises:
        BadSettings: the project has too many, or the secret will not do.
    """
    hold_project(project)
    if project.webhooks.count() >= MOST_WEBHOOKS:
        raise BadSettings(f"A project has {MOST_WEBHOOKS} webhooks at the most; remove one that you need no longer.")
    secret = check_secret(secret) if secret else new_secret()
    row = Webhook(project=project, url=url, events=_checked(events), secret=secret, **newest_marks(project))
    row.made_by_id = by.pk
    check(row)
    row.save()
    return row, secret


@transaction.atomic
def change_webhook(row: Webhook, **wishes: Any) -> str:
    """Change address or events, pause it or let it go on; return its new secret where `new_secret` asks for one.

    A webhook that goes on tries what waits at once, and tells of what came meanwhile.
    """
    row = Webhook.objects.select_for_update().get(pk=row.pk)
    row.url = wishes.get("url", row.url)
    row.events = _checked(wishes["events"]) if "events" in wishes else row.events
    secret = row.secret = new_secret() if wishes.get("new_secret") else row.secret
    active = wishes.get("active")
    if active is False and row.paused_at is None:
        row.paused_at, row.paused_because = clock.now(), "An owner paused it."
    elif active and row.paused_at:
        row.paused_at, row.paused_because = None, ""
        row.deliveries.filter(sent_at=None).update(attempts=0, next_at=clock.now())
    check(row)
    row.save()
    return secret if wishes.get("new_secret") else ""


def remove_webhook(row: Webhook) -> None:
    """Remove a webhook with its messages."""
    row.delete()


def ask_test(row: Webhook) -> Delivery:
    """Write a message that says nothing but that it arrives.

    Raises:
        NotReady: the webhook pauses, or too many wait already.
    """
    _check_open(row)
    return write(row, EventKind.TEST, {"project": row.project_id, "name": row.project.name})


def send_again(delivery: Delivery) -> None:
    """Let a message be sent once more, under the same number.

    Raises:
        NotReady: the webhook pauses, or too many wait already.
    """
    _check_open(delivery.webhook)
    Delivery.objects.filter(pk=delivery.pk).update(sent_at=None, attempts=0, next_at=clock.now(), error="")


def drop_delivery(delivery: Delivery) -> None:
    """Forget a message, so that those behind it have their turn."""
    if not Delivery.objects.filter(pk=delivery.pk).delete()[0]:
        raise NotFound("No such message of this project.")


def _check_open(row: Webhook) -> None:
    if row.paused_at:
        raise NotReady("The webhook pauses; let it go on first.")
    if row.deliveries.filter(sent_at=None).count() >= MOST_WAITING:
        raise NotReady(f"{MOST_WAITING} messages wait already; they are sent when the address answers again.")


def _checked(events: list[str]) -> list[str]:
    offered = [kind.value for kind in EventKind if kind is not EventKind.TEST]
    if not events or not set(events) <= set(offered):
        raise BadSettings(f"Choose events among {', '.join(offered)}.")
    return [event for event in offered if event in events]
