// The classes that a label under suspicion could have instead.

// Choices for a card, in the order of the classes; answerOf(code) -> what is sent
export function relabelChoices(task, item, answerOf) {
  return task.inUse
    .filter(({ code }) => code !== item.given)
    .map((each) => ({
      nodes: task.mark(each),
      key: each.hotkey,
      likely: each.code === item.suggested,
      answer: answerOf(each.code),
    }));
}
