package io.github.vertxlifecycle;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Tags;
import org.junit.platform.commons.annotation.Testable;

/**
 * Holds what {@code make unit} promises: no server, no process. A test from whose code one can get
 * to a socket or to the start of a process, through any class of this project, has the tag {@code
 * integration}, and no other test has it. A test that needs many seconds has the tag {@code slow};
 * nothing but its time tells.
 */
@AnalyzeClasses(packages = ArchitectureTest.ROOT)
@ArchTag("slow")
final class TestTagsTest {

  private static final String INTEGRATION = "integration";

  /** Where a server, a client of one, or a process begins. */
  private static final Set<String> OUTSIDE =
      Set.of(
          "java.lang.ProcessBuilder",
          "java.net.Socket",
          "java.net.ServerSocket",
          "java.net.HttpURLConnection",
          "java.net.http.HttpClient",
          "java.nio.channels.SocketChannel",
          "java.nio.channels.ServerSocketChannel",
          "io.vertx.core.http.HttpServer",
          "io.vertx.core.http.HttpClient",
          "io.vertx.core.http.HttpClientAgent",
          "io.vertx.core.net.NetServer",
          "io.vertx.core.net.NetClient",
          "io.vertx.core.net.NetSocket");

  /**
   * The classes that the search does not go through. {@code AcmeCertificate} needs {@code Acme4j},
   * but its unit test has an authority of its own instead. {@code VertxVersion}, which every start
   * asks, names the adapter that makes servers, and makes none.
   */
  private static final Set<String> CLOSED =
      Set.of(ArchitectureTest.ROOT + ".acme.Acme4j", ArchitectureTest.ROOT + ".vertx.VertxVersion");

  @ArchTest
  static final ArchRule whatReachesServersOrProcessesIsAnIntegrationTest =
      classes()
          .that(DescribedPredicate.describe("hold tests", TestTagsTest::holdsTests))
          .should(
              new ArchCondition<>("have the tag \"" + INTEGRATION + "\" if they go outside") {
                @Override
                public void check(JavaClass test, ConditionEvents events) {
                  Optional<String> way = wayOutside(test);
                  boolean tagged = isIntegration(test);
                  if (way.isPresent() && !tagged) {
                    String message =
                        "%s gets to a server or a process (%s): give it @Tag(\"%s\"), or split it";
                    violated(
                        events, test, message.formatted(test.getName(), way.get(), INTEGRATION));
                  } else if (way.isEmpty() && tagged) {
                    String message =
                        "%s gets to no server and no process: take its @Tag(\"%s\") away, so that"
                            + " make unit runs it";
                    violated(events, test, message.formatted(test.getName(), INTEGRATION));
                  }
                }
              });

  private static void violated(ConditionEvents events, JavaClass test, String message) {
    events.add(SimpleConditionEvent.violated(test, message));
  }

  private static boolean holdsTests(JavaClass type) {
    return !type.getModifiers().contains(JavaModifier.ABSTRACT)
        && (type.getAllMethods().stream().anyMatch(one -> one.isMetaAnnotatedWith(Testable.class))
            || type.getFields().stream().anyMatch(one -> one.isMetaAnnotatedWith(Testable.class)));
  }

  /** As JUnit sees it: tags are inherited from superclasses, and from the class around. */
  private static boolean isIntegration(JavaClass type) {
    return hasTag(type)
        || type.getAllRawSuperclasses().stream().anyMatch(TestTagsTest::hasTag)
        || type.getEnclosingClass().map(TestTagsTest::isIntegration).orElse(false);
  }

  private static boolean hasTag(JavaClass type) {
    return type
        .tryGetAnnotationOfType(Tag.class)
        .map(one -> new Tag[] {one})
        .or(() -> type.tryGetAnnotationOfType(Tags.class).map(Tags::value))
        .stream()
        .flatMap(Arrays::stream)
        .anyMatch(one -> one.value().equals(INTEGRATION));
  }

  /** The shortest way outside, class by class; empty if there is none. */
  private static Optional<String> wayOutside(JavaClass test) {
    Map<JavaClass, String> ways = new LinkedHashMap<>();
    ways.put(test, test.getSimpleName());
    Deque<JavaClass> next = new ArrayDeque<>(ways.keySet());
    while (!next.isEmpty()) {
      JavaClass from = next.remove();
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        JavaClass to = dependency.getTargetClass().getBaseComponentType();
        String way = ways.get(from) + " → " + to.getSimpleName();
        if (OUTSIDE.contains(to.getName())) {
          return Optional.of(way);
        }
        if (isOurs(to) && !CLOSED.contains(to.getName()) && ways.putIfAbsent(to, way) == null) {
          next.add(to);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().startsWith(ArchitectureTest.ROOT);
  }
}
