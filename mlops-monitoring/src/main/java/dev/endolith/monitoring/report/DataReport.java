package dev.endolith.monitoring.report;

import dev.endolith.data.CanonicalJson;
import dev.endolith.monitoring.RuleFinding;
import dev.endolith.monitoring.WindowSummary;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.impact.AttributionDrift;
import dev.endolith.monitoring.impact.Causes;
import dev.endolith.monitoring.impact.CorrelationChange;
import dev.endolith.monitoring.impact.Impact;
import dev.endolith.monitoring.impact.Skew;
import dev.endolith.monitoring.quality.QualityReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What changed in data, since when, whether it matters and what to do, for people: as one page that
 * works offline, runs no script and loads nothing, or as JSON. Needs neither a workspace nor a
 * model; what is known beside the comparison makes it better.
 *
 * <pre>{@code
 * DriftReport drift = Drift.compare(ReferenceProfile.of(training), today);
 * Files.writeString(path, DataReport.of(drift).toHtml());
 * }</pre>
 *
 * <p>Columns that drifted come first, with those leading that move the model's score most, where an
 * {@link Impact} is given, and otherwise those with the greatest effect. Immutable and thread-safe.
 */
public final class DataReport {
  /** The version of the JSON. */
  public static final int FORMAT = 1;

  /** As many columns are shown with a picture at most; of more, figures. */
  public static final int MOST_PICTURES = 150;

  /** As many columns are shown at most; the JSON has all. */
  public static final int MOST_COLUMNS = 2_000;

  private final Content content;

  private DataReport(Content content) {
    this.content = content;
  }

  /**
   * A report of a comparison alone.
   *
   * @param drift the comparison
   * @return the report
   */
  public static DataReport of(DriftReport drift) {
    return builder(drift).build();
  }

  /**
   * Starts a report.
   *
   * @param drift the comparison
   * @return a builder
   */
  public static Builder builder(DriftReport drift) {
    return new Builder(drift);
  }

  /**
   * Whether data drifted.
   *
   * @return the comparison's verdict; but {@link ColumnDrift.Verdict#DRIFT} also where a segment
   *     drifted, columns go together otherwise, or the model decides for other reasons
   */
  public ColumnDrift.Verdict verdict() {
    return Summary.of(content).verdict();
  }

  /**
   * What the report is about.
   *
   * @return its title
   */
  public String title() {
    return content.title;
  }

  /**
   * When the data was judged.
   *
   * @return the time, empty if it was not told
   */
  public Optional<Instant> at() {
    return Optional.ofNullable(content.at);
  }

  /**
   * The report in a sentence.
   *
   * @return what changed
   */
  public String summary() {
    return Summary.of(content).changed();
  }

  /**
   * The columns in the order of the report.
   *
   * @return all columns, those that matter most first
   */
  public List<ColumnDrift> ranked() {
    return content.ranked();
  }

  /**
   * The report as one page. Its content security policy admits its own style sheet by its hash and
   * nothing else; whatever comes from data is escaped by where it stands. At most {@link
   * #MOST_PICTURES} columns have a picture and {@link #MOST_COLUMNS} are shown, which bounds its
   * size to some 2 MB.
   *
   * @return an HTML document
   */
  public String toHtml() {
    return Pages.data(content);
  }

  /**
   * The report as canonical JSON by {@link #schema()}; a figure that is not defined is the text
   * {@code "NaN"}.
   *
   * @return the text
   */
  public String toJson() {
    Summary summary = Summary.of(content);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("title", content.title);
    if (content.at != null) {
      json.put("at", content.at);
    }
    json.put("summary", summary.json());
    json.put("ranking", content.ranked().stream().map(ColumnDrift::name).toList());
    json.put("drift", content.drift);
    if (content.quality != null) {
      json.put("quality", CanonicalJson.readGeneric(content.quality.toJson(), Object.class));
    }
    if (content.impact != null) {
      json.put("impact", content.impact);
    }
    if (content.causes != null) {
      json.put("causes", content.causes.columns());
    }
    if (content.attribution != null) {
      json.put("attribution", content.attribution);
    }
    if (content.skew != null) {
      json.put("skew", content.skew);
    }
    json.put("correlations", content.correlations);
    json.put("segments", content.segments);
    json.put("windows", content.windows);
    json.put("rules", content.rules);
    json.put("comparedWith", content.comparedWith);
    return CanonicalJson.write(json);
  }

  /**
   * The JSON Schema (2020-12) of {@link #toJson()}.
   *
   * @return the schema of version {@link #FORMAT}
   */
  public static String schema() {
    return Schemas.read("data-report", FORMAT);
  }

  PageView page() {
    return PageView.of(content);
  }

  /** A part of the rows that was compared by itself. */
  record Segment(String name, DriftReport drift) {}

  /** All that is known. */
  record Content(
      String title,
      @Nullable Instant at,
      DriftReport drift,
      @Nullable QualityReport quality,
      @Nullable Impact impact,
      @Nullable Causes causes,
      @Nullable AttributionDrift attribution,
      @Nullable Skew skew,
      List<CorrelationChange> correlations,
      List<Segment> segments,
      List<WindowSummary> windows,
      List<RuleFinding> rules,
      String comparedWith) {

    /** Whether expectations are broken that are more than warnings. */
    boolean fails() {
      return rules.stream().anyMatch(RuleFinding::fails)
          || (quality != null && quality.verdict() == QualityReport.Verdict.FAILED);
    }

    List<ColumnDrift> ranked() {
      return Ranking.of(drift.columns(), impact);
    }

    /** Since when all windows drifted. */
    Optional<String> since() {
      return run(window -> window.verdict() == ColumnDrift.Verdict.DRIFT);
    }

    /** Since when a column drifts in all windows. */
    Optional<String> since(String column) {
      return run(window -> window.drifted().contains(column));
    }

    private Optional<String> run(Predicate<WindowSummary> drifts) {
      WindowSummary first = null;
      for (int i = windows.size() - 1; i >= 0 && drifts.test(windows.get(i)); i--) {
        first = windows.get(i);
      }
      return Optional.ofNullable(first)
          .map(window -> Figures.time(window.from()) + " (" + window.name() + ")");
    }
  }

  /** Gathers what is known. Not thread-safe. */
  public static final class Builder {
    private final DriftReport drift;
    private String title = "Data report";
    private @Nullable Instant at;
    private @Nullable QualityReport quality;
    private @Nullable Impact impact;
    private @Nullable Causes causes;
    private @Nullable AttributionDrift attribution;
    private @Nullable Skew skew;
    private List<CorrelationChange> correlations = List.of();
    private final List<Segment> segments = new ArrayList<>();
    private List<WindowSummary> windows = List.of();
    private List<RuleFinding> rules = List.of();
    private String comparedWith = "the reference";

    private Builder(DriftReport drift) {
      this.drift = drift;
    }

    /**
     * Sets what the report is about.
     *
     * @param title such as a model's or a table's name
     * @return this
     */
    public Builder title(String title) {
      this.title = title;
      return this;
    }

    /**
     * Sets when the data was judged.
     *
     * @param at the time
     * @return this
     */
    public Builder at(Instant at) {
      this.at = at;
      return this;
    }

    /**
     * Adds what was expected of the data.
     *
     * @param quality the result
     * @return this
     */
    public Builder quality(QualityReport quality) {
      this.quality = quality;
      return this;
    }

    /**
     * Adds what the shifts do to the model's score; it ranks the columns.
     *
     * @param impact the impact
     * @return this
     */
    public Builder impact(Impact impact) {
      this.impact = impact;
      return this;
    }

    /**
     * Adds what may have caused the shifts.
     *
     * @param causes the causes
     * @return this
     */
    public Builder causes(Causes causes) {
      this.causes = causes;
      return this;
    }

    /**
     * Adds whether the model decides for other reasons.
     *
     * @param attribution the change of the reasons
     * @return this
     */
    public Builder attribution(AttributionDrift attribution) {
      this.attribution = attribution;
      return this;
    }

    /**
     * Adds whether training and serving read the same things alike.
     *
     * @param skew the comparison
     * @return this
     */
    public Builder skew(Skew skew) {
      this.skew = skew;
      return this;
    }

    /**
     * Adds pairs of columns that go together otherwise than before.
     *
     * @param correlations the changes, greatest first
     * @return this
     */
    public Builder correlations(List<CorrelationChange> correlations) {
      this.correlations = List.copyOf(correlations);
      return this;
    }

    /**
     * Adds a part of the rows, compared by itself.
     *
     * @param name its name, for example {@code "country is DE"}
     * @param part the comparison
     * @return this
     */
    public Builder segment(String name, DriftReport part) {
      segments.add(new Segment(name, part));
      return this;
    }

    /**
     * Adds the windows up to this one, for the trend and since when.
     *
     * @param windows the windows, oldest first
     * @return this
     */
    public Builder windows(List<WindowSummary> windows) {
      this.windows = List.copyOf(windows);
      return this;
    }

    /**
     * Sets what the data was compared with, where that is not the reference of training: the page
     * says so wherever it compares columns.
     *
     * @param what in words that follow "as in", such as {@code "the windows before"}; {@code "the
     *     reference"} by default
     * @return this
     */
    public Builder comparedWith(String what) {
      this.comparedWith = what;
      return this;
    }

    /**
     * Adds what a monitor's window said of its expectations; of no effect beside {@link #quality}.
     *
     * @param rules the findings, broken ones first
     * @return this
     */
    public Builder rules(List<RuleFinding> rules) {
      this.rules = List.copyOf(rules);
      return this;
    }

    /**
     * Makes the report.
     *
     * @return the report
     */
    public DataReport build() {
      return new DataReport(
          new Content(
              title,
              at,
              drift,
              quality,
              impact,
              causes,
              attribution,
              skew,
              correlations,
              List.copyOf(segments),
              windows,
              rules,
              comparedWith));
    }
  }
}
