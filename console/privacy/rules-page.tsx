import { useEffect } from 'react';
import { RetentionRules } from '../../protocol/kind-periods.ts';
import { Reading } from '../../protocol/reading-policy.ts';
import { useResource } from '../shared/resource.ts';
import { useMay, useSignedIn } from '../shared/signed-in.tsx';
import { rulesWords } from '../shared/strings/rules.ts';
import { t } from '../shared/strings.ts';
import { PageHead } from '../shared/ui/app-shell.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Waiting } from '../shared/ui/progress.tsx';
import { PeriodsTable } from './periods-table.tsx';
import { ReadingRules } from './reading-rules.tsx';
import styles from './retention-page.module.css';

const text = rulesWords;

/** `/privacy`: who reads what of customers, and how long it is kept; changed here by whoever may. */
export function RulesPage() {
  const { api } = useSignedIn();
  const mayChange = useMay('settings.change');
  const { resource, reload } = useResource('rules', (signal) =>
    Promise.all([
      api.get('/settings/reading', Reading, signal),
      api.get('/settings/retention', RetentionRules, signal),
    ]),
  );
  useEffect(() => {
    document.title = `${text.title} - ${t.product}`;
  }, []);
  return (
    <>
      <PageHead title={text.title} lead={mayChange ? text.lead : `${text.lead} ${text.onlyOthers}`} />
      {resource.standing === 'loading' && <Waiting />}
      {resource.standing === 'failed' && (
        <Notice kind="trouble" title={text.failed} actions={<Button onPress={reload}>{t.tryAgain}</Button>}>
          {resource.problem.message}
        </Notice>
      )}
      {resource.standing === 'there' && (
        <>
          <section className={styles.part} aria-labelledby="reading">
            <h2 id="reading">{text.reading.title}</h2>
            <p className={styles.hint}>{text.reading.lead}</p>
            <ReadingRules
              key={JSON.stringify(resource.value[0].reading)}
              reading={resource.value[0]}
              mayChange={mayChange}
              onChanged={reload}
            />
          </section>
          <section className={styles.part} aria-labelledby="periods">
            <h2 id="periods">{text.periods.title}</h2>
            <p className={styles.hint}>{text.periods.lead}</p>
            <PeriodsTable rules={resource.value[1]} mayChange={mayChange} onChanged={reload} />
          </section>
        </>
      )}
    </>
  );
}
