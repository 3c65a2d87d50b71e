import assert from 'node:assert/strict';
import { toolsInUse } from '../../../console/technician/in-use.ts';
import type { ToolStanding } from '../../../protocol/grant.ts';
import { TOOLS, type Tool } from '../../../protocol/tool.ts';

const since = '2026-03-01T10:00:00.000Z';
const standing = (known: Partial<Record<Tool, ToolStanding>>) =>
  Object.fromEntries(TOOLS.map((tool) => [tool, { standing: known[tool] ?? 'off', since }])) as Record<
    Tool,
    { standing: ToolStanding; since: string }
  >;

describe('toolsInUse', () => {
  const tools = standing({ view: 'in-use', control: 'granted', chat: 'in-use' });

  it('is what the broker says while both ends are there', () => {
    assert.deepEqual(toolsInUse(tools, false, new Set()), ['view', 'chat']);
  });

  it('is only what still has its lane while an end is away: the last state is old', () => {
    assert.deepEqual(toolsInUse(tools, true, new Set()), []);
    assert.deepEqual(toolsInUse(tools, true, new Set<Tool>(['chat', 'control'])), ['chat']);
  });
});
