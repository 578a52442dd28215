package io.github.vertxlifecycle.junit5;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.IncompleteExecutionException;

/** Plays the rounds of {@link StopAtRandomMoments}. */
final class RandomStopRounds implements TestTemplateInvocationContextProvider {

  /** Runs the round of this seed alone. */
  static final String SEED = "vertx-lifecycle.seed";

  /** A seed that a person can read and type. */
  private static final long SEEDS = 1_000_000_000;

  private static final ExtensionContext.Namespace ROUNDS =
      ExtensionContext.Namespace.create(RandomStopRounds.class);

  /** The round that a test plays; null if it plays none. */
  static @Nullable RandomStop round(ExtensionContext context) {
    return context.getStore(ROUNDS).get(RandomStop.class, RandomStop.class);
  }

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getTestMethod(), StopAtRandomMoments.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    StopAtRandomMoments asked =
        AnnotationSupport.findAnnotation(context.getTestMethod(), StopAtRandomMoments.class)
            .orElseThrow();
    if (asked.rounds() < 1 || asked.failureThreshold() < 1 || asked.faults().length == 0) {
      throw new ExtensionConfigurationException(
          "@StopAtRandomMoments of %s needs one round, one fault and a failureThreshold of 1 at least; RandomFault.NONE is a fault"
              .formatted(context.getRequiredTestMethod().getName()));
    }
    String alone = System.getProperty(SEED, "").trim();
    long first = alone.isEmpty() ? seed(asked.seed()) : number(alone);
    int rounds = alone.isEmpty() ? asked.rounds() : 1;
    List<RandomFault> faults = List.of(asked.faults());
    RoundFailures failures = new RoundFailures(asked.failureThreshold(), new AtomicInteger());
    return IntStream.range(0, rounds)
        .mapToObj(number -> new Invocation(number + 1, rounds, first + number, faults, failures));
  }

  private static long seed(long said) {
    return said == 0 ? ThreadLocalRandom.current().nextLong(1, SEEDS) : said;
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ExtensionConfigurationException(
          "-D%s=%s is no seed; give the number that a failure has named".formatted(SEED, text), e);
    }
  }

  /** How many rounds have failed, for all rounds of a test. */
  private record RoundFailures(int threshold, AtomicInteger count) {
    boolean areEnough() {
      return count.get() >= threshold;
    }
  }

  /** One round. */
  private record Invocation(
      int number, int rounds, long seed, List<RandomFault> faults, RoundFailures failures)
      implements TestTemplateInvocationContext {

    @Override
    public String getDisplayName(int index) {
      return "round %s of %s, seed %s".formatted(number, rounds, seed);
    }

    /** Before the application starts, which knows by this that it is started for a round. */
    @Override
    public void prepareInvocation(ExtensionContext context) {
      context.getStore(ROUNDS).put(RandomStop.class, new RandomStop(seed, faults));
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new RoundExtension(getDisplayName(0), failures));
    }
  }

  /** What a round adds to its test: the parameter, and what is said of a failure. */
  private record RoundExtension(String name, RoundFailures failures)
      implements ExecutionCondition,
          ParameterResolver,
          AfterTestExecutionCallback,
          TestExecutionExceptionHandler,
          AfterEachCallback {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return failures.areEnough()
          ? ConditionEvaluationResult.disabled("so many rounds have failed: " + failures.count())
          : ConditionEvaluationResult.enabled("not enough rounds have failed");
    }

    @Override
    public void afterEach(ExtensionContext context) {
      boolean failed =
          context
              .getExecutionException()
              .filter(one -> !(one instanceof IncompleteExecutionException))
              .isPresent();
      if (failed) {
        failures.count().incrementAndGet();
      }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == RandomStop.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return required(context);
    }

    private static RandomStop required(ExtensionContext context) {
      RandomStop round = round(context);
      if (round == null) {
        throw new ExtensionConfigurationException(
            "@StopAtRandomMoments needs JUnit 5.13 or newer, which prepares each round");
      }
      return round;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
        throws Throwable {
      RandomStop round = round(context);
      if (round == null || failure instanceof IncompleteExecutionException) {
        throw failure;
      }
      throw new AssertionFailedError(
          "%s, %s: %s\nThis round alone: @StopAtRandomMoments(rounds = 1, seed = %s), or -D%s=%s"
              .formatted(name, round, failure.getMessage(), round.seed(), SEED, round.seed()),
          failure);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
      if (context.getExecutionException().isEmpty() && !required(context).isOver()) {
        throw new AssertionFailedError(
            "%s: the test has not waited for the stop, so it has shown nothing; call await() of its parameter of type RandomStop"
                .formatted(name));
      }
    }
  }
}
