"""The portrait as an image, decoded only from a DG2 whose hash was verified, under caps on bytes and pixels."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image

from verification_service.chip.errors import PortraitRefused

MAX_BYTES = 512 * 1024
MAX_PIXELS = 4_000_000
_SIGNATURES = {b"\xff\xd8\xff": ("image/jpeg", "JPEG"), b"\x00\x00\x00\x0cjP  ": ("image/jp2", "JPEG2000"), b"\xff\x4f\xff\x51": ("image/jp2", "JPEG2000")}


@dataclass(frozen=True, slots=True, repr=False)
class Portrait:
    """An encoded image as the chip holds it; `media_type` is image/jpeg or image/jp2."""

    data: bytes
    media_type: str

    @classmethod
    def recognise(cls, data: bytes) -> "Portrait":
        """By magic bytes. PortraitRefused for other formats and for more than 512 KiB."""
        if len(data) > MAX_BYTES:
            raise PortraitRefused("the portrait is too large")
        for signature, (media_type, _) in _SIGNATURES.items():
            if data.startswith(signature):
                return cls(data, media_type)
        raise PortraitRefused("the portrait is neither JPEG nor JPEG 2000")

    @property
    def extension(self) -> str:
        return "jpg" if self.media_type == "image/jpeg" else "jp2"

    def decode(self) -> Image.Image:
        """An RGB image of at most 4 million pixels. PortraitRefused when it is larger or broken."""
        formats = ["JPEG"] if self.media_type == "image/jpeg" else ["JPEG2000"]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                image = Image.open(io.BytesIO(self.data), formats=formats)
                if image.width * image.height > MAX_PIXELS:
                    raise PortraitRefused("the portrait has too many pixels")
                return image.convert("RGB")
        # Pillow's decoders raise many types on damaged input; OSError, ValueError and SyntaxError are the documented ones.
        except (OSError, ValueError, SyntaxError, EOFError, IndexError, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise PortraitRefused("the portrait cannot be decoded") from error
