package io.github.vertxlifecycle.sample;

import io.github.vertxlifecycle.http.HttpVerticle;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.redis.client.Redis;
import io.vertx.sqlclient.Pool;
import org.jspecify.annotations.Nullable;

/**
 * The service's HTTP interface. An answer is sent only when the work that it promises has been
 * done.
 */
public final class LinksHttpVerticle extends HttpVerticle {

  private static final long LONGEST_BODY = 16 * 1024;

  private final boolean sendsEvents;
  private final boolean drawsQrCodes;
  private Links links;
  private HitCounters counters;
  private @Nullable LinkEvents events;

  /** Made by the application; sends no events of links and draws no QR codes. */
  public LinksHttpVerticle() {
    this(false, false);
  }

  /**
   * Made by the application.
   *
   * @param sendsEvents whether component {@code events} is there to consume the events of new links
   * @param drawsQrCodes whether component {@code qr} is there to provide {@link QrCodes}
   */
  @SuppressWarnings("NullAway.Init") // set in routes, before the first request
  public LinksHttpVerticle(boolean sendsEvents, boolean drawsQrCodes) {
    this.sendsEvents = sendsEvents;
    this.drawsQrCodes = drawsQrCodes;
  }

  @Override
  protected void routes(Router router) {
    Redis redis = use(Redis.class);
    links = new Links(use(Pool.class), redis);
    counters = new HitCounters(redis);
    events = sendsEvents ? new LinkEvents(vertx, use(EventBus.class)) : null;

    router.post("/links").handler(BodyHandler.create(false).setBodyLimit(LONGEST_BODY));
    router.post("/links").handler(this::create);
    router.get("/links/:code").handler(this::describe);
    if (drawsQrCodes) {
      QrCodes qrCodes = use(QrCodes.class);
      router.get("/links/:code/qr").handler(context -> draw(context, qrCodes));
    }
    router.get("/:code").handler(this::redirect);
    router.route().failureHandler(this::failed);
  }

  private void create(RoutingContext context) {
    Target target;
    try {
      target = Target.parse(context.body().asString());
    } catch (IllegalArgumentException e) {
      error(context, 400, String.valueOf(e.getMessage()));
      return;
    }
    answer(
        context,
        links
            .keep(target)
            .onSuccess(code -> sendEvent(code, target))
            .compose(
                code ->
                    json(
                        context,
                        201,
                        new JsonObject().put("code", code).put("url", target.url()))));
  }

  /** Sends the event of a new link. The answer does not wait for its consumer, a stop does. */
  private void sendEvent(String code, Target target) {
    if (events != null) {
      track(LinkEvents.CREATED, events.created(code, target));
    }
  }

  private void describe(RoutingContext context) {
    answer(
        context,
        links
            .describe(code(context))
            .compose(link -> link.isPresent() ? json(context, 200, link.get()) : unknown(context)));
  }

  private void draw(RoutingContext context, QrCodes qrCodes) {
    String code = code(context);
    answer(
        context,
        links
            .describe(code)
            .compose(
                link ->
                    link.isPresent()
                        ? qrCodes.of(code).compose(svg -> picture(context, svg))
                        : unknown(context)));
  }

  private static Future<Void> picture(RoutingContext context, Buffer svg) {
    return context.response().putHeader(HttpHeaders.CONTENT_TYPE, "image/svg+xml").end(svg);
  }

  private void redirect(RoutingContext context) {
    String code = code(context);
    answer(
        context,
        links
            .find(code)
            .compose(
                url ->
                    url.isPresent()
                        ? counters.count(code).compose(counted -> found(context, url.get()))
                        : unknown(context)));
  }

  private static String code(RoutingContext context) {
    return String.valueOf(context.pathParam("code"));
  }

  private static Future<Void> found(RoutingContext context, String url) {
    return context.response().setStatusCode(302).putHeader(HttpHeaders.LOCATION, url).end();
  }

  private static Future<Void> unknown(RoutingContext context) {
    return error(context, 404, "there is no link " + code(context));
  }

  private static Future<Void> error(RoutingContext context, int status, String reason) {
    return json(context, status, new JsonObject().put("error", reason));
  }

  private static Future<Void> json(RoutingContext context, int status, JsonObject body) {
    return context
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(body.toBuffer());
  }

  private static void answer(RoutingContext context, Future<Void> answered) {
    answered.onFailure(context::fail);
  }

  private void failed(RoutingContext context) {
    int status = context.statusCode();
    logFailure(context);
    if (status < 0 || status >= 500) {
      status = 503;
    }
    if (!context.response().ended() && !context.response().headWritten()) {
      error(
          context,
          status,
          status == 503 ? "not now; try again" : "a body may have " + LONGEST_BODY + " bytes");
    }
  }
}
