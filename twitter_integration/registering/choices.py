"""The dialects of registering and ordering (x-api 2.1, 2.2, 3.1-3.3), and permissions. Imports nothing of ours."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Registration(TextChoices):
    V2 = "v2", _("Account Activity v2")
    X_ACTIVITY = "x_activity", _("X Activity")
    ENTERPRISE = "enterprise", _("Account Activity v1.1, Enterprise")
    PREMIUM = "premium", _("Account Activity v1.1, premium (environment name)")


class AccessLevel(TextChoices):
    """What a token was granted: X's permission levels (x-api 1.1). A token keeps the level it was granted with."""

    UNKNOWN = "", _("Not known")
    READ = "read", _("Read only")
    WRITE = "read-write", _("Read and write")
    MESSAGES = "read-write-directmessages", _("Read, write and direct messages")
