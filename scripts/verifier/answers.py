"""What a stream's revisions add up to, and the digest of an attempt's answers (docs/ledger.md, "Answers")."""

import hashlib

from canonical import encode
from signatures import to_base64url

TEXT_UNITS = 100_000
# What counts as blank at the ends of a text: white space and line ends of ECMAScript's `trim`.
BLANK = "\t\n\x0b\x0c\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def sha256(text):
    return to_base64url(hashlib.sha256(text.encode("utf-8")).digest())


def _cuts_pair(units, at):
    """Whether position `at` (in UTF-16 units) lies between the halves of one character."""
    if at <= 0 or at * 2 >= len(units):
        return False
    high = int.from_bytes(units[at * 2 - 2 : at * 2], "little")
    low = int.from_bytes(units[at * 2 : at * 2 + 2], "little")
    return 0xD800 <= high <= 0xDBFF and 0xDC00 <= low <= 0xDFFF


def splice(text, at, delete, insert):
    """The text after the splice, positions in UTF-16 units; None when it is impossible."""
    units = text.encode("utf-16-le")
    put = insert.encode("utf-16-le")
    length = len(units) // 2
    if at > length or delete > length - at:
        return None
    if length - delete + len(put) // 2 > TEXT_UNITS:
        return None
    if _cuts_pair(units, at) or _cuts_pair(units, at + delete):
        return None
    return (units[: at * 2] + put + units[(at + delete) * 2 :]).decode("utf-16-le")


def apply(answers, revision):
    """Applies a revision to {item: {response: value}}. One that is impossible changes nothing."""
    op, item = revision["op"], revision["item"]
    if op["t"] == "set":
        answers.setdefault(item, {})[op["resp"]] = op["v"]
    elif op["t"] == "splice":
        before = answers.get(item, {}).get(op["resp"])
        if before is not None and not isinstance(before, str):
            return
        after = splice(before or "", op["at"], op["del"], op["ins"])
        if after is not None:
            answers.setdefault(item, {})[op["resp"]] = after


def copy(answers):
    return {item: dict(responses) for item, responses in answers.items()}


def counts(value):
    """Whether a value counts as an answer."""
    if value is None:
        return False
    if isinstance(value, str):
        return value.strip(BLANK) != ""
    return len(value) > 0 if isinstance(value, list) else True


def digest(attempt, answers, streams):
    """base64url SHA-256 of the answers' text."""
    kept = {}
    for item, responses in answers.items():
        some = {name: value for name, value in responses.items() if counts(value)}
        if some:
            kept[item] = some
    heads = [
        {"epoch": head["epoch"], "hash": head["hash"], "rev": head["rev"]}
        for head in sorted(streams, key=lambda head: head["epoch"])
        if head["rev"] > 0
    ]
    return sha256("gongyuan/answers/v1\n" + encode({"answers": kept, "attempt": attempt, "streams": heads}))


def answered(answers):
    """Number of items with at least one answer."""
    return sum(any(counts(value) for value in responses.values()) for responses in answers.values())


# Crockford's base32.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def short_code(attempt, told_digest):
    """A receipt's short code (docs/protocol.md, "Submission and receipt")."""
    text = "gongyuan/receipt-code/v1\n%s\n%s" % (attempt, told_digest)
    bits = int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:9], "big") >> 2
    values = [(bits >> (5 * place)) & 31 for place in range(13, -1, -1)]
    total = sum((i + 1) * (value + 1) for i, value in enumerate(values)) % 1021
    letters = "".join(LETTERS[value] for value in values + [total >> 5, total & 31])
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))
