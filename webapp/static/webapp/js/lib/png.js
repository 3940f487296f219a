// PNG files of 8-bit grey: class codes must arrive exactly as painted, and a canvas would write RGBA.
// https://www.w3.org/TR/png-3/

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const GREY = 0;
const PALETTE = 3;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

function chunk(name, data) {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

// Return the PNG file of `pixels` (Uint8Array, row by row), one grey value a pixel.
export async function encodeGrey(pixels, width, height) {
  if (pixels.length !== width * height) {
    throw new RangeError(`${pixels.length} pixels do not fill ${width} x ${height}.`);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, GREY, 0, 0, 0], 8);
  const rows = new Uint8Array(height * (width + 1)); // each row begins with its filter, 0: none
  for (let y = 0; y < height; y += 1) {
    rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  const data = await through(new CompressionStream("deflate"), rows);
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("IDAT", data),
    chunk("IEND", new Uint8Array()),
  ];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function paeth(left, up, upLeft) {
  const guess = left + up - upLeft;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - upLeft)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}

const FILTERS = [() => 0, (left) => left, (_, up) => up, (left, up) => (left + up) >> 1, paeth];

function unfilter(rows, width, height) {
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const predict = FILTERS[rows[y * (width + 1)]];
    if (!predict) throw new TypeError("This PNG uses a filter that does not exist.");
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const left = x ? pixels[at - 1] : 0;
      const up = y ? pixels[at - width] : 0;
      const upLeft = x && y ? pixels[at - width - 1] : 0;
      pixels[at] = rows[y * (width + 1) + x + 1] + predict(left, up, upLeft);
    }
  }
  return pixels;
}

function* chunksOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { name, data: bytes.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

// Return {pixels, width, height} of a PNG of 8-bit grey or of palette indices.
export async function decodeGrey(bytes) {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) throw new TypeError("This is not a PNG file.");
  const chunks = [...chunksOf(bytes)];
  const header = chunks.find(({ name }) => name === "IHDR").data;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour, , , interlaced] = header.subarray(8);
  if (depth !== 8 || ![GREY, PALETTE].includes(colour) || interlaced) {
    throw new TypeError("A mask is a PNG of 8-bit grey, not interlaced.");
  }
  const data = await new Blob(chunks.filter(({ name }) => name === "IDAT").map((each) => each.data)).arrayBuffer();
  const rows = await through(new DecompressionStream("deflate"), new Uint8Array(data));
  return { pixels: unfilter(rows, width, height), width, height };
}

// Return bytes as base64 text, which is how they travel in JSON.
export function toBase64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

// Return the bytes of base64 text.
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
