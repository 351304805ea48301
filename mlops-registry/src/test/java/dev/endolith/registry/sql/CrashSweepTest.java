package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.endolith.Workspace;
import dev.endolith.registry.Alias;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.VersionState;
import dev.endolith.registry.sql.SweptProcess.Operation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each operation on a workspace is made to fail at its k-th system call that changes a file, for k
 * = 1, 2, ... until it is done without a fault: killed before the call, and with the call failing.
 * After each the workspace is opened anew and checked.
 *
 * <p>The operation includes opening and closing the workspace. It runs in a JVM that has done the
 * same before on another folder, and the fault is set up after that, so that what is counted is
 * what the operation does, not the start of a JVM.
 */
class CrashSweepTest {
  private static final Duration LONG_AGO = Duration.ofDays(3);

  /** Below this a sweep has missed what it was to sweep; creating has many more. */
  private static final int FEWEST_POINTS = 12;

  private static final Pattern FORCE_OF_BLOB =
      Pattern.compile("sync\\([^/]*(/[^>]*/tmp/[0-9a-f-]{36})>");

  /** Every how manyth call is made to fail. */
  private static final int STRIDE = Integer.getInteger("endolith.sweep.stride", 1);

  private static final int FEWEST_FORCES_AND_MOVES = 4;
  private static final List<String> FORCES_AND_MOVES =
      List.of("fsync", "fdatasync", "rename", "renameat", "unlink", "unlinkat");

  @TempDir private Path folder;

  private final Map<Operation, Path> prepared = new HashMap<>();
  private final Set<Process> running = new HashSet<>();
  private int copies;
  private @Nullable Victim next;

  @BeforeEach
  void requireStrace() throws Exception {
    String why = Strace.unusable(folder);
    assumeTrue(why == null, why);
  }

  @AfterEach
  void endAll() throws Exception {
    for (Process process : running) {
      JvmProcess.kill(process);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  @Tag("long")
  void kill_beforeEachCall_leavesAWholeWorkspace(Operation operation) throws Exception {
    int points = 0;
    for (Map.Entry<String, List<String>> kind : recorded(operation).entrySet()) {
      points += killed(operation, kind.getKey(), kind.getValue(), STRIDE);
    }
    assertThat(points).isGreaterThanOrEqualTo(FEWEST_POINTS / STRIDE);
    report(operation + ": killed at " + points + " calls");
  }

  /** A part of the above that is quick. */
  @Test
  void kill_beforeForcesAndMoves_registrationIsWholeOrAbsent() throws Exception {
    Map<String, List<String>> calls = recorded(Operation.REGISTER);
    int points = 0;
    for (String kind : FORCES_AND_MOVES) {
      if (calls.containsKey(kind)) {
        points += killed(Operation.REGISTER, kind, calls.get(kind), 3);
      }
    }
    assertThat(points).isGreaterThanOrEqualTo(FEWEST_FORCES_AND_MOVES);
    report(Operation.REGISTER + ": killed at " + points + " calls");
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  @Tag("long")
  void fail_eachCall_isToldAndChangesNothing(Operation operation) throws Exception {
    int points = 0;
    for (Map.Entry<String, List<String>> kind : recorded(operation).entrySet()) {
      points += failed(operation, kind.getKey(), kind.getValue(), STRIDE, "EIO");
      points += failed(operation, kind.getKey(), kind.getValue(), STRIDE, "ENOSPC");
    }
    assertThat(points).isGreaterThanOrEqualTo(2 * FEWEST_POINTS / STRIDE);
    report(operation + ": failed at " + points + " calls");
  }

  /** A part of the above that is quick. */
  @Test
  void fail_eachForceAndMoveOfRegistration_isToldAndChangesNothing() throws Exception {
    Map<String, List<String>> calls = recorded(Operation.REGISTER);
    int points = 0;
    for (String kind : FORCES_AND_MOVES) {
      if (calls.containsKey(kind)) {
        points += failed(Operation.REGISTER, kind, calls.get(kind), 1, "EIO");
      }
    }
    assertThat(points).isGreaterThanOrEqualTo(FEWEST_FORCES_AND_MOVES);
    report(Operation.REGISTER + ": failed at " + points + " calls");
  }

  private int killed(Operation operation, String kind, List<String> calls, int stride)
      throws Exception {
    int points = 0;
    boolean hit = true;
    for (int k = 1; hit; k += k < calls.size() ? stride : 1) {
      if (k <= calls.size() && isHarmless(kind, calls.get(k - 1))) {
        continue;
      }
      Victim victim = warm(operation);
      Path copy = copy(operation);
      Strace strace = Strace.attach(victim.process, log(), kind + ":signal=SIGKILL:when=" + k);
      victim.tell(operation, copy);
      if (k <= calls.size()) {
        start(operation); // the next JVM warms up meanwhile
      }
      List<String> answers = victim.answers();
      hit = !answers.contains("closed");
      strace.end();
      if (!hit) {
        next = victim; // it survives
      }
      if (hit) {
        assertThat(victim.process.waitFor()).isEqualTo(128 + 9);
        points++;
      }
      check(operation, copy, answers, operation + " killed before " + kind + " " + k);
    }
    return points;
  }

  private int failed(Operation operation, String kind, List<String> calls, int stride, String error)
      throws Exception {
    int points = 0;
    boolean hit = true;
    for (int k = 1; hit; k += k < calls.size() ? stride : 1) {
      if (k <= calls.size() && isHarmless(kind, calls.get(k - 1))) {
        continue;
      }
      Victim victim = warm(operation);
      next = victim; // it survives
      Path copy = copy(operation);
      String at = operation + " with " + error + " of " + kind + " " + k;
      Strace strace = Strace.attach(victim.process, log(), kind + ":error=" + error + ":when=" + k);
      victim.tell(operation, copy);
      List<String> answers = victim.answers();
      strace.detach();
      hit = strace.injected();
      if (hit) {
        points++;
      }
      assertThat(answers).as(at).contains("closed").doesNotContain("visible");
      assertThat(answers).as(at).noneMatch(answer -> answer.startsWith("failed untyped"));
      assertNoBlobIsForcedTwice(strace.lines(), at);
      check(operation, copy, answers, at);
    }
    return points;
  }

  /** The kernel may have dropped what it could not write: the second time it reports success. */
  private static void assertNoBlobIsForcedTwice(List<String> lines, String at) {
    Set<String> failed = new HashSet<>();
    for (String line : lines) {
      Matcher force = FORCE_OF_BLOB.matcher(line);
      if (force.find()) {
        assertThat(failed).as(at).doesNotContain(force.group(1));
        if (line.contains("(INJECTED)")) {
          failed.add(force.group(1));
        }
      }
    }
  }

  /** Opening without creating changes no file. */
  private static boolean isHarmless(String kind, String arguments) {
    return kind.equals("openat") && !arguments.contains("O_CREAT");
  }

  /** What an operation calls when nothing fails. */
  private Map<String, List<String>> recorded(Operation operation) throws Exception {
    Victim victim = warm(operation);
    next = victim;
    Path copy = copy(operation);
    Strace strace = Strace.attach(victim.process, log(), null);
    victim.tell(operation, copy);
    List<String> answers = victim.answers();
    strace.detach();
    check(operation, copy, answers, operation + " without a fault");
    assertThat(answers).containsExactly("done", "closed");
    Map<String, List<String>> calls = strace.calls();
    calls.keySet().retainAll(Strace.MUTATING);
    return calls;
  }

  private void check(Operation operation, Path copy, List<String> answers, String at)
      throws Exception {
    age(copy.resolve("tmp"), Instant.now().minus(LONG_AGO));
    try (Workspace workspace = Workspace.open(copy)) {
      assertThat(entries(copy.resolve("tmp"))).as(at).isEmpty();
      boolean visible = SweptProcess.isVisible(operation, workspace);
      if (answers.contains("done") && operation != Operation.MIGRATE) {
        assertThat(visible).as(at).isEqualTo(operation != Operation.COLLECT);
      } else if (answers.stream().anyMatch(answer -> answer.startsWith("failed"))) {
        assertThat(visible).as(at).isFalse();
      }
      assertWhole(workspace, at);
      if (!visible) {
        SweptProcess.perform(operation, workspace);
      }
      if (operation == Operation.COLLECT) {
        assertThat(workspace.artifacts().list(null, 100).blobs())
            .as(at)
            .filteredOn(blob -> !blob.isQuarantined())
            .hasSize(1);
      }
      long last = workspace.models().newest(SweptProcess.MODEL, 1).get(0).number();
      SweptProcess.perform(Operation.REGISTER, workspace);
      assertThat(workspace.models().newest(SweptProcess.MODEL, 1).get(0).number())
          .as(at)
          .isEqualTo(last + 1);
      assertWhole(workspace, at);
    }
    delete(copy);
  }

  private static void assertWhole(Workspace workspace, String at) {
    assertThat(workspace.verify().ok()).as("%s: %s", at, workspace.verify()).isTrue();
    for (String model : workspace.models().names()) {
      List<ModelVersion> versions = workspace.models().newest(model, 100);
      assertThat(versions.stream().map(ModelVersion::number).sorted())
          .as(at)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, versions.size()).boxed().toList());
      workspace
          .models()
          .alias(model, Alias.CHAMPION)
          .ifPresent(
              alias ->
                  assertThat(workspace.models().get(model, alias.version()).state())
                      .as(at)
                      .isEqualTo(VersionState.APPROVED));
    }
  }

  private Victim start(Operation operation) throws IOException {
    Victim victim = new Victim(SweptProcess.start(), operation);
    running.add(victim.process);
    next = victim;
    victim.tell(operation, copy(operation));
    return victim;
  }

  /** A JVM that has done the operation before. */
  private Victim warm(Operation operation) throws IOException {
    Victim victim = next;
    if (victim == null || victim.operation != operation) {
      victim = start(operation);
    }
    next = null;
    if (!victim.warm) {
      victim.warm = true;
      assertThat(victim.answers()).containsExactly("done", "closed");
    }
    return victim;
  }

  private Path log() {
    return folder.resolve("strace.log");
  }

  private Path copy(Operation operation) throws IOException {
    Path from = prepared.get(operation);
    if (from == null) {
      from = prepare(operation);
      prepared.put(operation, from);
    }
    copies++;
    Path to = folder.resolve("copy" + copies);
    if (operation == Operation.CREATE) {
      return to;
    }
    for (Path path : tree(from)) {
      Path target = to.resolve(from.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(target);
      } else {
        Files.copy(path, target);
        Files.setLastModifiedTime(target, Files.getLastModifiedTime(path));
      }
    }
    return to;
  }

  private Path prepare(Operation operation) throws IOException {
    if (operation == Operation.MIGRATE) {
      return Path.of("src/test/resources/golden/v1").toAbsolutePath();
    }
    Path made = folder.resolve("prepared" + operation);
    if (operation == Operation.CREATE) {
      return made;
    }
    try (Workspace workspace = Workspace.open(made)) {
      SweptProcess.prepare(workspace);
      if (operation == Operation.COLLECT) {
        workspace.artifacts().put("one that nothing refers to".getBytes(StandardCharsets.UTF_8));
        age(made.resolve("blobs"), Instant.now().minus(LONG_AGO));
        SweptProcess.perform(Operation.COLLECT, workspace);
        workspace.artifacts().put("another".getBytes(StandardCharsets.UTF_8));
        age(made.resolve("blobs"), Instant.now().minus(LONG_AGO));
      }
    }
    if (operation == Operation.COLLECT) {
      for (Path path : tree(made.resolve("quarantine"))) {
        String[] parts = path.getFileName().toString().split("\\.", -1);
        if (parts.length == 4) { // digest, last need, since, unique
          parts[2] = parts[1];
          Files.move(path, path.resolveSibling(String.join(".", parts)));
        }
      }
    }
    return made;
  }

  private static void age(Path directory, Instant time) throws IOException {
    if (Files.exists(directory)) {
      for (Path path : tree(directory)) {
        if (Files.isRegularFile(path)) {
          Files.setLastModifiedTime(path, FileTime.from(time));
        }
      }
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static List<Path> tree(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.toList();
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> all = new ArrayList<>(tree(directory));
    for (int i = all.size() - 1; i >= 0; i--) {
      Files.delete(all.get(i));
    }
  }

  @SuppressWarnings("SystemOut")
  private static void report(String line) {
    System.out.println(line);
  }

  /** A JVM that is made to fail. */
  private static final class Victim {
    private final Process process;
    private final Operation operation;
    private final BufferedReader out;
    private boolean warm;

    Victim(Process process, Operation operation) {
      this.process = process;
      this.operation = operation;
      this.out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    void tell(Operation what, Path folder) throws IOException {
      OutputStream in = process.getOutputStream();
      in.write((what + " " + folder + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
    }

    /** Up to {@code closed}, or the end of the process. */
    List<String> answers() throws IOException {
      List<String> answers = new ArrayList<>();
      while (!answers.contains("closed")) {
        String line = out.readLine();
        if (line == null) {
          return answers;
        }
        answers.add(line);
      }
      return answers;
    }
  }
}
