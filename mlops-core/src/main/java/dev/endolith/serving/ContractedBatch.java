package dev.endolith.serving;

import dev.endolith.contract.Admitted;
import dev.endolith.contract.Findings;
import dev.endolith.contract.InputRefusedException;
import dev.endolith.error.PredictionException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * The rows of a batch through a contract: those that it admits go on to the model, which reads some
 * ahead; the others keep their places among the results. Confined to one thread.
 */
final class ContractedBatch<X, Y> implements Iterator<RowResult<Y>> {
  private final String name;
  private final Function<X, Admitted<X>> contract;
  private final BiFunction<Served<Y>, Findings, Served<Y>> shown;
  private final Queue<Place> places = new ArrayDeque<>();
  private @Nullable Iterator<RowResult<Y>> results;

  /** A row that was read and not told of yet: what was found in it, or why it was refused. */
  private record Place(Findings findings, @Nullable PredictionException refused) {}

  ContractedBatch(
      String name,
      Function<X, Admitted<X>> contract,
      BiFunction<Served<Y>, Findings, Served<Y>> shown) {
    this.name = name;
    this.contract = contract;
    this.shown = shown;
  }

  /** Those of the rows that the contract admits, read as far as the model asks for them. */
  Iterator<X> admitted(Iterator<? extends X> rows) {
    return new Iterator<>() {
      private @Nullable X next;

      @Override
      public boolean hasNext() {
        while (next == null && rows.hasNext()) {
          try {
            Admitted<X> admitted = contract.apply(rows.next());
            places.add(new Place(admitted.findings(), null));
            next = admitted.row();
          } catch (InputRefusedException e) {
            places.add(
                new Place(
                    Findings.NONE,
                    new PredictionException(name, String.valueOf(e.getMessage()), e)));
          }
        }
        return next != null;
      }

      @Override
      public X next() {
        if (!hasNext() || next == null) {
          throw new NoSuchElementException("the batch has no more rows");
        }
        X row = next;
        next = null;
        return row;
      }
    };
  }

  /** What the model answers to {@link #admitted}, in order. */
  void answeredBy(Iterator<RowResult<Y>> inner) {
    this.results = inner;
  }

  @Override
  public boolean hasNext() {
    // asking the model makes it read, which finds places also where it answers nothing more
    return !places.isEmpty() || (results != null && results.hasNext()) || !places.isEmpty();
  }

  @Override
  public RowResult<Y> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the batch has no more rows");
    }
    Place place = places.remove();
    if (place.refused() != null) {
      return new RowResult.Failed<>(place.refused());
    }
    if (results == null || !results.hasNext()) {
      throw new IllegalStateException("a deployment answers every row of a batch");
    }
    RowResult<Y> result = results.next();
    return result instanceof RowResult.Answered<Y> answered
        ? new RowResult.Answered<>(shown.apply(answered.served(), place.findings()))
        : result;
  }
}
