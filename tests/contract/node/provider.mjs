// The agency's sign-in, played by the certified `oidc-provider`: `node provider.mjs PORT REDIRECT_URI [REDIRECT_URI …]`, ready when it prints "ready".
// Whoever signs in as `name` is the subject `name`; roles and unit are in PEOPLE. POST /tamper?with=… damages the next id_token.
import { createHmac, createPublicKey, generateKeyPairSync } from "node:crypto";
import { decodeJwt, SignJWT } from "jose";
import Provider from "oidc-provider";

const [port, ...redirects] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const PEOPLE = {
  lan: { name: "Nguyễn Thị Lan", roles: ["desk-agent"], unit: "Tổ 1" },
  boss: { name: "Phụ Trách", roles: ["desk-agent", "desk-supervisor"] },
  root: { name: "Quản Trị", roles: ["admin", "desk-admin"] },
  guest: { name: "Người Khác", roles: [] },
};
const pair = () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const key = pair();
const foreign = pair();
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "desk", client_secret: "a secret of this test", redirect_uris: redirects, response_types: ["code"], grant_types: ["authorization_code"],
      post_logout_redirect_uris: redirects.map((address) => address.replace("/oidc/callback", "/sign-in")),
    },
  ],
  jwks: { keys: [{ ...key.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" }] },
  claims: { openid: ["sub"], profile: ["name", "preferred_username", "roles", "unit"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, ...PEOPLE[id] }) }),
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ["test"] },
});

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const signed = (claims, by = key) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(by);
const now = () => Math.floor(Date.now() / 1000);
const DAMAGE = {
  expired: (claims) => signed({ ...claims, iat: now() - 7200, exp: now() - 3600 }),
  foreign_key: (claims) => signed(claims, foreign),
  nonce: (claims) => signed({ ...claims, nonce: "of another sign-in" }),
  audience: (claims) => signed({ ...claims, aud: "another client" }),
  issuer: (claims) => signed({ ...claims, iss: "http://localhost:1" }),
  subject: ({ sub: _, ...claims }) => signed(claims),
  unsigned: (claims) => `${encoded({ alg: "none" })}.${encoded(claims)}.`,
  public_key_as_secret(claims) {
    const secret = createPublicKey(key).export({ type: "spki", format: "pem" });
    const content = `${encoded({ alg: "HS256", kid: "one" })}.${encoded(claims)}`;
    return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
  },
  absent: () => undefined,
};

let damage;
provider.use(async (ctx, next) => {
  if (ctx.path === "/tamper") {
    damage = ctx.query.with;
    ctx.status = 204;
    return;
  }
  await next();
  if (ctx.path !== "/token" || !ctx.body?.id_token || !damage) return;
  ctx.body = { ...ctx.body, id_token: await DAMAGE[damage](decodeJwt(ctx.body.id_token)) };
  damage = undefined;
});
provider.listen(Number(port), "localhost", () => console.log("ready"));
