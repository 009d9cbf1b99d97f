"""Random handovers (tests/support/handover.py); `make bench` walks ten thousand steps."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.handover import Handovers


def walk(database: str, examples: int, steps: int) -> None:
    machine = type("HandoversHere", (Handovers,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
            derandomize=True,
            database=None,
        ),
    )


def test_no_message_is_answered_by_both_or_by_nobody(gateway_database: str) -> None:
    walk(gateway_database, examples=12, steps=25)
