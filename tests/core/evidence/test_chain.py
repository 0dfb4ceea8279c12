from hashlib import sha256

import pytest

from gehoor.core.evidence.chain import GENESIS, Tree, chain, checkpoint_bytes, leaf, link, merkle_root

RECORDS = [b'{"seq":1}', b'{"seq":2}', b'{"seq":3}']


def test_that_a_chain_without_links_ends_at_the_beginning() -> None:
    assert chain([]) == GENESIS
    assert len(GENESIS) == 32


def test_that_a_chain_goes_on_from_its_head() -> None:
    assert chain(RECORDS) == chain(RECORDS[2:], chain(RECORDS[:2]))
    assert link(GENESIS, RECORDS[0]) == sha256(bytes(32) + RECORDS[0]).digest() == chain(RECORDS[:1])


@pytest.mark.parametrize(
    "changed",
    [
        [b'{"seq":9}', *RECORDS[1:]],  # changed
        RECORDS[1:],  # dropped at the start
        RECORDS[:2],  # dropped at the end
        [RECORDS[0], RECORDS[2]],  # dropped in between
        [RECORDS[1], RECORDS[0], RECORDS[2]],  # in another order
        [*RECORDS, b'{"seq":4}'],  # more
    ],
)
def test_that_any_change_gives_another_head(changed: list[bytes]) -> None:
    assert chain(changed) != chain(RECORDS)


def test_that_a_leaf_holds_name_length_and_head() -> None:
    found = {leaf("a", 1, GENESIS), leaf("b", 1, GENESIS), leaf("a", 2, GENESIS), leaf("a", 1, b"\x01" * 32)}
    assert len(found) == 4
    assert leaf("a:1", 2, GENESIS) != leaf("a", 12, GENESIS)


def leaves(count: int) -> list[bytes]:
    return [leaf(str(one), one, GENESIS) for one in range(count)]


def test_that_a_tree_of_none_is_the_hash_of_nothing_and_of_one_is_its_leaf() -> None:
    assert merkle_root([]) == sha256(b"").digest()
    assert merkle_root(leaves(1)) == leaves(1)[0]


def test_that_a_tree_of_three_is_that_of_rfc_9162() -> None:
    a, b, c = leaves(3)
    left = sha256(b"\x01" + a + b).digest()
    assert merkle_root([a, b]) == left
    assert merkle_root([a, b, c]) == sha256(b"\x01" + left + c).digest()


def rfc_9162(of: list[bytes]) -> bytes:
    """The tree as the RFC writes it: split at the largest power of two below the number of leaves."""
    if len(of) == 1:
        return of[0]
    half = 1 << (len(of) - 1).bit_length() - 1
    return sha256(b"\x01" + rfc_9162(of[:half]) + rfc_9162(of[half:])).digest()


def test_that_a_tree_of_any_size_is_that_of_rfc_9162() -> None:
    for size in range(1, 40):
        assert merkle_root(leaves(size)) == rfc_9162(leaves(size))


def test_that_a_node_cannot_pass_for_a_leaf() -> None:
    assert leaf("", 0, GENESIS) != sha256(b"\x01::" + GENESIS).digest()


def test_that_the_order_of_the_leaves_counts() -> None:
    a, b, c = leaves(3)
    assert len({merkle_root([a, b, c]), merkle_root([b, a, c]), merkle_root([a, c, b])}) == 3


def test_that_what_is_signed_names_everything() -> None:
    signed = checkpoint_bytes(3, 99, 7, b"\x0a" * 32, b"\x0b" * 32)
    assert signed.decode().splitlines() == ["gehoor-checkpoint-v1", "3", "99", "7", "0a" * 32, "0b" * 32]


@pytest.mark.parametrize("count", range(18))
def test_that_a_tree_that_grows_has_the_root_that_its_pairs_give(count: int) -> None:
    leaves = [sha256(bytes([number])).digest() for number in range(count)]
    tree = Tree()
    for one in leaves:
        tree.add(one)
    level = leaves or [sha256(b"").digest()]
    while len(level) > 1:
        pairs = [sha256(b"\x01" + b"".join(level[at : at + 2])).digest() for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]  # who has no other half goes up as it is
    assert (tree.leaves, tree.root()) == (count, level[0])
