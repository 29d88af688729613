"""The ground floor's tables, gathered for whoever creates or compares them."""

from app.core.files import StoredFile
from app.core.numbering import Counter
from app.core.once import SentForm
from app.core.workdays import CalendarDay

__all__ = ["CalendarDay", "Counter", "SentForm", "StoredFile"]
