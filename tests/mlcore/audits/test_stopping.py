"""advise: when to stop, and what 50 more labels would buy."""

import numpy as np
import pytest

from mlcore.audits.stopping import Point, Words, advise, expected_gain, kappa
from mlcore.errors import BadFeatures


def curve(level=0.95, drop=2.0, power=1.0, labels=(20, 40, 80, 160)):
    return [Point(n, level - drop * n**-power, level - 0.05, level + 0.05) for n in labels]


def test_it_works():
    advice = advise([0.9, 0.99, 0.99, 0.985], curve(labels=(50, 100, 200, 400)), [30, 40])
    assert advice.stop
    assert advice.gain < 0.005
    assert len(advice.reasons) == 1


def test_what_is_open_is_said():
    advice = advise([0.9, 0.95], curve(), [30, 4])
    assert not advice.stop
    assert "changes its mind" in advice.reasons[0]
    assert advice.reasons[-1] == "1 of 2 classes have fewer than 20 labels."


def test_it_speaks_of_what_is_labelled():
    flat = curve(labels=(50, 100, 200, 400))
    tags = Words("{scarce} of {all} tags are on fewer than {least} tiles.", "every tag is on enough tiles")
    steady = [0.99, 0.99, 0.985]
    assert advise(steady, flat, [30, 4], tags).reasons == ("1 of 2 tags are on fewer than 20 tiles.",)
    assert advise(steady, flat, [30, 40], tags).reasons[0].endswith("flat, and every tag is on enough tiles.")
    (nothing_named,) = advise(steady, flat, [], Words("", "")).reasons
    assert nothing_named == "Successive models agree and the audited accuracy is flat."


def test_the_gain_is_that_of_the_power_law():
    assert expected_gain(curve()) == pytest.approx(2 / 160 - 2 / 210, abs=1e-3)
    assert expected_gain(curve(drop=0)) == pytest.approx(0, abs=1e-6)
    assert expected_gain(curve()[:2]) is None


def test_kappa_is_cohens():
    assert kappa(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])) == 1
    assert kappa(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])) == 0
    assert kappa(np.zeros(5, int), np.zeros(5, int)) == 1


def test_too_early_to_say():
    advice = advise([], [], [0, 0])
    assert not advice.stop
    assert "too few audited rounds" in advice.reasons[1]
    with pytest.raises(BadFeatures, match="finite"):
        advise([np.nan], [], [])
