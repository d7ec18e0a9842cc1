// The management API of the origin that the page comes from. The token lives in this tab and goes nowhere else.

const TOKEN = "policy-engine-token";
const PATIENCE_MS = 20000;
/** The page lies at ui/ beside the API, also behind a proxy that puts both below another path. */
const BASE = new URL("../", import.meta.url);

/** A refusal of the API, or no answer at all (status 0). */
export class Refusal extends Error {
  constructor(status, code, message, problems) {
    super(message);
    this.status = status;
    this.code = code;
    this.problems = problems ?? [];
  }
}

export const token = () => sessionStorage.getItem(TOKEN);

export function setToken(value) {
  if (value) {
    sessionStorage.setItem(TOKEN, value);
  } else {
    sessionStorage.removeItem(TOKEN);
  }
}

async function send(method, path, body) {
  const headers = { Accept: "application/json" };
  if (token()) {
    headers.Authorization = "Bearer " + token();
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  try {
    return await fetch(new URL(path, BASE), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (failure) {
    throw new Refusal(0, "unanswered", failure.name === "TimeoutError" ? `no answer within ${PATIENCE_MS / 1000} s` : "no answer");
  }
}

async function jsonOf(answer) {
  try {
    return await answer.json();
  } catch {
    return {};
  }
}

async function call(method, path, body) {
  const answer = await send(method, path, body);
  const content = await jsonOf(answer);
  if (!answer.ok) {
    throw new Refusal(answer.status, content.code, content.detail ?? content.title ?? "status " + answer.status, content.problems);
  }
  return content;
}

/** A path of these segments, each of which may be anything. */
export const path = (...segments) => segments.map(encodeURIComponent).join("/");

export const get = (where) => call("GET", where);
export const put = (where, body) => call("PUT", where, body);
export const post = (where, body) => call("POST", where, body);
export const remove = (where, body) => call("DELETE", where, body);

/** Readiness, which is open to all: 503 is an answer too. */
export async function readiness() {
  const answer = await send("GET", "health/ready");
  const content = await jsonOf(answer);
  return { ready: answer.ok, problems: content.problems ?? [], notes: content.notes ?? [] };
}
