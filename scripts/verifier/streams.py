"""Streams of revisions: chains of hashes, signed heads, submissions and receipts."""

import re

import answers
from canonical import encode
from signatures import from_base64url

STREAM = re.compile(r"^(at_[0-9a-hjkmnp-tv-z]{16})\.([1-9][0-9]{0,5})$")
REVISIONS_MOST = 200_000


class Stream:
    def __init__(self, epoch, key, genesis, content):
        self.epoch = epoch
        self.key = key
        # Hash by rev; the genesis hash at 0.
        self.hashes = [genesis]
        self.answers = content
        self.ahead = []

    def at(self, rev):
        return self.hashes[rev] if 0 <= rev < len(self.hashes) else None


class Streams:
    """Takes events in ledger order. `fault(code, detail, seq)` is told what is wrong."""

    def __init__(self, verifier, fault, heads, deleted):
        self._verifier = verifier
        self._fault = fault
        # Whether the answers of an attempt before an event are gone: of these, signatures alone are checked.
        self._deleted = deleted
        self._all_heads = heads == "all"
        self._last_heads = {}
        self._machines = {}
        self._attempts = {}
        self._box = None
        self._checks = []
        self.counts = {"heads": 0, "submissions": 0, "receipts": 0}

    def take(self, seq, event):
        body = event["body"]
        attempt = event.get("attempt")
        kind = event["kind"]
        if kind == "BOX_STARTED":
            if self._box is None:
                self._box = body
        elif kind == "MACHINE_ENROLLED":
            self._machines[body["machine"]] = body["key"]
        elif kind == "CANDIDATE_LOGGED_IN":
            self._open(seq, attempt, body)
        elif kind == "ANSWER_REVISED":
            self._revised(seq, attempt, body, True)
        elif kind == "REVISION_QUARANTINED":
            self._revised(seq, attempt, body["revision"], False)
        elif kind == "REVISION_REFUSED":
            stream = self._chained(seq, attempt, body["stream"])
            if stream:
                self._advance(seq, stream, body["rev"], body["hash"])
        elif kind == "REVISION_CONFLICT":
            stream = self._chained(seq, attempt, body["stream"])
            if stream and stream.at(body["rev"]) != body["kept"]:
                self._fault("stream/kept", "%s %d" % (body["stream"], body["rev"]), seq)
        elif kind == "HEAD_SIGNED":
            self._head(seq, attempt, body)
        elif kind == "ATTEMPT_SUBMITTED":
            self._submitted(seq, attempt, body)

    def end(self):
        for arguments in self._last_heads.values():
            self._check(*arguments)
        self._settle(0)
        for attempt, streams in self._attempts.items():
            for stream in streams:
                for rev, _, seq in stream.ahead:
                    self._fault("head/differs", "%s.%d never came to %d" % (attempt, stream.epoch, rev), seq)

    def _open(self, seq, attempt, body):
        streams = self._attempts.setdefault(attempt, [])
        key = self._machines.get(body["machine"])
        if key is None:
            self._fault("stream/machine", body["machine"], seq)
        elif body["epoch"] != len(streams) + 1:
            self._fault("stream/epoch", "%d after %d" % (body["epoch"], len(streams)), seq)
        else:
            genesis = answers.sha256("gongyuan/stream/v1\n%s.%d\n%s" % (attempt, body["epoch"], key))
            # A new stream starts from what the one before had come to.
            content = answers.copy(streams[-1].answers) if streams else {}
            streams.append(Stream(body["epoch"], key, genesis, content))

    def _chained(self, seq, attempt, name):
        """A revision's chain is gone with its attempt's answers."""
        return None if self._deleted(attempt, seq) else self._stream(seq, attempt, name)

    def _stream(self, seq, attempt, name):
        match = STREAM.match(name)
        if not match or match.group(1) != attempt:
            self._fault("stream/attempt", name, seq)
            return None
        streams = self._attempts.get(attempt, [])
        epoch = int(match.group(2))
        if epoch > len(streams):
            self._fault("stream/unknown", name, seq)
            return None
        return streams[epoch - 1]

    def _revised(self, seq, attempt, revision, applies):
        stream = self._chained(seq, attempt, revision["stream"])
        if not stream:
            return
        if revision["prev"] != stream.hashes[-1]:
            self._fault("stream/chain", "%s %d" % (revision["stream"], revision["rev"]), seq)
        self._advance(seq, stream, revision["rev"], answers.sha256(encode(revision)))
        if applies:
            answers.apply(stream.answers, revision)

    def _advance(self, seq, stream, rev, own):
        due = len(stream.hashes)
        if rev != due:
            self._fault("stream/rev", "rev %d where %d is due" % (rev, due), seq)
        if rev < due or rev > REVISIONS_MOST:
            return
        stream.hashes.extend([None] * (rev - due))
        stream.hashes.append(own)
        for ahead in [one for one in stream.ahead if one[0] <= rev]:
            stream.ahead.remove(ahead)
            if stream.at(ahead[0]) != ahead[1]:
                self._fault("head/differs", "rev %d" % ahead[0], ahead[2])

    def _head(self, seq, attempt, body):
        stream = self._stream(seq, attempt, body["stream"])
        if not stream:
            return
        text = "gongyuan/head/v1\n" + encode({name: body[name] for name in ("hash", "rev", "stream")})
        check = ("head/signature", seq, self._verifier.p256, stream.key, 65, text, body["sig"])
        if self._all_heads:
            self._check(*check)
        else:
            self._last_heads[body["stream"]] = check
        self.counts["heads"] += 1
        if self._deleted(attempt, seq):
            return
        if body["rev"] >= len(stream.hashes):
            stream.ahead.append((body["rev"], body["hash"], seq))
        elif stream.at(body["rev"]) != body["hash"]:
            self._fault("head/differs", "%s %d" % (body["stream"], body["rev"]), seq)

    def _submitted(self, seq, attempt, body):
        stream = self._stream(seq, attempt, body["stream"])
        if not stream:
            return
        if not self._deleted(attempt, seq) and stream.at(body["rev"]) != body["hash"]:
            self._fault("submission/head", "%s %d" % (body["stream"], body["rev"]), seq)
        names = ("at", "digest", "hash", "rev", "stream")
        text = "gongyuan/submit/v1\n" + encode({name: body[name] for name in names})
        self._check("submission/signature", seq, self._verifier.p256, stream.key, 65, text, body["sig"])
        self.counts["submissions"] += 1
        self._receipt(seq, attempt, body)

    def _receipt(self, seq, attempt, body):
        receipt = body["receipt"]
        self.counts["receipts"] += 1
        if self._box is None:
            self._fault("key/unknown", receipt["code"], seq)
            return
        if receipt["attempt"] != attempt or receipt["box"] != self._box["box"]:
            self._fault("receipt/subject", receipt["code"], seq)
        text = "gongyuan/receipt/v1\n" + encode(receipt)
        key = self._box["key"]
        self._check("receipt/signature", seq, self._verifier.ed25519, key, 32, text, body["receiptSig"])
        streams = self._attempts[attempt]
        deleted = self._deleted(attempt, seq)
        if not deleted and not self._heads_hold(receipt["streams"], streams):
            self._fault("receipt/streams", receipt["code"], seq)
        own = streams[-1].answers
        if not deleted and answers.digest(attempt, own, receipt["streams"]) != receipt["digest"]:
            self._fault("receipt/digest", receipt["code"], seq)
        if answers.short_code(receipt["attempt"], receipt["digest"]) != receipt["code"]:
            self._fault("receipt/code", receipt["code"], seq)
        revisions = sum(head["rev"] for head in receipt["streams"])
        answered = receipt["answered"] if deleted else answers.answered(own)
        if receipt["answered"] != answered or receipt["revisions"] != revisions:
            self._fault("receipt/counts", receipt["code"], seq)
        if body["agrees"] != (body["digest"] == receipt["digest"]):
            self._fault("receipt/digest", "%s: agrees" % receipt["code"], seq)

    @staticmethod
    def _heads_hold(told, streams):
        """The newest stream's head is the chain's; earlier, fenced ones may have moved on."""
        heads = {head["epoch"]: head for head in told}
        if len(heads) != len(told) or any(not 1 <= epoch <= len(streams) for epoch in heads):
            return False
        for stream in streams:
            head = heads.get(stream.epoch, {"rev": 0, "hash": None})
            if stream is streams[-1] and head["rev"] != len(stream.hashes) - 1:
                return False
            if head["rev"] > 0 and stream.at(head["rev"]) != head["hash"]:
                return False
        return True

    def _check(self, code, seq, check, key, key_bytes, text, sig):
        arguments = (from_base64url(key, key_bytes), text.encode("utf-8"), from_base64url(sig, 64))
        self._checks.append((code, seq, self._verifier.later(check, *arguments)))
        if len(self._checks) > 2_000:
            self._settle(1_000)

    def _settle(self, keep):
        while len(self._checks) > keep:
            code, seq, result = self._checks.pop(0)
            if not result.result():
                self._fault(code, "the signature is not valid", seq)
