package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.App.await;
import static io.github.vertxlifecycle.lifecycle.App.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentDraining;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStarting;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.netty.channel.EventLoop;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class RootVerticleTest {

  private final App.Calls calls = new App.Calls();

  private App.Speaking speaking() {
    return new App.Speaking(calls);
  }

  // ── instances and threads ──────────────────────────────────────────────────────────────────────

  @Test
  void drainsAndReleasesEveryInstance() {
    List<Promise<Void>> work = new CopyOnWriteArrayList<>();
    try (App app =
        new App(
            declared ->
                declared
                    .add(
                        "http",
                        () ->
                            new App.Speaking(calls) {
                              @Override
                              protected Future<?> onStart() {
                                Promise<Void> one = Promise.promise();
                                work.add(one);
                                track("request", one.future());
                                return super.onStart();
                              }
                            })
                    .instances(3))) {
      Promise<Integer> draining = Promise.promise();
      app.root.listen(
          event -> {
            if (event instanceof ComponentDraining drain) {
              draining.complete(drain.inFlight());
            }
          });
      await(app.deploy());
      Future<Void> stopped = app.root.stop(Stage.REQUEST);
      assertThat(await(draining.future())).isEqualTo(3);
      work.forEach(one -> assertThat(stopped.isComplete()).isFalse());
      work.get(0).complete();
      work.get(1).complete();
      assertThat(app.recorder.order(ComponentStopped.class)).isEmpty();
      work.get(2).complete();
      await(stopped);
      assertThat(calls.lines()).filteredOn("http start"::equals).hasSize(3);
      assertThat(calls.lines()).filteredOn("http drain"::equals).hasSize(3);
      assertThat(calls.lines()).filteredOn("http stop"::equals).hasSize(3);
    }
  }

  @Test
  void runsEveryStepOnTheComponentsOwnContextWhateverItsThreads() {
    List<String> threads = new CopyOnWriteArrayList<>();
    try (App app =
        new App(
            declared ->
                declared
                    .add("worker", () -> new OnContext(threads))
                    .options(new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)))) {
      String id = app.started();
      await(app.vertx.undeploy(id));
      assertThat(threads)
          .containsExactly("start WORKER", "announce WORKER", "drain WORKER", "stop WORKER");
    }
  }

  @Test
  void runsVirtualThreadComponentsWhereTheJvmHasThem() {
    List<String> threads = new CopyOnWriteArrayList<>();
    try (App app =
        new App(
            declared ->
                declared
                    .add("virtual", () -> new OnContext(threads))
                    .options(
                        new DeploymentOptions()
                            .setThreadingModel(ThreadingModel.VIRTUAL_THREAD)))) {
      if (((VertxInternal) app.vertx).isVirtualThreadAvailable()) {
        String id = app.started();
        await(app.vertx.undeploy(id));
        assertThat(threads)
            .containsExactly(
                "start VIRTUAL_THREAD",
                "announce VIRTUAL_THREAD",
                "drain VIRTUAL_THREAD",
                "stop VIRTUAL_THREAD");
      } else {
        assertThat(awaitFailure(app.deploy()))
            .hasMessageContaining("component \"virtual\" did not start:")
            .hasMessageContaining("does not support virtual threads");
      }
    }
  }

  private static final class OnContext extends LifecycleVerticle {
    private final List<String> threads;

    OnContext(List<String> threads) {
      this.threads = threads;
    }

    private Future<?> note(String step) {
      Context here = Vertx.currentContext();
      threads.add(step + " " + (here == context ? here.threadingModel() : "elsewhere"));
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStart() {
      return note("start");
    }

    @Override
    protected void onAnnounce() {
      note("announce");
    }

    @Override
    protected Future<?> onDrain() {
      return note("drain");
    }

    @Override
    protected Future<?> onStop() {
      return note("stop");
    }
  }

  @Test
  void refusesLessThanOneInstance() {
    try (App app = new App(declared -> declared.add("none", this::speaking).instances(0))) {
      assertThat(awaitFailure(app.deploy()))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("none.instances");
    }
  }

  // ── starts ─────────────────────────────────────────────────────────────────────────────────────

  private Throwable failureOf(Deployable one) {
    return failureOf(one, Duration.ofSeconds(15));
  }

  private Throwable failureOf(Deployable one, Duration startTimeout) {
    try (App app =
        new App(
            declared -> {
              declared.add("base", this::speaking);
              declared
                  .add("bad", () -> one)
                  .dependsOn("base")
                  .startTimeout(startTimeout)
                  .releaseTimeout(Duration.ofMillis(500));
            })) {
      Throwable failure = awaitFailure(app.deploy());
      assertThat(calls.lines()).endsWith("base stop");
      return failure;
    }
  }

  @Test
  void failsWhenAStartThrowsFailsOrReturnsNull() {
    assertThat(
            failureOf(
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    throw new IllegalStateException("thrown");
                  }
                }))
        .hasMessage("component \"bad\" did not start: thrown");
    assertThat(
            failureOf(
                new App.Speaking(calls) {
                  @Override
                  protected Future<?> onStart() {
                    return Future.failedFuture(new IllegalStateException("failed"));
                  }
                }))
        .hasMessage("component \"bad\" did not start: failed");
    assertThat(
            failureOf(
                new App.Speaking(calls) {
                  @Override
                  @SuppressWarnings("NullAway")
                  protected Future<?> onStart() {
                    return null;
                  }
                }))
        .hasMessage(
            "component \"bad\" did not start: onStart returned null;"
                + " return Future.succeededFuture() if nothing is to wait for");
    assertThat(
            failureOf(
                new AbstractVerticle() {
                  @Override
                  public void start() {
                    throw new NoClassDefFoundError("some/Missing");
                  }
                }))
        .hasMessage("component \"bad\" did not start: some/Missing");
    assertThat(calls.lines()).doesNotContain("bad stop");
  }

  @Test
  void failsWhenAStartNeverEnds() {
    assertThat(
            failureOf(
                new AbstractVerticle() {
                  @Override
                  public void start(Promise<Void> promise) {}
                },
                Duration.ofMillis(500)))
        .hasMessageStartingWith(
            "component \"bad\" did not start: it did not start within 500 ms; mend");
  }

  @Test
  void failsWhenALaterInstanceCannotBeMade() {
    AtomicInteger made = new AtomicInteger();
    try (App app =
        new App(
            declared ->
                declared
                    .add(
                        "bad",
                        () -> {
                          if (made.getAndIncrement() > 0) {
                            throw new NoClassDefFoundError("some/Missing");
                          }
                          return speaking();
                        })
                    .instances(2)
                    .startTimeout(Duration.ofSeconds(10)))) {
      assertThat(awaitFailure(app.deploy()))
          .hasMessage("component \"bad\" did not start: some/Missing");
    }
  }

  @Test
  void keepsTheCauseWhenOneOfSeveralInstancesFails() {
    for (int i = 0; i < 200; i++) {
      AtomicInteger made = new AtomicInteger();
      try (App app =
          new App(
              declared ->
                  declared
                      .add(
                          "http",
                          () -> made.getAndIncrement() == 2 ? failing("port taken") : speaking())
                      .instances(3))) {
        assertThat(awaitFailure(app.deploy()))
            .hasMessage("component \"http\" did not start: port taken");
        assertThat(app.recorder.lines()).contains("stop began: start of \"http\" failed");
      }
    }
  }

  private static Deployable failing(String message) {
    return new VerticleBase() {
      @Override
      public Future<?> start() {
        return Future.failedFuture(message);
      }
    };
  }

  @Test
  void rollsBackWhenVertxClosesWhileItStarts() {
    Promise<Void> begun = Promise.promise();
    App app =
        new App(
            declared -> {
              declared.add("base", this::speaking);
              declared
                  .add(
                      "slow",
                      () ->
                          new VerticleBase() {
                            @Override
                            public Future<?> start() {
                              begun.complete();
                              return Promise.promise().future();
                            }
                          })
                  .dependsOn("base")
                  .releaseTimeout(Duration.ofMillis(300));
            });
    Future<String> deployed = app.deploy();
    await(begun.future());
    await(app.vertx.close());
    assertThat(deployed.failed()).isTrue();
    assertThat(app.recorder.lines())
        .contains("stop began: Vertx.close()", "slow TIMED_OUT", "base CLEAN", "stopped");
    assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("slow", "base");
    assertThat(calls.lines())
        .containsExactly("base start", "base announce", "base drain", "base stop");
  }

  @Test
  void startsNothingAfterAStop() {
    try (App app = new App(declared -> declared.add("a", this::speaking))) {
      assertThat(app.root.stop(Stage.SIGTERM).succeeded()).isTrue();
      assertThat(awaitFailure(app.deploy())).hasMessage("the start was abandoned: SIGTERM");
      assertThat(app.recorder.order(ComponentStarting.class)).isEmpty();
      assertThat(calls.lines()).isEmpty();
    }
  }

  @Test
  void wakesAPausingRetryWhenTheStartIsAbandoned() {
    Promise<Void> pausing = Promise.promise();
    AtomicInteger tries = new AtomicInteger();
    try (App app =
        new App(declared -> declared.add("postgres", () -> new Trying(tries, pausing)))) {
      Future<String> deployed = app.deploy();
      await(pausing.future());
      await(app.root.stop(Stage.SIGTERM));
      assertThat(app.recorder.lines()).contains("postgres CLEAN");
      assertThat(tries).hasValue(1);
      assertThat(awaitFailure(deployed))
          .hasMessage("the start was abandoned: SIGTERM")
          .satisfies(
              e ->
                  assertThat(e.getSuppressed())
                      .extracting(Throwable::getMessage)
                      .containsExactly("component \"postgres\" did not start: connection refused"));
    }
  }

  /** Tries in vain, in a Vert.x whose timers never fire. */
  private static final class Trying extends LifecycleVerticle {
    private final AtomicInteger tries;
    private final Promise<Void> pausing;

    Trying(AtomicInteger tries, Promise<Void> pausing) {
      this.tries = tries;
      this.pausing = pausing;
    }

    @Override
    public void init(Vertx real, Context context) {
      Object timeless =
          Proxy.newProxyInstance(
              Vertx.class.getClassLoader(),
              new Class<?>[] {Vertx.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("setTimer")) {
                  pausing.complete();
                  return 1L;
                }
                return method.getName().equals("cancelTimer")
                    ? (Object) true
                    : method.invoke(real, arguments);
              });
      super.init((Vertx) timeless, context);
    }

    @Override
    protected Future<?> onStart() {
      return retry("connect", this::connect, problem -> true);
    }

    private Future<Void> connect() {
      tries.incrementAndGet();
      return Future.failedFuture("connection refused");
    }
  }

  @Test
  void closesServersOfAFailedStartBeforeItsDependenciesStop() {
    AtomicReference<String> seen = new AtomicReference<>();
    AtomicInteger port = new AtomicInteger();
    try (App app =
        new App(
            declared -> {
              declared.add("base", () -> asking(port, seen));
              declared
                  .add(
                      "foreign",
                      () ->
                          new VerticleBase() {
                            @Override
                            public Future<?> start() {
                              return vertx
                                  .createHttpServer()
                                  .requestHandler(request -> request.response().end())
                                  .listen(0, "127.0.0.1")
                                  .onSuccess(server -> port.set(server.actualPort()))
                                  .compose(server -> Future.failedFuture("late"));
                            }
                          })
                  .dependsOn("base");
            })) {
      assertThat(awaitFailure(app.deploy()))
          .hasMessage("component \"foreign\" did not start: late");
      assertThat(seen).hasValue("no answer");
    }
  }

  private static Deployable asking(AtomicInteger port, AtomicReference<String> seen) {
    return new LifecycleVerticle() {
      @Override
      protected Future<?> onDrain() {
        return asked(vertx, port.get()).onSuccess(seen::set);
      }
    };
  }

  /**
   * Whether a server answers. Being connected says nothing: a selector of the JDK gives a closed
   * listener's socket back when it selects next, and until then the kernel still accepts.
   */
  private static Future<String> asked(Vertx vertx, int port) {
    return vertx
        .createHttpClient()
        .request(HttpMethod.GET, port, "127.0.0.1", "/")
        .compose(HttpClientRequest::send)
        .transform(answer -> Future.succeededFuture(answer.failed() ? "no answer" : "answer"));
  }

  // ── stops ──────────────────────────────────────────────────────────────────────────────────────

  private App started(Deployable bad) {
    return started(bad, Duration.ofSeconds(10));
  }

  private App started(Deployable bad, Duration limit) {
    App app =
        new App(
            declared -> {
              declared.add("base", this::speaking);
              declared
                  .add("bad", () -> bad)
                  .dependsOn("base")
                  .drainTimeout(limit)
                  .releaseTimeout(limit);
            });
    await(app.deploy());
    return app;
  }

  private void stopFails(Deployable bad, String message) {
    stopFails(bad, Duration.ofSeconds(10), message);
  }

  private void stopFails(Deployable bad, Duration limit, String message) {
    try (App app = started(bad, limit)) {
      String id =
          app.vertx.deploymentIDs().stream().filter(one -> isRoot(app, one)).findAny().get();
      assertThat(awaitFailure(app.vertx.undeploy(id)))
          .isInstanceOf(StopFailedException.class)
          .hasMessage("not every component stopped well: " + message);
      assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("bad", "base");
      assertThat(calls.lines()).endsWith("base drain", "base stop");
    }
  }

  private static boolean isRoot(App app, String id) {
    return ((VertxInternal) app.vertx)
        .deploymentManager()
        .deployment(id)
        .deployment()
        .instances()
        .contains(app.root);
  }

  @Test
  void goesOnWhenAStopThrowsFailsOrReturnsNull() {
    stopFails(
        new VerticleBase() {
          @Override
          public Future<?> stop() {
            throw new IllegalStateException("thrown");
          }
        },
        "\"bad\" FAILED (thrown)");
    stopFails(
        new App.Speaking(calls) {
          @Override
          protected Future<?> onDrain() {
            throw new IllegalStateException("drain thrown");
          }
        },
        "\"bad\" FAILED (drain thrown)");
    stopFails(
        new App.Speaking(calls) {
          @Override
          @SuppressWarnings("NullAway")
          protected Future<?> onStop() {
            return null;
          }
        },
        "\"bad\" FAILED (onStop returned null; return Future.succeededFuture()"
            + " if nothing is to wait for)");
  }

  @Test
  void goesOnWhenAStopNeverEnds() {
    stopFails(
        new AbstractVerticle() {
          @Override
          public void stop(Promise<Void> promise) {}
        },
        Duration.ofMillis(300),
        "\"bad\" TIMED_OUT");
  }

  @Test
  void cutsADrainThatNeverEndsAndNamesIt() {
    try (App app =
        started(
            new App.Speaking(calls) {
              @Override
              protected Future<?> onDrain() {
                return Promise.promise().future();
              }
            },
            Duration.ofSeconds(1))) {
      await(app.root.stop(Stage.REQUEST));
      ComponentStopped stopped = app.recorder.all(ComponentStopped.class).get(0);
      assertThat(stopped.outcome()).isEqualTo(Outcome.CUT);
      assertThat(stopped.cut())
          .singleElement()
          .satisfies(c -> assertThat(c.what()).isEqualTo("onDrain"));
    }
  }

  @Test
  void releasesTheOthersWhenOneBlocksItsEventLoopForEver() {
    CountDownLatch forEver = new CountDownLatch(1);
    App app =
        new App(
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(8)),
            declared -> {
              declared.add("base", this::speaking);
              declared
                  .add(
                      "blocked",
                      () ->
                          new VerticleBase() {
                            @Override
                            public Future<?> stop() throws Exception {
                              forEver.await();
                              return Future.succeededFuture();
                            }
                          })
                  .dependsOn("base")
                  .releaseTimeout(Duration.ofMillis(300));
              declared.add("http", this::speaking).dependsOn("blocked");
            });
    try {
      String id = app.started();
      await(app.root.stop(Stage.REQUEST));
      assertThat(app.recorder.lines())
          .containsSubsequence("http CLEAN", "blocked TIMED_OUT", "base CLEAN", "stopped");
      assertThat(awaitFailure(app.vertx.undeploy(id)))
          .hasMessage("not every component stopped well: \"blocked\" TIMED_OUT");
    } finally {
      forEver.countDown();
      app.close();
    }
  }

  @Test
  void isOverInTimeWhenTheOnlyEventLoopIsBlockedForEver() {
    CountDownLatch forEver = new CountDownLatch(1);
    App app =
        new App(
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)),
            declared -> {
              declared.add("base", this::speaking).releaseTimeout(Duration.ofMillis(100));
              declared
                  .add(
                      "blocked",
                      () ->
                          new VerticleBase() {
                            @Override
                            public Future<?> stop() throws Exception {
                              forEver.await();
                              return Future.succeededFuture();
                            }
                          })
                  .dependsOn("base")
                  .releaseTimeout(Duration.ofMillis(100));
              declared
                  .add("http", this::speaking)
                  .dependsOn("blocked")
                  .releaseTimeout(Duration.ofMillis(1_500));
            });
    try {
      await(
          app.deploy(new JsonObject().put("lifecycle", new JsonObject().put("stopTimeout", "2s"))));
      await(app.root.stop(Stage.REQUEST));
      assertThat(app.recorder.lines())
          .containsSubsequence("http CLEAN", "blocked TIMED_OUT", "stopped");
      Promise<Void> undeployed = Promise.promise();
      app.root.stop(undeployed); // as Vert.x would, had it a thread left
      assertThat(awaitFailure(undeployed.future())).hasMessageContaining("\"blocked\" TIMED_OUT");
    } finally {
      forEver.countDown();
      app.close();
    }
  }

  /** A transport's bug, or an error that Netty does not survive. */
  @Test
  void stopsAlsoAComponentWhoseEventLoopHasEnded() {
    AtomicReference<EventLoop> loop = new AtomicReference<>();
    try (App app =
        new App(
            declared -> {
              declared.add("base", this::speaking);
              declared
                  .add(
                      "doomed",
                      () ->
                          new App.Speaking(calls) {
                            @Override
                            protected Future<?> onStart() {
                              loop.set(((ContextInternal) context).nettyEventLoop());
                              return super.onStart();
                            }
                          })
                  .dependsOn("base");
            })) {
      app.started();
      loop.get().shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
      await(app.root.stop(Stage.REQUEST));
      assertThat(app.recorder.lines()).contains("doomed FAILED: its event loop has ended");
      assertThat(app.recorder.order(ComponentStopped.class)).containsExactly("doomed", "base");
    }
  }

  @Test
  void closesServersAndTimersOfForeignVerticlesBeforeTheirDependenciesStop() {
    AtomicReference<String> seen = new AtomicReference<>();
    AtomicInteger port = new AtomicInteger();
    AtomicLong timer = new AtomicLong();
    try (App app =
        new App(
            declared -> {
              declared.add(
                  "base",
                  () ->
                      new LifecycleVerticle() {
                        @Override
                        protected Future<?> onDrain() {
                          return asked(vertx, port.get())
                              .onSuccess(
                                  answer ->
                                      seen.set(
                                          answer
                                              + (vertx.cancelTimer(timer.get())
                                                  ? ", still ticking"
                                                  : ", no timer")))
                              .transform(answer -> Future.succeededFuture());
                        }
                      });
              declared
                  .add(
                      "foreign",
                      () ->
                          new VerticleBase() {
                            @Override
                            public Future<?> start() {
                              timer.set(vertx.setPeriodic(1_000, id -> {}));
                              return vertx
                                  .createHttpServer()
                                  .requestHandler(request -> request.response().end())
                                  .listen(0, "127.0.0.1")
                                  .onSuccess(server -> port.set(server.actualPort()));
                            }
                          })
                  .dependsOn("base");
            })) {
      app.started();
      await(app.root.stop(Stage.REQUEST));
      assertThat(seen).hasValue("no answer, no timer");
    }
  }

  @Test
  void stopsChildrenOfForeignVerticlesBeforeTheirDependenciesStop() {
    try (App app =
        new App(
            declared -> {
              declared.add("base", this::speaking);
              declared
                  .add(
                      "foreign",
                      () ->
                          new VerticleBase() {
                            @Override
                            public Future<?> start() {
                              return vertx.deployVerticle(child());
                            }

                            @Override
                            public Future<?> stop() {
                              calls.add("foreign stop");
                              return Future.succeededFuture();
                            }
                          })
                  .dependsOn("base");
            })) {
      app.started();
      calls.clear();
      await(app.root.stop(Stage.REQUEST));
      assertThat(calls.lines())
          .containsExactly(
              "base announce", "child stop", "foreign stop", "base drain", "base stop");
    }
  }

  private Deployable child() {
    return new VerticleBase() {
      @Override
      public Future<?> stop() {
        return vertx.timer(50).onComplete(v -> calls.add("child stop"));
      }
    };
  }

  @Test
  void stopsAForeignVerticleWhoseChildFailsToStop() {
    try (App app =
        started(
            new VerticleBase() {
              @Override
              public Future<?> start() {
                return vertx.deployVerticle(
                    new VerticleBase() {
                      @Override
                      public Future<?> stop() {
                        return Future.failedFuture("child broken");
                      }
                    });
              }

              @Override
              public Future<?> stop() {
                calls.add("foreign stop");
                return Future.succeededFuture();
              }
            })) {
      await(app.root.stop(Stage.REQUEST));
      assertThat(calls.lines())
          .filteredOn(line -> !line.equals("base announce")) // on its own thread, any time
          .endsWith("foreign stop", "base drain", "base stop");
      assertThat(app.recorder.lines()).contains("bad FAILED: child broken");
    }
  }

  @Test
  void leavesNothingOfARootThatWasUndeployed() {
    Vertx vertx = Vertx.vertx();
    WeakReference<RootVerticle> root = undeployedRoot(vertx);
    for (int i = 0; i < 50 && root.get() != null; i++) {
      System.gc();
    }
    assertThat(root.get()).isNull();
    await(vertx.close());
  }

  private WeakReference<RootVerticle> undeployedRoot(Vertx vertx) {
    App app = new App(vertx, declared -> declared.add("a", this::speaking));
    await(vertx.undeploy(app.started()));
    return new WeakReference<>(app.root);
  }

  @Test
  void tellsTheReasonToDrainAndStop() {
    List<StopReason> reasons = new CopyOnWriteArrayList<>();
    try (App app =
        new App(
            declared ->
                declared.add(
                    "a",
                    () ->
                        new LifecycleVerticle() {
                          @Override
                          protected Future<?> onDrain() {
                            reasons.add(stopReason());
                            return Future.succeededFuture();
                          }

                          @Override
                          protected Future<?> onStop() {
                            reasons.add(stopReason());
                            return Future.succeededFuture();
                          }
                        }))) {
      app.started();
      await(app.root.stop(Stage.SIGTERM));
      assertThat(reasons).containsExactly(Stage.SIGTERM, Stage.SIGTERM);
    }
  }

  @Test
  void endsDrainsWhenEscalated() {
    try (App app =
        new App(
            declared ->
                declared.add(
                    "http",
                    () ->
                        new LifecycleVerticle() {
                          @Override
                          protected Future<?> onStart() {
                            track("GET /slow", Promise.promise().future());
                            return Future.succeededFuture();
                          }
                        }))) {
      app.started();
      Future<Void> stopped = app.root.stop(Stage.SIGTERM);
      app.root.escalate("second SIGTERM");
      await(stopped);
      assertThat(app.recorder.all(ComponentStopped.class).get(0).cut())
          .singleElement()
          .satisfies(cut -> assertThat(cut.what()).isEqualTo("GET /slow"));
    }
  }
}
