package io.github.vertxlifecycle.junit5;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs classes of tests within a test, those that must fail among them. */
final class Fixtures {

  private Fixtures() {}

  static EngineExecutionResults run(Class<?>... tests) {
    return run(Map.of(), tests);
  }

  static EngineExecutionResults run(Map<String, String> parameters, Class<?>... tests) {
    EngineTestKit.Builder builder = EngineTestKit.engine("junit-jupiter");
    for (Class<?> test : tests) {
      builder.selectors(selectClass(test));
    }
    return builder.configurationParameters(parameters).execute();
  }

  /** What went wrong, of tests and of classes, in order. */
  static List<Throwable> failures(EngineExecutionResults results) {
    return results
        .allEvents()
        .finished()
        .filter(event -> result(event).getThrowable().isPresent())
        .map(event -> result(event).getThrowable().orElseThrow())
        .toList();
  }

  private static org.junit.platform.engine.TestExecutionResult result(Event event) {
    return event.getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class);
  }

  /** The one failure that there is. */
  static Throwable failure(Class<?>... tests) {
    List<Throwable> all = failures(run(tests));
    if (all.size() != 1) {
      throw new AssertionError("there should be one failure, not " + all);
    }
    return all.get(0);
  }
}
