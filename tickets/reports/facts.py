"""What happened in a stretch of time, one row a fact: which figure it counts for, when, how long it took, on which
ticket, whose it was. SQL of this module alone; docs/reports.md says the same in words.

Given are `start` and `stop` (not included), `now`, and what only the day needs. Each row: figure, at, length (seconds,
rounded up, or NULL), ticket, queue, address, private, agent.
"""

from tickets.reports.lengths import sql_of

_PLACE = "t.id AS ticket_id, t.queue_id, t.address_id"
_WITHIN = ">= %(start)s AND {0} < %(stop)s"


def _within(column: str) -> str:
    return f"{column} {_WITHIN.format(column)}"


# What a person of ours said, and is out. A note is none, nor what the desk said by itself.
_ANSWER = "m.direction = 'out' AND NOT m.automated AND m.external_id IS NOT NULL"
# Whose question such a one answers in private (q is the ticket it was asked on), or where that is by now
# (tickets/promises/asked.py).
_ASKED_ON = "COALESCE(q.merged_into_id, q.id)"
# What a customer said. A like or a follow says nothing.
_ASKED = "m.direction = 'in' AND m.kind <> 'reaction'"
_HIDDEN = "t.private OR m.visibility = 'private'"

_SAID = f"""
SELECT CASE WHEN m.direction = 'in' THEN 'received' WHEN m.automated THEN 'automatic' ELSE 'answers' END AS figure,
       m.sent_at AS at, NULL::int AS length, {_PLACE}, ({_HIDDEN}) AS private,
       CASE WHEN m.direction = 'out' AND NOT m.automated THEN m.agent_id END AS agent_id
FROM tickets_message m JOIN tickets_ticket t ON t.id = m.ticket_id
WHERE {_within("m.sent_at")}
  AND (({_ASKED}) OR (m.direction = 'out' AND m.external_id IS NOT NULL))
"""  # noqa: S608  (SQL of this module)

# All that was said on the tickets that were answered then; what was asked in public and answered in private
# (tickets/promises/asked.py) is answered on the public one too. An answer ends a turn; the first thing the customer
# said in a turn is what it answers.
_ANSWERED = f"""
SELECT CASE WHEN a.turn = 0 THEN 'first' ELSE 'next' END, a.answered,
       {sql_of("extract(epoch FROM a.answered - a.asked)")}, {_PLACE}, (t.private OR a.private), a.agent_id
FROM (
  SELECT ticket_id, turn, min(at) FILTER (WHERE NOT ours) AS asked, min(at) FILTER (WHERE ours) AS answered,
         bool_or(private) FILTER (WHERE ours) AS private, min(agent_id) FILTER (WHERE ours) AS agent_id
  FROM (
    SELECT s.*, count(*) FILTER (WHERE ours) OVER (
        PARTITION BY ticket_id ORDER BY at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS turn
    FROM (
      SELECT m.ticket_id, m.id, m.sent_at AS at, m.direction = 'out' AS ours, m.visibility = 'private' AS private,
             m.agent_id
      FROM tickets_message m
      WHERE m.ticket_id IN (SELECT ticket_id FROM answered) AND (({_ASKED} AND NOT m.left_resolved) OR ({_ANSWER}))
      UNION ALL
      SELECT {_ASKED_ON}, m.id, m.sent_at, TRUE, TRUE, m.agent_id
      FROM tickets_ticket q JOIN tickets_message m ON m.asked_on_id = q.id
      WHERE q.id IN (SELECT ticket_id FROM answered UNION ALL
                     SELECT e.id FROM tickets_ticket e WHERE e.merged_into_id IN (SELECT ticket_id FROM answered))
        AND {_ANSWER}
    ) s
  ) turns
  GROUP BY ticket_id, turn
) a JOIN tickets_ticket t ON t.id = a.ticket_id
WHERE a.asked IS NOT NULL AND {_within("a.answered")}
"""  # noqa: S608  (SQL of this module)
# Which tickets these are.
ANSWERED = f"""
SELECT m.ticket_id FROM tickets_message m WHERE {_within("m.sent_at")} AND {_ANSWER} AND m.ticket_id IS NOT NULL
UNION
SELECT {_ASKED_ON} FROM tickets_message m JOIN tickets_ticket q ON q.id = m.asked_on_id
WHERE {_within("m.sent_at")} AND {_ANSWER}
"""  # noqa: S608  (SQL of this module)

# One that was brought to another ticket is part of that.
_OPENED = f"""
SELECT 'opened', t.opened_at, NULL, {_PLACE}, t.private, NULL
FROM tickets_ticket t WHERE {_within("t.opened_at")} AND t.merged_into_id IS NULL
"""  # noqa: S608  (SQL of this module)
# As it stands now: what was reopened since is not resolved. Whoever said so last did it.
_RESOLVED = f"""
SELECT 'resolved', t.resolved_at, {sql_of("greatest(extract(epoch FROM t.resolved_at - t.opened_at), 0)")}, {_PLACE},
       t.private,
       (SELECT l.actor_id FROM tickets_activity l
         WHERE l.ticket_id = t.id AND l.at = t.resolved_at AND l.verb = 'ticket.status' ORDER BY l.id DESC LIMIT 1)
FROM tickets_ticket t
WHERE {_within("t.resolved_at")} AND t.status IN ('resolved', 'closed') AND t.merged_into_id IS NULL
"""  # noqa: S608  (SQL of this module)
# What was resolved by a slip, or with an answer that did not go out, was not.
_REOPENED = f"""
SELECT 'reopened', l.at, NULL, {_PLACE}, t.private, NULL
FROM tickets_activity l JOIN tickets_ticket t ON t.id = l.ticket_id
WHERE {_within("l.at")} AND (l.verb = 'ticket.reopened' OR (l.verb = 'ticket.status'
  AND l.data->>'before' IN ('resolved', 'closed') AND l.data->>'after' IN ('new', 'open', 'pending', 'on_hold')
  AND NOT l.data ?| ARRAY['undone', 'taken_back', 'unsent']))
"""  # noqa: S608  (SQL of this module)
# Kept when it was kept, missed when it was due. Missed by the channel: so late did we hear of what it was promised to
# that, counted from then, it would have been kept.
_PROMISES = f"""
SELECT c.kind || '_' || CASE WHEN c.kept THEN 'kept' WHEN c.over <= c.due_at + c.lag THEN 'delayed' ELSE 'missed' END,
       c.at, NULL, c.ticket_id, c.queue_id, c.address_id, c.private, NULL
FROM (
  SELECT {{kind}} AS kind, c.met IS TRUE AS kept, {{at}} AS at, c.due_at, coalesce(c.ended_at, %(now)s) AS over,
         {_PLACE}, t.private, CASE WHEN c.metric <> 'resolution' AND c.met IS NOT TRUE THEN
           (SELECT max(m.received_at - m.sent_at) FROM tickets_message m
             WHERE m.ticket_id = c.ticket_id AND m.sent_at = c.started_at AND m.direction = 'in') END AS lag
  FROM tickets_slaclock c JOIN tickets_ticket t ON t.id = c.ticket_id
  WHERE {{which}}
) c
"""  # noqa: S608  (SQL of this module)
_KIND = "CASE c.metric WHEN 'first_response' THEN 'first' WHEN 'next_response' THEN 'next' ELSE 'resolution' END"
# The first bracket is the index's own condition.
_MISSED = "(NOT c.met OR c.ended_at IS NULL) AND (NOT c.met OR (c.paused_at IS NULL AND c.due_at <= %(now)s))"
_KEPT_THEN = _PROMISES.format(kind=_KIND, at="c.ended_at", which=f"{_within('c.ended_at')} AND c.met")
_MISSED_THEN = _PROMISES.format(kind=_KIND, at="c.due_at", which=f"{_within('c.due_at')} AND {_MISSED}")

FACTS = "\nUNION ALL\n".join((_SAID, _ANSWERED, _OPENED, _RESOLVED, _REOPENED, _KEPT_THEN, _MISSED_THEN))
