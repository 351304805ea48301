package dev.endolith.onnx;

import dev.endolith.error.ArtifactRefusedException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one tensor's head and counts its data. A tensor must hold as many elements as it declares:
 * one that declares more makes a runtime allocate, or read past the end.
 */
final class TensorCheck {
  private static final int DIMS = 1;
  private static final int DATA_TYPE = 2;
  private static final int SEGMENT = 3;
  private static final int FLOAT_DATA = 4;
  private static final int INT32_DATA = 5;
  private static final int STRING_DATA = 6;
  private static final int INT64_DATA = 7;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int DOUBLE_DATA = 10;
  private static final int UINT64_DATA = 11;
  private static final int DOC = 12;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;
  private static final int METADATA = 16;

  private static final int TYPE_INT64 = 7;
  private static final int TYPE_STRING = 8;
  private static final int TYPE_COMPLEX64 = 14;
  private static final int TYPE_COMPLEX128 = 15;

  /** Bits of an element by type; 0 for strings; -1 for what is no type. */
  private static final int[] BITS = {
    -1, 32, 8, 8, 16, 16, 32, 64, 0, 8, 16, 64, 32, 64, 64, 128, 16, 8, 8, 8, 8, 4, 4, 4, 8, 2, 2
  };

  /** Values of a tensor that may be a shape; more dimensions nothing has. */
  private static final int MOST_DIMENSIONS = 32;

  private String name = "";
  private int type;
  private long elements = 1;
  private long counted;
  private long rawBytes = -1;
  private int dataFields;
  private int lastData;
  private final List<Long> values = new ArrayList<>();

  private TensorCheck() {}

  /**
   * Reads a tensor.
   *
   * @throws ArtifactRefusedException if its data is outside of the file, or of another size than it
   *     declares
   */
  static TensorCheck of(WireReader in, long mostBytes) {
    TensorCheck tensor = new TensorCheck();
    int dimensions = 0;
    while (in.next()) {
      switch (in.field()) {
        case DIMS -> {
          if (in.type() == WireReader.BYTES) {
            for (WireReader packed = in.message(); packed.more(); dimensions++) {
              tensor.dimension(packed.varint());
            }
          } else {
            tensor.dimension(in.number());
            dimensions++;
          }
        }
        case DATA_TYPE -> tensor.type = (int) in.number();
        case NAME -> tensor.name = in.text();
        case DOC, METADATA -> in.skip();
        case EXTERNAL_DATA, DATA_LOCATION -> {
          if (in.field() == EXTERNAL_DATA || in.number() != 0) {
            throw refused(
                "data inside the file",
                "a tensor's data is in another file; save the model with its data inside");
          }
        }
        case RAW_DATA -> {
          WireReader raw = in.message();
          tensor.data(RAW_DATA);
          tensor.rawBytes = raw.length();
          if (tensor.rawBytes <= (long) MOST_DIMENSIONS * Long.BYTES
              && tensor.rawBytes % Long.BYTES == 0) {
            while (raw.more()) {
              tensor.values.add(raw.fixed64());
            }
          }
        }
        case FLOAT_DATA -> tensor.fixed(in, FLOAT_DATA, Integer.BYTES);
        case DOUBLE_DATA -> tensor.fixed(in, DOUBLE_DATA, Long.BYTES);
        case INT32_DATA, INT64_DATA, UINT64_DATA -> tensor.varints(in);
        case STRING_DATA -> {
          in.message();
          tensor.data(STRING_DATA);
          tensor.counted++;
        }
        case SEGMENT -> throw refused("whole tensors", "a tensor is one segment of another");
        default -> throw OnnxFirewall.unknownField("a tensor", in.field());
      }
    }
    if (dimensions > MOST_DIMENSIONS) {
      throw refused("at most 32 dimensions", "a tensor has " + dimensions + " dimensions");
    }
    tensor.finish(mostBytes);
    return tensor;
  }

  private void dimension(long length) {
    if (length < 0) {
      throw refused("sizes from 0", "a tensor has a dimension of negative length");
    }
    elements =
        length != 0 && elements > Long.MAX_VALUE / length ? Long.MAX_VALUE : elements * length;
  }

  private void data(int field) {
    if (lastData != field) {
      dataFields++;
      lastData = field;
    }
  }

  private void fixed(WireReader in, int field, int bytes) {
    data(field);
    if (in.type() == WireReader.BYTES) {
      int length = in.message().length();
      if (length % bytes != 0) {
        throw WireReader.broken();
      }
      counted += length / bytes;
    } else {
      in.skip();
      counted++;
    }
  }

  private void varints(WireReader in) {
    data(in.field());
    if (in.type() == WireReader.BYTES) {
      for (WireReader packed = in.message(); packed.more(); ) {
        value(packed.varint());
      }
    } else {
      value(in.number());
    }
  }

  private void value(long value) {
    if (counted++ < MOST_DIMENSIONS) {
      values.add(value);
    }
  }

  private void finish(long mostBytes) {
    int bits = type > 0 && type < BITS.length ? BITS[type] : -1;
    if (bits < 0) {
      throw refused("known types", "a tensor has elements of an unknown type");
    }
    long perByte = bits == 0 ? 1 : Math.max(1, bits / 8);
    if (elements > mostBytes / perByte) {
      throw refused(
          "at most " + mostBytes + " bytes a tensor",
          "a tensor declares " + elements + " elements, more than " + mostBytes + " bytes");
    }
    boolean fits;
    if (dataFields == 0) {
      fits = elements == 0;
    } else if (rawBytes >= 0) {
      fits = bits > 0 && rawBytes == (elements * bits + 7) / 8;
    } else {
      fits = counted == typed(bits);
    }
    if (dataFields > 1 || !fits) {
      throw refused(
          "as much data as declared",
          "a tensor declares " + elements + " elements and holds another number of them");
    }
  }

  /** How many numbers the typed fields hold for the elements declared. */
  private long typed(int bits) {
    if (type == TYPE_COMPLEX64 || type == TYPE_COMPLEX128) {
      return 2 * elements;
    }
    return bits > 0 && bits < 8 ? (elements * bits + 7) / 8 : elements;
  }

  String name() {
    return name;
  }

  boolean isText() {
    return type == TYPE_STRING;
  }

  /** The product of its values if it is a short list of integers, as shapes are; else 1. */
  long asShape() {
    long product = 1;
    if (type == TYPE_INT64) {
      for (long value : values) {
        long length = Math.max(1, value);
        product = product > Long.MAX_VALUE / length ? Long.MAX_VALUE : product * length;
      }
    }
    return product;
  }

  private static ArtifactRefusedException refused(String rule, String message) {
    return new ArtifactRefusedException(OnnxFormat.NAME, rule, message);
  }
}
