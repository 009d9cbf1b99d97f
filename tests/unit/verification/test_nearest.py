"""Which kiosks a citizen hears of first, and how an administrator says where one stands."""

import os
import subprocess
import sys

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scripts.local_stack import ROOT
from tests.support.verification import CALLER, serve
from verification_service.sessions.migrate import upgrade
from verification_service.sessions.settings import VerificationSettings

KIOSKS = [
    # name, commune, province, point
    ("Quầy A", "Xã Cẩm Xuyên", "Hà Tĩnh", None),
    ("Quầy B", "Xã Thạch Hà", "Hà Tĩnh", "18.360,105.857"),
    ("Quầy C", "Phường Thành Sen", "Hà Tĩnh", "18.343,105.906"),
    ("Quầy D", "Phường Thành Vinh", "Nghệ An", "18.667,105.667"),
    ("Quầy E", "Phường Hoàn Kiếm", "Hà Nội", "21.028,105.852"),
]


def public_key() -> str:
    return Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()


@pytest.fixture(scope="module")
def service(databases, face_matcher, gateway):
    settings = VerificationSettings(
        _env_file=None, verification_database_url=databases.address(databases.create(databases.template("verification", upgrade))), gateway_url=gateway.url
    )
    for running in serve(settings, face_matcher):
        running.rows("DELETE FROM kiosk RETURNING 1")
        for name, commune, province, point in KIOSKS:
            at = ["--at", point] if point else []
            command(running, "enrol-kiosk", "--name", name, "--place", commune, "--commune", commune, "--province", province, "--public-key", public_key(), *at)
        yield running


def command(running, *arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"VERIFICATION_DATABASE_URL": running.database}
    line = [sys.executable, "-m", "verification_service.sessions", *arguments]
    return subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True)


def told(running, **where: str) -> list[tuple[str, float | None]]:
    kiosks = httpx.get(f"{running.url}/v1/kiosks", params=where, headers=CALLER).json()
    return [(kiosk["name"][-1], kiosk["distance_km"]) for kiosk in kiosks]


def test_without_a_commune_they_come_by_name(service):
    assert [name for name, _ in told(service)] == list("ABCDE")


def test_the_commune_first_then_by_distance_then_the_province(service):
    assert told(service, commune="Phường Thành Sen", province="Hà Tĩnh") == [("C", 0.0), ("B", 5.5), ("D", 44.0), ("A", None), ("E", 298.6)]
    assert next(name for name, _ in told(service, commune="Phường Hoàn Kiếm", province="Thành phố Hà Nội")) == "E"


def test_a_commune_without_point_and_kiosk_gets_those_of_its_province(service):
    assert [name for name, _ in told(service, commune="Xã Kỳ Anh", province="Hà Tĩnh")] == list("ABCDE")
    assert next(name for name, _ in told(service, commune="Xã Kim Liên", province="Nghệ An")) == "D"


def test_a_commune_that_was_placed_gets_the_nearest(service):
    assert command(service, "place-commune", "--commune", "Xã Nghi Xuân", "--province", "Hà Tĩnh", "--at", "18.66,105.75").stdout == "placed\n"
    assert [name for name, _ in told(service, commune="Xã Nghi Xuân", province="Hà Tĩnh")][:3] == ["D", "B", "C"]


@pytest.mark.parametrize(
    ("commune", "province", "said"),
    [("Xã Cẩm Xuyen", "Hà Tĩnh", "near: Xã Cẩm Xuyên"), ("Xã Cẩm Xuyên", "Hà Tỉnh", "near: Hà Tĩnh"), ("Xã Cẩm Xuyên", "Nghệ An", "no commune")],
)
def test_a_place_that_does_not_exist_is_refused_with_the_nearest_names(service, commune, province, said):
    place = ("--commune", commune, "--province", province)
    done = command(service, "enrol-kiosk", "--name", "X", "--place", "X", *place, "--public-key", public_key())
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr
    assert "X" not in [name for name, _ in told(service)]
