package dev.endolith.onnx;

import dev.endolith.error.ArtifactRefusedException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the protobuf wire format without a generated class, so that no jar is needed and no field
 * is passed over. Views of one array; nothing is copied. Confined to one thread.
 */
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private static final int MOST_VARINT_BYTES = 10;

  private final byte[] data;
  private final int end;
  private int at;
  private int field;
  private int type;

  private WireReader(byte[] data, int from, int end) {
    this.data = data;
    this.at = from;
    this.end = end;
  }

  static WireReader of(byte[] data) {
    return new WireReader(data, 0, data.length);
  }

  /** Goes to the next field; false at the end. Its value must then be read once. */
  boolean next() {
    if (at >= end) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    type = (int) (tag & 7);
    if (tag >>> 32 != 0 || field == 0 || (type > BYTES && type != FIXED32)) {
      throw broken();
    }
    return true;
  }

  int field() {
    return field;
  }

  int type() {
    return type;
  }

  /** Whether bytes are left; for packed numbers. */
  boolean more() {
    return at < end;
  }

  int length() {
    return end - at;
  }

  long varint() {
    long value = 0;
    for (int i = 0; i < MOST_VARINT_BYTES; i++) {
      if (at >= end) {
        throw broken();
      }
      byte b = data[at++];
      value |= (long) (b & 0x7F) << (7 * i);
      if (b >= 0) {
        return value;
      }
    }
    throw broken();
  }

  /** A number of a field that is one. */
  long number() {
    if (type != VARINT) {
      throw broken();
    }
    return varint();
  }

  long fixed64() {
    if (end - at < Long.BYTES) {
      throw broken();
    }
    long value = 0;
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      value = (value << 8) | (data[at + i] & 0xFF);
    }
    at += Long.BYTES;
    return value;
  }

  /** The bytes of a field, as a reader of them. */
  WireReader message() {
    if (type != BYTES) {
      throw broken();
    }
    long length = varint();
    if (length < 0 || length > end - at) {
      throw broken();
    }
    WireReader inside = new WireReader(data, at, at + (int) length);
    at += (int) length;
    return inside;
  }

  String text() {
    WireReader inside = message();
    return new String(data, inside.at, inside.length(), StandardCharsets.UTF_8);
  }

  void skip() {
    switch (type) {
      case VARINT -> varint();
      case BYTES -> message();
      default -> skip(type == FIXED64 ? Long.BYTES : Integer.BYTES);
    }
  }

  private void skip(int bytes) {
    if (end - at < bytes) {
      throw broken();
    }
    at += bytes;
  }

  static ArtifactRefusedException broken() {
    return new ArtifactRefusedException(
        OnnxFormat.NAME, "well-formed", "the content is not an ONNX model in protobuf form");
  }
}
