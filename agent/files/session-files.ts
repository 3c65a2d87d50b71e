import type { FromAgent } from '../../protocol/agent-messages.ts';
import type { FileState, FileTool } from '../../protocol/file-messages.ts';
import type { LocalState } from '../../protocol/local-page.ts';
import type { CustomerFile } from '../consent/customer-desk.ts';
import type { LaneChannel } from '../lane-channel.ts';

export interface SessionFilesParts {
  readonly receivedFolder: string;
  allows(tool: FileTool): boolean;
  tell(message: FromAgent): Promise<unknown>;
  laneNeeded(tool: FileTool): void;
  changed(): void;
}

type FilesState = Pick<LocalState, 'transfers' | 'asked' | 'receivedFolder' | 'acceptAll'>;

/** The files of one session at the customer's end. */
export class SessionFiles {
  readonly #parts: SessionFilesParts;

  constructor(parts: SessionFilesParts) {
    this.#parts = parts;
  }

  state(): FilesState {
    return {
      transfers: [],
      asked: [],
      receivedFolder: this.#parts.receivedFolder,
      acceptAll: { 'file-upload': false, 'file-download': false },
    };
  }

  follow(_files: readonly FileState[], _reconnected: boolean): void {}

  answer(_fileId: string, _accept: boolean, _forSession: boolean): void {}

  cancel(_fileId: string): void {}

  async openFolder(): Promise<void> {}

  async send(_file: CustomerFile): Promise<void> {
    throw new Error('files cannot be sent yet');
  }

  attach(_tool: FileTool, lane: LaneChannel): void {
    lane.close();
  }

  halt(): void {}
}
