"""Painted masks and the cells of a feature map."""

import numpy as np

from mlcore.heads.painted import coarsened, painted, strokes


def test_it_works():
    mask = np.zeros((8, 8), np.uint8)
    mask[:4, :4] = 3
    mask[0, 0] = 1
    mask[4:, 4:] = 200
    assert coarsened(mask, (2, 2)).tolist() == [[3, 0], [0, 200]]


def test_one_painted_pixel_is_enough_where_no_other_is():
    mask = np.zeros((8, 8), np.uint8)
    mask[7, 0] = 2
    assert coarsened(mask, (4, 4)).tolist()[3] == [2, 0, 0, 0]


def test_a_map_may_overhang_the_tile():
    assert coarsened(np.ones((30, 30), np.uint8), (8, 8)).tolist() == np.ones((8, 8), int).tolist()


def test_nothing_painted():
    assert not coarsened(np.zeros((8, 8), np.uint8), (2, 2)).any()


def strokes_of(mask):
    """Strokes of a mask, one cell for each pixel."""
    _, codes, places = painted(np.zeros((1, *mask.shape), np.float32), mask)
    return codes, strokes(codes, places)


def test_pieces_of_a_class_are_strokes_and_touch_across_corners():
    mask = np.zeros((8, 8), np.uint8)
    mask[0, :3] = mask[1, 3] = 4
    mask[5, :2] = 4
    codes, pieces = strokes_of(mask)
    assert codes.tolist() == [4] * 6
    assert len(np.unique(pieces)) == 2


def test_classes_that_touch_are_strokes_of_their_own():
    mask = np.zeros((4, 4), np.uint8)
    mask[:2], mask[2:] = 1, 2
    codes, pieces = strokes_of(mask)
    assert len(np.unique(pieces)) == 2
    assert all(len(np.unique(codes[pieces == stroke])) == 1 for stroke in np.unique(pieces))


def test_a_large_area_is_cut_into_squares():
    assert len(np.unique(strokes_of(np.ones((32, 20), np.uint8))[1])) == 4 * 3


def test_nothing_painted_has_no_strokes():
    assert strokes_of(np.zeros((4, 4), np.uint8))[1].size == 0
