package dev.endolith.serving.http;

/** The protocol's types of elements, with their bytes in the binary extension. */
enum Datatype {
  BOOL(Kind.BOOL, 1, 0, 1),
  UINT8(Kind.INTEGER, 1, 0, 0xff),
  UINT16(Kind.INTEGER, 2, 0, 0xffff),
  UINT32(Kind.INTEGER, 4, 0, 0xffff_ffffL),
  UINT64(Kind.INTEGER, 8, 0, -1),
  INT8(Kind.INTEGER, 1, Byte.MIN_VALUE, Byte.MAX_VALUE),
  INT16(Kind.INTEGER, 2, Short.MIN_VALUE, Short.MAX_VALUE),
  INT32(Kind.INTEGER, 4, Integer.MIN_VALUE, Integer.MAX_VALUE),
  INT64(Kind.INTEGER, 8, Long.MIN_VALUE, Long.MAX_VALUE),
  FP16(Kind.FLOAT, 2, 0, 0),
  BF16(Kind.FLOAT, 2, 0, 0),
  FP32(Kind.FLOAT, 4, 0, 0),
  FP64(Kind.FLOAT, 8, 0, 0),
  BYTES(Kind.TEXT, 4, 0, 0);

  /** How elements are kept in memory. */
  enum Kind {
    /** 0 or 1 in a long. */
    BOOL,
    /** A long; its bits as they are for UINT64. */
    INTEGER,
    /** A double. */
    FLOAT,
    /** A string. */
    TEXT
  }

  private final Kind kind;
  private final int bytes;
  private final long least;
  private final long most;

  Datatype(Kind kind, int bytes, long least, long most) {
    this.kind = kind;
    this.bytes = bytes;
    this.least = least;
    this.most = most;
  }

  static Datatype of(String name) {
    for (Datatype type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw Problem.bad("datatype " + Problem.shown(name) + " is none of the protocol's");
  }

  Kind kind() {
    return kind;
  }

  /** Bytes of an element; of BYTES the least: its length. */
  int bytes() {
    return bytes;
  }

  /** Whether a signed value is one of this type; UINT64 is unsigned and checked by its reader. */
  boolean holds(long value) {
    return this == UINT64 ? value >= 0 : value >= least && value <= most;
  }
}
