package dev.endolith.registry.signing;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys whose signatures count. Immutable. */
public final class TrustedKeys {
  private final Map<String, TrustedKey> byHint;

  private TrustedKeys(Map<String, TrustedKey> byHint) {
    this.byHint = byHint;
  }

  /**
   * Trusts some keys.
   *
   * @param keys the keys
   * @return the trusted keys
   * @throws IllegalArgumentException if a key or a name is there twice: one key must not count as
   *     two people
   */
  public static TrustedKeys of(Collection<TrustedKey> keys) {
    Map<String, TrustedKey> byHint = new LinkedHashMap<>();
    for (TrustedKey key : keys) {
      TrustedKey known = byHint.putIfAbsent(key.hint(), key);
      if (known != null) {
        throw new IllegalArgumentException(
            "'" + known.name() + "' and '" + key.name() + "' are the same key; name it once");
      }
    }
    if (keys.stream().map(TrustedKey::name).distinct().count() != keys.size()) {
      throw new IllegalArgumentException("two trusted keys have one name; give each its own");
    }
    return new TrustedKeys(byHint);
  }

  /**
   * Trusts some keys.
   *
   * @param keys the keys
   * @return the trusted keys
   * @throws IllegalArgumentException if a key or a name is there twice
   */
  public static TrustedKeys of(TrustedKey... keys) {
    return of(List.of(keys));
  }

  /**
   * A key by its hint.
   *
   * @param hint 64 hex digits
   * @return the key, empty if none of that hint is trusted
   */
  public Optional<TrustedKey> find(String hint) {
    return Optional.ofNullable(byHint.get(hint));
  }
}
