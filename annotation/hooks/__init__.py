"""Webhooks: who hears what of a project, what there is to tell, and how it went. What speaks HTTP lies in webapp."""

from annotation.hooks.gathering import gather
from annotation.hooks.managing import ask_test, change_webhook, drop_delivery, make_webhook, remove_webhook, send_again
from annotation.hooks.queue import Outcome, begin, finish, next_of, note, waiting

__all__ = [
    "Outcome",
    "ask_test",
    "begin",
    "change_webhook",
    "drop_delivery",
    "finish",
    "gather",
    "make_webhook",
    "next_of",
    "note",
    "remove_webhook",
    "send_again",
    "waiting",
]
