"""How much pages weigh: a list of fifty tickets, a ticket with two hundred messages, all scripts, all styles.

    python -m bench.weight

Asked of the web process as a browser asks. It fails over a limit (MOST). A ticket shows its latest hundred messages;
all two hundred are asked for too.
"""

import gzip
import http.client
import json
import re
import subprocess
import sys

from bench.common import ROOT, asgi, installation, report, run

# kB as it is read, and as it goes over the line.
ALL = "the same, all of them shown"
MOST = {
    "list of 50": (60, 15),
    "ticket of 200": (150, 30),
    ALL: (150, 30),
    "scripts": (None, 60),
    "styles": (None, 30),
}
FILL = """
from django.test import Client
from django.contrib.auth.models import Group, User
from django.utils import timezone
from bench.heavy import fill_list, fill_ticket
for name in ("Alice", "Bob"):
    User.objects.create_user(name.lower(), first_name=name).groups.add(*Group.objects.filter(name="Agents"))
now, client = timezone.now(), Client()
client.force_login(User.objects.get(username="alice"))
tickets = fill_ticket(now), fill_ticket(now, count=20, text="o" * 25_000)
fill_list(now)
import json
print(json.dumps({"session": client.cookies["sessionid"].value, "tickets": [one.pk for one in tickets]}))
"""


def main() -> None:
    with installation() as environment:
        run("collectstatic", "--noinput", "-v0", environment=environment)
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", FILL]
        told = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        made = json.loads(told.stdout.splitlines()[-1])
        with asgi("kapture.asgi:application", environment=environment) as port:
            found = weigh(port, cookie=f"sessionid={made['session']}", tickets=made["tickets"])
    for name, (raw, packed) in found.items():
        most = MOST.get(name, (None, None))
        print(f"{name:34} {raw / 1000:7.1f} kB  {packed / 1000:6.1f} kB compressed  {_limits(most)}")
    limited = [pair for name, most in MOST.items() for pair in zip(found[name], most, strict=True)]
    worst = max(weight / limit / 1000 for weight, limit in limited if limit)
    report("weight", value=worst * 100, floor=100, unit="% of its limit, of what comes nearest to it")
    if worst > 1:
        raise SystemExit("Heavier than it may be.")


def weigh(port: int, *, cookie: str, tickets: list[int]) -> dict[str, tuple[int, int]]:
    """What is asked for → bytes, and bytes on the line."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(path: str) -> tuple[bytes, int]:
        line.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        answer = line.getresponse()
        body = answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
        return (gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body), len(body)

    first, long = tickets
    pages = {
        "list of 50": "/tickets/?order=newest",
        "ticket of 200": f"/tickets/{first}/",
        ALL: f"/tickets/{first}/?show=200",
        "ticket of 20 of 25,000 characters": f"/tickets/{long}/",
    }
    bodies = {name: get(path) for name, path in pages.items()}
    found = {name: (len(body), packed) for name, (body, packed) in bodies.items()}
    page = bodies["ticket of 200"][0].decode()
    scripts, waiting = set[str](), set(re.findall(r'<script src="([^"]+)"', page))
    while waiting:
        path = waiting.pop()
        scripts.add(path)
        base = path.rpartition("/")[0]
        imported = {f"{base}/{name}" for name in re.findall(r'from "\./([^"]+)"', get(path)[0].decode())}
        waiting |= imported - scripts
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    for name, paths in (("scripts", scripts), ("styles", styles)):
        files = [get(path) for path in paths]
        found[name] = (sum(len(body) for body, _ in files), sum(packed for _, packed in files))
    print(f"{len(scripts)} scripts, {len(styles)} stylesheets")
    return found


def _limits(most: tuple[int | None, int | None]) -> str:
    told = [f"at most {limit} kB{words}" for limit, words in zip(most, ("", " compressed"), strict=True) if limit]
    return ", ".join(told)


if __name__ == "__main__":
    main()
