package dev.endolith.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * Rows that stay together when a dataset is parted.
 *
 * A unit is a group, or rows of one key, or rows of the same features: what a model that has seen one
 * row of the unit could answer by heart. Each unit has a place in [0, 1): SHA-256 over the seed and
 * the unit's identity. So a place depends on nothing but the seed and the unit: not on the order of
 * the rows, and not on which other rows there are.
 */
final class Units {
  /** How many strata the labels of a regression are cut into, by rank. */
  private static final int NUMBER_STRATA = 10;

  /** The positions of its rows, in order, and where the seed puts it. */
  record Unit(double place, String identity, List<Integer> rows) {}

  /** By place; the identity decides between equals, so that the order is total. */
  static final Comparator<Unit> BY_PLACE =
      Comparator.comparingDouble(Unit::place).thenComparing(Unit::identity);

  private Units() {}

  /** The units of a dataset, by the group if one is given. */
  static <X, Y> List<Unit> of(
      Dataset<X, Y> data, @Nullable Function<? super X, String> group, long seed) {
    RowHasher<X, Y> hasher = new RowHasher<>(data.task());
    MessageDigest sha = Digest.sha256();
    Map<String, List<Integer>> rows = new LinkedHashMap<>();
    for (int i = 0; i < data.size(); i++) {
      X x = data.examples().get(i).x();
      String identity;
      if (group != null) {
        identity = "g" + group.apply(x);
      } else {
        identity =
            data.task()
                .key(x)
                .map(key -> "k" + key)
                .orElseGet(
                    () -> {
                      hasher.putFeatures(sha, x);
                      return "f" + Digest.finish(sha).hex();
                    });
      }
      rows.computeIfAbsent(identity, unit -> new ArrayList<>(1)).add(i);
    }
    ByteBuffer eight = ByteBuffer.allocate(Long.BYTES);
    List<Unit> units = new ArrayList<>(rows.size());
    rows.forEach(
        (identity, positions) -> {
          sha.update(eight.clear().putLong(seed).flip());
          byte[] hash = sha.digest(identity.getBytes(StandardCharsets.UTF_8));
          double place = (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1p-53;
          units.add(new Unit(place, identity, positions));
        });
    return units;
  }

  /** Units by the label that most of their rows have, each list by place; strata by name. */
  static <X, Y> Map<String, List<Unit>> strata(Dataset<X, Y> data, List<Unit> units) {
    String[] names = strataNames(data);
    Map<String, List<Unit>> strata = new TreeMap<>();
    for (Unit unit : units) {
      Map<String, Integer> counts = new TreeMap<>();
      unit.rows().forEach(row -> counts.merge(names[row], 1, Integer::sum));
      String most =
          counts.entrySet().stream()
              .max(
                  Map.Entry.<String, Integer>comparingByValue()
                      .thenComparing(Map.Entry.<String, Integer>comparingByKey().reversed()))
              .orElseThrow()
              .getKey();
      strata.computeIfAbsent(most, name -> new ArrayList<>()).add(unit);
    }
    strata.values().forEach(stratum -> stratum.sort(BY_PLACE));
    return strata;
  }

  private static <X, Y> String[] strataNames(Dataset<X, Y> data) {
    String[] names = new String[data.size()];
    if (!(data.task() instanceof Regression)) {
      for (int i = 0; i < names.length; i++) {
        names[i] = data.task().labelName(data.examples().get(i).y());
      }
      return names;
    }
    double[] sorted = new double[names.length];
    for (int i = 0; i < names.length; i++) {
      sorted[i] = (Double) data.examples().get(i).y();
    }
    Arrays.sort(sorted);
    Map<Double, Integer> firstRank = new HashMap<>();
    for (int i = 0; i < sorted.length; i++) {
      firstRank.putIfAbsent(sorted[i], i); // equal labels are in one stratum
    }
    for (int i = 0; i < names.length; i++) {
      int rank = firstRank.getOrDefault((Double) data.examples().get(i).y(), 0);
      names[i] = Integer.toString((int) ((long) rank * NUMBER_STRATA / names.length));
    }
    return names;
  }
}
