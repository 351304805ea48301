package dev.endolith.pipeline;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.html.Html;
import dev.endolith.html.Style;
import dev.endolith.registry.GateResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run as one page of HTML: what it was told, when each step was done and how, what came from the
 * cache, who was asked and what they answered, and which output was made of which. Made of the
 * journal alone, so that any process can show any run, also one that is under way.
 */
public final class RunPage {
  private static final int BAR = 600;

  private final Html html = new Html();
  private final Pipeline<?> pipeline;
  private final String run;
  private final List<StepRecord> records;
  private final Map<String, Lines> steps = new LinkedHashMap<>();

  /** What the journal says of one step. */
  private static final class Lines {
    private @Nullable Instant began;
    private @Nullable Instant ended;
    private String state = "under way";
    private String look = "warn";
    private String output = "";
    private String note = "";
    private int failures;
  }

  private RunPage(Pipeline<?> pipeline, String run, List<StepRecord> records) {
    this.pipeline = pipeline;
    this.run = run;
    this.records = records;
  }

  /**
   * Writes the page.
   *
   * @param pipeline the pipeline, for its wiring
   * @param run the run's id
   * @param records the run's journal, from {@link Pipelines#records}
   * @return a page that loads nothing and runs nothing
   */
  public static String html(Pipeline<?> pipeline, String run, List<StepRecord> records) {
    return new RunPage(pipeline, run, records).page();
  }

  private String page() {
    records.forEach(this::read);
    html.begin("Run " + run, Style.SHEET).open("main");
    head();
    if (!steps.isEmpty()) {
      timeline();
      lineage();
    }
    return html.close().close().close().toString();
  }

  private void read(StepRecord record) {
    if (record.step().isEmpty()) {
      return;
    }
    Lines step = steps.computeIfAbsent(record.step(), s -> new Lines());
    if (step.began == null) {
      step.began = record.at();
    }
    switch (record.outcome()) {
      case STARTED -> set(step, "under way", "warn");
      case SUCCEEDED, CACHED -> {
        boolean cached = record.outcome() == StepRecord.Outcome.CACHED;
        set(step, cached ? "from the cache" : "done", "good");
        step.ended = record.at();
        step.output = record.value();
      }
      case RETRIED -> {
        step.failures++;
        step.note = record.value();
      }
      case FAILED -> {
        set(step, "failed", "bad");
        step.failures++;
        step.note = record.value();
        step.ended = record.at();
      }
      case REFUSED -> {
        GateResult result = CanonicalJson.read(record.value(), GateResult.class);
        set(step, "refused", "bad");
        step.note = result.evidence();
        step.ended = record.at();
      }
      case ASKED -> {
        set(step, "asks people", "warn");
        step.note = CanonicalJson.read(record.value(), Instance.QuestionText.class).text();
      }
      case ANSWERED -> {
        Answer answer = CanonicalJson.read(record.value(), Answer.class);
        step.note +=
            " — "
                + answer.actor()
                + (answer.approved() ? " agreed: " : " rejected: ")
                + answer.reason();
      }
      default -> set(step, record.outcome().name().toLowerCase(Locale.ROOT), "warn");
    }
  }

  private static void set(Lines step, String state, String look) {
    step.state = state;
    step.look = look;
  }

  private void head() {
    String end = "not begun";
    String look = "warn";
    for (StepRecord record : records) {
      if (record.step().isEmpty()) {
        boolean well = record.outcome() == StepRecord.Outcome.RUN_FINISHED;
        end =
            switch (record.outcome()) {
              case RUN_FINISHED -> "finished";
              case RUN_FAILED -> "failed";
              case RUN_REFUSED -> "refused";
              case RUN_CANCELLED -> "cancelled";
              default -> "under way";
            };
        look = well ? "good" : record.outcome().isEnd() ? "bad" : "warn";
      }
    }
    html.open("header").leaf("h1", pipeline.name());
    html.open("p").leaf("span", end, "class", "badge " + look);
    html.text(" run ").leaf("code", run).close();
    html.close();
    html.open("section").open("div", "class", "tiles");
    tile(count("done"), "steps done");
    tile(count("from the cache"), "from the cache");
    tile(count("failed") + count("refused"), "failed or refused");
    html.open("div").leaf("b", time(span())).text("from first to last line").close();
    html.close().close();
  }

  private void tile(long number, String what) {
    html.open("div").leaf("b", "" + number).text(what).close();
  }

  private long count(String state) {
    return steps.entrySet().stream()
        .filter(e -> !e.getKey().startsWith("$") && e.getValue().state.equals(state))
        .count();
  }

  private Duration span() {
    return records.isEmpty()
        ? Duration.ZERO
        : Duration.between(records.get(0).at(), records.get(records.size() - 1).at());
  }

  private void timeline() {
    Instant first = records.get(0).at();
    double all = Math.max(1, span().toMillis());
    html.open("section").leaf("h2", "When").open("div", "class", "scroll").open("table");
    html.open("thead").open("tr");
    for (String column : List.of("Step", "How", "Took", "Tries that failed", "When", "Why")) {
      html.leaf("th", column, "scope", "col");
    }
    html.close().close().open("tbody");
    steps.forEach(
        (path, step) -> {
          if (path.startsWith("$")) {
            return;
          }
          Instant began = step.began == null ? first : step.began;
          Instant ended = step.ended == null ? records.get(records.size() - 1).at() : step.ended;
          html.open("tr").leaf("th", path, "scope", "row");
          html.open("td").leaf("span", step.state, "class", step.look).close();
          html.leaf("td", time(Duration.between(began, ended)), "class", "n");
          html.leaf("td", step.failures == 0 ? "" : "" + step.failures, "class", "n");
          html.open("td").open("svg", "viewBox", "0 0 " + BAR + " 14", "role", "img");
          html.leaf("title", time(Duration.between(first, began)) + " after the begin");
          double x = BAR * Duration.between(first, began).toMillis() / all;
          double width = BAR * Duration.between(began, ended).toMillis() / all;
          html.empty(
              "rect",
              "class",
              step.state.equals("from the cache") ? "ref" : "now",
              "x",
              Html.at(Math.min(x, BAR - 2)),
              "y",
              "2",
              "width",
              Html.at(Math.max(2, width)),
              "height",
              "10");
          html.close().close();
          html.leaf("td", step.note, "class", "wide").close();
        });
    html.close().close().close().close();
  }

  /** What was told, and which output was made of which. */
  private void lineage() {
    Map<String, List<String>> inputs = new HashMap<>();
    pipeline
        .graph()
        .edges()
        .forEach(e -> inputs.computeIfAbsent(e.to(), t -> new ArrayList<>()).add(e.from()));
    html.open("section").leaf("h2", "What was made of what");
    html.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (String column : List.of("Output of", "Made of", "SHA-256", "Bytes")) {
      html.leaf("th", column, "scope", "col");
    }
    html.close().close().open("tbody");
    steps.forEach(
        (path, step) -> {
          html.open("tr").leaf("th", path, "scope", "row");
          String template =
              java.util.Arrays.stream(path.split("/", -1))
                  .map(part -> part.chars().allMatch(Character::isDigit) ? "*" : part)
                  .collect(Collectors.joining("/"));
          html.leaf("td", String.join(", ", inputs.getOrDefault(template, List.of())));
          boolean inline = step.output.startsWith("=");
          byte[] bytes = inline ? Base64.getDecoder().decode(step.output.substring(1)) : null;
          html.open("td")
              .leaf(
                  "code",
                  bytes != null
                      ? Digest.of(bytes).hex()
                      : step.output.startsWith("sha256:") ? step.output.substring(7) : "")
              .close();
          html.leaf("td", bytes == null ? "" : "" + bytes.length, "class", "n").close();
        });
    html.close().close().close().close();
  }

  private static String time(Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    return seconds < 1
        ? String.format(Locale.ROOT, "%.0f ms", seconds * 1000)
        : seconds < 120
            ? String.format(Locale.ROOT, "%.1f s", seconds)
            : String.format(Locale.ROOT, "%d min", duration.toMinutes());
  }
}
