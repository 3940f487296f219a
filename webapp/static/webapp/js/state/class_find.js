// Which classes are meant by what somebody types: by name or group, whatever the case and the accents.

// "Forêt Claire" -> "foret claire"
export function plainWords(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replaceAll("ß", "ss")
    .toLowerCase()
    .split(/[^\p{Letter}\p{Number}]+/u)
    .filter(Boolean)
    .join(" ");
}

// -> { matching: classes in their order, first: the one that is meant most likely, or null }
export function meantBy(typed, classes) {
  const words = plainWords(typed);
  if (!words) return { matching: classes, first: null };
  const ranked = classes.map((item) => ({ item, rank: rankOf(words, item) })).filter(({ rank }) => rank !== null);
  const best = Math.min(...ranked.map(({ rank }) => rank));
  return { matching: ranked.map(({ item }) => item), first: ranked.find(({ rank }) => rank === best)?.item ?? null };
}

// 0: the name itself; 1: begins with it; 2: a word of it does; 3: has it somewhere; 4: by the group, too; null: not meant
function rankOf(words, { name, group }) {
  const own = plainWords(name);
  if (own === words) return 0;
  if (own.startsWith(words)) return 1;
  if (` ${own}`.includes(` ${words}`)) return 2;
  if (words.split(" ").every((word) => own.includes(word))) return 3;
  const all = `${own} ${plainWords(group ?? "")}`;
  return words.split(" ").every((word) => all.includes(word)) ? 4 : null;
}
