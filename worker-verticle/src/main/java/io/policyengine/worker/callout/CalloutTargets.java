package io.policyengine.worker.callout;

import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.callout.TargetUrl;
import io.policyengine.core.config.TargetConfig;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.core.policy.Target;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.remote.TlsFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The servers that a worker's policies call. Entries with the same target, or with URLs of the same scheme, host and
 * port, share connections, bounds and circuit breaker. The connections are closed when the last of these entries is
 * closed. Thread-safe.
 */
public final class CalloutTargets {
    /** Time after which an unused connection to a server with a byte protocol is closed at the next check. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final Ticker ticker;
    private final Map<String, TargetConfig> named;
    private final CalloutMetrics metrics;
    private final ByteTargets byteTargets;
    private final ConcurrentHashMap<String, Shared> clients = new ConcurrentHashMap<>();

    private record Shared(TargetClient client, int uses) {}

    public static final class Use {
        private final Target target;
        private final TargetClient client;

        private Use(Target target, TargetClient client) {
            this.target = target;
            this.client = client;
        }

        public Target target() {
            return target;
        }

        /** Returns the reason why the target is unhealthy, for users, or null. */
        public @Nullable String unwellBecause() {
            return client.unwellBecause();
        }
    }

    /** Watches the files of targets. */
    public interface Files {
        /** Reads a file now and after each change. */
        <T> WatchedFile<T> watch(String path, FileParser<T> parser);
    }

    /** Creates the targets of {@code worker_core.targets}. Other targets are added when an entry uses their URL. */
    public CalloutTargets(Vertx vertx, Ticker ticker, Map<String, TargetConfig> named, MeterRegistry meters) {
        this.vertx = vertx;
        this.ticker = ticker;
        this.named = Map.copyOf(named);
        this.metrics = new CalloutMetrics(meters);
        this.byteTargets = new ByteTargets(vertx, ticker, metrics, IDLE);
    }

    /**
     * Adds a use of a target; {@link #forget} ends the use. May block, because files are read.
     *
     * @throws InvalidParamsException if the target does not exist, or cannot be called
     */
    public Use useBlocking(String nameOrUrl, String policy, Files files) {
        boolean isUrl = TargetUrl.isUrl(nameOrUrl);
        TargetConfig config = isUrl ? TargetConfig.of(nameOrUrl) : named.get(nameOrUrl);
        if (config == null) {
            throw new InvalidParamsException(
                    "",
                    "no target is named '" + nameOrUrl + "' in worker_core.targets of the worker"
                            + NearestKey.hint(nameOrUrl, named.keySet(), "targets")
                            + "; or write a URL");
        }
        TargetUrl url = parse(config.url());
        String name = isUrl ? url.origin() : nameOrUrl;
        TlsFiles tls = TlsFiles.watchBlocking("worker_core.targets." + name, config.tls(), files::watch);
        TargetClient client = clients.compute(
                        name,
                        (_, there) -> there == null
                                ? new Shared(open(name, url, config, tls), 1)
                                : new Shared(there.client(), there.uses() + 1))
                .client();
        return new Use(new PolicyTarget(vertx, policy, url, client, metrics), client);
    }

    private TargetClient open(String name, TargetUrl url, TargetConfig config, TlsFiles tls) {
        TargetClient client = new TargetClient(vertx, ticker, name, url, config, tls, metrics);
        metrics.begin(name, client::pending, client.breaker()::isOpen);
        return client;
    }

    private static TargetUrl parse(String url) {
        try {
            return TargetUrl.parse(url);
        } catch (IllegalArgumentException unusable) {
            throw new InvalidParamsException("", String.valueOf(unusable.getMessage()));
        }
    }

    /** Ends a use of a target. The target is closed when its last use ends. */
    public void forget(Use use) {
        clients.computeIfPresent(use.client.name(), (name, there) -> {
            if (there.uses() > 1) {
                return new Shared(there.client(), there.uses() - 1);
            }
            metrics.end(name);
            there.client().close();
            return null;
        });
    }

    public ByteTargets byteTargets() {
        return byteTargets;
    }

    public int size() {
        return clients.size();
    }

    public Future<Void> close() {
        List<Future<Void>> closing =
                clients.values().stream().map(shared -> shared.client().close()).toList();
        clients.clear();
        return Future.join(closing).eventually(byteTargets::close).mapEmpty();
    }
}
