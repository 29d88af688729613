"""Tables of ledger, and the triggers that keep its promises (see app/ledger/models.py)."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import (
    append_only,
    choice,
    drop_tables,
    keep_rows,
    no_replacing,
    on_sqlite,
    only,
    unchangeable,
)

revision = "2026_12_01_03_ledger"
down_revision = "2026_12_01_02_audit"
branch_labels = None
depends_on = None

TABLES = ("account", "ledger_transaction", "seal", "posting", "lot", "lot_use")

# A day that has been sealed stays as it is.
_SEALED = """
    CREATE TRIGGER {table}_not_into_a_sealed_day BEFORE INSERT ON {table}
    WHEN {day} <= (SELECT max(day) FROM seal)
    BEGIN SELECT RAISE(ABORT, '{table}: this day is sealed'); END
"""
_ITS_DAY = "(SELECT day FROM ledger_transaction WHERE id = NEW.transaction_id)"

SQLITE = [
    _SEALED.format(table="ledger_transaction", day="NEW.day"),
    _SEALED.format(table="lot_use", day=_ITS_DAY),
    """
    CREATE TRIGGER posting_allowed BEFORE INSERT ON posting
    WHEN EXISTS (
        SELECT 1 FROM account AS source, account AS destination, ledger_transaction
        WHERE source.id = NEW.source_id AND destination.id = NEW.destination_id
            AND ledger_transaction.id = NEW.transaction_id
            AND (source.unit <> destination.unit
                OR (source.unit = 'minutes' AND source.kind = 'wallet'
                    AND ledger_transaction.reverses_id IS NULL)
                OR ledger_transaction.day <= (SELECT max(day) FROM seal))
    )
    BEGIN SELECT RAISE(ABORT, 'posting: different units, minutes spent, or a sealed day'); END
    """,
    """
    CREATE TRIGGER posting_moves_balances AFTER INSERT ON posting
    BEGIN
        UPDATE account SET balance = balance - NEW.amount WHERE id = NEW.source_id;
        UPDATE account SET balance = balance + NEW.amount WHERE id = NEW.destination_id;
    END
    """,
    """
    CREATE TRIGGER lot_use_moves_remainder AFTER INSERT ON lot_use
    BEGIN
        UPDATE lot SET remaining = remaining - NEW.amount
        WHERE transaction_id = NEW.lot_transaction_id AND number = NEW.lot_number;
    END
    """,
    # SQLite can't tell these triggers from a hand at a console. But theirs are the only
    # changes that agree with the newest posting or use.
    """
    CREATE TRIGGER account_follows_postings BEFORE UPDATE OF balance ON account
    WHEN NOT EXISTS (
        SELECT 1 FROM (SELECT * FROM posting ORDER BY transaction_id DESC, number DESC LIMIT 1)
        WHERE (source_id = NEW.id AND NEW.balance = OLD.balance - amount)
            OR (destination_id = NEW.id AND NEW.balance = OLD.balance + amount)
    )
    BEGIN SELECT RAISE(ABORT, 'account: a balance changes only by a posting'); END
    """,
    """
    CREATE TRIGGER lot_is_a_posting BEFORE INSERT ON lot
    WHEN NOT EXISTS (
        SELECT 1 FROM posting
        WHERE transaction_id = NEW.transaction_id AND number = NEW.number
            AND destination_id = NEW.account_id AND amount = NEW.amount
            AND amount = NEW.remaining AND expires_on IS NEW.expires_on
    )
    BEGIN SELECT RAISE(ABORT, 'lot: a lot is what its posting brought in'); END
    """,
    """
    CREATE TRIGGER lot_follows_uses BEFORE UPDATE OF remaining ON lot
    WHEN NOT EXISTS (
        SELECT 1 FROM (
            SELECT * FROM lot_use
            ORDER BY transaction_id DESC, lot_transaction_id DESC, lot_number DESC LIMIT 1
        )
        WHERE lot_transaction_id = NEW.transaction_id AND lot_number = NEW.number
            AND NEW.remaining = OLD.remaining - amount
    )
    BEGIN SELECT RAISE(ABORT, 'lot: a remainder changes only by a use'); END
    """,
]

# One row or ten thousand may come in one statement, and PostgreSQL keeps the plans it made for
# the first, when the tables were small: what comes later has to be found by its index.
_FUNCTION = """
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    DECLARE moved record;
    BEGIN
        {body}
        RETURN NULL;
    END $$
"""
_TRIGGER = """
    CREATE TRIGGER {name} AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {name}()
"""
_REFUSE = """
        IF EXISTS (SELECT 1 FROM added {where}) THEN
            RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
"""
_IN_A_SEALED_DAY = """
    JOIN ledger_transaction ON ledger_transaction.id = added.transaction_id
    WHERE ledger_transaction.day <= (SELECT max(day) FROM seal)
"""
_NOT_ALLOWED = """
    JOIN ledger_transaction ON ledger_transaction.id = added.transaction_id
    JOIN account AS source ON source.id = added.source_id
    JOIN account AS destination ON destination.id = added.destination_id
    WHERE source.unit <> destination.unit
        OR (source.unit = 'minutes' AND source.kind = 'wallet'
            AND ledger_transaction.reverses_id IS NULL)
        OR ledger_transaction.day <= (SELECT max(day) FROM seal)
"""
# In the order of the ids, which is the order in which accounts are locked.
_MOVE_BALANCES = """
    FOR moved IN
        SELECT account_id, sum(amount) AS amount FROM (
            SELECT source_id AS account_id, -amount AS amount FROM added
            UNION ALL SELECT destination_id, amount FROM added
        ) AS sides GROUP BY account_id ORDER BY account_id
    LOOP
        UPDATE account SET balance = balance + moved.amount WHERE id = moved.account_id;
    END LOOP;
"""
_NO_SUCH_POSTING = """
    LEFT JOIN posting ON posting.transaction_id = added.transaction_id
        AND posting.number = added.number AND posting.destination_id = added.account_id
        AND posting.amount = added.amount AND posting.amount = added.remaining
        AND posting.expires_on IS NOT DISTINCT FROM added.expires_on
    WHERE posting.transaction_id IS NULL
"""
_MOVE_REMAINDERS = """
    FOR moved IN
        SELECT lot_transaction_id, lot_number, sum(amount) AS amount
        FROM added GROUP BY lot_transaction_id, lot_number
        ORDER BY lot_transaction_id, lot_number
    LOOP
        UPDATE lot SET remaining = remaining - moved.amount
        WHERE transaction_id = moved.lot_transaction_id AND number = moved.lot_number;
    END LOOP;
"""


def _added(table: str, *body: str) -> list[str]:
    """A trigger that runs the body once for all rows a statement has added to the table."""
    name = f"{table}_added"
    return [
        _FUNCTION.format(name=name, body="".join(body)),
        _TRIGGER.format(name=name, table=table),
    ]


def _refuse(where: str, message: str) -> str:
    return _REFUSE.format(where=where, message=message)


# At depth 0 it isn't one of the triggers but a hand at a console.
_BY_HAND = """
    CREATE TRIGGER {table}_{column}_by_hand BEFORE UPDATE OF {column} ON {table}
    FOR EACH ROW WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION refuse_change_of_columns('{column}')
"""

POSTGRESQL = [
    *_added(
        "ledger_transaction",
        _refuse(
            "WHERE added.day <= (SELECT max(day) FROM seal)",
            "ledger_transaction: this day is sealed",
        ),
    ),
    *_added(
        "posting",
        _refuse(_NOT_ALLOWED, "posting: different units, minutes spent, or a sealed day"),
        _MOVE_BALANCES,
    ),
    *_added("lot", _refuse(_NO_SUCH_POSTING, "lot: a lot is what its posting brought in")),
    *_added(
        "lot_use",
        _refuse(_IN_A_SEALED_DAY, "lot_use: this day is sealed"),
        _MOVE_REMAINDERS,
    ),
    _BY_HAND.format(table="account", column="balance"),
    _BY_HAND.format(table="lot", column="remaining"),
]


def upgrade() -> None:
    _account()
    _ledger_transaction()
    _seal()
    _posting()
    _lot()
    _lot_use()
    _triggers()
    _points_come_from_many()
    _account_of_expired_points()


def downgrade() -> None:
    drop_tables(*TABLES)


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column(
            "kind",
            choice("account_kind", "issue", "wallet", "redeemed", "expired", "void"),
            nullable=False,
        ),
        sa.Column("unit", choice("ledger_unit", "points", "minutes"), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("code", name="uq_account_code"),
        sa.CheckConstraint(
            "balance >= 0 OR kind = 'issue'", name=op.f("ck_account_only_issue_below_zero")
        ),
    )
    keep_rows("account")
    unchangeable("account", "id", "code", "kind", "unit")
    no_replacing("account", "id", "code")


def _ledger_transaction() -> None:
    op.create_table(
        "ledger_transaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("memo", sa.JSON(), nullable=False),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("actor_name", sa.String(80), nullable=False),
        sa.Column("reverses_id", sa.Integer()),
        sa.Column("shortfall", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_transaction"),
        sa.UniqueConstraint("key", name="uq_ledger_transaction_key"),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_transaction.id"], name="fk_ledger_transaction_reverses_id"
        ),
        sa.CheckConstraint(
            "shortfall = 0 OR reverses_id IS NOT NULL",
            name=op.f("ck_ledger_transaction_only_reversals_fall_short"),
        ),
        sa.CheckConstraint(
            "shortfall >= 0", name=op.f("ck_ledger_transaction_shortfall_not_negative")
        ),
    )
    op.create_index("ix_ledger_transaction_day_id", "ledger_transaction", ["day", "id"])
    op.create_index(
        "uq_ledger_transaction_reverses_id",
        "ledger_transaction",
        ["reverses_id"],
        unique=True,
        **only("reverses_id IS NOT NULL"),
    )
    append_only("ledger_transaction")
    no_replacing("ledger_transaction", "id", "key", "reverses_id")


def _seal() -> None:
    op.create_table(
        "seal",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("transactions", sa.Integer(), nullable=False),
        sa.Column("postings", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marks", sa.Text()),
        sa.PrimaryKeyConstraint("day", name="pk_seal"),
    )
    append_only("seal")
    no_replacing("seal", "day")


def _posting() -> None:
    op.create_table(
        "posting",
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.PrimaryKeyConstraint("transaction_id", "number", name="pk_posting"),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["account.id"], name="fk_posting_destination_id"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["account.id"], name="fk_posting_source_id"),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name="fk_posting_transaction_id"
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_posting_amount_positive")),
        sa.CheckConstraint("source_id <> destination_id", name=op.f("ck_posting_two_accounts")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_posting_destination_id_transaction_id", "posting", ["destination_id", "transaction_id"]
    )
    op.create_index(
        "ix_posting_source_id_transaction_id", "posting", ["source_id", "transaction_id"]
    )
    append_only("posting")
    no_replacing("posting", "transaction_id, number")


def _lot() -> None:
    op.create_table(
        "lot",
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.PrimaryKeyConstraint("transaction_id", "number", name="pk_lot"),
        sa.ForeignKeyConstraint(
            ["transaction_id", "number"],
            ["posting.transaction_id", "posting.number"],
            name="fk_lot_transaction_id_number",
        ),
        sa.CheckConstraint(
            "remaining BETWEEN 0 AND amount", name=op.f("ck_lot_remaining_within_amount")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lot_open", "lot", ["account_id", "expires_on"], **only("remaining > 0"))
    keep_rows("lot")
    unchangeable("lot", "transaction_id", "number", "account_id", "amount", "expires_on")
    no_replacing("lot", "transaction_id, number")


def _lot_use() -> None:
    op.create_table(
        "lot_use",
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("lot_transaction_id", sa.Integer(), nullable=False),
        sa.Column("lot_number", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "transaction_id", "lot_transaction_id", "lot_number", name="pk_lot_use"
        ),
        sa.ForeignKeyConstraint(
            ["lot_transaction_id", "lot_number"],
            ["lot.transaction_id", "lot.number"],
            name="fk_lot_use_lot_transaction_id_lot_number",
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name="fk_lot_use_transaction_id"
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_lot_use_amount_not_zero")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lot_use_lot", "lot_use", ["lot_transaction_id", "lot_number"])
    append_only("lot_use")
    no_replacing("lot_use", "transaction_id, lot_transaction_id, lot_number")


def _triggers() -> None:
    for statement in SQLITE if on_sqlite() else POSTGRESQL:
        op.execute(statement)


def _points_come_from_many() -> None:
    """Nearly all of a community's postings come from its fund. From a sample of them PostgreSQL
    concludes that there are a hundred givers, each with tens of thousands of postings, and reads
    what a resident has spent with parallel workers. That a posting in twenty has a giver of its own
    is nearer the truth."""
    if not on_sqlite():
        op.execute("ALTER TABLE posting ALTER COLUMN source_id SET (n_distinct = -0.05)")


def _account_of_expired_points() -> None:
    op.execute(
        "INSERT INTO account (code, kind, unit, balance) "
        "VALUES ('expired:points', 'expired', 'points', 0)"
    )
