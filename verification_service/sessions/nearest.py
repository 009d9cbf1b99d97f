"""Which kiosks to name first to somebody in a commune: those of the commune, then by distance where both points are known, then those of the province.

A commune's point is configured (`place-commune`), else it is the middle of its own kiosks; without either only names decide.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from vietnam_provinces import Province, Ward

from verification_service.sessions.models import CommunePoint, Kiosk

EARTH_RADIUS_KM = 6371.0
# Beyond this nobody reaches a kiosk within the ten minutes of a code; distance says nothing more.
FURTHEST_KM = 60.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Whereabouts:
    """A commune and its province by their official names; the province without the word for its tier."""

    commune: str
    province: str

    @classmethod
    def named(cls, commune: str, province: str) -> "Whereabouts":
        """As a caller writes them; an unknown name is simply near nothing."""
        return cls(commune, province.removeprefix("Tỉnh ").removeprefix("Thành phố "))

    @classmethod
    def official(cls, commune: str, province: str) -> "Whereabouts":
        """Checked against the two tiers that exist since 1/7/2025. Raises ValueError, with the nearest spellings."""
        here = cls.named(commune, province)
        provinces = {cls.named("", item.name).province: item.code for item in Province.iter_all()}
        if here.province not in provinces:
            raise ValueError(f"no province {province!r}; near: {', '.join(get_close_matches(province, provinces)) or '–'}")
        communes = [ward.name for ward in Ward.iter_all() if ward.province_code == provinces[here.province]]
        if commune not in communes:
            raise ValueError(f"no commune {commune!r} in {province}; near: {', '.join(get_close_matches(commune, communes)) or '–'}")
        return here


async def nearest(transaction: AsyncSession, kiosks: Sequence[Kiosk], here: Whereabouts | None) -> list[tuple[Kiosk, float | None]]:
    """The kiosks in the order to name them, each with its distance in kilometres where it is known."""
    point = await _point(transaction, kiosks, here) if here else None
    measured = [(kiosk, _distance(point, kiosk)) for kiosk in kiosks]
    return sorted(measured, key=lambda entry: (*_rank(entry[0], entry[1], here), entry[0].name))


def _rank(kiosk: Kiosk, distance: float | None, here: Whereabouts | None) -> tuple[int, float]:
    if here and (kiosk.commune, kiosk.province) == (here.commune, here.province):
        return 0, distance or 0.0
    if distance is not None and distance <= FURTHEST_KM:
        return 1, distance
    return (2 if here and kiosk.province == here.province else 3), distance if distance is not None else math.inf


async def _point(transaction: AsyncSession, kiosks: Sequence[Kiosk], here: Whereabouts) -> Point | None:
    configured = await transaction.scalar(select(CommunePoint).where(CommunePoint.commune == here.commune, CommunePoint.province == here.province))
    if configured:
        return configured.latitude, configured.longitude
    own = [_of(kiosk) for kiosk in kiosks if (kiosk.commune, kiosk.province) == (here.commune, here.province)]
    known = [point for point in own if point]
    return (sum(point[0] for point in known) / len(known), sum(point[1] for point in known) / len(known)) if known else None


def _of(kiosk: Kiosk) -> Point | None:
    return None if kiosk.latitude is None or kiosk.longitude is None else (kiosk.latitude, kiosk.longitude)


def _distance(point: Point | None, kiosk: Kiosk) -> float | None:
    """Great circle, in kilometres."""
    there = _of(kiosk)
    if point is None or there is None:
        return None
    (latitude, longitude), (other_latitude, other_longitude) = (tuple(map(math.radians, place)) for place in (point, there))
    half = math.sin((other_latitude - latitude) / 2) ** 2
    half += math.cos(latitude) * math.cos(other_latitude) * math.sin((other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))
