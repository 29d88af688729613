"""What the tests of the counter share with those of the rewards handed over there."""

from tests.rewards.conftest import *  # noqa: F403 - fixtures
