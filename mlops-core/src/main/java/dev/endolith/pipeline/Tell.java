package dev.endolith.pipeline;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of a run; their failures go no further. Confined to the coordinator. */
final class Tell {
  private static final Logger LOG = LoggerFactory.getLogger(Tell.class);

  private final List<PipelineListener> listeners;
  private final Set<String> complained = new HashSet<>();

  Tell(List<PipelineListener> listeners) {
    this.listeners = listeners;
  }

  void on(PipelineEvent event) {
    for (PipelineListener listener : listeners) {
      try {
        listener.on(event);
      } catch (RuntimeException e) {
        String name = listener.getClass().getName();
        if (complained.add(name)) {
          LOG.warn("Pipeline listener {} failed; its further failures are not logged", name, e);
        }
      }
    }
  }
}
