package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.github.vertxlifecycle.lifecycle.LauncherAccess;
import io.github.vertxlifecycle.lifecycle.LifecycleOptions;
import io.github.vertxlifecycle.lifecycle.Plan;
import io.github.vertxlifecycle.sample.LinksApp;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds the manifests of the sample, and the configuration in them, against what this toolkit does.
 */
@Tag("integration")
final class KubernetesTest {

  private static final String IN_THE_IMAGE = "/app/conf/app.conf";
  private static final Duration WATCHDOG = Duration.ofSeconds(1);
  private static final Duration MARGIN = Duration.ofSeconds(5);

  @TempDir Path directory;

  private V1Deployment deployment;
  private V1PodSpec pod;
  private V1Container container;
  private Path configuration;
  private JsonObject json;
  private Plan plan;
  private LifecycleOptions lifecycle;

  @BeforeEach
  void read() throws IOException, LaunchException {
    deployment = KubernetesManifests.read("deployment.yaml", V1Deployment.class);
    pod = deployment.getSpec().getTemplate().getSpec();
    assertThat(pod.getContainers()).hasSize(1);
    container = pod.getContainers().get(0);

    String text = Files.readString(KubernetesManifests.DIRECTORY.resolve("links.conf"));
    assertThat(text).contains(IN_THE_IMAGE);
    String here = Path.of("conf", "app.conf").toAbsolutePath().toString();
    configuration =
        Files.writeString(directory.resolve("links.conf"), text.replace(IN_THE_IMAGE, here));
    json = Configuration.read("-conf", configuration.toString()).json();
    plan = new LinksApp().plan(json);
    lifecycle = plan.options();
  }

  /** The environment of the container, but for the place of the report, which is not here. */
  private Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>();
    for (V1EnvVar one : container.getEnv()) {
      variables.put(one.getName(), one.getValue() == null ? "secret" : one.getValue());
    }
    variables.replace("REPORT_FILE", directory.resolve("termination-log").toString());
    return variables;
  }

  private static Duration seconds(Integer number) {
    return Duration.ofSeconds(number);
  }

  /** How long a probe takes to make up its mind when every answer is a no. */
  private static Duration patience(V1Probe probe) {
    return seconds(probe.getPeriodSeconds() * probe.getFailureThreshold());
  }

  private int port(String name) {
    return container.getPorts().stream()
        .filter(port -> port.getName().equals(name))
        .map(V1ContainerPort::getContainerPort)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theConfigurationPassesTheCheck() throws InterruptedException {
    try (AppProcess app =
        new AppProcess.Command()
            .environment(environment())
            .launch("-conf", configuration.toString(), "--check", LinksApp.class.getName())) {
      AppProcess.Ended ended = app.ends();
      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out()).contains("The configuration is right: 4 components.");
      assertThat(ended.out() + ended.err()).doesNotContain("WARN");
    }
  }

  @Test
  void theConfigurationComesFromTheMountedFile() {
    assertThat(container.getCommand()).isNullOrEmpty();
    assertThat(container.getArgs()).containsExactly("-conf", "/etc/links/links.conf");
    assertThat(container.getVolumeMounts())
        .anySatisfy(
            mount -> {
              assertThat(mount.getName()).isEqualTo("configuration");
              assertThat(mount.getMountPath()).isEqualTo("/etc/links");
            });
    assertThat(pod.getVolumes())
        .anySatisfy(
            volume -> {
              assertThat(volume.getName()).isEqualTo("configuration");
              assertThat(volume.getConfigMap().getName()).isEqualTo("links");
            });
  }

  @Test
  void theImageIsTheDockerfiles() throws IOException {
    String dockerfile = Files.readString(Path.of("docker", "Dockerfile"));

    assertThat(dockerfile).contains("docker build -t " + container.getImage() + " ");
    var user = pod.getSecurityContext();
    assertThat(dockerfile)
        .contains("USER " + user.getRunAsUser() + ":" + user.getRunAsGroup())
        .contains("COPY conf /app/conf");
  }

  @Test
  void grantsMoreTimeThanTheStopTakes() {
    assertThat(lifecycle.announceDelay()).isPositive();
    assertThat(seconds(pod.getTerminationGracePeriodSeconds().intValue()))
        .isGreaterThanOrEqualTo(lifecycle.stopTimeout().plus(WATCHDOG).plus(MARGIN));
    assertThat(container.getLifecycle()).as("a preStop hook would take of that time").isNull();
  }

  @Test
  void theAnnouncementIsAddedToTheTimeToDrain() throws LaunchException {
    JsonObject defaults = Configuration.read("-conf", "conf/app.conf").json();

    assertThat(lifecycle.stopTimeout().minus(lifecycle.announceDelay()))
        .isEqualTo(new LinksApp().plan(defaults).options().stopTimeout());
  }

  @Test
  void probesAskTheManagementPort() {
    JsonObject management = json.getJsonObject("management");

    assertThat(management.getString("host")).isEqualTo("0.0.0.0");
    assertThat(management.getInteger("port")).isEqualTo(port("management"));
    assertThat(json.getJsonObject("http").getInteger("port")).isEqualTo(port("http"));
    for (V1Probe probe : probes()) {
      assertThat(probe.getHttpGet().getPort()).isEqualTo(new IntOrString("management"));
    }
  }

  private List<V1Probe> probes() {
    return List.of(
        container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe());
  }

  @Test
  void thereAreAnswersAtThePathsOfTheProbes() throws Exception {
    String conf = "{management: {host: \"127.0.0.1\", port: 0}}";
    try (AppProcess app = AppProcess.start(conf).started()) {
      Matcher said = Pattern.compile("Management on (http://\\S+)/").matcher(app.toString());
      assertThat(said.find()).as(app.toString()).isTrue();
      HttpClient client = HttpClient.newHttpClient();
      Map<String, Integer> answers = new HashMap<>();
      for (V1Probe probe : probes()) {
        String path = probe.getHttpGet().getPath();
        HttpRequest request = HttpRequest.newBuilder(URI.create(said.group(1) + path)).build();
        answers.put(path, client.send(request, BodyHandlers.ofString()).statusCode());
      }
      assertThat(answers).isEqualTo(Map.of("/startupz", 200, "/livez", 200, "/readyz", 200));
    }
    assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo("/startupz");
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/livez");
    assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
  }

  @Test
  void aStartHasTheTimeThatItsComponentsHave() {
    Duration patience = patience(container.getStartupProbe());

    assertThat(patience)
        .isGreaterThanOrEqualTo(new LauncherAccess(plan).startBudget().plus(MARGIN));
    assertThat(seconds(deployment.getSpec().getProgressDeadlineSeconds()))
        .isGreaterThan(patience.plus(seconds(deployment.getSpec().getMinReadySeconds())));
  }

  @Test
  void unreadinessIsKnownBeforeAnythingDrains() {
    assertThat(patience(container.getReadinessProbe())).isLessThan(lifecycle.announceDelay());
  }

  @Test
  void waitsForTheAnswerOfASlowHealthCheck() {
    Duration check =
        ConfigFactory.parseFile(configuration.toFile())
            .resolve()
            .getDuration("management.checkTimeout");

    assertThat(seconds(container.getReadinessProbe().getTimeoutSeconds())).isGreaterThan(check);
    for (V1Probe probe : probes()) {
      assertThat(probe.getTimeoutSeconds()).isLessThanOrEqualTo(probe.getPeriodSeconds());
      assertThat(probe.getFailureThreshold()).isGreaterThan(1);
    }
  }

  @Test
  void everybodyMeansTheSamePods() throws IOException {
    Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
    V1Service service = KubernetesManifests.read("service.yaml", V1Service.class);
    V1PodDisruptionBudget budget =
        KubernetesManifests.read("poddisruptionbudget.yaml", V1PodDisruptionBudget.class);
    V1NetworkPolicy policy = KubernetesManifests.read("networkpolicy.yaml", V1NetworkPolicy.class);

    assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
    assertThat(service.getSpec().getSelector()).isEqualTo(labels);
    assertThat(budget.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
    assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isEqualTo(labels);
    assertThat(pod.getTopologySpreadConstraints().get(0).getLabelSelector().getMatchLabels())
        .isEqualTo(labels);
    IntOrString http = new IntOrString("http");
    assertThat(service.getSpec().getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getTargetPort()).isEqualTo(http));
    assertThat(policy.getSpec().getIngress().get(0).getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getPort()).isEqualTo(http));
  }

  @Test
  void aRolloutTakesNobodyAwayBeforeAnotherIsThere() {
    var strategy = deployment.getSpec().getStrategy();

    assertThat(strategy.getType()).isEqualTo("RollingUpdate");
    assertThat(strategy.getRollingUpdate().getMaxUnavailable()).isEqualTo(new IntOrString(0));
    assertThat(strategy.getRollingUpdate().getMaxSurge()).isNotEqualTo(new IntOrString(0));
    assertThat(deployment.getSpec().getReplicas()).isGreaterThan(1);
    assertThat(deployment.getSpec().getMinReadySeconds()).isPositive();
  }

  /** What "restricted" of the Pod Security Standards asks for, and a root that is read-only. */
  @Test
  void mayDoNothingThatItDoesNotNeed() {
    var podContext = pod.getSecurityContext();
    var context = container.getSecurityContext();

    assertThat(podContext.getRunAsNonRoot()).isTrue();
    assertThat(podContext.getRunAsUser()).isPositive();
    assertThat(podContext.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
    assertThat(context.getReadOnlyRootFilesystem()).isTrue();
    assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(context.getCapabilities().getAdd()).isNullOrEmpty();
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getEnableServiceLinks()).isFalse();
    assertThat(container.getVolumeMounts())
        .anySatisfy(mount -> assertThat(mount.getMountPath()).isEqualTo("/tmp"));
    assertThat(container.getResources().getLimits().get("memory"))
        .isEqualTo(container.getResources().getRequests().get("memory"));
  }

  @Test
  void passwordsComeFromTheSecretAndIntoTheConfiguration() throws IOException {
    V1Secret secret = KubernetesManifests.read("secret.example.yaml", V1Secret.class);
    Map<String, V1EnvVar> secrets =
        container.getEnv().stream()
            .filter(one -> one.getValueFrom() != null)
            .collect(Collectors.toMap(V1EnvVar::getName, one -> one));

    assertThat(secrets).containsOnlyKeys("PGPASSWORD", "REDIS_PASSWORD");
    String defaults = Files.readString(Path.of("conf", "app.conf"));
    secrets.forEach(
        (name, variable) -> {
          assertThat(defaults).contains("password = ${?" + name + "}");
          var reference = variable.getValueFrom().getSecretKeyRef();
          assertThat(reference.getName()).isEqualTo(secret.getMetadata().getName());
          assertThat(secret.getStringData()).containsKey(reference.getKey());
        });
  }

  @Test
  void theReportIsTheMessageOfTheEnd() {
    assertThat(container.getEnv())
        .contains(new V1EnvVar().name("REPORT_FILE").value(container.getTerminationMessagePath()));
  }
}
