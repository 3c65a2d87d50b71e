import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { LocalCommand, LocalState } from '../../protocol/local-page.ts';
import { plain } from '../../protocol/plain-text.ts';
import { needsMedia, TOOLS, Tool } from '../../protocol/tool.ts';
import type { CustomerDesk, CustomerInterface } from './customer-desk.ts';
import { changesBetween } from './terminal-news.ts';
import { byteWords, isToGoOn, plainLines, TOOL_WORDS, wantsToWatch } from './terminal-text.ts';

const HELP = `While it runs, type
  stop             to stop everything at once
  stop view        to stop one tool (${TOOLS.filter((tool) => !needsMedia(tool)).join(', ')})
  stop watching    to stop everybody else who watches
  allow view       to allow one
  files            to see how files are getting on
  help             to see this
Anything else is sent to the technician as a message.`;

const NO_VOICE = 'Nobody can talk through a terminal. Start this program without --terminal to talk.';

type Question = { readonly key: string; readonly text: string; answer(yes: boolean): void };

/** `--terminal`: the card, a y/n question per tool and file, and commands, on one input and one output. */
export function startTerminal(desk: CustomerDesk, input: Readable, output: Writable): CustomerInterface {
  const lines = createInterface({ input, terminal: false });
  const asked = new Set<string>();
  const questions: Question[] = [];
  const say = (text: string) => output.write(`${text}\n`);
  let shown: LocalState | undefined;
  /** The question that stands at the end of the output. */
  let prompted: Question | undefined;
  /** The input ended: nobody can answer any more, and what is not answered is refused. */
  let deaf = false;

  const ask = (question: Question) => {
    if (asked.has(question.key)) return;
    asked.add(question.key);
    if (deaf) return question.answer(false);
    questions.push(question);
    if (questions.length === 1) prompt();
  };
  const prompt = () => {
    const [question] = questions;
    if (question && question !== prompted) output.write(`${question.text} [y/N] `);
    prompted = question;
  };
  /** Gives the answer to these questions. A yes that did not count is asked for again. */
  const answerAll = (keys: readonly string[], command: LocalCommand) => {
    if (!desk.command(command, 'person')) askAgain(keys);
  };
  const askAgain = (keys: readonly string[]) => {
    for (const key of keys) asked.delete(key);
    const others = questions.filter(({ key }) => !keys.includes(key));
    questions.splice(0, questions.length, ...others);
    show();
  };

  const show = () => {
    const state = desk.state();
    if (!state) return;
    if (!shown) for (const line of [...cardLines(state), '', HELP, '']) say(line);
    for (const line of changesBetween(shown, state)) say(line);
    shown = state;
    dropStaleQuestions(state);
    if (state.link !== 'over') {
      askTools(state);
      askPassing(state);
      askWatchers(state);
      askFiles(state);
    }
  };

  const askTools = (state: LocalState) => {
    const technician = plain(state.session.card.technician.name);
    for (const { requestId, tools } of state.session.pending) {
      const yes: Tool[] = [];
      const keys = tools.map((tool) => `${requestId} ${tool}`);
      tools.forEach((tool, index) => {
        ask({
          key: keys[index]!,
          text: `May ${technician} ${TOOL_WORDS[tool]}?`,
          answer(allowed) {
            // Each yes by itself: the last answer may be the customer's, and this one somebody else's.
            if (allowed && !desk.yesCounts()) return askAgain(keys);
            if (allowed) yes.push(tool);
            if (index === tools.length - 1)
              answerAll(keys, { type: 'consent.answer', requestId, allowed: yes });
          },
        });
      });
    }
  };

  const askWatchers = (state: LocalState) => {
    const technician = plain(state.session.card.technician.name);
    for (const watcher of state.session.watchers) {
      const { watchingId, standing } = watcher;
      if (standing !== 'asked') continue;
      const answer = (allow: boolean) =>
        answerAll([watchingId], { type: 'watching.answer', watchingId, allow });
      ask({ key: watchingId, text: wantsToWatch(watcher, technician), answer });
    }
  };

  const askPassing = ({ session: { passing, card, tools } }: LocalState) => {
    if (!passing) return;
    const { passingId, successor } = passing;
    const answer = (allow: boolean) => answerAll([passingId], { type: 'passing.answer', passingId, allow });
    const allowed = TOOLS.filter((tool) => ['granted', 'in-use'].includes(tools[tool].standing));
    ask({ key: passingId, text: isToGoOn(successor, plain(card.technician.name), allowed), answer });
  };

  const askFiles = (state: LocalState) => {
    for (const { fileId, tool, standing, name, renamed, size } of state.session.files) {
      const answer = (accept: boolean) =>
        answerAll([fileId], { type: 'file.answer', fileId, accept, forSession: false });
      if (standing === 'offered' && tool === 'file-upload') {
        const called = `"${plain(name ?? '')}"${renamed ? ' (its name was made safe)' : ''}`;
        ask({ key: fileId, text: `Take the file ${called}, ${byteWords(size ?? 0)}?`, answer });
      }
      const found = state.asked.find((each) => each.fileId === fileId);
      // What is not there is answered already, and told as news (docs/decisions/0017).
      if (standing !== 'asked' || !found || found.problem) continue;
      const path = plain(found.path);
      ask({ key: fileId, text: `Send ${path}, ${byteWords(found.size ?? 0)}?`, answer });
    }
  };

  /** What nobody waits for any more is not asked any more. */
  const dropStaleQuestions = (state: LocalState) => {
    const [before] = questions;
    const open = new Set([
      ...state.session.pending.map(({ requestId }) => requestId),
      ...state.session.watchers
        .filter(({ standing }) => standing === 'asked')
        .map(({ watchingId }) => watchingId),
      ...(state.session.passing ? [state.session.passing.passingId] : []),
      ...state.session.files
        .filter(({ standing }) => standing === 'asked' || standing === 'offered')
        .map(({ fileId }) => fileId),
    ]);
    const still = questions.filter(({ key }) => state.link !== 'over' && open.has(key.split(' ')[0]!));
    if (still.length === questions.length) return;
    questions.splice(0, questions.length, ...still);
    if (before === still[0]) return;
    say('');
    prompt();
  };

  const stopWatchers = () => {
    for (const { watchingId, standing } of desk.state()?.session.watchers ?? [])
      if (standing === 'allowed') desk.command({ type: 'watching.stop', watchingId }, 'person');
  };

  const obey = (line: string) => {
    const [verb = '', word = '', ...more] = line.toLowerCase().split(/[\s!.,]+/);
    const tool = more.length === 0 ? Tool.safeParse(word).data : undefined;
    // "stop it please" means Stop: a message that is not sent is the smaller harm.
    if (verb === 'stop' && word === 'watching' && more.length === 0) stopWatchers();
    else if (verb === 'stop' && tool) desk.command({ type: 'tool.stop', tool }, 'person');
    else if (verb === 'stop') desk.command({ type: 'stop', reason: 'stopped-by-customer' }, 'person');
    else if (verb === 'allow' && tool) desk.command({ type: 'tool.allow', tool }, 'person');
    else if (line === 'help') say(HELP);
    else if (line === 'files') for (const each of fileLines(desk.state())) say(each);
    else if (line) desk.command({ type: 'chat.send', text: line.slice(0, 4000) }, 'person');
  };

  lines.on('line', (raw) => {
    const line = raw.trim();
    const [question] = questions;
    // A Stop stops, also in the middle of a question.
    if (!question || /^stop\b/i.test(line)) return obey(line);
    if (/^(y|yes|n|no|)$/i.test(line)) {
      questions.shift();
      question.answer(/^y/i.test(line));
    } else {
      say('Please answer y (yes) or n (no), or type stop.');
      prompted = undefined;
    }
    prompt();
  });
  lines.once('close', () => {
    deaf = true;
    for (const question of questions.splice(0)) question.answer(false);
  });

  const unfollow = desk.onChange(show);
  show();
  return {
    async close() {
      unfollow();
      lines.removeAllListeners('close').close();
      input.destroy();
    },
  };
}

function cardLines({ session: { card, tools: standings } }: LocalState): string[] {
  const { technician, organisation, reason, reference, tools, consentText } = card;
  const team = technician.team ? ` (${plain(technician.team)})` : '';
  return [
    '',
    `${plain(technician.name)}${team} of ${plain(organisation)} wants to help you.`,
    `Reason: ${plain(reason)}${reference ? `   Reference: ${plain(reference)}` : ''}`,
    `Asks to: ${tools.map((tool) => TOOL_WORDS[tool]).join('; ')}`,
    ...(tools.includes('voice') && standings.voice.standing === 'unable' ? [NO_VOICE] : []),
    '',
    ...plainLines(consentText),
    '',
    'Did you not ask for help? Then type stop: somebody may be trying to deceive you.',
  ];
}

function fileLines(state: LocalState | undefined): string[] {
  const lines = (state?.session.files ?? []).map((file) => {
    const transfer = state?.transfers.find(({ fileId }) => fileId === file.fileId);
    const progress = transfer ? `, ${byteWords(transfer.bytes)} of ${byteWords(file.size ?? 0)}` : '';
    return `${plain(file.name ?? file.path ?? '')}: ${file.standing}${progress}`;
  });
  return lines.length > 0 ? lines : ['No files so far.'];
}
