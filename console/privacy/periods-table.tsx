import { useState } from 'react';
import type { KindRule, RetentionRules } from '../../protocol/kind-periods.ts';
import { rulesWords } from '../shared/strings/rules.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Table, type TableColumn } from '../shared/ui/table.tsx';
import { KeptFor, KIND_COLUMN, WHY_COLUMN } from './kind-columns.tsx';
import { PeriodsDialog } from './periods-dialog.tsx';
import styles from './schedule-table.module.css';

const text = rulesWords.periods;
const words = t.retention;

/** Each kind of data with its period, the teams that differ, how far it may go, and why it is kept. */
export function PeriodsTable({
  rules,
  mayChange,
  onChanged,
}: {
  rules: RetentionRules;
  mayChange: boolean;
  onChanged: () => void;
}) {
  const [changing, setChanging] = useState<KindRule>();
  const columns: TableColumn<KindRule>[] = [
    KIND_COLUMN,
    {
      id: 'period',
      title: words.period,
      className: styles.period,
      cell: (rule) => (
        <>
          <KeptFor period={rule.periods} />
          {mayChange && rule.periods !== undefined && (
            <div className={styles.change}>
              <Button size="small" aria-label={text.changeOf(rule.name)} onPress={() => setChanging(rule)}>
                {text.change}
              </Button>
            </div>
          )}
        </>
      ),
    },
    {
      id: 'bounds',
      title: text.mayBe,
      className: styles.period,
      cell: ({ periods }) =>
        periods === undefined ? (
          <span className={styles.none}>{words.none}</span>
        ) : (
          text.bounds(periods.minDays, periods.maxDays)
        ),
    },
    WHY_COLUMN,
  ];
  return (
    <>
      <Table
        label={text.title}
        columns={columns}
        items={rules.kinds}
        keyOf={({ kind }) => kind}
        nameOf={({ name }) => name}
        whenEmpty={null}
      />
      {changing !== undefined && (
        <PeriodsDialog
          rule={changing}
          teams={rules.teams}
          onClose={() => setChanging(undefined)}
          onChanged={() => {
            setChanging(undefined);
            onChanged();
          }}
        />
      )}
    </>
  );
}
