// Posts of a tile: which of them words and dates let through, and what their language is called.

// posts: [{ moment, text, language, x, y }]; words: all of them must be in it; from, to: days, both included
export function filterPosts(posts, { words = "", from = "", to = "" } = {}) {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return posts.filter(({ moment, text }) => {
    const said = text.toLocaleLowerCase();
    const day = moment.slice(0, 10);
    const inTime = (!from || (day && day >= from)) && (!to || (day && day <= to));
    return inTime && wanted.every((word) => said.includes(word));
  });
}

// "ht" -> "Haitian Creole"; what has no name keeps its code
export function languageName(code, locale = "en") {
  if (!code) return "";
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

// "2010-01-12T16:53:00" -> "2010-01-12 16:53"
export function momentText(moment) {
  return moment.replace("T", " ").replace(/:00$/, "");
}
