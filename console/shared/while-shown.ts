/** Does it once, so much later; while the page is hidden, as soon as it is shown again. Answers what calls it off. */
export function whileShown(work: () => void, afterMs: number): () => void {
  const workIfShown = () => {
    if (document.visibilityState !== 'visible') return;
    document.removeEventListener('visibilitychange', workIfShown);
    work();
  };
  const timer = setTimeout(() => {
    document.addEventListener('visibilitychange', workIfShown);
    workIfShown();
  }, afterMs);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', workIfShown);
  };
}
