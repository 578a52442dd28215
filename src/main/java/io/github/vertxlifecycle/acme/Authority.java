package io.github.vertxlifecycle.acme;

import java.io.IOException;

/** Who issues certificates. */
@FunctionalInterface
interface Authority {

  /**
   * Proves that the domains are ours and has a certificate issued. Blocks for seconds, at most some
   * minutes.
   *
   * @param storage keeps the account, and shows the challenges' answers
   * @return the certificate, the chain to its root and last its key, as PEM
   * @throws AuthorityException if there is no certificate this time
   * @throws IOException if it is this machine's files that are at fault
   * @throws InterruptedException if it was interrupted; nothing is left over
   */
  String order(CertificateStorage storage)
      throws AuthorityException, IOException, InterruptedException;
}
