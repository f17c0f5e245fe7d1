"""The official Python SDK (signature V3), unchanged, through the simulator: sends, then asks what became of it.

Settings as for send.mjs: four arguments (host:port, key id, key secret, phone) or the same environment variables.
"""
import datetime
import json
import os
import sys

from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import QuerySendDetailsRequest, SendSmsRequest
from alibabacloud_tea_openapi.utils_models import Config

NAMES = ["ENDPOINT", "ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "PHONE"]
CLIENT = "alibabacloud_dysmsapi20170525"


def settings():
    """The four settings, from arguments or else from the environment."""
    given = dict(zip(NAMES, sys.argv[1:]))
    found = [given.get(name) or os.environ.get(f"HAOMA_SMS_{name}") for name in NAMES]
    if not all(found):
        sys.exit("missing settings (arguments: host:port key-id key-secret phone)")
    return found


def send(client, phone):
    """Sends one code and looks the message up again."""
    sent = client.send_sms(
        SendSmsRequest(
            phone_numbers=phone,
            sign_name=os.environ.get("HAOMA_SMS_SIGN_NAME", "号码演示"),
            template_code=os.environ.get("HAOMA_SMS_TEMPLATE_CODE", "SMS_100000003"),
            template_param=json.dumps({"code": "314159"}),
            out_id="python-sdk",
        )
    ).body
    outcome = {"client": CLIENT, "code": sent.code, "message": sent.message, "bizId": sent.biz_id,
               "requestId": sent.request_id, "sendStatus": None, "ok": False}
    if sent.code != "OK":
        return outcome
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).strftime("%Y%m%d")
    query = QuerySendDetailsRequest(
        phone_number=phone, biz_id=sent.biz_id, send_date=today, page_size=10, current_page=1
    )
    found = client.query_send_details(query).body.sms_send_detail_dtos.sms_send_detail_dto
    detail = found[0] if found else None
    outcome["sendStatus"] = detail.send_status if detail else None
    outcome["ok"] = bool(detail) and detail.out_id == "python-sdk" and "314159" in detail.content
    return outcome


def main():
    """One line of JSON; exit code 0 only when the message was accepted and found."""
    endpoint, key_id, key_secret, phone = settings()
    client = Client(
        Config(protocol="http", endpoint=endpoint, access_key_id=key_id, access_key_secret=key_secret)
    )
    try:
        outcome = send(client, phone)
    except Exception as error:  # the SDK has many kinds; all of them mean: not sent properly
        outcome = {"client": CLIENT, "code": getattr(error, "code", type(error).__name__),
                   "status": getattr(error, "status_code", None), "ok": False}
    print(json.dumps(outcome, ensure_ascii=False))
    return 0 if outcome["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
