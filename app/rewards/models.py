from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.people.models import Person


class RewardKind(StrEnum):
    GOODS = auto()
    SERVICE = auto()
    HONOUR = auto()


REWARD_KIND_LABELS = labelled(
    {
        RewardKind.GOODS: _l("Goods"),
        RewardKind.SERVICE: _l("Service"),
        RewardKind.HONOUR: _l("Honour"),
    }
)


class RedemptionState(StrEnum):
    RESERVED = auto()
    HANDED_OVER = auto()
    CANCELLED = auto()


REDEMPTION_STATE_LABELS = labelled(
    {
        RedemptionState.RESERVED: _l("Reserved"),
        RedemptionState.HANDED_OVER: _l("Handed over"),
        RedemptionState.CANCELLED: _l("Cancelled, points refunded"),
    }
)


class RewardItem(Model):
    """Something points are good for. Never money (不兑现金).

    `stock` is what is neither reserved nor gone; none means it does not run out (services,
    honours). `unit_cost` is in fen, for the funds register; `funded_by` says who pays.
    `per_person` limits how many one person may have per calendar year.
    """

    __tablename__ = "reward_item"
    __table_args__ = (
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("stock IS NULL OR stock >= 0", name="stock_not_negative"),
        CheckConstraint("per_person IS NULL OR per_person > 0", name="limit_positive"),
        CheckConstraint("unit_cost IS NULL OR unit_cost >= 0", name="cost_not_negative"),
        CheckConstraint(
            "available_from IS NULL OR available_until IS NULL OR available_until >= available_from",
            name="window_in_order",
        ),
        Index("ix_reward_item_community", "community_id", "withdrawn_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[RewardKind] = mapped_column(choice(RewardKind))
    name: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text, default="")
    points: Mapped[int]
    stock: Mapped[int | None]
    per_person: Mapped[int | None]
    unit_cost: Mapped[int | None]
    funded_by: Mapped[str] = mapped_column(String(80), default="")
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    available_from: Mapped[date | None]
    available_until: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class StockChange(Model):
    """A delivery or a correction of stock, with its reason. Append-only."""

    __tablename__ = "stock_change"
    __table_args__ = (CheckConstraint("change <> 0", name="changes_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("reward_item.id"), index=True)
    change: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Redemption(Model):
    """One item for one person: the points are spent when it is reserved, and refunded
    when it is cancelled. `code` is what the person shows at the counter. `request_key` makes
    a form sent twice reserve once.

    `unit_cost` (fen) and `funded_by` are the item's at the time, so that the funds register
    does not change with the catalogue; `handed_over_on` is the date in China. `lapsed` of its
    points were past their date when it was cancelled: they came back and expired at once. `by_proxy`:
    entered by staff for the person.
    """

    __tablename__ = "redemption"
    __table_args__ = (
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint(
            "(state = 'handed_over') = (handed_over_at IS NOT NULL)", name="handed_over_when"
        ),
        CheckConstraint(
            "(handed_over_at IS NULL) = (handed_over_on IS NULL)", name="handed_over_on_a_day"
        ),
        CheckConstraint(
            "(handed_over_at IS NULL) = (handed_over_by_id IS NULL)", name="handed_over_by_somebody"
        ),
        CheckConstraint(
            "(state = 'cancelled') = (refund_id IS NOT NULL)", name="cancelled_is_refunded"
        ),
        CheckConstraint(
            "state <> 'cancelled' OR (cancelled_at IS NOT NULL AND cancel_reason IS NOT NULL)",
            name="cancelled_with_reason",
        ),
        CheckConstraint("lapsed BETWEEN 0 AND points", name="lapsed_within_points"),
        Index("ix_redemption_community_state", "community_id", "state", "id"),
        Index("ix_redemption_person_item", "person_id", "item_id"),
        Index("ix_redemption_handed_over", "community_id", "handed_over_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    request_key: Mapped[str] = mapped_column(String(64), unique=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("reward_item.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    points: Mapped[int]
    unit_cost: Mapped[int | None]
    funded_by: Mapped[str] = mapped_column(String(80), default="")
    by_proxy: Mapped[bool] = mapped_column(default=False)
    state: Mapped[RedemptionState] = mapped_column(choice(RedemptionState))
    reserved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reserved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    reserved_on: Mapped[date] = mapped_column(default=clock.today)
    collect_by: Mapped[date]
    handed_over_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handed_over_on: Mapped[date | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str | None] = mapped_column(String(200))
    lapsed: Mapped[int] = mapped_column(default=0)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)

    item: Mapped[RewardItem] = relationship()
    person: Mapped[Person] = relationship()
