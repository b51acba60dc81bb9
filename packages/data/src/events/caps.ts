/** How much of what strangers send one client can be. Names are free, so what many of them do on one document is looked at in @attune/loop. */
export const caps = {
  /**
   * Actions of one client, as a share of what all others did, but always so many. Others are counted, so that nobody raises the own cap by
   * doing more. A hundredth moves no share and no rate by more than that.
   */
  share: 0.01,
  least: 20,
  /** Actions of one client on one day: more than all but a few people do, and little for a program. */
  perDay: 50,
  /** Queries for which one client counts on one document: a person who looks for something words it anew once or twice. */
  queriesOfDocument: 3,
  /** Nobody looks further down a list, so what is done there says nothing, nor does what is passed over. */
  deepestRank: 100,
};

/** What one client has done so far. */
interface Account {
  /** Actions of all its visits, whether they count or not. */
  all: number;
  taken: Sum;
  days: Map<number, Sum>;
  /** document -> queries on which it acted on it */
  documents: Map<string, number>;
}

/** What was only seen counts too, or a flood of empty searches would push every rate down. */
interface Sum {
  actions: number;
  visits: number;
}

interface CappedVisit {
  /** Whose it is. */
  actor: string;
  /** Counted from 1970. */
  day: number;
  /** document -> weight of the strongest action */
  acted: Map<string, number>;
}

/**
 * Visits of each client up to its {@link caps}, the earliest first; actions beyond what it may do on one document are taken from their visits.
 *
 * @param counts  what is left out is taken from `used` and counted by its reason
 */
export function withinCaps<Capped extends CappedVisit>(
  visits: readonly Capped[],
  counts: Record<'used' | 'overShare' | 'overDay' | 'overDocument', number>,
): Capped[] {
  const accounts = new Map<string, Account>();
  let total = 0;
  for (const { actor, acted } of visits) {
    const account = accounts.get(actor) ?? newAccount();
    accounts.set(actor, account);
    account.all += acted.size;
    total += acted.size;
  }
  const leaveOut = (reason: 'overShare' | 'overDay' | 'overDocument', actions: number) => {
    counts[reason] += actions;
    counts.used -= actions;
  };
  return visits.filter(({ actor, acted, day }) => {
    const account = accounts.get(actor)!;
    const most = Math.max(caps.least, Math.floor(caps.share * (total - account.all)));
    const today = account.days.get(day) ?? { actions: 0, visits: 0 };
    account.days.set(day, today);
    if (!fits(account.taken, acted.size, most)) leaveOut('overShare', acted.size);
    else if (!fits(today, acted.size, caps.perDay)) leaveOut('overDay', acted.size);
    else {
      leaveOut('overDocument', forgetBeyond(acted, account.documents));
      add(account.taken, acted.size);
      add(today, acted.size);
      return true;
    }
    return false;
  });
}

const newAccount = (): Account => ({
  all: 0,
  taken: { actions: 0, visits: 0 },
  days: new Map(),
  documents: new Map(),
});

const fits = (sum: Sum, actions: number, most: number) => sum.actions + actions <= most && sum.visits < most;

function add(sum: Sum, actions: number): void {
  sum.actions += actions;
  sum.visits += 1;
}

/** Takes from a visit the actions on documents that its client has acted on for enough other queries. @returns how many */
function forgetBeyond(acted: Map<string, number>, documents: Map<string, number>): number {
  const before = acted.size;
  for (const id of [...acted.keys()]) {
    const queries = documents.get(id) ?? 0;
    if (queries >= caps.queriesOfDocument) acted.delete(id);
    else documents.set(id, queries + 1);
  }
  return before - acted.size;
}
