"""Every table of the house, imported once, so that migrations and relationships know them all."""

from outreach.accounts import models as accounts
from outreach.alerts import models as alerts
from outreach.areas import models as areas
from outreach.arrivals import models as arrivals
from outreach.assessments import models as assessments
from outreach.bag import models as bag
from outreach.campaigns import models as campaigns
from outreach.cards import models as cards
from outreach.checks import models as checks
from outreach.coverage import models as coverage
from outreach.db import Base
from outreach.feeds import models as feeds
from outreach.helpdesk import models as helpdesk
from outreach.households import models as households
from outreach.imports import models as imports
from outreach.jobs import models as jobs
from outreach.learning import models as learning
from outreach.open_data import models as open_data
from outreach.operations import models as operations
from outreach.plans import models as plans
from outreach.practice import models as practice
from outreach.procedures import models as procedures
from outreach.reminders import models as reminders
from outreach.reports import models as reports
from outreach.review import models as review
from outreach.sms import models as sms
from outreach.visits import models as visits
from outreach.voices import models as voices

ROOMS = (
    accounts, alerts, areas, arrivals, assessments, bag, campaigns, cards, checks, coverage, feeds, helpdesk,
    households, imports, jobs, learning, open_data, operations, plans, practice, procedures, reminders, reports,
    review, sms, visits, voices,
)  # fmt: skip
METADATA = Base.metadata
