"""Deleted answers: lines that are a leaf hash and an attempt, and the DATA_PURGED events that account for them."""

import base64
import binascii
import json
import re

ROW = re.compile(rb"^#([A-Za-z0-9+/]{43}=) (at_[0-9a-hjkmnp-tv-z]{16})$")
MARK = b'"kind":"DATA_PURGED"'


def row(data):
    """(leaf hash, attempt) of a line whose content was deleted, else None."""
    match = ROW.match(data) if data.startswith(b"#") and not data.endswith(b"\n") else None
    if not match:
        return None
    try:
        leaf = base64.b64decode(match.group(1), validate=True)
    except binascii.Error:
        return None
    # One spelling alone: the last letter has bits to spare.
    if len(leaf) != 32 or base64.b64encode(leaf) != match.group(1):
        return None
    return leaf, match.group(2).decode("ascii")


class Purges:
    def __init__(self, fault):
        self._fault = fault
        # [number of the event, events told, events found]
        self._purges = []
        self._of = {}

    def read(self, path):
        """The deletions stand behind what they deleted: they are read first."""
        with open(path, "rb") as file:
            for seq, line in enumerate(file):
                if MARK not in line:
                    continue
                try:
                    event = json.loads(line)
                    if event["kind"] != "DATA_PURGED":
                        continue
                    purge = [seq, event["body"]["events"], 0]
                    attempts = list(event["body"]["attempts"])
                except (ValueError, KeyError, TypeError):
                    continue
                self._purges.append(purge)
                for attempt in attempts:
                    self._of.setdefault(attempt, purge)

    def covers(self, attempt, seq):
        """Whether the answers of an attempt before event `seq` were deleted."""
        purge = self._of.get(attempt)
        return purge is not None and seq < purge[0]

    def take(self, seq, attempt):
        if self.covers(attempt, seq):
            self._of[attempt][2] += 1
        else:
            self._fault("purge/unnamed", attempt, seq)

    def end(self):
        for seq, told, found in self._purges:
            if told != found:
                self._fault("purge/count", "%d events, %s told" % (found, told), seq)
