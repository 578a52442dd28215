package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RouteNamesTest {

  private final Vertx vertx = Vertx.vertx();
  private final RouteNames names = new RouteNames();

  @AfterEach
  void close() {
    vertx.close();
  }

  private void expect(String method, String path, String name) {
    assertThat(names.find(method, path)).as("%s %s", method, path).isEqualTo(name);
  }

  @Test
  void findsTheRouteAsTheRouterDoes() {
    Router router = Router.router(vertx);
    router.route().handler(context -> context.next());
    router.route("/static/*").handler(context -> context.end());
    router.post("/links").handler(context -> context.end());
    router.get("/links/:code").handler(context -> context.end());
    router.get("/links/:code/:part-of").handler(context -> context.end());
    router.get("/a.b(c)").setName("odd one").handler(context -> context.end());
    router.getWithRegex("/[0-9]+").handler(context -> context.end());
    router.get("/:code").handler(context -> context.end());
    names.of(router);

    expect("POST", "/links", "/links");
    expect("POST", "/links/", "/links");
    expect("GET", "/links", "/:code");
    expect("GET", "/links/x", "/links/:code");
    expect("GET", "/links/x/y", "/links/:code/:part-of");
    expect("GET", "/a.b(c)", "odd one");
    expect("GET", "/axb(c)", "/:code");
    expect("PUT", "/static/css/a.css", "/static/");
    expect("DELETE", "/links/x", null);
    expect("MADE-UP", "/links/x", null);
    expect("GET", "/x/y/z", null);
  }

  @Test
  void prefersARouteForTheWholePathToOneForItsBeginning() {
    Router router = Router.router(vertx);
    router.route("/links*").handler(context -> context.next());
    router.get("/links/:code").handler(context -> context.end());
    names.of(router);

    expect("GET", "/links/x", "/links/:code");
    expect("GET", "/links/x/y", "/links");
  }

  @Test
  void knowsNoNameBeforeThereIsARouter() {
    expect("GET", "/links", null);
  }

  @Test
  void namesARouteInASubRouterByTheWholePath() {
    Router deep = Router.router(vertx);
    deep.get("/:leaf").handler(context -> context.end());
    Router sub = Router.router(vertx);
    sub.route().handler(context -> context.next());
    sub.get("/hang").handler(context -> context.end());
    sub.get("/named").setName("odd one").handler(context -> context.end());
    sub.route("/deep/*").subRouter(deep);
    Router router = Router.router(vertx);
    router.route("/sub/*").subRouter(sub);
    router.route("/tenants/:tenant/*").subRouter(sub);
    router.get("/subway").handler(context -> context.end());
    names.of(router);

    expect("GET", "/sub/hang", "/sub/hang");
    expect("GET", "/sub/named", "odd one");
    expect("GET", "/sub/deep/x", "/sub/deep/:leaf");
    expect("GET", "/tenants/7/hang", "/tenants/:tenant/hang");
    expect("GET", "/tenants/7/deep/x", "/tenants/:tenant/deep/:leaf");
    expect("GET", "/subway", "/subway");
    expect("POST", "/sub/hang", "/sub/");
    expect("GET", "/sub/unknown/y", "/sub/");
  }
}
