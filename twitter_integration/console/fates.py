"""What became of the acts in the record, as far as is known now: a row is written once, the outbox goes on.

Read with the rows, in the same statement; nothing of it is stored twice. Words for people are choices.Fate.
"""

from datetime import datetime

from django.db.models import Case, CharField, F, JSONField, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from kapture.languages import say
from twitter_integration.choices import ActOutcome, Fate
from twitter_integration.console.when import moment_words
from twitter_integration.models import AccountAct

# The worst of a thread's parts decides; of what failed: whether by us, before X heard of it, or by X's own word.
_WAY = """
CASE WHEN "twitter_integration_accountact"."outcome" = 'queued' THEN (
    WITH RECURSIVE part AS (
        SELECT e.id, e.message_id, e.state, e.code, e.reason, e.not_before, 0 AS number
        FROM tickets_outboxentry e
        WHERE e.message_id = CASE WHEN "twitter_integration_accountact"."result" ~ '^message [0-9]{1,18}$'
            THEN substr("twitter_integration_accountact"."result", 9)::bigint END
        UNION ALL
        SELECT e.id, e.message_id, e.state, e.code, e.reason, e.not_before, part.number + 1
        FROM tickets_outboxentry e JOIN part ON e.follows_id = part.id
    )
    SELECT jsonb_build_object(
        'fate', CASE
            WHEN state = 'failed' AND (SELECT bool_or(p.state = 'sent') FROM part p) THEN 'partly'
            WHEN state = 'failed' AND code = ANY(%s) THEN 'unsent'
            WHEN state = 'failed' AND code = 'unreachable' THEN 'unreached'
            WHEN state = 'unknown' THEN 'checking'
            WHEN state = 'held' THEN 'queued'
            ELSE state END,
        'reason', reason, 'not_before', not_before,
        'link', (SELECT m.permalink FROM part p JOIN tickets_message m ON m.id = p.message_id
            WHERE p.state = 'sent' ORDER BY p.number LIMIT 1))
    FROM part
    ORDER BY array_position(ARRAY['failed', 'unknown', 'sending', 'queued', 'held', 'scheduled', 'sent'], state::text),
        number
    LIMIT 1
) END
"""
# Codes of the outbox that are not X's answers, and of acts that were refused before X was asked.
_NOT_OF_X = ["", "moved", "mistaken", "absent", "purged", "paused", "late", "sealed", "no_account", "no_room"]
LEFT = "leave"
_REFUSED_HERE = ("input", "desk", "keys", "person", "again")


def with_fates(acts: QuerySet[AccountAct]) -> QuerySet[AccountAct]:
    """Each with `fate` and, where it was handed to the outbox, its `way`; for filters too. No further statement."""
    failed = ActOutcome.FAILED
    fate = Case(
        # Decided and done at the desk, whatever becomes of the post after.
        When(action=LEFT, then=Value(Fate.DONE)),
        When(outcome=ActOutcome.QUEUED, result="", then=Value(Fate.REMOVED)),
        When(outcome=ActOutcome.QUEUED, then=Coalesce(KT("way__fate"), Value(Fate.CANCELLED))),
        When(outcome=failed, code__in=_REFUSED_HERE, then=Value(Fate.REFUSED)),
        When(outcome=failed, code="unreachable", then=Value(Fate.UNREACHED)),
        When(outcome=failed, code="trouble", then=Value(Fate.TROUBLE)),
        default=F("outcome"),
        output_field=CharField(),
    )
    way = RawSQL(_WAY, [_NOT_OF_X], output_field=JSONField())  # noqa: S611  (a constant)
    return acts.annotate(way=way, fate=fate)  # type: ignore[no-redef]  # the row says what it may carry


def sentence_of(act: AccountAct) -> str:
    """What came of it, in a sentence; "" where its fate says it all."""
    if act.outcome != ActOutcome.QUEUED or act.action == LEFT:
        return say(act.sentence)
    way = act.way or {}
    if act.fate == Fate.SCHEDULED:
        return _("Not before %s.") % moment_words(datetime.fromisoformat(way["not_before"]))
    told = {
        Fate.SENT: _("It is out."),
        Fate.CANCELLED: _("It was taken back before it was sent."),
        Fate.REMOVED: _("What X gave us about it was removed; what became of it is not kept."),
    }
    return told.get(act.fate) or str(way.get("reason", ""))


def link_of(act: AccountAct) -> str:
    """Where it stands on X, once it is out."""
    return "" if act.action == LEFT else str((act.way or {}).get("link") or "")
