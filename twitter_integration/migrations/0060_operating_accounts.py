import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPERATE = {
    "react_as_account": "Can like, repost, hide, follow, mute, block and report as an account",
    "operate_account": "Can operate an account: posts, profile, lists, collections",
}
ROLES = {"Agents": ["react_as_account"], "Supervisors": ["react_as_account", "operate_account"]}

# An act is written once and completed once. After that it can only be emptied (its author or account deleted, X's content
# purged), never rewritten or removed; TRUNCATE, which tests use, fires no trigger of rows.
KEEP = """
CREATE FUNCTION twitter_integration_keep_act() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER keep_act BEFORE UPDATE OR DELETE ON twitter_integration_accountact
    FOR EACH ROW EXECUTE FUNCTION twitter_integration_keep_act();
"""
LET_GO = """
DROP TRIGGER IF EXISTS keep_act ON twitter_integration_accountact;
DROP FUNCTION IF EXISTS twitter_integration_keep_act();
"""


def entitle(apps, schema_editor):
    """Permissions are made after all migrations; what a role needs is made here, under the same names."""
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    account, _ = ContentType.objects.get_or_create(app_label="twitter_integration", model="partneraccount")
    made = {
        code: Permission.objects.get_or_create(content_type=account, codename=code, defaults={"name": name})[0]
        for code, name in OPERATE.items()
    }
    for role, codes in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.add(*(made[code] for code in codes))


class Migration(migrations.Migration):
    dependencies = [
        ("twitter_integration", "0020_polling_and_search"),
        ("tickets", "0002_house_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="partneraccount",
            options={
                "ordering": ["page_name"],
                "permissions": [
                    ("react_as_account", "Can like, repost, hide, follow, mute, block and report as an account"),
                    ("operate_account", "Can operate an account: posts, profile, lists, collections"),
                ],
                "verbose_name": "partner configuration",
                "verbose_name_plural": "partner configurations",
            },
        ),
        migrations.AddField(
            model_name="xapp",
            name="offers",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text='Where X treats this app otherwise than its access tier: the operation and the dialects to use, best first, as {"likes.create": ["v2"], "profile.update": ["v1.1", "v2"]}; an empty list forbids it.',
                verbose_name="what X offers this app otherwise",
            ),
        ),
        migrations.CreateModel(
            name="AccountAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page_name", models.CharField(max_length=50, verbose_name="account")),
                ("action", models.CharField(max_length=30, verbose_name="action")),
                ("target", models.CharField(blank=True, max_length=60, verbose_name="target")),
                ("target_name", models.CharField(blank=True, max_length=100, verbose_name="whom or what")),
                ("by_name", models.CharField(max_length=150, verbose_name="by name")),
                ("via", models.CharField(max_length=10, verbose_name="by way of")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("private", models.BooleanField(default=False, verbose_name="private")),
                ("gesture", models.UUIDField(default=uuid.uuid4, verbose_name="gesture")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("begun", "Begun"),
                            ("done", "Done"),
                            ("already", "It was so already"),
                            ("queued", "Waits to be sent"),
                            ("refused", "Refused here"),
                            ("failed", "Refused by X"),
                            ("unsettled", "No answer came"),
                        ],
                        default="begun",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("dialect", models.CharField(blank=True, max_length=5, verbose_name="dialect")),
                ("code", models.CharField(blank=True, max_length=40, verbose_name="answer")),
                ("sentence", models.CharField(blank=True, max_length=400, verbose_name="what came of it")),
                ("result", models.CharField(blank=True, max_length=60, verbose_name="made")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="acts",
                        to="twitter_integration.partneraccount",
                        verbose_name="partner configuration",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={"verbose_name": "act on X", "verbose_name_plural": "acts on X", "ordering": ["-id"]},
        ),
        migrations.AddIndex(
            model_name="accountact", index=models.Index(fields=["account", "-id"], name="act_by_account")
        ),
        migrations.AddIndex(
            model_name="accountact",
            index=models.Index(
                condition=models.Q(("target", ""), _negated=True), fields=["target", "-id"], name="act_by_target"
            ),
        ),
        migrations.RunSQL(KEEP, LET_GO),
        migrations.RunPython(entitle, migrations.RunPython.noop),
    ]
