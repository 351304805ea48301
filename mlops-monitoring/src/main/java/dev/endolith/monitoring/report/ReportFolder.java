package dev.endolith.monitoring.report;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.error.DataException;
import dev.endolith.error.StorageException;
import dev.endolith.monitoring.drift.ColumnDrift;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reports over time: a folder of pages with an {@code index.html} that lists them by their
 * verdicts, newest first. Any web server can show it, or a browser from disk.
 *
 * <p>Files are named by the report's time and its digest, never by what data says. A file appears
 * whole or not at all. Several writers, also of several processes, may add to one folder: each
 * lists again after it has written the index, until nothing new has come, so that the last one
 * leaves nothing out. Beyond the cap the oldest reports go, and what a writer that died left half
 * written goes after an hour. Who may read the files is what the process grants for new files (the
 * umask on POSIX). Immutable and thread-safe.
 */
public final class ReportFolder {
  /** The page that lists the reports. */
  public static final String INDEX = "index.html";

  private static final Pattern ENTRY =
      Pattern.compile("(report-\\d{8}T\\d{9}Z-[0-9a-f]{12})\\.entry\\.json");

  private static final Pattern WRITING = Pattern.compile("writing-[0-9a-f-]+\\.tmp");

  /** What has been written for so long is written by nobody any more. */
  private static final Duration LONGEST_WRITE = Duration.ofHours(1);

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path folder;
  private final int cap;

  private ReportFolder(Path folder, int cap) {
    this.folder = folder;
    this.cap = cap;
  }

  /**
   * A report in the folder.
   *
   * @param name its files' name, without {@code .html} or {@code .json}
   * @param at its time
   * @param title what it is about
   * @param verdict its verdict
   * @param summary what changed, in a sentence
   */
  public record Entry(
      String name, Instant at, String title, ColumnDrift.Verdict verdict, String summary) {}

  /**
   * Opens a folder, and makes it if it is not there.
   *
   * @param folder the folder
   * @param cap as many reports are kept, at least 1
   * @return the folder
   * @throws IllegalArgumentException if {@code cap} is below 1
   * @throws StorageException if it cannot be made
   */
  public static ReportFolder open(Path folder, int cap) {
    if (cap < 1) {
      throw new IllegalArgumentException("cap must be at least 1, was " + cap);
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw failed("open", e);
    }
    return new ReportFolder(folder, cap);
  }

  /**
   * Adds a report as page and JSON, and renews the index. The same report twice is one.
   *
   * @param report the report; it has a time in the years 1 to 9999
   * @return its entry
   * @throws IllegalArgumentException if the report has no such time
   * @throws StorageException if a file cannot be written
   */
  public Entry add(DataReport report) {
    Instant at =
        report
            .at()
            .filter(time -> time.atOffset(ZoneOffset.UTC).getYear() >= 1)
            .filter(time -> time.atOffset(ZoneOffset.UTC).getYear() <= 9_999)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "a report in a folder needs a time in the years 1 to 9999; give its builder"
                            + " at(...)"));
    String json = report.toJson();
    String name = "report-" + STAMP.format(at) + "-" + Digest.ofText(json).abbreviated();
    Entry entry = new Entry(name, at, report.title(), report.verdict(), report.summary());
    try {
      write(name + ".html", report.toHtml());
      write(name + ".json", json);
      write(name + ".entry.json", CanonicalJson.write(entry)); // last: what it names is there
      index();
      sweep(Files.getLastModifiedTime(folder.resolve(INDEX)));
    } catch (IOException e) {
      throw failed("add", e);
    }
    return entry;
  }

  /**
   * The reports that are there.
   *
   * @return the entries, newest first; those that cannot be read are left out
   * @throws StorageException if the folder cannot be listed
   */
  public List<Entry> entries() {
    try {
      return list();
    } catch (IOException e) {
      throw failed("list", e);
    }
  }

  private void index() throws IOException {
    List<Entry> written = null;
    List<Entry> there = prune();
    while (!there.equals(written)) {
      write(INDEX, Pages.index(there));
      written = there;
      there = prune();
    }
  }

  private List<Entry> prune() throws IOException {
    List<Entry> all = list();
    for (Entry old : all.subList(Math.min(cap, all.size()), all.size())) {
      for (String end : List.of(".entry.json", ".html", ".json")) {
        Files.deleteIfExists(folder.resolve(old.name() + end));
      }
    }
    return List.copyOf(all.subList(0, Math.min(cap, all.size())));
  }

  private List<Entry> list() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.toList();
    }
    List<Entry> entries = new ArrayList<>();
    for (Path file : files) {
      var named = ENTRY.matcher(file.getFileName().toString());
      if (named.matches()) {
        read(file, named.group(1)).ifPresent(entries::add);
      }
    }
    entries.sort(Comparator.comparing(Entry::at).thenComparing(Entry::name).reversed());
    return entries;
  }

  /** A file may go between listing and reading: another writer pruned it. */
  private static Optional<Entry> read(Path file, String name) throws IOException {
    try {
      Entry entry = CanonicalJson.read(Files.readString(file), Entry.class);
      boolean whole =
          name.equals(entry.name())
              && Stream.of(entry.at(), entry.title(), entry.verdict(), entry.summary())
                  .noneMatch(Objects::isNull);
      return whole ? Optional.of(entry) : Optional.empty();
    } catch (DataException | NoSuchFileException | MalformedInputException e) {
      return Optional.empty();
    }
  }

  /** Removes what writers left that died; {@code now} is the file system's time, not ours. */
  private void sweep(FileTime now) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> WRITING.matcher(file.getFileName().toString()).matches()).toList();
    }
    for (Path file : files) {
      if (isLeft(file, now)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static boolean isLeft(Path file, FileTime now) throws IOException {
    try {
      Instant written = Files.getLastModifiedTime(file).toInstant();
      return written.plus(LONGEST_WRITE).isBefore(now.toInstant());
    } catch (NoSuchFileException e) {
      return false; // it was moved to its name meanwhile
    }
  }

  /**
   * A temporary file of {@link Files#createTempFile} is for its owner only, and stays so when it is
   * moved: a web server could not read it. This one is for whom the process lets read new files.
   */
  private void write(String name, String text) throws IOException {
    Path temporary = folder.resolve("writing-" + UUID.randomUUID() + ".tmp");
    try {
      Files.writeString(temporary, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      Files.move(
          temporary,
          folder.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static StorageException failed(String operation, IOException e) {
    return new StorageException(
        operation + " reports",
        "the folder of reports could not be used ("
            + e.getClass().getSimpleName()
            + "); check that it is a folder that can be written",
        e);
  }
}
