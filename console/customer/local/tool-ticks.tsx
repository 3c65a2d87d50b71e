import { needsView, TOOLS, type Tool } from '../../../protocol/tool.ts';
import { t } from '../../shared/strings.ts';
import { Checkbox } from '../../shared/ui/checkbox.tsx';
import { ToolMeaning } from '../tool-meaning.tsx';
import styles from './tool-ticks.module.css';

/** One tick per tool. A tool that needs the screen waits for the screen's own tick: no tick ever brings another one. */
export function ToolTicks({
  tools,
  ticked,
  onChange,
  isDisabled,
  hasView,
  isInBrowser,
}: {
  tools: readonly Tool[];
  ticked: ReadonlySet<Tool>;
  onChange: (ticked: ReadonlySet<Tool>) => void;
  isDisabled: boolean;
  /** The screen is allowed already. */
  hasView: boolean;
  isInBrowser: boolean;
}) {
  const waitsForView = (tool: Tool, ticks: ReadonlySet<Tool>) =>
    needsView(tool) && !hasView && tools.includes('view') && !ticks.has('view');

  const tick = (tool: Tool, isOn: boolean) => {
    const next = new Set(ticked);
    if (isOn) next.add(tool);
    else next.delete(tool);
    onChange(new Set(TOOLS.filter((one) => next.has(one) && !waitsForView(one, next))));
  };

  return tools.map((tool) => {
    const waits = waitsForView(tool, ticked);
    return (
      <div key={tool} className={styles.tool}>
        <Checkbox
          isSelected={ticked.has(tool)}
          isDisabled={isDisabled || waits}
          onChange={(isOn) => tick(tool, isOn)}
          {...(waits ? { hint: t.customer.local.needsView } : {})}
        >
          {t.customer.tool.title[tool]}
        </Checkbox>
        <ToolMeaning tool={tool} isInBrowser={isInBrowser} />
      </div>
    );
  });
}
