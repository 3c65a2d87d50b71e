import type { Tool } from '../../protocol/tool.ts';
import { t } from '../shared/strings.ts';
import styles from './tool-meaning.module.css';

/** "What this means", folded, for one tool. */
export function ToolMeaning({ tool, isInBrowser = false }: { tool: Tool; isInBrowser?: boolean }) {
  const text = t.customer.tool;
  const ofBrowser = isInBrowser ? t.customer.browser.meaning[tool] : undefined;
  return (
    <details className={styles.meaning}>
      <summary>
        {text.whatThisMeans}
        <span className="only-for-screen-readers">: {text.title[tool]}</span>
      </summary>
      <p>{ofBrowser ?? text.meaning[tool]}</p>
    </details>
  );
}
