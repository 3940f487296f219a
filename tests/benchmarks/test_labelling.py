"""One label over HTTP, claim and answer, in a small and a large project; `labelling.py` compares with other code."""

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from annotation.models import Annotation
from tests.benchmarks.labelling import FIGURES, Person, furnish, tell

MOST_STATEMENTS = 15


@pytest.mark.django_db(transaction=True)
def test_one_label(tmp_path: Path, benchmark: BenchmarkFixture) -> None:
    person = Person(furnish(tmp_path, tiles=100_000 if benchmark.enabled else 100))
    rows = [person.label() for _ in range(3)]  # every shape of a query is written once
    rounds = 60 if benchmark.enabled else 2
    benchmark.pedantic(lambda: rows.append(person.label()), rounds=rounds)
    assert Annotation.objects.filter(author__username="bob").count() == len(rows)
    assert max(row["statements"] for row in rows[1:]) <= MOST_STATEMENTS
    figures = {name: [row[name] for row in rows] for name in FIGURES}
    assert len(list(tell(["this", "beside"], [figures, figures]))) == 3 * len(FIGURES)
