#!/usr/bin/env python3
"""Verifies an exported ledger from its documented format alone (docs/ledger.md). It shares no code with the server and
needs Python 3.9 and the `openssl` command.

usage: verify_ledger.py FOLDER [--key KEY] [--heads all|last] [--jobs N]

--key    the box's public key (base64url) as you know it from elsewhere; without it the key that the ledger names is taken
--heads  `last` checks only the last signed head of each stream, which covers those before it
Prints one line of JSON; ends with 0 when all is well, 1 when not, 2 when it could not be checked.
"""

import argparse
import base64
import json
import os
import sys

# The verifier may lie on a stick beside the evidence: it leaves no files.
sys.dont_write_bytecode = True

import checkpoints
import purges
from canonical import NotCanonical, decode
from signatures import Verifier, from_base64url
from streams import Streams
from tree import Tree

FORMAT = "gongyuan-ledger/1"
ENVELOPE = {"at", "attempt", "body", "by", "kind", "wall"}
NEEDED = {"at", "body", "kind", "wall"}
KEPT_EACH = 20


class Report:
    def __init__(self):
        self.faults = []
        self._counts = {}

    def fault(self, code, detail, seq=None):
        self._counts[code] = self._counts.get(code, 0) + 1
        if self._counts[code] <= KEPT_EACH:
            entry = {"code": code, "detail": detail}
            if seq is not None:
                entry["seq"] = seq
            self.faults.append(entry)

    @property
    def more(self):
        return sum(self._counts.values()) - len(self.faults)


class Export:
    """One exported ledger: reads its files once, in order."""

    def __init__(self, folder, verifier, report, heads, pinned):
        self._folder = folder
        self._verifier = verifier
        self._report = report
        self._pinned = pinned
        self._tree = Tree()
        self._purges = purges.Purges(report.fault)
        self._streams = Streams(verifier, report.fault, heads, self._purges.covers)
        self._site = None
        self._boxes = []
        self._roots = {}
        self._signed = 0
        self._count = 0

    def verify(self):
        with open(os.path.join(self._folder, "ledger.json"), encoding="utf-8") as file:
            about = json.load(file)
        notes = self._notes()
        sizes = {note.size for note in notes}
        self._purges.read(os.path.join(self._folder, "events.jsonl"))
        self._events(sizes)
        self._streams.end()
        self._purges.end()
        for note in notes:
            self._checkpoint(note)
        self._about(about, notes)
        root = base64.b64encode(self._tree.root()).decode("ascii")
        signatures = {"checkpoints": self._signed}
        signatures.update(self._streams.counts)
        last = max(sizes) if sizes else 0
        return {
            "ok": not self._report.faults,
            "events": self._tree.size,
            "size": self._tree.size,
            "root": root,
            "checkpoints": self._count,
            "signatures": signatures,
            "unsigned": max(0, self._tree.size - last),
            "faults": self._report.faults,
            "more": self._report.more,
        }

    def _notes(self):
        notes = []
        for text in checkpoints.read(os.path.join(self._folder, "checkpoints.txt")):
            self._count += 1
            note = checkpoints.parse(text) if text is not None else None
            if note is None:
                self._report.fault("checkpoint/form", "note %d" % self._count)
            else:
                notes.append(note)
        return notes

    def _events(self, sizes):
        with open(os.path.join(self._folder, "events.jsonl"), "rb") as file:
            for line in file:
                seq = self._tree.size
                if not line.endswith(b"\n"):
                    self._report.fault("event/form", "the last line is not ended", seq)
                data = line[:-1] if line.endswith(b"\n") else line
                gone = purges.row(data)
                if gone is not None:
                    # An answer that was deleted: its leaf hash stands for it.
                    self._tree.append_hash(gone[0])
                    self._purges.take(seq, gone[1])
                else:
                    self._tree.append(data)
                    self._event(seq, data)
                if self._tree.size in sizes:
                    self._roots[self._tree.size] = base64.b64encode(self._tree.root()).decode("ascii")

    def _event(self, seq, data):
        try:
            event = decode(data)
        except NotCanonical as error:
            self._report.fault("event/form", str(error), seq)
            return
        if not isinstance(event, dict) or not NEEDED <= set(event) <= ENVELOPE:
            self._report.fault("event/envelope", "fields", seq)
            return
        try:
            if event["kind"] == "BOX_STARTED":
                self._box(seq, event["body"])
            elif event["kind"] == "SITE_SET_UP" and self._site is None:
                self._site = (seq, event["body"]["site"])
            self._streams.take(seq, event)
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            self._report.fault("event/body", "%s %s" % (event["kind"], type(error).__name__), seq)

    def _box(self, seq, body):
        own = (body["box"], body["boxEpoch"], body["key"])
        if self._pinned is not None and body["key"] != self._pinned:
            self._report.fault("key/changed", "%s is not the key that was given" % body["key"], seq)
        if self._boxes and self._boxes[0][1] != own:
            self._report.fault("key/changed", "%s/%s" % (body["box"], body["boxEpoch"]), seq)
        self._boxes.append((seq, own))

    def _checkpoint(self, note):
        at = "checkpoint %d" % note.size
        if not 1 <= note.size <= self._tree.size:
            self._report.fault("checkpoint/size", "%s of %d" % (at, self._tree.size))
            return
        if self._roots[note.size] != note.root:
            self._report.fault("checkpoint/root", at)
        if not self._boxes or self._boxes[0][0] >= note.size:
            self._report.fault("key/unknown", at)
            return
        box, epoch, key = self._boxes[0][1]
        site = note.origin.split("/")[0]
        if self._site is not None and self._site[0] < note.size:
            site = self._site[1]
        if note.origin != "%s/%s/%s" % (site, box, epoch):
            self._report.fault("checkpoint/origin", at)
        raw = from_base64url(self._pinned or key, 32)
        if raw is None or not checkpoints.is_signed(note, raw, self._verifier):
            self._report.fault("checkpoint/signature", at)
        else:
            self._signed += 1

    def _about(self, about, notes):
        """ledger.json says nothing that the other files don't."""
        first = self._boxes[0][1] if self._boxes else (None, None, None)
        last = max(notes, key=lambda note: note.size) if notes else None
        keys = []
        for seq, (_, _, key) in self._boxes:
            if key not in [known["key"] for known in keys]:
                keys.append({"key": key, "seq": seq})
        due = {
            "format": FORMAT,
            "site": self._site[1] if self._site else None,
            "box": first[0],
            "epoch": first[1],
            "origin": last.origin if last else None,
            "keys": keys,
            "size": self._tree.size,
            "root": base64.b64encode(self._tree.root()).decode("ascii"),
            "signed": last.size if last else 0,
        }
        for name in sorted(set(due) | set(about if isinstance(about, dict) else {})):
            if not isinstance(about, dict) or name not in about or about[name] != due.get(name):
                self._report.fault("about/differs", name)


def main():
    parser = argparse.ArgumentParser(description="Verifies an exported ledger.")
    parser.add_argument("folder")
    parser.add_argument("--key", help="the box's public key, base64url")
    parser.add_argument("--heads", choices=["all", "last"], default="all")
    parser.add_argument("--jobs", type=int, default=0, help="openssl processes at once")
    given = parser.parse_args()
    report = Report()
    with Verifier(given.jobs) as verifier:
        if verifier.openssl is None:
            report.fault("tool/openssl", "the openssl command is missing")
            print(json.dumps({"ok": False, "faults": report.faults}))
            return 2
        try:
            answer = Export(given.folder, verifier, report, given.heads, given.key).verify()
        except (OSError, UnicodeError, json.JSONDecodeError) as error:
            report.fault("export/unreadable", str(error))
            print(json.dumps({"ok": False, "faults": report.faults}))
            return 2
    print(json.dumps(answer))
    return 0 if answer["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
