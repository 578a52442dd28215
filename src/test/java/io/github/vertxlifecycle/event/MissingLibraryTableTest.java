package io.github.vertxlifecycle.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The table of libraries against the POM and the jars. */
final class MissingLibraryTableTest {

  /** The test kit's: no application is without them that runs its tests, for they name these. */
  private static final Set<String> KIT =
      Set.of(
          "io.vertx:vertx-junit5",
          "io.vertx:vertx-web-client",
          "org.junit.jupiter:junit-jupiter-api",
          "org.assertj:assertj-core");

  /** What the POM calls optional and brings classes: the version that it says, empty for none. */
  private static Map<String, String> optional() throws Exception {
    Document pom =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File("pom.xml"));
    Map<String, String> properties = new HashMap<>();
    Node all = pom.getElementsByTagName("properties").item(0);
    for (Node one = all.getFirstChild(); one != null; one = one.getNextSibling()) {
      properties.put("${" + one.getNodeName() + "}", one.getTextContent());
    }
    Map<String, String> found = new TreeMap<>();
    NodeList dependencies = pom.getElementsByTagName("dependency");
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element one = (Element) dependencies.item(i);
      boolean always = one.getParentNode().getParentNode() == pom.getDocumentElement();
      if (always
          && text(one, "optional").equals("true")
          && hasClasses(jar(text(one, "artifactId")))) {
        String version = text(one, "version");
        found.put(
            text(one, "groupId") + ":" + text(one, "artifactId"),
            properties.getOrDefault(version, version));
      }
    }
    assertThat(found.keySet()).containsAll(KIT);
    found.keySet().removeAll(KIT);
    return found;
  }

  private static String text(Element of, String name) {
    NodeList found = of.getElementsByTagName(name);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent();
  }

  private static Path jar(String artifact) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(one -> one.getFileName().toString().matches(artifact + "-\\d.*\\.jar"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no jar of " + artifact));
  }

  private static boolean hasClasses(Path jar) throws Exception {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .anyMatch(one -> one.getName().endsWith(".class") && !one.getName().contains("META-INF"));
    }
  }

  @Test
  void hasEveryOptionalLibraryOfThePomWithItsVersion() throws Exception {
    Map<String, String> rows = new TreeMap<>();
    for (MissingLibrary.Packages row : MissingLibrary.ROWS) {
      rows.put(row.artifact(), row.version() == null ? "" : row.version());
    }
    assertThat(rows).isEqualTo(optional());
  }

  @Test
  void everyPackageIsInTheJarThatItsRowSays() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (MissingLibrary.Packages row : MissingLibrary.ROWS) {
      String artifact = row.artifact().substring(row.artifact().indexOf(':') + 1);
      String marker = row.marker().replace('.', '/') + ".class";
      try (JarFile file = new JarFile(jar(artifact).toFile())) {
        boolean there = MissingLibrary.class.getClassLoader().getResource(marker) != null;
        if (!there || (file.getEntry(marker) != null) != row.whole() || !row.holds(row.marker())) {
          wrong.add(row.toString());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }
}
