package dev.endolith.registry.sql;

import dev.endolith.WorkspaceSettings;
import dev.endolith.WorkspaceStorage;
import dev.endolith.data.Id;
import dev.endolith.error.ConflictException;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.ModelVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A program that writes to a workspace and prints what was acknowledged; run as its own JVM. */
final class WriterProcess {
  private static final String READY = "ready\n";
  private static final int WRITERS = 16;
  private static final int WARM = WRITERS; // the second turn of the first writer

  private WriterProcess() {}

  /**
   * Starts it.
   *
   * @param place a folder, or the address of a database and the folder of the blobs
   */
  static Process start(String place, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(place));
    all.addAll(List.of(arguments));
    return JvmProcess.start(WriterProcess.class, all.toArray(String[]::new));
  }

  static List<String> linesUntilReady(Process process) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(READY) < 0) {
      int next = process.getInputStream().read();
      if (next < 0) {
        throw new IOException("the process ended before it was ready");
      }
      text.append((char) next);
    }
    return text.toString().lines().toList();
  }

  /** Complete lines only: of a killed process the last one may be cut. */
  static List<String> lines(Process process) throws IOException {
    String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
  }

  /** Opens what is at a place. */
  static WorkspaceStorage open(String place) {
    int space = place.indexOf(' ');
    Path folder = Path.of(place.substring(space + 1));
    CommitRules rules = CommitRules.of(Clock.systemUTC());
    return space < 0
        ? SqlStorage.open(folder, rules)
        : new PostgresWorkspaceProvider()
            .open(
                new WorkspaceSettings(
                    folder, URI.create(place.substring(0, space)), null, null, rules));
  }

  public static void main(String[] arguments) throws Exception {
    String place = arguments[0];
    switch (arguments[1]) {
      case "open" -> open(place).close();
      case "register" ->
          register(place, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
      case "forever" -> forever(place, Long.parseLong(arguments[2]));
      default -> throw new IllegalArgumentException("no such program");
    }
  }

  /** Waits for a line, so that all processes begin at the same time. */
  private static void register(String place, int threads, int each) throws Exception {
    acknowledge("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    in.readLine();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (WorkspaceStorage storage = open(place)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        byte thread = (byte) t;
        done.add(
            executor.submit(
                () -> {
                  for (int i = 0; i < each; i++) {
                    ModelVersion version = Samples.register(storage, new byte[] {thread, (byte) i});
                    acknowledge("version " + version.number());
                  }
                }));
      }
      for (Future<?> future : done) {
        future.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  /** Until it is killed; what one of the threads fails with ends the process. */
  private static void forever(String place, long round) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
    try (WorkspaceStorage storage = open(place)) {
      List<Future<?>> writers = new ArrayList<>();
      for (long w = 0; w < WRITERS; w++) {
        long writer = w;
        writers.add(executor.submit(() -> write(storage, round, writer)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static void write(WorkspaceStorage storage, long round, long writer) {
    for (long i = writer; true; i += WRITERS) {
      if (i == WARM) {
        acknowledge("ready");
      }
      byte[] content = ("model " + round + " " + i).getBytes(StandardCharsets.UTF_8);
      ModelVersion version = Samples.register(storage, content);
      acknowledge("version " + version.number() + " " + version.manifest().hex());
      Samples.approve(storage, version.number());
      acknowledge("approved " + version.number());
      try {
        long generation = Samples.promote(storage, version.number()).generation();
        acknowledge("champion " + generation + " " + version.number());
      } catch (ConflictException e) {
        // another writer was first
      }
      Id id = new Id(round, i);
      storage.predictions().append(List.of(Samples.prediction(id)));
      acknowledge("prediction " + id);
      storage.predictions().label(Samples.DEPLOYMENT, List.of(Samples.label(id, "l" + i)));
      acknowledge("label " + id + " l" + i);
      storage.state().put("writer." + round + "." + i, 0, "{}");
      acknowledge("document writer." + round + "." + i);
    }
  }

  @SuppressWarnings("SystemOut")
  private static void acknowledge(String what) {
    synchronized (WriterProcess.class) {
      System.out.println(what);
      System.out.flush();
    }
  }
}
