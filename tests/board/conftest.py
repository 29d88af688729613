"""What the tests of the board share with those of Today."""

from tests.home.conftest import enter, full, happen

__all__ = ["enter", "full", "happen"]
