"""Claiming at once: no two people ever get the same sample."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from annotation.labeling import Answer, claim, submit
from annotation.models import Lease, Project, Sample
from tests.factories import make_user

Result = TypeVar("Result")


def ids(leases: list[Lease]) -> list[int]:
    """Return the samples held."""
    return [lease.sample_id for lease in leases]


@pytest.mark.django_db(transaction=True)
def test_twenty_people_at_once_never_share_a_sample(project: Project, pool: list[Sample]) -> None:
    people = [make_user(f"person{number}") for number in range(20)]

    def work(user: AbstractBaseUser) -> list[int]:
        try:
            return ids(claim(project, user, count=1).queue)
        finally:
            connection.close()

    held = together(work, people)
    counts = Counter(sample for samples in held for sample in samples)
    assert len(counts) == 20
    assert set(counts.values()) == {1}
    assert set(counts) == {sample.pk for sample in pool[10:]}


@pytest.mark.django_db(transaction=True)
def test_people_who_label_as_fast_as_they_can_never_meet(project: Project, pool: list[Sample]) -> None:
    people = [make_user(f"person{number}") for number in range(6)]

    def work(user: AbstractBaseUser) -> int:
        done = 0
        try:
            while queue := claim(project, user, count=2).queue:
                claim(project, user, count=1, showing=queue[0].sample_id)
                submit(queue[0].sample, user, Answer(value={"class": 1}))
                done += 1
            return done
        finally:
            connection.close()

    assert sum(together(work, people)) == 30
    assert Sample.objects.filter(state="labelled").count() == 30
    assert not Lease.objects.exists()


def together(work: Callable[[AbstractBaseUser], Result], people: list[AbstractBaseUser]) -> list[Result]:
    """Let everybody do it at once, each with a database connection of their own."""
    with ThreadPoolExecutor(len(people)) as threads:
        return list(threads.map(work, people))
