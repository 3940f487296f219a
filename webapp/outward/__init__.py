"""What this site sends to others' addresses by itself: messages of webhooks, to public hosts alone."""

from webapp.outward.addresses import Refused, check_url
from webapp.outward.delivering import announce, deliver

__all__ = ["Refused", "announce", "check_url", "deliver"]
