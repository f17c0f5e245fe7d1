// The official Node SDK (signature V3), unchanged, through the simulator: sends, then asks what became of it.
// HAOMA_SMS_ENDPOINT host:port, HAOMA_SMS_ACCESS_KEY_ID, HAOMA_SMS_ACCESS_KEY_SECRET, HAOMA_SMS_PHONE, or arguments in
// that order; HAOMA_SMS_SIGN_NAME and HAOMA_SMS_TEMPLATE_CODE when the seed is not the default one.
import dysms from "@alicloud/dysmsapi20170525";
import openapi from "@alicloud/openapi-core";
import { settings, report, today } from "./common.mjs";

const { endpoint, accessKeyId, accessKeySecret, phone, signName, templateCode } = settings();
const { default: Client, SendSmsRequest, QuerySendDetailsRequest } = dysms;
const { Config } = openapi.$OpenApiUtil;
const client = new Client(new Config({ protocol: "HTTP", endpoint, accessKeyId, accessKeySecret }));

try {
  const { body: sent } = await client.sendSms(
    new SendSmsRequest({
      phoneNumbers: phone,
      signName,
      templateCode,
      templateParam: JSON.stringify({ code: "271828" }),
      outId: "node-sdk",
    }),
  );
  let details;
  if (sent.code === "OK") {
    const query = { phoneNumber: phone, bizId: sent.bizId, sendDate: today(), pageSize: 10, currentPage: 1 };
    const { body } = await client.querySendDetails(new QuerySendDetailsRequest(query));
    details = body.smsSendDetailDTOs?.smsSendDetailDTO?.[0];
  }
  const found = details?.outId === "node-sdk" && details?.content?.includes("271828");
  report({
    client: "@alicloud/dysmsapi20170525",
    code: sent.code,
    message: sent.message,
    bizId: sent.bizId,
    requestId: sent.requestId,
    sendStatus: details?.sendStatus ?? null,
    ok: sent.code === "OK" && Boolean(found),
  });
} catch (error) {
  report({ client: "@alicloud/dysmsapi20170525", code: error.code ?? error.name, status: error.statusCode ?? null, ok: false });
}
