package dev.endolith.onnx;

/** The types of elements that ONNX tensors have, as far as rows can be bound to them. */
public enum OnnxType {
  /** 32-bit floating point. */
  FLOAT,
  /** 64-bit floating point. */
  DOUBLE,
  /** 32-bit integer. */
  INT32,
  /** 64-bit integer. */
  INT64,
  /** True or false. */
  BOOL,
  /** Text. */
  STRING,
  /** Any other; no column can be bound to it. */
  OTHER;

  private static final int CODE_FLOAT = 1;
  private static final int CODE_INT32 = 6;
  private static final int CODE_INT64 = 7;
  private static final int CODE_STRING = 8;
  private static final int CODE_BOOL = 9;
  private static final int CODE_DOUBLE = 11;

  /** The type of a number in the file ({@code TensorProto.DataType}). */
  static OnnxType of(long code) {
    return switch ((int) code) {
      case CODE_FLOAT -> FLOAT;
      case CODE_DOUBLE -> DOUBLE;
      case CODE_INT32 -> INT32;
      case CODE_INT64 -> INT64;
      case CODE_BOOL -> BOOL;
      case CODE_STRING -> STRING;
      default -> OTHER;
    };
  }
}
