"""The project's own tables: proof that work really flows, and what the REST API keeps about its callers.

Everything else belongs to an app.
"""

from kapture.api_models import ApiAllowance, ApiAnswer, ApiToken, Bearer
from kapture.heartbeat import Heartbeat

__all__ = ["ApiAllowance", "ApiAnswer", "ApiToken", "Bearer", "Heartbeat"]
