"""Tasks: a row that waits gets a message, once; the sweep finds what was lost."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError as DatabaseAway
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from annotation.models import Job, Project
from annotation.models.jobs import JobKind
from webapp import tasks


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """Return the job numbers and queues of the messages sent, which go nowhere."""
    messages: list[tuple[int, str]] = []
    monkeypatch.setattr(
        tasks.run_job, "apply_async", lambda arguments, *, queue, retry: messages.append((arguments[0], queue))
    )
    return messages


def test_it_works(project: Project, sent: list[tuple[int, str]]) -> None:
    refit, embed = Job.request(project, JobKind.REFIT), Job.request(project, JobKind.EMBED)
    assert tasks.dispatch() == 2
    assert sent == [(refit.pk, "interactive"), (embed.pk, "batch")]


def test_a_job_is_sent_once(project: Project, sent: list[tuple[int, str]]) -> None:
    Job.request(project, JobKind.REFIT)
    assert (tasks.dispatch(), tasks.dispatch()) == (1, 0)


def test_a_lost_message_is_sent_again(project: Project, sent: list[tuple[int, str]]) -> None:
    Job.request(project, JobKind.REFIT)
    tasks.dispatch()
    Job.objects.update(sent_at=timezone.now() - timedelta(minutes=5))
    tasks.sweep()
    assert len(sent) == 2


def test_messages_wait_for_the_commit(
    project: Project, sent: list[tuple[int, str]], django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        Job.request(project, JobKind.REFIT)
        tasks.dispatch_on_commit(project.pk)
        assert sent == []
    assert len(sent) == 1


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_sending_undoes_no_answer(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(project_id: int | None = None) -> int:
        raise DatabaseAway("server closed the connection unexpectedly")

    monkeypatch.setattr(tasks, "dispatch", fail)
    tasks.dispatch_on_commit()  # at once, as after an answer
    with transaction.atomic():
        tasks.dispatch_on_commit()
    assert caplog.text.count("Error calling dispatch_on_commit.<locals>.send in on_commit()") == 2


def test_without_a_broker_the_row_waits_for_the_sweep(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.run_job, "apply_async", refuse)
    job = Job.request(project, JobKind.REFIT)
    assert tasks.dispatch() == 0
    job.refresh_from_db()
    assert (job.state, job.sent_at) == (Job.State.QUEUED, None)


def test_the_sweep_lets_what_fell_silent_try_again(project: Project, sent: list[tuple[int, str]]) -> None:
    job = Job.request(project, JobKind.REFIT)
    job.start()
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    tasks.sweep()
    job.refresh_from_db()
    assert (job.state, job.attempts, sent) == (Job.State.QUEUED, 1, [])
    Job.objects.update(not_before=timezone.now())
    tasks.sweep()
    assert sent == [(job.pk, "interactive")]


def test_a_second_clock_asks_for_nothing_twice(project: Project, sent: list[tuple[int, str]]) -> None:
    """Two of them may run by mistake, on one machine or on two."""
    job = Job.request(project, JobKind.REFIT)
    Job.objects.update(created_at=timezone.now() - timedelta(days=2))  # somebody worked here before today
    for _ in range(2):
        tasks.sweep()
        tasks.prune()
        tasks.tidy()
    prunes = Job.objects.filter(kind=JobKind.PRUNE)
    assert [pk for pk, _ in sent] == [job.pk, prunes.get().pk]


def test_failed_jobs_are_listed_and_started_again(
    project: Project, sent: list[tuple[int, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    job = Job.request(project, JobKind.PUBLISH)
    job.start()
    job.fail("Out of disk.")
    call_command("restart")
    assert f"{job.pk}  Lakes  Publish a model version: Out of disk." in capsys.readouterr().out
    call_command("restart", "--all")
    assert sent == [(job.pk, "batch")]
    with pytest.raises(CommandError, match="Not failed, or no such job"):
        call_command("restart", str(job.pk))
