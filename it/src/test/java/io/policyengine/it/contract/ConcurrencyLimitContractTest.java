package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.it.engine.EndPolicies;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.policies.traffic.concurrencylimit.ConcurrencyLimitFactory;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Permits of {@code concurrencyLimit} never leak, in whatever order exchanges begin, are denied, cancelled, ended and lost. */
@ParameterizedClass
@EnumSource
class ConcurrencyLimitContractTest {
    private static final int MAX = 5;
    private static final int STEPS = 150;
    private static final String LIMIT = "{\"max\": " + MAX + ", \"key\": \"client_ip\"}";

    private static final int PASSING = 1;
    private static final int DENYING = 2;
    private static final int HANGING = 3;
    private static final int FREE = 4;

    private final TestWorker.Form form;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(20);
    private final List<Permit> held = new ArrayList<>();
    private long exchanges;
    private long hanging;

    @TempDir
    Path directory;

    private TestWorker worker;

    /** An exchange that has a permit, begun by a kernel. */
    private record Permit(TestWorker kernel, long exchange, Cancellation cancellation) {}

    @SuppressWarnings("NullAway.Init") // before each test
    ConcurrencyLimitContractTest(TestWorker.Form form) {
        this.form = form;
    }

    @BeforeEach
    void start() {
        EndPolicies.LOG.clear();
        List<PolicyFactory<?>> policies = new ArrayList<>(TestPolicies.all());
        policies.add(new ConcurrencyLimitFactory());
        worker = TestWorker.start(form, directory, policies);
        worker.prepare(
                chain(PASSING, entry("concurrencyLimit", LIMIT)),
                chain(DENYING, entry("concurrencyLimit", LIMIT), entry("denying", "{}")),
                chain(
                        HANGING,
                        entry("concurrencyLimit", LIMIT),
                        entry("ending", "{\"name\": \"hangs\", \"value\": \"never\"}")),
                chain(FREE, entry("setHeader", "{}")));
    }

    @AfterEach
    void stop() {
        worker.close();
    }

    @Test
    void asManyPassAsHaveEndedWhateverHappens() {
        TestWorker other = otherKernel();
        for (int step = 0; step < STEPS; step++) {
            TestWorker kernel = random.nextBoolean() ? worker : other;
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> begin(kernel, PASSING);
                case 3, 4 -> begin(kernel, DENYING);
                case 5, 6 -> begin(kernel, HANGING);
                case 7, 8 -> end();
                default -> {
                    if (form == TestWorker.Form.REMOTE && random.nextInt(3) == 0) {
                        TestWorker lost = other;
                        lost.close();
                        held.removeIf(it -> it.kernel().equals(lost));
                        other = otherKernel();
                    } else {
                        end();
                    }
                }
            }
            awaitFree(MAX - held.size());
        }
        while (!held.isEmpty()) {
            end();
        }
        awaitFree(MAX);
        if (!other.equals(worker)) {
            other.close();
        }
    }

    /** One whose loss does not end the worker; none where the worker is in the process. */
    private TestWorker otherKernel() {
        return form == TestWorker.Form.REMOTE ? TestWorker.elsewhere(directory) : worker;
    }

    private void begin(TestWorker kernel, int chain) {
        Permit begun = new Permit(kernel, ++exchanges, new Cancellation());
        boolean full = held.size() == MAX;
        Future<SegmentResult<RequestOutcome>> result =
                kernel.await(() -> Future.succeededFuture(execute(begun, chain)));
        if (chain == HANGING && !full) {
            hanging++;
            Await.until(() -> hung() == hanging);
        } else {
            assertThat(passed(kernel.await(() -> result))).isEqualTo(!full);
        }
        if (full) {
            tell(begun);
        } else {
            held.add(begun);
        }
    }

    /** How many calls have come to the policy that never answers. */
    private static long hung() {
        return EndPolicies.LOG.stream().filter("hangs begins"::equals).count();
    }

    private void end() {
        if (!held.isEmpty()) {
            tell(held.remove(random.nextInt(held.size())));
        }
    }

    private void tell(Permit ended) {
        ended.kernel().await(() -> {
            ended.cancellation().cancel();
            ended.kernel().link().exchangeEnded(new ExchangeEnd(ended.exchange(), 0, random.nextBoolean(), null));
            return Future.succeededFuture(true);
        });
    }

    private void awaitFree(int expected) {
        Await.untilAsserted(() -> assertThat(free()).isEqualTo(expected));
    }

    /** How many pass now. */
    private int free() {
        List<Permit> probes = new ArrayList<>();
        int passed = 0;
        for (int i = 0; i <= MAX; i++) {
            Permit probe = new Permit(worker, ++exchanges, new Cancellation());
            probes.add(probe);
            passed += passed(worker.await(() -> execute(probe, PASSING))) ? 1 : 0;
        }
        probes.forEach(this::tell);
        // Comes after the ends: the other kernel's stream would not.
        worker.await(() -> execute(new Permit(worker, ++exchanges, new Cancellation()), FREE));
        return passed;
    }

    private static Future<SegmentResult<RequestOutcome>> execute(Permit exchange, int chain) {
        long deadline = Ticker.SYSTEM.nanoTime() + Duration.ofSeconds(30).toNanos();
        Call call = new Call("r", exchange.exchange(), deadline, exchange.cancellation());
        int entries = chain == PASSING || chain == FREE ? 1 : 2;
        return exchange.kernel()
                .link()
                .execute(new RequestCall(
                        call, chain, 0, entries, request(), Metadata.empty(), EnvoyMetadata.empty(), true));
    }

    private static boolean passed(SegmentResult<RequestOutcome> result) {
        return result.entries().getFirst() instanceof EntryResult.Completed<RequestOutcome>(RequestOutcome.Proceed _);
    }
}
