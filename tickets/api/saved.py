"""Saved views: searches the caller has under a name, and keeping, changing and deleting them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from kapture.api_base import Body, Choice, Id, Row, Words
from tickets.api.base import DeskAct, DeskDetail, DeskListing
from tickets.choices import Shared
from tickets.finding.problems import placed
from tickets.finding.saving import keep
from tickets.finding.shelf import changeable, known
from tickets.finding.terms import NotUnderstood
from tickets.models import SavedView, Team
from tickets.models.saved_view import LONGEST_LINE


class ViewRow(Row):
    """A saved view."""

    id = Id()
    name = Words()
    query = Words(help_text="For `GET /tickets/?q=`; what it names as mine is the caller's.")
    owner = Id(source="owner_id", allow_null=True, help_text="Whose it is; null: shared, and nobody's in particular.")
    shared = Choice(Shared.choices, help_text="Who has it besides its owner.")
    team = Id(source="team_id", allow_null=True)
    position = serializers.IntegerField(help_text="The lower, the further up.")


class SavedViews(DeskListing):
    """The caller's own, and what is shared with them; for who looks into every queue, whatever is shared."""

    title = "Saved views"
    answer = ViewRow
    order = ("position", "id")

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[SavedView]:
        return known(self.user)


class OneSavedView(DeskDetail):
    """One saved view."""

    title = "One saved view"
    answer = ViewRow

    def rows(self) -> QuerySet[SavedView]:
        return known(self.user)


class ViewBody(Body):
    name = Words(max_length=80)
    query = Words(max_length=LONGEST_LINE, help_text="In the language of searches.")
    shared = serializers.ChoiceField(Shared.values, required=False, default=Shared.NOBODY)
    team = Id(required=False, help_text="With `shared` as `team`: which.")
    position = serializers.IntegerField(required=False, default=100, min_value=0, max_value=32_767)


class KeepsView(DeskAct):
    """Keeps one."""

    scope = "tickets:write"
    answer: ClassVar[type[serializers.Serializer[Any]]] = ViewRow

    def target(self, **where: Any) -> SavedView:
        return get_object_or_404(changeable(self.user), pk=where["pk"])

    def act(self, target: SavedView, words: dict[str, Any]) -> SavedView | dict[str, Any]:
        target.team = None
        if (team := words.pop("team", None)) is not None:
            target.team = Team.objects.filter(pk=team).first()
        for name, value in words.items():
            setattr(target, name, value)
        try:
            return keep(target, by=self.user)
        except NotUnderstood as fault:
            raise serializers.ValidationError({"query": placed(fault)}) from None


class KeepView(KeepsView):
    """Keep a search under a name. Sharing it with a team takes being in it, with everybody the right to look into every
    queue."""

    title = "Keep a saved view"
    body = ViewBody
    status = 201

    def target(self, **where: Any) -> SavedView:
        return SavedView(owner=self.user)


class ChangeView(KeepsView):
    """Rename it, change its search, or share it differently; what is left out is as for a new one."""

    title = "Change a saved view"
    body = ViewBody


class DeletedView(Row):
    """What was deleted."""

    id = Id()
    name = Words()


class DeleteView(KeepsView):
    """Delete one, for all who have it."""

    title = "Delete a saved view"
    answer = DeletedView

    def act(self, target: SavedView, words: dict[str, Any]) -> dict[str, Any]:
        was = {"id": target.pk, "name": target.name}
        target.delete()
        return was
