"""Collections: named, ordered sets of posts. X has withdrawn its own, so they live here."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.models.partner_account import PartnerAccount


class Collection(models.Model):
    account = models.ForeignKey(
        PartnerAccount, models.CASCADE, related_name="collections", verbose_name=_("partner configuration")
    )
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="collection_named_once")]

    def __str__(self) -> str:
        return self.name


class CollectedPost(models.Model):
    """One post in one collection, at its place. Of the post only its id is kept; `note` is ours."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="posts", verbose_name=_("collection"))
    post_id = models.CharField(_("post"), max_length=20)
    position = models.PositiveIntegerField(_("place"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("post in a collection")
        verbose_name_plural = _("posts in collections")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["collection", "post_id"], name="collected_once")]
        indexes = [models.Index(fields=["collection", "position"], name="collected_in_order")]

    def __str__(self) -> str:
        return self.post_id
