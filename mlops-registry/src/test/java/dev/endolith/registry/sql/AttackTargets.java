package dev.endolith.registry.sql;

import dev.endolith.Workspace;
import dev.endolith.WorkspaceBuilder;
import dev.endolith.data.Anomaly;
import dev.endolith.data.AnomalyBuilder;
import dev.endolith.data.Clustering;
import dev.endolith.data.ClusteringBuilder;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Digest;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.FeaturesBuilder;
import dev.endolith.data.Field;
import dev.endolith.data.Folds;
import dev.endolith.data.Id;
import dev.endolith.data.MultiOutput;
import dev.endolith.data.Rebuilding;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.data.Tensor;
import dev.endolith.data.TensorSpec;
import dev.endolith.data.TensorTask;
import dev.endolith.data.TensorType;
import dev.endolith.data.Tensors;
import dev.endolith.event.Event;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.ModelFormats;
import dev.endolith.model.Outcomes;
import dev.endolith.model.Regressed;
import dev.endolith.model.Slices;
import dev.endolith.pipeline.Parameter;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.pipeline.Pipelines;
import dev.endolith.pipeline.Schedules;
import dev.endolith.pipeline.Step;
import dev.endolith.pipeline.StepOutput;
import dev.endolith.pipeline.StepValue;
import dev.endolith.pipeline.Steps;
import dev.endolith.pipeline.Trigger;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.query.Query;
import dev.endolith.query.QueryField;
import dev.endolith.query.Term;
import dev.endolith.registry.Actor;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Attestation;
import dev.endolith.registry.AuditLog;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.Change;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.registry.LastKnownGood;
import dev.endolith.registry.Leases;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Models;
import dev.endolith.registry.Outbox;
import dev.endolith.registry.Relay;
import dev.endolith.registry.Run;
import dev.endolith.registry.RunStore;
import dev.endolith.registry.Runs;
import dev.endolith.registry.StateStore;
import dev.endolith.registry.VersionField;
import dev.endolith.registry.VersionState;
import dev.endolith.registry.VersionStates;
import dev.endolith.registry.VersionStatus;
import dev.endolith.registry.signing.CheckpointFile;
import dev.endolith.registry.signing.Checkpoints;
import dev.endolith.registry.signing.EcCurve;
import dev.endolith.registry.signing.EcKeys;
import dev.endolith.registry.signing.ModelArchive;
import dev.endolith.registry.signing.ModelSigner;
import dev.endolith.registry.signing.NoteSigner;
import dev.endolith.registry.signing.NoteVerifier;
import dev.endolith.registry.signing.SignatureVerifier;
import dev.endolith.registry.signing.TrustedKey;
import dev.endolith.registry.signing.TrustedKeys;
import dev.endolith.serving.Assignment;
import dev.endolith.serving.AssignmentStore;
import dev.endolith.serving.Bandit;
import dev.endolith.serving.BanditPolicy;
import dev.endolith.serving.Bucketing;
import dev.endolith.serving.CallContext;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.DeploymentBuilder;
import dev.endolith.serving.Deployments;
import dev.endolith.serving.Experiment;
import dev.endolith.serving.Layer;
import dev.endolith.serving.PredictionLog;
import dev.endolith.serving.Replay;
import dev.endolith.serving.Rollout;
import dev.endolith.serving.RolloutTally;
import dev.endolith.serving.Route;
import dev.endolith.serving.http.InferenceHandler;
import dev.endolith.serving.http.InferenceHandlerBuilder;
import dev.endolith.serving.http.InferenceRequest;
import dev.endolith.serving.http.InferenceServer;
import dev.endolith.serving.http.InferenceServerBuilder;
import dev.endolith.tuning.Search;
import dev.endolith.tuning.Space;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/** An instance of every type that a public method is called on or takes. */
final class AttackTargets implements AutoCloseable {
  record Answer(double total, String best) {}

  private static final Schema SCHEMA = Schema.of(Field.number("a"));
  private static final Task<Row, Double> TASK =
      Task.regress(Features.rows(SCHEMA)).label("y").build();

  /** What a text is that is not attacked: a name, an alias, a reason, a key. */
  private static final String BENIGN = "fraud";

  private final Map<Class<?>, Supplier<?>> instances = new HashMap<>();
  private final Deque<Closeable> open = new ArrayDeque<>();
  private final Workspace workspace;

  private AttackTargets(
      Workspace workspace,
      ModelRegistry registry,
      RunStore runs,
      PipelineJournal journal,
      Outbox outbox)
      throws IOException {
    this.workspace = workspace;
    open.push(workspace::close);
    Attachment blob =
        new Attachment(Attachment.MODEL, "x", 5, workspace.artifacts().put(bytes("model")));
    ModelVersion version =
        workspace.models().commit("because", Samples.draft(BENIGN, "key", blob)).versions().get(0);
    Run run = workspace.runs().start(BENIGN);
    Deployment<Row, Double> deployment =
        Deployment.of(BENIGN, TASK, workspace.models()).log(workspace.predictions()).build();
    open.push(deployment::close);
    ModelSigner signer = ModelSigner.of(EcKeys.generate(EcCurve.P256));
    KeyPair notes = NoteSigner.generate();
    NoteSigner noteSigner = NoteSigner.of("endolith", notes);
    TrustedKey key = TrustedKey.of("k", "ann", signer.publicKey(), Attestation.Kind.values());
    Path files = Files.createTempDirectory("endolith-attack");
    open.push(() -> delete(files));

    put(String.class, BENIGN);
    put(byte[].class, bytes("x"));
    put(double[].class, new double[] {1});
    put(Instant.class, Instant.EPOCH);
    put(Duration.class, Duration.ofSeconds(1));
    put(Digest.class, blob.digest());
    put(Path.class, files);
    put(OutputStream.class, new ByteArrayOutputStream());
    put(Throwable.class, new IllegalStateException("cause"));
    put(Optional.class, Optional.empty());
    put(OptionalLong.class, OptionalLong.empty());
    put(List.class, List.of());
    put(Map.class, Map.of());
    put(Set.class, Set.of());
    put(Class.class, Map.class);
    put(java.lang.reflect.Type.class, Map.class);
    put(Id.class, new Id(1, 2));
    put(Schema.class, SCHEMA);
    put(Task.class, TASK);
    put(dev.endolith.data.Regression.class, TASK);
    put(
        dev.endolith.data.Classification.class,
        Task.classify(Features.rows(SCHEMA), Boolean.class).label("y").build());
    instances.put(
        dev.endolith.data.ClassificationBuilder.class,
        () -> Task.classify(Features.rows(SCHEMA), Boolean.class));
    instances.put(
        dev.endolith.data.RegressionBuilder.class, () -> Task.regress(Features.rows(SCHEMA)));
    instances.put(FeaturesBuilder.class, () -> Features.builder(Row.class));
    put(Row.class, Row.of(SCHEMA, new double[] {1}, new String[] {null}));
    put(PrivacyPolicy.class, PrivacyPolicy.standard());
    put(Workspace.class, workspace);
    put(Models.class, workspace.models());
    put(Runs.class, workspace.runs());
    put(Run.class, run);
    put(Leases.class, workspace.leases());
    put(Relay.class, workspace.relay());
    put(AuditLog.class, workspace.audit());
    put(StateStore.class, workspace.state());
    put(PredictionLog.class, workspace.predictions());
    put(ArtifactStore.class, workspace.artifacts());
    put(Pipelines.class, workspace.pipelines());
    Pipeline.Builder steps = Pipeline.named("p");
    put(
        Pipeline.class,
        steps.returning(steps.step("s", StepValue.json(String.class)).does(() -> "done")));
    instances.put(Pipeline.Builder.class, () -> Pipeline.named("p"));
    instances.put(Steps.class, () -> Pipeline.named("p"));
    instances.put(Step.class, () -> Pipeline.named("p").step("s", StepValue.json(String.class)));
    put(StepValue.class, StepValue.json(String.class));
    put(Schedules.class, workspace.schedules());
    put(Trigger.class, Trigger.every(Duration.ofHours(1)));
    instances.put(Pipelines.Builder.class, () -> Pipelines.builder(journal, workspace.artifacts()));
    Pipeline.Builder strangers = Pipeline.named("strangers");
    put(Parameter.class, strangers.parameter("x", StepValue.json(String.class)));
    put(StepOutput.class, strangers.step("s", StepValue.json(String.class)).does(() -> "done"));
    put(ZoneId.class, ZoneOffset.UTC);
    instances.put(WorkspaceBuilder.class, Workspace::builder);
    instances.put(InferenceHandlerBuilder.class, InferenceHandler::builder);
    instances.put(InferenceServerBuilder.class, InferenceServer::builder);
    Deployment<Row, Double> fixed = Deployment.fixed(BENIGN, TASK, row -> new Regressed(1));
    put(InferenceHandler.class, InferenceHandler.builder().serve(fixed).build());
    put(
        InferenceRequest.class,
        new InferenceRequest("GET", "/v2/models/" + BENIGN, Map.of(), new byte[0]));
    instances.put(AnomalyBuilder.class, () -> Task.anomaly(Features.rows(SCHEMA)));
    put(Anomaly.class, Task.anomaly(Features.rows(SCHEMA)).build());
    instances.put(ClusteringBuilder.class, () -> Task.cluster(Features.rows(SCHEMA)));
    put(Clustering.class, Task.cluster(Features.rows(SCHEMA)).build());
    put(MultiOutput.class, Task.outputs(Features.rows(SCHEMA), Answer.class).build());
    put(Tensor.class, Tensor.of(new float[1], 1));
    put(Tensors.class, Tensors.of("x", Tensor.of(new float[1], 1)));
    put(
        TensorTask.class,
        Task.tensors(
            List.of(TensorSpec.of("x", TensorType.FLOAT, 1)),
            List.of(TensorSpec.of("y", TensorType.FLOAT, 1))));
    Dataset<Row, Double> rows =
        Dataset.of(
            TASK,
            DataOrigin.named("rows"),
            List.of(new Example<>(Row.of(SCHEMA, new double[] {1}, new String[] {null}), 1.0)));
    put(Dataset.class, rows);
    put(Rebuilding.class, Rebuilding.plain());
    put(Folds.class, Folds.random(2, 1));
    instances.put(Slices.class, () -> Slices.of(rows, Outcomes.of(row -> new Regressed(1), rows)));
    put(Space.class, Space.of(dev.endolith.tuning.Parameter.whole("depth", 1, 3)));
    put(Search.class, Search.random(1));
    put(ModelRegistry.class, registry);
    put(RunStore.class, runs);
    put(PipelineJournal.class, journal);
    put(Outbox.class, outbox);
    put(Deployment.class, deployment);
    put(CallContext.class, CallContext.NONE);
    put(LastKnownGood.class, LastKnownGood.in(files.resolve("kept"), new byte[32]));
    put(ModelFormat[].class, new ModelFormat[0]);
    Deployments deployments = Deployments.of(workspace.models(), 1_000_000);
    open.push(deployments::close);
    put(Deployments.class, deployments);
    put(ModelFormats.class, workspace.formats());
    put(ModelVersion.class, version);
    put(AuditRecord.class, registry.audit(BENIGN, 0, 1).get(0));
    put(VersionStatus.class, version.status());
    put(VersionState.class, VersionState.VALIDATED);
    put(VersionStates.class, VersionStates.standard());
    put(Attachment.class, blob);
    put(Actor.class, new Actor("ann"));
    put(Candidate.class, Candidate.of("tribuo-protobuf", SCHEMA, bytes("x")));
    put(Change.class, new Change.Annotate(BENIGN, 1, null, Map.of(), Set.of()));
    put(Event.class, new Event.Governed(BENIGN, Instant.EPOCH, "ann"));
    put(Query.class, Query.where(VersionField.MODEL.is(BENIGN)));
    put(QueryField.class, VersionField.MODEL);
    put(Term.class, VersionField.TAG.of("team"));
    put(dev.endolith.query.Filter.class, VersionField.MODEL.is(BENIGN));
    put(Route.class, Route.CHAMPION);
    instances.put(DeploymentBuilder.class, () -> Deployment.of(BENIGN, TASK, workspace.models()));
    put(Assignment.class, new Assignment(BENIGN, "a", 0.5));
    put(AssignmentStore.class, AssignmentStore.inMemory());
    put(Bucketing.class, Bucketing.flagd());
    put(Layer.class, new Layer(BENIGN, 0, 1));
    put(Experiment.class, Experiment.of(BENIGN));
    put(BanditPolicy.class, BanditPolicy.thompson());
    put(Bandit.class, Bandit.of(BENIGN, BanditPolicy.ucb()));
    put(Rollout.class, Rollout.canary(0.5));
    put(RolloutTally.class, RolloutTally.EMPTY);
    instances.put(Replay.class, () -> Replay.ofArm("a"));
    put(java.util.function.ToDoubleFunction.class, (java.util.function.ToDoubleFunction<?>) x -> 1);
    put(
        dev.endolith.registry.LineageNode.class,
        new dev.endolith.registry.LineageNode.Version(BENIGN, 1));
    put(ECPublicKey.class, signer.publicKey());
    put(PublicKey.class, notes.getPublic());
    put(KeyPair.class, notes);
    put(ModelSigner.class, signer);
    put(NoteSigner.class, noteSigner);
    put(NoteVerifier.class, noteSigner.verifier());
    put(TrustedKey.class, key);
    put(TrustedKeys.class, TrustedKeys.of(key));
    put(SignatureVerifier.class, SignatureVerifier.of(TrustedKeys.of(key)));
    put(CheckpointFile.class, CheckpointFile.open(files.resolve("checkpoints")));
    put(Checkpoints.class, Checkpoints.of(registry, workspace.state(), noteSigner.verifier()));
    // of a model that no attack makes longer: an import compares all of it
    workspace.models().commit("because", Samples.draft("small", "key", blob));
    Path archive = Files.createTempFile("endolith-attack", ".zip");
    open.push(() -> Files.delete(archive));
    try (OutputStream out = Files.newOutputStream(archive)) {
      ModelArchive.export(workspace, "small", signer, out);
    }
    ModelArchive opened = ModelArchive.open(archive, TrustedKeys.of(key));
    instances.put(ModelArchive.class, () -> opened);
  }

  static AttackTargets inMemory() throws IOException {
    InMemoryStores stores = InMemoryStores.create(CommitRules.of(Clock.systemUTC()));
    AttackTargets targets =
        of(
            Workspace.inMemory(),
            stores.registry(),
            stores.runs(),
            PipelineJournal.inMemory(stores.transactions()),
            stores.outbox(),
            stores.artifacts());
    return targets;
  }

  static AttackTargets onDisk(Path folder) throws IOException {
    SqlStorage storage = SqlStorage.open(folder, CommitRules.of(Clock.systemUTC()));
    AttackTargets targets =
        of(
            Workspace.open(folder),
            storage.registry(),
            storage.runs(),
            storage.journal(),
            storage.outbox(),
            storage.artifacts());
    targets.open.push(storage::close);
    return targets;
  }

  private static AttackTargets of(
      Workspace workspace,
      ModelRegistry registry,
      RunStore runs,
      PipelineJournal journal,
      Outbox outbox,
      ArtifactStore blobs)
      throws IOException {
    Attachment blob = new Attachment(Attachment.MODEL, "x", 5, blobs.put(bytes("model")));
    registry.commit(Samples.changes(Samples.draft(BENIGN, "key", blob)));
    return new AttackTargets(workspace, registry, runs, journal, outbox);
  }

  /** Whether a method reaches what a workspace keeps. */
  static boolean isOfWorkspace(Executable method) {
    return Set.of(
            Models.class,
            Runs.class,
            Run.class,
            Leases.class,
            Relay.class,
            AuditLog.class,
            StateStore.class,
            PredictionLog.class,
            Pipelines.class,
            ModelRegistry.class,
            RunStore.class,
            PipelineJournal.class,
            Outbox.class,
            Deployment.class,
            ModelArchive.class,
            Checkpoints.class,
            dev.endolith.governance.ModelCard.class)
        .contains(method.getDeclaringClass());
  }

  private <T> void put(Class<T> type, Object instance) {
    instances.put(type, () -> instance);
  }

  Object receiver(Class<?> type) {
    return instance(type);
  }

  Object[] arguments(Executable method) {
    Class<?>[] types = method.getParameterTypes();
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      arguments[i] = instance(types[i]);
    }
    return arguments;
  }

  /** There is no instance of a type. */
  static final class NoInstanceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoInstanceException(Class<?> type) {
      super(type.getName());
    }
  }

  private Object instance(Class<?> type) {
    Supplier<?> known = instances.get(type);
    if (known != null) {
      return known.get();
    }
    if (type.isPrimitive()) {
      return type == boolean.class
          ? (Object) false
          : type == int.class ? (Object) 1 : type == long.class ? (Object) 1L : (Object) 1.0;
    }
    if (type == Object.class) {
      return 1.0; // the label of a regression, and whatever else has no type
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    if (type.isArray()) {
      return AttackedProcess.emptyArray(type);
    }
    if (type.isRecord() && Modifier.isPublic(type.getModifiers())) {
      Constructor<?> constructor = type.getDeclaredConstructors()[0];
      for (Constructor<?> other : type.getDeclaredConstructors()) {
        if (other.getParameterCount() == type.getRecordComponents().length) {
          constructor = other;
        }
      }
      try {
        return constructor.newInstance(arguments(constructor));
      } catch (InvocationTargetException e) {
        throw new IllegalStateException("put an instance into the table: " + type, e);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    if (type.isInterface() && !type.isSealed()) {
      return Proxy.newProxyInstance(
          type.getClassLoader(),
          new Class<?>[] {type},
          (proxy, method, arguments) -> {
            if (method.getName().equals("hashCode") || method.getName().equals("equals")) {
              return method.getName().equals("equals") ? (Object) false : (Object) 7;
            }
            return method.getReturnType().isPrimitive() && method.getReturnType() != void.class
                ? instance(method.getReturnType())
                : null;
          });
    }
    throw new NoInstanceException(type);
  }

  /** What a method answered is used a little, as a host would. */
  void check(Object answer) {
    if (answer instanceof Run run) {
      run.close();
    }
  }

  /** Brings back what a method was meant to take away. */
  void heal() {
    try {
      workspace.models().restore(BENIGN, 1, "healed");
    } catch (IllegalStateException e) {
      // it is there
    }
  }

  boolean verify() {
    return workspace.verify().ok();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Override
  public void close() throws IOException {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
