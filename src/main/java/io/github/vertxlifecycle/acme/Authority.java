package io.github.vertxlifecycle.acme;

import java.io.IOException;

/** An authority that issues certificates. */
@FunctionalInterface
interface Authority {

  /**
   * Proves that the domains are ours and has a certificate issued. Blocks for seconds, at most some
   * minutes.
   *
   * @param storage keeps the account, and shows the challenges' answers
   * @return the certificate, the chain to its root and last its key, as PEM
   * @throws AuthorityException if the authority issues no certificate
   * @throws IOException if files of this machine are at fault
   * @throws InterruptedException if the thread was interrupted; nothing is left over
   */
  String order(CertificateStorage storage)
      throws AuthorityException, IOException, InterruptedException;
}
