"""Columns of many rows as arrays."""

from annotation.arrays.columns import read_columns
from annotation.models import Project
from tests.pools import make_samples


def test_it_works(project: Project) -> None:
    samples = make_samples(project, 1005)
    index, pk, column, row = read_columns(project.samples.all(), "index", "pk", "tile__column", "tile__row")
    order = index.argsort()
    assert index[order].tolist() == list(range(1005))
    assert pk[order].tolist() == [sample.pk for sample in samples]
    assert column[order][[0, 999, 1000]].tolist() == [0, 999, 0]
    assert row[order][[0, 999, 1000]].tolist() == [0, 0, 1]


def test_nothing_is_an_empty_array(project: Project) -> None:
    index, pk = read_columns(project.samples.filter(state="labelled"), "index", "pk")
    assert (len(index), len(pk)) == (0, 0)
