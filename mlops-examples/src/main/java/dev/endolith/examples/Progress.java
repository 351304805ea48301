package dev.endolith.examples;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/** Shows how far a replay is: one live line in a terminal, else one plain line a period. */
final class Progress {
  private static final int BAR = 24;

  private final PrintStream out;
  private final boolean terminal;
  private String period = "";

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Whether a person watches. Since JDK 22 there is a console also where there is no terminal. */
  @SuppressWarnings("SystemConsoleNull") // the second look is for newer JDKs
  static boolean inTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Says where the replay is. */
  void at(long done, long total, String now, long version, long challenger, String health) {
    if (!terminal && now.equals(period)) {
      return;
    }
    String served = challenger == 0 ? "v" + version : "v" + version + " + canary v" + challenger;
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
