package dev.endolith.examples;

import dev.endolith.data.Classification;
import dev.endolith.data.Csv;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Feature;
import dev.endolith.data.Ignore;
import dev.endolith.data.RawRow;
import dev.endolith.data.Task;
import dev.endolith.lifecycle.ManagedModelBuilder;
import dev.endolith.lifecycle.TrainingWindow;
import dev.endolith.model.Metric;
import dev.endolith.monitoring.Monitor;
import dev.endolith.monitoring.window.Window;
import dev.endolith.registry.Gate;
import dev.endolith.serving.Rollout;
import dev.endolith.tribuo.Tribuo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;

/**
 * UCI Bank Marketing (Moro, Cortez and Rita, 2014; CC BY 4.0): 45 211 telephone contacts of a
 * Portuguese bank in date order, May 2008 to November 2010. Whoever accepts a term deposit changes
 * with the financial crisis: about 5 % of the contacts of 2008 and about 50 % of those of 2010.
 */
final class BankMarketing implements Scenario<BankMarketing.Contact, Boolean> {
  /**
   * One telephone contact. How long the call took, which the file has too, is left out: it is known
   * only when the answer is.
   */
  record Contact(
      int age,
      String job,
      String marital,
      String education,
      @Feature("default") boolean inDefault,
      double balance,
      boolean housing,
      boolean loan,
      String contact,
      int campaign,
      int pdays,
      int previous,
      String poutcome,
      @Ignore LocalDate date,
      @Ignore String id) {}

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final int FIRST_YEAR = 2008;

  private final Classification<Contact, Boolean> task =
      Task.classify(Contact.class, Boolean.class)
          .label("y")
          .map("yes", true)
          .map("no", false)
          .positive(true)
          .key(Contact::id)
          .time(contact -> contact.date().atStartOfDay().toInstant(ZoneOffset.UTC))
          .build();

  @Override
  public String name() {
    return "bank";
  }

  @Override
  public String title() {
    return "UCI Bank Marketing: who accepts a term deposit, May 2008 to November 2010";
  }

  @Override
  public Classification<Contact, Boolean> task() {
    return task;
  }

  @Override
  public Dataset<Contact, Boolean> rows(Path folder) {
    Dataset<Contact, Boolean> rows =
        Csv.reader(task, ';')
            .derive("date", Calendar::new)
            .derive("id", () -> row -> "contact-" + row.line())
            .origin(
                new DataOrigin(
                    "bank-full.csv", "UCI Machine Learning Repository, id 222", "CC BY 4.0"))
            .read(folder.resolve("bank-full.csv"));
    List<Example<Contact, Boolean>> sorted =
        rows.examples().stream()
            .sorted(Comparator.comparing(example -> example.x().date()))
            .toList();
    return Dataset.of(task, rows.origin(), sorted);
  }

  /**
   * The file has month and day but no year; its rows are in date order, so a step back is a new
   * year.
   */
  private static final class Calendar implements Function<RawRow, @Nullable String> {
    private int year = FIRST_YEAR;
    private int lastMonth;

    @Override
    public String apply(RawRow row) {
      int month = MONTHS.indexOf(row.required("month").toLowerCase(Locale.ROOT)) + 1;
      if (month == 0) {
        throw row.bad("month", "a month is one of " + MONTHS);
      }
      if (month < lastMonth) {
        year++;
      }
      lastMonth = month;
      return LocalDate.of(year, month, Integer.parseInt(row.required("day"))).toString();
    }
  }

  @Override
  public Instant start() {
    return Instant.parse("2009-01-01T00:00:00Z");
  }

  @Override
  public Duration labelDelay() {
    return Duration.ofDays(7);
  }

  @Override
  public String period(Instant instant) {
    return instant.toString().substring(0, "2008-05".length());
  }

  @Override
  public ManagedModelBuilder<Contact, Boolean> manage(ManagedModelBuilder<Contact, Boolean> model) {
    return model
        .train(Tribuo.classifier(new LogisticRegressionTrainer()))
        .gate(Gate.atLeast(Metric.AUC, 0.60))
        .gate(Gate.notWorseThanChampion(Metric.AUC))
        .gate(Gate.beatsChampion(Metric.LOG_LOSS))
        .watch(Monitor.drift(Window.rows(500)))
        .rollout(Rollout.canary(0.4).minSamples(60).margin(0.02))
        .window(TrainingWindow.bestOf(1_000, 2_000, 4_000, 8_000))
        .holdout(300);
  }
}
