"""What a message is drawn with where a page shows very many: no word less, but once what each would repeat."""

from collections.abc import Collection, Sequence

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from tickets.channels import Deed
from tickets.models import Identity, Message, Ticket
from tickets.templatetags.marks import avatar, face, hue_of, initials_of
from tickets.wording.directions import direction_of

register = template.Library()
_NOTHING = mark_safe("")


@register.simple_tag
def own_face(identity: Identity, ticket: Ticket) -> SafeString:
    """The ticket's customer by their initials: their picture stands on their card, and scripts lay it over each
    (static/js/faces.js). Whoever else is in the conversation by the picture."""
    if identity.pk != ticket.identity_id or not identity.avatar_url:
        return avatar(identity)
    return face(initials_of(identity.shown_name), hue_of(identity.external_id), "is-own")


@register.simple_tag
def far_link(message: Message, offered: Sequence[Deed], choices: Collection[int]) -> SafeString:
    """To all that may be done about a message, asked for when somebody wants to see it."""
    if not offered and not message.external_id:
        return _NOTHING
    query = "answer" if message.pk in choices else "all"
    at = reverse("message_deeds", args=[message.pk])
    return format_html('<a class="link i-menu" href={}?{} data-unfolds>{}</a>', at, query, _("More"))


@register.simple_tag
def turned(text: str) -> SafeString:
    """The attribute of words that run another way than the page."""
    found = direction_of(text)
    usual = "rtl" if get_language_bidi() else "ltr"
    return _NOTHING if found == usual else format_html(" dir={}", found)
