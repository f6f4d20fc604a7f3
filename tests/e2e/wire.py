"""The wire between a browser and the dashboard, to be cut: a small TCP proxy on real sockets that can fail as networks do."""

import selectors
import socket
import struct
import threading

_ABORT = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset


class Wire:
    """Forwards to ``port`` until told otherwise. ``port`` of its own is where a browser connects."""

    def __init__(self, port: int):
        self._to = port
        self._lock, self._over = threading.RLock(), threading.Event()
        self._choose = selectors.DefaultSelector()
        self._other: dict[socket.socket, socket.socket] = {}
        self._forgotten: set[socket.socket] = set()
        self._still = False
        self._door = self._listen(0)
        self.port = self._door.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def swallow(self) -> None:
        """Nothing comes through any more and nothing is refused, as with a cable pulled somewhere on the way."""
        with self._lock:
            self._still = True

    def flow(self) -> None:
        """The cable is back: what waited is delivered, as TCP sends again what was not acknowledged."""
        with self._lock:
            self._still = False

    def forget(self) -> None:
        """The cable is back, but what stood between has forgotten every open connection: they stay open and dead. New ones are forwarded."""
        with self._lock:
            self._forgotten |= set(self._other)
            self._still = False

    def refuse(self) -> None:
        """Every connection is reset, and none is accepted."""
        with self._lock:
            while self._other:
                end = next(iter(self._other))
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
                self._close(end)
            if self._door is not None:
                self._choose.unregister(self._door)
                self._door.close()
                self._door = None

    def accept(self) -> None:
        """Connections are accepted again."""
        with self._lock:
            self._door = self._door or self._listen(self.port)

    def stop(self) -> None:
        """Close everything."""
        self._over.set()
        self._thread.join(10)
        self.refuse()
        self._choose.close()

    def _listen(self, port: int) -> socket.socket:
        door = socket.create_server(("localhost", port), backlog=64)
        self._choose.register(door, selectors.EVENT_READ)
        return door

    def _run(self) -> None:
        while not self._over.wait(0.002):
            with self._lock:
                if not self._still:
                    for key, _ in self._choose.select(0.02):
                        self._serve(key.fileobj)

    def _serve(self, ready: socket.socket) -> None:
        if ready is self._door:
            near = ready.accept()[0]
            try:
                far = socket.create_connection(("localhost", self._to), timeout=5)
            except OSError:  # nobody is there at the moment
                near.close()
                return
            for end, other in ((near, far), (far, near)):
                self._other[end] = other
                self._choose.register(end, selectors.EVENT_READ)
        elif ready in self._other:
            try:
                data = ready.recv(1 << 16)
                if data and ready not in self._forgotten:
                    self._other[ready].sendall(data)
            except OSError:
                data = b""
            if not data:
                self._close(ready)

    def _close(self, end: socket.socket) -> None:
        """Close a connection on both sides; a forgotten one on this side alone: the other learns nothing of it."""
        other = self._other.pop(end, None)
        self._choose.unregister(end)
        end.close()
        if other is not None and other in self._other and end not in self._forgotten:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
            self._close(other)


CUTS = {"swallowed": (Wire.swallow, Wire.flow), "forgotten": (Wire.swallow, Wire.forget), "refused": (Wire.refuse, Wire.accept)}
"""How it fails, and how it comes back."""
