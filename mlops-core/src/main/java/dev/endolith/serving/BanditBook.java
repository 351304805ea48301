package dev.endolith.serving;

import dev.endolith.data.CanonicalJson;
import dev.endolith.error.ConflictException;
import dev.endolith.registry.Document;
import dev.endolith.registry.StateStore;
import dev.endolith.sequential.Moments;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * What all nodes of a deployment learnt, in one document that is changed by compare-and-set. A node
 * adds what is new to it and takes back the sum, so that nodes learn from each other and a restart
 * goes on. Rewards are by the arm's name: an arm that is taken away and comes back is known.
 */
final class BanditBook {
  private static final Logger LOG = LoggerFactory.getLogger(BanditBook.class);
  private static final int TRIES = 20;

  private final StateStore state;
  private final String name;
  private boolean failing; // by the thread that saves

  BanditBook(StateStore state, String deployment, String bandit) {
    this.state = state;
    this.name = "bandit." + deployment + "." + bandit;
  }

  /** Rewards by arm. */
  private record Learnt(Map<String, Moments> rewards) {}

  // of any kind: neither an answer nor a reward may fail for the store of a third party

  /** What is known; nothing while the store cannot be read, as serving does not wait for it. */
  Map<String, Moments> read() {
    try {
      return learnt(state.get(name));
    } catch (RuntimeException e) {
      told(e);
      return Map.of();
    }
  }

  /**
   * Adds rewards.
   *
   * @return all that are known now; empty if they could not be added, and are to be given again
   */
  Optional<Map<String, Moments>> add(Map<String, Moments> fresh) {
    try {
      for (int attempt = 0; attempt < TRIES; attempt++) {
        Optional<Document> before = state.get(name);
        Map<String, Moments> sum = learnt(before);
        fresh.forEach((arm, moments) -> sum.merge(arm, moments, Moments::plus));
        if (put(before, new Learnt(sum))) {
          failing = false;
          return Optional.of(sum);
        }
      }
    } catch (RuntimeException e) {
      told(e);
    }
    return Optional.empty();
  }

  private boolean put(Optional<Document> before, Learnt sum) {
    try {
      state.put(name, before.map(Document::revision).orElse(0L), CanonicalJson.write(sum));
      return true;
    } catch (ConflictException e) {
      return false; // another node was first: look again
    }
  }

  private void told(RuntimeException e) {
    if (!failing) {
      failing = true;
      LOG.warn("What {} learnt cannot be kept now; it will be tried again", name, e);
    }
  }

  private static Map<String, Moments> learnt(Optional<Document> document) {
    return document
        .map(d -> new TreeMap<>(CanonicalJson.read(d.json(), Learnt.class).rewards()))
        .orElseGet(TreeMap::new);
  }
}
