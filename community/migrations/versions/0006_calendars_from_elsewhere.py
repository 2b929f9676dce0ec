"""calendars from elsewhere"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from community import dialect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_import",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("by_id", dialect.Key, nullable=False),
        sa.Column("building_id", dialect.Key, nullable=False),
        sa.Column("filename", sa.String(length=120), nullable=False),
        sa.Column("found", dialect.Facts, nullable=False),
        sa.Column("fields", dialect.Facts, nullable=False),
        sa.Column("result", dialect.Facts, nullable=False),
        sa.Column("created_at", dialect.Instant(), nullable=False),
        sa.Column("done_at", dialect.Instant(), nullable=True),
        sa.Column("undone_at", dialect.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_calendar_import_building_id_building")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_calendar_import_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_import")),
    )
    op.create_index(op.f("ix_calendar_import_building_id_done_at"), "calendar_import", ["building_id", "done_at"])
    op.create_index(op.f("ix_calendar_import_created_at"), "calendar_import", ["created_at"])
    op.create_table(
        "imported_event",
        sa.Column("building_id", dialect.Key, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("event_id", dialect.Key, nullable=False),
        sa.Column("import_id", dialect.Key, nullable=False),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_imported_event_building_id_building")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_imported_event_event_id_event")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["calendar_import.id"], name=op.f("fk_imported_event_import_id_calendar_import")
        ),
        sa.PrimaryKeyConstraint("building_id", "mark", name=op.f("pk_imported_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_imported_event_event_id")),
    )
    op.create_index(op.f("ix_imported_event_import_id"), "imported_event", ["import_id"])


def downgrade() -> None:
    op.drop_table("imported_event")
    op.drop_table("calendar_import")
