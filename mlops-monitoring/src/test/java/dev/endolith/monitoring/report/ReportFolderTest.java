package dev.endolith.monitoring.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.endolith.error.StorageException;
import dev.endolith.monitoring.drift.DriftReport;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFolderTest {
  private static final DriftReport DRIFT = Tables.drift(2, 100);

  @TempDir Path folder;

  private static DataReport report(int minute) {
    return DataReport.builder(DRIFT)
        .title("../../<b>" + minute)
        .at(Tables.AT.plusSeconds(60L * minute))
        .build();
  }

  @Test
  void add_namesFilesSafelyAndListsThemNewestFirst() throws IOException {
    ReportFolder reports = ReportFolder.open(folder.resolve("new"), 10);

    ReportFolder.Entry one = reports.add(report(1));
    ReportFolder.Entry two = reports.add(report(2));

    assertThat(reports.add(report(1))).isEqualTo(one);
    assertThat(one.name()).matches("report-20260301T100100000Z-[0-9a-f]{12}");
    assertThat(reports.entries()).containsExactly(two, one);
    String index = Files.readString(folder.resolve("new/index.html"));
    assertThat(index)
        .contains("href=\"" + one.name() + ".html\"", "&lt;b&gt;1", "drifted")
        .doesNotContain("<b>");
    assertThat(index.indexOf(two.name())).isLessThan(index.indexOf(one.name()));
    assertThat(names("new")).hasSize(7).noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void add_beyondTheCap_dropsTheOldest() throws IOException {
    ReportFolder reports = ReportFolder.open(folder, 2);
    for (int minute : new int[] {3, 1, 2, 4}) {
      var unused = reports.add(report(minute));
    }

    assertThat(reports.entries())
        .extracting(ReportFolder.Entry::title)
        .containsExactly("../../<b>4", "../../<b>3");
    assertThat(names("")).hasSize(7);
  }

  @Test
  void add_byManyWritersAtOnce_leavesNoneOut() throws Exception {
    int writers = 4;
    int each = 6;
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int first = w * each;
        done.add(
            pool.submit(
                () -> {
                  ReportFolder own = ReportFolder.open(folder, 100);
                  for (int i = 0; i < each; i++) {
                    var unused = own.add(report(first + i));
                  }
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    } finally {
      pool.shutdownNow();
    }
    String index = Files.readString(folder.resolve(ReportFolder.INDEX));
    assertThat(ReportFolder.open(folder, 100).entries())
        .hasSize(writers * each)
        .allSatisfy(entry -> assertThat(index).contains(entry.name() + ".html"));
  }

  @Test
  void add_onPosix_leavesFilesThatOthersMayReadAsTheProcessGrants() throws IOException {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    Path plain = Files.createFile(folder.resolve("plain"));
    ReportFolder reports = ReportFolder.open(folder.resolve("new"), 5);

    ReportFolder.Entry entry = reports.add(report(1));

    for (String name :
        List.of(
            ReportFolder.INDEX,
            entry.name() + ".html",
            entry.name() + ".json",
            entry.name() + ".entry.json")) {
      assertThat(Files.getPosixFilePermissions(folder.resolve("new").resolve(name)))
          .as(name)
          .isEqualTo(Files.getPosixFilePermissions(plain));
    }
  }

  @Test
  void add_afterAWriterDied_removesWhatItLeftAnHourLater() throws IOException {
    Path young = Files.createFile(folder.resolve("writing-1.tmp"));
    Path old = Files.createFile(folder.resolve("writing-0a-2.tmp"));
    Path strange = Files.createFile(folder.resolve("writing-letters.txt"));
    FileTime longAgo = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(old, longAgo);
    Files.setLastModifiedTime(strange, longAgo);

    var unused = ReportFolder.open(folder, 5).add(report(1));

    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(strange).exists();
  }

  @Test
  void add_besideStrangeFiles_overlooksThem() throws IOException {
    Files.writeString(
        folder.resolve("report-20260301T100000000Z-0123456789ab.entry.json"), "{broken");
    Files.writeString(folder.resolve("report-x\".entry.json"), "{}");
    ReportFolder reports = ReportFolder.open(folder, 5);

    assertThat(reports.entries()).isEmpty();
    var unused = reports.add(report(1));
    assertThat(reports.entries()).hasSize(1);
  }

  @Test
  void open_orAdd_ofWhatCannotBe_saysWhy() throws IOException {
    assertThatThrownBy(() -> ReportFolder.open(folder, 0))
        .hasMessage("cap must be at least 1, was 0");
    assertThatThrownBy(() -> ReportFolder.open(folder, 1).add(DataReport.of(DRIFT)))
        .hasMessageContaining("needs a time");
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> ReportFolder.open(file, 1))
        .isInstanceOf(StorageException.class)
        .hasMessageNotContaining(folder.toString());
  }

  private List<String> names(String below) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(below))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
