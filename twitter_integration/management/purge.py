"""x_account purge: what would be removed, or the removal and its proof, in words and figures."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from twitter_integration.management.naming import find_account
from twitter_integration.management.sign_in import Say, Told
from twitter_integration.models import PartnerAccount
from twitter_integration.purge.holdings import count_content, count_kept
from twitter_integration.purge.purging import Proof, PurgeUnderWay, purge
from twitter_integration.setup.stopping import is_still_told


def purge_account(options: dict[str, Any], *, say: Say) -> Told:
    """Without --yes nothing is changed. A failure when something is left. Raises CommandError."""
    rows = PartnerAccount.objects.defer(*PartnerAccount.SEALED_WITH_APP).select_related("address")
    account = find_account(options["who"], rows=rows)
    return _do(account, say) if options["yes"] else _preview(account)


def _preview(account: PartnerAccount) -> Told:
    content, kept = count_content(account), count_kept(account)
    lines = [f"This would remove for good of @{account.page_name}:", *_figures(content)]
    lines += ["It would keep:", *_figures(kept)]
    lines += [
        "It would switch the account off, withdraw its subscriptions at X and give up its tokens.",
        "Nothing was changed. Add --yes to do it.",
    ]
    return Told("\n".join(lines), {"account": account.page_name, "would_remove": content, "would_keep": kept})


def _do(account: PartnerAccount, say: Say) -> Told:
    try:
        proof = purge(account, now=timezone.now(), say=say)
    except PurgeUnderWay as error:
        raise CommandError(str(error)) from None
    for trouble in proof.troubles:
        say(f"X was not told everything: {trouble} What it sends on is not kept.")
    return Told("\n".join(_lines(proof)), proof.as_json(), _failure(account, proof))


def _failure(account: PartnerAccount, proof: Proof) -> str:
    told = [] if proof.clean else ["Something is left; the proof says where."]
    if is_still_told(account):
        told.append("X still has its subscription: the audit tries every half hour to withdraw it, until X heard it.")
    elif proof.troubles:
        told.append("X was not told everything; here its tokens are deleted all the same.")
    return " ".join(told)


def _lines(proof: Proof) -> list[str]:
    lines = [f"@{proof.account} purged at {proof.at:%Y-%m-%d %H:%M} UTC. Removed (before → after):"]
    lines += [f"  {name}: {count} → {proof.after[name]}" for name, count in proof.before.items()]
    lines += ["Kept:", *_figures(proof.kept)]
    traces = proof.traces
    if not traces.needles:
        return [*lines, "Nothing was searched for: no text, id or link to know it by was there before."]
    lines.append(f"Searched {traces.columns} columns for {traces.needles} texts, ids and links:")
    found = [f"  found in {place}, {_named(rows)}" for place, rows in traces.found.items()]
    return [*lines, *(found or ["  nothing found."])]


def _figures(counts: Any) -> list[str]:
    return [f"  {name}: {count}" for name, count in counts.items()]


def _named(rows: Any) -> str:
    return f"{'row' if len(rows) == 1 else 'rows'} {', '.join(rows)}"
