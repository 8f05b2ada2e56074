// SPDX-License-Identifier: Apache-2.0
// Answers of a pure function, kept by what was asked.

/**
 * Asks each thing once. What is plain JSON and the same is the same question; the answer is shared.
 *
 * @param most different questions that are remembered; beyond it all are asked anew
 */
export function remembered<Question, Answer>(
  ask: (question: Question) => Answer,
  most: number,
): (question: Question) => Answer {
  const answers = new Map<string, Answer>();
  return (question) => {
    const asked = JSON.stringify(question);
    const before = answers.get(asked);
    if (before !== undefined) return before;
    const answer = ask(question);
    if (answers.size >= most) answers.clear();
    answers.set(asked, answer);
    return answer;
  };
}
