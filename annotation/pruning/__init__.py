"""Pruning: remove what nothing needs any more; `policy` says what that is, how long it is kept, and why."""

from annotation.pruning.asking import request_due, run
from annotation.pruning.policy import POLICY, SHARED, prune, prune_shared

__all__ = ["POLICY", "SHARED", "prune", "prune_shared", "request_due", "run"]
