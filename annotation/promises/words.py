"""Promises in plain words: what is proven of all such decisions, and what was measured of this one."""

from annotation.models.projects import PromiseKind
from mlcore.audits.promises import Promise


def proven(kind: str, bound: float) -> str:
    """Return in one sentence what the rule behind a promise guarantees."""
    over = "over all decisions by this rule, those that accept nothing included and however often one looks"
    if kind == PromiseKind.CONFIDENCE:
        return f"Proven {over}: in at least 90 % of them at most {_percent(bound)} of what is accepted is wrong."
    return f"Proven {over}: on average at most {_percent(bound)} of what is accepted is wrong."


def measured(promised: Promise) -> str:
    """Return in one sentence what audits show of what would be accepted; nothing where none of them lies there."""
    if not promised.inside:
        return ""
    many = f"{promised.inside} audits lie" if promised.inside > 1 else "1 audit lies"
    wrong = _percent(promised.lost / promised.inside) if promised.lost else "nothing"
    return f"Measured: {many} inside what would be accepted, and {wrong} of that was wrong."


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 1 else "100 %"
