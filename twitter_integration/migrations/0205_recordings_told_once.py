from django.db import migrations

# What only one delivery told, and X did not sign that one, was told by a recording, whatever is written there. Of what was
# told more often it is not stored which telling came how: that stays as it is (docs/operations.md).
_EVENTS = """
    UPDATE twitter_integration_event e SET sources = ARRAY['replay:' || e.sources[1]]
    FROM twitter_integration_delivery d
    WHERE d.id > %(after)s AND d.id <= %(upto)s AND NOT d.signed AND e.delivery_id = d.id AND e.times_told = 1
        AND cardinality(e.sources) = 1 AND e.sources[1] IN ('account_activity', 'x_activity')
    RETURNING e.account_id, split_part(e.key, ':', 2) AS number, substr(e.sources[1], 8) AS product,
        split_part(e.key, ':', 1) AS space
"""
_BOTH = f"""
    WITH told AS ({_EVENTS})
    UPDATE tickets_message m SET sources = ARRAY['replay:' || told.product]
    FROM told JOIN tickets_address a ON a.channel = 'twitter' AND a.key = told.account_id
    WHERE told.space IN ('post', 'dm', 'chat') AND m.address_id = a.id AND m.external_id = told.number
        AND m.sources::text[] = ARRAY[told.product]
"""  # noqa: S608  # only its own text
_BATCH = 5000


def mark_recordings(apps, schema_editor):
    """By ranges of deliveries, each on its own: beside the traffic nothing is locked for long."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM twitter_integration_delivery WHERE NOT signed"
        )
        first, last = cursor.fetchone()
        for after in range(first - 1, last, _BATCH):
            cursor.execute(_BOTH, {"after": after, "upto": after + _BATCH})


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("twitter_integration", "0210_lists_to_choose_from"), ("tickets", "0001_initial")]

    operations = [migrations.RunPython(mark_recordings, migrations.RunPython.noop)]
