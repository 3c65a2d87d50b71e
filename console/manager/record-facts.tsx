import type { ContactDetail } from '../../protocol/contact.ts';
import type { SessionDetail, SessionRecord } from '../../protocol/session-record.ts';
import { duration } from '../shared/figures.ts';
import { isolated } from '../shared/isolated.ts';
import { timeWithSecondsOf } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { accountFacts } from './account-line.tsx';
import { Deleted } from './deleted.tsx';
import { type Fact, Facts } from './facts.tsx';
import { Moment } from './moment.tsx';
import styles from './record-facts.module.css';

const moment = (at: string | undefined) => (at === undefined ? undefined : <Moment at={at} />);
const length = (seconds: number | undefined) => (seconds === undefined ? undefined : duration(seconds));

export function SessionFacts({ detail: { record, accounts } }: { detail: SessionDetail }) {
  const text = t.log.record;
  const ending = record.endReason === undefined ? text.stillOpen : t.session.endReason[record.endReason];
  return (
    <Facts
      facts={[
        [text.reason, record.reason],
        [text.reference, record.reference],
        [text.outcome, record.outcome === undefined ? text.noOutcome : t.session.outcome[record.outcome]],
        [text.ending, ending],
        [text.endedBy, record.endedBy === undefined ? undefined : t.session.endedBy[record.endedBy]],
        [text.losses, record.connectionLosses === 0 ? undefined : String(record.connectionLosses)],
        ...accountFacts(accounts),
        [text.id, <code key="id">{record.id}</code>],
      ]}
    />
  );
}

export function PeopleFacts({ record }: { record: SessionRecord }) {
  const text = t.log.record;
  const { technician, contact } = record;
  const detail = (which: ContactDetail) =>
    contact[which] ??
    (record.detailsGiven.includes(which) ? (
      <Deleted key={which} kind="contact-details" retention={record.retention} />
    ) : undefined);
  const customer: Fact[] = [
    [text.customer, contact.name],
    [text.contactName, detail('contactName')],
    [text.company, contact.company],
    [text.phone, detail('phone')],
    [text.email, detail('email')],
  ];
  return (
    <div className={styles.people}>
      <Facts
        facts={[
          [text.technician, technician.name],
          [text.email, technician.email],
          [text.team, technician.team],
          [text.address, technician.address && <code key="address">{technician.address}</code>],
          ...(record.earlierTechnicians ?? []).map(
            ({ name, team, until }): Fact => [
              t.passing.log.earlier,
              t.passing.log.until(name, team, timeWithSecondsOf(until)),
            ],
          ),
        ]}
      />
      <Facts facts={customer} />
    </div>
  );
}

export function ComputerFacts({ record }: { record: SessionRecord }) {
  const text = t.log.record;
  const { computer, agent } = record;
  if (computer === undefined) return <p className={styles.none}>{text.nobodyJoined}</p>;
  return (
    <Facts
      facts={[
        [text.platform, computer.platform],
        [text.hostName, computer.hostName],
        [text.architecture, computer.architecture],
        [text.publicAddress, <code key="public">{computer.address}</code>],
        [
          text.privateAddress,
          computer.privateAddress === undefined ? undefined : <code>{computer.privateAddress}</code>,
        ],
        [text.agent, agent && t.agents.words(agent)],
        ...(record.earlierAgents ?? []).map(
          (before): Fact => [
            text.agentBefore,
            text.until(t.agents.words(before), isolated(before.platform), timeWithSecondsOf(before.until)),
          ],
        ),
        [text.surfaces, record.surfaces?.map((surface) => t.agents.surface[surface]).join(', ')],
      ]}
    />
  );
}

export function TimeFacts({ record }: { record: SessionRecord }) {
  const text = t.log.record;
  return (
    <Facts
      facts={[
        [text.active, length(record.activeSeconds)],
        [text.waiting, length(record.waitingSeconds)],
        [text.total, length(record.totalSeconds)],
        [text.created, moment(record.createdAt)],
        [text.joined, moment(record.joinedAt)],
        [text.started, moment(record.startedAt)],
        [text.ended, moment(record.endedAt)],
      ]}
    />
  );
}
