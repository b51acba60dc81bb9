/**
 * A circle in a graph, as the way round it: `['a', 'b', 'a']`; empty where there is none. What a node leads to and the graph does not
 * hold counts for nothing.
 */
export function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cleared = new Set<string>();
  const way: string[] = [];
  const walk = (node: string): string[] => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (cleared.has(node)) return [];
    way.push(node);
    for (const next of graph.get(node) ?? []) {
      const circle = walk(next);
      if (circle.length > 0) return circle;
    }
    way.pop();
    cleared.add(node);
    return [];
  };
  for (const node of graph.keys()) {
    const circle = walk(node);
    if (circle.length > 0) return circle;
  }
  return [];
}
