"""A whole kiosk for browser tests: service, kiosk program and a fake camera that plays a person."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy
import uvicorn

from tests.support.faces import FRAME_SIZE, Person
from tests.support.waiting import until
from verification_service.kiosk.app import create_app
from verification_service.kiosk.controller import Kiosk

FRAMES_PER_SECOND = 8


def camera_file(path: Path, person: Person, movements: Sequence[str]) -> Path:
    """A looping film (YUV4MPEG2) of somebody who makes the movements, holding each for a while; no movements make a still."""
    pictures: list[numpy.ndarray] = []
    for movement in movements:
        pictures += [person.framed(person.picture) for _ in range(10)]
        for amount in (0.5, *([1.0] * 8), 0.5):
            pictures.append(person._moved(movement, amount))
    pictures += [person.framed(person.picture) for _ in range(12)]
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{FRAME_SIZE[0]} H{FRAME_SIZE[1]} F{FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            film.write(b"FRAME\n" + cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


@contextmanager
def serving_kiosk(kiosk: Kiosk) -> Iterator[str]:
    """The kiosk's page on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(kiosk), log_config=None))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    until(lambda: server.started)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
