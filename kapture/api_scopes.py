"""What a token may be given. Data alone."""

# What a token may be given: the permissions it leaves of its owner's own, and what that means in words.
SCOPES = {
    "tickets:read": (
        ("tickets.view_ticket", "tickets.every_queue"),
        "Read tickets, public messages, customers, history and set-up.",
    ),
    "reports:read": (
        ("tickets.view_ticket", "tickets.every_queue", "tickets.view_reports"),
        "Read the reports and the board of the shift; with private:read what is private is counted too.",
    ),
    "private:read": (("tickets.see_private",), "With another scope: private messages too, to read and to answer."),
    "tickets:write": (
        ("tickets.view_ticket", "tickets.every_queue", "tickets.work_ticket", "tickets.change_optout"),
        "Change tickets, write notes, lift opt-outs, mark notices as read.",
    ),
    "replies:send": (
        ("tickets.view_ticket", "tickets.every_queue", "tickets.send_reply", "tickets.approve_reply"),
        "Answer customers, take back, try again.",
    ),
    "customers:erase": (
        ("tickets.view_ticket", "tickets.every_queue", "tickets.see_private", "tickets.erase_customer"),
        "Erase customers for good.",
    ),
    "accounts:read": (
        (
            "tickets.view_ticket",
            "tickets.every_queue",
            "tickets.audit_desk",
            "twitter_integration.react_as_account",
            "twitter_integration.operate_account",
            "twitter_integration.view_usage",
        ),
        "See our accounts, what they cost, what is on its way out, and read on X what the account console can read.",
    ),
    "accounts:act": (
        (
            "tickets.publish_post",
            "twitter_integration.react_as_account",
            "twitter_integration.operate_account",
        ),
        "Publish posts, and do on X what the account console can do.",
    ),
}
