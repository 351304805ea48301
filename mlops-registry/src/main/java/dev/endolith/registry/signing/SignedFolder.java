package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The regular files below a folder, by their paths. */
final class SignedFolder {
  /** What OpenSSF Model Signing leaves out by default, at the top of the folder only. */
  static final List<String> IGNORED = List.of(".git", ".gitattributes", ".github", ".gitignore");

  private static final int CHUNK = 64 * 1024;

  private final Map<String, Entry> entries;

  private SignedFolder(Map<String, Entry> entries) {
    this.entries = entries;
  }

  /** A file, found but not read. */
  private record Entry(Path file, long size) {}

  /** Finds the files; a folder that is one file has it under the name ".". */
  static SignedFolder scan(Path folder, Collection<String> ignored)
      throws IOException, MalformedException {
    Map<String, Entry> entries = new TreeMap<>(MemberName.BY_CODE_POINTS);
    Finder finder = new Finder(folder, new LinkedHashSet<>(ignored), entries);
    Files.walkFileTree(folder, finder);
    if (finder.problem != null) {
      throw finder.problem;
    }
    return new SignedFolder(entries);
  }

  /** All files whole, in order of name. */
  List<Statement.Resource> files() throws IOException {
    List<Statement.Resource> resources = new ArrayList<>();
    for (var entry : entries.entrySet()) {
      resources.add(
          new Statement.Resource(
              entry.getKey(), digest(entry.getValue(), 0, entry.getValue().size())));
    }
    return resources;
  }

  /** All files in pieces; an empty file has none. */
  List<Statement.Resource> shards(long size) throws IOException {
    List<Statement.Resource> resources = new ArrayList<>();
    for (var entry : entries.entrySet()) {
      long length = entry.getValue().size();
      for (long start = 0; start < length; ) {
        long end = length - start > size ? start + size : length;
        resources.add(
            new Statement.Resource(
                entry.getKey() + ":" + start + ":" + end, digest(entry.getValue(), start, end)));
        start = end;
      }
    }
    return resources;
  }

  private static Digest digest(Entry entry, long start, long end) throws IOException {
    MessageDigest sha = Digest.sha256();
    try (FileChannel file =
        FileChannel.open(entry.file(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
      for (long position = start; position < end; ) {
        buffer.clear().limit((int) Math.min(CHUNK, end - position));
        int read = file.read(buffer, position);
        if (read < 0) {
          throw new EOFException("a file became shorter while it was read");
        }
        sha.update(buffer.flip());
        position += read;
      }
    }
    return Digest.finish(sha);
  }

  private static final class Finder extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final Set<String> ignored;
    private final Map<String, Entry> entries;
    private @Nullable MalformedException problem;

    Finder(Path folder, Set<String> ignored, Map<String, Entry> entries) {
      this.folder = folder;
      this.ignored = ignored;
      this.entries = entries;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      return !directory.equals(folder) && ignored.contains(name(directory))
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String name = file.equals(folder) ? "." : name(file);
      if (ignored.contains(name)) {
        return FileVisitResult.CONTINUE;
      }
      if (!attributes.isRegularFile()) {
        return stop("'" + name + "' is a link or no regular file; a signed folder has none");
      }
      if (!name.equals(".") && !MemberName.isCanonical(name)) {
        return stop("the folder has a file whose name cannot be signed");
      }
      if (entries.size() == StatementJson.MAX_RESOURCES) {
        return stop("the folder has more than " + StatementJson.MAX_RESOURCES + " files");
      }
      entries.put(name, new Entry(file, attributes.size()));
      return FileVisitResult.CONTINUE;
    }

    private FileVisitResult stop(String reason) {
      problem = new MalformedException(reason);
      return FileVisitResult.TERMINATE;
    }

    private String name(Path path) {
      List<String> parts = new ArrayList<>();
      folder.relativize(path).forEach(part -> parts.add(part.toString()));
      return String.join("/", parts);
    }
  }
}
