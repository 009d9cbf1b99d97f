"""Two senders of one channel: who gets a message, and when it goes back to the first."""

from collections.abc import Sequence
from datetime import UTC, datetime

from integrations.channels.base import Ambiguous, Failed, Receipt, Reply, SendOutcome, Sent
from integrations.channels.failover import REST_SECONDS, FailoverSender

BUSY = Failed("bận", retryable=True)
WRONG_NUMBER = Failed("số sai", retryable=False)
UNKNOWN = Ambiguous("không rõ")


class Provider:
    channel = "sms"

    def __init__(self, name: str) -> None:
        self.name = name
        self.outcome: SendOutcome | None = None
        self.asked: list[str] = []

    def compose(self, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        return tuple(replies)

    async def send(self, address: str, message: Reply, reference: str) -> SendOutcome:
        self.asked.append(reference)
        return self.outcome or Sent(f"{self.name}:{reference}")


class Bench:
    def __init__(self) -> None:
        self.time = 0.0
        self.first, self.second = Provider("first"), Provider("second")
        self.sender = FailoverSender(self.first, self.second, clock=lambda: self.time)
        self.number = 0

    async def send(self, count: int = 1) -> SendOutcome:
        for _ in range(count):
            self.number += 1
            outcome = await self.sender.send("+84912345678", Reply("x"), str(self.number))
        return outcome


async def test_a_message_that_one_cannot_take_goes_to_the_other_at_once():
    bench = Bench()
    bench.first.outcome = BUSY
    assert await bench.send() == Sent("second:1")


async def test_what_may_have_left_and_what_is_wrong_is_never_sent_twice():
    for outcome in (UNKNOWN, WRONG_NUMBER):
        bench = Bench()
        bench.first.outcome = outcome
        assert await bench.send() == outcome
        assert bench.second.asked == []


async def test_a_failing_sender_rests_and_is_asked_again_by_itself():
    bench = Bench()
    bench.first.outcome = BUSY
    await bench.send(10)
    assert bench.first.asked == ["1", "2", "3"]
    assert len(bench.second.asked) == 10
    bench.time += REST_SECONDS
    await bench.send(5)
    assert bench.first.asked == ["1", "2", "3", "11"]
    bench.first.outcome = None
    bench.time += REST_SECONDS
    assert await bench.send() == Sent("first:16")
    assert await bench.send() == Sent("first:17")


async def test_unanswered_requests_count_as_failures():
    bench = Bench()
    bench.first.outcome = UNKNOWN
    await bench.send(3)
    assert await bench.send() == Sent("second:4")


async def test_wrong_numbers_do_not_make_a_sender_rest():
    bench = Bench()
    bench.first.outcome = WRONG_NUMBER
    await bench.send(20)
    bench.first.outcome = None
    assert await bench.send() == Sent("first:21")


async def test_a_few_failures_among_many_successes_do_not_move_traffic():
    bench = Bench()
    for number in range(40):
        bench.first.outcome = BUSY if number % 4 == 0 and number > 3 else None
        await bench.send()
    assert len(bench.first.asked) == 40


async def test_when_both_fail_the_first_one_is_asked_too_and_the_message_waits():
    bench = Bench()
    bench.first.outcome = bench.second.outcome = BUSY
    assert await bench.send(10) == BUSY


class ThatCanBeAsked(Provider):
    async def inquire(self, address, message, reference, since, now):
        return Receipt("sms", (f"{self.name}:{reference}",), "delivered", now, "asked") if reference in self.asked else None


async def test_whoever_knows_a_message_tells_what_became_of_it():
    now = datetime.now(UTC)
    first, second = Provider("first"), ThatCanBeAsked("second")
    sender = FailoverSender(first, second)
    await second.send("+84912345678", Reply("x"), "d1")
    assert (await sender.inquire("+84912345678", Reply("x"), "d1", now, now)).provider_refs == ("second:d1",)
    assert await sender.inquire("+84912345678", Reply("x"), "d2", now, now) is None
