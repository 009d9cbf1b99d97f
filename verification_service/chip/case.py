"""The evidence under judgement, parsed once and lazily; every reading that fails is None, with the reason kept for the check that needs it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from verification_service.chip import dg1, dg13, dg14, sod
from verification_service.chip.certificates import Certificate
from verification_service.chip.dg13 import VietnameseFields
from verification_service.chip.errors import ChipError
from verification_service.chip.evidence import Evidence
from verification_service.chip.files import DATA_GROUPS, DG1, DG13, DG14
from verification_service.chip.mrz import Mrz
from verification_service.chip.security_infos import SecurityInfos
from verification_service.chip.sod import SecurityObject
from verification_service.chip.trust_store import Issuance, TrustStore

Value = TypeVar("Value")
WEAK_HASH = "sha1"


@dataclass
class Case:
    """`signed(name)` and everything below it are only what a correctly signed SOD covers."""

    evidence: Evidence
    store: TrustStore
    now: datetime

    @cached_property
    def security_object(self) -> SecurityObject | None:
        return _or_none(lambda: sod.parse(self.evidence.files["sod"])) if "sod" in self.evidence.files else None

    @cached_property
    def signer(self) -> Certificate | None:
        """The document signer's certificate that EF.SOD carries."""
        found = self.security_object
        return None if found is None else _or_none(found.signed.signer)

    @cached_property
    def signature_reason(self) -> str:
        """Empty when EF.SOD is correctly signed by the certificate it carries; otherwise a reason."""
        found = self.security_object
        if found is None:
            return "missing" if "sod" not in self.evidence.files else "malformed"
        if not self.store.allow_sha1 and WEAK_HASH in found.signed.hashes:
            return "weak_hash"
        try:
            return (found.signed.signature_reason() or "").replace(" ", "_")
        except ChipError:
            return "not_verifiable"

    @cached_property
    def issuance(self) -> Issuance:
        return Issuance(None, "no_signer") if self.signer is None else self.store.issuance(self.signer, self.now)

    @cached_property
    def listed(self) -> frozenset[int]:
        """Data groups that EF.SOD lists."""
        found = self.security_object
        return frozenset() if found is None else frozenset(found.hashes)

    @cached_property
    def covered(self) -> frozenset[str]:
        """Names of the data group files whose hash EF.SOD confirms; empty while the SOD's own hash function is not accepted."""
        found = self.security_object
        if found is None or (found.hash == WEAK_HASH and not self.store.allow_sha1):
            return frozenset()
        return frozenset(
            file.name
            for file in DATA_GROUPS
            if file.name in self.evidence.files
            and found.hashes.get(file.number or 0) == hashlib.new(found.hash, self.evidence.files[file.name], usedforsecurity=False).digest()
        )

    def signed(self, name: str) -> bytes | None:
        """A data group's bytes when they are covered by a correctly signed EF.SOD."""
        return self.evidence.files[name] if not self.signature_reason and name in self.covered else None

    @cached_property
    def mrz(self) -> Mrz | None:
        return self._parsed(DG1.name, dg1.parse)

    @cached_property
    def vietnamese(self) -> VietnameseFields | None:
        return self._parsed(DG13.name, dg13.parse)

    @cached_property
    def infos(self) -> SecurityInfos | None:
        return self._parsed(DG14.name, dg14.parse)

    def _parsed(self, name: str, parse: Callable[[bytes], Value]) -> Value | None:
        data = self.signed(name)
        return None if data is None else _or_none(lambda: parse(data))


def _or_none(action: Callable[[], Value]) -> Value | None:
    try:
        return action()
    except ChipError:
        return None
