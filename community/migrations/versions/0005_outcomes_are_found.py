"""outcomes are found"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from community import dialect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WRITTEN = {"postgresql_where": sa.text("outcome_by_id IS NOT NULL"), "sqlite_where": sa.text("outcome_by_id IS NOT NULL")}
_BEHIND = sa.column("is_behind", sa.Boolean())


def upgrade() -> None:
    # As it was made in 0002 no query on SQLite could use it.
    op.drop_index("ix_topic_reader_behind", "topic_reader")
    op.create_index("ix_topic_reader_behind", "topic_reader", ["person_id"], **dialect.only_where(_BEHIND))
    op.create_index(op.f("ix_search_entry_place_id_kind_id"), "search_entry", ["place_id", "kind", "id"])
    op.drop_index(op.f("ix_search_entry_place_id_id"), "search_entry")
    op.create_index("ix_topic_outcome_by", "topic", ["outcome_by_id"], **_WRITTEN)
    # What stands above a conversation already is gone through by the worker, the newest first.
    op.execute(
        "INSERT INTO search_unindexed (kind, upto) SELECT 'outcome', max(id) FROM topic WHERE outcome IS NOT NULL"
        " HAVING max(id) IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DELETE FROM search_unindexed WHERE kind = 'outcome'")
    op.execute("DELETE FROM search_entry WHERE kind = 'outcome'")
    op.drop_index("ix_topic_outcome_by", "topic", **_WRITTEN)
    op.create_index(op.f("ix_search_entry_place_id_id"), "search_entry", ["place_id", "id"])
    op.drop_index(op.f("ix_search_entry_place_id_kind_id"), "search_entry")
