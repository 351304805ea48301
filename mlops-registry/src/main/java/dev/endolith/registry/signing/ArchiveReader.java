package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/*
 * Reads an archive from the front: the seal, whose signature is verified before anything else is
 * looked at, the index that it names, then every member. Each byte is either one that the index
 * says must stand there, or content of which the index has the digest. Confined to one thread.
 */
final class ArchiveReader implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;

  private final FileChannel file;
  private final InputStream in;
  private final ArchiveIndex.Signed signed;
  private final ArchiveIndex index;
  private final List<StoredZip.Member> members = new ArrayList<>();

  private ArchiveReader(FileChannel file, TrustedKeys keys) throws IOException, MalformedException {
    this.file = file;
    this.in = new java.io.BufferedInputStream(Channels.newInputStream(file), CHUNK);
    byte[] signature = signature();
    this.signed = ArchiveIndex.Seal.read(signature, keys);
    members.add(new StoredZip.Member(ArchiveIndex.SIGNATURE, signature.length, crc(signature)));
    ArchiveIndex.Entry indexed = signed.seal().index();
    if (indexed.size() > file.size()) {
      throw new MalformedException("it is cut off");
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream((int) indexed.size());
    next(indexed, lines::write);
    this.index = ArchiveIndex.read(lines.toByteArray());
    List<StoredZip.Member> all = new ArrayList<>(members);
    index.entries().forEach(entry -> all.add(entry.member()));
    long expected;
    try {
      expected = StoredZip.size(all);
    } catch (ArithmeticException e) {
      expected = -1;
    }
    if (expected != file.size()) {
      throw new MalformedException("its length is not that of its members");
    }
  }

  static ArchiveReader open(Path path, TrustedKeys keys) throws IOException, MalformedException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new ArchiveReader(file, keys);
    } catch (IOException | MalformedException | RuntimeException e) {
      try {
        file.close();
      } catch (IOException close) {
        e.addSuppressed(close);
      }
      throw e;
    }
  }

  /** Takes content piece by piece. */
  interface Sink {
    void write(byte[] bytes, int offset, int length) throws IOException, MalformedException;
  }

  ArchiveIndex.Signed signed() {
    return signed;
  }

  ArchiveIndex index() {
    return index;
  }

  /** The size of the first member is the only field of the file that is believed; it is capped. */
  private byte[] signature() throws IOException, MalformedException {
    byte[] header = in.readNBytes(StoredZip.LOCAL_BYTES + ArchiveIndex.SIGNATURE.length());
    if (header.length < StoredZip.LOCAL_BYTES) {
      throw new MalformedException("it is no archive of a model");
    }
    int size = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(22);
    if (size < 0 || size > ArchiveIndex.MAX_SIGNATURE_BYTES) {
      throw new MalformedException("it is no archive of a model");
    }
    byte[] signature = in.readNBytes(size);
    StoredZip.Member member =
        new StoredZip.Member(ArchiveIndex.SIGNATURE, signature.length, crc(signature));
    if (!Arrays.equals(header, StoredZip.localHeader(member))) {
      throw new MalformedException("it is no archive of a model");
    }
    return signature;
  }

  /** Reads the member that follows; its content is not to be used before this returns. */
  void next(ArchiveIndex.Entry entry, Sink sink) throws IOException, MalformedException {
    expect(StoredZip.localHeader(entry.member()));
    MessageDigest sha = Digest.sha256();
    CRC32 crc = new CRC32();
    byte[] chunk = new byte[CHUNK];
    long left = entry.size();
    while (left > 0) {
      int read = in.read(chunk, 0, (int) Math.min(chunk.length, left));
      if (read < 0) {
        throw new MalformedException("it is cut off");
      }
      sha.update(chunk, 0, read);
      crc.update(chunk, 0, read);
      sink.write(chunk, 0, read);
      left -= read;
    }
    if (crc.getValue() != entry.crc() || !Digest.finish(sha).equals(entry.digest())) {
      throw new MalformedException("'" + entry.name() + "' is not what was signed");
    }
    members.add(entry.member());
  }

  /** Reads all members and uses none. */
  void verify() throws IOException, MalformedException {
    for (ArchiveIndex.Entry entry : index.entries()) {
      next(entry, (bytes, offset, length) -> {});
    }
    end();
  }

  /** After the last member. */
  void end() throws IOException, MalformedException {
    expect(StoredZip.directory(members));
    if (in.read() >= 0) {
      throw new MalformedException("something stands after its end");
    }
  }

  private void expect(byte[] bytes) throws IOException, MalformedException {
    if (!Arrays.equals(bytes, in.readNBytes(bytes.length))) {
      throw new MalformedException("its zip structure is not that of its index");
    }
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, bytes.length);
    return crc.getValue();
  }

  @Override
  public void close() throws IOException {
    in.close();
    file.close();
  }

  /** Content of a member as a stream that ends with it, for whoever reads streams. */
  InputStream stream(ArchiveIndex.Entry entry) throws IOException, MalformedException {
    expect(StoredZip.localHeader(entry.member()));
    members.add(entry.member());
    return new Content(in, entry.size());
  }

  /** A part of a stream. Fails where the file ends before the part. */
  private static final class Content extends InputStream {
    private final InputStream in;
    private long left;

    Content(InputStream in, long size) {
      this.in = in;
      this.left = size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0 || length == 0) {
        return length == 0 ? 0 : -1;
      }
      int read = in.read(bytes, offset, (int) Math.min(length, left));
      if (read < 0) {
        throw new EOFException("the archive is cut off");
      }
      left -= read;
      return read;
    }
  }

  /** Cuts content into lines. */
  static final class Lines implements Sink {
    /** Takes a line. */
    interface Line {
      void accept(String line) throws MalformedException;
    }

    private final Line to;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Lines(Line to) {
      this.to = to;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws MalformedException {
      int start = offset;
      for (int i = offset; i < offset + length; i++) {
        if (bytes[i] == '\n') {
          line.write(bytes, start, i - start);
          to.accept(text());
          line.reset();
          start = i + 1;
        }
      }
      line.write(bytes, start, offset + length - start);
      if (line.size() > ArchiveRows.MAX_LINE_BYTES) {
        throw new MalformedException("a row is too long");
      }
    }

    void end() throws MalformedException {
      if (line.size() > 0) {
        throw new MalformedException("a row is cut off");
      }
    }

    private String text() throws MalformedException {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(line.toByteArray()))
            .toString();
      } catch (CharacterCodingException e) {
        throw new MalformedException("a row is not UTF-8");
      }
    }
  }
}
