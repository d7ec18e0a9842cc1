package io.policyengine.e2e.attack;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Load;
import io.policyengine.e2e.harness.TestConf;
import io.policyengine.proto.worker.v1.BodyNeed;
import io.policyengine.proto.worker.v1.Phase;
import io.policyengine.proto.worker.v1.PolicyDescriptor;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.PreparedChain;
import io.policyengine.proto.worker.v1.PreparedEntry;
import io.policyengine.proto.worker.v1.ProtocolVersion;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.testkit.worker.FakeWorker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** The worker {@code hostile}, with a policy that looks at requests and one that looks at their bodies. */
final class HostileWorker implements AutoCloseable {
    private static final int GARBAGE = 10_000;
    private static final List<PolicyDescriptor> POLICIES = List.of(
            policy("hostile", BodyNeed.BODY_NEED_NONE).build(),
            policy("hostileBody", BodyNeed.BODY_NEED_STREAMING).build());

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final FakeWorker worker;

    private HostileWorker(TestConf conf, List<PolicyDescriptor> policies, UnaryOperator<FakeWorker> hostile) {
        makeFolder(conf);
        worker = hostile.apply(FakeWorker.at(vertx, conf.socket())
                .config(WorkerConfig.newBuilder()
                        .setName("hostile")
                        .setVersion("1.0.0")
                        .setProtocolVersion(
                                ProtocolVersion.newBuilder().setMajor(1).setMinor(2))
                        .setMaxBodySizeBytes(1 << 20)
                        .setMaxStateSizeBytes(1 << 16)
                        .addAllPolicies(policies)
                        .build())
                .onPrepare(chains -> Future.succeededFuture(prepared(chains))));
        Load.await(worker.start());
    }

    /** Starts one that does no harm yet. */
    static HostileWorker harmless(TestConf conf) {
        return new HostileWorker(conf, POLICIES, UnaryOperator.identity());
    }

    /** Starts one and waits until its policies are called. */
    static HostileWorker start(Target target, UnaryOperator<FakeWorker> hostile) {
        HostileWorker started = new HostileWorker(target.conf(), POLICIES, hostile);
        Eventually.isTrue(
                "the hostile worker is called",
                () -> target.stack().metrics().getOrDefault("policy_kernel_worker_replicas{worker=\"hostile\"}", 0.0)
                        > 0);
        return started;
    }

    /** Starts one with these policies. */
    static HostileWorker declaring(Target target, List<PolicyDescriptor> policies) {
        return new HostileWorker(target.conf(), policies, UnaryOperator.identity());
    }

    static PolicyDescriptor.Builder policy(String name, BodyNeed need) {
        return PolicyDescriptor.newBuilder()
                .setName(name)
                .setVersion("1.0.0")
                .setDescription("Does harm.")
                .addPhases(Phase.PHASE_REQUEST)
                .setRequestBody(need)
                .setParamsSchemaJson("{\"type\":\"object\"}");
    }

    private static PrepareChainsResponse prepared(PrepareChainsRequest request) {
        PrepareChainsResponse.Builder response = PrepareChainsResponse.newBuilder();
        request.getChainsList().forEach(chain -> {
            PreparedChain.Builder prepared = PreparedChain.newBuilder().setId(chain.getId());
            chain.getEntriesList()
                    .forEach(entry -> prepared.addEntries(PreparedEntry.newBuilder()
                            .setBodyNeed(
                                    entry.getPolicy().equals("hostileBody")
                                            ? BodyNeed.BODY_NEED_STREAMING
                                            : BodyNeed.BODY_NEED_NONE)));
            response.addChains(prepared);
        });
        return response.build();
    }

    /** True once a kernel has asked who it is. */
    boolean isAsked() {
        return !worker.recording().configRequests().isEmpty();
    }

    /** Something on the worker's socket that speaks no HTTP/2. */
    static long garbage(Target target) {
        makeFolder(target.conf());
        byte[] octets = new byte[GARBAGE];
        new Random(7).nextBytes(octets);
        return listen(target, Buffer.buffer(octets), false);
    }

    /** Something on the worker's socket that closes each connection. */
    static long comesAndGoes(Target target) {
        makeFolder(target.conf());
        return listen(target, Buffer.buffer(), true);
    }

    private static long listen(Target target, Buffer says, boolean closing) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            Load.await(vertx.createNetServer()
                    .connectHandler(socket -> {
                        socket.write(says);
                        if (closing) {
                            socket.close();
                        }
                    })
                    .listen(SocketAddress.domainSocketAddress(
                            target.conf().socket().toString())));
            target.hold();
            return 0;
        } finally {
            Load.await(vertx.close());
        }
    }

    private static void makeFolder(TestConf conf) {
        try {
            Files.createDirectories(conf.socket().getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Load.await(worker.stop());
        Load.await(vertx.close());
    }
}
