"""Our own end of a channel, and all that tickets know of an account: its defaults and its merge rules."""

from datetime import timedelta
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from kapture.languages import say
from kapture.prepared import Given, prepared
from tickets.choices import AfterResolution


class Addresses(models.QuerySet["Address"]):
    """Our own ends, and those somebody may act for."""

    def speakable_by(self, user: Any) -> Self:
        """As far as the addresses are concerned; what the person's role allows is asked besides. `user`: a person, or
        somebody's rights."""
        return self.speakable(user.pk, every=getattr(user, "is_superuser", False))

    def speakable(self, person: Any, *, every: bool) -> Self:
        if every:
            return self
        chosen = Address.speakers.through._default_manager.filter(address=OuterRef("pk"))
        return self.filter(~Exists(chosen) | Exists(chosen.filter(group__user=person)))


class Address(models.Model):
    channel = models.SlugField(_("channel"))
    key = models.CharField(_("key"), max_length=64, help_text=_("How the channel knows it; never shown as a name."))
    name = models.CharField(_("name"), max_length=100)
    handle = models.CharField(_("handle"), max_length=50, blank=True)
    queue = models.ForeignKey("tickets.Queue", models.SET_NULL, null=True, blank=True, verbose_name=_("queue"))
    folder = models.ForeignKey("tickets.Folder", models.SET_NULL, null=True, blank=True, verbose_name=_("folder"))
    sla_policy = models.ForeignKey(
        "tickets.SlaPolicy", models.SET_NULL, null=True, blank=True, verbose_name=_("SLA policy")
    )
    public_window_hours = models.PositiveIntegerField(
        _("look-back for public messages, hours"),
        default=24 * 14,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 365)],
        help_text=_("A public message joins the ticket of its conversation when that ticket moved within this time."),
    )
    private_window_hours = models.PositiveIntegerField(
        _("look-back for private messages, hours"),
        default=24 * 7,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 365)],
        help_text=_("A private message joins the customer's private ticket when that ticket moved within this time."),
    )
    after_resolution = models.CharField(
        _("a message after resolution"),
        max_length=16,
        choices=AfterResolution,
        default=AfterResolution.REOPEN,
    )
    merge_conversation = models.BooleanField(
        _("merge by itself: one conversation"),
        default=False,
        db_default=False,
        help_text=_("A customer's new ticket goes into one that is not done, where both are of one conversation."),
    )
    merge_same_words = models.BooleanField(
        _("merge by itself: nearly the same words"),
        default=False,
        db_default=False,
        help_text=_("… where they said nearly the same on both."),
    )
    merge_within_minutes = models.PositiveSmallIntegerField(
        _("merge by itself: within, minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(7 * 24 * 60)],
        help_text=_("… where it was opened so soon after the last message of the other. Empty: never."),
    )
    resolve_silent_days = models.PositiveSmallIntegerField(
        _("resolve pending tickets after, days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_(
            "A ticket that waits for the customer, and on which nobody wrote or did anything for so long, is resolved"
            " by itself. No promise counts as kept by that. Empty: never."
        ),
    )
    close_resolved_days = models.PositiveSmallIntegerField(
        _("close resolved tickets after, days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("After that a message opens a linked follow-up instead of reopening. Empty: never."),
    )
    effects = models.JSONField(
        _("what each kind of activity does"),
        default=dict,
        blank=True,
        help_text=_("Kind → ticket, timeline, counter or ignore; what is not named does what the channel thinks best."),
    )
    speakers = models.ManyToManyField(
        "auth.Group",
        blank=True,
        related_name="+",
        verbose_name=_("who may act for it"),
        help_text=_(
            "Only members of these groups may post, like, follow and the like as this account, and open its console."
            " Nobody chosen: everybody whose role allows it. Answers on tickets are not meant: whoever may answer"
            " customers does so for every account."
        ),
    )
    banner = models.CharField(_("banner"), max_length=300, blank=True, editable=False)
    sending_stopped = models.BooleanField(_("sending stopped"), default=False, editable=False)

    objects = Addresses.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        permissions = [("publish_post", "Can publish posts for an account")]
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="address_once_per_channel")]

    def __str__(self) -> str:
        return f"{self.name} (@{self.handle})" if self.handle else self.name

    @property
    def why(self) -> str:
        """Why it does not send, in the language of whoever reads it where that is one of our sentences."""
        return say(self.banner)

    def lets_speak(self, user: AbstractBaseUser | AnonymousUser) -> bool:
        """Whether this person is among those who may act for it. One statement."""
        return bool(_spoken_for(getattr(user, "is_superuser", False), address=self.pk, person=user.pk))

    @property
    def public_window(self) -> timedelta:
        return timedelta(hours=self.public_window_hours)

    @property
    def private_window(self) -> timedelta:
        return timedelta(hours=self.private_window_hours)


@prepared
def _spoken_for(every: bool) -> models.QuerySet[Address, int]:
    found = Address.objects.speakable(Given("person"), every=every).filter(pk=Given("address"))
    return found.values_list("pk", flat=True)
