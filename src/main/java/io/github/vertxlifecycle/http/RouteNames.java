package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.SubRouters;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
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
    Match found = routes == null ? null : find(routes, method, path);
    return found == null ? null : found.name;
  }

  /** What a router makes of a path. */
  private record Match(String name, boolean whole) {}

  private @Nullable Match find(Router routes, String method, String path) {
    Match prefix = null;
    for (Route route : routes.getRoutes()) {
      Match match = match(route, method, path);
      if (match != null && match.whole) {
        return match;
      }
      prefix = prefix == null ? match : prefix;
    }
    return prefix;
  }

  private @Nullable Match match(Route route, String method, String path) {
    Set<HttpMethod> methods = route.methods();
    if (methods != null && !methods.contains(HttpMethod.valueOf(method))) {
      return null;
    }
    String itsPath = route.getPath();
    Router below = SubRouters.of(route);
    if (below != null) {
      return matchBelow(route, itsPath == null ? "" : itsPath, below, method, path);
    }
    return itsPath == null || !takes(itsPath, route.isExactPath(), path)
        ? null
        : new Match(route.getName(), route.isExactPath());
  }

  /**
   * The name of a route in a sub-router has the path before it that the sub-router is mounted on.
   */
  private @Nullable Match matchBelow(
      Route mount, String itsPath, Router below, String method, String path) {
    String mounted = itsPath.endsWith("/") ? itsPath.substring(0, itsPath.length() - 1) : itsPath;
    Matcher beginning = pattern(mounted, false).matcher(path);
    if (!beginning.lookingAt()) {
      return null;
    }
    String rest = beginning.group("rest");
    if (!rest.isEmpty() && !rest.startsWith("/")) {
      return null;
    }
    Match found = find(below, method, rest.isEmpty() ? "/" : rest);
    if (found != null) {
      return new Match(found.name.startsWith("/") ? mounted + found.name : found.name, found.whole);
    }
    return itsPath.isEmpty() ? null : new Match(mount.getName(), false);
  }

  private boolean takes(String itsPath, boolean exact, String path) {
    return pattern(itsPath, exact).matcher(path).matches();
  }

  private Pattern pattern(String itsPath, boolean exact) {
    return patterns.computeIfAbsent(itsPath + (exact ? "" : "*"), key -> compiled(itsPath, exact));
  }

  /** As the router reads a path: {@code /links/:code}. */
  private static Pattern compiled(String path, boolean exact) {
    StringBuilder regex = new StringBuilder();
    int from = 0;
    for (var parameter = PARAMETER.matcher(path); parameter.find(); from = parameter.end()) {
      regex.append(Pattern.quote(path.substring(from, parameter.start()))).append("[^/]+");
    }
    regex.append(Pattern.quote(path.substring(from)));
    return Pattern.compile(regex.append(exact ? "/?" : "(?<rest>.*)").toString());
  }
}
