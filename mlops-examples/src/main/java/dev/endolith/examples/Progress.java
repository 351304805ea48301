package dev.endolith.examples;

import java.io.PrintStream;
import java.util.Locale;

/** Shows how far a replay is: one live line in a terminal, else one plain line a period. */
final class Progress {
  private static final int BAR = 24;

  private final PrintStream out;
  private final boolean terminal;
  private final long total;
  private String period = "";

  Progress(PrintStream out, boolean terminal, long total) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
  }

  /** Says where the replay is. */
  void at(long done, String now, long version, long challenger, String health) {
    if (!terminal && now.equals(period)) {
      return;
    }
    String served =
        challenger == 0 ? "v" + version : "v" + version + " + canary v" + challenger;
    String text =
        String.format(
            Locale.ROOT, "%s  %3d %%  serving %-16s %s", now, 100 * done / total, served, health);
    if (terminal) {
      int filled = (int) (BAR * done / total);
      out.print("\r\u001b[2K[" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] " + text);
      out.flush();
    } else {
      out.println(text);
    }
    period = now;
  }

  /** Tells what has happened, on a line of its own. */
  void say(String what) {
    out.println((terminal ? "\r\u001b[2K" : "") + "  " + what);
  }

  /** Ends the live line. */
  void done() {
    if (terminal) {
      out.print("\r\u001b[2K");
      out.flush();
    }
  }
}
