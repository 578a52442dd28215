package io.github.vertxlifecycle.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route that a request takes, when somebody wants to know its name. To ask the router
 * while it routes, with a route before all others or a request that listens, costs every request as
 * much as all that is counted of it. Thread-safe.
 */
final class RouteNames {

  private static final Pattern PARAMETER = Pattern.compile(":[A-Za-z_$][A-Za-z0-9_$-]*");

  private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();
  private volatile @Nullable Router router;

  void of(Router routes) {
    router = routes;
  }

  /**
   * The name of the first route that takes this path as a whole, or else of the first that takes
   * what begins like it; a route without a name is called by its path.
   *
   * @return null if there is none
   */
  @Nullable String find(String method, String path) {
    Router routes = router;
    if (routes == null) {
      return null;
    }
    String prefix = null;
    for (Route route : routes.getRoutes()) {
      String itsPath = route.getPath();
      Set<HttpMethod> methods = route.methods();
      if (itsPath == null
          || (methods != null && !methods.contains(HttpMethod.valueOf(method)))
          || !takes(itsPath, route.isExactPath(), path)) {
        continue;
      }
      if (route.isExactPath()) {
        return route.getName();
      }
      prefix = prefix == null ? route.getName() : prefix;
    }
    return prefix;
  }

  private boolean takes(String itsPath, boolean exact, String path) {
    return patterns
        .computeIfAbsent(itsPath + (exact ? "" : "*"), key -> pattern(itsPath, exact))
        .matcher(path)
        .matches();
  }

  /** As the router reads a path: {@code /links/:code}. */
  private static Pattern pattern(String path, boolean exact) {
    StringBuilder regex = new StringBuilder();
    int from = 0;
    for (var parameter = PARAMETER.matcher(path); parameter.find(); from = parameter.end()) {
      regex.append(Pattern.quote(path.substring(from, parameter.start()))).append("[^/]+");
    }
    regex.append(Pattern.quote(path.substring(from)));
    return Pattern.compile(regex.append(exact ? "/?" : ".*").toString());
  }
}
