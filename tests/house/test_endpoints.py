"""Every address of the site keeps the house's rules."""

import re

import pytest
from werkzeug.routing import Rule

from app.core import access

KEBAB = re.compile(r"(/[a-z0-9.-]+|/<(int|string|path):[a-z_]+>)+/?|/")


@pytest.fixture
def rules(app) -> list[Rule]:
    return list(app.url_map.iter_rules())


def test_every_endpoint_declares_who_may_use_it(app):
    assert access.unmarked(app) == []


def test_an_endpoint_that_declares_nothing_is_named(app):
    def forgotten(): ...

    app.view_functions["forgotten"] = forgotten
    try:
        assert access.unmarked(app) == ["forgotten"]
    finally:
        del app.view_functions["forgotten"]


def test_paths_are_kebab_case_with_typed_parameters(rules):
    wrong = [
        rule.rule for rule in rules if rule.endpoint != "static" and not KEBAB.fullmatch(rule.rule)
    ]
    assert wrong == []


def test_get_and_post_have_endpoints_of_their_own(rules):
    both = [rule.rule for rule in rules if rule.methods and {"GET", "POST"} <= rule.methods]
    assert both == []


def test_nothing_but_get_and_post_is_used(rules):
    methods = {method for rule in rules for method in rule.methods or ()}
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}
