package dev.endolith.serving;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The rows of a batch, answered in chunks by one version. Confined to one thread. */
final class PinnedBatch<X, Y> implements Iterator<RowResult<Y>>, AutoCloseable {
  private static final int CHUNK = 256;

  /** Answers a chunk, one result per row in order. */
  interface Chunk<X, Y> {
    List<RowResult<Y>> answer(List<X> rows);
  }

  private final Iterator<? extends X> rows;
  private final Chunk<X, Y> chunk;
  private final Runnable release;
  private final AtomicBoolean released = new AtomicBoolean();
  private Iterator<RowResult<Y>> ready = List.<RowResult<Y>>of().iterator();

  PinnedBatch(Iterator<? extends X> rows, Chunk<X, Y> chunk, Runnable release) {
    this.rows = rows;
    this.chunk = chunk;
    this.release = release;
  }

  @Override
  public boolean hasNext() {
    if (ready.hasNext()) {
      return true;
    }
    if (released.get()) {
      return false;
    }
    List<X> next = new ArrayList<>();
    while (next.size() < CHUNK && rows.hasNext()) {
      next.add(rows.next());
    }
    if (next.isEmpty()) {
      close();
      return false;
    }
    ready = chunk.answer(next).iterator();
    return true;
  }

  @Override
  public RowResult<Y> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the batch has no more rows");
    }
    return ready.next();
  }

  /** The version is let go, once. */
  @Override
  public void close() {
    if (released.compareAndSet(false, true)) {
      release.run();
    }
  }
}
