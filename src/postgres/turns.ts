/** Who may send while others wait for their answers. */

export interface Turns {
  /** Sends at once: the simple protocol, whose every message is a whole exchange. */
  whole<T>(start: () => Promise<T>): Promise<T>;
  /** Sends when nothing else is under way, and nothing is sent until the answer has come. */
  alone<T>(start: () => Promise<T>): Promise<T>;
}

/**
 * On a direct connection everything goes out at once, in order. A pooler in transaction mode takes the server away
 * at the end of each exchange: the second half of a query with parameters, which the driver sends once the first is
 * answered, would find none, and nobody would ever answer it. There each such query goes alone.
 */
export function takeTurns(isPooled: boolean): Turns {
  if (!isPooled) return { whole: async (start) => start(), alone: async (start) => start() };
  const underWay = new Set<Promise<unknown>>();
  let turn: Promise<unknown> | undefined;

  const track = async <T>(start: () => Promise<T>): Promise<T> => {
    const work = start();
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  };
  const alone = async <T>(start: () => Promise<T>): Promise<T> => {
    const before = turn;
    const work = (async () => {
      await before;
      await Promise.allSettled(underWay);
      return start();
    })();
    const mine = Promise.allSettled([work]);
    turn = mine;
    try {
      return await work;
    } finally {
      if (turn === mine) turn = undefined;
    }
  };
  // Behind one that goes alone everything keeps its place.
  return { alone, whole: async (start) => (turn === undefined ? track(start) : alone(start)) };
}
