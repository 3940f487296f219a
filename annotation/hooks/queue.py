"""The queue of each webhook: its messages go one after the other, and wait together while the address fails."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from annotation import clock
from annotation.models import Delivery, Webhook
from annotation.models.webhooks import BACK_OFF, EventKind

_HELD = timedelta(minutes=2)  # by whoever delivers; longer than one round of it takes
GONE = 410  # the address says that it wants no more


@dataclass(frozen=True)
class Outcome:
    """How a try ended: with a status of HTTP, or with an error in words."""

    status: int | None = None
    error: str = ""
    seconds: float = 0.0

    @property
    def taken(self) -> bool:
        """Return whether the address has the message."""
        return self.status is not None and 200 <= self.status < 300


def write(row: Webhook, kind: EventKind, content: dict[str, Any]) -> Delivery:
    """Write a message that waits."""
    now = clock.now()
    message = f"msg_{secrets.token_hex(12)}"
    return Delivery.objects.create(
        webhook=row, kind=kind, content=content, message=message, created_at=now, next_at=now
    )


def waiting() -> list[Webhook]:
    """Return the webhooks whose first message is due, and at which nobody is."""
    mine = Delivery.objects.filter(webhook=OuterRef("pk"), sent_at=None)
    free = Webhook.objects.filter(Q(busy_until=None) | Q(busy_until__lt=clock.now()), paused_at=None)
    late = mine.filter(attempts__gt=0, next_at__gt=clock.now())  # it failed, and those behind it wait with it
    return list(free.filter(Exists(mine), ~Exists(late)))


def begin(row: Webhook) -> bool:
    """Take a webhook to deliver its messages; False when somebody else was first."""
    now = clock.now()
    free = Webhook.objects.filter(Q(busy_until=None) | Q(busy_until__lt=now), pk=row.pk, paused_at=None)
    return bool(free.update(busy_until=now + _HELD))


def finish(row: Webhook) -> None:
    """Let others take it."""
    Webhook.objects.filter(pk=row.pk).update(busy_until=None)


def next_of(row: Webhook) -> Delivery | None:
    """Return the message that is due, with its webhook as it is now; None where there is none, or it pauses."""
    rows = Delivery.objects.filter(webhook=row, webhook__paused_at=None, sent_at=None)
    return rows.select_related("webhook__project").order_by("id").first()


def note(delivery: Delivery, outcome: Outcome) -> None:
    """Write down how a try ended: it is sent, waits for the next one, or its webhook pauses."""
    now, tries = clock.now(), delivery.attempts + 1
    facts = {"attempts": tries, "status": outcome.status, "error": outcome.error[:300], "seconds": outcome.seconds}
    mine = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)
    if outcome.taken:
        mine.update(**facts, sent_at=now)
        return
    last = tries > len(BACK_OFF) or outcome.status == GONE
    mine.update(**facts, next_at=now if last else now + BACK_OFF[tries - 1])
    if last:
        said = f"status {outcome.status}" if outcome.status else outcome.error
        times = "It wants no more" if outcome.status == GONE else f"{tries} tries in a row failed"
        pause = {"paused_at": now, "paused_because": f"{times} ({said})."[:300]}
        Webhook.objects.filter(pk=delivery.webhook_id, paused_at=None).update(**pause)
