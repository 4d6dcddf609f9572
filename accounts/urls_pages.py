"""Own account, people, settings, and the operator's area."""

from django.urls import URLPattern, path

from accounts.views import account, people, public_page, settings, setup, sign_in, work

urlpatterns: list[URLPattern] = [
    path("konto/", account.account, name="profile"),
    path("konto/kennwort/", account.change_password, name="change-password"),
    path("konto/keine-rolle/", sign_in.no_role, name="no-role"),
    path("anmelden/kennwort-vergessen/", account.forgotten_password, name="forgotten-password"),
    path("anmelden/kennwort-vergessen/gesendet/", account.forgotten_password_sent, name="forgotten-password-sent"),
    path("anmelden/kennwort/<str:uid>/<str:token>/", account.new_password, name="new-password"),
    path("einladung/<str:token>/", account.invitation, name="invitation"),
    path("verwaltung/kommune-wechseln/", work.switch_municipality, name="switch"),
    path("verwaltung/personen/", people.people, name="people"),
    path("verwaltung/personen/einladen/", people.invite, name="invite"),
    path(
        "verwaltung/personen/einladung/<int:pk>/zurueckziehen/", people.withdraw_invitation, name="withdraw-invitation"
    ),
    path("verwaltung/personen/<uuid:uuid>/", people.person_page, name="person"),
    path("verwaltung/personen/<uuid:uuid>/rolle/", people.add_role, name="add-role"),
    path("verwaltung/personen/<uuid:uuid>/abschalten/", people.switch_off, name="switch-off"),
    path("verwaltung/personen/<uuid:uuid>/einschalten/", people.switch_on, name="switch-on"),
    path("verwaltung/personen/rolle/<int:pk>/", people.change_role, name="change-role"),
    path("verwaltung/personen/rolle/<int:pk>/beenden/", people.end_role, name="end-role"),
    path("verwaltung/personen/rolle/<int:pk>/vertretung/", people.add_deputy, name="add-deputy"),
    path("verwaltung/freigabe-uebertragen/", people.delegation, name="delegations"),
    path("verwaltung/freigabe-uebertragen/<int:pk>/beenden/", people.end_delegation, name="end-delegation"),
    path("verwaltung/einrichtung/", setup.setup, name="setup"),
    path("verwaltung/einrichtung/<slug:key>/", setup.mark, name="setup-mark"),
    path("verwaltung/einstellungen/mail/", setup.mail, name="mail"),
    path("verwaltung/einstellungen/aemter/liste/", setup.department_list_page, name="department-list"),
    path("verwaltung/einstellungen/", settings.municipality_data, name="settings"),
    path("verwaltung/oeffentliche-seite/", public_page.look, name="public-page"),
    path("verwaltung/oeffentliche-seite/wappen/", public_page.coat, name="coat"),
    path("verwaltung/oeffentliche-seite/barrierefreiheit/", public_page.accessibility, name="accessibility"),
    path("verwaltung/einstellungen/aemter/", settings.departments, name="departments"),
    path("verwaltung/einstellungen/aemter/neu/", settings.department, name="new-department"),
    path("verwaltung/einstellungen/aemter/<int:pk>/", settings.department, name="department"),
    path(
        "verwaltung/einstellungen/aemter/<int:pk>/schliessen/",
        settings.set_department_active,
        {"active": False},
        name="close-department",
    ),
    path(
        "verwaltung/einstellungen/aemter/<int:pk>/oeffnen/",
        settings.set_department_active,
        {"active": True},
        name="open-department",
    ),
    path("verwaltung/einstellungen/anmeldedienst/", settings.sign_in_service, name="sign-in-service"),
    path("verwaltung/einstellungen/anmeldedienst/pruefen/", settings.test_sign_in_service, name="test-sign-in-service"),
    path("verwaltung/einstellungen/plattformbetrieb/", settings.platform_access, name="platform-access"),
    path(
        "verwaltung/einstellungen/plattformbetrieb/<int:pk>/beenden/",
        settings.end_platform_access,
        name="end-platform-access",
    ),
    path("plattform/", settings.platform, name="municipalities"),
    path("plattform/liste/", setup.tenant_lists, name="tenant-lists"),
    path("plattform/liste/<uuid:uuid>/", setup.tenant_list, name="tenant-list"),
    path("plattform/liste/<uuid:uuid>/stand/", setup.tenant_list_status, name="tenant-list-status"),
    path("plattform/liste/<uuid:uuid>/anlegen/", setup.create_tenants, name="create-tenants"),
    path("plattform/neu/", settings.new_municipality, name="new-municipality"),
    path("plattform/<int:pk>/abschalten/", settings.deactivate_municipality, name="deactivate-municipality"),
    path("plattform/<int:pk>/einschalten/", settings.activate_municipality, name="activate-municipality"),
]
