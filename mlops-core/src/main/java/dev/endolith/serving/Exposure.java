package dev.endolith.serving;

import dev.endolith.sequential.SampleRatio;
import org.jspecify.annotations.Nullable;

/**
 * Which side the keys of one step were assigned to. Immutable.
 *
 * <p>Requests of one key share their side, so the check of the sample ratio must count keys. A key
 * counts if it is the first to fall into one of 8 192 cells: bounded memory, and never a key twice.
 * After about that many keys nothing more is learnt, which is enough to find a share that is off by
 * a twentieth.
 *
 * @param champion keys of the champion
 * @param challenger keys of the challenger
 * @param answers answers of the challenger, of all keys
 * @param cells the cells that were counted, four to a hexadecimal digit; empty if none is
 */
public record Exposure(long champion, long challenger, long answers, String cells) {
  /** Nobody yet. */
  public static final Exposure NONE = new Exposure(0, 0, 0, "");

  private static final int CELLS = 8_192;
  private static final String SALT = "exposure:";

  static Exposure orNone(@Nullable Exposure exposure) {
    return exposure == null ? NONE : exposure;
  }

  Exposure plus(String key, boolean ofChallenger) {
    long all = answers + (ofChallenger ? 1 : 0);
    if (champion + challenger >= CELLS) {
      return new Exposure(champion, challenger, all, cells);
    }
    int cell = (int) ((Bucket.place(SALT, key) * CELLS) >>> 32);
    char[] digits = (cells.isEmpty() ? "0".repeat(CELLS / 4) : cells).toCharArray();
    int digit = Character.digit(digits[cell >> 2], 16);
    int bit = 1 << (cell & 3);
    if ((digit & bit) != 0) {
      return new Exposure(champion, challenger, all, cells);
    }
    digits[cell >> 2] = Character.forDigit(digit | bit, 16);
    return new Exposure(
        champion + (ofChallenger ? 0 : 1),
        challenger + (ofChallenger ? 1 : 0),
        all,
        String.valueOf(digits));
  }

  /**
   * The always-valid p-value of a share as declared; 1 where everything is the challenger's.
   *
   * @param championFailed requests of the champion's whose keys may not have been counted
   * @param challengerFailed those of the challenger's; of both, as many count as bring the counts
   *     nearest to the share
   */
  double mismatch(double share, long championFailed, long challengerFailed) {
    if (share >= 1) {
      return 1;
    }
    long x = champion + missing(champion, challenger * (1 - share) / share, championFailed);
    long y = challenger + missing(challenger, champion * share / (1 - share), challengerFailed);
    return SampleRatio.pValue(new long[] {x, y}, new double[] {1 - share, share});
  }

  private static long missing(long counted, double declared, long failed) {
    return Math.max(0, Math.min(failed, Math.round(declared) - counted));
  }
}
