package dev.endolith.monitoring;

import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Digest;
import dev.endolith.data.Example;
import dev.endolith.data.Id;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Sensitive;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.VersionStatus;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.serving.Route;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A small world with a model, whose inputs can shift and whose labels can turn. */
public final class World {
  /** What the model is asked. */
  public record Order(
      double amount,
      int items,
      boolean express,
      String country,
      @Nullable Double discount,
      LocalDate day,
      @Sensitive String customer) {}

  /** How the world is. */
  public enum Mood {
    USUAL,
    SHIFTED,
    ABROAD,
    TURNED,
    MOVED,
    /** Dear orders have many items, while amounts and items are distributed as usual. */
    TIED
  }

  public static final Classification<Order, Boolean> TASK =
      Task.classify(Order.class, Boolean.class).label("late").positive(true).build();

  /** Is right for nine rows in ten of a usual world. */
  public static final Predictor<Order, Boolean> MODEL = World::predict;

  private final SplittableRandom random;
  private final List<LogEntry> log = new ArrayList<>();

  public World(long seed) {
    this.random = new SplittableRandom(seed);
  }

  private static Prediction<Boolean> predict(Order order) {
    double late = 1 / (1 + Math.exp(-(order.amount() - 50) / 10));
    return Classified.of(TASK, 1 - late, late);
  }

  public Order order(Mood mood) {
    String[] countries = {"AT", "CH", "DE", "FR", "<script>alert(1)</script>"};
    double shift = mood == Mood.SHIFTED ? 15 : 0;
    double amount = gaussian();
    int items = random.nextInt(6);
    if (mood == Mood.TIED) {
      items = (int) (6 / (1 + Math.exp(-1.702 * amount))); // a normal law's place, to 0.01
    }
    return new Order(
        50 + shift + 15 * amount,
        1 + items,
        random.nextInt(10) == 0,
        countries[mood == Mood.ABROAD ? 4 : Math.min(random.nextInt(5), random.nextInt(5))],
        random.nextInt(4) == 0 ? null : (double) random.nextInt(3),
        LocalDate.EPOCH.plusDays(random.nextInt(100)),
        "customer " + random.nextInt());
  }

  private double gaussian() {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += random.nextDouble();
    }
    return sum;
  }

  public boolean truth(Order order, Mood mood) {
    boolean usual = order.amount() > (mood == Mood.MOVED ? 65 : 50);
    double wrong = mood == Mood.TURNED ? 0.4 : 0.1;
    return (random.nextDouble() < wrong) != usual;
  }

  public Dataset<Order, Boolean> rows(int count, Mood mood) {
    List<Example<Order, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Order order = order(mood);
      rows.add(new Example<>(order, truth(order, mood)));
    }
    return Dataset.of(TASK, DataOrigin.named("orders"), rows);
  }

  /** Predictions, each with its label some entries later; {@code delay} labels are outstanding. */
  public List<LogEntry> live(int count, Mood mood, int delay) {
    int start = log.size();
    List<Integer> open = new ArrayList<>();
    List<Boolean> truths = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Order order = order(mood);
      open.add(log.size());
      truths.add(truth(order, mood));
      log.add(new LogEntry.Predicted(log.size() + 1L, record(order)));
      if (open.size() > delay) {
        label(open.remove(0), truths.remove(0));
      }
    }
    while (!open.isEmpty()) {
      label(open.remove(0), truths.remove(0));
    }
    return List.copyOf(log.subList(start, log.size()));
  }

  private void label(int at, boolean truth) {
    LogEntry predicted = log.get(at);
    log.add(
        new LogEntry.Labelled(
            log.size() + 1L,
            predicted.sequence(),
            predicted.prediction(),
            Boolean.toString(truth),
            Instant.EPOCH.plusSeconds(log.size())));
  }

  private PredictionRecord record(Order order) {
    Classified<Boolean> answer = (Classified<Boolean>) predict(order);
    return new PredictionRecord(
        new Id(log.size(), 1),
        "orders",
        "",
        Instant.EPOCH.plusSeconds(log.size()),
        1,
        1,
        Route.CHAMPION,
        Row.copyOf(TASK.features(), order)
            .keepOnly(new boolean[] {true, true, true, true, true, true, false}),
        TASK.labelName(answer.value()),
        answer.scores());
  }

  /** A prediction as it was, but for a number that it was asked. */
  static LogEntry with(long sequence, PredictionRecord record, String column, double value) {
    Row row = record.features();
    double[] numbers = new double[row.schema().size()];
    @Nullable String[] categories = new String[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      boolean numeric = row.schema().field(i).type().numeric();
      numbers[i] = numeric ? row.number(i) : Double.NaN;
      categories[i] = numeric ? null : row.category(i);
    }
    numbers[row.schema().position(column).orElseThrow()] = value;
    return new LogEntry.Predicted(
        sequence,
        new PredictionRecord(
            record.id(),
            record.deployment(),
            record.key(),
            record.at(),
            record.version(),
            record.generation(),
            record.route(),
            Row.of(row.schema(), numbers, categories),
            record.value(),
            record.scores(),
            record.assignment()));
  }

  public static ModelVersion version() {
    return version("orders", TASK.features().schema());
  }

  /** The first version of a model. */
  public static ModelVersion version(String model, Schema schema) {
    return new ModelVersion(
        model,
        1,
        "",
        VersionStatus.DRAFT,
        Digest.ofText("manifest"),
        "test",
        schema,
        List.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        "",
        0,
        "",
        "test",
        Instant.EPOCH);
  }
}
