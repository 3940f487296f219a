"""The queue of a webhook: in order, later after a failure, and a pause after the last one."""

from datetime import timedelta

import pytest

from annotation import clock
from annotation.errors import BadSettings, NotReady
from annotation.hooks import (
    Outcome,
    ask_test,
    begin,
    change_webhook,
    drop_delivery,
    finish,
    make_webhook,
    next_of,
    note,
    send_again,
    waiting,
)  # fmt: skip
from annotation.hooks.signing import check_secret, new_secret, sign
from annotation.models import Delivery
from annotation.models.webhooks import BACK_OFF
from annotation.pruning import prune

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(project, alice):
    """Return a webhook."""
    return make_webhook(project, url="https://example.org/hook", events=["labels.created"], by=alice)[0]


def fail(row, outcome=Outcome(500, "It answered 500.")):  # noqa: B008 (frozen)
    """Let the first message of a webhook fail, as if its time had come."""
    note(next_of(row), outcome)


def test_it_works(row):
    first, second = ask_test(row), ask_test(row)
    assert waiting() == [row] and begin(row) and not begin(row)
    assert next_of(row) == first
    note(first, Outcome(204, "", 0.1))
    assert next_of(row) == second
    note(second, Outcome(200))
    finish(row)
    assert waiting() == [] and next_of(row) is None
    first.refresh_from_db()
    assert (first.status, first.attempts) == (204, 1) and first.sent_at


def test_those_behind_a_failed_message_wait_with_it(row):
    first, _ = ask_test(row), ask_test(row)
    fail(row)
    assert waiting() == []
    Delivery.objects.filter(pk=first.pk).update(next_at=clock.now())
    assert waiting() == [row] and next_of(row) == first


def test_each_try_comes_later_and_the_last_one_pauses(row):
    ask_test(row)
    for wait in BACK_OFF:
        fail(row)
        assert timedelta(0) < next_of(row).next_at - clock.now() <= wait
    fail(row)
    row.refresh_from_db()
    assert row.paused_because == "8 tries in a row failed (status 500)." and next_of(row) is None
    with pytest.raises(NotReady, match="let it go on first"):
        ask_test(row)
    change_webhook(row, active=True)
    assert waiting() == [row] and next_of(row).attempts == 0


def test_who_says_that_it_is_gone_is_left_alone_at_once(row):
    ask_test(row)
    fail(row, Outcome(410, "It answered 410."))
    row.refresh_from_db()
    assert row.paused_because == "It wants no more (status 410)."


def test_a_message_is_sent_again_under_its_number(row):
    told = ask_test(row)
    note(told, Outcome(200))
    send_again(told)
    again = next_of(row)
    assert (again.message, again.attempts, again.sent_at) == (told.message, 0, None)


def test_a_dropped_message_lets_the_next_have_its_turn(row):
    first, second = ask_test(row), ask_test(row)
    fail(row)
    drop_delivery(first)
    assert waiting() == [row] and next_of(row) == second


def test_who_was_killed_while_delivering_is_not_waited_for(row):
    ask_test(row)
    assert begin(row)
    type(row).objects.update(busy_until=clock.now() - timedelta(seconds=1))
    assert waiting() == [row] and begin(row)


def test_signatures_are_those_of_the_standard():
    """Compare with the example of the specification's own libraries."""
    body = b'{"test": 2432232314}'
    signature = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["x", "whsec_", "whsec_!!!!", "whsec_" + "QUJD", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
def test_a_secret_that_is_none_is_refused(secret):
    with pytest.raises(BadSettings, match="24 to 64 random bytes"):
        check_secret(secret)
    assert check_secret(new_secret())


def test_a_new_secret_takes_the_place_of_the_old(row):
    before = row.secret
    secret = change_webhook(row, new_secret=True)
    row.refresh_from_db()
    assert row.secret == secret != before
    assert change_webhook(row, events=["release.created"]) == ""


def test_there_is_an_end_of_them(project, alice, row):
    for _ in range(19):
        make_webhook(project, url="https://example.org/hook", events=["labels.created"], by=alice)
    with pytest.raises(BadSettings, match="20 webhooks at the most"):
        make_webhook(project, url="https://example.org/hook", events=["labels.created"], by=alice)


def test_old_messages_are_pruned_and_waiting_ones_stay(project, row):
    old, _ = ask_test(row), ask_test(row)
    old.sent_at = clock.now() - timedelta(days=31)
    old.save()
    assert dict(prune(project))["messages that webhooks got"].rows == 1
    assert row.deliveries.filter(sent_at=None).count() == 1
