"""Merkle tree of RFC 6962: leaves and nodes with SHA-256, only the right edge in memory."""

import hashlib


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    def __init__(self):
        self.size = 0
        # Roots of perfect subtrees from the left, as (number of leaves, hash).
        self._edge = []

    def append(self, data):
        self.append_hash(leaf_hash(data))

    def append_hash(self, own):
        count = 1
        while self._edge and self._edge[-1][0] == count:
            own = node_hash(self._edge.pop()[1], own)
            count *= 2
        self._edge.append((count, own))
        self.size += 1

    def root(self):
        if not self._edge:
            return hashlib.sha256(b"").digest()
        own = self._edge[-1][1]
        for _, left in reversed(self._edge[:-1]):
            own = node_hash(left, own)
        return own
