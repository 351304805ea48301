package dev.endolith.pipeline;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * A node of a frame, while its run is done. Confined to the runner's thread, but for its value, which
 * is guarded by the instance's lock, and what is set once before a worker sees it.
 */
final class Instance {
  final Frame frame;
  final Node node;
  final String path;

  /** Its place in the frame. */
  final int index;

  /** Inputs that are not there yet. */
  int missing;

  /** Who may still ask for the value. */
  int consumers;

  /** The output as it is kept, null if it is not; a worker sees it through the queue. */
  @Nullable String kept;

  /** Guarded by this. */
  @Nullable Object value;

  /** What is inside, once it has begun. */
  List<Frame> frames = List.of();

  int framesLeft;

  // of what is done by calling the host's code
  int attempt;
  @Nullable Instant started;

  /** Why it failed, once its recovery is to be asked. */
  @Nullable Throwable failure;

  Instance(Frame frame, int index, Node node, String path) {
    this.frame = frame;
    this.index = index;
    this.node = node;
    this.path = path;
  }

  /** Forgets the value of a step whose output can be read again. */
  void release() {
    if (--consumers == 0 && kept != null) {
      synchronized (this) {
        value = null;
      }
    }
  }

  /** What people are asked, as it is recorded. */
  record QuestionText(String text, int required, List<String> roles, long validSeconds) {
    /** Whether an answer still counts. */
    boolean holds(Answer answer, Instant now) {
      return validSeconds == 0 || now.isBefore(answer.at().plusSeconds(validSeconds));
    }
  }
}
