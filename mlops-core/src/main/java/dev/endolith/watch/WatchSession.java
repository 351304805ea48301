package dev.endolith.watch;

import dev.endolith.event.Alert;
import dev.endolith.event.ModelHealth;
import dev.endolith.serving.LogEntry;
import java.util.List;

/**
 * The watch of one version. What it answers depends on the entries alone, not on how they were cut
 * into calls or when it was saved and resumed. Confined to one thread.
 */
public interface WatchSession {
  /**
   * Sees the next entry of the version's log.
   *
   * @param entry the entry; its prediction was answered by the version
   * @return the alerts that it leads to, mostly none
   */
  List<Alert> observe(LogEntry entry);

  /**
   * What the session knows, from which it can go on.
   *
   * @return JSON, bounded in size whatever was observed
   */
  String state();

  /**
   * How the version is.
   *
   * @return its health
   */
  ModelHealth health();
}
