import { useEffect } from 'react';
import type { TechnicianCard } from '../../../protocol/join.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ToolIcon } from '../../shared/ui/icon-for-tool.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { ConsentText, TechnicianFacts, TechnicianTitle } from '../technician-facts.tsx';
import { ToolMeaning } from '../tool-meaning.tsx';
import styles from './join.module.css';

/** The technician card before anything runs on the customer's computer. */
export function JoinCard({
  card,
  onGoOn,
  onLeave,
}: {
  card: TechnicianCard;
  onGoOn: () => void;
  onLeave: () => void;
}) {
  const text = t.customer;
  useEffect(() => {
    document.title = `${card.technician.name} ${text.card.wantsToHelp} - ${t.product}`;
  });
  return (
    <div className={styles.stack}>
      <div>
        <TechnicianTitle card={card} />
        <TechnicianFacts card={card} />
      </div>
      <section>
        <h2>{text.card.asksTo(isolated(card.technician.name))}</h2>
        <ul className={styles.tools}>
          {card.tools.map((tool) => (
            <li key={tool}>
              <ToolIcon tool={tool} size={22} />
              <div>
                {text.tool.title[tool]}
                <ToolMeaning tool={tool} />
              </div>
            </li>
          ))}
        </ul>
        <p className={styles.quiet}>{text.join.decide}</p>
      </section>
      <ConsentText card={card} />
      <Notice kind="warning" title={text.card.uninvited}>
        {text.card.uninvitedMeaning}
      </Notice>
      <div className={styles.choices}>
        <Button size="large" onPress={onLeave}>
          {text.join.leave}
        </Button>
        <Button kind="primary" size="large" onPress={onGoOn}>
          {text.join.goOn}
        </Button>
      </div>
    </div>
  );
}
