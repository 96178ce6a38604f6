"""A WebSocket client of the least kind (RFC 6455): text frames, pings, no extensions, over TLS."""

import base64
import hashlib
import os
import socket
import ssl


class Closed(ConnectionError):
    """The other side closed; `code` is its close code."""

    def __init__(self, code, reason):
        super().__init__("closed with %d %s" % (code, reason))
        self.code = code


class WebSocket:
    def __init__(self, host, port, path, protocol, origin, authority, source=None, timeout=60):
        """authority: PEM file that the server's certificate must lead to."""
        plain = socket.create_connection((host, port), timeout, (source, 0) if source else None)
        self._socket = ssl.create_default_context(cafile=authority).wrap_socket(plain, server_hostname=host)
        key = base64.b64encode(os.urandom(16)).decode("ascii")
        lines = (
            "GET %s HTTP/1.1" % path,
            "Host: %s:%d" % (host, port),
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: " + key,
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: " + protocol,
            "Origin: " + origin,
        )
        self._socket.sendall("\r\n".join(lines).encode("ascii") + b"\r\n\r\n")
        self._buffer = b""
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        accept = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode("ascii")).digest()
        answer = head.decode("latin-1")
        if " 101 " not in answer.split("\r\n")[0] or base64.b64encode(accept).decode("ascii") not in answer:
            raise ConnectionError("no WebSocket here: " + answer.split("\r\n")[0])

    def send(self, text):
        self._frame(1, text.encode("utf-8"))

    def receive(self):
        """The next text. Answers pings by itself; raises Closed at the end."""
        while True:
            opcode, data = self._read()
            if opcode == 1:
                return data.decode("utf-8")
            if opcode == 9:
                self._frame(10, data)
            elif opcode == 8:
                code = int.from_bytes(data[:2], "big") if len(data) >= 2 else 1005
                raise Closed(code, data[2:].decode("utf-8", "replace"))

    def close(self):
        self._frame(8, (1000).to_bytes(2, "big"))
        self._socket.close()

    def _frame(self, opcode, data):
        size = len(data)
        if size < 126:
            head = bytes([0x80 | opcode, 0x80 | size])
        elif size < 65536:
            head = bytes([0x80 | opcode, 0xFE]) + size.to_bytes(2, "big")
        else:
            head = bytes([0x80 | opcode, 0xFF]) + size.to_bytes(8, "big")
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i & 3] for i, byte in enumerate(data))
        self._socket.sendall(head + mask + masked)

    def _read(self):
        first, second = self._take(2)
        size = second & 127
        if size == 126:
            size = int.from_bytes(self._take(2), "big")
        elif size == 127:
            size = int.from_bytes(self._take(8), "big")
        if not first & 0x80:
            raise ConnectionError("a fragment, which the box never sends")
        return first & 15, self._take(size)

    def _take(self, size):
        while len(self._buffer) < size:
            self._more()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def _more(self):
        data = self._socket.recv(65536)
        if not data:
            raise Closed(1006, "the line was lost")
        self._buffer += data
