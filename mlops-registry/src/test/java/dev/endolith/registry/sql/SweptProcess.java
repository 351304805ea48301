package dev.endolith.registry.sql;

import dev.endolith.Workspace;
import dev.endolith.data.Digest;
import dev.endolith.error.EndolithException;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.VersionState;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A program that does one operation on a workspace each time it is told to; run as its own JVM,
 * whose system calls are made to fail from outside.
 *
 * <p>Its answers are {@code done}, or {@code failed} with the class of what was thrown and whether
 * it is one of ours; then {@code closed}.
 */
final class SweptProcess {
  static final String MODEL = "credit";

  /** What can be done. */
  enum Operation {
    CREATE,
    REGISTER,
    PROMOTE,
    ROLLBACK,
    DELETE,
    MIGRATE,
    COLLECT
  }

  private SweptProcess() {}

  static Process start() throws IOException {
    return JvmProcess.start(SweptProcess.class);
  }

  public static void main(String[] arguments) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (FileChannel out = new FileOutputStream(FileDescriptor.out).getChannel()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", 2);
        run(Operation.valueOf(words[0]), Path.of(words[1]), out);
        answer(out, "closed");
      }
    }
  }

  @SuppressWarnings("CatchingUnchecked") // every failure is an answer
  private static void run(Operation operation, Path folder, FileChannel out) throws IOException {
    try (Workspace workspace = Workspace.open(folder)) {
      try {
        perform(operation, workspace);
        answer(out, "done");
      } catch (RuntimeException e) {
        failed(out, e);
        answer(out, isVisible(operation, workspace) ? "visible" : "hidden");
      }
    } catch (RuntimeException e) {
      failed(out, e);
    }
  }

  private static void failed(FileChannel out, RuntimeException e) throws IOException {
    boolean typed = e instanceof EndolithException;
    if (!typed) {
      e.printStackTrace();
    }
    boolean unknown = typed && String.valueOf(e.getMessage()).contains("it is not known");
    answer(
        out,
        (unknown ? "unknown " : "failed ")
            + (typed ? "typed " : "untyped ")
            + e.getClass().getName());
  }

  /** Whether an operation has been done in a workspace that was prepared for it. */
  static boolean isVisible(Operation operation, Workspace workspace) {
    return switch (operation) {
      case CREATE -> !workspace.models().newest(MODEL, 1).isEmpty();
      case REGISTER -> workspace.models().find(MODEL, 5).isPresent();
      case PROMOTE, ROLLBACK -> workspace.models().generation(MODEL, Alias.CHAMPION) == 3;
      case DELETE -> workspace.models().get(MODEL, 4).status().deleted();
      case MIGRATE, COLLECT -> false;
    };
  }

  static void perform(Operation operation, Workspace workspace) {
    switch (operation) {
      case CREATE, REGISTER -> register(workspace, "swept");
      case PROMOTE -> workspace.models().move(MODEL, Alias.CHAMPION, 3, "because");
      case ROLLBACK -> workspace.models().rollback(MODEL, Alias.CHAMPION, "because");
      case DELETE -> workspace.models().delete(MODEL, 4, "because");
      case MIGRATE -> {}
      case COLLECT ->
          workspace
              .collector()
              .grace(Duration.ofHours(1))
              .quarantine(Duration.ofHours(1))
              .build()
              .collect();
    }
  }

  private static void register(Workspace workspace, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    Digest digest = workspace.artifacts().put(content);
    workspace
        .models()
        .commit(
            "because",
            Samples.draft(MODEL, new Attachment(Attachment.MODEL, "", content.length, digest)));
  }

  /** Prepares a workspace in which every operation but {@code CREATE} can be done. */
  static void prepare(Workspace workspace) {
    for (int i = 1; i <= 4; i++) {
      register(workspace, "prepared");
    }
    for (int number = 1; number <= 3; number++) {
      workspace.models().transition(MODEL, number, VersionState.VALIDATED, "gates");
      workspace.models().transition(MODEL, number, VersionState.APPROVED, "people");
    }
    workspace.models().move(MODEL, Alias.CHAMPION, 1, "first");
    workspace.models().move(MODEL, Alias.CHAMPION, 2, "second");
  }

  /**
   * By {@code writev}, which nothing else here uses: of the calls that are made to fail, none is
   * the answer's.
   */
  private static void answer(FileChannel out, String line) throws IOException {
    ByteBuffer[] parts = {
      ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)), ByteBuffer.wrap(new byte[] {'\n'})
    };
    out.write(parts);
  }
}
