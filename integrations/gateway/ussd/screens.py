"""Texts and choices as pages of a USSD screen, with the keys that the citizen may press."""

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.channels.base import Choice, Reply, offered_choices
from integrations.core.text_fitting import fit_ussd
from integrations.gateway.ussd import texts

NEXT_KEY = 9
NO_FOOTERS = ("", texts.NEXT, f"{texts.NEXT} {texts.BACK}", texts.BACK)
DIALOGUE_FOOTERS = (texts.START, f"{texts.NEXT} {texts.BACK}", f"{texts.NEXT} {texts.BACK}", texts.START)


@dataclass(frozen=True, slots=True)
class Layout:
    """How this provider's phones show text: the limit when it is lower than the radio's, and whether with diacritics."""

    limit: int | None = None
    diacritics: bool = False

    def static(self, text: str) -> list[str]:
        """A screen of ours that names its own keys."""
        return fit_ussd(text, footers=NO_FOOTERS, diacritics=self.diacritics, limit=self.limit)

    def answer(self, replies: Sequence[Reply], *, closing: bool = False) -> tuple[list[str], dict[str, Choice]]:
        """The pages of a bot's answer, and its choices by the number shown; 9 turns the page and is never a choice.

        `closing`: nothing can be typed after it.
        """
        choices = offered_choices(replies)
        numbers = [str(number if number < NEXT_KEY else number + 1) for number in range(1, len(choices) + 1)]
        lines = [reply.text.strip() for reply in replies if reply.text.strip()]
        lines += [f"{number}. {choice.title}" for number, choice in zip(numbers, choices, strict=True)]
        pages = fit_ussd("\n".join(lines), footers=NO_FOOTERS if closing else DIALOGUE_FOOTERS, diacritics=self.diacritics, limit=self.limit)
        return pages, dict(zip(numbers, choices, strict=True))
