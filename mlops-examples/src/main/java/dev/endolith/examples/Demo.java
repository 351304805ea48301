package dev.endolith.examples;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Dataset;
import dev.endolith.governance.ModelCard;
import dev.endolith.model.Comparison;
import dev.endolith.monitoring.report.MonitorReport;
import dev.endolith.registry.Alias;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The closed loop on real data: {@code mvn -Pdemo}, or {@code mvn -Pdemo -Ddemo=flights}.
 *
 * <p>Killed, it goes on where it was when it is started again; finished, it starts anew.
 */
public final class Demo {
  /** Held strongly: a logger that nobody holds forgets its level. */
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  private Demo() {}

  /**
   * Runs a demo.
   *
   * @param arguments the scenario, {@code bank} or {@code flights}; then optionally the folder that
   *     holds {@code data} and receives {@code demo}, and the day at which to stop
   */
  public static void main(String[] arguments) {
    String name = arguments.length > 0 ? arguments[0] : "bank";
    Path target = Path.of(arguments.length > 1 ? arguments[1] : "target");
    Optional<Instant> until =
        arguments.length > 2
            ? Optional.of(Instant.parse(arguments[2] + "T00:00:00Z"))
            : Optional.empty();
    Scenario<?, ?> scenario =
        switch (name) {
          case "bank" -> new BankMarketing();
          case "flights" -> new Flights();
          default ->
              throw new IllegalArgumentException(
                  "there is no demo '" + name + "'; there are bank and flights");
        };
    TRIBUO.setLevel(Level.WARNING);
    run(scenario, target, until, System.out);
  }

  static <X, Y> Summary run(
      Scenario<X, Y> scenario, Path target, Optional<Instant> until, PrintStream out) {
    long begun = System.nanoTime();
    Path folder = target.resolve("demo").resolve(scenario.name());
    Path finished = folder.resolve("finished");
    if (Files.exists(finished)) {
      delete(folder);
    }
    out.println(scenario.title());
    Dataset<X, Y> all = scenario.rows(target.resolve("data"));
    Dataset<X, Y> rows = until.map(end -> all.splitAt(end).first()).orElse(all);
    ReplayClock clock = new ReplayClock(scenario.start());
    try (Workspace workspace =
        Workspace.builder().folder(folder.resolve("workspace")).clock(clock).open()) {
      Progress progress = new Progress(out, Progress.inTerminal());
      Replay<X, Y> replay = new Replay<>(scenario, rows, workspace, clock, progress);
      boolean resumed = replay.run();
      Summary summary = summarize(scenario, replay, workspace, folder, resumed, begun);
      write(target.resolve("demo").resolve("summary.json"), CanonicalJson.write(summary));
      write(finished, "");
      print(summary, out);
      return summary;
    }
  }

  private static <X, Y> Summary summarize(
      Scenario<X, Y> scenario,
      Replay<X, Y> replay,
      Workspace workspace,
      Path folder,
      boolean resumed,
      long begun) {
    String name = scenario.name();
    Judgement judgement = Judgement.of(scenario, replay.served(), workspace);
    List<Alias> champions = workspace.models().history(name, Alias.CHAMPION);
    // a challenger became champion, was rolled back, or is still being tried
    long challengers =
        workspace.models().history(name, Alias.CHALLENGER).stream().filter(Alias::present).count();
    long undecided = workspace.models().alias(name, Alias.CHALLENGER).isPresent() ? 1 : 0;
    MonitorReport report = MonitorReport.of(workspace, name);
    Path html = folder.resolve("report.html");
    write(html, report.toHtml());
    Path card = folder.resolve("model-card.md");
    write(
        card,
        ModelCard.of(workspace, name, champions.get(champions.size() - 1).version()).toMarkdown());
    Optional<Comparison> after = judgement.after();
    Optional<Comparison> loss = judgement.lossAfter();
    return new Summary(
        name,
        judgement.served(),
        replay.failed(),
        workspace.models().newest(name, 1).get(0).number(),
        champions.size(),
        challengers - undecided - (champions.size() - 1),
        report.alerts().stream()
            .map(
                alert ->
                    new Summary.AlertLine(
                        scenario.period(alert.at()),
                        alert.kind().name(),
                        alert.severity().name(),
                        alert.columns()))
            .toList(),
        after.map(Comparison::champion).orElse(Double.NaN),
        after.map(Comparison::challenger).orElse(Double.NaN),
        after.map(Comparison::low).orElse(Double.NaN),
        after.map(Comparison::high).orElse(Double.NaN),
        loss.map(Comparison::champion).orElse(Double.NaN),
        loss.map(Comparison::challenger).orElse(Double.NaN),
        loss.map(Comparison::low).orElse(Double.NaN),
        loss.map(Comparison::high).orElse(Double.NaN),
        judgement.byPeriod(),
        workspace.audit().verify().ok(),
        resumed,
        html.toString(),
        card.toString(),
        (System.nanoTime() - begun) / 1e9);
  }

  private static void print(Summary summary, PrintStream out) {
    out.println();
    out.printf(
        Locale.ROOT,
        "%d requests served, %d failed; %d versions, %d promotions, %d rollbacks, %d alerts; audit"
            + " %s%n",
        summary.servedRequests(),
        summary.failedRequests(),
        summary.versions(),
        summary.promotions(),
        summary.rollbacks(),
        summary.alerts().size(),
        summary.auditVerified() ? "verified" : "BROKEN");
    out.printf(
        Locale.ROOT,
        "AUC since the first replacement: %.4f managed, %.4f had version 1 stayed; gain in [%.4f,"
            + " %.4f] (95 %%)%n",
        summary.aucManaged(),
        summary.aucFrozen(),
        summary.aucGainLow(),
        summary.aucGainHigh());
    out.printf(
        Locale.ROOT,
        "Log loss on the same rows: %.4f managed, %.4f had version 1 stayed; gain in [%.4f, %.4f] (95"
            + " %%)%n",
        summary.logLossManaged(),
        summary.logLossFrozen(),
        summary.logLossGainLow(),
        summary.logLossGainHigh());
    summary
        .aucByPeriod()
        .forEach(
            (period, auc) ->
                out.printf(
                    Locale.ROOT, "  %s  frozen %.3f  managed %.3f%n", period, auc[0], auc[1]));
    out.println("Report:     " + summary.report());
    out.println("Model card: " + summary.modelCard());
    out.printf(Locale.ROOT, "%.0f seconds%n", summary.seconds());
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
