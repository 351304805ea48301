package dev.endolith.monitoring.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.error.DataException;
import dev.endolith.monitoring.World;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.World.Order;
import dev.endolith.monitoring.drift.Drift;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class SegmentsTest {
  private static final Features<Order> FEATURES = World.TASK.features();

  @Test
  void by_column_capsSegmentsAndSaysSo() {
    Dataset<Order, Boolean> rows = new World(1).rows(1_000, Mood.USUAL);
    ReferenceProfile reference = ReferenceProfile.of(rows);
    Segments<Order> capped = Segments.by(FEATURES, reference, "country", 2);
    Segments<Order> all = Segments.by(FEATURES, reference, "country", Segments.DEFAULT_MOST);
    Segments.Counts<Order> counts = capped.counts();
    rows.examples().forEach(example -> counts.count(example.x()));

    assertThat(capped.capped()).isTrue();
    assertThat(capped.names()).hasSize(3).endsWith(Segments.OTHER);
    assertThat(all.capped()).isFalse();
    assertThat(all.names()).hasSize(6);
    long[] byCountry = reference.column("country").orElseThrow().counts();
    assertThat(counts.profile(capped.names().get(0)).rows()).isEqualTo(byCountry[0]);
    assertThat(counts.profile(Segments.OTHER).rows())
        .isEqualTo(1_000 - byCountry[0] - byCountry[1]);
    assertThat(counts.occupied()).hasSize(3);
  }

  @Test
  void by_fieldThatMayNotLeave_isRefused() {
    ReferenceProfile reference = ReferenceProfile.of(new World(1).rows(100, Mood.USUAL));
    for (String column : List.of("customer", "amount", "nothing")) {
      assertThatThrownBy(() -> Segments.by(FEATURES, reference, column, 5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(column);
    }
    assertThatThrownBy(() -> Segments.by(FEATURES, reference, "country", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Segments.by(FEATURES, reference, "country", 5).counts().profile("XX"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(other)");
  }

  @Test
  void merge_inAnyOrder_hasTheSameBytes() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    ReferenceProfile reference = ReferenceProfile.of(new World(2).rows(500, Mood.USUAL));
    Segments<Order> segments = Segments.by(FEATURES, reference, "country", 3);
    for (int run = 0; run < 20; run++) {
      World world = new World(random.nextLong());
      Segments.Counts<Order> whole = segments.counts();
      WindowProfile all = WindowProfile.empty(reference);
      List<Segments.Counts<Order>> parts = new ArrayList<>();
      List<WindowProfile> plain = new ArrayList<>();
      for (int part = 0; part < 5; part++) {
        parts.add(segments.counts());
        plain.add(WindowProfile.empty(reference));
        for (int i = 0; i < random.nextInt(60); i++) {
          Order order = world.order(Mood.USUAL);
          whole.count(order);
          all.count(FEATURES, order);
          parts.get(part).count(order);
          plain.get(part).count(FEATURES, order);
        }
      }
      Collections.shuffle(parts, new Random(random.nextLong()));
      Collections.shuffle(plain, new Random(random.nextLong()));

      assertThat(parts.stream().reduce(Segments.Counts::merge).orElseThrow().toBytes())
          .as("seed %d", seed)
          .isEqualTo(whole.toBytes());
      assertThat(plain.stream().reduce(WindowProfile::merge).orElseThrow().toBytes())
          .as("seed %d", seed)
          .isEqualTo(all.toBytes());
      assertThat(WindowProfile.read(reference, all.toBytes())).isEqualTo(all);
      assertThat(Segments.Counts.read(segments, whole.toBytes()).toBytes())
          .isEqualTo(whole.toBytes());
    }
  }

  @Test
  void withOwnReferences_seesWhatTheWholeHides() {
    World world = new World(3);
    List<Example<Order, Boolean>> rows = new ArrayList<>();
    for (Example<Order, Boolean> example : world.rows(4_000, Mood.USUAL)) {
      rows.add(scaled(example, 1));
    }
    Dataset<Order, Boolean> training = Dataset.of(World.TASK, DataOrigin.named("orders"), rows);
    Segments<Order> segments =
        Segments.by(FEATURES, ReferenceProfile.of(training), "country", 20)
            .withOwnReferences(training, 100);
    Segments.Counts<Order> usual = segments.counts();
    Segments.Counts<Order> moved = segments.counts();
    for (Example<Order, Boolean> example : world.rows(4_000, Mood.USUAL)) {
      usual.count(scaled(example, 1).x());
      moved.count(scaled(example, "DE".equals(example.x().country()) ? 1.6 : 1).x());
    }

    for (String name : usual.occupied()) {
      assertThat(Drift.compare(usual.profile(name).reference(), usual.profile(name)).drifted())
          .as(name)
          .isEmpty();
      assertThat(Drift.compare(moved.profile(name).reference(), moved.profile(name)).drifted())
          .as(name)
          .hasSize(name.equals("DE") ? 1 : 0);
    }
    assertThat(usual.profile("AT").reference()).isNotEqualTo(usual.profile("DE").reference());
  }

  @Test
  void where_conditions_takeTheFirstThatIsMet() {
    ReferenceProfile reference = ReferenceProfile.of(new World(1).rows(100, Mood.USUAL));
    Map<String, Predicate<? super Order>> conditions = new LinkedHashMap<>();
    conditions.put("large", order -> order.amount() > 60);
    conditions.put("express", Order::express);
    Segments<Order> segments = Segments.where(FEATURES, reference, conditions);

    assertThat(segments.of(order(70, true))).isEqualTo("large");
    assertThat(segments.of(order(50, true))).isEqualTo("express");
    assertThat(segments.of(order(50, false))).isEqualTo(Segments.OTHER);
  }

  @Test
  void toBytes_ofAWindow_isLessThanHalfOfItsJson() {
    World world = new World(4);
    ReferenceProfile reference = ReferenceProfile.of(world.rows(5_000, Mood.USUAL));
    WindowProfile window = WindowProfile.of(reference, world.rows(2_000, Mood.USUAL));

    // one byte a bin, as most have fewer than 128 rows
    assertThat(window.toBytes().length).isLessThan(450).isLessThan(window.toJson().length() / 2);
    assertThat(WindowProfile.empty(reference).toBytes().length).isLessThan(60);
  }

  @Test
  void read_brokenBytes_isRefused() {
    World world = new World(4);
    ReferenceProfile reference = ReferenceProfile.of(world.rows(1_000, Mood.USUAL));
    byte[] bytes = WindowProfile.of(reference, world.rows(500, Mood.USUAL)).toBytes();
    SplittableRandom random = new SplittableRandom(1);
    for (int run = 0; run < 1_000; run++) {
      byte[] broken = Arrays.copyOf(bytes, random.nextInt(bytes.length + 3));
      if (broken.length > 0) {
        broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(WindowProfile.read(reference, broken).rows()).isNotNegative();
      } catch (DataException e) {
        assertThat(e).hasMessageContaining("window profile");
      }
    }
  }

  private static Example<Order, Boolean> scaled(Example<Order, Boolean> example, double by) {
    Order o = example.x();
    return new Example<>(
        new Order(
            by * o.amount() + o.country().length(),
            o.items(),
            o.express(),
            o.country(),
            o.discount(),
            o.day(),
            o.customer()),
        example.y());
  }

  private static Order order(double amount, boolean express) {
    return new Order(amount, 1, express, "AT", null, LocalDate.EPOCH, "c");
  }
}
