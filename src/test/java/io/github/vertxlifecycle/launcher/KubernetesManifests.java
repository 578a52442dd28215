package io.github.vertxlifecycle.launcher;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Reads manifests as Kubernetes would, through the classes that its Java client generates from the
 * published schemas. These refuse unknown keys and miss required ones; a value of a wrong type,
 * which Gson might put right ({@code value: 1} of a variable), is found because it does not come
 * out as it went in. What schemas do not say stays unsaid: which names, labels and words are valid.
 */
final class KubernetesManifests {

  static final Path DIRECTORY = Path.of("conf", "kubernetes");

  private static final Map<String, Schema> SCHEMAS =
      Map.of(
          "apps/v1 Deployment",
          new Schema(V1Deployment.class, V1Deployment::validateJsonElement),
          "v1 Service",
          new Schema(V1Service.class, V1Service::validateJsonElement),
          "v1 Secret",
          new Schema(V1Secret.class, V1Secret::validateJsonElement),
          "policy/v1 PodDisruptionBudget",
          new Schema(V1PodDisruptionBudget.class, V1PodDisruptionBudget::validateJsonElement),
          "networking.k8s.io/v1 NetworkPolicy",
          new Schema(V1NetworkPolicy.class, V1NetworkPolicy::validateJsonElement));

  /** Not the client's own, which has an adapter for each of some hundred classes. */
  private static final Gson GSON =
      new GsonBuilder()
          .registerTypeAdapter(
              OffsetDateTime.class,
              (JsonDeserializer<OffsetDateTime>)
                  (json, type, context) -> OffsetDateTime.parse(json.getAsString()))
          .create();

  private record Schema(Class<?> type, Validator validator) {}

  /** Throws an exception that names the key. */
  @FunctionalInterface
  private interface Validator {
    void validate(JsonElement element) throws IOException;
  }

  /** Kustomize's own, which is in no schema of Kubernetes. */
  static final String KUSTOMIZATION = "kustomization.yaml";

  private KubernetesManifests() {}

  /** Every manifest there is. */
  static Stream<Path> all() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml") && !file.endsWith(KUSTOMIZATION))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T read(String file, Class<T> type) throws IOException {
    return type.cast(read(Files.readString(DIRECTORY.resolve(file))));
  }

  /**
   * Reads one manifest.
   *
   * @throws IllegalArgumentException if it does not fit its schema
   */
  static Object read(String yaml) {
    JsonElement said = GSON.toJsonTree(parse(yaml));
    JsonObject manifest = said.getAsJsonObject();
    String kind =
        manifest.get("apiVersion").getAsString() + " " + manifest.get("kind").getAsString();
    Schema schema = SCHEMAS.get(kind);
    if (schema == null) {
      throw new IllegalArgumentException("there is no schema here for " + kind);
    }
    try {
      schema.validator().validate(said);
      Object read = GSON.fromJson(said, schema.type());
      compare("", said, GSON.toJsonTree(read, schema.type()));
      return read;
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** One document; a key that comes twice is an error. */
  static Map<String, Object> parse(String yaml) {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    return new Yaml(new SafeConstructor(strict)).load(yaml);
  }

  /** What was said must have been understood; beyond it there are empty lists and maps. */
  private static void compare(String path, JsonElement said, JsonElement understood) {
    if (said instanceof JsonObject object && understood instanceof JsonObject other) {
      object
          .asMap()
          .forEach(
              (key, value) ->
                  compare(
                      path.isEmpty() ? key : path + "." + key,
                      value,
                      other.has(key) ? other.get(key) : JsonNull.INSTANCE));
    } else if (said instanceof JsonArray list
        && understood instanceof JsonArray other
        && list.size() == other.size()) {
      for (int i = 0; i < list.size(); i++) {
        compare(path + "[" + i + "]", list.get(i), other.get(i));
      }
    } else if (!said.equals(understood)) {
      throw new IllegalArgumentException(
          "%s: %s is understood as %s".formatted(path, said, understood));
    }
  }
}
