"""Vietnamese addresses of two tiers (province, commune), as they are since 1/7/2025, looked up in `vietnam-provinces`.

The data is loaded at the first look-up and indexed by folded name, with and without the words for the tier.
"""

import re
from dataclasses import dataclass
from functools import cache

from integrations.core.text import fold, one_slip_apart

_PROVINCE_WORDS = r"(?:tinh|thanh pho|tp|t p)"
_COMMUNE_WORDS = r"(?:xa|phuong|dac khu|thi tran|x|p|tt)"
_SHORT_NAMES = {
    "hcm": "ho chi minh",
    "tphcm": "ho chi minh",
    "sai gon": "ho chi minh",
    "sg": "ho chi minh",
    "hn": "ha noi",
    "tt hue": "hue",
    "thua thien hue": "hue",
}


@dataclass(frozen=True)
class Place:
    """A province or a commune. `name` is official (`"Xã Cẩm Xuyên"`, `"Tỉnh Hà Tĩnh"` without the word `Tỉnh`); `code` is that of the statistics office."""

    code: int
    name: str
    kind: str
    province_code: int


@dataclass(frozen=True)
class AddressReading:
    """What a typed address names. `communes` has one entry when it is clear, several when the citizen must choose; `detail` is what stands before."""

    province: Place | None
    communes: tuple[Place, ...]
    detail: str

    @property
    def commune(self) -> Place | None:
        """The commune, when there is only one candidate."""
        return self.communes[0] if len(self.communes) == 1 else None


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[^a-z0-9]+", " ", fold(text))).strip()


def _without(words: str, text: str) -> str:
    return re.sub(rf"^{words}\s+", "", text)


@cache
def provinces() -> tuple[Place, ...]:
    """All 34, in the order of their codes."""
    from vietnam_provinces import Province

    found = (Place(int(item.code), item.name, item.division_type.value, int(item.code)) for item in Province.iter_all())
    return tuple(sorted(found, key=lambda place: place.code))


@cache
def communes(province_code: int | None = None) -> tuple[Place, ...]:
    """All communes, wards and special zones, of one province or of the country."""
    from vietnam_provinces import Ward

    found = (Place(int(item.code), item.name, item.division_type.value, int(item.province_code)) for item in Ward.iter_all())
    return tuple(place for place in found if province_code in (None, place.province_code))


@cache
def _province_index() -> dict[str, Place]:
    index = {_without(_PROVINCE_WORDS, _plain(place.name)): place for place in provinces()}
    return index | {short: index[name] for short, name in _SHORT_NAMES.items() if name in index}


@cache
def _commune_index(province_code: int | None) -> dict[str, tuple[Place, ...]]:
    index: dict[str, tuple[Place, ...]] = {}
    for place in communes(province_code):
        full = _plain(place.name)
        for key in {full, _without(_COMMUNE_WORDS, full)}:
            index[key] = (*index.get(key, ()), place)
    return index


def find_province(text: str) -> Place | None:
    """The province of that name, with or without diacritics and the word for its tier, one slip forgiven from six letters on."""
    key = _without(_PROVINCE_WORDS, _plain(text))
    index = _province_index()
    if key in index:
        return index[key]
    near = {place for name, place in index.items() if len(name) >= 6 and one_slip_apart(key, name)}
    return near.pop() if len(near) == 1 else None


def find_communes(text: str, province_code: int | None = None) -> tuple[Place, ...]:
    """Every commune of that name; a stated tier (`"phường"`) narrows it, one slip is forgiven from eight letters on."""
    key = _plain(text)
    key = re.sub(r"^x (?=\w)", "xa ", re.sub(r"^p (?=\w)", "phuong ", key))
    index = _commune_index(province_code)
    bare = _without(_COMMUNE_WORDS, key)
    for candidate in (key, bare):
        if candidate in index:
            return index[candidate]
    if len(bare) < 8 or bare in _province_index():
        return ()
    wanted = key if bare != key else bare
    near = {place: None for name, places in index.items() if one_slip_apart(wanted, name) for place in places}
    return tuple(near)


def read_address(text: str, default_province_code: int | None = None) -> AddressReading:
    """Reads `"số 5 ngõ 3, xã Cẩm Xuyên, Hà Tĩnh"`, commas or not, and a commune that is named first (`"xã Cẩm Xuyên, thôn 5"`).

    Without a province in the text, the default one is looked in.
    """
    parts = [part.strip() for part in re.split(r"[,;\n]|\s-\s", text) if part.strip()]
    if len(parts) == 1:
        parts = _split_unpunctuated(parts[0], default_province_code)
    province = find_province(parts[-1]) if parts else None
    if province and (len(parts) > 1 or not find_communes(parts[-1], default_province_code)):
        parts = parts[:-1]
    else:
        province = next((place for place in provinces() if place.code == default_province_code), None)
    for position in _commune_positions(parts):
        if found := find_communes(parts[position], province.code if province else None):
            return AddressReading(province, found, ", ".join(parts[:position] + parts[position + 1 :]))
    return AddressReading(province, (), ", ".join(parts))


def _commune_positions(parts: list[str]) -> list[int]:
    """The last part, then those before that say themselves to be a commune: any other name may be a hamlet's."""
    before = [position for position in range(len(parts) - 1) if re.match(rf"{_COMMUNE_WORDS}\s", _plain(parts[position]))]
    return [len(parts) - 1, *before] if parts else []


def _split_unpunctuated(text: str, default_province_code: int | None) -> list[str]:
    """Cuts known names off the end of an address typed without commas, or a commune off its beginning."""
    words = text.split()
    tail: list[str] = []
    province = None
    for size in range(min(5, len(words)), 0, -1):
        place = _province_index().get(_without(_PROVINCE_WORDS, _plain(" ".join(words[-size:]))))
        if place:
            province, tail, words = place.code, [" ".join(words[-size:])], words[:-size]
            break
    index = _commune_index(province or default_province_code)
    for size in range(min(6, len(words)), 0, -1):
        if _plain(" ".join(words[-size:])) in index:
            return [part for part in (" ".join(words[:-size]), " ".join(words[-size:]), *tail) if part]
    for size in range(min(6, len(words)), 1, -1):
        first = _plain(" ".join(words[:size]))
        if first in index and re.match(rf"{_COMMUNE_WORDS}\s", first):
            return [" ".join(words[size:]), " ".join(words[:size]), *tail]
    return [part for part in (" ".join(words), *tail) if part]
