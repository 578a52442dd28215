package io.github.vertxlifecycle.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A real Chromium without a window. Nothing is downloaded: the browser and the driver are those of
 * the system, or those that CHROMIUM and CHROMEDRIVER name.
 */
final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Referenced here, or its level would be forgotten. Selenium warns of each Chromium that is newer
   * than itself.
   */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Fails where there is no browser, and says what to do. */
  static Browser open(Path profile) {
    Path binary = find("CHROMIUM", "chromium", "chromium-browser", "google-chrome");
    Path driver = find("CHROMEDRIVER", "chromedriver");
    SELENIUM.setLevel(Level.SEVERE);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(binary.toString());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + profile);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driver.toFile())
            .usingAnyFreePort()
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static Path find(String variable, String... names) {
    String said = System.getenv(variable);
    if (said != null) {
      return Path.of(said);
    }
    return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
        .flatMap(folder -> Stream.of(names).map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "there is no %s on the PATH and none in %s; install Debian's packages chromium and chromium-driver, or leave this test out: mvn -Dwithout=browser"
                        .formatted(names[0], variable)));
  }

  void look(String address) {
    driver.get(address);
  }

  /** Waits until an element's text is as wanted; elements may be redrawn meanwhile. */
  String awaitText(String selector, Predicate<String> wanted) {
    return new WebDriverWait(driver, PATIENCE)
        .withMessage(() -> selector + " says " + text(selector))
        .until(
            page -> {
              String text = text(selector);
              return wanted.test(text) ? text : null;
            });
  }

  /** The text of an element, as a script sees it at one moment; empty if there is none. */
  String text(String selector) {
    Object text =
        driver.executeScript(
            "const e = document.querySelector(arguments[0]);"
                + " return e === null || e.closest('[hidden]') ? '' : e.textContent",
            selector);
    return String.valueOf(text);
  }

  /** The label of each component of the graph, as a screen reader gets it. */
  @SuppressWarnings("unchecked")
  List<String> labels() {
    return (List<String>)
        driver.executeScript(
            "return [...document.querySelectorAll('#graph .node')]"
                + ".map(e => e.getAttribute('aria-label'))");
  }

  String focusAndPress(String selector, CharSequence key) {
    driver.findElement(By.cssSelector(selector)).sendKeys(key);
    return String.valueOf(
        driver.executeScript("return document.activeElement.dataset.component ?? ''"));
  }

  void show(int width, boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 600));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  boolean scrollsSideways() {
    return (Boolean)
        driver.executeScript(
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth");
  }

  void photograph(Path file) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
