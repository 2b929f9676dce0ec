"""The table: every route of the application with what it answers to every kind of person. A word between braces is
something of `House.things`; what they all are about is of the Lindehof, unless the row says otherwise."""

from __future__ import annotations

from tests.authorisation.people import (
    ADMINISTRATORS,
    ALL,
    BAKEN,
    LINDEHOF,
    MEMBERS,
    NOBODY,
    SIGNED_IN,
    STAFF,
    UNKNOWN,
    WEST,
)
from tests.authorisation.routes_answers import ANSWERS
from tests.authorisation.routes_events import EVENTS
from tests.authorisation.routes_ical import CALENDARS
from tests.authorisation.routes_importing import IMPORTING
from tests.authorisation.routes_rooms import ROOMS
from tests.authorisation.table import Row, get, post

WRITER = frozenset({"writer"})
OTHERS = LINDEHOF - WRITER
# Who works for the Lindehof.
LINDEHOF_STAFF = LINDEHOF & STAFF
# Who looks after the conversations of the Lindehof.
TENDERS = LINDEHOF_STAFF | {"moderator"}
# Who may write how a conversation of the Lindehof ended.
ENDERS = LINDEHOF_STAFF | WRITER | {"chair", "moderator"}
# Who reads what a resident of the Lindehof wrote to the caretaker, and what neighbours keep among themselves.
PRIVATE = frozenset({"writer", "caretaker", "second administrator"})
NEIGHBOURS = frozenset({"writer", "neighbour", "chair", "moderator"})
# Whoever works for the Lindehof, or looks after the machine: they print its letters.
PRINTERS = frozenset({"caretaker", "district", "director"}) | ADMINISTRATORS
# Who look after the conversations of the Lindehof, or work there.
KEEPERS = frozenset({"moderator", "caretaker", "district", "director", "second administrator"})
# The smallest that a browser would send: one pixel.
A_PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDAT"
    b"x\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)
SAID = {"tekst": "Dat is een goed idee.", "formulier": "een-keer"}

FRAMEWORK = (
    get("search.search_page", "/zoeken", MEMBERS),
    get(
        "search.search_page", "/zoeken?q=fietsenhok&wie=nel&periode=jaar&soort=post&pagina=2", MEMBERS, about="for all"
    ),
    get("health", "/gezond", ALL),
    get("static_file", "/static/dist/{static}", ALL),
    post("speak", "/taal/en", ALL, {"verder": "/hulp"}),
    post("speak", "/taal/fy", NOBODY, hidden=True, about="a language we do not speak"),
)

# ---- talking -------------------------------------------------------------------------------------------------------

FORUMS = (
    get("forums.topics", "/gesprekken", MEMBERS),
    get("forums.topics", "/gesprekken?forum=baken", MEMBERS, about="of a foreign forum, so of one's own"),
    get("forums.staff_reading", "/gesprekken/meelezen/{building}", LINDEHOF | ADMINISTRATORS),
    get("forums.staff_reading", "/gesprekken/meelezen/zuiderlicht", NOBODY, about="of the association"),
    post(
        "forums.set_staff_reading",
        "/gesprekken/meelezen/{building}",
        frozenset({"chair"}) | ADMINISTRATORS,
        {"regel": "none"},
        refused=LINDEHOF - {"chair"} - ADMINISTRATORS,
    ),
    get("forums.photo", "/bestand/{a_photo}-640", LINDEHOF),
    get("forums.photo", "/bestand/{a_photo}-1600", LINDEHOF, about="at its largest"),
    get("forums.photo", "/bestand/{west_photo}-640", WEST, about="of the neighbourhood"),
    get("forums.photo", "/bestand/{private_photo}-640", PRIVATE, about="for the caretaker alone"),
    get("forums.photo", "/bestand/{neighbours_photo}-640", NEIGHBOURS, about="for neighbours alone"),
    get("forums.photo", "/bestand/{withdrawn_photo}-640", about="of what was withdrawn"),
    get("forums.photo", "/bestand/{loose_photo}-640", WRITER, about="of a form that is not sent yet"),
    get("forums.look", "/bestand/{a_photo}/foto", LINDEHOF),
    get("forums.look", "/bestand/{private_photo}/foto", PRIVATE, about="for the caretaker alone"),
    get("forums.look", "/bestand/{loose_photo}/foto", about="of a form that is not sent yet"),
    get("forums.document", "/bestand/{a_document}", LINDEHOF),
    get("forums.brought", "/bestand?formulier=nog-open", MEMBERS, about="of one's own form"),
    post("forums.bring", "/bestand", MEMBERS, {"formulier": "een-keer", "bestand": (A_PICTURE, "foto.png")}),
    post("forums.drop", "/bestand/{dropped_photo}/weg", WRITER),
    post("forums.drop", "/bestand/{a_photo}/weg", about="that was placed"),
    get("forums.unread", "/ongelezen", MEMBERS),
    get("forums.topic", "/gesprekken/{topic}", LINDEHOF),
    get("forums.topic", "/gesprekken/{topic}-het-fietsenhok?pagina=1", LINDEHOF, about="with its words"),
    get("forums.topic", "/gesprekken/{west_topic}", WEST, about="of the neighbourhood"),
    get("forums.topic", "/gesprekken/{all_topic}", MEMBERS, about="of the association"),
    get("forums.topic", "/gesprekken/{baken_topic}", BAKEN, about="of the Baken"),
    get("forums.topic", "/gesprekken/{private_topic}", PRIVATE, about="for the caretaker alone"),
    get("forums.topic", "/gesprekken/{neighbours_topic}", NEIGHBOURS, about="for neighbours alone"),
    get("forums.short", "/g/{topic}", LINDEHOF),
    get("forums.fresh", "/gesprekken/{private_topic}/nieuw", PRIVATE, about="for the caretaker alone"),
    get("forums.fresh", "/gesprekken/{neighbours_topic}/nieuw", NEIGHBOURS, about="for neighbours alone"),
    post("forums.reply", "/gesprekken/{private_topic}/reactie", PRIVATE, SAID, about="to the caretaker alone"),
    post("forums.reply", "/gesprekken/{neighbours_topic}/reactie", NEIGHBOURS, SAID, about="to neighbours alone"),
    get("forums.post", "/gesprekken/{topic}/1", LINDEHOF),
    get("forums.fresh", "/gesprekken/{topic}/nieuw", LINDEHOF),
    get("forums.fresh", "/gesprekken/{topic}/nieuw?na=2", LINDEHOF, about="after the second post"),
    get("forums.fresh", "/gesprekken/{topic}/nieuw?nummer=1", LINDEHOF, about="one post"),
    get("forums.thankers", "/gesprekken/{topic}/1/dank", LINDEHOF),
    get("forums.new_topic", "/gesprekken/nieuw", MEMBERS),
    get("forums.new_topic", "/gesprekken/nieuw?soort=help&aard=lend", MEMBERS, about="of a kind"),
    get("forums.print_topic", "/gesprekken/{topic}/print", LINDEHOF),
    get("forums.earlier_texts", "/gesprekken/{topic}/1/eerder", KEEPERS),
    get(
        "forums.topic", "/gesprekken/{topic}?citaat=1&dag=gisteren", LINDEHOF, about="that goes back to a post, by day"
    ),
    get("forums.alike", "/gesprekken/lijkt-op?titel=fietsenhok", MEMBERS),
    get("forums.whom", "/gesprekken/{topic}/wie?q=n", LINDEHOF),
    get("forums.own_drafts", "/mijn/concepten", SIGNED_IN),
    post("forums.keep_draft", "/concept/topic-{topic}", LINDEHOF, SAID),
    post("forums.keep_draft", "/concept/topic-{baken_topic}", BAKEN, SAID, about="in the Baken"),
    post("forums.keep_draft", "/concept/edit-{topic}-1", WRITER, SAID, about="of one's own post"),
    post("forums.keep_draft", "/concept/new-topic", MEMBERS, SAID, about="of a new conversation"),
    post("forums.throw_draft_away", "/concept/new-topic/weg", SIGNED_IN),
    post("forums.throw_draft_away", "/concept/onzin/weg", about="of a place that is none"),
    post("forums.put_draft_back", "/concept/new-topic/terug", SIGNED_IN),
    get("forums.edit_page", "/gesprekken/{topic}/1/wijzig", WRITER, refused=OTHERS),
    get("forums.edit_page", "/gesprekken/{topic}/3/wijzig", refused=LINDEHOF, about="of a writer who moved out"),
    post("forums.reply", "/gesprekken/{topic}/reactie", LINDEHOF, SAID),
    post(
        "forums.reply",
        "/gesprekken/{topic}/reactie",
        LINDEHOF,
        SAID | {"bestand": (A_PICTURE, "foto.png")},
        about="with a photo",
    ),
    post("forums.reply", "/gesprekken/{west_topic}/reactie", WEST, SAID, about="in the neighbourhood"),
    post("forums.reply", "/gesprekken/{baken_topic}/reactie", BAKEN, SAID, about="in the Baken"),
    post("forums.start_topic", "/gesprekken/nieuw", MEMBERS, SAID | {"forum": "zuiderlicht", "titel": "Hallo"}),
    post(
        "forums.start_topic",
        "/gesprekken/nieuw",
        STAFF | {"chair"},
        SAID | {"forum": "zuiderlicht", "titel": "Hallo", "soort": "announcement"},
        refused=MEMBERS - STAFF - {"chair"},
        about="to announce something",
    ),
    post(
        "forums.start_topic",
        "/gesprekken/nieuw",
        BAKEN,
        SAID | {"forum": "baken", "titel": "Hallo"},
        again=MEMBERS - BAKEN,
        about="in the Baken",
    ),
    post("forums.edit", "/gesprekken/{topic}/1/wijzig", WRITER, SAID, refused=OTHERS),
    post("forums.edit", "/gesprekken/{topic}/3/wijzig", NOBODY, SAID, refused=LINDEHOF, about="of who moved out"),
    post("forums.edit", "/gesprekken/{topic}/4/wijzig", NOBODY, SAID, refused=LINDEHOF, about="that was withdrawn"),
    post("forums.withdraw", "/gesprekken/{topic}/1/weghalen", WRITER, refused=OTHERS),
    post("forums.withdraw", "/gesprekken/{topic}/3/weghalen", refused=LINDEHOF, about="of who moved out"),
    post("forums.restore", "/gesprekken/{topic}/4/terugzetten", WRITER, refused=OTHERS),
    post("forums.thank", "/gesprekken/{topic}/1/dank", OTHERS, refused=WRITER),
    post("forums.thank", "/gesprekken/{topic}/4/dank", refused=LINDEHOF, about="for what was withdrawn"),
    post("forums.read", "/gesprekken/{topic}/gelezen", LINDEHOF, {"nummer": "2"}),
    post("forums.follow", "/gesprekken/{topic}/volgen", LINDEHOF),
    get("forums.questions_page", "/werk/vragen", STAFF | ADMINISTRATORS),
    get("forums.questions_page", "/werk/vragen?toon=niemand", STAFF | ADMINISTRATORS, about="that nobody has"),
    get("forums.above", "/gesprekken/{topic}/kop", LINDEHOF),
    get("forums.above", "/gesprekken/{question}/kop", LINDEHOF, about="of a question to the association"),
    get("forums.taking", "/gesprekken/{question}/oppakken", LINDEHOF_STAFF, refused=LINDEHOF - LINDEHOF_STAFF),
    get("forums.taking", "/gesprekken/{topic}/oppakken", refused=LINDEHOF, about="what is no question"),
    post(
        "forums.take",
        "/gesprekken/{question}/oppakken",
        LINDEHOF_STAFF,
        {"dag": "morgen"},
        refused=LINDEHOF - LINDEHOF_STAFF,
    ),
    post(
        "forums.take",
        "/gesprekken/{taken}/oppakken",
        frozenset({"caretaker"}),
        {"dag": "morgen"},
        refused=LINDEHOF - {"caretaker"},
        about="that somebody has already",
    ),
    get("forums.handing_over", "/gesprekken/{taken}/overdragen", LINDEHOF_STAFF, refused=LINDEHOF - LINDEHOF_STAFF),
    post(
        "forums.hand_over",
        "/gesprekken/{taken}/overdragen",
        LINDEHOF_STAFF,
        {"aan": "{director}"},
        refused=LINDEHOF - LINDEHOF_STAFF,
    ),
    get("forums.pinning", "/gesprekken/{topic}/bovenaan", TENDERS | {"chair"}, refused=LINDEHOF - TENDERS - {"chair"}),
    post(
        "forums.pin",
        "/gesprekken/{topic}/bovenaan",
        TENDERS | {"chair"},
        {"dag": "morgen"},
        refused=LINDEHOF - TENDERS - {"chair"},
    ),
    get("forums.moving_page", "/gesprekken/{topic}/verplaatsen", TENDERS, refused=LINDEHOF - TENDERS),
    get("forums.moving_page", "/gesprekken/{private_topic}/verplaatsen", refused=PRIVATE, about="what is private"),
    post(
        "forums.move", "/gesprekken/{topic}/verplaatsen", TENDERS, {"forum": "zuiderlicht"}, refused=LINDEHOF - TENDERS
    ),
    get("forums.merging", "/gesprekken/{topic}/samenvoegen", TENDERS, refused=LINDEHOF - TENDERS),
    post(
        "forums.merge",
        "/gesprekken/{topic}/samenvoegen",
        TENDERS,
        SAID | {"met": "{ended}"},
        refused=LINDEHOF - TENDERS,
    ),
    post("forums.let_go", "/gesprekken/{taken}/loslaten", frozenset({"caretaker"}), refused=LINDEHOF - {"caretaker"}),
    post("forums.answer", "/gesprekken/{question}/beantwoord", LINDEHOF_STAFF, refused=LINDEHOF - LINDEHOF_STAFF),
    get("forums.ending", "/gesprekken/{topic}/afronden", ENDERS, refused=LINDEHOF - ENDERS),
    post("forums.end", "/gesprekken/{topic}/afronden", ENDERS, SAID, refused=LINDEHOF - ENDERS),
    post("forums.take_back", "/gesprekken/{topic}/toch-niet", ENDERS, refused=LINDEHOF - ENDERS),
    post("forums.close", "/gesprekken/{topic}/sluiten", refused=LINDEHOF, about="without an outcome"),
    post("forums.close", "/gesprekken/{ended}/sluiten", ENDERS - {"chair"}, refused=LINDEHOF - ENDERS | {"chair"}),
    post(
        "forums.reopen",
        "/gesprekken/{closed}/heropenen",
        LINDEHOF_STAFF | {"moderator"},
        refused=LINDEHOF - LINDEHOF_STAFF - {"moderator"},
    ),
    post("forums.mute", "/gesprekken/{topic}/stil", LINDEHOF),
    get("forums.ask_read_all", "/gesprekken/alles-gelezen", MEMBERS),
    post("forums.read_all", "/gesprekken/alles-gelezen", MEMBERS),
    get("forums.kind_wishes", "/gesprekken/volgen", MEMBERS),
    post("forums.choose_kinds", "/gesprekken/volgen", MEMBERS, {"soort-{forum}-help": "volgen"}),
    get("forums.busy", "/gesprekken/{topic}/wie-is-er", LINDEHOF),
    post("forums.note_busy", "/gesprekken/{topic}/bezig", LINDEHOF, {"schrijft": "1"}),
)

# ---- places --------------------------------------------------------------------------------------------------------

PLACES = (
    get("places.welcome", "/", ALL),
    get("places.today", "/vandaag", MEMBERS),
    get("places.today", "/vandaag?gebouw=baken", MEMBERS, about="of a foreign building, so of one's own"),
    get("places.all_buildings", "/gebouwen", MEMBERS),
    get("places.one_building", "/gebouwen/{building}", LINDEHOF),
    get("places.all_neighbours", "/buren", MEMBERS),
    get("places.all_neighbours", "/buren?gebouw=baken&q=bas", MEMBERS, about="of a foreign building, so of one's own"),
    get("places.one_person", "/buren/{person}", LINDEHOF),
    get("places.one_person", "/buren/{hidden_person}", about="who is not shown"),
    get("places.one_person", "/buren/{baken_person}", BAKEN, about="of the Baken"),
    get("places.one_person", "/buren/{employee}", LINDEHOF, about="who works in the Lindehof"),
    get("places.one_person", "/buren/{director}", MEMBERS, about="who works everywhere"),
    get("places.one_person", "/buren/{former}", about="who worked there once"),
    get("places.one_person", "/buren/{stopped}", about="who stopped"),
    get("places_help.help_", "/hulp", ALL),
    get("places_help.how_it_works", "/hulp/hoe-werkt-het", ALL),
    get("places_help.what_to_expect", "/hulp/verwachten", ALL),
    get("places_help.what_staff_see", "/hulp/wat-ziet-zuiderlicht", ALL),
    get("places_work.start", "/werk", STAFF | ADMINISTRATORS),
    get("places_work.roles", "/werk/rollen", ADMINISTRATORS),
    get("places_work.roles", "/werk/rollen?plek=lindehof", ADMINISTRATORS, about="of a building"),
    get("places_work.employees", "/werk/medewerkers", ADMINISTRATORS),
    get("places_work.new_employee", "/werk/medewerkers/nieuw", ADMINISTRATORS),
    get("places_work.employee", "/werk/medewerkers/{employee}", ADMINISTRATORS),
    get("places_work.employee", "/werk/medewerkers/{person}", about="who does not work here"),
    post(
        "places_work.grant",
        "/werk/rollen",
        ADMINISTRATORS,
        {"plek": "lindehof", "wie": "Henk de Boer", "rol": "ambassadeur"},
    ),
    post(
        "places_work.grant",
        "/werk/rollen",
        ADMINISTRATORS,
        {"plek": "alle", "wie": "Rachid Amrani", "rol": "beheerder"},
        about="of administrator",
    ),
    post("places_work.end", "/werk/rollen/{role}/beeindig", ADMINISTRATORS, {"plek": "lindehof", "tot": "vandaag"}),
    post("places_work.keep", "/werk/rollen/{ended_role}/toch-niet", ADMINISTRATORS),
    post(
        "places_work.add",
        "/werk/medewerkers/nieuw",
        ADMINISTRATORS,
        {"naam": "Noor Nieuw", "mail": "noor@zuiderlicht.example", "rol": "huismeester", "gebouw": "lindehof"},
    ),
    post(
        "places_work.change_employee",
        "/werk/medewerkers/{employee}",
        ADMINISTRATORS,
        {"telefoon": "010 - 222 33 44", "over": "Kom langs."},
    ),
)

# ---- getting in, and what is one's own -----------------------------------------------------------------------------

ENTERING = (
    get("accounts.letter", "/inloggen", ALL),
    post("accounts.enter_letter", "/inloggen", ALL, {"code": "{code}"}),
    post(
        "accounts.enter_letter", "/inloggen", NOBODY, {"code": "tulp fiets 1000"}, again=ALL, about="with a wrong code"
    ),
    get("accounts.scanned", "/c/{letter}", ALL),
    post("accounts.confirm_scanned", "/c/{letter}", ALL),
    get("accounts.other_address", "/inloggen/ander-adres", ALL, carries="letter"),
    get("accounts.who", "/inloggen/wie", ALL, carries="letter"),
    post("accounts.enter_who", "/inloggen/wie", ALL, {"wie": "{invited}"}, carries="letter"),
    post(
        "accounts.enter_who",
        "/inloggen/wie",
        NOBODY,
        {"wie": "{person}"},
        again=ALL,
        carries="letter",
        about="as somebody who lives elsewhere",
    ),
    post(
        "accounts.enter_who",
        "/inloggen/wie",
        NOBODY,
        {"wie": "{person}"},
        again=ALL,
        carries="mail",
        about="as somebody who does not read there",
    ),
    get("accounts.newcomer", "/inloggen/naam", ALL, carries="letter"),
    post("accounts.enter_newcomer", "/inloggen/naam", ALL, {"naam": "Nieuwe Bewoner"}, carries="letter"),
    get("accounts.back", "/inloggen/terug", ALL, carries="stopped"),
    post("accounts.come_back", "/inloggen/terug", ALL, carries="stopped"),
    post("accounts.sign_out", "/uitloggen", ALL),
    get("accounts.signed_out", "/uitgelogd", ALL),
    get("accounts_own.stopped", "/gestopt", ALL),
    get("accounts_mail.mail_code", "/inloggen/mail", ALL),
    post("accounts_mail.ask_mail_code", "/inloggen/mail", ALL, {"mail": "ton@example.nl"}),
    get("accounts_mail.typed_code", "/inloggen/code", ALL, carries="mailed"),
    post("accounts_mail.enter_code", "/inloggen/code", NOBODY, {"code": "000 000"}, again=ALL, carries="mailed"),
    get("accounts_mail.mail_sent", "/inloggen/verstuurd", ALL),
    get("accounts_mail.address_confirmed", "/inloggen/bevestigd", ALL),
    get("accounts_mail.mailed_link", "/m/{link}", ALL),
    post("accounts_mail.enter_link", "/m/{link}", ALL),
    post("accounts_mail.renew_link", "/m/{link}/nieuw", ALL),
    get("accounts_mail.password", "/inloggen/wachtwoord", ALL),
    post(
        "accounts_mail.enter_password",
        "/inloggen/wachtwoord",
        NOBODY,
        {"mail": "ton@example.nl", "wachtwoord": "drie gewone woorden"},
        again=ALL,
    ),
)

OWN = (
    get("accounts.kept_form", "/bewaard", SIGNED_IN, carries="kept"),
    post("accounts.send_kept", "/bewaard", WRITER, carries="kept"),
    post("accounts.drop_kept", "/bewaard/weg", SIGNED_IN, carries="kept"),
    get("accounts_own.mine", "/mijn", SIGNED_IN),
    get("accounts_own.name", "/mijn/naam", SIGNED_IN),
    post("accounts_own.set_name", "/mijn/naam", SIGNED_IN, {"naam": "Andere Naam", "roepnaam": "Andere"}),
    get("accounts_own.photo", "/mijn/foto", SIGNED_IN),
    post("accounts_own.set_photo", "/mijn/foto", SIGNED_IN, {"foto": (A_PICTURE, "ik.png")}),
    post("accounts_own.drop_photo", "/mijn/foto/weg", SIGNED_IN),
    get("accounts_own.neighbours", "/mijn/buren", SIGNED_IN),
    post("accounts_own.set_neighbours", "/mijn/buren", SIGNED_IN, {"over": "Dag", "interesses": "", "tonen": "ja"}),
    get("accounts_own.letters", "/mijn/letters", SIGNED_IN),
    post("accounts_own.set_letters", "/mijn/letters", SIGNED_IN, {"letters": "groot", "kleur": "donker"}),
    get("accounts_own.spoken_language", "/mijn/taal", SIGNED_IN),
    post("accounts_own.set_language", "/mijn/taal", SIGNED_IN, {"taal": "en"}),
    get("accounts_own.mail_address", "/mijn/mail", SIGNED_IN),
    post("accounts_own.set_mail_address", "/mijn/mail", SIGNED_IN, {"mail": "nieuw@example.nl"}),
    get("accounts_own.mail_code", "/mijn/mail/code", SIGNED_IN),
    post("accounts_own.confirm_mail_address", "/mijn/mail/code", NOBODY, {"code": "000 000"}, again=SIGNED_IN),
    post("accounts_own.drop_mail_address", "/mijn/mail/weg", SIGNED_IN),
    get("accounts_own.password", "/mijn/wachtwoord", SIGNED_IN),
    post(
        "accounts_own.set_password",
        "/mijn/wachtwoord",
        SIGNED_IN - {"neighbour"},
        {"nieuw_wachtwoord": "drie gewone woorden"},
        again=frozenset({"neighbour"}),
    ),
    post(
        "accounts_own.drop_password", "/mijn/wachtwoord/weg", SIGNED_IN - {"neighbour"}, again=frozenset({"neighbour"})
    ),
    get("accounts_own.own_devices", "/mijn/apparaten", SIGNED_IN),
    post("accounts_own.end_device", "/mijn/apparaten/{device}/uit", WRITER),
    post("accounts_own.end_all_devices", "/mijn/apparaten/uit", SIGNED_IN),
    get("accounts_own.stopping", "/mijn/stoppen", SIGNED_IN),
    post("accounts_own.stop", "/mijn/stoppen", SIGNED_IN),
    get("accounts_own.portrait", "/foto/{photo}-96", MEMBERS),
    get("accounts_welcome.welcome", "/welkom/1", SIGNED_IN),
    get("accounts_welcome.welcome", "/welkom/9", about="beyond the last page"),
    post("accounts_welcome.answer", "/welkom/4", SIGNED_IN, {"letters": "groot"}),
)

# ---- when it goes wrong --------------------------------------------------------------------------------------------

MODERATORS = STAFF | {"moderator"}
# Who answers what a moderator of the Lindehof decided, as there is no second one.
BEHIND = frozenset({"district", "director"})
WRONG = {"waarom": "onaardig", "woorden": "Dit doet pijn."}
DECIDED = {"besluit": "weg", "waarom": "onaardig", "reden": "Dit is kwetsend."}

# Who sees what hangs on a post that others no longer read: who may take back that it was hidden, or answer who does not
# agree.
DECIDERS = frozenset({"moderator"})

MODERATION = (
    get("forums.photo", "/bestand/{harsh_photo}-640", LINDEHOF, about="that was reported"),
    get("forums.photo", "/bestand/{hidden_photo}-640", DECIDERS, about="that was hidden"),
    get("forums.photo", "/bestand/{appealed_photo}-640", DECIDERS | BEHIND, about="that was hidden and appealed"),
    get("forums.photo", "/bestand/{secret_photo}-640", PRIVATE | BEHIND, about="for the caretaker alone, reported"),
    get("forums.look", "/bestand/{hidden_photo}/foto", DECIDERS, about="that was hidden"),
    get("forums.look", "/bestand/{secret_photo}/foto", PRIVATE | BEHIND, about="for the caretaker alone, reported"),
    get("moderation.report_page", "/melden/reactie/{harsh_post}", OTHERS, refused=WRITER),
    get("moderation.report_page", "/melden/reactie/{hidden_post}", about="that was hidden"),
    get("moderation.report_page", "/melden/buur/{person}", LINDEHOF, about="who is shown"),
    get("moderation.report_page", "/melden/buur/{hidden_person}", about="who is not shown"),
    get("moderation.report_page", "/melden/niets/1", about="of no kind we know"),
    post("moderation.report", "/melden/reactie/{harsh_post}", OTHERS, WRONG, refused=WRITER),
    post("moderation.report", "/melden/reactie/{harsh_post}", NOBODY, {"waarom": ""}, again=OTHERS, refused=WRITER,
         about="without a choice"),
    post("moderation.report", "/melden/buur/{person}", LINDEHOF, WRONG, about="who is shown"),
    post("moderation.block", "/melden/reactie/{harsh_post}/niet-lezen", OTHERS - STAFF, refused=WRITER | (STAFF & LINDEHOF)),
    post("moderation.block", "/melden/buur/{director}/niet-lezen", refused=MEMBERS, about="who works here"),
    get("moderation.blocked", "/mijn/niet-lezen", SIGNED_IN),
    post("moderation.unblock", "/mijn/niet-lezen/1/weg", SIGNED_IN),
    get("moderation.own_decisions", "/mijn/besluiten", SIGNED_IN),
    get("moderation.own_decision", "/mijn/besluiten/{hidden_decision}", WRITER),
    post("moderation.put_away", "/mijn/besluiten/{hidden_decision}/gelezen", WRITER),
    post("moderation.ask_again", "/mijn/besluiten/{hidden_decision}/bezwaar", WRITER, {"woorden": "Een grapje."}),
    post("moderation.ask_again", "/mijn/besluiten/{appealed_decision}/bezwaar", NOBODY, {"woorden": "Nog eens."},
         refused=WRITER, about="a second time"),
    get("moderation_work.queue", "/werk/meldingen", MODERATORS),
    get("moderation_work.case", "/werk/meldingen/{harsh_flag}", frozenset({"moderator"})),
    get("moderation_work.case", "/werk/meldingen/{hidden_flag}", refused=BEHIND | {"moderator"}, about="that is settled"),
    post("moderation_work.decide", "/werk/meldingen/{harsh_flag}", frozenset({"moderator"}), DECIDED),
    post("moderation_work.decide", "/werk/meldingen/{harsh_flag}", frozenset({"moderator"}), DECIDED | {"klaar": "ja"},
         about="for good"),
    get("moderation_work.log", "/werk/meldingen/log", MODERATORS),
    post("moderation_work.undo", "/werk/meldingen/besluit/{hidden_decision}/terug", frozenset({"moderator"})),
    get("moderation_work.appeal", "/werk/meldingen/bezwaar/{appealed_decision}", BEHIND),
    post("moderation_work.answer", "/werk/meldingen/bezwaar/{appealed_decision}", BEHIND,
         {"antwoord": "ja", "reden": "Dat zie ik ook zo."}),
)  # fmt: skip

# ---- the administrator's cupboard ----------------------------------------------------------------------------------

A_FILE = (
    b"VHE-nummer;Complexnaam;Straat;Huisnummer;Postcode;Plaats\r\nX1;Zonneweide;Zonstraat;1;3045 AB;Rotterdam\r\n",
    "woningen.csv",
)

ADMIN = (
    get("admin.start", "/werk/import", ADMINISTRATORS),
    post("admin.upload", "/werk/import", ADMINISTRATORS, {"bestand": A_FILE}),
    get("admin.job", "/werk/import/{preview}", ADMINISTRATORS),
    get("admin.standing", "/werk/import/{preview}/stand", ADMINISTRATORS),
    get("admin.section", "/werk/import/{preview}/woningen", ADMINISTRATORS),
    get("admin.errors", "/werk/import/{wrong}/fouten", ADMINISTRATORS),
    get("admin.errors_csv", "/werk/import/{wrong}/fouten.csv", ADMINISTRATORS),
    get("admin.columns", "/werk/import/{undecided}/kolommen", ADMINISTRATORS),
    post(
        "admin.choose_columns", "/werk/import/{undecided}/kolommen", NOBODY, {"soort": "woningen"}, again=ADMINISTRATORS
    ),
    post("admin.carry_out", "/werk/import/{preview}/doorvoeren", ADMINISTRATORS),
    post("admin.throw_away", "/werk/import/{preview}/annuleren", ADMINISTRATORS),
    get("admin.letters", "/werk/brieven", STAFF | ADMINISTRATORS),
    get("admin.building_letters", "/werk/brieven/gebouw/{building}", PRINTERS),
    post(
        "admin.print_letters", "/werk/brieven/gebouw/{building}", PRINTERS, {"keuze": "alle", "formulier": "een-keer"}
    ),
    get("admin.stack", "/werk/brieven/{stack}", frozenset({"caretaker"}) | ADMINISTRATORS),
    get("admin.stack_standing", "/werk/brieven/{stack}/stand", frozenset({"caretaker"}) | ADMINISTRATORS),
    get("admin.stack_pdf", "/werk/brieven/{stack}/pdf", frozenset({"caretaker"}) | ADMINISTRATORS),
    get("admin.post", "/werk/post", hidden=True, about="outside the demonstration"),
)

ROUTES: tuple[Row, ...] = (
    *FRAMEWORK,
    *FORUMS,
    *PLACES,
    *ENTERING,
    *OWN,
    *MODERATION,
    *ADMIN,
    *ROOMS,
    *ANSWERS,
    *EVENTS,
    *CALENDARS,
    *IMPORTING,
)

assert UNKNOWN < ALL
