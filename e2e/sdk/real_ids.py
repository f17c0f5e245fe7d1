"""Schemathesis makes up the ids it asks by, so nearly every such question would end in 404. Here every second one is put about
something that is there: made for this question, or made beforehand and told in HAOMA_ASKED."""

import itertools
import json
import os

import requests
import schemathesis

ASKED = json.loads(os.environ["HAOMA_ASKED"])
HEADERS = {"Authorization": f"Bearer {ASKED['token']}"}
turns = itertools.count()


def api(method, path, body=None):
    answer = requests.request(method, f"{ASKED['api']}/{path}", json=body, headers=HEADERS, timeout=30)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def user():
    return {"id": api("POST", "users", {"username": f"asked_{next(turns)}"})["id"]}


def application():
    metadata = {"redirectUris": ["https://asked.example.test/callback"], "postLogoutRedirectUris": []}
    body = {"name": "Asked", "type": "Traditional", "oidcClientMetadata": metadata}
    return {"id": api("POST", "applications", body)["id"], "name": "Default secret"}


def connector():
    there = api("GET", "connectors")
    return {"id": there[0]["id"] if there else api("POST", "connectors", ASKED["connector"])["id"]}


def hook():
    config = {"url": "https://asked.example.test/hook"}
    return {"id": api("POST", "hooks", {"name": "Asked", "events": ["User.Created"], "config": config})["id"]}


def test_number():
    body = {"phone": f"86139{next(turns):08d}", "owner": "Asked", "expiresInDays": 1}
    return {"id": api("POST", "test-numbers", body)["id"]}


def sending_rule():
    body = {"type": "block", "kind": "number", "value": f"+86137{next(turns):08d}"}
    return {"id": api("POST", "security/sending-rules", body)["id"]}


def resource():
    """With a scope."""
    there = api("POST", "resources", {"name": "Asked", "indicator": f"https://asked.example.test/{next(turns)}"})
    scope = api("POST", f"resources/{there['id']}/scopes", {"name": f"asked:{next(turns)}", "description": "Asked"})
    return {"id": there["id"], "scope": scope["id"]}


def role(kind):
    body = {"name": f"Asked {next(turns)}", "description": "Asked", "type": kind}
    return api("POST", "roles", body)["id"]


def role_of(what):
    """A role with a scope, a user or an application; the names are those of the path."""
    kind = "MachineToMachine" if what == "application" else "User"
    given = {"id": role(kind), "user": user()["id"], "application": machine(), "scope": resource()["scope"]}
    if what in ("user", "application", "scope"):
        api("POST", f"roles/{given['id']}/{what}s", {f"{what}Ids": [given[what]]})
    return given


def machine():
    return api("POST", "applications", {"name": "Asked", "type": "MachineToMachine"})["id"]


def with_role(place, there, kind):
    """A user or an application, and a role of theirs."""
    given = role(kind)
    api("POST", f"{place}/{there}/roles", {"roleIds": [given]})
    return {"id": there, "role": given}


def visit(case):
    """A session and a grant of somebody; whoever ends one takes it out of the list."""
    visits = ASKED["visits"]
    return visits.pop() if case.method.upper() == "DELETE" and len(visits) > 1 else visits[0]


def real(case):
    """What the parameters of a path are to be, or nothing where it has none of ours."""
    path = case.operation.path.removeprefix("/api/")
    if "{session}" in path or "{grant}" in path:
        return visit(case)
    if path == "users/{id}/roles/{role}":
        return with_role("users", user()["id"], "User")
    if path == "applications/{id}/roles/{role}":
        return with_role("applications", machine(), "MachineToMachine")
    if path.startswith("applications/{id}/roles"):
        return {"id": machine()}
    if path.startswith("roles/"):
        return role_of(path.rpartition("{")[2].rstrip("}"))
    if path.startswith("resources/"):
        return resource()
    if path == "hooks/{id}/test":
        # would call whatever address was made up, and wait for it
        return {"id": ASKED["log"]}
    if path.startswith("hooks/"):
        return hook()
    if path.startswith("test-numbers/"):
        return test_number()
    if path.startswith("security/sending-rules/"):
        return sending_rule()
    if path.startswith("users/"):
        return user()
    if path.startswith("applications/"):
        return application()
    if path.startswith("connector-factories/") or path.endswith("/test"):
        return {"id": ASKED["connector"]["connectorId"]}
    return connector() if path.startswith("connectors/") else {"id": ASKED["log"]}


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.path_parameters and next(turns) % 2 == 0:
        there = real(case)
        case.path_parameters = {name: there[name] for name in case.path_parameters}


@schemathesis.hook
def after_call(context, case, response):
    """Notes what was answered well, for the test to see."""
    if 200 <= response.status_code < 300:
        with open(ASKED["answered"], "a", encoding="utf-8") as answered:
            answered.write(f"{case.method.upper()} {case.operation.path}\n")
