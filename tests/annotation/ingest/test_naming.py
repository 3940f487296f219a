"""What chips are called, and which files show one sample."""

import pytest

from annotation.ingest.naming import key_of, plain_path, without_ending


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (["a", "a_S1", "a_S2", "S1_a", "S1/a", "s2/a", "Sentinel-2/a", "a-sar"], "a"),
        (["north/a_S1", "north/S2/a", "S2/north/a", "north/a"], "north/a"),
        (["Ghana_103272_S1Hand", "Ghana_103272_S2Hand"], "Ghana_103272"),
        (["tile 7/S1", "tile 7/S2"], "tile 7"),
        (["water/a"], "water/a"),
        (["rock/a"], "rock/a"),
        (["a_S1_b"], "a_S1_b"),
        (["S1"], "S1"),
        (["spam"], "spam"),
        (["w10"], "w10"),
    ],
)
def test_it_works(names: list[str], key: str) -> None:
    assert {name: key_of(name) for name in names} == dict.fromkeys(names, key)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("north/a.tif", "north/a.tif"),
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\chips\\a.tif", "C:/chips/a.tif"),
        ("<b>/./a\x00.tif", "_b_/a.tif"),
        ("//", "unnamed"),
    ],
)
def test_paths_are_for_the_eyes_only(sent: str, shown: str) -> None:
    assert plain_path(sent) == shown


def test_endings_are_left_out() -> None:
    assert [without_ending(path) for path in ("a/b.tif", "a.b/c", ".tif", "x.y.png")] == ["a/b", "a.b/c", ".tif", "x.y"]
