"""search"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from community import dialect

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", dialect.Key, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", dialect.Key, nullable=False),
        sa.Column("place_id", dialect.Key, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_entry_kind_subject_id")),
    )
    op.create_index(op.f("ix_search_entry_place_id_id"), "search_entry", ["place_id", "id"])
    dialect.make_search_index(op.get_bind())
    op.create_table(
        "search_spelling",
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("word", sa.String(length=24), nullable=False),
        sa.Column("stem", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("key", "word", name=op.f("pk_search_spelling")),
    )
    op.create_index(op.f("ix_search_spelling_stem"), "search_spelling", ["stem"])
    op.create_table(
        "search_unindexed",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("upto", dialect.Key, nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_search_unindexed")),
    )
    # What is there already is gone through by the worker, the newest first.
    op.execute("INSERT INTO search_unindexed (kind, upto) SELECT 'post', max(id) FROM post HAVING max(id) IS NOT NULL")


def downgrade() -> None:
    op.drop_table("search_unindexed")
    op.drop_table("search_spelling")
    dialect.drop_search_index(op.get_bind())
    op.drop_table("search_entry")
