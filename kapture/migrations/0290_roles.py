"""Administrators, auditors and API clients, beside the agents and supervisors there were. Which rights each holds is told
in docs/rules.md; an installation may change them afterwards.
"""

from django.apps import apps as installed
from django.db import migrations

NAMES = {
    "view_ticket": "Can view ticket",
    "work_ticket": "Can work tickets: assign, change, write notes",
    "send_reply": "Can answer customers",
    "see_private": "Can read and answer private messages",
    "approve_reply": "Can let other people's answers go",
    "every_queue": "Can do in every queue what the role allows, whoever staffs it",
    "audit_desk": "Can look at everything, how the desk is set up too",
    "configure_desk": "Can set up the whole desk",
    "publish_post": "Can publish posts for an account",
    "react_as_account": "Can like, repost, hide, follow, mute, block and report as an account",
    "operate_account": "Can operate an account: posts, profile, lists, collections",
}
READING = [("tickets", "ticket", code) for code in ("view_ticket", "see_private")]
WORKING = [("tickets", "ticket", code) for code in ("work_ticket", "send_reply")]
EVERYWHERE = [("tickets", "ticket", "every_queue"), ("tickets", "ticket", "audit_desk")]
COSTS = [("twitter_integration", "usage", "view_usage")]
RUNNING = [
    ("tickets", "ticket", "approve_reply"),
    ("tickets", "ticket", "configure_desk"),
    ("tickets", "address", "publish_post"),
    ("tickets", "address", "change_address"),
    ("tickets", "optout", "change_optout"),
    ("tickets", "hook", "change_hook"),
    ("tickets", "routingrule", "change_routingrule"),
    ("twitter_integration", "partneraccount", "react_as_account"),
    ("twitter_integration", "partneraccount", "operate_account"),
    ("twitter_integration", "partneraccount", "change_partneraccount"),
    ("twitter_integration", "delivery", "change_delivery"),
    ("kapture", "apitoken", "change_apitoken"),
]
ROLES = {
    "Administrators": READING + WORKING + EVERYWHERE + RUNNING + COSTS,
    "Auditors": READING + EVERYWHERE + COSTS,
    "API clients": READING + WORKING,
}


def make_roles(apps, schema_editor):
    """Permissions are made after all migrations; what a role needs is made here, under the same names. A group that is
    there by that name already keeps what it has."""
    for role, rights in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.add(*(_permission(apps, *right) for right in rights))


def _permission(apps, app, model, code):
    of, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app, model=model)
    words = NAMES.get(code) or f"Can {code.split('_')[0]} {_words(app, model)}"
    made, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=of, codename=code, defaults={"name": words}
    )
    return made


def _words(app, model):
    """The names people read are the models'."""
    return installed.get_model(app, model)._meta.verbose_name_raw


class Migration(migrations.Migration):
    dependencies = [
        ("kapture", "0041_audit_for_roles"),
        ("tickets", "0290_teams_and_rights"),
        ("twitter_integration", "0265_undo_under_way"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
