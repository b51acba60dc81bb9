/** Numbers of GET /metrics by name. Those with labels are added up. */
import type { HttpClient } from './http.js';

export async function readMetrics(client: HttpClient): Promise<ReadonlyMap<string, number>> {
  const { text } = await client.call('/metrics');
  const numbers = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{[^}]*\})? (\S+)$/.exec(line);
    if (match) numbers.set(match[1]!, (numbers.get(match[1]!) ?? 0) + Number(match[2]));
  }
  return numbers;
}
