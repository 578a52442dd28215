package io.github.vertxlifecycle;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static java.util.stream.Collectors.toSet;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.vertx.junit5.VertxExtensionParameterProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/** Holds that public means read by somebody else, and that no name stands for two things. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT)
final class PublicTypesTest {

  private static final ImportOption MAIN = new ImportOption.DoNotIncludeTests();

  private static final DescribedPredicate<JavaClass> mainClasses =
      DescribedPredicate.describe(
          "are main classes",
          one ->
              one.getSource()
                  .map(source -> MAIN.includes(Location.of(source.getUri())))
                  .orElse(false));

  @ArchTest
  static final ArchRule noPublicTypeIsWithoutAReaderOutsideItsPackage =
      classes()
          .that(mainClasses)
          .and()
          .arePublic()
          .and()
          .areTopLevelClasses()
          .should(
              new ArchCondition<JavaClass>("have a reader outside their package") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  if (!isStartedByName(type) && !isService(type) && !isRead(type)) {
                    events.add(
                        SimpleConditionEvent.violated(
                            type, type.getName() + " is public, and nobody outside reads it"));
                  }
                }
              });

  /** By a class of another package, main or test; a nested class is read for the outer one. */
  private static boolean isRead(JavaClass type) {
    return type.getPackage().getClasses().stream()
        .filter(one -> isOf(one, type))
        .flatMap(one -> one.getDirectDependenciesToSelf().stream())
        .anyMatch(use -> !use.getOriginClass().getPackageName().equals(type.getPackageName()));
  }

  private static boolean isOf(JavaClass one, JavaClass type) {
    return one.equals(type)
        || one.getEnclosingClass().map(outer -> isOf(outer, type)).orElse(false);
  }

  private static boolean isService(JavaClass type) {
    return type.getAllRawInterfaces().stream()
        .map(JavaClass::reflect)
        .filter(
            service ->
                service.getName().startsWith(ArchitectureTest.ROOT)
                    || service == VertxExtensionParameterProvider.class)
        .flatMap(service -> ServiceLoader.load(service).stream())
        .anyMatch(provider -> provider.type().getName().equals(type.getName()));
  }

  /** By the JVM. */
  private static boolean isStartedByName(JavaClass type) {
    return type.tryGetMethod("main", String[].class).isPresent();
  }

  @ArchTest
  static void noSimpleNameStandsForTwoThings(JavaClasses all) {
    Map<String, String> first = new HashMap<>();
    Set<String> twice =
        all.stream()
            .filter(mainClasses)
            .filter(one -> !one.isAnonymousClass() && !one.getSimpleName().equals("package-info"))
            .flatMap(
                one -> {
                  String other = first.putIfAbsent(one.getSimpleName(), one.getName());
                  return other == null
                      ? Stream.<String>of()
                      : Stream.of(one.getName() + " and " + other);
                })
            .collect(toSet());
    if (!twice.isEmpty()) {
      throw new AssertionError("these have one simple name: " + String.join(", ", twice));
    }
  }
}
