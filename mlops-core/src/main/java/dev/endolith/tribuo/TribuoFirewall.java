package dev.endolith.tribuo;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil.HashType;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.MissingDependencyException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tribuo.protos.core.ModelProto;

/*
 * Tribuo's loader takes class names from the file, and Class.forName runs the static initialiser of
 * whatever class is named before its type is looked at. So every message in the file is walked first,
 * by its descriptor, and every class name in it must begin with an allowed package.
 *
 * Payloads are Any messages: one whose type is not among those that Tribuo's own jars declare is
 * refused, because what it holds could not be walked.
 */
final class TribuoFirewall {
  private static final List<String> ALLOWED = List.of("org.tribuo.", "com.oracle.labs.mlrg.olcut.");

  /** What stands beside a hash in the provenance: no class is made of it. */
  private static final Set<String> HASHES =
      Arrays.stream(HashType.values()).map(HashType::name).collect(Collectors.toUnmodifiableSet());

  /** Far more than any model needs: an ensemble of ensembles is about 30 deep. */
  private static final int MAX_DEPTH = 64;

  /**
   * Where the message types of Tribuo's modules are declared; those whose jar is absent are
   * skipped.
   */
  private static final List<String> DECLARATIONS =
      List.of(
          "com.oracle.labs.mlrg.olcut.config.protobuf.protos.OlcutProto",
          "org.tribuo.protos.core.TribuoCore",
          "org.tribuo.protos.core.TribuoCoreImpl",
          "org.tribuo.math.protos.TribuoMath",
          "org.tribuo.math.protos.TribuoMathImpl",
          "org.tribuo.common.sgd.protos.TribuoCommonSgd",
          "org.tribuo.common.tree.protos.TribuoTree",
          "org.tribuo.classification.protos.TribuoClassificationCore",
          "org.tribuo.classification.sgd.protos.TribuoClassificationSgd",
          "org.tribuo.anomaly.protos.TribuoAnomalyCore",
          "org.tribuo.anomaly.libsvm.protos.TribuoAnomalyLibsvm",
          "org.tribuo.clustering.protos.TribuoClusteringCore",
          "org.tribuo.clustering.kmeans.protos.TribuoClusteringKmeans",
          "org.tribuo.common.libsvm.protos.TribuoLibsvm",
          "org.tribuo.common.xgboost.protos.TribuoXgboost",
          "org.tribuo.regression.protos.TribuoRegressionCore",
          "org.tribuo.regression.rtree.protos.TribuoRegressionTree",
          "org.tribuo.regression.sgd.protos.TribuoRegressionSgd");

  /** A value of an enumeration in the provenance, whose class is named in {@link #ADDITIONAL}. */
  private static final String SIMPLE_PROVENANCE = "SimpleProvenanceProto";

  private static final String ADDITIONAL = "additional";

  private final List<String> allowed;

  /**
   * Creates a firewall.
   *
   * @param more beginnings of class names to allow beside those of Tribuo
   */
  TribuoFirewall(List<String> more) {
    this.allowed = Stream.concat(ALLOWED.stream(), more.stream()).toList();
  }

  void check(ModelProto model) {
    walk(model, Types.KNOWN, 0);
  }

  private void walk(Message message, TypeRegistry types, int depth) {
    if (depth > MAX_DEPTH) {
      throw new ArtifactRefusedException(
          TribuoFormat.NAME,
          "at most " + MAX_DEPTH + " levels",
          "the model is nested deeper than " + MAX_DEPTH + " levels");
    }
    if (message.getDescriptorForType().getFullName().equals(Any.getDescriptor().getFullName())) {
      payload(message, types, depth);
      return;
    }
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      FieldDescriptor descriptor = field.getKey();
      if (descriptor.getJavaType() == FieldDescriptor.JavaType.STRING && namesClass(descriptor)) {
        values(field.getValue()).forEach(name -> allow((String) name));
      } else if (descriptor.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        values(field.getValue()).forEach(child -> walk((Message) child, types, depth + 1));
      }
    }
  }

  /**
   * Whether a text may be taken for the name of a class. What stands beside a value of the
   * provenance is one or the name of a hash, which has no class of that name.
   */
  private static boolean namesClass(FieldDescriptor field) {
    return field.getName().endsWith("class_name")
        || (field.getName().equals(ADDITIONAL)
            && field.getContainingType().getName().equals(SIMPLE_PROVENANCE));
  }

  private void payload(Message any, TypeRegistry types, int depth) {
    Any content;
    try {
      content = Any.parseFrom(any.toByteString());
      Descriptor type = types.getDescriptorForTypeUrl(content.getTypeUrl());
      if (type == null && content.getTypeUrl().contains(".xgboost.")) {
        throw new MissingDependencyException(
            TribuoFormat.NAME,
            "org.tribuo:tribuo-classification-xgboost",
            "the model is one of boosted trees; add org.tribuo:tribuo-classification-xgboost, or"
                + " tribuo-regression-xgboost, to the class path");
      }
      if (type == null) {
        throw new ArtifactRefusedException(
            TribuoFormat.NAME,
            "known payloads only",
            "the model holds a payload whose type no Tribuo jar on the class path declares");
      }
      walk(DynamicMessage.parseFrom(type, content.getValue()), types, depth + 1);
    } catch (InvalidProtocolBufferException e) {
      throw new ArtifactRefusedException(
          TribuoFormat.NAME, "well-formed", "a payload in the model is not well-formed", e);
    }
  }

  private static List<?> values(Object value) {
    return value instanceof List<?> list ? list : List.of(value);
  }

  private void allow(String className) {
    boolean harmless = className.isEmpty() || HASHES.contains(className);
    if (!harmless && allowed.stream().noneMatch(className::startsWith)) {
      throw new ArtifactRefusedException(
          TribuoFormat.NAME,
          "classes of " + allowed,
          "the model names a class outside "
              + allowed
              + "; it was not loaded. If its classes are yours, give the workspace"
              + " TribuoFormat.allowing(their package)");
    }
  }

  /** Built on first use; the names are constants of this class, never of the content. */
  private static final class Types {
    private static final TypeRegistry KNOWN = types();

    private static TypeRegistry types() {
      TypeRegistry.Builder known = TypeRegistry.newBuilder();
      for (String name : DECLARATIONS) {
        try {
          FileDescriptor file =
              (FileDescriptor) Class.forName(name).getMethod("getDescriptor").invoke(null);
          known.add(file.getMessageTypes());
        } catch (ReflectiveOperationException | LinkageError e) {
          // that module is not on the class path, so no payload of it can be loaded either
        }
      }
      return known.build();
    }
  }
}
