package dev.endolith.registry.signing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Digest;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Attestation;
import dev.endolith.registry.Attestation.Kind;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.registry.LoadDecision;
import dev.endolith.registry.LoadPolicy;
import dev.endolith.registry.LoadRequest;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Readiness;
import dev.endolith.registry.VersionState;
import dev.endolith.registry.VersionStatus;
import dev.endolith.registry.signing.Signed.Person;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SignaturePolicyTest {
  private final InMemoryStores stores = InMemoryStores.create(Signed.CLOCK);
  private final Attachment model = Signed.blob(stores, "model", "weights");
  private final Attachment notes = Signed.blob(stores, "notes", "for people");
  private final ModelVersion version = Signed.register(stores, "m", model, notes);

  private final Person ann = Person.of("ann", EcCurve.P256);
  private final Person bob = Person.of("bob", EcCurve.P384);
  private final Person cleo = Person.of("cleo", EcCurve.P521);
  private final Person bobsSecond = Person.of("bob", EcCurve.P256);
  private final Person stranger = Person.of("mallory", EcCurve.P256);
  private final SignaturePolicy policy =
      SignaturePolicy.of(
          TrustedKeys.of(
              ann.may(Kind.TRAINING, Kind.APPROVAL),
              bob.may(Kind.TRAINING, Kind.APPROVAL, Kind.WITHDRAWAL, Kind.SCAN),
              cleo.may(Kind.APPROVAL),
              TrustedKey.of(
                  "bob's second",
                  "bob",
                  (ECPublicKey) bobsSecond.pair().getPublic(),
                  Kind.APPROVAL)));

  private Attestation attestation(Kind kind, byte[] bundle) {
    Digest digest = stores.artifacts().put(bundle);
    return new Attestation(
        kind,
        new Attachment(kind.text(), "application/json", bundle.length, digest),
        "whoever",
        Signed.TEN);
  }

  private Attestation trained(Person person) {
    return attestation(Kind.TRAINING, person.signer().sign(version));
  }

  private Attestation approved(Person person) {
    return attestation(
        Kind.APPROVAL, person.signer().approve(version, person.actor(), "good", Signed.TEN));
  }

  private Attestation withdrawn(Person person) {
    return attestation(
        Kind.WITHDRAWAL, person.signer().withdraw(version, person.actor(), "bad", Signed.TEN));
  }

  private LoadDecision decide(ModelVersion row, Attestation... attestations) {
    return policy.decide(new LoadRequest(row, List.of(attestations), stores.artifacts()));
  }

  private static List<String> reasons(LoadDecision decision) {
    assertThat(decision).isInstanceOf(LoadDecision.Refused.class);
    return ((LoadDecision.Refused) decision).reasons();
  }

  @Test
  void trainedAndApprovedByAnother_isAllowed() {
    assertThat(decide(version, trained(ann), approved(bob)))
        .isInstanceOf(LoadDecision.Allowed.class);
    assertThat(decide(version, approved(bob), trained(ann), approved(bob)))
        .isInstanceOf(LoadDecision.Allowed.class);
    assertThat(
            LoadPolicy.anything().decide(new LoadRequest(version, List.of(), stores.artifacts())))
        .isInstanceOf(LoadDecision.Allowed.class);
  }

  @Test
  void stateInTheDatabase_isNoApproval() {
    ModelVersion live =
        version.with(
            new VersionStatus(
                VersionState.APPROVED,
                Readiness.READY,
                "",
                null,
                Map.of(),
                List.of(),
                List.of(),
                false));
    assertThat(reasons(decide(live))).hasSize(2);
    assertThat(reasons(decide(live, trained(ann))))
        .singleElement()
        .asString()
        .contains("0 valid approvals", "needed are 1");
    assertThat(reasons(decide(live, approved(bob))))
        .singleElement()
        .asString()
        .contains("no valid signature of a trainer");
  }

  @Test
  void trainersApproval_doesNotCount() {
    assertThat(reasons(decide(version, trained(ann), approved(ann)))).hasSize(1);
    // nor with the trainer's other key
    assertThat(reasons(decide(version, trained(bob), approved(bobsSecond)))).hasSize(1);
    // nor if somebody else has signed as trainer too
    assertThat(reasons(decide(version, trained(ann), trained(bob), approved(bob)))).hasSize(1);
    assertThat(decide(version, trained(ann), trained(bob), approved(cleo)))
        .isInstanceOf(LoadDecision.Allowed.class);
  }

  @Test
  void severalApprovals_areOfDifferentPeople() {
    SignaturePolicy two = policy.withApprovals(2);
    List<Attestation> both =
        List.of(trained(ann), approved(bob), approved(bobsSecond), approved(bob));
    assertThat(reasons(two.decide(new LoadRequest(version, both, stores.artifacts()))))
        .singleElement()
        .asString()
        .contains("1 valid approvals");
    List<Attestation> three = List.of(trained(ann), approved(bob), approved(cleo));
    assertThat(two.decide(new LoadRequest(version, three, stores.artifacts())))
        .isInstanceOf(LoadDecision.Allowed.class);
    assertThat(
            policy
                .withApprovals(0)
                .decide(new LoadRequest(version, List.of(trained(ann)), stores.artifacts())))
        .isInstanceOf(LoadDecision.Allowed.class);
  }

  @Test
  void withdrawal_isFinal_whateverTheRowCallsIt() {
    Attestation honest = withdrawn(bob);
    Attestation disguised = new Attestation(Kind.SCAN, honest.blob(), honest.actor(), honest.at());
    for (Attestation withdrawal : List.of(honest, disguised)) {
      assertThat(reasons(decide(version, trained(ann), approved(cleo), withdrawal)))
          .containsExactly("m v1 is withdrawn by bob");
    }
  }

  @Test
  void withdrawalThatCannotBeVerified_counts() {
    Attestation honest = withdrawn(bob);
    Attachment gone = new Attachment("withdrawal", "", 3, Digest.ofText("a blob that was deleted"));
    Attestation damaged = new Attestation(Kind.WITHDRAWAL, gone, "bob", Signed.TEN);
    Attestation junk = attestation(Kind.WITHDRAWAL, new byte[] {1});
    Attestation strangers = withdrawn(stranger);
    assertThat(honest).isNotNull();
    for (Attestation withdrawal : List.of(damaged, junk, strangers)) {
      assertThat(reasons(decide(version, trained(ann), approved(cleo), withdrawal)))
          .singleElement()
          .asString()
          .contains("cannot be verified");
    }
  }

  @Test
  void junkElsewhere_harmsNobody_butIsNamed() {
    Attestation junk = attestation(Kind.APPROVAL, new byte[] {1});
    assertThat(decide(version, junk, trained(ann), approved(bob), approved(stranger)))
        .isInstanceOf(LoadDecision.Allowed.class);
    assertThat(reasons(decide(version, junk, trained(ann), approved(stranger))))
        .singleElement()
        .asString()
        .contains("not counted", "not strict JSON", "not trusted");
  }

  @Test
  void signaturesOfAnotherVersion_doNotCount() {
    ModelVersion next = Signed.register(stores, "m", Signed.blob(stores, "model", "evil"), notes);
    assertThat(reasons(decide(next, trained(ann), approved(bob)))).hasSize(2);
    ModelVersion elsewhere = Signed.register(stores, "other", model, notes);
    assertThat(elsewhere.manifest()).isEqualTo(version.manifest());
    assertThat(reasons(decide(elsewhere, trained(ann), approved(bob)))).hasSize(2);
  }

  @Test
  void forgedRows_areRefused() {
    Attachment evil = Signed.blob(stores, "model", "evil");
    List<ModelVersion> forgeries = new ArrayList<>();
    forgeries.add(Signed.forged(version, "m", List.of(evil, notes)));
    forgeries.add(Signed.forged(version, "m", List.of(model)));
    forgeries.add(
        Signed.forged(
            version, "m", List.of(new Attachment("model", "x", 7, model.digest()), notes)));
    forgeries.add(
        Signed.forged(
            version,
            "m",
            List.of(new Attachment("model", "text/plain", 8, model.digest()), notes)));
    for (ModelVersion forged : forgeries) {
      assertThat(reasons(decide(forged, trained(ann), approved(bob))))
          .singleElement()
          .asString()
          .contains("manifest is not that of");
    }
  }

  @Test
  void forgedFormat_isRefused() {
    ModelVersion v = version;
    ModelVersion forged =
        new ModelVersion(
            v.model(),
            v.number(),
            v.key(),
            v.status(),
            v.manifest(),
            "a format with a weaker reader",
            v.schema(),
            v.attachments(),
            v.metrics(),
            v.parameters(),
            v.datasets(),
            v.run(),
            v.parent(),
            v.registeredDescription(),
            v.createdBy(),
            v.createdAt());
    assertThat(reasons(decide(forged, trained(ann), approved(bob)))).hasSize(1);
  }

  @Test
  void hostsOwnList_refusesWhateverIsSigned() {
    LoadRequest request =
        new LoadRequest(version, List.of(trained(ann), approved(bob)), stores.artifacts());
    assertThat(reasons(policy.withWithdrawn(Set.of(version.manifest())).decide(request)))
        .containsExactly("m v1 is withdrawn by the configuration of this host");
  }

  @Test
  void tooManyAttestations_areRefused() {
    Attestation[] many = new Attestation[1_001];
    Arrays.fill(many, trained(ann));
    assertThat(reasons(decide(version, many))).singleElement().asString().contains("1000");
  }
}
