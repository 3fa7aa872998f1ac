"""Every door of the house has a sign, and every deed is committed where deeds are committed."""

import ast
from pathlib import Path

import pytest

from outreach import web
from outreach.accounts.models import ROLES
from outreach.settings import ROOT

CODE = sorted((ROOT / "outreach").rglob("*.py"))
MAY_COMMIT = {"views.py", "worker.py", "cli.py"}


def doors(app):
    """Each address with its view, but for static files."""
    return [(rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_door_has_a_sign(app):
    unsigned = [rule.rule for rule, view in doors(app) if getattr(view, "sign", None) is None]
    assert unsigned == []


def test_every_sign_names_roles_that_exist(app):
    for rule, view in doors(app):
        assert view.sign == web.PUBLIC or set(view.sign) <= set(ROLES), rule.rule


def test_a_stranger_is_led_to_sign_in_from_every_door_that_is_not_public(app, visitor):
    for rule, view in doors(app):
        if view.sign == web.PUBLIC or "GET" not in rule.methods:
            continue
        with app.test_request_context():
            address = rule.build({name: _sample(rule, name) for name in rule.arguments})[1]
        page = visitor.get(address, status=303)
        assert page.location.startswith("/dang-nhap"), address


def _sample(rule, name):
    converter = rule._converters[name]
    some = sorted(getattr(converter, "items", ["x"]))  # `any(csv,xlsx)` takes only these
    return 1 if "Integer" in type(converter).__name__ else some[0]


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_views_worker_and_commands_commit(path):
    if path.name in MAY_COMMIT or path.name.endswith("_views.py"):
        return
    calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
    commits = [c.lineno for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "commit"]
    assert commits == []


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_personal_records_are_never_fetched_by_id_alone(path):
    """`s.get(Household, id)` in a view would pass by the question who asks; `households.queries.find` does not."""
    if not path.name.endswith("views.py"):
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "get_one"):
            names = {a.id for a in node.args if isinstance(a, ast.Name)}
            assert not names & {"Household", "Member", "Visit", "Ambassador", "Consent"}, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_is_no_longer_than_it_can_be_read(path: Path):
    if "versions" not in path.parts:
        assert len(path.read_text().splitlines()) <= 300


def test_a_rooms_sign_is_one_docstring_and_nothing_else():
    for path in (ROOT / "outreach").glob("*/__init__.py"):
        body = ast.parse(path.read_text()).body
        assert len(body) == 1, path
        assert isinstance(body[0], ast.Expr), path
