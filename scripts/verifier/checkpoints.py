"""checkpoints.txt: signed notes (C2SP signed-note) whose text is a C2SP tlog-checkpoint."""

import base64
import binascii
import re

from signatures import note_key_hash

NOTE_END = "----"
TEXT = re.compile(r"^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$")
SIGNATURE = re.compile(r"^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$")


class Checkpoint:
    def __init__(self, text, origin, size, root, signatures):
        self.text = text
        self.origin = origin
        self.size = size
        self.root = root
        # (key name, key hash, signature)
        self.signatures = signatures


def parse(note):
    """The checkpoint, or None where the note is not in form."""
    text, blank, rest = note.partition("\n\n")
    match = TEXT.match(text + "\n")
    if not blank or not match or not rest.endswith("\n"):
        return None
    signatures = []
    for line in rest[:-1].split("\n"):
        found = SIGNATURE.match(line)
        if not found:
            return None
        try:
            blob = base64.b64decode(found.group(2), validate=True)
        except binascii.Error:
            return None
        signatures.append((found.group(1), blob[:4], blob[4:]))
    return Checkpoint(text + "\n", match.group(1), int(match.group(2)), match.group(3), signatures)


def read(path):
    """Yields the notes of the file as text; None for a rest that is not ended."""
    lines = []
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            if line == NOTE_END + "\n":
                yield "".join(lines)
                lines = []
            else:
                lines.append(line)
    if lines:
        yield None


def is_signed(checkpoint, key, verifier):
    """Whether the box's key (32 bytes) signed it under the origin's name; a bad line under that name spoils it."""
    own = note_key_hash(checkpoint.origin, key)
    lines = [
        signature
        for name, key_hash, signature in checkpoint.signatures
        if name == checkpoint.origin and key_hash == own
    ]
    message = checkpoint.text.encode("utf-8")
    return bool(lines) and all(verifier.ed25519(key, message, signature) for signature in lines)
