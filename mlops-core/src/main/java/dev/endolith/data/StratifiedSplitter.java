package dev.endolith.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * In each stratum the units of the least places are the first part, as many as its share; what
 * rounding leaves is carried to the next stratum, so that many small strata do not add up to
 * another share.
 */
record StratifiedSplitter(double share, long seed) implements Splitter<Object> {
  StratifiedSplitter {
    SplitRules.share(share);
  }

  @Override
  public String method() {
    return "stratified";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("share", Double.toString(share), "seed", Long.toString(seed));
  }

  @Override
  public <R, Y> int[] parts(Dataset<R, Y> data) {
    int[] parts = new int[data.size()];
    Arrays.fill(parts, 1);
    double carried = 0;
    for (List<Units.Unit> stratum : Units.strata(data, Units.of(data, null, seed)).values()) {
      int rows = stratum.stream().mapToInt(unit -> unit.rows().size()).sum();
      double wanted = share * rows + carried;
      int taken = 0;
      for (Units.Unit unit : stratum) {
        // a unit is taken if that comes closer to what is wanted
        if (taken + unit.rows().size() / 2.0 > wanted) {
          break;
        }
        unit.rows().forEach(row -> parts[row] = 0);
        taken += unit.rows().size();
      }
      carried = wanted - taken;
    }
    return parts;
  }
}
