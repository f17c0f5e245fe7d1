import { getLogtoContext, signIn, signOut } from "@logto/next/server-actions";
import { config } from "./logto";

// who is there differs from request to request
export const dynamic = "force-dynamic";

export default async function Home() {
  const { isAuthenticated, claims } = await getLogtoContext(config);
  const act = async () => {
    "use server";
    await (isAuthenticated ? signOut(config) : signIn(config));
  };
  return (
    <form action={act}>
      <p>{claims?.phone_number}</p>
      <button>{isAuthenticated ? "Sign out" : "Sign in"}</button>
    </form>
  );
}
