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
error-request-method-not-allowed = This address does not take requests of this kind.
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
error-user-phone-exists-in-profile = This account already has a phone number.
error-user-sign-in-method-not-enabled = Signing in with a phone number is switched off here.
error-user-suspended = This account is locked. Contact the support of the application.
error-user-missing-profile = This application needs more than a phone number, which cannot be given here. Contact its support.
error-user-invalid-phone = That does not look like a phone number. Check the digits and the country or region.
error-user-phone-cannot-receive-sms = That number cannot receive text messages. Enter a mobile number.
error-user-phone-country-not-allowed = Numbers of that country or region cannot be used here. Enter another number.
error-request-place = Too many codes were asked for from your network.
error-request-everybody = So many codes are being asked for right now that no more can be sent.
error-request-sending-blocked = No code can be sent to this number from here. Use another network, such as mobile data instead of Wi-Fi, or another number. If it stays like this, ask whoever runs this service.
error-session-verification-blocked-too-many-attempts = Too many wrong codes for this number.
error-session-guesses-in-a-row = So many wrong codes were entered for this number that new devices must wait for help. Sign in on a device you used before, or contact the support of the application.
error-session-captcha-required = A small task comes before this code.
error-session-captcha-failed = The small task was not solved in time and begins again.
error-session-captcha-unavailable = The security check is not available right now.
error-captcha-required = Many codes are being asked for. Please pass a security check first.
error-captcha-failed = The security check was not passed. Please try again.
error-request-account = This account has caused as many messages as it may in a day.
error-verification-record-permission-denied = Confirm the number of your account again first.
error-verification-record-not-found = That confirmation is over. Send a new code.
error-account-center-not-enabled = You cannot see or change your account here. Contact the support of the application.
error-account-center-field-not-enabled = This part of your account is not shown here.
error-account-center-field-not-editable = This part of your account cannot be changed here. Contact the support of the application.
error-auth-third-party-application-forbidden = An application of somebody else may not change your account.
error-user-last-sign-in-method-required = This number is the only way into your account, so it cannot be removed.
error-connector-not-found = Text messages are not set up here yet. This is trouble on our side; please try again later.
error-connector-invalid-config = The message could not be sent. This is trouble on our side; please try again later.
error-connector-not-found-with-connector-id = There is no kind of connector with this id.
error-connector-unexpected-type = This kind of connector sends text messages, not e-mail.
error-connector-cannot-overwrite-metadata-for-non-standard-connector = The name and logo of this kind of connector cannot be changed.
error-connector-invalid-type-for-syncing-profile = This kind of connector has no profiles to keep.
error-connector-token-storage-not-supported = This kind of connector has no tokens to keep.
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
scope-urn-logto-scope-sessions = See where you are signed in
scope-urn-logto-scope-sessions-hint = Devices, and the applications you allowed; it can sign them out
scope-roles = See your roles
scope-roles-hint = What an administrator lets you do
scope-resource = Reach { $resource } on your behalf
scope-resource-hint = Without any further permission there
scope-of-resource = In { $resource }
scope-other = { $scope }
scope-other-hint = A permission of the application

## Going on, signing out

going-title = You are signed in
going-lead = We are taking you back to the application.
going-link = Continue
form-post-title = One moment
form-post-lead = This takes you on to the next step.
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

## One's own account

account-title = Your account
account-phone = Phone number
account-phone-none = No number
account-phone-change = Change number
account-name = Name
account-name-label = What to call you
account-name-hint = Applications you sign in to may show it. Leave it empty to remove it.
account-name-none = No name
account-name-save = Save name
account-sessions = Where you are signed in
account-sessions-lead = If you do not recognise a device, sign it out and change your number if you must.
account-session-current = This device
account-session-since = Signed in
account-session-end = Sign out
account-session-end-of = Sign out { $device }
account-sessions-end-others = Sign out everywhere else
account-applications = Applications with access
account-applications-lead = Without access an application can read nothing of your account until you sign in to it again.
account-applications-none = No application has access.
account-application-end = Remove access
account-application-end-of = Remove access of { $app }
account-sign-out = Sign out on this device
account-delete = Delete your account
account-cancel = Cancel
account-back = Back to your account
account-step = Step { $step } of 3
account-prove-title = Confirm your number first
account-prove-lead = We will text a code to { $phone }, the number of your account. Then you enter the new number.
account-new-title = Enter your new number
account-finish-title = Change your number?
account-finish-lead = From now on you sign in with { $phone }, and no longer with your old number.
account-finish-lead-told = From now on you sign in with { $phone }, and no longer with your old number, which gets a message about it.
account-finish-go = Change number
account-others = Sign out everywhere else
account-note-phone-changed = Your number is changed.
account-note-phone-changed-told = Your number is changed. Your old number gets a message about it.
account-note-name-saved = Your name is saved.
account-note-session-ended = That device is signed out.
account-note-others-ended = All other devices are signed out.
account-note-access-ended = The application has no access any more.
account-off-title = There is no account page here
account-off-lead = Your account can only be changed by the support of the application.
error-phone-own = That is your number already. Enter another one.
error-name-long = A name has at most 128 characters, without line breaks.

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
console-resume-sign-in = Your session has ended. What you sent is kept: sign in, and you can go on with it.
console-resume-title = You are signed in again
console-resume-lead = What you sent from “{ $section }” has not been carried out, because your session had ended.
console-resume-kept = Nothing you typed is lost.
console-resume-partly = What you typed is still here, except for passwords and keys: type those again.
console-resume-go = Send it now
console-resume-drop = Discard
console-account = Your account
console-sessions = Where you are signed in
console-sessions-lead = A session ends after one hour without use, and after 12 hours in any case.
console-this-session = This session
console-address-unknown = Unknown address
console-session-began = Signed in
console-session-seen = last used
console-end-session = End session
console-end-session-what = The browser at { $address } is signed out at once. What was typed there and not saved can be sent after signing in again.
console-end-session-go = Yes, end it
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
console-role-what = { $name } is signed out everywhere at once, and has the new role from the next sign-in on.
console-role-own-what = This is your own role.
console-role-own-others = Your other sessions end at once.
console-role-own-back = With another role than owner you can no longer manage administrators. Only another owner can make you one again.
console-role-changed = The role is changed, and the sessions from before are over.
console-role-same = The role was that already; nothing has changed.
console-last-sign-in = last sign-in
console-never-signed-in = never signed in
console-second-has = Second step on
console-second-none = No second step
console-link-make = Make a one-time link
console-link-make-hint = For choosing a new password. The password they have works until the link is used.
console-link-title = One-time link for { $name }
console-link-lead =
    { $minutes ->
        [one] Works once, within 1 minute. Send it through a channel you trust: it is shown only here and now.
       *[other] Works once, within { $minutes } minutes. Send it through a channel you trust: it is shown only here and now.
    }
console-remove = Remove { $name }
console-remove-what = { $name } can no longer sign in to the console:
console-remove-sessions = Their sessions end at once.
console-remove-links = A one-time link that was not used stops working.
console-remove-back = The account does not come back; the name can be given to a new one.
console-remove-records = What they did stays in the audit log.
console-remove-go = Yes, remove
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
console-second-remove-what = From then on your password alone lets somebody in.
console-second-remove-sessions = Your other sessions end at once.
console-second-remove-app = The entry in your app stops working; to switch the step on again, scan a new picture.
console-second-remove-go = Yes, switch off
console-second-late = That took longer than 10 minutes, so nothing was changed. Start again.
console-second-removed = The second step is switched off, and your other sessions are over.
console-second-set = The second step is on, and your other sessions are over. You will be asked for a code at every sign-in.
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
error-resource-resource-identifier-in-use = There is already an API resource with this identifier.
error-resource-cannot-modify-management-api = The management API cannot be changed.
error-resource-cannot-delete-management-api = The management API cannot be deleted.
error-scope-name-exists = The API resource already has a scope of this name.
error-scope-name-with-space = The name of a scope has no spaces in it.
error-role-name-in-use = There is already a role of this name.
error-role-scope-exists = The role already has one of these scopes.
error-role-user-exists = One of these users already has the role.
error-role-application-exists = One of these applications already has the role.
error-role-management-api-scopes-not-assignable-to-user-role = A role of users gets no scope of the management API.
error-user-invalid-role-type = Users get roles of the type User only.
error-application-invalid-role-type = Machine-to-machine applications get roles of the type MachineToMachine only.
error-entity-relation-foreign-key-not-found = Something that the request names is not there, or no longer.
error-hook-missing-events = Please say what the web-hook is told of.
error-hook-send-test-payload-failed = The web-hook was not reached.
error-hook-endpoint-responded-with-error = The web-hook was reached and did not answer with a status from 200 to 299.

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
rule-brand-name = A brand name has 1 to 40 characters.
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
console-forbidden = Your role does not allow this. Ask an owner of this console.
console-lost-title = Nothing here
console-error-title = That did not work
console-back = To the console
console-prove-add = You are about to add an administrator.
console-prove-link = You are about to make a one-time link for { $name }.
console-prove-role-owner = You are about to make { $name } an owner.
console-prove-role-editor = You are about to make { $name } an editor.
console-prove-role-viewer = You are about to make { $name } a viewer.
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
console-app-backchannel = Back-channel sign-out address
console-app-backchannel-hint = Where the server of the application is told that a session of one of its users ended, wherever that was. Leave it empty if it need not know.
console-app-backchannel-wrong = Write a whole address that begins with https:// and can be reached from the internet.
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
console-secret-life-wrong = Choose how long the secret is valid.
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

console-app-guide = Guide
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
console-guide-swift-package = Add this package in Xcode (File, Add Package Dependencies), version 1, and link Logto and LogtoClient.
console-guide-android-internet = Let the app reach the network.
console-guide-android-scheme = On Android, let the app receive the redirect URI. On iOS nothing is needed.
console-guide-expo-scheme = Give the app the scheme of the redirect URI.
console-guide-spring-starter = Add the OAuth 2 client starter.
console-guide-spring-properties = Configure the application; the secret comes from the environment.
console-guide-spring-algorithm = ID tokens are signed with ES256, and Spring expects RS256 unless told: add this bean to a configuration class.
console-guide-spring-open = This address begins signing in; Spring serves it.
console-guide-headless = Draw the pages yourself: this talks to the Experience API and to the token endpoint. Translate it into the language of your app.
console-guide-headless-use = Ask for the number and for the code, then sign in.
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
console-user-cut = Only a part of the users has been searched so far. “Older” searches further back.
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
console-user-phone-changed-told = The number is changed. The old one gets a message about it.
console-user-phone-changed-untold = The number is changed. The old one gets no message about it; the audit log says why.
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
console-user-session-end = Sign out { $name }
console-user-session-end-what = This browser is signed out at once. What was allowed in it ends: applications lose their tokens and must ask this user to sign in again.
console-user-session-end-go = Sign this browser out
program-on = { $browser } on { $system }
program-some = A program on { $system }
program-unknown = Unknown program
program-wechat = WeChat
program-dingtalk = DingTalk
program-alipay = Alipay
program-qq-browser = QQ Browser
program-huawei-browser = Huawei Browser
program-mi-browser = Mi Browser
program-vivo-browser = vivo Browser
program-heytap-browser = HeyTap Browser
program-uc-browser = UC Browser
program-samsung-internet = Samsung Internet
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
console-user-grant-end = Take back from { $name }
console-user-grant-end-what = Every token this application holds for the user stops working at once. The user stays signed in, and may allow it again.
console-user-grant-end-go = Take the authorization back
console-user-grant-ended = The authorization is taken back.
console-user-activity = Activity
console-user-activity-lead = What this user did and what was done to them, from the audit log. Times are UTC.
console-user-activity-narrow = Narrow it in the audit log
console-user-activity-none = Nothing has been recorded here.

## What is missing before people can sign in

gap-no-connector = No SMS connector is set up, so no code can be sent.
gap-no-template = The connector has no template for “{ $usage }” (nor for “Generic”) for numbers of: { $countries }
gap-comma = ,{" "}
gap-asks-for-more = New accounts would need a user name, an e-mail address or a password, which the sign-in pages do not ask for: nobody new can register.
gap-phone-off = Sign-in by phone is switched off: nothing reaches your users yet.
error-request-tests = You sent many test messages within an hour.
console-connectors-lead = A connector hands verification codes to an SMS service. One is in use at a time. Each time you save it, the version before is kept, until another connector takes its place.
console-connector-in-use = In use
console-connector-open = Settings
console-connector-set-up = Set up
console-connector-look-at = Look
console-connector-none = Nothing sends verification codes yet. Choose a service below and follow its steps; your users notice nothing until you switch phone sign-in on.
console-connector-missing = Phone sign-in is switched on, but there is no connector: nobody can sign in. Set one up below.
console-connector-not-enabled = The connector is ready, but phone sign-in is switched off: your users cannot use it yet.
console-connector-no-notices = The connector has no template for notices: when the phone number of an account is changed, the old number gets no message.
console-connector-enable = Switch it on in the sign-in experience
console-connector-replaces = Saving puts this connector in the place of “{ $name }”, which is in use now:
console-replaces-versions = The versions of the old one go with it: they can no longer be looked at or gone back to.
console-connector-saved = Saved. New messages go out through this version.
console-connector-changed = Somebody else saved a version while you were typing. What you typed is still here: compare it under Versions, then save once more to put it on top.
console-connector-delete = Delete connector
console-connector-delete-ask = Delete…
console-connector-deleted = The connector was deleted.
console-delete-stops = Phone sign-in is switched on. From the moment you delete this connector, nobody can sign in or register until another one is set up.
console-delete-stops-no-sign-in = Phone sign-in is switched off, so nothing changes on the sign-in pages.
console-delete-api = Applications that send codes through the management API (/api/verification-codes) get an error until another connector is set up.
console-delete-versions = Its versions can no longer be looked at or gone back to.
console-delete-under-way = Messages under way keep the version they went out with.
console-delete-secrets = Its keys stay encrypted for one more day, to ask what became of the last messages, and are then erased.
console-gallery = SMS services
console-gallery-lead = Each page guides you from an empty account to the first message.
console-place = Region
console-place-mainland = Mainland China
console-place-outside = Outside Mainland China
console-can-look = Live check
console-can-receipts = Delivery receipts
console-can-test = Test signatures and numbers
console-can-conversions = Reports entered codes back
console-steps = Step by step
console-steps-code = Text to copy
console-account-part = Account
console-account-part-lead = Enter the keys, then let Haoma look: signatures and templates are read from the account, so that you need not copy any code.
console-account-look = Check the account
console-settings-part = Settings
console-more-settings = More settings
console-by-hand = Type names and codes by hand instead
console-choose = Choose…
console-no-template = None
console-not-in-account = { $name } (not usable in this account)
console-secret-kept = { $end } – type to replace
console-secret-remove = Remove: { $name }
console-secret-since = Set { $since }.
console-only-when = Only when “{ $field }” is “{ $value }”.
console-only-when-on = Only when “{ $field }” is on.
console-only-when-off = Only when “{ $field }” is off.
console-on = On
console-off = Off
console-variable = { $place }: variable
console-uses-others = Other uses
console-found =
    The account was seen. Usable for verification codes: { $signatures ->
        [one] 1 signature
       *[other] { $signatures } signatures
    } and { $templates ->
        [one] 1 template
       *[other] { $templates } templates
    }. Choose them below.
console-found-too-little = An approved signature and an approved verification code template are both needed. The lists below tell how far the reviews are.
console-found-not-whole = There is more in the account than is offered here; other names and codes can be typed by hand.
console-not-found = The account could not be seen.
console-signature = Signature
console-signatures = Signatures in the account ({ $count })
console-template = Template
console-templates = Templates in the account ({ $count })
console-review = Review
console-note = Note
console-text = Text
console-state = State
console-review-approved = Approved
console-review-waits = In review
console-review-rejected = Rejected
console-review-cancelled = Withdrawn
console-review-unknown = Unknown state
console-review-since = since { $since }
console-test-only = Test only
console-not-for-codes = Not for codes
console-for-notices = For notices
console-template-braces = Not offered: the place of the code is written {"{{"}code{"}}"}, which Aliyun sends as it stands. It has to be ${"{"}code{"}"}.
console-template-no-variable = Not offered: it has no variable to put the code into.
console-template-variables = Not offered: it has several variables ({ $names }), and only the code is filled in.
console-template-no-notice = Not offered: it is no verification template, and a notice has the variables number and time and no others.
console-notice-signature = The signature is for verification codes only, so Aliyun would refuse notices with it. Enter a general one as the signature of notices.
console-mixed-signature = The signature is for tests only and this template is not: the provider takes neither with the other.
console-mixed-template = This template is for tests only and the signature is not: the provider takes neither with the other.
console-act-here = Open the page where this is put right
console-who-administrator = For you to put right.
console-who-end-user = For the owner of the number to put right.
console-who-provider = For the provider to put right.
console-who-haoma = A fault in Haoma. Please report it.
console-provider-code = Provider’s code
console-provider-request = Request ID for support
console-provider-message = Provider’s message ID
console-message-id = Message ID
console-preview-length =
    { $characters ->
        [one] 1 character
       *[other] { $characters } characters
    }, billed as { $parts ->
        [one] 1 message
       *[other] { $parts } messages
    }
console-paste = Paste a configuration
console-paste-field = Configuration as JSON
console-paste-hint = A connector’s configuration as Logto keeps it, the whole connector from its API, or the API’s list of connectors. It fills the fields; nothing is saved yet.
console-paste-go = Fill in
console-paste-bad = This is not a connector’s configuration in JSON.
console-paste-other = This belongs to another kind of connector: { $names }.
console-paste-ignored = Filled in. These settings were left out, because this form does not have them:
console-trial = Try it
console-trial-lead = Sends one real message with the settings above, before anything is saved. It carries 000000, which verifies nothing.
console-trial-phone = Phone number
console-trial-phone-hint = Your own number. With + and country code for other countries.
console-trial-usage = What for
console-trial-send = Send
console-trial-receipt = Ask for the receipt
console-report-prepared = Prepared with the template for “{ $usage }”
console-report-to = To
console-report-sent = Signed and handed over: answered after { $ms } ms
console-report-under-way = Signing, and handing over to the provider…
console-report-unanswered = Signed and handed over: no answer within { $ms } ms
console-report-not-sent = Not handed over: given up after { $ms } ms
console-report-lost = The connection broke meanwhile. The message may have been sent: look under Messages.
console-report-accepted = Accepted by the provider
console-report-waits = Waiting for the operator’s receipt
console-report-delivered = Delivered: the operator confirms that it arrived
console-report-undelivered = Not delivered: the operator could not hand it over
console-report-no-trace = The provider does not know of it yet. Ask again in a moment.
console-report-no-template = There is no template for “{ $usage }”, none for “Generic” and none for “Test” where this number is.
console-next-wait = Refused: this number has had enough messages for now
console-next-fix-number = Refused: the provider does not know this number
console-next-fix-configuration = Refused: a setting or the account has to be put right
console-next-add-template = Not sent: a template is missing
console-next-try-again = Not sent: the provider cannot be reached. Trying again is safe.
console-next-unknown = No answer: the message may have been sent
console-save-part = Save
console-save-part-lead = Stores a new version, which is in use at once. You can go back to any earlier one.
console-save-and-done = Save and Done
console-saved-by = Saved by
console-saved-at = Saved
console-saved-by-file = Configuration file
console-saved-by-application = Application { $id }
console-version = Version
console-versions = Versions
console-version-n = Version { $version }
console-version-n-used = Version { $version } (in use)
console-version-used = In use
console-version-is-used = This version is in use.
console-version-same = This version says the same as the one in use.
console-version-same-as = Both versions say the same.
console-version-with = Compare with
console-version-compare = Compare
console-version-changes = Changes
console-version-compare-n = Compared with version { $version }
console-version-for-owners = Only an owner can go back to this version: it would change which machines this server calls.
console-version-differences = What differs, and every secret
console-version-back-ask = Go back to this version…
console-version-back-text = Version { $version } is stored again as the newest version and is in use at once. Nothing is lost: the version in use now stays in the list.
console-version-back-go = Go back
console-version-restored = The earlier version is in use again.
console-version-unfit = This version cannot be used any more: its settings no longer pass the checks.
console-setting = Setting
console-secret-changed = Changed
console-secret-unchanged = Unchanged
console-prove-connector = You are about to save a connector.
console-prove-connector-delete = You are about to delete the connector.
console-prove-version = You are about to go back to version { $version }.
usage-SignIn = Sign in
usage-Register = Register
usage-Generic = Generic
usage-ForgotPassword = Forgotten password
usage-Test = Test
usage-OrganizationInvitation = Invitation
usage-UserPermissionValidation = Confirmation
usage-BindNewIdentifier = New phone number
usage-MfaVerification = Second step
usage-BindMfa = Setting up the second step
usage-PhoneChanged = Number changed (notice)
usage-hint-SignIn = Somebody signs in.
usage-hint-Register = Somebody new registers.
usage-hint-Generic = Every use without a template of its own.
usage-hint-ForgotPassword = Kept for configurations from elsewhere; not sent here.
usage-hint-Test = The test message of this page, when nothing else fits.
usage-hint-OrganizationInvitation = Kept for configurations from elsewhere; not sent here.
usage-hint-UserPermissionValidation = Somebody confirms a sensitive change.
usage-hint-BindNewIdentifier = Somebody changes their number.
usage-hint-MfaVerification = Kept for configurations from elsewhere; not sent here.
usage-hint-BindMfa = Kept for configurations from elsewhere; not sent here.
usage-hint-PhoneChanged = Optional. A message without a code to the number an account had, once it has another one. Needs a notification template with the variables number (the last digits of the new number) and time, and no others. Without a template nobody is told.

## Console: the sign-in experience

console-experience-lead = Who may sign in by phone, and what the sign-in pages look like. What you save is in use at once.
console-experience-open = Open
console-experience-partly = Partly open
console-experience-closed = Closed
console-experience-missing = Before everybody can sign in:
console-experience-overtaken = Somebody else saved this page while you were typing. What you typed is below and is not saved yet. It differs from what is saved now in:
console-experience-stored = Drop what I typed and show what is saved
console-experience-read-only = Your role lets you look at this page but not change it.
console-account-center = Account page
console-account-center-lead = At /account people see and change their own account: number, name, devices, applications with access.
console-account-center-switch = People may see and change their own account
console-account-center-hint = The account API obeys it, too. Which parts are open can be narrowed with PATCH /api/account-center.
console-account-center-save = Save account page
console-account-center-on = The account page is open.
console-account-center-off = The account page is closed.
console-account-center-overtaken = Not saved: somebody else changed this in the meantime.
console-experience-saved = Saved. The sign-in pages use it from now on.
console-experience-same = There was nothing to save: nothing has been changed.
console-experience-save = Save
console-experience-undo = Undo changes
console-experience-parts = Parts of this page
console-experience-part-open = Access
console-experience-part-countries = Countries
console-experience-part-look = Look
console-experience-part-terms = Terms
console-experience-part-codes = Codes
console-experience-part-preview = Preview

console-experience-sign-in-methods = Sign-in by phone
console-experience-sign-in-methods-hint = People come in with their phone number and a code by SMS. While this is off, the pages say so and no message is sent; whoever is signed in stays signed in.
console-experience-sign-up-identifiers = Ask new people for their number only
console-experience-sign-up-identifiers-hint = At present a new account would also need a user name, an e-mail address or a password, which these pages do not ask for, so nobody can register.
console-experience-sign-in-mode = Who may come in
console-experience-sign-in-mode-sign-in-and-register = Everybody: register or sign in, in one step
console-experience-sign-in-mode-sign-in-and-register-hint = A number without an account gets one as soon as the code is right; a number with an account is signed in. People need not know which of the two they are doing.
console-experience-sign-in-mode-sign-in = Only people who have an account
console-experience-sign-in-mode-sign-in-hint = Nobody new can register. An unknown number sees the same page as a known one but is sent no message, so nobody learns who has an account and you do not pay for it.
console-experience-sign-in-mode-register = Only new people
console-experience-sign-in-mode-register-hint = Every sign-in is a registration. A number that already has an account is sent a code and is then told that it is registered already.
console-experience-unknown-session-redirect-url = Where expired pages lead
console-experience-unknown-session-redirect-url-hint = Whoever opens a sign-in page from a bookmark or after it has expired is led here, for instance to your home page. Without it they see a page that explains what to do.

console-experience-countries-lead = Only numbers of these countries and regions are sent codes. Allow only those you have users in: messages abroad cost more, and fraud likes numbers nobody needs.
console-experience-phone-regions-allowed = Allowed countries and regions
console-experience-phone-regions-default = Country or region shown first
console-experience-more-countries = More countries and regions
console-experience-search = Search by name or code

console-experience-branding-name = Brand name
console-experience-branding-name-hint = Stands at the top of the pages, and for people who cannot see the logo.
console-experience-branding-logo-url = Logo
console-experience-branding-logo-url-hint = Address of a picture, shown 36 pixels high instead of the mark and the name.
console-experience-branding-dark-logo-url = Logo on dark ground
console-experience-branding-favicon = Icon of the browser tab
console-experience-color-primary-color = Colour
console-experience-color-dark-primary-color = Colour in the dark
console-experience-pick = Pick: { $what }
console-experience-moved = { $chosen } has a contrast of { $ratio } to 1 with a ground of the pages; text needs 4.5 to 1. The pages use { $used } instead, the nearest colour that can be read.
console-experience-readable = The contrast with the grounds of the pages is { $ratio } to 1 or more: it can be read.
console-experience-color-is-dark-mode-enabled = Dark pages on dark devices
console-experience-color-is-dark-mode-enabled-hint = When this is off, the pages are light on every device.
console-experience-language-info-fallback-language = Default language
console-experience-language-info-auto-detect = Use the language of the browser
console-experience-language-info-auto-detect-hint = The default language is for browsers that ask for none of ours. When this is off, everybody gets it until they choose another.

console-experience-terms-lead = People find the links at the bottom of every page. Without an address there is nothing to agree to.
console-experience-terms-of-use-url = Terms of use
console-experience-privacy-policy-url = Privacy policy
console-experience-agree-to-terms-policy = How people agree
console-experience-agree-to-terms-policy-manual = Everybody ticks a box
console-experience-agree-to-terms-policy-manual-hint = Below the phone number, at every sign-in. It is never ticked beforehand.
console-experience-agree-to-terms-policy-manual-registration-only = They tick a box where they may register
console-experience-agree-to-terms-policy-manual-registration-only-hint = The page does not know yet who is new, so everybody ticks the box while registration is open, and nobody while it is closed.
console-experience-agree-to-terms-policy-automatic = Going on is agreeing
console-experience-agree-to-terms-policy-automatic-hint = A sentence below the button says so. In mainland China the law asks for explicit consent (PIPL, Article 14): use a box there.

console-experience-length = A code has six digits; that cannot be changed. A field that is left empty is as the configuration file of the server says.
console-experience-verification-code-policy-expiration-duration = Seconds a code works
console-experience-verification-code-policy-expiration-duration-hint = 60 to 600; empty: { $otherwise }. If your SMS template names a time, use the same.
console-experience-verification-code-policy-max-retry-attempts = Tries for one code
console-experience-verification-code-policy-max-retry-attempts-hint = 1 to 10; empty: { $otherwise }.
console-experience-verification-code-policy-resend-cooldown = Seconds between two messages
console-experience-verification-code-policy-resend-cooldown-hint = 60 to 600; empty: { $otherwise }. Later messages to the same number wait longer.

console-experience-preview-lead = The real pages with what is typed above, saved or not. Nothing in the preview can be pressed, and no message is sent.
console-experience-preview-title = Preview of a sign-in page
console-experience-preview-show = Show preview
console-experience-preview-page = Page
console-experience-preview-phone = Phone number
console-experience-preview-code = Code
console-experience-preview-lang = Language of the page
console-experience-preview-theme = Light or dark
console-experience-preview-light = Light
console-experience-preview-dark = Dark
console-experience-preview-size = Device
console-experience-preview-small = Phone
console-experience-preview-wide = Computer

## Console: lists

console-filter-any = Any
console-filter-from = From
console-filter-to = To
console-list-end = The list ends before this page
console-list-end-lead = There is nothing further back. “Newer” leads to the beginning.
console-list-cut = Only a part of the list has been searched so far. “Older” searches further back; a shorter time finds things sooner.
console-took-millis = +{ $count } ms
console-took-seconds = +{ $count } s
error-filter-not-a-day = Write the day as year-month-day, such as 2026-01-31.

## Console: messages

console-messages-lead = Every code that was sent or should have been. Times are UTC. Numbers are masked, and codes are not stored at all.
console-messages-number = Phone number
console-messages-number-hint = The whole number, with its country code unless it is the country shown first. It goes into no address and no log.
console-messages-search = Find its messages
console-messages-this-number = This number
console-messages-time = Time
console-messages-to = Number
console-messages-use = Use
console-messages-status = State
console-messages-version = Connector
console-messages-code = Provider’s code
console-messages-version-number = Version { $count }
console-messages-tried-out = Tried out
console-messages-none = No messages yet
console-messages-none-lead = As soon as somebody asks for a code, it is listed here with what became of it.
console-messages-no-connector = No messages yet
console-messages-no-connector-lead = Set up an SMS connector first. Then send a test message, which is listed here, too.
console-messages-none-fit = No message fits
console-messages-none-fit-lead = Search a longer time, or clear what narrows the list.
message-status-pending = Under way
message-status-pending-about = The message is stored and on its way to the provider; there is no answer yet.
message-status-pending-event = Under way
message-status-accepted = Accepted
message-status-accepted-about = The provider took the message. Whether it arrived is told by its receipt.
message-status-accepted-event = Accepted by the provider
message-status-refused = Refused
message-status-refused-about = The provider refused the message. Nothing was sent, and nothing is charged for it.
message-status-refused-event = Refused by the provider
message-status-not-sent = Not sent
message-status-not-sent-about = The message never reached the provider. The person can safely try again.
message-status-not-sent-event = Surely not sent
message-status-unknown = Unknown
message-status-unknown-about = The provider did not answer in time. The message may have been sent, so it is never sent again by itself; the provider is asked about it.
message-status-unknown-event = No answer in time
message-status-delivered = Delivered
message-status-delivered-about = The operator reports that the message arrived.
message-status-delivered-event = The receipt came: delivered
message-status-undelivered = Not delivered
message-status-undelivered-about = The operator reports that the message did not arrive: the phone may be off, out of reach or blocking it.
message-status-undelivered-event = The receipt came: not delivered
message-for-SignIn = Sign in
message-for-Register = Register
message-for-ForgotPassword = Recover an account
message-for-Generic = Anything
message-for-Test = Test
message-for-OrganizationInvitation = Invitation
message-for-UserPermissionValidation = Confirm something sensitive
message-for-BindNewIdentifier = New number
message-for-MfaVerification = Second step
message-for-BindMfa = Set up the second step
message-for-PhoneChanged = Notice of another number

console-message-title = Message to { $number }
console-message-state = What became of it
console-message-ask = Look up the receipt now
console-message-ask-hint = Asks the provider what became of the message. Sends nothing and costs nothing.
console-message-verdict = What the provider’s code means
console-message-facts = Details
console-message-facts-lead = The provider’s support asks for the request ID and the message ID.
console-message-to = Number
console-message-use = Use
console-message-connector = Kind of connector
console-message-version = Its configuration
console-message-code = Provider’s code
console-message-request = Provider’s request ID
console-message-provider-id = Provider’s message ID
console-message-meant = Stored, then handed to the provider
console-message-check = The provider is asked again
console-message-no-trace = The provider knows nothing of this message yet. That is no proof that it was not sent.
console-message-no-answer = The provider could not be asked. Try again in a moment; the server’s log says more.
console-message-nobody = Nobody can be asked: the connector of this message is gone, or its number cannot be opened.
console-message-delivered = The operator reports that the message arrived.
console-message-undelivered = The operator reports that the message did not arrive.
console-message-on-its-way = The provider has accepted the message; there is no receipt yet.
console-desk-administrator = For you to do:
console-desk-person = For the person who signs in:
console-desk-aliyun = For Aliyun, or the operator:
console-desk-haoma = A mistake of Haoma:
console-desk-link = Open Aliyun’s page about it

## Console: audit log

console-audit-lead = Who did what, with what result. Times are UTC. Codes, numbers, keys and tokens are never part of it.
console-audit-kind = Kind
console-audit-event = Event
console-audit-result = Result
console-audit-Success = Done
console-audit-Error = Failed
console-audit-time = Time
console-audit-who = By
console-audit-about = About
console-audit-by-configuration = Configuration file
console-audit-by-command = Command on the server
console-audit-by-age = By itself, by its age
console-audit-administrator = Administrator
console-audit-same-administrator = By this administrator
console-audit-ip = Address
console-audit-user = User ID
console-audit-application = Application ID
console-audit-session = Session
console-audit-interaction = Interaction
console-audit-error = Error code
console-audit-program = Program
console-audit-key = Key
console-audit-id = Event ID
console-audit-same-kind = Of this kind
console-audit-same-user = Of this user
console-audit-same-application = Of this application
console-audit-all-of-these = Show all of them
console-audit-facts = Details
console-audit-payload = More about it
console-audit-none = No events yet
console-audit-none-lead = What administrators, programs and users do is listed here from now on.
console-audit-none-fit = No event fits
console-audit-none-fit-lead = Search a longer time, or clear what narrows the list.
console-audit-export = Take it along
console-audit-export-lead = A file of what the list above holds: { $count } events at most, the newest first. Taking one is an event itself.
console-audit-export-csv = CSV for spreadsheets
console-audit-export-jsonl = JSON lines for programs
event-group-Interaction = Sign-in and registration
event-group-ExchangeTokenBy = Tokens issued
event-group-RevokeToken = Tokens taken back
event-group-User = Users
event-group-Application = Applications
event-group-Connector = Connectors
event-group-SignInExperience = Sign-in experience
event-group-Message = Messages
event-group-Administrator = Administrators
event-group-AuditLog = Audit log
event-group-Session = Sign-out
event-group-SigningKey = Keys that sign tokens
event-group-SealingKey = Keys that seal secrets
event-group-Resource = API resources
event-group-Scope = Scopes
event-group-Role = Roles
event-group-SendingRule = Blocked and let through
event-group-Refused = What was refused
event-refused = Refused: { $reason }
event-SendingRule-Saved = Rule of sending saved
event-SendingRule-Deleted = Rule of sending taken away
event-User-WrongCodes-Forgotten = Wrong codes for a user’s number forgotten
event-Alarm-WrongCodes = Alarm: many wrong codes
event-Alarm-Budget = Alarm: budget
event-Alarm-Country = Alarm: messages to a country that nobody verifies
event-Interaction-SignIn-Create = Sign-in begun
event-Interaction-SignIn-Update = Turned to signing in
event-Interaction-SignIn-Verification-PhoneVerificationCode-Create = Code sent for sign-in
event-Interaction-SignIn-Verification-PhoneVerificationCode-Submit = Code checked for sign-in
event-Interaction-SignIn-Identifier-Submit = User found by number
event-Interaction-SignIn-Submit = Sign-in completed
event-Interaction-Register-Create = Registration begun
event-Interaction-Register-Update = Turned to registering
event-Interaction-Register-Verification-PhoneVerificationCode-Create = Code sent for registration
event-Interaction-Register-Verification-PhoneVerificationCode-Submit = Code checked for registration
event-Interaction-Register-Identifier-Submit = Account created by registering
event-Interaction-Register-Profile-Update = Number kept for registration
event-Interaction-Register-Submit = Registration completed
event-Interaction-Consent-Submit = Consent given
event-ExchangeTokenBy-AuthorizationCode = Tokens for an authorization code
event-ExchangeTokenBy-RefreshToken = Tokens for a refresh token
event-ExchangeTokenBy-ClientCredentials = Token for a service
event-User-Created = User created
event-User-Data-Updated = User changed
event-User-SuspensionStatus-Updated = User locked or unlocked
event-User-Deleted = User deleted
event-User-Session-Deleted = User’s session ended
event-Application-Created = Application created
event-Application-Data-Updated = Application changed
event-Application-Deleted = Application deleted
event-Application-Roles-Updated = Roles of an application changed
event-User-Roles-Updated = Roles of a user changed
event-Resource-Created = API resource created
event-Resource-Data-Updated = API resource changed
event-Resource-Deleted = API resource deleted
event-Scope-Created = Scope created
event-Scope-Data-Updated = Scope changed
event-Scope-Deleted = Scope deleted
event-Role-Created = Role created
event-Role-Data-Updated = Role changed
event-Role-Deleted = Role deleted
event-Role-Scopes-Updated = Scopes of a role changed
event-Role-Users-Updated = Users of a role changed
event-Role-Applications-Updated = Applications of a role changed
event-Interaction-Logout-Notify = Application told of a sign-out
event-Application-Secret-Created = Application secret created
event-Application-Secret-Updated = Application secret renamed
event-Application-Secret-Deleted = Application secret deleted
event-Connector-Created = Connector set up
event-Connector-Updated = Connector saved
event-Connector-RolledBack = Connector’s earlier version restored
event-Connector-Tested = Test message sent
event-Connector-Looked = Provider’s account checked
event-Connector-ReceiptAsked = Receipt of a test message asked for
event-User-Phone-Shown = User’s number shown
event-VerificationCode-Created = Code sent for a program
event-VerificationCode-Verified = Code checked for a program
event-SignInExperience-Updated = Sign-in experience changed
event-RevokeToken = Token revoked
event-RevokeGrants = Authorizations revoked
event-group-VerificationCode = Codes for programs
event-group-RevokeGrants = Authorizations revoked
event-Connector-Deleted = Connector deleted
event-Message-LookedUp = Receipt looked up
event-group-Account = Own account
event-Account-Data-Updated = Own account changed
event-Account-PrimaryPhone-Updated = Own number changed
event-Account-PrimaryPhone-OldNumberTold = Old number told of the change
event-Account-Verification-PhoneVerificationCode-Create = Code sent for own account
event-Account-Verification-PhoneVerificationCode-Submit = Code checked for own account
event-Account-Session-Deleted = Own session ended
event-Account-Grant-Deleted = Own authorization revoked
event-Account-Center-Updated = Account center changed
event-Administrator-Create = Administrator added
event-Administrator-Delete = Administrator removed
event-Administrator-Role = Administrator’s role changed
event-Administrator-Link = One-time link made
event-Administrator-Welcome = Password chosen through a link
event-Administrator-Password = Administrator’s password changed
event-Administrator-Prove = Password asked again
event-Administrator-SignIn = Administrator signed in
event-Administrator-SignOut = Administrator signed out
event-Administrator-EndSession = Administrator’s session ended
event-Administrator-Second = Second step asked
event-Administrator-SecondSet = Second step switched on
event-Administrator-SecondRemoved = Second step switched off
event-AuditLog-Exported = Audit log exported
event-Session-Ended = Signed out
event-SigningKey-Promoted = Signing key took over
event-SigningKey-Removed = Signing key published no longer
event-SealingKey-Rotated = Secrets sealed anew

## Console: overview

console-next = What to do next
console-next-lead = People cannot sign in, or not all of them, until this is done.
console-next-no-application = There is no application that people could sign in to.
console-ready = Everything is set up, and nobody has signed in yet. Try it out yourself.
console-ready-demo = Open the demo application
console-ranges = Range of time
console-days = Day by day
console-days-lead = Days begin and end at midnight UTC. Today is counted anew every minute.
console-figure-users = Users in all
console-figure-registrations = New users
console-figure-sign-ins = Sign-ins
console-figure-accepted = Messages accepted
console-figure-failed = Messages failed
console-figure-open = Messages without outcome
console-figure-conversion = Conversion
console-figure-conversion-all = { $percent }% of the codes sent were entered correctly.
console-figure-conversion-none = No codes were sent.
console-funnel = How far people come
console-funnel-lead = Who asks for another code is counted again.
console-funnel-sent = Codes sent
console-funnel-verified = Codes entered correctly
console-funnel-signed-in = Signed in or registered
console-chart-total = { $count } in all.
console-chart-most = Most on { $day }: { $count }.
console-chart-day = Day
console-chart-table = As a table
console-range =
    { $count ->
        [one] 1 day
       *[other] { $count } days
    }

## Console: settings

console-settings-lead = What this server runs with. It is changed in haoma.toml or the environment and holds after a restart; what the sign-in experience sets holds at once. Secrets are never shown. docs/reference/configuration.md explains every key.
setting-column = Setting
setting-value = Value
setting-by = Changed by
setting-or-experience = or in the sign-in experience
setting-fixed = Fixed
setting-none = None
setting-no-limit = No limit
setting-no-pause = No pause
settings-server = Server
settings-server-lead = Where it is reached, and what it keeps its data in.
setting-endpoint = Public address
setting-trusted-proxies = Proxies whose word on addresses counts
setting-issuer = Issuer (OpenID Connect)
setting-database = Database
setting-mode = Kind
setting-production = Production
setting-demo = Demo with a simulated SMS service
setting-version = Version of Haoma
settings-codes = Verification codes
settings-codes-lead = Codes are derived when they are needed and never stored. A code that was sent works for as long as it said then; the number of tries holds for it, too.
setting-code-life = A code works for
setting-code-tries = Tries for one code
settings-limits = Limits on messages
settings-limits-lead = They are counted in the database, so a restart or a second server opens nothing. Once in force, a new figure applies also to what is counted already; only a pause that has begun keeps its length, and what was counted of a number before leaves at the old pace.
setting-cooldown-first = Pause after the first message to a number
setting-cooldown-second = Pause after the second
setting-cooldown-later = Pause after every later one
setting-hour = To one number in any hour
setting-day = To one number in any 24 hours
setting-at-once = Which means, to one number at once
setting-then-every = , then one more every { $every }
setting-without-work = { $count } without a small task
setting-with-work = { $count } with one
setting-with-captcha = { $count } with the captcha
setting-more-for-work = any number with a small task
setting-in-new-browsers = { $count } from new browsers
setting-above = Follows from the two above
setting-walk = Within one sign-in
setting-walk-numbers = Different numbers within one sign-in
setting-provider = Provider’s own limit: to one mainland number in a calendar hour (UTC+8)
settings-places = Messages that nobody verified
settings-places-lead = Every verified code makes room for half a message more where it was asked from and in its country. Who signed in with the number in the same browser before is not counted here.
setting-number-network = From one network to one number within 24 hours
setting-address = From one address (IPv6: /64) within 24 hours
setting-network = From one network (/24, IPv6: /48) within 24 hours
setting-countries-other = Countries besides the usual one from one address within 24 hours
setting-country = To one country within six hours
setting-country-price = The same where messages are expensive
setting-fewer-above = Fewer where a message costs more than { $price }
setting-country-homes = When that of the usual country is used up: messages within 24 hours from networks that left no code unverified, for a larger task
setting-captcha = Captcha where a small task helps no more
setting-captcha-down = While it cannot be had
setting-captcha-challenge = As without one
setting-captcha-refuse = Nothing is sent
setting-captcha-network = Captchas failed from one network (/24, IPv6: /48) within 24 hours
setting-captcha-hour = Captchas checked within an hour
settings-budget = Budget
settings-budget-lead = For all messages together. From three fifths on a message costs a small task; the last fifth is kept for people who signed in in the same browser before.
setting-budget-hour = Messages within an hour
setting-budget-day = Messages within 24 hours
setting-money-hour = What they cost within an hour
setting-money-day = What they cost within 24 hours
setting-patience = Longest wait for the database before a message; it is refused after that
settings-guesses = Wrong codes
settings-guesses-lead = Every guess is counted before it is judged; a right one is given back. The last ones are kept for browsers the number signed in in before. After a change, what was counted of a number before leaves at the old pace.
setting-guesses-hour = For one number in any hour
setting-guesses-day = For one number in any 24 hours
setting-guesses-at-once = Which means, for one number at once
setting-guesses-in-a-row = For one number without a right one in between
setting-guesses-network = From one network for one number
setting-guesses-address = Guesses from one address within a minute
settings-administrators = Administrators
settings-administrators-lead = How long they stay signed in, and how often a password or code may be guessed.
setting-idle = A session ends without use after
setting-session = and in any case after
setting-link = A one-time link works for
setting-guesses = Guesses at one account from one place
setting-guesses-second = Guesses at one second step from new browsers
setting-guesses-at-all = Guesses at all accounts from one place
settings-retention = What is kept, and how long
settings-retention-lead = Afterwards it is deleted for good.
setting-kept-messages = Messages, with the number sealed
setting-kept-events = Audit events
setting-kept-codes = Expired codes’ records, without the code
settings-sealing = Sealing of secrets
settings-sealing-lead = Numbers of messages, connector configurations and private keys are encrypted with a key that is not in the database. To exchange it, configure the new key, keep the old one as previous_sealing_key, and run the command below.
setting-seals = Seals with
setting-opens = Also opens what was sealed with
console-sealing-look = Look whether an older key is still needed
console-sealing-look-hint = Reads every sealed secret; among millions of messages that takes a while.
console-sealing-left = Something is still sealed with an older key. Run “haoma keys rotate” before that key is removed.
console-sealing-clean = Nothing is left under an older key.
console-sealing-rotate = Command that seals everything anew
console-signing = Keys that sign tokens
console-signing-lead = Their public halves are published at /oidc/jwks. Private keys never leave the server.
key-id = Key ID
key-state = State
key-algorithm = Algorithm
key-made = Made
key-next = Next
key-current = Signs
key-previous = Still published
setting-tries =
    { $count ->
        [one] 1 try
       *[other] { $count } tries
    }
setting-messages =
    { $count ->
        [one] 1 message
       *[other] { $count } messages
    }
setting-checks =
    { $count ->
        [one] 1 check
       *[other] { $count } checks
    }
setting-numbers =
    { $count ->
        [one] 1 number
       *[other] { $count } numbers
    }
setting-countries =
    { $count ->
        [one] { $count } country
       *[other] { $count } countries
    }
setting-days =
    { $count ->
        [one] 1 day
       *[other] { $count } days
    }
setting-hours =
    { $count ->
        [one] 1 hour
       *[other] { $count } hours
    }
setting-minutes =
    { $count ->
        [one] 1 minute
       *[other] { $count } minutes
    }
setting-seconds =
    { $count ->
        [one] 1 second
       *[other] { $count } seconds
    }
setting-milliseconds = { $count } ms

## Console: API reference

console-api-lead = Everything the console does, programs can do, too. Names and descriptions are as in the OpenAPI document.
console-api-document = OpenAPI document
console-api-token = Get a token first
console-api-token-lead = Of an application of the type machine-to-machine that has the right to use the management API.
console-api-contents = Contents
console-api-shapes = Shapes
console-api-shapes-lead = What is sent and answered.
console-api-body = Body
console-api-answers = Answers
console-api-parameters = Parameters
console-api-members = Members
console-api-name = Name
console-api-kind = Type
console-api-needed = Needed
console-api-required = Required
console-api-about = About

## Console: web-hooks

console-hooks = Web-hooks
console-hooks-lead = A web-hook tells a program of yours what happens here: somebody signs in, an account changes, messages stop going out.
console-hooks-none = No web-hooks yet
console-hooks-none-lead = Add one to let a program of yours know what happens here.
console-hook-add = Add web-hook
console-hook-create = Add web-hook
console-hook-name = Name
console-hook-name-wrong = Enter a name of up to 128 characters.
console-hook-url = Address
console-hook-url-hint = Where requests are posted to: https, reachable from the internet.
console-hook-url-wrong = Enter an https address that is reachable from the internet, without user and password. This machine and private networks are only possible where an owner allows it.
console-hook-state = State
console-hook-enabled = On
console-hook-disabled = Off
console-hook-enable = Send requests
console-hook-enable-hint = While this is off, nothing is sent, and what happens meanwhile is never told.
console-hook-private = Allow private addresses
console-hook-private-hint = For a program on this machine or in a private network; only there plain http is possible.
console-hook-events = Events
console-hook-events-wrong = Choose at least one event.
console-hook-events-count = { $count ->
    [one] 1 event
   *[other] { $count } events
}
console-hook-events-interaction = People signing in
console-hook-events-data = Users, roles and scopes
console-hook-events-exception = Trouble
console-hook-event-postregister = Somebody registered through the sign-in pages
console-hook-event-postsignin = Somebody signed in
console-hook-event-user-created = A user was created, by registering or otherwise
console-hook-event-user-data-updated = What is known of a user changed
console-hook-event-user-suspensionstatus-updated = A user was locked out or let in again
console-hook-event-user-deleted = A user was deleted
console-hook-event-role-created = A role was created
console-hook-event-role-data-updated = What is known of a role changed
console-hook-event-role-scopes-updated = A role opens more, or less
console-hook-event-role-deleted = A role was deleted
console-hook-event-scope-created = An API resource got a scope
console-hook-event-scope-data-updated = What is known of a scope changed
console-hook-event-scope-deleted = A scope was deleted
console-hook-event-identifier-lockout = A code was guessed at too often and works no more
console-hook-event-message-ratelimited = A number got as many messages as it may
console-hook-event-message-refused = The SMS service refused a message
console-hook-event-message-notsent = A message did not reach the SMS service
console-hook-event-message-outcomeunknown = The SMS service did not say whether it took a message
console-hook-event-message-delivered = A message of unknown outcome arrived after all
console-hook-event-message-undelivered = A message of unknown outcome did not arrive
console-hook-event-connector-failing = The connector cannot send: no money left, a wrong key, no connection, no answer (told once a day)
console-hook-event-connector-recovered = The connector sends again
console-hook-headers = Headers
console-hook-headers-hint = One per line, such as Authorization: Bearer abc. Saved values are shown as **** and kept if you leave them so.
console-hook-headers-wrong = Enter one header per line as Name: value, in letters, digits and signs of ASCII. Headers that Haoma sets itself are not possible. When the address changes, enter saved values anew.
console-hook-retries = Quick retries
console-hook-retries-hint = How often a failed request is repeated within seconds, 0 to 10. After that it is tried for a day, at growing intervals.
console-hook-retries-wrong = Enter a whole number from 0 to 10.
console-hook-key = Signing key
console-hook-key-once = Copy it now: it is shown only this once. Your program needs it to check that requests come from here.
console-hook-key-lead = Every request carries an HMAC-SHA-256 of its body under this key, in hexadecimal. Check it before you believe a request.
console-hook-key-header = Header
console-hook-key-renew = New signing key
console-hook-key-renew-what = Requests are signed with the new key at once. Your program refuses them until it has it.
console-hook-key-renew-go = Make a new key
console-hook-test = Try it out
console-hook-test-lead = Sends a made-up event to the saved address, signed like a real one.
console-hook-test-event = Event
console-hook-test-go = Send
console-hook-test-good = Your program answered well.
console-hook-test-status = Your program answered with status { $status }.
console-hook-test-answer = Answer
console-hook-trouble-address-not-allowed = The name leads to this machine, a private network or a metadata service.
console-hook-trouble-private-address = The address leads to this machine, a private network or a metadata service.
console-hook-trouble-plain-http = Plain http is only possible in private networks.
console-hook-trouble-bad-address = The address is none that requests can go to.
console-hook-trouble-name-not-resolved = The name in the address was not found.
console-hook-trouble-connection-refused = Nobody listens at the address.
console-hook-trouble-tls-failed = No encrypted connection: check the certificate.
console-hook-trouble-connect-timeout = No connection within 3 seconds.
console-hook-trouble-not-connected = No connection.
console-hook-trouble-no-answer = No answer within 10 seconds.
console-hook-trouble-connection-broken = The connection broke before the answer came.
console-hook-trouble-answer-unreadable = What answered does not speak HTTP.
console-hook-trouble-unreadable = What was to be told cannot be read any more: its key is gone, or it is damaged.
console-hook-trouble-request-unbuildable = The request could not be written: check the headers.
console-hook-health = Last 24 hours
console-hook-health-lead = Counted by when each event happened.
console-hook-failed-count = { $count } given up
console-hook-late-count = { $count } late
console-hook-delivered-count = { $count } delivered
console-hook-quiet = Nothing to tell
console-hook-deliveries = Deliveries
console-hook-deliveries-none = Nothing yet
console-hook-deliveries-none-lead = What this web-hook is told shows up here and stays for 14 days.
console-hook-deliveries-none-failed = Nothing was given up
console-hook-deliveries-none-failed-lead = Everything was delivered or is still tried.
console-hook-became-pending = Pending
console-hook-became-delivered = Delivered
console-hook-became-failed = Given up
console-hook-is-pending = This is still tried.
console-hook-is-delivered = Your program has this.
console-hook-is-failed = This was given up and is not tried any more.
console-hook-delivery-time = Happened
console-hook-delivery-event = Event
console-hook-delivery-state = State
console-hook-delivery-tries = Requests
console-hook-delivery-answer = Last answer
console-hook-delivery-last = Last request
console-hook-delivery-status = Status
console-hook-delivery-why = Reason
console-hook-delivery-next = Next request
console-hook-delivery-id = Idempotency-Key
console-hook-replay = Send again
console-hook-replay-hint = Sent within a second, with what is known of the user now.
console-hook-replay-all = Send everything again that was given up
console-hook-replay-all-what = Each is sent with what is known of its user now. Your program recognises repetitions by the Idempotency-Key.
console-hook-replay-all-go = Send again
console-hook-replaying = It is being sent again.
console-hook-delete = Delete web-hook
console-hook-delete-what = “{ $name }” is told nothing more, and what it was told is forgotten.
console-hook-delete-go = Delete
console-hook-deleted = The web-hook was deleted.
console-prove-hook = You are about to save the web-hook “{ $name }”.
console-prove-hook-key = You are about to make a new signing key for the web-hook “{ $name }”.
console-prove-hook-delete = You are about to delete the web-hook “{ $name }”.

## Console: security
console-security = Security
console-security-lead = What is sent and refused at the moment, and whom you block or let through.
console-security-now = Now
console-security-refresh = Refresh
console-watch-fresh = Updated at { $time }
console-watch-paused = Paused; as of { $time }
console-watch-late = Cannot be updated at the moment; as of { $time }
console-watch-over = Your session is over. Reload the page to sign in again. As of { $time }
console-watch-pause = Pause updates
console-watch-go = Resume updates
console-security-no-alarm = No alarm is on.
console-security-alarms =
    { $count ->
        [one] One alarm is on.
       *[other] { $count } alarms are on.
    }
console-security-alarms-all = All alarms in the audit log
console-alarm-wrong-codes = Many wrong codes over all numbers: somebody may be guessing
console-alarm-captcha = The captcha provider gave no verdict. The audit log says why
console-alarm-country = Messages to { $name } that nobody verifies
console-security-sent-hour = Messages, last hour
console-security-sent-day = Messages, last 24 hours
console-security-refused-hour = Refused, last hour
console-security-refused-day = Refused, last 24 hours
console-security-budgets = Budgets
console-security-budgets-lead = Nothing goes past them. You are told at 50, 80 and 100%. From 60% on a message costs a small task; the last fifth is kept for people who signed in in the same browser before.
console-security-budget = Budget
console-security-used = Used
console-security-of = Of
console-security-fill = Fill
console-security-anew = Starts anew
console-security-refused = Refused, and why
console-security-refused-lead = By the country of the number. A reason leads to when it began, in the audit log. Reasons that lead nowhere are met by people who do nothing wrong.
console-security-none-refused = Nothing was refused
console-security-none-refused-lead = Whatever is refused within 24 hours shows up here.
console-security-why = Reason
console-security-country = Country or region
console-security-last-hour = Last hour
console-security-last-day = Last 24 hours
console-security-countries = Countries and regions
console-security-countries-lead = Where messages went in the last hour, and where codes are not verified. The breaker first asks for a small task, then for a captcha where one is set up, then refuses; it recovers by itself. In the usual country, networks that left no code unverified still pass, for a larger task.
console-security-sent = { $count } sent in the last hour
console-security-unverified = { $count } not verified
console-security-working = Costs a small task
console-security-checking = Costs a captcha
console-security-kept = Only for people who signed in before
console-security-spent = Nothing is sent
console-security-unasked = No captcha is offered
console-security-tripped = Refused
console-security-origins = Where it was asked
console-security-origins-lead = Addresses whose requests were refused in the last hour, the busiest first.
console-security-refused-count = { $count } refused
console-block-go = Block
console-block-country = Block country or region
console-block-country-what = No message goes to numbers of { $name } any more, but to those you let through. Codes that are on their way still work.
console-block-network = Block address
console-block-network-what = Nobody gets a message who asks from { $name }. Mobile operators put many people behind one address: they are blocked as well.
console-block-number = Block number
console-block-number-what = No message goes to { $name } any more, whoever asks. A code that is on its way still works.
console-rules = Blocked and let through
console-rules-narrowest = The narrowest entry decides: one number or one address before prefixes and networks, these before countries, and the longer of two prefixes or networks. Where two are equally narrow, blocking wins. Codes that were sent before still work.
console-rules-none = Nobody is blocked or let through
console-rules-none-lead = Add an entry below, or block something where you see it.
console-rule-blocked = It is blocked.
console-rule-allowed = It is let through.
console-rule-deleted = The entry was taken away.
console-rule-is-blocked = Blocked
console-rule-is-allowed = Let through
console-rule-kind-number = Single number
console-rule-kind-prefix = Prefix of numbers
console-rule-kind-country = Country or region
console-rule-kind-network = Address or network
console-rule-always = Until somebody takes it away
console-rule-days =
    { $count ->
        [one] For a day
       *[other] For { $count } days
    }
console-rule-until = until { $until }
console-rule-by = by { $name }
console-rule-unblock = Unblock
console-rule-unblock-what = Messages are sent again, within the limits.
console-rule-disallow = Remove
console-rule-disallow-what = All limits hold again.
console-rule-new = Add an entry
console-rule-new-lead = It holds at once on every server. Where there is one about the same, you are asked first.
console-rule-save = Save entry
console-rule-there-title = There is an entry about this already
console-rule-there = Existing entry
console-rule-there-nothing = Nothing was changed. The existing entry does the same, for just as long.
console-rule-there-longer = Nothing was changed yet. The new entry would do the same, for longer.
console-rule-there-sooner = Nothing was changed. The new entry would do the same, but end sooner.
console-rule-there-blocks = Nothing was changed. The existing entry lets it through; the new one would block it.
console-rule-there-allows = Nothing was changed. The existing entry blocks it; the new one would let it through.
console-rule-instead = What you asked for
console-rule-instead-lead = If you replace it, the audit log keeps what the existing entry did, but not its reason.
console-rule-keep = Keep the existing entry
console-rule-replace = Replace it
console-rule-effect = What it does
console-rule-effect-wrong = Choose one of the two.
console-rule-block = Block
console-rule-block-hint = Nothing is sent, and nothing is paid.
console-rule-allow = Let through
console-rule-allow-hint = No limits on addresses, networks and countries. Budgets and limits on the number hold, and the last fifth of them stays with people who signed in before.
console-rule-kind = What it is about
console-rule-kind-wrong = Choose one of these.
console-rule-value = Number, prefix, country or address
console-rule-value-hint = Such as +86 138 0013 8000, +86 1380, VN, 203.0.113.7 or 2001:db8::/48. A number is not stored, only its fingerprint.
console-rule-value-wrong-number = That is not a phone number. Enter it with its country code.
console-rule-value-wrong-prefix = Begin with + (or 00) and a country code, such as +86 170: without it nobody knows which country is meant. At most 12 digits, and at least four must stay open; for a single number choose that kind.
console-rule-value-wrong-country = Enter the two letters of a country or region, such as VN.
console-rule-value-wrong-network = Enter an address, or where a network begins with its length, such as 203.0.113.0/24.
console-rule-lasts = How long
console-rule-reason = Reason
console-rule-reason-hint = For your colleagues. Without phone numbers.
console-rule-reason-wrong = Leave out the phone number: reasons are stored as they are.
error-sending-rule-too-many = There are as many entries as fit. Take away some first.
console-user-wrong = Wrong codes
console-user-wrong-lead = For this person’s number, whoever typed them. A right code ends the count in a row.
console-user-wrong-everywhere = The number is locked: no code for it is accepted until { $until }.
console-user-wrong-elsewhere = The number is locked for strangers: until { $until }, codes are only accepted in browsers where it signed in before.
console-user-wrong-everywhere-for-good = The number is locked: no code for it is accepted any more. No wait ends that, only you.
console-user-wrong-elsewhere-for-good = The number is locked for strangers: codes are only accepted in browsers where it signed in before. A right code there ends that, or you; no wait does.
console-user-wrong-forget = Forget wrong codes
console-user-wrong-forget-what = Locks and waits of this number end at once, also for whoever guesses. Make sure that it is the person who asks.
console-user-wrong-forget-go = Forget them
console-user-wrong-recent = Recent ones that still count
console-user-wrong-forgotten = The wrong codes are forgotten. The number is not locked.
refused-cooldown = Asked again too soon
refused-number = Too many messages to a number
refused-provider = The provider’s limit for a number
refused-number-network = Too many from one network to one number
refused-address = Too many from one address
refused-network = Too many from one network
refused-address-countries = Too many countries from one address
refused-country = Too many that nobody verifies in the country
refused-budget-hour = Messages of an hour used up
refused-budget-day = Messages of a day used up
refused-money-hour = Money of an hour used up
refused-money-day = Money of a day used up
refused-account = Too many caused by one user
refused-guesses-number = Too many wrong codes for a number
refused-guesses-in-a-row = Number locked: too many wrong codes in a row
refused-guesses-network = Too many wrong codes from one network
refused-guesses-address = Too many guesses from one address
refused-walk-sends = Too many messages in one sign-in
refused-walk-numbers = Too many numbers in one sign-in
refused-challenge = Asked for a small task or a check
refused-captcha-down = Captcha could not be verified
refused-captcha-not-loaded = Captcha did not load
refused-captcha-network = Too many captchas from one network
refused-captcha-hour = Too many captchas in one hour
refused-country-not-allowed = Country or region not served
refused-blocked-country = Country or region blocked
refused-blocked-prefix = Prefix blocked
refused-blocked-number = Number blocked
refused-blocked-network = Address blocked

# The small task before a message, where many are being asked for
task-title = One moment
task-running = This device is working on it. It takes a few seconds.
task-half = Still working. More than half is done.
task-done = Done. The code is being sent.
task-failed = This device could not do it. Please go back and try again.
task-back = Back
task-without-script = The task needs JavaScript. Without it, fewer codes can be sent.
captcha-title = Security check
captcha-loading = The check is loading.
captcha-ready = The check is ready.
captcha-open = Start the check
captcha-done = Thank you. The answer is being checked.
captcha-again = That was not right. Please try again.
captcha-lost = The check could not be loaded. Without it you probably have to wait before a code can be sent.
captcha-skip = Go on without the check
captcha-provider = The check comes from Aliyun. Your browser loads it from there.
captcha-without-script = The check needs JavaScript. Switch it on and ask for the code again.
captcha-or-wait = If you cannot do the check, wait: later a code is sent without it.

### Test numbers

console-test-numbers = Test numbers
console-test-numbers-lead = For reviewers of app stores and for automated tests: nothing is sent to a test number, and one fixed code signs in with it. Everything else is as with every number, tries and pauses included.
console-tests-active =
    { $count ->
        [one] One test number is active: anyone who knows its code signs in as that person.
       *[other] { $count } test numbers are active: anyone who knows the code signs in as them.
    }
console-tests-look = Look at them
console-test-numbers-none = No test numbers
console-test-numbers-none-lead = Every number gets its code by message.
console-test-numbers-all = Those there are
console-test-numbers-all-lead = When one ends, its code stops working at once. The account that was made with it stays, and is reached by a message to the number from then on: by whoever has a phone with it.
console-test-number-phone = Number
console-test-number-phone-hint = One that no phone has, and that was never used here. No account but one made with it can have it.
console-test-number-phone-wrong = Please enter a phone number.
console-test-number-owner = Who answers for it
console-test-number-owner-hint = A person or a team, and what it is for: “Han Mei, App Store review”.
console-test-number-owner-wrong = Please say in 1 to 128 characters who answers for it.
console-test-number-days = Ends after
console-test-number-days-hint = At most 90 days. It can be extended then, if somebody still wants it.
console-test-number-days-wrong = Please choose when it ends.
console-test-number-make = Add a test number
console-test-number-make-lead = The code is chosen at random and shown once.
console-test-number-make-go = Add the test number
console-test-number-code = Code of { $number }
console-test-number-once = Note it now: it is shown this once. If it is lost, delete the test number and add it again; it has another code then.
console-test-number-state = State
console-test-number-active = Active
console-test-number-expired = Ended
console-test-number-somebodys = Ended: an account has the number that was not made with it
console-test-number-end = Ends
console-test-number-last = Code last asked for
console-test-number-extend = Extend
console-test-number-extend-what = The code stays the same, and works so long from now:
console-test-number-extend-go = Extend the test number
console-test-number-extended = The test number lasts longer.
console-test-number-not-extended = It was not extended: a code was sent to the number since it ended, or an account has it that was not made with it.
console-test-number-delete = Delete
console-test-number-delete-what = Its code stops working at once. The account that was made with it stays, and is reached by a message to the number from then on: by whoever has a phone with it.
console-test-number-delete-go = Delete the test number
console-test-number-deleted = The test number is deleted.
console-prove-test-number = You are adding a test number: whoever knows its code signs in with it.
console-prove-test-number-extend = You are extending a test number: whoever knows its code goes on signing in with it.
console-prove-test-number-delete = You are deleting a test number.
error-test-number-was-texted = A code was asked for with this number before, so it may be somebody’s. Please take one that was never used here.
error-test-number-belongs-to-account = This is the number of an account that was not made as a test account.
error-test-number-exists = This is a test number already.
error-test-number-nothing-sent = This is a test number: nothing is sent to it. Please take the number of a phone.
