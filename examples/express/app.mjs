import { handleAuthRoutes, UserScope, withLogto } from "@logto/express";
import express from "express";
import session from "express-session";

const config = {
  endpoint: process.env.HAOMA_ENDPOINT,
  appId: process.env.HAOMA_CLIENT_ID,
  appSecret: process.env.HAOMA_CLIENT_SECRET,
  baseUrl: process.env.HAOMA_BASE_URL,
  scopes: [UserScope.Phone],
};

const app = express();
app.use(session({ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false }));
// a browser gets another cookie when somebody comes back, so that nobody can plant one beforehand
app.use("/logto/sign-in-callback", (request, _response, next) => {
  const { cookie, ...kept } = request.session;
  request.session.regenerate((error) => {
    Object.assign(request.session, kept);
    next(error);
  });
});
app.use(handleAuthRoutes(config));

app.get("/", withLogto(config), (request, response) => {
  const { isAuthenticated, claims } = request.user;
  response.send(
    isAuthenticated
      ? `<p>${claims.phone_number}</p><a href="/logto/sign-out">Sign out</a>`
      : `<a href="/logto/sign-in">Sign in</a>`,
  );
});

// asks Haoma anew; an access token that has died is replaced by means of the refresh token
app.get("/me", withLogto({ ...config, fetchUserInfo: true }), (request, response) => {
  const { isAuthenticated, userInfo } = request.user;
  response.status(isAuthenticated ? 200 : 401).json(userInfo ?? {});
});

// the session was ended elsewhere, or access was taken back: Haoma takes the tokens no more
app.use((error, request, response, next) => {
  if (!["oidc.invalid_grant", "oidc.invalid_token"].includes(error.code)) return next(error);
  request.session.destroy(() => response.status(401).json({}));
});

const { port } = new URL(config.baseUrl);
app.listen(port || 3000, () => console.log(`ready at ${config.baseUrl}`));
