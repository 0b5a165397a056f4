"""How values look on the wire: ids are strings, times ISO 8601 in UTC. What is not known is refused, not ignored."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from kapture.api_paging import LARGEST, SIZE

_ID = re.compile(r"[0-9]{1,18}")
# Of an idempotency key: visible ASCII.
KEY = re.compile(r"[!-~]{1,255}")
ID_SCHEMA = {"type": "string", "pattern": "^[0-9]{1,18}$"}


@extend_schema_field(ID_SCHEMA)
class Id(serializers.Field[int, str, str, Any]):
    """A primary key: a number inside, a string outside, so that no client rounds it."""

    default_error_messages = {"invalid": _("An id is a string of digits.")}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not _ID.fullmatch(data):
            self.fail("invalid")
        return int(data)

    def to_representation(self, value: Any) -> str:
        return str(value)


class OneOf(Id):
    """The id of one row of `rows`; inside it is the row. One statement."""

    default_error_messages = {"unknown": _("There is no such row.")}

    def __init__(self, rows: Callable[[], QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows

    def to_internal_value(self, data: Any) -> Any:
        row = self.rows().filter(pk=super().to_internal_value(data)).first()
        if row is None:
            self.fail("unknown")
        return row


@extend_schema_field(OpenApiTypes.STR)
class Words(serializers.CharField):
    """Text and nothing else: a number in its place is a mistake of the caller."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "object", "additionalProperties": True})
class Facts(serializers.JSONField):
    """An object whose names depend on what it tells of."""


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"})
class WallTime(serializers.TimeField):
    """A time of day by somebody's own clock, so without a zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M:%S", input_formats=["%H:%M", "%H:%M:%S"], **kwargs)


class Moment(serializers.DateTimeField):
    """ISO 8601 with its zone; told in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class Choice(serializers.ChoiceField):
    """One of a few words; null stands for an empty one."""

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None


class Encoded(Words):
    """Bytes as base64."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return base64.b64decode(super().to_internal_value(data), validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError(_("This is not base64.")) from None


class Strict(serializers.Serializer[Any]):
    """Refuses names it does not know, so that a misspelt one is noticed."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError({str(name): [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)


class Body(Strict):
    """What a write is sent."""


class GivenFile(Body):
    """A picture, animation or film that goes out with a text."""

    name = Words(max_length=120)
    content = Encoded(help_text="Base64.")
    alt_text = Words(required=False, allow_blank=True, help_text="What it shows, for who cannot see it.")


class Nothing(Body):
    """A write that needs no words: an empty body or {}."""


class Query(Strict):
    """What may stand behind the question mark."""


class Paged(Query):
    """The question of every list."""

    cursor = Words(required=False, help_text="From the `next` of the page before.")
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST, default=SIZE, help_text="Rows on a page."
    )


class Row(serializers.Serializer[Any]):
    """What is told of one row. Read only."""


class Problem(Row):
    """Every refusal looks like this."""

    code = serializers.CharField(help_text="For programs; it does not change.")
    message = serializers.CharField(help_text="For people.")
    fields = serializers.DictField(  # type: ignore[assignment]  # the wire's name; Serializer.fields is not used on it
        child=serializers.ListField(child=serializers.CharField()), help_text="What is wrong with which value."
    )
    request_id = serializers.CharField(help_text="Also in the header X-Request-Id and in our log.")
