package dev.endolith.monitoring.report;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An installed Chromium, without a window, started anew for each page. */
record Browser(Path program, Path folder) {
  /** What a page became. */
  record Seen(String dom, List<String> console, String network) {}

  /** Skips the test where there is none. */
  static Browser required(Path folder) {
    Optional<Browser> found = find(folder);
    assumeTrue(found.isPresent(), "no chromium or google-chrome on the PATH");
    return found.orElseThrow();
  }

  private static Optional<Browser> find(Path folder) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .flatMap(
            place ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(place, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Browser(program, folder));
  }

  Seen open(Path page, String... more) throws IOException, InterruptedException {
    Path profile = Files.createTempDirectory(folder, "profile");
    Path dom = Files.createTempFile(folder, "dom", ".html");
    Path log = Files.createTempFile(folder, "log", ".txt");
    Path network = folder.resolve(profile.getFileName() + "-net.json");
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(
        List.of(
            "--headless=new",
            "--no-sandbox", // a container may have no user name spaces; the pages are our own
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-logging=stderr",
            "--user-data-dir=" + profile,
            "--log-net-log=" + network));
    command.addAll(List.of(more));
    if (Arrays.stream(more)
        .noneMatch(m -> m.startsWith("--screenshot") || m.startsWith("--print"))) {
      command.add("--dump-dom");
    }
    command.add(page.toUri().toString());
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(dom.toFile())
            .redirectError(log.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the browser did not end within 60 seconds");
    }
    return new Seen(
        Files.readString(dom),
        Files.readAllLines(log).stream().filter(line -> line.contains("CONSOLE")).toList(),
        Files.exists(network) ? Files.readString(network) : "");
  }
}
