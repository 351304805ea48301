package dev.endolith.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
  private static final HexFormat HEX = HexFormat.of();

  /** The leaves whose roots the transparency-log implementations test against, RFC 6962 hashed. */
  private static final List<Digest> KNOWN =
      List.of(
              "",
              "00",
              "10",
              "2021",
              "3031",
              "40414243",
              "5051525354555657",
              "606162636465666768696a6b6c6d6e6f")
          .stream()
          .map(hex -> leaf(HEX.parseHex(hex)))
          .toList();

  private static Digest leaf(byte[] content) {
    MessageDigest sha = Digest.sha256();
    sha.update((byte) 0);
    sha.update(content);
    return Digest.finish(sha);
  }

  private static List<Digest> leaves(int count) {
    List<Digest> leaves = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      leaves.add(leaf(("leaf " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    return leaves;
  }

  // RFC 6962, section 2.1, word by word

  private static Digest node(Digest left, Digest right) {
    MessageDigest sha = Digest.sha256();
    sha.update((byte) 1);
    sha.update(HEX.parseHex(left.hex()));
    sha.update(HEX.parseHex(right.hex()));
    return Digest.finish(sha);
  }

  private static int split(int n) {
    int k = 1;
    while (2 * k < n) {
      k *= 2;
    }
    return k;
  }

  private static Digest naiveRoot(List<Digest> leaves) {
    if (leaves.isEmpty()) {
      return Digest.of(new byte[0]);
    }
    if (leaves.size() == 1) {
      return leaves.get(0);
    }
    int k = split(leaves.size());
    return node(naiveRoot(leaves.subList(0, k)), naiveRoot(leaves.subList(k, leaves.size())));
  }

  private static List<Digest> naivePath(int m, List<Digest> leaves) {
    List<Digest> path = new ArrayList<>();
    if (leaves.size() > 1) {
      int k = split(leaves.size());
      if (m < k) {
        path.addAll(naivePath(m, leaves.subList(0, k)));
        path.add(naiveRoot(leaves.subList(k, leaves.size())));
      } else {
        path.addAll(naivePath(m - k, leaves.subList(k, leaves.size())));
        path.add(naiveRoot(leaves.subList(0, k)));
      }
    }
    return path;
  }

  private static List<Digest> naiveConsistency(int m, List<Digest> leaves, boolean known) {
    List<Digest> path = new ArrayList<>();
    if (m == leaves.size()) {
      if (!known) {
        path.add(naiveRoot(leaves));
      }
      return path;
    }
    int k = split(leaves.size());
    if (m <= k) {
      path.addAll(naiveConsistency(m, leaves.subList(0, k), known));
      path.add(naiveRoot(leaves.subList(k, leaves.size())));
    } else {
      path.addAll(naiveConsistency(m - k, leaves.subList(k, leaves.size()), false));
      path.add(naiveRoot(leaves.subList(0, k)));
    }
    return path;
  }

  @Test
  void root_isTheOneThatIsKnown() {
    assertThat(MerkleTree.empty().root().hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(MerkleTree.empty().append(KNOWN.get(0)).root().hex())
        .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    assertThat(MerkleTree.empty().appendAll(KNOWN.subList(0, 2)).root().hex())
        .isEqualTo("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
    assertThat(MerkleTree.empty().appendAll(KNOWN).root().hex())
        .isEqualTo("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  }

  @Test
  void everySize_isAsTheDefinitionSays() {
    List<Digest> all = leaves(130);
    MerkleTree tree = MerkleTree.empty();
    for (int size = 0; size <= 130; size++) {
      List<Digest> leaves = all.subList(0, size);
      Digest root = naiveRoot(leaves);
      assertThat(tree.root()).isEqualTo(root);
      assertThat(MerkleTree.of(size, tree.peaks()).root()).isEqualTo(root);
      for (int i = 0; i < size; i++) {
        InclusionProof proof = MerkleTree.prove(i, size, all);
        assertThat(proof.path()).isEqualTo(naivePath(i, leaves));
        assertThat(proof.verify(all.get(i), root)).isTrue();
        assertThat(proof.verify(all.get((i + 1) % 130), root)).isFalse();
      }
      if (size < 130) {
        tree = tree.append(all.get(size));
      }
    }
  }

  @Test
  void everyPairOfSizes_isConsistent_andNoOther() {
    List<Digest> all = leaves(70);
    List<Digest> roots = new ArrayList<>();
    for (int size = 0; size <= 70; size++) {
      roots.add(naiveRoot(all.subList(0, size)));
    }
    for (int from = 0; from <= 70; from++) {
      for (int to = from; to <= 70; to++) {
        ConsistencyProof proof = MerkleTree.proveConsistency(from, to, all);
        if (from > 0) {
          assertThat(proof.path()).isEqualTo(naiveConsistency(from, all.subList(0, to), true));
        }
        assertThat(proof.verify(roots.get(from), roots.get(to))).isTrue();
        Digest other = leaf(new byte[] {1});
        assertThat(proof.verify(other, roots.get(to))).isFalse();
        if (from > 0) {
          assertThat(proof.verify(roots.get(from), other)).isFalse();
        }
      }
    }
  }

  @Test
  void damagedProofs_areRefused() {
    List<Digest> all = leaves(100);
    Digest root = naiveRoot(all);
    for (int i = 0; i < 100; i++) {
      InclusionProof proof = MerkleTree.prove(i, 100, all);
      for (int p = 0; p < proof.path().size(); p++) {
        List<Digest> changed = new ArrayList<>(proof.path());
        changed.set(p, all.get(0).equals(changed.get(p)) ? all.get(1) : all.get(0));
        assertThat(new InclusionProof(i, 100, changed).verify(all.get(i), root)).isFalse();
        List<Digest> shorter = new ArrayList<>(proof.path());
        shorter.remove(p);
        assertThat(new InclusionProof(i, 100, shorter).verify(all.get(i), root)).isFalse();
        List<Digest> longer = new ArrayList<>(proof.path());
        longer.add(p, all.get(0));
        assertThat(new InclusionProof(i, 100, longer).verify(all.get(i), root)).isFalse();
      }
      assertThat(new InclusionProof((i + 1) % 100, 100, proof.path()).verify(all.get(i), root))
          .isFalse();
    }
    ConsistencyProof proof = MerkleTree.proveConsistency(37, 100, all);
    Digest before = naiveRoot(all.subList(0, 37));
    assertThat(new ConsistencyProof(37, 100, List.of()).verify(before, root)).isFalse();
    assertThat(new ConsistencyProof(36, 100, proof.path()).verify(before, root)).isFalse();
    List<Digest> longer = new ArrayList<>(proof.path());
    longer.add(all.get(0));
    assertThat(new ConsistencyProof(37, 100, longer).verify(before, root)).isFalse();
  }

  @Test
  void nonsense_isRefused() {
    assertThatThrownBy(() -> MerkleTree.of(3, KNOWN.subList(0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("as many peaks");
    assertThatThrownBy(() -> MerkleTree.prove(3, 3, KNOWN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MerkleTree.prove(3, 9, KNOWN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 9 leaves, was 8");
    assertThatThrownBy(() -> MerkleTree.proveConsistency(5, 4, KNOWN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new InclusionProof(-1, 4, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ConsistencyProof(5, 4, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aMillionLeaves_areProvenByTwentyHashes() {
    int size = 1_000_000;
    Digest leaf = KNOWN.get(3);
    Iterable<Digest> leaves = Collections.nCopies(size, leaf);
    MerkleTree tree = MerkleTree.empty().appendAll(leaves);
    assertThat(tree.peaks()).hasSize(Integer.bitCount(size));
    InclusionProof proof = MerkleTree.prove(777_777, size, leaves);
    assertThat(proof.path()).hasSizeLessThanOrEqualTo(20);
    assertThat(proof.verify(leaf, tree.root())).isTrue();
  }

  @Test
  void everyChange_ofAThousandLeaves_isSeen() {
    assertEveryChangeIsSeen(1_000);
  }

  @Test
  @Tag("long")
  void everyChange_ofManyLeaves_isSeen() {
    assertEveryChangeIsSeen(Integer.getInteger("endolith.leaves", 10_000));
  }

  private static void assertEveryChangeIsSeen(int size) {
    List<Digest> leaves = leaves(size);
    Digest foreign = leaf(new byte[] {1, 2, 3});
    Random random = new Random(20260301);
    Digest root = MerkleTree.empty().appendAll(leaves).root();
    MerkleTree before = MerkleTree.empty(); // what stands before the change is computed once
    for (int i = 0; i < size; i++) {
      List<Digest> after = leaves.subList(i + 1, size);
      assertThat(before.append(foreign).appendAll(after).root())
          .as("mutate " + i)
          .isNotEqualTo(root);
      assertThat(before.appendAll(after).root()).as("delete " + i).isNotEqualTo(root);
      assertThat(before.append(foreign).appendAll(leaves.subList(i, size)).root())
          .as("insert " + i)
          .isNotEqualTo(root);
      int other = random.nextInt(size);
      if (other != i) {
        List<Digest> swapped = new ArrayList<>(leaves);
        Collections.swap(swapped, i, other);
        int first = Math.min(i, other);
        assertThat(
                (first == i ? before : MerkleTree.empty().appendAll(leaves.subList(0, first)))
                    .appendAll(swapped.subList(first, size))
                    .root())
            .as("swap " + i + " and " + other)
            .isNotEqualTo(root);
      }
      assertThat(before.root()).as("truncate to " + i).isNotEqualTo(root);
      before = before.append(leaves.get(i));
    }
    assertThat(before.root()).isEqualTo(root);
  }
}
