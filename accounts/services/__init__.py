"""Every write about people and municipalities, one function per verb."""

from accounts.services.account import (
    create_person,
    local_account,
    request_password_reset,
    set_password,
    update_account,
)
from accounts.services.directory import load_directory
from accounts.services.invitations import (
    accept_as_new_person,
    accept_invitation,
    accept_with_identity,
    invite,
    withdraw_invitation,
)
from accounts.services.municipalities import (
    create_department,
    create_municipality,
    set_coat,
    set_department_active,
    set_municipality_active,
    update_department,
    update_municipality,
)
from accounts.services.notifications import notify, read_notifications
from accounts.services.people import (
    add_deputy,
    change_role,
    delegate_release,
    end_delegation,
    end_role,
    give_role,
    switch_off,
    switch_on,
)
from accounts.services.platform import end_platform_access, enter_granted, found_municipality, grant_platform_access
from accounts.services.setup import create_departments, mark_setup_step, send_test_mail
from accounts.services.sign_in import save_sign_in_service
from accounts.services.statements import write_accessibility_statement
from accounts.services.tenant_lists import check_tenants, create_tenants, request_tenants, upload_tenants

__all__ = [
    "accept_as_new_person",
    "accept_invitation",
    "accept_with_identity",
    "add_deputy",
    "change_role",
    "check_tenants",
    "create_department",
    "create_departments",
    "create_municipality",
    "create_person",
    "create_tenants",
    "delegate_release",
    "end_delegation",
    "end_platform_access",
    "end_role",
    "enter_granted",
    "found_municipality",
    "give_role",
    "grant_platform_access",
    "invite",
    "load_directory",
    "local_account",
    "mark_setup_step",
    "notify",
    "read_notifications",
    "request_password_reset",
    "request_tenants",
    "save_sign_in_service",
    "send_test_mail",
    "set_coat",
    "set_department_active",
    "set_municipality_active",
    "set_password",
    "switch_off",
    "switch_on",
    "update_account",
    "update_department",
    "update_municipality",
    "upload_tenants",
    "withdraw_invitation",
    "write_accessibility_statement",
]
