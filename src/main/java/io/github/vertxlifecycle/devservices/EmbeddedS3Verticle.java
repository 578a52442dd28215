package io.github.vertxlifecycle.devservices;

import io.github.vertxlifecycle.config.Section;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that speaks S3, as a component: <a href="https://github.com/gaul/s3proxy">S3Proxy</a>,
 * which keeps objects as files.
 *
 * <p>Keys of its section beside {@code port} and {@code dataDir}: {@code jar}, where {@code
 * org.gaul:s3proxy:4.1.0:jar:jar-with-dependencies} of Maven Central lies, which is a program and
 * no library for a class path; {@code buckets}, which are made if they are missing; {@code
 * accessKey} and {@code secretKey}, by default {@value #KEY} both.
 */
public final class EmbeddedS3Verticle extends EmbeddedServerVerticle {

  private static final String KEY = "embedded";
  private static final String MAIN = "org.gaul.s3proxy.Main";

  private Path jar = Path.of("");
  private List<String> buckets = List.of();
  private String accessKey = KEY;
  private String secretKey = KEY;

  /** Makes the component; its section configures it. */
  public EmbeddedS3Verticle() {}

  @Override
  void configureServer(Section section) {
    jar = Path.of(section.string("jar", ""));
    buckets = section.strings("buckets");
    accessKey = section.string("accessKey", KEY);
    secretKey = section.string("secretKey", KEY);
    if (!Files.isRegularFile(jar)) {
      section.problem(
          "jar",
          "must name the file of org.gaul:s3proxy:4.1.0:jar:jar-with-dependencies from Maven Central");
    }
    for (String bucket : buckets) {
      if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
        section.problem("buckets", "must hold names of 3 to 63 letters, digits, dots and hyphens");
      }
    }
  }

  @Override
  String signal() {
    return "TERM";
  }

  /** The exit code of a JVM that SIGTERM has ended. */
  @Override
  int goodExit() {
    return 143;
  }

  @Override
  String readyLine() {
    return "Started ogsoejs.ServerConnector";
  }

  @Override
  String portTakenLine() {
    return "Failed to bind";
  }

  @Override
  URI uri(int listenPort) {
    return URI.create("http://%s:%s".formatted(HOST, listenPort));
  }

  /** Writes the settings to a file that only this user can read, because they contain the key. */
  @Override
  List<String> prepare(ServerHome in) throws IOException {
    for (String bucket : buckets) {
      Files.createDirectories(in.data().resolve(bucket));
    }
    Files.createDirectories(in.data());
    Path settings = in.directory().resolve("s3proxy.conf");
    Files.deleteIfExists(settings);
    Files.createFile(
        settings,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(
        settings,
        List.of(
            "s3proxy.authorization=aws-v2-or-v4",
            "s3proxy.identity=" + accessKey,
            "s3proxy.credential=" + secretKey,
            "s3proxy.ignore-unknown-headers=true", // for the object's size, which the SDK sends
            "jclouds.provider=filesystem",
            "jclouds.filesystem.basedir=" + in.data()));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx256m",
        "-cp",
        jar.toAbsolutePath().toString(),
        MAIN,
        "--properties",
        settings.toString());
  }

  /** The endpoint goes before the class, as a system property, which wins over the file. */
  @Override
  List<String> onPort(List<String> command, int listenPort) {
    List<String> all = new ArrayList<>(command);
    all.add(1, "-Ds3proxy.endpoint=" + uri(listenPort));
    return all;
  }
}
