package io.github.vertxlifecycle.lifecycle;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One step of one component in a flight recording. */
@Name("io.github.vertxlifecycle.Step")
@Label("Lifecycle Step")
@Category({"Vert.x", "Lifecycle"})
@Description("A component starts, waits for its dependents, drains or releases")
@StackTrace(false)
final class StepEvent extends Event {

  @Label("Component")
  String component = "";

  @Label("Step")
  String step = "";

  @Label("Outcome")
  @Description("How its stop ended; empty before the last step")
  String outcome = "";

  @Label("Cut")
  @Description("Units of work that were cut")
  int cut;
}
