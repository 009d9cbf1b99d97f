"""Enrolling, revoking and recognising kiosks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from verification_service.sessions.errors import NotAuthenticated
from verification_service.sessions.models import CommunePoint, Kiosk, KioskNonce
from verification_service.sessions.nearest import Point, Whereabouts
from verification_service.sessions.service import Service
from verification_service.sessions.signatures import CLOCK_WINDOW_SECONDS, KioskSignature

NONCES_KEPT = timedelta(seconds=2 * CLOCK_WINDOW_SECONDS)


@dataclass(frozen=True)
class Device:
    """What an administrator says about a kiosk. `place` is what citizens are told; `point` (latitude, longitude) may be unknown."""

    name: str
    place: str
    where: Whereabouts
    public_key: bytes
    point: Point | None = None


async def enrol(service: Service, transaction: AsyncSession, device: Device) -> Kiosk:
    """A new kiosk with its raw 32-byte Ed25519 public key."""
    if len(device.public_key) != 32:
        raise ValueError("an Ed25519 public key has 32 bytes")
    latitude, longitude = device.point or (None, None)
    kiosk = Kiosk(name=device.name, place=device.place, commune=device.where.commune, province=device.where.province, latitude=latitude,
                  longitude=longitude, public_key=device.public_key, enrolled_at=service.now())  # fmt: skip
    transaction.add(kiosk)
    await transaction.flush()
    service.audit(transaction, "administrator", "kiosk_enrolled", detail=str(kiosk.id))
    return kiosk


async def place_commune(service: Service, transaction: AsyncSession, where: Whereabouts, point: Point) -> None:
    """Says where a commune lies, so that distances to kiosks elsewhere can be told."""
    await transaction.merge(CommunePoint(commune=where.commune, province=where.province, latitude=point[0], longitude=point[1]))
    service.audit(transaction, "administrator", "commune_placed", detail=f"{where.commune}, {where.province}")


async def revoke(service: Service, transaction: AsyncSession, kiosk_id: UUID) -> bool:
    """From now on nothing that this kiosk signs is accepted; False when there is no such kiosk."""
    kiosk = await transaction.get(Kiosk, kiosk_id)
    if kiosk is None:
        return False
    kiosk.revoked_at = kiosk.revoked_at or service.now()
    service.audit(transaction, "administrator", "kiosk_revoked", detail=str(kiosk_id))
    return True


async def in_service(transaction: AsyncSession) -> list[Kiosk]:
    """Kiosks that are not revoked, by name."""
    return list(await transaction.scalars(select(Kiosk).where(Kiosk.revoked_at.is_(None)).order_by(Kiosk.name)))


async def authenticate(request: Request) -> UUID:
    """The kiosk that signed this request (FastAPI dependency). Raises NotAuthenticated; the reason goes to the audit only."""
    service: Service = request.app.state.service
    body = await request.body()
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    signature = KioskSignature.from_headers(request.headers)
    if signature is None:
        raise NotAuthenticated("kiosk_signature")
    async with service.sessions.begin() as transaction:
        kiosk = await _kiosk(transaction, signature.kiosk_id)
        reason = _refusal(kiosk, signature, request.method, target, body, service.now())
        if reason is None and not await _fresh(transaction, kiosk.id, signature.nonce, service.now()):
            reason = "replayed"
        if reason:
            service.audit(transaction, f"kiosk:{signature.kiosk_id[:36]}", "refused", detail=reason)
    if reason or kiosk is None:
        raise NotAuthenticated("kiosk_signature")
    return kiosk.id


async def _kiosk(transaction: AsyncSession, kiosk_id: str) -> Kiosk | None:
    try:
        return await transaction.get(Kiosk, UUID(kiosk_id))
    except ValueError:
        return None


def _refusal(kiosk: Kiosk | None, signature: KioskSignature, method: str, target: str, body: bytes, now: datetime) -> str | None:
    if kiosk is None:
        return "unknown"
    if not signature.is_right(kiosk.public_key, method, target, body):
        return "signature"
    if kiosk.revoked_at is not None:
        return "revoked"
    return "clock" if abs(now.timestamp() - signature.timestamp) > CLOCK_WINDOW_SECONDS else None


async def _fresh(transaction: AsyncSession, kiosk_id: UUID, nonce: str, now: datetime) -> bool:
    inserted = insert(KioskNonce).values(kiosk_id=kiosk_id, nonce=nonce, at=now).on_conflict_do_nothing().returning(KioskNonce.nonce)
    return await transaction.scalar(inserted) is not None
