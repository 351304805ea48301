package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * R30: every attack string, given to every public method of this library that takes a text, in a
 * JVM whose sockets are counted. By default each method gets one in 3 of them, and one in 32 where
 * it reaches a workspace on disk; the long test gives all, and {@code 1 / endolith.attack.stride}
 * on disk.
 */
class AttackTest {
  @TempDir private Path folder;

  @Test
  void publicMethods_everyAttackString_doNothingButRefuse() throws Exception {
    attack(32, 3);
  }

  @Test
  @Tag("long")
  void publicMethods_everyAttackStringOnDiskToo_doNothingButRefuse() throws Exception {
    attack(Integer.getInteger("endolith.attack.stride", 1), 1);
  }

  @Test
  void corpus_hasFourHundredDifferentStrings() {
    assertThat(AttackStrings.all()).doesNotHaveDuplicates().hasSizeGreaterThan(400);
  }

  private void attack(int onDisk, int inMemory) throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path workspace = outside.resolve("workspace");
    Process attacked =
        JvmProcess.start(
            AttackedProcess.class,
            workspace.toString(),
            outside.toString(),
            Integer.toString(onDisk),
            Integer.toString(inMemory));
    List<String> lines;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(attacked.getInputStream(), StandardCharsets.UTF_8))) {
      lines = out.lines().filter(line -> line.startsWith("! ") || line.startsWith("= ")).toList();
    }
    assertThat(attacked.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(lines).filteredOn(line -> line.startsWith("! ")).isEmpty();
    assertThat(lines).as("the attack came to its end").isNotEmpty();
    System.getLogger(AttackTest.class.getName())
        .log(System.Logger.Level.INFO, lines.get(lines.size() - 1));
    try (var entries = Files.list(outside)) {
      assertThat(entries).containsExactly(workspace);
    }
  }
}
