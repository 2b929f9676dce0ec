"""What comes in at the door, before anybody reads it: addresses and forms hold only what a database can hold, and no
more than somebody types. A page then needs no check of its own for what nobody does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter, UnicodeConverter
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

_TYPED = "application/x-www-form-urlencoded"
# The same limit as for the parts of a form with files (Flask's MAX_FORM_PARTS).
FIELDS_MAX = 1000
_READ = 64 * 1024
View = TypeVar("View", bound=Callable[..., Any])


class Typed(ImmutableMultiDict[str, Any]):
    """The fields of a form or an address, without NUL: no keyboard makes one, and PostgreSQL refuses a text that holds
    one."""

    def __init__(self, fields: Any = None) -> None:
        super().__init__(
            [(name.replace("\0", ""), _without_nul(value)) for name, value in fields]
            if isinstance(fields, list)
            else fields
        )


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value  # a file is no text


class FormReader(FormDataParser):
    """Reads a form. One without files is limited too: a million empty fields keep a process busy for a second and a
    half, and anybody may send them."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Mapping[str, str] | None = None
    ) -> Any:
        """The stream that was read, the fields, and the files.

        Raises:
            RequestEntityTooLarge: it is longer, or has more fields, than anybody types.
        """
        if mimetype == _TYPED:
            most = self.max_form_memory_size or 0
            body = stream.read(most + 1)
            if len(body) > most or body.count(b"&") >= FIELDS_MAX:
                raise RequestEntityTooLarge()
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, dict(options or {}))


def without_files_if_need_be(view: View) -> View:
    """A view that is also reached with more files than may come at once: then with what was typed, without the files,
    and `request.is_cut`. It says so, and nobody types a text again because of a photo."""
    view.reads_cut = True  # type: ignore[attr-defined]
    return view


def typed_before_files(stream: IO[bytes], boundary: bytes, most: int) -> list[tuple[str, str]]:
    """The fields of a form as far as its first file: no more than `most` bytes are read of it."""
    decoder = MultipartDecoder(boundary, most, max_parts=FIELDS_MAX)
    found: list[tuple[str, str]] = []
    name, value, left = "", b"", most
    try:
        while True:
            event = decoder.next_event()
            if isinstance(event, NeedData):
                read = stream.read(min(_READ, left))
                left -= len(read)
                decoder.receive_data(read or None)
            elif isinstance(event, Field):
                name, value = event.name, b""
            elif isinstance(event, Data):
                value += event.data
                if not event.more_data:
                    found.append((name, value.decode("utf-8", "replace")))
            elif isinstance(event, (File, Epilogue)):
                return found
    except (ValueError, RequestEntityTooLarge):  # it ends too soon, or is no form: what was read by then counts
        return found


class Incoming(Request):
    """A request that is read in this way."""

    parameter_storage_class = Typed
    form_data_parser_class = FormReader
    # Its files were left out: together they were too large.
    is_cut = False

    def _load_form_data(self) -> None:
        if "form" not in self.__dict__ and self._is_to_be_cut():
            most = self.max_form_memory_size or _READ
            boundary = self.mimetype_params.get("boundary", "").encode("latin-1", "ignore")
            found = typed_before_files(self.environ["wsgi.input"], boundary, most) if boundary else []
            self.__dict__.update(stream=BytesIO(), form=Typed(found), files=ImmutableMultiDict())
            self.is_cut = True
            return
        super()._load_form_data()

    def _is_to_be_cut(self) -> bool:
        most = self.max_content_length
        if most is None or (self.content_length or 0) <= most or self.mimetype != "multipart/form-data":
            return False
        view = current_app.view_functions.get(self.endpoint or "")
        return getattr(view, "reads_cut", False)


class Number(IntegerConverter):
    """A number in an address. The number of a row has at most 18 digits here: what is longer is nobody's, and would
    not fit into a column. Plain digits only, so that a thing has one address."""

    regex = "[0-9]{1,18}"


class Word(UnicodeConverter):
    """A word in an address, without NUL either."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regex = self.regex.replace("[^/]", "[^/\0]")


def init_app(app: Flask) -> None:
    """Read requests in this way."""
    app.request_class = Incoming
    app.url_map.converters |= {"int": Number, "default": Word, "string": Word}
    # Two slashes are no address of ours. Mending them would send people on to whatever the Host header says.
    app.url_map.merge_slashes = False
