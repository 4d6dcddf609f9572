"""The widgets the register needs besides KERN's."""

from typing import Any

from django import forms


class TextArea(forms.Textarea):
    """Browsers send line ends as CRLF; stored as they came, every saved text would differ from the imported one."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class RolesTable(forms.CheckboxSelectMultiple):
    """Grouped answers as a table: one line a group, one checkbox an answer."""

    template_name = "register/widgets/roles_table.html"
