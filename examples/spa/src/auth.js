import LogtoClient, { UserScope } from "@logto/browser";

export const logto = new LogtoClient({
  endpoint: process.env.HAOMA_ENDPOINT,
  appId: process.env.HAOMA_CLIENT_ID,
  scopes: [UserScope.Phone],
});
