import { UserScope } from "@logto/next";

export const config = {
  endpoint: process.env.HAOMA_ENDPOINT,
  appId: process.env.HAOMA_CLIENT_ID,
  appSecret: process.env.HAOMA_CLIENT_SECRET,
  baseUrl: process.env.HAOMA_BASE_URL,
  cookieSecret: process.env.SESSION_SECRET,
  cookieSecure: process.env.NODE_ENV === "production",
  scopes: [UserScope.Phone],
};
