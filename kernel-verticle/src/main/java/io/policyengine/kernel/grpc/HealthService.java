package io.policyengine.kernel.grpc;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The service {@code grpc.health.v1.Health} of the server on one event loop, for load balancers (gRPC: Health Checking
 * Protocol). It reports the same status for the server as a whole, under the empty name, and for each of its named
 * services.
 *
 * <p>Bounded: at most {@value #MAX_CHECKS} calls of {@code Check} and {@value #MAX_WATCHES} of {@code Watch} are open.
 * A connection may have at most {@value #TIMES_FREE} times as many open calls of a method as may still be opened. A
 * message has at most {@value HealthCall#MAX_MESSAGE} bytes. All calls except answered watches have a time limit. At
 * most one status per call is pending.
 */
public final class HealthService {
    /** The path of the method that sends the status once. */
    public static final String CHECK = "/grpc.health.v1.Health/Check";

    /** The path of the method that sends the status at each change. */
    public static final String WATCH = "/grpc.health.v1.Health/Watch";

    /** Maximum open calls of the health service's {@code Check}, per event loop. */
    static final int MAX_CHECKS = 256;

    /** Maximum open calls of the health service's {@code Watch}, per event loop. */
    static final int MAX_WATCHES = 64;

    /** A connection may have at most {@value} times as many open calls of a method as may still be opened. */
    private static final int TIMES_FREE = 3;

    private static final Duration LOOK = Duration.ofMillis(500);

    /**
     * The time limit for the answer to a call, and again for the end of its stream. A watch has no time limit once it
     * is served.
     */
    private static final Duration CALL = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final Duration limit;
    private final Supplier<Future<Boolean>> ready;
    private final Set<String> services;
    private final Set<HealthCall> checks = new HashSet<>();
    private final Set<HealthCall> watches = new HashSet<>();
    private final Set<HealthCall> watchers = new HashSet<>();

    /** The id of the timer that checks the status for watchers; null without watchers. */
    private @Nullable Long looks;

    private boolean isEnding;

    /**
     * Creates the health service of a server.
     *
     * @param services full names of the server's services
     * @param ready returns whether the server is ready. Called for each call, and repeatedly for watchers. May complete
     *     on any thread
     */
    public HealthService(Vertx vertx, Set<String> services, Supplier<Future<Boolean>> ready) {
        this(vertx, services, ready, CALL);
    }

    HealthService(Vertx vertx, Set<String> services, Supplier<Future<Boolean>> ready, Duration limit) {
        this.vertx = vertx;
        this.limit = limit;
        this.services = Set.copyOf(services);
        this.ready = ready;
    }

    /** Returns the handlers of the service's methods by path, for {@link GrpcCalls}. */
    public Map<String, Handler<HttpServerRequest>> methods() {
        return Map.of(
                CHECK, request -> take(request, checks, MAX_CHECKS, this::check),
                WATCH, request -> take(request, watches, MAX_WATCHES, this::watch));
    }

    /** Ends all watches and reports NOT_SERVING from now on. */
    public void end() {
        isEnding = true;
        List.copyOf(watches).forEach(HealthService::endWatch);
    }

    private void take(HttpServerRequest request, Set<HealthCall> open, int max, HealthCall.Asked asked) {
        if (!hasShare(request.connection(), open, max)) {
            // Reset without an answer: the caller could keep the stream of an answer open.
            new GrpcResponse(request.response()).reset();
            return;
        }
        HealthCall call = new HealthCall(vertx, limit, request, asked, gone -> {
            open.remove(gone);
            watchers.remove(gone);
            stopLooking();
        });
        open.add(call);
        call.listen();
    }

    private static boolean hasShare(HttpConnection connection, Set<HealthCall> open, int max) {
        long its = open.stream().filter(call -> call.isOf(connection)).count();
        return its < (long) TIMES_FREE * (max - open.size());
    }

    private void check(HealthCall call, String service) {
        if (isUnknown(service)) {
            call.end(GrpcStatus.NOT_FOUND, "no service of that name");
            return;
        }
        UnverifiedPeers.proved(call.connection());
        ask(status -> {
            call.tell(status);
            call.end(GrpcStatus.OK, null);
        });
    }

    private void watch(HealthCall call, String service) {
        if (isEnding) {
            endWatch(call);
            return;
        }
        call.stay();
        if (isUnknown(service)) {
            call.tell(ServingStatus.SERVICE_UNKNOWN);
        } else {
            watchers.add(call);
            ask(call::tell);
            startLooking();
        }
    }

    private static void endWatch(HealthCall call) {
        call.tell(ServingStatus.NOT_SERVING);
        call.end(GrpcStatus.UNAVAILABLE, "the server ends");
    }

    private boolean isUnknown(String service) {
        return !service.isEmpty() && !services.contains(service);
    }

    private void startLooking() {
        if (looks == null) {
            looks = vertx.setPeriodic(
                    LOOK.toMillis(), _ -> ask(status -> List.copyOf(watchers).forEach(call -> call.tell(status))));
        }
    }

    private void stopLooking() {
        if (looks != null && watchers.isEmpty()) {
            vertx.cancelTimer(looks);
            looks = null;
        }
    }

    private void ask(Consumer<ServingStatus> told) {
        Context context = vertx.getOrCreateContext();
        ready.get()
                .onComplete(answer -> context.runOnContext(_ -> told.accept(
                        !isEnding && answer.succeeded() && answer.result()
                                ? ServingStatus.SERVING
                                : ServingStatus.NOT_SERVING)));
    }
}
