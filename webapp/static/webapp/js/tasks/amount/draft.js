// The New-project page's part of an amount: what is measured, in what unit, over what range, how finely.
import { refsOf } from "../../lib/dom.js";
import { readNumber } from "../../state/amounts.js";

const NUMBERS = { low: "From", high: "To", step: "Step", tolerance: "Tolerance" };

export function amountDraft(holder) {
  const refs = refsOf(holder);
  const read = () => {
    const numbers = Object.keys(NUMBERS).map((field) => [field, readNumber(refs[field].value)]);
    return { name: refs.name.value.trim(), unit: refs.unit.value.trim(), ...Object.fromEntries(numbers) };
  };
  return {
    values: () => {
      const { name, unit, ...numbers } = read();
      const values = Object.entries(numbers).map(([field, { value }]) => [field, value]);
      return { task_options: { name, unit, ...Object.fromEntries(values) } };
    },
    problem: () => problemOf(read()),
  };
}

// { name, unit, low: { value, problem }, ... } -> a sentence, or ""
export function problemOf({ name, unit: _unit, ...numbers }) {
  if (!name) return "Say what is measured, such as Fuel moisture.";
  for (const [field, title] of Object.entries(NUMBERS)) {
    const { value, problem } = numbers[field];
    if (problem) return `${title}: ${problem}`;
    if (value === null) return `${title}: write a number.`;
  }
  const { low, high, step, tolerance } = Object.fromEntries(
    Object.entries(numbers).map(([field, { value }]) => [field, value]),
  );
  if (low >= high) return "The range ends below where it begins: let From be less than To.";
  if (step <= 0 || step > high - low) return "The step is more than 0 and fits into the range.";
  if (tolerance <= 0 || tolerance > high - low) return "The tolerance is more than 0 and fits into the range.";
  return "";
}
