from django.db import migrations, models

# What an act changed is kept like the rest of it: never rewritten, only emptied.
KEEP = """
CREATE OR REPLACE FUNCTION twitter_integration_keep_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Acts on X are kept.';
    END IF;
    IF OLD.outcome = 'begun' THEN
        IF (NEW.action, NEW.page_name, NEW.by_name, NEW.via, NEW.reason, NEW.gesture, NEW.at, NEW.private)
            IS DISTINCT FROM (OLD.action, OLD.page_name, OLD.by_name, OLD.via, OLD.reason, OLD.gesture, OLD.at, OLD.private)
            OR NEW.changes NOT IN ('[]'::jsonb, OLD.changes)
        THEN RAISE EXCEPTION 'Acts on X are completed, not rewritten.';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.action, NEW.page_name, NEW.by_name, NEW.via, NEW.gesture, NEW.at, NEW.private, NEW.outcome, NEW.dialect,
        NEW.code, NEW.ended_at) IS DISTINCT FROM
       (OLD.action, OLD.page_name, OLD.by_name, OLD.via, OLD.gesture, OLD.at, OLD.private, OLD.outcome, OLD.dialect,
        OLD.code, OLD.ended_at)
        OR (NEW.by_id IS NOT NULL AND NEW.by_id IS DISTINCT FROM OLD.by_id)
        OR (NEW.account_id IS NOT NULL AND NEW.account_id IS DISTINCT FROM OLD.account_id)
        OR NEW.target NOT IN ('', OLD.target) OR NEW.target_name NOT IN ('', OLD.target_name)
        OR NEW.reason NOT IN ('', OLD.reason) OR NEW.sentence NOT IN ('', OLD.sentence)
        OR NEW.result NOT IN ('', OLD.result) OR NEW.changes NOT IN ('[]'::jsonb, OLD.changes)
    THEN RAISE EXCEPTION 'Acts on X are kept as they are.';
    END IF;
    RETURN NEW;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION twitter_integration_keep_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Acts on X are kept.';
    END IF;
    IF OLD.outcome = 'begun' THEN
        IF (NEW.action, NEW.page_name, NEW.by_name, NEW.via, NEW.reason, NEW.gesture, NEW.at, NEW.private)
            IS DISTINCT FROM (OLD.action, OLD.page_name, OLD.by_name, OLD.via, OLD.reason, OLD.gesture, OLD.at, OLD.private)
        THEN RAISE EXCEPTION 'Acts on X are completed, not rewritten.';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.action, NEW.page_name, NEW.by_name, NEW.via, NEW.gesture, NEW.at, NEW.private, NEW.outcome, NEW.dialect,
        NEW.code, NEW.ended_at) IS DISTINCT FROM
       (OLD.action, OLD.page_name, OLD.by_name, OLD.via, OLD.gesture, OLD.at, OLD.private, OLD.outcome, OLD.dialect,
        OLD.code, OLD.ended_at)
        OR (NEW.by_id IS NOT NULL AND NEW.by_id IS DISTINCT FROM OLD.by_id)
        OR (NEW.account_id IS NOT NULL AND NEW.account_id IS DISTINCT FROM OLD.account_id)
        OR NEW.target NOT IN ('', OLD.target) OR NEW.target_name NOT IN ('', OLD.target_name)
        OR NEW.reason NOT IN ('', OLD.reason) OR NEW.sentence NOT IN ('', OLD.sentence)
        OR NEW.result NOT IN ('', OLD.result)
    THEN RAISE EXCEPTION 'Acts on X are kept as they are.';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("twitter_integration", "0216_laid_aside")]

    operations = [
        migrations.AddField(
            model_name="accountact",
            name="changes",
            field=models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                help_text="Each field, what it was and what it becomes.",
                verbose_name="changes",
            ),
        ),
        migrations.RunSQL(KEEP, BEFORE),
    ]
