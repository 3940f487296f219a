// A file to the server in parts, by the protocol tus: it goes on after a break, a pause or a reload.
import { csrfToken, errorFrom, parse, RequestError } from "./request.js";

const PART = 8 * 2 ** 20; // bytes
const PAUSES = [0, 1000, 3000, 5000, 10_000, 20_000]; // ms between tries on a broken line
const PASSING = new Set([0, 409, 423, 460, 502, 503, 504]); // statuses after which the same part is sent again

// sendInParts(file, address, { onProgress(share), signal }) -> [number of the upload, error]
export async function sendInParts(file, address, { onProgress, signal, tus = globalThis.tus }) {
  let settle;
  const ended = new Promise((resolve) => {
    settle = resolve;
  });
  const upload = new tus.Upload(file, {
    endpoint: address,
    chunkSize: PART,
    retryDelays: PAUSES,
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    metadata: { filename: file.name },
    httpStack: new Summed(new tus.DefaultHttpStack()),
    onShouldRetry: (error) => navigator.onLine !== false && PASSING.has(statusOf(error)),
    onProgress: (sent, all) => onProgress(sent / all),
    onError: (error) => settle([null, errorOf(error)]),
    onSuccess: () => settle([numberOf(upload.url), null]),
    onUploadUrlAvailable: () => signal?.aborted && stop(),
  });
  const stop = async () => {
    await upload.abort();
    settle([null, new RequestError("Paused.", { code: "paused" })]);
  };
  // before the server has said where to, it would keep a second upload of the same file
  signal?.addEventListener("abort", () => upload.url && stop());
  const [last] = (await upload.findPreviousUploads()).sort((a, b) => b.creationTime.localeCompare(a.creationTime));
  if (last) upload.resumeFromPreviousUpload(last);
  if (!signal?.aborted) upload.start();
  return ended;
}

// Let the browser forget where a file that was taken in was sent to.
export async function forgetParts(file, address, { tus = globalThis.tus } = {}) {
  const upload = new tus.Upload(file, { endpoint: address });
  for (const { urlStorageKey } of await upload.findPreviousUploads())
    await upload.options.urlStorage.removeUpload(urlStorageKey);
}

export function numberOf(address) {
  return Number(address.match(/(\d+)\/?$/)[1]);
}

const statusOf = (error) => error.originalResponse?.getStatus() ?? 0;

function errorOf(error) {
  const status = statusOf(error);
  if (status) return errorFrom(status, parse(error.originalResponse.getBody()));
  return new RequestError("The connection broke; it goes on when it is back.", { code: "offline" });
}

// Requests whose parts say their SHA-256, where the browser works it out (over HTTPS, or on this machine).
class Summed {
  constructor(stack) {
    this.stack = stack;
  }

  createRequest(method, address) {
    const request = this.stack.createRequest(method, address);
    return method === "PATCH" && globalThis.crypto?.subtle ? summed(request) : request;
  }

  getName() {
    return "Summed";
  }
}

function summed(request) {
  const { send, abort } = { send: request.send.bind(request), abort: request.abort.bind(request) };
  let over = false;
  request.abort = () => {
    over = true;
    return abort();
  };
  request.send = async (part) => {
    if (!part) return send(part);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await part.arrayBuffer()));
    if (over) return new Promise(() => {}); // nobody waits for it
    request.setHeader("Upload-Checksum", `sha256 ${btoa(String.fromCharCode(...digest))}`);
    return send(part);
  };
  return request;
}
