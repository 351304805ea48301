package dev.endolith.monitoring.quality;

import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Sensitive;
import dev.endolith.data.Task;
import dev.endolith.data.Text;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Orders whose every column can be wrong. */
final class Orders {
  record Order(
      String id,
      @Nullable String parent,
      @Nullable Double price,
      double tax,
      double total,
      boolean express,
      @Nullable String country,
      @Text String note,
      LocalDate day,
      Instant placed,
      @Sensitive String customer) {}

  static final Classification<Order, Boolean> TASK =
      Task.classify(Order.class, Boolean.class).label("late").positive(true).build();

  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final QualityContext CONTEXT = QualityContext.of(Clock.fixed(NOW, ZoneOffset.UTC));

  private Orders() {}

  static Order order(int i) {
    return new Order(
        "o" + i,
        null,
        10.0 + i,
        2,
        12.0 + i,
        i % 2 == 0,
        "AT",
        "note " + i,
        LocalDate.of(2026, 2, 27),
        NOW.minusSeconds(60L * i),
        "secret-" + i);
  }

  static Order priced(int i, @Nullable Double price) {
    Order o = order(i);
    return new Order(
        o.id,
        o.parent,
        price,
        o.tax,
        o.total,
        o.express,
        o.country,
        o.note,
        o.day,
        o.placed,
        o.customer);
  }

  static Order inCountry(int i, @Nullable String country, String note) {
    Order o = order(i);
    return new Order(
        o.id,
        o.parent,
        o.price,
        o.tax,
        o.total,
        o.express,
        country,
        note,
        o.day,
        o.placed,
        o.customer);
  }

  static Order child(String id, @Nullable String parent) {
    Order o = order(0);
    return new Order(
        id,
        parent,
        o.price,
        o.tax,
        o.total,
        o.express,
        o.country,
        o.note,
        o.day,
        o.placed,
        o.customer);
  }

  static Order at(LocalDate day, Instant placed) {
    Order o = order(0);
    return new Order(
        o.id,
        o.parent,
        o.price,
        o.tax,
        o.total,
        o.express,
        o.country,
        o.note,
        day,
        placed,
        o.customer);
  }

  static Dataset<Order, Boolean> data(Order... orders) {
    return Dataset.of(
        TASK,
        DataOrigin.named("orders"),
        Arrays.stream(orders).map(o -> new Example<>(o, true)).toList());
  }

  /** Usual orders: prices of 5 to 45 around 25, one country in four missing. */
  static Dataset<Order, Boolean> usual(int rows, long seed, double shift) {
    SplittableRandom random = new SplittableRandom(seed);
    String[] countries = {"AT", "CH", "DE"};
    List<Example<Order, Boolean>> examples = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double price = 5 + shift + 20 * (random.nextDouble() + random.nextDouble());
      Order o = inCountry(i, random.nextInt(4) == 0 ? null : countries[random.nextInt(3)], "note");
      examples.add(
          new Example<>(
              new Order(
                  o.id,
                  o.parent,
                  price,
                  2,
                  price + 2,
                  o.express,
                  o.country,
                  o.note,
                  o.day,
                  o.placed,
                  o.customer),
              true));
    }
    return Dataset.of(TASK, DataOrigin.named("orders"), examples);
  }

  static QualityReport check(Check check, Order... orders) {
    return Expectations.builder().warn(check).build().check(data(orders), CONTEXT);
  }
}
