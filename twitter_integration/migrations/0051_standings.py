"""How people stand to our accounts, and whom authors let answer."""

from django.db import migrations, models


def perhaps(words):
    return models.BooleanField(null=True, verbose_name=words)


def moment(words):
    return models.DateTimeField(null=True, verbose_name=words)


class Migration(migrations.Migration):
    dependencies = [("twitter_integration", "0040_uploads")]

    operations = [
        migrations.CreateModel(
            name="ReplyRule",
            fields=[
                ("post_id", models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="post")),
                ("reply_settings", models.CharField(max_length=24, verbose_name="who may reply")),
                ("known_at", models.DateTimeField(verbose_name="known as of")),
            ],
            options={"verbose_name": "reply rule", "verbose_name_plural": "reply rules"},
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_key", models.CharField(max_length=32, verbose_name="account")),
                ("person_key", models.CharField(max_length=32, verbose_name="person")),
                ("receives_dm", perhaps("takes direct messages from us")),
                ("dm_known_at", moment("as of")),
                ("following", perhaps("we follow")),
                ("followed_by", perhaps("follows us")),
                ("blocking", perhaps("we block")),
                ("blocked_by", perhaps("blocks us")),
                ("muting", perhaps("we mute")),
                ("protected", perhaps("protected")),
                ("known_at", moment("known as of")),
                ("asked_at", moment("X last asked")),
            ],
            options={
                "verbose_name": "standing",
                "verbose_name_plural": "standings",
                "constraints": [
                    models.UniqueConstraint(fields=("account_key", "person_key"), name="standing_once")
                ],
            },
        ),
    ]
