"""Canonical JSON (RFC 8785) as far as a ledger needs it: objects, arrays, strings, booleans, null and safe integers."""

import json

SAFE = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no canonical form here, or the bytes are not its canonical form."""


def encode(value):
    """The canonical text of a value."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        if not -SAFE <= value <= SAFE:
            raise NotCanonical("number beyond the safe integers")
        return str(value)
    if isinstance(value, str):
        # Escapes the quote, the backslash and the controls below U+0020, the short way where there is one.
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(encode(one) for one in value) + "]"
    if isinstance(value, dict):
        # Sorted by UTF-16 code units, which differs from code points beyond U+FFFF.
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(encode(name) + ":" + encode(value[name]) for name in names) + "}"
    raise NotCanonical("a number with a fraction or exponent")


def decode(data):
    """The value in canonical bytes. Raises NotCanonical for anything else."""
    try:
        text = data.decode("utf-8")
        value = json.loads(text)
        again = encode(value).encode("utf-8")
    except (UnicodeError, RecursionError, json.JSONDecodeError) as error:
        raise NotCanonical(type(error).__name__) from error
    if again != data:
        raise NotCanonical("the bytes differ from their canonical form")
    return value
