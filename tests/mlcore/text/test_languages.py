"""Languages of posts: what a set is written in decides on its short ones."""

import pytest

from mlcore.text.languages import languages_of

ENGLISH = [
    "There is no water left in the camp behind the school, please send help to us as soon as you can.",
    "The bridge over the river was destroyed and nobody can reach the hospital from this side any more.",
    "food needed",
]
CREOLE = ["nou bezwen manje ak dlo nan kafou, tanpri voye èd ban nou pi vit ke posib, timoun yo ap soufri anpil"]


@pytest.fixture(scope="module")
def told() -> list[str]:
    return languages_of([*ENGLISH, *CREOLE, "12345", "", "http:// 1 <b>"])


def test_it_works(told: list[str]) -> None:
    assert told[0] == told[1] == "en"
    assert told[3] == "ht"


def test_a_short_text_gets_a_language_of_its_set(told: list[str]) -> None:
    assert told[2] in ("en", "")


def test_what_has_no_word_has_no_language(told: list[str]) -> None:
    assert told[4:6] == ["", ""]
