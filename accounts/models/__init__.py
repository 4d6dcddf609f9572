"""People, municipalities, departments, and who may do what where."""

from accounts.models.directory import OfficialMunicipality, SetupStep, TenantList
from accounts.models.municipalities import (
    CoatOfArms,
    Department,
    DepartmentQuerySet,
    Municipality,
    MunicipalityQuerySet,
    MunicipalityVersion,
    validate_ars,
)
from accounts.models.people import Notification, NotificationQuerySet, ObjectGrantBase, User, new_nonce
from accounts.models.roles import (
    Invitation,
    InvitationQuerySet,
    Membership,
    MembershipQuerySet,
    PlatformGrant,
    PlatformGrantQuerySet,
    SignInService,
)
from accounts.models.statements import AccessibilityStatement

__all__ = [
    "AccessibilityStatement",
    "CoatOfArms",
    "Department",
    "DepartmentQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Municipality",
    "MunicipalityQuerySet",
    "MunicipalityVersion",
    "Notification",
    "NotificationQuerySet",
    "ObjectGrantBase",
    "OfficialMunicipality",
    "PlatformGrant",
    "PlatformGrantQuerySet",
    "SetupStep",
    "SignInService",
    "TenantList",
    "User",
    "new_nonce",
    "validate_ars",
]
