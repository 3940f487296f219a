"""Labelling: who gets which sample next, and what becomes of their answer."""

from annotation.labeling.answers import Answer, retract, submit
from annotation.labeling.claims import Claim, claim, claim_one, release_leases

__all__ = ["Answer", "Claim", "claim", "claim_one", "release_leases", "retract", "submit"]
