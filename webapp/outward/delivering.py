"""Delivering: messages that wait are signed and posted, by a thread beside whatever else a worker does.

A refit never waits for a stranger's server so. A killed thread leaves its webhook to the next look, two minutes later.
"""

import logging
import threading
import time
from base64 import b64encode

import orjson
from django.db import DatabaseError, connection

from annotation.hooks import Outcome, begin, finish, gather, next_of, note, waiting
from annotation.hooks.signing import sign
from annotation.models import Delivery, Webhook
from annotation.models.webhooks import EventKind
from webapp.outward.posting import post

ROUND_SECONDS = 60.0  # of one webhook before the others have their turn
_at_work = threading.Lock()
logger = logging.getLogger(__name__)


def announce() -> None:
    """Write what there is to tell, and let a thread of this process tell it, unless one does."""
    gather()
    if waiting() and _at_work.acquire(blocking=False):
        threading.Thread(target=_deliver_and_close, name="webhooks", daemon=True).start()


def _deliver_and_close() -> None:
    try:
        deliver()
    except DatabaseError as error:  # it comes back, and the next look goes on
        logger.warning("Webhooks: %s", error)
    finally:
        connection.close()
        _at_work.release()


def deliver() -> int:
    """Send what is due, of each webhook in the order in which it happened; return how many messages were taken."""
    return sum(_deliver_of(row) for row in waiting() if begin(row))


def _deliver_of(row: Webhook) -> int:
    taken, until = 0, time.monotonic() + ROUND_SECONDS
    try:
        while time.monotonic() < until and (delivery := next_of(row)):
            outcome = send(delivery)
            note(delivery, outcome)
            if not outcome.taken:
                logger.info(
                    "Webhook %s of project %s failed: %s", row.pk, row.project_id, outcome.status or "no status"
                )
                break
            taken += 1
    finally:
        finish(row)
    return taken


def send(delivery: Delivery) -> Outcome:
    """Sign and post one message, as Standard Webhooks says."""
    body, now = body_of(delivery), int(time.time())  # by the world's clock, which the other side compares with its own
    headers = {
        "Content-Type": "application/json",
        "webhook-id": delivery.message,
        "webhook-timestamp": str(now),
        "webhook-signature": sign(delivery.webhook.secret, delivery.message, now, body),
    }
    return post(delivery.webhook.url, body, headers)


def body_of(delivery: Delivery) -> bytes:
    """Return what is sent; of labels, with the cursor from which the list of annotations tells them in full."""
    told = delivery.told()
    if delivery.kind == EventKind.LABELS:
        cursor = b64encode(f"p={delivery.content['after']}".encode()).decode()
        told["data"] = {**told["data"], "cursor": cursor}
    return orjson.dumps(told)
