package dev.endolith.tribuo;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.endolith.data.Field;
import dev.endolith.data.Task;
import dev.endolith.error.SchemaMismatchException;
import dev.endolith.registry.Candidate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.Model;
import org.tribuo.VariableInfo;
import org.tribuo.protos.core.ModelProto;

/** A model that Tribuo trained elsewhere. */
final class TribuoImport {
  private static final int SHOWN = 5;

  private TribuoImport() {}

  static Candidate candidate(byte[] content, Task<?, ?> task) {
    byte[] copy = content.clone();
    new TribuoFormat()
        .load(copy, task)
        .close(); // by all rules of the format, before it is read here
    Set<String> unknown = new TreeSet<>();
    for (VariableInfo feature : features(copy)) {
      if (!isOf(task, feature.getName())) {
        unknown.add(feature.getName());
      }
    }
    if (!unknown.isEmpty()) {
      throw new SchemaMismatchException(
          "model",
          "features",
          unknown.size()
              + " features of the model are no fields of the task, for example "
              + unknown.stream().limit(SHOWN).toList()
              + "; the task has "
              + task.features().schema().fields().stream()
                  .map(Field::name)
                  .collect(Collectors.toList())
              + ", a category is the feature field"
              + ExampleBuilder.IS
              + "value");
    }
    return Candidate.of(TribuoFormat.NAME, task.features().schema(), copy);
  }

  private static Iterable<VariableInfo> features(byte[] content) {
    try {
      ImmutableFeatureMap features =
          Model.deserialize(ModelProto.parseFrom(content)).getFeatureIDMap();
      return features;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what was just read can be read again", e);
    }
  }

  private static boolean isOf(Task<?, ?> task, String feature) {
    List<Field> fields = task.features().schema().fields();
    return fields.stream()
        .anyMatch(
            field ->
                field.type().numeric()
                    ? feature.equals(field.name())
                    : feature.startsWith(field.name() + ExampleBuilder.IS));
  }
}
