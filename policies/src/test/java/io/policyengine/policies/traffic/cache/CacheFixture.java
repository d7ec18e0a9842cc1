package io.policyengine.policies.traffic.cache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests and their answers, as the engine shows them to {@code cache}. */
abstract class CacheFixture {
    static final String FRESH = "max-age=60";

    final FakeEnvironment environment = new FakeEnvironment();

    @Nullable
    PolicyTester tester;

    private long exchanges;

    /** A request under way, as the engine has it. */
    record Sent(Call call, RequestView request, Future<RequestOutcome> decision) {
        boolean isAnswered() {
            return decision.succeeded() && decision.result() instanceof RequestOutcome.Respond;
        }

        boolean isForwarded() {
            return decision.succeeded() && decision.result() instanceof RequestOutcome.Proceed;
        }

        Metadata metadata() {
            return Metadata.empty().after(decision.result().instructions());
        }

        String body() {
            return ((RequestOutcome.Respond) decision.result())
                    .response()
                    .body()
                    .toString();
        }

        @Nullable
        String status() {
            return ((RequestOutcome.Respond) decision.result())
                    .response()
                    .headers()
                    .get("cache-status");
        }

        RequestView upstream() {
            return Instructions.apply(decision.result().instructions(), request);
        }
    }

    void with(String params) {
        tester = PolicyTester.of(new CacheFactory(), params, environment);
    }

    Policy policy() {
        if (tester == null) {
            with("");
        }
        return Objects.requireNonNull(tester).policy();
    }

    Sent get(String path, String... headers) {
        return send("GET", path, headers);
    }

    Sent send(String method, String path, String... headers) {
        RequestView request = request(method, path, headers);
        Call call = new Call(
                "id",
                ++exchanges,
                environment.ticker().nanoTime() + Duration.ofSeconds(10).toNanos(),
                new Cancellation());
        return new Sent(call, request, policy().onRequest(new RequestContext(request, Metadata.empty(), call)));
    }

    static RequestView request(String method, String path, String... headers) {
        return new RequestView(
                method,
                "https",
                "example.com",
                path,
                HeaderMap.of(headers),
                "192.0.2.1",
                Map.of(),
                Buffer.buffer(),
                false);
    }

    ResponseContext context(Sent sent, @Nullable Buffer body, int status, String... headers) {
        return new ResponseContext(
                new ResponseView(status, HeaderMap.of(headers), body),
                sent.upstream().withBody(null),
                sent.request(),
                sent.metadata(),
                sent.call());
    }

    ResponseOutcome answer(Sent sent, String body, String... headers) {
        return policy().onResponse(context(sent, Buffer.buffer(body), 200, headers))
                .result();
    }

    void end(Sent sent) {
        environment.endExchange(new ExchangeEnd(sent.call().exchangeId(), 200, false, null));
    }

    Flights flights() {
        return environment.state("flights", "", () -> new Flights(environment));
    }

    List<String> stored(String... paths) {
        return Stream.of(paths)
                .filter(path -> {
                    Sent sent = get(path);
                    end(sent);
                    return sent.isAnswered();
                })
                .toList();
    }
}
