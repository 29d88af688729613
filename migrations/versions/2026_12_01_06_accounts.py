"""Tables of accounts."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import choice, drop_tables, only

revision = "2026_12_01_06_accounts"
down_revision = "2026_12_01_05_people"
branch_labels = None
depends_on = None

TABLES = ("user_account", "ended_session", "activation", "role_grant")


def upgrade() -> None:
    _user_account()
    _ended_session()
    _activation()
    _role_grant()


def downgrade() -> None:
    drop_tables(*TABLES)


def _user_account() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(60), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("person_id", sa.Integer()),
        sa.Column("unit_id", sa.Integer()),
        sa.Column("community_id", sa.Integer()),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("password_set_at", sa.DateTime(timezone=True)),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True)),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True)),
        sa.Column("disabled_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("person_id", name="uq_user_account_person_id"),
        sa.UniqueConstraint("username", name="uq_user_account_username"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["place.id"], name="fk_user_account_community_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_user_account_person_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_user_account_unit_id"),
    )
    op.create_index("ix_user_account_community_id", "user_account", ["community_id"])
    op.create_index("ix_user_account_unit_id", "user_account", ["unit_id"])


def _ended_session() -> None:
    op.create_table(
        "ended_session",
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name="pk_ended_session"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_ended_session_user_id"),
        sa.CheckConstraint("nonce <> ''", name=op.f("ck_ended_session_told_apart")),
    )
    op.create_index("ix_ended_session_user_id", "ended_session", ["user_id"])


def _activation() -> None:
    op.create_table(
        "activation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_activation"),
        sa.UniqueConstraint("code_hash", name="uq_activation_code_hash"),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name="fk_activation_created_by_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_activation_person_id"),
    )
    op.create_index("ix_activation_person_id", "activation", ["person_id"])


def _role_grant() -> None:
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            choice(
                "role", "admin", "street", "staff", "host", "grid", "oversight", "unit", "resident"
            ),
            nullable=False,
        ),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("granted_by_id", sa.Integer()),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_role_grant"),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["user_account.id"], name="fk_role_grant_granted_by_id"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_role_grant_place_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_role_grant_user_id"),
    )
    op.create_index("ix_role_grant_place_id", "role_grant", ["place_id"])
    op.create_index("ix_role_grant_user_id", "role_grant", ["user_id"])
    op.create_index(
        "uq_role_grant_in_force",
        "role_grant",
        ["user_id", "role", "place_id"],
        unique=True,
        **only("withdrawn_at IS NULL"),
    )
