"""The day's guests as a table: the fields of Điều 30, zeros kept, no cell that runs."""

import csv
import io
import socket
import threading
from datetime import date, datetime

import httpx
import openpyxl
import pytest
import uvicorn

from integrations.services.lodging import Guest, Notification, Notifier, Place
from integrations.services.lodging.__main__ import main
from integrations.services.lodging.export import HEADINGS, to_csv, to_xlsx
from tests.unit.sandbox.support import sandbox
from tests.unit.sandbox.test_lodging import notification

MOMENT = datetime.fromisoformat("2026-11-23T13:00:00+00:00")
NAMES = ["Nguyễn Văn An", '=HYPERLINK("http://x")', "+84", "-1", "@SUM(A1)", "\tx", "＝1", 'O\'Brien, "Bob"\nSmith']


def stored(names: list[str]) -> Notification:
    return Notification(
        code="LT-7K3F9QXY", status="received", received_at=MOMENT, updated_at=MOMENT,
        place=Place(kind="establishment", name="Nhà nghỉ Hoa Sen", province="Hà Tĩnh", commune="Xã Cẩm Xuyên", address="Số 5"),
        notifier=Notifier(name="Bích", phone="0912345678"),
        guests=[Guest(name=name, birth_date=date(1950, 2, 1), citizen_number="042050001234", reason="Du lịch") for name in names],
        arrival=MOMENT, departure=date(2026, 11, 25),
    )  # fmt: skip


def test_a_row_has_the_fields_of_the_law():
    heading, row = csv.reader(io.StringIO(to_csv([stored(["Nguyễn Văn An"])]).decode("utf-8-sig")))
    assert tuple(heading) == HEADINGS
    assert row == [
        "1",
        "Nguyễn Văn An",
        "01/02/1950",
        "042050001234",
        "",
        "Du lịch",
        "23/11/2026 20:00",
        "25/11/2026",
        "Số 5, Xã Cẩm Xuyên, Hà Tĩnh",
        "Nhà nghỉ Hoa Sen",
        "LT-7K3F9QXY",
    ]


def test_no_cell_of_the_csv_runs_as_a_formula():
    rows = list(csv.reader(io.StringIO(to_csv([stored(NAMES)]).decode("utf-8-sig"))))[1:]
    assert [row[1] for row in rows] == [f"'{name}" if name[0] in "=+-@\t＝" else name for name in NAMES]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "＝"))]


def test_every_cell_of_the_workbook_is_text():
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx([stored(NAMES)]))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [name.replace("\t", "") for name in NAMES]
    assert sheet["D2"].value == "042050001234"


def test_an_empty_day_is_a_table_with_its_headings_only():
    assert list(csv.reader(io.StringIO(to_csv([]).decode("utf-8-sig")))) == [list(HEADINGS)]


@pytest.fixture
def sandbox_address(sandbox_database):
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(sandbox(sandbox_database), log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_the_command_writes_the_day_s_file(sandbox_address, tmp_path, monkeypatch, capsys):
    httpx.post(f"{sandbox_address}/lodging/v1/notifications", json=notification(), headers={"Idempotency-Key": "key-00000001"}).raise_for_status()
    monkeypatch.setenv("LODGING_URL", f"{sandbox_address}/lodging")
    path = tmp_path / "day.xlsx"
    assert main(["export", "--establishment", "nhà nghỉ hoa sen", "--date", "2026-11-23", "--output", str(path)]) == 0
    assert openpyxl.load_workbook(path).active["B2"].value == "Nguyễn Văn An"
    assert path.stat().st_mode & 0o077 == 0
    assert "1 khách" in capsys.readouterr().out


def test_the_command_says_when_the_backend_is_down(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LODGING_URL", "http://127.0.0.1:9")
    assert main(["export", "--establishment", "x", "--date", "2026-11-23", "--output", str(tmp_path / "f.xlsx")]) == 1
    assert "connect" in capsys.readouterr().err
    assert not (tmp_path / "f.xlsx").exists()
