"""A routing rule is written with a form, group by group, without a line of JavaScript; versions are seen and brought
back."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.admin.conftest import configurator
from tests.factories import make_address, make_agent, make_queue, make_rule, make_ticket
from tests.tickets.pigeon import Wire
from tests.tickets.said import says, take_in, writes
from tickets.doctor import findings
from tickets.models import BusinessHours, CustomerList, ListEntry, RoutingRule, RuleRun, RuleVersion

pytestmark = pytest.mark.django_db
ADD = "admin:tickets_routingrule_add"
CHANGE = "admin:tickets_routingrule_change"
LIST = "admin:tickets_routingrule_changelist"


def group(mode: str, *parts: dict[str, Any]) -> dict[str, Any]:
    """The inputs of a group, each part under its own number."""
    inputs: dict[str, Any] = {"-sort": "group", "-mode": mode}
    for number, part in enumerate(parts):
        inputs |= {f"-{number}{name}": value for name, value in part.items()}
    return inputs


def asks(field: str, operator: str, value: Any = "") -> dict[str, Any]:
    return {"-sort": field, "-is": operator, "-value": value}


WORDS = asks("text", "has_any", "refund\nmoney back")
NESTED = group(
    "all", WORDS, group("any", asks("followers", "at_least", "10000"), group("none", asks("verified", "no")))
)


def form(tree: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    tree = {f"condition{name}": value for name, value in (tree or NESTED).items()}
    return {"name": "Refund words", "position": 10, **tree} | more


def saved() -> RuleVersion:
    return RuleVersion.objects.latest("pk")


def shown(answer: Any) -> Any:
    """The condition as the page shows it again."""
    return answer.context["adminform"].form["condition"].value().told()


def test_what_leaves_tickets_resolved_looks_at_later_messages(boss: Client) -> None:
    refused = boss.post(reverse(ADD), form(leave_resolved="on")).content.decode()
    assert "switch on “Also on later messages” as well" in refused and not RuleVersion.objects.exists()
    boss.post(reverse(ADD), form(leave_resolved="on", on_later="on"))
    assert saved().leave_resolved
    assert "left resolved" in boss.get(reverse(CHANGE, args=[saved().rule_id])).content.decode()


def test_a_rule_is_written_with_nested_groups(boss: Client) -> None:
    alice = make_agent()
    queue = make_queue("Refunds")
    more: dict[str, Any] = {
        "queue": queue.pk,
        "tags": "Money, press ",
        "notify": [alice.pk],
        "stop": "on",
        "priority": "high",
    }
    assert boss.post(reverse(ADD), form(**more)).status_code == 302
    version = saved()
    assert version.condition == {
        "all": [
            {"field": "text", "is": "has_any", "value": ["refund", "money back"]},
            {
                "any": [
                    {"field": "followers", "is": "at_least", "value": 10_000},
                    {"none": [{"field": "verified", "is": "no"}]},
                ]
            },
        ]
    }
    assert (version.queue, version.tags, version.notify, version.stop) == (queue, ["money", "press"], [alice.pk], True)
    assert RoutingRule.objects.get().live is None


def test_what_is_saved_is_shown_again_as_it_is(boss: Client) -> None:
    boss.post(reverse(ADD), form(note="Be kind."))
    page = boss.get(reverse(CHANGE, args=[RoutingRule.objects.get().pk])).content.decode()
    assert "money back" in page and 'value="10000"' in page and "Be kind." in page


@pytest.mark.parametrize(
    ("button", "more", "expected"),
    [
        ("add:", {"condition-new": "only_emoji"}, [WORDS, asks("only_emoji", "yes")]),
        ("group:", {}, [WORDS, group("any")]),
        ("remove:0", {}, []),
        ("remove:7", {}, [WORDS]),
        ("add:0", {"condition-0-new": "text"}, [WORDS]),
        ("nonsense", {}, [WORDS]),
    ],
)
def test_a_button_builds_the_tree_and_saves_nothing(
    boss: Client, button: str, more: dict[str, Any], expected: list[dict[str, Any]]
) -> None:
    answer = boss.post(reverse(ADD), form(group("all", WORDS), _tree=button, note="Kept.", **more))
    assert answer.status_code == 200 and not answer.context["errors"] and "Kept." in answer.content.decode()
    assert len(shown(answer)["all"]) == len(expected)
    assert [part["-sort"] for part in expected] == [part.get("field", "group") for part in shown(answer)["all"]]
    assert not RoutingRule.objects.exists()


def test_a_group_within_a_group_takes_a_question(boss: Client) -> None:
    tree = group("all", group("any", group("none")))
    answer = boss.post(reverse(ADD), form(tree, _tree="add:0.0", **{"condition-0-0-new": "verified"}))
    assert shown(answer) == {"all": [{"any": [{"none": [{"field": "verified", "is": "yes"}]}]}]}


@pytest.mark.parametrize(
    ("tree", "where", "says"),
    [
        (group("all", asks("followers", "at_least", "many")), "1", "whole number"),
        (group("all", WORDS, group("any")), "2", "group is empty"),
        (group("all", group("any", asks("text", "has_any", " "))), "1.1", "one at least"),
        (group("all", asks("queue", "any_of", ["99999"])), "1", "not there any more"),
        (group("all", asks("kind", "any_of", ["tweet"])), "1", "none of"),
    ],
)
def test_a_fault_stands_where_it_is(boss: Client, tree: dict[str, Any], where: str, says: str) -> None:
    answer = boss.post(reverse(ADD), form(tree))
    (fault,) = answer.context["adminform"].form.errors["condition"]
    assert fault.startswith(f"{where}: ") and says in fault
    assert answer.content.decode().count('class="rule-error" role="alert"') == 1
    assert not RoutingRule.objects.exists()


def test_a_hostile_tree_comes_to_an_end(boss: Client) -> None:
    deep = {"-".join(["condition", *["0"] * depth, "sort"]): "group" for depth in range(1, 400)}
    answer = boss.post(reverse(ADD), form(group("all"), **deep))
    assert answer.status_code == 200 and "deep" in str(answer.context["adminform"].form.errors)


def test_what_people_typed_is_shown_as_text(boss: Client) -> None:
    tree = group("all", asks("text", "has_any", "<script>alert(1)</script>"))
    page = boss.post(reverse(ADD), form(tree, _tree="stay")).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_it_is_switched_on_from_its_form_and_off_from_the_list(boss: Client) -> None:
    boss.post(reverse(ADD), form())
    rule = RoutingRule.objects.get()
    on = {"tickets_routingrule_save_and_switch_on": "on"}
    boss.post(reverse(CHANGE, args=[rule.pk]), form(group("all", WORDS), **on))
    rule.refresh_from_db()
    assert rule.live == saved() and saved().number == 2
    assert "version 2" in boss.get(reverse(LIST)).content.decode()
    boss.post(reverse(LIST), {"action": "switch_off", "_selected_action": [rule.pk]})
    rule.refresh_from_db()
    assert rule.live is None


def test_a_change_is_not_in_force_before_it_is_switched_on(boss: Client) -> None:
    rule = make_rule()
    boss.post(reverse(CHANGE, args=[rule.pk]), form(note="New."))
    rule.refresh_from_db()
    assert (saved().number, rule.live) == (2, rule.versions.get(number=1))
    assert "version 2 is not switched on" in boss.get(reverse(LIST)).content.decode()


def test_an_earlier_version_is_brought_back(boss: Client) -> None:
    rule = make_rule(note="First.")
    make_rule(note="Second.")
    answer = boss.post(reverse(CHANGE, args=[rule.pk]), {"_roll_back": "1"})
    (told,) = [str(message) for message in get_messages(answer.wsgi_request)]
    rule.refresh_from_db()
    assert told == "Version 3 says what version 1 said." and rule.live == saved()
    assert saved().note == "First."
    assert boss.post(reverse(CHANGE, args=[rule.pk]), {"_roll_back": "²"}).status_code == 302
    assert rule.versions.count() == 3


def test_their_order_is_changed_in_the_list(boss: Client) -> None:
    rule = make_rule()
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": rule.pk, "form-0-position": 5, "_save": "Save"}
    boss.post(reverse(LIST), rows)
    rule.refresh_from_db()
    assert (rule.position, rule.versions.count()) == (5, 1)


def fields_of(page: Any) -> dict[str, Any]:
    """What a page's form knows of when it was opened."""
    shown = page.context["adminform"].form
    hidden = {shown.add_initial_prefix(name): shown.initial[name] for name in ("name", "position")}
    assert all(f'name="{name}"' in page.content.decode() for name in (*hidden, "seen"))
    return {"seen": shown.initial["seen"], **hidden}


def test_of_two_people_at_one_rule_the_second_is_told_what_the_first_saved(boss: Client) -> None:
    rule = make_rule(position=10)
    url = reverse(CHANGE, args=[rule.pk])
    opened = fields_of(boss.get(url))
    boss.post(url, form(**opened, priority="high"))
    on: dict[str, Any] = {"tickets_routingrule_save_and_switch_on": "on"}
    answer = boss.post(url, form(**opened, **on, note="Mine."))
    told = " ".join(answer.context["adminform"].form.non_field_errors())
    assert "admin saved version 2" in told and "priority high" in told and "Mine." in answer.content.decode()
    rule.refresh_from_db()
    assert (rule.versions.count(), rule.live) == (2, rule.versions.get(number=1))
    again = {"seen": answer.context["adminform"].form["seen"].value()}
    assert boss.post(url, form(**opened | again, note="Mine.")).status_code == 302
    assert (saved().number, saved().note) == (3, "Mine.")


def test_what_somebody_else_moved_or_renamed_stays_where_it_was_not_changed_here(boss: Client) -> None:
    rule = make_rule(position=10)
    url = reverse(CHANGE, args=[rule.pk])
    opened = fields_of(boss.get(url))
    RoutingRule.objects.update(position=77)
    assert boss.post(url, form(**opened)).status_code == 302
    rule.refresh_from_db()
    assert rule.position == 77
    opened["seen"] = 2
    answer = boss.post(url, form(**opened) | {"position": 20})
    assert "77" in str(answer.context["adminform"].form.errors["position"])
    again = fields_of(boss.get(url))
    assert boss.post(url, form(**again) | {"position": 20}).status_code == 302


def test_the_list_moves_only_what_was_moved_on_it(boss: Client) -> None:
    first, second = make_rule("First", position=5), make_rule("Second", position=6)
    page = boss.get(reverse(LIST)).content.decode()
    assert page.count('name="initial-form-0-position"') == 1
    rows: dict[str, Any] = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    for place, rule in enumerate((first, second)):
        rows |= {f"form-{place}-id": rule.pk, f"form-{place}-position": rule.position}
        rows |= {f"initial-form-{place}-position": rule.position}
    RoutingRule.objects.filter(pk=first.pk).update(position=77)
    boss.post(reverse(LIST), rows | {"form-1-position": 9})
    assert dict(RoutingRule.objects.values_list("name", "position")) == {"First": 77, "Second": 9}
    refused = boss.post(reverse(LIST), rows | {"form-0-position": 8, "form-1-position": 9})
    assert "77" in str(refused.context["cl"].formset.errors)
    assert RoutingRule.objects.get(name="First").position == 77


def test_all_faults_are_told_at_once(boss: Client) -> None:
    tree = group("all", asks("followers", "at_least", "many"), asks("text", "has_any", "re*und"), group("any"))
    answer = boss.post(reverse(ADD), form(tree))
    faults = answer.context["adminform"].form.errors["condition"]
    assert [fault[:3] for fault in faults] == ["1: ", "2: ", "3: "] and "end of a word" in faults[1]
    assert answer.content.decode().count('class="rule-error" role="alert"') == 3


def test_languages_are_chosen_from_those_there_are(boss: Client) -> None:
    tree = group("all", asks("language", "any_of", ["de", "he"]))
    page = boss.post(reverse(ADD), form(tree, _tree="stay")).content.decode()
    assert "German" in page and 'value="de"' in page
    boss.post(reverse(ADD), form(tree))
    assert saved().condition["all"][0]["value"] == ["de", "he"]
    wrong = boss.post(reverse(ADD), form(group("all", asks("language", "any_of", ["klingon"]))))
    assert "klingon" in str(wrong.context["adminform"].form.errors["condition"])


def test_searches_and_streams_are_chosen_from_those_there_are(boss: Client, wire: Wire) -> None:
    tree = group("all", asks("search", "any_of", ["lost bags"]), asks("source", "none_of", ["loft"]))
    page = boss.post(reverse(ADD), form(tree, _tree="stay")).content.decode()
    assert "Lost bags" in page and 'value="loft"' in page
    boss.post(reverse(ADD), form(tree))
    assert [asked["value"] for asked in saved().condition["all"]] == [["lost bags"], ["loft"]]
    wrong = boss.post(reverse(ADD), form(group("all", asks("search", "any_of", ["gone"]))))
    assert wrong.context["adminform"].form.errors["condition"] == ["1: There is no 'gone' any more. Choose again."]
    assert 'value="gone"' in wrong.content.decode()  # to be taken out


@pytest.mark.parametrize(
    ("button", "name"),
    [
        ("add:0", "condition-0-1-is"),
        ("group:0", "condition-0-1-new"),
        ("remove:0.0", "condition-0-new"),
    ],
)
def test_a_person_goes_on_where_a_button_of_the_tree_was_pressed(boss: Client, button: str, name: str) -> None:
    tree = group("all", group("any", WORDS))
    more: dict[str, Any] = {"condition-0-new": "verified"}
    page = boss.post(reverse(ADD), form(tree, _tree=button, **more)).content.decode()
    focused = re.findall(r"<select[^>]*autofocus[^>]*>", page)
    assert len(focused) == 1 and f'name="{name}"' in focused[0] and "add-constants" not in page


def test_whoever_may_only_look_changes_nothing(client: Client) -> None:
    rule = make_rule(note="First.")
    make_rule(note="Second.")
    client.force_login(make_agent("ward", is_staff=True))
    assert client.post(reverse(CHANGE, args=[rule.pk]), {"_roll_back": "1"}).status_code in (302, 403)
    assert rule.versions.count() == 2


def test_a_list_of_customers_is_a_handle_a_line(boss: Client) -> None:
    url = reverse("admin:tickets_customerlist_add")
    boss.post(url, {"name": "VIPs", "handles": "@Ana_Demo\nben_demo, @ana_demo"})
    assert set(ListEntry.objects.values_list("handle", flat=True)) == {"ana_demo", "ben_demo"}
    vips = CustomerList.objects.get()
    boss.post(reverse("admin:tickets_customerlist_change", args=[vips.pk]), {"name": "VIPs", "handles": "ben_demo"})
    assert ListEntry.objects.get().handle == "ben_demo"
    answer = boss.post(url, {"name": "Press", "handles": "no handle!"})
    assert "handle!" in str(answer.context["adminform"].form.errors["handles"])


def test_the_log_of_a_ticket_is_read_in_words(boss: Client) -> None:
    make_address(queue=make_queue())
    make_rule("Famous", {"field": "followers", "is": "at_least", "value": 10_000})
    make_rule("Everybody", tags=["all"])
    take_in(says("I want my money back"))
    run = RuleRun.objects.get()
    page = boss.get(reverse("admin:tickets_rulerun_change", args=[run.pk])).content.decode()
    assert "Famous (version 1): did not hold: 1 followers at least (not so)." in page
    assert "Everybody (version 1): held." in page
    make_ticket()
    found = boss.get(reverse("admin:tickets_rulerun_changelist"), {"q": run.ticket_id})
    assert found.context["cl"].result_count == 1


def test_of_private_words_the_log_tells_only_who_may_read_them(client: Client) -> None:
    make_address(queue=make_queue())
    make_rule("Secrets", {"field": "text", "is": "has_any", "value": ["lawyer*"]})
    take_in(writes("My lawyer will write"), says("My lawyer will write"))
    client.force_login(configurator("view_rulerun"))
    listed = client.get(reverse("admin:tickets_rulerun_changelist"))
    assert [run.ticket.private for run in listed.context["cl"].result_list] == [False]
    hidden = RuleRun.objects.get(ticket__private=True)
    answer = client.get(reverse("admin:tickets_rulerun_change", args=[hidden.pk]), follow=True).content.decode()
    assert "lawyer" not in answer


def test_a_number_is_a_number_or_a_fault(boss: Client) -> None:
    answer = boss.post(reverse(ADD), form(group("all", asks("followers", "at_least", "--5"))))
    assert "whole number" in str(answer.context["adminform"].form.errors["condition"])


def test_a_list_of_many_rules_costs_as_many_statements_as_of_one(boss: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as told:
            assert boss.get(reverse(LIST)).status_code == 200
        return len(told)

    make_rule("Rule 0", {"field": "queue", "is": "any_of", "value": [make_queue().pk]})
    statements()
    one = statements()
    for number in range(1, 9):
        make_rule(f"Rule {number}", {"field": "queue", "is": "any_of", "value": [make_queue().pk]})
    assert statements() == one


def test_nothing_that_a_rule_names_is_deleted_unseen(boss: Client) -> None:
    vips, hours = CustomerList.objects.create(name="VIPs"), BusinessHours.objects.create(name="Office")
    alice, free = make_agent(), CustomerList.objects.create(name="Press")
    asked = [{"field": "list", "is": "any_of", "value": [vips.pk]}]
    asked += [{"field": "open_hours", "is": "none_of", "value": [hours.pk]}]
    make_rule("Nightly", *asked, notify=[alice.pk])
    for model, row in (("tickets_customerlist", vips), ("tickets_businesshours", hours), ("auth_user", alice)):
        url = reverse(f"admin:{model}_delete", args=[row.pk])
        assert "Routing rule “Nightly”" in boss.get(url).content.decode()
        boss.post(url, {"post": "yes"})
        row.refresh_from_db()
    boss.post(reverse("admin:tickets_customerlist_delete", args=[free.pk]), {"post": "yes"})
    assert not CustomerList.objects.filter(pk=free.pk).exists()


def test_a_rule_just_made_says_that_it_is_off_and_what_comes_next(boss: Client) -> None:
    page = boss.post(reverse(ADD), form(tags="money"), follow=True).content.decode()
    assert "The rule is off." in page and reverse(CHANGE, args=[RoutingRule.objects.get().pk]) in page
    on = form(tags="money", name="Other words", tickets_routingrule_save_and_switch_on="on")
    assert "The rule is off." not in boss.post(reverse(ADD), on, follow=True).content.decode()


def test_a_rule_that_names_who_is_gone_is_marked(boss: Client) -> None:
    alice, bob = make_agent("alice"), make_agent("bob")
    rule = make_rule("Nightly", notify=[alice.pk], assignee=bob)
    assert "deactivated" not in boss.get(reverse(LIST)).content.decode()
    User.objects.filter(pk=alice.pk).update(is_active=False)
    for page in (reverse(LIST), reverse(CHANGE, args=[rule.pk])):
        assert "names who is deactivated: Alice" in boss.get(page).content.decode()
    assert [one.sentence for one in findings() if one.subject == "Rule Nightly"] == [
        "It names who is deactivated: Alice."
    ]
