package dev.endolith.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a tensor's elements from JSON, nested or flat, or from the binary extension. */
final class TensorReader {
  private static final int UINT64_BITS = 64;

  private TensorReader() {}

  /** Reads an array; the parser stands at its beginning. */
  static void json(JsonParser parser, WireTensor into) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw Problem.bad(at(into) + "data is an array");
    }
    if (into.datatype() == Datatype.FP16 || into.datatype() == Datatype.BF16) {
      throw Problem.bad(at(into) + into.datatype() + " is for binary data only; use FP32");
    }
    JsonToken first = parser.nextToken();
    int read =
        first == JsonToken.START_ARRAY && into.rank() > 1
            ? nested(parser, into, 0, 0)
            : elements(parser, into, 0, into.size());
    if (read != into.size()) {
      throw count(into, "has too few");
    }
  }

  /** Reads the arrays of one level below {@code dimension}; the parser stands at the first. */
  private static int nested(JsonParser parser, WireTensor into, int dimension, int from)
      throws IOException {
    int next = from;
    int arrays = 0;
    int inner = dimension + 1;
    while (parser.currentToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw Problem.bad(at(into) + "data is nested in one place and flat in another");
      }
      if (++arrays > into.length(dimension)) {
        throw count(into, "has too many");
      }
      parser.nextToken();
      int before = next;
      if (inner == into.rank() - 1) {
        next = elements(parser, into, next, next + into.length(inner));
        if (next - before != into.length(inner)) {
          throw count(into, "has too few");
        }
      } else {
        next = nested(parser, into, inner, next);
      }
      parser.nextToken();
    }
    if (arrays != into.length(dimension)) {
      throw count(into, "has too few");
    }
    return next;
  }

  private static int elements(JsonParser parser, WireTensor into, int from, int end)
      throws IOException {
    int i = from;
    for (; parser.currentToken() != JsonToken.END_ARRAY; parser.nextToken()) {
      if (i == end) {
        throw count(into, "has too many");
      }
      element(parser, into, i++);
    }
    return i;
  }

  private static void element(JsonParser parser, WireTensor into, int i) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      into.setMissing(i);
      return;
    }
    switch (into.datatype().kind()) {
      case BOOL -> {
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
          throw wrong(into, i);
        }
        into.set(i, token == JsonToken.VALUE_TRUE ? 1L : 0L);
      }
      case INTEGER -> into.set(i, whole(parser, into, i));
      case FLOAT -> {
        if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
          throw wrong(into, i);
        }
        double value = parser.getDoubleValue();
        into.set(i, finite(into.datatype() == Datatype.FP32 ? (float) value : value, into, i));
      }
      case TEXT -> {
        if (token != JsonToken.VALUE_STRING) {
          throw wrong(into, i);
        }
        into.set(i, parser.getText());
      }
    }
  }

  private static long whole(JsonParser parser, WireTensor into, int i) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw wrong(into, i);
    }
    if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      long value = parser.getLongValue();
      if (into.datatype().holds(value)) {
        return value;
      }
    } else if (into.datatype() == Datatype.UINT64) {
      BigInteger value = parser.getBigIntegerValue();
      if (value.signum() > 0 && value.bitLength() <= UINT64_BITS) {
        return value.longValue();
      }
    }
    throw wrong(into, i);
  }

  private static double finite(double value, WireTensor into, int i) {
    if (!Double.isFinite(value)) {
      throw wrong(into, i);
    }
    return value;
  }

  /** Reads exactly {@code length} bytes; the tensor's size was compared with them before. */
  static void binary(byte[] body, int offset, int length, WireTensor into) {
    ByteBuffer bytes = ByteBuffer.wrap(body, offset, length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < into.size(); i++) {
      switch (into.datatype()) {
        case BOOL -> {
          byte value = bytes.get();
          if (value != 0 && value != 1) {
            throw wrong(into, i);
          }
          into.set(i, (long) value);
        }
        case UINT8 -> into.set(i, bytes.get() & 0xffL);
        case UINT16 -> into.set(i, bytes.getShort() & 0xffffL);
        case UINT32 -> into.set(i, bytes.getInt() & 0xffff_ffffL);
        case INT8 -> into.set(i, (long) bytes.get());
        case INT16 -> into.set(i, (long) bytes.getShort());
        case INT32 -> into.set(i, (long) bytes.getInt());
        case UINT64, INT64 -> into.set(i, bytes.getLong());
        case FP16 -> into.set(i, half(bytes.getShort()));
        case BF16 -> into.set(i, (double) Float.intBitsToFloat(bytes.getShort() << 16));
        case FP32 -> into.set(i, (double) bytes.getFloat());
        case FP64 -> into.set(i, bytes.getDouble());
        case BYTES -> into.set(i, text(bytes, into, i));
      }
    }
    if (bytes.hasRemaining()) {
      throw count(into, "has more bytes than");
    }
  }

  private static String text(ByteBuffer bytes, WireTensor into, int i) {
    long length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt() & 0xffff_ffffL;
    if (length < 0 || length > bytes.remaining()) {
      throw count(into, "has fewer bytes than");
    }
    ByteBuffer slice = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
    } catch (CharacterCodingException e) {
      throw Problem.bad(at(into) + "element " + i + " is not UTF-8");
    }
  }

  /** IEEE 754 binary16 to double: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. */
  static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        switch (exponent) {
          case 0 -> Math.scalb((double) fraction, -24);
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb((double) (fraction | 0x400), exponent - 25);
        };
    return bits < 0 ? -size : size;
  }

  private static String at(WireTensor tensor) {
    return "input " + Problem.shown(tensor.name()) + ": ";
  }

  private static Problem wrong(WireTensor tensor, int i) {
    int row =
        tensor.rank() > 1 && tensor.length(0) > 0 ? i / (tensor.size() / tensor.length(0)) : i;
    return Problem.bad(
        "row "
            + row
            + ", column "
            + Problem.shown(tensor.name())
            + ": the element is no "
            + tensor.datatype());
  }

  private static Problem count(WireTensor tensor, String what) {
    return Problem.bad(at(tensor) + "data " + what + " elements: its shape needs " + tensor.size());
  }
}
