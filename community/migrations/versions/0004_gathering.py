"""gathering"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from community import dialect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_key",
        sa.Column("person_id", dialect.Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", dialect.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_key_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_key")),
    )
    op.create_table(
        "event_draft",
        sa.Column("person_id", dialect.Key, nullable=False),
        sa.Column("fields", dialect.Facts, nullable=False),
        sa.Column("updated_at", dialect.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_draft_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_event_draft")),
    )
    with op.batch_alter_table("event_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_draft_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "room",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("building_id", dialect.Key, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("floor", sa.String(length=60), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("is_step_free", sa.Boolean(), nullable=False),
        sa.Column("has_lift", sa.Boolean(), nullable=False),
        sa.Column("has_loop", sa.Boolean(), nullable=False),
        sa.Column("has_toilet", sa.Boolean(), nullable=False),
        sa.Column("key_with", sa.String(length=120), nullable=False),
        sa.Column("rules", sa.String(length=1000), nullable=False),
        sa.Column("ahead_days", sa.Integer(), nullable=False),
        sa.Column("longest", sa.Integer(), nullable=False),
        sa.Column("opens_hour", sa.SmallInteger(), nullable=False),
        sa.Column("closes_hour", sa.SmallInteger(), nullable=False),
        sa.Column("removed_at", dialect.Instant(), nullable=True),
        sa.CheckConstraint("ahead_days > 0 AND longest > 0", name=op.f("ck_room_house_rules")),
        sa.CheckConstraint("opens_hour BETWEEN 0 AND 23 AND closes_hour BETWEEN 1 AND 24", name=op.f("ck_room_hours")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_room_building_id_building")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("building_id", "name", name=op.f("uq_room_building_id_name")),
    )
    op.create_table(
        "event",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("building_id", dialect.Key, nullable=True),
        sa.Column("neighbourhood_id", dialect.Key, nullable=True),
        sa.Column("seen_by", sa.SmallInteger(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("room_id", dialect.Key, nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("host_id", dialect.Key, nullable=False),
        sa.Column("host_as", sa.String(length=30), nullable=True),
        sa.Column("host_title", sa.String(length=60), nullable=True),
        sa.Column("created_by_id", dialect.Key, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=True),
        sa.Column("cents", sa.Integer(), nullable=True),
        sa.Column("bring", sa.String(length=200), nullable=False),
        sa.Column("needs_signup", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("minimum", sa.Integer(), nullable=True),
        sa.Column("guests_max", sa.SmallInteger(), nullable=False),
        sa.Column("closes_before", sa.Integer(), nullable=True),
        sa.Column("by_draw", sa.Boolean(), nullable=False),
        sa.Column("photo", sa.String(length=64), nullable=True),
        sa.Column("photo_alt", sa.String(length=300), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("start_at", sa.Time(), nullable=False),
        sa.Column("lasts", sa.Integer(), nullable=False),
        sa.Column("rrule", sa.String(length=200), nullable=True),
        sa.Column("skips_holidays", sa.Boolean(), nullable=False),
        sa.Column("skips_school_holidays", sa.String(length=10), nullable=True),
        sa.Column("rolled_until", sa.Date(), nullable=True),
        sa.Column("follows_id", dialect.Key, nullable=True),
        sa.Column("topic_id", dialect.Key, nullable=True),
        sa.Column("created_at", dialect.Instant(), nullable=False),
        sa.Column("updated_at", dialect.Instant(), nullable=False),
        sa.Column("cancelled_at", dialect.Instant(), nullable=True),
        sa.Column("cancelled_why", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "kind IN ('coffee', 'meal', 'games', 'sport', 'culture', 'outing', 'chores', 'meeting', 'small', 'other')",
            name=op.f("ck_event_kind"),
        ),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name=op.f("ck_event_capacity")),
        sa.CheckConstraint("guests_max BETWEEN 0 AND 3", name=op.f("ck_event_guests_max")),
        sa.CheckConstraint("lasts > 0", name=op.f("ck_event_lasts")),
        sa.CheckConstraint("seen_by <> 0 OR building_id IS NOT NULL", name=op.f("ck_event_of_building")),
        sa.CheckConstraint("seen_by <> 1 OR neighbourhood_id IS NOT NULL", name=op.f("ck_event_of_neighbourhood")),
        sa.CheckConstraint("seen_by IN (0, 1, 2)", name=op.f("ck_event_seen_by")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_event_building_id_building")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_event_created_by_id_person")),
        sa.ForeignKeyConstraint(["follows_id"], ["event.id"], name=op.f("fk_event_follows_id_event")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_event_host_id_person")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_event_neighbourhood_id_neighbourhood")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_event_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("created_by_id", "token", name=op.f("uq_event_created_by_id_token")),
        sa.UniqueConstraint("uid", name=op.f("uq_event_uid")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_building_id"), ["building_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_follows_id"), ["follows_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_host_id"), ["host_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_neighbourhood_id"), ["neighbourhood_id"], unique=False)
        batch_op.create_index(
            "ix_event_rolling",
            ["rolled_until"],
            unique=False,
            postgresql_where=sa.text("rrule IS NOT NULL"),
            sqlite_where=sa.text("rrule IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_event_room_id"), ["room_id"], unique=False)

    op.create_table(
        "duty",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("event_id", dialect.Key, nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("needed", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("ended_at", dialect.Instant(), nullable=True),
        sa.CheckConstraint("needed BETWEEN 1 AND 20", name=op.f("ck_duty_needed")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_duty_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_event_id"), ["event_id"], unique=False)

    op.create_table(
        "missed",
        sa.Column("event_id", dialect.Key, nullable=False),
        sa.Column("person_id", dialect.Key, nullable=False),
        sa.Column("times", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_missed_event_id_event")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_missed_person_id_person")),
        sa.PrimaryKeyConstraint("event_id", "person_id", name=op.f("pk_missed")),
    )
    with op.batch_alter_table("missed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_missed_person_id"), ["person_id"], unique=False)

    op.create_table(
        "occurrence",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("event_id", dialect.Key, nullable=False),
        sa.Column("original_at", dialect.Instant(), nullable=False),
        sa.Column("starts_at", dialect.Instant(), nullable=False),
        sa.Column("ends_at", dialect.Instant(), nullable=False),
        sa.Column("building_id", dialect.Key, nullable=True),
        sa.Column("neighbourhood_id", dialect.Key, nullable=True),
        sa.Column("seen_by", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("room_id", dialect.Key, nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("host_id", dialect.Key, nullable=False),
        sa.Column("cents", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("closes_at", dialect.Instant(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("is_extra", sa.Boolean(), nullable=False),
        sa.Column("is_changed", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("coming", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("arrivals", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("remind_at", dialect.Instant(), nullable=True),
        sa.Column("draw_at", dialect.Instant(), nullable=True),
        sa.Column("draw_seed", sa.String(length=64), nullable=True),
        sa.Column("cancelled_at", dialect.Instant(), nullable=True),
        sa.Column("cancelled_why", sa.String(length=300), nullable=False),
        sa.CheckConstraint("capacity IS NULL OR coming <= capacity", name=op.f("ck_occurrence_never_over")),
        sa.CheckConstraint("coming >= 0 AND waiting >= 0", name=op.f("ck_occurrence_counts")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occurrence_ends")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_occurrence_building_id_building")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_occurrence_event_id_event")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_occurrence_host_id_person")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_occurrence_neighbourhood_id_neighbourhood")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_occurrence_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("event_id", "original_at", name=op.f("uq_occurrence_event_id_original_at")),
    )
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_occurrence_building_id_starts_at"), ["building_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            "ix_occurrence_drawing",
            ["draw_at"],
            unique=False,
            postgresql_where=sa.text("draw_at IS NOT NULL"),
            sqlite_where=sa.text("draw_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_occurrence_event_id_starts_at"), ["event_id", "starts_at"], unique=False)
        batch_op.create_index(
            "ix_occurrence_around",
            ["neighbourhood_id", "starts_at"],
            unique=False,
            postgresql_where=sa.text("seen_by = 1"),
            sqlite_where=sa.text("seen_by = 1"),
        )
        batch_op.create_index(
            "ix_occurrence_everybody",
            ["starts_at"],
            unique=False,
            postgresql_where=sa.text("seen_by = 2"),
            sqlite_where=sa.text("seen_by = 2"),
        )
        batch_op.create_index(batch_op.f("ix_occurrence_host_id"), ["host_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_occurrence_neighbourhood_id_starts_at"), ["neighbourhood_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            "ix_occurrence_reminding",
            ["remind_at"],
            unique=False,
            postgresql_where=sa.text("remind_at IS NOT NULL"),
            sqlite_where=sa.text("remind_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_occurrence_room_id"), ["room_id"], unique=False)

    op.create_table(
        "booking",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("room_id", dialect.Key, nullable=False),
        sa.Column("occurrence_id", dialect.Key, nullable=True),
        sa.Column("starts_at", dialect.Instant(), nullable=False),
        sa.Column("ends_at", dialect.Instant(), nullable=False),
        sa.Column("slot_from", dialect.Key, nullable=False),
        sa.Column("slot_until", dialect.Key, nullable=False),
        sa.Column("by_id", dialect.Key, nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=True),
        sa.Column("created_at", dialect.Instant(), nullable=False),
        sa.Column("cancelled_at", dialect.Instant(), nullable=True),
        sa.CheckConstraint("slot_until > slot_from AND slot_until - slot_from <= 1440", name=op.f("ck_booking_slot")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_booking_by_id_person")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_booking_occurrence_id_occurrence")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_booking_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("occurrence_id", name=op.f("uq_booking_occurrence_id")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_room_id_starts_at"), ["room_id", "starts_at"], unique=False)
        batch_op.create_index(
            "ix_booking_slot",
            ["slot_from", "slot_until"],
            unique=False,
            postgresql_where=sa.text("cancelled_at IS NULL"),
            sqlite_where=sa.text("cancelled_at IS NULL"),
        )

    op.create_table(
        "duty_taker",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("duty_id", dialect.Key, nullable=False),
        sa.Column("occurrence_id", dialect.Key, nullable=False),
        sa.Column("person_id", dialect.Key, nullable=False),
        sa.Column("is_reserve", sa.Boolean(), nullable=False),
        sa.Column("at", dialect.Instant(), nullable=False),
        sa.Column("wants_swap_at", dialect.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_duty_taker_duty_id_duty")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_duty_taker_occurrence_id_occurrence")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_taker_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_taker")),
        sa.UniqueConstraint(
            "duty_id", "occurrence_id", "person_id", name=op.f("uq_duty_taker_duty_id_occurrence_id_person_id")
        ),
    )
    with op.batch_alter_table("duty_taker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_taker_occurrence_id"), ["occurrence_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_taker_person_id"), ["person_id"], unique=False)

    op.create_table(
        "registration",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("occurrence_id", dialect.Key, nullable=False),
        sa.Column("person_id", dialect.Key, nullable=True),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seats", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("has_walker", sa.Boolean(), nullable=False),
        sa.Column("by_id", dialect.Key, nullable=True),
        sa.Column("way", sa.String(length=10), nullable=True),
        sa.Column("token", sa.String(length=40), nullable=True),
        sa.Column("at", dialect.Instant(), nullable=False),
        sa.Column("changed_at", dialect.Instant(), nullable=False),
        sa.Column("promoted_at", dialect.Instant(), nullable=True),
        sa.Column("moved_why", sa.String(length=300), nullable=False),
        sa.Column("came", sa.SmallInteger(), nullable=True),
        sa.Column("is_walk_in", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('confirmed', 'waiting', 'withdrawn', 'declined')", name=op.f("ck_registration_state")
        ),
        sa.CheckConstraint("(person_id IS NULL) <> (name IS NULL)", name=op.f("ck_registration_somebody")),
        sa.CheckConstraint("seats BETWEEN 1 AND 4", name=op.f("ck_registration_seats")),
        sa.CheckConstraint("way IS NULL OR by_id IS NOT NULL", name=op.f("ck_registration_recorded")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_registration_by_id_person")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_registration_occurrence_id_occurrence")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_registration_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("occurrence_id", "by_id", "token", name=op.f("uq_registration_occurrence_id_by_id_token")),
        sa.UniqueConstraint("occurrence_id", "person_id", name=op.f("uq_registration_occurrence_id_person_id")),
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_person_id_state"), ["person_id", "state"], unique=False)
        batch_op.create_index(
            "ix_registration_waiting",
            ["occurrence_id", "place"],
            unique=False,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "call",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("occurrence_id", dialect.Key, nullable=False),
        sa.Column("registration_id", dialect.Key, nullable=False),
        sa.Column("person_id", dialect.Key, nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=10), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("created_at", dialect.Instant(), nullable=False),
        sa.Column("done_at", dialect.Instant(), nullable=True),
        sa.Column("done_by_id", dialect.Key, nullable=True),
        sa.CheckConstraint("why IN ('cancelled', 'changed', 'promoted', 'signed_up')", name=op.f("ck_call_why")),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name=op.f("fk_call_done_by_id_person")),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_call_occurrence_id_occurrence")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_person_id_person")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_call_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_occurrence_id"), ["occurrence_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "guest",
        sa.Column("id", dialect.Key, nullable=False),
        sa.Column("registration_id", dialect.Key, nullable=False),
        sa.Column("occurrence_id", dialect.Key, nullable=False),
        sa.Column("person_id", dialect.Key, nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_guest_occurrence_id_occurrence")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_guest_person_id_person")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_guest_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("occurrence_id", "person_id", name=op.f("uq_guest_occurrence_id_person_id")),
    )
    with op.batch_alter_table("guest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guest_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guest_registration_id"), ["registration_id"], unique=False)
    dialect.never_overlap(op.get_bind(), "booking", "slot_from", "slot_until", "cancelled_at", 24 * 60)


def downgrade() -> None:
    with op.batch_alter_table("guest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guest_registration_id"))
        batch_op.drop_index(batch_op.f("ix_guest_person_id"))

    op.drop_table("guest")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_registration_id"))
        batch_op.drop_index(batch_op.f("ix_call_person_id"))
        batch_op.drop_index(batch_op.f("ix_call_occurrence_id"))

    op.drop_table("call")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_registration_waiting",
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_registration_person_id_state"))

    op.drop_table("registration")
    with op.batch_alter_table("duty_taker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_taker_person_id"))
        batch_op.drop_index(batch_op.f("ix_duty_taker_occurrence_id"))

    op.drop_table("duty_taker")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_booking_slot",
            postgresql_where=sa.text("cancelled_at IS NULL"),
            sqlite_where=sa.text("cancelled_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_booking_room_id_starts_at"))
        batch_op.drop_index(batch_op.f("ix_booking_by_id"))

    op.drop_table("booking")
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occurrence_room_id"))
        batch_op.drop_index(
            "ix_occurrence_reminding",
            postgresql_where=sa.text("remind_at IS NOT NULL"),
            sqlite_where=sa.text("remind_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_occurrence_neighbourhood_id_starts_at"))
        batch_op.drop_index(batch_op.f("ix_occurrence_host_id"))
        batch_op.drop_index(
            "ix_occurrence_around", postgresql_where=sa.text("seen_by = 1"), sqlite_where=sa.text("seen_by = 1")
        )
        batch_op.drop_index(
            "ix_occurrence_everybody", postgresql_where=sa.text("seen_by = 2"), sqlite_where=sa.text("seen_by = 2")
        )
        batch_op.drop_index(batch_op.f("ix_occurrence_event_id_starts_at"))
        batch_op.drop_index(
            "ix_occurrence_drawing",
            postgresql_where=sa.text("draw_at IS NOT NULL"),
            sqlite_where=sa.text("draw_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_occurrence_building_id_starts_at"))

    op.drop_table("occurrence")
    with op.batch_alter_table("missed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_missed_person_id"))

    op.drop_table("missed")
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_event_id"))

    op.drop_table("duty")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_room_id"))
        batch_op.drop_index(
            "ix_event_rolling", postgresql_where=sa.text("rrule IS NOT NULL"), sqlite_where=sa.text("rrule IS NOT NULL")
        )
        batch_op.drop_index(batch_op.f("ix_event_neighbourhood_id"))
        batch_op.drop_index(batch_op.f("ix_event_host_id"))
        batch_op.drop_index(batch_op.f("ix_event_follows_id"))
        batch_op.drop_index(batch_op.f("ix_event_building_id"))

    op.drop_table("event")
    op.drop_table("room")
    with op.batch_alter_table("event_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_draft_updated_at"))

    op.drop_table("event_draft")
    op.drop_table("calendar_key")
