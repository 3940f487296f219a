"""reach_of: where audits don't look."""

import numpy as np
import pytest

from mlcore.audits.reach import reach_of
from mlcore.errors import BadFeatures


def pool(count=1500, seed=0):
    return np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float16)


def test_it_works():
    audits = pool()[np.random.default_rng(1).choice(1500, 60, replace=False)]
    reach = reach_of(pool(), audits)
    assert reach.unlike < 0.06
    assert reach.warning == ""


def test_another_land_is_warned_of():
    both = np.concatenate([pool(), pool(seed=3) + 4])
    reach = reach_of(both, pool()[:60])
    assert 0.35 < reach.unlike < 0.55
    assert "look unlike any audit" in reach.warning


def test_areas_without_audits_are_named():
    areas = np.repeat([1, 2, 5], 500)
    reach = reach_of(pool(), pool()[::25], areas=areas, audited_areas=np.array([1, 1, 2]))
    assert reach.areas == (5,)
    assert (
        reach.warning
        == "1 area has no audit: accuracy and promises do not speak of them until audits there are labelled."
    )


def test_without_audits_everything_is_unlike():
    assert reach_of(pool(), np.zeros((0, 6))).unlike == 1
    assert reach_of(np.zeros((0, 6)), pool()).unlike == 0


def test_all_alike_is_no_alarm():
    assert reach_of(np.ones((50, 3)), np.ones((5, 3))).unlike == 0


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(BadFeatures, match="one length"):
        reach_of(pool(), np.zeros((3, 5)))
    with pytest.raises(BadFeatures, match="NaN"):
        reach_of(np.full((9, 2), np.nan), np.zeros((3, 2)))
