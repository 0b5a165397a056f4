"""What `manage.py up` tells the person at the terminal once everything answers."""

from django.urls import reverse

from kapture import demo, doctor
from kapture.advice import make_runnable
from kapture.programs import Plan


def of_demo(plan: Plan, *, seconds: float) -> str:
    """The three addresses and their logins."""
    agents = " or ".join(login.username for login in demo.AGENTS)
    return "\n".join(
        [
            "",
            f"Everything is ready after {seconds:.0f} s.",
            f"  Agent desk  {plan.desk}/   sign in as {agents} (agent) or {demo.SUPERVISOR.username} (supervisor)",
            f"  Admin       {plan.desk}{reverse('admin:index')}   sign in as {demo.ADMIN.username}",
            f"  Sandbox     {plan.sandbox}/   write as a customer; no sign-in",
            f"  The password of all of them is: {demo.PASSWORD}",
            "Ctrl-C stops everything; the data stays for the next time. `make demo FRESH=1` starts over.",
            "",
        ]
    )


def of_installation(plan: Plan, *, seconds: float) -> str:
    """The addresses, and what is not configured yet with where to do it."""
    lines = ["", f"Everything is ready after {seconds:.0f} s.", f"  Agent desk  {plan.desk}/"]
    lines.append(f"  Admin       {plan.desk}{reverse('admin:index')}   sign in as an administrator")
    if open_points := [finding for finding in doctor.examine() if not finding.ok]:
        lines.append("Not configured yet (commands are for a second terminal):")
        points = (f"  {finding.subject}: {finding.sentence} {finding.remedy}".rstrip() for finding in open_points)
        lines += [make_runnable(point) for point in points]
    return "\n".join([*lines, "Ctrl-C stops everything.", ""])
