package dev.endolith.registry.sql;

import dev.endolith.Workspace;
import dev.endolith.data.Digest;
import dev.endolith.data.Schema;
import dev.endolith.error.EndolithException;
import dev.endolith.registry.EventJson;
import dev.endolith.registry.signing.EcCurve;
import dev.endolith.registry.signing.EcKeys;
import dev.endolith.registry.signing.ModelArchive;
import dev.endolith.registry.signing.SignatureVerifier;
import dev.endolith.registry.signing.SignedNote;
import dev.endolith.registry.signing.TrustedKey;
import dev.endolith.registry.signing.TrustedKeys;
import dev.endolith.registry.signing.Verification;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Gives inputs that claim to be, or are, larger than the heap; says for each how it was refused.
 */
final class SmallHeapProcess {
  private SmallHeapProcess() {}

  /**
   * Gives the inputs, and ends.
   *
   * @param arguments a folder for the workspace and the inputs
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    TrustedKeys keys =
        TrustedKeys.of(
            TrustedKey.of("k", "ann", (ECPublicKey) EcKeys.generate(EcCurve.P256).getPublic()));
    try (Workspace workspace = Workspace.open(folder.resolve("workspace"))) {
      Digest large = workspace.artifacts().put(zeros(96L << 20));
      Map<String, Callable<Object>> inputs = new LinkedHashMap<>();
      for (long claimed : new long[] {0xffffffffL, 0x80000000L, 0x7fffffffL, 1L << 24}) {
        inputs.put(
            "archive whose signature claims " + claimed + " bytes",
            () -> ModelArchive.open(header(folder, claimed), keys));
      }
      inputs.put("archive of a million entries", () -> ModelArchive.open(entries(folder), keys));
      inputs.put("archive that is a bomb", () -> ModelArchive.open(bomb(folder), keys));
      inputs.put("bundle of 33 MB", () -> refused(keys, new byte[33 << 20]));
      inputs.put("bundle of depth 100000", () -> refused(keys, bytes("{\"a\":", 100_000)));
      inputs.put("event of depth 100000", () -> EventJson.read("[".repeat(100_000)));
      inputs.put("schema of depth 100000", () -> Schema.fromJson("[".repeat(100_000)));
      inputs.put("note of 8 MB", () -> SignedNote.parse("a\n".repeat(4 << 20)));
      inputs.put("name of 8 MB", () -> workspace.models().history("a".repeat(8 << 20)));
      inputs.put(
          "description of 8 MB", () -> workspace.models().describe("m", 1, "a".repeat(8 << 20)));
      inputs.put("blob of 96 MB, read", () -> workspace.artifacts().read(large, 1 << 20));
      inputs.put("digest of 8 MB", () -> new Digest("a".repeat(8 << 20)));
      for (Map.Entry<String, Callable<Object>> input : inputs.entrySet()) {
        System.out.println(outcome(input.getValue()) + " " + input.getKey());
      }
      System.out.println(workspace.verify().ok() ? "END" : "! the workspace is not whole");
    }
  }

  private static String outcome(Callable<Object> call) {
    try {
      return "! taken: " + call.call() + ":";
    } catch (EndolithException | IllegalArgumentException e) {
      return "refused " + e.getClass().getSimpleName() + ":";
    } catch (Throwable e) {
      return "! " + e + ":";
    }
  }

  private static Object refused(TrustedKeys keys, byte[] bundle) {
    if (SignatureVerifier.of(keys).verify(bundle) instanceof Verification.Refused refused) {
      throw new IllegalArgumentException(refused.reason());
    }
    return "a bundle";
  }

  private static byte[] bytes(String text, int times) {
    return text.repeat(times).getBytes(StandardCharsets.UTF_8);
  }

  /** The local header of a signature that claims a size, and nothing after it. */
  private static Path header(Path folder, long claimed) throws IOException {
    byte[] name = "signature.json".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes = ByteBuffer.allocate(30 + name.length + 100).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0x04034b50).putShort((short) 20).putShort((short) 0).putShort((short) 0);
    bytes.putShort((short) 0).putShort((short) 0x21).putInt((int) new CRC32().getValue());
    bytes.putInt((int) claimed).putInt((int) claimed).putShort((short) name.length);
    bytes.putShort((short) 0).put(name);
    Path file = folder.resolve("claims.zip");
    Files.write(file, bytes.array());
    return file;
  }

  private static Path entries(Path folder) throws IOException {
    Path file = folder.resolve("entries.zip");
    byte[] local = new byte[31];
    ByteBuffer.wrap(local)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0x04034b50)
        .putShort(26, (short) 1);
    local[30] = 'a';
    try (OutputStream out = new java.io.BufferedOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < 1_000_000; i++) {
        out.write(local);
      }
    }
    return file;
  }

  /** 96 MB of zeros in 96 KB, under the name of the first member. */
  private static Path bomb(Path folder) throws IOException {
    Path file = folder.resolve("bomb.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("signature.json"));
      zeros(96L << 20).transferTo(zip);
      zip.closeEntry();
    }
    return file;
  }

  private static InputStream zeros(long size) {
    return new InputStream() {
      private long left = size;

      @Override
      public int read() {
        return left-- > 0 ? 0 : -1;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        if (left <= 0) {
          return -1;
        }
        int read = (int) Math.min(length, left);
        java.util.Arrays.fill(bytes, offset, offset + read, (byte) 0);
        left -= read;
        return read;
      }
    };
  }
}
