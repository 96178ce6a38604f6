#!/usr/bin/env python3
"""A candidate's machine written from docs/protocol.md alone: Python's standard library and the `openssl` command, no code
shared with the server. Sits a whole exam: key, hello, sign-in, sealed paper, answers, signed head, hand-in, receipt.

    candidate_client.py --url https://localhost:8443 --ca authority.crt --number 260101001 [--address 127.0.0.9]

Prints one JSON object a line: `pending` (put this machine on a seat), `waiting`, `writing`, `receipt`. Status 0: verified.
"""

import argparse
import hashlib
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from age_file import open_file
from canonical import encode
from signatures import Verifier, from_base64url, to_base64url
from websocket import WebSocket

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Refused(Exception):
    """The box said no; the text is its code."""


def sha256(text):
    return to_base64url(hashlib.sha256(text.encode("utf-8")).digest())


def say(what, **more):
    print(json.dumps({"t": what, **more}, ensure_ascii=False), flush=True)


class Device:
    """A P-256 key that openssl keeps in a file."""

    def __init__(self, folder):
        self._file = os.path.join(folder, "device.pem")
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self._file)
        self.key = to_base64url(openssl("ec", "-in", self._file, "-pubout", "-outform", "DER")[-65:])

    def sign(self, purpose, value):
        text = purpose + "\n" + encode(value)
        der = openssl("dgst", "-sha256", "-sign", self._file, data=text.encode("utf-8"))
        # SEQUENCE of two INTEGERs, each with its sign byte where the first bit is set.
        size = der[3]
        r, s = der[4 : 4 + size], der[6 + size :]
        return to_base64url(b"".join(int.from_bytes(n, "big").to_bytes(32, "big") for n in (r, s)))


def openssl(*command, data=None):
    return subprocess.run(["openssl", *command], input=data, check=True, capture_output=True).stdout


class Machine:
    def __init__(self, options, folder):
        self._options = options
        url = urllib.parse.urlsplit(options.url)
        self._tls = ssl.create_default_context(cafile=options.ca)
        origin = json.loads(self.get("/api/v1/box"))["origin"]
        self._socket = WebSocket(
            url.hostname, url.port or 443, "/api/v1/kiosk/socket", "gongyuan.kiosk.v1", origin, options.ca, options.address
        )
        self.device = Device(folder)
        self._id = 0
        self.release = None
        self.state = None
        self._acked = 0
        self._greet(origin)

    def get(self, path):
        return urllib.request.urlopen(self._options.url + path, context=self._tls, timeout=60).read()

    def _greet(self, origin):
        self.challenge = self.next("challenge")
        at = time.monotonic() * 1000
        self.now = lambda: self.challenge["elapsed"] + round(time.monotonic() * 1000 - at)
        proof = {name: self.challenge[name] for name in ("box", "boxEpoch", "nonce", "origin")}
        if proof["origin"] != origin:
            raise Refused("another origin")
        self.send(
            t="hello",
            v=1,
            key=self.device.key,
            sig=self.device.sign("gongyuan/socket/v1", proof),
            client="gongyuan-python/1",
            agent="python " + sys.version.split()[0],
            origin=origin,
        )
        welcome = self.next("welcome")
        if welcome["machine"] is None:
            say("pending", pending=self.challenge["nonce"][:12])
            while self.next("welcome")["machine"] is None:
                pass

    def send(self, **message):
        self._socket.send(encode(message))

    def ask(self, **message):
        """Sends a request and gives its answer; raises Refused."""
        self._id += 1
        self.send(id=self._id, **message)
        answer = self.next("ok", lambda one: one["id"] == self._id)
        self.state = answer.get("attempt") or self.state
        return answer

    def next(self, kind, fits=lambda one: True):
        """The next message of a kind; whatever else comes meanwhile is taken note of."""
        while True:
            message = json.loads(self._socket.receive())
            if message["t"] == "error":
                raise Refused(message["code"] + " " + json.dumps(message.get("detail", {})))
            if message["t"] in ("refused", "gap", "fenced"):
                raise Refused(json.dumps(message))
            if message["t"] == "release":
                self.release = message["release"]
            if message["t"] in ("state", "release"):
                self.state = message["attempt"] or self.state
            if message["t"] == "ack":
                self._acked = message["rev"]
            if message["t"] == kind and fits(message):
                return message

    def enter(self):
        """From sign-in to the waiting room, with the sealed paper checked."""
        self.ask(t="login", number=self._options.number)
        self.ask(t="confirm")
        if self.state["status"] == "confirmed":
            self.ask(t="pledge", sha256=self.state["pledge"]["sha256"])
        paper = self.state["paper"]
        sealed = {}
        for file in paper["files"]:
            data = self.get("/sealed/%s/%s" % (paper["id"], file["name"]))
            if len(data) != file["bytes"] or hashlib.sha256(data).hexdigest() != file["sha256"]:
                raise Refused("a sealed file is damaged")
            sealed[file["name"]] = data
        self.ask(t="ready", paper=paper["id"], files=len(sealed), bytes=sum(map(len, sealed.values())))
        say("waiting", attempt=self.state["attempt"])
        while self.release is None:
            self.next("release")
        return json.loads(open_file(sealed["f0.age"], self.release["identity"]))

    def deliver(self, journal):
        """Sends all entries; returns when the box has them on its disk."""
        for at in range(0, len(journal.entries), 64):
            self._socket.send('{"e":[' + ",".join(journal.entries[at : at + 64]) + '],"t":"rev"}')
        while self._acked < len(journal.entries):
            self.next("ack")


class Journal:
    """The stream's entries and what they add up to."""

    def __init__(self, machine):
        self.machine = machine
        self.attempt = machine.state["attempt"]
        self.epoch = machine.state["epoch"]
        self.stream = "%s.%d" % (self.attempt, self.epoch)
        self.hash = sha256("gongyuan/stream/v1\n%s\n%s" % (self.stream, machine.device.key))
        self.entries = []
        self.answers = {}

    def write(self, item, op):
        entry = encode(
            {
                "at": self.machine.now(),
                "item": item,
                "op": op,
                "prev": self.hash,
                "rev": len(self.entries) + 1,
                "stream": self.stream,
            }
        )
        self.entries.append(entry)
        self.hash = sha256(entry)
        if op["t"] == "set":
            self.answers.setdefault(item, {})[op["resp"]] = op["v"]
        elif op["t"] == "splice":
            of = self.answers.setdefault(item, {})
            units = (of.get(op["resp"]) or "").encode("utf-16-le")
            at, end = 2 * op["at"], 2 * (op["at"] + op["del"])
            of[op["resp"]] = (units[:at] + op["ins"].encode("utf-16-le") + units[end:]).decode("utf-16-le")

    def head(self):
        return {"hash": self.hash, "rev": len(self.entries), "stream": self.stream}

    def digest(self):
        kept = {
            item: {resp: value for resp, value in of.items() if has_answer(value)}
            for item, of in self.answers.items()
        }
        own = {"epoch": self.epoch, "hash": self.hash, "rev": len(self.entries)}
        others = [head for head in self.machine.state["streams"] if head["epoch"] != self.epoch and head["rev"] > 0]
        whole = {
            "answers": {item: of for item, of in kept.items() if of},
            "attempt": self.attempt,
            "streams": sorted([*others, own], key=lambda head: head["epoch"]),
        }
        return sha256("gongyuan/answers/v1\n" + encode(whole))


def has_answer(value):
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def answer(paper, journal):
    """Something for every response: choices, numbers, and texts with a correction inside a word beyond the BMP."""
    for name, item in paper["items"].items():
        journal.write(name, {"t": "go"})
        for response in item["responses"]:
            base, single = response["base"], response["cardinality"] == "single"
            ids = response.get("allowed", {}).get("ids", [])
            if base == "identifier" and ids:
                journal.write(name, {"t": "set", "resp": response["id"], "v": ids[-1] if single else ids[:1]})
            elif base == "string" and single:
                for op in (
                    {"at": 0, "del": 0, "ins": "𠮷日 from Python"},
                    {"at": 2, "del": 1, "ins": "野\"家\"\n"},
                ):
                    if response.get("maxChars", 100) >= 30:
                        journal.write(name, {"t": "splice", "resp": response["id"], **op})
        journal.write(name, {"t": "mark", "on": True})


def short_code(attempt, digest):
    data = hashlib.sha256(("gongyuan/receipt-code/v1\n%s\n%s" % (attempt, digest)).encode("utf-8")).digest()
    bits = int.from_bytes(data[:9], "big") >> 2
    values = [bits >> 5 * i & 31 for i in reversed(range(14))]
    total = sum((i + 1) * (value + 1) for i, value in enumerate(values)) % 1021
    text = "".join(ALPHABET[value] for value in [*values, total >> 5, total & 31])
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def check(machine, journal, signed):
    """What is wrong with the receipt; empty when nothing is."""
    receipt, faults = signed["receipt"], []
    text = ("gongyuan/receipt/v1\n" + encode(receipt)).encode("utf-8")
    key = from_base64url(machine.challenge["boxKey"], 32)
    with Verifier() as verifier:
        if not verifier.ed25519(key, text, from_base64url(signed["sig"], 64)):
            faults.append("signature")
    if receipt["digest"] != journal.digest():
        faults.append("digest")
    if receipt["code"] != short_code(journal.attempt, receipt["digest"]):
        faults.append("code")
    page = json.loads(machine.get("/api/v1/receipts/" + receipt["code"].lower()))
    if page["receipt"] != signed or page["boxKey"] != machine.challenge["boxKey"]:
        faults.append("page")
    return faults


def sit(options, folder):
    machine = Machine(options, folder)
    paper = machine.enter()
    journal = Journal(machine)
    say("writing", items=len(paper["items"]))
    answer(paper, journal)
    machine.deliver(journal)
    head = journal.head()
    machine.send(t="sign", sig=machine.device.sign("gongyuan/head/v1", head), **head)
    record = {**head, "digest": journal.digest(), "at": machine.now()}
    sig = machine.device.sign("gongyuan/submit/v1", record)
    signed = machine.ask(t="submit", sig=sig, **record)["receipt"]
    faults = check(machine, journal, signed)
    say("receipt", code=signed["receipt"]["code"], revisions=len(journal.entries), faults=faults)
    return 1 if faults else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--ca", required=True, help="the site's authority, PEM")
    parser.add_argument("--number", required=True, help="ticket or ID number")
    parser.add_argument("--address", help="source address")
    with tempfile.TemporaryDirectory(prefix="gongyuan-candidate-") as folder:
        try:
            return sit(parser.parse_args(), folder)
        except Refused as refused:
            say("refused", code=str(refused))
            return 1


if __name__ == "__main__":
    sys.exit(main())
