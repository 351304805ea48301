package dev.endolith.registry.signing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/*
 * The bytes of a zip file (PKWARE APPNOTE 6.3.9) around members that are stored as they are, all
 * with one date: what stands before each member and after the last is a function of the members'
 * names, sizes and checksums. An archive so has one encoding, which a reader compares byte by byte
 * instead of believing any of it. Zip64 is used where a field is too small, and only there.
 */
final class StoredZip {
  /** What a zip calls a member, besides its content. */
  record Member(String name, long size, long crc) {}

  /** The local header of a name of no bytes, without an extra field. */
  static final int LOCAL_BYTES = 30;

  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR_BYTES = 20;

  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR = 0x07064b50;
  private static final short ZIP64_EXTRA = 1;
  private static final short VERSION_20 = 20;
  private static final short VERSION_45 = 45;

  /** 1 January 1980, the first day of the format. */
  private static final short DATE = 0x21;

  private static final long LIMIT32 = 0xffffffffL;
  private static final int LIMIT16 = 0xffff;

  private StoredZip() {}

  /** What stands before a member. */
  static byte[] localHeader(Member member) {
    boolean large = member.size() >= LIMIT32;
    byte[] name = name(member);
    byte[] header = new byte[LOCAL_BYTES + name.length + (large ? 20 : 0)];
    ByteBuffer bytes = buffer(header);
    bytes.putInt(LOCAL).putShort(large ? VERSION_45 : VERSION_20);
    common(bytes, member, large, name, large ? 20 : 0);
    bytes.put(name);
    if (large) {
      bytes
          .putShort(ZIP64_EXTRA)
          .putShort((short) 16)
          .putLong(member.size())
          .putLong(member.size());
    }
    return header;
  }

  /** What stands after the last member. */
  static byte[] directory(List<Member> members) {
    long size = directorySize(members);
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("an archive has too many members, " + members.size());
    }
    byte[] directory = new byte[(int) size];
    ByteBuffer bytes = buffer(directory);
    long offset = 0;
    for (Member member : members) {
      central(bytes, member, offset);
      offset += localHeader(member).length + member.size();
    }
    end(bytes, members.size(), offset);
    return directory;
  }

  /** How many bytes an archive has. */
  static long size(List<Member> members) {
    long size = directorySize(members);
    for (Member member : members) {
      size = Math.addExact(size, Math.addExact(member.size(), localHeader(member).length));
    }
    return size;
  }

  private static void central(ByteBuffer bytes, Member member, long offset) {
    boolean large = member.size() >= LIMIT32;
    boolean far = offset >= LIMIT32;
    int extra = extraBytes(large, far);
    byte[] name = name(member);
    bytes.putInt(CENTRAL).putShort(VERSION_45).putShort(large || far ? VERSION_45 : VERSION_20);
    common(bytes, member, large, name, extra);
    bytes.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
    bytes.putInt((int) Math.min(offset, LIMIT32)).put(name);
    if (extra > 0) {
      bytes.putShort(ZIP64_EXTRA).putShort((short) (extra - 4));
      if (large) {
        bytes.putLong(member.size()).putLong(member.size());
      }
      if (far) {
        bytes.putLong(offset);
      }
    }
  }

  /** From the flags to the length of the extra field: the same in both headers. */
  private static void common(
      ByteBuffer bytes, Member member, boolean large, byte[] name, int extra) {
    int size = large ? (int) LIMIT32 : (int) member.size();
    bytes.putShort((short) 0).putShort((short) 0).putShort((short) 0).putShort(DATE);
    bytes.putInt((int) member.crc()).putInt(size).putInt(size);
    bytes.putShort((short) name.length).putShort((short) extra);
  }

  private static void end(ByteBuffer bytes, int count, long offset) {
    long size = bytes.position();
    if (isLarge(count, offset)) {
      bytes.putInt(END64).putLong(END64_BYTES - 12L).putShort(VERSION_45).putShort(VERSION_45);
      bytes.putInt(0).putInt(0).putLong(count).putLong(count).putLong(size).putLong(offset);
      bytes.putInt(LOCATOR).putInt(0).putLong(offset + size).putInt(1);
    }
    short shown = (short) Math.min(count, LIMIT16);
    bytes.putInt(END).putShort((short) 0).putShort((short) 0).putShort(shown).putShort(shown);
    bytes.putInt((int) size).putInt((int) Math.min(offset, LIMIT32)).putShort((short) 0);
  }

  private static long directorySize(List<Member> members) {
    long size = END_BYTES;
    long offset = 0;
    for (Member member : members) {
      boolean large = member.size() >= LIMIT32;
      size += CENTRAL_BYTES + name(member).length + extraBytes(large, offset >= LIMIT32);
      offset = Math.addExact(offset, Math.addExact(member.size(), localHeader(member).length));
    }
    return size + (isLarge(members.size(), offset) ? END64_BYTES + LOCATOR_BYTES : 0);
  }

  private static boolean isLarge(int count, long offset) {
    return count >= LIMIT16 || offset >= LIMIT32;
  }

  private static int extraBytes(boolean large, boolean far) {
    return large || far ? 4 + (large ? 16 : 0) + (far ? 8 : 0) : 0;
  }

  private static byte[] name(Member member) {
    return member.name().getBytes(StandardCharsets.US_ASCII);
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
