"""Facts and constraints of the portfolio, one module a subject."""

from usecases.models.tools import AiContact, ApprovedTool
from usecases.models.training import Course, CourseSession, Participants

__all__ = ["AiContact", "ApprovedTool", "Course", "CourseSession", "Participants"]
