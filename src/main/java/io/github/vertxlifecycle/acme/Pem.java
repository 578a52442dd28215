package io.github.vertxlifecycle.acme;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys as text (RFC 7468). All are of the elliptic curve P-256. */
final class Pem {

  private static final String CURVE = "secp256r1";
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";

  private Pem() {}

  static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(CURVE));
    return generator.generateKeyPair();
  }

  static String privateKey(KeyPair keys) {
    return block(PRIVATE, keys.getPrivate().getEncoded());
  }

  static String both(KeyPair keys) {
    return privateKey(keys) + block(PUBLIC, keys.getPublic().getEncoded());
  }

  /** Reads the text of {@link #both}. */
  static KeyPair keys(String pem) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("EC");
    return new KeyPair(
        factory.generatePublic(new X509EncodedKeySpec(block(PUBLIC, pem))),
        factory.generatePrivate(new PKCS8EncodedKeySpec(block(PRIVATE, pem))));
  }

  private static String block(String type, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes), type);
  }

  private static byte[] block(String type, String pem) throws GeneralSecurityException {
    Matcher found =
        Pattern.compile(
                "-----BEGIN %s-----(.*?)-----END %s-----".formatted(type, type), Pattern.DOTALL)
            .matcher(pem);
    if (!found.find()) {
      throw new GeneralSecurityException("there is no " + type + " in the file");
    }
    return Base64.getMimeDecoder().decode(found.group(1));
  }
}
