/** Which release has to be in service after a crash: the last that was acknowledged, or the one that was under way. */
export interface Serving {
  release: number;
  bundle: string;
  fingerprint: string;
}

export interface ListedRelease {
  number: number;
  bundle: string;
  fingerprint: string;
}

export class ReleaseOracle {
  #last: Serving;
  /** Bundles that an unanswered promotion or roll back may have put in service. */
  #awaited: string[] | undefined;
  readonly #byNumber = new Map<number, string>();
  acknowledged = 0;

  constructor(first: Serving) {
    this.#last = first;
    this.#byNumber.set(first.release, first.fingerprint);
  }

  get last(): Serving {
    return this.#last;
  }

  /** Whether a promotion or roll back was asked for and not yet answered. */
  get isUnderWay(): boolean {
    return this.#awaited !== undefined;
  }

  begin(bundles: string[]): void {
    this.#awaited = bundles;
  }

  acknowledge(serving: Serving): void {
    this.#awaited = undefined;
    this.#last = serving;
    this.#byNumber.set(serving.release, serving.fingerprint);
    this.acknowledged += 1;
  }

  refuse(): void {
    this.#awaited = undefined;
  }

  /** The fingerprint that a release was made with; undefined for one that was flipped to and not yet answered. */
  fingerprintOf(release: number): string | undefined {
    return this.#byNumber.get(release);
  }

  settle(now: Serving, listed: readonly ListedRelease[]): string[] {
    const wrong: string[] = [];
    const byNumber = new Map(listed.map((release) => [release.number, release]));
    for (const [number, fingerprint] of this.#byNumber)
      if (byNumber.get(number)?.fingerprint !== fingerprint)
        wrong.push(
          `Release ${number} (${fingerprint}) is listed as ${byNumber.get(number)?.fingerprint ?? 'missing'}`,
        );
    const same = now.release === this.#last.release && now.fingerprint === this.#last.fingerprint;
    const next = now.release > this.#last.release && this.#awaited?.includes(now.bundle);
    if (!same && !next) {
      const awaited = this.#awaited
        ? `or one of ${this.#awaited.join(', ')} under way`
        : 'and none was under way';
      wrong.push(
        `Release ${now.release} (${now.bundle}) is in service; acknowledged last was ${this.#last.release} ` +
          `(${this.#last.bundle}), ${awaited}`,
      );
    }
    if (byNumber.get(now.release)?.fingerprint !== now.fingerprint)
      wrong.push(`In service is ${now.release} with ${now.fingerprint}, which is not what the releases list`);
    this.#awaited = undefined;
    this.#last = now;
    this.#byNumber.set(now.release, now.fingerprint);
    return wrong;
  }
}
