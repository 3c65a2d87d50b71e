import type { Verdict } from './store-verification.ts';

/**
 * What a verification came to, as one sentence: on the command line, in the console and over HTTP the same.
 * @param byWitness checkpoints that a witness kept were among those that it was held against.
 */
export function sentenceOf(verdict: Verdict, byWitness = false): string {
  const { origin, size, entries, deleted, checkpoints, sessions, findingCount, notAsSigned } = verdict;
  const isPart = verdict.notChecked !== undefined;
  const logged = counted(size, 'entry', 'entries');
  const andSessions = isPart ? '' : ` and ${counted(sessions, 'session')}`;
  const unlike = `${counted(notAsSigned, 'session is', 'sessions are')} not what was signed`;
  if (findingCount > 0) {
    const wrong = findingCount === 1 ? 'One thing is' : `${findingCount} things are`;
    return `${wrong} not as logged, among ${logged}${andSessions} of the log ${origin}.${notAsSigned === 0 ? '' : ` Besides, ${unlike}.`}`;
  }
  const right = isPart ? 'What could be checked is right' : 'All is right';
  const head = notAsSigned === 0 ? right : `All is as logged, but ${unlike}`;
  const gone = deleted === 0 ? '' : ` (${deleted} of them deleted, each named by a certificate)`;
  const seen = byWitness ? ', those of the witness among them' : '';
  return `${head}: ${logged}${gone}${andSessions} are what was logged, and agree with ${counted(checkpoints, 'signed checkpoint')}${seen}. The log is ${origin}; ${counted(entries, 'entry', 'entries')} can be read.${left(verdict)}`;
}

/** What was not looked at, as it is while a broker writes. */
function left({ indexesChecked, pagesChecked }: Verdict): string {
  const questions = [
    ...(indexesChecked ? [] : ['whether each index fits its table']),
    ...(pagesChecked ? [] : ['whether the unused space in its file is whole']),
  ];
  return questions.length === 0 ? '' : ` Only countersign verify says ${questions.join(', and ')}.`;
}

const counted = (figure: number, one: string, many = `${one}s`): string =>
  `${figure} ${figure === 1 ? one : many}`;
