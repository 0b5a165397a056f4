"""The helpdesk's tables, one noun a file."""

from tickets.models.activity import Activity
from tickets.models.address import Address
from tickets.models.agent import Agent
from tickets.models.approval import Approval, ApprovalRule
from tickets.models.automation import AutoReply, AutoReplyCase, OptOut
from tickets.models.bell import Bell
from tickets.models.bulk import BulkRun, BulkTrace
from tickets.models.business_hours import BusinessHours
from tickets.models.canned_reply import CannedReply, CannedText
from tickets.models.checklist import Checklist, ChecklistItem, ChecklistLine
from tickets.models.customer import Customer, CustomerMerge, CustomerNote, HandleChange, Identity
from tickets.models.departed import Departed
from tickets.models.draft import Draft
from tickets.models.dry_run import DryRun, DryRunLine
from tickets.models.folder import Folder
from tickets.models.gesture import Gesture, TicketLink, Trace
from tickets.models.handoff import HandOff
from tickets.models.happening import DailyCount, Happening
from tickets.models.hook import Hook, HookDelivery
from tickets.models.incident import Incident, Statement, StatementPart
from tickets.models.invitation import Invitation
from tickets.models.last_turn import LastTurn
from tickets.models.limit import DeskLimit
from tickets.models.macro import Macro
from tickets.models.media_fetch import MediaFetch
from tickets.models.message import Media, Message
from tickets.models.notice import Notice, NoticeReader, NoticeSettings, Presence, Watch
from tickets.models.outbox import OutboxEntry, SendAttempt
from tickets.models.pacing import SendLane, SendWindow
from tickets.models.placement import Placement
from tickets.models.policy_run import PolicyRun
from tickets.models.queue import Queue
from tickets.models.read_mark import ReadMark
from tickets.models.report import ReportDay, ReportLine, ReportPart, ReportReader, WeeklyReport
from tickets.models.routing_rule import (
    CustomerList,
    ListEntry,
    RoutingRule,
    RuleRun,
    RuleVersion,
    Saying,
)
from tickets.models.saved_view import SavedView
from tickets.models.search_entry import SearchEntry
from tickets.models.search_label import SearchLabel
from tickets.models.second_factor import SecondFactor
from tickets.models.sla import EscalationStep, PauseRule, SlaClock, SlaPause, SlaPolicy, SlaTarget
from tickets.models.stored_file import StoredFile
from tickets.models.tag import Tag
from tickets.models.team import Membership, Skill, Staffing, Team
from tickets.models.ticket import Ticket
from tickets.models.tombstone import Tombstone
from tickets.models.version import MessageVersion

__all__ = [
    "Activity",
    "Address",
    "Agent",
    "Approval",
    "ApprovalRule",
    "AutoReply",
    "AutoReplyCase",
    "Bell",
    "BulkRun",
    "BulkTrace",
    "BusinessHours",
    "CannedReply",
    "CannedText",
    "Checklist",
    "ChecklistItem",
    "ChecklistLine",
    "Customer",
    "CustomerList",
    "CustomerMerge",
    "CustomerNote",
    "DailyCount",
    "Departed",
    "DeskLimit",
    "Draft",
    "DryRun",
    "DryRunLine",
    "EscalationStep",
    "Folder",
    "Gesture",
    "HandOff",
    "HandleChange",
    "Happening",
    "Hook",
    "HookDelivery",
    "Identity",
    "Incident",
    "Invitation",
    "LastTurn",
    "ListEntry",
    "Macro",
    "Media",
    "MediaFetch",
    "Membership",
    "Message",
    "MessageVersion",
    "Notice",
    "NoticeReader",
    "NoticeSettings",
    "OptOut",
    "OutboxEntry",
    "PauseRule",
    "Placement",
    "PolicyRun",
    "Presence",
    "Queue",
    "ReadMark",
    "ReportDay",
    "ReportLine",
    "ReportPart",
    "ReportReader",
    "RoutingRule",
    "RuleRun",
    "RuleVersion",
    "SavedView",
    "Saying",
    "SearchEntry",
    "SearchLabel",
    "SecondFactor",
    "SendAttempt",
    "SendLane",
    "SendWindow",
    "Skill",
    "SlaClock",
    "SlaPause",
    "SlaPolicy",
    "SlaTarget",
    "Staffing",
    "Statement",
    "StatementPart",
    "StoredFile",
    "Tag",
    "Team",
    "Ticket",
    "TicketLink",
    "Tombstone",
    "Trace",
    "Watch",
    "WeeklyReport",
]
