"""The audit log in words: what was done, and to whom or what.

The deeds of every room stand here, since one page tells them all; a test holds the list complete.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from outreach.accounts.models import AuditEntry
from outreach.accounts.names import ROLE_NAMES
from outreach.areas.models import Area

ACTS: dict[str, Any] = {
    "account.create": _l("New account"),
    "account.invite": _l("First code handed over"),
    "account.reset": _l("Code for a new password handed over"),
    "account.password": _l("New password set"),
    "account.role": _l("Role changed"),
    "account.move": _l("Moved to another place"),
    "account.update": _l("Name or phone corrected"),
    "account.suspend": _l("Account suspended"),
    "account.resume": _l("Account opened again"),
    "account.weekly_on": _l("Weekly message wanted"),
    "account.weekly_off": _l("Weekly message no longer wanted"),
    "account.hand_over": _l("Work handed over"),
    "account.hand_back": _l("Work handed back"),
    "account.sign_out_everywhere": _l("Signed out on every device"),
    "area.create": _l("Village added"),
    "area.end": _l("Place merged or split"),
    "household.create": _l("Household put on the list"),
    "household.update": _l("Household corrected"),
    "household.import": _l("Households taken over from a file"),
    "household.merge": _l("Two records of one household merged"),
    "household.part": _l("A merge of two households undone"),
    "household.close": _l("Household closed"),
    "household.reopen": _l("Household opened again"),
    "household.move": _l("Household moved to another village"),
    "member.create": _l("Household member added"),
    "member.update": _l("Household member corrected"),
    "member.merge": _l("Two records of one person merged"),
    "member.part": _l("A merge of two records of one person undone"),
    "member.differ": _l("Differs from the list"),
    "member.settle": _l("A difference from the list settled"),
    "member.leave": _l("Household member left"),
    "member.return": _l("Household member came back"),
    "member.find": _l("Somebody of another place found to be helped"),
    "ambassador.create": _l("Ambassador named"),
    "ambassador.end": _l("Ambassador ended"),
    "consent.give": _l("Consent given"),
    "consent.withdraw": _l("Consent withdrawn"),
    "sms.stop": _l("Messages to a number stopped"),
    "sms.begin": _l("Messages begun again with a new yes"),
    "budget.set": _l("Budget for messages set"),
    "sms_price.set": _l("Price of messages set"),
    "closed_day.add": _l("Day closed to messages"),
    "closed_day.remove": _l("Day opened to messages again"),
    "import.create": _l("List of households uploaded"),
    "import.start": _l("Taking over a list started"),
    "import.finish": _l("List of households taken over"),
    "import.export": _l("Rows to correct downloaded"),
    "visit.create": _l("Visit recorded"),
    "campaign.create": _l("Campaign planned"),
    "share.update": _l("Share of a village in a campaign changed"),
    "campaign.end": _l("Campaign called off"),
    "reminder.on": _l("Reminder switched on"),
    "reminder.off": _l("Reminder switched off"),
    "due_date.create": _l("Day to be reminded of noted"),
    "due_date.end": _l("Day to be reminded of ended"),
    "class.create": _l("Class planned"),
    "class.update": _l("Class changed"),
    "class.cancel": _l("Class called off"),
    "route.export": _l("Route sheet printed"),
    "telephone.export": _l("Telephone list printed"),
    "care.give": _l("Household given to somebody to look after"),
    "care.end": _l("Household looked after by nobody any more"),
    "visit.correct": _l("Visit corrected"),
    "visit.elsewhere": _l("Somebody of another place helped"),
    "evidence.lesson": _l("Skill shown in a lesson"),
    "evidence.practice": _l("Skill shown in a rehearsal"),
    "evidence.observed": _l("Skill seen by a volunteer"),
    "evidence.said": _l("Skill told by the person"),
    "evidence.withdraw": _l("Skills noted by mistake taken back"),
    "confirmation.create": _l("Proficiency confirmed"),
    "confirmation.withdraw": _l("Confirmation withdrawn"),
    "certificate.issue": _l("Certificate made"),
    "standard.update": _l("The commune's standard changed"),
    "fee.set": _l("Fee of the province set"),
    "fee.end": _l("Fee of the province taken back"),
    "card.issue": _l("Learner card issued"),
    "card.export": _l("Sheet of learner cards printed"),
    "help_point.create": _l("Help point added"),
    "help_point.update": _l("Help point corrected"),
    "help_point.end": _l("Help point ended"),
    "board.export": _l("QR board printed"),
    "kiosk.create": _l("Shared device set up"),
    "kiosk.end": _l("Shared device ended"),
    "narration.record": _l("Step of a lesson read aloud"),
    "narration.judge": _l("Recording judged"),
    "narration.withdraw": _l("Recording taken back"),
    "sheet.sent": _l("Monthly sheet sent"),
    "sheet.to_mend": _l("Monthly sheet sent back"),
    "sheet.approved": _l("Monthly sheet approved"),
    "sheet.locked": _l("Monthly sheet locked"),
    "sheet.export": _l("Monthly sheet downloaded"),
    "allowance.set": _l("Allowance rule set"),
    "doubt.settle": _l("Question about a visit settled"),
    "sample.check": _l("Visit checked"),
    "coverage.export": _l("Figures downloaded"),
    "report.create": _l("Report asked for"),
    "report.export": _l("Report downloaded"),
    "handset.set_up": _l("Phone set up to carry a bag"),
    "handset.wipe": _l("Phone wiped from afar"),
    "handset.give_up": _l("Records on a phone noted as lost"),
    "handset.hand_in": _l("File that a phone kept handed in"),
    "late.create": _l("Late record kept apart"),
    "late.write": _l("Late record written"),
    "late.set_aside": _l("Late record set aside"),
    "exchange.export": _l("Table taken along"),
    "alert.take": _l("Alert taken up"),
    "alert.act": _l("Alert acted on"),
    "alert.close": _l("Alert closed"),
    "threshold.set": _l("Figure for alerts set"),
    "plan.set": _l("Plan set"),
    "plan.end": _l("Plan ended"),
    "village_fact.set": _l("Poverty of villages noted"),
    "submissions.create": _l("Visits from other forms uploaded"),
    "submissions.start": _l("Taking over visits started"),
    "submissions.finish": _l("Visits from other forms taken over"),
    "submissions.export": _l("Visits to correct downloaded"),
    "feed_key.create": _l("Key for the operations centre made"),
    "feed_key.end": _l("Key for the operations centre ended"),
    "webhook.create": _l("Address of the operations centre entered"),
    "webhook.end": _l("Address of the operations centre ended"),
    "webhook.try": _l("Test message sent to the operations centre"),
    "webhook.again": _l("Message to the operations centre sent again"),
    "wording.create": _l("Words of a message written"),
    "wording.update": _l("Words of a message changed"),
    "wording.submit": _l("Words handed to the SMS provider"),
    "wording.register": _l("Words registered by the SMS provider"),
    "wording.withdraw": _l("Words of a message withdrawn"),
}
SUBJECTS: dict[str, Any] = {
    "household": _l("Household no. %(id)s"),
    "member": _l("Household member no. %(id)s"),
    "visit": _l("Visit no. %(id)s"),
    "sheet": _l("Monthly sheet no. %(id)s"),
    "allowance": _l("Allowance rule no. %(id)s"),
    "import_file": _l("List no. %(id)s"),
    "confirmation": _l("Confirmation no. %(id)s"),
    "fee": _l("Fee no. %(id)s"),
    "narration": _l("Recording no. %(id)s"),
    "help_point": _l("Help point no. %(id)s"),
    "campaign": _l("Campaign no. %(id)s"),
    "class": _l("Class no. %(id)s"),
    "kiosk": _l("Shared device no. %(id)s"),
    "handset": _l("Phone no. %(id)s"),
    "late": _l("Late record no. %(id)s"),
    "feed_key": _l("Key no. %(id)s"),
    "webhook": _l("Address no. %(id)s"),
    "plan": _l("Plan no. %(id)s"),
    "wording": _l("Wording no. %(id)s"),
    "alert": _l("Alert no. %(id)s"),
    "report": _l("Report no. %(id)s"),
}


def deed(entry: AuditEntry) -> str:
    """What was done, in words; a deed that has none yet keeps its name."""
    return str(ACTS.get(entry.act, entry.act))


def about(entry: AuditEntry, people: Mapping[int, str], areas: Mapping[int, Area]) -> str:
    """To whom or what it was done, and the role before and after; `people` are names, both by id."""
    known = SUBJECTS.get(entry.subject)
    ended = areas.get(entry.subject_id or 0) if entry.act == "area.end" else None
    if ended:
        return ended.title
    subject = str(known) % {"id": entry.subject_id} if known else people.get(entry.subject_id or 0, "")
    if entry.act != "account.role":
        return subject
    before, after = (ROLE_NAMES[role] for role in entry.details["role"])
    return f"{subject}: {before} → {after}"
