package dev.endolith.monitoring.report;

import dev.endolith.html.Style;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The one style sheet of a page, and the policy that admits it by its hash and nothing else. */
final class Sheet {
  /** The style sheet. */
  static final String CSS =
      (Style.SHEET
              + """
              .skip{position:absolute;left:-999px}
              .skip:focus{left:16px;top:8px;background:var(--card);padding:6px 12px;z-index:1}
              a{color:var(--line)}
              :focus-visible{outline:3px solid var(--line);outline-offset:2px}
              nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:12px 0 0}
              .answer{display:grid;grid-template-columns:minmax(8em,auto) 1fr;gap:8px 18px;margin:12px 0 0}
              .answer dt{color:var(--soft);font-weight:600}
              .answer dd{margin:0;overflow-wrap:anywhere}
              .answer ol{margin:0;padding-left:1.2em}
              details{border-top:1px solid var(--rule)}
              details>summary{cursor:pointer;padding:10px 0;overflow-wrap:anywhere}
              details details{border:0}
              details details>summary{color:var(--soft);font-size:.9rem;padding:4px 0}
              .card{content-visibility:auto;contain-intrinsic-size:auto 44px}
              .card>summary b{margin-right:8px}
              .card>summary .badge{margin-right:8px}
              .body{padding:0 0 16px}
              .over{max-width:720px}
              .over text{font-size:11px}
              th.wrap{white-space:normal;overflow-wrap:anywhere}
              .over .now{fill:var(--line);fill-opacity:.35;stroke:var(--line);stroke-width:2}
              .over .ref{fill:var(--past);fill-opacity:.65}
              .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:8px 18px;margin:8px 0}
              .facts dt{color:var(--soft);font-size:.85rem;font-weight:400}
              .facts dd{margin:0;font-variant-numeric:tabular-nums}
              .note{border-left:3px solid var(--warn);padding-left:10px}
              @media (max-width:640px){.answer{grid-template-columns:1fr;gap:2px}.answer dd{margin-bottom:10px}}
              @media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;--rule:#bbb;\\
              --line:#1f6fa8;--past:#a9b2bc;--good:#23744a;--warn:#96600a;--bad:#b3261e;\\
              --h0:#eceff2;--h1:#c9dcea;--h2:#f2c879;--h3:#e2854a;--h4:#b3261e}
              body{font-size:11pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
              nav,.skip{display:none}main{max-width:none;padding:0}
              section{border:0;padding:0}tr,.card,svg{break-inside:avoid}h2{break-after:avoid}
              .scroll{overflow:visible}.scroll svg{min-width:0}
              .card{content-visibility:visible}}
              """)
          .replace("\\\n", "");

  /** What a browser may do with the page: show it. */
  static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + sha256(CSS)
          + "'; base-uri 'none'; form-action 'none'";

  private Sheet() {}

  private static String sha256(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder().encodeToString(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
