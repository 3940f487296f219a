"""hide: which tokens of a sample are hidden."""

import numpy as np
import pytest

from mlcore.errors import UnknownName
from mlcore.model.network import PLACE, Layout
from mlcore.pretrain.masks import hide

RNG = np.random.default_rng


def make_layout(*, chips=2, groups=3, dates=2, cells=9):
    chip, group, date, cell = (axis.ravel() for axis in np.indices((chips, groups, dates, cells)))
    return Layout(chip, chip, date, group, cell)


def test_it_works():
    hidden = hide(make_layout(), 50, RNG(0))
    assert hidden.shape == (50, 108)
    assert hidden.any(1).all()
    assert not hidden.all(1).any()
    assert 0.4 < hidden.mean() < 0.8


def test_up_to_nine_tenths_of_the_tokens_are_hidden():
    hidden = hide(make_layout(), 20, RNG(0), shares=(0.9, 0.9), kind="tokens")
    assert set(hidden.sum(1)) == {97}


@pytest.mark.parametrize(("kind", "axis"), [("tubes", "cell"), ("dates", "date"), ("modality", "kind")])
def test_a_structured_mask_hides_a_thing_wholly_or_not_at_all(kind, axis):
    layout = make_layout()
    names = getattr(layout, axis)
    for hidden in hide(layout, 20, RNG(1), kind=kind):
        shares = {hidden[names == name].mean() for name in np.unique(names)}
        assert shares == {0.0, 1.0}


def test_spectral_groups_are_hidden_at_every_place_and_date():
    layout = make_layout()
    for hidden in hide(layout, 20, RNG(1), kind="groups"):
        for chip in range(2):
            for group in range(3):
                assert hidden[(layout.kind == chip) & (layout.group == group)].mean() in (0.0, 1.0)


def test_only_masks_that_make_sense_are_drawn():
    layout = make_layout(chips=1, groups=1, dates=1)
    assert (hide(layout, 50, RNG(0), shares=(0.5, 0.5)).sum(1) == 4).all()


def test_a_single_token_is_never_hidden():
    assert not hide(make_layout(chips=1, groups=1, dates=1, cells=1), 5, RNG(0)).any()


def test_what_is_known_of_a_place_is_never_hidden():
    layout = make_layout()
    source = layout.source.copy()
    source[:5] = PLACE
    hidden = hide(Layout(source, layout.kind, layout.date, layout.group, layout.cell), 20, RNG(0), shares=(0.9, 0.9))
    assert not hidden[:, :5].any()
    assert hidden[:, 5:].any(1).all()


def test_the_same_numbers_draw_the_same_masks():
    assert (hide(make_layout(), 9, RNG(3)) == hide(make_layout(), 9, RNG(3))).all()


def test_an_unknown_mask_lists_the_right_ones():
    with pytest.raises(UnknownName, match="dates, groups, modality, tokens, tubes"):
        hide(make_layout(), 1, RNG(0), kind="stripes")
