// The older RPC signature (HMAC-SHA1) with every parameter in an urlencoded form: the way Logto's connector sends.
// Settings as for send.mjs.
import { createHmac, randomUUID } from "node:crypto";
import { settings, report, today } from "./common.mjs";

const { endpoint, accessKeyId, accessKeySecret, phone, signName, templateCode } = settings();

// encodeURIComponent leaves five characters alone that Aliyun wants encoded.
const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

/** All parameters with their signature, as a form. */
function signedForm(parameters) {
  const all = Object.entries({
    AccessKeyId: accessKeyId,
    Format: "json",
    RegionId: "cn-hangzhou",
    SignatureMethod: "HMAC-SHA1",
    SignatureNonce: randomUUID(),
    SignatureVersion: "1.0",
    Timestamp: new Date().toISOString(),
    Version: "2017-05-25",
    ...parameters,
  });
  const canonical = all.map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join("&");
  const toSign = ["POST", encode("/"), encode(canonical)].join("&");
  const signature = createHmac("sha1", `${accessKeySecret}&`).update(toSign).digest("base64");
  return new URLSearchParams([...all, ["Signature", signature]]);
}

const call = async (parameters) => {
  const answer = await fetch(`http://${endpoint}/`, { method: "POST", body: signedForm(parameters) });
  return { status: answer.status, ...(await answer.json()) };
};

const sent = await call({
  Action: "SendSms",
  PhoneNumbers: phone,
  SignName: signName,
  TemplateCode: templateCode,
  TemplateParam: JSON.stringify({ code: "141421" }),
  OutId: "v1-form",
});
let detail;
if (sent.Code === "OK") {
  const query = { PhoneNumber: phone, BizId: sent.BizId, SendDate: today(), PageSize: "10", CurrentPage: "1" };
  const details = await call({ Action: "QuerySendDetails", ...query });
  detail = details.SmsSendDetailDTOs?.SmsSendDetailDTO?.[0];
}
report({
  client: "v1-form",
  code: sent.Code,
  message: sent.Message,
  status: sent.status,
  bizId: sent.BizId ?? null,
  requestId: sent.RequestId,
  sendStatus: detail?.SendStatus ?? null,
  ok: sent.Code === "OK" && detail?.OutId === "v1-form" && detail.Content.includes("141421"),
});
