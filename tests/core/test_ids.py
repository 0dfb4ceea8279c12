from gehoor.core.ids import CODE_BITS, check_digit, is_reference, read_return_code, return_code, spoken_reference

NUMBERS = [0, 1, 7, 10, 99, 572, 12_345_678, 90_909_090, 11_111_111, 99_999_999, 40_000_001]


def test_that_the_check_digit_is_that_of_damm() -> None:
    assert check_digit("572") == "4"
    assert check_digit("") == "0"
    assert check_digit("43881234567") == "9"


def test_that_a_reference_is_three_groups_of_three() -> None:
    assert spoken_reference(12_345_678) == f"123-456-78{check_digit('12345678')}"
    assert spoken_reference(7) == f"000-000-07{check_digit('00000007')}"
    assert spoken_reference(100_000_007) == spoken_reference(7)


def test_that_a_reference_is_known_however_it_is_written() -> None:
    reference = spoken_reference(12_345_678)
    assert is_reference(reference)
    assert is_reference(reference.replace("-", " "))
    assert is_reference(f" {reference.replace('-', '')}. ")
    assert not is_reference("")
    assert not is_reference(reference[:-1])
    assert not is_reference(reference + "0")


def test_that_every_single_wrong_digit_is_found() -> None:
    for number in NUMBERS:
        digits = spoken_reference(number).replace("-", "")
        for place, right in enumerate(digits):
            for wrong in set("0123456789") - {right}:
                assert not is_reference(digits[:place] + wrong + digits[place + 1 :])


def test_that_every_swap_of_neighbours_is_found() -> None:
    for first in range(10):
        for second in set(range(10)) - {first}:
            for number in NUMBERS:
                digits = f"{number:08d}"
                for place in range(7):
                    written = digits[:place] + f"{first}{second}" + digits[place + 2 :]
                    heard = digits[:place] + f"{second}{first}" + digits[place + 2 :]
                    assert check_digit(written) != check_digit(heard)


def test_that_a_swap_with_the_check_digit_is_found() -> None:
    for number in NUMBERS:
        digits = spoken_reference(number).replace("-", "")
        if digits[7] != digits[8]:
            assert not is_reference(digits[:7] + digits[8] + digits[7])


def test_that_a_return_code_carries_every_bit() -> None:
    assert return_code(0) == "0000-0000-00000"
    assert return_code((1 << CODE_BITS) - 1) == "ZZZZ-ZZZZ-ZZZZZ"
    assert len({return_code(1 << bit) for bit in range(CODE_BITS)}) == CODE_BITS


def test_that_a_return_code_is_known_however_it_is_typed() -> None:
    code = return_code(12_345_678_901_234_567_890)
    assert read_return_code(code) == code
    assert read_return_code(f" {code.lower().replace('-', ' ')}. ") == code
    assert read_return_code("o0iI-lL11-01010") == "0011-1111-01010", "letters that look like digits"


def test_that_what_cannot_be_a_return_code_is_none() -> None:
    for typed in ("", "7KQ2-9XMB-4TR8", "7KQ2-9XMB-4TR8WW", "UUUU-UUUU-UUUUU", "é" * 13, "١" * 13, "x" * 10_000):
        assert read_return_code(typed) is None
