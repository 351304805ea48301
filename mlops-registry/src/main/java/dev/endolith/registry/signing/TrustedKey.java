package dev.endolith.registry.signing;

import dev.endolith.registry.Attestation;
import java.security.interfaces.ECPublicKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A public key, whose it is, and what it may sign. Immutable.
 *
 * @param name the key's name, for people
 * @param holder who holds the private key; the same for all keys of one person
 * @param key the public key, on one of the curves of {@link EcCurve}
 * @param models which models it may sign: names, or beginnings of names that end with {@code *}
 * @param kinds what it may say about them
 */
public record TrustedKey(
    String name, String holder, ECPublicKey key, List<String> models, Set<Attestation.Kind> kinds) {
  /**
   * Checks the key and copies the collections.
   *
   * @param name the key's name, for people
   * @param holder who holds the private key; the same for all keys of one person
   * @param key the public key, on one of the curves of {@link EcCurve}
   * @param models which models it may sign: names, or beginnings of names that end with {@code *}
   * @param kinds what it may say about them
   * @throws IllegalArgumentException if the name or the holder is blank, a pattern has a {@code *}
   *     before its end, or the key is on another curve
   */
  public TrustedKey {
    if (name.isBlank() || holder.isBlank()) {
      throw new IllegalArgumentException("a trusted key has a name and a holder");
    }
    if (EcCurve.of(key).isEmpty()) {
      throw new IllegalArgumentException("key '" + name + "' is not on P-256, P-384 or P-521");
    }
    models = List.copyOf(models);
    for (String pattern : models) {
      int star = pattern.indexOf('*');
      if (star >= 0 && star != pattern.length() - 1) {
        throw new IllegalArgumentException(
            "key '" + name + "': a '*' stands at the end of a pattern only, was '" + pattern + "'");
      }
    }
    kinds = kinds.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(kinds));
  }

  /**
   * A key that may sign all models.
   *
   * @param name the key's name, for people
   * @param holder who holds the private key
   * @param key the public key
   * @param kinds what it may say about models
   * @return the key
   */
  public static TrustedKey of(
      String name, String holder, ECPublicKey key, Attestation.Kind... kinds) {
    return new TrustedKey(name, holder, key, List.of("*"), Set.of(kinds));
  }

  /**
   * The hint by which bundles name it.
   *
   * @return 64 hex digits, see {@link EcKeys#hint}
   */
  public String hint() {
    return EcKeys.hint(key);
  }

  /**
   * Whether it may say something about a model.
   *
   * @param kind what is said
   * @param model the model's name
   * @return true if the kind and the model are among those it was given
   */
  public boolean maySign(Attestation.Kind kind, String model) {
    return kinds.contains(kind) && models.stream().anyMatch(pattern -> matches(pattern, model));
  }

  private static boolean matches(String pattern, String model) {
    return pattern.endsWith("*")
        ? model.startsWith(pattern.substring(0, pattern.length() - 1))
        : pattern.equals(model);
  }
}
