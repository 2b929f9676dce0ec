"""talking in full"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from community import dialect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def add(
    table: str, name: str, kind: object, rest: str = "", *, references: str = "", check: str = "", rule: str = ""
) -> None:
    """Add a column. `references`: the table whose id it holds. `check`: what must hold, named after the column or by `rule`."""
    told = sa.types.to_instance(kind).compile(dialect=op.get_bind().dialect)
    line = f"ALTER TABLE {table} ADD COLUMN {name} {told} {rest}"
    if references:
        line += f" CONSTRAINT fk_{table}_{name}_{references} REFERENCES {references} (id)"
    if check:
        line += f" CONSTRAINT ck_{table}_{rule or name} CHECK ({check})"
    op.execute(line)


def upgrade() -> None:
    op.create_table(
        "access_loss",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", dialect.Key, nullable=True),
        sa.Column("room", sa.String(length=60), nullable=True),
        sa.Column("at", dialect.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_loss")),
    )
    with op.batch_alter_table("access_loss", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_loss_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_loss_number"), ["number"], unique=False)

    op.create_table(
        "block",
        sa.Column("blocker_id", dialect.Key, nullable=False),
        sa.Column("blocked_id", dialect.Key, nullable=False),
        sa.Column("at", dialect.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["blocked_id"], ["person.id"], name=op.f("fk_block_blocked_id_person")),
        sa.ForeignKeyConstraint(["blocker_id"], ["person.id"], name=op.f("fk_block_blocker_id_person")),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("pk_block")),
    )
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_block_blocked_id"), ["blocked_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", dialect.Key, nullable=False),
        sa.Column("about_id", dialect.Key, nullable=False),
        sa.Column("building_id", dialect.Key, nullable=True),
        sa.Column("neighbourhood_id", dialect.Key, nullable=True),
        sa.Column("for_staff", sa.Boolean(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", dialect.Key, nullable=False),
        sa.Column("acting_as", sa.String(length=30), nullable=False),
        sa.Column("at", dialect.Instant(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("undone_at", dialect.Instant(), nullable=True),
        sa.Column("undone_by_id", dialect.Key, nullable=True),
        sa.Column("read_at", dialect.Instant(), nullable=True),
        sa.CheckConstraint("what <> 'suspend' OR until IS NOT NULL", name=op.f("ck_decision_suspension_ends")),
        sa.CheckConstraint("why IN ('unkind', 'private', 'unsafe', 'other')", name=op.f("ck_decision_why")),
        sa.CheckConstraint(
            "what IN ('hide', 'edit', 'close', 'warn', 'suspend', 'nothing')", name=op.f("ck_decision_what")
        ),
        sa.ForeignKeyConstraint(["about_id"], ["person.id"], name=op.f("fk_decision_about_id_person")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_decision_building_id_building")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_decision_by_id_person")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_decision_neighbourhood_id_neighbourhood")
        ),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name=op.f("fk_decision_undone_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_about_id"), ["about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_building_id_at"), ["building_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_subject_subject_id"), ["subject", "subject_id"], unique=False)
        batch_op.create_index(
            "ix_decision_suspends",
            ["about_id"],
            unique=False,
            postgresql_where=sa.text("what = 'suspend'"),
            sqlite_where=sa.text("what = 'suspend'"),
        )

    op.create_table(
        "draft",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("person_id", dialect.Key, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("fields", dialect.Facts, nullable=False),
        sa.Column("kept_at", dialect.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_draft_person_id_key")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_kept_at"), ["kept_at"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("decision_id", dialect.Key, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", dialect.Instant(), nullable=False),
        sa.Column("answered_at", dialect.Instant(), nullable=True),
        sa.Column("answered_by_id", dialect.Key, nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_appeal_answered_by_id_person")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_appeal_decision_id_decision")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_appeal")),
    )
    op.create_table(
        "flag",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", dialect.Key, nullable=False),
        sa.Column("about_id", dialect.Key, nullable=False),
        sa.Column("building_id", dialect.Key, nullable=True),
        sa.Column("neighbourhood_id", dialect.Key, nullable=True),
        sa.Column("for_staff", sa.Boolean(), nullable=False),
        sa.Column("reporter_id", dialect.Key, nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", dialect.Instant(), nullable=False),
        sa.Column("decision_id", dialect.Key, nullable=True),
        sa.CheckConstraint("reason IN ('unkind', 'private', 'unsafe', 'other')", name=op.f("ck_flag_reason")),
        sa.ForeignKeyConstraint(["about_id"], ["person.id"], name=op.f("fk_flag_about_id_person")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_flag_building_id_building")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_flag_decision_id_decision")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_flag_neighbourhood_id_neighbourhood")
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["person.id"], name=op.f("fk_flag_reporter_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint(
            "reporter_id", "subject", "subject_id", name=op.f("uq_flag_reporter_id_subject_subject_id")
        ),
    )
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flag_about_id"), ["about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_flag_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(
            "ix_flag_open",
            ["building_id"],
            unique=False,
            postgresql_where=sa.text("decision_id IS NULL"),
            sqlite_where=sa.text("decision_id IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_flag_subject_subject_id"), ["subject", "subject_id"], unique=False)

    op.create_table(
        "kind_wish",
        sa.Column("person_id", dialect.Key, nullable=False),
        sa.Column("forum_id", dialect.Key, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("wants", sa.String(length=10), nullable=False),
        sa.CheckConstraint("wants IN ('follow', 'mute')", name=op.f("ck_kind_wish_wants")),
        sa.ForeignKeyConstraint(["forum_id"], ["forum.id"], name=op.f("fk_kind_wish_forum_id_forum")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kind_wish_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "forum_id", "kind", name=op.f("pk_kind_wish")),
    )
    with op.batch_alter_table("kind_wish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kind_wish_forum_id_kind"), ["forum_id", "kind"], unique=False)

    op.create_table(
        "presence",
        sa.Column("topic_id", dialect.Key, nullable=False),
        sa.Column("person_id", dialect.Key, nullable=False),
        sa.Column("here_until", dialect.Instant(), nullable=True),
        sa.Column("writing_until", dialect.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_presence_person_id_person")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_presence_topic_id_topic")),
        sa.PrimaryKeyConstraint("topic_id", "person_id", name=op.f("pk_presence")),
    )
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presence_person_id"), ["person_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("post_id", dialect.Key, nullable=True),
        sa.Column("person_id", dialect.Key, nullable=False),
        sa.Column("form", sa.String(length=40), nullable=True),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", dialect.Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('photo', 'pdf')", name=op.f("ck_attachment_kind")),
        sa.CheckConstraint("(post_id IS NULL) <> (form IS NULL)", name=op.f("ck_attachment_belongs_somewhere")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attachment_person_id_person")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_attachment_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attachment_loose",
            ["person_id", "form"],
            unique=False,
            postgresql_where=sa.text("post_id IS NULL"),
            sqlite_where=sa.text("post_id IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_attachment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_post_id_position"), ["post_id", "position"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_store"), ["store"], unique=False)

    op.create_table(
        "earlier_text",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("post_id", dialect.Key, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("by_id", dialect.Key, nullable=False),
        sa.Column("until", dialect.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_earlier_text_by_id_person")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_earlier_text_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_text")),
    )
    with op.batch_alter_table("earlier_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_earlier_text_post_id"), ["post_id"], unique=False)

    op.create_table(
        "mention",
        sa.Column("post_id", dialect.Key, nullable=False),
        sa.Column("person_id", dialect.Key, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mention_person_id_person")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_mention_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", "person_id", name=op.f("pk_mention")),
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_person_id"), ["person_id"], unique=False)

    # Columns with their rules inside the line: SQLite then need not copy the whole table.
    add("forum", "open_topics", sa.Integer(), "NOT NULL DEFAULT 0")
    add(
        "forum",
        "staff_reading",
        sa.String(10),
        "NOT NULL DEFAULT 'all'",
        check="staff_reading IN ('all', 'marked', 'none')",
    )
    op.execute("UPDATE forum SET open_topics = topics")
    add("post", "hidden_at", dialect.Instant())
    add("post", "hidden_by_id", dialect.Key, references="person")
    add("post", "hidden_as", sa.String(30))
    add("post", "hidden_why", sa.String(10))
    add("post", "quoted_id", dialect.Key, references="post")
    add("post", "files", sa.SmallInteger(), "NOT NULL DEFAULT 0")
    op.create_index("ix_post_quoted_id", "post", ["quoted_id"])
    add("topic", "aspect", sa.String(20))
    add("topic", "audience", sa.SmallInteger(), "NOT NULL DEFAULT 0", check="audience IN (0, 1, 2)")
    add("topic", "status", sa.String(12))
    add("topic", "owner_id", dialect.Key, references="person")
    add("topic", "taken_at", dialect.Instant())
    add("topic", "promised_on", sa.Date())
    add("topic", "answered_at", dialect.Instant())
    add("topic", "outcome", sa.Text())
    add("topic", "outcome_html", sa.Text())
    add("topic", "outcome_by_id", dialect.Key, references="person")
    add("topic", "outcome_as", sa.String(30))
    add("topic", "outcome_at", dialect.Instant())
    add("topic", "ended_as", sa.String(12))
    add(
        "topic",
        "closed_at",
        dialect.Instant(),
        check="closed_at IS NULL OR outcome IS NOT NULL",
        rule="closed_with_outcome",
    )
    add("topic", "pinned_until", sa.Date())
    add("topic", "hidden_at", dialect.Instant())
    add("topic", "merged_into_id", dialect.Key, references="topic")
    add("topic", "merged_after", sa.Integer())
    op.create_index("ix_topic_owner_id", "topic", ["owner_id"])
    for name, columns, where in (
        ("ix_topic_pinned", ["forum_id", "pinned_until"], "pinned_until IS NOT NULL"),
        ("ix_topic_private", ["author_id"], "audience = 1"),
        ("ix_topic_waiting", ["forum_id", "status"], "status IS NOT NULL"),
    ):
        op.create_index(name, "topic", columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))
    add(
        "topic_reader",
        "is_muted",
        sa.Boolean(),
        f"NOT NULL DEFAULT {sa.false().compile(dialect=op.get_bind().dialect)}",
        check="NOT (is_muted AND (is_following OR is_behind))",
        rule="muted_is_quiet",
    )
    # Being behind was said of everybody, and counted for followers; now it is said of whom it is counted for.
    reader = sa.table("topic_reader", sa.column("is_following", sa.Boolean()), sa.column("is_behind", sa.Boolean()))
    op.execute(sa.update(reader).where(sa.not_(reader.c.is_following)).values(is_behind=sa.false()))
    op.drop_index("ix_topic_reader_behind", "topic_reader")
    op.create_index(
        "ix_topic_reader_behind",
        "topic_reader",
        ["person_id"],
        **dialect.only_where(sa.column("is_behind", sa.Boolean())),
    )


def downgrade() -> None:
    op.drop_index("ix_topic_reader_behind", "topic_reader")
    op.create_index(
        "ix_topic_reader_behind",
        "topic_reader",
        ["person_id"],
        **dialect.only_where(sa.and_(sa.column("is_following", sa.Boolean()), sa.column("is_behind", sa.Boolean()))),
    )
    for index in ("waiting", "private", "pinned", "owner_id"):
        op.drop_index(f"ix_topic_{index}", "topic")
    op.drop_index("ix_post_quoted_id", "post")
    for table, names in (
        ("topic_reader", "is_muted"),
        (
            "topic",
            "merged_after merged_into_id hidden_at pinned_until closed_at ended_as outcome_at outcome_as outcome_by_id outcome_html"
            " outcome answered_at promised_on taken_at owner_id status audience aspect",
        ),
        ("post", "files quoted_id hidden_why hidden_by_id hidden_at"),
        ("forum", "staff_reading open_topics"),
    ):
        for name in names.split():
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_person_id"))

    op.drop_table("mention")
    with op.batch_alter_table("earlier_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_earlier_text_post_id"))

    op.drop_table("earlier_text")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_store"))
        batch_op.drop_index(batch_op.f("ix_attachment_post_id_position"))
        batch_op.drop_index(batch_op.f("ix_attachment_person_id"))
        batch_op.drop_index(
            "ix_attachment_loose", postgresql_where=sa.text("post_id IS NULL"), sqlite_where=sa.text("post_id IS NULL")
        )

    op.drop_table("attachment")
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_presence_person_id"))

    op.drop_table("presence")
    with op.batch_alter_table("kind_wish", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kind_wish_forum_id_kind"))

    op.drop_table("kind_wish")
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_flag_subject_subject_id"))
        batch_op.drop_index(
            "ix_flag_open", postgresql_where=sa.text("decision_id IS NULL"), sqlite_where=sa.text("decision_id IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_flag_decision_id"))
        batch_op.drop_index(batch_op.f("ix_flag_about_id"))

    op.drop_table("flag")
    op.drop_table("appeal")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_kept_at"))

    op.drop_table("draft")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_decision_suspends",
            postgresql_where=sa.text("what = 'suspend'"),
            sqlite_where=sa.text("what = 'suspend'"),
        )
        batch_op.drop_index(batch_op.f("ix_decision_subject_subject_id"))
        batch_op.drop_index(batch_op.f("ix_decision_building_id_at"))
        batch_op.drop_index(batch_op.f("ix_decision_about_id"))

    op.drop_table("decision")
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_block_blocked_id"))

    op.drop_table("block")
    op.drop_table("access_loss")
