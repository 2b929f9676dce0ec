"""What has an address and is no page: the tests that look at every page leave it out."""

from __future__ import annotations

# What answers with something else than a page of its own.
NO_PAGES = {
    "static_file": "a file",
    "events.draft_photo": "a picture",
    "events.feed": "for telephones",
    "events.activity_file": "for telephones",
    "health": "for machines",
    "accounts_own.portrait": "a picture",
    "forums.short": "leads on",
    "forums.post": "leads on",
    "forums.fresh": "a piece of a page",
    "forums.unread": "a piece of a page",
    "forums.above": "a piece of a page",
    "forums.busy": "a piece of a page",
    "forums.alike": "a piece of a page",
    "forums.whom": "a piece of a page",
    "forums.photo": "a picture",
    "forums.document": "a file",
    "forums.brought": "a piece of a page",
    "admin.standing": "a piece of a page",
    "admin.stack_standing": "a piece of a page",
    "admin.errors_csv": "a file",
    "events.list_csv": "a file",
    "events.list_xlsx": "a file",
    "admin.stack_pdf": "a file",
    "accounts.other_address": "leads on",
    "events.short_activity": "leads on",
    "events.card": "a piece of a page",
    "events.picture": "a picture",
    "events.public_feed": "a feed",
}
