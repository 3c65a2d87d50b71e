import assert from 'node:assert/strict';
import { RecentQuestions, SAME_READING_MS } from '../../server/records/recent-questions.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('a question that is asked again', () => {
  it('is noted once within minutes, and anew behind them or when the clock was put back', async () => {
    const clock = new FakeClock();
    const questions = new RecentQuestions(clock);
    let noted = 0;
    const ask = async (later: number) => {
      clock.advance(later);
      await questions.once({ text: 'harbour' }, async () => (noted += 1));
      return noted;
    };
    assert.deepEqual(
      [await ask(0), await ask(SAME_READING_MS - 1), await ask(1), await ask(-3_600_000), await ask(1)],
      [1, 1, 2, 3, 3],
    );
  });
});
