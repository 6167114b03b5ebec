/**
 * Questions that go to the resolver along with the connection, which saves a round trip: each is answered to the first
 * call that asks the same. [RS24] Knows neither sockets nor what the answers mean.
 */

/** What a call is told: the answer, or nothing when the connection was lost or the time is over. */
export type SettleAnswer = (answer: { readonly value: unknown } | undefined) => void;

export interface AskedAlong {
  /** The connection is there, and with it these have been asked. */
  begin(names: readonly string[]): void;
  /** True if that question is under way or answered: `settle` is told then, later than now. */
  take(name: string, settle: SettleAnswer): boolean;
  receive(name: unknown, value: unknown): void;
  /** The connection is lost: nothing more will be answered. */
  end(): void;
}

interface Question {
  answer?: { readonly value: unknown };
  settle?: SettleAnswer;
  timer?: ReturnType<typeof setTimeout>;
}

export function createAskedAlong(answerTimeoutMs: number): AskedAlong {
  const questions = new Map<unknown, Question>();

  function settle(name: unknown, question: Question): void {
    questions.delete(name);
    clearTimeout(question.timer);
    question.settle?.(question.answer);
  }

  return {
    begin(names) {
      for (const name of names) questions.set(name, {});
    },
    take(name, settleAnswer) {
      const question = questions.get(name);
      if (!question || question.settle) return false;
      question.settle = settleAnswer;
      if (question.answer) queueMicrotask(() => settle(name, question));
      else question.timer = setTimeout(() => settle(name, question), answerTimeoutMs);
      return true;
    },
    receive(name, value) {
      const question = questions.get(name);
      if (!question || question.answer) return;
      question.answer = { value };
      if (question.settle) settle(name, question);
    },
    end() {
      for (const [name, question] of [...questions]) settle(name, question);
    },
  };
}
