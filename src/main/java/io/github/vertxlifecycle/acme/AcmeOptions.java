package io.github.vertxlifecycle.acme;

import io.github.vertxlifecycle.config.Section;
import java.net.IDN;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The certificate to order, and the authority that issues it. Configuring them means agreeing to
 * the authority's terms of service.
 *
 * @param domains the names in the certificate, at least one, in ASCII
 * @param email where the authority may write to, or null
 * @param directory the address of the authority's directory
 * @param storage a directory that survives restarts; made if it is missing
 * @param trust a PEM file of the only root certificates to trust when connecting to the directory,
 *     or null for those of the JVM
 */
public record AcmeOptions(
    List<String> domains,
    @Nullable String email,
    URI directory,
    Path storage,
    @Nullable Path trust) {

  private static final String LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";
  private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
  private static final Pattern NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  /**
   * Copies the list.
   *
   * @param domains the names in the certificate
   * @param email where the authority may write to, or null
   * @param directory the address of the authority's directory
   * @param storage a directory that survives restarts
   * @param trust a PEM file of roots, or null
   */
  public AcmeOptions {
    domains = List.copyOf(domains);
  }

  /**
   * Reads a section named {@code acme}.
   *
   * @param parent the section it is in
   * @return the options; null if there is no such section, or if it has problems
   */
  public static @Nullable AcmeOptions of(Section parent) {
    if (!parent.has("acme")) {
      return null;
    }
    Section section = parent.section("acme");
    Set<String> domains = domains(section);
    String email = section.string("email");
    URI directory = directory(section);
    String storage = section.string("storage");
    String trust = section.string("trust");
    section.rejectOthers();
    if (email != null && !email.matches("[^@\\s]+@[^@\\s]+")) {
      section.problem("email", "must be an address such as admin@example.org");
    }
    if (storage == null) {
      section.problem("storage", "name a directory that survives restarts");
    }
    if (trust != null && !Files.isReadable(Path.of(trust))) {
      section.problem("trust", "cannot read the file " + trust);
    }
    if (!hasAcme4j()) {
      parent.problem("acme", "needs org.shredzone.acme4j:acme4j-client on the class path");
    }
    return domains.isEmpty() || directory == null || storage == null
        ? null
        : new AcmeOptions(
            List.copyOf(domains),
            email,
            directory,
            Path.of(storage),
            trust == null ? null : Path.of(trust));
  }

  private static boolean hasAcme4j() {
    try {
      Class.forName("org.shredzone.acme4j.Session", false, AcmeOptions.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static Set<String> domains(Section section) {
    Set<String> domains = new LinkedHashSet<>();
    for (String given : section.strings("domains")) {
      String ascii = ascii(given);
      if (given.startsWith("*.")) {
        section.problem(
            "domains",
            "\"%s\" would need a challenge in the DNS, which is not supported; name each domain"
                .formatted(given));
      } else if (!NAME.matcher(ascii).matches() || IP_ADDRESS.matcher(ascii).matches()) {
        section.problem("domains", "\"%s\" is no domain name".formatted(given));
      } else {
        domains.add(ascii);
      }
    }
    if (section.strings("domains").isEmpty()) {
      section.problem("domains", "name at least one: domains = [\"www.example.org\"]");
    }
    return domains;
  }

  private static String ascii(String given) {
    try {
      return IDN.toASCII(given).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static @Nullable URI directory(Section section) {
    String given = section.string("directory", LETS_ENCRYPT);
    try {
      URI uri = URI.create(given);
      if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // reported below
    }
    section.problem("directory", "must be an address such as " + LETS_ENCRYPT);
    return null;
  }

  /**
   * The PEM file of the certificate and its key, which only its owner can read. Both are replaced
   * in one step, so that key and certificate always belong to each other.
   *
   * @return the file, which need not be there yet
   */
  public Path file() {
    return new CertificateStorage(this).certificateFile();
  }

  /** The authority's address, for messages. */
  String authority() {
    return directory.getRawAuthority();
  }

  /** The domains, for messages. */
  String names() {
    return String.join(", ", domains);
  }
}
