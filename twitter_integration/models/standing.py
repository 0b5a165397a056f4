"""How people stand to our accounts, and whom authors let answer: what decides whether an answer will be taken."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Standing(models.Model):
    """What we last knew of one person and one of our accounts; empty means "never told". Names both by X's ids."""

    account_key = models.CharField(_("account"), max_length=32)
    person_key = models.CharField(_("person"), max_length=32)
    receives_dm = models.BooleanField(_("takes direct messages from us"), null=True)
    dm_known_at = models.DateTimeField(_("as of"), null=True)
    following = models.BooleanField(_("we follow"), null=True)
    followed_by = models.BooleanField(_("follows us"), null=True)
    blocking = models.BooleanField(_("we block"), null=True)
    blocked_by = models.BooleanField(_("blocks us"), null=True)
    muting = models.BooleanField(_("we mute"), null=True)
    protected = models.BooleanField(_("protected"), null=True)
    known_at = models.DateTimeField(_("known as of"), null=True)
    asked_at = models.DateTimeField(_("X last asked"), null=True)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [models.UniqueConstraint(fields=["account_key", "person_key"], name="standing_once")]

    def __str__(self) -> str:
        return f"{self.person_key} → {self.account_key}"


class ReplyRule(models.Model):
    """Whom a post's author lets answer, in X's word; there is a row only where that is not everybody."""

    post_id = models.CharField(_("post"), max_length=32, primary_key=True)
    reply_settings = models.CharField(_("who may reply"), max_length=24)
    known_at = models.DateTimeField(_("known as of"))

    class Meta:
        verbose_name = _("reply rule")
        verbose_name_plural = _("reply rules")

    def __str__(self) -> str:
        return f"{self.post_id}: {self.reply_settings}"


class Reaction(models.Model):
    """That an account of ours likes or reposted a post, as X told it, by its ids. `repost_id`: the repost itself, by
    whose deletion X tells that it was taken back."""

    account_key = models.CharField(_("account"), max_length=32)
    post_id = models.CharField(_("post"), max_length=32)
    liked_at = models.DateTimeField(_("liked"), null=True)
    reposted_at = models.DateTimeField(_("reposted"), null=True)
    unreposted_at = models.DateTimeField(_("repost taken back"), null=True)
    repost_id = models.CharField(_("repost"), max_length=32, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("reaction of ours")
        verbose_name_plural = _("reactions of ours")
        constraints = [models.UniqueConstraint(fields=["account_key", "post_id"], name="reaction_once")]
        indexes = [
            models.Index(fields=["repost_id"], condition=~models.Q(repost_id=""), name="reaction_repost"),
            models.Index(fields=["post_id"], name="reaction_post"),
        ]

    def __str__(self) -> str:
        return f"{self.account_key} → {self.post_id}"
