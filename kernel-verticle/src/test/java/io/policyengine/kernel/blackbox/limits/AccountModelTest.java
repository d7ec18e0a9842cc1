package io.policyengine.kernel.blackbox.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.policyengine.core.coding.BodyCoder;
import io.policyengine.core.coding.CodingException;
import io.policyengine.core.coding.ContentCodings;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.grpc.RawClient.Call;
import io.policyengine.kernel.harness.HeapWalk;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Messages;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random walks of exchanges: whatever they do, the account is what can be reached in memory from the connections of Envoys, but for
 * what an exchange's place covers; and nothing is left of it at their end. More of them: {@code -Daccount.seeds=100}.
 */
class AccountModelTest {
    private static final int SEEDS = Integer.getInteger("account.seeds", Boolean.getBoolean("tests.all") ? 3 : 1);
    private static final int STEPS = 150;
    private static final int COMPARED_EACH = 5;
    private static final int MAX_OPEN = 8;

    /** Bytes of an exchange that nothing counts: small messages, fields, answers, and one frame of HTTP/2. */
    private static final long UNCOUNTED = 8 << 10;

    /** Bytes of an exchange that are counted and gone, such as a body in its content coding that was opened and is not answered. */
    private static final long COUNTED_LONGER = 8 << 10;

    /** Most bytes of a body. */
    private static final int LONGEST = 300_000;

    private static final String ROUTES = """
            route_policies:
              - route_name: whole
                request_flow: { policy_chain: [ { policy: late, timeout_ms: 5000 } ] }
              - route_name: grows
                request_flow: { policy_chain: [ { policy: doubles }, { policy: waits, timeout_ms: 5000 } ] }
              - route_name: kept
                request_flow: { policy_chain: [ { policy: doubles } ] }
                response_flow: { policy_chain: [ { policy: looks } ] }
              - route_name: chunks
                request_flow: { policy_chain: [ { policy: capitals } ] }
              - route_name: hoards
                request_flow: { policy_chain: [ { policy: capitals }, { policy: hoards } ] }
              - route_name: tails
                request_flow: { policy_chain: [ { policy: tails } ] }
              - route_name: copies
                request_flow: { policy_chain: [ { policy: copies } ] }
              - route_name: denied
                request_flow: { policy_chain: [ { policy: denies } ] }
              - route_name: fields
                response_flow: { policy_chain: [ { policy: passes } ] }
            """;

    private static final KernelHarness KERNEL = KernelHarness.create();

    /** Calls of policies that wait until the walk lets them go on. */
    private static final Queue<Promise<RequestOutcome>> LATE = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() {
        KERNEL.worker("w")
                .with("late", BodyNeed.BUFFERED, Policies.onRequest(_ -> late()))
                .with(
                        "doubles",
                        BodyNeed.BUFFERED,
                        Policies.onRequest(request -> RequestOutcome.proceed(List.of(new SetBody(
                                Buffer.buffer("y"
                                        .repeat(2
                                                * Objects.requireNonNull(request.request()
                                                                .body())
                                                        .length())),
                                null)))))
                .with("looks", Policies.response())
                .withRequestBodyKept("looks")
                .with("passes", Policies.response())
                .with("capitals", BodyNeed.STREAMING, Policies.chunks(Policies::upper))
                .with("hoards", BodyNeed.STREAMING, Policies.filtering(Policies::hoarding))
                .with("tails", BodyNeed.STREAMING, Policies.filtering(Policies::holdingLastOctet))
                .with("copies", BodyNeed.STREAMING, Policies.filtering(Policies::copying))
                .with("denies", BodyNeed.BUFFERED, Policies.denying(403, "no"));
        KERNEL.worker("slow").with("waits", Policies.onRequest(_ -> late()));
        KERNEL.start("""
                workers: [ { name: w, timeout_ms: 5000 }, { name: slow, timeout_ms: 5000 } ]
                envoy: { message_timeout_ms: 20000 }
                limits: { phase_timeout_ms: 10000, max_buffered_bytes: 30000000 }
                """, ROUTES);
    }

    @AfterAll
    static void stop() {
        KERNEL.close();
    }

    private static Future<RequestOutcome> late() {
        Promise<RequestOutcome> promise = Promise.promise();
        LATE.add(promise);
        return promise.future();
    }

    static List<Integer> seeds() {
        List<Integer> seeds = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theAccountIsWhatIsReachable(int seed) {
        List<Walker> open = new ArrayList<>();
        try {
            walk(seed, open);
        } finally {
            // What a seed leaves would be counted in the next.
            open.forEach(one -> one.end(true));
            LATE.clear();
        }

        Await.until(() -> KERNEL.activeExchanges() == 0);
        for (Holder holder : Holder.values()) {
            Await.untilAsserted(() -> assertThat(KERNEL.account().held(holder))
                    .as("%s, seed %d", holder, seed)
                    .isZero());
        }
        Await.untilAsserted(() -> assertThat(KERNEL.account().taken()).isZero());
    }

    private static void walk(int seed, List<Walker> open) {
        SplittableRandom random = new SplittableRandom(seed);
        EnvoySim envoy = KERNEL.envoy(KernelHarness.filter("r"));
        for (int step = 1; step <= STEPS; step++) {
            if (open.size() < MAX_OPEN && random.nextInt(3) == 0) {
                open.add(KINDS.get(random.nextInt(KINDS.size())).apply(new Begin(envoy, random)));
            } else if (!open.isEmpty()) {
                Walker one = open.get(random.nextInt(open.size()));
                if (one.isDone() || random.nextInt(20) == 0) {
                    one.end(random.nextBoolean());
                    open.remove(one);
                } else {
                    one.goOn();
                }
            }
            Promise<RequestOutcome> late = random.nextInt(4) == 0 ? LATE.poll() : null;
            if (late != null) {
                late.complete(new RequestOutcome.Proceed(List.of(), null));
            }
            if (step % COMPARED_EACH == 0) {
                compare("seed " + seed + ", step " + step, open);
            }
        }
    }

    private static void compare(String when, List<Walker> open) {
        // All of an answer is counted until the last of it has left.
        long unread = open.stream().filter(one -> one instanceof Unread).count();
        Await.untilAsserted(() -> {
            HeapWalk.Result found = KERNEL.reachable();
            long reachable = found.bytes();
            long counted = KERNEL.account().taken();
            long exchanges = KERNEL.activeExchanges();
            assertThat(reachable)
                    .as("reachable bytes, %s: %s\n%s", when, byHolder(), found)
                    .isLessThanOrEqualTo(counted + exchanges * UNCOUNTED);
            assertThat(counted)
                    .as("counted bytes, %s: %s", when, byHolder())
                    .isLessThanOrEqualTo(reachable + exchanges * COUNTED_LONGER + unread * LONGEST);
        });
    }

    private static Map<Holder, Long> byHolder() {
        Map<Holder, Long> held = new EnumMap<>(Holder.class);
        for (Holder holder : Holder.values()) {
            held.put(holder, KERNEL.account().held(holder));
        }
        return held;
    }

    private record Begin(EnvoySim envoy, SplittableRandom random) {
        String text() {
            return "x".repeat(random.nextInt(20_000, LONGEST));
        }

        /** A text that may be doubled: {@code ScriptedWorker} lets policies set no more than 64 KiB. */
        String shortText() {
            return "x".repeat(random.nextInt(20_000, 32_000));
        }
    }

    private static final List<Function<Begin, Walker>> KINDS = List.of(
            begin -> Stream.of(begin, "whole", BodySendMode.BUFFERED).send(Messages.body(begin.text(), true)),
            begin -> Stream.of(begin, "grows", BodySendMode.BUFFERED).send(Messages.body(begin.shortText(), true)),
            begin -> Stream.of(begin, "denied", BodySendMode.BUFFERED).send(Messages.body(begin.text(), true)),
            begin -> Stream.of(begin, "whole", BodySendMode.BUFFERED, "content-encoding", "gzip")
                    .send(coded(begin.text())),
            begin -> Stream.of(begin, "kept", BodySendMode.BUFFERED)
                    .send(Messages.body(begin.shortText(), true))
                    .send(Messages.responseHeaders(true)),
            begin -> Stream.of(begin, "fields", BodySendMode.NONE, "x-large", "x".repeat(20_000))
                    .send(Messages.responseHeaders(true)),
            begin -> chunks(begin, "chunks"),
            begin -> chunks(begin, "copies"),
            begin -> chunks(begin, "tails"),
            begin -> {
                Stream held = Stream.of(begin, "hoards", BodySendMode.STREAMED);
                for (int i = 0; i < 5; i++) {
                    held.send(Messages.body("x".repeat(begin.random().nextInt(1, 16_000)), i == 4));
                }
                return held;
            },
            begin -> {
                Stream gathered = Stream.of(begin, "whole", BodySendMode.FULL_DUPLEX_STREAMED);
                for (int i = 0; i < 6; i++) {
                    int bytes =
                            begin.random().nextBoolean() ? 700 : begin.random().nextInt(60_000);
                    gathered.send(Messages.body("x".repeat(bytes), i == 5));
                }
                return gathered.withoutAnswers();
            },
            begin -> new Unread(KERNEL.rawClient().call(), begin.text()));

    private static Stream chunks(Begin begin, String route) {
        Stream chunks = Stream.of(begin, route, BodySendMode.STREAMED);
        for (int i = 0; i < 5; i++) {
            chunks.send(Messages.body(begin.text(), i == 4));
        }
        return chunks;
    }

    private static ProcessingRequest coded(String text) {
        try (BodyCoder coder = ContentCodings.of(List.of("gzip")).encoder()) {
            ByteString body =
                    ByteString.copyFrom(coder.next(Buffer.buffer(text), true).getBytes());
            return ProcessingRequest.newBuilder()
                    .setRequestBody(HttpBody.newBuilder().setBody(body).setEndOfStream(true))
                    .build();
        } catch (CodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** An exchange that goes on message by message. */
    private interface Walker {
        void goOn();

        boolean isDone();

        void end(boolean politely);
    }

    /** One whose answers are read. */
    private static final class Stream implements Walker {
        private final RawStream stream;
        private final Deque<ProcessingRequest> script = new ArrayDeque<>();
        private final AtomicInteger answers = new AtomicInteger();
        private int sent;
        private boolean waitsForAnswers = true;

        private Stream(RawStream stream) {
            this.stream = stream;
            listen();
        }

        static Stream of(Begin begin, String route, BodySendMode mode, String... fields) {
            return new Stream(begin.envoy().rawStream()).send(Messages.headersOn(route, mode, fields));
        }

        Stream send(ProcessingRequest message) {
            script.add(message);
            return this;
        }

        /** Envoy sends on without them. */
        Stream withoutAnswers() {
            waitsForAnswers = false;
            return this;
        }

        private void listen() {
            stream.next().onSuccess(_ -> {
                answers.incrementAndGet();
                listen();
            });
        }

        @Override
        public void goOn() {
            if (!isDone() && (!waitsForAnswers || answers.get() == sent)) {
                sent++;
                stream.send(script.remove());
            }
        }

        @Override
        public boolean isDone() {
            return script.isEmpty();
        }

        @Override
        public void end(boolean politely) {
            if (sent == 0) {
                return;
            }
            if (politely) {
                stream.leave();
            } else {
                stream.reset();
            }
        }
    }

    /** One whose answers Envoy does not take. */
    private static final class Unread implements Walker {
        private final Call call;
        private final String text;
        private int sent;

        Unread(Call call, String text) {
            this.call = call;
            this.text = text;
        }

        @Override
        public void goOn() {
            sent++;
            call.sendMessage(ProcessingRequest.newBuilder()
                    .setRequestBody(HttpBody.newBuilder().setBody(ByteString.copyFromUtf8(text)))
                    .setProtocolConfig(
                            ProtocolConfiguration.newBuilder().setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED))
                    .build()
                    .toByteArray());
        }

        @Override
        public boolean isDone() {
            return sent == 3;
        }

        @Override
        public void end(boolean politely) {
            call.reset();
        }
    }
}
