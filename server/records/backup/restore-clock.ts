import { follows } from '../clock-guard.ts';
import { BackupProblem } from './backup-problem.ts';
import type { LogInFile } from './log-in-file.ts';

type Dated = Pick<LogInFile, 'believed' | 'firstLeaf'>;

/**
 * A restore deletes what has come of age since, by the clock of this computer: so that must follow the log, as it must before
 * retention deletes by itself. How the log went on behind the backup, the records tell that are moved aside, if they are of the
 * same one: a broker that was started on a new machine by mistake has only the clock's word.
 * @throws BackupProblem
 */
export function checkClock(now: number, restored: Dated, before: Dated | undefined): void {
  const ofOneLog = before?.firstLeaf === restored.firstLeaf ? [restored, before] : [restored];
  const moments = ofOneLog.flatMap((log) => log?.believed ?? []);
  if (moments.length === 0 || moments.some((moment) => follows(moment, now))) return;
  throw new BackupProblem(
    `The clock of this computer says ${minute(now)}, and the newest of the records that can be believed is of ${minute(Math.max(...moments))}. By a wrong clock a restore would delete everything as old, so nothing was restored. Compare the clock with another one. If it is wrong, set it; if it is right, say --clock-checked.`,
  );
}

const minute = (moment: number): string =>
  `${new Date(moment).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
