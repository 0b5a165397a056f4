"""Files on their way to X before the message that carries them, and the ids X gave them: kept until X forgets them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from twitter_integration.choices import UploadStage
from twitter_integration.models.partner_account import PartnerAccount


class MediaUpload(models.Model):
    """One file of one account under one of X's categories. `key` is the helpdesk's name of the file."""

    account = models.ForeignKey(
        PartnerAccount, models.CASCADE, related_name="uploads", verbose_name=_("partner configuration")
    )
    key = models.CharField(_("file"), max_length=40)
    category = models.CharField(_("category"), max_length=20)
    dialect = models.CharField(_("dialect"), max_length=8)
    media_id = models.CharField(_("media id"), max_length=32)
    stage = models.CharField(_("stage"), max_length=10, choices=UploadStage, default=UploadStage.BEGUN)
    pieces = models.PositiveSmallIntegerField(_("pieces X has"), default=0)
    described = models.BooleanField(_("described"), default=False)
    check_at = models.DateTimeField(_("to be asked for"), null=True, blank=True)
    expires_at = models.DateTimeField(_("X forgets it"))
    begun_at = models.DateTimeField(_("begun"))

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [models.UniqueConstraint(fields=["account", "key", "category"], name="upload_once_per_file")]
        indexes = [models.Index(fields=["expires_at"], name="upload_by_end")]

    def __str__(self) -> str:
        return f"{self.category} {self.media_id}"
