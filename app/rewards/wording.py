"""What is said to the person at the screen."""

from __future__ import annotations

from app.core.i18n import gettext as _
from app.rewards.models import Redemption


def cancelled(redemption: Redemption) -> tuple[str, str]:
    """That it is cancelled, and what has become of the points: the text and its tone."""
    if not redemption.lapsed:
        return _("Cancelled. The points are back."), "message"
    told = _(
        "Cancelled. %(back)s points are back, %(lapsed)s were past their date and have expired.",
        back=redemption.points - redemption.lapsed,
        lapsed=redemption.lapsed,
    )
    return told, "warning"
