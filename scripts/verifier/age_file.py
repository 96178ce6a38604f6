"""Opens files in the age v1 format (https://age-encryption.org/v1) for one X25519 identity, with nothing but the standard
library. Slow, about half a second for 64 KiB: a second opinion on a format, not a tool for large files."""

import base64
import hashlib
import hmac
import struct

P = 2**255 - 19
CHUNK = 64 * 1024
TAG = 16
CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


class Unopened(ValueError):
    """Wrong identity, or a damaged file."""


def open_file(data, identity):
    """The plain bytes. identity: `AGE-SECRET-KEY-1...`."""
    secret = _identity(identity)
    header, stanzas, mac, payload = _header(data)
    key = _file_key(stanzas, secret)
    expected = hmac.new(_hkdf(key, b"", b"header"), header, hashlib.sha256).digest()
    if not hmac.compare_digest(expected, mac):
        raise Unopened("the header was changed")
    stream = _hkdf(key, payload[:16], b"payload")
    return b"".join(_chunks(stream, payload[16:]))


def _header(data):
    lines = []
    at = 0
    while True:
        end = data.index(b"\n", at)
        line = data[at:end]
        at = end + 1
        if line.startswith(b"--- "):
            break
        lines.append(line)
    if lines[0] != b"age-encryption.org/v1":
        raise Unopened("not an age file")
    header = data[: at - len(line) - 1] + b"---"
    stanzas = []
    for one in lines[1:]:
        if one.startswith(b"-> "):
            stanzas.append((one[3:].decode().split(" "), []))
        else:
            stanzas[-1][1].append(one)
    return header, [(words, _b64(b"".join(body))) for words, body in stanzas], _b64(line[4:]), data[at:]


def _file_key(stanzas, secret):
    recipient = _x25519(secret, (9).to_bytes(32, "little"))
    for words, body in stanzas:
        if words[0] != "X25519":
            continue
        share = _b64(words[1].encode())
        wrap = _hkdf(_x25519(secret, share), share + recipient, b"age-encryption.org/v1/X25519")
        try:
            return _open(wrap, bytes(12), body)
        except Unopened:
            continue
    raise Unopened("sealed for another recipient")


def _chunks(key, sealed):
    at = 0
    count = 0
    while at < len(sealed) or count == 0:
        part = sealed[at : at + CHUNK + TAG]
        at += len(part)
        last = 1 if at >= len(sealed) else 0
        yield _open(key, count.to_bytes(11, "big") + bytes([last]), part)
        count += 1


def _b64(text):
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def _hkdf(secret, salt, info):
    """32 bytes (RFC 5869, SHA-256)."""
    extracted = hmac.new(salt or bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def _identity(text):
    """The 32 secret bytes of a Bech32 identity (BIP 173)."""
    lower = text.lower()
    human, _, data = lower.rpartition("1")
    values = [CHARSET.index(letter) for letter in data]
    check = [ord(letter) >> 5 for letter in human] + [0] + [ord(letter) & 31 for letter in human] + values
    if human != "age-secret-key-" or _polymod(check) != 1:
        raise Unopened("not an age identity")
    number = 0
    for value in values[:-6]:
        number = number << 5 | value
    return (number >> (len(values) - 6) * 5 % 8).to_bytes(32, "big")


def _polymod(values):
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, step in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= step if top >> i & 1 else 0
    return check


def _x25519(scalar, point):
    """RFC 7748, section 5."""
    k = int.from_bytes(scalar, "little")
    k = (k & ~7 & ~(128 << 8 * 31)) | (64 << 8 * 31)
    u = int.from_bytes(point, "little") & (2**255 - 1)
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b = x2 + z2, x2 - z2
        aa, bb = a * a % P, b * b % P
        e = aa - bb
        da, cb = (x3 - z3) * a % P, (x3 + z3) * b % P
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def _open(key, nonce, sealed):
    """ChaCha20-Poly1305 without additional data (RFC 8439)."""
    if len(sealed) < TAG:
        raise Unopened("cut short")
    body, tag = sealed[:-TAG], sealed[-TAG:]
    one_time = _block(key, 0, nonce)[:32]
    padded = body + bytes(-len(body) % 16) + struct.pack("<QQ", 0, len(body))
    if not hmac.compare_digest(_poly1305(one_time, padded), tag):
        raise Unopened("damaged, or another key")
    stream = b"".join(_block(key, 1 + i, nonce) for i in range((len(body) + 63) // 64))
    number = int.from_bytes(body, "big") ^ int.from_bytes(stream[: len(body)], "big")
    return number.to_bytes(len(body), "big")


def _poly1305(key, data):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(data), 16):
        total = (total + int.from_bytes(data[at : at + 16] + b"\x01", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def _block(key, counter, nonce):
    start = struct.unpack("<16I", b"expand 32-byte k" + key + struct.pack("<I", counter) + nonce)
    x = list(start)
    for _ in range(10):
        for a, b, c, d in QUARTERS:
            x[a] = x[a] + x[b] & M
            t = x[d] ^ x[a]
            x[d] = (t << 16 | t >> 16) & M
            x[c] = x[c] + x[d] & M
            t = x[b] ^ x[c]
            x[b] = (t << 12 | t >> 20) & M
            x[a] = x[a] + x[b] & M
            t = x[d] ^ x[a]
            x[d] = (t << 8 | t >> 24) & M
            x[c] = x[c] + x[d] & M
            t = x[b] ^ x[c]
            x[b] = (t << 7 | t >> 25) & M
    return struct.pack("<16I", *(one + two & M for one, two in zip(x, start)))


M = 0xFFFFFFFF
QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip
