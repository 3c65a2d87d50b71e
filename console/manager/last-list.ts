/** Where the list was left last in this tab, filters and all: the way back from a record. */
let address = '/log';

export function rememberList(search: string): void {
  address = `/log${search}`;
}

export const lastList = (): string => address;
