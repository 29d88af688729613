"""The ground floor's tables, gathered for the code that creates or compares them."""

from app.core.attempts import Attempts
from app.core.files import StoredFile
from app.core.numbering import Counter
from app.core.once import SentForm
from app.core.workdays import CalendarDay

__all__ = ["Attempts", "CalendarDay", "Counter", "SentForm", "StoredFile"]
