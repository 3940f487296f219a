"""When audits are enough to tell a figure."""

import pytest

from mlcore.audits.sufficiency import LEAST, WIDEST, fewest, missing
from mlcore.metrics.shares import wilson_interval


def test_it_works() -> None:
    assert LEAST == fewest() == 10
    assert [missing(audits) for audits in (0, 3, 9, 10, 500)] == [10, 7, 1, 0, 0]


@pytest.mark.parametrize("widest", [0.2, 0.4, WIDEST])
def test_so_many_audits_keep_the_widest_interval_in_bounds(widest: float) -> None:
    least = fewest(widest)
    widths = [high - low for _, low, high in (wilson_interval(least / 2, least), wilson_interval(least / 2, least - 1))]
    assert widths[0] <= widest < widths[1]


def test_three_right_of_three_say_nothing() -> None:
    _, low, high = wilson_interval(3, 3)
    assert missing(3, low, high) == 7


def test_an_interval_that_is_still_too_wide_asks_for_more() -> None:
    assert missing(20, 0.1, 0.9) == 24
    assert missing(20, 0.3, 0.3 + WIDEST + 1e-3) == 1
