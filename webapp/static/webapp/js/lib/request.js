// The one request helper: resolves to [data, error], never throws, and tells `failures` of every error.
import { Emitter } from "./events.js";

export class RequestError extends Error {
  constructor(message, { code, status = 0, fields = {}, body = null }) {
    super(message);
    this.name = "RequestError";
    this.code = code; // "offline", "timeout", "aborted", or what the server says
    this.status = status; // 0 without an answer
    this.fields = fields; // field name -> message
    this.body = body; // the whole answer, such as the two versions of a 409
  }

  // A request that may succeed when it is sent again unchanged.
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export const failures = new Emitter(); // fires "error" with the RequestError of every request that is not quiet

// send("POST", address, { json | form, quiet, keepalive, signal, timeout, binary }) -> [data, null] or [null, RequestError]
export async function send(method, address, options = {}) {
  const [data, error] = await attempt(method, address, options);
  if (error && !options.quiet && error.code !== "aborted") failures.fire("error", error);
  return [data, error];
}

export const get = (address, options) => send("GET", address, options);
export const post = (address, json, options) => send("POST", address, { json, ...options });
export const put = (address, json, options) => send("PUT", address, { json, ...options });
export const patch = (address, json, options) => send("PATCH", address, { json, ...options });
export const remove = (address, options) => send("DELETE", address, options);

async function attempt(method, address, { json, form, keepalive = false, signal, timeout = 30_000, binary }) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (json !== undefined) headers["Content-Type"] = "application/json";
  const body = json !== undefined ? JSON.stringify(json) : form;
  const limit = AbortSignal.timeout(timeout);
  let answer;
  try {
    answer = await fetch(address, {
      method,
      headers,
      body,
      keepalive,
      credentials: "same-origin",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    return binary && answer.ok ? [await answer.arrayBuffer(), null] : await read(answer);
  } catch (error) {
    return [null, connectionError(error)];
  }
}

async function read(answer) {
  const text = await answer.text();
  const body = parse(text);
  if (answer.ok) return [body, null];
  return [null, errorFrom(answer.status, body)];
}

// The error that an answer's status and body mean; also used for uploads, which need XMLHttpRequest.
export function errorFrom(status, body) {
  const told = body?.error ?? {};
  const message = told.message ?? body?.detail ?? statusMessage(status);
  return new RequestError(message, { code: told.code ?? `http_${status}`, status, fields: told.fields ?? {}, body });
}

function connectionError(error) {
  if (error.name === "TimeoutError") {
    return new RequestError("The server did not answer in time. Try again.", { code: "timeout" });
  }
  if (error.name === "AbortError") return new RequestError("Cancelled.", { code: "aborted" });
  return new RequestError("The server cannot be reached. Check the connection.", { code: "offline" });
}

function statusMessage(status) {
  if (status === 401 || status === 403) return "You may not do this, or your login has expired. Reload the page.";
  if (status === 404) return "There is no such thing, or it was removed.";
  if (status === 413) return "The file is larger than this server takes.";
  return `The server answered with an error (${status}). Try again; if it stays, tell the operator.`;
}

export function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}
