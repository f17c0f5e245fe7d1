import LogtoClient from "@logto/next/server-actions";
import { config } from "../logto";

// asks Haoma anew; an access token that has died is replaced by means of the refresh token
export async function GET() {
  const client = await new LogtoClient(config).createNodeClient();
  if (!(await client.isAuthenticated())) return Response.json({}, { status: 401 });
  return Response.json(await client.fetchUserInfo());
}
