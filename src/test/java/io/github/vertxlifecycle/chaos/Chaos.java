package io.github.vertxlifecycle.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Plays rounds from a seed, every kind of fault in turn, and prints each. The same seed picks the
 * same faults and the same moments; what the machine makes of them is its own.
 */
public final class Chaos implements AutoCloseable {

  private final Path directory;
  private final Path disk;
  private final Stores stores;
  private final Duration slack;
  private final List<Fault> faults = new ArrayList<>(List.of(Fault.values()));

  Chaos(Path directory, Duration slack) throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory.toAbsolutePath());
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
   * Plays.
   *
   * @param arguments how many rounds, the seed, and what a busy machine may add to the limit of a
   *     stop, in milliseconds
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 24;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    long slack = arguments.length > 2 ? Long.parseLong(arguments[2]) : 0;
    List<Round.Result> results = new ArrayList<>();
    try (Chaos chaos = new Chaos(Path.of("target", "chaos"), Duration.ofMillis(slack))) {
      System.out.printf("%d rounds, seed %d%n", rounds, seed);
      for (Fault fault : Fault.values()) {
        if (!chaos.faults.contains(fault)) {
          System.out.printf("%s cannot be made here and is left out%n", fault);
        }
      }
      for (int i = 0; i < rounds; i++) {
        results.add(chaos.round(i, seed));
      }
    }
    print(results);
    System.exit(results.stream().allMatch(result -> result.broken().isEmpty()) ? 0 : 1);
  }

  private Round.Result round(int number, long seed) throws IOException, InterruptedException {
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
  Round.Result play(Fault fault, long seed) throws IOException, InterruptedException {
    return new Round(fault, seed, stores, directory, slack).play();
  }

  private static void print(List<Round.Result> results) {
    Map<Fault, List<Round.Result>> byFault = new EnumMap<>(Fault.class);
    results.forEach(
        result -> byFault.computeIfAbsent(result.fault(), fault -> new ArrayList<>()).add(result));
    System.out.printf(
        "%n| fault | rounds | broken | longest stop | exit codes |%n|---|---|---|---|---|%n");
    byFault.forEach(
        (fault, all) ->
            System.out.printf(
                "| %s | %d | %d | %d ms of %d | %s |%n",
                fault.what,
                all.size(),
                all.stream().filter(result -> !result.broken().isEmpty()).count(),
                all.stream().mapToLong(Round.Result::tookMillis).max().orElse(0),
                all.stream().mapToLong(Round.Result::limitMillis).max().orElse(0),
                all.stream().map(Round.Result::exitCode).distinct().sorted().toList()));
  }

  @Override
  public void close() throws IOException {
    stores.close();
    FullDisk.unmount(disk);
  }
}
