package io.policyengine.policies.message.transformbody;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.Task;
import io.policyengine.core.work.Work;
import io.policyengine.core.work.executor.Executor;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.process.ChildJvm;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** What only a JVM of its own with a small heap shows. */
final class TransformBodyMemoryTest {
    @Test
    @Timeout(120)
    void aFloodOfTinyNodesIsRefusedInASmallHeap() throws IOException, InterruptedException {
        ChildJvm ended =
                ChildJvm.runBlocking(Flood.class, List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError"), List.of());
        String output = ended.output();

        assertThat(ended.status()).as(output).isZero();
        assertThat(output.lines().filter(line -> line.startsWith("flood")))
                .containsExactly("flood of 1048576 bytes: 24 refused", "flood of 20000 members: 24 refused or edited");
    }

    /** Sends bodies of tiny objects, 24 at once. */
    static final class Flood {
        private static final int BODIES = 24;

        public static void main(String[] args) throws Exception {
            Policy policy = new TransformBodyFactory()
                    .create(
                            new TransformBodyParams(
                                    null,
                                    List.of(),
                                    new TransformBodyParams.JsonChanges(
                                            Map.of("/0", JsonMapper.shared().readTree("1")),
                                            List.of(),
                                            Map.of(),
                                            Map.of(),
                                            List.of(),
                                            200_000),
                                    false,
                                    false,
                                    null,
                                    null,
                                    false,
                                    DenialFormat.JSON),
                            environment());
            int refused = 0;
            for (Future<RequestOutcome> each : flood(policy, objects(1_048_576))) {
                refused += statusOf(each) == 413 ? 1 : 0;
            }
            System.out.println("flood of 1048576 bytes: " + refused + " refused");
            Buffer few = members(20_000);
            int edited = 0;
            int answered = 0;
            for (Future<RequestOutcome> each : flood(policy, few)) {
                int status = statusOf(each);
                edited += status == 200 ? 1 : 0;
                answered += status == 200 || status == 503 ? 1 : 0;
            }
            System.out.println("flood of 20000 members: " + answered + " refused or edited");
            System.exit(edited > 0 ? 0 : 1);
        }

        private static Buffer objects(int bytes) {
            StringBuilder text = new StringBuilder("[{}");
            while (text.length() + 4 <= bytes) {
                text.append(",{}");
            }
            return Buffer.buffer(text.append(" ".repeat(bytes - text.length() - 1))
                    .append(']')
                    .toString());
        }

        /** Each member takes some 200 bytes of memory, and so does not fit into the heap 24 times. */
        private static Buffer members(int count) {
            StringBuilder text = new StringBuilder("{\"m\":0");
            for (int i = 0; i < count; i++) {
                text.append(",\"").append(i).append("\":0.5");
            }
            return Buffer.buffer(text.append('}').toString());
        }

        private static List<Future<RequestOutcome>> flood(Policy policy, Buffer body) {
            RequestView request =
                    TestMessages.get("/", "content-type", "application/json").withBody(body);
            List<Future<RequestOutcome>> all = new ArrayList<>();
            for (int i = 0; i < BODIES; i++) {
                Call call = new Call("id", i, Long.MAX_VALUE, new Cancellation());
                all.add(policy.onRequest(new RequestContext(request, Metadata.empty(), call)));
            }
            return all;
        }

        private static int statusOf(Future<RequestOutcome> future) throws Exception {
            try {
                RequestOutcome outcome =
                        future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
                return outcome instanceof RequestOutcome.Respond respond
                        ? respond.response().status()
                        : 200;
            } catch (ExecutionException failed) {
                return failed.getCause() instanceof PolicyException refused && refused.code() == ErrorCode.OVERLOADED
                        ? 503
                        : 500;
            }
        }

        /** The fake one, but for its threads, which are those of a process. */
        private static PolicyEnvironment environment() {
            FakeEnvironment fake = new FakeEnvironment();
            Executor work = Executor.ofProcess(new SimpleMeterRegistry());
            return (PolicyEnvironment) Proxy.newProxyInstance(
                    Flood.class.getClassLoader(),
                    new Class<?>[] {PolicyEnvironment.class},
                    (_, method, arguments) -> method.getName().equals("offLoop")
                            ? work.submit((Work) arguments[1], (Call) arguments[0], (Task<?>) arguments[2])
                            : method.invoke(fake, arguments));
        }
    }
}
