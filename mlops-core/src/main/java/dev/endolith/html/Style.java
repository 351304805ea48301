package dev.endolith.html;

/** The look of all pages: light and dark, from a phone to a desk, and printed. */
public final class Style {
  /** The style sheet. */
  public static final String SHEET =
      """
      :root{color-scheme:light dark;--page:#f6f7f8;--card:#fff;--ink:#1b1f24;--soft:#56606b;\
      --rule:#dde1e6;--line:#1f6fa8;--past:#a9b2bc;--good:#23744a;--warn:#96600a;--bad:#b3261e;\
      --h0:#eceff2;--h1:#c9dcea;--h2:#f2c879;--h3:#e2854a;--h4:#b3261e}
      @media (prefers-color-scheme:dark){:root{--page:#14171a;--card:#1c2024;--ink:#e7eaed;\
      --soft:#a2acb6;--rule:#343b42;--line:#6bb3e6;--past:#67717c;--good:#6cc795;--warn:#e3ae56;\
      --bad:#f0857b;--h0:#272d33;--h1:#2d4a61;--h2:#86621e;--h3:#b9602c;--h4:#e2564a}}
      *{box-sizing:border-box}
      body{margin:0;background:var(--page);color:var(--ink);\
      font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
      main{max-width:1060px;margin:0 auto;padding:24px 16px 48px}
      h1{font-size:1.5rem;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
      h2{font-size:1.1rem;margin:0 0 4px}
      h3{font-size:.9rem;margin:0;overflow-wrap:anywhere}
      p{margin:0 0 12px;max-width:75ch}
      .soft{color:var(--soft)}
      section{background:var(--card);border:1px solid var(--rule);border-radius:8px;\
      padding:16px;margin:16px 0}
      .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;\
      margin:0}
      .tiles div{border-left:3px solid var(--rule);padding-left:10px}
      .tiles b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}
      .badge{display:inline-block;border:1px solid currentColor;border-radius:999px;\
      padding:0 10px;font-size:.85rem;font-weight:600;white-space:nowrap}
      .good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
      .scroll{overflow-x:auto}
      table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
      caption{text-align:left;color:var(--soft);padding:0 0 8px}
      th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--rule);\
      vertical-align:top}
      th{font-weight:600;white-space:nowrap}
      td.n,th.n{text-align:right}
      td.when,td.nw{white-space:nowrap}
      td.wide{min-width:13em;overflow-wrap:anywhere}
      td.list{min-width:10em}
      svg{display:block;width:100%;height:auto}
      .scroll svg{min-width:640px}
      svg text{font-size:12px;fill:var(--soft)}
      svg text.strong{fill:var(--ink);font-weight:600}
      .axis{stroke:var(--rule);stroke-width:1}
      .change{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3}
      .held{stroke:var(--past);stroke-width:2;stroke-dasharray:6 4;fill:none}
      .err{stroke:var(--line);stroke-width:2;fill:none;stroke-linejoin:round}
      .dot{fill:var(--line)}
      .m-warn{fill:none;stroke:var(--warn);stroke-width:2}
      .m-drift{fill:var(--warn);stroke:var(--warn);stroke-width:2}
      .m-err{fill:var(--bad);stroke:var(--bad)}
      .h0{fill:var(--h0)}.h1{fill:var(--h1)}.h2{fill:var(--h2)}.h3{fill:var(--h3)}.h4{fill:var(--h4)}
      .ref{fill:var(--past)}.now{fill:var(--line)}
      ul.key{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:8px 0 0;\
      font-size:.85rem;color:var(--soft)}
      ul.key li{display:flex;align-items:center;gap:6px}
      ul.key svg{width:24px;height:14px;min-width:0;flex:none}
      .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:16px;\
      margin:12px 0 16px}
      .grid svg{max-width:240px}
      .grid .soft{font-size:.8rem;margin:0}
      @media (max-width:640px){.stack thead{position:absolute;clip-path:inset(50%)}\
      .stack tr{display:block;border-bottom:1px solid var(--rule);padding:6px 0}\
      .stack td{display:inline-block;border:0;padding:2px 12px 2px 0}.stack td.wide{display:block}}
      dl{margin:0}dt{font-weight:600}dd{margin:0 0 10px;max-width:75ch}
      """;

  private Style() {}
}
