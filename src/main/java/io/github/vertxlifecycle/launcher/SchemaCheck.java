package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.config.Problem;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaException;
import io.vertx.json.schema.Validator;
import java.util.List;

/** Holds a component's section against the JSON schema that the component came with. */
final class SchemaCheck {

  private SchemaCheck() {}

  /**
   * Checks one section.
   *
   * @param component the name of the component and of its section
   * @param schema a JSON schema, of draft 2020-12 unless it says otherwise
   * @param section keys and values, without those that are the toolkit's in every section
   * @return what is wrong
   */
  static List<Problem> problems(String component, JsonObject schema, JsonObject section) {
    try {
      List<OutputUnit> errors = validator(schema).validate(section).getErrors();
      return errors == null
          ? List.of()
          : errors.stream().map(error -> problem(component, error)).distinct().toList();
    } catch (SchemaException e) {
      return List.of(new Problem(component, "its JSON schema is wrong: " + e.getMessage()));
    }
  }

  private static Validator validator(JsonObject schema) {
    return Validator.create(
        JsonSchema.of(schema),
        new JsonSchemaOptions()
            .setBaseUri("app://vertx-lifecycle")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic));
  }

  private static Problem problem(String component, OutputUnit error) {
    String inner = error.getInstanceLocation().replaceFirst("^#/?", "").replace('/', '.');
    return new Problem(
        inner.isEmpty() ? component : component + "." + inner, String.valueOf(error.getError()));
  }
}
