// One file to the server with progress, which fetch cannot tell: resolves to [data, error] as every request does.
import { csrfToken, errorFrom, parse, RequestError } from "./request.js";

// onProgress(share from 0 to 1); an aborted signal pauses it
export function upload(address, form, onProgress, signal) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => resolve(answerOf(request));
    request.onerror = () => {
      const message = "The connection broke while the file was on its way. Try it again.";
      resolve([null, new RequestError(message, { code: "offline" })]);
    };
    request.onabort = () => resolve([null, new RequestError("Paused.", { code: "paused" })]);
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function answerOf(request) {
  const body = parse(request.responseText);
  return request.status >= 200 && request.status < 300 ? [body, null] : [null, errorFrom(request.status, body)];
}
