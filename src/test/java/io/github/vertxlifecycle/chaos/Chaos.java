package io.github.vertxlifecycle.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Plays rounds from a seed, every kind of fault in turn, and prints each. The same seed picks the
 * same faults and the same moments; how they turn out depends on the machine.
 */
public final class Chaos implements AutoCloseable {

  private final Path directory;
  private final Path disk;
  private final Stores stores;
  private final long seed;
  private final Duration slack;
  private final List<Fault> faults = new ArrayList<>(List.of(Fault.values()));

  Chaos(Path directory, long seed, Duration slack) throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory.toAbsolutePath());
    this.seed = seed;
    this.slack = slack;
    Path home = Files.createTempDirectory(this.directory, "stores");
    disk = home.resolve("postgres");
    if (FullDisk.mount(disk)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> FullDisk.unmount(disk)));
    } else {
      faults.remove(Fault.DISK_FULL);
    }
    if (!Faketime.isThere()) {
      faults.remove(Fault.CLOCK_JUMPS);
    }
    stores = new Stores(home);
  }

  /**
   * Plays rounds.
   *
   * @param arguments how many rounds, the seed, and by how much a busy machine may exceed the limit
   *     of a stop, in milliseconds
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 24;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    long slack = arguments.length > 2 ? Long.parseLong(arguments[2]) : 0;
    List<Round.Result> results = new ArrayList<>();
    try (Chaos chaos = new Chaos(Path.of("target", "chaos"), seed, Duration.ofMillis(slack))) {
      System.out.printf("%d rounds, seed %d%n", rounds, seed);
      for (int i = 0; i < rounds; i++) {
        results.add(chaos.round(i));
      }
      chaos.print(results);
    }
    System.exit(brokenOf(results) == 0 ? 0 : 1);
  }

  private Round.Result round(int number) throws IOException, InterruptedException {
    Random random = new Random(seed + number);
    Round.Result result = play(faults.get(number % faults.size()), random.nextLong());
    System.out.printf(
        "%4d %-22s exit %3d, %5d ms of %d; %s%n",
        number,
        result.fault(),
        result.exitCode(),
        result.tookMillis(),
        result.limitMillis(),
        result.sums());
    result.broken().forEach(what -> System.out.printf("     BROKEN: %s%n", what));
    return result;
  }

  /** Plays one round. */
  Round.Result play(Fault fault, long its) throws IOException, InterruptedException {
    return new Round(fault, its, stores, directory, slack).play();
  }

  private void print(List<Round.Result> results) {
    Map<Fault, List<Round.Result>> byFault = new EnumMap<>(Fault.class);
    results.forEach(
        result -> byFault.computeIfAbsent(result.fault(), fault -> new ArrayList<>()).add(result));
    System.out.printf(
        "%n| fault | rounds | broken | sent | completed | refused | cut | unknown"
            + " | longest stop, limit | exit codes |%n|---|---|---|---|---|---|---|---|---|---|%n");
    for (Fault fault : Fault.values()) {
      print(fault.what, byFault.getOrDefault(fault, List.of()));
    }
    print("all", results);
    System.out.printf("%n%d rounds, seed %d: %s%n", results.size(), seed, sums(results));
    System.out.println(
        brokenOf(results) == 0
            ? "Every round: the servers counted what their clients did, every link answered 201 is"
                + " in PostgreSQL, hits are redirects, no connection and no process is left."
            : brokenOf(results) + " rounds are broken; see " + directory);
  }

  private static void print(String what, List<Round.Result> all) {
    Round.Result longest =
        all.stream().max(Comparator.comparingLong(Round.Result::tookMillis)).orElse(null);
    Map<Integer, Long> codes =
        all.stream()
            .collect(
                Collectors.groupingBy(Round.Result::exitCode, TreeMap::new, Collectors.counting()));
    System.out.printf(
        "| %s | %d | %d | %s | %s | %s |%n",
        what,
        all.size(),
        brokenOf(all),
        sums(all).columns(),
        longest == null
            ? "cannot be made here"
            : longest.tookMillis() + " ms, " + longest.limitMillis() + " ms",
        codes.entrySet().stream()
            .map(code -> code.getKey() + " × " + code.getValue())
            .collect(Collectors.joining(", ")));
  }

  private static long brokenOf(List<Round.Result> results) {
    return results.stream().filter(result -> !result.broken().isEmpty()).count();
  }

  private static Sums sums(List<Round.Result> results) {
    return results.stream().map(Round.Result::sums).reduce(Sums.NONE, Sums::plus);
  }

  @Override
  public void close() throws IOException {
    stores.close();
    FullDisk.unmount(disk);
  }
}
