package dev.endolith.onnx;

import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.model.ContentFirewall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/*
 * Every byte of a file is walked before the runtime, which is native code, sees it. The walk knows
 * every field of onnx.proto and refuses the ones that it does not know, so that a newer runtime
 * cannot find in them what was not looked at. Refused are:
 *
 *  1. data outside of the file, in any tensor wherever it is (CVE-2024-27318, CVE-2026-27489 and
 *     others read files outside of the model's folder);
 *  2. tensors that declare another number of elements than they hold;
 *  3. operators outside of ONNX itself, which are looked up in loaded native code, functions and
 *     training graphs;
 *  4. graphs that are deep or large (a nested "If" of 3.6 KB kept a runtime busy for a minute),
 *     loops, whose time is not bounded by the file, and shapes in the file that make large tensors
 *     of a few bytes;
 *  5. messages that are given twice, which parsers merge.
 */
final class OnnxFirewall {
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml");
  private static final int MOST_BYTES = 1 << 30;
  private static final long MOST_TENSOR_BYTES = 1L << 29;

  /** Elements that an operator may be told to make: half a gigabyte of floats. */
  private static final long MOST_MADE = 1L << 27;

  private static final int MOST_NODES = 100_000;
  private static final int MOST_GRAPHS = 6;
  private static final int MOST_TYPES = 16;

  /** Operators whose input of this position is the shape of what they make. */
  private static final Map<String, Integer> SHAPED_BY =
      Map.of("ConstantOfShape", 0, "Expand", 1, "Tile", 1, "Resize", 3, "Upsample", 1, "Pad", 1);

  private static final Set<String> UNBOUNDED = Set.of("Loop");

  private int nodes;
  private final List<String> classes = new ArrayList<>();
  private final List<OnnxValue> inputs = new ArrayList<>();
  private final List<OnnxValue> outputs = new ArrayList<>();
  private final Set<String> initialized = new HashSet<>();
  private String producer = "";
  private String binding = "";

  private OnnxFirewall() {}

  /** A file that was let through. */
  record Checked(OnnxSignature signature, String binding) {}

  static Checked check(byte[] content) {
    ContentFirewall.check(OnnxFormat.NAME, content);
    if (content.length > MOST_BYTES) {
      throw refused("at most 1 GiB", "the model has " + content.length + " bytes");
    }
    OnnxFirewall walk = new OnnxFirewall();
    walk.model(WireReader.of(content));
    walk.inputs.removeIf(input -> walk.initialized.contains(input.name()));
    return new Checked(
        new OnnxSignature(walk.inputs, walk.outputs, walk.classes, walk.producer), walk.binding);
  }

  private void model(WireReader in) {
    boolean graph = false;
    boolean opset = false;
    while (in.next()) {
      switch (in.field()) {
        case 1, 5 -> in.number();
        case 2 -> producer = in.text();
        case 3, 4, 6 -> in.skip();
        case 7 -> {
          if (graph) {
            throw refused("one graph", "the model has two graphs");
          }
          graph = true;
          graph(in.message(), 1, true);
        }
        case 8 -> {
          opset = true;
          opset(in.message());
        }
        case 14 -> metadata(in.message());
        case 20 -> throw refused("no training graph", "the model brings a training graph");
        case 25 -> throw refused("no functions", "the model brings functions of its own");
        default -> throw unknownField("the model", in.field());
      }
    }
    if (!graph || !opset) {
      throw WireReader.broken();
    }
  }

  private static void opset(WireReader in) {
    while (in.next()) {
      switch (in.field()) {
        case 1 -> domain(in.text());
        case 2 -> in.number();
        default -> throw unknownField("an operator set", in.field());
      }
    }
  }

  private static void domain(String domain) {
    if (!DOMAINS.contains(domain)) {
      throw refused(
          "operators of ONNX only",
          "the model uses operators outside of ONNX's own domains " + DOMAINS);
    }
  }

  private void metadata(WireReader in) {
    String key = "";
    String value = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.text();
        case 2 -> value = in.text();
        default -> throw unknownField("an entry", in.field());
      }
    }
    if (key.equals(OnnxModel.BINDING)) {
      binding = value; // appended later, counts later
    }
  }

  private void graph(WireReader in, int depth, boolean outermost) {
    if (depth > MOST_GRAPHS) {
      throw refused(
          "at most " + MOST_GRAPHS + " graphs deep",
          "the model's graphs are nested deeper than " + MOST_GRAPHS);
    }
    Map<String, Long> shapes = new HashMap<>();
    Map<String, String> shapedBy = new HashMap<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> node(in.message(), depth, shapes, shapedBy);
        case 2, 10, 14, 16 -> in.skip();
        case 5 -> {
          TensorCheck tensor = TensorCheck.of(in.message(), MOST_TENSOR_BYTES);
          shapes.put(tensor.name(), tensor.asShape());
          if (outermost) {
            initialized.add(tensor.name());
          }
        }
        case 11, 12 -> {
          OnnxValue value = value(in.message());
          if (outermost) {
            (in.field() == 11 ? inputs : outputs).add(value);
          }
        }
        case 13 -> value(in.message());
        case 15 -> sparse(in.message());
        default -> throw unknownField("a graph", in.field());
      }
    }
    shapedBy.forEach((name, operator) -> made(shapes.getOrDefault(name, 1L), operator));
  }

  private static void made(long elements, String operator) {
    if (elements > MOST_MADE) {
      throw refused(
          "at most " + MOST_MADE + " elements made",
          "the model makes " + elements + " elements out of a shape in the file, by " + operator);
    }
  }

  private void node(
      WireReader in, int depth, Map<String, Long> shapes, Map<String, String> shapedBy) {
    if (++nodes > MOST_NODES) {
      throw refused("at most " + MOST_NODES + " nodes", "the model has more than " + MOST_NODES);
    }
    List<String> given = new ArrayList<>();
    List<String> made = new ArrayList<>();
    String operator = "";
    long constant = 1;
    long shape = 1;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> given.add(in.text());
        case 2 -> made.add(in.text());
        case 4 -> operator = in.text();
        case 5 -> {
          Attribute attribute = attribute(in.message(), depth);
          constant = Math.max(constant, attribute.tensor());
          shape = attribute.name().equals("shape") ? attribute.product() : shape;
          constant =
              attribute.name().equals("value_ints")
                  ? Math.max(constant, attribute.product())
                  : constant;
        }
        case 3, 6, 8, 9 -> in.skip();
        case 7 -> domain(in.text());
        default -> throw unknownField("a node", in.field());
      }
    }
    if (UNBOUNDED.contains(operator)) {
      throw refused("no loops", "the model has a loop, whose time nothing in the file bounds");
    }
    made(shape, "a shape of its own"); // RandomNormal and its like
    if (operator.equals("Constant")) {
      for (String name : made) {
        shapes.put(name, constant);
      }
    }
    Integer position = SHAPED_BY.get(operator);
    if (position != null && position < given.size()) {
      shapedBy.put(given.get(position), operator);
    }
  }

  /** What is needed of an attribute: its name, the product of its integers, a tensor as a shape. */
  private record Attribute(String name, long product, long tensor) {}

  private Attribute attribute(WireReader in, int depth) {
    String name = "";
    long product = 1;
    long tensor = 1;
    List<String> labels = new ArrayList<>();
    Set<Integer> once = new HashSet<>();
    while (in.next()) {
      int field = in.field();
      if ((field == 5 || field == 6 || field == 14 || field == 22) && !once.add(field)) {
        throw refused("messages once", "an attribute gives its value twice");
      }
      switch (field) {
        case 1 -> name = in.text();
        case 2, 3, 4, 7, 13, 20, 21 -> in.skip();
        case 5, 10 -> {
          TensorCheck value = TensorCheck.of(in.message(), MOST_TENSOR_BYTES);
          tensor = Math.max(tensor, value.asShape());
        }
        case 6, 11 -> graph(in.message(), depth + 1, false);
        case 8 -> {
          WireReader values = in.type() == WireReader.BYTES ? in.message() : null;
          if (values == null) {
            long value = in.number();
            labels.add(Long.toString(value));
            product = product(product, value);
          } else {
            while (values.more()) {
              long value = values.varint();
              labels.add(Long.toString(value));
              product = product(product, value);
            }
          }
        }
        case 9 -> labels.add(in.text());
        case 14, 15 -> type(in.message(), 0, new Declared());
        case 22, 23 -> sparse(in.message());
        default -> throw unknownField("an attribute", in.field());
      }
    }
    if (name.startsWith("classlabels_") && classes.isEmpty()) {
      classes.addAll(labels); // the ZipMap after a classifier repeats them
    }
    return new Attribute(name, product, tensor);
  }

  private static long product(long product, long value) {
    long length = Math.max(1, value);
    return product > Long.MAX_VALUE / length ? Long.MAX_VALUE : product * length;
  }

  private static void sparse(WireReader in) {
    long elements = 1;
    while (in.next()) {
      switch (in.field()) {
        case 1, 2 -> TensorCheck.of(in.message(), MOST_TENSOR_BYTES);
        case 3 -> {
          if (in.type() == WireReader.BYTES) {
            for (WireReader packed = in.message(); packed.more(); ) {
              elements = product(elements, packed.varint());
            }
          } else {
            elements = product(elements, in.number());
          }
        }
        default -> throw unknownField("a sparse tensor", in.field());
      }
    }
    made(elements, "a sparse tensor");
  }

  /** What a type turned out to be. */
  private static final class Declared {
    private OnnxValue.Kind kind = OnnxValue.Kind.OTHER;
    private OnnxType type = OnnxType.OTHER;
    private final List<Long> shape = new ArrayList<>();
  }

  private static OnnxValue value(WireReader in) {
    String name = "";
    Declared declared = new Declared();
    boolean typed = false;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 2 -> {
          if (typed) {
            throw refused("messages once", "a value gives its type twice");
          }
          typed = true;
          type(in.message(), 0, declared);
        }
        case 3, 4 -> in.skip();
        default -> throw unknownField("a value", in.field());
      }
    }
    return new OnnxValue(name, declared.kind, declared.type, declared.shape);
  }

  private static void type(WireReader in, int depth, Declared declared) {
    if (depth > MOST_TYPES) {
      throw refused("types at most " + MOST_TYPES + " deep", "a type is nested too deep");
    }
    while (in.next()) {
      switch (in.field()) {
        case 1 -> tensorType(in.message(), depth == 0, declared);
        case 4 -> {
          Declared item = new Declared();
          elementType(in.message(), depth, item);
          if (depth == 0 && item.kind == OnnxValue.Kind.MAPS) {
            declared.kind = OnnxValue.Kind.MAPS;
            declared.type = item.type;
          }
        }
        case 5 -> mapType(in.message(), depth, declared);
        case 8 -> tensorType(in.message(), false, new Declared());
        case 9 -> elementType(in.message(), depth, new Declared());
        case 6 -> in.skip();
        default -> throw unknownField("a type", in.field());
      }
    }
  }

  private static void elementType(WireReader in, int depth, Declared item) {
    while (in.next()) {
      if (in.field() != 1) {
        throw unknownField("a type", in.field());
      }
      type(in.message(), depth + 1, item);
    }
  }

  private static void mapType(WireReader in, int depth, Declared declared) {
    while (in.next()) {
      switch (in.field()) {
        case 1 -> {
          declared.kind = OnnxValue.Kind.MAPS;
          declared.type = OnnxType.of(in.number());
        }
        case 2 -> type(in.message(), depth + 1, new Declared());
        default -> throw unknownField("a type", in.field());
      }
    }
  }

  private static void tensorType(WireReader in, boolean counts, Declared declared) {
    while (in.next()) {
      switch (in.field()) {
        case 1 -> {
          long type = in.number();
          if (counts) {
            declared.kind = OnnxValue.Kind.TENSOR;
            declared.type = OnnxType.of(type);
          }
        }
        case 2 -> {
          for (WireReader shape = in.message(); shape.next(); ) {
            if (shape.field() != 1) {
              throw unknownField("a shape", shape.field());
            }
            long length = -1;
            for (WireReader dim = shape.message(); dim.next(); ) {
              switch (dim.field()) {
                case 1 -> length = Math.max(-1, dim.number());
                case 2, 3 -> dim.skip();
                default -> throw unknownField("a dimension", dim.field());
              }
            }
            if (counts) {
              declared.shape.add(length == 0 ? -1 : length);
            }
          }
        }
        default -> throw unknownField("a type", in.field());
      }
    }
  }

  static ArtifactRefusedException unknownField(String where, int field) {
    return refused(
        "known fields only",
        where + " has field " + field + ", which is not of ONNX as it is known here");
  }

  private static ArtifactRefusedException refused(String rule, String message) {
    return new ArtifactRefusedException(OnnxFormat.NAME, rule, message);
  }
}
