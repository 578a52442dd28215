package io.github.vertxlifecycle.launcher;

import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * The command line: the names and aliases of {@code VertxApplication} of Vert.x 5, read without
 * regard to case, and {@code -version}. Fields are filled by picocli.
 */
@Command(
    name = "java -jar APP.jar",
    sortOptions = false,
    usageHelpWidth = 100,
    customSynopsis = "java -jar APP.jar [-conf FILE] [OPTIONS] [MAIN-VERTICLE]",
    description = "Starts a Vert.x application in dependency order and stops it in reverse.",
    footer = {
      "",
      "SIGINT, SIGTERM or SIGHUP stops in order; a second one cuts the work in flight; a third",
      "kills. What comes within half a second of one is the same signal. With lifecycle.handover",
      "SIGHUP starts a process that takes the place of this one.",
      "Exit codes: 0 stopped, everything finished; 2 usage; 69 the start failed; 70 the stop of a",
      "component failed; 75 a component could not go on; 78 the configuration is wrong; 124 work was",
      "cut or something did not end in time; 129, 130, 143 forced by a second SIGHUP, SIGINT, SIGTERM."
    })
final class Arguments {

  @Option(
      names = {"-conf", "--conf"},
      paramLabel = "FILE",
      description = "The configuration: a HOCON or JSON file, or JSON itself if it begins with {.")
  @Nullable String conf;

  @Option(
      names = {"-options", "--options", "-vertx-options", "--vertx-options"},
      paramLabel = "FILE",
      description = "Options of Vert.x: a file or JSON.")
  @Nullable String options;

  @Option(
      names = {"-deployment-options", "--deployment-options"},
      paramLabel = "FILE",
      description = "Deployment options of the main verticle: a file or JSON.")
  @Nullable String deploymentOptions;

  @Option(
      names = {"-instances", "--instances"},
      paramLabel = "N",
      description = "Instances of the main verticle; a root verticle has one.")
  @Nullable Integer instances;

  @Option(
      names = {"-w", "-worker", "--worker"},
      description = "Deploy the main verticle as a worker.")
  boolean worker;

  @Option(
      names = {"-vt", "-virtual-thread", "--virtual-thread"},
      description = "Deploy the main verticle on a virtual thread (Java 21 and later).")
  boolean virtualThread;

  @Option(
      names = {"-c", "-cluster", "--cluster"},
      description = "Join a cluster.")
  boolean clustered;

  @Option(
      names = {"-cluster-host", "--cluster-host"},
      paramLabel = "HOST",
      description = "Bind here for the cluster.")
  @Nullable String clusterHost;

  @Option(
      names = {"-cluster-port", "--cluster-port"},
      paramLabel = "PORT",
      description = "Bind here for the cluster; a free one by default.")
  @Nullable Integer clusterPort;

  @Option(
      names = {"-cluster-public-host", "--cluster-public-host"},
      paramLabel = "HOST",
      description = "What the other nodes connect to; the cluster host by default.")
  @Nullable String clusterPublicHost;

  @Option(
      names = {"-cluster-public-port", "--cluster-public-port"},
      paramLabel = "PORT",
      description = "What the other nodes connect to; the cluster port by default.")
  @Nullable Integer clusterPublicPort;

  @Option(
      names = {"-check", "--check"},
      description = "Check the configuration, print the plan of the stop and exit: 0 or 78.")
  boolean check;

  @Option(
      names = {"-graph", "--graph"},
      arity = "0..1",
      parameterConsumer = GraphFormat.Consumer.class,
      paramLabel = "mermaid|dot",
      description = "Print the components and their dependencies and exit.")
  @Nullable GraphFormat graph;

  @Option(
      names = {"-h", "-help", "--help"},
      usageHelp = true,
      description = "Print this and exit.")
  boolean help;

  @Option(
      names = {"-version", "--version"},
      versionHelp = true,
      description = "Print the versions and exit.")
  boolean version;

  @Parameters(
      arity = "0..1",
      paramLabel = "MAIN-VERTICLE",
      description = "Its class; the Main-Verticle of the jar's manifest by default.")
  @Nullable String mainVerticle;

  private Arguments() {}

  /**
   * Reads a command line.
   *
   * @throws LaunchException if it is wrong, or only asks for help or versions
   */
  static Arguments parse(String... args) throws LaunchException {
    Arguments arguments = new Arguments();
    CommandLine line = new CommandLine(arguments).setOptionsCaseInsensitive(true);
    try {
      line.parseArgs(args);
    } catch (ParameterException e) {
      throw LaunchException.usage(e.getMessage() + "\n\n" + synopsis(line.getCommandSpec()));
    }
    if (arguments.help) {
      throw new LaunchException(ExitCode.OK, line.getUsageMessage(Ansi.OFF).stripTrailing());
    }
    if (arguments.version) {
      throw new LaunchException(ExitCode.OK, Versions.text());
    }
    arguments.checkTogether(line.getCommandSpec());
    return arguments;
  }

  private void checkTogether(CommandSpec spec) throws LaunchException {
    if (worker && virtualThread) {
      throw LaunchException.usage(
          "-worker and -virtual-thread exclude each other\n\n" + synopsis(spec));
    }
    if (instances != null && instances < 1) {
      throw LaunchException.usage("-instances must be 1 or more\n\n" + synopsis(spec));
    }
    if (!clustered
        && (clusterHost != null
            || clusterPort != null
            || clusterPublicHost != null
            || clusterPublicPort != null)) {
      throw LaunchException.usage("-cluster-host and its like need -cluster\n\n" + synopsis(spec));
    }
  }

  private static String synopsis(CommandSpec spec) {
    StringWriter text = new StringWriter();
    text.append("Usage: ").append(String.join("\n", spec.usageMessage().customSynopsis()));
    text.append("\n-help tells more.");
    return text.toString();
  }
}
