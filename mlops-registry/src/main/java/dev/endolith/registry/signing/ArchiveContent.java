package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.ModelHistory;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.RegisteredModel;
import dev.endolith.registry.RunRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the documents of an archive say: a model's history and the runs that made its versions. */
record ArchiveContent(ModelHistory history, List<RunRecord> runs) {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  ArchiveContent {
    runs = List.copyOf(runs);
  }

  /** Reads all documents, and passes over the blobs. */
  static ArchiveContent read(ArchiveReader archive) throws IOException, MalformedException {
    List<RegisteredModel> models = new ArrayList<>();
    List<ModelVersion> versions = new ArrayList<>();
    List<Alias> moves = new ArrayList<>();
    List<AuditRecord> audit = new ArrayList<>();
    List<RunRecord> runs = new ArrayList<>();
    Map<String, ArchiveReader.Lines.Line> documents =
        Map.of(
            ArchiveIndex.MODEL,
            line -> models.add(ArchiveRows.read(line, RegisteredModel.class)),
            ArchiveIndex.VERSIONS,
            line -> versions.add(ArchiveRows.version(line)),
            ArchiveIndex.ALIASES,
            line -> moves.add(ArchiveRows.read(line, Alias.class)),
            ArchiveIndex.AUDIT,
            line -> audit.add(ArchiveRows.read(line, AuditRecord.class)),
            ArchiveIndex.RUNS,
            line -> runs.add(ArchiveRows.read(line, RunRecord.class)));
    for (ArchiveIndex.Entry entry : archive.index().entries()) {
      ArchiveReader.Lines.Line document = documents.get(entry.name());
      if (document != null) {
        ArchiveReader.Lines lines = new ArchiveReader.Lines(document);
        archive.next(entry, lines);
        lines.end();
      }
    }
    if (models.size() != 1) {
      throw new MalformedException("it must have exactly one model");
    }
    return new ArchiveContent(new ModelHistory(models.get(0), versions, moves, audit), runs);
  }

  /** Whether the index has exactly the blobs that the rows refer to, and no others. */
  void check(ArchiveIndex.Signed signed, ArchiveIndex index) throws MalformedException {
    if (!history.model().name().equals(signed.seal().model())) {
      throw new MalformedException("its model is not the one that was signed for");
    }
    List<String> problems = history.problems();
    if (!problems.isEmpty()) {
      throw new MalformedException(problems.get(0));
    }
    Map<String, Long> blobs = new TreeMap<>();
    index.entries().stream()
        .filter(ArchiveIndex.Entry::isBlob)
        .forEach(entry -> blobs.put(entry.digest().hex(), entry.size()));
    try {
      for (Attachment blob : history.blobs()) {
        Long size = blobs.remove(blob.digest().hex());
        if (size == null || size != blob.size()) {
          throw new MalformedException("'" + blob.name() + "' of a version is not in it");
        }
      }
    } catch (IntegrityException e) {
      throw new MalformedException(String.valueOf(e.getMessage()));
    }
    Set<String> mentioned = mentions(runs);
    if (!mentioned.containsAll(blobs.keySet())) {
      throw new MalformedException("it has a blob that nothing refers to");
    }
    Set<String> made = new TreeSet<>();
    history.versions().forEach(version -> made.add(version.run()));
    for (RunRecord run : runs) {
      if (!made.contains(run.id())) {
        throw new MalformedException("it has a run that nothing refers to");
      }
      made.add(run.parent());
    }
  }

  /** What in runs looks like the digest of a blob: what they made, and what they ran on. */
  static Set<String> mentions(List<RunRecord> runs) {
    Set<String> digests = new TreeSet<>();
    for (RunRecord run : runs) {
      for (Map<String, String> texts : List.of(run.outputs(), run.environment(), run.tags())) {
        for (String text : texts.values()) {
          Matcher matcher = DIGEST.matcher(text);
          while (matcher.find()) {
            digests.add(matcher.group());
          }
        }
      }
      run.inputs().values().stream().map(Digest::hex).forEach(digests::add);
    }
    return digests;
  }
}
