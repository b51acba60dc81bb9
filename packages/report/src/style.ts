/** The page's style: system fonts, light and dark by the reader's setting, no colour alone carries a meaning. */
export const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #59636e; --rule: #d5dae0; --panel: #f5f7f9;
  --good: #14763d; --caution: #8a5a00; --bad: #b3261e;
  --leg-0: #7d8894; --leg-1: #5b8def; --leg-2: #1a9c6b; --leg-3: #b464d6; --leg-4: #d98324; --leg-5: #3aa6b9; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e6e9ed; --soft: #9aa5b1; --rule: #363d45;
  --panel: #1d2126; --good: #5fd28f; --caution: #e3b341; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; overflow-wrap: anywhere; } h2 { display: inline; font-size: 1.3rem; }
section > details > summary { margin-top: 1.5rem; padding: .5rem 0; border-bottom: 1px solid var(--rule); cursor: pointer; }
.card { padding: .2rem 1rem; border: 1px solid var(--rule); border-radius: .5rem; } h3 { margin-top: 1.8rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; list-style: none; }
a { color: inherit; } .soft { color: var(--soft); }
.scroll { overflow-x: auto; margin: 1rem 0; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
p { overflow-wrap: anywhere; }
:lang(zh) { font-family: system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; }
:lang(ja) { font-family: system-ui, "Hiragino Sans", "Yu Gothic", "Noto Sans CJK JP", "Noto Sans JP", sans-serif; }
:lang(ko) { font-family: system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "Noto Sans KR", sans-serif; }
caption { text-align: left; color: var(--soft); padding: .3rem 0; }
th, td { padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
th.number, td.number { text-align: right; white-space: nowrap; } td small { color: var(--soft); display: block; }
.verdict { padding: .8rem 1rem; background: var(--panel); border-left: .4rem solid var(--soft); }
.verdict.good { border-color: var(--good); } .verdict.caution { border-color: var(--caution); }
.verdict.bad { border-color: var(--bad); }
.good strong { color: var(--good); } .caution strong { color: var(--caution); } .bad strong { color: var(--bad); }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
figure { margin: 1rem 0; } figcaption { color: var(--soft); }
.plot { display: block; width: 100%; max-width: 45rem; height: auto; } .plot text { fill: var(--ink); font: 13px system-ui, sans-serif; }
.grid { stroke: var(--rule); } .axis, .whisker { stroke: var(--ink); stroke-width: 1.5; }
.mark { stroke: var(--good); stroke-dasharray: 4 3; } .curve { fill: none; stroke: var(--leg-1); stroke-width: 2; }
.dot { fill: var(--leg-1); } .helped { fill: var(--good); } .harmed { fill: var(--bad); }
${[0, 1, 2, 3, 4, 5].map((i) => `.leg-${i} { fill: var(--leg-${i}); }`).join(' ')}
td:not(.number) { min-width: 5em; } ol.results { min-width: 9em; margin: 0; padding-left: 1.4rem; } ol.results li { padding: .1rem 0; } ol.results .soft { overflow-wrap: anywhere; }
.picture { display: inline-block; width: 1.5em; height: 1.5em; vertical-align: middle; margin-right: .5em; text-align: center; }
@media (max-width: 30rem) { body { padding: .8rem; } }
@media print { body { max-width: none; padding: 0; } nav { display: none; } tr, figure { break-inside: avoid; } }
`;
