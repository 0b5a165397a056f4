"""Addresses of the helpdesk's part of the REST API, below settings.API_PREFIX."""

from django.urls import path

from tickets.api import acts, setup, tickets

urlpatterns = [
    path("tickets/", tickets.Tickets.as_view()),
    path("tickets/<id:pk>/", tickets.OneTicket.as_view()),
    path("tickets/<id:pk>/take/", acts.TakeTicket.as_view()),
    path("queues/", setup.Queues.as_view()),
    path("queues/<id:pk>/", setup.OneQueue.as_view()),
    path("folders/", setup.Folders.as_view()),
    path("folders/<id:pk>/", setup.OneFolder.as_view()),
    path("tags/", setup.Tags.as_view()),
    path("tags/<id:pk>/", setup.OneTag.as_view()),
    path("sla-policies/", setup.Policies.as_view()),
    path("sla-policies/<id:pk>/", setup.OnePolicy.as_view()),
]
