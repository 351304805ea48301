package dev.endolith.examples.bench;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.endolith.data.Classification;
import dev.endolith.data.Csv;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Task;
import dev.endolith.tribuo.Tribuo;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.data.columnar.FieldProcessor;
import org.tribuo.data.columnar.RowProcessor;
import org.tribuo.data.columnar.processors.field.DoubleFieldProcessor;
import org.tribuo.data.columnar.processors.field.IdentityProcessor;
import org.tribuo.data.columnar.processors.response.FieldResponseProcessor;

/**
 * A row into a Tribuo example, beside Tribuo's own row processor; 1 000 lines of CSV into a
 * dataset, beside a loop over the bare CSV library.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DataBenchmark {
  /** Six numbers and four categories. */
  public record Contact(
      double age,
      double balance,
      double day,
      double duration,
      double campaign,
      double previous,
      String job,
      String marital,
      String education,
      String housing) {}

  private static final Classification<Contact, Boolean> TASK =
      Task.classify(Contact.class, Boolean.class).label("y").build();
  private static final DataOrigin ORIGIN = DataOrigin.named("bench");
  private static final List<String> COLUMNS =
      List.of(
          "age",
          "balance",
          "day",
          "duration",
          "campaign",
          "previous",
          "job",
          "marital",
          "education",
          "housing",
          "y");

  private final String csv = csv();
  private final Contact contact =
      new Contact(41, 1506.5, 5, 151, 2, 0, "student", "single", "b", "no");
  private final Map<String, String> texts = texts(contact);
  private final Function<Contact, org.tribuo.Example<Label>> ours =
      Tribuo.examples(TASK.features());
  private final RowProcessor<Label> theirs = theirs();

  private static String csv() {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    for (int row = 0; row < 1_000; row++) {
      for (int column = 0; column < 6; column++) {
        text.append(Math.round(random.nextGaussian() * 1e5) / 100.0).append(',');
      }
      for (int column = 0; column < 4; column++) {
        text.append("category-").append(random.nextInt(8)).append(',');
      }
      text.append(random.nextBoolean()).append('\n');
    }
    return text.toString();
  }

  private static Map<String, String> texts(Contact c) {
    Map<String, String> texts = new HashMap<>();
    texts.put("age", Double.toString(c.age()));
    texts.put("balance", Double.toString(c.balance()));
    texts.put("day", Double.toString(c.day()));
    texts.put("duration", Double.toString(c.duration()));
    texts.put("campaign", Double.toString(c.campaign()));
    texts.put("previous", Double.toString(c.previous()));
    texts.put("job", c.job());
    texts.put("marital", c.marital());
    texts.put("education", c.education());
    texts.put("housing", c.housing());
    texts.put("y", "true");
    return texts;
  }

  private static RowProcessor<Label> theirs() {
    Map<String, FieldProcessor> fields = new HashMap<>();
    for (String column : COLUMNS.subList(0, 6)) {
      fields.put(column, new DoubleFieldProcessor(column));
    }
    for (String column : COLUMNS.subList(6, 10)) {
      fields.put(column, new IdentityProcessor(column));
    }
    return new RowProcessor<>(
        new FieldResponseProcessor<>("y", "false", new LabelFactory()), fields);
  }

  /**
   * Tribuo's row processor, which starts from texts.
   *
   * @return the example
   */
  @Benchmark
  public Object tribuoRowProcessor() {
    return theirs.generateExample(texts, false).orElseThrow();
  }

  /**
   * A record into an example, as in serving.
   *
   * @return the example
   */
  @Benchmark
  public Object recordToExample() {
    return ours.apply(contact);
  }

  /**
   * The same texts as Tribuo's row processor gets, into a record and an example.
   *
   * @return the example
   */
  @Benchmark
  public Object textsToExample() {
    return ours.apply(TASK.features().read(new Texts(texts)));
  }

  private record Texts(Map<String, String> cells) implements dev.endolith.data.RawRow {
    @Override
    public String source() {
      return "bench";
    }

    @Override
    public long line() {
      return 1;
    }

    @Override
    public List<String> columns() {
      return COLUMNS;
    }

    @Override
    public @org.jspecify.annotations.Nullable String text(String column) {
      return cells.get(column);
    }
  }

  /**
   * The bare library: every cell is asked for, none is looked at.
   *
   * @return the length of all cells
   */
  @Benchmark
  public long csvCells() {
    long length = 0;
    for (CsvRecord row : CsvReader.builder().ofCsvRecord(new StringReader(csv))) {
      for (int i = 0; i < row.getFieldCount(); i++) {
        length += row.getField(i).length();
      }
    }
    return length;
  }

  /**
   * The bare library into records, by hand.
   *
   * @return the rows
   */
  @Benchmark
  public List<Example<Contact, Boolean>> csvByHand() {
    List<Example<Contact, Boolean>> rows = new ArrayList<>();
    Iterator<CsvRecord> records = CsvReader.builder().ofCsvRecord(new StringReader(csv)).iterator();
    records.next();
    while (records.hasNext()) {
      CsvRecord r = records.next();
      rows.add(
          new Example<>(
              new Contact(
                  Double.parseDouble(r.getField(0)),
                  Double.parseDouble(r.getField(1)),
                  Double.parseDouble(r.getField(2)),
                  Double.parseDouble(r.getField(3)),
                  Double.parseDouble(r.getField(4)),
                  Double.parseDouble(r.getField(5)),
                  r.getField(6),
                  r.getField(7),
                  r.getField(8),
                  r.getField(9)),
              Boolean.parseBoolean(r.getField(10))));
    }
    return rows;
  }

  /**
   * Through the library.
   *
   * @return the dataset
   */
  @Benchmark
  public Dataset<Contact, Boolean> csvToDataset() {
    return Csv.reader(TASK).read(ORIGIN, new StringReader(csv));
  }

  static final class Rows implements Suite {
    @Override
    public String name() {
      return "data";
    }

    @Override
    public List<Class<?>> benchmarks() {
      return List.of(DataBenchmark.class);
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      return List.of(
          row(scores, "a record into a Tribuo example", "recordToExample", "tribuoRowProcessor", 1),
          row(scores, "texts into a Tribuo example", "textsToExample", "tribuoRowProcessor", 1),
          row(
              scores,
              "1 000 rows of CSV, beside the loop by hand",
              "csvToDataset",
              "csvByHand",
              1.5),
          row(scores, "1 000 rows of CSV, beside the bare cells", "csvToDataset", "csvCells", 5));
    }

    private static Row row(
        Map<String, Score> scores, String path, String ours, String limit, double goal) {
      Score score = Bench.score(scores, ours);
      Score beside = Bench.score(scores, limit);
      double ratio = score.ns() / beside.ns();
      return new Row(
          path,
          score.ns(),
          score.bytes(),
          beside.ns(),
          ratio,
          "at most " + goal + " times " + limit,
          ratio <= goal);
    }
  }
}
