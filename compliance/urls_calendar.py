"""Calendars that a program fetches without an account, below /kalender/."""

from django.urls import URLPattern, path

from compliance.views import duty_calendar

app_name = "calendar"
urlpatterns: list[URLPattern] = [path("<str:token>/pflichten.ics", duty_calendar.feed, name="feed")]
