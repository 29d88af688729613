"""What the tests of the board share with those of Today."""

from tests.home.conftest import count_queries, enter, full, happen

__all__ = ["count_queries", "enter", "full", "happen"]
