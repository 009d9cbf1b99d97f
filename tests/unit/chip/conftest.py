"""Shared by the chip tests: one issuer per session, because making keys is the slow part, and a short way to read and judge."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from tests.support.testchip import Issue, Pki, Profile, issue
from tests.support.testchip.pki import NOW
from verification_service.chip import AccessKeys, Evidence, Expected, Issued, Report, TrustStore, read, verify


@pytest.fixture(scope="session")
def pki() -> Pki:
    return Pki()


@pytest.fixture
def card(pki: Pki) -> Callable[..., Issue]:
    """A card of the session's issuer; keywords are those of `Profile`."""
    return lambda **options: issue(Profile(**options), pki=pki)


def read_here(issued: Issue, /, **options) -> Evidence:
    """Read and verified on one machine: the verifier holds challenge and keys."""
    options.setdefault("keys", AccessKeys(can=issued.holder.can, mrz=issued.holder.mrz_key))
    options.setdefault("expected", Expected(number=issued.holder.number))
    return read(issued.chip.present(), options.pop("keys"), issued=options.pop("issued", None) or Issued.new(), **options)


def judge(issued: Issue, evidence: Evidence | None = None, now: datetime = NOW, store: TrustStore | None = None) -> Report:
    return verify(evidence or read_here(issued), store or issued.trust_store(), now)


def state_of(report: Report, name: str) -> tuple[str, str]:
    check = report.check(name)
    return check.state.value, check.reason


def without(evidence: Evidence, *names: str) -> Evidence:
    return replace(evidence, files={name: data for name, data in evidence.files.items() if name not in names})
