from tests.people.conftest import counted

__all__ = ["counted"]
