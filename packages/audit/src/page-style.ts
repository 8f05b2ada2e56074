// SPDX-License-Identifier: Apache-2.0
// How the report looks: the console's dark ground on a screen, ink on paper. State is told in words, and
// the colour only repeats it.

export const PAGE_STYLE = `
:root { color-scheme: dark; --ground: #0e1318; --panel: #161d24; --line: #2b3640; --text: #e6ebef; --muted: #a3b1bd; --good: #7fd6a2; --bad: #ffb3a7; --bad-ground: #4a1712; --good-ground: #12351f; }
@media (prefers-color-scheme: light) { :root { color-scheme: light; --ground: #fff; --panel: #f4f6f8; --line: #cfd7de; --text: #14191e; --muted: #4c5966; --good: #14592f; --bad: #8e1a0d; --bad-ground: #fde5e1; --good-ground: #e0f4e7; } }
@media print { :root { color-scheme: light; --ground: #fff; --panel: #fff; --line: #999; --text: #000; --muted: #333; --good: #000; --bad: #000; --bad-ground: #fff; --good-ground: #fff; } .wide { overflow: visible; } table { min-width: 0; } article, tr { break-inside: avoid; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { margin: 0 0 .75rem; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.2rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { margin: 0 0 .5rem; font-size: 1.05rem; }
p { margin: .5rem 0; max-width: 70ch; }
ul, ol { padding-left: 1.4rem; max-width: 80ch; }
li { margin: .35rem 0; }
.verdict { max-width: none; margin: 0; padding: .8rem 1rem; border-radius: .4rem; border: 1px solid currentcolor; font-size: 1.15rem; font-weight: 600; }
.verdict.good { color: var(--good); background: var(--good-ground); }
.verdict.bad { color: var(--bad); background: var(--bad-ground); }
.findings > li { padding: .6rem .8rem; background: var(--panel); border-left: 4px solid var(--bad); overflow-wrap: anywhere; }
.note { color: var(--muted); }
article { margin: 1rem 0; padding: 1rem; background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; }
.wide { overflow-x: auto; margin: 1rem 0; }
.wide:focus-visible, summary:focus-visible { outline: 2px solid currentcolor; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; min-width: 46rem; font-size: .92rem; }
caption { text-align: left; color: var(--muted); padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--muted); font-size: .85rem; }
time { white-space: nowrap; }
code, pre { font: .88em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
td code, th code { overflow-wrap: normal; }
pre { white-space: pre-wrap; }
.ok { color: var(--good); }
.no { color: var(--bad); font-weight: 700; }
summary { cursor: pointer; padding: .4rem 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;
