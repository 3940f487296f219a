import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { decodeGrey, encodeGrey, fromBase64, toBase64 } from "../../webapp/static/webapp/js/lib/png.js";

const noise = Uint8Array.from({ length: 13 * 7 }, (_, i) => (i * 89) % 256);

test("it works: what is encoded decodes to the same pixels", async () => {
  const image = await decodeGrey(await encodeGrey(noise, 13, 7));
  assert.deepEqual([image.width, image.height], [13, 7]);
  assert.deepEqual(image.pixels, noise);
});

test("base64 keeps every byte", () => {
  assert.deepEqual(fromBase64(toBase64(noise)), noise);
});

test("every row filter of other encoders is undone", async () => {
  const png = await encodeGrey(new Uint8Array(3 * 5), 3, 5);
  // prettier-ignore
  const rows = Uint8Array.from([0, 10, 20, 30, 1, 10, 10, 10, 2, 1, 1, 1, 3, 5, 5, 5, 4, 1, 1, 1]);
  const data = deflateSync(rows);
  const at = 8 + 25;
  const chunk = new Uint8Array(12 + data.length);
  new DataView(chunk.buffer).setUint32(0, data.length);
  chunk.set(new TextEncoder().encode("IDAT"), 4);
  chunk.set(data, 8);
  const file = new Uint8Array([...png.subarray(0, at), ...chunk, ...png.subarray(-12)]);
  const { pixels } = await decodeGrey(file);
  assert.deepEqual([...pixels], [10, 20, 30, 10, 20, 30, 11, 21, 31, 10, 20, 30, 11, 21, 31]);
});

test("a file that is no PNG is refused", async () => {
  await assert.rejects(decodeGrey(new Uint8Array(40)), /not a PNG/);
});

test("a wrong number of pixels is refused", async () => {
  await assert.rejects(encodeGrey(noise, 10, 10), /do not fill/);
});
