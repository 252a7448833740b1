"""Every refusal the product knows, each with a stable code and typed fields and no words for people.

JifenError
├── NotKnown        the thing or person asked for is not there for this actor
│   ├── AccountUnknown · ReportUnknown · EvidenceUnknown · EntryUnknown · MemberUnknown · UnitUnknown
│   ├── ObjectionUnknown · PeriodUnknown · StandInUnknown · RulebookUnknown
│   ├── AnnouncementUnknown · MessageUnknown
│   ├── ShopUnknown · ProductUnknown · OrderUnknown · WindowUnknown · PickupCodeUnknown
│   └── InvitationUnknown · InvitationUsed · InvitationExpired · LoginLinkInvalid
├── NotAllowed      the actor may not do this, whatever the state
│   └── OwnReport · OwnOrder · CodesLocked
├── Conflict        somebody or something was first
│   ├── AlreadyDecided · AlreadyAnswered · AccountTaken · MemberTaken · UndoTooLate · StatusConflict
│   ├── SoldOut · PriceChanged · OrderClosed
│   └── AnnouncementConflict
└── Invalid         the facts given break a rule
    ├── ReportIncomplete · DateRefused · AmountRefused · ItemRefused · ReasonMissing · NoteTooLong
    ├── EvidenceRefused · NoDecider · NoAnswerer
    ├── ItemNotForMember · QuotaReached · PublicationRefused · PlacingRefused
    ├── AnnouncementEmpty · AnnouncementTooLong · AudienceEmpty · AudiencePrivate · DueInPast · TimeUnreadable
    ├── WordingRefused · MessageUndeliverable
    ├── FreezeRefused · PublicityRefused · StandInRefused
    ├── SettingRefused · ReminderDayRefused · CalendarDayRefused
    ├── ShopClosed · BalanceShort · LimitReached · NotForKind · BudgetSpent · QuantityRefused
    ├── ProductRefused · WindowRefused · CountTooLow · StockShort · HouseholdRefused
    └── RulebookUnavailable

Those of the points shop are written down in `domain/shop/refusals.py`, all others in this package, one
file per noun.
The doors translate: `templates/messages/errors.j2` and `templates/panel/errors.html` hold the words of each
code, in every language.
"""

from domain.errors.announcements import (
    AnnouncementConflict,
    AnnouncementEmpty,
    AnnouncementTooLong,
    AnnouncementUnknown,
    AudienceEmpty,
    AudiencePrivate,
    DueInPast,
    MessageUndeliverable,
    MessageUnknown,
    TimeUnreadable,
    WordingProblem,
    WordingRefused,
)
from domain.errors.families import (
    Conflict,
    Invalid,
    JifenError,
    NotAllowed,
    NotKnown,
)
from domain.errors.people import (
    AccountTaken,
    AccountUnknown,
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
    LoginLinkInvalid,
    MemberTaken,
    MemberUnknown,
    PlacingRefusal,
    PlacingRefused,
    UnitUnknown,
)
from domain.errors.reminding import (
    CalendarDayRefused,
    FreezeRefused,
    PublicityRefusal,
    PublicityRefused,
    ReminderDayRefused,
    SettingRefused,
    StandInRefusal,
    StandInRefused,
    StandInUnknown,
)
from domain.errors.reports import (
    AmountRefused,
    DateRefusal,
    DateRefused,
    EvidenceRefusal,
    EvidenceRefused,
    EvidenceUnknown,
    ItemNotForMember,
    ItemRefused,
    NoDecider,
    NoteTooLong,
    QuotaReached,
    ReportIncomplete,
    ReportUnknown,
    StatusConflict,
)
from domain.errors.reviews import (
    AlreadyAnswered,
    AlreadyDecided,
    NoAnswerer,
    ObjectionUnknown,
    OwnReport,
    ReasonMissing,
    UndoTooLate,
)
from domain.errors.rulebooks import (
    EntryUnknown,
    PeriodUnknown,
    PublicationRefusal,
    PublicationRefused,
    RulebookUnavailable,
    RulebookUnknown,
)

__all__ = [
    "AccountTaken",
    "AccountUnknown",
    "AlreadyAnswered",
    "AlreadyDecided",
    "AmountRefused",
    "AnnouncementConflict",
    "AnnouncementEmpty",
    "AnnouncementTooLong",
    "AnnouncementUnknown",
    "AudienceEmpty",
    "AudiencePrivate",
    "CalendarDayRefused",
    "Conflict",
    "DateRefusal",
    "DateRefused",
    "DueInPast",
    "EntryUnknown",
    "EvidenceRefusal",
    "EvidenceRefused",
    "EvidenceUnknown",
    "FreezeRefused",
    "Invalid",
    "InvitationExpired",
    "InvitationUnknown",
    "InvitationUsed",
    "ItemNotForMember",
    "ItemRefused",
    "JifenError",
    "LoginLinkInvalid",
    "MemberTaken",
    "MemberUnknown",
    "MessageUndeliverable",
    "MessageUnknown",
    "NoAnswerer",
    "NoDecider",
    "NotAllowed",
    "NotKnown",
    "NoteTooLong",
    "ObjectionUnknown",
    "OwnReport",
    "PeriodUnknown",
    "PlacingRefusal",
    "PlacingRefused",
    "PublicationRefusal",
    "PublicationRefused",
    "PublicityRefusal",
    "PublicityRefused",
    "QuotaReached",
    "ReasonMissing",
    "ReminderDayRefused",
    "ReportIncomplete",
    "ReportUnknown",
    "RulebookUnavailable",
    "RulebookUnknown",
    "SettingRefused",
    "StandInRefusal",
    "StandInRefused",
    "StandInUnknown",
    "StatusConflict",
    "TimeUnreadable",
    "UndoTooLate",
    "UnitUnknown",
    "WordingProblem",
    "WordingRefused",
]
