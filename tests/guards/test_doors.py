"""Every door of the house has a sign, and every deed is committed where deeds are committed."""

import ast

from outreach import web
from outreach.accounts.models import ROLES
from outreach.settings import ROOT

CODE = sorted((ROOT / "outreach").rglob("*.py"))
MAY_COMMIT = {"views.py", "worker.py", "cli.py"}
PERSONAL = {"Household", "Member", "Visit", "Ambassador", "Consent"}


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


def calls(path):
    """(method, line, names among the arguments) of each call of a method in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node.lineno, {a.id for a in node.args if isinstance(a, ast.Name)}


def test_only_views_worker_and_commands_commit():
    closed = [path for path in CODE if path.name not in MAY_COMMIT and not path.name.endswith("_views.py")]
    assert len(closed) > 100
    assert [f"{path}:{line}" for path in closed for method, line, _ in calls(path) if method == "commit"] == []


def test_personal_records_are_never_fetched_by_id_alone():
    """`s.get(Household, id)` in a view would pass by the question who asks; `households.queries.find` does not."""
    views = [path for path in CODE if path.name.endswith("views.py")]
    got = [
        (f"{path}:{line}", names)
        for path in views
        for method, line, names in calls(path)
        if method in ("get", "get_one")
    ]
    assert any(names for _where, names in got)
    assert [where for where, names in got if names & PERSONAL] == []
