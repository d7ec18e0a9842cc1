package io.policyengine.policies.traffic.ratelimit;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/**
 * Requests that take tokens of two keys while time passes: in each order in which their steps can come, the results are those of some
 * order one after the other. The cache of the buckets is taken for right.
 */
@Param(name = "key", gen = IntGen.class, conf = "1:2")
public class TokenBucketsInterleavingTest {
    private static final int SCENARIOS = Integer.getInteger("interleavings.scenarios", 3);
    private static final int ORDERS =
            Integer.getInteger("interleavings.orders", Boolean.getBoolean("tests.all") ? 200 : 60);

    private final AtomicLong now = new AtomicLong();
    private final TokenBuckets buckets = new TokenBuckets(1, 2, 10, now::get);

    /** Takes a token: 0, or the nanoseconds until there is one. */
    @Operation
    public long take(@Param(name = "key") int key) {
        return buckets.take("client-" + key);
    }

    @Test
    void requestsGetWhatTheyWouldGetOneAfterTheOther() {
        new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(ORDERS)
                .threads(3)
                .actorsPerThread(2)
                .addGuarantee(forClasses(name -> name.startsWith("com.github.benmanes.caffeine."))
                        .allMethods()
                        .treatAsAtomic())
                .check(TokenBucketsInterleavingTest.class);
    }
}
