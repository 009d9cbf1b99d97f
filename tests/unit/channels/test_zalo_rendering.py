"""Replies of one turn → the requests that Zalo gets."""

import pytest

from integrations.channels.base import Choice, Reply, offered_choices
from integrations.channels.zalo_oa import rendering


def choices(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"Mục {number}", f"/pick{{{number}}}") for number in range(1, count + 1))


def bodies(*replies: Reply) -> list[dict]:
    return [rendering.request_body("186", message)["message"] for message in rendering.compose(replies)]


def button(title: str, payload: str | None = None) -> dict:
    return {"title": title, "type": "oa.query.show", "payload": payload or title}


TABLE = [
    ("one bubble", [Reply("Xin chào")], [{"text": "Xin chào"}]),
    ("bubbles are merged", [Reply("Một."), Reply(" Hai. "), Reply("")], [{"text": "Một.\n\nHai."}]),
    ("nothing to say", [Reply("  ")], []),
    (
        "choices are buttons that say their title",
        [Reply("Ông/bà đã làm xong chưa?", (Choice("Đã xong", "/step_done"), Choice("Bị lỗi", "/step_failed")))],
        [{"text": "Ông/bà đã làm xong chưa?", "attachment": {"type": "template", "payload": {"buttons": [button("Đã xong"), button("Bị lỗi")]}}}],
    ),
    (
        "six choices: five buttons, and all numbered",
        [Reply("Chọn:", choices(6))],
        [
            {
                "text": "Chọn:\n\n1. Mục 1\n2. Mục 2\n3. Mục 3\n4. Mục 4\n5. Mục 5\n6. Mục 6",
                "attachment": {"type": "template", "payload": {"buttons": [button(f"Mục {number}") for number in range(1, 6)]}},
            }
        ],
    ),
    (
        "only choices",
        [Reply("", choices(1))],
        [{"text": "1. Mục 1", "attachment": {"type": "template", "payload": {"buttons": [button("Mục 1")]}}}],
    ),
]


@pytest.mark.parametrize(("replies", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_request(replies, expected):
    assert bodies(*replies) == expected


def test_a_title_over_100_characters_is_shown_shortened_and_said_whole():
    title = "Tôi muốn thông báo lưu trú cho nhiều người khách cùng một lúc tại cơ sở lưu trú của gia đình tôi ở xã"
    shown = bodies(Reply("Chọn", (Choice(title, "/x"),)))[0]["attachment"]["payload"]["buttons"][0]
    assert len(title) > 100 >= len(shown["title"])
    assert shown["title"].endswith("…") and title.startswith(shown["title"][:-1])
    assert shown["payload"] == title


def test_a_long_turn_becomes_several_messages_within_the_limit_and_only_the_last_has_buttons():
    sentence = "Ông/bà mang theo thẻ căn cước đến Công an xã. 👍 "
    messages = bodies(Reply(sentence * 90, choices(2)))
    assert len(messages) == 3
    assert all(len(message["text"].encode("utf-16-le")) // 2 <= 2_000 for message in messages)
    assert [message["text"][:6] for message in messages] == ["(1/3) ", "(2/3) ", "(3/3) "]
    assert [("attachment" in message) for message in messages] == [False, False, True]
    assert " ".join(message["text"][6:] for message in messages) == (sentence * 90).strip()


def test_a_number_counts_through_all_choices_of_a_turn_once():
    first, second = Choice("A", "/a"), Choice("B", "/b")
    assert offered_choices([Reply("x", (first,)), Reply("y", (second, Choice("A lần nữa", "/a")))]) == (first, second)
