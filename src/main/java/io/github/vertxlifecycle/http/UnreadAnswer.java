package io.github.vertxlifecycle.http;

/**
 * The name of what a stop waits for when a request has been answered and its client has not read
 * the answer.
 *
 * @param request the request's name
 */
record UnreadAnswer(Object request) {

  @Override
  public String toString() {
    return request + " (its answer is not read yet)";
  }
}
