// Amounts as people write and read them: a number with a unit, in steps, within a range. Never silently misread.

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const UP = 1e-9; // of a step: what counts as on it

// "12,5" -> { value: 12.5 }, or { problem: a sentence }; { value: null } where nothing is written
export function readNumber(text, unit = "") {
  const written = text
    .trim()
    .replace(/[−–]/g, "-")
    .replace(/[\s\u00a0\u202f]/g, " ");
  if (!written) return { value: null };
  const [bare, problem] = withoutUnit(written, unit);
  if (problem) return { problem };
  const digits = bare.replace(/(?<=\d) (?=\d{3}\b)/g, "");
  const commas = digits.split(",").length - 1;
  if (commas > 1 || (commas && digits.includes("."))) return { problem: twoMarks(written) };
  if (/^[+-]?[1-9]\d{0,2},\d{3}$/.test(digits)) return { problem: eitherWay(digits) };
  const plain = digits.replace(",", ".");
  const value = PLAIN.test(plain) ? Number(plain) : Number.NaN;
  if (!Number.isFinite(value)) return { problem: `“${written}” is not a number. Write it like 12.5 or 12,5.` };
  return { value };
}

// A unit behind the number is fine where it is the project's own.
function withoutUnit(written, unit) {
  const [, number, behind] = /^([+-]?[\d.,\s]*\d[.,]?(?:e[+-]?\d+)?)\s*(.*)$/i.exec(written) ?? ["", written, ""];
  if (!behind || behind === unit) return [number.trim(), ""];
  if (/^[\d.,]/.test(behind) || !unit) return [written, ""];
  return ["", `The amount is in ${unit}; “${behind}” behind the number is something else.`];
}

const twoMarks = (written) =>
  `“${written}” has more than one mark in it. Write one decimal point or comma, like 1234.5.`;

const eitherWay = (digits) =>
  `“${digits}” can mean ${digits.replace(",", "")} or ${digits.replace(",", ".")}. Write it with a point, or without the comma.`;

// The same as an amount of a project, within its range; options: { name, unit, low, high, step }
export function readAmount(text, options) {
  const { value, problem } = readNumber(text, options.unit);
  if (problem || value === null) return { value: null, problem };
  if (value < options.low || value > options.high) {
    return {
      problem: `${options.name} goes from ${inUnit(options.low, options)} to ${inUnit(options.high, options)}.`,
    };
  }
  return { value };
}

// One's own uncertainty: nothing, or a number from 0 to the whole range
export function readUncertainty(text, options) {
  const { value, problem } = readNumber(text, options.unit);
  if (problem || value === null) return { value: null, problem };
  const most = options.high - options.low;
  if (value < 0 || value > most) return { problem: `An uncertainty goes from 0 to ${inUnit(most, options)}.` };
  return { value };
}

// How many digits behind the point a step has.
export function digitsOf(step) {
  const [, fraction = "", exponent = "0"] =
    /\.?(\d*)(?:e([+-]?\d+))?$/i.exec(String(Math.abs(step)).replace(/^\d+/, "")) ?? [];
  return Math.min(Math.max(fraction.length - Number(exponent), 0), 12);
}

// The next multiple of the step in a direction, within the range
export function stepped(value, by, { low, high, step }) {
  const place = (value - low) / step;
  const on = Math.abs(place - Math.round(place)) < UP;
  const from = on ? Math.round(place) : by > 0 ? Math.floor(place) : Math.ceil(place);
  const next = low + (from + by) * step;
  return Number(Math.min(Math.max(next, low), high).toFixed(digitsOf(step) + 2));
}

// The multiple of the step that is nearest
export function rounded(value, { low, high, step }) {
  const next = low + Math.round((value - low) / step) * step;
  return Number(Math.min(Math.max(next, low), high).toFixed(digitsOf(step)));
}

// 12.5, as finely as the step is, or one digit finer where somebody said so; with a true minus
export function plain(value, { step }) {
  if (value === null || value === undefined) return "–";
  const digits = digitsOf(step);
  const finer = digitsOf(value) === digits + 1 ? 1 : 0;
  return value.toFixed(digits + finer).replace("-", "−");
}

export function inUnit(value, options) {
  return `${plain(value, options)}${options.unit ? ` ${options.unit}` : ""}`;
}
