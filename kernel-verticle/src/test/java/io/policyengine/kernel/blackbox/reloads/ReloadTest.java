package io.policyengine.kernel.blackbox.reloads;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.policyengine.core.async.UnansweredException;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.KeyedHash;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.history.GenerationArchive;
import io.policyengine.kernel.history.StoredOverrides;
import io.policyengine.kernel.reload.ConfChangeException;
import io.policyengine.kernel.reload.ConfChanges;
import io.policyengine.kernel.reload.ReloadCoordinator;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A kernel whose configuration changes: SPEC "Reload". */
class ReloadTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";
    /** With time for a busy machine, where policies are held. */
    private static final String PATIENT =
            "workers: [ { name: w, timeout_ms: 5000 } ]\nenvoy: { message_timeout_ms: 20000 }\n";

    private static final String ROUTES = "routes/routes.yaml";
    private static final String SUCCESSES = "policy_kernel_config_reload_total{status=\"success\"}";
    private static final String FAILURES = "policy_kernel_config_reload_total{status=\"failure\"}";
    private static final String GENERATION = "policy_kernel_config_generation";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker worker = kernel.worker("w")
            .with("one", Policies.request(new SetHeader("x-policy", "one")))
            .with("two", Policies.request(new SetHeader("x-policy", "two")));

    @AfterEach
    void stop() {
        kernel.close();
    }

    private static String both(String route, String policy) {
        return route(route, "[ { policy: " + policy + " } ]", "[]");
    }

    private String policyOf(String route) {
        return String.valueOf(kernel.get(route).reached().header("x-policy"));
    }

    private void settings(String settings) {
        kernel.write("kernel.yaml", KernelHarness.settings(settings));
    }

    @Test
    void aChangedFileIsFoundByItself() {
        kernel.start(WORKER, both("r", "one"));
        assertThat(policyOf("r")).isEqualTo("one");

        kernel.write(ROUTES, both("r", "two"));

        Await.until(() -> policyOf("r").equals("two"));
        // The swap is before its result.
        Await.until(() -> kernel.metric(SUCCESSES) == 2);
        assertThat(kernel.metric(GENERATION)).isEqualTo(2);
        assertThat(kernel.reloads().last()).extracting(ReloadResult::origin).isEqualTo(Origin.FILES);
    }

    @Test
    void aSignalMakesTheKernelLookAtOnce() {
        kernel.start(WORKER, both("r", "one"));
        kernel.write(ROUTES, both("r", "two"));

        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.SUCCESS);
        assertThat(result.generation()).isEqualTo(2);
        assertThat(policyOf("r")).isEqualTo("two");
    }

    @Test
    void aLookThatFindsNothingNewSaysSo() {
        kernel.start(WORKER, both("r", "one"));

        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.UNCHANGED);
        assertThat(kernel.metric(GENERATION)).isEqualTo(1);
        assertThat(kernel.metric("policy_kernel_config_reload_total{status=\"unchanged\"}"))
                .isEqualTo(1);
    }

    @Test
    void aConfigurationThatCannotBeReadIsRejectedAsAWhole() {
        kernel.start(WORKER, both("r", "one"));
        kernel.write(ROUTES, both("r", "two") + "typo: 1\n");
        settings(WORKER + "unknown_route: perhaps\n");

        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.problems().stream()
                        .map(problem -> problem.location().file())
                        .distinct())
                .containsExactly("kernel.yaml", ROUTES);
        assertThat(policyOf("r")).isEqualTo("one");
        assertThat(kernel.metric(FAILURES)).isEqualTo(1);
        assertThat(kernel.metric(GENERATION)).isEqualTo(1);
    }

    @Test
    void whatIsWrongWithANewRouteMakesOnlyThatInvalid() {
        kernel.start(WORKER, both("r", "one"));
        kernel.write(ROUTES, both("r", "two"));
        kernel.write("routes/more.yaml", both("bad", "unheardOf"));

        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.SUCCESS);
        assertThat(policyOf("r")).isEqualTo("two");
        assertThat(kernel.get("bad").status()).isEqualTo(500);
    }

    @Test
    void whatIsWrongWithAnEntryThatIsOffIsReportedAndRefusesNothing() {
        worker.withSchema("two", (ObjectNode) new JsonMapper().readTree("""
                {"type": "object", "properties": {"burst": {"type": "integer", "minimum": 1}}}"""));
        Logger logger = (Logger) LoggerFactory.getLogger(Generations.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            kernel.start(WORKER, route("r", """
                    [ { policy: one }, { policy: unheardOf, mode: off },
                    { policy: two, mode: off, params: { burst: 0 } } ]""", "[]"));

            assertThat(policyOf("r")).isEqualTo("one");
            assertThat(worker.preparations()).isEqualTo(1);
            assertThat(List.copyOf(log.list))
                    .filteredOn(event -> event.getLevel().equals(Level.ERROR))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            "no worker declares policy 'unheardOf'; known policies: one, two",
                            "two: 'burst': expected at least 1, found less");
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void whatTheLintTakesForAnErrorIsServedAndObjectedToOnlyByStrictChecks() {
        worker.with("roles", Policies.request(new SetHeader("x-policy", "roles")), Fact.NEEDS_IDENTITY);
        kernel.start(WORKER, both("r", "roles"));
        assertThat(policyOf("r")).isEqualTo("roles");
        kernel.write("routes/more.yaml", both("s", "roles"));

        ReloadResult reloaded = kernel.reload();
        List<Problem> objections =
                Await.result(kernel.reloads().check(kernel.reloads().texts(), LossGuard.FULL));

        assertThat(reloaded.status()).isEqualTo(Status.SUCCESS);
        assertThat(policyOf("s")).isEqualTo("roles");
        assertThat(objections)
                .extracting(Problem::severity, Problem::code)
                .containsExactly(
                        tuple(Problem.Severity.ERROR, LintCode.NEEDS_IDENTITY),
                        tuple(Problem.Severity.ERROR, LintCode.NEEDS_IDENTITY));
    }

    @Test
    void aDirectoryThatHangsHoldsUpNothingAndItsChangesComeIntoForceWhenItAnswers() {
        kernel.start(WORKER, both("r", "one"));
        CountDownLatch answers = new CountDownLatch(1);
        Future<Boolean> hung = kernel.reloads().inDirectory(_ -> answers.await(60, TimeUnit.SECONDS));
        kernel.write(ROUTES, both("r", "two"));

        Future<ReloadResult> asked = kernel.reloads().reload(Origin.API);
        Await.until(hung::failed);
        Await.until(asked::failed);

        assertThat(asked.cause())
                .isInstanceOf(UnansweredException.class)
                .hasMessageContaining(kernel.directory() + " has not answered within");
        assertThat(kernel.reloads().reload(Origin.API)).satisfies(again -> Await.until(again::failed));
        assertThat(Await.result(kernel.reloads().check(kernel.reloads().texts(), LossGuard.FULL)))
                .isEmpty();
        assertThat(kernel.reloads().remarks()).anyMatch(remark -> remark.contains("repair its mount"));
        assertThat(policyOf("r")).isEqualTo("one");

        answers.countDown();
        Await.until(() -> policyOf("r").equals("two"));
        assertThat(kernel.reloads().remarks()).isEmpty();
    }

    @Test
    void aLookHelpsARouteWhoseParametersHaveBecomeGood() {
        kernel.start(WORKER, route("r", "[ { policy: one, params: { problem: no file } } ]", "[]"));
        int before = worker.preparations();

        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.SUCCESS);
        assertThat(worker.preparations()).isEqualTo(before + 1);
    }

    @Test
    void noRouteAtAllIsTakenForAnAccident() throws IOException {
        kernel.start(WORKER, both("r", "one"));
        Files.delete(kernel.directory().resolve(ROUTES));

        ReloadResult result = kernel.reload();

        assertThat(result.problems())
                .extracting(Problem::message)
                .containsExactly("no route is left: set policy_kernel.allow_empty: true if this is intended");
        assertThat(policyOf("r")).isEqualTo("one");
    }

    @Test
    void noRouteAtAllCanBeMeant() throws IOException {
        kernel.start(WORKER, both("r", "one"));
        Files.delete(kernel.directory().resolve(ROUTES));
        settings(WORKER + "allow_empty: true\n");

        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.SUCCESS);
        assertThat(policyOf("r")).isEqualTo("null");
    }

    @Test
    void aKernelFileThatIsGoneIsTakenForAnAccident() throws IOException {
        kernel.start(WORKER, both("r", "one"));
        Files.delete(kernel.directory().resolve("kernel.yaml"));

        assertThat(kernel.reload().status()).isEqualTo(Status.FAILURE);
    }

    @Test
    void aDirectoryThatIsGoneLeavesTheRunningGenerationAlone() throws IOException {
        kernel.start(WORKER, both("r", "one"));
        Files.move(kernel.directory(), kernel.directory().resolveSibling("gone"));

        ReloadResult gone = kernel.reload();
        String meanwhile = policyOf("r");
        Files.move(kernel.directory().resolveSibling("gone"), kernel.directory());
        kernel.write(ROUTES, both("r", "two"));
        ReloadResult back = kernel.reload();

        assertThat(gone.problems()).extracting(Problem::message).contains("no such directory");
        assertThat(meanwhile).isEqualTo("one");
        assertThat(back.status()).isEqualTo(Status.SUCCESS);
        assertThat(policyOf("r")).isEqualTo("two");
    }

    @Test
    void anExchangeEndsByTheGenerationThatItBeganWith() {
        Promise<RequestOutcome> held = Promise.promise();
        worker.with("hold", Policies.onRequest(_ -> held.future()))
                .with("stampOld", Policies.response(new SetHeader("x-stamp", "old")))
                .with("stampNew", Policies.response(new SetHeader("x-stamp", "new")));
        kernel.start(
                PATIENT + "limits: { phase_timeout_ms: 15000 }\n",
                route("r", "[ { policy: hold } ]", "[ { policy: stampOld } ]"));
        Future<SimResult> underWay =
                kernel.envoy(KernelHarness.filter("r")).exchange(SimRequest.get("/"), Upstream.replying(200));
        Await.until(() -> worker.calls() == 1);
        kernel.write(ROUTES, route("r", "[ { policy: one } ]", "[ { policy: stampNew } ]"));

        kernel.reload();
        SimResult fresh = kernel.get("r");
        int chainsOfBoth = worker.preparedChains();
        held.complete(new RequestOutcome.Proceed(List.of(), null));

        assertThat(fresh.response().header("x-stamp")).isEqualTo("new");
        assertThat(Await.result(underWay).response().header("x-stamp")).isEqualTo("old");
        assertThat(chainsOfBoth).isEqualTo(4);
        Await.until(() -> worker.preparedChains() == 2);
    }

    @Test
    void aChangeOfOneRoutePreparesOnlyItsChain() {
        String routes = IntStream.range(0, 200)
                .mapToObj(i -> entry("r" + i, "one"))
                .collect(Collectors.joining("", "route_policies:\n", ""));
        kernel.start(WORKER, routes);
        int first = worker.preparations();

        kernel.write(ROUTES, routes.replace(entry("r7", "one"), entry("r7", "two")));
        kernel.reload();

        assertThat(first).isEqualTo(200);
        assertThat(worker.preparations()).isEqualTo(201);
        assertThat(policyOf("r7")).isEqualTo("two");
        assertThat(policyOf("r8")).isEqualTo("one");
        Await.until(() -> worker.preparedChains() == 200);
    }

    private static String entry(String route, String policy) {
        return "  - { route_name: " + route + ", request_flow: { policy_chain: [ { policy: " + policy + " } ] } }\n";
    }

    @Test
    void theMetersOfARouteEndWithIt() {
        String series = "route=\"gone\"";
        kernel.start(WORKER, both("gone", "one"));
        kernel.get("gone");
        assertThat(kernel.admin("/metrics")).contains(series);

        kernel.write(ROUTES, both("r", "one"));
        kernel.reload();

        Await.until(() -> !kernel.admin("/metrics").contains(series));
        assertThat(policyOf("r")).isEqualTo("one");
    }

    @Test
    void aReplicaThatComesBackIsPreparedForAllChains() {
        kernel.start(WORKER, both("r", "one"));
        kernel.write("routes/more.yaml", both("s", "two"));
        kernel.reload();

        worker.goAway();
        worker.comeBack();

        Await.until(() -> worker.preparedChains() == 2);
    }

    @Test
    void openRoutesChangeWithTheGeneration() {
        kernel.start(WORKER + "unknown_route: deny\nopen_routes: [ open ]\n", both("r", "one"));
        int before = kernel.get("open").status();

        settings(WORKER + "unknown_route: deny\nopen_routes: [ other ]\n");
        kernel.reload();

        assertThat(before).isEqualTo(200);
        assertThat(kernel.get("open").status()).isEqualTo(403);
        assertThat(kernel.get("other").status()).isEqualTo(200);
    }

    @Test
    void settingsChangeWithTheGeneration() {
        kernel.start(WORKER + "unknown_route: deny\n", both("r", "one"));
        int denied = kernel.get("unknown").status();

        settings(WORKER + """
                unknown_route: continue
                allow_open: true
                route_name_sources: [ header ]
                policy_not_supported_response: { status_code: 501 }
                """);
        kernel.write("routes/more.yaml", both("bad", "unheardOf"));
        kernel.reload();

        assertThat(denied).isEqualTo(403);
        assertThat(kernel.get("r").reached().header("x-policy")).isNull();
        assertThat(kernel.get("unknown", "x-policy-route", "r").reached().header("x-policy"))
                .isEqualTo("one");
        assertThat(kernel.get("unknown", "x-policy-route", "bad").status()).isEqualTo(501);
    }

    @Test
    void limitsOfTheWholeProcessChangeLive() {
        Promise<RequestOutcome> held = Promise.promise();
        worker.with("hold", Policies.onRequest(_ -> held.future()));
        kernel.start(WORKER, both("r", "one"));
        kernel.write("routes/more.yaml", both("held", "hold"));
        settings(PATIENT + "limits: { phase_timeout_ms: 15000, max_exchanges: 1 }\n");
        kernel.reload();
        Future<SimResult> underWay =
                kernel.envoy(KernelHarness.filter("held")).exchange(SimRequest.get("/"), Upstream.replying(200));
        Await.until(() -> worker.calls() == 1);

        int over = kernel.get("r").status();
        settings(PATIENT + "limits: { phase_timeout_ms: 15000, max_exchanges: 2 }\n");
        kernel.reload();
        int within = kernel.get("r").status();
        held.complete(new RequestOutcome.Proceed(List.of(), null));

        assertThat(over).isEqualTo(503);
        assertThat(within).isEqualTo(200);
        assertThat(Await.result(underWay).status()).isEqualTo(200);
    }

    @Test
    void aKeyThatNeedsARestartKeepsItsValue() {
        kernel.start(WORKER, both("r", "one"));
        int port = kernel.port();
        kernel.write(
                "kernel.yaml",
                "policy_kernel: { server: { address: 127.0.0.1, port: 1 }, observability: { metrics_port: 0, admin_tokens: [ "
                        + KernelHarness.OPERATORS
                        + " ] }, unknown_route: deny, workers: [ { name: w } ] }\n");
        Problem report = Problem.warning(
                Location.ofFile("kernel.yaml"),
                "'policy_kernel.server.port' has changed, which needs a restart of the process; the old value stays in force");

        List<Problem> found =
                Await.result(kernel.reloads().check(ConfTexts.readBlocking(kernel.directory()), LossGuard.FULL));
        ReloadResult result = kernel.reload();

        assertThat(found).containsExactly(report);
        assertThat(result.status()).isEqualTo(Status.SUCCESS);
        assertThat(result.problems()).containsExactly(report);
        assertThat(kernel.port()).isEqualTo(port);
        assertThat(kernel.get("unknown").status()).isEqualTo(403);
        assertThat(kernel.applied().getLast().kernel().server().port()).isZero();
        assertThat(kernel.generation().config().warnings()).contains(report);
    }

    @Test
    void aChangeThatDoesNotGoWithAKeyThatNeedsARestartIsRejected() {
        kernel.start(WORKER, both("r", "one"));
        kernel.write(
                "kernel.yaml",
                KernelHarness.settings(WORKER + "envoy: { buffer_limit_bytes: 16777216 }\n")
                        .replace("1, port: 0", "1, port: 0, max_message_bytes: 33554432"));

        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.problems())
                .extracting(Problem::message)
                .containsExactly("'server.max_message_bytes' (8388608) must be at least 16842752, which is"
                        + " 'envoy.buffer_limit_bytes' plus 65536; 'policy_kernel.server.max_message_bytes' has changed,"
                        + " but keeps its old value until the process is restarted");
        assertThat(policyOf("r")).isEqualTo("one");
    }

    @Test
    void aKeyThatNeedsARestartIsSaidToBeIgnoredOnceItIs() {
        kernel.start(WORKER, both("r", "one"));
        Logger logger = (Logger) LoggerFactory.getLogger(ReloadCoordinator.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            kernel.write(
                    "kernel.yaml",
                    KernelHarness.settings(WORKER).replace("1, port: 0", "1, port: 0, max_concurrent_streams: 7"));
            Await.result(kernel.reloads().check(ConfTexts.readBlocking(kernel.directory()), LossGuard.FULL));
            assertThat(log.list).isEmpty();

            kernel.reload();
            kernel.write(ROUTES, both("r", "two"));
            kernel.reload();

            assertThat(List.copyOf(log.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly("'policy_kernel.server.max_concurrent_streams' has changed, which needs a restart"
                            + " of the process; the old value stays in force");
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void workersComeAndGo() {
        ScriptedWorker added = kernel.worker("v").with("three", Policies.request(new SetHeader("x-policy", "three")));
        kernel.start(WORKER, both("r", "one"));

        settings("workers: [ { name: w }, { name: v, socket_path: /v } ]\n");
        kernel.write("routes/more.yaml", both("s", "three"));
        kernel.reload();
        String withIt = policyOf("s");
        settings(WORKER);
        Status needed = kernel.reload().status();
        kernel.write("routes/more.yaml", both("s", "two"));
        kernel.reload();

        assertThat(withIt).isEqualTo("three");
        assertThat(needed).isEqualTo(Status.FAILURE);
        assertThat(policyOf("s")).isEqualTo("two");
        assertThat(policyOf("r")).isEqualTo("one");
        assertThat(worker.connections()).isEqualTo(1);
        Await.until(added::isClosed);
        assertThat(kernel.admin("/metrics")).doesNotContain("policy_kernel_worker_health{worker=\"v\"}");
    }

    @Test
    void aWorkerThatMovesServesWithoutABreak() {
        ScriptedWorker moved = kernel.worker("w").with("one", Policies.request(new SetHeader("x-policy", "moved")));
        kernel.start("workers: [ { name: w, socket_path: /old } ]\n", both("r", "one"));

        settings("workers: [ { name: w, socket_path: /new } ]\n");
        kernel.reload();

        assertThat(policyOf("r")).isEqualTo("moved");
        assertThat(moved.connections()).isEqualTo(1);
        Await.until(worker::isClosed);
    }

    @Test
    void aWorkersSettingsChangeWithoutANewConnection() {
        kernel.start("workers: [ { name: w, fail_open: false } ]\n", both("r", "one"));
        worker.failCalls(new WorkerException(WorkerException.Kind.CONNECTION_LOST, "it is away"));
        assertThat(kernel.get("r").status()).isEqualTo(503);

        settings("workers: [ { name: w, fail_open: true } ]\n");
        kernel.reload();

        assertThat(kernel.get("r").status()).isEqualTo(200);
        assertThat(worker.connections()).isEqualTo(1);
        assertThat(worker.preparations()).isEqualTo(1);
    }

    @Test
    void aCandidateWithAProblemInOneRouteIsRefused() {
        kernel.start(WORKER, both("r", "one"));
        ConfTexts texts = kernel.reloads().texts();

        ReloadResult bad = Await.result(kernel.reloads()
                .tryCandidate(
                        texts.withBlocking(List.of(new FileEdit("routes/more.yaml", both("bad", "unheardOf")))),
                        Origin.API,
                        LossGuard.FULL));
        ReloadResult good = Await.result(kernel.reloads()
                .tryCandidate(
                        texts.withBlocking(List.of(new FileEdit("routes/more.yaml", both("s", "two")))),
                        Origin.API,
                        LossGuard.FULL));

        assertThat(bad.status()).isEqualTo(Status.FAILURE);
        assertThat(bad.problems())
                .extracting(Problem::message)
                .containsExactly("no worker declares policy 'unheardOf'; known policies: one, two");
        assertThat(good.status()).isEqualTo(Status.SUCCESS);
        assertThat(policyOf("s")).isEqualTo("two");
    }

    @Test
    void aCandidateWhoseWorkerIsAwayIsRefused() {
        kernel.start(WORKER, both("r", "one"));
        ConfTexts texts =
                kernel.reloads().texts().withBlocking(List.of(new FileEdit("routes/more.yaml", both("s", "two"))));
        worker.goAway();
        Await.until(() -> kernel.get("r").status() == 503);

        List<Problem> problems = Await.result(kernel.reloads().check(texts, LossGuard.FULL));
        ReloadResult result = Await.result(kernel.reloads().tryCandidate(texts, Origin.API, LossGuard.FULL));

        assertThat(problems).extracting(Problem::message).containsExactly("no replica of worker 'w' can be called");
        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(kernel.metric(GENERATION)).isEqualTo(1);
    }

    @Test
    void whatSomebodySavesWhileAChangeIsCheckedIsNotOverwritten() {
        kernel.start(WORKER, both("r", "one"));
        ConfChanges changes = new ConfChanges(
                kernel.vertx(),
                kernel.reloads(),
                new StoredOverrides(GenerationArchive.inMemory(), kernel.directory()));

        Future<ReloadResult> change = changes.make(LossGuard.FULL, _ -> {
            kernel.write(ROUTES, both("theirs", "one"));
            return List.of(new FileEdit(ROUTES, both("ours", "one")));
        });

        assertThatThrownBy(() -> Await.result(change))
                .isInstanceOfSatisfying(
                        ConfChangeException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ConfChangeException.Kind.FILES_DIFFER));
        assertThat(kernel.read(ROUTES)).contains("theirs");
    }

    @Test
    void aCheckLeavesNothingBehind() {
        kernel.start(WORKER, both("r", "one"));
        ConfTexts texts =
                kernel.reloads().texts().withBlocking(List.of(new FileEdit("routes/more.yaml", both("s", "two"))));

        List<Problem> problems = Await.result(kernel.reloads().check(texts, LossGuard.FULL));

        assertThat(problems).isEmpty();
        assertThat(kernel.metric(GENERATION)).isEqualTo(1);
        Await.until(() -> worker.preparedChains() == 1);
    }

    @Test
    void theLastTenConfigurationsAreKept() {
        kernel.start(WORKER, both("r", "one"));
        KeyedHash told = KeyedHash.ofProcess();
        String first = told.of(kernel.reloads().texts());
        for (int i = 0; i < 11; i++) {
            kernel.write(ROUTES, both("r" + i, "one"));
            kernel.reload();
        }

        List<Snapshot> snapshots = kernel.reloads().history().snapshots();

        assertThat(snapshots).hasSize(10);
        assertThat(snapshots.getFirst().hash())
                .isEqualTo(told.of(kernel.reloads().texts()));
        assertThat(snapshots.getFirst().id()).isGreaterThan(snapshots.getLast().id());
        assertThat(snapshots).extracting(Snapshot::hash).doesNotContain(first);
        Await.until(() -> worker.preparedChains() == 1);
    }
}
