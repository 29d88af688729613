"""The tests of tasks begin where those of resolutions end."""

from tests.resolutions.conftest import decided, monday_morning, prepared, resolution

__all__ = ["decided", "monday_morning", "prepared", "resolution"]
