"""Signatures checked by the `openssl` command: Ed25519 of the box, ECDSA P-256 of the machines."""

import base64
import binascii
import concurrent.futures
import hashlib
import os
import shutil
import subprocess
import tempfile

ED25519_SPKI = bytes.fromhex("302a300506032b6570032100")
P256_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def from_base64url(text, length):
    """The bytes, or None where the text is not the one unpadded base64url form of `length` bytes."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError, TypeError):
        return None
    if len(data) != length or to_base64url(data) != text:
        return None
    return data


def to_base64url(data):
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def note_key_hash(name, key):
    """Key hash of a signed note (C2SP signed-note, Ed25519)."""
    return hashlib.sha256(name.encode("utf-8") + b"\n\x01" + key).digest()[:4]


def _pem(spki):
    body = base64.encodebytes(spki).decode("ascii")
    return "-----BEGIN PUBLIC KEY-----\n" + body + "-----END PUBLIC KEY-----\n"


def _der_integer(value):
    data = value.to_bytes((value.bit_length() // 8) + 1, "big")
    return b"\x02" + bytes([len(data)]) + data


class Verifier:
    """Runs openssl in a folder of its own; `check` may be called from several threads."""

    def __init__(self, jobs=0):
        self.openssl = shutil.which("openssl")
        self._folder = tempfile.TemporaryDirectory(prefix="gongyuan-verifier-")
        self._pool = concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count() or 2)
        self._keys = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._pool.shutdown()
        self._folder.cleanup()

    def later(self, check, *arguments):
        """Runs a check on another thread; a future of True or False."""
        return self._pool.submit(check, *arguments)

    def ed25519(self, key, message, signature):
        """key: 32 bytes, signature: 64 bytes."""
        if key is None or signature is None or len(key) != 32 or len(signature) != 64:
            return False
        pem = self._key_file(ED25519_SPKI + key)
        command = ["pkeyutl", "-verify", "-pubin", "-inkey", pem, "-rawin"]
        return self._run(command + ["-in"], message, "-sigfile", signature)

    def p256(self, key, message, signature):
        """key: uncompressed point, 65 bytes; signature: r and s, 32 bytes each."""
        if key is None or signature is None or len(key) != 65 or key[0] != 4 or len(signature) != 64:
            return False
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if not (0 < r < P256_ORDER and 0 < s < P256_ORDER):
            return False
        body = _der_integer(r) + _der_integer(s)
        der = b"\x30" + bytes([len(body)]) + body
        command = ["dgst", "-sha256", "-verify", self._key_file(P256_SPKI + key)]
        return self._run(command + ["-signature"], der, None, message)

    def _key_file(self, spki):
        name = self._keys.get(spki)
        if name is None:
            name = os.path.join(self._folder.name, hashlib.sha256(spki).hexdigest() + ".pem")
            part = "%s.%s" % (name, binascii.hexlify(os.urandom(4)).decode("ascii"))
            with open(part, "w", encoding="ascii") as file:
                file.write(_pem(spki))
            os.replace(part, name)
            self._keys[spki] = name
        return name

    def _run(self, command, first, flag, second):
        with tempfile.TemporaryDirectory(dir=self._folder.name) as folder:
            one, two = os.path.join(folder, "1"), os.path.join(folder, "2")
            for name, data in ((one, first), (two, second)):
                with open(name, "wb") as file:
                    file.write(data)
            more = [one] + ([flag] if flag else []) + [two]
            done = subprocess.run(
                [self.openssl] + command + more, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            return done.returncode == 0
