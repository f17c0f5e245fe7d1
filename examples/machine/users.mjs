const issuer = process.env.HAOMA_ISSUER;
const credentials = [process.env.HAOMA_CLIENT_ID, process.env.HAOMA_CLIENT_SECRET].join(":");
const answer = await fetch(`${issuer}/token`, {
  method: "POST",
  headers: { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
  body: new URLSearchParams({
    grant_type: "client_credentials",
    resource: process.env.HAOMA_RESOURCE,
    scope: "all",
  }),
});
const { access_token, error_description } = await answer.json();
if (!access_token) throw new Error(error_description);

const endpoint = process.env.HAOMA_ENDPOINT;
const users = await fetch(`${endpoint}/api/users?page=1&page_size=20`, {
  headers: { authorization: `Bearer ${access_token}` },
});
console.log(await users.json());
