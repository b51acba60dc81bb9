import type { TransferListItem } from 'node:worker_threads';

/** An answer with the buffers in it that go over instead of being copied. */
export class Transfer<Answer> {
  readonly answer: Answer;
  readonly transfer: readonly TransferListItem[];

  constructor(answer: Answer, transfer: readonly TransferListItem[]) {
    this.answer = answer;
    this.transfer = transfer;
  }
}
