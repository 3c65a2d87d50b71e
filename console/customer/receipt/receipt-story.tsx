import { techniciansOf } from '../../../protocol/passing-fold.ts';
import type { FoldedRecord } from '../../../protocol/session-fold.ts';
import { byteSize, duration } from '../../shared/figures.ts';
import { dayOf, timeWithSecondsOf, zoneAt } from '../../shared/moments.ts';
import { sidesOf } from '../../shared/sides-of.ts';
import { receiptWords } from '../../shared/strings/receipt.ts';
import { t } from '../../shared/strings.ts';
import { watcherWords } from '../../shared/watcher-words.ts';
import type { ReadReceipt } from './read-receipt.ts';
import { ReceiptMissing } from './receipt-missing.tsx';
import { ReceiptSignatures } from './receipt-signatures.tsx';
import styles from './receipt-story.module.css';
import { ReceiptTools } from './receipt-tools.tsx';

/** What the entries say together, for the customer whose session it was. */
export function ReceiptStory({ read }: { read: ReadReceipt }) {
  const text = receiptWords;
  const { record, receipt, accounts, missing, others } = read;
  const { technician, computer, consent, files } = record;
  const facts: [string, string | undefined][] = [
    [text.helpedBy, helpersOf(record)],
    [text.organisation, receipt.organisation],
    [text.customer, [record.contact.name, record.contact.company].filter(Boolean).join(', ')],
    [text.computer, [computer?.hostName, computer?.platform].filter(Boolean).join(', ')],
    [text.agents, agentsOf(record)],
    [text.surfaces, record.surfaces?.map((surface) => t.agents.surface[surface]).join(', ')],
    [text.reason, record.reason],
    [text.reference, record.reference],
    [text.when, whenOf(record)],
    [text.length, record.activeSeconds === undefined ? text.neverStarted : duration(record.activeSeconds)],
    [text.ending, record.endReason && t.customer.local.ending(record.endReason, technician.name)],
  ];
  return (
    <>
      <dl className={styles.facts}>
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ),
        )}
      </dl>
      <section className={styles.part}>
        <h2>{text.tools}</h2>
        <ReceiptTools record={record} />
      </section>
      {record.watchers !== undefined && record.watchers.length > 0 && (
        <section className={styles.part}>
          <h2>{t.watching.log.title}</h2>
          <ul className={styles.list}>
            {record.watchers.map((watcher) => (
              <li key={watcher.watchingId}>{watcherWords(watcher, t.watching.receipt)}</li>
            ))}
          </ul>
        </section>
      )}
      <section className={styles.part}>
        <h2>{text.files}</h2>
        {files.length === 0 ? (
          <p className={styles.quiet}>{text.noFiles}</p>
        ) : (
          <ul className={styles.list}>
            {files.map((file) => (
              <li key={file.fileId}>
                <div className={styles.line}>
                  <strong>
                    {file.name === undefined ? <em>{text.nameForgotten}</em> : <bdi>{file.name}</bdi>}
                  </strong>
                  <span>
                    {text.fileStanding[file.standing]}
                    {file.reason !== undefined && `: ${t.files.because(file.reason, sidesOf(record))}`}
                  </span>
                </div>
                <p className={styles.quiet}>
                  {[
                    text.fileTools[file.tool],
                    file.size === undefined ? undefined : byteSize(file.size),
                    timeWithSecondsOf(file.at),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                  {file.bothSidesAgree !== undefined &&
                    ` · ${file.bothSidesAgree ? text.bothAgree : text.disagree}`}
                </p>
                {file.sha256 !== undefined && (
                  <p className={styles.quiet}>
                    SHA-256 <code>{file.sha256}</code>
                  </p>
                )}
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className={styles.part}>
        <h2>{text.consent}</h2>
        {consent.textVersion === undefined && <p>{text.noConsent}</p>}
        {consent.textVersion !== undefined && consent.text === undefined && (
          <p>{text.consentText(consent.textVersion)}</p>
        )}
        {consent.textVersion !== undefined && consent.text !== undefined && (
          <>
            <p>{text.consentShown(consent.textVersion)}</p>
            <blockquote className={styles.shown} dir="auto">
              {consent.text}
            </blockquote>
          </>
        )}
        {others > 0 && <p>{text.others(others)}</p>}
      </section>
      <ReceiptSignatures accounts={accounts} />
      {missing.length > 0 && <ReceiptMissing missing={missing} />}
    </>
  );
}

/** In the order of time. */
function helpersOf(record: FoldedRecord): string {
  const untils = (record.earlierTechnicians ?? []).map(({ until }) => timeWithSecondsOf(until));
  return receiptWords.helpers(
    techniciansOf(record).map(({ name, team }, index) => ({
      who: team === undefined ? name : `${name}, ${receiptWords.team(team)}`,
      until: untils[index],
    })),
  );
}

/** In the order of time, where it was more than one. */
function agentsOf({ earlierAgents, agent }: FoldedRecord): string | undefined {
  if (earlierAgents === undefined || agent === undefined) return undefined;
  return receiptWords.inTurn([...earlierAgents, agent].map((each) => t.agents.words(each)));
}

function whenOf({ createdAt, startedAt, endedAt }: FoldedRecord): string {
  const from = startedAt ?? createdAt;
  const day = dayOf(from);
  if (endedAt === undefined) return `${day}, ${timeWithSecondsOf(from)}`;
  const end =
    dayOf(endedAt) === day ? timeWithSecondsOf(endedAt) : `${dayOf(endedAt)}, ${timeWithSecondsOf(endedAt)}`;
  // Paper goes to other places: the hours need their zone.
  return `${day}, ${receiptWords.fromTo(timeWithSecondsOf(from), end)} (${zoneAt(from)})`;
}
