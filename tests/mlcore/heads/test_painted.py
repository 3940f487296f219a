"""Painted masks and the cells of a feature map."""

import numpy as np

from mlcore.heads.painted import coarsened


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
