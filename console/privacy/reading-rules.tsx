import { useState } from 'react';
import { Role } from '../../protocol/access.ts';
import type { Reading } from '../../protocol/reading-policy.ts';
import { rulesWords } from '../shared/strings/rules.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Checkbox } from '../shared/ui/checkbox.tsx';
import { Table, type TableColumn } from '../shared/ui/table.tsx';
import { ReadingDialog } from './reading-dialog.tsx';
import { isIdle, RIGHTS, type Right, readingChanges, standingOf, withRule } from './reading-rights.ts';
import styles from './reading-rules.module.css';

const text = rulesWords.reading;

/** Each role with what it reads. Whoever may change that ticks, and is asked before it counts. */
export function ReadingRules({
  reading: was,
  mayChange,
  onChanged,
}: {
  reading: Reading;
  mayChange: boolean;
  onChanged: () => Promise<void>;
}) {
  const [policy, setPolicy] = useState(was.reading);
  const [isAsking, setAsking] = useState(false);
  const reading = { ...was, reading: policy };
  const changes = readingChanges(was, policy);
  const columns: TableColumn<Role>[] = [
    { id: 'role', title: text.role, isRowHeader: true, cell: (role) => t.roles[role] },
    ...RIGHTS.map((right) => ({
      id: right,
      title: text.rights[right],
      cell: (role: Role) => (
        <Cell
          reading={reading}
          role={role}
          right={right}
          {...(mayChange && { onChange: (isOn) => setPolicy(withRule(policy, role, right, isOn)) })}
        />
      ),
    })),
  ];
  return (
    <>
      <Table
        label={text.title}
        columns={columns}
        items={Role.options}
        keyOf={(role) => role}
        nameOf={(role) => t.roles[role]}
        whenEmpty={null}
      />
      <p className={styles.meaning}>{text.contactMeaning}</p>
      {changes.length > 0 && (
        <div className={styles.changes} role="status">
          <span>{text.changed(changes.length)}</span>
          <Button onPress={() => setPolicy(was.reading)}>{text.reset}</Button>
          <Button kind="primary" onPress={() => setAsking(true)}>
            {text.save}
          </Button>
        </div>
      )}
      {isAsking && (
        <ReadingDialog
          was={was.reading}
          policy={policy}
          changes={changes}
          onClose={() => setAsking(false)}
          onChanged={async () => {
            await onChanged();
            setAsking(false);
          }}
        />
      )}
    </>
  );
}

function Cell({
  reading,
  role,
  right,
  onChange,
}: {
  reading: Reading;
  role: Role;
  right: Right;
  onChange?: (isOn: boolean) => void;
}) {
  const standing = standingOf(reading, role, right);
  const idle = isIdle(reading, role, right);
  if (standing === 'never') return <span className={styles.never}>{text.never}</span>;
  if (standing === 'always') return text.always;
  const isOn = standing === 'on' && !idle;
  const words = right === 'sessions' ? (isOn ? text.reach[role] : text.none) : isOn ? text.yes : text.no;
  if (!onChange) return isOn ? words : <span className={styles.never}>{words}</span>;
  return (
    <Checkbox
      aria-label={text.cell(t.roles[role], text.rights[right])}
      isSelected={isOn}
      isDisabled={idle}
      onChange={onChange}
    >
      {words}
    </Checkbox>
  );
}
