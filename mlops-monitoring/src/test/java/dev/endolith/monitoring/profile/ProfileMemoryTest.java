package dev.endolith.monitoring.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What profiles hold per column of numbers, as their documentation says. */
class ProfileMemoryTest {
  private static final int COLUMNS = 100;
  private static final Schema SCHEMA =
      Schema.of(IntStream.range(0, COLUMNS).mapToObj(i -> Field.number("f" + i)).toList());

  private static ReferenceProfile reference(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Stream<Row> rows =
        IntStream.range(0, 2_000)
            .mapToObj(i -> Row.of(SCHEMA, random.doubles(COLUMNS).toArray(), new String[COLUMNS]));
    return ReferenceProfile.ofStream(Features.rows(SCHEMA), rows, seed);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Of so many that what else comes and goes in this JVM makes no difference. */
  private static double perColumn(int profiles, Supplier<Object> profile) {
    List<Object> held = new ArrayList<>();
    Object unused = profile.get(); // what is loaded once is not a profile's
    long before = used();
    for (int i = 0; i < profiles; i++) {
      held.add(profile.get());
    }
    double each = (used() - before) / (double) (profiles * COLUMNS);
    assertThat(held).hasSize(profiles);
    return each;
  }

  @Test
  void referenceProfile_perColumn_holdsWhatIsStated() {
    assertThat(perColumn(40, () -> reference(1))).isBetween(12.0 * 1_024, 24.0 * 1_024);
  }

  @Test
  void windowProfile_perColumn_holdsWhatIsStated() {
    ReferenceProfile reference = reference(1);

    assertThat(perColumn(400, () -> WindowProfile.empty(reference))).isBetween(1_900.0, 2_400.0);
  }
}
