"""A network cable between a client and a server on this machine: it can be pulled and plugged in again, or hold back the answers."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class Line:
    """Forwards TCP to `target` (a URL) while it is plugged in; pulling it breaks every open connection."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.plugged = True
        self._flows = threading.Event()
        self._flows.set()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        self.plugged = False
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def hold(self) -> None:
        """Requests arrive, their answers wait for `let_go`."""
        self._flows.clear()

    def let_go(self) -> None:
        self._flows.set()

    def plug_in(self) -> None:
        self.plugged = True

    def close(self) -> None:
        self.pull()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self.plugged:
                    near.close()
                    continue
                far = socket.create_connection((self._target.hostname, self._target.port))
                self._open += [near, far]
                always = threading.Event()
                always.set()
                for source, sink, flows in ((near, far, always), (far, near, self._flows)):
                    threading.Thread(target=_pump, args=(source, sink, flows), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket, flows: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            flows.wait()
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def line_to(target: str) -> Iterator[Line]:
    line = Line(target)
    yield line
    line.close()
