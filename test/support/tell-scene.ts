import { leavePrograms, sceneNow } from './scene.ts';

/** For every test of a run: whatever failed says what the pages showed and what the programs printed at that moment. */
export const mochaHooks: Mocha.RootHookObject = {
  async afterEach(this: Mocha.Context) {
    const error: unknown = this.currentTest?.err;
    if (error instanceof Error) error.stack = `${error.stack}\n${await sceneNow()}`;
    leavePrograms();
  },
};
