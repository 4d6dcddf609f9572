import pytest
from django.contrib.auth import get_user_model


@pytest.fixture
def anna(db):
    return get_user_model().objects.create_user("anna", first_name="Anna", last_name="Berg")


@pytest.fixture
def bert(db):
    return get_user_model().objects.create_user("bert", first_name="Bert", last_name="Thal")
