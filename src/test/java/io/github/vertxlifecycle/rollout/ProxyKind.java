package io.github.vertxlifecycle.rollout;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The proxies, from the distribution, with their example configurations. */
enum ProxyKind {
  HAPROXY("HAProxy", "haproxy", Path.of("conf", "proxy", "haproxy.cfg"), Duration.ofSeconds(2)) {
    @Override
    List<String> check(Path conf) {
      return List.of(program(), "-c", "-f", conf.toString());
    }

    @Override
    List<String> run(Path conf) {
      return List.of(program(), "-db", "-f", conf.toString());
    }

    @Override
    String forBareVertx(String conf) {
      return conf.replace("GET /readyz", "GET /work").replaceAll(" port \\d+", "");
    }
  },

  NGINX("nginx", "nginx", Path.of("conf", "proxy", "nginx.conf"), Duration.ZERO) {
    @Override
    List<String> check(Path conf) {
      return List.of(program(), "-t", "-e", "stderr", "-c", conf.toString(), "-g", own(conf));
    }

    @Override
    List<String> run(Path conf) {
      return List.of(
          program(),
          "-e",
          "stderr",
          "-c",
          conf.toString(),
          "-g",
          own(conf) + " daemon off; error_log stderr;");
    }

    private static String own(Path conf) {
      return "pid %s.pid;".formatted(conf);
    }

    /** Nothing of it lies in the system's folders, so that it needs no privileges. */
    @Override
    String in(Path directory, String conf) {
      StringBuilder paths = new StringBuilder("http {\n");
      for (String what : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
        paths.append("  %s_temp_path %s;%n".formatted(what, directory.resolve("nginx-" + what)));
      }
      return conf.replace("http {\n", paths);
    }
  };

  final String title;
  final Path example;

  /** What the service is told behind this proxy. */
  final Duration announceDelay;

  private final String program;

  ProxyKind(String title, String program, Path example, Duration announceDelay) {
    this.title = title;
    this.program = program;
    this.example = example;
    this.announceDelay = announceDelay;
  }

  /** The command that checks a configuration. */
  abstract List<String> check(Path conf);

  /** The command that runs in the foreground with a configuration. */
  abstract List<String> run(Path conf);

  /** A configuration whose files lie in that directory. */
  String in(Path directory, String conf) {
    return conf;
  }

  /** A configuration for a service without a management endpoint. */
  String forBareVertx(String conf) {
    return conf;
  }

  /** The path of the program: Debian has it where the path of ordinary users does not lead. */
  final String program() {
    String folders = System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin";
    for (String folder : folders.split(":", -1)) {
      Path path = Path.of(folder, program);
      if (path.toFile().canExecute()) {
        return path.toString();
      }
    }
    throw new IllegalStateException(
        program + " is not installed; on Debian: apt-get install haproxy nginx");
  }
}
