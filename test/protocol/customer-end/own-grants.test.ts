import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OwnGrants } from '../../../protocol/customer-end/own-grants.ts';
import { ToolStanding } from '../../../protocol/grant.ts';
import type { AgentSessionState } from '../../../protocol/session-state.ts';
import { needsView, TOOLS, type Tool } from '../../../protocol/tool.ts';
import { firstLocalState } from '../../agent/desk-double.ts';

const tool = fc.constantFrom(...TOOLS);
const someTools = fc.uniqueArray(tool);
/** Any state that a broker may send, honest or not. */
const state = fc
  .record(Object.fromEntries(TOOLS.map((each) => [each, fc.constantFrom(...ToolStanding.options)])))
  .map((standings): AgentSessionState => {
    const { session } = firstLocalState();
    const tools = Object.entries(standings).map(([each, standing]) => [
      each,
      { standing, since: session.createdAt },
    ]);
    return { ...session, tools: Object.fromEntries(tools) as AgentSessionState['tools'] };
  });

type Step = (grants: OwnGrants, yes: Set<Tool>) => void;
const step: fc.Arbitrary<Step> = fc.oneof(
  someTools.map(
    (tools): Step =>
      (grants, yes) => {
        grants.allow(tools);
        for (const each of tools) yes.add(each);
      },
  ),
  someTools.map(
    (tools): Step =>
      (grants, yes) => {
        grants.withdraw(tools);
        for (const each of tools) yes.delete(each);
      },
  ),
  someTools.map(
    (tools): Step =>
      (grants) =>
        grants.told(tools),
  ),
  state.map(
    (sent): Step =>
      (grants) =>
        void grants.narrowTo(sent),
  ),
);

describe("The customer's own grants", () => {
  it('are never more than the customer said yes to, whatever the broker sends in between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const grants = new OwnGrants();
        const yes = new Set<Tool>();
        for (const take of steps) {
          take(grants, yes);
          for (const each of grants.list()) {
            assert.ok(yes.has(each));
            if (needsView(each)) assert.ok(yes.has('view'));
          }
        }
      }),
    );
  });

  it('tell everything that stops being allowed, with what lives inside the picture', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), state, someTools, (steps, sent, tools) => {
        const grants = new OwnGrants();
        for (const take of steps) take(grants, new Set());
        for (const narrow of [() => grants.withdraw(tools), () => grants.narrowTo(sent)]) {
          const before = grants.list();
          const gone = new Set(narrow());
          const after = grants.list();
          assert.deepEqual(
            before.filter((each) => !after.includes(each)),
            TOOLS.filter((each) => gone.has(each)),
          );
        }
      }),
    );
  });

  it('outlast the states that are older than the answer, and no other', () => {
    const grants = new OwnGrants();
    const { session } = firstLocalState(); // everything is off
    grants.allow(['view']);
    assert.deepEqual(grants.narrowTo(session), []);
    grants.told(['view']);
    assert.deepEqual(grants.narrowTo(session), ['view']);
    assert.equal(grants.allows('view'), false);
  });
});
