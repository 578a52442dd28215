package io.github.vertxlifecycle.http;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** TLS that believes everybody: a test's certificates are its own. */
final class TrustingTls implements X509TrustManager {

  static final SSLContext CONTEXT;

  static {
    try {
      CONTEXT = SSLContext.getInstance("TLS");
      CONTEXT.init(null, new TrustManager[] {new TrustingTls()}, null);
    } catch (GeneralSecurityException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  static SSLSocket over(Socket plain, int port, String... protocols) throws IOException {
    SSLSocket socket =
        (SSLSocket) CONTEXT.getSocketFactory().createSocket(plain, "localhost", port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {}

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
