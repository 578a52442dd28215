package io.github.vertxlifecycle;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import java.util.stream.Stream;

/** Holds the package table of the design: who may import whom, from the bottom to the top. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = DoNotIncludeTests.class)
@ArchTag("slow")
final class ArchitectureTest {
  static final String ROOT = "io.github.vertxlifecycle";

  /** Every package not named in the table is a ready verticle: http, postgres, redis, worker, … */
  private static final DescribedPredicate<JavaClass> readyVerticles =
      resideInAnyPackage(ROOT + ".(*)..")
          .and(
              not(
                  resideInAnyPackage(
                      under(
                          "event",
                          "graph",
                          "time",
                          "work",
                          "config",
                          "lifecycle",
                          "acme",
                          "report",
                          "vertx",
                          "handover",
                          "management",
                          "systemd",
                          "launcher",
                          "devservices",
                          "junit5",
                          "sample"))))
          .as("ready verticles");

  @ArchTest
  static final ArchRule importsGoDownwardsOnly =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("event")
          .definedBy(under("event"))
          .layer("graph")
          .definedBy(under("graph"))
          .layer("time")
          .definedBy(under("time"))
          .layer("work")
          .definedBy(under("work"))
          .layer("config")
          .definedBy(under("config"))
          .layer("vertx")
          .definedBy(under("vertx"))
          .layer("handover")
          .definedBy(under("handover"))
          .layer("lifecycle")
          .definedBy(under("lifecycle"))
          .layer("acme")
          .definedBy(under("acme"))
          .layer("report")
          .definedBy(under("report"))
          .layer("verticles")
          .definedBy(readyVerticles)
          .layer("management")
          .definedBy(under("management"))
          .layer("systemd")
          .definedBy(under("systemd"))
          .layer("launcher")
          .definedBy(under("launcher"))
          .layer("devservices")
          .definedBy(under("devservices"))
          .layer("junit5")
          .definedBy(under("junit5"))
          .layer("sample")
          .definedBy(under("sample"))
          .whereLayer("event")
          .mayNotAccessAnyLayer()
          .whereLayer("graph")
          .mayNotAccessAnyLayer()
          .whereLayer("time")
          .mayNotAccessAnyLayer()
          .whereLayer("work")
          .mayOnlyAccessLayers("time")
          .whereLayer("vertx")
          .mayNotAccessAnyLayer()
          .whereLayer("handover")
          .mayOnlyAccessLayers("event")
          .whereLayer("config")
          .mayOnlyAccessLayers("time")
          .whereLayer("lifecycle")
          .mayOnlyAccessLayers("event", "graph", "time", "work", "config", "vertx")
          .whereLayer("acme")
          .mayOnlyAccessLayers("time", "work", "config")
          .whereLayer("report")
          .mayOnlyAccessLayers("event", "graph", "time")
          .whereLayer("verticles")
          .mayOnlyAccessLayers(
              "event", "graph", "time", "work", "config", "vertx", "handover", "lifecycle", "acme")
          .whereLayer("management")
          .mayOnlyAccessLayers(
              "event",
              "graph",
              "time",
              "work",
              "config",
              "vertx",
              "handover",
              "lifecycle",
              "report")
          .whereLayer("systemd")
          .mayOnlyAccessLayers("event", "time")
          .whereLayer("launcher")
          .mayOnlyAccessLayers(
              "event",
              "graph",
              "time",
              "work",
              "config",
              "vertx",
              "handover",
              "lifecycle",
              "report",
              "verticles",
              "management",
              "systemd")
          .whereLayer("devservices")
          .mayOnlyAccessLayers("event", "graph", "time", "work", "config", "lifecycle")
          .whereLayer("junit5")
          .mayOnlyAccessLayers(
              "event",
              "graph",
              "time",
              "work",
              "config",
              "vertx",
              "handover",
              "lifecycle",
              "report",
              "verticles",
              "management",
              "systemd",
              "launcher",
              "devservices")
          .whereLayer("junit5")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule readyVerticlesDoNotKnowEachOther =
      slices()
          .matching(ROOT + ".(*)..")
          .that(
              DescribedPredicate.describe(
                  "hold ready verticles", slice -> slice.stream().anyMatch(readyVerticles)))
          .should()
          .notDependOnEachOther()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule everyClassIsInOneOfThePackages =
      noClasses().should().resideInAPackage(ROOT).allowEmptyShould(true);

  @ArchTest
  static final ArchRule theBottomNeedsTheJdkAndVertxCoreOnly =
      classes()
          .that()
          .resideInAnyPackage(under("event", "graph", "time", "work"))
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(ROOT + "..", "java..", "io.vertx.core..", "org.jspecify..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule vertxInternalsAreTouchedByTheirAdaptersAlone =
      noClasses()
          .that()
          .resideOutsideOfPackages(under("vertx"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..internal..", "io.vertx..impl..");

  @ArchTest
  static final ArchRule adaptersNeedTheJdkNettyAndPartsOfVertxOnly =
      classes()
          .that()
          .resideInAnyPackage(under("vertx"))
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              ROOT + ".vertx..",
              "java..",
              "io.vertx.core..",
              "io.vertx.sqlclient..",
              "io.vertx.redis..",
              "io.vertx.ext.web..",
              "io.netty..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule signalsAndExitsLiveInTheLauncherAlone =
      noClasses()
          .that()
          .resideOutsideOfPackages(under("launcher"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("sun.misc..")
          .orShould()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class)
          .orShould()
          .callMethod(Runtime.class, "addShutdownHook", Thread.class);

  /**
   * The door stands open for the launcher, and for the test kit in its place; what an application
   * needs is promised elsewhere.
   */
  @ArchTest
  static final ArchRule onlyTheLauncherUsesItsAccess =
      noClasses()
          .that()
          .resideOutsideOfPackages(under("launcher", "lifecycle", "junit5"))
          .should()
          .dependOnClassesThat()
          .haveNameMatching("io\\.github\\.vertxlifecycle\\.lifecycle\\.LauncherAccess.*");

  @ArchTest
  static final ArchRule onlyTheTestKitUsesItsAccess =
      noClasses()
          .that()
          .resideOutsideOfPackages(under("junit5", "lifecycle"))
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "io\\.github\\.vertxlifecycle\\.lifecycle\\.(TestAccess|DeclaredComponents|StepInterceptor).*");

  /** A step without {@code super} would silently undo what the ready verticle does in it. */
  @ArchTest
  static final ArchRule whatAReadyVerticleFillsInIsFinal =
      methods()
          .that()
          .areDeclaredInClassesThat(
              assignableTo(LifecycleVerticle.class)
                  .and(not(equivalentTo(LifecycleVerticle.class)))
                  .and(not(modifier(FINAL)))
                  .and(not(resideInAnyPackage(under("sample")))))
          .and()
          .haveNameMatching(
              "configure|configSchema|warmUp|on(Start|StartAbandoned|Announce|Drain|Stop)")
          .should()
          .beFinal();

  private static String[] under(String... packages) {
    return Stream.of(packages).map(name -> ROOT + "." + name + "..").toArray(String[]::new);
  }
}
