// Sending imagery: small files in one request, large ones in parts that go on after a break.
import { forgetParts, sendInParts } from "../lib/parts.js";
import { send } from "../lib/request.js";
import { upload } from "../lib/upload.js";
import { urls } from "../ui/shell.js";

const SMALL = 8 * 2 ** 20; // bytes of all files together
const LOOKED_AT = 900_000; // ms for the server to put large files together and look at them

// told: { sensor, acquired } -> [answer, error]
export async function sendImagery(project, files, told, { onProgress, signal }) {
  const address = urls.get("api:scene-list", project.id);
  const form = new FormData();
  for (const [name, value] of Object.entries(told)) if (value) form.append(name, value);
  if (sizeOf(files) <= SMALL) {
    for (const file of files) form.append("files", file);
    return upload(address, form, onProgress, signal);
  }
  const parts = urls.get("api:upload-list", project.id);
  const [numbers, error] = await sendAll(files, parts, { onProgress, signal });
  if (error) return [null, error];
  for (const number of numbers) form.append("uploads", number);
  const answer = await send("POST", address, { form, quiet: true, timeout: LOOKED_AT });
  if (answer[1]?.code !== "offline") for (const file of files) await forgetParts(file, parts);
  return answer;
}

async function sendAll(files, address, { onProgress, signal }) {
  const all = sizeOf(files);
  const numbers = [];
  let before = 0;
  for (const file of files) {
    const tell = (share) => onProgress((before + share * file.size) / all);
    const [number, error] = await sendInParts(file, address, { onProgress: tell, signal });
    if (error) return [null, error];
    numbers.push(number);
    before += file.size;
  }
  return [numbers, null];
}

const sizeOf = (files) => files.reduce((sum, { size }) => sum + size, 0);
