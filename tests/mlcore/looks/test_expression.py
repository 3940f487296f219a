"""Expressions: arithmetic of names, and nothing but that."""

import numpy as np
import pytest

from mlcore.errors import BadRecipe
from mlcore.looks.expression import LONGEST, read_expression

A, B = np.array([[1, 2], [3, 0]], np.float32), np.array([[2, 2], [0, 0]], np.float32)


def test_it_works():
    expression = read_expression("(A - B) / (A + B)")
    assert expression.names == {"A": 2, "B": 6} and not expression.is_plain
    made = expression.value({"A": A, "B": B})
    assert made[0] == pytest.approx([-1 / 3, 0]) and made[1, 0] == 1 and np.isnan(made[1, 1])


def test_names_of_any_kind_stand_in_backticks_or_brackets():
    expression = read_expression("`red edge` * 2 - [860 nm] + `Ü-1`")
    assert set(expression.names) == {"red edge", "860 nm", "Ü-1"}
    planes = {"red edge": A, "860 nm": B, "Ü-1": np.ones_like(A)}
    assert np.array_equal(expression.value(planes), A * 2 - B + 1)
    assert read_expression("`860 nm`").is_plain


def test_functions_signs_and_powers_are_computed():
    planes = {"A": A}
    assert np.array_equal(read_expression("-A ** 2").value(planes), -(A**2))
    assert np.array_equal(read_expression("max(A, 2) + min(A, 1)").value(planes), np.maximum(A, 2) + np.minimum(A, 1))
    assert read_expression("sqrt(abs(A)) * exp(0) * log10(100)").value(planes)[1, 0] == pytest.approx(2 * 3**0.5)


@pytest.mark.parametrize("text", ["9 ** 9 ** 9 ** 9 ** 9 * A", "A / 0", "log(A - 9)", "exp(A * 1e9)"])
def test_what_is_no_number_is_nothing(text):
    made = read_expression(text).value({"A": A + 1})
    assert np.isnan(made).all()


def test_a_long_sum_is_computed():
    planes = {"A": np.ones((512, 512), np.float32)}
    assert read_expression("+".join(["A"] * 100)).value(planes)[0, 0] == 100


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A.real", 1), ("A[0]", 2), ("A - __import__", 5), ("A if A else B", 1), ("A + B < 3", 7), ("A; B", 2),
        ("lambda: A", 7), ("A @ B", 3), ("A // B", 1), ("A % B", 3), ("f(A)", 1), ("A(B)", 1), ("min(A)", 1),
        ("min(*A)", 1), ("A, B", 1), ("A = B", 3), ("A := 1", 3), ("'A'", 1), ("A + True", 5), ("A + 1j", 5),
        ("A + 1e400", 5), ("A and B", 1), ("not A", 1), ("A\n", 2), ("A + ｂ", 5), ("A + 𝐁", 5), ("A + B２", 6),
        ("A + ", 5), ("(A", 1), ("A)", 2), ("A B", 1), ("1 + 1", 1), ("``", 1), ("A + `B", 5), ("\0", 1),
        ("await A", 1),
    ],
)  # fmt: skip
def test_anything_else_is_refused_and_said_where(text, place):
    with pytest.raises(BadRecipe, match="character") as told:
        read_expression(text)
    assert f"character {place}:" in str(told.value) or text in ("A B", "(A", "A + ", "A)"), told.value


@pytest.mark.parametrize("text", ["A" * (LONGEST + 1), "-" * 300 + "A", "(" * 240 + "A" + ")" * 240, "9" * 490 + "+A"])
def test_the_huge_and_the_deep_are_refused(text):
    with pytest.raises(BadRecipe):
        read_expression(text)
