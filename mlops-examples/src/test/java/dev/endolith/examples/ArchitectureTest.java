package dev.endolith.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaConstructor.CONSTRUCTOR_NAME;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noConstructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.ObjectInputStream;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Predicate;

/**
 * The shape of the code that no compiler checks: who may depend on whom, and what main code may not
 * call.
 */
@AnalyzeClasses(
    packages = "dev.endolith",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoKits.class})
class ArchitectureTest {

  /** Leaves the conformance kits out: they are tests that users run. */
  static final class NoKits implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/dev/endolith/tck/");
    }
  }

  /** Each package is a slice, the root package too. */
  static final class PackageSlices implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return SliceIdentifier.of(type.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }

  private static final String EXAMPLES = "dev.endolith.examples..";
  private static final String MONITORING = "dev.endolith.monitoring..";
  private static final String[] STORES = {
    "dev.endolith.registry.sql..",
    "dev.endolith.registry.artifact..",
    "dev.endolith.registry.signing..",
    "dev.endolith.registry.webhook..",
    "dev.endolith.registry.mlflow.."
  };
  private static final String[] INTEGRATIONS = {
    "dev.endolith.kafka..",
    "dev.endolith.micrometer..",
    "dev.endolith.opentelemetry..",
    "dev.endolith.resilience4j..",
    "dev.endolith.monitoring.tribuo.."
  };
  private static final DescribedPredicate<JavaClass> LIBRARY =
      describe("library classes", type -> !resideInAPackage(EXAMPLES).test(type));
  private static final DescribedPredicate<JavaClass> CORE =
      describe(
          "core classes",
          type ->
              LIBRARY.test(type)
                  && !resideInAPackage(MONITORING).test(type)
                  && !resideInAnyPackage(STORES).test(type));
  private static final DescribedPredicate<JavaClass> JACKSON =
      resideInAnyPackage("com.fasterxml.jackson..", "tools.jackson..");

  // Modules and packages

  @ArchTest
  static final ArchRule monitoringDoesNotSeeTheRegistry =
      noClasses()
          .that()
          .resideInAPackage(MONITORING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(STORES)
          .because("what both speak is in mlops-core")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule registryDoesNotSeeMonitoring =
      noClasses()
          .that()
          .resideInAnyPackage(STORES)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(MONITORING)
          .because("what both speak is in mlops-core")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule coreSeesNoOtherModule =
      noClasses()
          .that(CORE)
          .should()
          .dependOnClassesThat(
              resideInAPackage(MONITORING)
                  .or(resideInAnyPackage(STORES))
                  .or(resideInAPackage(EXAMPLES)))
          .because("core works without the others")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices()
          .assignedFrom(new PackageSlices())
          .should()
          .beFreeOfCycles()
          .because("a package sees only those below it")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule integrationsAreSeenByNobody =
      noClasses()
          .that(LIBRARY)
          .and()
          .resideOutsideOfPackages(INTEGRATIONS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(INTEGRATIONS)
          .because("their jars are optional")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule contractsSeeOnlyWhatIsBelow =
      noClasses()
          .that()
          .resideInAPackage("dev.endolith.contract..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.endolith.registry..", "dev.endolith.serving..", "dev.endolith.pipeline..")
          .because("serving sees contracts, not the other way round")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesAreNamedForConcepts =
      noClasses()
          .should()
          .resideInAnyPackage("..internal..", "..impl..", "..util..", "..common..")
          .because("implementations are package-private beside their interface")
          .allowEmptyShould(true);

  // Public signatures

  @ArchTest
  static final ArchRule jacksonStaysOutOfPublicMethods =
      methods()
          .that(describe("visible to users", ArchitectureTest::isVisibleToUsers))
          .should(notMentionJackson())
          .because("a host may use another JSON library, or another version of this one")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule jacksonStaysOutOfPublicConstructors =
      noConstructors()
          .that(describe("visible to users", ArchitectureTest::isVisibleToUsers))
          .should()
          .haveRawParameterTypes(describe("Jackson", types -> types.stream().anyMatch(JACKSON)))
          .because("a host may use another JSON library, or another version of this one")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule jacksonStaysOutOfPublicFields =
      noFields()
          .that()
          .areDeclaredInClassesThat(LIBRARY.and(describe("public", ArchitectureTest::isPublic)))
          .and()
          .arePublic()
          .should()
          .haveRawType(JACKSON)
          .because("a host may use another JSON library, or another version of this one")
          .allowEmptyShould(true);

  // Code and names that come from outside

  @ArchTest
  static final ArchRule noJavaDeserialization =
      banned(assignableTo(ObjectInputStream.class), "a stored model must not be able to run code");

  @ArchTest
  static final ArchRule noXmlDecoder =
      banned(named("java.beans.XMLDecoder"), "a stored document must not be able to run code");

  @ArchTest
  static final ArchRule noScripting =
      banned(resideInAPackage("javax.script.."), "no code is compiled from data");

  @ArchTest
  static final ArchRule noUrlClassLoader =
      banned(assignableTo("java.net.URLClassLoader"), "no code is loaded that the host did not");

  @ArchTest
  static final ArchRule noNaming =
      banned(resideInAPackage("javax.naming.."), "a name look-up may reach a foreign host");

  @ArchTest
  static final ArchRule noByteCodeLibraries =
      banned(
          resideInAnyPackage(
              "javassist..", "net.sf.cglib..", "org.springframework.cglib..", "net.bytebuddy.."),
          "no classes are defined at run time");

  @ArchTest
  static final ArchRule noProcessBuilder =
      banned(named("java.lang.ProcessBuilder"), "a library starts no processes");

  @ArchTest
  static final ArchRule noRuntimeExec =
      bannedCall(Runtime.class, "exec", "a library starts no processes");

  // What belongs to the host

  @ArchTest
  static final ArchRule noExit =
      noClasses()
          .that(LIBRARY)
          .should(callMethodsNamed(System.class, "exit"))
          .orShould(callMethodsNamed(Runtime.class, "exit"))
          .orShould(callMethodsNamed(Runtime.class, "halt"))
          .because("the process belongs to the host")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule noStandardStreams =
      noClasses()
          .that(LIBRARY)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .because("the host decides where messages go: SLF4J")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule noCommonPool =
      bannedCall(ForkJoinPool.class, "commonPool", "the common pool belongs to the host");

  // Time and chance

  @ArchTest
  static final ArchRule noHiddenClock =
      noClasses()
          .that(LIBRARY.and(not(simpleName("SystemClock"))))
          .should(callMethodsNamed(System.class, "currentTimeMillis"))
          .orShould(callWithoutArguments(Instant.class, "now"))
          .because("time comes from the workspace's clock, which tests set")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule noUnseededRandom =
      noClasses()
          .that(LIBRARY)
          .should(callWithoutArguments(Random.class, CONSTRUCTOR_NAME))
          .because("every result can be repeated from its seed")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule noMathRandom =
      bannedCall(Math.class, "random", "every result can be repeated from its seed");

  @ArchTest
  static final ArchRule noSleep =
      bannedCall(Thread.class, "sleep", "waiting is done by the workspace's scheduler");

  private static ArchRule banned(DescribedPredicate<JavaClass> what, String reason) {
    return noClasses()
        .that(LIBRARY)
        .should()
        .dependOnClassesThat(what)
        .because(reason)
        .allowEmptyShould(true);
  }

  private static ArchRule bannedCall(Class<?> owner, String method, String reason) {
    return noClasses()
        .that(LIBRARY)
        .should(callMethodsNamed(owner, method))
        .because(reason)
        .allowEmptyShould(true);
  }

  private static DescribedPredicate<JavaClass> named(String name) {
    return describe(name, type -> type.getName().equals(name));
  }

  /** Any overload, called or referred to with {@code ::}. */
  private static ArchCondition<JavaClass> callMethodsNamed(Class<?> owner, String name) {
    return access(
        "call " + owner.getSimpleName() + "." + name,
        target -> target.getOwner().isEquivalentTo(owner) && target.getName().equals(name));
  }

  private static ArchCondition<JavaClass> callWithoutArguments(Class<?> owner, String name) {
    return access(
        "call " + owner.getSimpleName() + "." + name + "()",
        target ->
            target.getOwner().isEquivalentTo(owner)
                && target.getName().equals(name)
                && target.getRawParameterTypes().isEmpty());
  }

  private static ArchCondition<JavaClass> access(
      String description, Predicate<CodeUnitAccessTarget> forbidden) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getCodeUnitAccessesFromSelf().stream()
            .filter(access -> forbidden.test(access.getTarget()))
            .map(access -> SimpleConditionEvent.satisfied(type, access.getDescription()))
            .forEach(events::add);
      }
    };
  }

  private static boolean isPublic(JavaClass type) {
    return isAccessible(type)
        && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
  }

  private static boolean isVisibleToUsers(JavaCodeUnit member) {
    return LIBRARY.test(member.getOwner()) && isPublic(member.getOwner()) && isAccessible(member);
  }

  private static boolean isAccessible(HasModifiers member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  /** Looks into type arguments too: {@code List<JsonNode>} is found. */
  private static ArchCondition<JavaMethod> notMentionJackson() {
    return new ArchCondition<>("not mention Jackson") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean mentioned =
            JACKSON.test(method.getRawReturnType())
                || method.getReturnType().getAllInvolvedRawTypes().stream().anyMatch(JACKSON)
                || method.getParameterTypes().stream()
                    .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                    .anyMatch(JACKSON);
        if (mentioned) {
          events.add(
              SimpleConditionEvent.violated(method, method.getDescription() + " mentions Jackson"));
        }
      }
    };
  }
}
