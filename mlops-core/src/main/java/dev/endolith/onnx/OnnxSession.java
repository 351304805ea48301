package dev.endolith.onnx;

import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.PredictionException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A model in ONNX Runtime. Thread-safe: a session may run many times at once. Closing waits for the
 * answers under way, because a session that is freed while it runs takes the process with it.
 */
final class OnnxSession implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed;

  private OnnxSession(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  static OnnxSession open(byte[] content) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1); // no threads: the caller's computes
      options.setInterOpNumThreads(1);
      return new OnnxSession(environment, environment.createSession(content, options));
    } catch (OrtException e) {
      throw new ArtifactRefusedException(
          OnnxFormat.NAME, "loadable", "ONNX Runtime does not take the model: " + e.getCode(), e);
    }
  }

  /** Fills the inputs. */
  interface Filling {
    /** Adds each tensor as soon as it is made: what was added is freed, also if the next fails. */
    void fill(OrtEnvironment environment, Map<String, OnnxTensorLike> given) throws OrtException;
  }

  /** Reads the outputs, which are freed afterwards. */
  interface Reading<R> {
    R read(OrtSession.Result result) throws OrtException;
  }

  <R> R run(Filling filling, Set<String> asked, Reading<R> reading) {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the model is closed; load it again");
      }
      Map<String, OnnxTensorLike> given = new HashMap<>();
      try {
        filling.fill(environment, given);
        try (OrtSession.Result result = session.run(given, asked)) {
          return reading.read(result);
        }
      } finally {
        given.values().forEach(OnnxTensorLike::close);
      }
    } catch (OrtException e) {
      throw new PredictionException("model", "ONNX Runtime could not answer: " + e.getCode(), e);
    } finally {
      use.readLock().unlock();
    }
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } catch (OrtException e) {
      throw new PredictionException("model", "ONNX Runtime could not free the model", e);
    } finally {
      use.writeLock().unlock();
    }
  }
}
