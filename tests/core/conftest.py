from pathlib import Path

import pytest
from django.contrib.auth import get_user_model


@pytest.fixture(autouse=True)
def checkpoint_file(settings, tmp_path: Path) -> Path:
    settings.CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    return settings.CHECKPOINT_FILE


@pytest.fixture
def anna(db):
    return get_user_model().objects.create_user("anna", first_name="Anna", last_name="Berg")


@pytest.fixture
def bert(db):
    return get_user_model().objects.create_user("bert", first_name="Bert", last_name="Thal")
