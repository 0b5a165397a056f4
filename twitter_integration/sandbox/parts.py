"""A file in a multipart body, also where the client gave its part no file name: then it is bytes all the same."""

from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData
from werkzeug.wrappers import Request


def keep_body(request: Request) -> None:
    """Have a multipart body at hand after its fields were read; to be called before anything reads it."""
    if request.mimetype == "multipart/form-data":
        request.get_data()


def read_file(request: Request, name: str) -> bytes | None:
    """The bytes of that part; None where the body has no such part, or is cut short before its end."""
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        return None
    decoder = MultipartDecoder(boundary.encode("latin-1", "ignore"), max_parts=100)
    found: bytearray | None = None
    for event in _events(decoder, request.get_data()):
        if isinstance(event, Field | File) and event.name == name:
            found = bytearray()
        elif isinstance(event, Data) and found is not None:
            found += event.data
            if not event.more_data:
                return bytes(found)
    return None


def _events(decoder: MultipartDecoder, body: bytes) -> list[Event]:
    """All parts of a complete body; those before the place where it makes no sense, of another."""
    events: list[Event] = []
    try:
        decoder.receive_data(body)
        decoder.receive_data(None)
        # The decoder repeats "need data" for ever once it is through.
        while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
            events.append(event)
    except ValueError:
        return events
    return events
