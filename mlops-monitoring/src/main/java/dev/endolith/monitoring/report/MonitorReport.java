package dev.endolith.monitoring.report;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.error.DataException;
import dev.endolith.error.EndolithException;
import dev.endolith.event.Alert;
import dev.endolith.event.ModelHealth;
import dev.endolith.monitoring.MonitorHistory;
import dev.endolith.monitoring.RuleFinding;
import dev.endolith.monitoring.WindowFindings;
import dev.endolith.monitoring.WindowSummary;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ErrorProfile;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Document;
import dev.endolith.registry.ModelVersion;
import dev.endolith.watch.Watch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a model fared: its versions, who served when, its errors and the drift of its inputs window
 * by window, its alerts. A picture of the moment when it was made. Immutable.
 *
 * <pre>{@code
 * Files.writeString(path, MonitorReport.of(workspace, "subscribes").toHtml());
 * }</pre>
 *
 * <p>It shows what the registry and a {@link dev.endolith.monitoring.Monitor} know; where another
 * watch is used, the windows are missing.
 */
public final class MonitorReport {
  /** The version of the JSON. */
  public static final int FORMAT = 1;

  /** At most so many versions are shown, the newest. */
  public static final int MOST_VERSIONS = 100;

  private static final String REFERENCE = "the reference";
  private static final String EARLIER = "the windows before";

  private final Content content;

  private MonitorReport(Content content) {
    this.content = content;
  }

  /**
   * Gathers what is known of a model.
   *
   * @param workspace where it is kept
   * @param model the model's name
   * @return the report; of a model without versions it is nearly empty
   */
  public static MonitorReport of(Workspace workspace, String model) {
    List<Version> versions = new ArrayList<>();
    Optional<Alias> champion = workspace.models().alias(model, Alias.CHAMPION);
    DriftReport drift = null;
    WindowFindings findings = null;
    List<DataReport.Segment> segments = List.of();
    List<RuleFinding> rules = List.of();
    boolean earlier = false;
    for (ModelVersion version : workspace.models().newest(model, MOST_VERSIONS)) {
      Optional<String> state =
          workspace.state().get("watch." + model + ".v" + version.number()).map(Document::json);
      Optional<MonitorHistory> history = state.flatMap(MonitorReport::history);
      Optional<ReferenceProfile> reference = reference(workspace, version);
      versions.add(Version.of(version, history, reference));
      boolean serves = champion.map(alias -> alias.version() == version.number()).orElse(false);
      if (history.isPresent()
          && reference.isPresent()
          && !history.get().windows().isEmpty()
          && (drift == null || serves)) {
        drift = MonitorHistory.lastReport(state.orElseThrow(), reference.get());
        findings = ofLastWindow(state.orElseThrow(), history.get());
        segments = segments(workspace, version, state.orElseThrow());
        rules = MonitorHistory.rules(state.orElseThrow());
        earlier = MonitorHistory.before(state.orElseThrow(), reference.get()).isPresent();
      }
    }
    return new MonitorReport(
        new Content(
            FORMAT,
            model,
            workspace.clock().instant(),
            champion.map(Alias::version).orElse(0L),
            versions,
            workspace.models().history(model, Alias.CHAMPION).stream().map(Move::of).toList(),
            told(workspace, model),
            drift,
            findings,
            segments,
            rules,
            earlier ? EARLIER : REFERENCE));
  }

  private static Optional<MonitorHistory> history(String state) {
    try {
      return Optional.of(MonitorHistory.read(state));
    } catch (DataException e) {
      return Optional.empty(); // of another watch than ours
    }
  }

  private static List<DataReport.Segment> segments(
      Workspace workspace, ModelVersion version, String state) {
    if (MonitorHistory.segments(state).isEmpty()) {
      return List.of();
    }
    byte[] reference = workspace.models().attachment(version, Watch.REFERENCE);
    return MonitorHistory.segments(state, reference).entrySet().stream()
        .map(entry -> new DataReport.Segment(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** Null if the last window did not drift, or the state is older than findings are. */
  private static @Nullable WindowFindings ofLastWindow(String state, MonitorHistory history) {
    long last = history.windows().get(history.windows().size() - 1).index();
    return MonitorHistory.findings(state).filter(found -> found.window() == last).orElse(null);
  }

  private static Optional<ReferenceProfile> reference(Workspace workspace, ModelVersion version) {
    if (version.attachment(Watch.REFERENCE).isEmpty()) {
      return Optional.empty();
    }
    try {
      byte[] json = workspace.models().attachment(version, Watch.REFERENCE);
      return Optional.of(ReferenceProfile.fromJson(new String(json, StandardCharsets.UTF_8)));
    } catch (EndolithException e) {
      return Optional.empty(); // gone, damaged, or of another watch: the rest can be shown
    }
  }

  private static List<Alert> told(Workspace workspace, String model) {
    return workspace
        .state()
        .get("loop." + model)
        .map(document -> CanonicalJson.read(document.json(), LoopAlerts.class).alerts())
        .map(List::copyOf)
        .orElse(List.of());
  }

  /**
   * What the monitor told.
   *
   * @return the alerts that the loop keeps, oldest first
   */
  public List<Alert> alerts() {
    return content.alerts();
  }

  /**
   * What the windows of a version were like.
   *
   * @param version the version's number
   * @return its complete windows, oldest first; empty if nothing is known of it
   */
  public List<WindowSummary> windows(long version) {
    return content.versions().stream()
        .filter(one -> one.number() == version)
        .findFirst()
        .map(Version::windows)
        .orElse(List.of());
  }

  /**
   * How the last complete window of the version that serves differs from its reference; of another
   * version if that one has no complete window.
   *
   * @return the report as the monitor judged the window, by its own level, least effect and ignored
   *     columns; empty before a window is complete
   */
  public Optional<DriftReport> lastWindow() {
    return Optional.ofNullable(content.lastWindow());
  }

  /**
   * What the monitor found out about that window, if it drifted: what the shifts do to the score,
   * and what may have caused them.
   *
   * @return the findings, empty if the window did not drift
   */
  public Optional<WindowFindings> findings() {
    return Optional.ofNullable(content.findings());
  }

  /**
   * What changed in the last complete window, as a report by itself: for a {@link ReportFolder}.
   *
   * @return the report with the windows of its version, empty before a window is complete
   */
  public Optional<DataReport> data() {
    return content.data();
  }

  /**
   * The report as one page for people. It holds no script, loads nothing, and says so to the
   * browser by its content security policy; whatever comes from data is escaped.
   *
   * @return an HTML document
   */
  public String toHtml() {
    return new HtmlReport(content).page();
  }

  /**
   * The report as canonical JSON by {@link #schema()}; a figure that is not defined is the text
   * {@code "NaN"}.
   *
   * @return the text
   */
  public String toJson() {
    return CanonicalJson.write(content);
  }

  /**
   * The JSON Schema (2020-12) of {@link #toJson()}.
   *
   * @return the schema of version {@link #FORMAT}
   */
  public static String schema() {
    return Schemas.read("monitor-report", FORMAT);
  }

  /** All that is shown; versions newest first, all else in the order of time. */
  record Content(
      int format,
      String model,
      Instant at,
      long champion,
      List<Version> versions,
      List<Move> moves,
      List<Alert> alerts,
      @Nullable DriftReport lastWindow,
      @Nullable WindowFindings findings,
      List<DataReport.Segment> segments,
      List<RuleFinding> rules,
      String comparedWith) {

    /** Whether the last window was compared with earlier ones. */
    boolean againstEarlier() {
      return comparedWith.equals(EARLIER);
    }

    Optional<DataReport> data() {
      if (lastWindow == null) {
        return Optional.empty();
      }
      List<WindowSummary> windows =
          serving().map(Version::windows).filter(found -> !found.isEmpty()).orElse(List.of());
      DataReport.Builder report =
          DataReport.builder(lastWindow)
              .title(model)
              .at(at)
              .windows(windows)
              .rules(rules)
              .comparedWith(comparedWith);
      if (findings != null) {
        findings.impact().ifPresent(report::impact);
        report.causes(findings.causes()).correlations(findings.correlations());
      }
      segments.forEach(segment -> report.segment(segment.name(), segment.drift()));
      return Optional.of(report.build());
    }

    /** The windows of all versions in the order of time. */
    List<Step> steps() {
      List<Step> steps = new ArrayList<>();
      for (Version version : versions) {
        for (WindowSummary window : version.windows()) {
          steps.add(new Step(version.number(), window));
        }
      }
      steps.sort(
          Comparator.comparing((Step step) -> step.window.to())
              .thenComparing(step -> step.window.last()));
      return steps;
    }

    Optional<Version> serving() {
      return versions.stream().filter(version -> version.number() == champion).findFirst();
    }
  }

  /** A window of a version. */
  record Step(long version, WindowSummary window) {}

  /** A version and its watch. */
  record Version(
      long number,
      String state,
      long parent,
      Instant createdAt,
      String createdBy,
      String description,
      Map<String, Double> metrics,
      long predictions,
      long labels,
      long late,
      long emptyWindows,
      @Nullable ErrorProfile heldOut,
      @Nullable ModelHealth health,
      List<WindowSummary> windows) {
    static Version of(
        ModelVersion version,
        Optional<MonitorHistory> history,
        Optional<ReferenceProfile> reference) {
      return new Version(
          version.number(),
          version.state().name(),
          version.parent(),
          version.createdAt(),
          version.createdBy(),
          version.description(),
          version.metrics(),
          history.map(MonitorHistory::predictions).orElse(0L),
          history.map(MonitorHistory::labels).orElse(0L),
          history.map(MonitorHistory::late).orElse(0L),
          history.map(MonitorHistory::emptyWindows).orElse(0L),
          reference.flatMap(ReferenceProfile::errors).orElse(null),
          history.map(MonitorHistory::health).orElse(null),
          history.map(MonitorHistory::windows).orElse(List.of()));
    }
  }

  /** A move of the champion alias. */
  record Move(long version, Instant at, String actor, String reason) {
    static Move of(Alias alias) {
      return new Move(alias.version(), alias.at(), alias.actor(), alias.reason());
    }
  }

  /** What is read of the loop's state. */
  private record LoopAlerts(@Nullable List<Alert> alerts) {}
}
