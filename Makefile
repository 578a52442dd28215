SHELL := /bin/sh
# The wrapper fetches Maven, so it is for those who have none.
MVN ?= $(shell command -v mvn >/dev/null && echo mvn || echo ./mvnw) -B -ntp
# Unlike -q it shows the compiler's warnings, which are errors here.
BRIEF := -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
COMPOSE = $$(docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose) \
	-p vertx-lifecycle -f docker/compose.yml
# Netty loads libraries of its own. Measures use Unsafe, through JMH and Hazelcast; JDK 17 does not know the flag for that.
JAVA = $(if $(JAVA_HOME),"$(JAVA_HOME)/bin/java",java) --enable-native-access=ALL-UNNAMED
MEASURE = $(JAVA) -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow $(QUIET) -cp $(TEST_PATH)
MAIN := io.github.vertxlifecycle.launcher.Main
DRAIN := io.github.vertxlifecycle.http.DrainBenchmark
BENCH := io.github.vertxlifecycle.bench.Bench
HANDOVER := io.github.vertxlifecycle.launcher.HandoverBenchmark
CHAOS := io.github.vertxlifecycle.chaos.Chaos
ROLLING := io.github.vertxlifecycle.eventbus.RollingRestart
SCHEDULES := io.github.vertxlifecycle.lifecycle.Schedules
FOR_TESTS = $(MVN) $(BRIEF) test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/test.classpath
TEST_PATH = "target/test-classes:target/classes:$$(cat target/test.classpath)"
QUIET := -Dlogback.configurationFile=quiet.xml
rolling: ROUNDS ?= 10
ROUNDS ?= 24
SEED ?= 1
SLACK ?= 0
ENGINE ?= proxies
CONF ?= conf/dev.conf
APP := io.github.vertxlifecycle.sample.LinksApp
BUILT := target/.built
VERTX ?= 5.1.6

.DEFAULT_GOAL := help
.PHONY: help build run test unit one compat check reproducible later drain bench chaos rolling handover rollout format fat clean up down

help: ## print these targets
	@awk -F ': .*## ' '/^[a-z]+: .*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: $(BUILT) ## compile

$(BUILT): pom.xml $(shell find src/main)
	@$(MVN) $(BRIEF) process-classes
	@touch $@

run: $(BUILT) ## run the sample with embedded servers; Ctrl+C stops it; CONF=conf/qr.conf for QR codes, too
	@exec $(JAVA) -cp "target/classes:$$(cat target/dev.classpath)" $(MAIN) -conf $(CONF) $(APP)

test: ## everything that must hold: compile, lint, test, package, layout
	$(MVN) verify

compat: ## the tests on another Vert.x: VERTX=5.1.6; PACKAGES="http eventbus" for some
	@$(MVN) $(BRIEF) test-compile
	@$(MVN) -Pcompat -Dvertx.version=$(VERTX) surefire:test $(if $(PACKAGES),-Dtest="$$(printf '**/%s/*Test,' $(PACKAGES))")

unit: ## what needs no server and no process, below half a minute
	@$(MVN) $(BRIEF) test-compile
	@$(MVN) surefire:test -Dwithout='integration | slow' -Dtest.jvm='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'

one: ## one test: T=ConductorStopTest, T='StopTest#aSecond*', T=acme.*Test
	@$(MVN) $(BRIEF) test-compile
	@$(MVN) surefire:test -Dtest='$(or $(T),$(error which one? make one T=ConductorStopTest))'

reproducible: ## package twice, in two places, and compare the bytes
	@MVN="$(MVN)" .ci/reproducible

later: ## the tests of processes and servers on a JDK 25, beside the one in use
	@MVN="$(MVN)" .ci/later

check: ## layout and lint alone, no tests
	$(MVN) spotless:check test-compile

drain: ## what clients lose at a stop, how long it takes, beside bare Vert.x; target/drain/
	@$(FOR_TESTS)
	@exec $(JAVA) -cp $(TEST_PATH) $(DRAIN) $(ARGS)

bench: ## speed beside bare Vert.x, one table in target/bench/; MEASURES="tracker idle" for some
	@$(FOR_TESTS)
	@exec $(MEASURE) $(BENCH) $(MEASURES)

chaos: ## faults, seeded; ROUNDS=24 SEED=1; SLACK=… ms for a busy machine
	@$(FOR_TESTS)
	@$(MEASURE) $(SCHEDULES) $(SEED) 100000
	@exec $(MEASURE) $(CHAOS) $(ROUNDS) $(SEED) $(SLACK)

rolling: ## restarts in a cluster under requests, beside bare Vert.x; ROUNDS=10
	@$(FOR_TESTS)
	@exec $(MEASURE) $(ROLLING) $(ROUNDS)

handover: ## restarts on one host: handover, LISTEN_FDS, stop and start, bare Vert.x; ARGS=restarts
	@$(FOR_TESTS)
	@exec $(JAVA) -cp $(TEST_PATH) $(HANDOVER) $(ARGS)

rollout: ## restarts behind HAProxy and nginx, beside bare Vert.x; ENGINE=swarm for Docker Swarm; target/rollout/
	@$(FOR_TESTS)
	@exec env CLASSPATH=$(TEST_PATH) ENGINE=$(ENGINE) .ci/rollout $(ARGS)

format: ## format the sources
	$(MVN) spotless:apply

fat: ## package the runnable jar, target/vertx-lifecycle-fat.jar
	$(MVN) package -DskipTests

clean: ## delete all build output
	$(MVN) clean

up: ## start the composed services (compose 2 waits until they are healthy)
	$(COMPOSE) up --build -d $$($(COMPOSE) up --help | grep -o -m1 -e --wait | head -1)

down: ## stop the composed services
	$(COMPOSE) down
