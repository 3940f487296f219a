"""Languages of sentences, guessed by py3langid (naive Bayes on parts of words; its model is in its wheel).

A handful of words is too little for 140 languages. So a set of texts is read twice: what is sure at first names the
languages of the set, and of these each text gets the likeliest.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

_SURE = 0.8
_LEAST_SHARE = 0.02  # of what is sure, that a language of the set has
_REPORT_EACH = 1000  # texts


def languages_of(texts: Sequence[str], *, progress: Callable[[float], None] = lambda share: None) -> list[str]:
    """Return the ISO 639 code of each text's language; '' where nothing in it is a word or no guess is sure."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # takes seconds and 120 MB; children alone need it

    guesser = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    worded = [any(map(str.isalpha, text)) for text in texts]
    first = _guessed(guesser, texts, worded, lambda share: progress(share / 2))
    sure = Counter(code for code, chance in first if code and chance >= _SURE)
    here = [code for code, count in sure.items() if count >= _LEAST_SHARE * sure.total()]
    if here:
        guesser.set_languages(here)
        first = _guessed(guesser, texts, worded, lambda share: progress(0.5 + share / 2))
    return [code if chance >= _SURE else "" for code, chance in first]


def _guessed(
    guesser: Any, texts: Sequence[str], worded: Sequence[bool], progress: Callable[[float], None]
) -> list[tuple[str, float]]:
    guesses = []
    for number, (text, has_words) in enumerate(zip(texts, worded, strict=True)):
        if number % _REPORT_EACH == 0:
            progress(number / len(texts))
        guesses.append(guesser.classify(text) if has_words else ("", 0.0))
    return guesses
