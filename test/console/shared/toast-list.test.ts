import assert from 'node:assert/strict';
import { ToastList } from '../../../console/shared/toast-list.ts';

describe('ToastList', () => {
  let waiting: { work: () => void; ms: number }[];
  let toasts: ToastList;
  const texts = () => toasts.shown.get().map(({ text }) => text);
  beforeEach(() => {
    waiting = [];
    toasts = new ToastList((work, ms) => waiting.push({ work, ms }));
  });

  it('lets everything go by itself, trouble later than the rest', () => {
    toasts.add('saved', 'done');
    toasts.add('refused', 'trouble');
    const [done, trouble] = waiting;
    assert(done && trouble && done.ms < trouble.ms);
    done.work();
    assert.deepEqual(texts(), ['refused']);
    trouble.work();
    assert.deepEqual(texts(), []);
  });

  it('ends trouble when the next thing works, and only that', () => {
    toasts.add('they wrote', 'info');
    toasts.add('refused', 'trouble');
    toasts.dismissTrouble();
    assert.deepEqual(texts(), ['they wrote']);
  });

  it('lets all go at once where what they are about is over, and shows what comes afterwards', () => {
    toasts.add('taken back', 'warning');
    toasts.add('refused', 'trouble');
    toasts.dismissAll();
    assert.deepEqual(texts(), []);
    toasts.add('saved', 'done');
    for (const { work } of waiting.slice(0, 2)) work();
    assert.deepEqual(texts(), ['saved']);
  });

  it('shows the newest few', () => {
    for (const text of ['1', '2', '3', '4', '5']) toasts.add(text, 'info');
    assert.deepEqual(texts(), ['2', '3', '4', '5']);
  });
});
