import LogtoClient from "@logto/next/server-actions";
import { config } from "../logto";

// asks Haoma anew; an access token that has died is replaced by means of the refresh token
export async function GET() {
  const client = await new LogtoClient(config).createNodeClient();
  if (!(await client.isAuthenticated())) return Response.json({}, { status: 401 });
  try {
    return Response.json(await client.fetchUserInfo());
  } catch (error) {
    if (!["oidc.invalid_grant", "oidc.invalid_token"].includes(error.code)) throw error;
    // the session was ended elsewhere, or access was taken back: Haoma takes the tokens no more
    await client.clearAllTokens();
    return Response.json({}, { status: 401 });
  }
}
