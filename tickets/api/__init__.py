"""The helpdesk's part of the REST API: an edge, as the pages are. Each endpoint calls the action its page calls."""
