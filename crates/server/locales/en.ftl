# The hosted pages in English. Both languages hold the same keys and variables; a test compares them.
# Sentences say what happened and what to do next. Nothing is put together from halves of sentences.

## On every page

title-error = Error:
new-tab = (opens in a new tab)
footer-language = Language
footer-terms = Terms
footer-privacy = Privacy
demo-strip = Demo: messages arrive in the { $inbox }
demo-strip-inbox = simulator inbox
document-terms = Terms of Use
document-privacy = Privacy Policy

## Phone number

sign-in-title = Sign in
sign-in-title-to = Sign in to { $app }
register-title = Create your account
register-title-to = Create your { $app } account
sign-in-lead = New here? The same step creates your account.
register-lead = Already have an account? The same step signs you in.
phone-label = Phone number
phone-hint = We will text a 6-digit code to this number. Your carrier may charge for the message.
country-label = Country or region
country-button = Country or region: { $name }, +{ $code }
country-search = Search by name or code
country-none = No country or region matches.
country-matches =
    { $count ->
        [one] 1 country or region matches.
       *[other] { $count } countries or regions match.
    }
agree-both = I have read and agree to the { $terms } and the { $privacy }.
agree-terms = I have read and agree to the { $terms }.
agree-privacy = I have read and agree to the { $privacy }.
notice-both = By continuing you agree to the { $terms } and the { $privacy }.
notice-terms = By continuing you agree to the { $terms }.
notice-privacy = By continuing you agree to the { $privacy }.
get-code = Get code

## Code

code-title = Enter your code
code-sent-to = We sent a text message to { $phone }.
code-unclear = We could not confirm that the message to { $phone } left. It may still arrive.
code-change = Change number
code-label = 6-digit code
code-life =
    { $minutes ->
        [one] The code works for 1 minute.
       *[other] The code works for { $minutes } minutes.
    }
code-gone = This code has expired. Ask for a new one.
code-continue = Continue
resend = Send again
resend-new = Send a new code
resend-in = Send again in { $time }
resend-wait =
    { $seconds ->
        [one] You can ask again in 1 second.
       *[other] You can ask again in { $seconds } seconds.
    }
resend-ready = You can ask for another message now.
resend-done = We sent the message again.
tips-title = Nothing arrived?
tips-number = Check that { $phone } is your number.
tips-folder = Look in the spam or filtered messages of your phone.
tips-signal = Make sure you have signal, and that your phone can receive text messages.
tips-again = Still nothing? Send it again once the wait is over.
attempts-left =
    { $count ->
        [one] You have 1 try left.
       *[other] You have { $count } tries left.
    }
attempts-none = You have no tries left. Send a new code.

## Waits: the server says how long, the script says when

try-again-later = Please try again later.
try-again-in-seconds =
    { $count ->
        [one] Try again in 1 second.
       *[other] Try again in { $count } seconds.
    }
try-again-in-minutes =
    { $count ->
        [one] Try again in 1 minute.
       *[other] Try again in { $count } minutes.
    }
try-again-in-hours =
    { $count ->
        [one] Try again in 1 hour.
       *[other] Try again in { $count } hours.
    }
try-again-at = Try again at { $time }.

## What went wrong

error-phone-empty = Enter your phone number.
error-agree = Please agree before you continue.
error-code-empty = Enter the 6-digit code from the message.
error-code-malformed = The code has 6 digits. Check the message and enter it again.
error-form-stale = This page was open for too long. Nothing was sent; please try again.
error-request-cooldown = A message was sent to this number a moment ago.
error-unknown = Something went wrong on our side. Please try again.

error-request-cross-site = That came from another site and was not carried out. Please try again here.
error-request-timeout = That took too long. Please try again.
error-request-too-large = That was longer than we can read. Check it and try again.
error-request-not-found = There is nothing at this address.
error-request-internal = Something went wrong on our side. Please try again.
error-request-unavailable = We are very busy right now.
error-request-conflict = Two steps of this sign-in ran at the same time. Please try again.
error-request-message-rate-limited = Too many codes for this number.
error-guard-invalid-input = Something you entered was not understood. Check it and try again.
error-auth-forbidden = That is not allowed here. Contact the support of the application.
error-session-not-found = This sign-in has expired. Go back to the application and start again.
error-session-interaction-not-found = This sign-in has expired. Go back to the application and start again.
error-session-verification-session-not-found = That code was replaced by a newer one. Enter the code of the newest message.
error-session-verification-failed = The number is not confirmed yet. Enter the code from the message.
error-session-identifier-not-found = The number is not confirmed yet. Enter the code from the message.
error-session-identity-conflict = This sign-in belongs to another account. Go back to the application and start again.
error-session-not-supported-for-forgot-password = That is not possible here. Go back to the application and start again.
error-session-too-many-messages = This sign-in has sent as many messages as it may. Go back to the application and start again.
error-verification-code-not-found = That code is not right. Send a new one.
error-verification-code-phone-mismatch = That code belongs to another number. Send a new one.
error-verification-code-expired = That code has expired. Send a new one.
error-verification-code-exceed-max-try = Too many wrong codes. Send a new one.
error-verification-code-code-mismatch = That code is not right.
error-user-user-not-exist = There is no account with this number, and accounts cannot be created here.
error-user-phone-already-in-use = This number already has an account. Sign in with it instead.
error-user-sign-in-method-not-enabled = Signing in with a phone number is switched off here.
error-user-suspended = This account is locked. Contact the support of the application.
error-user-missing-profile = This application needs more than a phone number, which cannot be given here. Contact its support.
error-user-invalid-phone = That does not look like a phone number. Check the digits and the country or region.
error-user-phone-cannot-receive-sms = That number cannot receive text messages. Enter a mobile number.
error-user-phone-country-not-allowed = Numbers of that country or region cannot be used here. Enter another number.
error-connector-not-found = Text messages are not set up here yet. This is trouble on our side; please try again later.
error-connector-invalid-config = The message could not be sent. This is trouble on our side; please try again later.
error-connector-template-not-found = The message could not be sent. This is trouble on our side; please try again later.
error-connector-general = The message could not be sent. This is trouble on our side; please try again later.
error-connector-rate-limit-exceeded = Your operator accepts no more messages to this number right now.
error-connector-invalid-request-parameters = Your operator does not know this number. Check the digits or use another number.
error-connector-unreachable = The message was not sent. This is trouble on our side; please try again.
error-connector-outcome-unknown = We could not confirm that the message left. It may still arrive, so wait a little before you ask again.

## Consent

consent-title = Allow { $app } to use your account?
consent-lead = { $app } asks for the following.
consent-account = You are signed in with { $phone }.
consent-allow = Allow
consent-deny = Do not allow
scope-openid = Know who you are
scope-openid-hint = An identifier of your account
scope-profile = See your profile
scope-profile-hint = Name, picture and user name, where you gave them
scope-phone = See your phone number
scope-phone-hint = The number you sign in with
scope-email = See your e-mail address
scope-email-hint = Where you gave one
scope-offline-access = Stay connected
scope-offline-access-hint = Use these permissions while you are away
scope-other = { $scope }
scope-other-hint = A permission of the application

## Going on, signing out

going-title = You are signed in
going-lead = We are taking you back to the application.
going-link = Continue
sign-out-tab = Sign Out
sign-out-title = Sign out?
sign-out-lead = You are about to sign out in this browser.
sign-out-lead-from = { $app } asks to sign you out in this browser.
sign-out-yes = Sign out
signed-out-title = You are signed out
signed-out-lead = You can close this page.

## Dead ends

unknown-session-title = This page has expired
unknown-session-lead = It was open for too long, or it was opened without an application. Go back to the application and start again.
not-found-title = There is nothing here
not-found-lead = The address may be mistyped, or the page has moved.
server-error-title = Something went wrong
server-error-lead = The trouble is on our side. Please try again in a moment.
bad-request-title = That did not work
bad-request-lead = The request was not understood. Go back and try again.
go-home = Go to the start
error-reference = Reference: { $id }

## The demo application

demo-badge = Demo application
demo-title = Sign in with your phone number
demo-lead = This page plays an application of yours. It sends people to Haoma and gets back who they are.
demo-sign-in = Sign in
demo-step-number = Type a mobile number
demo-step-number-hint = Any will do, such as 138 0013 8000. Nothing leaves this machine: a simulator plays Aliyun SMS.
demo-step-code = Read the code
demo-step-code-hint = It arrives in the { $inbox }.
demo-inbox = simulator inbox
demo-step-token = See what the application gets
demo-step-token-hint = A signed ID token with the number. Any OpenID Connect library works the same way.
demo-signed-in = You are signed in
demo-signed-in-lead = The application checked the ID token: signature, issuer, audience, nonce and expiry are right.
demo-verified = ID token verified
demo-claims = What the application knows
demo-claim = Claim
demo-value = Value
demo-nothing = not set
demo-token = The ID token as it arrived
demo-token-header = Header
demo-token-payload = Payload
demo-token-signature = Signature
demo-token-signature-hint = Checked with the key from { $address }
demo-response = The rest of the token response
demo-scope = Granted scopes
demo-refresh = Refresh token
demo-refresh-yes = received and kept from this page
demo-refresh-no = none
demo-sign-out = Sign out
demo-again = Sign in again
demo-failed = Sign-in did not finish
demo-failed-denied = The sign-in was cancelled or refused. You can start it again.
demo-failed-state = The answer does not belong to a sign-in that this browser began in the last ten minutes. Start again.
demo-failed-exchange = The code could not be exchanged for tokens.
demo-failed-token = The ID token did not pass its checks.
demo-claim-sub = The account, the same at every sign-in
demo-claim-phone-number = The number, confirmed by a code
demo-claim-phone-number-verified = Whether a code confirmed it
demo-claim-name = Name
demo-claim-picture = Picture
demo-claim-username = User name
demo-claim-created-at = When the account was made
demo-claim-updated-at = When it last changed
demo-claim-iss = Who issued the token
demo-claim-aud = Whom it was issued for
demo-claim-iat = When it was issued
demo-claim-exp = When it expires
demo-claim-nonce = Ties the token to this browser
demo-claim-at-hash = Ties the token to its access token
demo-claim-auth-time = When the person signed in
demo-claim-amr = How the person signed in
demo-claim-sid = The session

## How long ago

ago-now = just now
ago-minutes =
    { $count ->
        [one] 1 minute ago
       *[other] { $count } minutes ago
    }
ago-hours =
    { $count ->
        [one] 1 hour ago
       *[other] { $count } hours ago
    }
ago-days =
    { $count ->
        [one] 1 day ago
       *[other] { $count } days ago
    }

## Console

console-name = Haoma Console
console-title-end = {" "}· Haoma Console
console-skip = Skip to the content
console-nav = Sections of the console
console-sign-in-title = Sign in to the console
console-sign-in-lead = For administrators. Your users sign in through your applications.
console-sign-in = Sign in
console-sign-out = Sign out
console-continue = Continue
console-cancel = Cancel
console-field-name = Name
console-field-password = Password
console-field-new-password = New password
console-field-current-password = Your current password
console-field-role = Role
console-password-hint = At least 12 characters. A few words that do not belong together are easy to remember and hard to guess.
console-welcome-title = Choose a password
console-welcome-lead = You will sign in to the console as “{ $name }” with it.
console-welcome-go = Save and open the console
console-link-gone-title = This link no longer works
console-link-gone-lead = It has been used or is older than 15 minutes. If you have a password, sign in with it. Otherwise ask an owner for a new link, or run “haoma admin create” on the server.
console-prove-title = Confirm that it is you
console-prove-lead = Enter your password to go on; nothing you typed is lost.
console-account = Your account
console-sessions = Where you are signed in
console-sessions-lead = A session ends after one hour without use, and after 12 hours in any case.
console-this-session = This session
console-address-unknown = Unknown address
console-session-began = Signed in
console-session-seen = last used
console-end-session = End session
console-session-ended = The session is over.
console-password = Password
console-password-lead = Changing it ends all your other sessions.
console-password-change = Change password
console-password-changed = The password is changed, and your other sessions are over.
console-administrators = Administrators
console-administrators-lead = Accounts of the console. They are separate from the people who sign in to your applications.
console-role-owner = Owner
console-role-owner-hint = Everything, including administrators and keys.
console-role-editor = Editor
console-role-editor-hint = Connectors, sign-in experience, applications and users.
console-role-viewer = Viewer
console-role-viewer-hint = Looks at everything that is not secret and changes nothing.
console-you = You
console-no-password = No password yet
console-since = added
console-change = Change
console-role-change = Change role
console-role-changed = The role is changed.
console-link-make = Make a one-time link
console-link-make-hint = For choosing a new password. The password they have works until the link is used.
console-link-title = One-time link for { $name }
console-link-lead =
    { $minutes ->
        [one] Works once, within 1 minute. Send it through a channel you trust: it is shown only here and now.
       *[other] Works once, within { $minutes } minutes. Send it through a channel you trust: it is shown only here and now.
    }
console-remove = Remove { $name }
console-remove-hint = Ends their sessions at once. What they did stays in the audit log.
console-administrator-removed = The administrator is removed.
console-last-owner = Not done: at least one owner with a password must remain.
console-add = Add an administrator
console-add-go = Add and make a link

error-administrator-wrong-credentials = The name or the password is not right.
error-administrator-wrong-password = That is not your password.
error-request-too-many-attempts = Too many attempts.
error-administrator-link-gone = This link has been used or has expired.
error-password-too-short = A password has at least 12 characters.
error-password-too-long = A password has at most 128 characters.
error-password-common = That password is easy to guess. Choose another.
error-password-has-name = The password must not contain the name of the account.
error-administrator-invalid-name = Use 1 to 64 letters, digits, dots, dashes, underscores or @.
error-administrator-name-in-use = There is already an administrator with this name.

console-second = Second step
console-second-on = On
console-second-off = Off
console-second-about = After your password, an app on your phone shows a code that changes every 30 seconds.
console-second-set-up = Set up
console-second-anew = Set up anew
console-second-remove = Switch off
console-second-removed = The second step is switched off.
console-second-set = The second step is on. You will be asked for a code at every sign-in.
console-second-scan = Open an authenticator app on your phone and scan this picture.
console-second-picture = QR code for the authenticator app
console-second-type = If it cannot be scanned, type this key into the app:
console-second-confirm = Code that the app shows
console-second-go = Switch on
console-second-title = Enter the code
console-second-lead = Open the authenticator app on your phone. It shows a code of six digits.
console-second-lost = Lost your phone? Ask an owner for a one-time link, or run “haoma admin create” on the server. It switches the second step off.
console-field-code = Code
error-administrator-wrong-code = That code is not right, or was used already. Wait for the next one.

## The management API
error-auth-authorization-header-missing = This needs an access token. Please send one in the Authorization header.
error-auth-authorization-token-type-not-supported = Only Bearer tokens are accepted here.
error-auth-unauthorized = The access token is not valid here. Please get a new one.
error-auth-jwt-sub-missing = The access token does not say whose it is.
error-guard-invalid-pagination = The page must be 1 or more, and the page size 1 to 100.
error-request-invalid-input = This combination of parameters is not supported.
error-request-feature-not-supported = Passwords and e-mail addresses are not supported here.
error-entity-not-found = There is no such thing, or no longer.
error-entity-not-exists-with-id = There is nothing with this id, or no longer.
error-entity-invalid-input = Please say what is to be changed.
error-entity-db-constraint-violated = This kind of application keeps no secret.
error-application-secret-name-exists = This application already has a secret of that name.
error-application-invalid-type = Only machine-to-machine applications can be given this right.
error-application-saml-use-saml-app-api = SAML applications are not supported here.
error-user-username-already-in-use = There is already an account with this user name.
error-oidc-session-not-found = This session is over or never was.
error-oidc-invalid-session-account-id = This session belongs to another user.
error-log-invalid-time-window = The start time must not be after the end time.

error-entity-changed-meanwhile = Somebody else changed this in the meantime. Look at it again, then save.
error-sign-in-experiences-enabled-connector-not-found = Verification codes by SMS need a connector first.
error-sign-in-experiences-passwordless-requires-verify = Signing up by phone without a password needs the number verified.
error-sign-in-experiences-duplicated-sign-up-identifiers = An identifier for signing up is named twice.
error-sign-in-experiences-code-sign-in-must-be-enabled = People who sign up by phone must be able to sign in by verification code.
error-sign-in-experiences-unsupported-default-language = This language is not offered.
rule-needs-connector = Set up an SMS connector first: without one no code can be sent.
rule-needs-verify = Numbers must be verified when accounts have no password.
rule-duplicated-identifier = Each identifier can be listed once.
rule-needs-phone-sign-in = People who register by phone must be able to sign in by phone.
rule-unknown-language = This language is not offered. Choose English or 简体中文.
rule-not-a-color = Write a colour as # and six digits 0–9 or a–f, such as #0b6b58.
rule-not-an-address = Write a whole address that begins with https:// or http://.
rule-not-a-picture = Write a whole address that begins with https://, or a data:image/… address.
rule-no-country = Choose at least one country: without one nobody can sign in.
rule-default-not-allowed = The country shown first must be one of the countries that are allowed.
rule-code-life = A code may live 1 to 10 minutes (60 to 600 seconds): security guidelines (NIST SP 800-63B, OWASP ASVS 6.5.5) allow no more.
rule-code-guesses = A code may allow 1 to 10 tries.
rule-cooldown = The pause between two messages may be 60 to 600 seconds: Aliyun refuses a second message within a minute.
## Console: frame and components

console-menu = Menu
console-overview = Overview
console-connectors = Connectors
console-sign-in-experience = Sign-in experience
console-applications = Applications
console-users = Users
console-messages = Messages
console-audit-log = Audit log
console-settings = Settings
console-api = API
console-copy = Copy
console-copied = Copied
console-optional = Optional
console-colon = :{" "}
console-step-done = {" "}(done)
console-filter-go = Search
console-filter-clear = Clear
console-pager = Pages of the list
console-pager-newer = Newer
console-pager-older = Older
console-forbidden-title = Not for your role
console-lost-title = Nothing here
console-error-title = That did not work
console-back = To the console
console-prove-add = You are about to add an administrator.
console-prove-link = You are about to make a one-time link for { $name }.
console-prove-role = You are about to change the role of { $name }.
console-prove-remove = You are about to remove { $name }.
console-prove-second-set = You are about to set up the second step.
console-prove-second-remove = You are about to switch the second step off.
console-wrong-summary =
    { $count ->
        [one] One field needs your attention:
       *[other] { $count } fields need your attention:
    }

## Console: what several rooms say

console-save = Save changes
console-saved = The changes are saved.
console-created = Created
console-never = Never
console-search-wider = Try fewer or other words, or clear the search.
console-changed-meanwhile = Not saved: somebody else changed this in the meantime. What you typed is still here; saving again writes over the other change.

## Console: applications

console-applications-lead = Programs and websites that people sign in to, and services that use the management API.
console-app-add = Add an application
console-app-add-kind = New: { $kind }
console-app-what = What are you building?
console-app-other-kind = Build something else
console-app-create = Create the application
console-app-created = The application is created. Here is how to build with it.
console-app-none = No applications yet
console-app-none-lead = Add one to let people sign in: you choose what you build, name it, and get a guide with its values filled in.
console-app-none-found = No application fits
console-app-search = Name or ID
console-app-kind = Type
console-app-any-kind = All types
console-kind-spa = Single-page app
console-kind-spa-hint = Runs in the browser alone: React, Vue, Angular, plain JavaScript. It keeps no secret.
console-kind-traditional = Web app with a server
console-kind-traditional-hint = Its server draws the pages or holds the session: Next.js, Express, Django, Spring Boot. It keeps a secret.
console-kind-native = Native app
console-kind-native-hint = Installed on a phone or a computer: iOS, Android, Windows, macOS. It keeps no secret.
console-kind-machinetomachine = Service
console-kind-machinetomachine-hint = A program without people: a script or a backend that uses the management API. It keeps a secret.
console-app-tab = Settings
console-app-name = Name
console-app-name-hint = People read it where they are asked for consent.
console-app-name-wrong = Give it a name of 1 to 256 characters.
console-app-description = Description
console-app-description-hint = For administrators only.
console-app-description-wrong = Use at most 2048 characters.
console-app-redirect-uris = Redirect URIs
console-app-redirect-uris-hint = Where people come back to after signing in, one address per line. They are compared letter by letter.
console-app-post-logout-uris = Post sign-out redirect URIs
console-app-post-logout-uris-hint = Where people may land after signing out, one address per line.
console-app-origins = Further CORS origins
console-app-origins-hint = Scripts of the redirect URIs’ origins may call already. Others, one per line.
console-app-logo = Logo address
console-app-logo-hint = A picture for the consent page of other people’s applications.
console-app-logo-wrong = Write a whole address that begins with https:// or http://.
console-app-id-token = ID token lifetime (seconds)
console-app-id-token-hint = An hour (3600) if you leave it empty.
console-app-id-token-wrong = Use a whole number of seconds from 1 to 31536000, a year.
console-app-refresh-days = Refresh token lifetime (days)
console-app-refresh-days-hint = 14 days if you leave it empty.
console-app-refresh-days-wrong = Use a whole number of days from 1 to 180.
console-app-always-refresh = Always issue a refresh token
console-app-always-refresh-hint = Even when the application does not ask for offline_access.
console-app-rotate = Rotate refresh tokens
console-app-rotate-hint = Each works once and is exchanged for a new one. Keep this on unless a library cannot do it.
console-app-third-party = This application belongs to somebody else
console-app-third-party-hint = People are asked for consent before it learns anything about them. This cannot be changed later.
console-app-third-party-badge = Third party
console-app-no-redirect = Nobody can sign in yet: add a redirect URI below.
console-app-facts = What your program needs
console-app-facts-lead = Most libraries ask for the client ID and the issuer, and find the rest themselves.
console-app-id = Client ID
console-app-endpoint = Endpoint (Logto SDKs)
console-app-issuer = Issuer
console-app-discovery = Discovery document
console-app-auth-endpoint = Authorization endpoint
console-app-token-endpoint = Token endpoint
console-app-userinfo-endpoint = User info endpoint
console-app-logout-endpoint = Sign-out endpoint
console-app-jwks = Signing keys (JWKS)
console-app-resource = Resource of the management API
console-app-api = Address of the management API
console-app-management = Management API
console-app-management-lead = With this right the service can do everything that an owner can: users, applications, connectors. Only owners give it.
console-app-management-on = Allowed
console-app-management-off = Not allowed
console-app-management-give = Allow the management API
console-app-management-give-what = Whoever holds a secret of this service can then:
console-app-management-give-all = read and change every user, application and connector, as owners can.
console-app-management-give-go = Allow it
console-app-management-given = The service may use the management API.
console-app-management-take = Take the right away
console-app-management-take-what = Every call of this service to the management API is refused from now on, with tokens it already has too.
console-app-management-take-go = Take it away
console-app-management-taken = The service has no right to the management API any more.
console-app-delete = Delete this application
console-app-delete-what = “{ $name }” is gone for good, and with it:
console-app-delete-sign-in = Nobody can sign in to it any more.
console-app-delete-tokens = What people allowed it ends, with every token it was given.
console-app-delete-secrets = Its secrets stop working.
console-app-delete-users = The users stay.
console-app-delete-go = Delete it for good
console-app-deleted = The application is deleted.
console-prove-app = You are about to create “{ $name }” with a secret.
console-prove-app-delete = You are about to delete the application “{ $name }”.
console-prove-app-management = You are about to change what “{ $name }” may do.
console-prove-secret = You are about to make a secret for “{ $name }”.
console-prove-secret-rename = You are about to rename a secret of “{ $name }”.
console-prove-secret-delete = You are about to delete a secret of “{ $name }”.
console-secrets = Secrets
console-secrets-lead = With a secret the application proves who it is. Any of them works, so that one can be replaced without a pause: make a new one, use it, delete the old one.
console-secrets-none = There is none: the application cannot prove who it is. Make one.
console-secret-new = New secret: { $name }
console-secret-once = Copy it now: it is shown this once, and only its last four characters are kept to recognise it by.
console-secret-name = Name
console-secret-name-wrong = Give it a name of 1 to 256 characters.
console-secret-value = Value
console-secret-life = Works until
console-secret-life-hint = After that the application is refused, so note when to replace it.
console-secret-for-ever = Until it is deleted
console-secret-days =
    { $count ->
        [one] One day
       *[other] { $count } days
    }
console-secret-expired = Expired
console-secret-make = Make another secret
console-secret-make-lead = The ones there are keep working.
console-secret-make-go = Make the secret
console-secret-rename = Rename
console-secret-renamed = The secret has its new name.
console-secret-delete = Delete { $name }
console-secret-delete-what = A program that still uses it is refused at once: it gets no tokens and cannot refresh any.
console-secret-delete-go = Delete the secret
console-secret-deleted = The secret is deleted.
uri-too-long = “{ $line }” is longer than 2048 characters.
uri-fragment = “{ $line }” has a #: browsers do not send what follows it.
uri-wildcard = “{ $line }” has a *: addresses are compared letter by letter, so write each one out.
uri-character = “{ $line }” has a space or a character that addresses cannot have. Write letters outside of English percent-encoded.
uri-not-absolute = “{ $line }” is not a whole address. Begin with a scheme in small letters, such as https://app.example.com.
uri-user = “{ $line }” names a user before the host. Leave that out.
uri-scheme = “{ $line }” is of a kind that browsers run instead of visit.
uri-no-origin = “{ $line }” is not an origin: write scheme, host and port only, such as https://app.example.com.

## Console: guides

console-guide = Guide
console-guide-open = Open the guide
console-guide-stacks = What you build with
console-guide-any = Any OpenID Connect library
console-guide-unregistered = This guide comes back to { $uri }, which is not among the redirect URIs yet.
console-guide-register = Add it in the settings
console-guide-no-right = This service has no right to the management API yet: the token endpoint refuses it.
console-guide-right = An owner gives it in the settings
console-guide-install = Install the library.
console-guide-secrets-env = Keep secrets out of the code: put them where your program reads its environment. The client secret is shown once, when it is made.
console-guide-provider = Tell the library about this application.
console-guide-buttons = Begin signing in, and sign out.
console-guide-callback-page = Receive people when they come back.
console-guide-claims = Read who is signed in. The subject (sub) is the user’s ID here and never changes.
console-guide-express-routes = These addresses begin signing in and sign out; the library serves them.
console-guide-any-discovery = Give the library the issuer or this discovery document; it finds every address by itself.
console-guide-any-values = Ask for a code with these values. PKCE is required of applications without a secret, and good for all.
console-guide-any-tokens = Exchange the code at the token endpoint. The ID token is signed with ES256; the access token opens the user info endpoint. For a refresh token, ask for offline_access with prompt=consent.
console-guide-any-check = Look at what this server offers.
console-guide-spring-starter = Add the OAuth 2 client starter.
console-guide-spring-properties = Configure the application; the secret comes from the environment.
console-guide-spring-algorithm = ID tokens are signed with ES256, and Spring expects RS256 unless told: add this bean to a configuration class.
console-guide-spring-open = This address begins signing in; Spring serves it.
console-guide-service-token = Get an access token in the service’s own name.
console-guide-service-call = Call the management API with it.
console-guide-service-again = A token works for an hour. There is no refresh token: ask for a new one when it ends.

## Console: users

console-users-lead = The people who sign in. Whoever signs in with a number for the first time is added by themselves.
console-user-add = Add a user
console-user-add-lead = With the number they sign in without registering first. Without one they cannot sign in yet.
console-user-create = Add the user
console-user-created = The user is added.
console-user-none = Nobody has signed in yet
console-user-none-lead = Users appear here when they sign in to one of your applications for the first time. You can also add them yourself.
console-user-none-found = No user fits
console-user-search = Number, name, user name or ID
console-user-search-hint = A whole number, or at least four digits of its beginning or end.
console-user-search-hint-viewer = Numbers are found when they are typed whole.
console-user-search-over = That search is over. Please search again.
console-user-sought = The list shows who fits the digits you searched for. They are not repeated here.
console-user-state = State
console-user-any-state = Everybody
console-user-active = Active
console-user-locked = Locked
console-user-last = Last sign-in
console-user-since = Registered
console-user-through = Registered through
console-user-id = User ID
console-user-unnamed = Without name
console-user-tab = Profile
console-user-facts = About this user
console-user-phone = Phone number
console-user-phone-hint = With country code, such as +86 138 0013 8000; without one it is read as a number of your first country.
console-user-phone-change = Change the number
console-user-phone-change-lead = The user signs in with the new number from then on. It is not verified by a code: be sure it is theirs.
console-user-phone-changed = The number is changed.
console-user-show-number = Show number
console-user-show-number-hint = That you looked is written to the audit log.
console-user-profile = Profile
console-user-profile-lead = Applications read this when they ask for the profile.
console-user-name = Name
console-user-name-wrong = Use at most 128 characters.
console-user-username = User name
console-user-username-hint = Letters, digits and underscores, not beginning with a digit. Nobody signs in with it.
console-user-username-wrong = Use letters, digits and underscores, and begin with no digit.
console-user-avatar = Picture address
console-user-avatar-wrong = Use at most 2048 characters.
console-user-custom-data = Custom data (JSON)
console-user-custom-data-hint = A JSON object for your applications.
console-user-custom-data-wrong = This is not a JSON object. It begins with “{"{"}” and ends with “{"}"}”, and names stand in double quotes.
console-user-nameless = Give a phone number or a user name, so that the user can be found again.
console-user-lock = Lock this user
console-user-lock-lead = For an account that was taken over or misused. It can be undone.
console-user-lock-what = At once:
console-user-lock-sessions = They are signed out everywhere and cannot sign in.
console-user-lock-tokens = Every token that applications hold for them stops working.
console-user-lock-back = When you unlock them they sign in again; nothing of their data is lost.
console-user-lock-go = Lock the user
console-user-is-locked = The user is locked and signed out everywhere.
console-user-unlock = Unlock this user
console-user-unlock-lead = They can sign in again. Sessions and tokens that ended stay over.
console-user-is-unlocked = The user is unlocked.
console-user-delete = Delete this user
console-user-delete-what = This cannot be undone:
console-user-delete-access = They are signed out everywhere, and every token for them stops working.
console-user-delete-data = Their number, profile and custom data are deleted here. Your applications keep what they copied.
console-user-delete-again = Whoever signs in with the number later gets a new account with another ID.
console-user-delete-go = Delete the user for good
console-user-deleted = The user is deleted.
console-prove-phone = You are about to change the phone number of { $name }.
console-prove-user-delete = You are about to delete the user { $name }.
console-user-access = Access
console-user-sessions = Signed-in devices
console-user-sessions-lead = Browsers in which this user is signed in here.
console-user-sessions-none = This user is signed in nowhere.
console-user-session-end = Sign out
console-user-session-ended = The user is signed out there, and what they allowed in it ended.
console-user-sessions-end = Sign out everywhere
console-user-sessions-end-what =
    { $count ->
        [one] The session ends, and applications must ask this user to sign in again.
       *[other] All { $count } sessions end, and applications must ask this user to sign in again.
    }
console-user-sessions-end-go = Sign out everywhere
console-user-sessions-ended = The user is signed out everywhere.
console-user-until = Until
console-user-grants = Authorized applications
console-user-grants-lead = What this user allowed applications. Taking it back ends every token they hold.
console-user-grants-none = This user has allowed nothing to any application.
console-user-grant-application = Application
console-user-grant-scope = Scopes
console-user-grant-given = Given
console-user-grant-end = Take back
console-user-grant-ended = The authorization is taken back.
console-user-activity = Activity
console-user-activity-lead = The newest 50 events of the last 30 days from the audit log.
console-user-activity-none = Nothing happened in the last 30 days.
console-event-key = Event
console-event-at = When
console-event-result = Result
console-event-good = Done
console-event-ip = Address
