"""Long sweeps: `make test` takes a sample of the cases, `make sweeps` (a part of `make bench`) takes all the others."""

from collections.abc import Iterable
from typing import Any

import pytest


def sampled(cases: Iterable[Any], *, every: int) -> list[Any]:
    """Return cases for `parametrize`, of which `make test` runs the first and each so many-th after it."""
    return [case if place % every == 0 else left_out(case) for place, case in enumerate(cases)]


def left_out(*values: Any) -> Any:
    """Return one case for `parametrize` that only `make sweeps` runs."""
    return pytest.param(*values, marks=pytest.mark.sweep)


def in_part(every: int) -> pytest.MarkDecorator:
    """Call a test with `every`, of how many of its own cases it takes one: of so many, and in `make sweeps` of one."""
    return pytest.mark.parametrize("every", [every, left_out(1)], ids=["some", "all"])
