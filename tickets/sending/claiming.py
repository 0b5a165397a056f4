"""Who goes next: takes what may be sent now off the queue, and counts it against every limit it falls under.

Not here: sending it (outbox), what the limits are (meters), how they are corrected (pacing).
"""

from datetime import datetime

from django.db import connection, transaction

from tickets.models import OutboxEntry
from tickets.sending.meters import hold_meters
from tickets.sending.pacing import ARRIVAL

# One statement. `room`: how much each limit of a lane with something due still lets pass; a limit whose window is over
# starts anew with what is under way (the channel may count that in the new one). `candidate`: of each lane the first
# ones, as many as its limits allow; an earlier one to the same customer goes first, unless it waits for one that did
# not go out. `chosen`: the highest priority first, accounts in turn (whoever waited longest first), and never more than
# a shared limit (the app's) allows. The update asks for the state again: a gesture may have taken one back meanwhile.
#
# Written so that its cost follows what is chosen and not what waits, also right after a burst, while the statistics say
# that nothing waits and every plan looks free: the first of a customer by a subquery (only its own index answers that),
# the state of the chosen through an expression (no index of open entries answers that, their keys do) and, in `claim`,
# no sorting where an index has the order.
_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT l.id, l.address_id, l.private, l.served_at
        FROM tickets_sendlane l JOIN tickets_address a ON a.id = l.address_id CROSS JOIN LATERAL (
            SELECT 1 FROM tickets_outboxentry e WHERE e.address_id = l.address_id AND e.private = l.private
              AND e.state IN ('held', 'queued') AND e.not_before <= %(now)s
            ORDER BY e.priority DESC, e.not_before, e.id LIMIT 1) something
        WHERE NOT a.sending_stopped
    ), room AS MATERIALIZED (
        SELECT w.id, w.resets_at > %(now)s IS NOT TRUE AS renewed,
            w."limit" - CASE WHEN w.resets_at > %(now)s THEN w.used ELSE (
                SELECT count(*) FROM tickets_outboxentry s
                JOIN tickets_sendlane sl ON sl.address_id = s.address_id AND sl.private = s.private
                JOIN tickets_sendlane_windows sw ON sw.sendlane_id = sl.id AND sw.sendwindow_id = w.id
                WHERE s.state = 'sending') END AS free
        FROM tickets_sendwindow w
        WHERE w.id IN (SELECT x.sendwindow_id FROM tickets_sendlane_windows x JOIN due ON due.id = x.sendlane_id)
    ), lane AS (
        SELECT due.*, LEAST(%(most)s, MIN(room.free)) AS free FROM due
        LEFT JOIN tickets_sendlane_windows lw ON lw.sendlane_id = due.id LEFT JOIN room ON room.id = lw.sendwindow_id
        GROUP BY due.id, due.address_id, due.private, due.served_at
    ), candidate AS MATERIALIZED (
        SELECT lane.id AS lane_id, lane.served_at, c.*,
            row_number() OVER (PARTITION BY lane.id ORDER BY c.priority DESC, c.not_before, c.id) AS place
        FROM lane CROSS JOIN LATERAL (
            SELECT e.id, e.priority, e.not_before FROM tickets_outboxentry e
            LEFT JOIN tickets_outboxentry f ON f.id = e.follows_id
            WHERE e.address_id = lane.address_id AND e.private = lane.private
              AND e.state IN ('held', 'queued') AND e.not_before <= %(now)s AND COALESCE(f.state, 'sent') = 'sent'
              AND (e.recipient_id IS NULL OR e.id = (
                SELECT b.id FROM tickets_outboxentry b LEFT JOIN tickets_outboxentry g ON g.id = b.follows_id
                WHERE b.recipient_id = e.recipient_id AND b.address_id = e.address_id AND b.private = e.private
                  AND b.state IN ('held', 'queued', 'sending', 'unknown') AND COALESCE(g.state, 'sent') = 'sent'
                ORDER BY COALESCE(b.turn_at, b.not_before), b.id LIMIT 1))
            ORDER BY e.priority DESC, e.not_before, e.id LIMIT GREATEST(lane.free, 0)) c
    ), ranked AS (
        SELECT *, row_number() OVER (
            ORDER BY priority DESC, place, served_at NULLS FIRST, not_before, id) AS turn FROM candidate
    ), counted AS (
        SELECT r.id, room.free, row_number() OVER (PARTITION BY room.id ORDER BY r.turn) AS nth FROM ranked r
        JOIN tickets_sendlane_windows lw ON lw.sendlane_id = r.lane_id JOIN room ON room.id = lw.sendwindow_id
    ), chosen AS (
        SELECT r.id, r.lane_id FROM ranked r
        WHERE NOT EXISTS (SELECT 1 FROM counted c WHERE c.id = r.id AND c.nth > c.free)
        ORDER BY r.turn LIMIT %(most)s
    ), claimed AS (
        UPDATE tickets_outboxentry e SET state = 'sending', claimed_at = %(now)s, tries = e.tries + 1, reason = '',
            first_tried_at = COALESCE(e.first_tried_at, %(now)s), turn_at = COALESCE(e.turn_at, e.not_before)
        FROM chosen WHERE e.id = chosen.id AND e.state || '' IN ('held', 'queued') AND e.not_before <= %(now)s
        RETURNING e.id, e.message_id, e.follows_id, chosen.lane_id
    ), counting AS (
        UPDATE tickets_sendwindow w
        SET used = CASE WHEN room.renewed THEN w."limit" - room.free ELSE w.used END + spent.calls,
            resets_at = CASE WHEN room.renewed THEN %(now)s + make_interval(secs => %(arrival)s + w.seconds)
                ELSE w.resets_at END,
            told_reset = CASE WHEN room.renewed THEN NULL ELSE w.told_reset END
        FROM (SELECT lw.sendwindow_id, count(*) AS calls FROM claimed c
              JOIN tickets_sendlane_windows lw ON lw.sendlane_id = c.lane_id GROUP BY lw.sendwindow_id) spent
        JOIN room ON room.id = spent.sendwindow_id
        WHERE w.id = spent.sendwindow_id
    ), serving AS (
        UPDATE tickets_sendlane SET served_at = clock_timestamp() WHERE id IN (SELECT lane_id FROM claimed)
    ), joined AS (
        UPDATE tickets_message m SET in_reply_to = p.external_id
        FROM claimed c JOIN tickets_outboxentry f ON f.id = c.follows_id JOIN tickets_message p ON p.id = f.message_id
        WHERE m.id = c.message_id AND m.visibility = 'public' AND p.external_id IS NOT NULL
    )
    SELECT id FROM claimed
"""


def claim(now: datetime, *, most: int) -> list[OutboxEntry]:
    """Up to `most` entries, committed as `sending`: from now on nobody else sends them, whatever happens to us."""
    if most <= 0:
        return []
    with transaction.atomic():
        hold_meters()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute(_CLAIM, {"now": now, "most": most, "arrival": ARRIVAL.total_seconds()})
            keys = [key for (key,) in cursor.fetchall()]
    if not keys:
        return []
    entries = OutboxEntry.objects.select_related("message", "address", "recipient").in_bulk(keys)
    return sorted(entries.values(), key=lambda entry: (-entry.priority, entry.not_before, entry.pk))
