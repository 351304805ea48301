package dev.endolith.registry.sql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A strace that is attached to a running JVM and makes its system calls fail. It counts calls by
 * kind and by thread, from the moment it is attached.
 */
final class Strace {
  /** What changes files, on any architecture: those that a machine has not are left out. */
  static final List<String> MUTATING =
      List.of(
          "openat",
          "write",
          "pwrite64",
          "fsync",
          "fdatasync",
          "ftruncate",
          "rename",
          "renameat",
          "renameat2",
          "unlink",
          "unlinkat",
          "link",
          "linkat",
          "mkdir",
          "mkdirat",
          "chmod",
          "fchmod",
          "fchmodat",
          "utimensat");

  private static final String ANSWER = "writev";
  private static final Pattern CALL = Pattern.compile("^(\\d+) +(\\w+)\\((.*)$");
  private static final long PATIENCE_SECONDS = 20;

  private final Process process;
  private final Path log;

  private Strace(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Why it cannot be used here, null if it can. */
  static @Nullable String unusable(Path folder) throws IOException, InterruptedException {
    Process victim = new ProcessBuilder("sleep", "60").start();
    try {
      attach(victim, folder.resolve("probe"), null).detach();
      return null;
    } catch (IOException e) {
      return "strace is not installed, or may not attach to a process here";
    } finally {
      victim.destroyForcibly().waitFor();
    }
  }

  /**
   * Attaches to all threads of a process.
   *
   * @param inject what to inject, such as {@code fsync:error=EIO:when=2}; null for nothing
   */
  static Strace attach(Process victim, Path log, @Nullable String inject) throws IOException {
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-y", "-o", log.toString()));
    command.add("-e");
    command.add("trace=?" + String.join(",?", MUTATING) + "," + ANSWER);
    command.add("-e");
    command.add("signal=none");
    if (inject != null) {
      command.add("-e");
      command.add("inject=" + inject);
    }
    command.add("-p");
    command.add(Long.toString(victim.pid()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    StringBuilder said = new StringBuilder();
    while (said.indexOf("attached") < 0) {
      int next = process.getInputStream().read();
      if (next < 0) {
        throw new IOException("strace: " + said);
      }
      said.append((char) next);
    }
    return new Strace(process, log);
  }

  /** Lets go of the process, if it is still there. */
  void detach() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      end();
    }
  }

  /** Ends at once; the process goes on if it is still there, and what was called is not known. */
  void end() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** What was called; to be asked when it has let go. */
  List<String> lines() throws IOException {
    return Files.readAllLines(log, StandardCharsets.ISO_8859_1);
  }

  /** Whether a call was made to fail. */
  boolean injected() throws IOException {
    return lines().stream().anyMatch(line -> line.contains("(INJECTED)"));
  }

  /** The arguments of the calls of the thread that answered, by kind. */
  Map<String, List<String>> calls() throws IOException {
    List<Matcher> all = new ArrayList<>();
    for (String line : lines()) {
      Matcher call = CALL.matcher(line);
      if (call.matches()) {
        all.add(call);
      }
    }
    String thread =
        all.stream()
            .filter(call -> call.group(2).equals(ANSWER))
            .map(call -> call.group(1))
            .findFirst()
            .orElseThrow();
    return all.stream()
        .filter(call -> call.group(1).equals(thread))
        .collect(
            Collectors.groupingBy(
                call -> call.group(2),
                Collectors.mapping(call -> call.group(3), Collectors.toList())));
  }
}
