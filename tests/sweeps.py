"""Long sweeps: `make test` takes a sample of the cases, `make sweeps` (a part of `make bench`) all of them."""

from typing import Any

import pytest


def left_out(*values: Any) -> Any:
    """Return one case for `parametrize` that only `make sweeps` runs."""
    return pytest.param(*values, marks=pytest.mark.sweep)


def in_part(every: int) -> pytest.MarkDecorator:
    """Call a test with `every`, of how many of its own cases it takes one: of so many, and in `make sweeps` of one."""
    return pytest.mark.parametrize("every", [every, left_out(1)], ids=["some", "all"])
