"""The book of calls: prices, charges, and sums that outlive account, app and query. Seeds X's prices of August 2026."""

from datetime import date
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length

from twitter_integration.metering.tariff import tariffs

AS_OF = date(2026, 8, 1)
SOURCE = "https://docs.x.com/x-api/getting-started/pricing"
EVENTS = "https://docs.x.com/x-api/activity/introduction"
CLASSIC = "https://docs.x.com/x-api/account-activity/introduction"
TWICE = "X's activity page says every post event is charged, its price page that deletions are free."
NO_PRICE = "X names no price for the event; that of reading one is assumed."
LINKS = "Assumed for a summoned reply that contains a link, too: X's page does not say."
PRICES = (
    ("post_read", "0.005", SOURCE, ""),
    ("owned_read", "0.001", SOURCE, "Only where the account that reads owns the app."),
    ("user_read", "0.010", SOURCE, ""),
    ("follow_read", "0.010", SOURCE, ""),
    ("message_read", "0.010", SOURCE, ""),
    ("list_read", "0.005", SOURCE, ""),
    ("relation_read", "0.001", SOURCE, ""),
    ("post", "0.015", SOURCE, ""),
    ("link_post", "0.200", SOURCE, LINKS),
    ("summoned_reply", "0.010", SOURCE, ""),
    ("message", "0.015", SOURCE, ""),
    ("interaction", "0.015", SOURCE, ""),
    ("interaction_undone", "0.010", SOURCE, ""),
    ("mute_undone", "0.005", SOURCE, ""),
    ("content", "0.005", SOURCE, ""),
    ("list_created", "0.010", SOURCE, ""),
    ("list_changed", "0.005", SOURCE, ""),
    ("media_described", "0.005", SOURCE, ""),
    ("profile_changed", "0.005", SOURCE, ""),
    ("privacy_changed", "0.010", SOURCE, ""),
    ("post_event", "0.005", EVENTS, ""),
    ("deletion_event", "0.005", EVENTS, TWICE),
    ("like_event", "0.001", EVENTS, NO_PRICE),
    ("follow_event", "0.010", EVENTS, ""),
    ("message_event", "0.010", EVENTS, ""),
    ("relation_event", "0.001", EVENTS, ""),
    ("profile_event", "0.005", EVENTS, ""),
    ("classic_post_event", "0.005", CLASSIC, "Counts towards the posts read."),
)


def seed_prices(apps, schema_editor):
    price = apps.get_model("twitter_integration", "Price")
    price.objects.bulk_create(
        [
            price(tariff=tariff, each=Decimal(each), valid_from=AS_OF, source=source, note=note)
            for tariff, each, source, note in PRICES
        ],
        ignore_conflicts=True,
    )


def keep_accounts_by_key(apps, schema_editor):
    usage, accounts = (apps.get_model("twitter_integration", name) for name in ("Usage", "PartnerAccount"))
    of_row = accounts.objects.filter(pk=OuterRef("account_id"))
    usage.objects.update(
        account_key=Subquery(of_row.values("page_id")[:1]),
        app_id=Subquery(of_row.values("app_id")[:1]),
        charged=models.F("items"),
    )


def name_accounts_again(apps, schema_editor):
    """What no account has any more, or the old table has no room for, is lost on the way back."""
    usage, accounts = (apps.get_model("twitter_integration", name) for name in ("Usage", "PartnerAccount"))
    # Whatever this changes must be checked before the table itself is altered.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    usage.objects.update(
        account_id=Subquery(accounts.objects.filter(page_id=OuterRef("account_key")).values("pk")[:1])
    )
    usage.objects.filter(account=None).delete()
    first = usage.objects.filter(
        account=OuterRef("account"), day=OuterRef("day"), operation=OuterRef("operation")
    ).order_by("pk")
    usage.objects.exclude(pk=Subquery(first.values("pk")[:1])).delete()
    usage.objects.annotate(letters=Length("operation")).filter(letters__gt=24).delete()


def named(word):
    return models.CharField(choices=tariffs, max_length=24, verbose_name=word)


def account(**options):
    return models.ForeignKey(
        on_delete=models.CASCADE,
        related_name="usage",
        to="twitter_integration.partneraccount",
        verbose_name="partner configuration",
        **options,
    )


def number(word):
    return models.PositiveIntegerField(default=0, verbose_name=word)


class Migration(migrations.Migration):
    dependencies = [("twitter_integration", "0060_operating_accounts")]

    operations = [
        migrations.CreateModel(
            name="Price",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tariff", named("what")),
                (
                    "each",
                    models.DecimalField(
                        decimal_places=4, max_digits=9, validators=[MinValueValidator(0)], verbose_name="US$ each"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("source", models.URLField(blank=True, max_length=300, verbose_name="X's page")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ],
            options={
                "verbose_name": "price",
                "verbose_name_plural": "prices",
                "ordering": ["tariff", "-valid_from"],
                "constraints": [models.UniqueConstraint(fields=("tariff", "valid_from"), name="price_once_a_day")],
            },
        ),
        migrations.RunPython(seed_prices, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Charge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("app_id", number("X app")),
                ("day", models.DateField(verbose_name="day")),
                ("tariff", named("what")),
                ("resource", models.CharField(max_length=300, verbose_name="thing")),
                ("account_key", models.CharField(blank=True, max_length=32, verbose_name="account")),
                ("message", models.CharField(blank=True, max_length=40, verbose_name="message")),
                ("query_id", number("search query")),
                ("cost", models.DecimalField(decimal_places=4, max_digits=9, verbose_name="US$")),
            ],
            options={
                "verbose_name": "charge",
                "verbose_name_plural": "charges",
                "constraints": [
                    models.UniqueConstraint(fields=("app_id", "day", "tariff", "resource"), name="charge_once_a_day")
                ],
                "indexes": [models.Index(fields=["account_key", "message"], name="charge_of_message")],
            },
        ),
        migrations.AddField(
            "xapp",
            "owner_id",
            models.CharField(
                blank=True,
                default="",
                help_text="The account that owns the app in X's developer console. X charges it a fifth for reading"
                " its own posts, mentions, followers and lists.",
                max_length=32,
                verbose_name="owner's Page ID",
            ),
            preserve_default=False,
        ),
        migrations.AlterField("usage", "account", account(null=True)),
        migrations.AddField(
            "usage",
            "account_key",
            models.CharField(blank=True, default="", max_length=32, verbose_name="account"),
            preserve_default=False,
        ),
        migrations.AddField("usage", "app_id", number("X app")),
        migrations.AddField("usage", "query_id", number("search query")),
        migrations.AddField("usage", "refused", number("refused or unanswered")),
        migrations.AddField("usage", "charged", number("charged")),
        migrations.AlterField("usage", "items", number("items")),
        migrations.AlterField("usage", "operation", models.CharField(max_length=40, verbose_name="operation")),
        migrations.RemoveConstraint("usage", "usage_once_a_day"),
        migrations.RunPython(keep_accounts_by_key, name_accounts_again),
        migrations.RemoveField("usage", "account"),
        migrations.AddConstraint(
            "usage",
            models.UniqueConstraint(
                fields=("app_id", "account_key", "day", "operation", "query_id"), name="usage_once_a_day"
            ),
        ),
        migrations.AddIndex("usage", models.Index(fields=["account_key", "day"], name="usage_of_account")),
    ]
