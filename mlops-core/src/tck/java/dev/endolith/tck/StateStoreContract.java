package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.endolith.error.ConflictException;
import dev.endolith.registry.Document;
import dev.endolith.registry.StateStore;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of a {@link StateStore}. */
public abstract class StateStoreContract {
  private StateStore store;

  /** Creates the kit; called by JUnit. */
  protected StateStoreContract() {}

  /**
   * Makes an empty store.
   *
   * @return the store
   */
  protected abstract StateStore fresh();

  /**
   * Closes the store made last and opens it again; overridden by stores that are durable.
   *
   * @return a store of the same content, or the one given if the store is not durable
   * @param open the store made last
   */
  protected StateStore reopen(StateStore open) {
    return open;
  }

  @BeforeEach
  void open() {
    store = fresh();
  }

  @Test
  @DisplayName("A document that was never written is empty")
  void get_unknown_isEmpty() {
    assertThat(store.get("cursor")).isEmpty();
    assertThat(store.get("' OR 1=1 --")).isEmpty();
    assertThat(store.names("")).isEmpty();
  }

  @Test
  @DisplayName("Every write counts the revision up and replaces the content")
  void put_several_countsRevisions() {
    assertThat(store.put("cursor", 0, "{\"n\":1}"))
        .isEqualTo(new Document("cursor", 1, "{\"n\":1}"));
    assertThat(store.put("cursor", 1, "{\"n\":2}").revision()).isEqualTo(2);

    assertThat(store.get("cursor")).contains(new Document("cursor", 2, "{\"n\":2}"));
  }

  @Test
  @DisplayName("A document is written only from the revision that the caller has seen")
  void put_otherRevision_conflicts() {
    store.put("cursor", 0, "1");
    store.put("cursor", 1, "2");

    for (long seen : new long[] {0, 1, 3}) {
      ConflictException conflict =
          catchThrowableOfType(ConflictException.class, () -> store.put("cursor", seen, "x"));
      assertThat(conflict.subject()).isEqualTo("cursor");
      assertThat(conflict.expected()).isEqualTo(seen);
      assertThat(conflict.actual()).isEqualTo(2);
    }
    assertThatThrownBy(() -> store.put("other", 1, "x")).isInstanceOf(ConflictException.class);
    assertThat(store.get("cursor")).contains(new Document("cursor", 2, "2"));
    assertThat(store.get("other")).isEmpty();
  }

  @Test
  @DisplayName("A document's content is kept as it is, also when it is long")
  void put_anyText_isKept() {
    String text = "{\"text\":\"ä 🙂 ' \\\" \\n \"}".repeat(10_000);

    store.put("cursor", 0, text);

    assertThat(store.get("cursor")).map(Document::json).contains(text);
  }

  @Test
  @DisplayName("A name that could mean something to a file system, a URL or SQL is refused")
  void put_hostileName_isRefused() {
    for (String name : HostileNames.ALL) {
      assertThatThrownBy(() -> store.put(name, 0, "{}"))
          .as("name of %d characters", name.length())
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(store.names("")).isEmpty();
  }

  @Test
  @DisplayName("Names are listed by prefix in alphabetical order")
  void names_prefix_areSorted() {
    for (String name : List.of("b", "a.b", "a", "ab", "a-b", "z9", "a.c")) {
      store.put(name, 0, "{}");
    }

    assertThat(store.names("")).containsExactly("a", "a-b", "a.b", "a.c", "ab", "b", "z9");
    assertThat(store.names("a")).containsExactly("a", "a-b", "a.b", "a.c", "ab");
    assertThat(store.names("a.")).containsExactly("a.b", "a.c");
    assertThat(store.names("a.b")).containsExactly("a.b");
    assertThat(store.names("z")).containsExactly("z9");
    assertThat(store.names("%")).isEmpty();
    assertThat(store.names("a_")).isEmpty();
  }

  @Test
  @DisplayName("Of sixteen threads that write from one revision, one wins")
  void put_sixteenThreads_oneWins() {
    for (long revision = 0; revision < 5; revision++) {
      long seen = revision;
      List<Boolean> won =
          Contenders.race(
              16,
              t -> {
                try {
                  store.put("cursor", seen, Integer.toString(t));
                  return true;
                } catch (ConflictException e) {
                  return false;
                }
              });
      assertThat(Collections.frequency(won, true)).isEqualTo(1);
      String winner = Integer.toString(won.indexOf(true));
      assertThat(store.get("cursor")).contains(new Document("cursor", seen + 1, winner));
    }
  }

  @Test
  @DisplayName("What was written is there after closing and opening again")
  void reopen_durable_keepsDocuments() {
    store.put("a", 0, "1");
    store.put("a", 1, "2");
    store.put("b", 0, "3");

    store = reopen(store);

    assertThat(store.names("")).containsExactly("a", "b");
    assertThat(store.get("a")).contains(new Document("a", 2, "2"));
    assertThatThrownBy(() -> store.put("b", 0, "4")).isInstanceOf(ConflictException.class);
  }
}
