"""X's ways of saying no: v1.1 `errors`, v2 problem documents, webhook reasons. No decisions here."""

from typing import Any

PROBLEMS = "https://api.twitter.com/2/problems/"
JSON = "application/json; charset=utf-8"
PROBLEM_JSON = "application/problem+json"
Json = dict[str, Any]


class ApiError(Exception):
    """An answer that is not a success; the application turns it into the HTTP response."""

    def __init__(self, status: int, body: Json | str, *, content_type: str = JSON) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers: dict[str, str] = {}
        self.classic: Json = {}

    def as_v1(self) -> "ApiError":
        """The same refusal in v1.1's form, where a rule both interfaces share gave its code."""
        return ApiError(self.status, self.classic) if self.classic else self


def legacy(status: int, code: int, message: str) -> ApiError:
    """The v1.1 form, `{"errors":[{"code","message"}]}`."""
    return ApiError(status, {"errors": [{"code": code, "message": message}]})


def problem(status: int, *, title: str, detail: str, slug: str = "", **more: object) -> ApiError:
    """The v2 form; without a slug the type is `about:blank`, as X sends it."""
    body: Json = {"title": title, "detail": detail, "type": PROBLEMS + slug if slug else "about:blank"}
    return ApiError(status, {**body, "status": status, **more}, content_type=PROBLEM_JSON)


def forbidden(detail: str, *, code: int = 0, classic: str = "") -> ApiError:
    """`code`: v1.1's number for the same, `classic`: its words where they differ."""
    return coded(403, code, detail, classic=classic)


def coded(status: int, code: int, detail: str, *, classic: str = "") -> ApiError:
    """A refusal that both interfaces know; without a code v1.1 answers in v2's form too."""
    error = problem(status, title="Forbidden" if status == 403 else "Error", detail=detail)
    error.classic = {"errors": [{"code": code, "message": classic or detail}]} if code else {}
    return error


def no_credits() -> ApiError:
    """The prepaid credits are used up. X publishes no body; only its type is known to end so."""
    detail = "Your enrolled account does not have any credits to fulfill this request."
    return problem(402, title="CreditsDepleted", detail=detail, slug="credits")


def invalid(message: str, parameters: Json | None = None) -> ApiError:
    """400 for a parameter or body X cannot take."""
    error: Json = {"message": message}
    if parameters is not None:
        error = {"parameters": {key: [str(value)] for key, value in parameters.items()}, "message": message}
    return ApiError(
        400,
        {
            "errors": [error],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": PROBLEMS + "invalid-request",
        },
        content_type=PROBLEM_JSON,
    )


def refused(reason: str, explanation: str) -> ApiError:
    """A webhook or subscription refusal of API v2: the word before the colon is what machines read."""
    return invalid(f"{reason}: {explanation}")


def unauthorized(code: int, message: str, *, status: int = 401) -> ApiError:
    """An authentication failure: v1.1's code and v2's problem in one body, since clients look for either."""
    body: Json = {"errors": [{"code": code, "message": message}]}
    body |= {"title": "Unauthorized", "type": "about:blank", "status": status, "detail": "Unauthorized"}
    return ApiError(status, body)


def not_found(value: str, *, kind: str, parameter: str) -> Json:
    """One entry of the `errors` list of a partially successful read."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": PROBLEMS + "resource-not-found",
    }


def not_authorized(value: str, *, kind: str, parameter: str) -> Json:
    """The same for what is there but not for the caller: protected, suspended or blocking."""
    return {
        "value": value,
        "detail": f"Sorry, you are not authorized to see the {kind.title()} with {parameter}: [{value}].",
        "title": "Authorization Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": PROBLEMS + "not-authorized-for-resource",
    }


def too_many(path: str) -> ApiError:
    """Beyond a limit: code 88 in v1.1, a problem in v2."""
    if path.startswith("/1.1/"):
        return legacy(429, 88, "Rate limit exceeded.")
    return problem(429, title="Too Many Requests", detail="Too Many Requests")
