package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.openapi.models.V1Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the manifests of the sample against Kubernetes' schemas, and those checks against slips.
 */
final class KubernetesSchemaTest {

  static Stream<Path> manifests() {
    return KubernetesManifests.all();
  }

  private static String deployment() throws IOException {
    return Files.readString(KubernetesManifests.DIRECTORY.resolve("deployment.yaml"));
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void fitsItsSchema(Path manifest) {
    assertThatCode(() -> KubernetesManifests.read(Files.readString(manifest)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          an unknown key       | minReadySeconds:     | minReadySecond:       | minReadySecond
          one deep inside      | readOnlyRootFilesys  | readOnlyRootFileSys   | readOnlyRootFileSys
          a word for a number  | replicas: 3          | replicas: three       | three
          a string as a number | replicas: 3          | replicas: "3"         | spec.replicas
          a fraction           | replicas: 3          | replicas: 3.5         | spec.replicas
          a number as a string | value: json          | value: 1              | env[3].value
          a truth as a string  | value: json          | value: yes            | env[3].value
          a string as a truth  | runAsNonRoot: true   | runAsNonRoot: "true"  | runAsNonRoot
          a list for a map     | emptyDir:            | emptyDir: [] #        |
          no quantity          | memory: 512Mi        | memory: 512MiB        |
          a key twice          | maxSurge: 1          | maxUnavailable: 1     | maxUnavailable
          a required key       | path: /livez         | port: management #    | port
          another version      | apps/v1              | apps/v2               | apps/v2 Deployment
          another kind         | kind: Deployment     | kind: Deploymend      | apps/v1 Deploymend
          """)
  void finds(String slip, String right, String wrong, String named) throws IOException {
    String text = deployment();
    assertThat(text).contains(right);
    String slipped = text.replaceFirst(Pattern.quote(right), wrong);

    assertThatThrownBy(() -> KubernetesManifests.read(slipped))
        .as(slip)
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining(named == null ? "" : named);
  }

  @Test
  void kustomizeNamesEveryManifestAndTheConfiguration() throws IOException {
    Map<String, Object> said =
        KubernetesManifests.parse(
            Files.readString(
                KubernetesManifests.DIRECTORY.resolve(KubernetesManifests.KUSTOMIZATION)));

    assertThat(said)
        .containsEntry("apiVersion", "kustomize.config.k8s.io/v1beta1")
        .containsEntry("kind", "Kustomization")
        .containsOnlyKeys("apiVersion", "kind", "resources", "configMapGenerator", "images");
    assertThat(said.get("resources"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .containsExactlyInAnyOrderElementsOf(
            KubernetesManifests.all()
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.contains(".example."))
                .toList());
    assertThat(said.get("configMapGenerator"))
        .isEqualTo(List.of(Map.of("name", "links", "files", List.of("links.conf"))));
    assertThat(said.get("images").toString()).contains("name=" + image());
  }

  private static String image() throws IOException {
    return KubernetesManifests.read("deployment.yaml", V1Deployment.class)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .get(0)
        .getImage();
  }
}
