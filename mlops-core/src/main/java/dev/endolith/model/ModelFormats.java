package dev.endolith.model;

import dev.endolith.error.MissingDependencyException;
import dev.endolith.error.NotFoundException;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/** The model formats of a workspace, by name. Immutable. */
public final class ModelFormats {
  private final Map<String, ModelFormat> byName = new TreeMap<>();

  private ModelFormats(Collection<ModelFormat> formats) {
    for (ModelFormat format : formats) {
      ModelFormat other = byName.putIfAbsent(format.name(), format);
      if (other != null && other.getClass() != format.getClass()) {
        throw new IllegalStateException(
            "two model formats are named '"
                + format.name()
                + "': "
                + describe(other)
                + " and "
                + describe(format)
                + "; remove one of the jars");
      }
    }
  }

  /**
   * The formats given and those found on the class path.
   *
   * @param given formats that the host passes
   * @return all of them
   * @throws IllegalStateException if two formats have one name; the message names both jars
   */
  public static ModelFormats discover(Collection<ModelFormat> given) {
    List<ModelFormat> formats = new ArrayList<>(given);
    var providers = ServiceLoader.load(ModelFormat.class).iterator();
    while (true) {
      try {
        if (!providers.hasNext()) {
          return new ModelFormats(formats);
        }
        formats.add(providers.next());
      } catch (ServiceConfigurationError e) {
        // one broken provider must not end the others; asking for its name lists what was found
        LoggerFactory.getLogger(ModelFormats.class)
            .warn("A model format on the class path cannot be used: {}", e.getMessage());
      }
    }
  }

  /**
   * The format of a name.
   *
   * @param name the name
   * @return the format
   * @throws NotFoundException if there is none; the message lists those that exist
   * @throws MissingDependencyException if its jar is absent
   */
  public ModelFormat get(String name) {
    ModelFormat format = byName.get(name);
    if (format == null) {
      throw new NotFoundException(
          "model format",
          name,
          "there is no model format '"
              + name
              + "'; known are "
              + byName.keySet()
              + "; pass yours to Workspace.builder().format(...)");
    }
    return format;
  }

  private static String describe(ModelFormat format) {
    CodeSource source = format.getClass().getProtectionDomain().getCodeSource();
    String jar = source == null ? "the runtime" : String.valueOf(source.getLocation());
    return format.getClass().getName() + " in " + jar.substring(jar.lastIndexOf('/') + 1);
  }
}
