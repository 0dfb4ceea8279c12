import inspect

from gehoor.core import errors


def test_that_every_error_has_a_code_of_its_own_and_a_sentence() -> None:
    found = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.GehoorError)]
    assert len(found) > 10
    assert len({one.code for one in found}) == len(found)
    assert all(one.default.endswith(".") for one in found)


def test_that_the_tree_in_the_docstring_names_every_error() -> None:
    named = errors.__doc__ or ""
    for name, one in inspect.getmembers(errors, inspect.isclass):
        if issubclass(one, errors.GehoorError):
            assert name in named


def test_that_an_error_carries_its_sentence_and_data() -> None:
    assert errors.NotNow().sentence == errors.NotNow.default
    told = errors.NotYours("Een collega heeft dit gesprek.", agent="bram")
    assert (str(told), told.data) == ("Een collega heeft dit gesprek.", {"agent": "bram"})
    assert isinstance(told, errors.Refused)
