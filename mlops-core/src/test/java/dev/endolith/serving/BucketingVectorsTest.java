package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** All 59 vectors of other products. */
class BucketingVectorsTest {
  private static final JsonNode GROUPS = groups();

  private static JsonNode groups() {
    try (InputStream in =
        BucketingVectorsTest.class.getResourceAsStream("bucketing-vectors.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in)).get("groups");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode vectors(String name) {
    for (JsonNode group : GROUPS) {
      if (group.get("name").asText().equals(name)) {
        return group.get("vectors");
      }
    }
    throw new IllegalStateException("no group " + name);
  }

  private static int[] weights(JsonNode vector) {
    int[] weights = new int[vector.get("weights").size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = vector.get("weights").get(i).get(1).asInt();
    }
    return weights;
  }

  private static String arm(JsonNode vector, int position) {
    return vector.get("weights").get(position).get(0).asText();
  }

  @Test
  void vectors_areAllThere() {
    int count = 0;
    for (JsonNode group : GROUPS) {
      count += group.get("vectors").size();
    }
    assertThat(count).isEqualTo(59);
    assertThat(GROUPS).hasSize(6);
  }

  @Test
  void growthBook_equalsItsVectors_andRefusesOtherVersions() {
    for (JsonNode v : vectors("growthbook-hash")) {
      int version = v.get("version").asInt();
      String seed = v.get("seed").asText();
      String value = v.get("value").asText();
      if (v.get("expected").isNull()) {
        assertThatThrownBy(() -> CompatibleHashes.growthBook(seed, value, version))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("" + version);
        assertThatThrownBy(() -> Bucketing.growthBook(version))
            .isInstanceOf(IllegalArgumentException.class);
      } else {
        double expected = v.get("expected").asDouble();
        assertThat(CompatibleHashes.growthBook(seed, value, version))
            .isCloseTo(expected, within(1e-12));
        // through the public way: the boundary at the expected place decides
        int below = (int) Math.round(expected * 10_000);
        int[] weights = {below, 10_000 - below};
        assertThat(Bucketing.growthBook(version).arm(seed, value, weights)).isEqualTo(1);
        int[] above = {below + 1, 9_999 - below};
        assertThat(Bucketing.growthBook(version).arm(seed, value, above)).isZero();
      }
    }
  }

  @Test
  void unleash_equalsItsVectors() {
    for (JsonNode v : vectors("unleash-normalised-value")) {
      assertThat(
              CompatibleHashes.unleash(
                  v.get("group").asText(),
                  v.get("id").asText(),
                  v.get("normalizer").asLong(),
                  v.get("seed").asInt()))
          .isEqualTo(v.get("expected").asLong());
    }
    for (JsonNode v : vectors("unleash-client-spec-rollouts")) {
      String group = v.get("group").asText();
      String id = v.get("id").asText();
      int percentage = v.get("percentage").asInt();
      assertThat(CompatibleHashes.unleash(group, id, 100, 0)).isEqualTo(v.get("value").asLong());
      assertThat(
              Bucketing.unleashRollout().arm(group, id, new int[] {percentage, 100 - percentage})
                  == 0)
          .isEqualTo(v.get("expected").asBoolean());
    }
    for (JsonNode v : vectors("unleash-client-spec-variants")) {
      String group = v.get("group").asText();
      String id = v.get("id").asText();
      assertThat(
              CompatibleHashes.unleash(
                  group, id, v.get("normalizer").asLong(), v.get("seed").asInt()))
          .isEqualTo(v.get("value").asLong());
      if (!v.get("override").asBoolean()) { // an override names the variant, whatever the hash
        assertThat(arm(v, Bucketing.unleashVariants().arm(group, id, weights(v))))
            .isEqualTo(v.get("expected").asText());
      }
    }
  }

  @Test
  void flagd_equalsItsVectors_andIsTheDefault() {
    for (JsonNode v : vectors("openfeature-flagd-fractional")) {
      String value = v.get("value").asText();
      assertThat(Bucket.place("", value)).isEqualTo(v.get("hash").asLong());
      assertThat(arm(v, Bucketing.flagd().arm("", value, weights(v))))
          .isEqualTo(v.get("expected").asText());
      String flag = value.substring(0, value.length() / 2);
      String key = value.substring(value.length() / 2);
      assertThat(arm(v, Bucketing.flagd().arm(flag, key, weights(v))))
          .isEqualTo(v.get("expected").asText());
    }
  }

  @Test
  void launchDarkly_equalsItsVectors() {
    for (JsonNode v : vectors("launchdarkly-bucket")) {
      boolean seeded = !v.get("seed").isNull();
      String flag = v.get("key").asText();
      String salt = v.get("salt").asText();
      String context = v.get("context").asText();
      double expected = v.get("expected").asDouble();
      String prefix = seeded ? v.get("seed").asText() : flag + "." + salt;
      assertThat(CompatibleHashes.launchDarkly(prefix, context)).isCloseTo(expected, within(1e-12));
      int bucket = v.get("bucket100000").asInt();
      Bucketing bucketing =
          seeded ? Bucketing.launchDarkly(v.get("seed").asLong()) : Bucketing.launchDarkly(salt);
      assertThat(bucketing.arm(flag, context, new int[] {bucket, 100_000 - bucket})).isEqualTo(1);
      assertThat(bucketing.arm(flag, context, new int[] {bucket + 1, 99_999 - bucket})).isZero();
    }
  }

  @Test
  void weights_thatCannotBeShared_areRefused() {
    Set<Bucketing> all = new HashSet<>();
    all.add(Bucketing.flagd());
    all.add(Bucketing.growthBook(2));
    all.add(Bucketing.unleashVariants());
    all.add(Bucketing.unleashRollout());
    all.add(Bucketing.launchDarkly("salt"));
    for (Bucketing bucketing : all) {
      assertThatThrownBy(() -> bucketing.arm("s", "k", new int[] {0, 0}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> bucketing.arm("s", "k", new int[] {2, -1}))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
