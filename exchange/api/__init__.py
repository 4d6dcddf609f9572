"""REST API v1: reads of published documents, open to everybody."""

from __future__ import annotations

from rest_framework.permissions import BasePermission


class Closed(BasePermission):
    """The default: forbidden. A view that opens itself says so."""

    def has_permission(self, request: object, view: object) -> bool:
        return False


class Open(BasePermission):
    """For views that read nothing but published documents."""

    def has_permission(self, request: object, view: object) -> bool:
        return True
