"""Labelling: who gets which sample next, and what becomes of their answer."""

from annotation.labeling.answers import Answer, Kept, retract, submit, submit_as
from annotation.labeling.baskets import Wish
from annotation.labeling.claims import Claim, claim, claim_as, claim_one, release_leases
from annotation.labeling.costs import costs
from annotation.labeling.paces import tiles_ahead
from annotation.labeling.sittings import Sitting, sitting_of

__all__ = [
    "Answer", "Claim", "Kept", "Sitting", "Wish", "claim", "claim_as", "claim_one", "costs", "release_leases",
    "retract", "sitting_of", "submit", "submit_as", "tiles_ahead",
]  # fmt: skip
