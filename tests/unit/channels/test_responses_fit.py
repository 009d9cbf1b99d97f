"""Every response of the domain on every channel: few enough messages or screens, nothing unreadable, no title too long."""

import re
from pathlib import Path

import pytest
import yaml

from integrations.channels import sms
from integrations.channels.base import Choice, Reply
from integrations.channels.zalo_oa import rendering
from integrations.core.text_fitting import fold, sms_segments, units
from integrations.gateway.ussd.screens import Layout

DOMAIN = Path(__file__).parents[3] / "bot" / "domain"
FILLED_IN = "H42.19-261120-0001"  # as long as most of what takes a placeholder's place
MOST_USSD_SCREENS = 2


def variations() -> list[tuple[str, dict]]:
    """(name and channel, variation) of every response in every file."""
    found = []
    for path in sorted(DOMAIN.glob("*.yml")):
        for name, items in (yaml.safe_load(path.read_text()).get("responses") or {}).items():
            for number, item in enumerate(items):
                found.append((f"{name}[{number}]", item))
    return found


VARIATIONS = variations()


def reply_of(item: dict) -> Reply:
    text = re.sub(r"{\w+}", FILLED_IN, item.get("text") or "")
    return Reply(text, tuple(Choice(button["title"], button["payload"]) for button in item.get("buttons") or []))


def on(*channels: str | None) -> list[tuple[str, dict]]:
    chosen = [(name, item) for name, item in VARIATIONS if item.get("channel") in channels and item.get("text")]
    assert chosen, f"no response for {channels}"
    return chosen


def test_sms():
    """One message of at most two segments."""
    composed = {name: sms.compose([reply_of(item)]) for name, item in on("sms")}
    assert not {name: messages for name, messages in composed.items() if len(messages) > 1 or sms_segments(messages[0].text) > 2}


@pytest.mark.parametrize("limit", [182, 160])
def test_ussd(limit):
    """Few screens, each within the operator's limit, and a key for every choice."""
    for name, item in on("ussd"):
        screens, numbers = Layout(limit).answer([reply_of(item)])
        assert len(screens) <= MOST_USSD_SCREENS, (name, screens)
        assert all(units(screen) <= limit for screen in screens), (name, screens)
        assert len(numbers) == len(reply_of(item).choices), name


def test_zalo():
    """One message within the limit; no title is cut."""
    for name, item in on(None, "zalo"):
        [message] = rendering.compose([reply_of(item)])
        assert len(message.text) <= rendering.MAX_TEXT, name
        assert all(len(choice.title) <= rendering.MAX_TITLE for choice in reply_of(item).choices), name


def test_a_plain_phone_can_show_every_letter():
    """Folding makes a question mark of what it does not know."""
    whole = {name: "\n".join([item["text"], *(button["title"] for button in item.get("buttons") or [])]) for name, item in on("sms", "ussd")}
    assert not [name for name, text in whole.items() if fold(text).count("?") != text.count("?")]
