package dev.endolith.monitoring.report;

import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How figures are written for people. */
final class Figures {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Figures() {}

  static String time(Instant at) {
    return MINUTE.format(at) + " UTC";
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String figure(double value) {
    if (value == 0) {
      return "0";
    }
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3g", value) : "–";
  }

  static String signed(double value) {
    if (value == 0) {
      return "0";
    }
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%+.3g", value) : "–";
  }

  static String share(double value) {
    return Double.isFinite(value) ? tenths(100 * value) + " %" : "–";
  }

  static String change(double value) {
    String share = share(value);
    return share.startsWith("-") || share.equals("–") ? share : "+" + share;
  }

  /** With one digit after the point; a formatter would take most of a page's time. */
  static String tenths(double value) {
    long tenths = Math.round(10 * Math.abs(value));
    return (value < 0 && tenths > 0 ? "-" : "") + tenths / 10 + '.' + tenths % 10;
  }

  static String verdict(Verdict verdict) {
    return switch (verdict) {
      case DRIFT -> "drifted";
      case NO_DRIFT -> "as before";
      case UNDECIDED -> "undecided";
    };
  }

  static String tone(Verdict verdict) {
    return switch (verdict) {
      case DRIFT -> "bad";
      case NO_DRIFT -> "good";
      case UNDECIDED -> "soft";
    };
  }

  static String many(long number, String one, String several) {
    return count(number) + " " + (number == 1 ? one : several);
  }

  /** At most so many characters, never half of a pair. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
    return text.substring(0, end) + "…";
  }
}
