import os
import secrets

from authlib.integrations.flask_client import OAuth, OAuthError
from flask import Flask, jsonify, redirect, session
from requests import HTTPError

app = Flask(__name__)
app.secret_key = os.environ["SESSION_SECRET"]
# tokens stay on the server: a table of yours, by what the browser's cookie names
TOKENS = {}


def keep(name, token, refresh_token=None, access_token=None):
    """Called by Authlib when it exchanged an access token that has died."""
    TOKENS[session["id"]].update(token)


oauth = OAuth(app, update_token=keep)
haoma = oauth.register(
    "haoma",
    client_id=os.environ["HAOMA_CLIENT_ID"],
    client_secret=os.environ["HAOMA_CLIENT_SECRET"],
    server_metadata_url=os.environ["HAOMA_ISSUER"] + "/.well-known/openid-configuration",
    authorize_params={"prompt": "consent"},
    client_kwargs={
        "scope": "openid profile phone offline_access",
        "code_challenge_method": "S256",
    },
)


@app.get("/")
def home():
    token = TOKENS.get(session.get("id"))
    if token is None:
        return '<a href="/sign-in">Sign in</a>'
    phone = token["userinfo"]["phone_number"]
    return f'<p>{phone}</p><form method="post" action="/sign-out"><button>Sign out</button></form>'


@app.get("/sign-in")
def sign_in():
    return haoma.authorize_redirect(os.environ["HAOMA_REDIRECT_URI"])


@app.get("/callback")
def callback():
    token = haoma.authorize_access_token()
    session["id"] = secrets.token_urlsafe()
    TOKENS[session["id"]] = token
    return redirect("/")


@app.get("/me")
def me():
    token = TOKENS.get(session.get("id"))
    if token is None:
        return jsonify(), 401
    try:
        return jsonify(haoma.userinfo(token=token))
    except (HTTPError, OAuthError) as error:
        if not is_over(error):
            raise
        TOKENS.pop(session.pop("id", None), None)
        return jsonify(), 401


def is_over(error):
    """Whether Haoma takes the tokens no more: the session was ended elsewhere, or access was taken back."""
    if isinstance(error, OAuthError):
        return error.error == "invalid_grant"
    return error.response.status_code == 401


@app.post("/sign-out")
def sign_out():
    token = TOKENS.pop(session.pop("id", None), None)
    if token is None:
        return redirect("/")
    return haoma.logout_redirect(
        os.environ["HAOMA_BASE_URL"] + "/", id_token_hint=token["id_token"]
    )
