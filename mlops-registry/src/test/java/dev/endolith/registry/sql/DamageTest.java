package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.error.EndolithException;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.LoadRequest;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.sql.SweptProcess.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database of which a byte has changed: what is answered is right, or an error of ours. */
class DamageTest {
  private static final int FLIPS = 100;
  private static final int LONG_FLIPS = Integer.getInteger("endolith.flips", 1_000);
  private static final long SEED = Long.getLong("endolith.flips.seed", 20260302);

  private static final byte[] CONTENT = "prepared".getBytes(StandardCharsets.UTF_8);
  private static final String DATABASE = "endolith.db";
  private static final String LOG = "endolith.db-wal";

  @TempDir private Path folder;

  private Path original;
  private Snapshot expected;

  @BeforeEach
  void prepare() throws IOException {
    Path made = folder.resolve("made");
    original = folder.resolve("original");
    try (Workspace workspace = Workspace.open(made)) {
      SweptProcess.prepare(workspace);
    }
    try (Workspace workspace = Workspace.open(made)) {
      workspace.models().move(SweptProcess.MODEL, Alias.CHAMPION, 3, "only in the log");
      expected = Snapshot.of(workspace);
      copy(made, original); // as a killed process leaves it
    }
    assertThat(original.resolve(LOG)).isNotEmptyFile();
  }

  @Test
  void flip_oneByte_isAnsweredRightlyOrRefused() throws Exception {
    flip(FLIPS);
  }

  @Test
  @Tag("long")
  void flip_oneByteManyTimes_isAnsweredRightlyOrRefused() throws Exception {
    flip(LONG_FLIPS);
  }

  private void flip(int times) throws Exception {
    Random random = new Random(SEED);
    int refused = 0;
    int broken = 0;
    Path damaged = folder.resolve("damaged");
    copy(original, damaged);
    for (int i = 0; i < times; i++) {
      Files.copy(
          original.resolve(DATABASE),
          damaged.resolve(DATABASE),
          StandardCopyOption.REPLACE_EXISTING);
      Files.copy(original.resolve(LOG), damaged.resolve(LOG), StandardCopyOption.REPLACE_EXISTING);
      Files.deleteIfExists(damaged.resolve("endolith.db-shm"));
      String name = i % 4 == 0 ? LOG : DATABASE;
      String at = "flip " + i + " of seed " + SEED + ": " + flip(damaged.resolve(name), random);
      switch (outcome(damaged, at)) {
        case REFUSED -> refused++;
        case BROKEN -> broken++;
        case RIGHT -> {}
      }
    }
    assertThat(refused + broken).isPositive();
    report(
        times
            + " flips of seed "
            + SEED
            + ": "
            + refused
            + " refused, "
            + broken
            + " found broken");
  }

  private static String flip(Path file, Random random) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      long at;
      do { // most of a young database is empty
        at = random.nextLong(channel.size());
        channel.read(one.clear(), at);
      } while (one.get(0) == 0 && random.nextInt(50) > 0);
      int mask = 1 + random.nextInt(255);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ mask)}), at);
      return file.getFileName() + " at " + at + " by " + mask;
    }
  }

  /** Anything thrown that is not ours is a failure of the test. */
  @SuppressWarnings("CatchingUnchecked") // that is what is tested
  private Outcome outcome(Path damaged, String at) {
    try (Workspace workspace = Workspace.open(damaged)) {
      boolean refused = false;
      Snapshot seen = null;
      try {
        seen = Snapshot.of(workspace);
      } catch (EndolithException e) {
        refused = true;
      }
      refused |= isReadingRefused(workspace, at);
      boolean sound = false;
      try {
        sound = workspace.verify().ok();
      } catch (EndolithException e) {
        refused = true;
      }
      if (sound && seen != null) {
        // the log ends where it is damaged: then the last move is not there
        assertThat(seen).as(at).isIn(expected, expected.withoutLastMove());
      }
      try {
        SweptProcess.perform(Operation.REGISTER, workspace);
      } catch (EndolithException | IllegalStateException e) {
        refused = true; // a damaged row may also say that a rule forbids it
      }
      return refused ? Outcome.REFUSED : sound ? Outcome.RIGHT : Outcome.BROKEN;
    } catch (EndolithException e) {
      return Outcome.REFUSED;
    } catch (RuntimeException e) {
      throw new AssertionError(at, e);
    }
  }

  /** Each version on its own; what is served is what was stored. */
  private static boolean isReadingRefused(Workspace workspace, String at) {
    boolean refused = false;
    for (long number = 1; number <= 4; number++) {
      try {
        ModelVersion version = workspace.models().get(SweptProcess.MODEL, number);
        assertThat(workspace.models().attachment(version, Attachment.MODEL))
            .as(at)
            .isEqualTo(CONTENT);
        if (!new LoadRequest(version, List.of(), workspace.artifacts()).manifestFits()) {
          assertThat(workspace.verify().ok()).as(at).isFalse();
        }
      } catch (EndolithException e) {
        refused = true;
      }
    }
    return refused;
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> paths = Files.walk(from)) {
      all = paths.toList();
    }
    for (Path path : all) {
      Path target = to.resolve(from.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(target);
      } else {
        Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @SuppressWarnings("SystemOut")
  private static void report(String line) {
    System.out.println(line);
  }

  private enum Outcome {
    RIGHT,
    REFUSED,
    BROKEN
  }

  /** What the registry answers. */
  private record Snapshot(List<String> names, List<ModelVersion> versions, List<Alias> moves) {
    static Snapshot of(Workspace workspace) {
      return new Snapshot(
          workspace.models().names(),
          workspace.models().newest(SweptProcess.MODEL, 100),
          workspace.models().history(SweptProcess.MODEL, Alias.CHAMPION));
    }

    Snapshot withoutLastMove() {
      List<Alias> before = new ArrayList<>(moves);
      before.remove(before.size() - 1);
      return new Snapshot(names, versions, before);
    }
  }
}
