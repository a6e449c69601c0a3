"""A network that can be cut or held: passes bytes between two ports until it is told, or until so many have passed, to stop."""

import socket
import threading


class Link:
    def __init__(self):
        self.target = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._lock, self._open, self._left, self._pairs = threading.Lock(), True, None, set()
        self._flows = threading.Event()
        self._flows.set()
        self._held_from = None
        self.passed = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, after: int | None = None):
        """Now, or when so many bytes have gone towards the target."""
        with self._lock:
            self._left = after
            if after is None:
                self._close()

    def hold(self, after: int):
        """Passes so many more bytes towards the target, and then none, without closing anything."""
        with self._lock:
            self._held_from = self.passed + after

    def mend(self):
        self._flows.set()
        with self._lock:
            self._held_from = None
            self._open, self._left = True, None

    def _close(self):
        self._open, self._left = False, None
        for end in self._pairs:
            # The other thread may be reading: shutting down wakes it, closing does not.
            for do in (lambda: end.shutdown(socket.SHUT_RDWR), end.close):
                try:
                    do()
                except OSError:
                    pass
        self._pairs.clear()

    @property
    def is_held(self) -> bool:
        return not self._flows.is_set()

    @property
    def is_open(self) -> bool:
        return self._open

    def _accept(self):
        while True:
            near, _ = self._listener.accept()
            if not self._open or self.target is None:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            with self._lock:
                self._pairs |= {near, far}
            for source, sink, counts in [(near, far, True), (far, near, False)]:
                threading.Thread(target=self._pass, args=(source, sink, counts), daemon=True).start()

    def _pass(self, source, sink, counts):
        try:
            while data := source.recv(65_536):
                with self._lock:
                    if counts:
                        self.passed += len(data)
                        if self._held_from is not None and self.passed >= self._held_from:
                            self._flows.clear()
                        if self._left is not None:
                            self._left -= len(data)
                            if self._left <= 0:
                                self._close()
                                return
                if counts:
                    self._flows.wait()
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
